//! Batches: what is written is read; what is wrong is one line, or one sentence.

use super::*;
use crate::facts::moment::{BusinessDay, Moment};
use crate::wire::record::{self, ClockTrust, FIRST_PREV_HASH};
use std::collections::BTreeMap;

fn series(length: i64) -> (BatchHead, Vec<Hashed>) {
    let mut prev_hash = Digest::new(FIRST_PREV_HASH);
    let mut records = Vec::new();
    for seq in 1..=length {
        let (salt, payload) = (vec![3; 16], format!("{{\"receipt\":\"Чек-{seq}\"}}").into_bytes());
        let header = RecordHeader {
            v: record::VERSION,
            chain: ChainId::new("chain"),
            shop: ShopId::new("shop"),
            counter: CounterId::new("till"),
            epoch: 1,
            seq,
            at: Moment(1_772_431_200_000 + seq),
            utc_offset_min: 180,
            business_day: BusinessDay(20_510),
            clock_trust: ClockTrust::Ok,
            kind: "sale".into(),
            payload_hash: record::payload_hash(&salt, &payload),
            prev_hash,
            later: BTreeMap::from([("lease".into(), "l-7".into())]),
        };
        prev_hash = header.hash();
        records.push(Hashed {
            record: Record { header, salt: Some(salt), payload: Some(payload) },
            hash: prev_hash.clone(),
        });
    }
    (head(1, records.len()), records)
}

fn head(first: i64, count: usize) -> BatchHead {
    BatchHead {
        v: BATCH_FORMAT,
        chain: ChainId::new("chain"),
        shop: ShopId::new("shop"),
        counter: CounterId::new("till"),
        epoch: 1,
        first,
        count,
        unanchored: false,
        erased: None,
    }
}

#[test]
fn a_batch_is_read_as_it_was_written_with_fields_of_later_versions() {
    let (head, records) = series(3);
    let (read_head, received) = read(&write(&head, &records)).unwrap();
    assert_eq!(read_head, head);
    let read: Vec<Hashed> = received.into_iter().map(|line| line.read.unwrap()).collect();
    assert_eq!(read, records);
}

#[test]
fn an_erased_record_is_a_good_one() {
    let (head, mut records) = series(2);
    records[0].record.salt = None;
    records[0].record.payload = None;
    let (_, received) = read(&write(&head, &records)).unwrap();
    assert_eq!(received[0].read.as_ref().unwrap(), &records[0]);
}

#[test]
fn one_bad_line_spoils_no_other_and_says_what_its_follower_ties_on_to() {
    let (head, records) = series(4);
    let text = write(&head, &records);
    let table = [
        ("Чек-2", "Чек-9", "record_payload", true),
        ("\"at\":\"2026-03-02T06:00:00.002Z\"", "\"at\":\"2026-03-02T06:00:00.003Z\"", "record_hash", true),
        ("\"seq\":2,", "\"seq\":7,", "record_order", true),
        (
            "\"counter\":\"till\",\"epoch\":1,\"seq\":2",
            "\"counter\":\"x\",\"epoch\":1,\"seq\":2",
            "record_foreign",
            true,
        ),
        ("\"epoch\":1,\"seq\":2", "\"epoch\":1,\"seq\":\"2\"", "record_unreadable", true),
    ];
    for (from, to, code, claims) in table {
        assert!(text.contains(from), "{from} in {text}");
        let (_, received) = read(&text.replacen(from, to, 1)).unwrap();
        let bad = received[1].read.as_ref().unwrap_err();
        assert_eq!((bad.code, bad.claimed.is_some()), (code, claims), "{to}: {bad:?}");
        let good = received.iter().filter(|line| line.read.is_ok()).count();
        assert_eq!((received.len(), good), (4, 3), "{to}");
    }
    let lines: Vec<&str> = text.lines().collect();
    let broken = text.replace(lines[2], "[[[[ nothing");
    let (_, received) = read(&broken).unwrap();
    assert_eq!(received[1].read.as_ref().unwrap_err().claimed, None);
}

#[test]
fn what_is_no_batch_is_refused_in_one_sentence() {
    let (good, records) = series(2);
    let text = write(&good, &records);
    let newer = text.replacen("\"v\":1", "\"v\":2", 1);
    let many = write(&head(1, 5_000), &[]);
    let table = [
        (String::new(), "batch_head"),
        ("{}\n".into(), "batch_head"),
        ("\u{0}\u{1}".into(), "batch_head"),
        (text.replacen("\"first\":1", "\"first\":0", 1), "batch_head"),
        (newer, "batch_newer"),
        (many, "batch_too_many"),
        (text.lines().take(2).collect::<Vec<_>>().join("\n"), "batch_cut"),
        (write(&head(1, 0), &[]), "batch_cut"),
        (format!("{text}{{}}\n"), "batch_cut"),
    ];
    for (body, code) in table {
        let fault = read(&body).unwrap_err();
        assert_eq!(fault.code(), code, "{body}");
        assert_eq!(fault.to_string().lines().count(), 1);
    }
}
