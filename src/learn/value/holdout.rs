//! How well purchases after a cut are foretold from those before it, beside three simple forecasts.

use crate::facts::models::BgNbd;
use crate::learn::cluster::count;
use crate::steps::value::{History, expected_purchases};
use serde::Serialize;

/// A guest before the cut and what they did after it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Tested {
    /// What was known at the cut.
    pub before: History,
    /// Purchases after it.
    pub later: u32,
}

/// Figures on purchases nobody was fitted on. Errors are mean absolute ones, in purchases a guest.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Holdout {
    /// Length of the period, in the unit of time of the histories.
    pub days: f64,
    /// Guests who bought before it.
    pub guests: usize,
    /// Purchases in it.
    pub actual: u64,
    /// Purchases that were foretold.
    pub predicted: f64,
    /// Error of the model.
    pub mae: f64,
    /// Error of going on at the guest's own rate.
    pub own_rate_mae: f64,
    /// Error of all guests' mean rate for everybody.
    pub mean_mae: f64,
    /// Error of the own rate drawn toward all guests' by empirical Bayes: Gamma by moments, no dropping out.
    pub shrunken_mae: f64,
    /// Correlation of foretold and actual purchases over guests.
    pub correlation: f64,
}

/// Compares the forecasts. Nothing without a guest.
#[must_use]
pub fn measure(tested: &[Tested], model: &BgNbd, days: f64) -> Option<Holdout> {
    if tested.is_empty() {
        return None;
    }
    let histories: Vec<History> = tested.iter().map(|guest| guest.before).collect();
    let (repeats, age) =
        histories.iter().fold((0.0, 0.0), |(x, age), seen| (x + f64::from(seen.repeats), age + seen.age));
    let mean = if age > 0.0 { repeats / age } else { 0.0 };
    let (shape, scale) = rates(&histories, mean);
    let own = |seen: &History| if seen.age > 0.0 { f64::from(seen.repeats) / seen.age } else { 0.0 };
    let shrunken = |seen: &History| (shape + f64::from(seen.repeats)) / (scale + seen.age);
    let error = |forecast: &dyn Fn(&History) -> f64| {
        let misses = tested.iter().map(|guest| (forecast(&guest.before) - f64::from(guest.later)).abs());
        misses.fold(0.0, |sum, miss| sum + miss) / count(tested.len())
    };
    let foretold: Vec<f64> = histories.iter().map(|seen| expected_purchases(model, seen, days)).collect();
    let later: Vec<f64> = tested.iter().map(|guest| f64::from(guest.later)).collect();
    let misses =
        foretold.iter().zip(&later).fold(0.0, |sum, (foretold, later)| sum + (foretold - later).abs());
    Some(Holdout {
        days,
        guests: tested.len(),
        actual: tested.iter().map(|guest| u64::from(guest.later)).sum(),
        predicted: foretold.iter().fold(0.0, |sum, x| sum + x),
        mae: misses / count(tested.len()),
        own_rate_mae: error(&|seen| days * own(seen)),
        mean_mae: error(&|_| days * mean),
        shrunken_mae: error(&|seen| days * shrunken(seen)),
        correlation: correlation(&foretold, &later),
    })
}

/// Gamma distribution of purchase rates by moments: shape and scale. Where rates vary no more than chance
/// makes them, everybody has the mean rate.
fn rates(histories: &[History], mean: f64) -> (f64, f64) {
    let (mut excess, mut weight) = (0.0, 0.0);
    for seen in histories {
        let expected = mean * seen.age;
        let miss = f64::from(seen.repeats) - expected;
        excess += miss * miss - expected;
        weight += seen.age * seen.age;
    }
    let scale = if excess > 0.0 && weight > 0.0 { mean * weight / excess } else { f64::MAX.sqrt() };
    (mean * scale, scale)
}

/// Pearson's correlation; 0 where either does not vary.
#[must_use]
pub fn correlation(a: &[f64], b: &[f64]) -> f64 {
    let mean = |values: &[f64]| values.iter().fold(0.0, |sum, x| sum + x) / count(values.len()).max(1.0);
    let (mean_a, mean_b) = (mean(a), mean(b));
    let (mut both, mut of_a, mut of_b) = (0.0, 0.0, 0.0);
    for (x, y) in a.iter().zip(b) {
        let (x, y) = (x - mean_a, y - mean_b);
        both += x * y;
        of_a += x * x;
        of_b += y * y;
    }
    let spread = (of_a * of_b).sqrt();
    if spread > 0.0 { both / spread } else { 0.0 }
}
