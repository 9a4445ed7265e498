//! A counter that is killed (as by `kill -9`) while a receipt is under way, in front of a register that
//! misbehaves: afterwards every receipt is rung up and remembered once, or neither.

#![cfg(feature = "cli")]
#![expect(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test fails by panicking")]

mod simulators;

use self::simulators::{Dice, PATIENT, Simulator};
use rusqlite::{Connection, OpenFlags};
use serde_json::Value;
use std::{
    collections::BTreeMap,
    io::Write,
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
        let counter = Counter { folder: tempfile::tempdir().unwrap() };
        let devices = format!(
            "[register]\nkind = 'simulator'\nurl = '{register}'\ndeadline_ms = 800\n[scanner]\nkind = 'none'\n"
        );
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
