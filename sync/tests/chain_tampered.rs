//! One table of what can be done to a chain that the office has: a flip, a deletion, a reordering, a truncation and a fork,
//! each anywhere in it. The audit finds every one of the first four by reading, the ledger itself the fifth as it comes.

#![expect(
    clippy::expect_used,
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a test stops at the first surprise and prints its seed"
)]
#![expect(dead_code, reason = "this file asks little of its helpers")]

mod books;
mod counter_series;

use books::{Books, NOW};
use counter_series::{Series, read};
use kava::testing::random::Random;
use kava_sync::ledger::{
    append::{Taken, append},
    audit::audit,
};

const RECORDS: i64 = 12;
const SEED: u64 = 11;
const CUT_AND_SAID: &str = "truncation that says so";

/// What is done, as statements with the number of a record in place of `?`, and what the audit must call it.
const TAMPERED: [(&str, &str, &[&str]); 9] = [
    (
        "flip of a payload's bit",
        "UPDATE record SET payload = CAST(replace(payload, '450', '451') AS BLOB) WHERE seq = ?",
        &["payload_hash"],
    ),
    ("flip of a header's bit", "UPDATE record SET at = at + 1 WHERE seq = ?", &["record_hash"]),
    ("flip of a hash's bit", "UPDATE record SET hash = zeroblob(32) WHERE seq = ?", &["record_hash"]),
    (
        "flip of a link's bit",
        "UPDATE record SET prev_hash = x'01' WHERE seq = ?",
        &["record_prev_hash", "record_hash"],
    ),
    ("deletion", "DELETE FROM record WHERE seq = ?", &["record_gap", "series_end"]),
    (
        "deletion that closes its gap",
        "DELETE FROM record WHERE seq = ?; UPDATE record SET seq = seq - 1 WHERE seq > ?;
        UPDATE series SET seq = seq - 1",
        &["record_hash", "record_prev_hash", "series_end"],
    ),
    (
        "reordering",
        "UPDATE record SET seq = 999 WHERE seq = ?; UPDATE record SET seq = ? WHERE seq = ? + 1;
        UPDATE record SET seq = ? + 1 WHERE seq = 999",
        &["record_hash"],
    ),
    ("truncation", "DELETE FROM record WHERE seq >= ?", &["series_end", "record_gap"]),
    (
        CUT_AND_SAID,
        "DELETE FROM record WHERE seq >= ?; DELETE FROM receipt WHERE seq >= ?;
        UPDATE series SET seq = ? - 1",
        &["series_end"],
    ),
];

fn told() -> Books {
    let mut books = Books::new();
    books.send(&Series::new().sales(RECORDS, "R"), 1);
    assert_eq!(audit(&mut books.ledger).unwrap().findings, []);
    books
}

#[test]
fn every_flip_deletion_reordering_and_truncation_of_a_chain_is_found_wherever_it_is() {
    println!("seed {SEED}");
    let mut random = Random::new(SEED);
    for (what, statements, codes) in TAMPERED {
        // A series of which nothing is left and which says so has never begun: the office asks its counter for all of it.
        let first = if what == CUT_AND_SAID { 2 } else { 1 };
        for place in [first, random.between(2, RECORDS - 2), RECORDS - 1] {
            let mut books = told();
            let sql = statements.replace('?', &place.to_string());
            books.ledger.connection().execute_batch(&sql).unwrap();
            let findings = audit(&mut books.ledger).unwrap().findings;
            let found = findings.iter().any(|finding| codes.contains(&finding.code));
            assert!(found, "{what} at {place}: {findings:?}");
        }
    }
}

#[test]
fn every_fork_of_a_chain_is_found_at_the_first_number_that_both_have() {
    for place in 1..=RECORDS {
        let mut books = Books::new();
        let common = Series::new().sales(place - 1, "R");
        let (ours, other) = (common.clone().sales(RECORDS - place + 1, "A"), common.sales(1, "B"));
        books.send(&ours, 1);
        let (head, lines) = read(&other.batch(1, place));
        let taken = books.ledger.change(|change| append(change, 1, (&head, &lines), NOW)).unwrap();
        assert!(matches!(&taken, Taken::Forked(at) if at.seq == place), "{place}: {taken:?}");
        assert_eq!(books.alarms("series_fork"), 1, "{place}");
    }
}
