//! A customer is erased at the office: no file there or at any counter has them any more, every counter gives a
//! receipt, and the books still hold. With the real programs and real files.

#![expect(
    clippy::expect_used,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test stops at the first surprise"
)]
#![expect(dead_code, reason = "the running programs are used in part")]

mod running;

use kava::{
    facts::{
        customer::Consent,
        moment::Moment,
        purchase::{PaymentKind, PurchaseKind},
    },
    flow::{
        Counter as Engine,
        counter::Settings,
        deliver::{Load, Messenger},
        ids::Ids,
        quote::{Choice, QuoteWish},
        settle::Pays,
    },
    ports::Idempotency,
    store::{Access, Durability, Store},
    testing::{
        scripted::{Act, ScriptedRegister},
        shop::{DAY_MS, MORNING, item, menu_of_products},
    },
    uplink::HttpUplink,
};
use running::{Counter, Office};
use serde_json::{Value, json};
use std::{fs, path::Path};

/// The engine on a counter's file.
fn engine(counter: &Counter, trust_ids: bool) -> (Engine, ScriptedRegister) {
    let store = Store::open(&counter.db, Access::Write, Durability::Full).unwrap();
    let register = ScriptedRegister::new(Idempotency::ClientKey);
    let settings = Settings { trust_ids, ..Settings::default() };
    let engine =
        Engine::new(store, Box::new(register.clone()), None, Ids::random().unwrap(), settings).unwrap();
    (engine, register)
}

/// One visit; gives the receipt.
fn buy(engine: &mut Engine, code: &str, at: Moment) -> kava::facts::id::ReceiptId {
    let visit = engine.greet(Some(code), at).unwrap().visit;
    let wish = QuoteWish { basket: vec![item("latte", 1)], choice: Choice::Best, kind: PurchaseKind::Sale };
    engine.quote(&visit, wish, at).unwrap();
    engine.settle(&visit, &Pays::Whole(PaymentKind::Card), at).unwrap().receipt
}

/// Files of the folder whose name begins so and in which the word stands somewhere.
fn residues(folder: &Path, begins: &str, words: &[&str]) -> Vec<String> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let bytes = fs::read(&path).unwrap();
        for word in words {
            if name.starts_with(begins) && bytes.windows(word.len()).any(|window| window == word.as_bytes()) {
                found.push(format!("{name} has {word}"));
            }
        }
    }
    found
}

fn sum(db: &Path, sql: &str) -> (i64, i64) {
    let books = rusqlite::Connection::open(db).unwrap();
    books.query_row(sql, [], |row| Ok((row.get(0)?, row.get(1)?))).unwrap()
}

/// A past of one guest at the first counter: five visits of which two wait to be sent, one given up, one refunded,
/// one whose register has not answered.
fn past(counter: &Counter) -> (String, String) {
    let (mut engine, register) = engine(counter, false);
    let guest = engine.register_customer(Consent::PERSONAL, MORNING).unwrap();
    let code = guest.code.as_str();
    let given_up = engine.greet(Some(code), MORNING.later(1)).unwrap().visit;
    engine.cancel(&given_up, MORNING.later(2)).unwrap();
    let receipts: Vec<_> = (1..=3).map(|day| buy(&mut engine, code, MORNING.later(day * DAY_MS))).collect();
    engine.refund(&receipts[0], None, MORNING.later(4 * DAY_MS)).unwrap();
    drop(engine);
    counter.run(&["sync"]);
    let (mut engine, register_now) = self::engine(counter, false);
    for day in 5..=6 {
        buy(&mut engine, code, MORNING.later(day * DAY_MS));
    }
    register_now.tape().script.push_back(Act::LoseAnswer);
    buy(&mut engine, code, MORNING.later(7 * DAY_MS));
    drop(register);
    (guest.customer.to_string(), guest.code)
}

fn with_menu() -> Office {
    let office = Office::start();
    let file = office.folder.path().join("menu.json");
    fs::write(&file, menu_of_products().to_json()).unwrap();
    office.run(&["publish", "menu", file.to_str().unwrap()]);
    office
}

#[test]
fn who_is_erased_at_the_office_is_nowhere_any_more_and_the_books_hold() {
    let office = with_menu();
    let folder = office.folder.path().to_path_buf();
    let counters = [Counter::enrolled(&office, "1"), Counter::enrolled(&office, "2")];
    for counter in &counters {
        counter.run(&["sync"]);
    }
    let (customer, code) = past(&counters[0]);
    buy(&mut engine(&counters[1], true).0, &customer, MORNING.later(DAY_MS));
    counters[1].run(&["sync"]);
    let words = [customer.as_str(), code.as_str()];
    for file in ["office.db", "counter-1.db", "counter-2.db"] {
        assert!(!residues(&folder, file, &words[..1]).is_empty(), "{file} knows the guest first");
    }
    let backup = folder.join("kept.backup");
    counters[0].run(&["backup", backup.to_str().unwrap()]);

    // A run of learning that was killed leaves what it had laid out.
    fs::write(folder.join("office.learning"), &customer).unwrap();
    let erased = office.run(&["erase", &customer]);
    assert_eq!(residues(&folder, "office.learning", &words), [""; 0]);
    assert!(erased["records"].as_u64().unwrap() >= 8, "{erased}");
    assert_eq!(residues(&folder, "office.db", &words), [""; 0]);
    assert_eq!(office.run(&["erase", &customer])["records"], json!(0), "twice is once");

    // Whoever sends first is sent back.
    let (offline, _) = engine(&counters[0], false);
    let link = offline.store().office_link().unwrap().unwrap();
    let line = HttpUplink::new(&link.url, None).unwrap();
    let mut messenger = Messenger::new(&link, Box::new(line), Ids::random().unwrap()).unwrap();
    let load = Load::next(offline.store()).unwrap().unwrap();
    let now = Moment(jiff::Timestamp::now().as_millisecond());
    assert!(messenger.send(&load, now).unwrap_err().is_erasures_first());
    drop(offline);

    sync_and_look(&office, &counters[0], &words);
    let standing = office.run(&["erasures"]);
    assert_eq!(standing["erasures"][0]["open"], json!(["1/2"]), "{standing}");
    sync_and_look(&office, &counters[1], &words);
    let standing = office.run(&["erasures"]);
    assert_eq!(standing["erasures"][0]["open"], json!([]), "{standing}");
    assert_eq!(standing["erasures"][0]["done"].as_array().unwrap().len(), 2, "{standing}");

    // What was sold is still sold, also what the office had not heard of before.
    let at_counter = sum(&counters[0].db, "SELECT count(*), sum(net) FROM purchase");
    let at_office = "SELECT count(*), sum(net) FROM receipt JOIN counter c ON c.id = receipt.counter
        WHERE kind = 'sale' AND c.counter = '1'";
    assert_eq!(sum(&office.db(), at_office), at_counter);

    // Nobody comes back by their card, and nobody by a backup.
    let (mut after, _) = engine(&counters[0], false);
    assert!(after.greet(Some(&code), MORNING.later(9 * DAY_MS)).is_err());
    drop(after);
    counters[0].run(&["restore", backup.to_str().unwrap()]);
    fs::remove_file(&backup).unwrap();
    for entry in fs::read_dir(&folder).unwrap() {
        let path = entry.unwrap().path();
        if path.to_string_lossy().contains(".before-restore") {
            fs::remove_file(path).unwrap();
        }
    }
    sync_and_look(&office, &counters[0], &words);
}

/// Syncs a counter with what comes down first; nothing of it may name the guest afterwards.
fn sync_and_look(office: &Office, counter: &Counter, words: &[&str]) {
    let folder = office.folder.path();
    let name = counter.db.file_name().unwrap().to_string_lossy().into_owned();
    let output = counter.try_run(&["sync"]);
    assert!(output.status.success(), "{output:?}");
    for said in [&output.stdout, &output.stderr] {
        let said = String::from_utf8_lossy(said);
        assert!(words.iter().all(|word| !said.contains(word)), "{said}");
    }
    assert_eq!(residues(folder, &name, words), [""; 0]);
    assert_eq!(residues(folder, "office.db", words), [""; 0]);
    let replayed: Value = counter.run(&["replay"]);
    assert_eq!(replayed["different"], json!([]), "{replayed}");
    assert!(replayed["erased"].as_u64().unwrap() > 0, "{replayed}");
    assert_eq!(counter.run(&["audit"])["findings"], json!([]));
    assert_eq!(office.run(&["audit"])["findings"], json!([]));
}
