//! One-time codes in the ledger: good once, for one counter, for a while; of an old one it is said for a day that it is old.

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use kava::facts::moment::{DAY_MS, Moment};
use kava::wire::bundle::public_of;
use kava::wire::reply::Enrol;
use kava_sync::ledger::counters::{Let, add_code, enrol};
use kava_sync::ledger::{Access, Ledger};

const NOW: Moment = Moment(1_772_431_300_000);

struct Office {
    ledger: Ledger,
    _folder: tempfile::TempDir,
}

impl Office {
    fn new() -> Office {
        let folder = tempfile::tempdir().unwrap();
        let mut ledger = Ledger::open(&folder.path().join("office.db"), Access::Create).unwrap();
        ledger.found("kava", &[3; 32], NOW).unwrap();
        Office { ledger, _folder: folder }
    }

    /// Gives a code out for counter 2, good for ten milliseconds.
    fn give(&mut self, code: u8, at: i64) {
        let good = (NOW.later(at), NOW.later(at + 10));
        self.ledger.change(|change| add_code(change, &[code; 32], ("1", "2"), good)).unwrap();
    }

    /// What a counter hears that types a code.
    fn hears(&mut self, counter: &str, code: u8, at: i64) -> Let {
        let asked = Enrol {
            code: String::new(),
            public: String::new(),
            chain: "kava".into(),
            shop: "1".into(),
            counter: counter.into(),
            epoch: 1,
        };
        let public = public_of(&[9; 32]);
        self.ledger.change(|change| enrol(change, (&asked, &[code; 32], &public), NOW.later(at))).unwrap()
    }
}

#[test]
fn a_code_is_good_once_and_for_its_counter_only() {
    let mut office = Office::new();
    office.give(200, 0);
    assert!(matches!(office.hears("1", 200, 0), Let::AnotherCounter { .. }));
    assert_eq!(office.hears("2", 200, 10), Let::CodeOld, "too late");
    assert!(matches!(office.hears("2", 200, 9), Let::In(_)));
    assert_eq!(office.hears("2", 200, 9), Let::CodeOld, "used");
    assert_eq!(office.hears("2", 201, 9), Let::NoSuchCode);
}

#[test]
fn a_code_that_nobody_used_is_known_for_a_day() {
    let mut office = Office::new();
    office.give(200, 0);
    office.give(201, DAY_MS);
    assert_eq!(office.hears("2", 200, DAY_MS), Let::CodeOld);
    office.give(202, DAY_MS + 11);
    assert_eq!(office.hears("2", 200, DAY_MS + 11), Let::NoSuchCode);
}
