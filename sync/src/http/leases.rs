//! `POST /api/v1/leases`: a counter asks for parts of campaigns' budgets and says what it holds.

use super::{Office, body, reply::OfficeFault};
use crate::ledger::writer::{Wish, Written};
use axum::{
    Json,
    extract::{Request, State},
};
use kava::wire::lease::{Ask, Granted};
use std::sync::Arc;

/// Lends.
///
/// # Errors
/// Every [`OfficeFault`].
pub(super) async fn lend(
    State(office): State<Arc<Office>>,
    request: Request,
) -> Result<Json<Granted>, OfficeFault> {
    let (parts, body) = request.into_parts();
    let signed = body::signed(&office, &parts, body).await?;
    let text = body::text(&parts.headers, &signed.body)?;
    let ask: Ask = serde_json::from_str(&text).map_err(|e| {
        OfficeFault::BodyUnreadable(format!("the question cannot be read ({e}); update kava"))
    })?;
    match office.write(Wish::Lend { counter: signed.counter.id, ask }).await? {
        Written::Granted(granted) => Ok(Json(granted)),
        _ => Err(OfficeFault::Internal),
    }
}
