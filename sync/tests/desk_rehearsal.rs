//! A campaign tried on what is past: the office says beforehand what the counters then do. With the real programs.

#![expect(
    clippy::expect_used,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test stops at the first surprise"
)]
#![expect(dead_code, reason = "this file kills no office")]

mod clerks;
mod described;
mod running;

use clerks::{enter, get, post, sold};
use kava::facts::moment::{DAY_MS, Moment};
use serde_json::{Value, json};

/// A campaign that begins now and lasts so many days, to the millisecond.
fn campaign(scope: &Value, depth_bp: i64, days: i64) -> Value {
    let from = Moment(jiff::Timestamp::now().as_millisecond());
    let until = from.later(days * DAY_MS);
    json!({"id": "autumn", "title": "A", "scope": scope, "depth_bp": depth_bp, "from": from, "until": until,
        "budget": {"money": 100_000, "uses": 1_000}})
}

#[test]
fn what_is_said_beforehand_is_what_a_counter_then_grants_and_what_it_costs() {
    let (office, counter, owner, visits) = sold(&["latte", "latte", "bun", "tea"]);
    let coffee = json!({"kind": "category", "of": "coffee"});
    let wish = campaign(&coffee, 2_000, 30);
    let tried = post(&office, "campaigns/try", &owner, &wish).body;
    assert_eq!((&tried["days"], &tried["runs"]), (&json!(30), &json!(3)), "{tried}");
    assert_eq!((&tried["guard"]["whole"], &tried["guard"]["cut"]), (&json!(2), &json!(0)), "{tried}");
    // Three runs, and all was sold in the last of them: what is in the middle is a third, what is most is all of it.
    assert_eq!(tried["least_minor"], json!(0), "{tried}");
    assert!(
        get(&office, "campaigns", &owner).body["campaigns"].as_array().unwrap().is_empty(),
        "nothing has begun"
    );
    assert!(visits.iter().all(|visit| visit["status"] == json!("done")));
    // Now it begins, and the same two lattes are sold once more.
    assert_eq!(post(&office, "campaigns", &owner, &wish).status, 200);
    counter.run(&["sync"]);
    counter.run(&["sync"]);
    let again = counter.run(&["visit", "--item", "latte", "--offer", "best"])["settle"].clone();
    assert_eq!(tried["most_minor"], json!(2 * again["saved_minor"].as_i64().unwrap()), "{tried} {again}");
    assert!(again["saved_minor"].as_i64().unwrap() > 0, "{again}");
}

#[test]
fn a_run_as_long_as_the_look_back_says_margins_with_and_without_and_what_makes_up_for_it() {
    let (office, _, owner, _) = sold(&["latte", "lattex2"]);
    let tried =
        post(&office, "campaigns/try", &owner, &campaign(&json!({"kind": "basket"}), 1_000, 400)).body;
    assert_eq!(
        (&tried["days"], &tried["runs"], &tried["receipts"]),
        (&json!(90), &json!(1), &json!(2)),
        "{tried}"
    );
    // 670 each, a tenth off: 67, and 134 of two; a drink costs 110, and a sixth of what is paid is tax.
    let line = |net: i64, pieces: i64| net - (2 * net * 2_000 + 12_000) / (2 * 12_000) - 110 * pieces;
    assert_eq!(
        (&tried["with"], &tried["spent_minor"], &tried["above_minor"]),
        (&json!(2), &json!(201), &json!(201)),
        "{tried}"
    );
    let (without, with) = (line(670, 1) + line(1_340, 2), line(603, 1) + line(1_206, 2));
    assert_eq!(
        (&tried["kept_without_minor"], &tried["kept_with_minor"]),
        (&json!(without), &json!(with)),
        "{tried}"
    );
    assert_eq!(tried["break_even_bp"], json!(((without - with) * 10_000 + with - 1) / with), "{tried}");
    let marketer = enter(&office, &["--name", "m", "--role", "marketer"]);
    let said =
        post(&office, "campaigns/try", &marketer, &campaign(&json!({"kind": "basket"}), 1_000, 400)).body;
    assert_eq!(said["spent_minor"], json!(201));
    assert!(!said.to_string().contains("kept") && !said.to_string().contains("break_even"), "{said}");
    let analyst = enter(&office, &["--name", "a", "--role", "analyst"]);
    assert_eq!(
        post(&office, "campaigns/try", &analyst, &campaign(&json!({"kind": "basket"}), 1_000, 4)).status,
        403
    );
}

#[test]
fn the_floor_the_budget_and_the_day_cut_it_as_they_will() {
    let (office, _, owner, _) = sold(&["bun", "bun", "latte", "latte", "latte"]);
    let tried = |wish: &Value| post(&office, "campaigns/try", &owner, wish).body;
    let whole = tried(&campaign(&json!({"kind": "basket"}), 2_000, 90));
    // A bun of 390 must bring ⌈280 · 12000 / 9000⌉ = 374, and even the first rung of 5 % leaves 370.
    let guard = json!({"whole": 3, "cut": 2, "codes": [{"code": "floor", "lines": 2}]});
    assert_eq!((&whole["guard"], &whole["with"]), (&guard, &json!(3)), "{whole}");
    let one = 134;
    let mut narrow = campaign(&json!({"kind": "product", "of": "latte"}), 2_000, 90);
    narrow["budget"] = json!({"money": 2 * one + 1, "uses": 100});
    let short = tried(&narrow);
    assert_eq!(
        (&short["with"], &short["spent_minor"], &short["ran_out"]),
        (&json!(2), &json!(2 * one), &json!(1)),
        "{short}"
    );
    narrow["budget"] = json!({"money": 10_000, "uses": 100});
    narrow["per_day"] = json!({"uses": 1});
    let daily = tried(&narrow);
    assert_eq!((&daily["with"], &daily["ran_out"]), (&json!(1), &json!(0)), "{daily}");
    narrow["per_customer"] = json!(1);
    assert_eq!(tried(&narrow)["with"], json!(0), "nobody unknown has a campaign that counts by guest");
    narrow["depth_bp"] = json!(0);
    assert_eq!(post(&office, "campaigns/try", &owner, &narrow).code(), "desk_campaign");
}
