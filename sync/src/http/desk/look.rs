//! What clerks see: shops, counters, the menu, a receipt.

use super::{caller, caller_who_may, fault::DeskFault};
use crate::desk::{
    fleet::{self, CounterHealth},
    overview::{self, Asked, Overview},
    receipt::{self, ReceiptShown},
    role::Right,
    shelf::{self, Shelf},
};
use crate::http::{
    Office,
    asked::{Path, Query},
    reply::OfficeFault,
};
use axum::{Json, extract::State, http::HeaderMap};
use kava::facts::moment::{BusinessDay, Moment};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::sync::Arc;

type Shared = State<Arc<Office>>;

/// Which shop and day are asked for.
#[derive(Debug, Deserialize)]
pub(super) struct Which {
    shop: Option<String>,
    day: Option<String>,
}

impl Which {
    /// The shop that is shown: the clerk's own, where they have one.
    pub(super) fn shop(&self, own: &str) -> String {
        if own.is_empty() { self.shop.clone().unwrap_or_default() } else { own.to_owned() }
    }

    pub(super) fn day(&self) -> Result<Option<BusinessDay>, DeskFault> {
        let read = |day: &String| serde_json::from_value(Value::String(day.clone()));
        self.day.as_ref().map(read).transpose().map_err(|_| DeskFault::Field("day"))
    }
}

/// How the shops are.
pub(super) async fn overview(
    State(office): Shared,
    Query(which): Query<Which>,
    headers: HeaderMap,
) -> Result<Json<Overview>, OfficeFault> {
    let caller = caller(&office, &headers).await?;
    let asked = Asked {
        shop: which.shop(&caller.clerk.shop),
        day: which.day()?,
        with_sales: caller.clerk.role.may(Right::Sales),
    };
    let (now, heard) = (office.now(), office.heard_words());
    let read = move |ledger: &crate::ledger::Ledger| {
        let fleet = fleet::of(ledger, (&asked.shop, &heard), now)?;
        overview::of(ledger, (&asked, &fleet), now)
    };
    Ok(Json(office.of_desk(read).await?))
}

/// Every counter.
#[derive(Serialize)]
pub(super) struct Counters {
    office_time: Moment,
    counters: Vec<CounterHealth>,
}

/// How the counters are.
pub(super) async fn counters(
    State(office): Shared,
    Query(which): Query<Which>,
    headers: HeaderMap,
) -> Result<Json<Counters>, OfficeFault> {
    let caller = caller_who_may(&office, &headers, Right::Counters).await?;
    let shop = which.shop(&caller.clerk.shop);
    let (office_time, heard) = (office.now(), office.heard_words());
    let counters = office.of_desk(move |ledger| fleet::of(ledger, (&shop, &heard), office_time)).await?;
    Ok(Json(Counters { office_time, counters }))
}

/// What needs a person.
pub(super) async fn alarms(State(office): Shared, headers: HeaderMap) -> Result<Json<Value>, OfficeFault> {
    let caller = caller_who_may(&office, &headers, Right::Counters).await?;
    let mut alarms = office.of_desk(crate::ledger::Ledger::alarms).await?;
    let own = format!("{}/", caller.clerk.shop);
    if !caller.clerk.shop.is_empty() {
        alarms.retain(|alarm| alarm.counter.as_ref().is_some_and(|counter| counter.starts_with(&own)));
    }
    Ok(Json(json!({ "alarms": alarms })))
}

/// The menu.
pub(super) async fn menu(
    State(office): Shared,
    Query(which): Query<Which>,
    headers: HeaderMap,
) -> Result<Json<Shelf>, OfficeFault> {
    let caller = caller_who_may(&office, &headers, Right::Menu).await?;
    let shop = which.shop(&caller.clerk.shop);
    let (asked, with_costs) = (which.day()?, caller.clerk.role.may(Right::Costs));
    let now = office.now();
    let read = move |ledger: &crate::ledger::Ledger| {
        let day = asked.map_or_else(|| overview::today(ledger, now), Ok)?;
        shelf::of(ledger, (&shop, with_costs), day)
    };
    Ok(Json(office.of_desk(read).await?))
}

/// One receipt.
pub(super) async fn receipt(
    State(office): Shared,
    Path(receipt): Path<String>,
    headers: HeaderMap,
) -> Result<Json<ReceiptShown>, OfficeFault> {
    let caller = caller_who_may(&office, &headers, Right::Receipts).await?;
    let (shop, with_costs) = (caller.clerk.shop, caller.clerk.role.may(Right::Costs));
    let found = office.of_desk(move |ledger| receipt::of(ledger, &receipt, (&shop, with_costs))).await?;
    found.map(Json).ok_or(OfficeFault::Unknown)
}
