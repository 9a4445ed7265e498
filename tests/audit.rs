//! The audit against small databases: a clean one passes, and of many with one planted defect each, every
//! one is found under its own code.

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use kava::audit::{Report, audit, check};
use kava::facts::id::{ChainId, CounterId, Digest, ShopId};
use kava::facts::moment::{BusinessDay, Moment};
use kava::facts::policy::Policy;
use kava::wire::record::{ClockTrust, Link, RecordHeader, VERSION, payload_hash};
use rusqlite::{Connection, params};
use std::collections::BTreeMap;

const DAY: i64 = 20_780;
const SCHEMA: [&str; 10] = [
    include_str!("../migrations/counter/V1__counter.sql"),
    include_str!("../migrations/counter/V2__register_journal.sql"),
    include_str!("../migrations/counter/V3__assignment.sql"),
    include_str!("../migrations/counter/V4__code.sql"),
    include_str!("../migrations/counter/V5__scanned.sql"),
    include_str!("../migrations/counter/V6__decision_once.sql"),
    include_str!("../migrations/counter/V7__erasure.sql"),
    include_str!("../migrations/counter/V8__lease.sql"),
    include_str!("../migrations/counter/V9__neighbour.sql"),
    include_str!("../migrations/counter/V10__moved.sql"),
];

/// Latte 4.50 (cost 1.50, tax 20 %, floor 2.00), syrup 0.50 (cost 0.15, floor 0.20), a magnet without a
/// cost and not eligible. One guest: R-1 is a latte with syrup at 10 %, R-2 two lattes at 10 %, one of
/// them given back; R-3 is staff, R-4 is on the house, R-5 was imported and below any floor.
const SHOP: &str = r#"
INSERT INTO product_version (id, content, sku, name, category, price, cost, cost_day, tax_bp, drink, body) VALUES
    (1, 'a', 'latte', 'Latte', 'coffee', 450, 150, 20775, 2000, 1, '{"eligible":true}'),
    (2, 'b', 'syrup', 'Syrup', 'extras', 50, 15, 20775, 2000, 0, '{"eligible":true}'),
    (3, 'c', 'magnet', 'Magnet', 'goods', 300, NULL, NULL, 2000, 0, '{"eligible":false}');
INSERT INTO customer (id, key, consent, registered, source, features) VALUES
    (1, 'c-1', 3, 20000, 'counter', '{"visits":3,"saved":544,"net":856}'),
    (2, 'c-2', 3, 20000, 'counter', NULL);
INSERT INTO purchase VALUES
    (1, 'chain', 'counter', 'R-1', '1', 'sale', 1, 1795392000000, '1', 1, 1, 180, 20780, 9, 500, 50, 450, 450, 'o', 1, '77', '[{"kind":"card","minor":450}]', 2),
    (2, 'chain', 'counter', 'R-2', '1', 'sale', 1, 1795392100000, '1', 1, 3, 180, 20780, 9, 900, 90, 810, 450, 'o', 1, '78', '[{"kind":"cash","minor":800},{"kind":"card","minor":10}]', NULL),
    (3, 'chain', 'counter', 'R-3', '1', 'staff', NULL, 1795392200000, '1', 1, 5, 180, 20780, 9, 450, 90, 360, 450, NULL, 1, '79', '[{"kind":"cash","minor":360}]', NULL),
    (4, 'chain', 'counter', 'R-4', '1', 'comp', NULL, 1795392300000, '1', 1, 6, 180, 20780, 9, 450, 450, 0, 450, NULL, 1, NULL, '[]', NULL),
    (5, 'chain', 'import:till', 'R-1', '1', 'sale', 1, 1795000000000, 'till', 0, 5, 180, 20775, 9, 450, 449, 1, 450, NULL, 0, NULL, '[]', NULL);
INSERT INTO purchase_line (purchase, line, version, qty, list, discount, net, floor, tax) VALUES
    (1, 1, 1, 1000, 500, 50, 450, 220, 75), (2, 1, 1, 2000, 900, 90, 810, 400, 135),
    (3, 1, 1, 1000, 450, 90, 360, 200, 60), (4, 1, 1, 1000, 450, 450, 0, 200, 0),
    (5, 1, 1, 1000, 450, 449, 1, NULL, 0);
INSERT INTO purchase_extra VALUES (1, 1, 1, 2, 1000);
INSERT INTO refund VALUES (1, 2, 'B-1', 1795392150000, 20780, 405, NULL);
INSERT INTO refund_line VALUES (1, 1, 1000, 450, 45, 405);
INSERT INTO charge (receipt, visit, state, at, body, answer) VALUES
    ('R-1', 'v', 'done', 1, '', '{"is":"done","reference":"71","total":450}'),
    ('R-2', 'v', 'done', 1, '', '{"is":"done","reference":"72","total":810}'),
    ('R-3', 'v', 'done', 1, '', '{"is":"done","reference":"73","total":360}'),
    ('R-4', 'v', 'done', 1, '', '{"is":"done","reference":"74","total":0}'),
    ('R-9', 'v', 'void', 1, '', NULL);
INSERT INTO cap_use VALUES (1, 20780, 'R-1', 50), (1, 20780, 'R-2', 45);
INSERT INTO lease (id, campaign, epoch, money, uses, money_left, uses_left, good_ms, ends, closed) VALUES
    ('l-1', 'autumn', 1, 500, 10, 430, 8, 1, 2, 0), ('l-2', 'autumn', 1, 100, 1, 0, 0, 1, 2, 1);
INSERT INTO lease_use VALUES ('R-3', 'l-1', NULL, 1, 50, 1, 1), ('R-8', 'l-1', NULL, 1, 20, 1, 0);
"#;

/// What is told to the office, in order: kind and payload; that of the decision is each test's own.
const TOLD: [(&str, &str); 7] = [
    ("sale", r#"{"receipt":"R-1","lines":[{"net":450}]}"#),
    ("decision", ""),
    ("sale", r#"{"receipt":"R-2","lines":[{"net":800},{"net":10}]}"#),
    ("refund", r#"{"id":"B-1","original":"R-2","lines":[{"net":405}]}"#),
    ("sale", r#"{"receipt":"R-3","lines":[{"net":360}]}"#),
    ("sale", r#"{"receipt":"R-4","lines":[{"net":0}]}"#),
    ("spend", r#"{"campaign":"autumn","lease":"l-1","receipt":"R-3","amount":{"money":50,"uses":1}}"#),
];

fn clean() -> Connection {
    decided(&format!(r#"{{"receipt":"R-1","policy":"{}"}}"#, Policy::default().digest()))
}

/// Books in which R-1 was decided like this.
fn decided(decision: &str) -> Connection {
    let books = Connection::open_in_memory().unwrap();
    fill(&books, decision);
    books
}

fn fill(books: &Connection, decision: &str) {
    books.execute_batch(&SCHEMA.concat()).unwrap();
    books.execute_batch(SHOP).unwrap();
    let policy = Policy::default();
    let digest = policy.digest();
    let keep = "INSERT INTO artifact VALUES (?, 'policy', ?)";
    books.execute(keep, params![digest.as_str(), policy.to_json().as_bytes()]).unwrap();
    books.execute("INSERT INTO setting VALUES ('policy', ?)", [digest.as_str()]).unwrap();
    let mut last = None;
    for (at, (kind, payload)) in (1_795_392_000_000_i64..).zip(TOLD) {
        let payload = if kind == "decision" { decision } else { payload };
        last = Some(write_record(books, last.as_ref(), Moment(at), kind, payload));
    }
    // The planted defects are damage, not use: the schema shall not be in their way.
    books.execute_batch("PRAGMA foreign_keys = OFF").unwrap();
}

fn write_record(books: &Connection, last: Option<&Link>, at: Moment, kind: &str, payload: &str) -> Link {
    let salt = [7u8; 16];
    let (seq, prev_hash) = Link::next(last, 1);
    let header = RecordHeader {
        v: VERSION,
        chain: ChainId::new("chain"),
        shop: ShopId::new("1"),
        counter: CounterId::new("1"),
        epoch: 1,
        seq,
        at,
        utc_offset_min: 180,
        business_day: BusinessDay(i32::try_from(DAY).unwrap()),
        clock_trust: ClockTrust::Ok,
        kind: kind.into(),
        payload_hash: payload_hash(&salt, payload.as_bytes()),
        prev_hash,
        later: BTreeMap::new(),
    };
    let sql = "INSERT INTO record VALUES (1, ?, 1, 'chain', '1', '1', ?, 180, ?, 'ok', ?, ?, ?, ?, ?, ?)";
    let hash = header.hash();
    let text = |digest: &Digest| digest.as_str().to_owned();
    let (payload_hash, prev_hash) = (text(&header.payload_hash), text(&header.prev_hash));
    let values =
        params![seq, at.0, DAY, kind, payload_hash, prev_hash, text(&hash), salt, payload.as_bytes()];
    books.execute(sql, values).unwrap();
    books.execute("INSERT INTO outbox VALUES (1, ?)", [seq]).unwrap();
    header.link()
}

fn codes(report: &Report) -> Vec<&'static str> {
    report.findings.iter().map(|finding| finding.code).collect()
}

#[test]
fn clean_books_hold_and_everything_was_looked_at() {
    let report = check(&clean()).unwrap();
    assert!(report.holds(), "{:#?}", report.findings);
    let counted = |what| report.checked.get(what).copied().unwrap_or_default();
    assert_eq!((counted("receipts"), counted("lines"), counted("discounted_lines")), (4, 4, 3));
    assert_eq!((counted("refunds"), counted("records"), counted("outbox")), (1, 7, 7));
    assert_eq!((counted("customers"), counted("cap_days"), counted("decisions")), (2, 1, 1));
    assert_eq!(counted("leases"), 2);
}

/// Name of the code that must be found, and the damage. Everything else about the books stays whole, or
/// is adjusted so that the one defect stands alone.
const DEFECTS: &[(&str, &str)] = &[
    // 500 - 281 = 219, one kopeck under 200 + 20.
    ("line_below_floor", "UPDATE purchase_line SET discount = 281, net = 219 WHERE purchase = 1"),
    ("receipt_below_floor", "UPDATE purchase_line SET discount = 281, net = 219 WHERE purchase = 1"),
    ("line_below_floor", "UPDATE product_version SET cost = 338 WHERE id = 1"),
    ("floor_stored", "UPDATE product_version SET cost = 151 WHERE id = 1"),
    // Amber: 46 days old, 150 becomes 165 and the floor 220; the stored floor no longer fits.
    ("floor_stored", "UPDATE product_version SET cost_day = 20734 WHERE id = 1"),
    ("discount_without_floor", "UPDATE product_version SET cost = NULL WHERE id = 2"),
    ("discount_without_floor", "UPDATE product_version SET cost = 0 WHERE id = 1"),
    ("discount_without_floor", "UPDATE product_version SET cost = -5 WHERE id = 1"),
    ("discount_without_floor", "UPDATE product_version SET cost_day = 20599 WHERE id = 1"),
    ("discount_without_floor", "UPDATE product_version SET cost_day = NULL WHERE id = 1"),
    ("discount_below_floor_list", "UPDATE product_version SET cost = 400 WHERE id = 1"),
    ("discount_not_eligible", "UPDATE product_version SET body = '{\"eligible\":false}' WHERE id = 1"),
    (
        "discount_on_extras",
        "UPDATE product_version SET body = '{\"eligible\":false}' WHERE id = 2;
        UPDATE product_version SET price = 40, cost = 1 WHERE id = 1",
    ),
    ("line_list", "UPDATE product_version SET price = 460 WHERE id = 1"),
    ("line_arithmetic", "UPDATE purchase_line SET net = 451 WHERE purchase = 1"),
    ("line_negative", "UPDATE purchase_line SET discount = -50, net = 550 WHERE purchase = 1"),
    ("receipt_list", "UPDATE purchase SET list = 501 WHERE id = 1"),
    ("receipt_discount", "UPDATE purchase SET discount = 51 WHERE id = 1"),
    ("receipt_net", "UPDATE purchase SET net = 451 WHERE id = 1"),
    ("receipt_arithmetic", "UPDATE purchase SET net = 451 WHERE id = 1"),
    ("payments_sum", "UPDATE purchase SET payments = '[{\"kind\":\"card\",\"minor\":449}]' WHERE id = 1"),
    ("payments_unreadable", "UPDATE purchase SET payments = 'cash' WHERE id = 1"),
    ("register_total", "UPDATE charge SET answer = replace(answer, '450', '440') WHERE receipt = 'R-1'"),
    ("answer_unreadable", "UPDATE charge SET answer = '{}' WHERE receipt = 'R-1'"),
    ("purchase_without_charge", "DELETE FROM charge WHERE receipt = 'R-1'"),
    ("purchase_of_open_charge", "UPDATE charge SET state = 'void', answer = NULL WHERE receipt = 'R-1'"),
    ("charge_without_purchase", "UPDATE charge SET state = 'done' WHERE receipt = 'R-9'"),
    (
        "receipt_twice",
        "INSERT INTO purchase SELECT 9, chain, 'another', receipt, shop, kind, NULL, at, counter,
        epoch, seq, utc_offset_min, business_day, hour, list, discount, net, cup, offer, policy_version,
        register_ref, payments, NULL FROM purchase WHERE id = 1",
    ),
    ("owed_overpaid", "INSERT INTO paid_out VALUES ('p-1', 1, 'points', 5, 1)"),
    ("refund_quantity", "UPDATE refund_line SET qty = 3000"),
    (
        "refund_quantity",
        "INSERT INTO refund VALUES (2, 2, 'B-2', 1, 20780, 0, NULL);
        INSERT INTO refund_line VALUES (2, 1, 2000, 0, 0, 0)",
    ),
    ("refund_net", "UPDATE refund_line SET net = 811, list = 856"),
    ("refund_net", "UPDATE refund_line SET qty = 2000, list = 800, discount = 90, net = 710"),
    ("refund_discount", "UPDATE refund_line SET discount = 91, list = 496"),
    ("refund_list", "UPDATE refund_line SET list = 901, discount = 496"),
    ("refund_arithmetic", "UPDATE refund_line SET discount = 44"),
    ("refund_sum", "UPDATE refund SET net = 404"),
    ("refund_sum", "DELETE FROM refund_line"),
    ("refund_unknown_line", "UPDATE refund_line SET line = 7"),
    ("cap_receipts", "INSERT INTO cap_use VALUES (1, 20780, 'a', 1), (1, 20780, 'b', 1), (1, 20780, 'c', 1)"),
    ("cap_discount", "INSERT INTO cap_use VALUES (1, 20780, 'a', 1906)"),
    ("staff_allowance", "UPDATE purchase SET discount = 2001 WHERE id = 3"),
    ("cap_use", "DELETE FROM cap_use WHERE receipt = 'R-1'"),
    ("cap_use_of_void", "INSERT INTO cap_use VALUES (1, 20780, 'R-9', 5)"),
    (
        "features_visits",
        "UPDATE customer SET features = '{\"visits\":4,\"saved\":544,\"net\":856}' WHERE id = 1",
    ),
    (
        "features_saved",
        "UPDATE customer SET features = '{\"visits\":3,\"saved\":543,\"net\":856}' WHERE id = 1",
    ),
    ("features_net", "UPDATE customer SET features = '{\"visits\":3,\"saved\":544,\"net\":0}' WHERE id = 1"),
    ("features_visits", "UPDATE customer SET features = NULL"),
    ("features_unreadable", "UPDATE customer SET features = '7' WHERE id = 2"),
    ("lease_overspent", "UPDATE lease SET money = 49, money_left = 0 WHERE id = 'l-1'"),
    ("lease_overspent", "UPDATE lease SET uses = 0 WHERE id = 'l-1'"),
    ("lease_told", "UPDATE lease_use SET money = 60 WHERE receipt = 'R-3'"),
    ("lease_told", "UPDATE lease_use SET posted = 0 WHERE receipt = 'R-3'"),
    ("lease_left", "UPDATE lease SET money_left = 450 WHERE id = 'l-1'"),
    ("lease_left", "UPDATE lease SET uses_left = 1 WHERE id = 'l-2'"),
    ("lease_left", "DELETE FROM lease_use WHERE receipt = 'R-8'"),
    ("lease_unknown", "DELETE FROM lease WHERE id = 'l-1'"),
    ("spend_unreadable", "UPDATE record SET payload = x'7b7d' WHERE kind = 'spend'"),
    ("record_gap", "DELETE FROM record WHERE seq = 4"),
    ("record_gap", "DELETE FROM record WHERE seq = 1"),
    ("record_prev_hash", "DELETE FROM record WHERE seq = 4"),
    ("record_hash", "UPDATE record SET business_day = 20781 WHERE seq = 2"),
    ("record_hash", "UPDATE record SET kind = 'comp' WHERE seq = 2"),
    // Two change places; the end is cut off, and what waits for the office with it.
    (
        "record_hash",
        "UPDATE record SET seq = 99 WHERE seq = 3; UPDATE record SET seq = 3 WHERE seq = 4;
        UPDATE record SET seq = 4 WHERE seq = 99",
    ),
    ("record_missing", "DELETE FROM record WHERE seq >= 5; DELETE FROM outbox WHERE seq >= 5"),
    ("record_prev_hash", "UPDATE record SET hash = prev_hash WHERE seq = 2"),
    ("payload_hash", "UPDATE record SET payload = x'7b7d' WHERE seq = 2"),
    ("payload_half_erased", "UPDATE record SET salt = NULL WHERE seq = 2"),
    ("record_missing", "UPDATE purchase SET receipt = 'R-10' WHERE id = 4"),
    ("record_missing", "UPDATE refund SET receipt = 'B-7'"),
    ("record_without_purchase", "UPDATE purchase SET receipt = 'R-10' WHERE id = 4"),
    ("outbox_hole", "DELETE FROM outbox WHERE seq = 3"),
    ("outbox_hole", "DELETE FROM outbox WHERE seq = 6"),
    ("outbox_stray", "INSERT INTO outbox VALUES (1, 8)"),
    ("artifact_altered", "UPDATE artifact SET body = CAST(replace(body, '1000', '1001') AS BLOB)"),
    ("policy_unreadable", "INSERT INTO artifact VALUES ('x', 'policy', x'7b7d')"),
    ("policy_gone", "UPDATE setting SET value = 'no such digest'"),
    ("decision_gone", "UPDATE purchase SET decision_seq = 3 WHERE id = 1"),
    ("decision_gone", "UPDATE purchase SET decision_seq = 9 WHERE id = 1"),
    ("decision_of_another", "UPDATE purchase SET decision_seq = 2 WHERE id = 2"),
    ("record_net", "UPDATE purchase SET net = 451 WHERE id = 1"),
    ("record_net", "UPDATE refund SET net = 404"),
    ("product_unreadable", "UPDATE product_version SET body = '{}' WHERE id = 1"),
];

#[test]
fn every_planted_defect_is_found_under_its_code() {
    for (row, (code, damage)) in DEFECTS.iter().enumerate() {
        let books = clean();
        books.execute_batch(damage).unwrap_or_else(|why| panic!("defect {row}: {why}"));
        let found = codes(&check(&books).unwrap());
        assert!(found.contains(code), "defect {row} {damage}: wanted {code}, found {found:?}");
    }
}

#[test]
fn a_decision_that_says_nothing_of_use_is_found() {
    for (payload, code) in [
        ("because", "decision_unreadable"),
        (r#"{"receipt":"R-1","policy":"no such digest"}"#, "policy_gone"),
        (r#"{"receipt":"R-2"}"#, "decision_of_another"),
        ("{}", "decision_of_another"),
    ] {
        assert_eq!(codes(&check(&decided(payload)).unwrap()), [code], "{payload}");
    }
}

#[test]
fn one_altered_record_is_one_finding() {
    let books = clean();
    books.execute("UPDATE record SET utc_offset_min = 120 WHERE seq = 3", []).unwrap();
    assert_eq!(codes(&check(&books).unwrap()), ["record_hash"]);
}

#[test]
fn an_erased_customer_leaves_the_books_whole() {
    let books = clean();
    books.execute("UPDATE record SET salt = NULL, payload = NULL WHERE seq IN (1, 2)", []).unwrap();
    let report = check(&books).unwrap();
    assert!(report.holds(), "{:#?}", report.findings);
    assert_eq!(report.checked.get("erased"), Some(&2));
}

#[test]
fn what_has_reached_the_office_may_leave_the_outbox_from_the_front() {
    let books = clean();
    books.execute("DELETE FROM outbox WHERE seq <= 4", []).unwrap();
    assert!(check(&books).unwrap().holds());
}

#[test]
fn a_decision_is_judged_by_the_policy_it_was_taken_under() {
    let stricter = Policy { margin_floor_bp: 5_000, ..Policy::default() };
    let books = decided(&format!(r#"{{"receipt":"R-1","policy":"{}"}}"#, stricter.digest()));
    let keep = "INSERT INTO artifact VALUES (?, 'policy', ?)";
    books.execute(keep, params![stricter.digest().as_str(), stricter.to_json().as_bytes()]).unwrap();
    let report = check(&books).unwrap();
    assert_eq!(codes(&report), ["floor_stored"], "half of the net must stay: 360 + 36 = 396, paid 450");
    assert_eq!(report.findings[0].expected, "396");
}

#[test]
fn costs_are_aged_by_the_day_of_the_decision_and_by_no_older_one() {
    // On day 20780 the cost of day 20735 is 45 days old; on the next day it is amber and the floor 220.
    for (day, codes_wanted) in [("2026-11-23", &[][..]), ("2026-11-22", &["floor_stored"][..])] {
        let books = decided(&format!(r#"{{"receipt":"R-1","day":"{day}"}}"#));
        books.execute("UPDATE product_version SET cost_day = 20735 WHERE id = 1", []).unwrap();
        books
            .execute("UPDATE purchase SET business_day = 20781 WHERE receipt = 'R-1' AND id = 1", [])
            .unwrap();
        assert_eq!(codes(&check(&books).unwrap()), codes_wanted, "decided on {day}");
    }
}

#[test]
fn a_file_is_read_while_a_counter_writes_to_it_and_a_wrong_file_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("kava.db");
    let writer = Connection::open(&path).unwrap();
    writer.query_row("PRAGMA journal_mode = WAL", [], |_| Ok(())).unwrap();
    fill(&writer, r#"{"receipt":"R-1"}"#);
    writer.execute_batch("BEGIN IMMEDIATE; UPDATE purchase SET net = 0").unwrap();
    assert!(audit(&path).unwrap().holds(), "what is not committed is not seen");

    assert_eq!(audit(&folder.path().join("none.db")).unwrap_err().code(), "audit_missing");
    let letter = folder.path().join("letter.db");
    std::fs::write(&letter, "this is a letter and not a database, whatever its name says").unwrap();
    assert_eq!(audit(&letter).unwrap_err().code(), "audit_damaged");
    let empty = folder.path().join("empty.db");
    Connection::open(&empty).unwrap().execute("CREATE TABLE t (x)", []).unwrap();
    assert_eq!(audit(&empty).unwrap_err().code(), "audit_not_a_counter");
}

#[test]
fn a_promise_that_was_hidden_or_cut_without_a_reason_is_found() {
    let card =
        |depth: i64| format!(r#"{{"depth_bp":{depth},"reason":"promised","scope":{{"kind":"basket"}}}}"#);
    let situation =
        r#"{"customer":"c-1","business_day":"2026-11-23","promised":{"depth_bp":1000,"until":"2026-12-31"}}"#;
    let decision = |shown: &str, chosen: i64, line: i64, refusals: &str| {
        let policy = Policy::default().digest();
        let chosen = card(chosen);
        format!(
            r#"{{"receipt":"R-1","policy":"{policy}","guest":{{"situation":{situation},"draw":{{"offers":[{shown}]}}}},
            "chosen":{chosen},"lines":[{{"line":1,"depth_bp":{line}}}],"refusals":{refusals}}}"#
        )
    };
    let cut = r#"[{"code":"floor","line":1}]"#;
    let whole = r#"[{"code":"cap_discount","line":0}]"#;
    let table: [(String, Vec<&str>); 6] = [
        (decision(&card(1_000), 1_000, 1_000, "[]"), vec![]),
        (decision(&card(1_000), 1_000, 400, cut), vec![]),
        (decision(&card(1_000), 1_000, 0, whole), vec![]),
        (decision("", 1_000, 1_000, "[]"), vec!["promise_shown"]),
        (decision(&card(1_000), 1_000, 400, "[]"), vec!["promise_kept"]),
        (decision(&card(1_000), 700, 1_000, "[]"), vec!["promise_depth"]),
    ];
    for (decision, expected) in table {
        let report = check(&decided(&decision)).unwrap();
        let found: Vec<_> = codes(&report).into_iter().filter(|code| code.starts_with("promise")).collect();
        assert_eq!(found, expected, "{decision}");
        assert_eq!(report.checked.get("promised"), Some(&1));
    }
}
