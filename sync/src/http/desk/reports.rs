//! Reports of the embedded warehouse: which there are, one of them, and the same as a table to take away.

use super::{caller, export, fault::DeskFault};
use crate::desk::{
    overview,
    reports::{self, Asked, DAYS_MAX, REPORTS, Report, ReportRead, ReportShown},
    role::Right,
    session::Caller,
};
use crate::http::{
    Office,
    asked::{Path, Query},
    reply::OfficeFault,
};
use axum::{Json, extract::State, http::HeaderMap, response::Response};
use kava::facts::moment::BusinessDay;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

type Shared = State<Arc<Office>>;

/// Days of a report where nothing is said.
const DAYS: i32 = 28;

/// The reports that somebody may see.
#[derive(Serialize)]
pub(super) struct Reports {
    reports: Vec<ReportShown>,
}

/// Which days are asked for, and where.
#[derive(Debug, Deserialize)]
pub(super) struct Among {
    from: Option<String>,
    until: Option<String>,
    shop: Option<String>,
}

/// Which reports there are.
pub(super) async fn list(State(office): Shared, headers: HeaderMap) -> Result<Json<Reports>, OfficeFault> {
    let Caller { clerk, .. } = caller(&office, &headers).await?;
    let may = REPORTS.into_iter().filter(|report| report.is_for(clerk.role, &clerk.shop));
    let reports = may.map(|report| report.shown(clerk.role.may(Right::Costs))).collect();
    Ok(Json(Reports { reports }))
}

/// One of them.
pub(super) async fn one(
    State(office): Shared,
    Path(name): Path<String>,
    Query(among): Query<Among>,
    headers: HeaderMap,
) -> Result<Json<ReportRead>, OfficeFault> {
    read(&office, (&name, &among), &headers).await.map(Json)
}

/// One of them as a table.
pub(super) async fn table(
    State(office): Shared,
    Path(name): Path<String>,
    (Query(among), Query(wished)): (Query<Among>, Query<export::As>),
    headers: HeaderMap,
) -> Result<Response, OfficeFault> {
    let read = read(&office, (&name, &among), &headers).await?;
    Ok(export::whole(read.report.name, wished.form(), &reports::sheet(&read)))
}

async fn read(
    office: &Arc<Office>,
    (name, among): (&str, &Among),
    headers: &HeaderMap,
) -> Result<ReportRead, OfficeFault> {
    let Caller { clerk, .. } = caller(office, headers).await?;
    let report = Report::of(name).ok_or(OfficeFault::Unknown)?;
    if !report.is_for(clerk.role, &clerk.shop) {
        return Err(DeskFault::Forbidden.into());
    }
    let now = office.now();
    let today = office.of_desk(move |ledger| overview::today(ledger, now)).await?;
    let until = export::day_of(among.until.as_ref(), "until")?.unwrap_or(today);
    let from = export::day_of(among.from.as_ref(), "from")?;
    let from = from.unwrap_or(BusinessDay(until.0.saturating_sub(DAYS - 1)));
    if from > until || until.0.saturating_sub(from.0) >= DAYS_MAX {
        return Err(DeskFault::Field("from").into());
    }
    let shop = if clerk.shop.is_empty() { among.shop.clone().unwrap_or_default() } else { clerk.shop };
    let asked = Asked { days: (from, until), shop, with_costs: clerk.role.may(Right::Costs) };
    Ok(office.of_reckoning(move |ledger| reports::read(ledger, report, &asked)).await?)
}
