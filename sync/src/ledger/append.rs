//! One batch goes into the ledger, inside the writer's transaction. What is acknowledged afterwards is what is
//! in the ledger: records, and dead letters where a record cannot stand in its series.
//!
//! * A record that is there already is counted, not written.
//! * A number that is missing: nothing is written, and the answer says from where to send.
//! * The same number with another hash is a *fork*: two machines write one series. In the epoch of now the counter
//!   is quarantined; in an older one, which no machine writes any more, the record goes to the dead letters.
//! * A record that cannot be read, or does not tie on, goes to the dead letters and blocks nothing.

use super::{
    carried,
    counters::{Enrolled, State},
    erasure,
    fault::LedgerFault,
    leases, noted, pin, receipts,
};
use kava::{
    facts::{id::Digest, moment::Moment},
    wire::{
        batch::{BadLine, BatchHead, Hashed, Received},
        hex::from_hex,
        record::FIRST_PREV_HASH,
        reply::{Acked, Dead, Place},
    },
};
use rusqlite::{OptionalExtension, Transaction, params};

/// What became of a batch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Taken {
    /// It is in the ledger.
    Acked(Acked),
    /// Nothing was written: records are missing before it.
    Gap(Place),
    /// Two machines write this series; nothing is taken from it until the counter enrols anew.
    Forked(Place),
    /// The counter may not send any more.
    Revoked,
    /// Customers were erased whom this counter still knows; nothing is taken before.
    ErasuresFirst,
}

/// The end of a series: number and hash of its last record.
#[derive(Debug, Clone, PartialEq, Eq)]
struct End {
    seq: i64,
    hash: Option<Vec<u8>>,
}

/// Takes a batch.
///
/// # Errors
/// When the database fails; the whole transaction must be given up then.
pub fn append(
    change: &Transaction<'_>,
    counter: i64,
    (head, lines): (&BatchHead, &[Received]),
    now: Moment,
) -> Result<Taken, LedgerFault> {
    let enrolled = Enrolled::by_id(change, counter)?;
    let last = lines.last().map_or(head.first, |line| line.seq);
    match enrolled.state {
        State::Revoked => return Ok(Taken::Revoked),
        State::Quarantined => return Ok(Taken::Forked(Place { epoch: head.epoch, seq: last })),
        State::Active => {}
    }
    if let Some(done) = head.erased {
        erasure::hear(change, counter, done, now)?;
    }
    if let Some(done) = head.erased
        && done < erasure::newest(change)?
    {
        return Ok(Taken::ErasuresFirst);
    }
    let mut walk = match Walk::begin(change, &enrolled, head, lines, now)? {
        Ok(walk) => walk,
        Err(gap) => return Ok(Taken::Gap(gap)),
    };
    for line in lines {
        if let Some(fork) = walk.take(line)? {
            return Ok(Taken::Forked(fork));
        }
    }
    walk.finish().map(Taken::Acked)
}

struct Walk<'c> {
    change: &'c Transaction<'c>,
    counter: i64,
    epoch: i64,
    /// The counter writes in this epoch now.
    current: bool,
    now: Moment,
    end: End,
    acked: Acked,
}

impl<'c> Walk<'c> {
    /// Finds where the series ends, or what is missing before this batch.
    fn begin(
        change: &'c Transaction<'c>,
        enrolled: &Enrolled,
        head: &BatchHead,
        lines: &[Received],
        now: Moment,
    ) -> Result<Result<Walk<'c>, Place>, LedgerFault> {
        let (counter, epoch) = (enrolled.id, head.epoch);
        let end = match end_of(change, counter, epoch)? {
            Some(end) => end,
            None if head.first > 1 => return Ok(Err(Place { epoch, seq: 1 })),
            None => {
                let first = lines.first().and_then(|line| line.read.as_ref().ok());
                match anchor(change, counter, head, first)? {
                    Ok(hash) => End { seq: 0, hash },
                    Err(gap) if head.unanchored => {
                        let text = format!(
                            "epoch {epoch} ties on to nothing known after {}/{}",
                            gap.epoch,
                            gap.seq - 1
                        );
                        alarm(change, Some(counter), ("series_unanchored", &text), now)?;
                        End { seq: 0, hash: None }
                    }
                    Err(gap) => return Ok(Err(gap)),
                }
            }
        };
        if head.first > end.seq + 1 {
            return Ok(Err(Place { epoch, seq: end.seq + 1 }));
        }
        let acked = Acked { epoch, acked: end.seq, new: 0, again: 0, dead: Vec::new() };
        let current = epoch >= enrolled.epoch;
        Ok(Ok(Walk { change, counter, epoch, current, now, end, acked }))
    }

    /// Takes one line; gives the place of a fork.
    fn take(&mut self, line: &Received) -> Result<Option<Place>, LedgerFault> {
        let hash = claimed(line);
        if line.seq <= self.end.seq {
            if self.is_known(line.seq, hash.as_deref())? {
                self.acked.again += 1;
                return Ok(None);
            }
            return self.fork(line);
        }
        match &line.read {
            Ok(Hashed { record, .. }) if !self.ties_on(&record.header.prev_hash) => {
                let why = "it does not follow from the record before it".to_owned();
                self.bury(line, &BadLine { code: "record_prev_hash", why, claimed: None })?;
            }
            Ok(hashed) => self.keep(hashed)?,
            Err(bad) => self.bury(line, bad)?,
        }
        self.end = End { seq: line.seq, hash };
        Ok(None)
    }

    fn ties_on(&self, prev_hash: &Digest) -> bool {
        self.end.hash.as_ref().is_none_or(|hash| from_hex(prev_hash.as_str()).as_ref() == Some(hash))
    }

    fn is_known(&self, seq: i64, hash: Option<&[u8]>) -> Result<bool, LedgerFault> {
        let sql = "SELECT hash FROM record WHERE counter = ? AND epoch = ? AND seq = ?";
        let place = [self.counter, self.epoch, seq];
        let kept: Option<Vec<u8>> =
            self.change.prepare_cached(sql)?.query_row(place, |row| row.get(0)).optional()?;
        if let Some(kept) = kept {
            return Ok(hash == Some(&kept));
        }
        let sql =
            "SELECT count(*) FROM dead_letter WHERE counter = ? AND epoch = ? AND seq = ? AND hash IS ?";
        let params = params![self.counter, self.epoch, seq, hash];
        let dead: i64 = self.change.prepare_cached(sql)?.query_row(params, |row| row.get(0))?;
        Ok(dead > 0)
    }

    /// The same number with another hash. The line is kept as evidence.
    fn fork(&mut self, line: &Received) -> Result<Option<Place>, LedgerFault> {
        let place = Place { epoch: self.epoch, seq: line.seq };
        let why = "the office has another record of this number".to_owned();
        self.bury(line, &BadLine { code: "series_fork", why, claimed: None })?;
        if !self.current {
            return Ok(None);
        }
        self.change
            .prepare_cached("UPDATE counter SET state = 'quarantined' WHERE id = ?")?
            .execute([self.counter])?;
        Ok(Some(place))
    }

    fn keep(&mut self, hashed: &Hashed) -> Result<(), LedgerFault> {
        let (header, record) = (&hashed.record.header, &hashed.record);
        let later =
            (!header.later.is_empty()).then(|| serde_json::to_string(&header.later).unwrap_or_default());
        leases::note(self.change, self.counter, record, self.now)?;
        erasure::note(self.change, self.counter, record, self.now)?;
        pin::note(self.change, self.counter, record, self.now)?;
        let may_be_kept = noted::note(self.change, self.counter, record)?;
        if may_be_kept {
            carried::note(self.change, self.counter, record, self.now)?;
        }
        let sql = "INSERT INTO record (counter, epoch, seq, v, chain, at, utc_offset_min, business_day, clock_trust, kind,
            later, payload_hash, prev_hash, hash, salt, payload, received)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
        self.change.prepare_cached(sql)?.execute(params![
            self.counter,
            self.epoch,
            header.seq,
            header.v,
            header.chain.as_str(),
            header.at.0,
            header.utc_offset_min,
            header.business_day.0,
            header.clock_trust.code(),
            header.kind,
            later,
            from_hex(header.payload_hash.as_str()),
            from_hex(header.prev_hash.as_str()),
            from_hex(hashed.hash.as_str()),
            record.salt.as_ref().filter(|_| may_be_kept),
            record.payload.as_ref().filter(|_| may_be_kept),
            self.now.0,
        ])?;
        if let Some(twice) = receipts::note(self.change, self.counter, record)? {
            let text = format!("receipt {twice} is told of twice");
            alarm(self.change, Some(self.counter), ("receipt_twice", &text), self.now)?;
        }
        self.acked.new += 1;
        Ok(())
    }

    /// Puts a line among the dead letters, and says so once.
    fn bury(&mut self, line: &Received, bad: &BadLine) -> Result<(), LedgerFault> {
        let sql = "INSERT INTO dead_letter (counter, epoch, seq, hash, code, why, body, received)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?)";
        self.change.prepare_cached(sql)?.execute(params![
            self.counter,
            self.epoch,
            line.seq,
            claimed(line),
            bad.code,
            bad.why,
            line.text,
            self.now.0
        ])?;
        let text = format!("record {}/{}: {}", self.epoch, line.seq, bad.why);
        alarm(self.change, Some(self.counter), (bad.code, &text), self.now)?;
        self.acked.dead.push(Dead { seq: line.seq, code: bad.code.into() });
        Ok(())
    }

    fn finish(mut self) -> Result<Acked, LedgerFault> {
        let sql = "INSERT INTO series (counter, epoch, seq, hash) VALUES (?, ?, ?, ?)
            ON CONFLICT (counter, epoch) DO UPDATE SET seq = excluded.seq, hash = excluded.hash";
        let End { seq, hash } = self.end;
        self.change.prepare_cached(sql)?.execute(params![self.counter, self.epoch, seq, hash])?;
        let sql = "UPDATE counter SET seen = ?, epoch = max(epoch, ?) WHERE id = ?";
        self.change.prepare_cached(sql)?.execute([self.now.0, self.epoch, self.counter])?;
        self.acked.acked = seq;
        Ok(self.acked)
    }
}

/// The hash that a line has, or says it has.
fn claimed(line: &Received) -> Option<Vec<u8>> {
    let hash = match &line.read {
        Ok(hashed) => Some(&hashed.hash),
        Err(bad) => bad.claimed.as_ref(),
    };
    hash.and_then(|hash| from_hex(hash.as_str()))
}

fn end_of(change: &Transaction<'_>, counter: i64, epoch: i64) -> Result<Option<End>, LedgerFault> {
    let sql = "SELECT seq, hash FROM series WHERE counter = ? AND epoch = ?";
    let read = |row: &rusqlite::Row<'_>| Ok(End { seq: row.get(0)?, hash: row.get(1)? });
    Ok(change.prepare_cached(sql)?.query_row([counter, epoch], read).optional()?)
}

/// What the first record of an epoch that is new here ties on to: nothing, where the counter's database was empty
/// then; else a record that it told before. Otherwise the place from which it should send.
fn anchor(
    change: &Transaction<'_>,
    counter: i64,
    head: &BatchHead,
    first: Option<&Hashed>,
) -> Result<Result<Option<Vec<u8>>, Place>, LedgerFault> {
    let Some(first) = first else { return Ok(Ok(None)) };
    let prev_hash = first.record.header.prev_hash.as_str();
    let hash = from_hex(prev_hash);
    let sql = "SELECT (SELECT count(*) FROM record WHERE counter = ?1 AND hash = ?2)
        + (SELECT count(*) FROM series WHERE counter = ?1 AND hash = ?2)";
    let known: i64 = change.query_row(sql, params![counter, hash], |row| row.get(0))?;
    if known > 0 || prev_hash == FIRST_PREV_HASH {
        return Ok(Ok(hash));
    }
    let sql = "SELECT epoch, seq FROM series WHERE counter = ? AND epoch < ? ORDER BY epoch DESC LIMIT 1";
    let read = |row: &rusqlite::Row<'_>| Ok(Place { epoch: row.get(0)?, seq: row.get::<_, i64>(1)? + 1 });
    let before = change.query_row(sql, [counter, head.epoch], read).optional()?;
    Ok(Err(before.unwrap_or(Place { epoch: 1, seq: 1 })))
}

/// Tells people that something needs them.
pub(super) fn alarm(
    change: &Transaction<'_>,
    counter: Option<i64>,
    (code, text): (&str, &str),
    now: Moment,
) -> Result<(), LedgerFault> {
    let sql = "INSERT INTO alarm (at, counter, code, text) VALUES (?, ?, ?, ?)";
    change.prepare_cached(sql)?.execute(params![now.0, counter, code, text])?;
    Ok(())
}
