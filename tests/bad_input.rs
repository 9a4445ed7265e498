//! What a hostile or clumsy outsider sends: each gets one clear sentence and exit status 2 or an error
//! with its code, nothing panics, and the counter goes on.

#![cfg(all(feature = "cli", target_os = "linux"))]
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

use serde_json::{Value, json};
use std::{
    io::{BufRead, BufReader, Write},
    path::{Path, PathBuf},
    process::{Child, ChildStdin, ChildStdout, Command, Output, Stdio},
};

const MENU: &str = "sku,name,category,price,cost\n1,Капучино,coffee,6.70,2.10\n2,Круассан,bakery,4.50,2.00\n";
const MAPPING: &str = r#"
name = "test"
[format]
date = "%Y-%m-%d"
[constants]
tax_bp = 0
[products]
drink_categories = ["coffee"]
[menu]
file = "menu.csv"
sku = "sku"
name = "name"
category = "category"
price = "price"
cost = "cost"
"#;

struct Shop {
    folder: tempfile::TempDir,
}

impl Shop {
    /// A folder with nothing but a menu in it.
    fn empty() -> Shop {
        let shop = Shop { folder: tempfile::tempdir().unwrap() };
        std::fs::write(shop.path("menu.csv"), MENU).unwrap();
        std::fs::write(shop.path("mapping.toml"), MAPPING).unwrap();
        shop
    }

    fn open() -> Shop {
        let shop = Shop::empty();
        assert!(shop.run(&["init"]).status.success());
        let (mapping, folder) = (shop.text("mapping.toml"), shop.text(""));
        assert!(shop.run(&["import", "--mapping", &mapping, &folder]).status.success());
        shop
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn text(&self, name: &str) -> String {
        self.path(name).to_string_lossy().into_owned()
    }

    fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_kava"));
        command.arg("--db").arg(self.path("kava.db")).args(args).stdin(Stdio::null());
        command
    }

    fn run(&self, args: &[&str]) -> Output {
        self.command(args).output().unwrap()
    }

    /// The one sentence of a command that must be refused.
    fn refusal(&self, args: &[&str]) -> String {
        let output = self.run(args);
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(2), "{args:?}: {said}");
        assert_eq!(said.lines().count(), 1, "{args:?}: {said}");
        assert!(said.starts_with("kava: "), "{args:?}: {said}");
        said
    }

    fn counter(&self) -> Counter {
        let mut command = self.command(&["counter", "--json-lines", "--clock", "requests"]);
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        let (input, output) = (child.stdin.take().unwrap(), child.stdout.take().unwrap());
        Counter { child, input, output: BufReader::new(output) }
    }
}

struct Counter {
    child: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
}

impl Counter {
    fn send(&mut self, line: &[u8]) -> Value {
        self.input.write_all(line).unwrap();
        self.input.write_all(b"\n").unwrap();
        let mut answer = String::new();
        assert!(self.output.read_line(&mut answer).unwrap() > 0, "the counter ended");
        serde_json::from_str(&answer).unwrap()
    }

    fn ask(&mut self, request: &Value) -> Value {
        self.send(request.to_string().as_bytes())
    }

    /// The code of the error, and its message.
    fn error(&mut self, line: &[u8]) -> (String, String) {
        let answer = self.send(line);
        let error = &answer["error"];
        assert!(error.is_object(), "{answer}");
        let text = |field: &str| error[field].as_str().unwrap().to_owned();
        (text("code"), text("message"))
    }

    /// A receipt of two cups of coffee.
    fn sell(&mut self, at: &str) -> Value {
        let greeting = self.ask(&json!({"do": "greet", "at": at}));
        let visit = &greeting["visit"];
        let basket = json!([{"sku": "1", "qty": 2}]);
        let quote = self.ask(&json!({"do": "quote", "visit": visit, "basket": basket, "at": at}));
        assert_eq!(quote["net_minor"], 1340, "{quote}");
        self.ask(&json!({"do": "settle", "visit": visit, "pay": "cash", "at": at}))
    }

    fn end(mut self) {
        drop(self.input);
        assert!(self.child.wait().unwrap().success());
    }
}

#[test]
fn a_line_that_is_no_request_is_refused_and_the_counter_goes_on() {
    let shop = Shop::open();
    let mut counter = shop.counter();
    let deep = "[".repeat(100_000);
    let long = format!("{{\"do\":\"greet\",\"code\":\"{}\"}}", "1".repeat(5_000_000));
    let table: [(&[u8], &str); 14] = [
        (b"hello", "the line is not JSON: expected value"),
        (b"\x00\x00", "the line is not JSON"),
        (deep.as_bytes(), "the line is not JSON: recursion limit"),
        (long.as_bytes(), "the line is too long, at most 4194304 bytes fit"),
        (b"{\"do\":\"greet\",\"code\":\"\xff\"}", "the line is not UTF-8 from byte 23 on"),
        (b"null", "the line is no request"),
        (b"\"status\"", "the line is no request"),
        (b"[1]", "the line is no request"),
        (b"{\"do\":7}", "the line is no request"),
        (b"{\"do\":\"status\",\"do\":\"greet\"}", "duplicate field `do`"),
        (b"{\"do\":\"greet\",\"code\":null,\"code\":\"1\"}", "duplicate field `code`"),
        (b"{\"do\":\"zap\"}", "unknown variant `zap`"),
        (b"{\"do\":\"greet\",\"code\":1e400}", "number out of range"),
        (b"{\"do\":\"register_customer\",\"consent\":5}", "consent is a text or a list of texts"),
    ];
    for (line, words) in table {
        let (code, message) = counter.error(line);
        assert_eq!(code, "bad_request", "{message}");
        assert!(message.contains(words), "{message:?} does not say {words:?}");
        assert!(message.chars().count() < 700, "{message}");
    }
    assert_eq!(counter.send(b"\xef\xbb\xbf{\"do\":\"status\"}\r")["products"], 2);
    counter.input.write_all(b"\n  \n\r\n").unwrap();
    assert_eq!(counter.send(b"{\"do\":\"status\"}")["products"], 2);
    counter.end();
}

#[test]
fn the_last_line_needs_no_end() {
    let shop = Shop::open();
    let mut child = shop
        .command(&["counter", "--json-lines"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(b"{\"do\":\"status\"}").unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success());
    assert!(String::from_utf8_lossy(&output.stdout).contains("\"products\":2"));
}

#[test]
fn a_message_never_echoes_a_megabyte_nor_the_words_of_the_program() {
    let shop = Shop::open();
    let mut counter = shop.counter();
    let visit = counter.ask(&json!({"do": "greet"}))["visit"].clone();
    let mut quote = |sku: &str| {
        let request = json!({"do": "quote", "visit": visit, "basket": [{"sku": sku}]});
        counter.error(request.to_string().as_bytes())
    };
    let (code, message) = quote("99");
    assert_eq!(
        (code.as_str(), message.contains("product 99 is not")),
        ("product_unknown", true),
        "{message}"
    );
    let (code, message) = quote(&"9".repeat(1_000_000));
    assert_eq!(code, "product_unknown");
    assert!(message.len() < 1_000 && message.ends_with("check the product key"), "{message}");
    counter.end();
}

#[test]
fn a_time_outside_any_trade_is_refused_before_it_poisons_the_books() {
    let shop = Shop::open();
    let mut counter = shop.counter();
    for at in ["0001-01-01T00:00:00Z", "9999-12-30T20:00:00Z", "-009999-06-01T00:00:00Z", "yesterday", ""] {
        let (code, message) = counter.error(json!({"do": "greet", "at": at}).to_string().as_bytes());
        assert_eq!(code, "bad_request", "{at}: {message}");
        let said = shop.refusal(&["visit", "--item", "1", &format!("--at={at}")]);
        assert!(said.contains("--at"), "{said}");
    }
    // Jumps within the calendar are sold through.
    for at in ["2026-11-23T08:00:00Z", "2026-11-22T08:00:00Z", "2025-11-23T08:00:00Z", "2999-12-31T23:00:00Z"]
    {
        assert_eq!(counter.sell(at)["status"], "done", "{at}");
    }
    counter.end();
    for command in ["audit", "replay"] {
        let output = shop.run(&[command]);
        assert!(output.status.success(), "{command}: {output:?}");
    }
}

#[test]
fn half_a_cup_is_not_given_back() {
    let shop = Shop::open();
    let mut counter = shop.counter();
    let receipt = counter.sell("2026-11-23T08:00:00Z")["receipt"].clone();
    let mut refund = |qty: Value| {
        let lines = json!([{"line": 1, "qty": qty}]);
        counter
            .ask(&json!({"do": "refund", "receipt": receipt, "lines": lines, "at": "2026-11-23T09:00:00Z"}))
    };
    for qty in [json!(0.5), json!("1.001")] {
        assert_eq!(refund(qty)["error"]["code"], "quantity_impossible");
    }
    assert_eq!(refund(json!(1))["refunded_minor"], 670);
    counter.end();
}

#[test]
fn a_policy_with_impossible_values_is_refused_by_field() {
    let shop = Shop::empty();
    let huge = i64::MAX;
    let arm = |id: &str, steps: u64, probability: i64| json!({"id": id, "steps": steps, "probability_bp": probability});
    let table = [
        (json!({"margin_floor_bp": 10_000}), "margin_floor_bp"),
        (json!({"ladder_bp": []}), "ladder_bp"),
        (json!({"epoch_days": 0}), "epoch_days"),
        (json!({"arms": [arm("a", 0, 5_000), arm("b", 1, 4_000)]}), "arms"),
        (json!({"arms": [arm("a", 0, huge), arm("b", 1, huge)]}), "arms"),
        (json!({"arms": [arm("a", 0, 5_000), arm("a", 1, 5_000)]}), "arms"),
        (json!({"arms": [arm("a", u64::MAX, 10_000)]}), "steps"),
        (json!({"personal_spread_bp": -500}), "personal_spread_bp"),
        (json!({"cost_stale_days": -1}), "cost_stale_days"),
        (json!({"cost_amber_markup_bp": huge}), "cost_amber_markup_bp"),
        (json!({"holdout": [{"from_day": 0, "share_bp": 20_000}]}), "holdout"),
        (json!({"card_days": i32::MAX}), "card_days"),
        (json!({"staff_bp": 10_001}), "staff_bp"),
        (json!({"statuses": [{"name": "m", "from_visits": 0, "base_bp": -1}]}), "base_bp"),
        (
            json!({"caps": {"receipts_per_day": 1, "discount_minor_per_day": -5, "drinks_per_receipt": 2}}),
            "caps",
        ),
        (json!({"margin_flor_bp": 2_000}), "margin_flor_bp"),
        (json!([]), "object"),
    ];
    for (policy, field) in table {
        std::fs::write(shop.path("policy.json"), policy.to_string()).unwrap();
        let said = shop.refusal(&["init", "--policy", &shop.text("policy.json")]);
        assert!(said.contains(field), "{policy}: {said}");
        assert!(!shop.path("kava.db").exists(), "{policy} left a database behind");
    }
}

#[test]
fn a_file_that_is_no_counters_is_neither_read_nor_written_to() {
    let shop = Shop::empty();
    let commands: [&[&str]; 4] =
        [&["visit", "--item", "1"], &["audit"], &["replay"], &["counter", "--json-lines"]];
    let refused = |words: &str| {
        for command in commands {
            let said = shop.refusal(command);
            assert!(said.contains(words), "{command:?}: {said}");
        }
    };
    std::fs::write(shop.path("kava.db"), b"").unwrap();
    refused("is not a counter's database");
    std::fs::remove_file(shop.path("kava.db")).unwrap();
    let other = rusqlite::Connection::open(shop.path("kava.db")).unwrap();
    other.execute_batch("CREATE TABLE letters (text TEXT)").unwrap();
    drop(other);
    let before = content(&shop.path("kava.db"));
    refused("is not a counter's database");
    assert_eq!(content(&shop.path("kava.db")), before, "somebody else's file was written to");
}

#[test]
fn books_from_a_newer_version_are_not_said_to_hold() {
    let shop = Shop::open();
    let books = rusqlite::Connection::open(shop.path("kava.db")).unwrap();
    let later = "INSERT INTO refinery_schema_history VALUES (9999, 'later', '2030-01-01T00:00:00Z', '0')";
    books.execute(later, []).unwrap();
    drop(books);
    for command in ["audit", "replay"] {
        assert!(shop.refusal(&[command]).contains("update kava"));
    }
}

#[test]
fn a_stdout_that_takes_nothing_is_said_without_a_panic() {
    let shop = Shop::open();
    let full = std::fs::File::options().write(true).open("/dev/full").unwrap();
    let output = shop.command(&["visit", "--item", "1"]).stdout(full).output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{said}");
    assert!(
        said.starts_with("kava: done, but the answer cannot be written") && said.lines().count() == 1,
        "{said}"
    );
    let mut reader_left =
        shop.command(&["audit"]).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    drop(reader_left.stdout.take());
    let output = reader_left.wait_with_output().unwrap();
    assert!(output.status.success() && output.stderr.is_empty(), "{output:?}");
}

#[test]
fn a_row_without_an_end_is_refused_before_it_fills_the_memory() {
    let shop = Shop::open();
    for (name, text) in
        [("menu.csv", "x".repeat(6_000_000)), ("menu.csv", format!("{MENU}{}", "1".repeat(6_000_000)))]
    {
        std::fs::write(shop.path(name), text).unwrap();
        let said = shop.refusal(&["import", "--mapping", &shop.text("mapping.toml"), &shop.text("")]);
        assert!(said.contains("menu.csv") && said.contains("a line has more than 4 MB"), "{said}");
    }
}

#[test]
fn an_export_that_no_mapping_fits_is_said() {
    let shop = Shop::open();
    let said = shop.refusal(&["import", &shop.text("")]);
    assert!(said.contains("no mapping fits"), "{said}");
}

fn content(path: &Path) -> Vec<u8> {
    std::fs::read(path).unwrap()
}

#[test]
fn wrong_use_is_one_line_and_help_is_help() {
    let shop = Shop::empty();
    let table: [(&[&str], &str); 7] = [
        (&[], "requires a subcommand"),
        (&["brew"], "unrecognized subcommand 'brew'"),
        (&["visit"], "--item"),
        (&["visit", "--code"], "a value is required"),
        (&["audit", "--everything"], "unexpected argument '--everything'"),
        (&["counter", "--clock", "sundial"], "sundial"),
        (&["learn", "--seed", "many"], "many"),
    ];
    for (args, says) in table {
        let said = shop.refusal(args);
        assert!(said.contains(says) && said.contains("--help"), "{args:?}: {said}");
    }
    for args in [&["--help"][..], &["visit", "--help"], &["--version"]] {
        let output = shop.run(args);
        assert!(output.status.success() && output.stderr.is_empty() && output.stdout.len() > 8, "{args:?}");
    }
}
