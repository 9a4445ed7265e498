//! How soon after a shock a policy again earns what it earned above the best uniform depth before.

use crate::figures::real;
use kava::testing::towns::{
    compare::{Paired, paired},
    outcome::Outcome,
    parameters::{Shock, Town},
};
use serde::Serialize;

/// Days within which a policy is to have recovered.
const WITHIN: usize = 21;
/// Days before the shock that it is compared with.
const BEFORE: usize = 28;
const WEEK: usize = 7;

/// A shock and what came after.
#[derive(Debug, Clone, Serialize)]
pub struct Recovery {
    pub shock: &'static str,
    /// The first day on which guests can come after it.
    pub day: usize,
    /// Over the best uniform depth in the four weeks before.
    pub before: Option<Paired>,
    /// Over the best uniform depth in the third week after.
    pub third_week: Option<Paired>,
    /// How much more that is than before, in points of the share.
    pub change: Option<Paired>,
    /// End, in days after the shock, of the first seven days whose gain is not below the one before; nothing
    /// where that never happens in the run.
    pub back_after_days: Option<usize>,
    /// Whether that is so within 21 days, or the third week cannot be told from the time before.
    pub recovered: bool,
}

pub fn of(town: &Town, these: &[Outcome], those: &[Outcome]) -> Vec<Recovery> {
    town.shocks.iter().filter_map(|shock| after(shock, these, those)).collect()
}

fn after(shock: &Shock, these: &[Outcome], those: &[Outcome]) -> Option<Recovery> {
    let (name, begins, day) = match shock {
        Shock::Prices { day, .. } => ("prices", *day, *day),
        Shock::Season { day, .. } => ("season", *day, *day),
        Shock::Closed { day, days } => ("closed", *day, day + days),
        Shock::Menu { day, .. } => ("menu", *day, *day),
    };
    let (begins, day) = (usize::try_from(begins).ok()?, usize::try_from(day).ok()?);
    let lived = these.first()?.days.len();
    if begins < BEFORE || day + WITHIN > lived {
        return None;
    }
    let gain = |from: usize, to: usize| paired(&profits(these, from, to), &profits(those, from, to));
    let before = gain(begins - BEFORE, begins);
    let third_week = gain(day + WITHIN - WEEK, day + WITHIN);
    let change = difference(
        &shares(these, those, (day + WITHIN - WEEK, day + WITHIN)),
        &shares(these, those, (begins - BEFORE, begins)),
    );
    let level = before.map_or(0.0, |before| before.mean);
    let back_after_days = (WEEK..=lived - day)
        .find(|end| gain(day + end - WEEK, day + end).is_some_and(|week| week.mean >= level));
    let recovered =
        back_after_days.is_some_and(|days| days <= WITHIN) || change.is_some_and(|change| change.high >= 0.0);
    Some(Recovery { shock: name, day, before, third_week, change, back_after_days, recovered })
}

fn profits(outcomes: &[Outcome], from: usize, to: usize) -> Vec<f64> {
    outcomes.iter().map(|outcome| outcome.between(from, to).profit).collect()
}

/// Gain as a share of the other's profit, seed by seed.
fn shares(these: &[Outcome], those: &[Outcome], (from, to): (usize, usize)) -> Vec<f64> {
    let pairs = profits(these, from, to).into_iter().zip(profits(those, from, to));
    pairs.map(|(this, that)| (this - that) / that).collect()
}

/// Mean difference of shares with its interval; the scale is one, so that it stays in points.
fn difference(later: &[f64], before: &[f64]) -> Option<Paired> {
    let shifted: Vec<f64> = later.iter().zip(before).map(|(later, before)| 1.0 + later - before).collect();
    paired(&shifted, &vec![1.0; shifted.len()]).filter(|_| real(shifted.len()) > 1.0)
}
