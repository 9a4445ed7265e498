//! Drift: has the world moved since the models were fitted?

use super::log::{Log, real};
use serde::Serialize;

/// Bins of the index.
const BINS: usize = 10;
/// From this population stability index on, a feature has moved (the customary limit in credit scoring).
pub const MOVED: f64 = 0.25;

/// How far things have moved between an older and a newer log.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Drift {
    /// Population stability index of each thing known of a guest; the margin before comes first.
    pub index: Vec<f64>,
    /// Mean outcome now over mean outcome then.
    pub outcome_ratio: f64,
    /// Whether anything has moved.
    pub moved: bool,
}

/// Compares two logs.
#[must_use]
pub fn between(then: &Log, now: &Log) -> Drift {
    let width = super::log::FEATURES + 1;
    let column = |log: &Log, at: usize| -> Vec<f64> {
        let of = |row: &super::log::Row| {
            at.checked_sub(1).map_or(row.before, |at| row.known.get(at).copied().unwrap_or(0.0))
        };
        log.rows.iter().map(of).collect()
    };
    let index: Vec<f64> = (0..width).map(|at| stability(&column(then, at), &column(now, at))).collect();
    let (old, new) = (then.mean_outcome(), now.mean_outcome());
    Drift {
        moved: index.iter().any(|psi| *psi > MOVED),
        outcome_ratio: if old.abs() > 0.0 { new / old } else { 1.0 },
        index,
    }
}

/// Population stability index Σ (q − p)·ln(q / p) over bins that are deciles of the older numbers; empty bins
/// count half a row.
#[must_use]
pub fn stability(then: &[f64], now: &[f64]) -> f64 {
    if then.is_empty() || now.is_empty() {
        return 0.0;
    }
    let mut sorted = then.to_vec();
    sorted.sort_by(f64::total_cmp);
    let mut edges: Vec<f64> =
        (1..BINS).filter_map(|bin| sorted.get(bin * sorted.len() / BINS).copied()).collect();
    edges.dedup();
    let shares = |numbers: &[f64]| {
        let mut counts = vec![0usize; edges.len() + 1];
        for x in numbers {
            if let Some(count) = counts.get_mut(edges.partition_point(|edge| edge <= x)) {
                *count += 1;
            }
        }
        counts.into_iter().map(|count| real(count).max(0.5) / real(numbers.len())).collect::<Vec<f64>>()
    };
    shares(then).iter().zip(shares(now)).fold(0.0, |sum, (p, q)| sum + (q - p) * libm::log(q / p))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_numbers_have_not_moved_and_shifted_ones_have() {
        let then: Vec<f64> = (0..1_000).map(|n| f64::from(n % 97)).collect();
        let now: Vec<f64> = then.iter().map(|x| x + 40.0).collect();
        assert!(stability(&then, &then).abs() < 1e-12);
        assert!(stability(&then, &now) > MOVED);
    }
}
