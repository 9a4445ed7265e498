//! What a guest may take along, and how they leave: everything that names them is gone, their phones are withdrawn.

use super::{
    consent::{self, Answered},
    events::{self, Event},
    home::{ReceiptShown, receipt},
    keys,
    past::Past,
    person::{Person, Profile},
};
use crate::ledger::{
    LedgerFault,
    erasure::{self, Erased},
};
use kava::facts::{id::CustomerId, moment::Moment};
use rusqlite::{Connection, Transaction, params};
use serde::Serialize;

/// Everything that the office has of a guest.
#[derive(Debug, Serialize)]
pub struct Export {
    /// When it was put together.
    pub made: Moment,
    /// The pseudonym under which the ledger knows them.
    pub customer: String,
    /// Since when.
    pub joined: Moment,
    /// What they say of themselves.
    pub profile: Profile,
    /// What they were asked and have answered.
    pub consents: Vec<Answered>,
    /// Their phones.
    pub phones: Vec<PhoneShown>,
    /// Every receipt.
    pub receipts: Vec<ReceiptShown>,
    /// What was shown and chosen.
    pub events: Vec<Event>,
}

/// A phone of a guest.
#[derive(Debug, Serialize)]
pub struct PhoneShown {
    /// When it was added.
    pub added: Moment,
    /// When it has last told something.
    pub seen: Moment,
}

/// Puts it together.
///
/// # Errors
/// When the database fails.
pub fn export(connection: &Connection, person: &Person, now: Moment) -> Result<Export, LedgerFault> {
    let customer = &person.customer;
    let sql = "SELECT added, seen FROM phone WHERE customer = ? ORDER BY added";
    let mut phones = connection.prepare_cached(sql)?;
    let read =
        |row: &rusqlite::Row<'_>| Ok(PhoneShown { added: Moment(row.get(0)?), seen: Moment(row.get(1)?) });
    let phones = phones.query_map([customer], read)?.collect::<Result<_, _>>()?;
    let past = Past::read(connection, customer)?;
    Ok(Export {
        made: now,
        customer: customer.clone(),
        joined: person.joined,
        profile: person.profile.clone(),
        consents: consent::of(connection, customer)?,
        phones,
        receipts: past.bought.iter().map(receipt).collect(),
        events: events::of(connection, customer)?,
    })
}

/// Erases a customer, from people and from the ledger, and withdraws their phones; counters hear of it with the next
/// keyring. Call [`crate::ledger::Ledger::empty_log`] afterwards.
///
/// # Errors
/// When the database fails.
pub fn erase(change: &Transaction<'_>, customer: &CustomerId, now: Moment) -> Result<Erased, LedgerFault> {
    let name = customer.as_str();
    let sql = "INSERT INTO withdrawn_phone (id, at) SELECT id, ? FROM phone WHERE customer = ? ON CONFLICT DO NOTHING";
    change.execute(sql, params![now.0, name])?;
    for sql in [
        "DELETE FROM phone WHERE customer = ?",
        "DELETE FROM consent WHERE customer = ?",
        "DELETE FROM transfer WHERE customer = ?",
        "DELETE FROM club_event WHERE customer = ?",
        "DELETE FROM of_customer WHERE customer = ?",
        "DELETE FROM person WHERE customer = ?",
    ] {
        change.execute(sql, [name])?;
    }
    keys::publish(change, now)?;
    erasure::erase(change, customer, now)
}
