//! Readers of the ledger, one for each who asks, so that counters, guests and clerks do not wait for each other.

use super::{Office, aside, held};
use crate::ledger::{Ledger, LedgerFault};
use crate::people::merge;
use kava::wire::merge::Merge;
use std::sync::Arc;

impl Office {
    /// Guests who turned out to be one, after the last of whom a counter knows.
    ///
    /// # Errors
    /// What the ledger says.
    pub fn merges_after(&self, id: i64) -> Result<Vec<Merge>, LedgerFault> {
        merge::after(held(&self.reader).connection(), id)
    }

    /// Reads what is known of people, on a thread that may wait for the disk.
    ///
    /// # Errors
    /// What the closure says.
    pub async fn of_people<T: Send + 'static>(
        self: &Arc<Office>,
        read: impl FnOnce(&Ledger) -> Result<T, LedgerFault> + Send + 'static,
    ) -> Result<T, LedgerFault> {
        let office = Arc::clone(self);
        aside(move || read(&held(&office.people))).await?
    }

    /// Reads what those who work here see, on a thread that may wait for the disk.
    ///
    /// # Errors
    /// What the closure says.
    pub async fn of_desk<T: Send + 'static>(
        self: &Arc<Office>,
        read: impl FnOnce(&Ledger) -> Result<T, LedgerFault> + Send + 'static,
    ) -> Result<T, LedgerFault> {
        let office = Arc::clone(self);
        aside(move || read(&held(&office.desk))).await?
    }

    /// Reckons from much that is read, one question after another, while everybody else is served.
    ///
    /// # Errors
    /// What the closure says.
    pub async fn of_reckoning<T: Send + 'static>(
        self: &Arc<Office>,
        read: impl FnOnce(&Ledger) -> Result<T, LedgerFault> + Send + 'static,
    ) -> Result<T, LedgerFault> {
        let office = Arc::clone(self);
        aside(move || read(&held(&office.reckoning))).await?
    }
}
