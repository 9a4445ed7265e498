//! The outcome model: a ridge regression of the epoch's margin on what is known, the guest's level, the arm, and
//! each of these together with the arm.
//! It only lowers the variance of the doubly robust estimate; with logged probabilities a wrong one is harmless.

use super::level::Level;
use super::log::{FEATURES, Log, Row, real};

/// Numbers of a row: margin before, level, what is known.
const NUMBERS: usize = FEATURES + 2;

/// Penalty on everything but the intercept, in units of rows.
const PENALTY: f64 = 3.0;
/// Penalty on arms that meet features or segments: thin cells lean on the whole.
const PENALTY_TOGETHER: f64 = 25.0;

/// A fitted outcome model.
#[derive(Debug, Clone, PartialEq)]
pub struct Outcomes {
    shape: Shape,
    weights: Vec<f64>,
}

/// Where each number of a point stands.
#[derive(Debug, Clone, PartialEq)]
struct Shape {
    arms: usize,
    segments: usize,
    level: Level,
    mean: [f64; NUMBERS],
    deviation: [f64; NUMBERS],
}

/// Sums that a fit needs.
#[derive(Debug, Clone, PartialEq)]
struct Sums {
    width: usize,
    gram: Vec<f64>,
    moments: Vec<f64>,
}

/// Expected outcome of each arm in each row, from models that did not see the row's customer.
#[must_use]
pub fn cross_fitted(log: &Log, folds: u64) -> Vec<Vec<f64>> {
    let folds = folds.max(2);
    // A start for Newton's method, which ends at the fold's own optimum.
    let start = Level::fit(log, |_| true, None);
    let models: Vec<Outcomes> =
        (0..folds).map(|fold| fit_on(log, |row| fold_of(row, folds) != fold, Some(&start))).collect();
    let model_of = |row: &Row| usize::try_from(fold_of(row, folds)).ok().and_then(|fold| models.get(fold));
    log.rows.iter().map(|row| model_of(row).map(|model| model.of_row(row)).unwrap_or_default()).collect()
}

/// A model of all rows.
#[must_use]
pub fn fit(log: &Log) -> Outcomes {
    fit_on(log, |_| true, None)
}

fn fit_on(log: &Log, takes: impl Fn(&Row) -> bool + Copy, start: Option<&Level>) -> Outcomes {
    let shape = Shape::of(log, Level::fit(log, takes, start));
    let weights = Sums::of(log, &shape, takes).solve(&shape);
    Outcomes { shape, weights }
}

impl Outcomes {
    /// Expected outcome of each arm in a row, minor units.
    #[must_use]
    pub fn of_row(&self, row: &Row) -> Vec<f64> {
        let scaled = self.shape.scaled(row);
        let value = |arm| {
            let point = self.shape.point(&scaled, row.segment, arm);
            point.iter().fold(0.0, |sum, (at, x)| sum + x * self.weights.get(*at).copied().unwrap_or(0.0))
        };
        (0..self.shape.arms).map(value).collect()
    }
}

/// A customer's fold; spread by a multiplicative hash so that neighbours part.
fn fold_of(row: &Row, folds: u64) -> u64 {
    (row.customer.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 33) % folds
}

impl Shape {
    fn of(log: &Log, level: Level) -> Shape {
        let (mut mean, mut deviation) = ([0.0; NUMBERS], [0.0; NUMBERS]);
        let rows: Vec<[f64; NUMBERS]> = log.rows.iter().map(|row| numbers(row, &level)).collect();
        let count = real(rows.len()).max(1.0);
        for row in &rows {
            mean.iter_mut().zip(row).for_each(|(sum, x)| *sum += x / count);
        }
        for row in &rows {
            for ((sum, x), m) in deviation.iter_mut().zip(row).zip(&mean) {
                *sum += (x - m) * (x - m) / count;
            }
        }
        let deviation = deviation.map(|square| libm::sqrt(square).max(1e-9));
        Shape { arms: log.arms.len(), segments: log.segments.len(), level, mean, deviation }
    }

    /// Intercept, numbers, segments, arms, arms × numbers, arms × segments.
    const fn width(&self) -> usize {
        1 + NUMBERS + self.segments + self.arms + self.arms * NUMBERS + self.arms * self.segments
    }

    /// A row's numbers in deviations from their means.
    fn scaled(&self, row: &Row) -> [f64; NUMBERS] {
        let mut all = numbers(row, &self.level);
        for ((x, mean), deviation) in all.iter_mut().zip(&self.mean).zip(&self.deviation) {
            *x = ((*x - mean) / deviation).clamp(-8.0, 8.0);
        }
        all
    }

    /// The numbers of a row under an arm that are not zero, with their places.
    fn point(&self, scaled: &[f64; NUMBERS], segment: usize, arm: usize) -> Vec<(usize, f64)> {
        let mut point = vec![(0, 1.0)];
        let (segments, arms) = (1 + NUMBERS, 1 + NUMBERS + self.segments);
        let with_numbers = arms + self.arms + arm * NUMBERS;
        let with_segments = arms + self.arms + self.arms * NUMBERS + arm * self.segments;
        for (at, x) in scaled.iter().enumerate() {
            point.push((1 + at, *x));
            point.push((with_numbers + at, *x));
        }
        point.push((segments + segment, 1.0));
        point.push((arms + arm, 1.0));
        point.push((with_segments + segment, 1.0));
        point
    }

    /// What is added to the diagonal at a place.
    const fn penalty(&self, at: usize) -> f64 {
        if at == 0 {
            1e-6
        } else if at < 1 + NUMBERS + self.segments + self.arms {
            PENALTY
        } else {
            PENALTY_TOGETHER
        }
    }
}

fn numbers(row: &Row, level: &Level) -> [f64; NUMBERS] {
    let mut all = [0.0; NUMBERS];
    let own = [row.before, level.of(row)].into_iter().chain(row.known);
    all.iter_mut().zip(own).for_each(|(to, from)| *to = from);
    all
}

impl Sums {
    fn empty(width: usize) -> Sums {
        Sums { width, gram: vec![0.0; width * width], moments: vec![0.0; width] }
    }

    fn of(log: &Log, shape: &Shape, takes: impl Fn(&Row) -> bool) -> Sums {
        let mut sums = Sums::empty(shape.width());
        for row in log.rows.iter().filter(|row| takes(row)) {
            let point = shape.point(&shape.scaled(row), row.segment, row.arm);
            for (at, x) in &point {
                if let Some(moment) = sums.moments.get_mut(*at) {
                    *moment += x * row.outcome;
                }
                for (other, y) in &point {
                    if let Some(cell) = sums.gram.get_mut(at * sums.width + other) {
                        *cell += x * y;
                    }
                }
            }
        }
        sums
    }

    fn solve(mut self, shape: &Shape) -> Vec<f64> {
        for at in 0..self.width {
            if let Some(cell) = self.gram.get_mut(at * self.width + at) {
                *cell += shape.penalty(at);
            }
        }
        cholesky_solve(&self.gram, &self.moments)
    }
}

/// Solves a symmetric positive definite system by Cholesky's decomposition (Golub & Van Loan, 4.2).
#[must_use]
pub fn cholesky_solve(matrix: &[f64], right: &[f64]) -> Vec<f64> {
    let n = right.len();
    let mut lower = vec![0.0; n * n];
    let at = |numbers: &[f64], i: usize, j: usize| numbers.get(i * n + j).copied().unwrap_or(0.0);
    for i in 0..n {
        for j in 0..=i {
            let inner = (0..j).fold(0.0, |sum, k| sum + at(&lower, i, k) * at(&lower, j, k));
            let rest = at(matrix, i, j) - inner;
            let value = if i == j { libm::sqrt(rest.max(1e-12)) } else { rest / at(&lower, j, j) };
            if let Some(cell) = lower.get_mut(i * n + j) {
                *cell = value;
            }
        }
    }
    let mut solved = vec![0.0; n];
    for i in 0..n {
        let inner = (0..i).fold(0.0, |sum, k| sum + at(&lower, i, k) * solved.get(k).unwrap_or(&0.0));
        set(&mut solved, i, (right.get(i).unwrap_or(&0.0) - inner) / at(&lower, i, i));
    }
    for i in (0..n).rev() {
        let inner = (i + 1..n).fold(0.0, |sum, k| sum + at(&lower, k, i) * solved.get(k).unwrap_or(&0.0));
        let own = solved.get(i).copied().unwrap_or(0.0);
        set(&mut solved, i, (own - inner) / at(&lower, i, i));
    }
    solved
}

fn set(numbers: &mut [f64], at: usize, value: f64) {
    if let Some(cell) = numbers.get_mut(at) {
        *cell = value;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_small_system_is_solved() {
        let solved = cholesky_solve(&[4.0, 2.0, 2.0, 3.0], &[10.0, 9.0]);
        assert!((solved[0] - 1.5).abs() < 1e-12 && (solved[1] - 2.0).abs() < 1e-12, "{solved:?}");
    }
}
