//! Are groups found as well and as fast as the field's reference finds them?
//!
//! `cargo xtask bench learn`, or `cargo bench --bench learn -- [NAME] [--python PYTHON]` with a Python that has
//! scikit-learn; names: clusters, speed.

#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a benchmark tells what it saw")]
#![expect(unreachable_pub, reason = "a benchmark has no outside; pub means used by another module")]

mod clusters;
mod peers;
mod points;
mod speed;

use anyhow::Result;
use peers::Peers;
use serde_json::{Map, Value};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// A figure beside its goal.
pub struct Goal {
    /// What was measured.
    pub name: String,
    /// It may be at most this.
    pub limit: f64,
    /// What it is.
    pub measured: f64,
}

/// Figures, and the goals among them.
pub type Measured = (Value, Vec<Goal>);

fn main() -> ExitCode {
    match run() {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("bench: {error:#}");
            ExitCode::from(2)
        }
    }
}

/// Whether all goals were held.
fn run() -> Result<bool> {
    let words: Vec<String> = std::env::args().skip(1).filter(|word| word != "--bench").collect();
    let python = words.iter().position(|word| word == "--python").and_then(|at| words.get(at + 1));
    let only = words.first().filter(|word| !word.starts_with('-') && *word != "learn");
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let folder = root.join("target/bench/learn");
    std::fs::create_dir_all(&folder)?;
    if python.is_none() {
        println!("NO PEERS: without --python PYTHON nothing is compared");
    }
    let peers = Peers { python: python.map(PathBuf::from), folder: folder.clone() };
    let mut all = Map::new();
    let mut goals = Vec::new();
    let mut measure = |name: &str, of: &mut dyn FnMut() -> Result<Option<Measured>>| -> Result<()> {
        if only.is_none_or(|only| name.contains(only.as_str())) {
            eprintln!("measuring {name}");
            if let Some((seen, held)) = of()? {
                all.insert(name.to_owned(), seen);
                goals.extend(held);
            }
        }
        Ok(())
    };
    measure("clusters", &mut || clusters::measure(&peers))?;
    measure("speed", &mut || speed::measure(&peers))?;
    let cores = std::thread::available_parallelism()?.get();
    all.insert("cores".into(), cores.into());
    std::fs::write(folder.join("results.json"), serde_json::to_string_pretty(&all)? + "\n")?;
    for Goal { name, limit, measured } in &goals {
        let held = if measured <= limit { "held" } else { "NOT HELD" };
        println!("{name:<48} at most {limit:>8.3}, measured {measured:>8.3}  {held}");
    }
    println!("{}", folder.join("results.json").display());
    Ok(goals.iter().all(|goal| goal.measured <= goal.limit))
}
