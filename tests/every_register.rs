//! Every register can be chosen by configuration alone: one visit with each, from the command line to its journal.

#![cfg(feature = "cli")]
#![expect(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test fails by panicking")]

#[expect(dead_code, reason = "other tests use more of it")]
mod simulators;

use serde_json::Value;
use simulators::Simulator;
use std::{path::Path, process::Command};

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
