//! The vectors of `docs/records.md`, recomputed, and what breaks a chain.

use super::*;
use serde_json::Value;

type Break = &'static dyn Fn(&mut Vec<RecordHeader>);

/// Header, salt, payload and hash as the page states them.
fn vectors() -> Vec<(Record, String)> {
    include_str!("../../docs/records.md")
        .split("```json\n")
        .skip(1)
        .map(|rest| {
            let stated: Value = serde_json::from_str(rest.split("```").next().unwrap()).unwrap();
            let header = serde_json::from_value(stated["header"].clone()).unwrap();
            let salt = stated["salt"].as_str().map(from_hex);
            let payload = stated["payload"].as_str().map(|text| text.as_bytes().to_vec());
            (Record { header, salt, payload }, stated["hash"].as_str().unwrap().to_owned())
        })
        .collect()
}

fn from_hex(text: &str) -> Vec<u8> {
    (0..text.len()).step_by(2).map(|at| u8::from_str_radix(&text[at..at + 2], 16).unwrap()).collect()
}

fn headers() -> Vec<RecordHeader> {
    vectors().into_iter().map(|(record, _)| record.header).collect()
}

#[test]
fn the_page_s_vectors_are_recomputed() {
    let vectors = vectors();
    assert!(vectors.len() >= 3);
    for (record, hash) in &vectors {
        assert_eq!(record.header.hash().as_str(), hash, "\n{}", record.header.canonical());
        record.check_payload().unwrap();
    }
    let end = verify_chain(vectors.iter().map(|(record, _)| &record.header)).unwrap().unwrap();
    assert_eq!((end.epoch, end.seq, end.hash.as_str()), (2, 2, vectors[3].1.as_str()));
}

#[test]
fn unknown_kinds_and_fields_survive_the_round_trip() {
    let header = headers().pop().unwrap();
    assert_eq!((header.v, header.kind.as_str()), (2, "loyalty_transfer"));
    assert_eq!(header.later.get("lease").map(String::as_str), Some("l-7"));
    let again: RecordHeader = serde_json::from_str(&serde_json::to_string(&header).unwrap()).unwrap();
    assert_eq!(again, header);
    assert_eq!(again.hash(), header.hash());
}

#[test]
fn every_field_is_in_the_hash() {
    let header = headers().remove(0);
    let object = serde_json::to_value(&header).unwrap();
    for (field, value) in object.as_object().unwrap() {
        let mut altered = object.clone();
        altered[field] = match (field.as_str(), value) {
            ("at", _) => "2026-11-23T08:30:00.001Z".into(),
            ("business_day", _) => "2026-11-24".into(),
            ("clock_trust", _) => "jumped".into(),
            (_, Value::Number(number)) => (number.as_i64().unwrap() + 1).into(),
            (_, text) => format!("{}x", text.as_str().unwrap()).into(),
        };
        let altered: RecordHeader = serde_json::from_value(altered).unwrap();
        assert_ne!(altered.hash(), header.hash(), "{field}");
    }
}

#[test]
fn a_broken_series_is_named_by_its_first_break() {
    let whole = headers();
    let table: [(&str, Break); 8] = [
        ("record_order", &|series| drop(series.remove(2))),
        ("record_prev_hash", &|series| drop(series.remove(1))),
        ("record_order", &|series| drop(series.remove(0))),
        ("record_order", &|series| series.swap(0, 1)),
        ("record_order", &|series| series.insert(1, series[0].clone())),
        ("record_prev_hash", &|series| series[0].kind = "refund".into()),
        ("record_prev_hash", &|series| series[2].prev_hash = Digest::new(FIRST_PREV_HASH)),
        ("record_header", &|series| series[0].epoch = 0),
    ];
    for (row, (code, break_it)) in table.iter().enumerate() {
        let mut series = whole.clone();
        break_it(&mut series);
        assert_eq!(verify_chain(&series).unwrap_err().code(), *code, "row {row}");
    }
    assert_eq!(verify_chain(&[]).unwrap(), None);
}

#[test]
fn a_line_break_in_a_header_that_came_by_wire_is_refused() {
    let mut object = serde_json::to_value(headers().remove(0)).unwrap();
    object["shop"] = "1\ncounter=9".into();
    let header: RecordHeader = serde_json::from_value(object).unwrap();
    assert_eq!(header.check().unwrap_err().code(), "record_header");
}

#[test]
fn an_altered_or_half_erased_payload_is_seen() {
    let (record, _) = vectors().remove(0);
    let altered = Record { payload: Some(b"{}".to_vec()), ..record.clone() };
    assert_eq!(altered.check_payload().unwrap_err().code(), "record_payload");
    let half = Record { salt: None, ..record.clone() };
    assert_eq!(half.check_payload().unwrap_err().code(), "record_payload");
    let erased = Record { salt: None, payload: None, ..record };
    erased.check_payload().unwrap();
}

#[test]
fn the_next_record_ties_on_to_the_last() {
    let last = headers().pop().unwrap().link();
    assert_eq!(Link::next(None, 1), (1, Digest::new(FIRST_PREV_HASH)));
    assert_eq!(Link::next(Some(&last), 2), (3, last.hash.clone()));
    assert_eq!(Link::next(Some(&last), 3), (1, last.hash.clone()));
}
