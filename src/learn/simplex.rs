//! The lowest point of a function of a few variables, without derivatives: Nelder and Mead 1965, with the
//! steps of Gao and Han 2012, started again from where it ends until that no longer helps.

use std::cmp::Ordering;

/// A point with the function's value there.
#[derive(Debug, Clone, PartialEq)]
pub struct Lowest<const N: usize> {
    /// Where.
    pub at: [f64; N],
    /// How low.
    pub value: f64,
    /// How often the function was computed.
    pub tries: usize,
}

/// Values this near to each other, as a share, are the same.
const SAME: f64 = 1e-11;
/// A new start that gains less than this share was not needed.
const GAIN_MIN: f64 = 1e-9;
/// The function is computed this often at most in one start.
const TRIES_MAX: usize = 1_000;
/// Starts from the point found before, at most.
const STARTS_MAX: usize = 6;

/// Goes downhill from `start`, first in steps of `step`. A value that is no number counts as infinitely
/// high.
pub fn lowest<const N: usize>(start: [f64; N], step: f64, mut of: impl FnMut(&[f64; N]) -> f64) -> Lowest<N> {
    let mut tries = 0;
    let mut height = |at: &[f64; N]| {
        tries += 1;
        let value = of(at);
        if value.is_nan() { f64::INFINITY } else { value }
    };
    let mut best = (start, height(&start));
    let mut step = step;
    for _ in 0..STARTS_MAX {
        let found = descend(&best, step, &mut height);
        let gain = best.1 - found.1;
        best = found;
        if gain.abs() <= GAIN_MIN * (1.0 + best.1.abs()) {
            break;
        }
        step = (step / 3.0).max(1e-3);
    }
    Lowest { at: best.0, value: best.1, tries }
}

type Corner<const N: usize> = ([f64; N], f64);

fn descend<const N: usize>(
    start: &Corner<N>,
    step: f64,
    height: &mut impl FnMut(&[f64; N]) -> f64,
) -> Corner<N> {
    let mut corners = vec![*start];
    for axis in 0..N {
        let mut at = start.0;
        if let Some(x) = at.get_mut(axis) {
            *x += step;
        }
        corners.push((at, height(&at)));
    }
    let n = f64::from(u32::try_from(N).unwrap_or(1));
    for _ in 0..TRIES_MAX / 2 {
        corners.sort_by(|a, b| a.1.partial_cmp(&b.1).unwrap_or(Ordering::Equal));
        let (Some(low), Some(high)) = (corners.first().copied(), corners.pop()) else { break };
        if high.1 - low.1 <= SAME * (1.0 + low.1.abs()) {
            corners.push(high);
            break;
        }
        let next_high = corners.last().map_or(high.1, |corner| corner.1);
        let centre = mean(&corners);
        let along = |by: f64| between(&centre, &high.0, -by);
        let mut at = |by: f64| {
            let point = along(by);
            (point, height(&point))
        };
        let mirrored = at(1.0);
        let chosen = if mirrored.1 < low.1 {
            let farther = at(1.0 + 2.0 / n);
            Some(if farther.1 < mirrored.1 { farther } else { mirrored })
        } else if mirrored.1 < next_high {
            Some(mirrored)
        } else {
            let inward = 0.75 - 0.5 / n;
            let outside = mirrored.1 < high.1;
            let nearer = at(if outside { inward } else { -inward });
            (nearer.1 < high.1.min(mirrored.1)).then_some(nearer)
        };
        corners.push(chosen.unwrap_or(high));
        if chosen.is_none() {
            for corner in corners.iter_mut().skip(1) {
                let at = between(&low.0, &corner.0, 1.0 - 1.0 / n);
                *corner = (at, height(&at));
            }
        }
    }
    corners.into_iter().reduce(|low, next| if next.1 < low.1 { next } else { low }).unwrap_or(*start)
}

fn mean<const N: usize>(corners: &[Corner<N>]) -> [f64; N] {
    let count = f64::from(u32::try_from(corners.len()).unwrap_or(1));
    let mut sum = [0.0; N];
    for (at, _) in corners {
        sum.iter_mut().zip(at).for_each(|(sum, x)| *sum += x / count);
    }
    sum
}

/// The point at a share of the way from one point to another; below 0 it lies beyond the first.
fn between<const N: usize>(from: &[f64; N], to: &[f64; N], share: f64) -> [f64; N] {
    let mut at = *from;
    at.iter_mut().zip(to).for_each(|(x, to)| *x += share * (to - *x));
    at
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bent_valley_is_walked_to_its_end() {
        // Rosenbrock 1960 in four variables: lowest at ones.
        let of = |x: &[f64; 4]| {
            x.windows(2).map(|p| 100.0 * (p[1] - p[0] * p[0]).powi(2) + (1.0 - p[0]).powi(2)).sum()
        };
        let found = lowest([0.0; 4], 0.5, of);
        assert!(found.at.iter().all(|x| (x - 1.0).abs() < 1e-4), "{found:?}");
    }

    #[test]
    fn values_that_are_no_numbers_are_walked_around() {
        let of =
            |x: &[f64; 2]| if x[0] < 0.0 { f64::NAN } else { (x[0] - 3.0).powi(2) + (x[1] + 2.0).powi(2) };
        let found = lowest([0.1, 0.0], 1.0, of);
        assert!((found.at[0] - 3.0).abs() < 1e-4 && (found.at[1] + 2.0).abs() < 1e-4, "{found:?}");
        assert!(lowest([0.0], 1.0, |_| f64::NAN).value.is_infinite());
    }
}
