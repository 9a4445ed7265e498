//! `POST /api/v1/club/join`: a phone becomes a guest's.

use super::{fault::ClubFault, signed::brought};
use crate::http::{Office, Peer, reply::OfficeFault};
use crate::ledger::{
    Ledger,
    writer::{Wish, Written},
};
use crate::people::{
    consent::Answered,
    home::{self, Home},
    join::{Joined, Newcomer, PhoneKnown, key_of},
    person::Person,
    wish::{PeopleDone, PeopleWish},
};
use axum::{
    Extension, Json,
    extract::{Request, State},
};
use kava::{
    facts::id::ChainId,
    wire::code::{Blank, Pseudonym, pass::chain_tag},
};
use serde::Deserialize;
use std::sync::Arc;

#[derive(Deserialize)]
struct Asked {
    algorithm: String,
    public: String,
    language: String,
    consents: Vec<Answered>,
    /// Digits of a blank membership.
    claim: Option<String>,
    /// A code of another phone.
    transfer: Option<String>,
}

/// Lets a phone in, and gives all that it shows.
///
/// # Errors
/// Every [`OfficeFault`].
pub(super) async fn join(
    State(office): State<Arc<Office>>,
    Extension(Peer(address)): Extension<Peer>,
    request: Request,
) -> Result<Json<Home>, OfficeFault> {
    if !office.may_join(address) {
        return Err(OfficeFault::TooManyTries);
    }
    let (parts, body) = request.into_parts();
    let brought = brought(&parts, body).await?;
    let asked: Asked = serde_json::from_slice(&brought.body).map_err(|e| {
        OfficeFault::BodyUnreadable(format!("the request cannot be read ({e}); update the app and try again"))
    })?;
    let key = key_of(&asked.algorithm, &asked.public).ok_or(ClubFault::Key)?;
    brought.check(&office, &key)?;
    let language =
        if ["ru", "be", "en"].contains(&asked.language.as_str()) { asked.language } else { "ru".into() };
    check(&asked.consents, asked.transfer.is_some())?;
    let claimed = match &asked.claim {
        Some(digits) => Some(claimed(&office, digits).await?),
        None => None,
    };
    let mut random = [0; 16];
    getrandom::fill(&mut random).map_err(|_| OfficeFault::Internal)?;
    let newcomer = Newcomer {
        key: key.clone(),
        pseudonym: Pseudonym(random),
        claimed,
        transfer: asked.transfer,
        answers: asked.consents,
        language,
    };
    let customer = match office.write(Wish::People(PeopleWish::Join(Box::new(newcomer)))).await? {
        Written::People(PeopleDone::Joined(Joined::As(customer))) => customer,
        Written::People(PeopleDone::Joined(Joined::NoSuchTransfer)) => return Err(ClubFault::Transfer.into()),
        Written::People(PeopleDone::Joined(Joined::Withdrawn)) => return Err(ClubFault::Withdrawn.into()),
        Written::People(PeopleDone::Joined(Joined::Claimed)) => {
            return Err(ClubFault::Claim("somebody else has it".into()).into());
        }
        Written::People(PeopleDone::Joined(Joined::Erased)) => {
            return Err(ClubFault::Claim("its guest has left; ask for another".into()).into());
        }
        _ => return Err(OfficeFault::Internal),
    };
    let phone = PhoneKnown { customer, key };
    let now = office.now();
    let read = move |ledger: &Ledger| {
        let person = Person::read(ledger.connection(), &phone.customer)?;
        person.map(|person| home::of(ledger, &phone, &person, now)).transpose()
    };
    let home = office.of_people(read).await?;
    home.map(Json).ok_or_else(|| ClubFault::Stranger.into())
}

/// Whoever is new agrees to the programme at least; whoever brings their account along has done so before.
fn check(answers: &[Answered], transfers: bool) -> Result<(), ClubFault> {
    if let Some(bad) = answers.iter().find(|answer| !answer.is_whole()) {
        return Err(ClubFault::Consent(bad.purpose.clone()));
    }
    let agreed = answers.iter().any(|answer| answer.purpose == "programme" && answer.given);
    if agreed || transfers { Ok(()) } else { Err(ClubFault::Consent("programme".into())) }
}

async fn claimed(office: &Arc<Office>, digits: &str) -> Result<Pseudonym, OfficeFault> {
    let keys = office.of_people(|ledger| crate::people::keys::office_keys(ledger.connection())).await?;
    let chain = chain_tag(&ChainId::new(office.chain()));
    let claim = Blank::claim(digits, chain, &keys, office.now());
    let (blank, _) = claim.map_err(|fault| ClubFault::Claim(fault.to_string()))?;
    Ok(blank.pseudonym)
}
