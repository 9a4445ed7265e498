//! Cells: mean outcomes of a group of guests by depth, made non-decreasing.

use super::rows::{Row, effective};
use crate::facts::models::{Cell, Step};
use std::collections::BTreeMap;

/// Sums at one depth.
#[derive(Debug, Clone, Copy, Default)]
struct Sums {
    weight: f64,
    squares: f64,
    returned: f64,
    added: f64,
    added_squares: f64,
}

/// The means of some rows; no rows give an empty cell.
pub(super) fn cell<'a>(rows: impl Iterator<Item = (&'a Row, f64)> + Clone) -> Cell {
    let mut by_depth: BTreeMap<i64, Sums> = BTreeMap::new();
    for (row, weight) in rows.clone() {
        let sums = by_depth.entry(row.depth_bp).or_default();
        let added = real(row.add_on);
        sums.weight += weight;
        sums.squares += weight * weight;
        sums.returned += weight * f64::from(u8::from(row.returned));
        sums.added += weight * added;
        sums.added_squares += weight * added * added;
    }
    by_depth.retain(|_, sums| sums.weight > 0.0);
    let weights: Vec<f64> = by_depth.values().map(|sums| sums.weight).collect();
    let mean =
        |of: fn(&Sums) -> f64| by_depth.values().map(|sums| of(sums) / sums.weight).collect::<Vec<f64>>();
    let returned = non_decreasing(&mean(|sums| sums.returned), &weights);
    let added = non_decreasing(&mean(|sums| sums.added), &weights);
    let steps =
        by_depth.iter().zip(returned.iter().zip(&added)).map(|((depth_bp, sums), (p_return, add_on))| {
            let n = sums.weight * sums.weight / sums.squares;
            // Two more of each kind keep the error of a unanimous cell above 0 (Agresti & Coull 1998).
            let p = (p_return * n + 2.0) / (n + 4.0);
            let spread = (sums.added_squares / sums.weight - (sums.added / sums.weight).powi(2)).max(0.0);
            Step {
                depth_bp: *depth_bp,
                p_return: p_return.clamp(0.0, 1.0),
                add_on: *add_on,
                p_return_error: libm::sqrt(p * (1.0 - p) / (n + 4.0)),
                add_on_error: libm::sqrt(spread / n),
            }
        });
    Cell { effective_n: effective(rows.map(|(_, weight)| weight)), steps: steps.collect() }
}

/// The nearest non-decreasing sequence in weighted least squares: neighbours that fall are pooled (Ayer et al.
/// 1955).
#[must_use]
pub fn non_decreasing(values: &[f64], weights: &[f64]) -> Vec<f64> {
    let mut pools: Vec<(f64, f64, usize)> = Vec::with_capacity(values.len());
    for (value, weight) in values.iter().zip(weights) {
        let mut pool = (*value, *weight, 1);
        while let Some(before) = pools.pop_if(|before| before.0 >= pool.0) {
            let weight = before.1 + pool.1;
            pool = ((before.0 * before.1 + pool.0 * pool.1) / weight, weight, before.2 + pool.2);
        }
        pools.push(pool);
    }
    pools.into_iter().flat_map(|(value, _, length)| std::iter::repeat_n(value, length)).collect()
}

#[expect(clippy::cast_precision_loss, reason = "beyond 2^53 thousandths of a cup precision is of no use")]
fn real(number: i64) -> f64 {
    number as f64
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn falling_neighbours_are_pooled_by_weight() {
        assert_eq!(non_decreasing(&[1.0, 3.0, 2.0, 4.0], &[1.0, 1.0, 3.0, 1.0]), [1.0, 2.25, 2.25, 4.0]);
        assert_eq!(non_decreasing(&[3.0, 2.0, 1.0], &[1.0; 3]), [2.0; 3]);
        assert_eq!(non_decreasing(&[], &[]), Vec::<f64>::new());
    }

    proptest! {
        #[test]
        fn the_result_rises_and_keeps_the_weighted_mean(values in prop::collection::vec((-9.0f64..9.0, 0.1f64..9.0), 0..40)) {
            let (values, weights): (Vec<f64>, Vec<f64>) = values.into_iter().unzip();
            let fitted = non_decreasing(&values, &weights);
            prop_assert_eq!(fitted.len(), values.len());
            prop_assert!(fitted.windows(2).all(|pair| pair[0] <= pair[1]));
            let sum = |of: &[f64]| of.iter().zip(&weights).map(|(value, weight)| value * weight).sum::<f64>();
            prop_assert!((sum(&values) - sum(&fitted)).abs() < 1e-9);
        }
    }
}
