//! A batch: what a counter sends of its series in one request. One line that says which records follow, then
//! one line for each record, as `docs/records.md` writes it.
//!
//! May import facts. Not here: compression, HTTP, what the office has already.

use super::{
    hex::from_hex,
    record::{Record, RecordHeader},
};
use crate::facts::{
    id::{ChainId, CounterId, Digest, ShopId},
    menu::to_hex,
};
use serde::{Deserialize, Serialize};

/// The newest format this program reads.
pub const BATCH_FORMAT: u32 = 1;
/// The most records in one batch.
pub const BATCH_RECORDS_MAX: usize = 1_000;
/// The most bytes of one batch, unpacked.
pub const BATCH_BYTES_MAX: usize = 16 * 1024 * 1024;

/// The first line: whose records follow, and which.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BatchHead {
    /// Format.
    pub v: u32,
    /// The chain.
    pub chain: ChainId,
    /// The shop.
    pub shop: ShopId,
    /// The counter.
    pub counter: CounterId,
    /// The epoch of all of them.
    pub epoch: i64,
    /// Number of the first; the others follow without a gap.
    pub first: i64,
    /// How many.
    pub count: usize,
    /// The counter has nothing before these that it could send: an epoch that ties on to nothing the office
    /// knows is to be taken all the same.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub unanchored: bool,
    /// The last erasure that the counter has done; a program that knows of none says nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub erased: Option<i64>,
}

impl BatchHead {
    /// Says that so many records of one counter and epoch follow, this one first.
    #[must_use]
    pub fn of(first: &RecordHeader, count: usize) -> BatchHead {
        BatchHead {
            v: BATCH_FORMAT,
            chain: first.chain.clone(),
            shop: first.shop.clone(),
            counter: first.counter.clone(),
            epoch: first.epoch,
            first: first.seq,
            count,
            unanchored: false,
            erased: None,
        }
    }
}

/// A record with the hash that its counter keeps for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hashed {
    /// The record.
    pub record: Record,
    /// SHA-256 of its canonical header.
    pub hash: Digest,
}

/// The number of the first record that does not name the hash of the one before it; nothing where they are a chain.
pub fn first_break<'a>(records: impl IntoIterator<Item = &'a Hashed>) -> Option<i64> {
    let mut before: Option<&Hashed> = None;
    for record in records {
        let header = &record.record.header;
        if before.is_some_and(|before| header.prev_hash != before.hash) {
            return Some(header.seq);
        }
        before = Some(record);
    }
    None
}

#[derive(Serialize, Deserialize)]
struct Line {
    header: RecordHeader,
    salt: Option<String>,
    payload: Option<String>,
    hash: Digest,
}

/// The batch as text. A payload that is no text is left out with its salt; every payload of this program is.
#[must_use]
pub fn write(head: &BatchHead, records: &[Hashed]) -> String {
    let lines: Vec<String> = records.iter().map(write_line).collect();
    write_lines(head, &lines)
}

/// The batch as text, of lines that are written already.
#[must_use]
pub fn write_lines(head: &BatchHead, lines: &[String]) -> String {
    let mut text = serde_json::to_string(head).unwrap_or_default();
    for line in lines {
        text.push('\n');
        text.push_str(line);
    }
    text.push('\n');
    text
}

fn write_line(Hashed { record, hash }: &Hashed) -> String {
    let payload = record.payload.as_ref().and_then(|bytes| String::from_utf8(bytes.clone()).ok());
    let salt = record.salt.as_deref().filter(|_| payload.is_some()).map(to_hex);
    let line = Line { header: record.header.clone(), salt, payload, hash: hash.clone() };
    serde_json::to_string(&line).unwrap_or_default()
}

/// The header of a line.
///
/// # Errors
/// When it is no line of a batch.
pub fn header_of(line: &str) -> Result<RecordHeader, serde_json::Error> {
    serde_json::from_str::<Line>(line).map(|line| line.header)
}

/// The payload of a line, where it has one.
///
/// # Errors
/// When it is no line of a batch.
pub fn payload_of(line: &str) -> Result<Option<String>, serde_json::Error> {
    serde_json::from_str::<Line>(line).map(|line| line.payload)
}

/// A line whose customer was erased: header and hash stay, payload and salt go.
///
/// # Errors
/// When it is no line of a batch.
pub fn without_payload(line: &str) -> Result<String, serde_json::Error> {
    let line: Line = serde_json::from_str(line)?;
    serde_json::to_string(&Line { salt: None, payload: None, ..line })
}

/// A line that cannot stand in the series.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BadLine {
    /// A stable code.
    pub code: &'static str,
    /// What is wrong with it.
    pub why: String,
    /// The hash it claims to have, if that can be read: the next record ties on to it.
    pub claimed: Option<Digest>,
}

/// One line as it came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Received {
    /// Its number, by its place in the batch.
    pub seq: i64,
    /// The line.
    pub text: String,
    /// What it says, or what is wrong with it.
    pub read: Result<Hashed, BadLine>,
}

/// Why a body is no batch at all.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BatchFault {
    /// The first line cannot be read.
    #[error("the batch has no first line that says what follows: {0}; send it again")]
    Head(String),
    /// Written by a newer program.
    #[error("the batch has format {found}, this office reads up to {known}; update the office first")]
    Newer {
        /// Format in the batch.
        found: u32,
        /// Newest format this program reads.
        known: u32,
    },
    /// Lines are missing, or there are more than were said.
    #[error("the batch says {said} records and has {found}; send it again")]
    Cut {
        /// By the first line.
        said: usize,
        /// Lines that are there.
        found: usize,
    },
    /// More than one batch may have.
    #[error("the batch has {0} records, at most {BATCH_RECORDS_MAX} fit; send fewer")]
    TooMany(usize),
}

impl BatchFault {
    /// The stable code.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            BatchFault::Head(_) => "batch_head",
            BatchFault::Newer { .. } => "batch_newer",
            BatchFault::Cut { .. } => "batch_cut",
            BatchFault::TooMany(_) => "batch_too_many",
        }
    }
}

/// Reads a batch. A bad record is one bad line and spoils no other.
///
/// # Errors
/// [`BatchFault`] when it is no batch.
pub fn read(text: &str) -> Result<(BatchHead, Vec<Received>), BatchFault> {
    let mut lines = text.split_terminator('\n');
    let first = lines.next().unwrap_or_default();
    let format: Format = serde_json::from_str(first).map_err(|e| BatchFault::Head(e.to_string()))?;
    if format.v > BATCH_FORMAT {
        return Err(BatchFault::Newer { found: format.v, known: BATCH_FORMAT });
    }
    let head: BatchHead = serde_json::from_str(first).map_err(|e| BatchFault::Head(e.to_string()))?;
    if head.count > BATCH_RECORDS_MAX {
        return Err(BatchFault::TooMany(head.count));
    }
    if head.epoch < 1 || head.first < 1 {
        return Err(BatchFault::Head("epoch and first count from 1".into()));
    }
    let lines: Vec<&str> = lines.collect();
    if lines.len() != head.count || head.count == 0 {
        return Err(BatchFault::Cut { said: head.count, found: lines.len() });
    }
    let received = (head.first..)
        .zip(lines)
        .map(|(seq, line)| Received { seq, text: line.to_owned(), read: read_line(line, &head, seq) })
        .collect();
    Ok((head, received))
}

#[derive(Deserialize)]
struct Format {
    v: u32,
}

#[derive(Deserialize)]
struct Claim {
    hash: Digest,
}

fn read_line(text: &str, head: &BatchHead, seq: i64) -> Result<Hashed, BadLine> {
    let bad = |code, why: String| {
        let claimed = serde_json::from_str::<Claim>(text).ok().map(|claim| claim.hash);
        let claimed = claimed.filter(|hash| hash.as_str().len() == 64 && from_hex(hash.as_str()).is_some());
        BadLine { code, why, claimed }
    };
    let line: Line = serde_json::from_str(text).map_err(|e| bad("record_unreadable", e.to_string()))?;
    let header = line.header;
    header.check().map_err(|fault| bad(fault.code(), fault.to_string()))?;
    if (&header.chain, &header.shop, &header.counter) != (&head.chain, &head.shop, &head.counter) {
        return Err(bad("record_foreign", "it belongs to another counter's series".into()));
    }
    if (header.epoch, header.seq) != (head.epoch, seq) {
        return Err(bad("record_order", format!("it calls itself {}/{}", header.epoch, header.seq)));
    }
    if header.hash() != line.hash {
        return Err(bad("record_hash", "its header is not the one that was hashed".into()));
    }
    let salt = line.salt.map(|salt| from_hex(&salt).ok_or(())).transpose();
    let salt = salt.map_err(|()| bad("record_unreadable", "its salt is not hexadecimal".into()))?;
    let record = Record { header, salt, payload: line.payload.map(String::into_bytes) };
    record.check_payload().map_err(|fault| bad(fault.code(), fault.to_string()))?;
    Ok(Hashed { record, hash: line.hash })
}

#[cfg(test)]
#[path = "batch_tests.rs"]
mod tests;
