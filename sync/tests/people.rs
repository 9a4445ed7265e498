//! Guests at a real office: a phone in software joins, sells at a real counter, and asks for what is its own.

#![expect(
    clippy::expect_used,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test stops at the first surprise"
)]
#![expect(dead_code, reason = "this file kills no office")]

mod described;
mod running;

use kava::{
    facts::{
        id::{ChainId, CustomerId},
        menu::{Menu, Product, to_hex},
        moment::{BusinessDay, Moment},
    },
    store::{Access, Durability, Store},
    testing::shop::products,
    wire::{
        code::{
            Algorithm, Base, Blank, Phone, Proof, Pseudonym, SignedPass, blank::claim_hash, clock::step,
            pass::chain_tag, proof::card_tag,
        },
        hex::from_hex,
        seal::{Asked, HEADERS, Seal},
    },
};
use kava_sync::ledger::{self, Ledger};
use running::{Counter, Office};
use serde_json::{Value, json};
use std::fs;

const JOIN: &str = "/api/v1/club/join";
const HOME: &str = "/api/v1/club/home";
const PROFILE: &str = "/api/v1/club/profile";

fn now() -> Moment {
    Moment(jiff::Timestamp::now().as_millisecond())
}

/// A phone, and what it says.
struct Guest<'o> {
    office: &'o Office,
    phone: Phone,
}

impl<'o> Guest<'o> {
    fn new(office: &'o Office, algorithm: Algorithm, secret: u8) -> Guest<'o> {
        Guest { office, phone: Phone::new(algorithm, [secret; 32]).unwrap() }
    }

    fn sealed(&self, asked: &Asked<'_>, later_ms: i64) -> String {
        let mut nonce = [0; 16];
        getrandom::fill(&mut nonce).unwrap();
        let key = to_hex(&self.phone.key().id());
        let mut seal = Seal { key, time: now().later(later_ms), nonce, signature: [0; 64] };
        seal.signature = self.phone.sign(seal.text(asked).as_bytes());
        HEADERS.iter().zip(seal.headers()).map(|(name, value)| format!("{name}: {value}\r\n")).collect()
    }

    /// The whole answer, headers and all.
    fn say(&self, method: &str, path: &str, body: &str, headers: &str) -> String {
        let length = body.len();
        let head = format!(
            "{method} {path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-length: {length}\r\n"
        );
        self.office.say(format!("{head}{headers}\r\n{body}").as_bytes())
    }

    fn ask(&self, method: &str, path: &str, said: &Value) -> Value {
        let body = if said.is_null() { String::new() } else { said.to_string() };
        let sealed = self.sealed(&Asked { method, path, body: body.as_bytes() }, 0);
        let answer = self.say(method, path, &body, &sealed);
        let (head, json) = answer.split_once("\r\n\r\n").unwrap();
        let said = serde_json::from_str(json).expect("the office answers with JSON");
        let status = head.split(' ').nth(1).unwrap().parse().unwrap();
        described::check((method, path), status, &said);
        said
    }

    fn joining(&self) -> Value {
        let key = self.phone.key();
        let consent = |purpose: &str, given: bool| json!({"purpose": purpose, "given": given, "language": "be", "words": "Я згодны"});
        json!({
            "algorithm": key.algorithm.digit().to_string(),
            "public": to_hex(&key.bytes),
            "language": "be",
            "consents": [consent("programme", true), consent("personalisation", true), consent("marketing", false)],
        })
    }

    fn join(&self) -> Value {
        self.ask("POST", JOIN, &self.joining())
    }

    fn home(&self) -> Value {
        self.ask("GET", HOME, &Value::Null)
    }

    /// The code that its screen shows with this pass and card.
    fn code(&self, pass: &Value, card: Option<&str>, nonce: u32) -> String {
        let bytes = from_hex(pass.as_str().unwrap()).unwrap();
        let (signed, rest) = SignedPass::read(self.phone.key().algorithm, &bytes).unwrap();
        assert!(rest.is_empty());
        let card = card.map_or(0, |card| card_tag(&card.into()));
        self.phone.show(&signed, Proof { step: step(now()), nonce, card })
    }
}

fn code_of(answer: &Value) -> &str {
    answer["error"]["code"].as_str().unwrap_or("no error")
}

fn with_counter(office: &Office) -> Counter {
    let (menu, policy) = (office.folder.path().join("menu.json"), office.folder.path().join("policy.json"));
    // Costs of today: none that is stale may be discounted.
    let today = BusinessDay(i32::try_from(now().0 / 86_400_000).unwrap());
    let fresh = products().into_iter().map(|product| Product { cost_day: Some(today), ..product });
    fs::write(&menu, Menu::new(fresh).to_json()).unwrap();
    // Everybody gets cards, whatever the lot of the holdout says.
    fs::write(&policy, r#"{"holdout":[]}"#).unwrap();
    office.run(&["publish", "menu", menu.to_str().unwrap()]);
    office.run(&["publish", "policy", policy.to_str().unwrap()]);
    let counter = Counter::enrolled(office, "1");
    counter.run(&["sync"]);
    counter
}

#[test]
fn what_a_pass_says_is_what_the_counter_knows_and_the_saved_sum_is_that_of_the_receipts() {
    for algorithm in [Algorithm::Ed25519, Algorithm::P256] {
        let office = Office::start();
        let counter = with_counter(&office);
        let guest = Guest::new(&office, algorithm, 3);
        let mut home = guest.join();
        let mut saved = 0;
        for nonce in 0..4 {
            let card = home["cards"].as_array().unwrap().last().unwrap().clone();
            let id = card["id"].as_str().unwrap();
            let code = guest.code(&card["pass"], Some(id), nonce);
            let visit = counter.run(&["visit", "--code", &code, "--item", "latte"]);
            assert_eq!(visit["quote"]["offer"], json!(id), "the chosen card is honoured: {visit}");
            saved += visit["settle"]["saved_minor"].as_i64().unwrap();
            counter.run(&["sync"]);
            home = guest.home();
            assert!(
                home["cards"].as_array().unwrap().iter().all(|card| card["id"] != json!(id)),
                "a card is used once"
            );
        }
        assert!(saved > 0);
        assert_eq!((&home["saved_minor"], &home["receipts_count"]), (&json!(saved), &json!(4)));
        let parts = home["receipts"]
            .as_array()
            .unwrap()
            .iter()
            .map(|receipt| receipt["saved_minor"].as_i64().unwrap());
        assert_eq!(parts.sum::<i64>(), saved);
        let bytes = from_hex(home["pass"].as_str().unwrap()).unwrap();
        let (pass, _) = SignedPass::read(algorithm, &bytes).unwrap();
        let store = Store::open(&counter.db, Access::Read, Durability::Full).unwrap();
        let known = store.customer(&pass.pass.pseudonym.customer()).unwrap().expect("the counter knows them");
        assert_eq!(pass.pass.base, Some(Base::of(&known.features)));
        // Given back, it is not saved.
        let all = home["receipts"].as_array().unwrap();
        let at = all.iter().position(|one| one["saved_minor"].as_i64() > Some(0)).unwrap();
        let (receipt, first) =
            (all[at]["receipt"].as_str().unwrap(), all[at]["saved_minor"].as_i64().unwrap());
        drop(store);
        refund(&counter, receipt);
        counter.run(&["sync"]);
        let home = guest.home();
        assert_eq!(home["saved_minor"], json!(saved - first));
        assert_eq!(home["receipts"][at]["returned"], json!(true));
    }
}

fn refund(counter: &Counter, receipt: &str) {
    use std::io::Write;
    let mut command = counter.command(&["counter", "--json-lines"]);
    let mut child = command
        .stdin(std::process::Stdio::piped())
        .stdout(std::process::Stdio::null())
        .stderr(std::process::Stdio::null())
        .spawn()
        .unwrap();
    let line = json!({"do": "refund", "receipt": receipt, "lines": null});
    writeln!(child.stdin.take().unwrap(), "{line}").unwrap();
    assert!(child.wait().unwrap().success());
}

#[test]
fn who_is_not_the_phone_is_sent_away() {
    let office = Office::start();
    let guest = Guest::new(&office, Algorithm::Ed25519, 4);
    guest.join();
    let asked = Asked { method: "GET", path: HOME, body: b"" };
    let say = |headers: &str| guest.say("GET", HOME, "", headers);
    assert!(say("").contains("seal_missing"));
    let once = guest.sealed(&asked, 0);
    assert!(say(&once).starts_with("HTTP/1.1 200"));
    assert!(say(&once).contains("seal_replayed"));
    let late = say(&guest.sealed(&asked, 3_600_000));
    assert!(late.contains("seal_clock") && late.contains("office_time"), "{late}");
    let other = guest.sealed(&Asked { path: PROFILE, ..asked }, 0);
    assert!(say(&other).contains("seal_forged"), "a signature is for one thing");
    let stranger = Guest::new(&office, Algorithm::Ed25519, 5);
    assert_eq!(code_of(&stranger.home()), "club_stranger");
    // Somebody else's name over one's own signature.
    let name = to_hex(&guest.phone.key().id());
    let own = to_hex(&stranger.phone.key().id());
    let posing = stranger.sealed(&asked, 0).replace(&own, &name);
    assert!(say(&posing).contains("seal_forged"));
    let large = "x".repeat(70_000);
    let sealed = guest.sealed(&Asked { method: "PUT", path: PROFILE, body: large.as_bytes() }, 0);
    assert!(guest.say("PUT", PROFILE, &large, &sealed).contains("body_large"));
}

#[test]
fn nobody_joins_without_agreeing_or_with_somebody_elses_key() {
    let office = Office::start();
    let guest = Guest::new(&office, Algorithm::P256, 6);
    let mut without = guest.joining();
    without["consents"] = json!([]);
    assert_eq!(code_of(&guest.ask("POST", JOIN, &without)), "club_consent");
    let mut odd = guest.joining();
    odd["consents"][0]["purpose"] = json!("everything");
    assert_eq!(code_of(&guest.ask("POST", JOIN, &odd)), "club_consent");
    let mut foreign = guest.joining();
    foreign["public"] = json!(to_hex(&Guest::new(&office, Algorithm::P256, 7).phone.key().bytes));
    assert_eq!(code_of(&guest.ask("POST", JOIN, &foreign)), "seal_forged");
    foreign["public"] = json!("00");
    assert_eq!(code_of(&guest.ask("POST", JOIN, &foreign)), "club_key");
    let (one, again) = (guest.join(), guest.join());
    assert_eq!(one["joined"], again["joined"], "the same phone is the same guest");
}

#[test]
fn an_edit_of_an_older_version_overwrites_nothing() {
    let office = Office::start();
    let guest = Guest::new(&office, Algorithm::Ed25519, 8);
    let home = guest.join();
    let edit = |version: &Value, name: &str| {
        let said = json!({"version": version, "name": name, "birthday": "", "phone": "+375 29 123-45-67", "email": "", "language": "be"});
        guest.ask("PUT", PROFILE, &said)
    };
    let done = edit(&home["version"], "Ганна '; DROP TABLE person; --");
    assert_eq!(done["profile"]["phone"], json!("+375291234567"));
    assert_eq!(code_of(&edit(&home["version"], "Аня")), "club_changed");
    assert_eq!(code_of(&edit(&json!(i64::MAX), "Аня")), "club_changed");
    assert_eq!(guest.home()["profile"]["name"], json!("Ганна '; DROP TABLE person; --"));
    assert_eq!(code_of(&edit(&done["version"], "a\u{7}")), "club_field");
    let export = guest.ask("GET", "/api/v1/club/export", &Value::Null);
    assert_eq!(export["profile"]["phone"], json!("+375291234567"));
    assert_eq!(export["consents"][2]["given"], json!(false));
    assert_eq!(export["consents"][0]["words"], json!("Я згодны"));
}

#[test]
fn whoever_leaves_is_gone_and_their_key_is_of_no_use() {
    let office = Office::start();
    let counter = with_counter(&office);
    let guest = Guest::new(&office, Algorithm::Ed25519, 9);
    let home = guest.join();
    let code = guest.code(&home["pass"], None, 1);
    counter.run(&["visit", "--code", &code, "--item", "latte"]);
    counter.run(&["sync"]);
    assert_eq!(guest.home()["receipts_count"], json!(1));
    assert!(guest.ask("DELETE", "/api/v1/club/account", &Value::Null)["erased"].is_string());
    assert_eq!(code_of(&guest.home()), "club_withdrawn");
    assert_eq!(code_of(&guest.join()), "club_withdrawn");
    counter.run(&["sync"]);
    let refused =
        counter.try_run(&["visit", "--code", &guest.code(&home["pass"], None, 2), "--item", "latte"]);
    assert!(!refused.status.success());
    assert_eq!(office.run(&["audit"])["findings"], json!([]));
    assert_eq!(counter.run(&["audit"])["findings"], json!([]));
    let ledger = Ledger::open(&office.db(), ledger::Access::Read).unwrap();
    for table in ["person", "phone", "consent", "club_event", "of_customer"] {
        let sql = format!("SELECT count(*) FROM {table}");
        let rows: i64 = ledger.connection().query_row(&sql, [], |row| row.get(0)).unwrap();
        assert_eq!(rows, 0, "{table}");
    }
}

#[test]
fn a_blank_membership_is_claimed_by_the_first_phone() {
    let office = Office::start();
    office.run(&["key", "list"]);
    let ledger = Ledger::open(&office.db(), ledger::Access::Read).unwrap();
    let sql = "SELECT number, secret FROM pass_key";
    let (key, signing): (u8, [u8; 32]) =
        ledger.connection().query_row(sql, [], |row| Ok((row.get(0)?, row.get(1)?))).unwrap();
    let (secret, pseudonym) = ([7; 16], Pseudonym([5; 16]));
    let chain = chain_tag(&ChainId::new("kava"));
    let blank = Blank { chain, key, pseudonym, issued: now(), days: 100, claim: claim_hash(&secret) };
    let digits = Blank::digits(&blank.sign(&signing), &secret);
    let claim = |secret: u8, digits: &str| {
        let guest = Guest::new(&office, Algorithm::Ed25519, secret);
        let mut joining = guest.joining();
        joining["claim"] = json!(digits);
        guest.ask("POST", JOIN, &joining)
    };
    assert_eq!(code_of(&claim(10, &digits.replace('3', "4"))), "club_claim");
    let home = claim(11, &digits);
    let bytes = from_hex(home["pass"].as_str().unwrap()).unwrap();
    let (pass, _) = SignedPass::read(Algorithm::Ed25519, &bytes).unwrap();
    assert_eq!(pass.pass.pseudonym.customer(), CustomerId::new(format!("c{}", "05".repeat(16))));
    assert_eq!(code_of(&claim(12, &digits)), "club_claim");
}

#[test]
fn a_key_that_is_not_there_changes_nothing_and_one_that_is_takes_no_secret_for_two() {
    let office = Office::start();
    Counter::enrolled(&office, "1");
    let read = |sql: &str| -> String {
        let ledger = Ledger::open(&office.db(), ledger::Access::Read).unwrap();
        ledger.connection().query_row(sql, [], |row| row.get(0)).unwrap()
    };
    let editions = "SELECT group_concat(version || digest) FROM edition";
    // The secret of short codes is older than every key that is made from now on, unless it is not there.
    let path = office.db();
    let forget = |sql: &str| rusqlite::Connection::open(&path).unwrap().execute_batch(sql).unwrap();
    let before = read(editions);
    assert!(!office.try_run(&["key", "revoke", "99"]).status.success());
    assert_eq!(read(editions), before);
    forget("DELETE FROM setting WHERE key = 'short_secret'");
    office.run(&["key", "revoke", "1"]);
    let secret = read("SELECT lower(hex(secret)) FROM pass_key WHERE retired IS NULL");
    assert_ne!(secret, read("SELECT value FROM setting WHERE key = 'short_secret'"));
}

#[test]
fn a_file_that_may_come_packed_says_so_in_either_form() {
    let folder = tempfile::tempdir().unwrap();
    for name in ["index.html", "index.html.gz", "plain.js"] {
        fs::write(folder.path().join(name), name).unwrap();
    }
    let office = Office::start_with(&["--club", folder.path().to_str().unwrap()]);
    for (path, accepts, varies, packed) in [
        ("/club/", "gzip", true, true),
        ("/club/", "identity", true, false),
        ("/club/plain.js", "gzip", false, false),
    ] {
        let asked = format!(
            "GET {path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\naccept-encoding: {accepts}\r\n\r\n"
        );
        let said = office.say(asked.as_bytes());
        assert_eq!(said.contains("vary: accept-encoding"), varies, "{path} {accepts}: {said}");
        assert_eq!(said.contains("content-encoding: gzip"), packed, "{path} {accepts}: {said}");
    }
}

#[test]
fn the_app_is_served_or_it_is_said_that_it_was_not_built() {
    let office = Office::start();
    let page = office.get("/club/");
    let (head, body) = page.split_once("\r\n\r\n").unwrap();
    assert!(head.contains("content-security-policy: default-src 'none'"), "{head}");
    assert!(head.contains("cache-control: no-cache"), "{head}");
    assert!(body.contains("id=\"screen\"") || body.contains("was built without the guests' app"), "{body}");
    assert!(office.get("/club").starts_with("HTTP/1.1 308"));
    assert!(office.get("/club/../../etc/passwd.txt").starts_with("HTTP/1.1 404"));
    assert!(office.get("/club/assets/no.js").starts_with("HTTP/1.1 404"));
}
