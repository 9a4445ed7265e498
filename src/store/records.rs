//! The counter's own series: records are appended in the transaction of the fact they tell of, and wait
//! in the outbox until the office has made them durable.

use super::{StoreFault, fault::unreadable, office::ANCHOR, open::Store, setting};
use crate::facts::id::Digest;
use crate::facts::moment::LocalMoment;
use crate::facts::shop::Shop;
use crate::wire::record::{self, ClockTrust, Link, Record, RecordHeader};
use rusqlite::{OptionalExtension, Transaction, params};
use std::collections::BTreeMap;

/// One thing to tell the office.
#[derive(Debug, Clone)]
pub struct Entry<'a> {
    /// What happened.
    pub kind: &'a str,
    /// When.
    pub when: LocalMoment,
    /// Whether the clock could be believed.
    pub clock_trust: ClockTrust,
    /// The payload, kept exactly as given.
    pub payload: &'a [u8],
    /// Random bytes mixed into the payload's hash.
    pub salt: [u8; 16],
}

/// Appends a record and puts it into the outbox; gives its (epoch, seq).
///
/// # Errors
/// When the header cannot be written or the database fails.
pub fn append(
    change: &Transaction<'_>,
    shop: &Shop,
    epoch: i64,
    entry: &Entry<'_>,
) -> Result<(i64, i64), StoreFault> {
    let (seq, prev_hash) = match (last_link(change)?, setting::read(change, ANCHOR)?) {
        // A fresh database in the place of another goes on where the office saw that one last.
        (None, Some(anchor)) => (1, Digest::new(anchor)),
        (last, _) => Link::next(last.as_ref(), epoch),
    };
    let header = RecordHeader {
        v: record::VERSION,
        chain: shop.chain.clone(),
        shop: shop.shop.clone(),
        counter: shop.counter.clone(),
        epoch,
        seq,
        at: entry.when.at,
        utc_offset_min: entry.when.utc_offset_min,
        business_day: entry.when.business_day,
        clock_trust: entry.clock_trust,
        kind: entry.kind.into(),
        payload_hash: record::payload_hash(&entry.salt, entry.payload),
        prev_hash,
        later: BTreeMap::new(),
    };
    header.check().map_err(unreadable("record"))?;
    write(change, (epoch, seq), &header, (&entry.salt, entry.payload))?;
    change.prepare_cached("INSERT INTO outbox (epoch, seq) VALUES (?, ?)")?.execute([epoch, seq])?;
    Ok((epoch, seq))
}

/// Writes another counter's record under a number that is free here. No chain holds such records together.
///
/// # Errors
/// When the number is taken or the database fails.
pub fn mirror(change: &Transaction<'_>, number: (i64, i64), record: &Record) -> Result<(), StoreFault> {
    let (salt, payload) = (record.salt.as_deref(), record.payload.as_deref());
    write(change, number, &record.header, (salt.unwrap_or_default(), payload.unwrap_or_default()))
}

fn write(
    change: &Transaction<'_>,
    (epoch, seq): (i64, i64),
    header: &RecordHeader,
    (salt, payload): (&[u8], &[u8]),
) -> Result<(), StoreFault> {
    let sql = "INSERT INTO record (epoch, seq, v, chain, shop, counter, at, utc_offset_min, business_day, clock_trust,
        kind, payload_hash, prev_hash, hash, salt, payload) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
    change.prepare_cached(sql)?.execute(params![
        epoch,
        seq,
        header.v,
        header.chain.as_str(),
        header.shop.as_str(),
        header.counter.as_str(),
        header.at.0,
        header.utc_offset_min,
        header.business_day.0,
        header.clock_trust.code(),
        header.kind,
        header.payload_hash.as_str(),
        header.prev_hash.as_str(),
        header.hash().as_str(),
        salt,
        payload,
    ])?;
    Ok(())
}

fn last_link(change: &Transaction<'_>) -> Result<Option<Link>, StoreFault> {
    let sql = "SELECT epoch, seq, hash FROM record ORDER BY epoch DESC, seq DESC LIMIT 1";
    let read = |row: &rusqlite::Row<'_>| {
        Ok(Link { epoch: row.get(0)?, seq: row.get(1)?, hash: Digest::new(row.get_ref(2)?.as_str()?) })
    };
    Ok(change.prepare_cached(sql)?.query_row([], read).optional()?)
}

impl Store {
    /// The instant of the newest record: a clock that shows less has jumped back.
    ///
    /// # Errors
    /// When the database fails.
    pub fn newest_record_at(&self) -> Result<Option<i64>, StoreFault> {
        let sql = "SELECT max(at) FROM record";
        Ok(self.connection.prepare_cached(sql)?.query_row([], |row| row.get(0))?)
    }

    /// How many records wait for the office.
    ///
    /// # Errors
    /// When the database fails.
    pub fn outbox_length(&self) -> Result<u64, StoreFault> {
        let count: i64 =
            self.connection.prepare_cached("SELECT count(*) FROM outbox")?.query_row([], |row| row.get(0))?;
        Ok(count.unsigned_abs())
    }
}
