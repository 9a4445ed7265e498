//! Copies: what a neighbour wrote and cannot bring to the office itself is brought from here.

use super::deliver::{DEADLINE, Hitch, Messenger, News, hitch, read};
use crate::facts::moment::Moment;
use crate::facts::shop::Shop;
use crate::store::neighbours::Copies;
use crate::store::{Store, StoreFault};
use crate::wire::batch::{BATCH_FORMAT, BATCH_RECORDS_MAX, BatchHead, write_lines};
use crate::wire::neighbour::write_copies;
use crate::wire::pack::pack;
use crate::wire::reply::{Acked, Place};

/// How long a neighbour must be silent before what it wrote is brought from here; it says something every ten seconds.
const SILENT_MS: i64 = 60_000;
/// The pause after the office has refused them: a person must do something, and our own records wait for nobody.
const PAUSE_MS: i64 = 600_000;

/// When copies are looked for.
#[derive(Debug, Default)]
pub(super) struct Neighbourly {
    not_before: Option<Moment>,
}

impl Neighbourly {
    /// Brings what a neighbour wrote who is silent, if anything is; nothing for a while after the office has refused it.
    ///
    /// # Errors
    /// [`Hitch`] where there is no line.
    pub(super) fn go(
        &mut self,
        messenger: &mut Messenger,
        store: &Store,
        now: Moment,
    ) -> Result<Option<News>, Hitch> {
        if self.not_before.is_some_and(|not_before| now < not_before) {
            return Ok(None);
        }
        match messenger.bring_copies(store, Some(now.later(-SILENT_MS)), now) {
            Err(hitch @ Hitch::Refused { .. }) => {
                tracing::warn!("copies of a neighbour's records stay here: {hitch}");
                self.not_before = Some(now.later(PAUSE_MS));
                Ok(None)
            }
            other => other,
        }
    }
}

impl Messenger {
    /// Brings copies of what a neighbour wrote who has not been heard since an instant, or any neighbour's; nothing where there
    /// are none.
    ///
    /// # Errors
    /// [`Hitch`] when nothing came of it.
    pub fn bring_copies(
        &mut self,
        store: &Store,
        silent_since: Option<Moment>,
        now: Moment,
    ) -> Result<Option<News>, Hitch> {
        let stuck = |fault: StoreFault| Hitch::Line(fault.to_string());
        let since = silent_since.unwrap_or(Moment(i64::MAX));
        match store.copies_of_the_silent(since, BATCH_RECORDS_MAX).map_err(stuck)? {
            Some(copies) => self.bring(&store.shop().map_err(stuck)?, &copies, now).map(Some),
            None => Ok(None),
        }
    }

    fn bring(&mut self, shop: &Shop, copies: &Copies, now: Moment) -> Result<News, Hitch> {
        let head = BatchHead {
            v: BATCH_FORMAT,
            chain: shop.chain.clone(),
            shop: shop.shop.clone(),
            counter: copies.counter.clone(),
            epoch: copies.first.epoch,
            first: copies.first.seq,
            count: copies.lines.len(),
            unanchored: false,
            erased: None,
        };
        let text = write_copies(&copies.end, &write_lines(&head, &copies.lines));
        let body = pack(text.as_bytes()).map_err(|e| Hitch::Line(e.to_string()))?;
        let reply = self.ask("POST", "/api/v1/copies", body, (now, DEADLINE))?;
        if reply.status != 200 {
            return Err(hitch(&reply, read(&reply)?));
        }
        let acked: Acked = read(&reply)?;
        Ok(News::Copied(copies.counter.clone(), Place { epoch: acked.epoch, seq: acked.acked }))
    }
}
