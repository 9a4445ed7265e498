//! Sessions: a clerk is in for twelve hours, and not longer than an hour after the last question.

use super::clerk::{Clerk, by_id};
use crate::ledger::LedgerFault;
use kava::facts::moment::Moment;
use rusqlite::{Connection, OptionalExtension, Transaction, params};

/// How long a session lasts.
pub const SESSION_MS: i64 = 12 * 3_600_000;
/// How long it lasts when nothing is asked.
pub const IDLE_MS: i64 = 3_600_000;
/// How exactly the last question is kept.
pub const SEEN_MS: i64 = 60_000;

/// Who is in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Caller {
    /// Who.
    pub clerk: Clerk,
    /// Hash of the session's token.
    pub session: [u8; 32],
    /// Until when at most.
    pub expires: Moment,
    /// When a question was last noted.
    pub seen: Moment,
}

/// Whose session this is, if it still is one.
///
/// # Errors
/// When the database fails.
pub fn find(connection: &Connection, session: [u8; 32], now: Moment) -> Result<Option<Caller>, LedgerFault> {
    let sql = "SELECT clerk, seen, expires FROM session WHERE hash = ? AND expires > ? AND seen > ?";
    let params = params![session, now.0, now.0 - IDLE_MS];
    let read =
        |row: &rusqlite::Row<'_>| Ok((row.get::<_, i64>(0)?, Moment(row.get(1)?), Moment(row.get(2)?)));
    let Some((id, seen, expires)) = connection.prepare_cached(sql)?.query_row(params, read).optional()?
    else {
        return Ok(None);
    };
    Ok(by_id(connection, id)?.map(|clerk| Caller { clerk, session, expires, seen }))
}

/// Begins a session; those that have ended are forgotten.
///
/// # Errors
/// When the database fails.
pub fn begin(
    change: &Transaction<'_>,
    (clerk, session): (i64, [u8; 32]),
    now: Moment,
) -> Result<Moment, LedgerFault> {
    let sql = "DELETE FROM session WHERE expires <= ? OR seen <= ?";
    change.execute(sql, params![now.0, now.0 - IDLE_MS])?;
    let expires = now.later(SESSION_MS);
    let sql = "INSERT INTO session (hash, clerk, seen, expires) VALUES (?, ?, ?, ?)";
    change.execute(sql, params![session, clerk, now.0, expires.0])?;
    change.execute("UPDATE clerk SET seen = ? WHERE id = ?", [now.0, clerk])?;
    Ok(expires)
}

/// Notes that something was asked.
///
/// # Errors
/// When the database fails.
pub fn see(change: &Transaction<'_>, session: [u8; 32], now: Moment) -> Result<(), LedgerFault> {
    let sql = "UPDATE session SET seen = ? WHERE hash = ? RETURNING clerk";
    let clerk: Option<i64> = change.query_row(sql, params![now.0, session], |row| row.get(0)).optional()?;
    if let Some(clerk) = clerk {
        change.execute("UPDATE clerk SET seen = ? WHERE id = ?", [now.0, clerk])?;
    }
    Ok(())
}

/// Ends a session.
///
/// # Errors
/// When the database fails.
pub fn end(change: &Transaction<'_>, session: [u8; 32]) -> Result<(), LedgerFault> {
    change.execute("DELETE FROM session WHERE hash = ?", [session])?;
    Ok(())
}
