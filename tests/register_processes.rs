//! The real counter and the simulated registers as processes: messages are lost, late, doubled and spoiled,
//! either side is killed while a receipt is under way, and a person looks where the counter tells them to.
//! `KAVA_SCHEDULES=1000 cargo test --test register_processes -- --nocapture` runs that many for each adapter and says
//! what it saw; `KAVA_PROGRAM` names another build of the counter, `KAVA_SEED` another seed, `KAVA_ADAPTER` only one of
//! the adapters.

#![cfg(feature = "cli")]
#![expect(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test fails by panicking")]

mod simulators;

use self::simulators::{Dice, Simulator};
use serde_json::{Value, json};
use std::{
    io::Write,
    path::PathBuf,
    process::{Command, Stdio},
    sync::mpsc::channel,
    thread,
    time::Duration,
};

/// Three of the first do not divide; the second is exact.
const MENU: &str = "sku,name,category,price,cost\n1,Капучино,coffee,6.70,2.10\n2,Круассан,bakery,4.50,2.00\n";
const MAPPING: &str = "name = 'test'\n[format]\ndate = '%Y-%m-%d'\n[constants]\ntax_bp = 0\n\
    [products]\ndrink_categories = ['coffee']\n[menu]\nfile = 'menu.csv'\nsku = 'sku'\nname = 'name'\n\
    category = 'category'\nprice = 'price'\ncost = 'cost'\n";

/// One adapter and its simulator.
struct Kind {
    name: &'static str,
    program: &'static str,
    arguments: &'static [&'static str],
    currency: &'static str,
    /// Configuration, with PORT for the simulator's port.
    config: &'static str,
    faults: &'static [&'static str],
    /// Totals of what the journal holds for ever.
    documents: fn(&[Value]) -> Vec<i64>,
    /// Whether a person must never be needed.
    can_be_asked: bool,
}

const ALFA: &str =
    "[register]\nkind = 'alfa_kassa'\nurl = 'http://127.0.0.1:PORT/kassa'\ndeadline_ms = 700\n";
const ATOL: &str = "[register]\nkind = 'atol'\nurl = 'http://127.0.0.1:PORT'\ndeadline_ms = 1500\n";

const SMARTX: &str = "[register]\nkind = 'ikassa_smartx'\nurl = 'http://127.0.0.1:PORT'\ndeadline_ms = 700\n\
    [register.ikassa]\npin_file = 'pin'\n";
const TSRV: &str = "[register]\nkind = 'ikassa_tsrv'\nurl = 'http://127.0.0.1:PORT'\ndeadline_ms = 1000\n\
    [register.ikassa]\npin_file = 'pin'\n";

const KINDS: [Kind; 4] = [
    Kind {
        name: "alfa_kassa",
        program: "alfa_kassa.py",
        arguments: &[],
        currency: "BYN",
        config: ALFA,
        faults: &[
            "none",
            "delay:60",
            "delay:900",
            "drop_request",
            "drop_answer",
            "half_answer",
            "garbage",
            "error_500",
            "error_500_after",
            "hang",
        ],
        documents: orders,
        can_be_asked: false,
    },
    Kind {
        name: "atol",
        program: "atol.py",
        arguments: &["--any-shift"],
        currency: "RUB",
        config: ATOL,
        faults: &[
            "none",
            "delay:60",
            "delay:2200",
            "drop_request",
            "drop_answer",
            "half_answer",
            "garbage",
            "error_500",
            "error_500_after",
            "duplicate",
            "blocked",
            "blocked_before",
            "paper_out",
        ],
        documents: fiscal,
        can_be_asked: true,
    },
    Kind {
        name: "ikassa_smartx",
        program: "smartx.py",
        arguments: &[],
        currency: "BYN",
        config: SMARTX,
        faults: &[
            "none",
            "delay:60",
            "delay:900",
            "drop_request",
            "drop_answer",
            "half_answer",
            "garbage",
            "error_500",
            "error_500_after",
            "hang",
            "decline",
        ],
        documents: numbered,
        can_be_asked: false,
    },
    Kind {
        name: "ikassa_tsrv",
        program: "tsrv.py",
        arguments: &[],
        currency: "BYN",
        config: TSRV,
        faults: &[
            "none",
            "delay:60",
            "delay:1300",
            "drop_request",
            "drop_answer",
            "half_answer",
            "garbage",
            "garbage_frame",
            "printing",
            "shift_closed",
        ],
        documents: numbered,
        can_be_asked: true,
    },
];

/// Orders that hold lines and that nobody has cancelled.
fn orders(journal: &[Value]) -> Vec<i64> {
    let of = |kind: &'static str| journal.iter().filter(move |entry| entry["kind"] == kind);
    of("items")
        .filter(|items| !of("cancelled").any(|end| end["number"] == items["number"]))
        .map(|items| items["total_minor"].as_i64().unwrap())
        .collect()
}

/// Sales under the register's own numbers.
fn numbered(journal: &[Value]) -> Vec<i64> {
    let sales = journal.iter().filter(|entry| entry["kind"] == "sale");
    sales.map(|sale| sale["total_minor"].as_i64().unwrap()).collect()
}

/// Receipts in the fiscal storage, by the last word about each task.
fn fiscal(journal: &[Value]) -> Vec<i64> {
    let mut last: Vec<(&str, &Value)> = Vec::new();
    for entry in journal.iter().filter(|entry| entry["kind"] == "done") {
        let key = entry["uuid"].as_str().unwrap();
        last.retain(|(known, _)| *known != key);
        last.push((key, &entry["results"][0]));
    }
    let total = |result: &Value| result.pointer("/result/fiscalParams/total")?.as_f64();
    #[expect(clippy::cast_possible_truncation, reason = "kopecks of one receipt")]
    let kopecks = |total: f64| (total * 100.0).round() as i64;
    last.iter().filter_map(|(_, result)| total(result).map(kopecks)).collect()
}

/// A counter's files, and the program that runs on them.
struct Counter {
    folder: tempfile::TempDir,
}

impl Counter {
    fn make(kind: &Kind, port: u16) -> Counter {
        let counter = Counter { folder: tempfile::tempdir().unwrap() };
        let devices = format!("{}[scanner]\nkind = 'none'\n", kind.config.replace("PORT", &port.to_string()));
        for (name, text) in
            [("menu.csv", MENU), ("mapping.toml", MAPPING), ("counter.toml", &devices), ("pin", "2580\n")]
        {
            std::fs::write(counter.path(name), text).unwrap();
        }
        counter.run(&["init", "--currency", kind.currency]);
        let (mapping, folder) = (counter.path("mapping.toml"), counter.folder.path().to_owned());
        counter.run(&["import", "--mapping", &mapping.to_string_lossy(), &folder.to_string_lossy()]);
        counter
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn command(&self, args: &[&str]) -> Command {
        let program = std::env::var("KAVA_PROGRAM").unwrap_or_else(|_| env!("CARGO_BIN_EXE_kava").to_owned());
        let mut command = Command::new(program);
        command.arg("--db").arg(self.path("kava.db")).arg("--config").arg(self.path("counter.toml"));
        command.args(args).stderr(Stdio::null());
        command
    }

    fn run(&self, args: &[&str]) -> String {
        let output = self.command(args).output().unwrap();
        let words = String::from_utf8_lossy(&output.stdout).into_owned();
        assert!(output.status.success(), "{args:?}: {words}");
        words
    }

    /// Starts the counter, which finishes what was open, and asks it these things.
    fn ask(&self, requests: &[Value]) -> Vec<Value> {
        let mut counter = self.command(&["counter", "--json-lines"]);
        let mut counter = counter.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        let lines: String = requests.iter().map(|request| format!("{request}\n")).collect();
        counter.stdin.take().unwrap().write_all(lines.as_bytes()).unwrap();
        let output = counter.wait_with_output().unwrap();
        assert!(output.status.success());
        String::from_utf8_lossy(&output.stdout)
            .lines()
            .map(|line| serde_json::from_str(line).unwrap())
            .collect()
    }

    /// What was sold, in order.
    fn sold(&self) -> Vec<i64> {
        let database = rusqlite::Connection::open(self.path("kava.db")).unwrap();
        let mut statement = database.prepare("SELECT net FROM purchase ORDER BY id").unwrap();
        let rows = statement.query_map([], |row| row.get(0)).unwrap();
        rows.collect::<rusqlite::Result<_>>().unwrap()
    }
}

fn schedules() -> u64 {
    // A hundred together.
    std::env::var("KAVA_SCHEDULES")
        .map_or(100 / u64::try_from(KINDS.len()).unwrap(), |number| number.parse().unwrap())
}

fn pause(milliseconds: u64) {
    let (_nobody, silence) = channel::<()>();
    silence.recv_timeout(Duration::from_millis(milliseconds)).unwrap_or_default();
}

fn run(kind: &Kind, seed: u64) -> (u32, u32) {
    let mut dice = Dice(seed);
    let mut simulator = Simulator::start_as(kind.program, kind.arguments);
    let counter = Counter::make(kind, simulator.port());
    let (mut killed, mut reviewed) = (0, 0);
    for nth in 0..schedules() {
        let place = format!("{}, seed {seed}, schedule {nth}", kind.name);
        let before = (kind.documents)(&simulator.entries()).len();
        let sold_before = counter.sold().len();
        let pick = |dice: &mut Dice| {
            kind.faults[usize::try_from(dice.roll(u64::try_from(kind.faults.len()).unwrap())).unwrap()]
        };
        let faults: Vec<&str> =
            (0..4).map(|_| if dice.roll(2) == 0 { "none" } else { pick(&mut dice) }).collect();
        simulator.misbehave(&faults);
        let mut sale = counter.command(&["visit", "--item", "1x3", "--item", "2", "--pay", "card"]);
        let mut sale = sale.stdout(Stdio::null()).spawn().unwrap();
        if dice.roll(2) == 0 {
            pause(30 + dice.roll(500));
            killed += u32::from(sale.try_wait().unwrap().is_none());
            sale.kill().unwrap();
        }
        if dice.roll(5) == 0 {
            pause(dice.roll(200));
            simulator.kill();
            simulator.restart();
        }
        sale.wait().unwrap();
        simulator.misbehave(&[]);
        if kind.program == "atol.py" {
            simulator.person("mend", &json!({}));
        }
        reviewed += look(kind, &simulator, &counter, before, &place);
        let (documents, sold) = ((kind.documents)(&simulator.entries()), counter.sold());
        assert!(documents.len() <= before + 1, "{place}: {:?}", &documents[before..]);
        assert_eq!(documents[before..], sold[sold_before..], "{place}: register and books differ");
        let status = &counter.ask(&[json!({"do": "status"})])[0];
        assert_eq!(status["open_charges"], 0, "{place}: stuck: {status}");
    }
    counter.run(&["audit"]);
    (killed, reviewed)
}

/// How often the counter is started until a register that can be asked has answered: the machine may be busy and a
/// deadline is a deadline.
const STARTS: u32 = 20;

/// The counter starts again; a person looks at what it names and says what is there.
fn look(kind: &Kind, simulator: &Simulator, counter: &Counter, before: usize, place: &str) -> u32 {
    let mut status = counter.ask(&[json!({"do": "status"})]).remove(0);
    for _ in 0..STARTS {
        if !kind.can_be_asked || status["open_charges"] == 0 {
            break;
        }
        status = counter.ask(&[json!({"do": "status"})]).remove(0);
    }
    let reviews = status["reviews"].as_array().unwrap();
    assert!(reviews.is_empty() || !kind.can_be_asked, "{place}: a person is asked: {status}");
    for review in reviews {
        assert!(review["look"].as_str().is_some_and(|look| look.contains("24.60")), "{place}: {review}");
        // The waiting is over; what comes late has come.
        let right = (kind.documents)(&simulator.entries()).get(before) == Some(&2460);
        let answer =
            &counter.ask(&[json!({"do": "review", "receipt": review["receipt"], "rung_up": right})])[0];
        assert_eq!(answer["status"], if right { "done" } else { "void" }, "{place}: {answer}");
    }
    u32::try_from(reviews.len()).unwrap()
}

#[test]
fn whatever_dies_or_is_lost_register_and_books_have_every_receipt_once() {
    let seed = std::env::var("KAVA_SEED").map_or(1, |seed| seed.parse().unwrap());
    let only = std::env::var("KAVA_ADAPTER").ok();
    let kinds: Vec<&Kind> =
        KINDS.iter().filter(|kind| only.as_deref().is_none_or(|only| only == kind.name)).collect();
    assert!(!kinds.is_empty(), "{only:?} is none of the adapters");
    thread::scope(|scope| {
        let runs: Vec<_> =
            kinds.into_iter().map(|kind| (kind, scope.spawn(move || run(kind, seed)))).collect();
        for (kind, run) in runs {
            let (killed, reviewed) = run.join().unwrap_or_else(|_| panic!("{} failed", kind.name));
            writeln!(
                std::io::stdout(),
                "{}: {} schedules, {killed} counters killed, {reviewed} reviews, seed {seed}",
                kind.name,
                schedules()
            )
            .unwrap();
            assert!(killed > 0, "{}: no sale was cut short", kind.name);
            assert!(kind.can_be_asked || reviewed > 0, "{}: nobody was ever asked", kind.name);
        }
    });
}
