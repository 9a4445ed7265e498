//! Shifts and their sums.

use super::{StoreFault, fault::unreadable, open::Store};
use crate::facts::moment::Moment;
use rusqlite::{OptionalExtension, params};
use serde::{Deserialize, Serialize};

/// What a shift has taken.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ShiftSummary {
    /// Receipts.
    pub receipts: i64,
    /// Net of charged kinds.
    pub net_minor: i64,
    /// Discounts.
    pub discount_minor: i64,
    /// Given back.
    pub refunded_minor: i64,
}

impl Store {
    /// Opens a shift; gives whether none was open.
    ///
    /// # Errors
    /// When the database fails.
    pub fn open_shift(&mut self, at: Moment) -> Result<bool, StoreFault> {
        if self.shift_is_open()? {
            return Ok(false);
        }
        self.change(|change| {
            change.execute("INSERT INTO shift (opened_at) VALUES (?)", [at.0])?;
            Ok(true)
        })
    }

    /// Whether a shift is open.
    ///
    /// # Errors
    /// When the database fails.
    pub fn shift_is_open(&self) -> Result<bool, StoreFault> {
        let sql = "SELECT 1 FROM shift WHERE closed_at IS NULL";
        Ok(self.connection.prepare_cached(sql)?.query_row([], |_| Ok(())).optional()?.is_some())
    }

    /// Closes the open shift and keeps its sums; without one the sums are zero.
    ///
    /// # Errors
    /// When the database fails.
    pub fn close_shift(&mut self, at: Moment) -> Result<ShiftSummary, StoreFault> {
        self.change(|change| {
            let open = "SELECT id, opened_at FROM shift WHERE closed_at IS NULL ORDER BY id DESC LIMIT 1";
            let found: Option<(i64, i64)> =
                change.query_row(open, [], |row| Ok((row.get(0)?, row.get(1)?))).optional()?;
            let Some((id, opened_at)) = found else { return Ok(ShiftSummary::default()) };
            let sums = "SELECT count(*), coalesce(sum(net), 0), coalesce(sum(discount), 0) FROM purchase
                WHERE source = 'kava' AND kind IN ('sale', 'staff', 'corporate') AND at >= ?1 AND at <= ?2";
            let mut summary = change.query_row(sums, [opened_at, at.0], |row| {
                Ok(ShiftSummary {
                    receipts: row.get(0)?,
                    net_minor: row.get(1)?,
                    discount_minor: row.get(2)?,
                    refunded_minor: 0,
                })
            })?;
            let back = "SELECT coalesce(sum(net), 0) FROM refund WHERE at >= ?1 AND at <= ?2";
            summary.refunded_minor = change.query_row(back, [opened_at, at.0], |row| row.get(0))?;
            let text = serde_json::to_string(&summary).map_err(unreadable("shift"))?;
            change.execute(
                "UPDATE shift SET closed_at = ?, summary = ? WHERE id = ?",
                params![at.0, text, id],
            )?;
            Ok(summary)
        })
    }
}
