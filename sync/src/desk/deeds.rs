//! Deeds: every change that somebody made at the office. Rows are only added, in the transaction of the change itself.

use crate::ledger::LedgerFault;
use kava::facts::moment::Moment;
use rusqlite::{Connection, Transaction, params};
use serde::Serialize;

/// Whoever works at the machine itself.
pub const COMMAND_LINE: &str = "command line";
/// Deeds of one answer.
pub const DEEDS_MAX: i64 = 200;

/// A change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Deed {
    /// Counts up.
    pub id: i64,
    /// When.
    pub at: Moment,
    /// Who: a clerk, or [`COMMAND_LINE`].
    pub clerk: String,
    /// What kind of change.
    pub what: String,
    /// Of what.
    pub of: String,
    /// How it is now.
    pub text: String,
}

/// Keeps a deed.
///
/// # Errors
/// When the database fails.
pub fn keep(
    change: &Transaction<'_>,
    who: &str,
    (what, of, text): (&str, &str, &str),
    now: Moment,
) -> Result<(), LedgerFault> {
    let sql = "INSERT INTO deed (at, who, what, of, text) VALUES (?, ?, ?, ?, ?)";
    change.prepare_cached(sql)?.execute(params![now.0, who, what, of, text])?;
    Ok(())
}

/// Deeds before one, the newest first.
///
/// # Errors
/// When the database fails.
pub fn before(connection: &Connection, id: Option<i64>) -> Result<Vec<Deed>, LedgerFault> {
    let sql = "SELECT id, at, who, what, of, text FROM deed WHERE id < ? ORDER BY id DESC LIMIT ?";
    let mut statement = connection.prepare_cached(sql)?;
    let deeds = statement.query_map([id.unwrap_or(i64::MAX), DEEDS_MAX], |row| {
        Ok(Deed {
            id: row.get(0)?,
            at: Moment(row.get(1)?),
            clerk: row.get(2)?,
            what: row.get(3)?,
            of: row.get(4)?,
            text: row.get(5)?,
        })
    })?;
    Ok(deeds.collect::<Result<_, _>>()?)
}
