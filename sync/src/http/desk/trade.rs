//! What was sold: day by day, and receipt by receipt.

use super::{caller_who_may, look::Which};
use crate::desk::{
    attention::{self, Attention},
    days::{self, DayShown},
    lift::{self, Lifts},
    overview,
    receipts::{self, ReceiptPage, Wanted},
    role::Right,
    segments::{self, Segments},
};
use crate::http::{Office, asked::Query, reply::OfficeFault};
use crate::ledger::Ledger;
use axum::{Json, extract::State, http::HeaderMap};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

type Shared = State<Arc<Office>>;

/// Two weeks.
#[derive(Serialize)]
pub(super) struct Days {
    days: Vec<DayShown>,
}

/// How the last two weeks were.
pub(super) async fn days(
    State(office): Shared,
    Query(which): Query<Which>,
    headers: HeaderMap,
) -> Result<Json<Days>, OfficeFault> {
    let caller = caller_who_may(&office, &headers, Right::Sales).await?;
    let shop = which.shop(&caller.clerk.shop);
    let (asked, with_costs) = (which.day()?, caller.clerk.role.may(Right::Costs));
    let now = office.now();
    let read = move |ledger: &Ledger| {
        let last = asked.map_or_else(|| overview::today(ledger, now), Ok)?;
        days::of(ledger, (&shop, with_costs), last)
    };
    Ok(Json(Days { days: office.of_desk(read).await? }))
}

/// What the programme and its campaigns earned.
pub(super) async fn lift(State(office): Shared, headers: HeaderMap) -> Result<Json<Lifts>, OfficeFault> {
    caller_who_may(&office, &headers, Right::Costs).await?;
    let now = office.now();
    let read = move |ledger: &Ledger| lift::of(ledger, (now, overview::today(ledger, now)?));
    Ok(Json(office.of_reckoning(read).await?))
}

/// What is a reason to look.
pub(super) async fn attention(
    State(office): Shared,
    Query(which): Query<Which>,
    headers: HeaderMap,
) -> Result<Json<Attention>, OfficeFault> {
    let caller = caller_who_may(&office, &headers, Right::Attention).await?;
    let shop = which.shop(&caller.clerk.shop);
    let (asked, now) = (which.day()?, office.now());
    let read = move |ledger: &Ledger| {
        let until = asked.map_or_else(|| overview::today(ledger, now), Ok)?;
        attention::of(ledger, &shop, until)
    };
    Ok(Json(office.of_reckoning(read).await?))
}

/// Segments and who went from which to which.
pub(super) async fn segments(
    State(office): Shared,
    headers: HeaderMap,
) -> Result<Json<Segments>, OfficeFault> {
    caller_who_may(&office, &headers, Right::Segments).await?;
    let now = office.now();
    Ok(Json(office.of_reckoning(move |ledger| segments::of(ledger, now)).await?))
}

/// Which receipts are asked for, beside shop and day.
#[derive(Debug, Deserialize)]
pub(super) struct Among {
    counter: Option<String>,
    before: Option<String>,
}

/// The receipts of a day.
pub(super) async fn receipts(
    State(office): Shared,
    (Query(which), Query(among)): (Query<Which>, Query<Among>),
    headers: HeaderMap,
) -> Result<Json<ReceiptPage>, OfficeFault> {
    let caller = caller_who_may(&office, &headers, Right::Receipts).await?;
    let shop = which.shop(&caller.clerk.shop);
    let Among { counter, before } = among;
    let asked = which.day()?;
    let now = office.now();
    let read = move |ledger: &Ledger| {
        let day = asked.map_or_else(|| overview::today(ledger, now), Ok)?;
        let wanted =
            Wanted { shop, counter: counter.unwrap_or_default(), day, before: before.unwrap_or_default() };
        receipts::of(ledger, &wanted)
    };
    Ok(Json(office.of_desk(read).await?))
}
