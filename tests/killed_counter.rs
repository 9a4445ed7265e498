//! A counter that is killed (as by `kill -9`) while a receipt is under way, in front of a register that
//! misbehaves: afterwards every receipt is rung up and remembered once, or neither.

#![cfg(feature = "cli")]
#![expect(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test fails by panicking")]

mod simulators;

use self::simulators::{Dice, PATIENT, Simulator};
use rusqlite::{Connection, OpenFlags};
use serde_json::{Value, json};
use std::{
    collections::BTreeMap,
    io::{BufRead, BufReader, Write},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::mpsc::channel,
    time::Duration,
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
const FAULTS: [&str; 7] =
    ["delay:0", "delay:150", "drop_answer", "drop_request", "hang", "half_answer", "error_500_after"];
const ROUNDS: u32 = 24;

/// A counter's files, and the program that runs on them.
struct Counter {
    folder: tempfile::TempDir,
}

impl Counter {
    fn make(register: &str) -> Counter {
        Counter::with(&format!("[register]\nkind = 'simulator'\nurl = '{register}'\ndeadline_ms = 800\n"))
    }

    fn with(register: &str) -> Counter {
        let counter = Counter { folder: tempfile::tempdir().unwrap() };
        let devices = format!("{register}[scanner]\nkind = 'none'\n");
        for (name, text) in
            [("menu.csv", MENU), ("mapping.toml", MAPPING), ("counter.toml", devices.as_str())]
        {
            std::fs::write(counter.path(name), text).unwrap();
        }
        counter.run(&["init"]);
        let (mapping, folder) = (counter.path("mapping.toml"), counter.folder.path().to_owned());
        counter.run(&["import", "--mapping", &mapping.to_string_lossy(), &folder.to_string_lossy()]);
        counter
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_kava"));
        command.arg("--db").arg(self.path("kava.db")).arg("--config").arg(self.path("counter.toml"));
        command.args(args);
        command
    }

    fn run(&self, args: &[&str]) -> String {
        let output = self.command(args).output().unwrap();
        let words = String::from_utf8_lossy(&output.stdout).into_owned();
        assert!(output.status.success(), "{args:?}: {words} {}", String::from_utf8_lossy(&output.stderr));
        words
    }

    /// Starts a sale that nobody waits for.
    fn sell(&self) -> Child {
        let mut sale = self.command(&["visit", "--item", "1x3", "--item", "2", "--pay", "card"]);
        sale.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap()
    }

    /// Sells by JSON lines until it is killed; gives the receipts that it said were done.
    fn sell_until_killed(&self, after_ms: u64) -> Vec<String> {
        let mut counter = self.command(&["counter", "--json-lines"]);
        let mut counter = counter.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        let (mut input, output) = (counter.stdin.take().unwrap(), counter.stdout.take().unwrap());
        let asker = std::thread::spawn(move || {
            let mut answers = BufReader::new(output).lines();
            let mut ask = move |request: Value| -> Option<Value> {
                writeln!(input, "{request}").ok()?;
                serde_json::from_str(&answers.next()?.ok()?).ok()
            };
            let mut done = Vec::new();
            while let Some(settled) = sell_once(&mut ask) {
                if settled["status"] == "done" {
                    done.push(settled["receipt"].as_str().unwrap().to_owned());
                }
            }
            done
        });
        pause(after_ms);
        counter.kill().unwrap();
        counter.wait().unwrap();
        asker.join().unwrap()
    }

    /// A new start finishes what was open.
    fn start_again(&self) {
        let mut counter = self.command(&["counter", "--json-lines"]);
        let mut counter = counter.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        counter.stdin.take().unwrap().write_all(b"{\"do\":\"status\"}\n").unwrap();
        let output = counter.wait_with_output().unwrap();
        assert!(output.status.success());
        assert!(String::from_utf8_lossy(&output.stdout).contains("open_charges"));
    }

    /// Receipt and state of every charge.
    fn charges(&self) -> BTreeMap<String, String> {
        self.rows("SELECT receipt, state FROM charge", |row| Ok((row.get(0)?, row.get(1)?)))
    }

    /// Receipt and what was paid of every sale.
    fn sales(&self) -> BTreeMap<String, i64> {
        self.rows("SELECT receipt, net FROM purchase", |row| Ok((row.get(0)?, row.get(1)?)))
    }

    fn rows<V>(
        &self,
        sql: &str,
        read: fn(&rusqlite::Row<'_>) -> rusqlite::Result<(String, V)>,
    ) -> BTreeMap<String, V> {
        let database =
            Connection::open_with_flags(self.path("kava.db"), OpenFlags::SQLITE_OPEN_READ_ONLY).unwrap();
        database.busy_timeout(PATIENT).unwrap();
        let mut statement = database.prepare(sql).unwrap();
        let rows = statement.query_map([], read).unwrap();
        rows.collect::<rusqlite::Result<Vec<_>>>().unwrap().into_iter().collect()
    }
}

/// One guest, from greet to settle; nothing when the counter is no more.
fn sell_once(ask: &mut impl FnMut(Value) -> Option<Value>) -> Option<Value> {
    let visit = ask(json!({"do": "greet"}))?["visit"].clone();
    let basket = json!([{"sku": "1", "qty": 3}, {"sku": "2"}]);
    ask(json!({"do": "quote", "visit": visit, "basket": basket}))?;
    ask(json!({"do": "settle", "visit": visit, "pay": "card"}))
}

/// How often the counter of JSON lines is killed; set `KAVA_KILLS` for more.
fn kills() -> u32 {
    std::env::var("KAVA_KILLS").map_or(10, |number| number.parse().unwrap())
}

/// Ids in the register's journal, each as often as it was rung up.
fn journal(path: &Path) -> Vec<String> {
    let content = std::fs::read_to_string(path).unwrap_or_default();
    let entries = content.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
    entries.map(|entry| entry["id"].as_str().unwrap().to_owned()).collect()
}

fn pause(milliseconds: u64) {
    let (_nobody, silence) = channel::<()>();
    silence.recv_timeout(Duration::from_millis(milliseconds)).unwrap_or_default();
}

#[test]
fn a_counter_killed_while_selling_leaves_every_receipt_once_or_not_at_all() {
    let seed = 1;
    let mut dice = Dice(seed);
    let mut simulator = Simulator::start();
    let counter = Counter::make(&simulator.url());
    let mut cut_short = 0;
    for _ in 0..ROUNDS {
        simulator.misbehave(&[FAULTS[usize::try_from(dice.roll(7)).unwrap()]]);
        let mut sale = counter.sell();
        pause(30 + dice.roll(320));
        sale.kill().unwrap();
        sale.wait().unwrap();
        cut_short += counter.charges().values().filter(|state| *state == "prepared").count();
        if dice.roll(6) == 0 {
            simulator.kill();
            simulator.restart();
        }
        counter.start_again();
        let open: Vec<_> = counter.charges().into_iter().filter(|(_, state)| state == "prepared").collect();
        assert!(open.is_empty(), "seed {seed}: the register answers, yet open is {open:?}");
    }
    assert!(cut_short > 2, "only {cut_short} sales were cut short between sent and answered");

    let (charges, sales) = (counter.charges(), counter.sales());
    let rung_up = journal(simulator.journal());
    for id in &rung_up {
        assert_eq!(simulator.rung_up(id), [2460], "seed {seed}: {id} once, with the right total");
        let state = charges.get(id).unwrap_or_else(|| panic!("seed {seed}: nobody remembers {id}"));
        assert_eq!(sales.get(id), (state == "done").then_some(&2460), "seed {seed}: {id} is {state}");
        assert!(["done", "needs_review"].contains(&state.as_str()), "seed {seed}: {id} is {state}");
    }
    for id in sales.keys() {
        assert!(rung_up.contains(id), "seed {seed}: {id} was sold but never rung up");
    }
    counter.run(&["audit"]);
}

#[test]
fn what_a_killed_counter_said_was_done_is_there_once_whoever_rings_up() {
    for by_hand in [true, false] {
        let seed = 2;
        let mut dice = Dice(seed);
        let simulator = Simulator::start();
        let counter = if by_hand { Counter::with("") } else { Counter::make(&simulator.url()) };
        let mut done = Vec::new();
        for _ in 0..kills() {
            let faults: Vec<_> = (0..3).map(|_| FAULTS[usize::try_from(dice.roll(7)).unwrap()]).collect();
            simulator.misbehave(&faults);
            done.extend(counter.sell_until_killed(60 + dice.roll(500)));
        }
        simulator.misbehave(&[]);
        counter.start_again();
        assert!(done.len() > 2, "only {} sales were acknowledged", done.len());
        let times: BTreeMap<String, i64> = counter
            .rows("SELECT receipt, count(*) FROM purchase GROUP BY receipt", |row| {
                Ok((row.get(0)?, row.get(1)?))
            });
        for receipt in &done {
            assert_eq!(times.get(receipt), Some(&1), "seed {seed}, by hand {by_hand}: {receipt}");
        }
        if !by_hand {
            for receipt in times.keys() {
                assert_eq!(simulator.rung_up(receipt), [2460], "seed {seed}: {receipt}");
            }
        }
        counter.run(&["audit"]);
        counter.run(&["replay"]);
    }
}
