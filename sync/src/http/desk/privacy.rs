//! What a guest asks of whoever helps them: what is kept, and to be erased. Each leaves a deed; what was typed to find them does not
//! stand in it, nor in any address.

use super::{caller_who_may, parsed, sent, write};
use crate::desk::{
    privacy::{self, Guest},
    role::Right,
    wish::{DeskDone, DeskWish},
};
use crate::http::{Office, reply::OfficeFault};
use crate::ledger::erasure::{Erased, ErasureShown};
use crate::people::leave::{self, Export};
use axum::{
    Json,
    extract::{Request, State},
    http::HeaderMap,
};
use kava::{facts::id::CustomerId, wire::erasure::who};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

type Shared = State<Arc<Office>>;

/// Erasures of one answer.
const ERASURES_MAX: usize = 100;

#[derive(Deserialize)]
struct Find {
    asked: String,
}

#[derive(Deserialize)]
struct Whom {
    customer: String,
}

/// Guests who were found.
#[derive(Serialize)]
pub(super) struct Found {
    guests: Vec<Guest>,
}

/// Finds a guest.
pub(super) async fn find(State(office): Shared, request: Request) -> Result<Json<Found>, OfficeFault> {
    let (headers, body) = sent(request).await?;
    let caller = caller_who_may(&office, &headers, Right::Privacy).await?;
    let Find { asked } = parsed(&body)?;
    let guests = office.of_desk(move |ledger| privacy::find(ledger, &asked)).await?;
    let text = format!("found {}", guests.len());
    note(&office, (caller.clerk.name, "guest_looked_up"), (String::new(), text)).await?;
    Ok(Json(Found { guests }))
}

/// Everything that is kept of a guest.
pub(super) async fn export(State(office): Shared, request: Request) -> Result<Json<Export>, OfficeFault> {
    let (headers, body) = sent(request).await?;
    let caller = caller_who_may(&office, &headers, Right::Privacy).await?;
    let Whom { customer } = parsed(&body)?;
    let (now, of) = (office.now(), who(&CustomerId::new(&customer)).to_string());
    let read = office.of_people(move |ledger| leave::export_of(ledger.connection(), &customer, now)).await?;
    let export = read.ok_or(OfficeFault::Unknown)?;
    note(&office, (caller.clerk.name, "guest_exported"), (of, String::new())).await?;
    Ok(Json(export))
}

/// Erases a guest, here and with their next contact at every counter.
pub(super) async fn erase(State(office): Shared, request: Request) -> Result<Json<Erased>, OfficeFault> {
    let (headers, body) = sent(request).await?;
    let caller = caller_who_may(&office, &headers, Right::Privacy).await?;
    let Whom { customer } = parsed(&body)?;
    let asked = customer.clone();
    if office.of_desk(move |ledger| privacy::find(ledger, &asked)).await?.is_empty() {
        return Err(OfficeFault::Unknown);
    }
    let customer = CustomerId::new(customer);
    match write(&office, DeskWish::EraseGuest { by: caller.clerk.name, customer }).await? {
        DeskDone::Erased(erased) => Ok(Json(erased)),
        _ => Err(OfficeFault::Internal),
    }
}

/// Erasures with the counters that have done them.
#[derive(Serialize)]
pub(super) struct Erasures {
    erasures: Vec<ErasureShown>,
}

/// Who was erased, by hash, and which counters have given a receipt.
pub(super) async fn erasures(
    State(office): Shared,
    headers: HeaderMap,
) -> Result<Json<Erasures>, OfficeFault> {
    caller_who_may(&office, &headers, Right::Privacy).await?;
    let mut erasures = office.of_desk(crate::ledger::Ledger::erasures).await?;
    erasures.truncate(ERASURES_MAX);
    Ok(Json(Erasures { erasures }))
}

async fn note(
    office: &Arc<Office>,
    (by, what): (String, &'static str),
    (of, text): (String, String),
) -> Result<(), OfficeFault> {
    write(office, DeskWish::Note { by, what, of, text }).await.map(drop)
}
