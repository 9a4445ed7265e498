//! Measures estimators and gate in short towns with a known truth; prints JSON.
//!
//! `cargo run --release --features testing --example estimators -- [TOWNS] [SEED]`

#![expect(clippy::print_stdout, reason = "a campaign prints what it saw")]

use kava::testing::trial::{self, Size};

fn main() {
    let mut numbers = std::env::args().skip(1).map(|text| text.parse::<u64>().ok());
    let towns = numbers.next().flatten().unwrap_or(400);
    let seed = numbers.next().flatten().unwrap_or(1);
    let seen = trial::run(Size { towns, seed, guests: 3_000, chain: 12_000 });
    println!("{}", serde_json::to_string_pretty(&seen).unwrap_or_default());
}
