//! What counters say of themselves when they ask for news: how much waits there, which version it is, what its clock says,
//! what it has applied. Kept now and then, the newest of each.

use super::fault::LedgerFault;
use kava::facts::moment::Moment;
use rusqlite::{Connection, Transaction, params};
use std::collections::BTreeMap;

/// What one counter said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CounterWord {
    /// When.
    pub at: Moment,
    /// Records that wait there.
    pub queue: Option<i64>,
    /// Its program.
    pub version: Option<String>,
    /// How far its own clock is ahead of the office's.
    pub clock_ahead_ms: Option<i64>,
    /// What it has applied: `menu:3,policy:1`.
    pub have: String,
    /// The last erasure that it has done.
    pub erased: Option<i64>,
}

impl CounterWord {
    /// The version of a stream that it has applied.
    #[must_use]
    pub fn has(&self, stream: &str) -> Option<i64> {
        let mut pairs = self.have.split(',').filter_map(|pair| pair.split_once(':'));
        pairs.find(|(name, _)| *name == stream).and_then(|(_, version)| version.parse().ok())
    }
}

/// Keeps the newest words by counter.
///
/// # Errors
/// When the database fails.
pub fn keep(change: &Transaction<'_>, words: &BTreeMap<i64, CounterWord>) -> Result<(), LedgerFault> {
    let sql = "INSERT INTO counter_word (counter, at, queue, version, clock_ahead_ms, have, erased)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7) ON CONFLICT DO UPDATE
        SET at = ?2, queue = ?3, version = ?4, clock_ahead_ms = ?5, have = ?6, erased = ?7 WHERE at <= ?2";
    let mut statement = change.prepare_cached(sql)?;
    for (counter, word) in words {
        let CounterWord { at, queue, version, clock_ahead_ms, have, erased } = word;
        statement.execute(params![counter, at.0, queue, version, clock_ahead_ms, have, erased])?;
    }
    Ok(())
}

/// The words that were kept, by counter.
///
/// # Errors
/// When the database fails.
pub fn read(connection: &Connection) -> Result<BTreeMap<i64, CounterWord>, LedgerFault> {
    let sql = "SELECT counter, at, queue, version, clock_ahead_ms, have, erased FROM counter_word";
    let mut statement = connection.prepare_cached(sql)?;
    let words = statement.query_map([], |row| {
        let word = CounterWord {
            at: Moment(row.get(1)?),
            queue: row.get(2)?,
            version: row.get(3)?,
            clock_ahead_ms: row.get(4)?,
            have: row.get(5)?,
            erased: row.get(6)?,
        };
        Ok((row.get(0)?, word))
    })?;
    Ok(words.collect::<Result<_, _>>()?)
}
