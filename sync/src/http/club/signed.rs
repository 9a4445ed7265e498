//! A phone's request whose signature was checked.

use super::fault::ClubFault;
use crate::gate::seals::{self, SealFault};
use crate::http::{Office, body, reply::OfficeFault};
use crate::ledger::Ledger;
use crate::people::{
    join::{self, PhoneKnown},
    person::Person,
};
use axum::{
    body::{Body, Bytes},
    http::request::Parts,
};
use kava::wire::{
    code::{PhoneId, PhoneKey},
    hex::array_from_hex,
    seal::{Asked, Seal},
};
use std::sync::Arc;

/// The most bytes of a phone's request.
const BODY_MAX: usize = 64 * 1024;

/// Who asks, and what.
pub(super) struct Signed {
    pub(super) id: PhoneId,
    pub(super) phone: PhoneKnown,
    pub(super) person: Person,
    pub(super) body: Bytes,
}

/// A request that brings its key along: body, seal, and the key's name.
pub(super) struct Brought {
    pub(super) body: Bytes,
    pub(super) seal: Seal,
    path: String,
    method: String,
}

/// Reads a request with a seal.
pub(super) async fn brought(parts: &Parts, body: Body) -> Result<Brought, OfficeFault> {
    let seal = body::seal_of(&parts.headers).ok_or(SealFault::Missing)?;
    let body = body::read_at_most(BODY_MAX, body).await?;
    let path = parts.uri.path_and_query().map_or("/", |path| path.as_str()).to_owned();
    Ok(Brought { body, seal, path, method: parts.method.to_string() })
}

impl Brought {
    /// Checks that the holder of this key asks, now, and for the first time.
    pub(super) fn check(&self, office: &Office, key: &PhoneKey) -> Result<(), OfficeFault> {
        if array_from_hex(&self.seal.key) != Some(key.id()) {
            return Err(SealFault::Forged.into());
        }
        let asked = Asked { method: &self.method, path: &self.path, body: &self.body };
        let now = office.now();
        seals::check_phone(&self.seal, key, &asked, now)?;
        Ok(office.take_nonce(&self.seal, now)?)
    }
}

/// Whose phone asks.
pub(super) async fn signed(office: &Arc<Office>, parts: &Parts, body: Body) -> Result<Signed, OfficeFault> {
    let brought = brought(parts, body).await?;
    let id: PhoneId = array_from_hex(&brought.seal.key).ok_or(SealFault::Missing)?;
    let read = move |ledger: &Ledger| {
        let connection = ledger.connection();
        let known = match join::phone(connection, &id)? {
            Some(phone) => Person::read(connection, &phone.customer)?.map(|person| (phone, person)),
            None => None,
        };
        Ok((known, join::is_withdrawn(connection, &id)?))
    };
    let (known, withdrawn) = office.of_people(read).await?;
    let unknown = if withdrawn { ClubFault::Withdrawn } else { ClubFault::Stranger };
    let (phone, person) = known.filter(|_| !withdrawn).ok_or(unknown)?;
    brought.check(office, &phone.key)?;
    Ok(Signed { id, phone, person, body: brought.body })
}
