//! An old till's export into the database: compare first, then write the difference in one transaction.
//!
//! Imported purchases have the natural key (chain, source, receipt); what is there already stays as it
//! is, so running an import again changes nothing. Nothing goes to records or outbox: history is not
//! this counter's own act.

mod plan;
mod write;

pub use plan::{Changes, Tally};

use super::bundles::reassign_segments;
use super::visits::OpenDays;
use super::{StoreFault, open::Store, setting};
use crate::facts::moment::{DAY_MS, Moment};
use crate::facts::policy::Policy;
use crate::facts::shop::Shop;
use crate::import::Batch;
use rusqlite::Transaction;

/// Set between the commit of purchases and the recomputing of features, so that a power cut in between
/// is noticed by the next run.
const FEATURES_DUE: &str = "features_due";

/// Kibibytes of cache, as SQLite writes them: years of receipts touch three indexes at once, and a page
/// that does not stay in memory is written again and again.
const CACHE_WHILE_WRITING: i64 = -256_000;

impl Store {
    /// What an import of this batch would change; writes nothing.
    ///
    /// # Errors
    /// When the database fails.
    pub fn import_changes(&self, batch: &Batch) -> Result<Changes, StoreFault> {
        Ok(plan::compare(&self.connection, batch)?.changes)
    }

    /// Writes what is new in this batch and recomputes the features of its customers.
    ///
    /// # Errors
    /// When the database fails; then nothing of the batch was written.
    pub fn import(&mut self, batch: &Batch, shop: &Shop, policy: &Policy) -> Result<Changes, StoreFault> {
        let plan = plan::compare(&self.connection, batch)?;
        let cache: i64 = self.connection.pragma_query_value(None, "cache_size", |row| row.get(0))?;
        // Every row's parents are made in this very transaction, so checking each costs time and finds
        // nothing; the pragma does not work inside a transaction.
        self.connection.pragma_update(None, "foreign_keys", false)?;
        self.connection.pragma_update(None, "cache_size", CACHE_WHILE_WRITING)?;
        let written = self.change(|change| write::all(change, batch, shop, &plan));
        self.connection.pragma_update(None, "foreign_keys", true)?;
        written?;
        if setting::read(&self.connection, FEATURES_DUE)?.is_some() {
            self.refold_all(policy)?;
            let today = OpenDays::read(&self.connection)?.last();
            // New purchases move guests between segments; they do not put the models out of force.
            let bundle = self.bundle_in_force(Moment(i64::from(batch.today.0) * DAY_MS))?;
            self.change(|change| {
                reassign_segments(change, bundle.as_ref(), today)?;
                clear_due(change)
            })?;
        }
        self.connection.pragma_update(None, "cache_size", cache)?;
        Ok(plan.changes)
    }
}

fn clear_due(change: &Transaction<'_>) -> Result<(), StoreFault> {
    change.execute("DELETE FROM setting WHERE key = ?", [FEATURES_DUE])?;
    Ok(())
}
