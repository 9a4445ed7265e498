//! How long the desk's tables take: a shop's day of 100,000 receipts, sifted on the server, and the close of days of a thousand.
//! `cargo run --release -p kava-sync --example tables` prints one line of JSON, milliseconds of eleven questions each, median and worst.

#![expect(
    clippy::expect_used,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "a measurement says what it saw, and breaks off at the first surprise"
)]
#![expect(dead_code, reason = "the books are used in part")]

#[path = "../tests/books/mod.rs"]
mod books;
#[path = "../tests/counter_series/mod.rs"]
mod counter_series;

use books::{Books, NOW};
use counter_series::Series;
use kava::facts::moment::{BusinessDay, DAY_MS};
use kava_sync::desk::{
    close::{self, Asked},
    privacy,
    receipts::{self, Wanted},
};
use serde_json::{Value, json};
use std::{collections::BTreeMap, time::Instant};

const RECEIPTS: i64 = 100_000;
const OF_A_DAY: i64 = 1_000;
const BATCH: i64 = 1_000;

fn sale(nth: i64) -> String {
    let product = json!({"sku": "latte", "name": "Латте", "category": "coffee", "price": 670, "tax_bp": 2000, "cost": 110, "role": "item",
        "variant_of": null, "eligible": true, "drink": true, "weighed": false, "needs_mark": false, "cost_day": null});
    let line = json!({"line": 1, "product": product, "qty": 1, "list": 670, "discount": 34, "net": 636, "floor": null, "tax": 106});
    json!({"receipt": format!("r{nth:09}"), "kind": "sale", "customer": format!("c{}", nth % 5_000), "lines": [line, line],
        "payments": [{"kind": "card", "minor": 1_272}], "register_ref": "77", "offer": "k01"})
    .to_string()
}

/// Tells so many sales of a day.
fn tell(books: &mut Books, series: &mut Series, (day, first, count): (BusinessDay, i64, i64)) {
    for batch in (first..first + count).step_by(usize::try_from(BATCH).unwrap()) {
        let from = series.seq + 1;
        series.records.clear();
        for nth in batch..(batch + BATCH).min(first + count) {
            let at = NOW.later(i64::from(day.0 - NOW.utc_day().0) * DAY_MS + nth % 30_000_000);
            series.add_at((at, day), "sale", &sale(nth));
        }
        books.send(series, from);
    }
}

/// Median and worst of eleven, milliseconds.
fn took(mut ask: impl FnMut()) -> Value {
    let mut times: Vec<u128> = (0..11)
        .map(|_| {
            let start = Instant::now();
            ask();
            start.elapsed().as_micros()
        })
        .collect();
    times.sort_unstable();
    json!({"median_us": times[5], "worst_us": times[10]})
}

fn main() {
    let (mut books, mut series) = (Books::new(), Series::new());
    let (large, usual) = (NOW.utc_day(), BusinessDay(NOW.utc_day().0 - 10));
    for days in -3..=3 {
        let day = BusinessDay(usual.0 + days);
        tell(&mut books, &mut series, (day, i64::from(day.0) * 1_000_000, OF_A_DAY));
    }
    tell(&mut books, &mut series, (large, 0, RECEIPTS));
    let page = |shop: &str, counter: &str, before: &str| Wanted {
        shop: shop.into(),
        counter: counter.into(),
        day: large,
        before: before.into(),
    };
    let ledger = &books.ledger;
    let sift = |wanted: &Wanted| took(|| drop(receipts::of(ledger, wanted).unwrap()));
    let asked = Asked { shop: "1".into(), is_own: false, day: usual };
    let result = json!({
        "receipts_of_the_day": RECEIPTS,
        "all": sift(&page("", "", "")),
        "of_a_shop": sift(&page("1", "", "")),
        "of_a_counter": sift(&page("1", "1", "")),
        "of_a_counter_without_any": sift(&page("1", "2", "")),
        "the_last_page": sift(&page("1", "1", "r000000051")),
        "guest_by_receipt": took(|| drop(privacy::find(ledger, "r000050000").unwrap())),
        "guest_by_phone": took(|| drop(privacy::find(ledger, "+375291234567").unwrap())),
        "close_of_a_thousand": took(|| drop(close::of(ledger, (&asked, &BTreeMap::new()), NOW).unwrap())),
    });
    println!("{result}");
}
