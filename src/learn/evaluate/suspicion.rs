//! What makes a log unfit to certify anything, found before anyone looks at a gain.

use super::estimate::{Judge, Measured};
use super::log::{Log, Plan, Row, real};
use super::sequence::z_of;
use std::collections::{BTreeMap, BTreeSet};

/// Rows below which nothing is certified.
pub const ROWS_MIN: usize = 400;
/// Customers below which nothing is certified.
pub const CUSTOMERS_MIN: usize = 200;
/// Wrong alarms of one check.
const ALARM: f64 = 0.001;
/// How far the cost of what was sold may be from what the menu says.
const COST_TOLERANCE: f64 = 0.1;
/// How clearly the realised discounts must follow the arms.
const SHOWS_Z: f64 = 3.0;

/// Something that is not as a lot would have made it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Suspicion {
    /// Too few rows or customers.
    TooFew,
    /// A number is not finite, or a row is not of this experiment's shape.
    NotFinite,
    /// A drawn arm had no chance, or the chances of a row do not sum to 1.
    NoPropensity,
    /// One customer has two epochs on one day.
    Duplicated,
    /// Arms were not drawn as often as their probabilities say.
    SampleRatio,
    /// The margin before the epoch differs between what the two plans do.
    BeforeMoved,
    /// Rows the candidate was trained on are among those it is judged by.
    LookAhead,
    /// What was sold cost something else than the menu says.
    Costs,
    /// Realised discounts do not follow the arms.
    ArmsDoNotShow,
}

impl Suspicion {
    /// A stable code.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Suspicion::TooFew => "too_few",
            Suspicion::NotFinite => "not_finite",
            Suspicion::NoPropensity => "no_propensity",
            Suspicion::Duplicated => "duplicated",
            Suspicion::SampleRatio => "sample_ratio",
            Suspicion::BeforeMoved => "before_moved",
            Suspicion::LookAhead => "look_ahead",
            Suspicion::Costs => "costs",
            Suspicion::ArmsDoNotShow => "arms_do_not_show",
        }
    }
}

/// The first thing that is wrong with a log, if anything. `trained_until` is the first day of which the
/// candidate has seen nothing.
#[must_use]
pub fn of_log(log: &Log, trained_until: i32) -> Option<Suspicion> {
    if log.rows.iter().any(|row| !is_sound(log, row)) {
        return Some(Suspicion::NotFinite);
    }
    if log.rows.iter().any(|row| !has_propensity(row)) {
        return Some(Suspicion::NoPropensity);
    }
    let places: BTreeSet<(u64, i32)> = log.rows.iter().map(|row| (row.customer, row.day)).collect();
    if places.len() < log.rows.len() {
        return Some(Suspicion::Duplicated);
    }
    if log.rows.iter().any(|row| row.day < trained_until) {
        return Some(Suspicion::LookAhead);
    }
    if log.rows.len() < ROWS_MIN || log.customers() < CUSTOMERS_MIN {
        return Some(Suspicion::TooFew);
    }
    if !sample_ratio_holds(log) {
        return Some(Suspicion::SampleRatio);
    }
    if !costs_agree(log) {
        return Some(Suspicion::Costs);
    }
    (!arms_show(log)).then_some(Suspicion::ArmsDoNotShow)
}

/// Whether what was before the epochs differs between two plans, which no offer can have done.
#[must_use]
pub fn before_moved(judge: &Judge<'_>, plan: &Plan, over: &Plan) -> bool {
    let Measured { mean, error } = judge.gain_before(plan, over);
    error.is_finite() && mean.abs() > z_of(ALARM / 2.0) * error
}

fn is_sound(log: &Log, row: &Row) -> bool {
    let numbers = [row.outcome, row.before, row.cost, row.cost_by_menu, row.discount_share];
    row.chances.len() == log.arms.len()
        && row.arm < log.arms.len()
        && row.segment < log.segments.len()
        && numbers.iter().chain(&row.known).all(|number| number.is_finite())
}

fn has_propensity(row: &Row) -> bool {
    let sum = row.chances.iter().fold(0.0, |sum, chance| sum + chance);
    row.chance() > 0.0 && (sum - 1.0).abs() < 1e-3 && row.chances.iter().all(|c| (0.0..=1.0).contains(c))
}

/// Each arm's count against the sum of its probabilities, in every segment and in all; Bonferroni over both.
fn sample_ratio_holds(log: &Log) -> bool {
    let mut cells: BTreeMap<(usize, usize), (f64, f64)> = BTreeMap::new();
    for row in &log.rows {
        for (arm, chance) in row.chances.iter().enumerate() {
            let surplus = if arm == row.arm { 1.0 - chance } else { -chance };
            for place in [row.segment, log.segments.len()] {
                let cell = cells.entry((place, arm)).or_default();
                cell.0 += surplus;
                cell.1 += chance * (1.0 - chance);
            }
        }
    }
    let limit = z_of(ALARM / 2.0 / real(cells.len()).max(1.0));
    // A normal limit needs some expected counts; thin cells are seen in the whole.
    cells
        .values()
        .filter(|(_, variance)| *variance > 5.0)
        .all(|(sum, variance)| sum.abs() <= limit * libm::sqrt(*variance))
}

fn costs_agree(log: &Log) -> bool {
    let sold: f64 = log.rows.iter().map(|row| row.cost).sum();
    let listed: f64 = log.rows.iter().map(|row| row.cost_by_menu).sum();
    (sold - listed).abs() <= COST_TOLERANCE * listed.abs().max(1.0)
}

/// Whether a more generous arm is seen in deeper discounts: the slope of the realised share over the arm's
/// generosity, against its standard error. Arms that are all alike have nothing to show.
fn arms_show(log: &Log) -> bool {
    let generosity = |row: &Row| log.generosity.get(row.arm).copied().unwrap_or(0.0);
    let (lowest, highest) =
        log.generosity.iter().fold((f64::MAX, f64::MIN), |(low, high), g| (low.min(*g), high.max(*g)));
    if highest - lowest < 1.0 {
        return true;
    }
    let count = real(log.rows.len());
    let mean_x = log.rows.iter().fold(0.0, |sum, row| sum + generosity(row)) / count;
    let mean_y = log.rows.iter().fold(0.0, |sum, row| sum + row.discount_share) / count;
    let (mut xx, mut xy, mut yy) = (0.0, 0.0, 0.0);
    for row in &log.rows {
        let (x, y) = (generosity(row) - mean_x, row.discount_share - mean_y);
        xx += x * x;
        xy += x * y;
        yy += y * y;
    }
    if xx <= 0.0 || yy <= 0.0 {
        return false;
    }
    let correlation = xy / libm::sqrt(xx * yy);
    correlation * libm::sqrt(count) > SHOWS_Z
}
