//! Dense groups among customers and the noise between them: what K-Means is fitted on, and what not.

use super::cluster::count;
use super::dense::{groups_in, labels, neighbour_distances, noise_share};
use super::sample;
use ndarray::Array2;
use serde::Serialize;

/// Points whose neighbours draw the k-distance curve, at most.
const CURVE_POINTS: usize = 2_000;
/// Where more than this share of the points is noise, density does not tell core from noise, and everybody
/// is core.
pub const NOISE_MAX: f64 = 0.2;

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
    /// Whether K-Means was fitted without the noise.
    pub noise_left_out: bool,
}

/// Looks for dense groups; gives figures and the numbers of the points that are core. Nothing when there are
/// too few points or all lie on one spot.
#[must_use]
pub fn explore(points: &Array2<f64>, seed: u64) -> Option<(Density, Vec<usize>)> {
    let min_points = 2 * points.ncols();
    if points.nrows() <= min_points {
        return None;
    }
    let asked = sample::without_repetition(points.nrows(), CURVE_POINTS, &mut sample::generator(seed, 6));
    let eps = knee(&neighbour_distances(points, &asked, min_points))?;
    let labels = labels(points, min_points, eps)?;
    let noise_left_out = noise_share(&labels) <= NOISE_MAX;
    let is_core = |label: &Option<usize>| label.is_some() || !noise_left_out;
    let core = labels.iter().enumerate().filter(|(_, label)| is_core(label)).map(|(point, _)| point);
    let noise = labels.iter().filter(|label| label.is_none()).count();
    let clusters = groups_in(&labels);
    let seen = Density { eps, min_points, clusters, noise, sample: points.nrows(), noise_left_out };
    Some((seen, core.collect()))
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
