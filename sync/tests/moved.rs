//! What guests bring along from an older programme, at the office: it counts once, whoever tells it, and goes with them.

#![expect(clippy::expect_used, clippy::unwrap_used, reason = "a test stops at the first surprise")]
#![expect(dead_code, reason = "the series is used in part")]

mod counter_series;

use counter_series::{Series, read};
use kava::{
    facts::{
        carried::{Amount, Owed},
        id::CustomerId,
        moment::Moment,
    },
    wire::{
        batch::BatchHead,
        bundle::public_of,
        code::{Algorithm, Blank, PhoneKey, Pseudonym, pass::chain_tag},
        reply::Enrol,
    },
};
use kava_sync::{
    ledger::{
        Access, Ledger,
        append::append,
        audit::audit,
        carried::{Liability, owed_to},
        counters::{add_code, enrol},
        erasure::was_erased,
    },
    people::{
        blanks,
        consent::{self, Answered},
        join::{Joined, Newcomer, join},
        keys, leave,
        merge::{self, Plan, Unmergeable},
        past::Past,
        person::Person,
    },
};
use std::path::PathBuf;

const NOW: Moment = Moment(1_772_431_300_000);

/// A ledger on a file, with two counters.
struct Office {
    ledger: Ledger,
    folder: tempfile::TempDir,
}

impl Office {
    fn new() -> Office {
        let folder = tempfile::tempdir().unwrap();
        let mut ledger = Ledger::open(&folder.path().join("office.db"), Access::Create).unwrap();
        ledger.found("kava", &[3; 32], NOW).unwrap();
        ledger.change(|change| keys::ensure(change, &[[4; 32], [5; 32]], NOW)).unwrap();
        let mut office = Office { ledger, folder };
        office.let_in(1);
        office.let_in(2);
        office
    }

    fn let_in(&mut self, number: u8) {
        let counter = number.to_string();
        let code = [number; 32];
        let expires = (NOW, NOW.later(1));
        self.ledger.change(|change| add_code(change, &code, ("1", &counter), expires)).unwrap();
        let asked = Enrol {
            code: String::new(),
            public: String::new(),
            chain: "kava".into(),
            shop: "1".into(),
            counter: counter.as_str().into(),
            epoch: 1,
        };
        let public = public_of(&code);
        self.ledger.change(|change| enrol(change, (&asked, &code, &public), NOW)).unwrap();
    }

    fn send(&mut self, counter: i64, text: &str) {
        let (head, lines) = read(text);
        let head = BatchHead { erased: None, ..head };
        self.ledger.change(|change| append(change, counter, (&head, &lines), NOW)).unwrap();
    }

    fn alarms(&self, code: &str) -> usize {
        self.ledger.alarms().unwrap().iter().filter(|alarm| alarm.code == code).count()
    }

    fn owed(&self, customer: &str) -> Vec<Amount> {
        owed_to(self.ledger.connection(), &CustomerId::new(customer)).unwrap()
    }

    /// Files of the ledger in which a word stands.
    fn residues(&self, word: &str) -> Vec<PathBuf> {
        let files = std::fs::read_dir(self.folder.path()).unwrap().map(|entry| entry.unwrap().path());
        let has = |path: &PathBuf| {
            let bytes = std::fs::read(path).unwrap();
            bytes.windows(word.len()).any(|window| window == word.as_bytes())
        };
        files.filter(has).collect()
    }
}

fn of_counter(counter: &str) -> Series {
    Series { counter: counter.into(), ..Series::new() }
}

fn brings(series: &mut Series, customer: &str, points: i64) {
    let owed = format!(r#"[{{"kind":"points","amount":{points}}},{{"kind":"stamps","amount":3}}]"#);
    series.add(
        "carried",
        &format!(r#"{{"customer":"{customer}","source":"import:iiko","currency":"BYN","owed":{owed}}}"#),
    );
}

fn takes(series: &mut Series, id: &str, customer: &str, points: i64) {
    series.add(
        "paid_out",
        &format!(
            r#"{{"id":"{id}","customer":"{customer}","currency":"BYN","kind":"points","amount":{points}}}"#
        ),
    );
}

fn points(brought: i64, paid_out: i64, guests: u64) -> Liability {
    let left = brought - paid_out;
    Liability { kind: Owed::Points, currency: "BYN".into(), brought, paid_out, left, guests }
}

#[test]
fn what_is_brought_along_counts_once_however_often_and_by_whomever_it_is_told() {
    let mut office = Office::new();
    let mut first = of_counter("1");
    brings(&mut first, "anna-17", 12_050);
    brings(&mut first, "boris-18", 400);
    takes(&mut first, "p-1", "anna-17", 2_000);
    office.send(1, &first.batch(1, 1));
    assert_eq!(office.ledger.liabilities().unwrap().first(), Some(&points(12_450, 2_000, 2)));
    // The same batch again, and a second counter that took over the same by mistake.
    office.send(1, &first.batch(1, 1));
    let mut second = of_counter("2");
    brings(&mut second, "anna-17", 12_050);
    brings(&mut second, "boris-18", 400);
    office.send(2, &second.batch(1, 1));
    assert_eq!(office.ledger.liabilities().unwrap().first(), Some(&points(12_450, 2_000, 2)));
    assert_eq!(office.alarms("carried_twice"), 1, "said once, not for each guest");
    assert_eq!(office.owed("anna-17").first().map(|owed| owed.amount), Some(10_050));
    // What both hand out is more than there was: nothing is hidden.
    takes(&mut second, "p-2", "boris-18", 400);
    takes(&mut second, "p-3", "boris-18", 400);
    office.send(2, &second.batch(1, 3));
    assert_eq!(office.alarms("owed_overpaid"), 1);
    assert_eq!(office.owed("boris-18").first().map(|owed| owed.amount), Some(-400));
    assert_eq!(office.ledger.liabilities().unwrap().first(), Some(&points(12_450, 2_800, 1)));
    assert_eq!(audit(&mut office.ledger).unwrap().findings, []);
}

#[test]
fn whoever_is_erased_is_owed_nothing_and_stands_in_no_file() {
    let mut office = Office::new();
    let mut series = of_counter("1");
    brings(&mut series, "anna-17", 12_050);
    brings(&mut series, "boris-18", 400);
    takes(&mut series, "p-1", "anna-17", 2_000);
    office.send(1, &series.batch(1, 1));
    assert!(!office.residues("anna-17").is_empty(), "before, they stand there");
    office.ledger.change(|change| leave::erase(change, &CustomerId::new("anna-17"), NOW)).unwrap();
    assert!(office.ledger.overwrite_freed().unwrap());
    assert_eq!(office.residues("anna-17"), Vec::<PathBuf>::new());
    assert_eq!(office.ledger.liabilities().unwrap().first(), Some(&points(400, 0, 1)));
    // A record that comes late brings nothing back.
    brings(&mut series, "anna-17", 12_050);
    office.send(1, &series.batch(1, 4));
    assert_eq!(office.ledger.liabilities().unwrap().first(), Some(&points(400, 0, 1)));
    assert_eq!(office.owed("anna-17"), []);
}

fn sale(series: &mut Series, receipt: &str, customer: &str) {
    let lines = r#"[{"list":500,"discount":50,"net":450}]"#;
    series.add("sale", &format!(r#"{{"receipt":"{receipt}","customer":"{customer}","lines":{lines}}}"#));
}

fn joined(office: &mut Office, phone: u8, agrees: [bool; 3]) -> CustomerId {
    let answers = consent::PURPOSES.into_iter().zip(agrees).map(|(purpose, given)| Answered {
        purpose: purpose.into(),
        given,
        language: "be".into(),
        words: "Я згодны".into(),
        at: None,
    });
    let newcomer = Newcomer {
        key: PhoneKey { algorithm: Algorithm::Ed25519, bytes: vec![phone; 32] },
        pseudonym: Pseudonym([phone; 16]),
        claimed: None,
        transfer: None,
        answers: answers.collect(),
        language: "be".into(),
    };
    office.ledger.change(|change| join(change, &newcomer, NOW)).unwrap();
    Pseudonym([phone; 16]).customer()
}

impl Office {
    fn merge(&mut self, from: &CustomerId, into: &CustomerId, confirmed: bool) -> Result<Plan, Unmergeable> {
        self.ledger.change(|change| merge::merge(change, (from, into), confirmed, NOW)).unwrap()
    }

    fn person(&self, name: &CustomerId) -> Option<Person> {
        Person::read(self.ledger.connection(), name.as_str()).unwrap()
    }
}

#[test]
fn a_merge_does_what_its_dry_run_said_and_the_narrower_consent_holds_unless_confirmed() {
    for (confirmed, expected) in [(false, vec!["programme"]), (true, vec!["programme", "personalisation"])] {
        let mut office = Office::new();
        let first = joined(&mut office, 7, [true, false, true]);
        let second = joined(&mut office, 8, [true, true, false]);
        let mut series = of_counter("1");
        sale(&mut series, "r1", first.as_str());
        sale(&mut series, "r2", second.as_str());
        brings(&mut series, first.as_str(), 300);
        brings(&mut series, second.as_str(), 40);
        office.send(1, &series.batch(1, 1));
        let tried = merge::plan(office.ledger.connection(), (&first, &second), confirmed).unwrap().unwrap();
        assert_eq!((tried.records, tried.phones), (2, 1));
        assert_eq!(tried.consent, Some(expected.clone()));
        assert!(office.person(&first).is_some(), "a dry run changes nothing");
        assert_eq!(office.merge(&first, &second, confirmed), Ok(tried));
        assert_eq!(office.person(&first), None);
        assert_eq!(office.person(&second).unwrap().consent.codes(), expected);
        assert_eq!(
            consent::of(office.ledger.connection(), second.as_str()).unwrap().len(),
            7 - usize::from(confirmed)
        );
        let past = Past::read(office.ledger.connection(), second.as_str()).unwrap();
        assert!(past.bought.is_empty(), "payloads of this test have no whole purchase");
        let about = "SELECT count(*) FROM of_customer WHERE customer = ?";
        let about: i64 =
            office.ledger.connection().query_row(about, [second.as_str()], |row| row.get(0)).unwrap();
        assert_eq!(about, 4);
        assert_eq!(office.owed(second.as_str()).first().map(|owed| owed.amount), Some(340));
        // Counters are told once, in the order of merging, and only what they do not know.
        let told = merge::after(office.ledger.connection(), 0).unwrap();
        let told: Vec<_> =
            told.iter().map(|one| (&one.name, &one.into, one.consent.clone(), one.confirmed)).collect();
        let said: Vec<String> = expected.iter().map(|code| (*code).to_owned()).collect();
        assert_eq!(told, [(&first, &second, Some(said), confirmed)]);
        let last = merge::after(office.ledger.connection(), 0).unwrap()[0].id;
        assert_eq!(merge::after(office.ledger.connection(), last).unwrap(), []);
        // What comes late under the old name is theirs, and the old phone is, too.
        sale(&mut series, "r3", first.as_str());
        office.send(1, &series.batch(1, 5));
        assert_eq!(office.merge(&first, &second, confirmed), Err(Unmergeable::Same));
        assert_eq!(joined(&mut office, 7, [true; 3]), first);
        assert_eq!(office.person(&first), None, "the phone that joins again is the second's");
        assert_eq!(audit(&mut office.ledger).unwrap().findings, []);
    }
}

#[test]
fn whoever_was_erased_is_merged_with_nobody_and_an_erasure_takes_both_names() {
    let mut office = Office::new();
    let first = joined(&mut office, 7, [true; 3]);
    let second = joined(&mut office, 8, [true; 3]);
    let mut series = of_counter("1");
    sale(&mut series, "r1", "105762850796777");
    sale(&mut series, "r2", first.as_str());
    sale(&mut series, "r3", second.as_str());
    office.send(1, &series.batch(1, 1));
    let old = CustomerId::new("105762850796777");
    let nobody = CustomerId::new("nobody");
    assert_eq!(office.merge(&nobody, &second, false), Err(Unmergeable::Unknown(nobody)));
    // A card of an older programme, then the first; and the second by the name of the first.
    office.merge(&old, &first, false).unwrap();
    office.merge(&first, &second, false).unwrap();
    office.ledger.change(|change| leave::erase(change, &old, NOW)).unwrap();
    assert!(office.ledger.overwrite_freed().unwrap());
    for name in [old.as_str(), first.as_str(), second.as_str()] {
        assert_eq!(office.residues(name), Vec::<PathBuf>::new(), "{name}");
    }
    assert_eq!(merge::after(office.ledger.connection(), 0).unwrap(), []);
    assert_eq!(office.person(&second), None);
    for name in [&old, &first, &second] {
        assert!(was_erased(office.ledger.connection(), name).unwrap(), "{name}");
    }
    let third = joined(&mut office, 9, [true; 3]);
    assert_eq!(office.merge(&first, &third, true), Err(Unmergeable::Erased(first.clone())));
    assert_eq!(office.merge(&third, &second, true), Err(Unmergeable::Erased(second)));
    sale(&mut series, "r4", first.as_str());
    office.send(1, &series.batch(1, 4));
    assert_eq!(office.residues(first.as_str()), Vec::<PathBuf>::new());
}

#[test]
fn a_blank_from_a_sheet_is_claimed_once_and_by_nobody_without_its_secret() {
    let mut office = Office::new();
    let drawn = [([21; 16], [31; 16]), ([22; 16], [32; 16])];
    let digits = blanks::make(office.ledger.connection(), &drawn, 365, NOW).unwrap();
    let (chain, keys) = (chain_tag(&"kava".into()), keys::office_keys(office.ledger.connection()).unwrap());
    let mut claim = |digits: &str, phone: u8, at: Moment| {
        let (blank, _) = Blank::claim(digits, chain, &keys, at).map_err(|fault| fault.code())?;
        let newcomer = Newcomer {
            key: PhoneKey { algorithm: Algorithm::Ed25519, bytes: vec![phone; 32] },
            pseudonym: Pseudonym([phone; 16]),
            claimed: Some(blank.pseudonym),
            transfer: None,
            answers: Vec::new(),
            language: "be".into(),
        };
        Ok(office.ledger.change(|change| join(change, &newcomer, NOW)).unwrap())
    };
    let first = Pseudonym([21; 16]).customer().to_string();
    assert_eq!(claim(&digits[0], 1, NOW), Ok(Joined::As(first.clone())));
    assert_eq!(claim(&digits[0], 2, NOW), Ok(Joined::Claimed));
    assert_eq!(claim(&digits[0], 1, NOW), Ok(Joined::As(first)), "the same phone is the same guest");
    let late: Result<Joined, &str> = claim(&digits[1], 3, NOW.later(366 * 86_400_000));
    assert!(late.is_err(), "{late:?}");
    // The signed half of one with the secret of the other claims nothing.
    let wrong = format!("{}{}", &digits[1][..260], &digits[0][260..]);
    assert!(claim(&wrong, 3, NOW).is_err());
    assert!(matches!(claim(&digits[1], 3, NOW), Ok(Joined::As(_))));
}
