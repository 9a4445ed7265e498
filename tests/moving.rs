//! A shop that comes from an older loyalty programme: `kava import --preset` from outside, with exports that are all invented.
#![cfg(feature = "cli")]
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

#[path = "import/database.rs"]
mod database;
#[path = "moving/shop.rs"]
mod shop;

use serde_json::{Value, json};
use shop::{Moved, moved};

fn reasons(report: &Value, list: &str) -> Vec<String> {
    let one = |finding: &Value| {
        format!(
            "{} {} {}",
            finding["line"],
            finding["column"].as_str().unwrap(),
            finding["reason"].as_str().unwrap()
        )
    };
    report[list].as_array().unwrap().iter().map(one).collect()
}

const CARDS: &str =
    "SELECT p.code, c.key FROM printed_code p JOIN customer c ON c.id = p.customer ORDER BY 1";
const PROMISES: &str = "SELECT c.key, p.depth_bp, date(p.until * 86400, 'unixepoch') FROM promise p
    JOIN customer c ON c.id = p.customer ORDER BY 1";
const OWED: &str =
    "SELECT c.key, r.kind, r.amount FROM carried r JOIN customer c ON c.id = r.customer ORDER BY 1, 2";

/// A dry run writes nothing, an import writes all of it, and the same again changes nothing; gives the first report.
fn comes_once(moved: &Moved) -> Value {
    let before = moved.dump();
    let tried = moved.import(&["--dry-run"]);
    assert_eq!(moved.dump(), before, "a dry run writes nothing");
    let first = moved.import(&[]);
    assert_eq!(tried["changes"], first["changes"]);
    assert_eq!(tried["rejects"], first["rejects"]);
    let after = moved.dump();
    let again = moved.import(&[]);
    assert_eq!(moved.dump(), after, "the same again changes nothing");
    for what in ["customers", "codes", "promises", "carried"] {
        let tally = &again["changes"][what];
        assert_eq!((&tally["new"], &tally["changed"]), (&json!(0), &json!(0)), "{what}");
        assert_eq!(tally["unchanged"], first["changes"][what]["new"], "{what}");
    }
    first
}

#[test]
fn guests_of_iiko_come_with_all_their_cards_their_percent_and_their_balance() {
    let moved = moved("iiko");
    let report = comes_once(&moved);
    assert_eq!(
        moved.rows(CARDS),
        [
            "00100234|00100234,00100235",
            "00100235|00100234,00100235",
            "00100777|00100777",
            "00100888|00100888"
        ]
    );
    assert_eq!(moved.rows(PROMISES), ["00100234,00100235|1000|2027-06-30", "00100777|500|2027-06-30"]);
    // A card that two guests have is the first one's; what the second is owed stays theirs.
    assert_eq!(moved.rows(OWED), ["00100234,00100235|points|125050", "00100235|points|1000"]);
    assert_eq!(
        reasons(&report, "rejects"),
        [
            "4 Card No. is empty",
            "5 Categories names no percent",
            "5 Balance is negative",
            "6 Card No. duplicate key"
        ]
    );
}

#[test]
fn a_percent_of_poster_is_one_only_where_its_group_takes_it_off() {
    let moved = moved("poster");
    let report = comes_once(&moved);
    assert_eq!(moved.rows(CARDS), ["0000000000222|55", "0000000000333|53", "0000000000555|51"]);
    // The higher of the guest's own and the group's; in a group of bonuses it is no discount.
    assert_eq!(moved.rows(PROMISES), ["51|500|2027-06-30", "53|1200|2027-06-30", "55|1000|2027-06-30"]);
    assert_eq!(moved.rows(OWED), ["54|money|1500", "54|points|300", "55|points|10050"]);
    assert_eq!(
        reasons(&report, "rejects"),
        ["5 delete is left out, as the mapping says", "6 bonus is not a whole number"]
    );
}

#[test]
fn a_card_of_r_keeper_keeps_its_percent_as_long_as_the_card() {
    let moved = moved("r_keeper");
    let report = comes_once(&moved);
    assert_eq!(moved.rows(PROMISES), ["770012340001|1500|2027-12-31", "770012340002|500|2027-06-30"]);
    assert_eq!(moved.rows(OWED), ["770012340002|points|4425"]);
    assert_eq!(
        reasons(&report, "rejects"),
        ["4 DELETED is left out, as the mapping says", "5 CARDCODE duplicate key"]
    );
}

#[test]
fn several_cards_of_1c_are_one_guest_with_the_better_percent_and_all_the_points() {
    let moved = moved("1c");
    let report = comes_once(&moved);
    assert_eq!(
        moved.rows(CARDS),
        ["2900000012345|3f0c-01", "2900000012352|3f0c-01", "2900000012369|3f0c-02", "7001|3f0c-01"]
    );
    assert_eq!(moved.rows(PROMISES), ["3f0c-01|750|2026-12-31"]);
    // The fourth row shows the first card again: it is the same card and counts once.
    assert_eq!(moved.rows(OWED), ["3f0c-01|points|15050"]);
    assert_eq!(
        reasons(&report, "rejects"),
        ["5 КодКартыШтрихкод duplicate key", "6 ВладелецКарты_Key is empty"]
    );
}

#[test]
fn no_name_and_no_phone_of_an_export_is_in_the_database() {
    for preset in ["iiko", "poster", "r_keeper", "1c"] {
        let moved = moved(preset);
        moved.import(&[]);
        let dump = moved.dump();
        for word in ["Guest One", "Invented", "+000", "Выдуманный"] {
            assert!(!dump.contains(word), "{preset}: {word}");
        }
    }
}

#[test]
fn a_percent_without_a_day_is_refused_before_anything_is_written() {
    let moved = moved("iiko");
    let (status, _, complaint) = moved.run(&["import", "--preset", "iiko", "export"]);
    assert_eq!(status, 2);
    assert!(complaint.contains("--percent-until DAY"), "{complaint}");
    let (status, _, complaint) = moved.run(&["import", "--preset", "square", "export"]);
    assert_eq!(status, 2);
    assert!(complaint.contains("iiko, poster, r_keeper, 1c"), "{complaint}");
}

#[test]
fn a_column_that_an_export_lacks_is_said_and_the_rest_comes() {
    let moved = moved("iiko");
    moved.write("guests.csv", "Card No.;Categories\n12345678;Silver 3%\n");
    let report = moved.import(&[]);
    assert_eq!(moved.rows(PROMISES), ["12345678|300|2027-06-30"]);
    let warnings = reasons(&report, "warnings");
    assert_eq!(warnings.len(), 2, "{warnings:?}");
    assert!(warnings[1].contains("Balance or Баланс is no column of this file"), "{warnings:?}");
}

#[test]
fn another_day_moves_a_promise_and_no_balance() {
    let moved = moved("r_keeper");
    moved.import(&[]);
    let owed = moved.rows(OWED);
    let report = moved.import(&["--percent-until", "2028-01-31"]);
    assert_eq!(report["changes"]["promises"], json!({"new": 0, "changed": 1, "unchanged": 1}));
    assert_eq!(moved.rows(PROMISES)[1], "770012340002|500|2028-01-31");
    assert_eq!(moved.rows(OWED), owed);
}

#[test]
fn what_is_owed_is_told_once_handed_out_once_and_never_more_than_there_is() {
    let moved = moved("1c");
    moved.import(&[]);
    moved.import(&[]);
    let told = "SELECT CAST(payload AS TEXT) FROM record WHERE kind = 'carried'";
    let all = moved.rows(told);
    assert_eq!(all.len(), 1, "{all:?}");
    let payload: Value = serde_json::from_str(&all[0]).unwrap();
    assert_eq!(payload["owed"], json!([{"kind": "points", "amount": 15_050}]));
    assert_eq!(payload["promised"], json!({"depth_bp": 750, "until": "2026-12-31"}));
    let (status, said, _) = moved.run(&["owed", "all"]);
    assert_eq!((status, said.trim()), (0, "points: 150.50 to 1 guests; 150.50 came, 0.00 handed out"));
    // By any of the guest's cards.
    let (status, said, complaint) = moved.run(&["owed", "pay", "2900000012352", "points", "100.25"]);
    assert_eq!((status, said.trim()), (0, "points: 50.25"), "{complaint}");
    let (status, _, complaint) = moved.run(&["owed", "pay", "7001", "points", "50.26"]);
    assert_eq!(status, 2);
    assert!(complaint.contains("of points only 50.25 are owed"), "{complaint}");
    for wrong in
        [["7001", "stamps", "1"], ["7001", "points", "0"], ["7001", "points", "lots"], ["404", "points", "1"]]
    {
        assert_ne!(moved.run(&[["owed", "pay"].as_slice(), &wrong].concat()).0, 0, "{wrong:?}");
    }
    // The same import once more brings nothing back.
    moved.import(&[]);
    assert_eq!(moved.run(&["owed", "to", "7001"]).1.trim(), "points: 50.25");
    let paid = moved.rows("SELECT CAST(payload AS TEXT) FROM record WHERE kind = 'paid_out'");
    assert_eq!(paid.len(), 1, "{paid:?}");
    let (status, said, _) = moved.run(&["audit"]);
    assert_eq!(status, 0, "{said}");
}

#[test]
fn a_counter_that_does_not_owe_takes_guests_cards_and_percents_alone() {
    let moved = moved("1c");
    moved.import(&["--without-balances"]);
    assert_eq!(moved.rows(OWED), Vec::<String>::new());
    assert_eq!(moved.rows(PROMISES), ["3f0c-01|750|2026-12-31"]);
    assert_eq!(moved.rows("SELECT kind FROM record"), Vec::<String>::new());
}
