//! A phone becomes a guest's: of somebody new, of the holder of a blank membership, or of a guest who brings their
//! account along from another phone.

use super::{consent, consent::Answered, merge, person::Profile};
use crate::ledger::{LedgerFault, erasure};
use kava::{
    facts::{id::CustomerId, moment::Moment},
    wire::{
        code::{Algorithm, PhoneId, PhoneKey, Pseudonym},
        hex::array_from_hex,
    },
};
use rusqlite::{Connection, OptionalExtension, Transaction, params};
use sha2::{Digest as _, Sha256};

/// How long a code for another phone is good for.
pub const TRANSFER_MS: i64 = 10 * 60_000;

/// A phone that wants in.
#[derive(Debug, Clone)]
pub struct Newcomer {
    /// Its key.
    pub key: PhoneKey,
    /// Random, for somebody new.
    pub pseudonym: Pseudonym,
    /// The pseudonym of a blank membership that was verified.
    pub claimed: Option<Pseudonym>,
    /// The code with which the account comes from another phone.
    pub transfer: Option<String>,
    /// What was agreed to.
    pub answers: Vec<Answered>,
    /// The language the app is read in.
    pub language: String,
}

/// What became of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Joined {
    /// The phone is this guest's.
    As(String),
    /// The code is unknown, used or too old.
    NoSuchTransfer,
    /// Somebody else has this membership.
    Claimed,
    /// Whoever had this membership has left; nobody gets it after them.
    Erased,
    /// The phone was withdrawn; it needs a new key.
    Withdrawn,
}

/// A phone as the office knows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PhoneKnown {
    /// Whose it is.
    pub customer: String,
    /// Its key.
    pub key: PhoneKey,
}

/// Lets a phone in. The same phone twice is the same guest.
///
/// # Errors
/// When the database fails.
pub fn join(change: &Transaction<'_>, newcomer: &Newcomer, now: Moment) -> Result<Joined, LedgerFault> {
    let id = newcomer.key.id();
    if is_withdrawn(change, &id)? {
        return Ok(Joined::Withdrawn);
    }
    if let Some(known) = phone(change, &id)? {
        return Ok(Joined::As(known.customer));
    }
    let customer = match (&newcomer.transfer, newcomer.claimed) {
        (Some(code), _) => match spend(change, code, now)? {
            Some(customer) => customer,
            None => return Ok(Joined::NoSuchTransfer),
        },
        (None, claimed) => {
            let customer = merge::now(change, &claimed.unwrap_or(newcomer.pseudonym).customer())?;
            if erasure::was_erased(change, &customer)? {
                return Ok(Joined::Erased);
            }
            if !add_person(change, &customer, newcomer, now)? {
                return Ok(Joined::Claimed);
            }
            customer.to_string()
        }
    };
    let sql = "INSERT INTO phone (id, customer, algorithm, public, added, seen) VALUES (?, ?, ?, ?, ?, ?)";
    let algorithm = newcomer.key.algorithm.digit().to_string();
    change.execute(sql, params![id, customer, algorithm, newcomer.key.bytes, now.0, now.0])?;
    Ok(Joined::As(customer))
}

fn add_person(
    change: &Transaction<'_>,
    customer: &CustomerId,
    newcomer: &Newcomer,
    now: Moment,
) -> Result<bool, LedgerFault> {
    let Profile { language, .. } = Profile { language: newcomer.language.clone(), ..Profile::default() };
    let sql =
        "INSERT INTO person (customer, joined, version, language, programme, personalisation, marketing)
        VALUES (?, ?, 1, ?, 0, 0, 0) ON CONFLICT DO NOTHING";
    if change.execute(sql, params![customer.as_str(), now.0, language])? == 0 {
        return Ok(false);
    }
    consent::keep(change, customer.as_str(), &newcomer.answers, now)?;
    Ok(true)
}

/// A phone that may ask.
///
/// # Errors
/// When the database fails.
pub fn phone(connection: &Connection, id: &PhoneId) -> Result<Option<PhoneKnown>, LedgerFault> {
    let sql = "SELECT customer, algorithm, public FROM phone WHERE id = ?";
    let found = connection.prepare_cached(sql)?.query_row([id.as_slice()], |row| {
        let digit: String = row.get(1)?;
        let algorithm = digit.chars().next().and_then(Algorithm::of).unwrap_or(Algorithm::Ed25519);
        Ok(PhoneKnown { customer: row.get(0)?, key: PhoneKey { algorithm, bytes: row.get(2)? } })
    });
    Ok(found.optional()?)
}

/// Whether a phone was withdrawn.
///
/// # Errors
/// When the database fails.
pub fn is_withdrawn(connection: &Connection, id: &PhoneId) -> Result<bool, LedgerFault> {
    let sql = "SELECT EXISTS (SELECT 1 FROM withdrawn_phone WHERE id = ?)";
    Ok(connection.prepare_cached(sql)?.query_row([id.as_slice()], |row| row.get(0))?)
}

/// Keeps a code for another phone, as its hash.
///
/// # Errors
/// When the database fails.
pub fn offer_transfer(
    change: &Transaction<'_>,
    customer: &str,
    code: &str,
    now: Moment,
) -> Result<(), LedgerFault> {
    change.execute("DELETE FROM transfer WHERE expires < ? OR customer = ?", params![now.0, customer])?;
    let sql = "INSERT INTO transfer (hash, customer, expires) VALUES (?, ?, ?)";
    change.execute(sql, params![hash(code), customer, now.later(TRANSFER_MS).0])?;
    Ok(())
}

fn spend(change: &Transaction<'_>, code: &str, now: Moment) -> Result<Option<String>, LedgerFault> {
    let sql = "DELETE FROM transfer WHERE hash = ? AND expires > ? RETURNING customer";
    Ok(change.query_row(sql, params![hash(code), now.0], |row| row.get(0)).optional()?)
}

fn hash(code: &str) -> [u8; 32] {
    let plain: String = code.chars().filter(char::is_ascii_alphanumeric).collect();
    Sha256::digest(plain.to_ascii_uppercase()).into()
}

/// A phone's key as it travels.
#[must_use]
pub fn key_of(algorithm: &str, public: &str) -> Option<PhoneKey> {
    let algorithm = algorithm.chars().next().filter(|_| algorithm.len() == 1).and_then(Algorithm::of)?;
    let bytes = match algorithm {
        Algorithm::Ed25519 => array_from_hex::<32>(public)?.to_vec(),
        Algorithm::P256 => array_from_hex::<33>(public)?.to_vec(),
    };
    Some(PhoneKey { algorithm, bytes })
}
