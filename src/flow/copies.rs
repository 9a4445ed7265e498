//! Copies: what a neighbour wrote and cannot bring to the office itself is brought from here.

use super::deliver::{DEADLINE, Hitch, Messenger, News, hitch, read};
use crate::facts::id::CounterId;
use crate::facts::moment::Moment;
use crate::store::neighbours::Copies;
use crate::store::{Store, StoreFault};
use crate::wire::batch::{BATCH_RECORDS_MAX, BatchHead, header_of, write_lines};
use crate::wire::neighbour::write_copies;
use crate::wire::pack::pack;
use crate::wire::reply::{Acked, Place};
use std::collections::BTreeMap;

/// How long a neighbour must be silent before what it wrote is brought from here; it says something every ten seconds.
const SILENT_MS: i64 = 60_000;
/// The pause after the office has refused them: a person must do something, and nothing else waits for it.
const PAUSE_MS: i64 = 600_000;

/// When a courier looks for copies.
#[derive(Debug, Default)]
pub(super) struct Neighbourly {
    refused: BTreeMap<CounterId, Moment>,
}

impl Neighbourly {
    /// Brings what a neighbour wrote who is silent, if anything is; nothing of one for a while after the office has refused it.
    ///
    /// # Errors
    /// [`Hitch`] where there is no line.
    pub(super) fn go(
        &mut self,
        messenger: &mut Messenger,
        store: &Store,
        now: Moment,
    ) -> Result<Option<News>, Hitch> {
        self.refused.retain(|_, at| now < at.later(PAUSE_MS));
        for counter in store.silent(now.later(-SILENT_MS)).map_err(stuck)? {
            if self.refused.contains_key(&counter) {
                continue;
            }
            match messenger.bring_copies(store, &counter, now) {
                Err(hitch @ Hitch::Refused { .. }) => {
                    tracing::warn!(%counter, "copies of a neighbour's records stay here: {hitch}");
                    self.refused.insert(counter, now);
                }
                Ok(None) => {}
                brought => return brought,
            }
        }
        Ok(None)
    }
}

impl Messenger {
    /// Brings copies of what a neighbour wrote, the oldest first; nothing where there are none.
    ///
    /// # Errors
    /// [`Hitch`] when nothing came of it.
    pub fn bring_copies(
        &mut self,
        store: &Store,
        counter: &CounterId,
        now: Moment,
    ) -> Result<Option<News>, Hitch> {
        let Some(Copies { lines, end }) = store.copies(counter, BATCH_RECORDS_MAX).map_err(stuck)? else {
            return Ok(None);
        };
        let Some(first) = lines.first() else { return Ok(None) };
        let damaged = |why: serde_json::Error| Hitch::Refused {
            code: "copy_damaged".into(),
            message: format!("a copy of what counter {counter} wrote is damaged here: {why}"),
        };
        let head = BatchHead::of(&header_of(first).map_err(damaged)?, lines.len());
        let text = write_copies(&end, &write_lines(&head, &lines));
        let body = pack(text.as_bytes()).map_err(|e| Hitch::Line(e.to_string()))?;
        let reply = self.ask("POST", "/api/v1/copies", body, (now, DEADLINE))?;
        if reply.status != 200 {
            return Err(hitch(&reply, read(&reply)?));
        }
        let acked: Acked = read(&reply)?;
        let upto = Place { epoch: acked.epoch, seq: acked.acked };
        Ok(Some(News::Copied(counter.clone(), upto)))
    }
}

fn stuck(fault: StoreFault) -> Hitch {
    Hitch::Line(fault.to_string())
}
