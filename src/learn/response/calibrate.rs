//! Calibration: the straight line that turns a forest's sums, out of sample, into what was seen. Its slope is
//! never below 0, so that no order turns round.

use crate::steps::response::logistic;

/// One row out of sample: the forest's sum, what was seen, weight.
pub(super) type Seen = (f64, f64, f64);

/// Intercept and slope.
pub(super) type Line = (f64, f64);

/// The line that changes nothing.
pub(super) const AS_IT_IS: Line = (0.0, 1.0);

/// Rounds of Newton's method at most.
const ROUNDS_MAX: usize = 50;

/// Logistic regression on the sum (Platt 1999), by Newton's method; as it is where it finds no end.
#[must_use]
pub(super) fn odds(rows: &[Seen]) -> Line {
    let (mut intercept, mut slope) = AS_IT_IS;
    for _ in 0..ROUNDS_MAX {
        let mut sums = Sums::default();
        for (sum, seen, weight) in rows {
            let p = logistic(intercept + slope * sum);
            sums.add(*sum, p - seen, weight * p * (1.0 - p), *weight);
        }
        let Some((a, b)) = sums.step() else { return AS_IT_IS };
        intercept -= a;
        slope -= b;
        if a.abs().max(b.abs()) < 1e-10 {
            return not_falling((intercept, slope), || odds_of_mean(rows));
        }
    }
    AS_IT_IS
}

/// Weighted least squares on the sum.
#[must_use]
pub(super) fn mean(rows: &[Seen]) -> Line {
    let mut sums = Sums::default();
    for (sum, seen, weight) in rows {
        sums.add(*sum, -seen, *weight, *weight);
    }
    let flat =
        || rows.iter().map(|row| row.1 * row.2).sum::<f64>() / rows.iter().map(|row| row.2).sum::<f64>();
    sums.step().map_or(AS_IT_IS, |line| not_falling((-line.0, -line.1), flat))
}

/// A falling line says that the sums know nothing: then everybody is given what all have in common.
fn not_falling(line: Line, flat: impl Fn() -> f64) -> Line {
    match line {
        (intercept, slope) if intercept.is_finite() && slope.is_finite() && slope >= 0.0 => line,
        _ => Some((flat(), 0.0)).filter(|line| line.0.is_finite()).unwrap_or(AS_IT_IS),
    }
}

fn odds_of_mean(rows: &[Seen]) -> f64 {
    let (seen, all) = rows.iter().fold((0.0, 0.0), |(seen, all), row| (seen + row.1 * row.2, all + row.2));
    crate::steps::response::log_odds(seen / all)
}

/// Gradient and curvature in intercept and slope.
#[derive(Default)]
struct Sums {
    gradient: [f64; 2],
    curvature: [f64; 3],
}

impl Sums {
    fn add(&mut self, x: f64, residual: f64, curvature: f64, weight: f64) {
        let [a, b] = &mut self.gradient;
        *a += weight * residual;
        *b += weight * residual * x;
        let [aa, ab, bb] = &mut self.curvature;
        *aa += curvature;
        *ab += curvature * x;
        *bb += curvature * x * x;
    }

    /// Curvature⁻¹ · gradient; nothing where it is singular.
    fn step(&self) -> Option<Line> {
        let ([a, b], [aa, ab, bb]) = (self.gradient, self.curvature);
        let determinant = aa * bb - ab * ab;
        (determinant > 1e-12 * aa * bb)
            .then(|| ((bb * a - ab * b) / determinant, (aa * b - ab * a) / determinant))
            .filter(|(a, b)| a.is_finite() && b.is_finite())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_known_line_is_found_again() {
        let sums = (-40..=40).map(|n| f64::from(n) / 10.0);
        let rows: Vec<Seen> = sums
            .flat_map(|x| {
                let p = logistic(-0.3 + 0.6 * x);
                [(x, 1.0, p), (x, 0.0, 1.0 - p)]
            })
            .collect();
        let (intercept, slope) = odds(&rows);
        assert!((intercept + 0.3).abs() < 1e-9 && (slope - 0.6).abs() < 1e-9, "{intercept} {slope}");
        let rows: Vec<Seen> = rows.iter().map(|(x, _, weight)| (*x, 7.0 + 2.5 * x, *weight)).collect();
        let (intercept, slope) = mean(&rows);
        assert!((intercept - 7.0).abs() < 1e-9 && (slope - 2.5).abs() < 1e-9, "{intercept} {slope}");
    }

    #[test]
    fn sums_that_know_nothing_give_everybody_the_same() {
        let turned: Vec<Seen> = vec![(-1.0, 1.0, 3.0), (-1.0, 0.0, 1.0), (1.0, 1.0, 1.0), (1.0, 0.0, 3.0)];
        let (intercept, slope) = odds(&turned);
        assert!(slope.abs() < 1e-12 && intercept.abs() < 1e-12, "{intercept} {slope}");
        let (intercept, slope) = mean(&turned);
        assert!(slope.abs() < 1e-12 && (intercept - 0.5).abs() < 1e-12, "{intercept} {slope}");
        for rows in [vec![], vec![(1.0, 1.0, 1.0)], vec![(2.0, 1.0, 1.0), (2.0, 0.0, 1.0)]] {
            assert_eq!((odds(&rows), mean(&rows)), (AS_IT_IS, AS_IT_IS), "{rows:?}");
        }
        // Told apart without a miss: the slope has no end.
        assert_eq!(odds(&[(1.0, 1.0, 1.0), (2.0, 1.0, 1.0), (-1.0, 0.0, 1.0)]), AS_IT_IS);
    }
}
