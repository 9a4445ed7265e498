//! The second factor at the desk: a secret is offered, its first digits make it hold, the password takes it away.

use super::{caller, enter::is_right, fault::DeskFault, parsed, sent, write};
use crate::desk::wish::{DeskDone, DeskWish};
use crate::gate::second::{SECRET_BYTES, step_of, written};
use crate::http::{Office, reply::OfficeFault};
use axum::{
    Json,
    extract::{Request, State},
};
use serde::Deserialize;
use serde_json::{Value, json};
use std::sync::Arc;

type Shared = State<Arc<Office>>;

/// Offers a secret; nothing changes before its first digits were typed. Whoever has a second factor takes it away first.
pub(super) async fn offer(State(office): Shared, request: Request) -> Result<Json<Value>, OfficeFault> {
    let (headers, _) = sent(request).await?;
    let caller = caller(&office, &headers).await?;
    let mut secret = vec![0; SECRET_BYTES];
    getrandom::fill(&mut secret).map_err(|_| OfficeFault::Internal)?;
    let text = written(&secret);
    // What stands in an address is percent-encoded; a name may be in any letters.
    let label: String = caller.clerk.name.bytes().map(|byte| format!("%{byte:02X}")).collect();
    let uri = format!("otpauth://totp/Kava:{label}?secret={text}&issuer=Kava");
    match write(&office, DeskWish::OfferSecond { clerk: caller.clerk.id, secret }).await? {
        DeskDone::Kept => Ok(Json(json!({"secret": text, "uri": uri}))),
        _ => Err(DeskFault::Field("a second factor beside the one there is").into()),
    }
}

#[derive(Deserialize)]
struct Digits {
    digits: String,
}

/// The first digits were typed: from now on they are asked for.
pub(super) async fn confirm(State(office): Shared, request: Request) -> Result<Json<Value>, OfficeFault> {
    let (headers, body) = sent(request).await?;
    let caller = caller(&office, &headers).await?;
    let Digits { digits } = parsed(&body)?;
    if !office.may_prove(caller.clerk.id) {
        return Err(OfficeFault::TooManyTries);
    }
    let secret = caller.clerk.offered.clone().ok_or(DeskFault::Field("digits"))?;
    let step = step_of(&secret, &digits, office.now()).ok_or(DeskFault::Login)?;
    set(&office, DeskWish::SetSecond { clerk: Box::new(caller.clerk), step: Some(step) }).await
}

#[derive(Deserialize)]
struct Typed {
    password: String,
}

/// No digits are asked for any more.
pub(super) async fn remove(State(office): Shared, request: Request) -> Result<Json<Value>, OfficeFault> {
    let (headers, body) = sent(request).await?;
    let caller = caller(&office, &headers).await?;
    let Typed { password } = parsed(&body)?;
    if !office.may_prove(caller.clerk.id) {
        return Err(OfficeFault::TooManyTries);
    }
    if !is_right(&office, caller.clerk.password.clone(), password).await? {
        return Err(DeskFault::Login.into());
    }
    set(&office, DeskWish::SetSecond { clerk: Box::new(caller.clerk), step: None }).await
}

async fn set(office: &Office, wish: DeskWish) -> Result<Json<Value>, OfficeFault> {
    match write(office, wish).await? {
        DeskDone::Kept => Ok(Json(json!({}))),
        _ => Err(DeskFault::Login.into()),
    }
}
