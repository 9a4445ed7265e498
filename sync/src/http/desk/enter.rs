//! How clerks come in and go: by a one-time link, by name and password.

use super::{COOKIE_NAME, caller, fault::DeskFault, parsed, sent, session_of, write};
use crate::desk::{
    clerk::{self, Clerk},
    role::{Right, Role},
    session::SESSION_MS,
    wish::{DeskDone, DeskWish},
};
use crate::gate::{
    password::{self, Password},
    second, token,
};
use crate::http::{Office, Peer, heads::came_over_tls, reply::OfficeFault};
use crate::ledger::LedgerFault;
use axum::{
    Extension, Json,
    extract::{Request, State},
    http::{HeaderMap, HeaderValue, header::SET_COOKIE},
    response::{IntoResponse, Response},
};
use kava::facts::moment::Moment;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::sync::Arc;

type Shared = State<Arc<Office>>;

/// Who is in, and what they may.
#[derive(Serialize)]
pub(super) struct Session {
    name: String,
    role: Role,
    shop: String,
    may: Vec<Right>,
    second: bool,
    expires: Moment,
    office_time: Moment,
    title: String,
    currency: String,
}

async fn shown(office: &Arc<Office>, clerk: Clerk, expires: Moment) -> Result<Session, OfficeFault> {
    let (title, currency) = office.of_desk(|ledger| Ok((ledger.title()?, ledger.currency()?))).await?;
    Ok(Session {
        may: clerk.role.rights(),
        second: clerk.second.is_some(),
        name: clerk.name,
        role: clerk.role,
        shop: clerk.shop,
        expires,
        office_time: office.now(),
        title,
        currency,
    })
}

/// Who is in.
pub(super) async fn session(State(office): Shared, headers: HeaderMap) -> Result<Json<Session>, OfficeFault> {
    let caller = caller(&office, &headers).await?;
    Ok(Json(shown(&office, caller.clerk, caller.expires).await?))
}

#[derive(Deserialize)]
struct Code {
    code: String,
}

/// Whose link this is.
pub(super) async fn link(
    State(office): Shared,
    Extension(Peer(address)): Extension<Peer>,
    request: Request,
) -> Result<Json<Value>, OfficeFault> {
    let (_, body) = sent(request).await?;
    if !office.may_log_in(address) {
        return Err(OfficeFault::TooManyTries);
    }
    let Code { code } = parsed(&body)?;
    let (clerk, expires) = by_link(&office, &code).await?.ok_or(DeskFault::Link)?;
    Ok(Json(json!({"name": clerk.name, "role": clerk.role, "shop": clerk.shop, "expires": expires})))
}

async fn by_link(office: &Arc<Office>, code: &str) -> Result<Option<(Clerk, Moment)>, LedgerFault> {
    let Some(link) = token::hash(code) else { return Ok(None) };
    let now = office.now();
    office.of_desk(move |ledger| clerk::by_link(ledger.connection(), &link, now)).await
}

#[derive(Deserialize)]
struct Enter {
    code: String,
    password: String,
}

/// Sets the first password by a link; the link is spent.
pub(super) async fn enter(
    State(office): Shared,
    Extension(Peer(address)): Extension<Peer>,
    request: Request,
) -> Result<Response, OfficeFault> {
    let (headers, body) = sent(request).await?;
    if !office.may_log_in(address) {
        return Err(OfficeFault::TooManyTries);
    }
    let Enter { code, password } = parsed(&body)?;
    let (clerk, _) = by_link(&office, &code).await?.ok_or(DeskFault::Link)?;
    password::check(&password, &clerk.name).map_err(DeskFault::Password)?;
    let link = token::hash(&code).ok_or(DeskFault::Link)?;
    let password = office.hashed(move || Password::keep(&password)).await?.map_err(LedgerFault::Other)?;
    let token = token::fresh().map_err(LedgerFault::Other)?;
    let session = token::hash(&token).ok_or(OfficeFault::Internal)?;
    let done = write(&office, DeskWish::Enter { link, password, session }).await?;
    is_in(&office, (done, DeskFault::Link), (&token, &headers)).await
}

#[derive(Deserialize)]
struct Login {
    name: String,
    password: String,
    /// The digits of the second factor.
    second: Option<String>,
}

/// Lets somebody in by name and password.
pub(super) async fn login(
    State(office): Shared,
    Extension(Peer(address)): Extension<Peer>,
    request: Request,
) -> Result<Response, OfficeFault> {
    let (headers, body) = sent(request).await?;
    let Login { name, password, second } = parsed(&body)?;
    let name = clerk::tidied(&name).ok_or(DeskFault::Login)?;
    if !office.may_log_in(address) || !office.may_log_in_as(&name) {
        return Err(OfficeFault::TooManyTries);
    }
    let known = office.of_desk(move |ledger| clerk::by_name(ledger.connection(), &name)).await?;
    let kept = known.as_ref().and_then(|clerk| clerk.password.clone());
    if !is_right(&office, kept.clone(), password).await? {
        return Err(DeskFault::Login.into());
    }
    let (clerk, kept) = known.zip(kept).ok_or(DeskFault::Login)?;
    let step = match (&clerk.second, second) {
        (None, _) => None,
        (Some(_), None) => return Err(DeskFault::Second.into()),
        (Some(_), Some(_)) if !office.may_prove(clerk.id) => return Err(OfficeFault::TooManyTries),
        (Some((secret, _)), Some(digits)) => {
            Some(second::step_of(secret, &digits, office.now()).ok_or(DeskFault::Login)?)
        }
    };
    let token = token::fresh().map_err(LedgerFault::Other)?;
    let session = token::hash(&token).ok_or(OfficeFault::Internal)?;
    let done = write(&office, DeskWish::Begin { clerk: clerk.id, session, password: kept, step }).await?;
    is_in(&office, (done, DeskFault::Login), (&token, &headers)).await
}

/// Whether a password is the one that is kept; where none is, it takes as long and is not.
pub(super) async fn is_right(
    office: &Office,
    kept: Option<Password>,
    typed: String,
) -> Result<bool, OfficeFault> {
    if typed.len() > password::BYTES_MAX {
        return Ok(false);
    }
    let is_known = kept.is_some();
    let kept = kept.unwrap_or(Password::nobodys());
    Ok(office.hashed(move || kept.is(&typed)).await? && is_known)
}

/// Ends the session.
pub(super) async fn logout(State(office): Shared, request: Request) -> Result<Response, OfficeFault> {
    let (headers, _) = sent(request).await?;
    if let Some(session) = session_of(&headers) {
        write(&office, DeskWish::End(session)).await?;
    }
    let mut response = Json(json!({})).into_response();
    response.headers_mut().insert(SET_COOKIE, cookie(&office, ("", 0), &headers)?);
    Ok(response)
}

#[derive(Deserialize)]
struct Change {
    old: String,
    new: String,
}

/// Sets another password; every other session of this clerk ends.
pub(super) async fn password(State(office): Shared, request: Request) -> Result<Response, OfficeFault> {
    let (headers, body) = sent(request).await?;
    let caller = caller(&office, &headers).await?;
    let Change { old, new } = parsed(&body)?;
    if !office.may_prove(caller.clerk.id) {
        return Err(OfficeFault::TooManyTries);
    }
    if !is_right(&office, caller.clerk.password.clone(), old).await? {
        return Err(DeskFault::Login.into());
    }
    password::check(&new, &caller.clerk.name).map_err(DeskFault::Password)?;
    let password = office.hashed(move || Password::keep(&new)).await?.map_err(LedgerFault::Other)?;
    let token = token::fresh().map_err(LedgerFault::Other)?;
    let session = token::hash(&token).ok_or(OfficeFault::Internal)?;
    let wish = DeskWish::Reset { clerk: Box::new(caller.clerk), password, session };
    let done = write(&office, wish).await?;
    is_in(&office, (done, DeskFault::Login), (&token, &headers)).await
}

/// The session that has begun, with its cookie.
async fn is_in(
    office: &Arc<Office>,
    (done, otherwise): (DeskDone, DeskFault),
    (token, headers): (&str, &HeaderMap),
) -> Result<Response, OfficeFault> {
    let DeskDone::In(clerk, expires) = done else { return Err(otherwise.into()) };
    let mut response = Json(shown(office, *clerk, expires).await?).into_response();
    response.headers_mut().insert(SET_COOKIE, cookie(office, (token, SESSION_MS / 1_000), headers)?);
    Ok(response)
}

/// Where the office or a proxy in front of it speaks TLS the cookie never travels without it.
fn cookie(
    office: &Office,
    (token, seconds): (&str, i64),
    headers: &HeaderMap,
) -> Result<HeaderValue, OfficeFault> {
    let is_tls = came_over_tls(office, headers);
    let secure = if is_tls { "; Secure" } else { "" };
    let text =
        format!("{COOKIE_NAME}={token}; Path=/office; HttpOnly; SameSite=Strict; Max-Age={seconds}{secure}");
    HeaderValue::from_str(&text).map_err(|_| OfficeFault::Internal)
}
