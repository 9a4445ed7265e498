//! The campaign of the watch: months of forty shops with twenty ways to cheat planted in each, and the same months without any.
//! `cargo run --release -p kava-sync --example fraud -- MONTHS [FIRST_SEED]` prints one line of JSON, which is kept in
//! `docs/campaigns/fraud.json`.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::print_stdout,
    reason = "a campaign says what it saw, and breaks off at the first surprise"
)]

#[path = "../tests/planted/mod.rs"]
mod planted;

use planted::{Seen, Size};
use serde_json::json;
use std::collections::BTreeMap;

fn main() {
    let mut words = std::env::args().skip(1).map(|word| word.parse::<u64>().unwrap());
    let (months, first) = (words.next().unwrap_or(3), words.next().unwrap_or(1));
    let seeds = first..first + months;
    let with: Vec<Seen> = seeds.clone().map(|seed| planted::with_all(seed, Size::PROMISED)).collect();
    let without: Vec<Seen> = seeds.map(|seed| planted::honest(seed, Size::PROMISED)).collect();
    let mut missed = BTreeMap::<&str, u64>::new();
    for name in with.iter().flat_map(Seen::missed) {
        *missed.entry(name).or_default() += 1;
    }
    let sum = |all: &[Seen], of: fn(&Seen) -> usize| all.iter().map(of).sum::<usize>();
    let planted = sum(&with, |seen| seen.found.len());
    let found = planted - sum(&with, |seen| seen.missed().len());
    let wrong =
        |all: &[Seen]| all.iter().flat_map(|seen| &seen.wrong).map(|one| one.signal).collect::<Vec<_>>();
    let result = json!({
        "seeds": [first, first + months - 1],
        "shops": Size::PROMISED.shops,
        "days": Size::PROMISED.days,
        "receipts": sum(&with, |seen| seen.receipts),
        "planted": planted,
        "found": found,
        "missed": missed,
        "false_alarms": wrong(&with),
        "false_alarms_per_month_of_forty_shops": sum(&with, |seen| seen.wrong.len()) as f64 / months as f64,
        "receipts_of_honest_months": sum(&without, |seen| seen.receipts),
        "false_alarms_of_honest_months": wrong(&without),
    });
    println!("{result}");
}
