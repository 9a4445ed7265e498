//! Campaigns at the desk: where their budgets are, and how one begins and ends.

use super::{caller_who_may, fault::DeskFault, sent, write};
use crate::desk::{
    overview,
    rehearsal::{self, Rehearsal},
    role::Right,
    wish::{DeskDone, DeskWish},
};
use crate::http::{Office, asked::Path, reply::OfficeFault};
use crate::ledger::{Ledger, campaigns};
use axum::{
    Json,
    extract::{Request, State},
    http::HeaderMap,
};
use serde_json::{Value, json};
use std::sync::Arc;

type Shared = State<Arc<Office>>;

/// Every campaign.
pub(super) async fn list(State(office): Shared, headers: HeaderMap) -> Result<Json<Value>, OfficeFault> {
    caller_who_may(&office, &headers, Right::Campaigns).await?;
    let now = office.now();
    let shown = office.of_desk(move |ledger| ledger.campaigns_at(now)).await?;
    Ok(Json(json!({ "campaigns": shown })))
}

/// What one would have done on receipts that are past; nothing begins.
pub(super) async fn rehearse(
    State(office): Shared,
    request: Request,
) -> Result<Json<Rehearsal>, OfficeFault> {
    let (headers, body) = sent(request).await?;
    let caller = caller_who_may(&office, &headers, Right::CampaignsEdit).await?;
    let campaign = campaigns::read(&String::from_utf8_lossy(&body)).map_err(DeskFault::Campaign)?;
    if campaign.coupon.is_some() {
        return Err(DeskFault::Field("coupon").into());
    }
    let (now, with_costs) = (office.now(), caller.clerk.role.may(Right::Costs));
    let read = move |ledger: &Ledger| {
        let today = overview::today(ledger, now)?;
        rehearsal::of(ledger, (&campaign, with_costs), (now, today))
    };
    Ok(Json(office.of_reckoning(read).await?))
}

/// Begins one; it goes down to every counter.
pub(super) async fn add(State(office): Shared, request: Request) -> Result<Json<Value>, OfficeFault> {
    let (headers, body) = sent(request).await?;
    let caller = caller_who_may(&office, &headers, Right::CampaignsEdit).await?;
    let text = String::from_utf8_lossy(&body);
    let campaign = campaigns::read(&text).map_err(DeskFault::Campaign)?;
    let id = campaign.id.to_string();
    let wish = DeskWish::AddCampaign { by: caller.clerk.name, campaign: Box::new(campaign) };
    match write(&office, wish).await? {
        DeskDone::Added(Some(done)) => Ok(Json(json!({"campaign": id, "version": done.version}))),
        DeskDone::Added(None) => Err(DeskFault::Taken(id).into()),
        _ => Err(OfficeFault::Internal),
    }
}

/// Ends one.
pub(super) async fn end(
    State(office): Shared,
    Path(id): Path<String>,
    request: Request,
) -> Result<Json<Value>, OfficeFault> {
    let (headers, _) = sent(request).await?;
    let caller = caller_who_may(&office, &headers, Right::CampaignsEdit).await?;
    match write(&office, DeskWish::EndCampaign { by: caller.clerk.name, id: id.clone() }).await? {
        DeskDone::Ended(true) => Ok(Json(json!({"campaign": id, "ended": true}))),
        DeskDone::Ended(false) => Err(OfficeFault::Unknown),
        _ => Err(OfficeFault::Internal),
    }
}
