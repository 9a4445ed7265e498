//! The close of a day: what counters recorded beside the Z reports of their shifts and beside the acquirer's statement.

#![expect(
    clippy::expect_used,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test stops at the first surprise"
)]
#![expect(dead_code, reason = "this file asks little of its helpers")]

mod books;
mod clerks;
mod counter_series;
mod described;
mod running;

use books::{Books, NOW};
use clerks::{ask, enter, get, post, with_menu};
use counter_series::Series;
use kava::facts::moment::{BusinessDay, Moment};
use kava_sync::desk::close::{self, Asked, Close};
use running::{Counter, Office, Till};
use serde_json::{Value, json};
use std::collections::BTreeMap;

const MINUTE_MS: i64 = 60_000;

fn named(pair: &Value) -> Vec<(&str, &str, i64)> {
    let all = pair["named"].as_array().expect("a pair");
    all.iter()
        .map(|one| {
            (one["why"].as_str().unwrap(), one["receipt"].as_str().unwrap(), one["minor"].as_i64().unwrap())
        })
        .collect()
}

/// An office with a counter's closed day: three lattes by card, the first given back. Gives the owner's cookie, what was taken in
/// all, and what one latte took.
fn traded() -> (Office, String, i64, i64) {
    let office = with_menu();
    let owner = enter(&office, &[]);
    let counter = Counter::enrolled(&office, "1");
    counter.run(&["sync"]);
    let mut till = Till::open(&counter, &[]);
    till.ask(&json!({"do": "open_shift"}));
    let sold: Vec<Value> = (0..3).map(|_| till.sell(None)).collect();
    till.close();
    counter.run(&["sync"]);
    let open = get(&office, "close", &owner).body;
    assert!(open["open"].to_string().contains("shift_open"), "{open}");
    assert!(open["counters"][0]["sales"]["named"].to_string().contains("shift_open"), "{open}");
    let mut till = Till::open(&counter, &[]);
    till.ask(&json!({"do": "refund", "receipt": sold[0]["receipt"]}));
    till.ask(&json!({"do": "close_shift", "counted_minor": 0}));
    till.close();
    counter.run(&["sync"]);
    let net = sold.iter().map(|one| one["net_minor"].as_i64().unwrap()).sum();
    let one = sold[0]["net_minor"].as_i64().unwrap();
    (office, owner, net, one)
}

#[test]
fn a_day_agrees_with_its_z_report_and_is_summed_by_payment_and_tax() {
    let (office, owner, net, one) = traded();
    let day = get(&office, "close", &owner).body;
    assert_eq!(day["open"], json!([]), "everything is told and the shift is closed: {day}");
    for (of, ours) in [("sales", net), ("refunds", one)] {
        let pair = &day["counters"][0][of];
        assert_eq!(
            (&pair["ours_minor"], &pair["difference_minor"], &pair["open_minor"]),
            (&json!(ours), &json!(0), &json!(0)),
            "{pair}"
        );
    }
    assert_eq!(day["payments"], json!([{"kind": "card", "taken_minor": net, "back_minor": one}]));
    let tax = |sum: i64| (sum * 2_000 * 2 + 12_000) / (2 * 12_000);
    assert_eq!(day["taxes"], json!([{"tax_bp": 2000, "net_minor": net - one, "tax_minor": 2 * tax(one)}]));
    assert_eq!(day["acquirer"], Value::Null);
}

#[test]
fn a_statement_names_what_the_acquirer_does_not_have_and_leaves_a_deed() {
    let (office, owner, net, one) = traded();
    let day = get(&office, "close", &owner).body;
    let today = day["day"].as_str().unwrap();
    let statement = format!(
        "time;amount;kind;rrn\n;{0},{1:02};payment;11\n;{0},{1:02};payment;12\n",
        one / 100,
        one % 100
    );
    let headers = format!("content-type: application/octet-stream\r\ncookie: {owner}\r\n");
    let path = format!("/office/api/close/statement?shop=1&day={today}&name=bank.csv");
    let said = ask(&office, ("POST", &path), &headers, &statement);
    assert_eq!(said.status, 200, "{}", said.body);
    let acquirer = &said.body["acquirer"];
    let pair = &acquirer["pair"];
    assert_eq!(
        (&acquirer["matched"], &pair["difference_minor"], &pair["open_minor"]),
        (&json!(2), &json!(0), &json!(0)),
        "{acquirer}"
    );
    let whys: Vec<&str> = named(pair).iter().map(|one| one.0).collect();
    assert_eq!(whys, ["card_missing", "refund_missing"], "{pair}");
    let said = post(
        &office,
        "close/total",
        &owner,
        &json!({"shop": "1", "day": today, "total_minor": net - one - one}),
    )
    .body;
    let pair = &said["acquirer"]["pair"];
    assert_eq!(
        (named(pair)[0].0, named(pair)[0].2, &pair["open_minor"]),
        ("card_missing", -one, &json!(0)),
        "{pair}"
    );
    let deeds = get(&office, "deeds", &owner).body;
    assert_eq!(deeds["deeds"][0]["what"], json!("statement_kept"), "{deeds}");
    let refused = ask(&office, ("POST", &path), &headers, "a;b\n1;2\n");
    assert_eq!((refused.status, refused.code()), (400, "desk_statement"));
    let table = office.get_with("/office/api/close/export", &owner);
    assert!(table.contains(&format!(";acquirer;;sum;;{}", (net - one) / 100)), "{table}");
}

#[test]
fn a_close_is_for_the_owner_the_analyst_and_a_manager_of_their_own_shop() {
    let (office, ..) = traded();
    for (role, words, status) in [
        ("marketer", &["--role", "marketer"][..], 403),
        ("support", &["--role", "support"], 403),
        ("analyst", &["--role", "analyst"], 200),
        ("manager", &["--role", "shop_manager", "--shop", "2"], 200),
    ] {
        let cookie = enter(&office, &[&["--name", role], words].concat());
        let said = get(&office, "close?shop=1", &cookie);
        assert_eq!(said.status, status, "{role}");
        if role == "manager" {
            assert_eq!(
                (&said.body["shop"], &said.body["totals"]["receipts"]),
                (&json!("2"), &json!(0)),
                "their own shop"
            );
        }
    }
}

/// A sale with everything that a close reads.
fn sale(receipt: &str, net: i64, more: &Value) -> String {
    let product = json!({"sku": "latte", "name": "L", "category": "coffee", "price": net, "tax_bp": 2000, "cost": 1, "role": "item",
        "variant_of": null, "eligible": true, "drink": true, "weighed": false, "needs_mark": false, "cost_day": null});
    let line = json!({"line": 1, "product": product, "qty": 1, "list": net + 50, "discount": 50, "net": net, "floor": null, "tax": net / 6});
    let mut sale = json!({"receipt": receipt, "kind": "sale", "customer": null, "lines": [line],
        "payments": [{"kind": "card", "minor": net}], "register_ref": "77"});
    for (name, value) in more.as_object().unwrap() {
        sale[name] = value.clone();
    }
    sale.to_string()
}

fn read(books: &Books, day: BusinessDay, now: Moment) -> Close {
    let asked = Asked { shop: "1".into(), is_own: false, day };
    close::of(&books.ledger, (&asked, &BTreeMap::new()), now).unwrap()
}

#[test]
fn what_a_register_counted_otherwise_names_its_receipt_and_every_sum_is_by_programme_and_kind() {
    let (mut books, mut series) = (Books::new(), Series::new());
    let day = NOW.utc_day();
    let at = |minute: i64| (Moment(NOW.0 - 600 * MINUTE_MS + minute * MINUTE_MS), day);
    series.add_at(at(0), "shift", r#"{"shift":"opened"}"#);
    series.add_at(at(1), "sale", &sale("a", 600, &json!({"offer": "campaign.autumn"})));
    series.add_at(at(2), "sale", &sale("b", 1_200, &json!({"offer": "k01"})));
    series.add_at(at(2), "decision", r#"{"receipt":"b","chosen":{"reason":"status_base"}}"#);
    series.add_at(at(3), "sale", &sale("c", 300, &json!({"kind": "staff"})));
    series.add_at(at(4), "sale", &sale("d", 900, &json!({"kind": "comp", "payments": []})));
    series.add_at(at(5), "review", r#"{"receipt":"b","rung_up":true}"#);
    // The register has not got `b`, of which a person said that it had.
    let summary = json!({"receipts": 3, "net_minor": 2_100, "refunds": 0, "refunded_minor": 0, "paid": {"card": 2_100},
        "register": {"receipts": 2, "sales": 900, "refunds": 0, "cash": null}, "differences": []});
    series.add_at(at(60), "shift", &json!({"shift": "closed", "summary": summary}).to_string());
    series.add_at(at(70), "sale", &sale("late", 450, &json!({})));
    books.send(&series, 1);
    let close = serde_json::to_value(read(&books, day, NOW)).unwrap();
    let pair = &close["counters"][0]["sales"];
    assert_eq!(named(pair), [("not_rung_up", "b", -1_200), ("no_shift", "late", -450)], "{close}");
    assert_eq!(
        (&pair["ours_minor"], &pair["theirs_minor"], &pair["open_minor"]),
        (&json!(2_550), &json!(900), &json!(0))
    );
    assert_eq!(close["counters"][0]["shifts"][0]["by"], json!("register"));
    let saved = |programme: &str, title: Value| json!({"programme": programme, "title": title, "receipts": 1, "saved_minor": 50});
    assert_eq!(
        close["discounts"],
        json!([
            saved("base", Value::Null),
            saved("campaign", json!("Autumn")),
            saved("other", Value::Null),
            saved("staff", Value::Null)
        ])
    );
    assert_eq!(close["totals"]["receipts"], json!(4), "what nobody paid for is no receipt of the day");
    let open = |days: i64| {
        read(&books, day, NOW.later(days * 86_400_000)).open.iter().map(|one| one.why).collect::<Vec<_>>()
    };
    assert_eq!((open(0), open(2)), (vec!["not_over"; 2], vec!["silent"; 2]), "nothing was heard since");
}
