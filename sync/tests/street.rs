//! The thin street of the office with the real programs: a counter enrols, gets its menu, sells, and what it sold is
//! at the office once; the office is killed, a counter is cloned, shut out, let in again.

#![expect(
    clippy::expect_used,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test stops at the first surprise"
)]
#![expect(dead_code, reason = "this file says nothing by hand")]

mod running;

use kava::testing::shop::menu_of_products;
use kava_sync::ledger::{Access, Ledger, audit::receipts};
use running::{Counter, Office};
use serde_json::{Value, json};
use std::{
    collections::BTreeSet,
    fs,
    io::{BufRead, BufReader, Write},
    process::{Child, ChildStdin, ChildStdout, Stdio},
    sync::mpsc::channel,
    time::{Duration, Instant},
};

/// How often the office is killed; set `KAVA_KILLS` for more.
fn kills() -> u32 {
    std::env::var("KAVA_KILLS").map_or(6, |number| number.parse().unwrap())
}

/// However slow the machine is.
const PATIENT: Duration = Duration::from_secs(120);

fn with_menu() -> Office {
    let office = Office::start();
    publish(&office, &menu_of_products().to_json());
    office
}

fn publish(office: &Office, menu: &str) {
    let file = office.folder.path().join("menu.json");
    fs::write(&file, menu).unwrap();
    assert_eq!(office.run(&["publish", "menu", file.to_str().unwrap()])["new"], json!(true));
}

fn at_office(office: &Office) -> BTreeSet<String> {
    receipts(&Ledger::open(&office.db(), Access::Read).unwrap()).unwrap()
}

fn holds(office: &Office, counters: &[&Counter]) {
    assert_eq!(office.run(&["audit"])["findings"], json!([]));
    for counter in counters {
        assert_eq!(counter.run(&["audit"])["findings"], json!([]));
    }
}

#[test]
fn a_counter_enrols_gets_its_menu_sells_and_what_it_sold_is_at_the_office_once() {
    let office = with_menu();
    let counters = [Counter::enrolled(&office, "1"), Counter::enrolled(&office, "2")];
    let mut sold = BTreeSet::new();
    for counter in &counters {
        // The menu, and the keys of guests' codes.
        let first = counter.run(&["sync"]);
        assert_eq!((first["documents"].clone(), first["waiting"].clone()), (json!(2), json!(0)), "{first}");
        for _ in 0..3 {
            sold.insert(counter.sell());
        }
        let second = counter.run(&["sync"]);
        // A sale and the decision behind it.
        assert_eq!((second["new"].clone(), second["documents"].clone()), (json!(6), json!(0)), "{second}");
        assert_eq!(counter.run(&["sync"])["sent"], json!(0));
    }
    assert_eq!(at_office(&office), sold);
    let listed = office.run(&["counters"]);
    assert_eq!(listed["counters"][1]["records"], json!(6), "{listed}");
    assert_eq!(listed["counters"][1]["state"], json!("active"));
    holds(&office, &[&counters[0], &counters[1]]);
}

#[test]
fn without_an_office_a_counter_sells_and_says_why_nothing_was_sent() {
    let mut office = with_menu();
    let counter = Counter::enrolled(&office, "1");
    counter.run(&["sync"]);
    office.kill();
    let receipt = counter.sell();
    let tried = counter.try_run(&["sync"]);
    let said: Value = serde_json::from_slice(&tried.stdout).unwrap();
    assert_eq!((tried.status.code(), said["waiting"].clone()), (Some(1), json!(2)), "{said}");
    assert!(said["hitch"].as_str().unwrap().contains("cannot be reached"), "{said}");
    office.start_again();
    counter.run(&["sync"]);
    assert_eq!(at_office(&office), BTreeSet::from([receipt]));
}

#[test]
fn prices_of_the_office_are_in_force_as_soon_as_they_have_arrived_whole() {
    let office = with_menu();
    let counter = Counter::enrolled(&office, "1");
    counter.run(&["sync"]);
    let dearer = menu_of_products().to_json().replace("\"price\":670", "\"price\":690");
    publish(&office, &dearer);
    let before = counter.run(&["visit", "--item", "latte"]);
    assert_eq!(before["quote"]["net_minor"], json!(670));
    assert_eq!(counter.run(&["sync"])["documents"], json!(1));
    let after = counter.run(&["visit", "--item", "latte"]);
    assert_eq!(after["quote"]["net_minor"], json!(690));
    let bad = office.folder.path().join("bad.json");
    for (stream, text) in
        [("menu", "[]"), ("menu", "{"), ("policy", "{\"x\":"), ("bundle", "{}"), ("weather", "[]")]
    {
        fs::write(&bad, text).unwrap();
        let refused = office.try_run(&["publish", stream, bad.to_str().unwrap()]);
        assert_eq!(refused.status.code(), Some(2), "{stream} {text}");
        assert_eq!(String::from_utf8(refused.stderr).unwrap().lines().count(), 1);
    }
    assert_eq!(counter.run(&["replay"])["different"], json!([]));
}

#[test]
fn a_staff_list_goes_down_once_and_whoever_is_taken_off_it_is_in_no_file_of_a_till() {
    let office = with_menu();
    let counter = Counter::enrolled(&office, "1");
    let names = || -> Vec<Value> {
        let list = counter.run(&["staff", "list"]);
        list["staff"].as_array().unwrap().iter().map(|one| one["name"].clone()).collect()
    };
    counter.run(&["staff", "add", "Gleb"]);
    counter.run(&["sync"]);
    assert_eq!(names(), ["Gleb"], "an office without a list leaves a till's own alone");
    let anna = office.run(&["staff", "add", "Annabelle"])["id"].clone();
    office.run(&["staff", "add", "Zoe", "--shop", "another"]);
    assert_eq!(counter.run(&["sync"])["documents"], json!(1));
    assert_eq!(names(), ["Annabelle"]);
    assert_eq!(counter.run(&["sync"])["documents"], json!(0), "it is fetched once");
    let refused = counter.try_run(&["staff", "add", "Boris"]);
    assert_eq!(refused.status.code(), Some(2));
    assert!(String::from_utf8(refused.stderr).unwrap().contains("`kava-sync staff`"));
    // Status 1 where a reader kept the log; the name is off the list all the same.
    let removed = office.try_run(&["staff", "remove", anna.as_str().unwrap()]);
    assert!(matches!(removed.status.code(), Some(0 | 1)), "{removed:?}");
    counter.run(&["sync"]);
    assert_eq!(names(), [] as [Value; 0]);
    let own = |name: &str| name.starts_with("counter-1.db");
    for file in fs::read_dir(office.folder.path()).unwrap().map(Result::unwrap) {
        let bytes = fs::read(file.path()).unwrap();
        let found = bytes.windows(9).any(|part| part == b"Annabelle");
        assert!(!found || !own(&file.file_name().to_string_lossy()), "{:?}", file.path());
    }
}

#[test]
fn a_counter_that_was_shut_out_is_told_so_and_comes_back_with_a_new_code() {
    let office = with_menu();
    let counter = Counter::enrolled(&office, "1");
    counter.run(&["sync"]);
    office.run(&["revoke", "--shop", "1", "--counter", "1"]);
    counter.sell();
    let said: Value = serde_json::from_slice(&counter.try_run(&["sync"]).stdout).unwrap();
    assert!(said["hitch"].as_str().unwrap().contains("shut out"), "{said}");
    let enrolled = counter.run(&["enrol", "--office", &office.url(), &office.code("1")]);
    assert_eq!(enrolled["epoch"], json!(2));
    counter.sell();
    // What waited in the old epoch goes first, and the new one ties on to it.
    assert_eq!(counter.run(&["sync"])["new"], json!(4));
    assert_eq!(at_office(&office).len(), 2);
    holds(&office, &[&counter]);
}

#[test]
fn a_cloned_counter_is_found_out_and_enrolling_anew_ends_it() {
    let office = with_menu();
    let counter = Counter::enrolled(&office, "1");
    counter.run(&["sync"]);
    counter.sell();
    counter.run(&["sync"]);
    let clone = Counter { db: office.folder.path().join("clone.db") };
    fs::copy(&counter.db, &clone.db).unwrap();
    counter.sell();
    counter.run(&["sync"]);
    clone.sell();
    let said: Value = serde_json::from_slice(&clone.try_run(&["sync"]).stdout).unwrap();
    assert!(said["hitch"].as_str().unwrap().contains("two machines"), "{said}");
    assert_eq!(office.run(&["alarms"])["alarms"][0]["code"], json!("series_fork"));
    assert_eq!(office.run(&["counters"])["counters"][0]["state"], json!("quarantined"));

    counter.run(&["enrol", "--office", &office.url(), &office.code("1")]);
    let receipt = counter.sell();
    counter.run(&["sync"]);
    assert!(at_office(&office).contains(&receipt));
    let said: Value = serde_json::from_slice(&clone.try_run(&["sync"]).stdout).unwrap();
    assert!(said["hitch"].as_str().unwrap().contains("another machine"), "{said}");
    holds(&office, &[&counter]);
}

#[test]
fn a_spare_takes_the_place_of_a_dead_counter() {
    let office = with_menu();
    let dead = Counter::enrolled(&office, "1");
    dead.run(&["sync"]);
    dead.sell();
    dead.run(&["sync"]);
    fs::remove_file(&dead.db).unwrap();
    let spare = Counter { db: office.folder.path().join("spare.db") };
    spare.run(&["init", "--counter", "1"]);
    assert_eq!(spare.run(&["enrol", "--office", &office.url(), &office.code("1")])["epoch"], json!(2));
    spare.run(&["sync"]);
    spare.sell();
    assert_eq!(spare.run(&["sync"])["new"], json!(2));
    assert_eq!(at_office(&office).len(), 2);
    assert_eq!(office.run(&["alarms"])["alarms"], json!([]), "its series ties on to what the office had");
    holds(&office, &[&spare]);
}

/// A counter that serves, driven by lines.
struct Serving {
    child: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
}

impl Serving {
    fn start(counter: &Counter) -> Serving {
        let mut command = counter.command(&["counter", "--json-lines"]);
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        let (input, output) = (child.stdin.take().unwrap(), BufReader::new(child.stdout.take().unwrap()));
        Serving { child, input, output }
    }

    fn ask(&mut self, request: &Value) -> Value {
        writeln!(self.input, "{request}").unwrap();
        let mut line = String::new();
        self.output.read_line(&mut line).unwrap();
        serde_json::from_str(&line).unwrap()
    }

    fn sell(&mut self) -> String {
        let visit = self.ask(&json!({"do": "greet"}))["visit"].clone();
        self.ask(&json!({"do": "quote", "visit": visit, "basket": [{"sku": "latte"}]}));
        let settled = self.ask(&json!({"do": "settle", "visit": visit, "pay": "card"}));
        assert_eq!(settled["status"], json!("done"), "{settled}");
        settled["receipt"].as_str().unwrap().to_owned()
    }

    fn queue(&mut self) -> u64 {
        self.ask(&json!({"do": "status"}))["queue"].as_u64().unwrap()
    }

    /// Waits until everything is sent; whoever waits asks, and asking is no sale.
    fn drain(&mut self) {
        let begun = Instant::now();
        while self.queue() > 0 {
            assert!(begun.elapsed() < PATIENT, "{} records are stuck", self.queue());
            pause(Duration::from_millis(50));
        }
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        // Both fail only when it has ended already.
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

#[test]
fn a_counter_that_sells_says_what_is_between_it_and_its_office() {
    let mut office = with_menu();
    let counter = Counter::enrolled(&office, "1");
    counter.run(&["sync"]);
    let mut serving = Serving::start(&counter);
    let mut until = |wanted: &str| {
        let begun = Instant::now();
        loop {
            let status = serving.ask(&json!({"do": "status"}));
            let hitch = status["office"]["hitch"].as_str().unwrap_or("well").to_owned();
            if hitch.contains(wanted) {
                return;
            }
            assert!(begun.elapsed() < PATIENT, "not {wanted}: {status}");
            pause(Duration::from_millis(50));
        }
    };
    until("well");
    office.kill();
    until("cannot be reached");
    office.start_again();
    until("well");
    office.run(&["revoke", "--shop", "1", "--counter", "1"]);
    until("shut out");
}

/// Nobody speaks on this channel: waiting for it is a pause.
fn pause(length: Duration) {
    let (_nobody, silence) = channel::<()>();
    silence.recv_timeout(length).unwrap_or_default();
}

#[test]
fn an_office_killed_again_and_again_loses_and_doubles_nothing_and_no_sale_waits() {
    let mut office = with_menu();
    let counters = [Counter::enrolled(&office, "1"), Counter::enrolled(&office, "2")];
    for counter in &counters {
        counter.run(&["sync"]);
    }
    let mut serving: Vec<Serving> = counters.iter().map(Serving::start).collect();
    let mut sold = BTreeSet::new();
    for round in 0..kills() {
        for one in &mut serving {
            for _ in 0..3 {
                sold.insert(one.sell());
            }
        }
        // At another moment of sending each time.
        pause(Duration::from_millis(u64::from(round * 97 % 700)));
        office.kill();
        for one in &mut serving {
            sold.insert(one.sell());
        }
        office.start_again();
    }
    for one in &mut serving {
        one.drain();
    }
    drop(serving);
    assert_eq!(at_office(&office), sold);
    assert_eq!(office.run(&["alarms"])["alarms"], json!([]));
    holds(&office, &[&counters[0], &counters[1]]);
}
