//! The outcome model: a ridge regression of the epoch's margin on what is known, the arm, and both together.
//! It only lowers the variance of the doubly robust estimate; with logged probabilities a wrong one is harmless.

use super::log::{FEATURES, Log, Row, real};

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
    mean: [f64; FEATURES + 1],
    deviation: [f64; FEATURES + 1],
}

/// Sums that a fit needs; those of several folds can be added.
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
    let shape = Shape::of(log);
    let sums: Vec<Sums> =
        (0..folds).map(|fold| Sums::of(log, &shape, |row| fold_of(row, folds) == fold)).collect();
    let models: Vec<Outcomes> = (0..folds)
        .map(|fold| {
            let mut others = Sums::empty(shape.width());
            for (_, one) in (0..folds).zip(&sums).filter(|(other, _)| *other != fold) {
                others.add(one);
            }
            Outcomes { weights: others.solve(&shape), shape: shape.clone() }
        })
        .collect();
    let model_of = |row: &Row| usize::try_from(fold_of(row, folds)).ok().and_then(|fold| models.get(fold));
    log.rows.iter().map(|row| model_of(row).map(|model| model.of_row(row)).unwrap_or_default()).collect()
}

/// A model of all rows.
#[must_use]
pub fn fit(log: &Log) -> Outcomes {
    let shape = Shape::of(log);
    let weights = Sums::of(log, &shape, |_| true).solve(&shape);
    Outcomes { shape, weights }
}

impl Outcomes {
    /// Expected outcome of each arm in a row, minor units.
    #[must_use]
    pub fn of_row(&self, row: &Row) -> Vec<f64> {
        let value = |arm| {
            let point = self.shape.point(row, arm);
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
    fn of(log: &Log) -> Shape {
        let mut shape = Shape {
            arms: log.arms.len(),
            segments: log.segments.len(),
            mean: [0.0; FEATURES + 1],
            deviation: [1.0; FEATURES + 1],
        };
        let count = real(log.rows.len()).max(1.0);
        for at in 0..=FEATURES {
            let of = |row: &Row| features(row).get(at).copied().unwrap_or(0.0);
            let mean = log.rows.iter().fold(0.0, |sum, row| sum + of(row)) / count;
            let spread =
                log.rows.iter().fold(0.0, |sum, row| sum + (of(row) - mean) * (of(row) - mean)) / count;
            if let (Some(m), Some(d)) = (shape.mean.get_mut(at), shape.deviation.get_mut(at)) {
                *m = mean;
                *d = libm::sqrt(spread).max(1e-9);
            }
        }
        shape
    }

    /// Intercept, features, segments, arms, arms × features, arms × segments.
    const fn width(&self) -> usize {
        1 + (FEATURES + 1)
            + self.segments
            + self.arms
            + self.arms * (FEATURES + 1)
            + self.arms * self.segments
    }

    /// The numbers of a row under an arm that are not zero, with their places.
    fn point(&self, row: &Row, arm: usize) -> Vec<(usize, f64)> {
        let mut point = vec![(0, 1.0)];
        let (segments, arms) = (1 + FEATURES + 1, 1 + FEATURES + 1 + self.segments);
        let with_features = arms + self.arms + arm * (FEATURES + 1);
        let with_segments = arms + self.arms + self.arms * (FEATURES + 1) + arm * self.segments;
        for (at, x) in features(row).iter().enumerate() {
            let (mean, deviation) =
                (self.mean.get(at).unwrap_or(&0.0), self.deviation.get(at).unwrap_or(&1.0));
            let scaled = ((x - mean) / deviation).clamp(-8.0, 8.0);
            point.push((1 + at, scaled));
            point.push((with_features + at, scaled));
        }
        point.push((segments + row.segment, 1.0));
        point.push((arms + arm, 1.0));
        point.push((with_segments + row.segment, 1.0));
        point
    }

    /// What is added to the diagonal at a place.
    const fn penalty(&self, at: usize) -> f64 {
        if at == 0 {
            1e-6
        } else if at < 1 + (FEATURES + 1) + self.segments + self.arms {
            PENALTY
        } else {
            PENALTY_TOGETHER
        }
    }
}

fn features(row: &Row) -> [f64; FEATURES + 1] {
    let mut all = [row.before; FEATURES + 1];
    for (to, from) in all.iter_mut().skip(1).zip(&row.known) {
        *to = *from;
    }
    all
}

impl Sums {
    fn empty(width: usize) -> Sums {
        Sums { width, gram: vec![0.0; width * width], moments: vec![0.0; width] }
    }

    fn of(log: &Log, shape: &Shape, takes: impl Fn(&Row) -> bool) -> Sums {
        let mut sums = Sums::empty(shape.width());
        for row in log.rows.iter().filter(|row| takes(row)) {
            let point = shape.point(row, row.arm);
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

    fn add(&mut self, other: &Sums) {
        for (to, from) in self.gram.iter_mut().zip(&other.gram) {
            *to += from;
        }
        for (to, from) in self.moments.iter_mut().zip(&other.moments) {
            *to += from;
        }
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
