//! What the register's own journal says, beside what was sold.

use super::{StoreFault, open::Store};
use crate::facts::id::ReceiptId;
use crate::facts::moment::BusinessDay;
use crate::ports::TapeEntry;
use rusqlite::{OptionalExtension, Transaction, params};

/// Keeps an entry for a receipt; the newest word counts.
///
/// # Errors
/// When the database fails.
pub fn keep(
    change: &Transaction<'_>,
    entry: &TapeEntry,
    receipt: Option<&ReceiptId>,
) -> Result<(), StoreFault> {
    let sql =
        "INSERT INTO register_entry (reference, receipt, state, total, fiscal, at) VALUES (?, ?, ?, ?, ?, ?)
        ON CONFLICT (reference) DO UPDATE SET receipt = excluded.receipt, state = excluded.state,
            total = excluded.total, fiscal = excluded.fiscal, at = excluded.at";
    change.prepare_cached(sql)?.execute(params![
        entry.reference,
        receipt.map(ReceiptId::as_str),
        entry.state.code(),
        entry.total_minor.0,
        entry.fiscal,
        entry.at.0
    ])?;
    Ok(())
}

impl Store {
    /// Whether exactly this entry was kept before.
    ///
    /// # Errors
    /// When the database fails.
    pub fn knows_entry(&self, entry: &TapeEntry) -> Result<bool, StoreFault> {
        let sql = "SELECT 1 FROM register_entry WHERE reference = ? AND state = ? AND total = ? AND at = ?";
        let values = params![entry.reference, entry.state.code(), entry.total_minor.0, entry.at.0];
        Ok(self.connection.prepare_cached(sql)?.query_row(values, |_| Ok(())).optional()?.is_some())
    }

    /// The receipt of this counter that the register calls so, sold on that day or the one before or after:
    /// registers may begin their numbers anew.
    ///
    /// # Errors
    /// When the database fails.
    pub fn receipt_called(&self, reference: &str, day: BusinessDay) -> Result<Option<ReceiptId>, StoreFault> {
        let sql = "SELECT receipt FROM purchase WHERE register_ref = ?1 AND source = 'kava'
            AND business_day BETWEEN ?2 - 1 AND ?2 + 1 ORDER BY id DESC LIMIT 1";
        let read = |row: &rusqlite::Row<'_>| Ok(ReceiptId::new(row.get_ref(0)?.as_str()?));
        Ok(self.connection.prepare_cached(sql)?.query_row(params![reference, day.0], read).optional()?)
    }
}
