//! How much a guest brings, before anybody asks for the arm: a log-linear regression of the epoch's margin on what
//! was known (quasi-Poisson, McCullagh & Nelder 1989, by Newton's method). What a guest brings is a product of how
//! often and how much, so it is linear in logarithms; margins below nothing count as nothing here.

use super::log::{FEATURES, Log, Row};
use super::ridge::cholesky_solve;

/// Intercept, logarithm of the margin before, whether there was one, what is known; segments follow.
const LEADING: usize = 3 + FEATURES;
/// Penalty on everything but the intercept, in units of rows of mean size.
const PENALTY: f64 = 3.0;
const ITERATIONS: usize = 25;
const ENOUGH: f64 = 1e-8;

/// A fitted level.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Level {
    weights: Vec<f64>,
    /// Mean outcome, minor units: what is regressed is the share of it.
    scale: f64,
}

impl Level {
    /// Fits on the rows that are taken, starting from another fit where there is one.
    pub(super) fn fit(log: &Log, takes: impl Fn(&Row) -> bool, from: Option<&Level>) -> Level {
        let width = LEADING + log.segments.len();
        let rows: Vec<&Row> = log.rows.iter().filter(|row| takes(row)).collect();
        let mean = super::log::mean(rows.iter().map(|row| row.outcome.max(0.0)));
        let scale = if mean.is_finite() && mean > 0.0 { mean } else { 1.0 };
        let start = from.map_or_else(|| vec![0.0; width], |other| other.weights.clone());
        let mut level = Level { weights: start, scale };
        for _ in 0..ITERATIONS {
            let largest = level.step(&rows);
            if largest < ENOUGH {
                break;
            }
        }
        level
    }

    /// Expected margin of a guest in an epoch, minor units.
    pub(super) fn of(&self, row: &Row) -> f64 {
        self.scale * self.share(&point(row))
    }

    /// The same as a share of the mean outcome.
    fn share(&self, point: &[f64; LEADING + 1]) -> f64 {
        let segment = self.segment(point);
        let own = self.weights.get(segment).copied().unwrap_or(0.0);
        let u = point.iter().take(LEADING).zip(&self.weights).fold(own, |sum, (x, w)| sum + x * w);
        libm::exp(u.clamp(-12.0, 6.0))
    }

    /// Place of the weight of a point's segment.
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "it was an index")]
    fn segment(&self, point: &[f64; LEADING + 1]) -> usize {
        point.last().map_or(0, |segment| LEADING + *segment as usize)
    }

    /// One step of Newton's method; gives the largest change.
    fn step(&mut self, rows: &[&Row]) -> f64 {
        let width = self.weights.len();
        let (mut hessian, mut gradient) = (vec![0.0; width * width], vec![0.0; width]);
        for row in rows {
            let point = point(row);
            let expected = self.share(&point);
            let beyond = row.outcome.max(0.0) / self.scale - expected;
            let places = (0..LEADING).chain([self.segment(&point)]);
            let numbers = point.iter().take(LEADING).copied().chain([1.0]);
            let all: Vec<(usize, f64)> = places.zip(numbers).collect();
            for (at, x) in &all {
                if let Some(slope) = gradient.get_mut(*at) {
                    *slope += x * beyond;
                }
                for (other, y) in all.iter().filter(|(other, _)| other <= at) {
                    if let Some(cell) = hessian.get_mut(at * width + other) {
                        *cell += expected * x * y;
                    }
                }
            }
        }
        for at in 0..width {
            let penalty = if at == 0 { 1e-6 } else { PENALTY };
            let weight = self.weights.get(at).copied().unwrap_or(0.0);
            if let (Some(cell), Some(slope)) = (hessian.get_mut(at * width + at), gradient.get_mut(at)) {
                *cell += penalty;
                *slope -= penalty * weight;
            }
        }
        // The decomposition reads the lower triangle alone.
        let step = cholesky_solve(&hessian, &gradient);
        let mut largest = 0.0f64;
        for (weight, change) in self.weights.iter_mut().zip(step) {
            let held = if change.is_finite() { change.clamp(-2.0, 2.0) } else { 0.0 };
            *weight += held;
            largest = largest.max(held.abs());
        }
        largest
    }
}

/// The numbers of a row, and its segment as the last.
fn point(row: &Row) -> [f64; LEADING + 1] {
    let mut point = [0.0; LEADING + 1];
    let before = row.before.max(0.0);
    let head = [1.0, libm::log1p(before), if before > 0.0 { 1.0 } else { 0.0 }];
    let segment = u32::try_from(row.segment).map_or(0.0, f64::from);
    let all = head.into_iter().chain(row.known).chain([segment]);
    for (to, from) in point.iter_mut().zip(all) {
        *to = from;
    }
    point
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::learn::evaluate::log::real;

    /// Rows whose expected outcome is exactly log-linear.
    fn log_linear(rows: usize) -> Log {
        let row = |number: usize| {
            let (before, first) = (real(number * 7 % 101) * 30.0, real(number * 13 % 97) / 48.0 - 1.0);
            let mut known = [0.0; FEATURES];
            for (at, x) in known.iter_mut().enumerate() {
                *x = real(number * (17 + at) % (61 + at)) / 30.0;
            }
            if let Some(own) = known.first_mut() {
                *own = first;
            }
            Row {
                customer: u64::try_from(number).unwrap_or(0),
                day: 0,
                segment: number % 2,
                arm: 0,
                chances: vec![1.0],
                outcome: libm::exp(5.0 + 0.5 * first + 0.2 * libm::log1p(before)),
                before,
                known,
                cost: 0.0,
                cost_by_menu: 0.0,
                discount_share: 0.0,
            }
        };
        let segments = vec!["one".to_owned(), "other".to_owned()];
        Log { arms: Vec::new(), generosity: Vec::new(), segments, rows: (0..rows).map(row).collect() }
    }

    #[test]
    fn a_log_linear_truth_is_found() {
        let log = log_linear(4_000);
        let level = Level::fit(&log, |_| true, None);
        for row in log.rows.iter().take(200) {
            assert!((level.of(row) / row.outcome - 1.0).abs() < 0.02, "{} {}", level.of(row), row.outcome);
        }
    }

    #[test]
    fn a_log_of_nothing_or_of_losses_gives_numbers() {
        let mut log = log_linear(50);
        for row in &mut log.rows {
            row.outcome = -5.0;
        }
        let level = Level::fit(&log, |_| true, None);
        assert!(log.rows.iter().all(|row| level.of(row).is_finite()));
        let empty = Level::fit(&log, |_| false, Some(&level));
        assert!(log.rows.iter().all(|row| empty.of(row).is_finite()));
    }
}
