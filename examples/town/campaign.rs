//! Runs every policy on every seed, on all cores, with a bar.

use crate::Args;
use crate::kept::{Kept, Lived};
use anyhow::{Result, anyhow, bail};
use indicatif::{ProgressBar, ProgressStyle};
use kava::{
    audit,
    steps::offer::Strategy,
    testing::towns::{
        engine::Engine,
        oracle::Plan,
        outcome::Outcome,
        parameters::Town,
        rules::Candidate,
        run::Run,
        street::Street,
        tune::{self, Baseline, TUNING_SEEDS},
    },
};
use std::sync::{
    Arc, Mutex, PoisonError,
    atomic::{AtomicUsize, Ordering},
};

/// A policy and how it came out, seed by seed from 1 on.
pub struct Ran {
    pub name: String,
    pub candidate: Candidate,
    pub outcomes: Vec<Outcome>,
    /// Weeks, of all seeds together, in which a fitted game was in force.
    pub weeks_with_game: u32,
    /// The best way to play the rule on any seed in any week.
    pub exploit: Option<(String, f64, f64)>,
}

/// What is run, and how.
#[derive(Clone)]
struct Entry {
    name: String,
    candidate: Candidate,
    plan: Option<Arc<Plan>>,
    engine: bool,
    learns: bool,
    seeds: u64,
}

pub fn run(town: &'static Town, args: &Args) -> Result<Vec<Ran>> {
    let entries = entries(town, args)?;
    let jobs: Vec<(usize, u64)> = entries
        .iter()
        .enumerate()
        .flat_map(|(place, entry)| (1..=entry.seeds).map(move |seed| (place, seed)))
        .collect();
    let days = u64::try_from(args.days)?;
    let bar = bar(town.name, "Living", days * u64::try_from(jobs.len())?);
    let kept = Kept::of_this_program(&args.out)?;
    let done = on_all_cores(&jobs, |(place, seed)| {
        let entry = entries.get(*place).ok_or("no such policy")?;
        let name = format!("{}-{:?}-{seed}-{days}", town.name, entry.candidate);
        let live = || one(town, entry, *seed, (args.days, &bar));
        if entry.engine { kept.or_else(&format!("{}-{name}", entry.name), live) } else { live() }
    })?;
    bar.finish_and_clear();
    let mut ran: Vec<Ran> = entries
        .into_iter()
        .map(|entry| Ran {
            name: entry.name,
            candidate: entry.candidate,
            outcomes: Vec::new(),
            weeks_with_game: 0,
            exploit: None,
        })
        .collect();
    for ((place, _), lived) in jobs.iter().zip(done) {
        if let Some(ran) = ran.get_mut(*place) {
            ran.outcomes.push(lived.outcome);
            ran.weeks_with_game += lived.weeks_with_game;
            let upper = |found: &Option<(String, f64, f64)>| found.as_ref().map_or(f64::MIN, |found| found.2);
            if upper(&lived.exploit) > upper(&ran.exploit) {
                ran.exploit = lived.exploit;
            }
        }
    }
    Ok(ran)
}

/// Baselines at their best, the oracle, and what was asked for.
fn entries(town: &'static Town, args: &Args) -> Result<Vec<Entry>> {
    let tuning = bar(town.name, "Tuning", 5);
    let tuned = on_all_cores(&Baseline::ALL, |baseline| {
        let candidate = baseline.tuned(town, args.days);
        tuning.inc(1);
        candidate
    })?;
    tuning.finish_and_clear();
    let plan = Arc::new(tune::oracle(town, args.days).map_err(|why| anyhow!(why))?);
    let street = |name: &str, candidate, plan| Entry {
        name: name.into(),
        candidate,
        plan,
        engine: false,
        learns: false,
        seeds: args.seeds,
    };
    let mut entries: Vec<Entry> =
        Baseline::ALL.iter().zip(tuned).map(|(baseline, best)| street(baseline.name(), best, None)).collect();
    let base_bp = plan.base_bp();
    let published = best_uniform(&entries);
    entries.push(street("oracle", Candidate { strategy: Strategy::None, base_bp }, Some(plan)));
    for name in &args.policy {
        let strategy = match name.as_str() {
            "ladder" => Strategy::Ladder,
            "learned" => Strategy::Learned,
            _ => bail!("policy {name:?} is not ladder or learned; the baselines always run"),
        };
        let candidate = Candidate { strategy, base_bp: args.base.unwrap_or(published) };
        entries.push(Entry {
            engine: true,
            learns: name == "learned",
            seeds: args.engine_seeds.unwrap_or(args.seeds).min(args.seeds),
            ..street(name, candidate, None)
        });
    }
    Ok(entries)
}

/// The depth of the uniform baseline as it was tuned: what a shop publishes that gives the same to everybody.
fn best_uniform(entries: &[Entry]) -> i64 {
    let depth = |entry: &Entry| match entry.candidate.strategy {
        Strategy::Flat(depth_bp) => Some(depth_bp),
        _ => None,
    };
    entries.iter().find_map(depth).unwrap_or(0)
}

fn one(
    town: &'static Town,
    entry: &Entry,
    seed: u64,
    (days, bar): (i32, &ProgressBar),
) -> Result<Lived, String> {
    assert!(!TUNING_SEEDS.contains(&seed), "a campaign never runs on a seed that was tuned on");
    let run = Run { town, days, seed, candidate: entry.candidate };
    if !entry.engine {
        let mut till = Street::new(entry.candidate, entry.plan.clone())?;
        let outcome = run.live(&mut till, |_| bar.inc(1))?;
        return Ok(Lived { outcome, weeks_with_game: 0, exploit: None });
    }
    let learns = entry.learns.then_some(seed);
    if seed > 1 {
        return lived(&run, Engine::open(entry.candidate, None, learns)?, bar);
    }
    // One seed of each is kept in a file, and its books are read by the second pair of eyes.
    let folder =
        std::env::temp_dir().join(format!("kava-town-{}-{}-{}", std::process::id(), town.name, entry.name));
    std::fs::create_dir_all(&folder).map_err(|why| why.to_string())?;
    let file = folder.join(format!("{}.db", entry.name));
    let lived = lived(&run, Engine::open(entry.candidate, Some(&file), learns)?, bar)?;
    let report = audit::audit(&file).map_err(|fault| fault.to_string())?;
    std::fs::remove_dir_all(&folder).map_err(|why| why.to_string())?;
    if report.findings.is_empty() { Ok(lived) } else { Err(format!("the audit found {:?}", report.findings)) }
}

fn lived(run: &Run<'_>, mut engine: Engine, bar: &ProgressBar) -> Result<Lived, String> {
    let outcome = run.live(&mut engine, |_| bar.inc(1))?;
    Ok(Lived { outcome, weeks_with_game: engine.weeks_with_game, exploit: engine.exploit })
}

/// Does jobs in any order and gives the results in theirs.
fn on_all_cores<J: Sync, T: Send>(
    jobs: &[J],
    work: impl Fn(&J) -> Result<T, String> + Sync,
) -> Result<Vec<T>> {
    let next = AtomicUsize::new(0);
    let done: Mutex<Vec<(usize, Result<T, String>)>> = Mutex::new(Vec::new());
    let cores = std::thread::available_parallelism().map_or(2, std::num::NonZero::get);
    std::thread::scope(|scope| {
        for _ in 0..cores {
            scope.spawn(|| {
                loop {
                    let place = next.fetch_add(1, Ordering::Relaxed);
                    let Some(job) = jobs.get(place) else { break };
                    let result = work(job);
                    done.lock().unwrap_or_else(PoisonError::into_inner).push((place, result));
                }
            });
        }
    });
    let mut done = done.into_inner().unwrap_or_else(PoisonError::into_inner);
    done.sort_by_key(|(place, _)| *place);
    done.into_iter().map(|(_, result)| result.map_err(|why| anyhow!(why))).collect()
}

fn bar(town: &str, what: &str, length: u64) -> ProgressBar {
    let style = ProgressStyle::with_template("{msg:<24} {bar:40} {pos}/{len} {elapsed} left {eta}");
    let bar = ProgressBar::new(length).with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
    bar.set_message(format!("{what}: {town}"));
    bar
}
