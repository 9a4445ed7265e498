//! Runs seeded schedules of faults between a counter and each modelled register.
//!
//! `cargo run --release --example register_faults --features testing -- 10000 1 [ADAPTER]` (count for each
//! adapter, first seed).

#![expect(clippy::print_stdout, clippy::print_stderr, reason = "an example talks to people")]

use kava::testing::register_faults::{Adapter, Defect, Tally, campaign};
use std::{process::ExitCode, time::Instant};

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let number = |at: usize| arguments.get(at).and_then(|text| text.parse::<u64>().ok());
    let (Some(count), Some(seed)) = (number(0), number(1)) else {
        eprintln!("register_faults: give a count and a seed, such as 10000 1");
        return ExitCode::from(2);
    };
    let mut status = ExitCode::SUCCESS;
    for adapter in
        Adapter::ALL.iter().copied().filter(|one| arguments.get(2).is_none_or(|name| name == one.name()))
    {
        let begun = Instant::now();
        match campaign(adapter, count, seed, Defect::None) {
            Ok(Tally { schedules, faults, crashes, sales, refunds, reviews }) => println!(
                "{{\"adapter\":\"{}\",\"schedules\":{schedules},\"faults\":{faults},\"crashes\":{crashes},\
                 \"sales\":{sales},\"refunds\":{refunds},\"reviews\":{reviews},\"violations\":0,\"seed\":{seed},\"s\":{}}}",
                adapter.name(),
                begun.elapsed().as_secs()
            ),
            Err(why) => {
                eprintln!("{why}");
                status = ExitCode::from(1);
            }
        }
    }
    status
}
