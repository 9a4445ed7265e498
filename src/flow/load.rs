//! A load: the oldest records that wait, as one batch.

use crate::store::{Store, StoreFault};
use crate::wire::batch::{self, BATCH_RECORDS_MAX, BatchHead, Hashed};
use crate::wire::pack::pack;
use crate::wire::reply::Place;

/// What there is to send.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Load {
    pub(super) head: BatchHead,
    records: Vec<Hashed>,
}

impl Load {
    /// The oldest records that wait, if any do.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn next(store: &Store) -> Result<Option<Load>, StoreFault> {
        Load::at_most(BATCH_RECORDS_MAX, store)
    }

    /// The same with fewer records.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn at_most(most: usize, store: &Store) -> Result<Option<Load>, StoreFault> {
        let records = store.outbox_load(most.min(BATCH_RECORDS_MAX))?;
        let Some(first) = records.first().map(|first| &first.record.header) else { return Ok(None) };
        let erased = Some(store.erased_upto()?);
        let head = BatchHead { erased, ..BatchHead::of(first, records.len()) };
        Ok(Some(Load { head, records }))
    }

    /// What the office is to hear: the place up to which it will be durable there.
    #[must_use]
    pub fn last(&self) -> Place {
        let count = i64::try_from(self.len()).unwrap_or(i64::MAX);
        Place { epoch: self.head.epoch, seq: self.head.first.saturating_add(count) - 1 }
    }

    /// Its bytes as they travel.
    ///
    /// # Errors
    /// When they cannot be packed.
    pub fn packed(&self, unanchored: bool) -> std::io::Result<Vec<u8>> {
        let head = BatchHead { unanchored, ..self.head.clone() };
        pack(batch::write(&head, &self.records).as_bytes())
    }

    /// Its records, oldest first.
    #[must_use]
    pub fn records(&self) -> &[Hashed] {
        &self.records
    }

    /// How many records it has.
    #[must_use]
    pub fn len(&self) -> usize {
        self.records.len()
    }

    /// Whether there is nothing in it.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.records.is_empty()
    }

    pub(super) const fn first(&self) -> Place {
        Place { epoch: self.head.epoch, seq: self.head.first }
    }
}
