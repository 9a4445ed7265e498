//! What the ledger takes, what it asks for again, what it puts aside, and what it refuses; on a real file.

#![expect(clippy::expect_used, clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod counter_series;

use counter_series::{Series, read};
use kava::{
    facts::{id::CustomerId, moment::Moment},
    wire::{
        batch::BatchHead,
        bundle::public_of,
        document::Stream,
        reply::{Acked, Enrol, Place},
    },
};
use kava_sync::ledger::{
    Access, Ledger,
    append::{Taken, append},
    audit::{audit, receipts},
    backup,
    counters::{Let, State, add_code, enrol},
    documents, erasure,
};
use rusqlite::Connection;
use std::path::PathBuf;

const NOW: Moment = Moment(1_772_431_300_000);

struct Office {
    ledger: Ledger,
    folder: tempfile::TempDir,
    codes: u8,
}

impl Office {
    fn new() -> Office {
        let folder = tempfile::tempdir().unwrap();
        let mut ledger = Ledger::open(&folder.path().join("office.db"), Access::Create).unwrap();
        ledger.found("kava", &[3; 32], NOW).unwrap();
        let mut office = Office { ledger, folder, codes: 0 };
        office.enrol([1; 32], 1);
        office
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Lets counter 1 of shop 1 in with a key; gives the epoch it has to write in.
    fn enrol(&mut self, secret: [u8; 32], epoch: i64) -> i64 {
        self.codes += 1;
        let code = [self.codes; 32];
        self.ledger.change(|change| add_code(change, &code, ("1", "1"), (NOW, NOW.later(1)))).unwrap();
        let asked = Enrol {
            code: String::new(),
            public: String::new(),
            chain: "kava".into(),
            shop: "1".into(),
            counter: "1".into(),
            epoch,
        };
        let public = public_of(&secret);
        match self.ledger.change(|change| enrol(change, (&asked, &code, &public), NOW)).unwrap() {
            Let::In(enrolled) => enrolled.epoch,
            other => panic!("not let in: {other:?}"),
        }
    }

    fn send(&mut self, text: &str) -> Taken {
        let (head, lines) = read(text);
        self.ledger.change(|change| append(change, 1, (&head, &lines), NOW)).unwrap()
    }

    fn acked(&mut self, text: &str) -> Acked {
        match self.send(text) {
            Taken::Acked(acked) => acked,
            other => panic!("not taken: {other:?}"),
        }
    }

    fn holds(&mut self) {
        let report = audit(&mut self.ledger).unwrap();
        assert_eq!(report.findings, [], "{:?}", report.checked);
    }

    fn receipts(&self) -> usize {
        receipts(&self.ledger).unwrap().len()
    }

    fn alarms(&self) -> Vec<String> {
        self.ledger.alarms().unwrap().into_iter().map(|alarm| alarm.code).collect()
    }
}

#[test]
fn a_batch_twice_is_in_the_ledger_once() {
    let mut office = Office::new();
    let series = Series::new().sales(5, "R");
    let first = office.acked(&series.batch(1, 1));
    assert_eq!((first.acked, first.new, first.again), (5, 5, 0));
    let again = office.acked(&series.batch(1, 1));
    assert_eq!((again.acked, again.new, again.again), (5, 0, 5));
    let series = series.sales(3, "R");
    let overlapping = office.acked(&series.batch(1, 4));
    assert_eq!((overlapping.acked, overlapping.new, overlapping.again), (8, 3, 2));
    let late = office.acked(&Series { records: series.records[..2].to_vec(), ..series.clone() }.batch(1, 1));
    assert_eq!((late.acked, late.new, late.again), (8, 0, 2), "an old batch moves nothing back");
    assert_eq!(office.receipts(), 8);
    office.holds();
}

#[test]
fn a_gap_writes_nothing_and_says_from_where_to_send() {
    let mut office = Office::new();
    let series = Series::new().sales(9, "R");
    assert_eq!(office.send(&series.batch(1, 3)), Taken::Gap(Place { epoch: 1, seq: 1 }));
    assert_eq!(office.receipts(), 0);
    let head = Series { records: series.records[..4].to_vec(), ..series.clone() };
    office.acked(&head.batch(1, 1));
    assert_eq!(office.send(&series.batch(1, 7)), Taken::Gap(Place { epoch: 1, seq: 5 }));
    assert_eq!(office.acked(&series.batch(1, 5)).acked, 9);
    office.holds();
}

#[test]
fn a_fork_is_kept_as_evidence_and_nothing_more_is_taken_until_the_counter_enrols_anew() {
    let mut office = Office::new();
    let common = Series::new().sales(3, "R");
    let (ours, clone) = (common.clone().sales(4, "A"), common.sales(2, "B"));
    office.acked(&ours.batch(1, 1));
    assert_eq!(office.send(&clone.batch(1, 4)), Taken::Forked(Place { epoch: 1, seq: 4 }));
    assert_eq!(office.ledger.counters().unwrap()[0].state, State::Quarantined);
    assert_eq!(office.alarms(), ["series_fork"]);
    let more = ours.clone().sales(1, "A");
    assert!(
        matches!(office.send(&more.batch(1, 8)), Taken::Forked(_)),
        "not even the right one, unseen by a person"
    );
    assert_eq!(office.receipts(), 7);

    let epoch = office.enrol([2; 32], 1);
    assert_eq!(epoch, 2);
    // What the clone wrote in the old epoch goes to the dead letters and blocks nothing.
    let clone = clone.in_epoch(2).sales(2, "C");
    let old = office.acked(&clone.batch(1, 4));
    assert_eq!((old.new, old.dead.len()), (0, 2));
    let Taken::Gap(place) = office.send(&clone.batch(2, 1)) else {
        panic!("it ties on to a record that is not ours")
    };
    assert_eq!(place, Place { epoch: 1, seq: 8 });
    let text = clone.batch(2, 1).replacen("\"count\":2", "\"count\":2,\"unanchored\":true", 1);
    assert_eq!(office.acked(&text).acked, 2);
    assert!(office.alarms().contains(&"series_unanchored".to_owned()));
    office.holds();
}

#[test]
fn a_bad_record_goes_to_the_dead_letters_and_the_next_is_taken() {
    let mut office = Office::new();
    let series = Series::new().sales(6, "R");
    let text = series.batch(1, 1);
    let lines: Vec<&str> = text.lines().collect();
    let spoilt = text.replacen("R-1-2", "R-1-X", 1).replace(lines[4], "no record at all");
    let acked = office.acked(&spoilt);
    let dead: Vec<_> = acked.dead.iter().map(|dead| (dead.seq, dead.code.as_str())).collect();
    assert_eq!((acked.acked, acked.new, dead), (6, 4, vec![(2, "record_payload"), (4, "record_unreadable")]));
    let again = office.acked(&spoilt);
    assert_eq!((again.new, again.again, again.dead.len()), (0, 6, 0), "the same again is no new dead letter");
    assert_eq!(office.acked(&series.sales(2, "R").batch(1, 7)).acked, 8);
    assert_eq!(office.receipts(), 6);
    office.holds();
}

#[test]
fn a_record_that_does_not_follow_is_put_aside_and_what_ties_on_to_it_is_taken() {
    let mut office = Office::new();
    let series = Series::new().sales(4, "R");
    let mut altered = Series { records: series.records[..1].to_vec(), ..Series::new() };
    office.acked(&altered.batch(1, 1));
    // Record 2 is replaced by one that was made without record 1; 3 and 4 follow from the replacement.
    let other = Series::new().sales(1, "X").sales(3, "Y");
    altered.records = other.records;
    let acked = office.acked(&altered.batch(1, 2));
    assert_eq!(
        acked.dead.iter().map(|dead| (dead.seq, dead.code.as_str())).collect::<Vec<_>>(),
        [(2, "record_prev_hash")]
    );
    assert_eq!((acked.acked, acked.new), (4, 2));
    office.holds();
}

#[test]
fn unknown_kinds_and_fields_of_later_versions_are_kept_to_the_byte() {
    let mut office = Office::new();
    let mut series = Series::new();
    series.add("loyalty_transfer", "{\"later\":[1,2,{\"x\":\"Здравствуйте\"}]}");
    let hashed = &mut series.records[0];
    hashed.record.header.v = 9;
    hashed.record.header.later.insert("lease".into(), "l-7".into());
    hashed.record.header.later.insert("app".into(), "0.9".into());
    hashed.hash = hashed.record.header.hash();
    assert_eq!(office.acked(&series.batch(1, 1)).new, 1);
    office.holds();
}

#[test]
fn a_restored_counter_goes_on_in_its_next_epoch_and_both_branches_stay_whole() {
    let mut office = Office::new();
    let backup = Series::new().sales(3, "R");
    office.acked(&backup.clone().sales(2, "lost").batch(1, 1));
    let restored = backup.in_epoch(2).sales(4, "after");
    assert_eq!(office.acked(&restored.batch(2, 1)).acked, 4);
    assert_eq!(office.receipts(), 9);
    office.holds();
}

#[test]
fn an_office_restored_from_a_backup_asks_for_what_it_lost() {
    let mut office = Office::new();
    let mut series = Series::new().sales(3, "R");
    office.acked(&series.batch(1, 1));
    let (copy, file) = (office.path("copy.db"), office.path("office.db"));
    office.ledger.back_up(&copy).unwrap();
    assert_eq!(office.ledger.back_up(&copy).unwrap_err().code(), "ledger_exists");
    series = series.sales(4, "R");
    office.acked(&series.batch(1, 4));
    let Office { ledger, folder, codes } = office;
    drop(ledger);
    let (report, aside) = backup::restore(&copy, &file, NOW).unwrap();
    assert_eq!((report.checked["records"], aside.is_some()), (3, true));
    let mut office = Office { ledger: Ledger::open(&file, Access::Write).unwrap(), folder, codes };
    series = series.sales(1, "R");
    assert_eq!(office.send(&series.batch(1, 8)), Taken::Gap(Place { epoch: 1, seq: 4 }));
    assert_eq!(office.acked(&series.batch(1, 4)).acked, 8);
    office.holds();
}

/// Counters never go back to a smaller version, and a backup does not know which they have: also not when it is put back
/// a second time.
#[test]
fn what_is_published_after_a_backup_was_put_back_is_newer_than_all_before() {
    let mut office = Office::new();
    let publish = |ledger: &mut Ledger, version: u8| {
        let policy = format!("{{\"version\":{version}}}");
        ledger
            .change(|change| documents::publish(change, (Stream::Policy, ""), policy.as_bytes(), NOW))
            .unwrap()
    };
    let first = publish(&mut office.ledger, 1).version;
    let (copy, file) = (office.path("copy.db"), office.path("office.db"));
    office.ledger.back_up(&copy).unwrap();
    let mut newest = first;
    for round in 1..=3 {
        for version in 2..5 {
            let lost = publish(&mut office.ledger, version).version;
            assert!(lost > newest, "round {round}");
            newest = lost;
        }
        let Office { ledger, folder, codes } = office;
        drop(ledger);
        backup::restore(&copy, &file, NOW.later(round * 5_000)).unwrap();
        office = Office { ledger: Ledger::open(&file, Access::Write).unwrap(), folder, codes };
        let announced = office.ledger.editions("1").unwrap();
        assert!(announced[0].version > newest, "round {round}: {announced:?} after {newest}");
        newest = announced[0].version;
    }
}

#[test]
fn every_tampering_with_the_ledger_is_found() {
    let spoil = [
        (
            "UPDATE record SET payload = CAST('{\"receipt\":\"R-1-3\",\"lines\":[]}' AS BLOB) WHERE seq = 3",
            "payload_hash",
        ),
        ("UPDATE record SET salt = NULL WHERE seq = 3", "payload_half_erased"),
        ("UPDATE record SET at = at + 1 WHERE seq = 3", "record_hash"),
        ("UPDATE record SET kind = 'refund' WHERE seq = 3", "record_hash"),
        ("UPDATE record SET hash = zeroblob(32) WHERE seq = 3", "record_hash"),
        ("UPDATE record SET prev_hash = zeroblob(32) WHERE seq = 3", "record_prev_hash"),
        ("DELETE FROM record WHERE seq = 3", "record_gap"),
        ("DELETE FROM record WHERE seq = 5", "series_end"),
        ("DELETE FROM record WHERE seq >= 4", "series_end"),
        ("UPDATE series SET seq = 4", "record_stray"),
        ("DELETE FROM record WHERE seq = 1", "record_gap"),
        (
            "UPDATE record SET seq = 99 WHERE seq = 2; UPDATE record SET seq = 2 WHERE seq = 3;
          UPDATE record SET seq = 3 WHERE seq = 99",
            "record_hash",
        ),
        ("DELETE FROM record WHERE seq = 2", "receipt_stray"),
    ];
    for (sql, code) in spoil {
        let mut office = Office::new();
        office.acked(&Series::new().sales(5, "R").batch(1, 1));
        office.holds();
        let books = Connection::open(office.path("office.db")).unwrap();
        books.execute_batch(sql).unwrap();
        drop(books);
        let findings = audit(&mut office.ledger).unwrap().findings;
        assert!(findings.iter().any(|finding| finding.code == code), "{sql}: {findings:?}");
    }
}

#[test]
fn an_erased_customer_leaves_the_chain_whole() {
    let mut office = Office::new();
    office.acked(&Series::new().sales(4, "R").batch(1, 1));
    let books = Connection::open(office.path("office.db")).unwrap();
    books.execute_batch("UPDATE record SET salt = NULL, payload = NULL WHERE seq = 2").unwrap();
    drop(books);
    let report = audit(&mut office.ledger).unwrap();
    assert_eq!((report.findings.len(), report.checked["erased"]), (0, 1));
}

fn erase(office: &mut Office, customer: &str) -> erasure::Erased {
    office.ledger.change(|change| erasure::erase(change, &CustomerId::new(customer), NOW)).unwrap()
}

#[test]
fn who_was_erased_leaves_no_payload_and_nothing_of_them_is_kept_that_comes_later() {
    let mut office = Office::new();
    let mut series = Series::new();
    for (nth, customer) in ["anna", "boris", "anna"].into_iter().enumerate() {
        let lines = r#"[{"list":500,"discount":50,"net":450}]"#;
        series.add("sale", &format!(r#"{{"receipt":"r{nth}","customer":"{customer}","lines":{lines}}}"#));
    }
    series.add("later_kind", r#"{"guest":{"situation":{"customer":"anna"}}}"#);
    office.acked(&series.batch(1, 1));
    assert_eq!(erase(&mut office, "anna").records, 3);
    assert_eq!(erase(&mut office, "anna").records, 0);
    // A program that knows of no erasures sends them still; what it sends is in the chain, and no more.
    series.add("sale", r#"{"receipt":"r9","customer":"anna","lines":[]}"#);
    series.add("sale", r#"{"receipt":"r10","customer":"boris","lines":[]}"#);
    assert_eq!(office.acked(&series.batch(1, 5)).acked, 6);
    let report = audit(&mut office.ledger).unwrap();
    assert_eq!(report.findings, []);
    assert_eq!(report.checked.get("erased").copied(), Some(4), "{report:?}");
    let receipts = receipts(&office.ledger).unwrap();
    assert!(["r0", "r1", "r2", "r10"].iter().all(|receipt| receipts.contains(*receipt)), "{receipts:?}");
}

#[test]
fn a_counter_that_has_not_erased_is_sent_back_until_it_has() {
    let mut office = Office::new();
    let mut series = Series::new().sales(2, "a");
    let upto = erase(&mut office, "anna").upto;
    let said = |text: &str, done: i64| {
        let (head, lines) = read(text);
        (BatchHead { erased: Some(done), ..head }, lines)
    };
    let mut send = |text: &str, done: i64| {
        let (head, lines) = said(text, done);
        office.ledger.change(|change| append(change, 1, (&head, &lines), NOW)).unwrap()
    };
    assert_eq!(send(&series.batch(1, 1), 0), Taken::ErasuresFirst);
    assert!(matches!(send(&series.batch(1, 1), upto), Taken::Acked(_)));
    series.add("erased", &format!(r#"{{"upto":{upto},"customers":0,"records":0}}"#));
    assert!(matches!(send(&series.batch(1, 3), upto), Taken::Acked(_)));
    let standing = office.ledger.erasures().unwrap();
    assert!(standing.iter().all(|one| one.open.is_empty() && one.done.len() == 1), "{standing:?}");
}

#[test]
fn who_was_erased_is_gone_from_dead_letters_too() {
    let mut office = Office::new();
    let mut series = Series::new();
    series.add("sale", r#"{"receipt":"r1","customer":"anna","lines":[]}"#);
    let spoilt = series.batch(1, 1).replace("\"epoch\":1,\"seq\":1,\"at\"", "\"epoch\":1,\"seq\":7,\"at\"");
    assert_eq!(office.acked(&spoilt).dead.len(), 1);
    assert_eq!(erase(&mut office, "anna").dead, 1);
    assert_eq!(audit(&mut office.ledger).unwrap().findings, []);
}
