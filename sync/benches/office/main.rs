//! What the office takes, with the load generator on the same machine and the disk's own speed beside it. The office
//! is the real program in a process of its own; the counters are batches of real visits, signed and sent as a
//! counter sends them. A table on stdout, everything in `target/bench/office.json`; status 1 when a goal was not held.

#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    clippy::expect_used,
    clippy::cast_precision_loss,
    reason = "a benchmark prints, and stops at the first surprise"
)]

mod bytes;
mod counters;
mod goal;
mod ingest;
mod line;
mod probe;
mod running;
mod storm;

use counters::Past;
use goal::Goal;
use serde_json::{Value, json};
use std::{path::Path, process::ExitCode};

/// How much is measured.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Size {
    /// Pasts that are really lived; counters are made of them under names of their own.
    pub(crate) pasts: usize,
    /// Purchases of a past.
    pub(crate) purchases: usize,
    /// Counters that send at the same time.
    pub(crate) counters: usize,
    /// Purchases a second that they offer.
    pub(crate) offered: usize,
    /// Counters that come back together after a blackout, and what waits at each.
    pub(crate) back: usize,
    /// Sales that wait at each of them.
    pub(crate) queued: usize,
    /// Counters that were never away and sell on.
    pub(crate) online: usize,
}

const FULL: Size =
    Size { pasts: 16, purchases: 1_600, counters: 64, offered: 6_000, back: 1_000, queued: 300, online: 100 };
const QUICK: Size =
    Size { pasts: 4, purchases: 300, counters: 16, offered: 6_000, back: 40, queued: 100, online: 10 };

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let quick = words.iter().any(|word| word == "--quick");
    let only = words.iter().find(|word| !word.starts_with("--"));
    let wants = |name: &str| only.is_none_or(|only| name.contains(only.as_str()));
    let size = if quick { QUICK } else { FULL };
    let folder = tempfile::tempdir().expect("a folder");
    let probe = probe::fdatasync(folder.path(), if quick { 200 } else { 2_000 });
    eprintln!("living {} pasts of {} purchases", size.pasts, size.purchases);
    let pasts = Past::live(size);
    let (mut goals, mut measured) = (Vec::new(), serde_json::Map::new());
    let mut measure = |name: &str, of: &mut dyn FnMut() -> (Value, Vec<Goal>)| {
        if wants(name) {
            eprintln!("measuring {name}");
            let (seen, held) = of();
            measured.insert(name.to_owned(), seen);
            goals.extend(held);
        }
    };
    measure("bytes", &mut || bytes::measure(&pasts));
    measure("idle", &mut running::idle);
    measure("ingest", &mut || ingest::measure(&pasts, size));
    measure("storm", &mut || storm::measure(&pasts, size));
    let cores = std::thread::available_parallelism().map_or(0, usize::from);
    tell(&goals, &json!({"v": 1, "cores": cores, "probe_fdatasync": probe, "measured": measured}))
}

fn tell(goals: &[Goal], seen: &Value) -> ExitCode {
    let mut all = seen.clone();
    if let Some(all) = all.as_object_mut() {
        all.insert("goals".into(), goals.iter().map(Goal::json).collect());
    }
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/bench");
    let text = serde_json::to_string_pretty(&all).expect("JSON");
    std::fs::create_dir_all(&folder).expect("a folder");
    std::fs::write(folder.join("office.json"), text + "\n").expect("the result");
    println!("fdatasync {}", seen["probe_fdatasync"]);
    for goal in goals {
        println!("{goal}");
    }
    if goals.iter().all(Goal::held) { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
