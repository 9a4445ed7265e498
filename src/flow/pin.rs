//! The manager: somebody who knows a PIN. Where the policy wants it, money from a certain sum on goes back only with
//! the manager's word.
//!
//! What is kept proves a PIN and takes long to compute, so that whoever has a copy of the database needs hours where
//! they would need none; few digits are no secret from somebody with time.

use super::counter::Counter;
use super::fault::FlowFault;
use crate::facts::moment::Moment;
use crate::facts::money::Money;
use crate::store::pin::{Whose, set_pin_proof, set_pin_tries};
use crate::store::records::{self, Entry};
use crate::store::{Change, Store, StoreFault};
use crate::wire::code::PassFault;
use crate::wire::code::tries::Tries;
use crate::wire::record::kind;
use argon2::password_hash::{PasswordHash, SaltString};
use argon2::{Argon2, PasswordHasher, PasswordVerifier};
use serde::Deserialize;

/// Digits that a PIN has at least.
pub const PIN_LEAST: usize = 4;
/// Digits that a PIN has at most.
pub const PIN_MOST: usize = 12;

/// Digits that somebody has typed; no log shows them.
#[derive(Clone, PartialEq, Eq, Deserialize)]
#[serde(transparent)]
pub struct Pin(String);

impl Pin {
    /// A PIN as it was typed.
    #[must_use]
    pub fn new(typed: impl Into<String>) -> Pin {
        Pin(typed.into())
    }

    fn has_shape(&self) -> bool {
        (PIN_LEAST..=PIN_MOST).contains(&self.0.len()) && self.0.bytes().all(|byte| byte.is_ascii_digit())
    }
}

impl std::fmt::Debug for Pin {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Pin")
    }
}

impl Counter {
    /// Whether a PIN is set.
    ///
    /// # Errors
    /// When the store fails.
    pub fn has_pin(&self) -> Result<bool, FlowFault> {
        Ok(self.store.pin_proof()?.is_some())
    }

    /// Sets the first PIN, or another one with the word of who knows the old one, and tells the office: whoever stands at the
    /// till may set the first one, so somebody should hear of it.
    ///
    /// # Errors
    /// When the old one is not right, the new one is none, or the store fails.
    pub fn set_pin(&mut self, old: Option<&Pin>, new: &Pin, at: Moment) -> Result<(), FlowFault> {
        let first = !self.has_pin()?;
        if !first {
            self.check_pin(old.ok_or(FlowFault::PinWrong)?, at)?;
        }
        let proof = proof_of(new, self.ids.salt())?;
        let (when, clock_trust) = self.local(at);
        let payload = serde_json::json!({ "first": first }).to_string();
        let (payload, salt) = (payload.as_bytes(), self.ids.salt());
        let (shop, epoch) = (self.shop.clone(), self.epoch);
        Ok(self.store.change(|change| {
            keep_proof(change, &proof)?;
            let entry = Entry { kind: kind::PIN, when, clock_trust, payload, salt };
            records::append(change, &shop, epoch, &entry).map(drop)
        })?)
    }

    /// The manager's word, good for the next refund.
    ///
    /// # Errors
    /// When it is not the PIN, too many were wrong, there is none, or the store fails.
    pub fn vouch(&mut self, pin: &Pin, at: Moment) -> Result<(), FlowFault> {
        self.check_pin(pin, at)?;
        self.vouched = true;
        Ok(())
    }

    /// Whether a barista may give so much of one receipt back, counting what went back of it before.
    pub(super) fn may_give_back(&self, back: Money) -> Result<(), FlowFault> {
        match self.policy.refund_pin_from_minor {
            Some(from) if back >= from => Err(FlowFault::PinNeeded),
            _ => Ok(()),
        }
    }

    fn check_pin(&mut self, pin: &Pin, at: Moment) -> Result<(), FlowFault> {
        let proof = self.store.pin_proof()?.ok_or(FlowFault::PinUnset)?;
        if self.is_pin(Whose::Manager, (&proof, pin), at)? { Ok(()) } else { Err(FlowFault::PinWrong) }
    }

    /// Whether a PIN is the one that was proved; a wrong one is counted.
    ///
    /// # Errors
    /// When too many were wrong, or the store fails.
    pub(super) fn is_pin(
        &mut self,
        whose: Whose,
        (proof, pin): (&str, &Pin),
        at: Moment,
    ) -> Result<bool, FlowFault> {
        let mut tries: Tries = self.store.pin_tries(whose)?;
        tries.allow(at).map_err(|fault| match fault {
            PassFault::TooManyTries { minutes } => FlowFault::PinTries { minutes },
            other => other.into(),
        })?;
        if proves(proof, pin)? {
            return Ok(true);
        }
        tracing::warn!(?whose, "a wrong PIN");
        tries.missed(at);
        self.store.change(|change| set_pin_tries(change, whose, &tries))?;
        Ok(false)
    }
}

/// Keeps a PIN, whatever there was before: for who has the machine and not the old one.
///
/// # Errors
/// When it is none, or the store fails.
pub fn keep_pin(store: &mut Store, pin: &Pin, salt: [u8; 16]) -> Result<(), FlowFault> {
    let proof = proof_of(pin, salt)?;
    Ok(store.change(|change| keep_proof(change, &proof))?)
}

/// What proves a PIN, once it has its shape; another one with each salt.
///
/// # Errors
/// When it is none.
pub fn proof_of(pin: &Pin, salt: [u8; 16]) -> Result<String, FlowFault> {
    if !pin.has_shape() {
        return Err(FlowFault::PinShape);
    }
    let proof = SaltString::encode_b64(&salt)
        .and_then(|salt| Ok(Argon2::default().hash_password(pin.0.as_bytes(), &salt)?.to_string()));
    Ok(proof.map_err(|error| StoreFault::Other(format!("the PIN cannot be kept: {error}")))?)
}

/// Keeps what proves a PIN; wrong ones of before count no more.
fn keep_proof(change: &Change<'_>, proof: &str) -> Result<(), StoreFault> {
    set_pin_tries(change, Whose::Manager, &Tries::default())?;
    set_pin_proof(change, proof)
}

fn proves(proof: &str, pin: &Pin) -> Result<bool, FlowFault> {
    let kept = PasswordHash::new(proof).map_err(|error| StoreFault::Unreadable {
        what: "manager_pin",
        why: format!("{error}; set one with `kava pin set`"),
    })?;
    Ok(Argon2::default().verify_password(pin.0.as_bytes(), &kept).is_ok())
}
