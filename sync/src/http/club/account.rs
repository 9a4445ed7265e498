//! What a phone asks once it is a guest's.

use super::{fault::ClubFault, signed::signed};
use crate::gate::code;
use crate::http::{Office, asked::Query, reply::OfficeFault};
use crate::ledger::{
    Ledger,
    writer::{Wish, Written},
};
use crate::people::{
    consent::{self, Answered},
    events::{EVENTS_MAX, Event},
    home::{self, Home, ReceiptShown},
    join::TRANSFER_MS,
    leave::{self, Export},
    past::Past,
    person::Edit,
    wish::{PeopleDone, PeopleWish},
};
use axum::{
    Json,
    extract::{Request, State},
};
use kava::facts::{id::CustomerId, moment::Moment};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use serde_json::{Value, json};
use std::sync::Arc;

type Shared = State<Arc<Office>>;

fn parsed<T: DeserializeOwned>(body: &[u8]) -> Result<T, OfficeFault> {
    serde_json::from_slice(body).map_err(|e| {
        OfficeFault::BodyUnreadable(format!("the request cannot be read ({e}); update the app and try again"))
    })
}

async fn write(office: &Office, wish: PeopleWish) -> Result<PeopleDone, OfficeFault> {
    match office.write(Wish::People(wish)).await? {
        Written::People(done) => Ok(done),
        _ => Err(OfficeFault::Internal),
    }
}

/// All that the phone shows, with fresh passes.
pub(super) async fn home(State(office): Shared, request: Request) -> Result<Json<Home>, OfficeFault> {
    let (parts, body) = request.into_parts();
    let asked = signed(&office, &parts, body).await?;
    let now = office.now();
    let home = office.of_people(move |ledger| home::of(ledger, &asked.phone, &asked.person, now)).await?;
    Ok(Json(home))
}

#[derive(Deserialize)]
pub(super) struct Before {
    before: Option<Moment>,
}

/// Receipts before an instant.
pub(super) async fn receipts(
    State(office): Shared,
    Query(Before { before }): Query<Before>,
    request: Request,
) -> Result<Json<Vec<ReceiptShown>>, OfficeFault> {
    let (parts, body) = request.into_parts();
    let asked = signed(&office, &parts, body).await?;
    let read = move |ledger: &Ledger| Past::read(ledger.connection(), &asked.person.customer);
    Ok(Json(home::receipts(&office.of_people(read).await?, before)))
}

/// Edits the profile; a phone that began from an older version is told what it is now.
pub(super) async fn edit(State(office): Shared, request: Request) -> Result<Json<Value>, OfficeFault> {
    let (parts, body) = request.into_parts();
    let asked = signed(&office, &parts, body).await?;
    let Edit { version, profile } = parsed(&asked.body)?;
    let profile = profile.tidied().map_err(ClubFault::Field)?;
    let answer = json!({"version": version.saturating_add(1), "profile": profile});
    let wish = PeopleWish::Edit { customer: asked.person.customer, edit: Edit { version, profile } };
    match write(&office, wish).await? {
        PeopleDone::Edited(true) => Ok(Json(answer)),
        _ => Err(ClubFault::Changed.into()),
    }
}

/// Everything that was asked and answered.
pub(super) async fn answers(
    State(office): Shared,
    request: Request,
) -> Result<Json<Vec<Answered>>, OfficeFault> {
    let (parts, body) = request.into_parts();
    let asked = signed(&office, &parts, body).await?;
    let read = move |ledger: &Ledger| consent::of(ledger.connection(), &asked.person.customer);
    Ok(Json(office.of_people(read).await?))
}

/// Keeps answers, each with the words that were read.
pub(super) async fn answer(State(office): Shared, request: Request) -> Result<Json<Value>, OfficeFault> {
    let (parts, body) = request.into_parts();
    let asked = signed(&office, &parts, body).await?;
    let answers: Vec<Answered> = parsed(&asked.body)?;
    if let Some(bad) = answers.iter().find(|answer| !answer.is_whole()) {
        return Err(ClubFault::Consent(bad.purpose.clone()).into());
    }
    write(&office, PeopleWish::Answer { customer: asked.person.customer, answers }).await?;
    Ok(Json(json!({})))
}

/// Keeps what was shown and chosen.
pub(super) async fn tell(State(office): Shared, request: Request) -> Result<Json<Value>, OfficeFault> {
    let (parts, body) = request.into_parts();
    let asked = signed(&office, &parts, body).await?;
    let mut events: Vec<Event> = parsed(&asked.body)?;
    events.truncate(EVENTS_MAX);
    events.retain(Event::is_whole);
    let kept = events.len();
    write(&office, PeopleWish::Tell { customer: asked.person.customer, phone: asked.id, events }).await?;
    Ok(Json(json!({ "kept": kept })))
}

/// A code with which the account goes to another phone.
#[derive(Serialize)]
pub(super) struct Transfer {
    code: String,
    expires: Moment,
}

/// Makes a code for another phone.
pub(super) async fn transfer(State(office): Shared, request: Request) -> Result<Json<Transfer>, OfficeFault> {
    let (parts, body) = request.into_parts();
    let asked = signed(&office, &parts, body).await?;
    let code = code::fresh().map_err(|_| OfficeFault::Internal)?;
    let expires = office.now().later(TRANSFER_MS);
    write(&office, PeopleWish::Transfer { customer: asked.person.customer, code: code.clone() }).await?;
    Ok(Json(Transfer { code, expires }))
}

/// Everything that the office has of the guest.
pub(super) async fn export(State(office): Shared, request: Request) -> Result<Json<Export>, OfficeFault> {
    let (parts, body) = request.into_parts();
    let asked = signed(&office, &parts, body).await?;
    let now = office.now();
    let read = move |ledger: &Ledger| leave::export(ledger.connection(), &asked.person, now);
    Ok(Json(office.of_people(read).await?))
}

/// Forgets the guest.
pub(super) async fn erase(State(office): Shared, request: Request) -> Result<Json<Value>, OfficeFault> {
    let (parts, body) = request.into_parts();
    let asked = signed(&office, &parts, body).await?;
    write(&office, PeopleWish::Erase { customer: CustomerId::new(asked.person.customer) }).await?;
    Ok(Json(json!({ "erased": office.now() })))
}
