//! The desk's side: people who work at the office, in a browser. A session's token is in a cookie that no script reads and no
//! other page sends.
//!
//! Not here: SQL, what a role may.

mod campaigns;
mod clerks;
mod close;
mod enter;
mod export;
pub(super) mod fault;
mod look;
mod menu;
mod models;
mod privacy;
mod reports;
mod second;
mod trade;

use self::fault::DeskFault;
use super::{Office, Peer, body, pages, reply::OfficeFault};
use crate::desk::{
    role::Right,
    session::{self, Caller, SEEN_MS},
    wish::{DeskDone, DeskWish},
};
use crate::gate::token;
use crate::ledger::writer::{Wish, Written};
use axum::{
    Router,
    body::Bytes,
    extract::{Request, State},
    http::{
        HeaderMap,
        header::{CONTENT_TYPE, COOKIE},
    },
    middleware::{Next, from_fn_with_state},
    response::{IntoResponse, Response},
    routing::{get, post},
};
use serde::de::DeserializeOwned;
use std::sync::Arc;

/// The most bytes of a clerk's request.
const BODY_MAX: usize = 64 * 1024;
/// The session's cookie.
const COOKIE_NAME: &str = "kava-office";
/// The header of a question that no person asked: a page that keeps itself new. It does not lengthen the session.
const UNASKED: &str = "kava-unasked";

/// Every route of the desk.
pub(super) fn routes(office: &Arc<Office>) -> Router<Arc<Office>> {
    Router::new()
        .route("/office/api/link", post(enter::link))
        .route("/office/api/enter", post(enter::enter))
        .route("/office/api/login", post(enter::login))
        .route("/office/api/logout", post(enter::logout))
        .route("/office/api/password", post(enter::password))
        .route("/office/api/second", post(second::offer))
        .route("/office/api/second/confirm", post(second::confirm))
        .route("/office/api/second/remove", post(second::remove))
        .route("/office/api/session", get(enter::session))
        .route("/office/api/overview", get(look::overview))
        .route("/office/api/counters", get(look::counters))
        .route("/office/api/alarms", get(look::alarms))
        .route("/office/api/menu", get(look::menu))
        .route("/office/api/menu/export", get(export::menu))
        .route("/office/api/campaigns/export", get(export::campaigns))
        .route("/office/api/receipts/export", get(export::receipts))
        .route("/office/api/menu/versions", get(menu::versions))
        .route("/office/api/menu/import", post(menu::import))
        .route("/office/api/menu/edit", post(menu::edit))
        .route("/office/api/menu/return", post(menu::return_to))
        .route("/office/api/models", get(models::lines))
        .route("/office/api/models/advance", post(models::advance))
        .route("/office/api/models/return", post(models::send_back))
        .route("/office/api/days", get(trade::days))
        .route("/office/api/segments", get(trade::segments))
        .route("/office/api/attention", get(trade::attention))
        .route("/office/api/reports", get(reports::list))
        .route("/office/api/reports/{report}", get(reports::one))
        .route("/office/api/reports/{report}/export", get(reports::table))
        .route("/office/api/lift", get(trade::lift))
        .route("/office/api/receipts", get(trade::receipts))
        .route("/office/api/close", get(close::day))
        .route("/office/api/close/export", get(close::export))
        .route("/office/api/close/statement", post(close::statement))
        .route("/office/api/close/total", post(close::total))
        .route("/office/api/privacy/find", post(privacy::find))
        .route("/office/api/privacy/export", post(privacy::export))
        .route("/office/api/privacy/erase", post(privacy::erase))
        .route("/office/api/privacy/erasures", get(privacy::erasures))
        .route("/office/api/receipts/{receipt}", get(look::receipt))
        .route("/office/api/campaigns", get(campaigns::list).post(campaigns::add))
        .route("/office/api/campaigns/try", post(campaigns::rehearse))
        .route("/office/api/campaigns/{id}/end", post(campaigns::end))
        .route("/office/api/clerks", get(clerks::list).post(clerks::invite))
        .route("/office/api/clerks/{name}/revoke", post(clerks::revoke))
        .route("/office/api/deeds", get(clerks::deeds))
        .layer(from_fn_with_state(Arc::clone(office), in_measure))
        .route("/office", get(|| async { pages::moved("/office/") }))
        .route("/office/", get(page))
        .route("/office/{*path}", get(page))
}

/// A file of the clerks' app; what is below `/office/api/` and is no question is nothing.
async fn page(State(office): State<Arc<Office>>, request: Request) -> Result<Response, OfficeFault> {
    if request.uri().path().starts_with("/office/api/") {
        return Err(OfficeFault::Unknown);
    }
    office.desk_pages().answer("/office", &request)
}

/// Nobody asks more often than a person with a few windows would.
async fn in_measure(State(office): State<Arc<Office>>, request: Request, next: Next) -> Response {
    let peer = request.extensions().get::<Peer>().copied();
    let may = peer.is_none_or(|Peer(address)| office.may_look(address));
    if may { next.run(request).await } else { OfficeFault::TooManyTries.into_response() }
}

/// The hash of the session's token in the cookies.
fn session_of(headers: &HeaderMap) -> Option<[u8; 32]> {
    let cookies = headers.get_all(COOKIE).iter().filter_map(|value| value.to_str().ok());
    let mut pairs = cookies.flat_map(|cookies| cookies.split(';')).filter_map(|pair| pair.split_once('='));
    let (_, token) = pairs.find(|(name, _)| name.trim() == COOKIE_NAME)?;
    token::hash(token.trim())
}

/// Who asks.
async fn caller(office: &Arc<Office>, headers: &HeaderMap) -> Result<Caller, OfficeFault> {
    let session = session_of(headers).ok_or(DeskFault::Stranger)?;
    let now = office.now();
    let found = office.of_desk(move |ledger| session::find(ledger.connection(), session, now)).await?;
    let caller = found.ok_or(DeskFault::Stranger)?;
    if now.0 - caller.seen.0 > SEEN_MS && !headers.contains_key(UNASKED) {
        write(office, DeskWish::See(session)).await?;
    }
    Ok(caller)
}

/// Who asks, if they have the right.
async fn caller_who_may(
    office: &Arc<Office>,
    headers: &HeaderMap,
    right: Right,
) -> Result<Caller, OfficeFault> {
    let caller = caller(office, headers).await?;
    if caller.clerk.role.may(right) { Ok(caller) } else { Err(DeskFault::Forbidden.into()) }
}

async fn write(office: &Office, wish: DeskWish) -> Result<DeskDone, OfficeFault> {
    match office.write(Wish::Desk(wish)).await? {
        Written::Desk(done) => Ok(done),
        _ => Err(OfficeFault::Internal),
    }
}

/// The headers and the body of a request that changes something. It must be JSON from the office's own page: no form and no
/// other page can send that.
async fn sent(request: Request) -> Result<(HeaderMap, Bytes), OfficeFault> {
    sent_as(request, ("application/json", BODY_MAX)).await
}

/// The same of another kind and length. Every kind that is asked for here is one that a browser sends to another site's office
/// only after asking it, and is told no.
async fn sent_as(request: Request, (kind, most): (&str, usize)) -> Result<(HeaderMap, Bytes), OfficeFault> {
    let (parts, body) = request.into_parts();
    let text = |name: &str| parts.headers.get(name).and_then(|value| value.to_str().ok());
    let is_of_kind = text(CONTENT_TYPE.as_str()).is_some_and(|said| said.starts_with(kind));
    let is_own = text("sec-fetch-site").is_none_or(|site| site == "same-origin");
    if !is_of_kind || !is_own {
        return Err(DeskFault::Foreign.into());
    }
    let body = body::read_at_most(most, body).await?;
    Ok((parts.headers, body))
}

fn parsed<T: DeserializeOwned>(body: &[u8]) -> Result<T, OfficeFault> {
    serde_json::from_slice(body)
        .map_err(|e| OfficeFault::BodyUnreadable(format!("the request cannot be read: {e}")))
}
