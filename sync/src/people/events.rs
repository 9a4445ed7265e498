//! What was shown and chosen on a phone, as the phone has signed it. What comes twice is kept once.

use crate::ledger::LedgerFault;
use kava::{facts::moment::Moment, wire::code::PhoneId};
use rusqlite::{Connection, Transaction, params};
use serde::{Deserialize, Serialize};

/// The most events of one request.
pub const EVENTS_MAX: usize = 200;

/// What happened on a phone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Event {
    /// Counts up on the phone.
    pub number: i64,
    /// When, by the phone's corrected clock.
    pub at: Moment,
    /// `card_shown`, `card_chosen`, `screen`, `code_shown`, `installed`.
    pub kind: String,
    /// Which card or screen.
    #[serde(default)]
    pub of: String,
}

impl Event {
    /// Whether it may be kept.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        const KINDS: [&str; 5] = ["card_shown", "card_chosen", "screen", "code_shown", "installed"];
        KINDS.contains(&self.kind.as_str()) && self.of.len() <= 64 && self.number >= 0
    }
}

/// Keeps events, and that the phone was heard of.
///
/// # Errors
/// When the database fails.
pub fn keep(
    change: &Transaction<'_>,
    (customer, phone): (&str, &PhoneId),
    events: &[Event],
    now: Moment,
) -> Result<(), LedgerFault> {
    change.prepare_cached("UPDATE phone SET seen = ? WHERE id = ?")?.execute(params![now.0, phone])?;
    let sql = "INSERT INTO club_event (customer, phone, number, at, kind, of) VALUES (?, ?, ?, ?, ?, ?)
        ON CONFLICT DO NOTHING";
    let mut statement = change.prepare_cached(sql)?;
    for event in events {
        statement.execute(params![customer, phone, event.number, event.at.0, event.kind, event.of])?;
    }
    Ok(())
}

/// Everything of a guest, the oldest first.
///
/// # Errors
/// When the database fails.
pub fn of(connection: &Connection, customer: &str) -> Result<Vec<Event>, LedgerFault> {
    let sql = "SELECT number, at, kind, of FROM club_event WHERE customer = ? ORDER BY at, number";
    let mut statement = connection.prepare_cached(sql)?;
    let events = statement.query_map([customer], |row| {
        Ok(Event { number: row.get(0)?, at: Moment(row.get(1)?), kind: row.get(2)?, of: row.get(3)? })
    })?;
    Ok(events.collect::<Result<_, _>>()?)
}
