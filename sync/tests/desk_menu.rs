//! Another menu at the desk: read from a file, tried first, edited, given back its earlier form. With the real programs.

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

use clerks::{Said, ask, enter, get, post, with_menu};
use running::{Counter, Office};
use serde_json::{Value, json};

const FILE: &str = "application/octet-stream";

fn bring(office: &Office, cookie: &str, (query, kind): (&str, &str), text: &str) -> Said {
    let headers = format!("content-type: {kind}\r\ncookie: {cookie}\r\n");
    ask(office, ("POST", &format!("/office/api/menu/import?{query}")), &headers, text)
}

fn product<'a>(menu: &'a Value, sku: &str) -> &'a Value {
    menu["products"].as_array().unwrap().iter().find(|one| one["sku"] == json!(sku)).unwrap_or(&Value::Null)
}

const MENU: &str = "код;название;категория;цена;себестоимость;напиток\n\
    lat;Латте;кофе;4,50;0,90;да\n\
    bun;Булка;выпечка;2,00;;нет\n\
    bad;Чай;чай;дорого;0,10;да\n";

#[test]
fn a_newcomer_brings_a_file_sees_what_would_be_and_publishes_it_to_a_counter() {
    let office = Office::start();
    let owner = enter(&office, &[]);
    assert_eq!(get(&office, "menu", &owner).body["version"], json!(0));
    let untaxed = bring(&office, &owner, ("name=menu.csv", FILE), MENU);
    assert_eq!((untaxed.status, untaxed.code()), (400, "desk_menu_columns"), "nobody has said the tax");
    let tried = bring(&office, &owner, ("name=menu.csv&tax_bp=2000", FILE), MENU).body;
    assert_eq!((&tried["base"], &tried["published"]), (&json!(0), &Value::Null), "{tried}");
    assert_eq!(tried["added"].as_array().unwrap().len(), 2);
    assert_eq!(
        tried["refused"],
        json!([{"line": 4, "column": "цена", "value": "дорого", "code": "number", "reason": "is not a number"}])
    );
    assert_eq!(
        (&tried["warnings"][0]["line"], &tried["warnings"][0]["column"]),
        (&json!(3), &json!("себестоимость"))
    );
    assert_eq!(get(&office, "menu", &owner).body["products"], json!([]), "it was only tried");
    let done = bring(&office, &owner, ("name=menu.csv&tax_bp=2000&publish=0", FILE), MENU).body;
    assert_eq!(done["published"], json!(1), "{done}");
    let menu = get(&office, "menu", &owner).body;
    let latte = product(&menu, "lat");
    // ⌈90 · 12000 / 9000⌉ = 120, a tenth of the net price being the margin.
    let margin = 10_000 - menu["margin_floor_bp"].as_i64().unwrap();
    assert_eq!(latte["floor_minor"], json!((90 * 12_000 + margin - 1) / margin), "{latte}");
    assert!(product(&menu, "bun")["floor_minor"].is_null());
    let counter = Counter::enrolled(&office, "1");
    counter.run(&["sync"]);
    let sold = counter.run(&["visit", "--item", "lat"]);
    let sum = |field: &str| sold["settle"][field].as_i64().unwrap();
    assert_eq!(sum("net_minor") + sum("saved_minor"), 450, "{sold}");
}

#[test]
fn whatever_is_wrong_with_a_line_has_a_code_that_the_console_can_say() {
    let office = Office::start();
    let owner = enter(&office, &[]);
    let long = "ю".repeat(201);
    let header = "sku;name;price;cost;cost_day;tax_bp;drink";
    let cases = [
        (";N;1;1;;0;no", "empty"),
        ("a;N;dear;1;;0;no", "number"),
        ("a;N;1,234;1;;0;no", "number"),
        ("a;N;-1;1;;0;no", "negative"),
        ("a;N;99999999999999999999;1;;0;no", "large"),
        ("a;N;99999999999;1;;0;no", "large"),
        ("a;N;1;1;;0;no\na;N;1;1;;0;no", "twice"),
        (&format!("a;{long};1;1;;0;no"), "long"),
        ("a;N;1;1;;20%;no", "tax"),
        ("a;N;1;1;;10001;no", "tax"),
        ("a;N;1;1;;0;perhaps", "flag"),
        ("a;N;1", "cells"),
        ("a;N;1;1;yesterday;0;no", "day"),
        ("a;N;1;;;0;no", "cost_missing"),
        ("a;N;1;0;;0;no", "cost_zero"),
        ("a;N;1;2;;0;no", "cost_above"),
    ];
    for (row, code) in cases {
        let tried = bring(&office, &owner, ("", FILE), &format!("{header}\n{row}\n")).body;
        let listed = tried["refused"].as_array().unwrap().iter().chain(tried["warnings"].as_array().unwrap());
        let codes: Vec<&str> = listed.map(|one| one["code"].as_str().unwrap()).collect();
        assert_eq!(codes, [code], "{row}: {tried}");
    }
}

#[test]
fn edits_say_what_they_change_are_kept_once_and_only_where_nobody_was_faster() {
    let office = with_menu();
    let owner = enter(&office, &[]);
    let edits = json!([{"sku": "latte", "price_minor": 520, "cost_minor": 100, "eligible": false}, {"sku": "bun", "off": true}]);
    let before = get(&office, "menu", &owner).body;
    let was = product(&before, "latte").clone();
    let tried = post(&office, "menu/edit", &owner, &json!({"edits": edits})).body;
    let expected = json!([
        {"field": "price", "from": was["price_minor"], "to": 520},
        {"field": "cost", "from": was["cost_minor"], "to": 100},
        {"field": "eligible", "from": true, "to": false}
    ]);
    assert_eq!(
        (&tried["changed"][0]["fields"], &tried["gone"][0]["sku"]),
        (&expected, &json!("bun")),
        "{tried}"
    );
    assert_eq!(get(&office, "menu", &owner).body, before);
    let publish =
        |version: i64| post(&office, "menu/edit", &owner, &json!({"edits": edits, "publish": version}));
    assert_eq!(publish(7).code(), "desk_menu_moved");
    assert_eq!(publish(1).body["published"], json!(2));
    assert_eq!(publish(1).status, 400, "the bun is gone, so nothing of it can be edited");
    let menu = get(&office, "menu", &owner).body;
    assert_eq!((&menu["version"], &product(&menu, "latte")["price_minor"]), (&json!(2), &json!(520)));
    assert!(product(&menu, "bun").is_null());
    let dearer =
        post(&office, "menu/edit", &owner, &json!({"edits": [{"sku": "latte", "price_by_bp": 250}]})).body;
    // 520 · 1.025 is 533; the floor of its cost of 100 stands beside it.
    assert_eq!(
        dearer["changed"][0]["fields"],
        json!([{"field": "price", "from": 520, "to": 533}]),
        "{dearer}"
    );
    assert_eq!(dearer["changed"][0]["floor_minor"], product(&menu, "latte")["floor_minor"]);
    let odd = |edit: Value| post(&office, "menu/edit", &owner, &json!({"edits": [edit]})).status;
    assert_eq!(odd(json!({"sku": "latte", "price_minor": -1})), 400);
    assert_eq!(odd(json!({"sku": "nothing", "price_minor": 1})), 400);
    assert_eq!(odd(json!({"sku": "latte", "prize_minor": 1})), 400);
}

#[test]
fn the_history_says_who_and_when_and_an_earlier_menu_comes_back_as_a_new_version() {
    let office = with_menu();
    let owner = enter(&office, &[]);
    let first = get(&office, "menu", &owner).body;
    let edit = json!({"edits": [{"sku": "latte", "price_minor": 999}], "publish": 1});
    assert_eq!(post(&office, "menu/edit", &owner, &edit).body["published"], json!(2));
    let tried = post(&office, "menu/return", &owner, &json!({"version": 1})).body;
    assert_eq!(tried["changed"][0]["fields"][0]["from"], json!(999), "{tried}");
    assert_eq!(
        post(&office, "menu/return", &owner, &json!({"version": 1, "publish": 1})).code(),
        "desk_menu_moved"
    );
    assert_eq!(post(&office, "menu/return", &owner, &json!({"version": 9, "publish": 2})).status, 404);
    let back = post(&office, "menu/return", &owner, &json!({"version": 1, "publish": 2})).body;
    assert_eq!(back["published"], json!(3));
    assert_eq!(get(&office, "menu", &owner).body["products"], first["products"]);
    let versions = get(&office, "menu/versions", &owner).body["versions"].clone();
    let told: Vec<(i64, &str, &str, bool)> = versions
        .as_array()
        .unwrap()
        .iter()
        .map(|one| {
            let text = |field: &str| one[field].as_str().unwrap();
            (one["version"].as_i64().unwrap(), text("made_by"), text("why"), one["in_force"] == json!(true))
        })
        .collect();
    let expected =
        [(3, "owner", "return 1", true), (2, "owner", "edit 1", false), (1, "command line", "file", false)];
    assert_eq!(told, expected, "{versions}");
    let deeds = get(&office, "deeds", &owner).body;
    assert_eq!(
        (&deeds["deeds"][0]["what"], &deeds["deeds"][0]["of"], &deeds["deeds"][0]["text"]),
        (&json!("published"), &json!("menu"), &json!("version 3: return 1"))
    );
}

#[test]
fn only_who_may_see_costs_and_change_prices_does_and_no_other_page_sends_a_file() {
    let office = with_menu();
    let owner = enter(&office, &[]);
    for role in ["marketer", "analyst", "support"] {
        let cookie = enter(&office, &["--name", role, "--role", role]);
        assert_eq!(bring(&office, &cookie, ("", FILE), MENU).status, 403, "{role}");
        assert_eq!(post(&office, "menu/edit", &cookie, &json!({"edits": []})).status, 403, "{role}");
        assert_eq!(post(&office, "menu/return", &cookie, &json!({"version": 1})).status, 403, "{role}");
        let text = get(&office, "menu/versions", &cookie).body.to_string();
        assert!(!text.contains("cost"), "{role}: {text}");
    }
    for form in ["text/plain", "multipart/form-data; boundary=a", "application/x-www-form-urlencoded"] {
        assert_eq!(bring(&office, &owner, ("", form), MENU).code(), "desk_foreign", "{form}");
    }
    for (text, code) in [("a;b\n1;2\n", "desk_menu_columns"), ("", "desk_menu_file")] {
        assert_eq!(bring(&office, &owner, ("tax_bp=0", FILE), text).code(), code);
    }
    let header_alone = bring(&office, &owner, ("publish=1", FILE), "sku;name;price\n");
    assert_eq!(header_alone.code(), "desk_menu", "a shop without a menu sells nothing");
}
