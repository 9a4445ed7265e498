//! Who sells: signed on at the screen or named by a program, and what the records say of the till. Nobody need be signed on.

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use kava::{
    audit,
    devices::clock::SetClock,
    faces::{
        barista::{
            command::{Command, PayPart, Pieces},
            screen::Screen,
            till::Till,
        },
        json_lines::JsonLines,
    },
    facts::{
        id::Sku,
        menu::hex_digest,
        moment::Moment,
        purchase::{PaymentKind, Purchase},
        staff::{Barista, Staff},
    },
    flow::{
        counter::Settings,
        deliver::News,
        pin::{Pin, proof_of},
        replay::{Replay, Replayed},
    },
    ports::Idempotency,
    store::{Access, Durability, Store, staff::replace_staff},
    testing::{
        scripted::Act,
        shop::{DAY_MS, MORNING, SmallShop, furnished, item, products},
    },
    wire::document::Edition,
};
use rusqlite::Connection;
use serde_json::{Value, json};
use std::path::{Path, PathBuf};

/// A till on a file, with Anna, who has a PIN, and Boris, who has none.
struct Stand {
    _folder: tempfile::TempDir,
    path: PathBuf,
    shop: Option<SmallShop>,
    till: Option<Till>,
    at: Moment,
}

fn staff() -> Staff {
    let anna = Barista {
        pin: Some(proof_of(&Pin::new("4711"), [3; 16]).unwrap()),
        ..Barista::new("b-1", "Аня").unwrap()
    };
    Staff::of(vec![anna, Barista::new("b-2", "Боря").unwrap()]).unwrap()
}

fn shop_at(path: &Path) -> SmallShop {
    shop_beside(path, Idempotency::ClientKey)
}

fn shop_beside(path: &Path, register: Idempotency) -> SmallShop {
    let store = if path.exists() {
        Store::open(path, Access::Write, Durability::Off).unwrap()
    } else {
        let mut store = furnished(Store::open(path, Access::Create, Durability::Off).unwrap()).unwrap();
        store.change(|change| replace_staff(change, &staff())).unwrap();
        store
    };
    SmallShop::on(store, register, Settings { trust_ids: true, ..Settings::default() }).unwrap()
}

impl Stand {
    fn open() -> Stand {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("kava.db");
        let shop = shop_at(&path);
        Stand { _folder: folder, path, shop: Some(shop), till: None, at: MORNING }.at_the_screen()
    }

    fn at_the_screen(mut self) -> Stand {
        let SmallShop { counter, .. } = self.shop.take().unwrap();
        self.till = Some(Till::new(counter, self.at));
        self
    }

    /// So many seconds pass, then something is done.
    fn act(&mut self, after_s: i64, command: Command) -> Screen {
        self.at = self.at.later(after_s * 1_000);
        let till = self.till.as_mut().unwrap();
        till.obey(command, self.at);
        till.screen(self.at).unwrap()
    }

    fn add(&mut self, sku: &str, qty: u32) -> Screen {
        self.act(1, Command::Add { sku: sku.into(), qty, with: Vec::new() })
    }

    fn sign_on(&mut self, id: &str, pin: Option<&str>) -> Screen {
        self.act(0, Command::SignOn { barista: id.into(), pin: pin.map(Pin::new) })
    }

    fn pay(&mut self) -> Screen {
        let cart = self.act(1, Command::Choose { offer: "best".into() }).cart;
        let pays = vec![PayPart { kind: PaymentKind::Card, minor: cart.net_minor }];
        self.act(
            1,
            Command::Pay { visit: cart.visit.unwrap(), net_minor: cart.net_minor, pays, given_minor: None },
        )
    }

    /// The audit finds nothing, every decision comes out the same, and who reads a record as before reads the purchase.
    fn books_hold(&mut self) {
        let counter = self.till.as_mut().unwrap().counter_mut();
        for sale in records(&self.path, "sale") {
            let purchase: Purchase = serde_json::from_value(sale).unwrap();
            let stored = counter.store().purchase(&purchase.receipt).unwrap().unwrap();
            assert_eq!(stored.purchase, purchase);
            let again = Replay::default().receipt(counter.store(), &purchase.receipt).unwrap();
            assert_eq!(again, Replayed::Same);
        }
        assert_eq!(audit::audit(&self.path).unwrap().findings, []);
    }

    fn restart(mut self) -> Stand {
        drop(self.till.take());
        self.shop = Some(shop_at(&self.path));
        self.at_the_screen()
    }

    fn records(&self, kind: &str) -> Vec<Value> {
        records(&self.path, kind)
    }

    /// The record of the newest sale.
    fn sale(&self) -> Value {
        self.records("sale").pop().unwrap()
    }
}

fn payloads(path: &Path, kind: &str) -> Vec<Vec<u8>> {
    let connection = Connection::open(path).unwrap();
    let sql = "SELECT payload FROM record WHERE kind = ? ORDER BY epoch, seq";
    let mut statement = connection.prepare(sql).unwrap();
    statement.query_map([kind], |row| row.get(0)).unwrap().map(Result::unwrap).collect()
}

fn records(path: &Path, kind: &str) -> Vec<Value> {
    payloads(path, kind).iter().map(|payload| serde_json::from_slice(payload).unwrap()).collect()
}

fn said(screen: &Screen) -> &str {
    screen.notice.as_ref().map_or("", |notice| &notice.code)
}

#[test]
fn nobody_need_be_signed_on_and_then_nothing_is_said_of_who_sells() {
    let mut stand = Stand::open();
    assert_eq!(stand.add("latte", 1).barista, None);
    let paid = stand.pay();
    let sale = stand.sale();
    assert!(["barista", "known", "taken_off"].iter().all(|field| sale.get(field).is_none()), "{sale}");
    // What older programs wrote is all there is, byte for byte.
    let written = payloads(&stand.path, "sale").pop().unwrap();
    let purchase: Purchase = serde_json::from_slice(&written).unwrap();
    assert_eq!(serde_json::to_vec(&purchase).unwrap(), written);
    assert!(paid.paid.is_some());
}

#[test]
fn every_record_of_a_till_says_who_is_signed_on_and_a_closed_shift_signs_off() {
    let mut stand = Stand::open();
    let screen = stand.sign_on("b-2", None);
    assert_eq!(screen.barista.as_ref().map(|one| one.name.as_str()), Some("Боря"));
    stand.act(0, Command::OpenShift);
    stand.add("latte", 1);
    let receipt = stand.pay().paid.unwrap().receipt;
    stand.act(1, Command::Refund { receipt: receipt.as_str().into(), lines: None, pin: None });
    stand.act(1, Command::Cash { minor: 500, reason: String::new() });
    let screen = stand.act(1, Command::CloseShift { counted_minor: None });
    assert_eq!(screen.barista, None, "whoever comes next says so");
    for kind in ["sale", "refund", "shift"] {
        let all = stand.records(kind);
        assert!(!all.is_empty() && all.iter().all(|one| one["barista"] == "b-2"), "{kind}: {all:?}");
    }
    stand.add("tea", 1);
    stand.pay();
    assert_eq!(stand.sale().get("barista"), None);
    let whole = format!("{:?}", stand.records("sale"));
    assert!(!whole.contains("Боря"), "names stand in the list and nowhere else");
    stand.books_hold();
}

#[test]
fn a_sign_on_outlives_a_restart_and_a_long_quiet_with_the_order_and_ends_with_its_day() {
    let mut stand = Stand::open();
    stand.sign_on("b-2", None);
    stand.add("latte", 1);
    let screen = stand.act(3 * 3_600, Command::Dismiss);
    assert_eq!((screen.cart.lines.len(), screen.barista.is_some()), (1, true), "nothing is lost");
    let mut stand = stand.restart();
    let screen = stand.act(0, Command::Dismiss);
    assert_eq!((screen.cart.lines.len(), screen.barista.is_some()), (1, true));
    let screen = stand.act(DAY_MS / 1_000, Command::Dismiss);
    assert_eq!(screen.barista, None, "yesterday's name does not sell today");
    stand.pay();
    assert_eq!(stand.sale().get("barista"), None);
}

#[test]
fn a_name_with_a_pin_needs_it_and_wrong_ones_hold_up_no_sale() {
    let mut stand = Stand::open();
    assert_eq!(said(&stand.sign_on("b-1", None)), "barista_pin_needed");
    for _ in 0..5 {
        let screen = stand.sign_on("b-1", Some("4712"));
        assert_eq!((said(&screen), &screen.barista), ("barista_pin_wrong", &None));
    }
    let mut stand = stand.restart();
    assert_eq!(said(&stand.sign_on("b-1", Some("4711"))), "pin_too_many_tries", "a restart is no way around");
    assert_eq!(said(&stand.sign_on("b-9", None)), "barista_unknown");
    stand.add("latte", 1);
    assert!(stand.pay().paid.is_some());
    stand.act(601, Command::Next);
    assert_eq!(stand.sign_on("b-1", Some("4711")).barista.map(|one| one.id), Some("b-1".into()));
    assert_eq!(stand.sign_on("b-2", None).barista.map(|one| one.id), Some("b-2".into()), "in her place");
    assert_eq!(stand.act(0, Command::SignOff).barista, None);
}

#[test]
fn a_sale_says_by_what_its_guest_was_known_when_and_what_went_off_the_order() {
    let mut stand = Stand::open();
    // Known before the first line.
    stand.act(5, Command::Greet { code: "anna".into() });
    stand.add("latte", 1);
    stand.pay();
    assert_eq!(stand.sale()["known"], json!({"by": "found", "lines": 0, "after_ms": 0}));
    // Known when the order stood: the first line 1 s, the second 1 s, the code 20 s later.
    stand.add("latte", 1);
    stand.add("tea", 2);
    stand.act(20, Command::Greet { code: "anna".into() });
    stand.act(30, Command::Greet { code: "anna".into() });
    stand.act(1, Command::Change { line: 2, sku: "tea".into(), qty: 1, with: Vec::new() });
    stand.pay();
    let sale = stand.sale();
    assert_eq!(sale["known"], json!({"by": "found", "lines": 2, "after_ms": 21_000}), "by the first code");
    let tea = products().iter().find(|one| one.sku == Sku::new("tea")).unwrap().price.0;
    assert_eq!(sale["taken_off"], json!({"lines": 1, "minor": tea}));
    // A stranger, and a guest who was let go of.
    stand.add("latte", 1);
    stand.act(1, Command::Greet { code: "anna".into() });
    stand.act(1, Command::ForgetGuest);
    stand.pay();
    assert_eq!((stand.sale().get("known"), stand.sale().get("taken_off")), (None, None));
    stand.books_hold();
}

#[test]
fn what_is_taken_back_at_once_is_as_if_it_had_not_been() {
    let mut stand = Stand::open();
    stand.add("latte", 1);
    stand.add("tea", 1);
    stand.act(1, Command::Change { line: 2, sku: "tea".into(), qty: 0, with: Vec::new() });
    stand.act(1, Command::Undo);
    stand.pay();
    assert_eq!(stand.sale().get("taken_off"), None, "the line is sold");
    stand.add("latte", 1);
    stand.add("tea", 1);
    stand.act(1, Command::Undo);
    stand.pay();
    assert_eq!(stand.sale()["taken_off"]["lines"], 1, "the line that came went off again");
    // An order of which nothing is left is over; the next one begins with nothing behind it.
    stand.add("tea", 1);
    stand.act(1, Command::Clear);
    stand.add("latte", 1);
    stand.pay();
    assert_eq!(stand.sale().get("taken_off"), None);
}

#[test]
fn a_split_bill_takes_nothing_off_and_its_parts_know_their_own_guests() {
    let mut stand = Stand::open();
    stand.add("latte", 2);
    stand.add("tea", 1);
    stand.act(1, Command::Greet { code: "anna".into() });
    stand.act(1, Command::Split { lines: vec![Pieces { line: 1, qty: 1 }] });
    stand.act(1, Command::Greet { code: "boris".into() });
    stand.pay();
    let (first, known) = (stand.sale(), json!({"by": "found", "lines": 2, "after_ms": 2_000}));
    assert_eq!((first["customer"].as_str(), first.get("taken_off")), (Some("boris"), None));
    assert_eq!(first["known"]["after_ms"], 4_000);
    stand.pay();
    let second = stand.sale();
    assert_eq!((second["customer"].as_str(), second.get("taken_off")), (Some("anna"), None));
    assert_eq!(second["known"], known, "she was there first");
}

#[test]
fn a_charge_of_an_older_program_that_waits_says_nothing_of_the_till_and_is_finished() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("kava.db");
    let mut shop = shop_beside(&path, Idempotency::None);
    shop.register.tape().script.push_back(Act::LoseAnswer);
    let visit = shop.counter.greet(Some("anna"), MORNING).unwrap().visit;
    let wish = kava::flow::quote::QuoteWish {
        basket: vec![item("latte", 1)],
        choice: kava::flow::quote::Choice::Best,
        kind: Default::default(),
    };
    shop.counter.told_of(Some("b-2".into()));
    shop.counter.quote(&visit, wish, MORNING).unwrap();
    drop(shop.counter.settle(&visit, &kava::flow::settle::Pays::Whole(PaymentKind::Card), MORNING));
    drop(shop);
    // As a program before these fields had written it.
    let connection = Connection::open(&path).unwrap();
    let body: String =
        connection.query_row("SELECT body FROM charge WHERE body <> ''", [], |row| row.get(0)).unwrap();
    let mut old: Value = serde_json::from_str(&body).unwrap();
    assert_eq!(old["at_till"]["barista"], "b-2");
    old.as_object_mut().unwrap().remove("at_till");
    connection.execute("UPDATE charge SET body = ?", [old.to_string()]).unwrap();
    drop(connection);
    let mut shop = shop_beside(&path, Idempotency::None);
    let receipt = shop.counter.store().open_charges().unwrap().remove(0).receipt;
    shop.counter.sign_on(&"b-2".into(), None, MORNING).unwrap();
    shop.counter.reviewed(&receipt, Some("seen"), MORNING).unwrap();
    let (sale, review) = (records(&path, "sale").remove(0), records(&path, "review").remove(0));
    assert_eq!((sale["receipt"].as_str(), sale.get("barista")), (Some(receipt.as_str()), None));
    assert_eq!(review["barista"], "b-2", "who looked is known, who sold is not");
}

#[test]
fn a_program_says_who_sells_with_its_requests() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("kava.db");
    let shop = shop_at(&path);
    let clock = SetClock::new(MORNING);
    let mut lines = JsonLines::new(shop.counter, Box::new(clock), false, None);
    let mut ask = |request: Value| -> Value {
        serde_json::from_str(&lines.answer(request.to_string().as_bytes())).unwrap()
    };
    let basket = json!([{"sku": "latte"}, {"sku": "tea"}]);
    let visit = ask(json!({"do": "greet", "code": "anna", "barista": "till-7"}))["visit"].clone();
    ask(json!({"do": "quote", "visit": visit, "basket": basket}));
    ask(json!({"do": "quote", "visit": visit, "basket": [{"sku": "latte"}]}));
    ask(json!({"do": "settle", "visit": visit}));
    let visit = ask(json!({"do": "greet", "code": null}))["visit"].clone();
    ask(json!({"do": "quote", "visit": visit, "basket": [{"sku": "latte"}], "barista": "till-7"}));
    let settled = ask(json!({"do": "settle", "visit": visit, "barista": "till-8"}));
    let visit = ask(json!({"do": "greet", "code": null}))["visit"].clone();
    ask(json!({"do": "quote", "visit": visit, "basket": [{"sku": "latte"}]}));
    ask(json!({"do": "settle", "visit": visit}));
    ask(json!({"do": "refund", "receipt": settled["receipt"], "barista": "till-9"}));
    let visit = ask(json!({"do": "greet", "code": null}))["visit"].clone();
    ask(json!({"do": "cancel", "visit": visit, "barista": "till-9"}));
    for bad in [json!(7), json!(""), json!("x".repeat(65)), json!("a\nb")] {
        let answer = ask(json!({"do": "greet", "code": null, "barista": bad}));
        assert_eq!(answer["error"]["code"], "bad_request", "{answer}");
    }
    let sales = records(&path, "sale");
    let who: Vec<Option<&str>> = sales.iter().map(|sale| sale["barista"].as_str()).collect();
    assert_eq!(who, [Some("till-7"), Some("till-8"), None]);
    assert_eq!(sales[0]["known"], json!({"by": "found", "lines": 0, "after_ms": 0}));
    assert_eq!(sales[0]["taken_off"]["lines"], 1, "between one quote and the next");
    assert_eq!(records(&path, "refund")[0]["barista"], "till-9");
    assert_eq!(records(&path, "cancel")[0]["barista"], "till-9");
}

#[test]
fn the_offices_list_takes_the_place_of_the_one_before_and_of_who_is_off_it_nothing_is_left() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("kava.db");
    let mut shop = shop_at(&path);
    shop.counter.sign_on(&"b-2".into(), None, MORNING).unwrap();
    let mut hear = |version: i64, text: &str| {
        let (digest, bytes) = (hex_digest(text.as_bytes()), text.len() as u64);
        let edition = Edition { stream: "staff".into(), version, digest, bytes };
        shop.counter.hear(&News::Document(edition, text.into()), MORNING).unwrap()
    };
    assert!(!hear(1, r#"[{"id":"b-3","name":""}]"#), "refused whole");
    assert!(hear(2, r#"[{"id":"b-3","name":"Вера"}]"#));
    assert_eq!(shop.counter.signed_on(MORNING), None, "whoever is off the list is signed off");
    let names: Vec<&str> = shop.counter.staff().iter().map(|one| one.name.as_str()).collect();
    assert_eq!(names, ["Вера"]);
    assert_eq!(shop.counter.sign_on(&"b-2".into(), None, MORNING).unwrap_err().code(), "barista_unknown");
    drop(shop);
    for file in std::fs::read_dir(folder.path()).unwrap() {
        let (bytes, name) = (std::fs::read(file.unwrap().path()).unwrap(), "Боря".as_bytes());
        assert!(!bytes.windows(name.len()).any(|part| part == name), "the name is in no file");
    }
}
