//! People at the desk: how they come in, what each role sees, and that what they see is what was sold. With the real programs.

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

use clerks::{PASSWORD, code_of, enter, get, post, with_menu};
use kava_sync::gate::second;
use running::{Counter, Office};
use serde_json::{Value, json};
use std::{io::Write, process::Stdio};

#[test]
fn somebody_comes_in_by_a_link_once_and_by_their_password_afterwards() {
    let office = Office::start();
    assert_eq!(get(&office, "session", "").code(), "desk_stranger");
    let link = office.run(&["admin", "link"]);
    let code = code_of(&link);
    assert_eq!(post(&office, "link", "", &json!({"code": code})).body["role"], json!("owner"));
    let short = post(&office, "enter", "", &json!({"code": code, "password": "short"}));
    assert_eq!((short.status, short.code()), (400, "desk_password"));
    let said = post(&office, "enter", "", &json!({"code": code, "password": PASSWORD}));
    assert_eq!((said.status, &said.body["name"]), (200, &json!("owner")), "{}", said.body);
    assert!(said.head.contains("HttpOnly; SameSite=Strict"), "{}", said.head);
    assert!(said.head.contains("cache-control: no-store"), "{}", said.head);
    let session = get(&office, "session", &said.cookie());
    assert_eq!(session.body["may"].as_array().unwrap().len(), 16, "{}", session.body);
    assert_eq!(post(&office, "enter", "", &json!({"code": code, "password": PASSWORD})).code(), "desk_link");
    let login = |password: &str| post(&office, "login", "", &json!({"name": " Owner", "password": password}));
    assert_eq!(login("a kettle and a spoo").code(), "desk_login");
    let cookie = login(PASSWORD).cookie();
    assert_eq!(get(&office, "session", &cookie).status, 200);
    assert!(post(&office, "logout", &cookie, &json!({})).head.contains("Max-Age=0"));
    assert_eq!(get(&office, "session", &cookie).code(), "desk_stranger", "a session that has ended is none");
    assert_eq!(get(&office, "session", &said.cookie()).status, 200, "the other one goes on");
    office.run(&["admin", "revoke", "owner"]);
    assert_eq!(get(&office, "session", &said.cookie()).code(), "desk_stranger", "at once");
    assert_eq!(login(PASSWORD).code(), "desk_login");
}

#[test]
fn a_second_factor_is_asked_for_once_its_first_digits_were_right() {
    let office = Office::start();
    let cookie = enter(&office, &[]);
    let login = |second: Value| {
        post(&office, "login", "", &json!({"name": "owner", "password": PASSWORD, "second": second}))
    };
    let offered = post(&office, "second", &cookie, &json!({})).body;
    assert!(offered["uri"].as_str().unwrap().contains(offered["secret"].as_str().unwrap()), "{offered}");
    assert_eq!(login(Value::Null).status, 200, "nothing has changed yet");
    // As an app does it.
    let secret: Vec<u8> = rusqlite::Connection::open(office.db())
        .unwrap()
        .query_row("SELECT offered FROM clerk", [], |row| row.get(0))
        .unwrap();
    assert_eq!(offered["secret"], json!(second::written(&secret)));
    let now = || jiff::Timestamp::now().as_second() / 30;
    let confirm = |digits: &str| post(&office, "second/confirm", &cookie, &json!({"digits": digits}));
    assert_eq!(confirm("000000x").code(), "desk_login");
    let step = now();
    assert_eq!(confirm(&second::digits_of(&secret, step)).status, 200);
    assert_eq!(get(&office, "session", &cookie).body["second"], json!(true));
    assert_eq!(post(&office, "second", &cookie, &json!({})).code(), "desk_field", "no other beside it");
    assert_eq!(login(Value::Null).code(), "desk_second");
    assert_eq!(login(json!(second::digits_of(&secret, step))).code(), "desk_login", "digits are good once");
    assert_eq!(
        login(json!(second::digits_of(&secret, step + 1))).status,
        200,
        "the next half minute's are not used"
    );
    assert_eq!(post(&office, "second/remove", &cookie, &json!({"password": "wrong"})).code(), "desk_login");
    assert_eq!(post(&office, "second/remove", &cookie, &json!({"password": PASSWORD})).status, 200);
    assert_eq!(login(Value::Null).status, 200);
}

#[test]
fn another_password_ends_every_other_session() {
    let office = Office::start();
    let cookie = enter(&office, &[]);
    let change = |old: &str, new: &str| post(&office, "password", &cookie, &json!({"old": old, "new": new}));
    assert_eq!(change("something else entirely", "a spoon and a kettle").code(), "desk_login");
    assert_eq!(change(PASSWORD, "owner owner owner").code(), "desk_password");
    let said = change(PASSWORD, "a spoon and a kettle");
    assert_eq!(said.status, 200, "{}", said.body);
    assert_eq!(get(&office, "session", &cookie).code(), "desk_stranger");
    assert_eq!(get(&office, "session", &said.cookie()).status, 200);
}

#[test]
fn the_overview_is_what_was_sold_and_counters_say_how_they_are() {
    let office = with_menu();
    let cookie = enter(&office, &[]);
    let counter = Counter::enrolled(&office, "1");
    Counter::enrolled(&office, "2");
    counter.run(&["sync"]);
    let sold: Vec<Value> = (0..3).map(|_| counter.run(&["visit", "--item", "latte"])).collect();
    counter.run(&["sync"]);
    let overview = get(&office, "overview", &cookie).body;
    let sum = |name: &str| sold.iter().map(|visit| visit["settle"][name].as_i64().unwrap()).sum::<i64>();
    assert_eq!(overview["all"]["receipts"], json!(3), "{overview}");
    assert_eq!(overview["all"]["saved_minor"], json!(sum("saved_minor")), "{overview}");
    assert_eq!(overview["all"], overview["shops"][0]["day"]);
    assert_eq!(overview["all"], overview["shops"][0]["week"]);
    assert_eq!(overview["shops"][0]["counters"], json!({"in_order": 1, "limited": 0, "silent": 1, "out": 0}));
    assert_eq!(get(&office, "overview?day=2020-01-01", &cookie).body["all"]["receipts"], json!(0));
    assert_eq!(get(&office, "overview?day=yesterday", &cookie).code(), "desk_field");
    assert_eq!(get(&office, "overview?day=1&day=2", &cookie).code(), "address_unreadable");
    assert_eq!(get(&office, "receipts/%ff", &cookie).code(), "address_unreadable");
    let counters = get(&office, "counters", &cookie).body;
    let first = &counters["counters"][0];
    assert_eq!((&first["health"], &first["why"]), (&json!("in_order"), &json!([])), "{counters}");
    assert_eq!(first["version"], json!(env!("CARGO_PKG_VERSION")));
    assert!(first["clock_ahead_ms"].as_i64().unwrap().abs() < 60_000, "{counters}");
    let menu =
        first["streams"].as_array().unwrap().iter().find(|one| one["stream"] == json!("menu")).unwrap();
    assert_eq!((&menu["has"], &menu["newest"]), (&json!(1), &json!(1)));
    assert_eq!(counters["counters"][1]["health"], json!("silent"));
    office.run(&["revoke", "--shop", "1", "--counter", "2"]);
    assert_eq!(get(&office, "counters", &cookie).body["counters"][1]["health"], json!("out"));
    assert_eq!(get(&office, "alarms", &cookie).body["alarms"][0]["code"], json!("counter_revoked"));
    // One receipt, with what was decided.
    let receipt = sold[0]["settle"]["receipt"].as_str().unwrap();
    let shown = get(&office, &format!("receipts/{receipt}"), &cookie).body;
    assert_eq!(shown["lines"][0]["net_minor"], shown["net_minor"], "{shown}");
    assert!(shown["lines"][0]["cost_minor"].is_i64() && shown["decision"]["policy"].is_string(), "{shown}");
    assert_eq!(get(&office, "receipts/none", &cookie).status, 404);
    // Given back by the real counter, it is so here, too.
    give_back(&counter, &json!({"do": "refund", "receipt": receipt}));
    counter.run(&["sync"]);
    let all = get(&office, "overview", &cookie).body["all"].clone();
    assert_eq!((&all["refunds"], &all["refunded_minor"]), (&json!(1), &shown["net_minor"]), "{all}");
    let shown = get(&office, &format!("receipts/{receipt}"), &cookie).body;
    assert_eq!(shown["refunds"][0]["net_minor"], shown["net_minor"], "{shown}");
}

fn give_back(counter: &Counter, wish: &Value) {
    let mut till = counter.command(&["counter", "--json-lines"]);
    let mut till = till.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    writeln!(till.stdin.take().unwrap(), "{wish}").unwrap();
    let said = till.wait_with_output().unwrap();
    assert!(String::from_utf8_lossy(&said.stdout).contains("\"status\":\"done\""), "{said:?}");
}

#[test]
fn a_receipt_that_is_given_back_piece_by_piece_is_one_that_was_given_back() {
    let office = with_menu();
    let cookie = enter(&office, &[]);
    let counter = Counter::enrolled(&office, "1");
    counter.run(&["sync"]);
    let sold = counter.run(&["visit", "--item", "lattex2"]);
    let (receipt, net) = (&sold["settle"]["receipt"], &sold["settle"]["net_minor"]);
    for _ in 0..2 {
        give_back(&counter, &json!({"do": "refund", "receipt": receipt, "lines": [{"line": 1, "qty": "1"}]}));
    }
    counter.run(&["sync"]);
    let all = get(&office, "overview", &cookie).body["all"].clone();
    assert_eq!((&all["refunds"], &all["refunded_minor"]), (&json!(1), net), "{all}");
    let path = format!("receipts/{}", receipt.as_str().unwrap());
    assert_eq!(get(&office, &path, &cookie).body["refunds"].as_array().unwrap().len(), 2);
}

#[test]
fn each_role_sees_and_does_what_is_its_own() {
    let office = with_menu();
    let counter = Counter::enrolled(&office, "1");
    counter.run(&["sync"]);
    let receipt = counter.sell();
    counter.run(&["sync"]);
    let owner = enter(&office, &[]);
    let of = |role: &str| enter(&office, &["--name", role, "--role", role]);
    let (marketer, support) = (of("marketer"), of("support"));
    let manager = enter(&office, &["--name", "m", "--role", "shop_manager", "--shop", "2"]);
    let whole = get(&office, "menu", &owner).body;
    assert!(whole["products"][0]["cost_minor"].is_i64() && whole["margin_floor_bp"].is_i64(), "{whole}");
    for cookie in [&marketer, &manager] {
        let text = get(&office, "menu", cookie).body.to_string();
        assert!(text.contains("deepest_bp"), "{text}");
        assert!(["cost", "floor", "margin"].iter().all(|word| !text.contains(word)), "{text}");
    }
    let shown = get(&office, &format!("receipts/{receipt}"), &support).body.to_string();
    assert!(shown.contains("net_minor") && !shown.contains("cost") && !shown.contains("floor"), "{shown}");
    let table = [
        ("menu", &support, 403),
        ("campaigns", &support, 403),
        ("counters", &marketer, 403),
        ("counters", &support, 200),
        ("deeds", &marketer, 403),
        ("clerks", &manager, 403),
        ("deeds", &owner, 200),
    ];
    for (path, cookie, status) in table {
        assert_eq!(get(&office, path, cookie).status, status, "{path}");
    }
    assert!(get(&office, "overview", &support).body["all"].is_null(), "no sums of sales");
    // A shop manager sees their shop, whatever they ask for.
    assert_eq!(get(&office, "counters?shop=1", &manager).body["counters"], json!([]));
    assert_eq!(get(&office, &format!("receipts/{receipt}"), &manager).status, 404);
    assert_eq!(get(&office, "overview?shop=1", &manager).body["all"]["receipts"], json!(0));
}

#[test]
fn campaigns_and_clerks_are_changed_by_those_who_may_and_every_change_is_kept() {
    let office = Office::start();
    let owner = enter(&office, &[]);
    let invite = |body: &Value| post(&office, "clerks", &owner, body);
    assert_eq!(
        invite(&json!({"name": "Vera", "role": "shop_manager"})).code(),
        "desk_field",
        "of which shop?"
    );
    assert_eq!(invite(&json!({"name": "owner", "role": "support"})).code(), "desk_field", "not oneself");
    let invited = invite(&json!({"name": "Vera", "role": "marketer"}));
    let entered = post(&office, "enter", "", &json!({"code": code_of(&invited.body), "password": PASSWORD}));
    let vera = entered.cookie();
    let campaign = json!({"id": "autumn", "title": "A", "scope": {"kind": "basket"}, "depth_bp": 1000,
        "from": "2026-01-01T00:00:00.000Z", "until": "2099-01-01T00:00:00.000Z", "budget": {"money": 1000, "uses": 10}});
    let mut odd = campaign.clone();
    odd["per_costumer"] = json!(2);
    let refused = post(&office, "campaigns", &vera, &odd);
    assert_eq!(refused.code(), "desk_campaign");
    assert!(refused.body.to_string().contains("per_costumer"), "{}", refused.body);
    assert_eq!(
        post(&office, "campaigns", &vera, &campaign).body,
        json!({"campaign": "autumn", "version": 1})
    );
    assert_eq!(post(&office, "campaigns", &vera, &campaign).code(), "desk_taken");
    let listed = get(&office, "campaigns", &vera).body;
    assert_eq!(listed["campaigns"][0]["state"], json!("running"), "{listed}");
    assert_eq!(listed["campaigns"][0]["pool"], json!({"money": 1000, "uses": 10}));
    assert_eq!(post(&office, "campaigns/autumn/end", &vera, &json!({})).status, 200);
    assert_eq!(post(&office, "campaigns/autumn/end", &vera, &json!({})).status, 404);
    assert_eq!(post(&office, "clerks/vera/revoke", &owner, &json!({})).status, 200);
    assert_eq!(get(&office, "session", &vera).code(), "desk_stranger");
    let deeds = get(&office, "deeds", &owner).body;
    let told: Vec<(&str, &str)> = deeds["deeds"]
        .as_array()
        .unwrap()
        .iter()
        .map(|deed| (deed["clerk"].as_str().unwrap(), deed["what"].as_str().unwrap()))
        .collect();
    let expected = [
        ("owner", "shut_out"),
        ("vera", "campaign_ended"),
        ("vera", "campaign_added"),
        ("vera", "entered"),
        ("owner", "invited"),
        ("owner", "entered"),
        ("command line", "invited"),
        ("command line", "invited"),
    ];
    assert_eq!(told, expected, "{deeds}");
    let before = deeds["deeds"][5]["id"].as_i64().unwrap();
    let older = get(&office, &format!("deeds?before={before}"), &owner).body;
    assert_eq!(older["deeds"].as_array().unwrap().len(), 2);
}

#[test]
fn figures_and_the_doctor_say_how_things_are_and_nothing_of_a_person() {
    let office = with_menu();
    let counter = Counter::enrolled(&office, "1");
    counter.run(&["sync"]);
    counter.sell();
    counter.run(&["sync"]);
    let said = office.get("/metrics");
    let figure = |name: &str| -> i64 {
        let line = said
            .lines()
            .find(|line| line.starts_with(&format!("{name} ")))
            .unwrap_or_else(|| panic!("{name}: {said}"));
        line.split(' ').nth(1).unwrap().parse().unwrap()
    };
    assert_eq!(figure("kava_counters{health=\"in_order\"}"), 1);
    assert!(figure("kava_records_total") > 0 && figure("kava_answers_total{class=\"2xx\"}") > 0);
    let findings = office.run(&["doctor"])["findings"].to_string();
    assert!(findings.contains("\"pages\"") && findings.contains("admin link"), "{findings}");
    enter(&office, &[]);
    assert!(!office.run(&["doctor"])["findings"].to_string().contains("admin link"));
}

#[test]
fn a_counter_that_was_shut_out_is_not_in_order_and_keeps_no_erasure_open() {
    let office = Office::start();
    let [first, _] = ["1", "2"].map(|name| Counter::enrolled(&office, name));
    office.run(&["revoke", "--shop", "1", "--counter", "2"]);
    office.run(&["erase", "anna"]);
    first.run(&["sync"]);
    let late = "UPDATE erasure SET at = 1";
    rusqlite::Connection::open(office.db()).unwrap().execute(late, []).unwrap();
    assert_eq!(office.run(&["erasures"])["erasures"][0]["out"], json!(["1/2"]));
    let findings = office.run(&["doctor"])["findings"].clone();
    let text = |code: &str| {
        let found = findings.as_array().unwrap().iter().find(|one| one["code"] == json!(code))?;
        Some(found["text"].as_str().unwrap().to_owned())
    };
    assert_eq!(text("erasures"), None, "{findings}");
    assert_eq!(text("counters").as_deref(), Some("1 are in order"), "{findings}");
}

#[test]
fn what_is_changed_at_the_machine_is_not_changed_where_it_leaves_no_deed() {
    let mut office = Office::start();
    Counter::enrolled(&office, "1");
    let backup = office.folder.path().join("kept");
    office.run(&["backup", backup.to_str().unwrap()]);
    office.kill();
    let books = rusqlite::Connection::open(office.db()).unwrap();
    let spoil = |books: &rusqlite::Connection| {
        let sql = "CREATE TRIGGER spoilt BEFORE INSERT ON deed BEGIN SELECT RAISE(ABORT, 'no room'); END";
        books.execute_batch(sql).unwrap();
    };
    spoil(&books);
    let count = |sql: &str| books.query_row(sql, [], |row| row.get::<_, i64>(0)).unwrap();
    for words in [&["enrol-code"][..], &["revoke", "--shop", "1", "--counter", "1"]] {
        assert_eq!(office.try_run(words).status.code(), Some(2), "{words:?}");
    }
    assert_eq!(count("SELECT count(*) FROM enrol_code WHERE used IS NULL"), 0);
    assert_eq!(count("SELECT count(*) FROM counter WHERE state = 'active'"), 1);
    drop(books);
    spoil(&rusqlite::Connection::open(&backup).unwrap());
    let before = std::fs::read(office.db()).unwrap();
    assert_eq!(office.try_run(&["restore", backup.to_str().unwrap()]).status.code(), Some(2));
    assert_eq!(
        std::fs::read(office.db()).unwrap(),
        before,
        "a ledger that cannot say that it went back does not"
    );
}
