//! DBSCAN: dense groups and the noise between them, as a check on K-Means.

use super::cluster::{Distances, count};
use linfa::traits::Transformer;
use linfa_clustering::Dbscan;
use ndarray::Array2;
use serde::Serialize;

/// What DBSCAN saw on its sample.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Density {
    /// Radius of a neighbourhood in scaled space, from the knee of the k-distance curve.
    pub eps: f64,
    /// Points that make a neighbourhood dense: twice the dimensions.
    pub min_points: usize,
    /// Dense groups.
    pub clusters: usize,
    /// Points of the sample in none of them.
    pub noise: usize,
    /// Points looked at.
    pub sample: usize,
}

/// Looks for dense groups. Nothing when there are too few points or all lie on one spot.
#[must_use]
pub fn explore(points: &Array2<f64>) -> Option<Density> {
    let min_points = 2 * points.ncols();
    if points.nrows() <= min_points {
        return None;
    }
    let eps = knee(&neighbour_distances(&Distances::of(points), min_points))?;
    let labels = labels(points, min_points, eps)?;
    let clusters = labels.iter().flatten().max().map_or(0, |highest| highest + 1);
    let noise = labels.iter().filter(|label| label.is_none()).count();
    Some(Density { eps, min_points, clusters, noise, sample: points.nrows() })
}

/// The dense group of each point; nothing for noise.
#[must_use]
pub fn labels(points: &Array2<f64>, min_points: usize, eps: f64) -> Option<Vec<Option<usize>>> {
    let found = Dbscan::params::<f64>(min_points).tolerance(eps).transform(points).ok()?;
    Some(found.to_vec())
}

/// The distance of each point to its `nth` neighbour, ascending.
fn neighbour_distances(distances: &Distances, nth: usize) -> Vec<f64> {
    let mut curve: Vec<f64> = (0..distances.len())
        .filter_map(|point| {
            let mut others: Vec<f64> = distances.from(point).collect();
            // The point itself stands first with distance 0.
            (nth < others.len()).then(|| *others.select_nth_unstable_by(nth, f64::total_cmp).1)
        })
        .collect();
    curve.sort_unstable_by(f64::total_cmp);
    curve
}

/// The value at which an ascending curve bends most: the point farthest below the straight line from its
/// first to its last value. Nothing for a curve that does not rise above zero.
#[must_use]
pub fn knee(curve: &[f64]) -> Option<f64> {
    let (first, last) = (*curve.first()?, *curve.last()?);
    let steps = count(curve.len().saturating_sub(1)).max(1.0);
    let below =
        |(index, value): (usize, &f64)| (first + (last - first) * count(index) / steps - value, *value);
    let (_, value) =
        curve.iter().enumerate().map(below).reduce(|best, next| if next.0 > best.0 { next } else { best })?;
    let value = if value > 0.0 { value } else { last };
    (value > 0.0 && value.is_finite()).then_some(value)
}
