//! Standing: how far a counter is, as it tells the office with every look for what is new.

use crate::store::{Store, StoreFault};
use crate::wire::reply::Place;

/// Where a counter stands, as the office is told.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Standing {
    /// What was applied: `menu:3,policy:1`.
    pub(super) have: String,
    /// The end of the series, when all of it has left the outbox.
    pub(super) sent: Option<Place>,
    /// The last erasure that was done.
    pub(super) erased: i64,
    /// Records that wait.
    pub(super) queue: u64,
}

impl Standing {
    /// Reads it.
    ///
    /// # Errors
    /// When the store fails.
    pub fn of(store: &Store) -> Result<Standing, StoreFault> {
        let pairs: Vec<String> =
            store.applied()?.iter().map(|(stream, version)| format!("{stream}:{version}")).collect();
        Ok(Standing {
            have: pairs.join(","),
            sent: store.all_sent()?,
            erased: store.erased_upto()?,
            queue: store.outbox_length()?,
        })
    }
}
