//! The loopback face: who may ask, what an answer is, and that a double tap is one.

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use serde_json::{Value, json};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};

struct Counter {
    child: Child,
    address: String,
    token: String,
    _folder: tempfile::TempDir,
}

impl Drop for Counter {
    fn drop(&mut self) {
        self.child.kill().unwrap_or_default();
        self.child.wait().map(drop).unwrap_or_default();
    }
}

impl Counter {
    /// The real program on a fresh database with two products; `ask` is the manual register's way.
    fn start() -> Counter {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name).to_string_lossy().into_owned();
        std::fs::create_dir(folder.path().join("screen")).unwrap();
        std::fs::write(path("screen/index.html"), "<title>Kava</title>").unwrap();
        std::fs::create_dir(folder.path().join("till")).unwrap();
        let menu = "sku,name,category,price,cost\ncap,Cappuccino,coffee,5.00,1.00\nbun,Bun,food,2.00,0.50\n";
        std::fs::write(path("till/menu.csv"), menu).unwrap();
        let mapping = "name = \"two\"\n[constants]\ncurrency = \"BYN\"\ntax_bp = 0\n[menu]\nfile = \"menu.csv\"\n\
                       sku = \"sku\"\nname = \"name\"\ncategory = \"category\"\nprice = \"price\"\ncost = \"cost\"\n";
        std::fs::write(path("mapping.toml"), mapping).unwrap();
        let kava = |words: &[&str]| {
            let mut command = Command::new(env!("CARGO_BIN_EXE_kava"));
            command.args(["--db", &path("kava.db")]).args(words);
            command
        };
        for words in [&["init"][..], &["import", "--mapping", &path("mapping.toml"), &path("till")]] {
            let output = kava(words).output().unwrap();
            assert!(output.status.success(), "{words:?}: {output:?}");
        }
        let words = ["counter", "--listen", "127.0.0.1:0", "--screen", &path("screen")];
        let mut child = kava(&words).stdout(Stdio::piped()).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let (address, token) =
            line.trim().strip_prefix("listening on http://").unwrap().split_once("/?token=").unwrap();
        Counter { address: address.into(), token: token.into(), child, _folder: folder }
    }

    /// One request with exactly these headers; gives the status and the whole answer.
    fn send(&self, line: &str, headers: &[(&str, &str)], body: &str) -> (u16, String) {
        let mut socket = TcpStream::connect(&self.address).unwrap();
        let mut text = format!("{line} HTTP/1.1\r\nConnection: close\r\nContent-Length: {}\r\n", body.len());
        for (name, value) in headers {
            text += &format!("{name}: {value}\r\n");
        }
        socket.write_all(format!("{text}\r\n{body}").as_bytes()).unwrap();
        let mut answer = String::new();
        socket.read_to_string(&mut answer).unwrap();
        let status = answer.split(' ').nth(1).unwrap().parse().unwrap();
        (status, answer)
    }

    fn bearer(&self) -> String {
        format!("Bearer {}", self.token)
    }

    fn ask(&self, line: &str, body: &str) -> Value {
        let headers = [
            ("Host", self.address.as_str()),
            ("Authorization", &self.bearer()),
            ("Content-Type", "application/json"),
        ];
        let (status, answer) = self.send(line, &headers, body);
        assert_eq!(status, 200, "{answer}");
        serde_json::from_str(answer.split_once("\r\n\r\n").unwrap().1).unwrap()
    }

    fn act(&self, id: &str, mut command: Value) -> Value {
        command.as_object_mut().unwrap().insert("id".into(), json!(id));
        self.ask("POST /api/do", &command.to_string())
    }
}

#[test]
fn only_who_has_the_token_and_comes_from_here_may_ask() {
    let counter = Counter::start();
    let (here, bearer) = (counter.address.clone(), counter.bearer());
    let local = here.replace("127.0.0.1", "localhost");
    let port = here.split(':').nth(1).unwrap();
    let cookie = format!("other=1; kava_{port}={}", counter.token);
    type Headers<'h> = &'h [(&'h str, &'h str)];
    let table: [(Headers<'_>, u16, &str); 11] = [
        (&[("Host", &here), ("Authorization", &bearer)], 200, "\"serial\""),
        (&[("Host", &local), ("Authorization", &bearer)], 200, "\"serial\""),
        (&[("Host", &here), ("Cookie", &cookie)], 200, "\"serial\""),
        (&[("Host", &here), ("Cookie", &cookie), ("Origin", &format!("http://{here}"))], 200, "\"serial\""),
        (&[("Host", &here)], 401, "token_refused"),
        (&[("Host", &here), ("Authorization", "Bearer 0")], 401, "token_refused"),
        (&[("Host", &here), ("Cookie", "kava_1=x")], 401, "token_refused"),
        (&[("Host", "evil.example"), ("Authorization", &bearer)], 421, "host_refused"),
        (&[("Host", "127.0.0.1"), ("Authorization", &bearer)], 421, "host_refused"),
        (&[("Host", &here), ("Cookie", &cookie), ("Origin", "http://evil.example")], 403, "origin_refused"),
        (&[("Host", &here), ("Cookie", &cookie), ("Origin", "null")], 403, "origin_refused"),
    ];
    for (headers, expected, words) in table {
        let (status, answer) = counter.send("GET /api/screen", headers, "");
        assert_eq!(status, expected, "{headers:?}: {answer}");
        assert!(answer.contains(words), "{headers:?}: {answer}");
    }
    let form = [("Host", here.as_str()), ("Cookie", &cookie), ("Content-Type", "text/plain")];
    assert_eq!(
        counter.send("POST /api/do", &form, r#"{"id":"1","do":"open_shift"}"#).0,
        415,
        "a foreign form"
    );
}

#[test]
fn the_printed_address_becomes_a_cookie_and_pages_may_run_nothing_foreign() {
    let counter = Counter::start();
    let host = [("Host", counter.address.as_str())];
    let (status, answer) = counter.send(&format!("GET /?token={}", counter.token), &host, "");
    assert_eq!(status, 303);
    assert!(answer.contains("HttpOnly; SameSite=Strict"), "{answer}");
    assert_eq!(counter.send("GET /?token=0", &host, "").0, 401);
    let (status, answer) = counter.send("GET /dev/states", &host, "");
    assert!(status == 200 && answer.contains("<title>Kava</title>"), "{answer}");
    for expected in
        ["default-src 'none'", "script-src 'self'", "frame-ancestors 'none'", "nosniff", "no-store"]
    {
        assert!(answer.contains(expected), "{expected} is not in {answer}");
    }
    for path in ["/../Cargo.toml", "/missing.js", "/%2e%2e/secret.txt"] {
        assert_eq!(counter.send(&format!("GET {path}"), &host, "").0, 404, "{path}");
    }
}

#[test]
fn a_double_tap_is_one_and_a_stale_payment_does_nothing() {
    let counter = Counter::start();
    let add = json!({"do": "add", "sku": "cap"});
    counter.act("a", add.clone());
    let screen = counter.act("a", add);
    assert_eq!(screen["cart"]["lines"][0]["qty"], "1", "{screen}");
    let visit = screen["cart"]["visit"].clone();
    let pay = |net: i64, visit: &Value| json!({"do": "pay", "visit": visit, "net_minor": net, "pays": [{"kind": "card", "minor": net}]});
    assert_eq!(counter.act("b", pay(499, &visit))["notice"]["code"], "price_changed");
    assert_eq!(counter.act("c", pay(500, &json!("v0")))["paid"], Value::Null, "another visit");
    // The register of this counter has no cable: the cashier is asked while the payment waits.
    let paid = std::thread::scope(|scope| {
        let paying = scope.spawn(|| counter.act("d", pay(500, &visit)));
        let mut asked = counter.ask("GET /api/screen", "");
        while asked["question"].is_null() {
            asked = counter.ask(&format!("GET /api/screen?after={}", asked["serial"]), "");
        }
        assert_eq!(asked["question"]["total_minor"], 500);
        counter.act("e", json!({"do": "answer", "answer": "rung_up"}));
        paying.join().unwrap()
    });
    assert_eq!(paid["paid"]["net_minor"], 500, "{paid}");
    let again = counter.act("f", pay(500, &visit));
    assert_eq!(again["paid"]["receipt"], paid["paid"]["receipt"]);
    assert_eq!(counter.ask("GET /api/receipts", "").as_array().unwrap().len(), 1);
}

#[test]
fn what_cannot_be_read_or_done_is_said_and_the_counter_goes_on() {
    let counter = Counter::start();
    let bearer = counter.bearer();
    let headers = [
        ("Host", counter.address.as_str()),
        ("Authorization", bearer.as_str()),
        ("Content-Type", "application/json"),
    ];
    for body in ["", "{", "[]", r#"{"id":"x"}"#, r#"{"id":"x","do":"fly"}"#, r#"{"do":"undo"}"#] {
        let (status, answer) = counter.send("POST /api/do", &headers, body);
        assert!(status == 400 && answer.contains("bad_request"), "{body}: {answer}");
    }
    let table = [
        (json!({"do": "add", "sku": "tea"}), "product_unknown"),
        (json!({"do": "add", "sku": "cap", "qty": 1_000_000}), "quantity_impossible"),
        (json!({"do": "greet", "code": ""}), "code_empty"),
        (json!({"do": "scan", "text": "100000000004217"}), "code_check_digits"),
        (json!({"do": "choose", "offer": "vX.1"}), "offer_of_another_visit"),
        (json!({"do": "refund", "receipt": "nothing"}), "receipt_unknown"),
        (json!({"do": "language", "language": "xx"}), "value_unknown"),
        (json!({"do": "cash", "minor": 0}), "payment_not_positive"),
    ];
    counter.act("line", json!({"do": "add", "sku": "bun"}));
    for (nth, (command, code)) in table.into_iter().enumerate() {
        let screen = counter.act(&format!("t{nth}"), command.clone());
        assert_eq!(screen["notice"]["code"], code, "{command}");
        assert_eq!(screen["cart"]["net_minor"], 200, "the cart stays: {command}");
    }
}

#[test]
fn an_address_that_others_reach_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("index.html"), "x").unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_kava"));
    command.arg("--db").arg(folder.path().join("kava.db"));
    command.args(["counter", "--listen", "0.0.0.0:0", "--screen"]).arg(folder.path());
    let output = command.output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("127.0.0.1"), "{output:?}");
}
