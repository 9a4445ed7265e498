//! Bundles of models at the desk: where each is, on to more shops, back to an earlier one.

use super::{caller_who_may, fault::DeskFault, parsed, sent, write};
use crate::desk::{
    models::{self, Line},
    role::Right,
    wish::{DeskDone, DeskWish},
};
use crate::http::{Office, reply::OfficeFault};
use crate::ledger::Ledger;
use axum::{
    Json,
    extract::{Request, State},
    http::HeaderMap,
};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::sync::Arc;

type Shared = State<Arc<Office>>;

/// The chain's bundles, and those of shops that have their own.
#[derive(Serialize)]
pub(super) struct Lines {
    lines: Vec<Line>,
}

/// Which bundle is where, and what was seen of it.
pub(super) async fn lines(State(office): Shared, headers: HeaderMap) -> Result<Json<Lines>, OfficeFault> {
    caller_who_may(&office, &headers, Right::Models).await?;
    let read = |ledger: &Ledger| ledger.bundle_lines()?.iter().map(|line| models::of(ledger, line)).collect();
    Ok(Json(Lines { lines: office.of_reckoning(read).await? }))
}

/// A bundle that is to go on.
#[derive(Debug, Deserialize)]
struct Advance {
    #[serde(default)]
    shop: String,
    version: i64,
}

/// Gives a bundle to more shops.
pub(super) async fn advance(State(office): Shared, request: Request) -> Result<Json<Value>, OfficeFault> {
    let (headers, body) = sent(request).await?;
    let caller = caller_who_may(&office, &headers, Right::ModelsEdit).await?;
    let Advance { shop, version } = parsed(&body)?;
    match write(&office, DeskWish::AdvanceModels { by: caller.clerk.name, shop, version }).await? {
        DeskDone::Advanced(Some(roll)) => {
            Ok(Json(json!({"version": roll.version, "stage_bp": roll.stage_bp, "state": roll.state})))
        }
        DeskDone::Advanced(None) => Err(DeskFault::ModelsMoved.into()),
        _ => Err(OfficeFault::Internal),
    }
}

/// A bundle whose models are to come back.
#[derive(Debug, Deserialize)]
struct Return {
    #[serde(default)]
    shop: String,
    to: Option<i64>,
    seen: i64,
}

/// Puts an earlier bundle's models in force again.
pub(super) async fn send_back(State(office): Shared, request: Request) -> Result<Json<Value>, OfficeFault> {
    let (headers, body) = sent(request).await?;
    let caller = caller_who_may(&office, &headers, Right::ModelsEdit).await?;
    let Return { shop, to, seen } = parsed(&body)?;
    match write(&office, DeskWish::ReturnModels { by: caller.clerk.name, shop, to, seen }).await? {
        DeskDone::Returned(Some(done)) => Ok(Json(json!({"version": done.version}))),
        DeskDone::Returned(None) => Err(DeskFault::ModelsMoved.into()),
        _ => Err(OfficeFault::Internal),
    }
}
