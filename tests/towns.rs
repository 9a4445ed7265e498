//! The towns in which policies are measured: frozen, blind to what is learned, and the same every time.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test stops at the first surprise")]

use kava::facts::id::OfferId;
use kava::steps::offer::{RfmTable, StampCard, Strategy};
use kava::testing::towns::engine::Engine;
use kava::testing::towns::oracle::Plan;
use kava::testing::towns::outcome::Outcome;
use kava::testing::towns::parameters::{self, Town};
use kava::testing::towns::rules::Candidate;
use kava::testing::towns::run::Run;
use kava::testing::towns::shelf::Shelf;
use kava::testing::towns::street::Street;
use kava::testing::towns::till::{Call, Shown, Sold, SoldLine, Till, Wanted};
use kava::testing::towns::trial::{Context, Trial};
use serde_json::json;
use sha2::{Digest, Sha256};
use std::io::{BufRead, Write};

#[test]
fn the_towns_are_frozen() {
    let table = [
        (
            "parameters",
            include_str!("../src/testing/towns/parameters.rs"),
            "4027646a6e8630ef9655e54fa4b56fa2ff4a7f007cc91c43a449ff018b7524be",
        ),
        (
            "form",
            include_str!("../src/testing/towns/form.rs"),
            "575a8aa5d0cde2f5014d355884a5de85f66b6771386b2683ad50ff28db428069",
        ),
    ];
    for (name, text, frozen) in table {
        let bytes = Sha256::digest(text.replace("\r\n", "\n").as_bytes());
        let hash: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
        assert_eq!(hash, frozen, "{name}.rs changed; a town is never changed to fit a policy");
    }
}

fn run(town: &'static Town, days: i32, seed: u64, candidate: Candidate) -> Run<'static> {
    Run { town, days, seed, candidate }
}

fn on_street(town: &'static Town, days: i32, seed: u64, candidate: Candidate) -> Outcome {
    run(town, days, seed, candidate).live(&mut Street::new(candidate, None).unwrap(), |_| {}).unwrap()
}

#[test]
fn steps_alone_sell_what_the_whole_engine_sells() {
    let town = parameters::town("small").unwrap();
    let strategies = [
        (Strategy::None, 0),
        (Strategy::Flat(1_500), 0),
        (Strategy::Rfm(RfmTable { today: false, ..RfmTable::default() }), 500),
        (Strategy::Stamps(StampCard { every: 3, depth_bp: 3_000 }), 500),
    ];
    for (strategy, base_bp) in strategies {
        let candidate = Candidate { strategy, base_bp };
        let steps = on_street(town, 20, 5, candidate);
        let mut engine = Engine::open(candidate, None, None).unwrap();
        let whole = run(town, 20, 5, candidate).live(&mut engine, |_| {}).unwrap();
        assert_eq!(steps, whole, "{strategy:?}");
        assert!(steps.all().visits > 300, "{:?}", steps.all());
    }
}

#[test]
fn the_towns_name_nothing_of_what_is_learned() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src/testing/towns");
    let mut read = 0;
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let text = std::fs::read_to_string(&path).unwrap();
        assert!(!text.contains("crate::learn"), "{} names learn", path.display());
        read += 1;
    }
    assert!(read >= 15, "{read} files");
}

#[test]
fn the_same_seed_is_the_same_run_and_another_is_not() {
    let town = parameters::town("small").unwrap();
    let candidate = Candidate { strategy: Strategy::Flat(700), base_bp: 0 };
    assert_eq!(on_street(town, 30, 1, candidate), on_street(town, 30, 1, candidate));
    assert_ne!(on_street(town, 30, 1, candidate).days, on_street(town, 30, 2, candidate).days);
}

#[test]
fn in_the_null_town_no_discount_brings_a_single_visit() {
    let town = parameters::town("null").unwrap();
    let visits = |strategy| {
        let outcome = on_street(town, 60, 3, Candidate { strategy, base_bp: 0 });
        outcome.days.iter().map(|day| day.visits).collect::<Vec<_>>()
    };
    let none = visits(Strategy::None);
    assert_eq!(none, visits(Strategy::Flat(2_000)));
    assert_eq!(none, visits(Strategy::Stamps(StampCard::default())));
    assert!(none.iter().sum::<u32>() > 1_000, "{none:?}");
}

#[test]
fn in_the_fitting_town_a_depth_brings_visits_and_too_much_of_it_loses_money() {
    let town = parameters::town("fitting").unwrap();
    let of =
        |depth_bp| on_street(town, 90, 4, Candidate { strategy: Strategy::Flat(depth_bp), base_bp: 0 }).all();
    let (none, some, much) = (of(0), of(700), of(2_500));
    assert!(none.visits < some.visits && some.visits < much.visits, "{none:?} {some:?} {much:?}");
    assert!(some.profit > none.profit && much.profit < none.profit, "{none:?} {some:?} {much:?}");
}

#[test]
fn the_oracle_earns_more_than_its_base_alone_and_keeps_the_rules() {
    let town = parameters::town("small").unwrap();
    let plan = std::sync::Arc::new(Plan::solve(town, 500, 25));
    let total = |strategy, base_bp, plan: Option<std::sync::Arc<Plan>>| -> f64 {
        let candidate = Candidate { strategy, base_bp };
        (1..=6)
            .map(|seed| {
                let mut till = Street::new(candidate, plan.clone()).unwrap();
                let outcome = run(town, 90, seed, candidate).live(&mut till, |_| {}).unwrap();
                assert_eq!(outcome.below_floor, 0);
                assert!(outcome.spread_bp <= candidate.policy().personal_spread_bp);
                outcome.all().profit
            })
            .sum()
    };
    let oracle = total(Strategy::None, 500, Some(plan));
    let uniform = total(Strategy::Flat(500), 0, None);
    assert!(oracle > uniform, "{oracle} against {uniform}");
}

#[test]
fn a_town_lived_through_the_engine_leaves_books_that_hold() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("town.db");
    let town = parameters::town("small").unwrap();
    let candidate = Candidate { strategy: Strategy::Ladder, base_bp: 500 };
    let mut engine = Engine::open(candidate, Some(&file), Some(1)).unwrap();
    let outcome = run(town, 21, 1, candidate).live(&mut engine, |_| {}).unwrap();
    assert_eq!(engine.learned.len(), 3, "{:?}", engine.learned);
    drop(engine);
    let report = kava::audit::audit(&file).unwrap();
    assert!(report.findings.is_empty(), "{:?}", report.findings);
    assert_eq!(outcome.below_floor, 0);
    assert!(outcome.spread_bp <= 500 && outcome.mean_depth() > 0.0, "{}", outcome.spread_bp);
}

#[test]
fn over_json_lines_the_binary_sells_what_the_engine_sells_in_process() {
    let folder = tempfile::tempdir().unwrap();
    let town = parameters::town("small").unwrap();
    let candidate = Candidate { strategy: Strategy::Ladder, base_bp: 500 };
    let mut engine = Engine::open(candidate, None, None).unwrap();
    let inside = run(town, 10, 1, candidate).live(&mut engine, |_| {}).unwrap();
    let file = folder.path().join("town.db");
    let mut prepared = Engine::open(candidate, Some(&file), None).unwrap();
    prepared.sell_from(&Shelf::on(town, 0), 0).unwrap();
    drop(prepared);
    let outside = run(town, 10, 1, candidate).live(&mut Lines::start(&file), |_| {}).unwrap();
    assert_eq!(inside, outside);
    assert!(inside.all().visits > 100);
}

#[test]
fn logs_of_a_trial_have_known_odds_and_estimate_what_is_true() {
    let trial = Trial { town: parameters::town("null").unwrap(), days: 56, depths_bp: &[0, 1_000] };
    let even = |_: &Context| vec![0.5, 0.5];
    let rows = trial.log(&even, 11).unwrap();
    assert!(rows.len() > 300, "{}", rows.len());
    assert!(rows.iter().all(|row| row.opened <= 28 && row.outcome.is_finite() && row.arm < 2));
    let deep = rows.iter().filter(|row| row.arm == 1).count();
    assert!((rows.len() * 2 / 5..rows.len() * 3 / 5).contains(&deep), "{deep} of {}", rows.len());
    // Discounts move nothing here, so never giving one is worth more than always.
    let (never, always) = (|_: &Context| vec![1.0, 0.0], |_: &Context| vec![0.0, 1.0]);
    let value = |rule: kava::testing::towns::trial::Rule<'_>| trial.value(rule, 1..=4).unwrap();
    let (never, always, mixed) = (value(&never), value(&always), value(&even));
    assert!(always < mixed && mixed < never, "{always} {mixed} {never}");
}

/// The binary, spoken to line by line.
struct Lines {
    child: std::process::Child,
    answers: std::io::BufReader<std::process::ChildStdout>,
    visit: String,
}

impl Lines {
    fn start(file: &std::path::Path) -> Lines {
        let mut child = std::process::Command::new(env!("CARGO_BIN_EXE_kava"))
            .args(["--db", file.to_str().unwrap(), "counter", "--json-lines", "--clock", "requests"])
            .args(["--trust-ids", "--policy", "ladder", "--seed", "7", "--durability", "off"])
            .stdin(std::process::Stdio::piped())
            .stdout(std::process::Stdio::piped())
            .spawn()
            .unwrap();
        let answers = std::io::BufReader::new(child.stdout.take().unwrap());
        Lines { child, answers, visit: String::new() }
    }

    fn ask(&mut self, request: &serde_json::Value) -> Result<serde_json::Value, String> {
        let stdin = self.child.stdin.as_mut().unwrap();
        writeln!(stdin, "{request}").map_err(|why| why.to_string())?;
        let mut line = String::new();
        self.answers.read_line(&mut line).map_err(|why| why.to_string())?;
        let answer: serde_json::Value = serde_json::from_str(&line).map_err(|why| why.to_string())?;
        if answer["error"].is_null() { Ok(answer) } else { Err(answer["error"].to_string()) }
    }
}

fn shown(cards: &serde_json::Value) -> Vec<Shown> {
    let card = |card: &serde_json::Value| Shown {
        id: OfferId::new(card["id"].as_str().unwrap()),
        scope: serde_json::from_value(card["scope"].clone()).unwrap(),
        depth_bp: card["depth_bp"].as_i64().unwrap(),
        until: card["until"].as_str().unwrap().parse().unwrap(),
    };
    cards.as_array().unwrap().iter().map(card).collect()
}

impl Till for Lines {
    fn sell_from(&mut self, _: &Shelf, day: i32) -> Result<(), String> {
        assert_eq!(day, 0, "the menu was put on sale before the binary started");
        Ok(())
    }

    fn greet(&mut self, call: &Call<'_>) -> Result<Vec<Shown>, String> {
        let greeted = self.ask(&json!({ "do": "greet", "code": call.guest.id, "at": call.at() }))?;
        self.visit = greeted["visit"].as_str().unwrap().to_owned();
        Ok(shown(&greeted["offers"]))
    }

    fn sell(&mut self, call: &Call<'_>, wanted: &Wanted) -> Result<Sold, String> {
        let offer = wanted.card.as_ref().map_or("none", |card| card.id.as_str());
        let (visit, at) = (self.visit.clone(), call.at());
        let quote = self.ask(
            &json!({ "do": "quote", "visit": visit, "basket": wanted.items, "offer": offer, "at": at }),
        )?;
        let settled = self.ask(&json!({ "do": "settle", "visit": visit, "pay": "card", "at": at }))?;
        let line = |line: &serde_json::Value| SoldLine {
            list: line["list_minor"].as_i64().unwrap(),
            net: line["net_minor"].as_i64().unwrap(),
            floor: line["floor_minor"].as_i64(),
        };
        Ok(Sold {
            lines: quote["lines"].as_array().unwrap().iter().map(line).collect(),
            next: shown(&settled["next"]),
        })
    }

    fn end_week(&mut self, _: i32) -> Result<(), String> {
        Ok(())
    }
}

impl Drop for Lines {
    fn drop(&mut self) {
        drop(self.child.stdin.take());
        self.child.wait().unwrap();
    }
}
