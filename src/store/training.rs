//! What a copy to practise on must not keep of the counter that it was taken from.

use super::office::LINK;
use super::{StoreFault, setting};
use rusqlite::Transaction;

/// Forgets the office, what waits for it and for the printer, and receipts that are between counter and register:
/// they are the real counter's to end.
///
/// # Errors
/// When the database fails.
pub fn cut_off(change: &Transaction<'_>) -> Result<(), StoreFault> {
    change.execute("DELETE FROM setting WHERE key = ?", [LINK])?;
    setting::set_draft(change, "")?;
    change.execute_batch(
        "DELETE FROM outbox; DELETE FROM print_job;
        DELETE FROM charge WHERE state IN ('prepared', 'sent', 'needs_review');",
    )?;
    Ok(())
}
