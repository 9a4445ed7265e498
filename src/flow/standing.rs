//! Where a counter stands: what it has applied and sent, as every question for news says it.

use crate::store::{Store, StoreFault};
use crate::wire::document::Stream;
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
    /// The last merge that was done.
    pub(super) merged: i64,
    /// Records that wait.
    pub(super) queue: u64,
}

impl Standing {
    /// Reads it.
    ///
    /// # Errors
    /// When the store fails.
    pub fn of(store: &Store) -> Result<Standing, StoreFault> {
        let mut applied = store.applied()?;
        for stream in Stream::ALL.into_iter().filter(|stream| !stream.everybody_knows()) {
            applied.entry(stream.code().into()).or_insert(0);
        }
        let pairs: Vec<String> =
            applied.iter().map(|(stream, version)| format!("{stream}:{version}")).collect();
        Ok(Standing {
            have: pairs.join(","),
            sent: store.all_sent()?,
            erased: store.erased_upto()?,
            merged: store.merged_upto()?,
            queue: store.outbox_length()?,
        })
    }
}
