//! Who works here, and what they have changed.

use super::{caller_who_may, fault::DeskFault, parsed, sent, write};
use crate::desk::{
    clerk::{self, Invitation},
    deeds,
    role::{Right, Role},
    wish::{DeskDone, DeskWish},
};
use crate::gate::token;
use crate::http::{
    Office,
    asked::{Path, Query},
    reply::OfficeFault,
};
use crate::ledger::LedgerFault;
use axum::{
    Json,
    extract::{Request, State},
    http::HeaderMap,
};
use serde::Deserialize;
use serde_json::{Value, json};
use std::sync::Arc;

type Shared = State<Arc<Office>>;

/// Everybody.
pub(super) async fn list(State(office): Shared, headers: HeaderMap) -> Result<Json<Value>, OfficeFault> {
    caller_who_may(&office, &headers, Right::Clerks).await?;
    let clerks = office.of_desk(|ledger| clerk::list(ledger.connection())).await?;
    Ok(Json(json!({ "clerks": clerks })))
}

#[derive(Deserialize)]
struct Wanted {
    name: String,
    role: Role,
    #[serde(default)]
    shop: String,
}

/// Lets somebody in by a one-time link.
pub(super) async fn invite(State(office): Shared, request: Request) -> Result<Json<Value>, OfficeFault> {
    let (headers, body) = sent(request).await?;
    let caller = caller_who_may(&office, &headers, Right::Clerks).await?;
    let Wanted { name, role, shop } = parsed(&body)?;
    let name =
        clerk::tidied(&name).filter(|name| *name != caller.clerk.name).ok_or(DeskFault::Field("name"))?;
    if (role == Role::ShopManager) == shop.is_empty() {
        return Err(DeskFault::Field("shop").into());
    }
    let code = token::fresh().map_err(LedgerFault::Other)?;
    let link = token::hash(&code).ok_or(OfficeFault::Internal)?;
    let invitation = Invitation { name, role, shop, link };
    match write(&office, DeskWish::Invite { by: caller.clerk.name, invitation }).await? {
        DeskDone::Invited(expires) => {
            Ok(Json(json!({"link": format!("/office/#enter={code}"), "expires": expires})))
        }
        _ => Err(DeskFault::Forbidden.into()),
    }
}

/// Shuts somebody out. Nobody shuts themselves out: somebody must be left.
pub(super) async fn revoke(
    State(office): Shared,
    Path(name): Path<String>,
    request: Request,
) -> Result<Json<Value>, OfficeFault> {
    let (headers, _) = sent(request).await?;
    let caller = caller_who_may(&office, &headers, Right::Clerks).await?;
    let name =
        clerk::tidied(&name).filter(|name| *name != caller.clerk.name).ok_or(DeskFault::Field("name"))?;
    match write(&office, DeskWish::Revoke { by: caller.clerk.name, name }).await? {
        DeskDone::Ended(true) => Ok(Json(json!({}))),
        DeskDone::Ended(false) => Err(OfficeFault::Unknown),
        _ => Err(DeskFault::Forbidden.into()),
    }
}

#[derive(Deserialize)]
pub(super) struct Before {
    before: Option<String>,
}

/// What was changed, the newest first.
pub(super) async fn deeds(
    State(office): Shared,
    Query(Before { before }): Query<Before>,
    headers: HeaderMap,
) -> Result<Json<Value>, OfficeFault> {
    caller_who_may(&office, &headers, Right::Deeds).await?;
    let id = before.map(|id| id.parse::<i64>()).transpose().map_err(|_| DeskFault::Field("before"))?;
    let deeds = office.of_desk(move |ledger| deeds::before(ledger.connection(), id)).await?;
    Ok(Json(json!({ "deeds": deeds })))
}
