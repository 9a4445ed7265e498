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
    /// Brings what a neighbour wrote who is silent or has lost it, if anything is; nothing of one for a while after the office has refused it.
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
        for counter in store.to_be_brought(now.later(-SILENT_MS)).map_err(|fault| stuck(&fault))? {
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
        let Some(Copies { lines, end }) =
            store.copies(counter, BATCH_RECORDS_MAX).map_err(|fault| stuck(&fault))?
        else {
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

fn stuck(fault: &StoreFault) -> Hitch {
    Hitch::Line(fault.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::id::{ChainId, Digest, ShopId};
    use crate::facts::menu::to_hex;
    use crate::facts::moment::BusinessDay;
    use crate::flow::ids::Ids;
    use crate::ports::{Ask, Reply, Uplink};
    use crate::store::neighbours::{forget_copies, keep_copies, replace};
    use crate::store::office::OfficeLink;
    use crate::wire::batch::{Hashed, write};
    use crate::wire::keyring::Neighbour;
    use crate::wire::neighbour::SignedEnd;
    use crate::wire::record::{ClockTrust, Record, RecordHeader, VERSION, payload_hash};
    use std::sync::{Arc, Mutex};
    use std::time::Duration;

    /// An office that has shut counter 2 out.
    #[derive(Clone, Default)]
    struct Strict(Arc<Mutex<u32>>);

    impl Uplink for Strict {
        fn exchange(&mut self, ask: &Ask, _deadline: Duration) -> Result<Reply, String> {
            *self.0.lock().unwrap() += 1;
            let text = String::from_utf8(crate::wire::pack::unpack(&ask.body, 1_000_000)?).unwrap();
            let (status, body) = if text.contains(r#""counter":"2""#) {
                (403, r#"{"error":{"code":"seal_revoked","message":"it was shut out"}}"#)
            } else {
                (200, r#"{"epoch":1,"acked":1,"new":1,"again":0,"dead":[]}"#)
            };
            Ok(Reply { status, body: body.as_bytes().to_vec() })
        }
    }

    fn written_by(counter: &CounterId) -> (Hashed, BatchHead) {
        let header = RecordHeader {
            v: VERSION,
            chain: ChainId::new("c"),
            shop: ShopId::new("s"),
            counter: counter.clone(),
            epoch: 1,
            seq: 1,
            at: Moment(1),
            utc_offset_min: 0,
            business_day: BusinessDay(1),
            clock_trust: ClockTrust::Ok,
            kind: "sale".into(),
            payload_hash: payload_hash(b"salt", b"{}"),
            prev_hash: Digest::new("0".repeat(64)),
            later: BTreeMap::new(),
        };
        let (hash, head) = (header.hash(), BatchHead::of(&header, 1));
        let record = Record { header, salt: Some(b"salt".to_vec()), payload: Some(b"{}".to_vec()) };
        (Hashed { record, hash }, head)
    }

    #[test]
    fn what_the_office_refuses_of_one_neighbour_is_left_for_a_while_and_holds_up_no_other() {
        let mut store = Store::in_memory().unwrap();
        let all = ["2", "3"].map(|name| Neighbour { counter: CounterId::new(name), public: [1; 32] });
        let (strict, place) = (Strict::default(), Place { epoch: 1, seq: 1 });
        store
            .change(|change| {
                replace(change, &CounterId::new("1"), &all)?;
                all.iter().try_for_each(|Neighbour { counter, .. }| {
                    let (hashed, head) = written_by(counter);
                    let end = SignedEnd::new(&[9; 32], &head, &hashed.hash);
                    let text = write(&head, &[hashed]);
                    keep_copies(change, counter, &[(place, text.lines().nth(1).unwrap())], &end)
                })
            })
            .unwrap();
        let link = OfficeLink {
            url: "http://office".into(),
            secret: to_hex(&[3; 32]),
            office: String::new(),
            enrolled: Moment(0),
            trusts: None,
        };
        let mut messenger = Messenger::new(&link, Box::new(strict.clone()), Ids::seeded(1, (1, 0))).unwrap();
        let (mut neighbourly, now) = (Neighbourly::default(), Moment(1_000_000));
        let brought = neighbourly.go(&mut messenger, &store, now).unwrap();
        assert_eq!(brought, Some(News::Copied(CounterId::new("3"), place)));
        store.change(|change| forget_copies(change, &all[1].counter, place)).unwrap();
        assert_eq!(*strict.0.lock().unwrap(), 2);
        assert_eq!(neighbourly.go(&mut messenger, &store, now.later(PAUSE_MS - 1)).unwrap(), None);
        assert_eq!(*strict.0.lock().unwrap(), 2, "nothing is asked before the pause is over");
        assert_eq!(neighbourly.go(&mut messenger, &store, now.later(PAUSE_MS)).unwrap(), None);
        assert_eq!(*strict.0.lock().unwrap(), 3);
    }
}
