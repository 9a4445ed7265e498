//! Shows a counter codes that it may not take, and counts what it does after a month without a network.
//!
//! `cargo run --release --example codes --features testing -- 100000 1` (codes of each part, seed).

#![expect(clippy::print_stdout, clippy::print_stderr, reason = "an example talks to people")]

use kava::testing::phones::{bad_codes, month};
use kava::testing::random::Random;
use serde_json::json;
use std::process::ExitCode;

/// Visits a day and milliseconds that the clock loses a day; 1,728 ms are 20 millionths, the most of a usual crystal.
const MONTHS: [(i64, i64); 6] = [(40, 0), (40, 500), (40, 1_728), (150, 500), (150, 1_000), (150, -1_728)];

fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1).map(|text| text.parse::<u64>());
    let (Some(Ok(count)), Some(Ok(seed))) = (arguments.next(), arguments.next()) else {
        eprintln!("codes: give a count and a seed, such as 100000 1");
        return ExitCode::from(2);
    };
    let mut random = Random::new(seed);
    let tally = match bad_codes(count, &mut random) {
        Ok(tally) => tally,
        Err(fault) => {
            eprintln!("codes: {fault}");
            return ExitCode::FAILURE;
        }
    };
    let taken: u64 = tally.values().map(|(_, taken)| taken).sum();
    let kinds: serde_json::Map<_, _> = tally
        .iter()
        .map(|(kind, (tried, taken))| ((*kind).to_owned(), json!({"shown": tried, "accepted": taken})))
        .collect();
    let mut held = taken == 0;
    let mut months = Vec::new();
    for (visits, drift) in MONTHS {
        let Ok(seen) = month(visits, drift, count, &mut random) else { return ExitCode::FAILURE };
        held &= seen.refused * 1_000 <= seen.live && seen.accepted == 0;
        months.push(json!({
            "visits_a_day": visits, "drift_ms_a_day": drift, "behind_ms": seen.behind_ms, "learned_ms": seen.offset_ms,
            "live": seen.live, "refused": seen.refused, "aged": seen.aged, "aged_accepted": seen.accepted,
        }));
    }
    println!(
        "{}",
        json!({"seed": seed, "shown": count, "accepted": taken, "kinds": kinds, "after_30_days": months})
    );
    if held { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
