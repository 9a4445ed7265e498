//! The conversation between two counters of one shop. Each tells the other what it has written since; who hears keeps a
//! copy until the office has the original, and takes in what a guest's next visit needs to know.
//!
//! What a neighbour says is believed only over a connection that their key has opened, and only about their own series.

use super::counter::Counter;
use super::fault::FlowFault;
use super::next_door::NextDoor;
use crate::facts::id::CounterId;
use crate::facts::moment::Moment;
use crate::store::neighbours::{self, KnownTo};
use crate::store::{Store, StoreFault};
use crate::wire::batch::{self, BatchHead, Hashed, first_break, without_payload};
use crate::wire::hex::array_from_hex;
use crate::wire::neighbour::{Copied, SignedEnd, Stopped, Tell, Told};
use crate::wire::reply::Place;

/// Records in one telling: they are written in one transaction, and a guest at that counter waits no longer than for it.
pub const TELL_MOST: usize = 50;

/// What there is to tell a neighbour who has our series up to a place.
///
/// # Errors
/// When the store cannot be read or the counter is not enrolled.
pub fn tell(store: &Store, have: Option<Place>, now: Moment) -> Result<Tell, StoreFault> {
    let records = store.series_after(have, (TELL_MOST, now))?;
    let records = match (records.first(), records.last()) {
        (Some(first), Some(last)) => Some(signed(store, (first, last), &records)?),
        _ => None,
    };
    let list = store.stop_list()?;
    let stopped =
        list.said().map(|(day, sku, said)| Stopped { sku: sku.clone(), out: said.out, day, at: said.at });
    Ok(Tell { records, acked: store.acked_upto()?, stopped: stopped.collect() })
}

fn signed(
    store: &Store,
    (first, last): (&Hashed, &Hashed),
    records: &[Hashed],
) -> Result<Copied, StoreFault> {
    let head = BatchHead::of(&first.record.header, records.len());
    let link = store.office_link()?.and_then(|link| array_from_hex(&link.secret));
    let secret = link.ok_or_else(|| StoreFault::Unreadable {
        what: "key of this counter",
        why: "there is none; enrol it first".into(),
    })?;
    let end = SignedEnd::new(&secret, &head, &last.hash);
    Ok(Copied { batch: batch::write(&head, records), end })
}

/// Records of a neighbour that go on where their series is known to.
struct Following {
    lines: Vec<(Hashed, String)>,
    end: SignedEnd,
}

impl Counter {
    /// Hears what a neighbour tells of itself; it is durable when this returns.
    ///
    /// # Errors
    /// When the store fails; the same is told again then.
    pub fn hear_neighbour(&mut self, from: &CounterId, tell: &Tell, at: Moment) -> Result<Told, FlowFault> {
        let known = self.store.known_to(from)?;
        let have = known.as_ref().map(|known| known.place);
        let following = match &tell.records {
            None => None,
            Some(copied) => match self.following(from, copied, known.as_ref())? {
                Ok(following) => following,
                Err(refused) => {
                    tracing::warn!(counter = %from, "what a neighbour tells is refused: {refused}");
                    return Ok(Told { have, refused: Some(refused) });
                }
            },
        };
        let upto = following
            .as_ref()
            .and_then(|following| following.lines.last())
            .map(|(last, _)| KnownTo { place: place_of(last), hash: last.hash.clone() });
        self.take_next_door(from, (following, upto.as_ref()), (tell.acked, at))?;
        self.hear_stopped(&tell.stopped)?;
        Ok(Told { have: upto.map(|upto| upto.place).or(have), refused: None })
    }

    /// What of a batch is new here, or why none of it is believed. Nothing where it begins further on than we know: the
    /// neighbour hears where to begin.
    fn following(
        &self,
        from: &CounterId,
        copied: &Copied,
        known: Option<&KnownTo>,
    ) -> Result<Result<Option<Following>, String>, FlowFault> {
        let Some(neighbour) = self.store.neighbours()?.into_iter().find(|one| one.counter == *from) else {
            return Ok(Err(format!("counter {from} is not of this shop")));
        };
        let (head, received) = match batch::read(&copied.batch) {
            Ok(read) => read,
            Err(fault) => return Ok(Err(fault.to_string())),
        };
        if (&head.chain, &head.shop, &head.counter) != (&self.shop.chain, &self.shop.shop, from) {
            return Ok(Err("the records are of another counter".into()));
        }
        let mut lines = Vec::with_capacity(received.len());
        for line in received {
            match line.read {
                Ok(hashed) => lines.push((hashed, line.text)),
                Err(bad) => return Ok(Err(format!("record {}: {}", line.seq, bad.why))),
            }
        }
        let Some((last, _)) = lines.last() else { return Ok(Ok(None)) };
        if !copied.end.is_good(&neighbour.public, &head, &last.hash) {
            return Ok(Err("its signature is not that of this counter".into()));
        }
        Ok(tied(known, lines).map(|lines| lines.map(|lines| Following { lines, end: copied.end.clone() })))
    }

    fn take_next_door(
        &mut self,
        from: &CounterId,
        (following, upto): (Option<Following>, Option<&KnownTo>),
        (acked, at): (Option<Place>, Moment),
    ) -> Result<(), FlowFault> {
        let bundle = self.bundle_at(at).1.cloned();
        let (shop, policy) = (self.shop.clone(), self.policy.clone());
        self.store.change(|change| {
            let door = NextDoor { change, shop: &shop, policy: &policy, bundle: bundle.as_ref() };
            if let Some(Following { mut lines, end }) = following {
                for (hashed, line) in &mut lines {
                    if !door.take(&hashed.record)? {
                        *line = without_payload(line).map_err(|e| StoreFault::Other(e.to_string()))?;
                    }
                }
                let wanted = lines.iter().map(|(hashed, line)| (place_of(hashed), line.as_str()));
                let wanted: Vec<_> =
                    wanted.filter(|(place, _)| acked.is_none_or(|acked| *place > acked)).collect();
                neighbours::keep_copies(change, from, &wanted, &end)?;
            }
            upto.map_or(Ok(()), |upto| neighbours::note_known(change, from, upto))?;
            neighbours::note_heard(change, from, (acked, at))
        })?;
        Ok(())
    }
}

/// The records that tie on to what is known; nothing where some are missing in between.
fn tied(
    known: Option<&KnownTo>,
    lines: Vec<(Hashed, String)>,
) -> Result<Option<Vec<(Hashed, String)>>, String> {
    let Some(known) = known else { return chained(lines).map(Some) };
    let new: Vec<_> = lines.into_iter().filter(|(hashed, _)| place_of(hashed) > known.place).collect();
    let Some((first, _)) = new.first() else { return Ok(None) };
    let place = place_of(first);
    if place.epoch == known.place.epoch {
        if place.seq != known.place.seq + 1 {
            return Ok(None);
        }
        if first.record.header.prev_hash != known.hash {
            return Err(format!("record {}/{} does not follow what is known", place.epoch, place.seq));
        }
    } else if place.seq != 1 {
        return Ok(None);
    }
    chained(new).map(Some)
}

fn chained(lines: Vec<(Hashed, String)>) -> Result<Vec<(Hashed, String)>, String> {
    let broken = first_break(lines.iter().map(|(hashed, _)| hashed));
    broken.map_or(Ok(lines), |seq| Err(format!("record {seq} does not follow the one before it")))
}

const fn place_of(hashed: &Hashed) -> Place {
    Place { epoch: hashed.record.header.epoch, seq: hashed.record.header.seq }
}
