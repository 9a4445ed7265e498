//! Two counters of one shop with the real programs: each knows what the other has sold, with the office gone; and when one
//! of them burns, what it sold comes to the office from the other.

#![expect(
    clippy::expect_used,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test stops at the first surprise"
)]
#![expect(dead_code, reason = "this file uses a part of what runs")]

mod running;

use kava::testing::{random::Random, shop::menu_of_products};
use kava_sync::ledger::{Access, Ledger, audit::receipts};
use running::{Counter, Office};
use serde_json::{Value, json};
use std::{
    collections::BTreeSet,
    fs,
    io::{BufRead, BufReader, Write},
    net::TcpListener,
    process::{Child, ChildStdin, ChildStdout, Stdio},
    time::{Duration, Instant},
};

/// However slow the machine is.
const PATIENT: Duration = Duration::from_secs(60);

/// How many counters burn; set `KAVA_BURNS` for more.
fn burns() -> u64 {
    std::env::var("KAVA_BURNS").map_or(3, |number| number.parse().unwrap())
}

/// An open till.
struct Till {
    child: Child,
    words: ChildStdin,
    answers: BufReader<ChildStdout>,
}

impl Till {
    fn open(counter: &Counter) -> Till {
        let config = counter.db.with_extension("toml");
        let mut command = counter.command(&["counter", "--json-lines"]);
        let mut child = command
            .arg("--config")
            .arg(&config)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let (words, answers) = (child.stdin.take().unwrap(), BufReader::new(child.stdout.take().unwrap()));
        Till { child, words, answers }
    }

    fn ask(&mut self, request: &Value) -> Value {
        writeln!(self.words, "{request}").unwrap();
        let mut line = String::new();
        self.answers.read_line(&mut line).unwrap();
        serde_json::from_str(&line).unwrap()
    }

    /// Sells a latte; gives what was settled.
    fn sell(&mut self, code: Option<&str>) -> Value {
        let visit = self.ask(&json!({"do": "greet", "code": code}))["visit"].clone();
        let basket = json!([{"sku": "latte", "qty": 1}]);
        self.ask(&json!({"do": "quote", "visit": visit, "basket": basket, "offer": "best"}));
        let settled = self.ask(&json!({"do": "settle", "visit": visit, "pay": "card"}));
        assert_eq!(settled["status"], json!("done"), "{settled}");
        settled
    }

    /// Asks until the answer is as it should be.
    fn ask_until(&mut self, request: &Value, is_so: impl Fn(&Value) -> bool) -> Value {
        let begun = Instant::now();
        loop {
            let answer = self.ask(request);
            if is_so(&answer) {
                return answer;
            }
            assert!(begun.elapsed() < PATIENT, "still {answer}");
            std::thread::park_timeout(Duration::from_millis(50));
        }
    }

    fn close(self) {
        let Till { mut child, words, .. } = self;
        drop(words);
        assert!(child.wait().unwrap().success());
    }

    /// As when the machine burns.
    fn burn(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

/// A port that is free now.
fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

/// Two counters of one shop that know where the other picks up; the office is gone when they open.
fn shop() -> (Office, [Counter; 2]) {
    let office = Office::start();
    let file = office.folder.path().join("menu.json");
    fs::write(&file, menu_of_products().to_json()).unwrap();
    office.run(&["publish", "menu", file.to_str().unwrap()]);
    let counters = ["1", "2"].map(|name| Counter::enrolled(&office, name));
    let ports = [free_port(), free_port()];
    for (nth, counter) in counters.iter().enumerate() {
        // Keys of both have to come down.
        counter.run(&["sync"]);
        let (own, other) = (ports[nth], ports[1 - nth]);
        let config = format!(
            "[neighbours]\nlisten = \"127.0.0.1:{own}\"\nat = {{ {} = \"127.0.0.1:{other}\" }}\n",
            2 - nth
        );
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
    let [mut first, mut second] = [&counters[0], &counters[1]].map(Till::open);
    let card = first.ask(&json!({"do": "register_customer", "consent": ["personalisation"]}));
    let code = card["code"].as_str().expect("a printed card");
    let settled = first.sell(Some(code));
    // The card and the purchase are next door as soon as they are written there.
    let greet = json!({"do": "greet", "code": code});
    let known = second.ask_until(&greet, |answer| answer["customer"].is_object());
    assert_eq!(known["customer"]["id"], card["customer"]);
    let visits = |answer: &Value| answer["customer"]["features"]["visits"] == json!(1);
    second.ask_until(&greet, visits);
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
        let [mut first, mut second] = [&counters[0], &counters[1]].map(Till::open);
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

/// Receipts in the records of counter 1 that counter 2 has.
fn known_next_door(counter: &Counter) -> BTreeSet<String> {
    use kava::store::{Access, Durability, Store};
    let store = Store::open(&counter.db, Access::Read, Durability::Full).unwrap();
    let mut known: BTreeSet<String> = BTreeSet::new();
    if let Some(copies) = store.copies_of_the_silent(kava::facts::moment::Moment(i64::MAX), 1_000).unwrap() {
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
