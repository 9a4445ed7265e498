//! The trial of estimators and gate: coverage, sharpness, sabotages, a true improvement, and no difference.

use super::random::Random;
use super::sabotage::Sabotage;
use super::short_town::{BEST, Effects, Plot, ShortTown};
use crate::learn::evaluate::estimate::{Judge, Measured};
use crate::learn::evaluate::gate::{self, Bar, Candidate, Spent};
use crate::learn::evaluate::log::{Log, Plan, one_hot, real};
use crate::learn::evaluate::sequence::{ALPHA, DAYS_BETWEEN, always_valid};
use crate::learn::game::{PERSONAL, SEGMENT, UNIFORM, alpha_of};
use serde::Serialize;
use std::collections::BTreeMap;

/// How much is tried.
#[derive(Debug, Clone, Copy, Serialize)]
pub struct Size {
    /// Towns for each question.
    pub towns: u64,
    /// Everything random follows from it.
    pub seed: u64,
    /// Guests of a town.
    pub guests: u64,
    /// Guests of a chain, in which a gain of 3 % is looked for.
    pub chain: u64,
}

/// What was seen.
#[derive(Debug, Clone, Serialize)]
pub struct Seen {
    /// How much was tried.
    pub size: Size,
    /// Share of towns in which the 95 % interval of a plan's worth held the truth, by estimator.
    pub coverage: BTreeMap<&'static str, f64>,
    /// Share in which the interval that holds at every look held it at each of 12 weekly looks, in at most 100 towns.
    pub coverage_always_valid: f64,
    /// Median half-width over that of an estimator which knows the expected outcomes.
    pub width_ratio: BTreeMap<&'static str, f64>,
    /// Share of sabotages refused, and by which check.
    pub refused: BTreeMap<String, f64>,
    /// Which check refused.
    pub refused_by: BTreeMap<String, BTreeMap<&'static str, u64>>,
    /// Share of the same towns, unspoiled, in which the honest candidate was accepted.
    pub honest_accepted: f64,
    /// Share of chains in which a true +3 % was accepted within four epochs, by any of the three questions.
    pub better_accepted: f64,
    /// Share of towns without any difference in which any of the three questions was answered with yes over 90
    /// days of looking.
    pub same_accepted: f64,
    /// Share of towns without any difference in which a refit was let through at the first look.
    pub refit_accepted: f64,
}

/// Runs every question.
#[must_use]
pub fn run(size: Size) -> Seen {
    let (coverage, coverage_always_valid, width_ratio) = coverage(size);
    let (refused, refused_by, honest_accepted) = sabotages(size);
    Seen {
        size,
        coverage,
        coverage_always_valid,
        width_ratio,
        refused,
        refused_by,
        honest_accepted,
        better_accepted: better(size),
        same_accepted: same(size),
        refit_accepted: refit(size),
    }
}

fn plot(size: Size, town: u64, question: u64, effects: Effects) -> Plot {
    let seed = size.seed.wrapping_mul(1_000_003) ^ (question << 40) ^ town;
    Plot { seed, guests: size.guests, epochs: 3, epoch_days: 28, effects }
}

/// Towns in which every weekly look is taken, at most.
const ALWAYS_TOWNS: u64 = 100;

type Coverage = (BTreeMap<&'static str, f64>, f64, BTreeMap<&'static str, f64>);

fn coverage(size: Size) -> Coverage {
    let mut held: BTreeMap<&'static str, u64> = BTreeMap::new();
    let mut widths: BTreeMap<&'static str, Vec<f64>> = BTreeMap::new();
    let mut always = 0;
    for number in 0..size.towns {
        let town = ShortTown::new(&plot(size, number, 1, Effects::Scattered(0.05)));
        // A plan that asks the segment: half the best arm, half another one for each segment.
        let chances = |segment: usize| half_and_half(town.log.arms.len(), segment);
        let plan = Plan::of(&town.log, |row| chances(row.segment));
        let truth = town.truth(chances);
        let worth = Judge::new(&town.log).worth(&plan);
        let best = Judge::told(&town.log, town.expected()).worth(&plan).dr.error;
        for (name, seen) in [("dr", worth.dr), ("ips", worth.ips), ("snips", worth.snips)] {
            let (low, high) = seen.interval(1.96);
            *held.entry(name).or_default() += u64::from((low..high).contains(&truth));
            widths.entry(name).or_default().push(seen.error / best);
        }
        if number < size.towns.min(ALWAYS_TOWNS) {
            always += u64::from(holds_always(&town.log, &plan, truth));
        }
    }
    let share = |count: u64| ratio(count, size.towns);
    (
        held.into_iter().map(|(name, count)| (name, share(count))).collect(),
        ratio(always, size.towns.min(ALWAYS_TOWNS)),
        widths.into_iter().map(|(name, widths)| (name, median(widths))).collect(),
    )
}

fn half_and_half(width: usize, segment: usize) -> Vec<f64> {
    (0..width).map(|arm| if arm == BEST || arm == segment { 0.5 } else { 0.0 }).collect()
}

/// Whether the interval for every look held at each of 12 looks, a week apart.
fn holds_always(log: &Log, plan: &Plan, truth: f64) -> bool {
    (1..=12).all(|week| {
        let part = log.only(|row| row.day <= week * 7);
        let kept: Vec<usize> =
            log.rows.iter().enumerate().filter(|(_, row)| row.day <= week * 7).map(|(at, _)| at).collect();
        let mut next = kept.iter();
        let plan = Plan::of(&part, |_| next.next().map(|at| plan.row(*at).to_vec()).unwrap_or_default());
        let Measured { mean, error } = Judge::new(&part).worth(&plan).dr;
        (mean - truth).abs() <= always_valid(error, real(part.customers()), 2_000.0)
    })
}

type Sabotaged = (BTreeMap<String, f64>, BTreeMap<String, BTreeMap<&'static str, u64>>, f64);

fn sabotages(size: Size) -> Sabotaged {
    let (mut refused, mut refused_by) = (BTreeMap::new(), BTreeMap::new());
    let mut honest = 0;
    for (number, sabotage) in (10u64..).zip(Sabotage::ALL) {
        let mut count = 0;
        let by: &mut BTreeMap<&'static str, u64> = refused_by.entry(format!("{sabotage:?}")).or_default();
        for town in 0..size.towns {
            let town = ShortTown::new(&plot(size, town, number, sabotage.effects()));
            let mut random = Random::new(number);
            let (log, arm, trained_until) = sabotage.spoil(&town, &mut random);
            let verdict = judged(&log, arm, trained_until, Spent::default());
            count += u64::from(!verdict.accepted);
            *by.entry(verdict.code).or_default() += 1;
            if number == 10 {
                honest += u64::from(judged(&town.log, BEST, 0, Spent::default()).accepted);
            }
        }
        refused.insert(format!("{sabotage:?}"), ratio(count, size.towns));
    }
    (refused, refused_by, ratio(honest, size.towns))
}

fn judged(log: &Log, arm: usize, trained_until: i32, spent: Spent) -> gate::Verdict {
    let (plan, over) = (Plan::always(log, arm), Plan::logged(log));
    let (bar, alpha) = (Bar::Superior, alpha_of(UNIFORM));
    gate::judge(&Judge::new(log), &Candidate { plan: &plan, over: &over, trained_until, spent, alpha, bar })
}

/// What each question has cost so far.
type Costs = BTreeMap<&'static str, Spent>;

/// The three questions that let a new policy through, in the order in which they are asked until one is answered
/// with yes: a ranking for each guest, one for each segment, one for everybody. Gives whether one was.
fn asked(log: &Log, costs: &mut Costs) -> bool {
    let judge = Judge::new(log);
    let (best, ladder) = (Plan::always(log, BEST), Plan::logged(log));
    let width = log.arms.len();
    let of_segment = Plan::of(log, |row| one_hot(width, row.segment));
    let of_guest = Plan::of(log, |row| {
        let place = usize::try_from(row.customer).unwrap_or(0);
        one_hot(width, place.checked_rem(width).unwrap_or(0))
    });
    [(PERSONAL, &of_guest, &best), (SEGMENT, &of_segment, &best), (UNIFORM, &best, &ladder)].into_iter().any(
        |(question, plan, over)| {
            let spent = costs.get(question).copied().unwrap_or_default();
            let (bar, alpha) = (Bar::Superior, alpha_of(question));
            let candidate = Candidate { plan, over, trained_until: 0, spent, alpha, bar };
            let verdict = gate::judge(&judge, &candidate);
            costs.insert(question, Spent { looks: spent.looks + 1, alpha: verdict.spent });
            verdict.accepted
        },
    )
}

/// A chain in which the best arm earns 3 % more than the lot: looked at when each of four epochs has ended.
fn better(size: Size) -> f64 {
    let accepted = (0..size.towns).filter(|town| {
        let plot = Plot { guests: size.chain, epochs: 4, ..plot(size, *town, 30, Effects::Best(0.03)) };
        let town = ShortTown::new(&plot);
        let mut costs = Costs::new();
        (1..=4).any(|epoch| asked(&town.log.only(|row| row.day < epoch * 28), &mut costs))
    });
    ratio(u64::try_from(accepted.count()).unwrap_or(0), size.towns)
}

/// A town without any difference that is asked on each of 90 days; the gate decides at most every 14.
fn same(size: Size) -> f64 {
    let accepted = (0..size.towns).filter(|town| {
        let plot = Plot { epochs: 6, epoch_days: 14, ..plot(size, *town, 31, Effects::None) };
        let town = ShortTown::new(&plot);
        let (mut costs, mut last) = (Costs::new(), 0);
        (1..=90).any(|today| {
            let ended = town.log.only(|row| row.day + 14 <= today);
            if today - last < DAYS_BETWEEN || ended.rows.is_empty() {
                return false;
            }
            last = today;
            asked(&ended, &mut costs)
        })
    });
    ratio(u64::try_from(accepted.count()).unwrap_or(0), size.towns)
}

/// A refit that moves a tenth of the lot from one arm to another where nothing differs: not inferior.
fn refit(size: Size) -> f64 {
    let accepted = (0..size.towns).filter(|town| {
        let town = ShortTown::new(&plot(size, *town, 32, Effects::None));
        let over = Plan::logged(&town.log);
        let plan = Plan::of(&town.log, |row| {
            let mut chances = row.chances.clone();
            if let Some(from) = chances.get_mut(1) {
                *from -= 0.1;
            }
            if let Some(to) = chances.get_mut(BEST) {
                *to += 0.1;
            }
            chances
        });
        let (spent, bar, alpha) = (Spent::default(), Bar::NotInferior, ALPHA);
        let candidate = Candidate { plan: &plan, over: &over, trained_until: 0, spent, alpha, bar };
        gate::judge(&Judge::new(&town.log), &candidate).accepted
    });
    ratio(u64::try_from(accepted.count()).unwrap_or(0), size.towns)
}

fn ratio(count: u64, of: u64) -> f64 {
    let number = |n: u64| real(usize::try_from(n).unwrap_or(usize::MAX));
    number(count) / number(of).max(1.0)
}

fn median(mut numbers: Vec<f64>) -> f64 {
    numbers.sort_by(f64::total_cmp);
    numbers.get(numbers.len() / 2).copied().unwrap_or(0.0)
}
