//! One record of a counter's series: header, canonical bytes, hash chain. Frozen in `docs/records.md`.
//!
//! The header never names a customer: the pseudonym stands only in the payload, so erasing payload and
//! salt leaves the chain whole.

use crate::facts::{
    id::{ChainId, CounterId, Digest, ShopId},
    menu::{hex_digest, to_hex},
    moment::{BusinessDay, Moment},
};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use std::{collections::BTreeMap, fmt::Write as _};

/// The header version this program writes.
pub const VERSION: u32 = 1;
/// `prev_hash` of the very first record of a series.
pub const FIRST_PREV_HASH: &str = "0000000000000000000000000000000000000000000000000000000000000000";

/// The kinds this program writes. A reader keeps every other kind as it is.
pub mod kind {
    /// A purchase was settled.
    pub const SALE: &str = "sale";
    /// Something was given back.
    pub const REFUND: &str = "refund";
    /// Why a receipt got its discount.
    pub const DECISION: &str = "decision";
    /// A customer joined or changed consent.
    pub const CUSTOMER: &str = "customer";
    /// A customer's segment changed.
    pub const SEGMENT: &str = "segment";
    /// A visit was given up and its reservation voided.
    pub const CANCEL: &str = "cancel";
    /// A shift was opened or closed.
    pub const SHIFT: &str = "shift";
    /// A sale used a part of a campaign's budget, or a refund gave it back; see [`crate::wire::lease::Spend`].
    pub const SPEND: &str = "spend";
    /// Nothing more is spent of a lease; see [`crate::wire::lease::Closed`].
    pub const LEASE: &str = "lease";
    /// Customers were erased here; see [`crate::wire::erasure::Receipt`].
    pub const ERASED: &str = "erased";
    /// The manager's PIN was set at the till: `first` where there was none before, so that nobody had to know one.
    pub const PIN: &str = "pin";
    /// A guest came from an older programme and is owed something; see [`crate::wire::carried::Carried`].
    pub const CARRIED: &str = "carried";
    /// Something of that was handed out; see [`crate::wire::carried::PaidOut`].
    pub const PAID_OUT: &str = "paid_out";
    /// A charge went to *needs review* or came out of it.
    pub const REVIEW: &str = "review";
}

/// Whether the counter's clock could be believed when the record was written.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ClockTrust {
    /// It went forward as it should.
    #[default]
    Ok,
    /// It had jumped.
    Jumped,
}

impl ClockTrust {
    /// The stable code.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            ClockTrust::Ok => "ok",
            ClockTrust::Jumped => "jumped",
        }
    }

    /// The trust with this code.
    #[must_use]
    pub fn from_code(code: &str) -> Option<ClockTrust> {
        [ClockTrust::Ok, ClockTrust::Jumped].into_iter().find(|trust| trust.code() == code)
    }
}

/// What every record says about itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecordHeader {
    /// Header version.
    pub v: u32,
    /// The chain.
    pub chain: ChainId,
    /// The shop.
    pub shop: ShopId,
    /// The counter that wrote it.
    pub counter: CounterId,
    /// Goes up when a backup is restored.
    pub epoch: i64,
    /// 1, 2, 3 … within the epoch, without gaps.
    pub seq: i64,
    /// When, in UTC.
    pub at: Moment,
    /// Minutes to add to UTC for the shop's wall clock.
    pub utc_offset_min: i32,
    /// Day of trade.
    pub business_day: BusinessDay,
    /// Whether the clock could be believed.
    pub clock_trust: ClockTrust,
    /// What happened; see [`kind`].
    pub kind: String,
    /// Hash of salt and payload; see [`payload_hash`].
    pub payload_hash: Digest,
    /// Hash of the record before.
    pub prev_hash: Digest,
    /// Fields a later version added: kept, and hashed after the known ones in order of name.
    #[serde(flatten)]
    pub later: BTreeMap<String, String>,
}

impl RecordHeader {
    /// The bytes that are hashed: `kava-record`, then `name=value` lines in a fixed order.
    #[must_use]
    pub fn canonical(&self) -> String {
        let known: [(&str, &dyn std::fmt::Display); 13] = [
            ("v", &self.v),
            ("chain", &self.chain),
            ("shop", &self.shop),
            ("counter", &self.counter),
            ("epoch", &self.epoch),
            ("seq", &self.seq),
            ("at", &self.at),
            ("utc_offset_min", &self.utc_offset_min),
            ("business_day", &self.business_day),
            ("clock_trust", &self.clock_trust.code()),
            ("kind", &self.kind),
            ("payload_hash", &self.payload_hash),
            ("prev_hash", &self.prev_hash),
        ];
        let mut text = String::from("kava-record\n");
        let later = self.later.iter().map(|(name, value)| (name.as_str(), value as &dyn std::fmt::Display));
        for (name, value) in known.into_iter().chain(later) {
            // Writing to a String cannot fail.
            let _infallible = writeln!(text, "{name}={value}");
        }
        text
    }

    /// SHA-256 of [`RecordHeader::canonical`] in hexadecimal: the next record's `prev_hash`.
    #[must_use]
    pub fn hash(&self) -> Digest {
        hex_digest(self.canonical().as_bytes())
    }

    /// Checks what the canonical form relies on: a line break inside a value would let two different
    /// headers have one hash.
    ///
    /// # Errors
    /// [`RecordFault::Header`] naming the field.
    pub fn check(&self) -> Result<(), RecordFault> {
        let texts = [
            ("chain", self.chain.as_str()),
            ("shop", self.shop.as_str()),
            ("counter", self.counter.as_str()),
            ("kind", self.kind.as_str()),
            ("payload_hash", self.payload_hash.as_str()),
            ("prev_hash", self.prev_hash.as_str()),
        ];
        let later = self.later.iter().flat_map(|(name, value)| [("name", name.as_str()), (name, value)]);
        for (field, value) in texts.into_iter().chain(later) {
            if value.chars().any(char::is_control) {
                return Err(self.fault(format!("{field} has a control character")));
            }
        }
        if self.later.keys().any(|name| name.contains('=')) {
            return Err(self.fault("a field's name has an equals sign".into()));
        }
        for (field, hash) in [("payload_hash", &self.payload_hash), ("prev_hash", &self.prev_hash)] {
            let hex = hash.as_str().bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b));
            if hash.as_str().len() != 64 || !hex {
                return Err(self.fault(format!("{field} is not 64 lower-case hexadecimal digits")));
            }
        }
        if self.epoch < 1 || self.seq < 1 {
            return Err(self.fault("epoch and seq count from 1".into()));
        }
        Ok(())
    }

    /// Its place in the series, for the record that comes next.
    #[must_use]
    pub fn link(&self) -> Link {
        Link { epoch: self.epoch, seq: self.seq, hash: self.hash() }
    }

    fn fault(&self, why: String) -> RecordFault {
        RecordFault::Header { epoch: self.epoch, seq: self.seq, why }
    }
}

/// The end of a series so far: where the next record ties on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// Epoch of the last record.
    pub epoch: i64,
    /// Its number in the epoch.
    pub seq: i64,
    /// Its hash.
    pub hash: Digest,
}

impl Link {
    /// `seq` and `prev_hash` of the next record in this epoch. A new epoch counts from 1 again and ties
    /// on to the last record that the restored file had, so the fork is visible in the chain.
    #[must_use]
    pub fn next(last: Option<&Link>, epoch: i64) -> (i64, Digest) {
        match last {
            Some(link) if link.epoch == epoch => (link.seq + 1, link.hash.clone()),
            Some(link) => (1, link.hash.clone()),
            None => (1, Digest::new(FIRST_PREV_HASH)),
        }
    }
}

/// SHA-256 of salt and payload bytes, one after the other, in hexadecimal. The salt keeps a short
/// payload from being guessed after it was erased.
#[must_use]
pub fn payload_hash(salt: &[u8], payload: &[u8]) -> Digest {
    let mut hash = Sha256::new();
    hash.update(salt);
    hash.update(payload);
    Digest::new(to_hex(&hash.finalize()))
}

/// What is wrong with a series.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RecordFault {
    /// A field that cannot stand in a header.
    #[error("record {epoch}/{seq}: {why}; keep it aside and ask its counter for it again")]
    Header {
        /// Epoch of the record.
        epoch: i64,
        /// Its number.
        seq: i64,
        /// Which field, and what is wrong with it.
        why: String,
    },
    /// A number is missing, repeated or out of order.
    #[error(
        "after record {epoch}/{seq} stands {found_epoch}/{found_seq}; ask the counter for what is missing"
    )]
    Order {
        /// Epoch of the record before.
        epoch: i64,
        /// Number of the record before; 0 at the beginning.
        seq: i64,
        /// Epoch that was found.
        found_epoch: i64,
        /// Number that was found.
        found_seq: i64,
    },
    /// The record does not tie on to the one before.
    #[error("record {epoch}/{seq} does not follow from the one before it; the series was altered")]
    PrevHash {
        /// Epoch of the record.
        epoch: i64,
        /// Its number.
        seq: i64,
    },
    /// The payload is not the one that was hashed.
    #[error("the payload of record {epoch}/{seq} is not the one that was written; it was altered")]
    Payload {
        /// Epoch of the record.
        epoch: i64,
        /// Its number.
        seq: i64,
    },
}

impl RecordFault {
    /// The stable code.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            RecordFault::Header { .. } => "record_header",
            RecordFault::Order { .. } => "record_order",
            RecordFault::PrevHash { .. } => "record_prev_hash",
            RecordFault::Payload { .. } => "record_payload",
        }
    }
}

/// Checks a series from its beginning: well-formed headers, numbers dense within each epoch and from 1,
/// epochs ascending, each record tied to the one before. Gives the end of the series.
///
/// # Errors
/// The first break.
pub fn verify_chain<'a>(
    headers: impl IntoIterator<Item = &'a RecordHeader>,
) -> Result<Option<Link>, RecordFault> {
    let mut last: Option<Link> = None;
    for header in headers {
        header.check()?;
        let (seq, prev_hash) = Link::next(last.as_ref(), header.epoch);
        let backwards = last.as_ref().is_some_and(|link| header.epoch < link.epoch);
        if backwards || header.seq != seq {
            let (epoch, seq) = last.as_ref().map_or((header.epoch, 0), |link| (link.epoch, link.seq));
            return Err(RecordFault::Order { epoch, seq, found_epoch: header.epoch, found_seq: header.seq });
        }
        if header.prev_hash != prev_hash {
            return Err(RecordFault::PrevHash { epoch: header.epoch, seq: header.seq });
        }
        last = Some(header.link());
    }
    Ok(last)
}

/// A header with what it is about. Payload bytes are kept exactly as written and never re-serialised;
/// both are gone once the customer was erased.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    /// What it says about itself.
    pub header: RecordHeader,
    /// Random bytes mixed into the payload's hash.
    pub salt: Option<Vec<u8>>,
    /// What happened, as the counter wrote it.
    pub payload: Option<Vec<u8>>,
}

impl Record {
    /// Checks the payload against the header; an erased payload is in order.
    ///
    /// # Errors
    /// [`RecordFault::Payload`] when the bytes are not those that were hashed, or one of the two is gone
    /// without the other.
    pub fn check_payload(&self) -> Result<(), RecordFault> {
        let holds = match (&self.salt, &self.payload) {
            (None, None) => true,
            (Some(salt), Some(payload)) => payload_hash(salt, payload) == self.header.payload_hash,
            _ => false,
        };
        let (epoch, seq) = (self.header.epoch, self.header.seq);
        if holds { Ok(()) } else { Err(RecordFault::Payload { epoch, seq }) }
    }
}

#[cfg(test)]
#[path = "record_tests.rs"]
mod tests;
