//! Who was erased stays erased: under every name, after late records and restored backups; and what a guest agreed to ends
//! with the programme. On real ledgers.

#![expect(clippy::expect_used, clippy::unwrap_used, reason = "a test stops at the first surprise")]
#![expect(dead_code, reason = "the series is used in part")]

mod counter_series;

use counter_series::{Series, read};
use kava::{
    facts::{customer::Consent, id::CustomerId, menu::to_hex, moment::Moment},
    wire::{
        batch::BatchHead,
        bundle::public_of,
        code::{Algorithm, PhoneKey, Pseudonym},
        document::Stream,
        erasure::who,
        reply::Enrol,
    },
};
use kava_sync::{
    ledger::{
        Access, Ledger,
        append::{Taken, append},
        audit::audit,
        backup,
        counters::{add_code, enrol, revoke},
    },
    people::{
        consent::{self, Answered},
        join::{Joined, Newcomer, join},
        keys, leave,
        person::Person,
    },
};
use std::path::PathBuf;

const NOW: Moment = Moment(1_772_431_300_000);
const DAY: i64 = 86_400_000;
/// A card of an older programme.
const OLD: &str = "105762850796777";

struct Office {
    ledger: Ledger,
    folder: tempfile::TempDir,
}

impl Office {
    fn new() -> Office {
        let folder = tempfile::tempdir().unwrap();
        let mut ledger = Ledger::open(&folder.path().join("office.db"), Access::Create).unwrap();
        ledger.found("kava", &[3; 32], NOW).unwrap();
        ledger.change(|change| add_code(change, &[1; 32], ("1", "1"), (NOW, NOW.later(1)))).unwrap();
        let asked = Enrol {
            code: String::new(),
            public: String::new(),
            chain: "kava".into(),
            shop: "1".into(),
            counter: "1".into(),
            epoch: 1,
        };
        let public = public_of(&[1; 32]);
        ledger.change(|change| enrol(change, (&asked, &[1; 32], &public), NOW)).unwrap();
        ledger.change(|change| keys::ensure(change, &[[4; 32], [5; 32]], NOW)).unwrap();
        Office { ledger, folder }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// The office goes back to what it was at the backup.
    fn go_back(&mut self) {
        self.ledger = Ledger::in_memory().unwrap();
        backup::restore(&self.path("kept"), &self.path("office.db"), NOW).unwrap();
        self.ledger = Ledger::open(&self.path("office.db"), Access::Write).unwrap();
    }

    /// A batch of a counter that has done these erasures; of a program that knows of none where nothing is said.
    fn send(&mut self, text: &str, erased: Option<i64>) -> Taken {
        let (head, lines) = read(text);
        let head = BatchHead { erased, ..head };
        self.ledger.change(|change| append(change, 1, (&head, &lines), NOW)).unwrap()
    }

    fn erase(&mut self, customer: &str) -> i64 {
        self.ledger.change(|change| leave::erase(change, &CustomerId::new(customer), NOW)).unwrap().upto
    }

    fn join(&mut self, claimed: Option<Pseudonym>, phone: u8) -> Joined {
        let key = PhoneKey { algorithm: Algorithm::Ed25519, bytes: vec![phone; 32] };
        let given = |purpose: &str| answer(purpose, true);
        let newcomer = Newcomer {
            key,
            pseudonym: Pseudonym([phone; 16]),
            claimed,
            transfer: None,
            answers: vec![given("programme"), given("personalisation"), given("marketing")],
            language: "be".into(),
        };
        self.ledger.change(|change| join(change, &newcomer, NOW)).unwrap()
    }

    fn answer(&mut self, customer: &str, answers: &[Answered]) -> Consent {
        self.ledger.change(|change| consent::keep(change, customer, answers, NOW)).unwrap();
        Person::read(self.ledger.connection(), customer).unwrap().unwrap().consent
    }

    fn count(&self, sql: &str) -> i64 {
        self.ledger.connection().query_row(sql, [], |row| row.get(0)).unwrap()
    }

    fn alarms(&self, code: &str) -> usize {
        self.ledger.alarms().unwrap().iter().filter(|alarm| alarm.code == code).count()
    }

    fn holds(&mut self) {
        assert_eq!(audit(&mut self.ledger).unwrap().findings, []);
    }
}

fn answer(purpose: &str, given: bool) -> Answered {
    Answered {
        purpose: purpose.into(), given, language: "be".into(), words: "Я згодны".into(), at: None
    }
}

fn sale(series: &mut Series, receipt: &str, customer: &str) {
    let lines = r#"[{"list":500,"discount":50,"net":450}]"#;
    series.add("sale", &format!(r#"{{"receipt":"{receipt}","customer":"{customer}","lines":{lines}}}"#));
}

#[test]
fn a_record_that_comes_after_the_erasure_leaves_no_name() {
    let mut office = Office::new();
    let mut series = Series::new();
    sale(&mut series, "r1", "anna");
    office.send(&series.batch(1, 1), None);
    office.erase("anna");
    // An older program has not heard of it, and goes on with them.
    sale(&mut series, "r2", "anna");
    series.add("refund", r#"{"id":"b2","original":"r2","lines":[{"list":500,"discount":50,"net":450}]}"#);
    series.add("decision", r#"{"receipt":"r2","guest":{"situation":{"customer":"anna"}}}"#);
    office.send(&series.batch(1, 2), None);
    assert_eq!(office.count("SELECT count(*) FROM of_customer"), 0);
    assert_eq!(office.count("SELECT count(*) FROM other_name"), 0);
    assert_eq!(office.count("SELECT count(*) FROM record WHERE instr(payload, CAST('anna' AS BLOB)) > 0"), 0);
    office.holds();
}

#[test]
fn who_is_erased_by_one_name_is_erased_by_every_other() {
    let pseudonym = Pseudonym::of(&CustomerId::new(OLD));
    let by_pass = pseudonym.customer();
    for erased_as in [OLD, by_pass.as_str()] {
        let mut office = Office::new();
        let mut series = Series::new();
        sale(&mut series, "r1", OLD);
        sale(&mut series, "r2", by_pass.as_str());
        series.add("segment", &format!(r#"{{"customer":"{OLD}","segment":"rare"}}"#));
        sale(&mut series, "r3", "boris");
        office.send(&series.batch(1, 1), None);
        assert_eq!(office.join(Some(pseudonym), 9), Joined::As(by_pass.to_string()));
        office.erase(erased_as);
        assert_eq!(office.count("SELECT count(*) FROM record WHERE payload IS NOT NULL"), 1, "{erased_as}");
        for table in ["person", "phone", "consent"] {
            assert_eq!(office.count(&format!("SELECT count(*) FROM {table}")), 0, "{table}, {erased_as}");
        }
        assert_eq!(office.count("SELECT count(*) FROM withdrawn_phone"), 1);
        let told = office.ledger.erasures_after(0).unwrap();
        for name in [CustomerId::new(OLD), by_pass.clone()] {
            assert!(told.iter().any(|one| one.who == who(&name)), "{name} is told, {erased_as}");
        }
        office.holds();
    }
}

#[test]
fn names_of_before_are_found_when_the_ledger_is_opened() {
    let mut office = Office::new();
    let mut series = Series::new();
    sale(&mut series, "r1", OLD);
    sale(&mut series, "r2", "boris");
    office.send(&series.batch(1, 1), None);
    let forget = "DELETE FROM other_name; DELETE FROM setting WHERE key = 'other_names_found'";
    rusqlite::Connection::open(office.path("office.db")).unwrap().execute_batch(forget).unwrap();
    office.ledger = Ledger::open(&office.path("office.db"), Access::Write).unwrap();
    assert_eq!(office.count("SELECT count(*) FROM other_name"), 2);
    office.erase(Pseudonym::of(&CustomerId::new(OLD)).customer().as_str());
    assert_eq!(office.count("SELECT count(*) FROM record WHERE payload IS NOT NULL"), 1);
}

#[test]
fn a_membership_whose_guest_was_erased_is_nobodys() {
    let mut office = Office::new();
    let blank = Pseudonym([7; 16]);
    let Joined::As(customer) = office.join(Some(blank), 9) else { panic!("it is free") };
    assert_eq!(office.join(Some(blank), 10), Joined::Claimed);
    office.erase(&customer);
    assert_eq!(office.join(Some(blank), 11), Joined::Erased);
    assert_eq!(office.count("SELECT count(*) FROM person"), 0);
}

#[test]
fn an_office_that_went_back_gives_no_number_of_an_erasure_twice_and_says_what_is_missing() {
    let mut office = Office::new();
    let first = office.erase("anna");
    office.ledger.back_up(&office.path("kept")).unwrap();
    let lost = office.erase("boris");
    assert!(lost > first);
    office.go_back();
    // Before any counter is heard.
    let next = office.erase("carla");
    assert!(next > lost, "counters that have done {lost} must hear of {next}");
    let mut series = Series::new().sales(1, "a");
    assert_eq!(office.send(&series.batch(1, 1), Some(lost)), Taken::ErasuresFirst);
    assert_eq!(office.alarms("erasures_lost"), 1);
    assert!(office.ledger.erasures_after(lost).unwrap().iter().any(|one| one.id == next));
    series.add("erased", &format!(r#"{{"upto":{next},"customers":0,"records":0}}"#));
    assert!(matches!(office.send(&series.batch(1, 1), Some(next)), Taken::Acked(_)));
    assert_eq!(office.alarms("erasures_lost"), 1, "it is said once");
}

#[test]
fn an_erasure_stays_open_for_no_counter_that_was_shut_out() {
    let mut office = Office::new();
    office.erase("anna");
    let standing = |office: &Office| {
        let shown = office.ledger.erasures().unwrap().remove(0);
        (shown.open, shown.out)
    };
    assert_eq!(standing(&office), (vec!["1/1".to_owned()], vec![]));
    assert!(office.ledger.change(|change| revoke(change, ("1", "1"), NOW)).unwrap());
    assert_eq!(standing(&office), (vec![], vec!["1/1".to_owned()]), "it is told when it comes back");
}

#[test]
fn an_office_whose_file_was_copied_back_gives_numbers_above_all_that_were_heard() {
    let mut office = Office::new();
    office.erase("anna");
    let series = Series::new().sales(1, "a");
    assert!(matches!(office.send(&series.batch(1, 1), Some(40)), Taken::Acked(_)));
    assert_eq!(office.alarms("erasures_lost"), 1);
    assert!(office.erase("boris") > 40);
}

#[test]
fn whoever_leaves_the_programme_leaves_everything() {
    let mut office = Office::new();
    let Joined::As(customer) = office.join(None, 9) else { panic!("nobody is refused") };
    let none = Consent::default();
    assert_eq!(office.answer(&customer, &[answer("programme", false)]), none);
    let kept = consent::of(office.ledger.connection(), &customer).unwrap();
    for purpose in consent::PURPOSES {
        let newest = kept.iter().rfind(|one| one.purpose == purpose).expect("it was asked");
        assert!(!newest.given && !newest.words.is_empty(), "the newest of {purpose} holds: {kept:?}");
    }
    assert_eq!(office.answer(&customer, &[answer("marketing", true)]), none, "nothing without the programme");
    let back = [answer("personalisation", true), answer("programme", true)];
    assert_eq!(office.answer(&customer, &back), Consent::PERSONAL, "in whichever order they come");
    let both = [answer("programme", false), answer("marketing", true)];
    assert_eq!(office.answer(&customer, &both), none);
}

#[test]
fn counters_are_told_of_a_withdrawn_phone_as_long_as_a_pass_of_it_can_be_good() {
    let mut office = Office::new();
    let Joined::As(customer) = office.join(None, 9) else { panic!("nobody is refused") };
    let phone = PhoneKey { algorithm: Algorithm::Ed25519, bytes: vec![9; 32] }.id();
    office.erase(&customer);
    let mut told = |days: i64| {
        office.ledger.change(|change| keys::publish(change, NOW.later(days * DAY))).unwrap();
        let (_, keyring) = office.ledger.newest(Stream::Keys, "1").unwrap().unwrap();
        String::from_utf8(keyring).unwrap().contains(&to_hex(&phone))
    };
    assert!(told(0) && told(30), "a pass is good for thirty days");
    assert!(!told(38));
    assert_eq!(office.join(None, 9), Joined::Withdrawn, "the office does not forget it");
}
