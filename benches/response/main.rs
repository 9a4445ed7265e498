//! Does response learn what discounts do? On published data, against a rival, with intervals.
//!
//! `cargo xtask bench response`, or `cargo bench --features testing --bench response -- [--quick] [vehicle|promotion|walk]`.

#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a benchmark tells what it saw")]
#![expect(unreachable_pub, reason = "a benchmark has no outside; pub means used by another module")]

mod draw;
mod logit;
mod promotion;
mod vehicle;
mod walk;

use anyhow::{Context, Result};
use serde_json::{Map, Value, json};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).filter(|word| word != "--bench").collect();
    match run(&words) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("bench: {error:#}");
            ExitCode::from(2)
        }
    }
}

/// Whether all goals were held.
fn run(words: &[String]) -> Result<bool> {
    let quick = words.iter().any(|word| word == "--quick");
    let only = words.iter().find(|word| !word.starts_with('-')).cloned();
    let wants = |name: &str| only.as_ref().is_none_or(|only| name.contains(only.as_str()));
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let shared = std::env::var_os("KAVA_DATA").map_or_else(|| root.join("../shared/data"), PathBuf::from);
    let (mut measured, mut held) = (Map::new(), true);
    if wants("walk") {
        let seen = walk::measure(if quick { 10_000 } else { 100_000 })?;
        println!("walk: {}", serde_json::to_string_pretty(&seen)?);
        measured.insert("walk".into(), seen);
    }
    for (name, of) in [("vehicle", vehicle as Of), ("promotion", promotion as Of)] {
        if !wants(name) {
            continue;
        }
        if !shared.is_dir() {
            println!("SKIPPED: {name}, because {} is not there", shared.display());
            continue;
        }
        let (seen, goals) = of(&shared, quick).with_context(|| format!("{name} cannot be measured"))?;
        println!("{name}: {}", serde_json::to_string_pretty(&seen)?);
        for (goal, reached) in goals {
            println!("{goal}: {}", if reached { "held" } else { "NOT HELD" });
            held &= reached;
        }
        measured.insert(name.into(), seen);
    }
    let folder = root.join("target/bench");
    std::fs::create_dir_all(&folder)?;
    let result =
        json!({ "v": 1, "cores": std::thread::available_parallelism()?.get(), "measured": measured });
    let file = folder.join("response.json");
    std::fs::write(&file, serde_json::to_string_pretty(&result)? + "\n")?;
    println!("{}", file.display());
    Ok(held)
}

type Goals = Vec<(&'static str, bool)>;
type Of = fn(&Path, bool) -> Result<(Value, Goals)>;

fn vehicle(shared: &Path, quick: bool) -> Result<(Value, Goals)> {
    let answers = vehicle::Answers::read(shared)?;
    let (mut seeds, mut gains) = (Vec::new(), Vec::new());
    for seed in 1..=(if quick { 1 } else { 5 }) {
        let seen = answers.compare(seed, 5)?;
        eprintln!("vehicle, folds of seed {seed}: trees {:.4}, logit {:.4}", seen.trees, seen.logit);
        gains.push(seen.trees - seen.logit);
        seeds.push(json!({
            "seed": seen.seed, "auc_trees": seen.trees, "auc_logit": seen.logit, "logit_c": seen.chosen_c,
        }));
    }
    let count = f64::from(u32::try_from(gains.len())?);
    let gain = gains.iter().sum::<f64>() / count;
    let alone = answers.logit_alone(0.001);
    Ok((
        json!({ "people": answers.people, "folds": seeds, "gain": gain, "logit_people_0_mod_5_c_0.001": alone }),
        vec![("trees beat the regression by 0.05 AUC on people never seen", gain >= 0.05)],
    ))
}

fn promotion(shared: &Path, quick: bool) -> Result<(Value, Goals)> {
    let trial = promotion::Trial::read(shared)?;
    let seeds = 1..=(if quick { 6 } else { 30 });
    let real = trial.judge(seeds.clone())?;
    let permuted = trial.permuted(1).judge(seeds)?;
    let shown = |pooled: &promotion::Pooled| {
        let each = |of: fn(&promotion::Outcome) -> f64| pooled.splits.iter().map(of).collect::<Vec<f64>>();
        let revenue = each(|split| split.chosen.revenue());
        json!({
            "splits": pooled.splits.len(),
            "share_treated": promotion::SHARE,
            "revenue_median": promotion::median(revenue.clone()),
            "revenue_above_0": revenue.iter().filter(|revenue| **revenue > 0.0).count(),
            "revenue_mean_interval": pooled.revenue,
            "response_median": promotion::median(each(|split| split.chosen.response())),
            "response_interval": pooled.response,
            "everybody_response_median": promotion::median(each(|split| split.everybody.response())),
            "everybody_revenue_median": promotion::median(each(|split| split.everybody.revenue())),
            "ratio_median": promotion::median(each(|split| split.chosen.response() / split.everybody.response())),
            "ratio_interval": pooled.ratio,
        })
    };
    let ratios =
        real.splits.iter().map(|split| split.chosen.response() / split.everybody.response()).collect();
    let revenues = real.splits.iter().map(|split| split.chosen.revenue()).collect();
    let [_, low, high] = permuted.response;
    let goals = vec![
        ("median net incremental revenue above 0", promotion::median(revenues) > 0.0),
        (
            "incremental response at least 1.8 times that of treating everybody",
            promotion::median(ratios) >= 1.8,
        ),
        ("with permuted treatment the incremental response is 0", low <= 0.0 && high >= 0.0),
    ];
    Ok((json!({ "real": shown(&real), "permuted": shown(&permuted) }), goals))
}
