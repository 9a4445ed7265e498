//! The other counters of this shop: who they are, how far their series are known here, and copies of what the office may
//! not have of them yet.

use super::office::{RECORD, read_load};
use super::{StoreFault, erasures::was_erased, fault::unreadable, open::Store};
use crate::facts::id::{CounterId, Digest};
use crate::facts::moment::{DAY_MS, Moment};
use crate::wire::batch::{Hashed, payload_of, without_payload};
use crate::wire::erasure::named;
use crate::wire::keyring::Neighbour;
use crate::wire::neighbour::SignedEnd;
use crate::wire::reply::Place;
use rusqlite::{OptionalExtension, Row, Transaction, params};

/// A neighbour who has nothing of a series is told what is not older than this: what guests bought before is in their pass.
const TOLD_MS: i64 = 90 * DAY_MS;

/// How far a neighbour's series is known here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownTo {
    /// The last record.
    pub place: Place,
    /// Its hash.
    pub hash: Digest,
}

/// Records of a neighbour that the office may not have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Copies {
    /// One line of a batch for each.
    pub lines: Vec<String>,
    /// Signed for the last of them.
    pub end: SignedEnd,
}

impl Store {
    /// The other counters of this shop, in the order of their names.
    ///
    /// # Errors
    /// When the database fails.
    pub fn neighbours(&self) -> Result<Vec<Neighbour>, StoreFault> {
        let sql = "SELECT counter, public FROM neighbour WHERE public IS NOT NULL ORDER BY counter";
        let mut statement = self.connection.prepare_cached(sql)?;
        let read = |row: &Row<'_>| {
            Ok(Neighbour { counter: CounterId::new(row.get_ref(0)?.as_str()?), public: row.get(1)? })
        };
        Ok(statement.query_map([], read)?.collect::<Result<_, _>>()?)
    }

    /// How far a neighbour's series is known here; nothing where it is not at all.
    ///
    /// # Errors
    /// When the database fails.
    pub fn known_to(&self, counter: &CounterId) -> Result<Option<KnownTo>, StoreFault> {
        let sql = "SELECT epoch, seq, hash FROM neighbour WHERE counter = ? AND seq IS NOT NULL";
        let read = |row: &Row<'_>| {
            let place = Place { epoch: row.get(0)?, seq: row.get(1)? };
            Ok(KnownTo { place, hash: Digest::new(row.get::<_, String>(2)?) })
        };
        Ok(self.connection.prepare_cached(sql)?.query_row([counter.as_str()], read).optional()?)
    }

    /// The next records of this counter's own series after a place that a neighbour has, of one epoch and without a gap; one
    /// who has nothing begins with what is not too old.
    ///
    /// # Errors
    /// When the database fails.
    pub fn series_after(
        &self,
        have: Option<Place>,
        (most, now): (usize, Moment),
    ) -> Result<Vec<Hashed>, StoreFault> {
        let have = match have {
            Some(have) => have,
            None => self.before(now.later(-TOLD_MS))?,
        };
        let sql = format!(
            "{RECORD} FROM record r WHERE (r.epoch, r.seq) > (?1, ?2) ORDER BY r.epoch, r.seq LIMIT ?3"
        );
        let mut statement = self.connection.prepare_cached(&sql)?;
        read_load(statement.query(params![have.epoch, have.seq, i64::try_from(most).unwrap_or(i64::MAX)])?)
    }

    /// The place before the first record from an instant on.
    fn before(&self, from: Moment) -> Result<Place, StoreFault> {
        let sql = "SELECT epoch, seq - 1 FROM record WHERE at >= ? ORDER BY epoch, seq LIMIT 1";
        let read = |row: &Row<'_>| Ok(Place { epoch: row.get(0)?, seq: row.get(1)? });
        let found = self.connection.prepare_cached(sql)?.query_row([from.0], read).optional()?;
        Ok(found.unwrap_or(Place { epoch: i64::MAX, seq: 0 }))
    }

    /// Up to where this counter's own series is durable at the office; nothing before anything is.
    ///
    /// # Errors
    /// When the database fails.
    pub fn acked_upto(&self) -> Result<Option<Place>, StoreFault> {
        let read = |row: &Row<'_>| Ok(Place { epoch: row.get(0)?, seq: row.get(1)? });
        let sql = "SELECT epoch, seq FROM outbox ORDER BY epoch, seq LIMIT 1";
        let waits = self.connection.prepare_cached(sql)?.query_row([], read).optional()?;
        let waits = waits.unwrap_or(Place { epoch: i64::MAX, seq: 0 });
        let sql =
            "SELECT epoch, seq FROM record WHERE (epoch, seq) < (?, ?) ORDER BY epoch DESC, seq DESC LIMIT 1";
        Ok(self.connection.prepare_cached(sql)?.query_row([waits.epoch, waits.seq], read).optional()?)
    }

    /// Neighbours whose copies have to be brought from here: who has not been heard since an instant, and who has begun
    /// another epoch meanwhile. That one was put back from a backup, or is a machine in another's place, and may have
    /// nothing of what it wrote before.
    ///
    /// # Errors
    /// When the database fails.
    pub fn to_be_brought(&self, since: Moment) -> Result<Vec<CounterId>, StoreFault> {
        let sql =
            "SELECT n.counter FROM neighbour n WHERE EXISTS (SELECT 1 FROM copy c WHERE c.counter = n.counter
            AND (coalesce(n.heard, 0) < ? OR c.epoch < coalesce(n.epoch, 0))) ORDER BY n.counter";
        let mut statement = self.connection.prepare_cached(sql)?;
        let whose = statement.query_map([since.0], |row| Ok(CounterId::new(row.get_ref(0)?.as_str()?)))?;
        Ok(whose.collect::<Result<_, _>>()?)
    }

    /// The oldest copies of a neighbour's records, of one epoch and without a gap, up to a signed end; nothing where there are
    /// none.
    ///
    /// # Errors
    /// When the database fails.
    pub fn copies(&self, counter: &CounterId, most: usize) -> Result<Option<Copies>, StoreFault> {
        let sql =
            "SELECT epoch, seq, line, key, signature FROM copy WHERE counter = ? ORDER BY epoch, seq LIMIT ?";
        let mut statement = self.connection.prepare_cached(sql)?;
        let mut rows = statement.query(params![counter.as_str(), i64::try_from(most).unwrap_or(i64::MAX)])?;
        let (mut lines, mut signed) = (Vec::new(), None);
        let mut next: Option<Place> = None;
        while let Some(row) = rows.next()? {
            let at = Place { epoch: row.get(0)?, seq: row.get(1)? };
            if next.is_some_and(|next| next != at) {
                break;
            }
            next = Some(Place { seq: at.seq + 1, ..at });
            lines.push(row.get::<_, String>(2)?);
            if let (Some(key), Some(signature)) = (row.get(3)?, row.get(4)?) {
                signed = Some((lines.len(), SignedEnd { key, signature }));
            }
        }
        let Some((count, end)) = signed else { return Ok(None) };
        lines.truncate(count);
        Ok(Some(Copies { lines, end }))
    }
}

/// Puts the shop's other counters in force: who is not among them any more is not believed, and what they wrote stays.
///
/// # Errors
/// When the database fails.
pub fn replace(change: &Transaction<'_>, own: &CounterId, all: &[Neighbour]) -> Result<(), StoreFault> {
    change.execute("UPDATE neighbour SET public = NULL", [])?;
    for one in all.iter().filter(|one| one.counter != *own) {
        let sql = "INSERT INTO neighbour (counter, public) VALUES (?1, ?2) ON CONFLICT (counter) DO UPDATE SET public = ?2";
        change.prepare_cached(sql)?.execute(params![one.counter.as_str(), one.public])?;
    }
    Ok(())
}

/// Keeps records as they came, the last one with its signature.
///
/// # Errors
/// When the database fails.
pub fn keep_copies(
    change: &Transaction<'_>,
    counter: &CounterId,
    lines: &[(Place, &str)],
    end: &SignedEnd,
) -> Result<(), StoreFault> {
    let sql = "INSERT INTO copy (counter, epoch, seq, line, key, signature) VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING";
    let mut statement = change.prepare_cached(sql)?;
    for (nth, (place, line)) in lines.iter().enumerate() {
        let signed = (nth + 1 == lines.len()).then_some(end);
        let (key, signature) = (signed.map(|end| &end.key), signed.map(|end| &end.signature));
        statement.execute(params![counter.as_str(), place.epoch, place.seq, line, key, signature])?;
    }
    Ok(())
}

/// Notes how far a neighbour's series is known here.
///
/// # Errors
/// When the database fails.
pub fn note_known(
    change: &Transaction<'_>,
    counter: &CounterId,
    KnownTo { place, hash }: &KnownTo,
) -> Result<(), StoreFault> {
    let sql = "UPDATE neighbour SET epoch = ?2, seq = ?3, hash = ?4 WHERE counter = ?1";
    change.prepare_cached(sql)?.execute(params![counter.as_str(), place.epoch, place.seq, hash.as_str()])?;
    Ok(())
}

/// Notes that a neighbour was heard, and up to where its series is durable at the office: of that nobody needs a copy.
///
/// # Errors
/// When the database fails.
pub fn note_heard(
    change: &Transaction<'_>,
    counter: &CounterId,
    (acked, at): (Option<Place>, Moment),
) -> Result<(), StoreFault> {
    let sql = "UPDATE neighbour SET heard = ?2 WHERE counter = ?1";
    change.prepare_cached(sql)?.execute(params![counter.as_str(), at.0])?;
    acked.map_or(Ok(()), |acked| forget_copies(change, counter, acked))
}

/// Drops copies of an epoch up to a place: the office has what they are copies of. What was written in an epoch before, a
/// counter that speaks now may not know at all, and says nothing about.
///
/// # Errors
/// When the database fails.
pub fn forget_copies(change: &Transaction<'_>, counter: &CounterId, upto: Place) -> Result<(), StoreFault> {
    let sql = "UPDATE neighbour SET acked_epoch = ?2, acked_seq = ?3
        WHERE counter = ?1 AND (coalesce(acked_epoch, 0), coalesce(acked_seq, 0)) < (?2, ?3)";
    change.prepare_cached(sql)?.execute(params![counter.as_str(), upto.epoch, upto.seq])?;
    let sql = "DELETE FROM copy WHERE counter = ?1 AND epoch = ?2 AND seq <= ?3";
    change.prepare_cached(sql)?.execute(params![counter.as_str(), upto.epoch, upto.seq])?;
    Ok(())
}

/// Empties the payload of copies that name somebody who was erased; they may be known here by nothing else.
///
/// # Errors
/// When the database fails.
pub(super) fn empty_copies(change: &Transaction<'_>) -> Result<(), StoreFault> {
    let mut statement = change.prepare_cached("SELECT counter, epoch, seq, line FROM copy")?;
    let mut rows = statement.query([])?;
    let sql = "UPDATE copy SET line = ?4 WHERE counter = ?1 AND epoch = ?2 AND seq = ?3";
    let mut update = change.prepare_cached(sql)?;
    while let Some(row) = rows.next()? {
        let line: String = row.get(3)?;
        let payload = payload_of(&line).map_err(unreadable("copy"))?;
        let customer = payload.and_then(|payload| named(payload.as_bytes()));
        if customer.map_or(Ok(false), |customer| was_erased(change, &customer))? {
            let line = without_payload(&line).map_err(unreadable("copy"))?;
            let place = (row.get::<_, String>(0)?, row.get::<_, i64>(1)?, row.get::<_, i64>(2)?);
            update.execute(params![place.0, place.1, place.2, line])?;
        }
    }
    Ok(())
}
