//! The rival: logistic regression on standardised columns with an L2 penalty, by Newton's method. Checked once
//! against scikit-learn's `LogisticRegression` (see docs/learning.md).

/// A table of numbers, row by row.
#[derive(Debug, Clone, Default)]
pub struct Columns {
    pub width: usize,
    pub flat: Vec<f64>,
}

impl Columns {
    pub fn row(&self, index: usize) -> &[f64] {
        self.flat.get(index * self.width..(index + 1) * self.width).unwrap_or_default()
    }
}

/// A fitted regression: the last coefficient is the intercept.
pub struct Logit {
    mean: Vec<f64>,
    deviation: Vec<f64>,
    coefficients: Vec<f64>,
}

const ROUNDS_MAX: usize = 25;
const SETTLED: f64 = 1e-6;

impl Logit {
    /// Minimises C · Σ log loss + ½ ‖β‖², the intercept free, on the chosen rows, from `start` where given.
    pub fn fit(
        columns: &Columns,
        happened: &[bool],
        chosen: &[usize],
        c: f64,
        start: Option<&Logit>,
    ) -> Logit {
        let (mean, deviation) = scale(columns, chosen);
        let size = columns.width + 1;
        let mut logit = Logit { mean, deviation, coefficients: vec![0.0; size] };
        if let Some(start) = start {
            logit.coefficients.clone_from(&start.coefficients);
        }
        for _ in 0..ROUNDS_MAX {
            let mut gradient: Vec<f64> = logit.coefficients.iter().map(|beta| beta / c).collect();
            let mut curvature = vec![0.0; size * size];
            for (index, diagonal) in curvature.iter_mut().step_by(size + 1).enumerate() {
                *diagonal = if index == columns.width { 1e-9 } else { 1.0 / c };
            }
            if let Some(free) = gradient.last_mut() {
                *free = 0.0;
            }
            for index in chosen {
                let x = logit.standardised(columns.row(*index));
                let p = 1.0 / (1.0 + (-dot(&x, &logit.coefficients)).exp());
                let residual = p - f64::from(u8::from(happened.get(*index).copied().unwrap_or_default()));
                add(&mut gradient, &mut curvature, &x, residual, p * (1.0 - p));
            }
            let step = solve(curvature, gradient, size);
            let largest = step.iter().fold(0.0f64, |largest, part| largest.max(part.abs()));
            logit.coefficients.iter_mut().zip(&step).for_each(|(beta, part)| *beta -= part);
            if largest < SETTLED {
                break;
            }
        }
        logit
    }

    /// The log-odds of a row.
    pub fn odds(&self, row: &[f64]) -> f64 {
        dot(&self.standardised(row), &self.coefficients)
    }

    fn standardised(&self, row: &[f64]) -> Vec<f64> {
        let scaled =
            row.iter().zip(&self.mean).zip(&self.deviation).map(|((x, mean), spread)| (x - mean) / spread);
        scaled.chain([1.0]).collect()
    }
}

fn scale(columns: &Columns, chosen: &[usize]) -> (Vec<f64>, Vec<f64>) {
    let n = f64::from(u32::try_from(chosen.len()).unwrap_or(u32::MAX)).max(1.0);
    let mut mean = vec![0.0; columns.width];
    for index in chosen {
        mean.iter_mut().zip(columns.row(*index)).for_each(|(mean, x)| *mean += x / n);
    }
    let mut squares = vec![0.0; columns.width];
    for index in chosen {
        let row = columns.row(*index).iter().zip(&mean);
        squares.iter_mut().zip(row).for_each(|(sum, (x, mean))| *sum += (x - mean) * (x - mean) / n);
    }
    // A column that is the same everywhere tells nothing and is left at 0.
    let deviation = squares.into_iter().map(|square| if square > 0.0 { square.sqrt() } else { 1.0 });
    (mean, deviation.collect())
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(x, y)| x * y).sum()
}

/// Adds one row to the gradient and to the lower half of the curvature.
fn add(gradient: &mut [f64], curvature: &mut [f64], x: &[f64], residual: f64, weight: f64) {
    let size = x.len();
    for ((row, own), part) in curvature.chunks_exact_mut(size).zip(x).zip(gradient) {
        *part += residual * own;
        let scaled = weight * own;
        row.iter_mut().zip(x).for_each(|(cell, other)| *cell += scaled * other);
    }
}

/// Solves a positive definite system by elimination without pivots.
fn solve(mut matrix: Vec<f64>, mut right: Vec<f64>, size: usize) -> Vec<f64> {
    let at =
        |matrix: &[f64], row: usize, column: usize| matrix.get(row * size + column).copied().unwrap_or(0.0);
    for pivot in 0..size {
        let head: Vec<f64> = (0..size).map(|column| at(&matrix, pivot, column)).collect();
        let (diagonal, own) = (at(&matrix, pivot, pivot), right.get(pivot).copied().unwrap_or(0.0));
        for (row, part) in matrix.chunks_exact_mut(size).zip(&mut right).skip(pivot + 1) {
            let factor = row.get(pivot).copied().unwrap_or(0.0) / diagonal;
            row.iter_mut().zip(&head).skip(pivot).for_each(|(cell, head)| *cell -= factor * head);
            *part -= factor * own;
        }
    }
    let mut found = vec![0.0; size];
    for row in (0..size).rev() {
        let known: f64 =
            (row + 1..size).map(|column| at(&matrix, row, column) * found.get(column).unwrap_or(&0.0)).sum();
        let value = (right.get(row).copied().unwrap_or(0.0) - known) / at(&matrix, row, row);
        if let Some(place) = found.get_mut(row) {
            *place = value;
        }
    }
    found
}
