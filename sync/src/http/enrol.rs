//! `POST /api/v1/enrol`: a counter comes in with a one-time code and the key that it made.

use super::{Office, Peer, body, reply::OfficeFault};
use crate::gate::code;
use crate::gate::seals::SealFault;
use crate::ledger::counters::Let;
use crate::ledger::writer::{Wish, Written};
use axum::{
    Extension, Json,
    extract::{Request, State},
};
use kava::wire::{
    bundle::key_id,
    hex::array_from_hex,
    reply::{Enrol, Enrolled},
    seal::Asked,
};
use std::sync::Arc;

/// Lets a counter in.
///
/// # Errors
/// Every [`OfficeFault`].
pub(super) async fn enrol(
    State(office): State<Arc<Office>>,
    Extension(Peer(address)): Extension<Peer>,
    request: Request,
) -> Result<Json<Enrolled>, OfficeFault> {
    if !office.may_try(address) {
        return Err(OfficeFault::TooManyTries);
    }
    let (parts, body) = request.into_parts();
    let seal = body::seal_of(&parts.headers).ok_or(SealFault::Missing)?;
    let (body, _room) = body::read(&office, body).await?;
    let asked: Enrol = serde_json::from_slice(&body).map_err(|e| {
        OfficeFault::BodyUnreadable(format!("the enrolment cannot be read ({e}); update kava and try again"))
    })?;
    // Whoever brings a key shows that they hold it.
    let public: [u8; 32] = array_from_hex(&asked.public).ok_or(SealFault::Forged)?;
    let signed = Asked { method: parts.method.as_str(), path: parts.uri.path(), body: &body };
    if seal.key != key_id(&public) || !seal.is_good(&public, &signed) {
        return Err(SealFault::Forged.into());
    }
    if asked.chain.as_str() != office.chain() {
        return Err(OfficeFault::BodyUnreadable(format!(
            "this is the office of chain {:?}, the counter is of {:?}; check the address, or `kava init --chain`",
            office.chain(),
            asked.chain.as_str()
        )));
    }
    let code = code::hash(&asked.code).ok_or(OfficeFault::EnrolCode)?;
    match office.write(Wish::Enrol { asked, code, public }).await? {
        Written::Let(Let::In(enrolled)) => {
            // The shop may be new here; its counter finds a keyring when it asks for news.
            office.keep_keyrings().await?;
            Ok(Json(enrolled))
        }
        Written::Let(Let::NoSuchCode) => Err(OfficeFault::EnrolCode),
        Written::Let(Let::CodeOld) => Err(OfficeFault::EnrolCodeOld),
        Written::Let(Let::AnotherCounter { shop, counter }) => Err(OfficeFault::EnrolOther { shop, counter }),
        _ => Err(OfficeFault::Internal),
    }
}
