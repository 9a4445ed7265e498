//! Is the counter fast enough for a shop with a million customers and ten million purchase lines?
//!
//! `cargo xtask bench`, or `cargo bench --features testing --bench counter -- [--quick] [--drop-caches] [NAME]`.

#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a benchmark tells what it saw")]
#![expect(unreachable_pub, reason = "a benchmark has no outside; pub means used by another module")]

mod codes;
mod engine;
mod epochs;
mod figures;
mod picture;
mod process;
mod shelf;
mod town;
mod visits;

use anyhow::{Context, Result};
use figures::{Goal, Probe, Times};
use kava::devices::clock::SystemClock;
use kava::ports::Clock;
use serde_json::{Map, Value, json};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

const SEED: u64 = 1;

/// What was asked for.
struct Wish {
    quick: bool,
    drop_caches: bool,
    only: Option<String>,
}

impl Wish {
    fn read() -> Wish {
        let words: Vec<String> = std::env::args().skip(1).filter(|word| word != "--bench").collect();
        let has = |option: &str| words.iter().any(|word| word == option);
        Wish {
            quick: has("--quick"),
            drop_caches: has("--drop-caches"),
            only: words.iter().find(|word| !word.starts_with('-')).cloned(),
        }
    }

    fn wants(&self, name: &str) -> bool {
        self.only.as_ref().is_none_or(|only| name.contains(only.as_str()))
    }

    const fn size(&self) -> town::Size {
        if self.quick {
            town::Size { customers: 10_000, lines: 100_000 }
        } else {
            town::Size { customers: 1_000_000, lines: 10_000_000 }
        }
    }

    const fn samples(&self) -> visits::Samples {
        if self.quick {
            visits::Samples { greets: 4_000, settles: 1_000 }
        } else {
            visits::Samples { greets: 20_000, settles: 5_000 }
        }
    }
}

fn main() -> ExitCode {
    match run(&Wish::read()) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("bench: {error:#}");
            ExitCode::from(2)
        }
    }
}

/// Whether all goals were held.
fn run(wish: &Wish) -> Result<bool> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let folder = root.join("target/bench");
    std::fs::create_dir_all(&folder)?;
    let database = copy_of_town(&folder, wish)?;
    let mut disk = Probe::open(&folder)?;
    let probe = disk.run()?;
    let mut measured = Map::new();
    let mut goals = Vec::new();
    let drop_caches = wish.drop_caches;
    let (size, samples) = (wish.size(), wish.samples());
    let mut measure = |name: &str, of: &mut dyn FnMut() -> Result<(Value, Vec<Goal>)>| -> Result<()> {
        if wish.wants(name) {
            eprintln!("measuring {name}");
            let (seen, held) = of().with_context(|| format!("{name} cannot be measured"))?;
            measured.insert(name.to_owned(), seen);
            goals.extend(held);
        }
        Ok(())
    };
    measure("greet", &mut || visits::greet(&database, size, samples, drop_caches))?;
    measure("settle", &mut || visits::settle(&database, size, samples, &mut disk))?;
    measure("code", &mut || codes::verify(if wish.quick { 4_000 } else { 100_000 }))?;
    measure("start", &mut || process::cold_start(&database, size, drop_caches))?;
    measure("memory", &mut || process::memory(&database, size))?;
    let mut learned = false;
    measure("learn", &mut || {
        learned = true;
        process::learn(&database, &folder)
    })?;
    measure("engine", &mut || {
        // The steps want a bundle: asked for alone, they are measured with the learning before them.
        let before = if learned { None } else { Some(process::learn(&database, &folder)?) };
        let (mut seen, mut held) = engine::measure(&database, size, samples)?;
        if let (Some((figures, goals)), Some(all)) = (before, seen.as_object_mut()) {
            all.insert("learn".into(), figures);
            held.extend(goals);
        }
        Ok((seen, held))
    })?;
    measure("import", &mut || process::import(root, &folder, 500_000))?;
    measure("guard", &mut || process::guard(if wish.quick { 200_000 } else { 2_000_000 }))?;
    let bytes = std::fs::metadata(&database)?.len();
    town::remove(&database)?;
    let result = json!({
        "v": 1,
        "at": SystemClock.now(),
        "version": env!("CARGO_PKG_VERSION"),
        "cores": std::thread::available_parallelism()?.get(),
        "system": format!("{} {}", std::env::consts::OS, std::env::consts::ARCH),
        "town": {"customers": size.customers, "purchase_lines": size.lines, "bytes": bytes, "seed": SEED},
        "probe_fdatasync": probe.json(),
        "measured": measured,
        "goals": goals.iter().map(Goal::json).collect::<Vec<_>>(),
    });
    std::fs::write(folder.join("results.json"), serde_json::to_string_pretty(&result)? + "\n")?;
    std::fs::write(folder.join("results.svg"), picture::draw(&goals))?;
    tell(&probe, &goals, &folder);
    Ok(goals.iter().all(Goal::held))
}

/// The town is measured on a copy: settling writes, and the next run shall find the same town.
fn copy_of_town(folder: &Path, wish: &Wish) -> Result<PathBuf> {
    let town = town::database(folder, SEED, wish.size())?;
    let copy = folder.join("measured.db");
    town::remove(&copy)?;
    std::fs::copy(&town, &copy)?;
    std::fs::File::open(&copy)?.sync_all()?;
    Ok(copy)
}

fn tell(probe: &Times, goals: &[Goal], folder: &Path) {
    println!("fdatasync probe: p50 {} µs, p99 {} µs", probe.permille(500), probe.permille(990));
    println!("{:<42} {:>20} {:>20}", "goal", "limit", "measured");
    for goal in goals {
        let amount = |number: f64| format!("{} {}", figures::rounded(number), goal.unit);
        let limit = format!("{} {}", if goal.at_most { "≤" } else { "≥" }, amount(goal.limit));
        let held = if goal.held() { "held" } else { "NOT HELD" };
        println!("{:<42} {limit:>20} {:>20}  {held}", goal.name, amount(goal.measured));
    }
    println!("{}", folder.join("results.json").display());
}
