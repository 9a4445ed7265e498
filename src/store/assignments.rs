//! Assignments: the arm of each customer and epoch, written with the epoch's first sale.

use super::{StoreFault, fault::unreadable, open::Store};
use crate::facts::assignment::Assignment;
use crate::facts::moment::BusinessDay;
use rusqlite::{Transaction, params};

impl Store {
    /// The last assignments of a customer that began on or before a day, the newest first.
    ///
    /// # Errors
    /// When one cannot be read.
    pub fn assignments(
        &self,
        customer: i64,
        day: BusinessDay,
        at_most: usize,
    ) -> Result<Vec<Assignment>, StoreFault> {
        let sql = "SELECT body FROM assignment WHERE customer = ?1 AND from_day <= ?2
            ORDER BY from_day DESC LIMIT ?3";
        let mut statement = self.connection.prepare_cached(sql)?;
        let at_most = i64::try_from(at_most).unwrap_or(i64::MAX);
        let bodies = statement.query_map(params![customer, day.0, at_most], |row| row.get::<_, String>(0))?;
        bodies.map(|body| serde_json::from_str(&body?).map_err(unreadable("assignment"))).collect()
    }
}

/// Keeps an assignment; the first one of a day stands.
///
/// # Errors
/// When the database fails.
pub fn keep(change: &Transaction<'_>, customer: i64, assignment: &Assignment) -> Result<(), StoreFault> {
    let body = serde_json::to_string(assignment).map_err(unreadable("assignment"))?;
    let sql = "INSERT INTO assignment (customer, from_day, body) VALUES (?, ?, ?) ON CONFLICT DO NOTHING";
    change.prepare_cached(sql)?.execute(params![customer, assignment.from.0, body])?;
    Ok(())
}

/// Drops every assignment that begins while an earlier one of the same customer still holds; gives how many.
///
/// # Errors
/// When one cannot be read or the database fails.
pub fn drop_overlapping(change: &Transaction<'_>) -> Result<u64, StoreFault> {
    let mut statement = change.prepare("SELECT customer, from_day, body FROM assignment ORDER BY 1, 2")?;
    let mut rows = statement.query([])?;
    let mut drop = change.prepare("DELETE FROM assignment WHERE customer = ? AND from_day = ?")?;
    let (mut holds, mut dropped) = ((0, BusinessDay(i32::MIN)), 0);
    while let Some(row) = rows.next()? {
        let (customer, from): (i64, i32) = (row.get(0)?, row.get(1)?);
        if holds.0 == customer && BusinessDay(from) < holds.1 {
            drop.execute(params![customer, from])?;
            dropped += 1;
            continue;
        }
        let body: String = row.get(2)?;
        let kept: Assignment = serde_json::from_str(&body).map_err(unreadable("assignment"))?;
        holds = (customer, kept.until);
    }
    Ok(dropped)
}
