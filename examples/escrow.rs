//! How much of a budget leases serve, beside an oracle that always knows what everybody has spent.
//!
//! `cargo run --release --example escrow --features testing -- SEEDS` walks through days of a hundred counters, with
//! the very rule by which the office lends (`facts::campaign`), and prints JSON. What is served is compared with
//! what an oracle would have served of the same demand. The result is in `docs/campaigns/escrow.json`.

#![expect(
    clippy::print_stdout,
    clippy::cast_precision_loss,
    reason = "an example prints, and its shares are for people"
)]

use kava::{
    facts::{
        campaign::{Amount, FIRST_USES, HORIZON_MS, LEASE_MS, grant, target},
        money::Money,
    },
    testing::random::Random,
};
use serde_json::json;

const COUNTERS: usize = 100;
const MINUTES: i64 = 14 * 60;
/// What one use costs.
const UNIT: i64 = 40;
/// Uses that the budget has for each that is asked for, in hundredths: demand is 1.3 times the budget.
const BUDGET_SHARE: i64 = 77;

/// Who is cut off when.
#[derive(Debug, Clone, Copy)]
enum Weather {
    /// Each counter is away so many hundredths of the time, an hour on average.
    Away(i64),
    /// Nobody reaches the office from this minute on, so many minutes long.
    Blackout(i64, i64),
}

/// A counter's lease and what it has spent of late.
#[derive(Clone, Default)]
struct Till {
    left: Amount,
    ends: i64,
    spent_at: Vec<i64>,
    away_until: i64,
    rate_milli: i64,
}

impl Till {
    fn spent_lately(&self, minute: i64) -> Amount {
        let since = minute - HORIZON_MS / 60_000;
        let uses = self.spent_at.iter().rev().take_while(|at| **at > since).count();
        let uses = i64::try_from(uses).unwrap_or(i64::MAX);
        Amount { money: Money(uses * UNIT), uses }
    }

    /// Gives back what has ended, and asks for what it should have.
    fn sync(&mut self, pool: &mut Amount, minute: i64) {
        if minute >= self.ends {
            *pool = pool.plus(self.left);
            self.left = Amount::ZERO;
        }
        let expected =
            self.spent_lately(minute).most(Amount { money: Money(FIRST_USES * UNIT), uses: FIRST_USES });
        let should = target(expected, Money(UNIT));
        if self.left.covers(should.hundredths(50)) {
            return;
        }
        let counters = i64::try_from(COUNTERS).unwrap_or(1);
        let granted = grant(*pool, (should, self.left), (Money(UNIT), counters));
        if granted != Amount::ZERO {
            *pool = pool.minus(granted);
            self.left = self.left.plus(granted);
            self.ends = minute + LEASE_MS / 60_000;
        }
    }
}

/// Uses asked for, served by leases, served by the oracle, overspent.
fn day(seed: u64, weather: Weather) -> [i64; 4] {
    let mut dice = Random::new(seed);
    let mut tills: Vec<Till> =
        (0..COUNTERS).map(|_| Till { rate_milli: dice.between(20, 260), ..Till::default() }).collect();
    let expected: i64 = tills.iter().map(|till| till.rate_milli * MINUTES / 1_000).sum();
    let uses = expected * BUDGET_SHARE / 100;
    let budget = Amount { money: Money(uses * UNIT), uses };
    let (mut pool, mut oracle) = (budget, uses);
    let [mut asked, mut served, mut by_oracle] = [0, 0, 0];
    for minute in 0..MINUTES {
        for till in &mut tills {
            let cut = is_cut(till, minute, (&mut dice, weather));
            if !cut {
                till.sync(&mut pool, minute);
            }
            if dice.between(1, 1_000) > till.rate_milli {
                continue;
            }
            asked += 1;
            if oracle > 0 {
                (oracle, by_oracle) = (oracle - 1, by_oracle + 1);
            }
            let one = Amount::one(Money(UNIT));
            if minute < till.ends && till.left.covers(one) {
                till.left = till.left.minus(one);
                till.spent_at.push(minute);
                served += 1;
            }
        }
    }
    [asked, served, by_oracle, (served - uses).max(0)]
}

fn is_cut(till: &mut Till, minute: i64, (dice, weather): (&mut Random, Weather)) -> bool {
    match weather {
        Weather::Blackout(from, long) => (from..from + long).contains(&minute),
        Weather::Away(share) => {
            // An hour away, and as much time between as makes the share.
            if minute >= till.away_until && dice.between(1, 100 * 60) <= 100 * share / (100 - share).max(1) {
                till.away_until = minute + dice.between(1, 119);
            }
            minute < till.away_until
        }
    }
}

fn main() {
    let seeds: u64 = std::env::args().nth(1).and_then(|word| word.parse().ok()).unwrap_or(20);
    let weathers = [
        ("5 of 100 counters away", Weather::Away(5)),
        ("20 of 100 counters away", Weather::Away(20)),
        ("50 of 100 counters away", Weather::Away(50)),
        ("five hours of blackout from the fourth hour on", Weather::Blackout(4 * 60, 5 * 60)),
        ("five hours of blackout at the end of the day", Weather::Blackout(9 * 60, 5 * 60)),
    ];
    let runs: Vec<_> = weathers
        .iter()
        .map(|(name, weather)| {
            let days: Vec<[i64; 4]> = (1..=seeds).map(|seed| day(seed, *weather)).collect();
            let shares = days.iter().map(|[_, served, oracle, _]| *served as f64 / (*oracle).max(1) as f64);
            let least = shares.clone().fold(1.0_f64, f64::min);
            let sum = |at: usize| days.iter().filter_map(|day| day.get(at)).sum::<i64>();
            json!({
                "weather": name, "days": seeds, "asked": sum(0), "served": sum(1), "by_oracle": sum(2), "overspent": sum(3),
                "served_of_oracle": shares.sum::<f64>() / seeds.max(1) as f64, "worst_day": least,
            })
        })
        .collect();
    let command = "cargo run --release --example escrow --features testing -- SEEDS";
    println!("{}", json!({"command": command, "counters": COUNTERS, "hours": MINUTES / 60, "runs": runs}));
}
