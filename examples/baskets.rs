//! Throws random baskets at the guard and judges what comes out with arithmetic of its own.
//!
//! `cargo run --release --example baskets --features testing -- 100000000 1` (count, first seed).

#![expect(clippy::print_stdout, clippy::print_stderr, reason = "an example talks to people")]

use kava::{
    steps::{charge, guard},
    testing::{
        baskets::{self, TODAY},
        random::Random,
    },
};
use std::{process::ExitCode, thread};

const PER_SEED: u64 = 100_000;

fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1).map(|text| text.parse::<u64>());
    let (Some(Ok(count)), Some(Ok(first))) = (arguments.next(), arguments.next()) else {
        eprintln!("baskets: give a count and a first seed, such as 100000000 1");
        return ExitCode::from(2);
    };
    let seeds = count.div_ceil(PER_SEED);
    let threads = thread::available_parallelism().map_or(1, |n| u64::try_from(n.get()).unwrap_or(1));
    let totals = thread::scope(|scope| {
        let workers: Vec<_> = (0..threads)
            .map(|worker| {
                scope.spawn(move || {
                    (0..seeds).filter(|n| n % threads == worker).map(|n| run(first + n)).fold([0; 4], add)
                })
            })
            .collect();
        workers.into_iter().filter_map(|worker| worker.join().ok()).fold([0; 4], add)
    });
    let [judged, discounted, clamped, violations] = totals;
    println!(
        "{{\"baskets\":{judged},\"with_discount\":{discounted},\"clamped\":{clamped},\"violations\":{violations},\"seeds\":[{first},{}]}}",
        first + seeds - 1
    );
    if violations == 0 && judged > 0 { ExitCode::SUCCESS } else { ExitCode::from(1) }
}

fn add(a: [u64; 4], b: [u64; 4]) -> [u64; 4] {
    std::array::from_fn(|i| a.get(i).unwrap_or(&0) + b.get(i).unwrap_or(&0))
}

fn run(seed: u64) -> [u64; 4] {
    let mut random = Random::new(seed);
    let mut totals = [0; 4];
    for _ in 0..PER_SEED {
        let Some(case) = baskets::case(&mut random) else { continue };
        let approved = guard::approve(&case.basket, Some(&case.wish), &case.policy, TODAY, case.left);
        let lines = charge::price(&approved);
        let found = baskets::judge(&case, &lines);
        if let Some(why) = &found {
            eprintln!("seed {seed}: {why}\n{case:?}");
        }
        let counted =
            [true, lines.iter().any(|line| line.discount.0 > 0), approved.clamped(), found.is_some()];
        totals = add(totals, counted.map(u64::from));
    }
    totals
}
