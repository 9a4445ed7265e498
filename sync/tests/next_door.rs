//! Two counters of one shop with the real programs: each knows what the other has sold, with the office gone; and when one
//! of them burns, what it sold comes to the office from the other.

#![expect(
    clippy::expect_used,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "a test stops at the first surprise and says what it saw"
)]
#![expect(dead_code, reason = "this file uses a part of what runs")]

mod running;

use kava::{
    devices::clock::SystemClock,
    facts::id::CounterId,
    flow::neighbour::tell,
    ports::Clock,
    store::{Durability, Store},
    testing::{random::Random, shop::menu_of_products},
    wire::{
        hex::array_from_hex,
        neighbour::{Copied, SignedEnd, write_copies},
        seal::{Asked, HEADERS, Seal},
    },
};
use kava_sync::ledger::{Access, Ledger, audit::receipts};
use running::{Counter, Office, Till};
use serde_json::{Value, json};
use std::{
    collections::BTreeSet,
    fs,
    sync::atomic::{AtomicU32, Ordering},
    time::{Duration, Instant},
};

const COPIES: &str = "/api/v1/copies";
/// However slow the machine is.
const PATIENT: Duration = Duration::from_secs(60);

/// How many counters burn; set `KAVA_BURNS` for more.
fn burns() -> u64 {
    std::env::var("KAVA_BURNS").map_or(3, |number| number.parse().unwrap())
}

/// Opens a till with the configuration beside its database.
fn open(counter: &Counter) -> Till {
    let config = counter.db.with_extension("toml");
    Till::open(counter, &["--config", config.to_str().unwrap()])
}

/// Greets, and lets the visit go again so that the next greeting looks anew, until the guest is known as they should be.
fn greet_until(till: &mut Till, code: &str, is_so: impl Fn(&Value) -> bool) -> Value {
    let begun = Instant::now();
    loop {
        let greeting = till.ask(&json!({"do": "greet", "code": code}));
        if greeting["visit"].is_string() {
            till.ask(&json!({"do": "cancel", "visit": greeting["visit"]}));
        }
        if is_so(&greeting["customer"]) {
            return greeting["customer"].clone();
        }
        assert!(begun.elapsed() < PATIENT, "still {greeting}");
        std::thread::park_timeout(Duration::from_millis(50));
    }
}

/// Where a counter of a shop picks up: loopback has sixteen million addresses, and nobody else takes these.
fn place(shop: u32, counter: usize) -> String {
    let [_, high, low, _] = (std::process::id() << 8).to_be_bytes();
    format!("127.{}.{}.{}:8485", 1 + high % 250, low, 1 + shop * 2 + u32::try_from(counter).unwrap())
}

/// Two counters of one shop that know where the other picks up; the office is gone when they open.
fn shop() -> (Office, [Counter; 2]) {
    let office = Office::start();
    let file = office.folder.path().join("menu.json");
    fs::write(&file, menu_of_products().to_json()).unwrap();
    office.run(&["publish", "menu", file.to_str().unwrap()]);
    let counters = ["1", "2"].map(|name| Counter::enrolled(&office, name));
    static SHOPS: AtomicU32 = AtomicU32::new(0);
    let shop = SHOPS.fetch_add(1, Ordering::Relaxed) % 120;
    for (nth, counter) in counters.iter().enumerate() {
        // Keys of both have to come down.
        counter.run(&["sync"]);
        let (own, other) = (place(shop, nth), place(shop, 1 - nth));
        let config = format!("[neighbours]\nlisten = \"{own}\"\nat = {{ {} = \"{other}\" }}\n", 2 - nth);
        fs::write(counter.db.with_extension("toml"), config).unwrap();
    }
    (office, counters)
}

fn at_office(office: &Office) -> BTreeSet<String> {
    receipts(&Ledger::open(&office.db(), Access::Read).unwrap()).unwrap()
}

fn receipt(settled: &Value) -> String {
    settled["receipt"].as_str().unwrap().to_owned()
}

#[test]
fn a_guest_of_one_counter_is_a_guest_of_the_other_with_the_office_gone() {
    let (mut office, counters) = shop();
    office.kill();
    let [mut first, mut second] = [&counters[0], &counters[1]].map(open);
    let card = first.ask(&json!({"do": "register_customer", "consent": ["personalisation"]}));
    let code = card["code"].as_str().expect("a printed card");
    let settled = first.sell(Some(code));
    let sold_at = Instant::now();
    // The card and the purchase are next door as soon as they are written there.
    let known = greet_until(&mut second, code, Value::is_object);
    assert_eq!(known["id"], card["customer"]);
    greet_until(&mut second, code, |customer| customer["features"]["visits"] == json!(1));
    println!("known next door after {} ms", sold_at.elapsed().as_millis());
    // Its own books have nothing of it.
    let refused = second.ask(&json!({"do": "refund", "receipt": receipt(&settled), "lines": null}));
    assert_eq!(refused["error"]["code"], json!("receipt_imported"), "{refused}");
    let sold = second.sell(Some(code));
    first.close();
    second.close();
    for counter in &counters {
        assert_eq!(counter.run(&["audit"])["findings"], json!([]));
        assert_eq!(counter.run(&["replay"])["different"], json!([]));
    }
    office.start_again();
    counters.iter().for_each(|counter| drop(counter.run(&["sync"])));
    assert_eq!(at_office(&office), BTreeSet::from([receipt(&settled), receipt(&sold)]));
    assert_eq!(office.run(&["audit"])["findings"], json!([]));
}

#[test]
fn what_a_counter_sold_before_it_burnt_comes_to_the_office_from_next_door() {
    let seed = std::env::var("KAVA_SEED").map_or(1, |seed| seed.parse().unwrap());
    let mut random = Random::new(seed);
    for burn in 0..burns() {
        let (mut office, counters) = shop();
        office.kill();
        let [mut first, mut second] = [&counters[0], &counters[1]].map(open);
        let mut sold = Vec::new();
        for _ in 0..=random.between(0, 7) {
            sold.push(receipt(&first.sell(None)));
            if random.once_in(2) {
                sold.push(receipt(&second.sell(None)));
            }
        }
        // At a random step of the telling the machine is gone with its disk.
        std::thread::park_timeout(Duration::from_millis(random.between(0, 400).unsigned_abs()));
        first.burn();
        second.close();
        let known = known_next_door(&counters[1]);
        for file in fs::read_dir(counters[0].db.parent().unwrap()).unwrap() {
            let file = file.unwrap().path();
            if file.file_name().unwrap().to_string_lossy().starts_with("counter-1.db") {
                fs::remove_file(file).unwrap();
            }
        }
        office.start_again();
        let synced = counters[1].run(&["sync"]);
        let there = at_office(&office);
        let lost: Vec<_> = known.difference(&there).collect();
        assert!(lost.is_empty(), "seed {seed}, burn {burn}: {lost:?} of {known:?}; {synced}");
        assert!(
            there.iter().all(|receipt| sold.contains(receipt)),
            "seed {seed}, burn {burn}: something is made up"
        );
        assert_eq!(counters[1].run(&["sync"])["copies"], json!(0), "what is there is brought once");
        // Another machine takes its place and sells; who burnt cannot come back.
        let spare = Counter { db: office.folder.path().join("spare.db") };
        spare.run(&["init", "--counter", "1"]);
        spare.run(&["enrol", "--office", &office.url(), &office.code("1")]);
        spare.run(&["sync"]);
        let after = spare.sell();
        spare.run(&["sync"]);
        assert!(at_office(&office).contains(&after));
        assert_eq!(office.run(&["audit"])["findings"], json!([]));
    }
}

/// Brings copies as the program of a counter would, whatever they say.
fn bring(office: &Office, by: &Counter, nonce: u8, text: &str) -> String {
    let store = Store::open(&by.db, kava::store::Access::Read, Durability::Full).unwrap();
    let secret = array_from_hex(&store.office_link().unwrap().unwrap().secret).unwrap();
    let asked = Asked { method: "POST", path: COPIES, body: text.as_bytes() };
    let seal = Seal::new(&secret, &asked, SystemClock.now(), [nonce; 16]);
    let headers = HEADERS.iter().zip(seal.headers()).map(|(name, value)| format!("{name}: {value}\r\n"));
    office.post(COPIES, &headers.collect::<String>(), text.as_bytes())
}

#[test]
fn nobody_brings_what_a_counter_has_not_signed_and_what_it_has_once() {
    let (office, counters) = shop();
    let [first, second] = &counters;
    let mut till = open(first);
    let receipt = receipt(&till.sell(None));
    till.close();
    let store = Store::open(&first.db, kava::store::Access::Read, Durability::Full).unwrap();
    let Copied { batch, end } = tell(&store, None, SystemClock.now()).unwrap().records.unwrap();
    let refused = |answer: &str| answer.starts_with("HTTP/1.1 403") && answer.contains("series_foreign");
    let forged = SignedEnd { signature: "0".repeat(128), ..end.clone() };
    assert!(refused(&bring(&office, second, 1, &write_copies(&forged, &batch))), "another signature");
    let stranger = SignedEnd { key: "0".repeat(16), ..end.clone() };
    assert!(refused(&bring(&office, second, 2, &write_copies(&stranger, &batch))), "a key of nobody");
    let altered = batch.replacen("latte", "lattE", 1);
    assert!(refused(&bring(&office, second, 3, &write_copies(&end, &altered))), "an altered record");
    let of_another = batch.replace("\"counter\":\"1\"", "\"counter\":\"2\"");
    assert!(refused(&bring(&office, second, 4, &write_copies(&end, &of_another))), "one's own as a copy");
    assert!(refused(&bring(&office, first, 5, &write_copies(&end, &batch))), "one's own as a copy");
    assert!(bring(&office, second, 6, &batch).starts_with("HTTP/1.1 400"), "no word of who has signed");
    assert_eq!(at_office(&office), BTreeSet::new());
    // The counter has enrolled anew meanwhile; what it signed before is its own all the same.
    drop(store);
    first.run(&["enrol", "--office", &office.url(), &office.code("1")]);
    for (nonce, new) in [(7, "\"new\":2"), (8, "\"new\":0")] {
        let answer = bring(&office, second, nonce, &write_copies(&end, &batch));
        assert!(answer.starts_with("HTTP/1.1 200") && answer.contains(new), "{answer}");
    }
    first.run(&["sync"]);
    assert_eq!(at_office(&office), BTreeSet::from([receipt]));
    assert_eq!(office.run(&["alarms"])["alarms"], json!([]));
    assert_eq!(office.run(&["audit"])["findings"], json!([]));
}

/// Receipts in the records of counter 1 that counter 2 has.
fn known_next_door(counter: &Counter) -> BTreeSet<String> {
    let store = Store::open(&counter.db, kava::store::Access::Read, Durability::Full).unwrap();
    let mut known: BTreeSet<String> = BTreeSet::new();
    if let Some(copies) = store.copies(&CounterId::new("1"), 1_000).unwrap() {
        for line in copies.lines {
            let line: Value = serde_json::from_str(&line).unwrap();
            if line["header"]["kind"] == json!("sale") {
                let sale: Value = serde_json::from_str(line["payload"].as_str().unwrap()).unwrap();
                known.insert(sale["receipt"].as_str().unwrap().to_owned());
            }
        }
    }
    known
}
