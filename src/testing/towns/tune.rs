//! Baselines at their best: each is tuned on seeds that no campaign uses, by trying at most [`SEARCH`]
//! candidates and keeping the one that earned most.

use super::oracle::Plan;
use super::parameters::Town;
use super::rules::{Candidate, policy};
use super::run::Run;
use super::street::Street;
use crate::steps::offer::{RfmTable, StampCard, Strategy};
use crate::testing::random::Random;
use std::sync::Arc;

/// The most candidates that are tried for one baseline.
pub const SEARCH: usize = 54;
/// Seeds to tune on; campaigns use 1, 2, 3 …
pub const TUNING_SEEDS: [u64; 4] = [9_001, 9_002, 9_003, 9_004];

/// A policy that needs no learning.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Baseline {
    /// No discount.
    None,
    /// The same depth for everybody; the whole ladder is tried.
    Uniform,
    /// Rules over recency, frequency and money above a published base.
    Rfm,
    /// A stamp card and nothing else.
    Stamps,
    /// A stamp card above a published base: two programmes at once, reported beside the four.
    StampsOnBase,
}

impl Baseline {
    /// All, in the order of the tables.
    pub const ALL: [Baseline; 5] =
        [Baseline::None, Baseline::Uniform, Baseline::Rfm, Baseline::Stamps, Baseline::StampsOnBase];

    /// Its name in tables.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Baseline::None => "none",
            Baseline::Uniform => "uniform",
            Baseline::Rfm => "rfm",
            Baseline::Stamps => "stamps",
            Baseline::StampsOnBase => "stamps-on-base",
        }
    }

    /// What is tried for it.
    #[must_use]
    pub fn candidates(self) -> Vec<Candidate> {
        let ladder = policy(0).ladder_bp;
        match self {
            Baseline::None => vec![Candidate { strategy: Strategy::None, base_bp: 0 }],
            Baseline::Uniform => ladder
                .iter()
                .map(|depth| Candidate { strategy: Strategy::Flat(*depth), base_bp: 0 })
                .collect(),
            Baseline::Rfm => tables(),
            Baseline::Stamps => {
                stamp_cards(&[0], &[3, 4, 5, 6, 8, 10, 12, 15, 20], &[700, 1_000, 1_500, 2_000, 2_500, 3_000])
            }
            Baseline::StampsOnBase => {
                stamp_cards(&[500, 700, 1_000], &[3, 4, 5, 6, 8, 10], &[1_000, 1_500, 2_000])
            }
        }
    }

    /// The best candidate for a town over so many days, on the tuning seeds.
    ///
    /// # Errors
    /// What a till refused.
    pub fn tuned(self, town: &Town, days: i32) -> Result<Candidate, String> {
        let mut best: Option<(f64, Candidate)> = None;
        for candidate in self.candidates() {
            let profit = profit(town, days, candidate, None)?;
            if best.is_none_or(|(most, _)| profit > most) {
                best = Some((profit, candidate));
            }
        }
        best.map(|(_, candidate)| candidate).ok_or_else(|| "nothing to try".into())
    }
}

/// The deepest published base that is tried for the oracle, basis points.
const ORACLE_BASE_MAX: i64 = 1_500;

/// The oracle above the base at which it earned most on the tuning seeds. What it reckons itself is no guide: it
/// plans with means, without the day that ends a run, and as if a part of a habit could be read from a grid.
///
/// # Errors
/// What a till refused.
pub fn oracle(town: &Town, days: i32) -> Result<Plan, String> {
    let mut best: Option<(f64, Arc<Plan>)> = None;
    for base_bp in policy(0).ladder_bp.into_iter().filter(|base| *base <= ORACLE_BASE_MAX) {
        let plan = Arc::new(Plan::solve(town, base_bp, usize::try_from(days).unwrap_or(0)));
        let candidate = Candidate { strategy: Strategy::None, base_bp };
        let profit = profit(town, days, candidate, Some(&plan))?;
        if best.as_ref().is_none_or(|(most, _)| profit > *most) {
            best = Some((profit, plan));
        }
    }
    best.map(|(_, plan)| Arc::unwrap_or_clone(plan)).ok_or_else(|| "nothing to try".into())
}

/// What a policy earns on the tuning seeds together, minor units.
fn profit(town: &Town, days: i32, candidate: Candidate, plan: Option<&Arc<Plan>>) -> Result<f64, String> {
    let mut profit = 0.0;
    for seed in TUNING_SEEDS {
        let mut till = Street::new(candidate, plan.cloned())?;
        profit += Run { town, days, seed, candidate }.live(&mut till, |_| {})?.all().profit;
    }
    Ok(profit)
}

/// The usual table and others by lot, above three bases.
fn tables() -> Vec<Candidate> {
    let random = &mut Random::new(17);
    let mut tables = vec![RfmTable::default(), RfmTable { today: false, ..RfmTable::default() }];
    while tables.len() * 3 < SEARCH {
        let mut steps = || usize::try_from(random.between(0, 2)).unwrap_or(0);
        let (new, cells) = (steps(), std::array::from_fn(|_| steps()));
        tables.push(RfmTable {
            away_days: random.pick(&[7, 14, 21]).copied().unwrap_or(14),
            often_milli: random.pick(&[4_000, 8_000, 12_000]).copied().unwrap_or(8_000),
            rich_minor: random.pick(&[700, 900, 1_100]).copied().unwrap_or(900),
            new,
            cells,
            today: random.once_in(3),
        });
    }
    let above =
        |base_bp: i64| tables.iter().map(move |table| Candidate { strategy: Strategy::Rfm(*table), base_bp });
    [0, 500, 700].into_iter().flat_map(above).collect()
}

fn stamp_cards(bases: &[i64], every: &[u32], depths: &[i64]) -> Vec<Candidate> {
    let mut cards = Vec::new();
    for base_bp in bases {
        for every in every {
            let card = |depth_bp: &i64| Candidate {
                strategy: Strategy::Stamps(StampCard { every: *every, depth_bp: *depth_bp }),
                base_bp: *base_bp,
            };
            cards.extend(depths.iter().map(card));
        }
    }
    cards
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_baseline_is_searched_for_longer_than_the_others() {
        for baseline in Baseline::ALL {
            let candidates = baseline.candidates();
            assert!((1..=SEARCH).contains(&candidates.len()), "{}: {}", baseline.name(), candidates.len());
            for candidate in candidates {
                candidate.policy().check().unwrap();
            }
        }
    }
}
