//! Every register can be chosen by configuration alone: one visit with each, from the command line to its journal.

#![cfg(feature = "cli")]
#![expect(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test fails by panicking")]

#[expect(dead_code, reason = "other tests use more of it")]
mod simulators;

use serde_json::{Value, json};
use simulators::Simulator;
use std::{
    io::{BufRead, BufReader, Write},
    path::Path,
    process::{Child, Command, Stdio},
};

const MENU: &str = "sku,name,category,price,cost\n1,Капучино,coffee,6.70,2.10\n";
const MAPPING: &str = "name = 'test'\n[format]\ndate = '%Y-%m-%d'\n[constants]\ntax_bp = 0\n\
    [products]\ndrink_categories = ['coffee']\n[menu]\nfile = 'menu.csv'\nsku = 'sku'\nname = 'name'\n\
    category = 'category'\nprice = 'price'\ncost = 'cost'\n";

/// A simulator and its words.
type Program = Option<(&'static str, &'static [&'static str])>;

/// Kind, simulator, currency, and what else the table has.
const REGISTERS: [(&str, Program, &str, &str); 6] = [
    ("manual", None, "BYN", ""),
    ("simulator", Some(("register.py", &[])), "BYN", ""),
    ("alfa_kassa", Some(("alfa_kassa.py", &[])), "BYN", ""),
    ("atol", Some(("atol.py", &["--any-shift"])), "RUB", ""),
    ("ikassa_smartx", Some(("smartx.py", &[])), "BYN", "[register.ikassa]\npin_file = 'pin'\n"),
    ("ikassa_tsrv", Some(("tsrv.py", &[])), "BYN", "[register.ikassa]\npin_file = 'pin'\n"),
];

fn kava(folder: &Path, words: &[&str]) -> Value {
    let mut command = Command::new(env!("CARGO_BIN_EXE_kava"));
    command.arg("--db").arg(folder.join("kava.db")).arg("--config").arg(folder.join("counter.toml"));
    let output = command.arg("--json").args(words).output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success(), "{words:?}: {said} {}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_str(&said).unwrap_or_else(|_| panic!("{words:?} said {said:?}"))
}

/// A counter that is asked line by line.
struct Talk(Child);

impl Talk {
    fn with(folder: &Path) -> Talk {
        let mut command = Command::new(env!("CARGO_BIN_EXE_kava"));
        command.arg("--db").arg(folder.join("kava.db")).arg("--config").arg(folder.join("counter.toml"));
        command.args(["counter", "--json-lines"]).stdin(Stdio::piped()).stdout(Stdio::piped());
        Talk(command.spawn().unwrap())
    }

    fn ask(&mut self, request: &Value) -> Value {
        writeln!(self.0.stdin.as_mut().unwrap(), "{request}").unwrap();
        let mut line = String::new();
        // One answer a request, so nothing is read ahead.
        BufReader::with_capacity(1, self.0.stdout.as_mut().unwrap()).read_line(&mut line).unwrap();
        serde_json::from_str(&line).unwrap_or_else(|_| panic!("{request} was answered with {line:?}"))
    }
}

impl Drop for Talk {
    fn drop(&mut self) {
        drop(self.0.stdin.take());
        self.0.wait().unwrap();
    }
}

/// Whether this sum stands anywhere in a journal, in kopecks or in roubles.
fn has_sum(entry: &Value, kopecks: i64) -> bool {
    match entry {
        Value::Number(number) => {
            let text = number.to_string();
            text == kopecks.to_string()
                || number.as_f64().is_some_and(|sum| (sum * 100.0 - 1340.0).abs() < 1e-6)
        }
        Value::Array(parts) => parts.iter().any(|part| has_sum(part, kopecks)),
        Value::Object(parts) => parts.values().any(|part| has_sum(part, kopecks)),
        _ => false,
    }
}

#[test]
fn one_visit_with_each_register_needs_nothing_but_its_configuration() {
    for (kind, program, currency, more) in REGISTERS {
        let folder = tempfile::tempdir().unwrap();
        let simulator = program.map(|(program, words)| Simulator::start_as(program, words));
        let base = if kind == "alfa_kassa" { "/kassa" } else { "" };
        let url = simulator.as_ref().map(|one| format!("url = '{}{base}'\n", one.url())).unwrap_or_default();
        let devices = format!("[register]\nkind = '{kind}'\n{url}{more}[scanner]\nkind = 'none'\n");
        for (name, text) in [
            ("counter.toml", devices.as_str()),
            ("pin", "2580\n"),
            ("menu.csv", MENU),
            ("mapping.toml", MAPPING),
        ] {
            std::fs::write(folder.path().join(name), text).unwrap();
        }
        let mapping = folder.path().join("mapping.toml");
        kava(folder.path(), &["init", "--currency", currency]);
        kava(
            folder.path(),
            &["import", "--mapping", &mapping.to_string_lossy(), &folder.path().to_string_lossy()],
        );
        let visit = kava(folder.path(), &["visit", "--item", "1x2", "--pay", "card"]).to_string();
        assert!(visit.contains("\"status\":\"done\"") && visit.contains("1340"), "{kind}: {visit}");
        if let Some(simulator) = simulator {
            assert!(
                simulator.entries().iter().any(|entry| has_sum(entry, 1340)),
                "{kind}: {:?}",
                simulator.entries()
            );
        }
        kava(folder.path(), &["audit"]);
    }
}

#[test]
fn a_marked_piece_is_sold_and_given_back_with_its_code_at_a_register_that_reports_it() {
    const MARK: &str = "010463003407001221CMK45BrhN0WLf\u{1d}91FFD0";
    for (format, field) in
        [("1.2", "/request/0/items/0/imcParams/imc"), ("1.05", "/request/0/items/0/markingCode/mark")]
    {
        let folder = tempfile::tempdir().unwrap();
        let simulator = Simulator::start_as("atol.py", &["--any-shift"]);
        let devices = format!(
            "[register]\nkind = 'atol'\nurl = '{}'\n[register.atol]\nffd = '{format}'\n[scanner]\nkind = 'none'\n",
            simulator.url()
        );
        let files = [("counter.toml", devices.as_str()), ("menu.csv", MENU), ("mapping.toml", MAPPING)];
        for (name, text) in files {
            std::fs::write(folder.path().join(name), text).unwrap();
        }
        let mapping = folder.path().join("mapping.toml");
        kava(folder.path(), &["init", "--currency", "RUB"]);
        let menu = folder.path().to_string_lossy();
        kava(folder.path(), &["import", "--mapping", &mapping.to_string_lossy(), &menu]);
        let mut counter = Talk::with(folder.path());
        let visit = counter.ask(&json!({"do": "greet", "code": null}))["visit"].clone();
        let basket = json!([{"sku": "1", "qty": 1, "mark": MARK}]);
        counter.ask(&json!({"do": "quote", "visit": visit, "basket": basket, "offer": null}));
        let sold = counter.ask(&json!({"do": "settle", "visit": visit, "pay": "card"}));
        assert_eq!(sold["status"], "done", "{sold}");
        let back = counter.ask(&json!({"do": "refund", "receipt": sold["receipt"]}));
        assert_eq!(back["status"], "done", "{back}");
        let entries = simulator.entries();
        let marks: Vec<&Value> = entries.iter().filter_map(|entry| entry.pointer(field)).collect();
        assert_eq!(marks, ["MDEwNDYzMDAzNDA3MDAxMjIxQ01LNDVCcmhOMFdMZh05MUZGRDA="; 2], "{format}");
    }
}
