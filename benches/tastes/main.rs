//! Are itemsets found as fast as the best miners find them, and tastes guessed as well as others guess them?
//!
//! `cargo xtask bench itemsets`, `cargo xtask bench tastes`, or with a Python that has
//! `benches/peers/requirements.txt`: `cargo bench --bench tastes -- [itemsets | tastes] --python PYTHON`.

#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a benchmark tells what it saw")]
#![expect(unreachable_pub, reason = "a benchmark has no outside; pub means used by another module")]

mod guests;
mod itemsets;

use anyhow::{Context, Result, bail};
use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

/// The Python that has the peers; nothing when they cannot be had.
#[derive(Debug)]
pub struct Peers(Option<PathBuf>);

impl Peers {
    /// What a peer's script prints; nothing without a Python.
    pub fn ask(&self, script: &str, words: &[String]) -> Result<Option<Value>> {
        let Some(python) = &self.0 else { return Ok(None) };
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/peers").join(script);
        let done = Command::new(python).arg(&script).args(words).output()?;
        if !done.status.success() {
            bail!("{} failed:\n{}", script.display(), String::from_utf8_lossy(&done.stderr));
        }
        let text = String::from_utf8(done.stdout)?;
        let last = text.lines().last().context("the peer said nothing")?;
        Ok(Some(serde_json::from_str(last)?))
    }
}

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

fn run() -> Result<bool> {
    let words: Vec<String> = std::env::args().skip(1).filter(|word| word != "--bench").collect();
    let python = words.iter().position(|word| word == "--python").and_then(|at| words.get(at + 1));
    if python.is_none() {
        eprintln!("NO PEERS: without --python PYTHON nothing is compared; `cargo xtask bench` sets one up");
    }
    let peers = Peers(python.map(PathBuf::from));
    let shared = std::env::var_os("KAVA_DATA")
        .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/data"), PathBuf::from);
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/bench");
    std::fs::create_dir_all(&folder)?;
    // `cargo bench` without a name, and `cargo xtask bench` with one that is shared, measure both.
    let only = words.first().filter(|word| !word.starts_with('-'));
    let wants = |name: &str| only.is_none_or(|only| name.contains(only.as_str()));
    let mut held = true;
    if wants("itemsets") {
        held &= itemsets::measure(&shared, &folder, &peers)?;
    }
    if wants("tastes") {
        held &= guests::measure(&shared, &folder, &peers)?;
    }
    Ok(held)
}
