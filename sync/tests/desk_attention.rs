//! Reasons to look, from the ledger: what a counter told of who sold is read, what it did not say is nobody's fault.

#![expect(
    clippy::expect_used,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "a test stops at the first surprise and prints its seed"
)]
#![expect(dead_code, reason = "this file asks little of its helpers")]

mod books;
mod clerks;
mod counter_series;
mod described;
mod running;

use books::{Books, NOW};
use clerks::{enter, get, with_menu};
use counter_series::Series;
use kava::{
    facts::{
        id::BaristaId,
        moment::{BusinessDay, DAY_MS},
        staff::Barista,
    },
    testing::random::Random,
};
use kava_sync::{
    desk::attention::{self, AlarmShown},
    ledger::staff::{self, Member},
};
use serde_json::{Value, json};

const MINUTE_MS: i64 = 60_000;
/// Days of the tests and sales of each.
const DAYS: i64 = 20;
const SALES: i64 = 90;
const SEED: u64 = 7;

/// A sale; every third is a known guest's, every fourth is paid in cash.
fn sale(nth: i64, barista: Option<&str>) -> Value {
    let tender = if nth % 4 == 0 { "cash" } else { "card" };
    let mut sale = json!({"receipt": format!("r{nth:06}"), "kind": "sale", "customer": null,
        "lines": [{"list": 450, "discount": 0, "net": 450}], "payments": [{"kind": tender, "minor": 450}]});
    if nth % 3 == 0 {
        sale["customer"] = json!(format!("guest-{}", nth % 997));
        sale["lines"][0]["discount"] = json!(45);
    }
    if let Some(barista) = barista {
        sale["barista"] = json!(barista);
        if nth % 3 == 0 {
            sale["known"] = json!({"by": "phone", "lines": 0, "after_ms": 0});
        }
    }
    sale
}

/// Three who take turns; of every fortieth sale something is given back an hour later, and of every second cash sale of `thief`
/// within minutes.
fn told(signed_on: bool, thief: &str) -> (Books, BusinessDay) {
    println!("seed {SEED}");
    let (mut books, mut series, mut random) = (Books::new(), Series::new(), Random::new(SEED));
    let today = NOW.utc_day();
    let mut nth = 0;
    for days_ago in (0..DAYS).rev() {
        let day = BusinessDay(today.0 - i32::try_from(days_ago).unwrap());
        for of_day in 0..SALES {
            nth += 1;
            let who = ["anna", "boris", "vera"][usize::try_from((of_day / 10 + days_ago) % 3).unwrap()];
            let at = NOW.later(-days_ago * DAY_MS - (SALES - of_day) * 5 * MINUTE_MS);
            series.add_at((at, day), "sale", &sale(nth, signed_on.then_some(who)).to_string());
            let steals = who == thief && nth % 4 == 0 && random.once_in(2);
            if steals || random.once_in(80) {
                let mut back = json!({"id": format!("b{nth}"), "original": format!("r{nth:06}"), "lines": [{"net": 450}]});
                if signed_on {
                    back["barista"] = json!(who);
                }
                let after = if steals { 4 } else { 60 };
                series.add_at((at.later(after * MINUTE_MS), day), "refund", &back.to_string());
            }
        }
    }
    for from in (1..=series.seq).step_by(500) {
        let first = usize::try_from(from - 1).unwrap();
        let part = series.records[first..].iter().take(500).cloned().collect();
        books.send(&Series { records: part, ..series.clone() }, from);
    }
    (books, today)
}

fn named(alarms: &[AlarmShown]) -> Vec<Option<&str>> {
    let mut named: Vec<_> = alarms.iter().map(|one| one.barista.as_deref()).collect();
    named.sort_unstable();
    named.dedup();
    named
}

#[test]
fn whoever_gives_cash_back_within_minutes_is_named_with_the_receipts_behind_it() {
    let (mut books, today) = told(true, "boris");
    let seen = attention::of(&books.ledger, "", today).unwrap();
    assert_eq!(named(&seen.alarms), [Some("boris")], "{:#?}", seen.alarms);
    let soon = seen.alarms.iter().find(|one| one.signal == "refund_soon").expect("what was planted");
    assert!(soon.count >= 30 && soon.of > soon.count && soon.usual_bp < 500, "{soon:?}");
    assert!(!soon.receipts.is_empty() && soon.receipts.len() <= 50 && soon.chance_ppm <= 20_000, "{soon:?}");
    let behind = |receipt: &String| receipt[1..].parse::<i64>().unwrap() % 4 == 0;
    assert!(soon.receipts.iter().all(behind), "only cash was given back: {soon:?}");
    // Whoever sees one shop sees nothing of others, and earlier days have nothing of these.
    assert_eq!(attention::of(&books.ledger, "2", today).unwrap().alarms, []);
    assert_eq!(attention::of(&books.ledger, "1", today).unwrap(), seen);
    assert_eq!(attention::of(&books.ledger, "", BusinessDay(today.0 - 40)).unwrap().alarms, []);
    // Records know an id; what it is called stands on the staff list alone.
    assert_eq!(soon.name, None);
    let barista = Barista { id: BaristaId::new("boris"), name: "Барыс".into(), pin: None };
    let boris = Member { barista, shop: String::new() };
    books.ledger.change(|change| staff::add(change, boris, NOW)).unwrap().unwrap();
    let called = attention::of(&books.ledger, "", today).unwrap().alarms;
    assert!(called.iter().all(|one| one.name.as_deref() == Some("Барыс")), "{called:?}");
}

#[test]
fn where_all_are_honest_nobody_is_named_and_without_a_sign_on_it_is_the_counter() {
    let (books, today) = told(true, "nobody");
    assert_eq!(attention::of(&books.ledger, "", today).unwrap().alarms, []);
    let (books, today) = told(false, "boris");
    let seen = attention::of(&books.ledger, "", today).unwrap();
    assert!(seen.alarms.iter().all(|one| one.barista.is_none()), "{:#?}", seen.alarms);
}

#[test]
fn it_is_for_those_who_answer_for_a_shop_or_reckon() {
    let office = with_menu();
    let owner = enter(&office, &[]);
    let said = get(&office, "attention?day=2026-03-01", &owner).body;
    assert_eq!((&said["until"], &said["alarms"]), (&json!("2026-03-01"), &json!([])), "{said}");
    for (role, status) in [("analyst", 200), ("marketer", 403), ("support", 403)] {
        let cookie = enter(&office, &["--name", role, "--role", role]);
        assert_eq!(get(&office, "attention", &cookie).status, status, "{role}");
    }
    let manager = enter(&office, &["--name", "m", "--role", "shop_manager", "--shop", "1"]);
    assert_eq!(get(&office, "attention?shop=2", &manager).status, 200);
    assert_eq!(get(&office, "attention?day=soon", &manager).status, 400);
}
