//! From outcomes to figures: means, paired intervals, safety.

use crate::campaign::Ran;
use crate::recovery::{self, Recovery};
use kava::testing::towns::{
    compare::{Paired, paired},
    outcome::Outcome,
    parameters::Town,
};
use serde::Serialize;
use std::collections::BTreeMap;
use std::fmt::Write as _;

/// From this day on a policy that learns should have learned.
pub const LEARNED_DAY: usize = 90;

/// All of one town.
#[derive(Debug, Serialize)]
pub struct TownFigures {
    pub town: &'static str,
    pub guests: u32,
    pub days: i32,
    pub seconds: u64,
    /// Oracle over best uniform from day 90 on; whether it exceeds three standard errors.
    pub oracle_gap: Option<Paired>,
    pub oracle_gap_counts: bool,
    pub policies: Vec<PolicyFigures>,
}

/// One policy in one town.
#[derive(Debug, Serialize)]
pub struct PolicyFigures {
    pub name: String,
    /// Strategy and published base, as tuned.
    pub policy: String,
    pub seeds: usize,
    pub profit_per_day_minor: f64,
    pub visits_per_day: f64,
    pub mean_depth: f64,
    /// Over each baseline; nothing over itself.
    pub over: BTreeMap<String, Paired>,
    pub over_none: Option<Paired>,
    pub over_uniform: Option<Paired>,
    /// From day 90 on.
    pub over_uniform_later: Option<Paired>,
    /// Share of the way from best uniform to oracle, from day 90 on.
    pub way_to_oracle: Option<f64>,
    pub below_floor: u32,
    /// Largest difference of shown depth between two guests on one day, basis points.
    pub spread_bp: i64,
    /// Points of depth more for each week of absence.
    pub slope_per_week: f64,
    /// Mean depth of the kind that comes most often, and of all others.
    pub regulars_depth: f64,
    /// Share of guests who pay less, of their list prices, than under the best uniform depth.
    pub better_off: f64,
    /// Weeks of all seeds in which a fitted game was in force.
    pub weeks_with_game: u32,
    /// The best way to play the rule on any seed in any week: name, gain and 95 % upper bound, shares of spend.
    pub exploit: Option<(String, f64, f64)>,
    /// After each shock, beside the best uniform depth.
    pub recoveries: Vec<Recovery>,
}

pub fn of(town: &Town, ran: &[Ran], days: i32, seconds: u64) -> TownFigures {
    let find = |name: &str| ran.iter().find(|ran| ran.name == name);
    let (uniform, oracle) = (find("uniform"), find("oracle"));
    let oracle_gap = oracle.zip(uniform).and_then(|(oracle, uniform)| {
        paired(&profits(&oracle.outcomes, LEARNED_DAY), &profits(&uniform.outcomes, LEARNED_DAY))
    });
    let policies = ran
        .iter()
        .map(|this| {
            let over = ran.iter().filter(|other| other.name != this.name && !other.name.contains("oracle"));
            let over = over.filter_map(|other| {
                Some((other.name.clone(), paired(&profits(&this.outcomes, 0), &profits(&other.outcomes, 0))?))
            });
            let recoveries = uniform
                .map(|uniform| recovery::of(town, &this.outcomes, &uniform.outcomes))
                .unwrap_or_default();
            let figures = policy(this, (find("none"), uniform), oracle_gap);
            PolicyFigures { over: over.collect(), recoveries, ..figures }
        })
        .collect();
    TownFigures {
        town: town.name,
        guests: town.guests,
        days,
        seconds,
        oracle_gap,
        oracle_gap_counts: oracle_gap.is_some_and(|gap| gap.mean > 3.0 * gap.error),
        policies,
    }
}

fn policy(this: &Ran, (none, uniform): (Option<&Ran>, Option<&Ran>), gap: Option<Paired>) -> PolicyFigures {
    let over = |other: Option<&Ran>, from: usize| {
        other.and_then(|other| paired(&profits(&this.outcomes, from), &profits(&other.outcomes, from)))
    };
    let later = over(uniform, LEARNED_DAY);
    let mean = |value: &dyn Fn(&Outcome) -> f64| {
        let count = this.outcomes.len().max(1);
        this.outcomes.iter().map(value).sum::<f64>() / real(count)
    };
    PolicyFigures {
        name: this.name.clone(),
        policy: format!("{:?} above {} bp", this.candidate.strategy, this.candidate.base_bp),
        seeds: this.outcomes.len(),
        profit_per_day_minor: mean(&|outcome| outcome.all().profit / real(outcome.days.len())),
        visits_per_day: mean(&|outcome| f64::from(outcome.all().visits) / real(outcome.days.len())),
        mean_depth: mean(&Outcome::mean_depth),
        over_none: over(none, 0),
        over_uniform: over(uniform, 0),
        over_uniform_later: later,
        way_to_oracle: later.zip(gap).map(|(later, gap)| later.mean / gap.mean).filter(|way| way.is_finite()),
        below_floor: this.outcomes.iter().map(|outcome| outcome.below_floor).sum(),
        spread_bp: this.outcomes.iter().map(|outcome| outcome.spread_bp).max().unwrap_or(0),
        slope_per_week: mean(&Outcome::slope_per_week),
        regulars_depth: mean(&|outcome| outcome.depth_of("regular")),
        better_off: uniform.map_or(0.0, |uniform| better_off(this, uniform)),
        over: BTreeMap::new(),
        recoveries: Vec::new(),
        weeks_with_game: this.weeks_with_game,
        exploit: this.exploit.clone(),
    }
}

/// Share of guests, over seeds, whose paid share of list prices is lower than under the other policy.
fn better_off(this: &Ran, other: &Ran) -> f64 {
    let (mut better, mut all) = (0.0, 0.0);
    for (this, other) in this.outcomes.iter().zip(&other.outcomes) {
        for ((_, mine), (_, theirs)) in this.guests.iter().zip(&other.guests) {
            if mine.visits > 0 && theirs.visits > 0 {
                all += 1.0;
                // Compared crosswise, so that nothing is divided.
                let (mine, theirs) = (mine.net * theirs.list, theirs.net * mine.list);
                better += f64::from(u8::from(mine < theirs));
            }
        }
    }
    if all > 0.0 { better / all } else { 0.0 }
}

/// Profit from a day on, seed by seed; of everything where the run is shorter.
fn profits(outcomes: &[Outcome], from: usize) -> Vec<f64> {
    outcomes
        .iter()
        .map(|outcome| {
            let from = if outcome.days.len() > from { from } else { 0 };
            outcome.between(from, outcome.days.len()).profit
        })
        .collect()
}

/// A table for people.
pub fn table(figures: &TownFigures) -> String {
    let mut text = format!("== {}: {} guests, {} s\n", figures.town, figures.guests, figures.seconds);
    let percent = |value: f64| format!("{:+.2}", 100.0 * value);
    let interval = |paired: &Option<Paired>| {
        paired
            .as_ref()
            .map_or("-".into(), |p| format!("{} [{}, {}]", percent(p.mean), percent(p.low), percent(p.high)))
    };
    for policy in &figures.policies {
        writeln!(
            text,
            "{:<15} x{:<3} {:>7.2}/day  over none {:<24} over uniform {:<24} later {:<24} depth {:.2} %  visits {:.1}  floor {}  spread {}  slope {:+.2}  {}",
            policy.name,
            policy.seeds,
            policy.profit_per_day_minor / 100.0,
            interval(&policy.over_none),
            interval(&policy.over_uniform),
            interval(&policy.over_uniform_later),
            100.0 * policy.mean_depth,
            policy.visits_per_day,
            policy.below_floor,
            policy.spread_bp,
            policy.slope_per_week,
            policy.policy,
        )
        .unwrap_or_default();
    }
    text
}

pub fn real(count: usize) -> f64 {
    u32::try_from(count).map_or(0.0, f64::from)
}
