//! What clerks see of trade, receipt by receipt and day by day; and that a page which only keeps itself new keeps nobody in.

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

use clerks::{ask, enter, get, sold, with_menu};
use kava_sync::desk::{days::DAYS, receipts::RECEIPTS_MAX};
use running::{Counter, Office, Till};
use serde_json::{Value, json};

fn ids(page: &Value) -> Vec<String> {
    let receipts = page["receipts"].as_array().expect("a page of receipts");
    receipts.iter().map(|one| one["receipt"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn the_receipts_of_a_day_come_page_by_page_the_newest_first_and_each_once() {
    let office = with_menu();
    let owner = enter(&office, &[]);
    let (first, second) = (Counter::enrolled(&office, "1"), Counter::enrolled(&office, "2"));
    let mut sold = Vec::new();
    for (counter, sales) in [(&first, RECEIPTS_MAX), (&second, 3)] {
        counter.run(&["sync"]);
        let mut till = Till::open(counter, &[]);
        let one = |_| till.sell(None)["receipt"].as_str().unwrap().to_owned();
        sold.extend((0..sales).map(one));
        till.close();
        counter.run(&["sync"]);
    }
    sold.sort();
    sold.reverse();
    let page = get(&office, "receipts", &owner).body;
    assert_eq!((ids(&page).as_slice(), &page["more"]), (&sold[..RECEIPTS_MAX], &json!(true)));
    let last = &sold[RECEIPTS_MAX - 1];
    let older = get(&office, &format!("receipts?before={last}"), &owner).body;
    assert_eq!((ids(&older).as_slice(), &older["more"]), (&sold[RECEIPTS_MAX..], &json!(false)));
    let of_second = get(&office, "receipts?shop=1&counter=2", &owner).body;
    assert_eq!((ids(&of_second).len(), &of_second["more"]), (3, &json!(false)), "{of_second}");
    assert!(of_second["receipts"].as_array().unwrap().iter().all(|one| one["counter"] == json!("2")));
    for nothing in ["receipts?shop=2", "receipts?counter=3", "receipts?day=2020-01-01"] {
        assert_eq!(ids(&get(&office, nothing, &owner).body), [""; 0], "{nothing}");
    }
    assert_eq!(get(&office, "receipts?day=yesterday", &owner).code(), "desk_field");
    let manager = enter(&office, &["--name", "m", "--role", "shop_manager", "--shop", "2"]);
    assert_eq!(
        ids(&get(&office, "receipts?shop=1", &manager).body),
        [""; 0],
        "their own shop, whatever they ask"
    );
    let marketer = enter(&office, &["--name", "v", "--role", "marketer"]);
    assert_eq!(get(&office, "receipts", &marketer).status, 403);
}

#[test]
fn a_receipt_in_the_list_says_what_its_page_says_and_what_was_given_back() {
    let office = with_menu();
    let owner = enter(&office, &[]);
    let counter = Counter::enrolled(&office, "1");
    counter.run(&["sync"]);
    let visit = counter.run(&["visit", "--item", "latte"])["settle"].clone();
    let receipt = visit["receipt"].as_str().unwrap();
    let mut till = Till::open(&counter, &[]);
    till.ask(&json!({"do": "refund", "receipt": receipt}));
    till.close();
    counter.run(&["sync"]);
    let page = get(&office, "receipts", &owner).body;
    let row = &page["receipts"][0];
    let whole = get(&office, &format!("receipts/{receipt}"), &owner).body;
    for field in ["receipt", "shop", "counter", "at", "utc_offset_min", "saved_minor", "net_minor"] {
        assert_eq!(row[field], whole[field], "{field}: {row}");
    }
    assert_eq!((&row["refunded_minor"], &row["charged"]), (&visit["net_minor"], &json!(true)), "{row}");
    assert_eq!(page["day"], get(&office, "overview", &owner).body["day"]);
}

#[test]
fn two_weeks_are_what_was_sold_and_what_stayed_is_for_those_who_see_costs() {
    let (office, _counter, owner, sold) = sold(&["latte"; 2]);
    let days = get(&office, "days", &owner).body["days"].clone();
    let days = days.as_array().unwrap();
    assert_eq!(days.len(), usize::try_from(DAYS).unwrap());
    let (today, before) = days.split_last().unwrap();
    let sum = |name: &str| sold.iter().map(|one| one[name].as_i64().unwrap()).sum::<i64>();
    assert_eq!((&today["receipts"], &today["net_minor"]), (&json!(2), &json!(sum("net_minor"))), "{today}");
    assert_eq!(today["saved_minor"], json!(sum("saved_minor")));
    assert_eq!(today["day"], get(&office, "overview", &owner).body["day"]);
    // Reckoned once more from what each receipt says: net less the tax in it less cost.
    let stayed: i64 = sold
        .iter()
        .map(|one| {
            let shown = get(&office, &format!("receipts/{}", one["receipt"].as_str().unwrap()), &owner).body;
            let line = &shown["lines"][0];
            let (net, cost) = (line["net_minor"].as_i64().unwrap(), line["cost_minor"].as_i64().unwrap());
            let tax_bp = 2_000;
            let tax = (net * tax_bp * 2 + 10_000 + tax_bp) / (2 * (10_000 + tax_bp));
            net - tax - cost
        })
        .sum();
    assert_eq!(today["kept_minor"], json!(stayed), "{today}");
    assert!(
        before.iter().all(|day| day["receipts"] == json!(0) && day["kept_minor"] == json!(0)),
        "{before:?}"
    );
    let marketer = enter(&office, &["--name", "v", "--role", "marketer"]);
    let text = get(&office, "days", &marketer).body.to_string();
    assert!(text.contains("saved_minor") && !text.contains("kept"), "{text}");
    let support = enter(&office, &["--name", "s", "--role", "support"]);
    assert_eq!(get(&office, "days", &support).status, 403);
    assert_eq!(get(&office, "days?shop=2", &owner).body["days"][13]["receipts"], json!(0));
}

#[test]
fn a_page_that_keeps_itself_new_does_not_keep_its_clerk_in() {
    let office = Office::start();
    let cookie = enter(&office, &[]);
    let connection = rusqlite::Connection::open(office.db()).unwrap();
    let seen = || connection.query_row("SELECT seen FROM session", [], |row| row.get::<_, i64>(0)).unwrap();
    let half_an_hour_ago = seen() - 1_800_000;
    connection.execute("UPDATE session SET seen = ?", [half_an_hour_ago]).unwrap();
    let unasked = format!("cookie: {cookie}\r\nkava-unasked: 1\r\n");
    assert_eq!(ask(&office, ("GET", "/office/api/overview"), &unasked, "").status, 200);
    assert_eq!(seen(), half_an_hour_ago, "nobody asked");
    assert_eq!(get(&office, "overview", &cookie).status, 200);
    assert!(seen() > half_an_hour_ago, "somebody did");
    connection.execute("UPDATE session SET seen = seen - 3600001", []).unwrap();
    assert_eq!(ask(&office, ("GET", "/office/api/overview"), &unasked, "").code(), "desk_stranger");
}
