//! A counter's series made by hand, so that it can be spoilt by hand.

use kava::{
    facts::{
        id::{ChainId, CounterId, Digest, ShopId},
        moment::{BusinessDay, Moment},
    },
    wire::{
        batch::{self, BATCH_FORMAT, BatchHead, Hashed, Received},
        record::{self, ClockTrust, FIRST_PREV_HASH, Record, RecordHeader},
    },
};
use std::collections::BTreeMap;

/// The series of counter 1 of shop 1.
#[derive(Clone)]
pub(crate) struct Series {
    pub(crate) records: Vec<Hashed>,
    pub(crate) epoch: i64,
    pub(crate) shop: String,
    pub(crate) counter: String,
    pub(crate) prev_hash: Digest,
    pub(crate) seq: i64,
}

impl Series {
    pub(crate) fn new() -> Series {
        Series {
            records: Vec::new(),
            epoch: 1,
            shop: "1".into(),
            counter: "1".into(),
            prev_hash: Digest::new(FIRST_PREV_HASH),
            seq: 0,
        }
    }

    /// So many sales of 4.50 each; the tag makes their receipts differ from other series'.
    pub(crate) fn sales(mut self, count: i64, tag: &str) -> Series {
        for _ in 0..count {
            let receipt = format!("{tag}-{}-{}", self.epoch, self.seq + 1);
            let payload = format!(
                "{{\"receipt\":\"{receipt}\",\"lines\":[{{\"list\":500,\"discount\":50,\"net\":450}}]}}"
            );
            self.add("sale", &payload);
        }
        self
    }

    pub(crate) fn add(&mut self, kind: &str, payload: &str) {
        let at = Moment(1_772_431_200_000 + self.seq + 1);
        self.add_at((at, BusinessDay(20_514)), kind, payload);
    }

    pub(crate) fn add_at(&mut self, (at, day): (Moment, BusinessDay), kind: &str, payload: &str) {
        self.seq += 1;
        let salt = vec![7; 16];
        let header = RecordHeader {
            v: record::VERSION,
            chain: ChainId::new("kava"),
            shop: ShopId::new(&self.shop),
            counter: CounterId::new(&self.counter),
            epoch: self.epoch,
            seq: self.seq,
            at,
            utc_offset_min: 180,
            business_day: day,
            clock_trust: ClockTrust::Ok,
            kind: kind.into(),
            payload_hash: record::payload_hash(&salt, payload.as_bytes()),
            prev_hash: self.prev_hash.clone(),
            later: BTreeMap::new(),
        };
        self.prev_hash = header.hash();
        let record = Record { header, salt: Some(salt), payload: Some(payload.as_bytes().to_vec()) };
        self.records.push(Hashed { record, hash: self.prev_hash.clone() });
    }

    /// Goes on in a later epoch, as a restored backup does.
    pub(crate) fn in_epoch(mut self, epoch: i64) -> Series {
        self.epoch = epoch;
        self.seq = 0;
        self
    }

    /// Records of an epoch from a number on, as text.
    pub(crate) fn batch(&self, epoch: i64, from: i64) -> String {
        let of = |one: &&Hashed| one.record.header.epoch == epoch && one.record.header.seq >= from;
        let records: Vec<Hashed> = self.records.iter().filter(of).cloned().collect();
        batch::write(&self.head(epoch, from, records.len()), &records)
    }

    fn head(&self, epoch: i64, first: i64, count: usize) -> BatchHead {
        BatchHead {
            v: BATCH_FORMAT,
            chain: ChainId::new("kava"),
            shop: ShopId::new(&self.shop),
            counter: CounterId::new(&self.counter),
            epoch,
            first,
            count,
            unanchored: false,
            erased: None,
        }
    }
}

/// What the office reads of a batch.
pub(crate) fn read(text: &str) -> (BatchHead, Vec<Received>) {
    batch::read(text).expect("it is a batch")
}
