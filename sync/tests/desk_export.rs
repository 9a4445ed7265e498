//! Tables to take away from the desk. With the real programs.

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

use clerks::{ask, enter, get, post, sold, with_menu};
use running::Office;
use serde_json::json;

/// The text of a table, as it travelled: in chunks where it was written while it was read.
fn table(office: &Office, path: &str, cookie: &str) -> String {
    let said = office.get_with(&format!("/office/api/{path}"), cookie);
    let (head, body) = said.split_once("\r\n\r\n").unwrap();
    assert!(
        head.starts_with("HTTP/1.1 200") && head.contains("text/csv") && head.contains("attachment"),
        "{said}"
    );
    let mut text = String::new();
    if !head.contains("transfer-encoding: chunked") {
        return body.to_owned();
    }
    let mut rest = body.as_bytes();
    loop {
        let line = rest.windows(2).position(|pair| pair == b"\r\n").unwrap();
        let size = usize::from_str_radix(std::str::from_utf8(&rest[..line]).unwrap(), 16).unwrap();
        if size == 0 {
            return text;
        }
        text.push_str(std::str::from_utf8(&rest[line + 2..line + 2 + size]).unwrap());
        rest = &rest[line + 4 + size..];
    }
}

#[test]
fn the_menu_that_was_taken_away_can_be_brought_back_and_changes_nothing() {
    let office = with_menu();
    let owner = enter(&office, &[]);
    let text = table(&office, "menu/export", &owner);
    assert!(text.contains("latte;Латте;coffee;;6,70;2000;yes;no;yes;no;no;1,10;"), "{text}");
    let headers = format!("content-type: application/octet-stream\r\ncookie: {owner}\r\n");
    let back = ask(&office, ("POST", "/office/api/menu/import?name=menu.csv"), &headers, &text).body;
    assert_eq!(
        (&back["same"], &back["refused"], &back["changed"]),
        (&json!(4), &json!([]), &json!([])),
        "{back}"
    );
    let marketer = enter(&office, &["--name", "m", "--role", "marketer"]);
    let bare = table(&office, "menu/export", &marketer);
    assert!(!bare.contains("cost") && !bare.contains("1,10"), "{bare}");
}

#[test]
fn the_receipts_of_some_days_are_those_of_the_pages_each_once() {
    let (office, _counter, owner, sold) = sold(&["latte"; 3]);
    let today = get(&office, "overview", &owner).body["day"].as_str().unwrap().to_owned();
    for query in ["receipts/export".to_owned(), format!("receipts/export?from=2026-11-01&until={today}")] {
        let text = table(&office, &query, &owner);
        let rows: Vec<&str> = text.trim_end().lines().skip(1).collect();
        assert_eq!(rows.len(), 3, "{query}: {text}");
        for one in &sold {
            let net = one["net_minor"].as_i64().unwrap();
            let row = rows.iter().find(|row| row.starts_with(one["receipt"].as_str().unwrap())).unwrap();
            assert!(row.contains(&format!(";{},{:02};0,00", net / 100, net % 100)), "{row}");
        }
    }
    for nothing in ["shop=2", "counter=2"] {
        let text = table(&office, &format!("receipts/export?{nothing}"), &owner);
        assert_eq!(text.trim_end().lines().count(), 1, "{nothing}: the header alone");
    }
    let refused = |query: &str| get(&office, &format!("receipts/export?{query}"), &owner).code().to_owned();
    assert_eq!(refused("from=2020-01-01"), "desk_field", "more than a year");
    assert_eq!(refused("from=tomorrow"), "desk_field");
    let marketer = enter(&office, &["--name", "m", "--role", "marketer"]);
    assert_eq!(get(&office, "receipts/export", &marketer).status, 403);
}

#[test]
fn campaigns_are_taken_away_with_their_budgets() {
    let office = Office::start();
    let owner = enter(&office, &[]);
    let campaign = json!({"id": "autumn", "title": "Тыквенный; латте", "scope": {"kind": "category", "of": "coffee"}, "depth_bp": 1000,
        "from": "2026-01-01T00:00:00.000Z", "until": "2099-01-01T00:00:00.000Z", "budget": {"money": 100_050, "uses": 10}, "holdout_bp": 1000});
    assert_eq!(post(&office, "campaigns", &owner, &campaign).status, 200);
    let text = table(&office, "campaigns/export", &owner);
    let row = "autumn;\"Тыквенный; латте\";category;coffee;1000;2026-01-01T00:00:00.000Z;2099-01-01T00:00:00.000Z;;1000,50;10;;1000;0,00;0;0,00;1000,50";
    assert_eq!(text.trim_end().lines().nth(1), Some(row), "{text}");
}
