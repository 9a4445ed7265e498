//! The watch against what is planted: twenty ways to cheat among honest people who differ. The whole campaign is
//! `cargo run --release -p kava-sync --example fraud`; here is a fixed share of it.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::print_stdout,
    reason = "a test fails by panicking and prints its seed"
)]

mod planted;

use planted::{Size, honest, with_all};

const SEED: u64 = 102;

#[test]
fn nine_of_ten_ways_to_cheat_are_found_and_honest_people_are_left_alone() {
    println!("seed {SEED}");
    let seen = with_all(SEED, Size::PROMISED);
    assert!(seen.receipts > 300_000 && seen.found.len() == 20, "{} receipts", seen.receipts);
    assert!(seen.missed().len() <= 2, "missed: {:?}", seen.missed());
    assert!(seen.wrong.len() <= 1, "{:#?}", seen.wrong);
}

#[test]
fn where_nobody_cheats_a_month_of_forty_shops_has_one_alarm_at_most() {
    println!("seed {SEED}");
    let seen = honest(SEED, Size::PROMISED);
    assert!(seen.wrong.len() <= 1, "{:#?}", seen.wrong);
}

#[test]
fn the_same_acts_give_the_same_alarms_in_any_order() {
    let size = Size { shops: 4, days: 20 };
    let acts = planted::chain::Chain::new(SEED, size).live();
    let bar = kava_sync::watch::Bar { q: 1.0, times: 1.0, more: 3.0 };
    let mut turned = acts.clone();
    turned.all.reverse();
    let seen = kava_sync::watch::look(acts, bar);
    assert!(!seen.is_empty() && seen == kava_sync::watch::look(turned, bar));
}
