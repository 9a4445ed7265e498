//! The best of several seeded K-Means starts, silhouette, adjusted Rand index.
//!
//! The iteration is in `lloyd`; assignment, centres and inertia are computed exactly here.

use super::{lloyd::Rows, pieces, relocate::relocate, sample};
use crate::steps::segment::distance;
use ndarray::Array2;
use rand_xoshiro::Xoshiro256Plus;
use std::collections::BTreeMap;

/// Rows in one piece of exact work.
const PIECE: usize = 4_096;

/// Centres and who belongs to them.
#[derive(Debug, Clone, PartialEq)]
pub struct Clustering {
    /// One row for each cluster.
    pub centres: Vec<Vec<f64>>,
    /// The cluster of each point.
    pub members: Vec<usize>,
    /// Sum of squared distances of the points to their centres.
    pub inertia: f64,
}

impl Clustering {
    /// Number of points in each cluster.
    #[must_use]
    pub fn sizes(&self) -> Vec<usize> {
        sizes(&self.members, self.centres.len())
    }
}

/// Number of points in each of `k` clusters.
#[must_use]
pub fn sizes(members: &[usize], k: usize) -> Vec<usize> {
    let mut sizes = vec![0; k];
    for member in members {
        if let Some(size) = sizes.get_mut(*member) {
            *size += 1;
        }
    }
    sizes
}

/// The best of `starts` K-Means fits, each from its own k-means++ draw, its centres moved where that pays.
/// Nothing when the points cannot
/// carry `k` clusters.
#[must_use]
pub fn fit(points: &Array2<f64>, k: usize, starts: usize, rng: &mut Xoshiro256Plus) -> Option<Clustering> {
    if k == 0 || distinct(points, k) < k {
        return None;
    }
    let rows = Rows::of(points);
    let mut best: Option<Clustering> = None;
    for _ in 0..starts {
        let next = recount(points, &rows.fit(k, &mut rng.clone()));
        rng.jump();
        if best.as_ref().is_none_or(|best| next.inertia < best.inertia) {
            best = Some(next);
        }
    }
    best.filter(|best| best.centres.len() == k).map(|best| relocate(points, &rows, best))
}

/// K-Means from given centres: a fit of a sample carried over to all points.
#[must_use]
pub fn fit_from(points: &Array2<f64>, centres: &[Vec<f64>]) -> Clustering {
    recount(points, &Rows::of(points).improve(centres.to_vec()))
}

/// How many different points there are, counted up to `enough`.
fn distinct(points: &Array2<f64>, enough: usize) -> usize {
    let mut seen: Vec<Vec<f64>> = Vec::new();
    for row in points.outer_iter() {
        let row = row.to_vec();
        if !seen.iter().any(|other| distance(other, &row) == 0.0) {
            seen.push(row);
        }
        if seen.len() >= enough {
            break;
        }
    }
    seen.len()
}

/// Assigns every point to its nearest centre, ties to the lower index, moves the centres to the exact
/// means of their members, and assigns again.
pub(super) fn recount(points: &Array2<f64>, centres: &[Vec<f64>]) -> Clustering {
    let mut centres = centres.to_vec();
    let members = assign(points, &centres).0;
    let mut sums = vec![vec![0.0; points.ncols()]; centres.len()];
    let mut counts = vec![0.0; centres.len()];
    for (row, member) in points.outer_iter().zip(&members) {
        if let (Some(sum), Some(count)) = (sums.get_mut(*member), counts.get_mut(*member)) {
            sum.iter_mut().zip(row).for_each(|(sum, x)| *sum += x);
            *count += 1.0;
        }
    }
    for ((centre, sum), count) in centres.iter_mut().zip(&sums).zip(&counts) {
        if *count > 0.0 {
            centre.iter_mut().zip(sum).for_each(|(x, sum)| *x = sum / count);
        }
    }
    let (members, inertia) = assign(points, &centres);
    Clustering { centres, members, inertia }
}

/// The nearest centre of each point and the sum of squared distances.
#[must_use]
pub fn assign(points: &Array2<f64>, centres: &[Vec<f64>]) -> (Vec<usize>, f64) {
    let flat = points.as_standard_layout();
    let flat = flat.as_slice().unwrap_or_default();
    let width = points.ncols().max(1);
    let parts = pieces::each(flat, PIECE * width, |rows| {
        let nearest: Vec<(usize, f64)> = rows.chunks_exact(width).map(|row| nearest(row, centres)).collect();
        let inertia = nearest.iter().fold(0.0, |sum, (_, square)| sum + square);
        (nearest.into_iter().map(|(member, _)| member).collect::<Vec<usize>>(), inertia)
    });
    let inertia = parts.iter().fold(0.0, |sum, (_, part)| sum + part);
    (parts.into_iter().flat_map(|(members, _)| members).collect(), inertia)
}

/// The nearest centre and the square of its distance.
fn nearest(row: &[f64], centres: &[Vec<f64>]) -> (usize, f64) {
    let square = |centre: &Vec<f64>| row.iter().zip(centre).fold(0.0, |sum, (x, y)| sum + (x - y) * (x - y));
    let ranked = centres.iter().map(square).enumerate();
    ranked.reduce(|best, next| if next.1 < best.1 { next } else { best }).unwrap_or((0, 0.0))
}

/// Mean silhouette of the points: 1 for clusters far apart, 0 for touching ones, below 0 for wrong ones.
/// A point alone in its cluster counts 0. Nothing for fewer than two clusters.
#[must_use]
pub fn silhouette(distances: &Distances, members: &[usize], k: usize) -> Option<f64> {
    let mut sizes = vec![0.0; k];
    for member in members {
        *sizes.get_mut(*member)? += 1.0;
    }
    if sizes.iter().filter(|size| **size > 0.0).count() < 2 {
        return None;
    }
    let mut sum = 0.0;
    for (point, own) in members.iter().enumerate() {
        let mut totals = vec![0.0; k];
        for (other, member) in members.iter().enumerate() {
            *totals.get_mut(*member)? += distances.between(point, other);
        }
        let own_size: f64 = *sizes.get(*own)?;
        if own_size <= 1.0 {
            continue;
        }
        let within = totals.get(*own)? / (own_size - 1.0);
        let others = totals.iter().zip(&sizes).enumerate();
        let next = others
            .filter(|(cluster, (_, size))| cluster != own && **size > 0.0)
            .map(|(_, (total, size))| total / size)
            .fold(f64::INFINITY, f64::min);
        let widest = within.max(next);
        sum += if widest > 0.0 { (next - within) / widest } else { 0.0 };
    }
    Some(sum / count(members.len()))
}

/// All distances between the points of a sample, so that several k can share them.
#[derive(Debug)]
pub struct Distances {
    points: usize,
    flat: Vec<f64>,
}

impl Distances {
    /// Computes them.
    #[must_use]
    pub fn of(points: &Array2<f64>) -> Distances {
        let rows: Vec<Vec<f64>> = points.outer_iter().map(|row| row.to_vec()).collect();
        let flat = rows.iter().flat_map(|a| rows.iter().map(|b| distance(a, b))).collect();
        Distances { points: rows.len(), flat }
    }

    /// The distance of two points; 0 for a point that is not there.
    #[must_use]
    pub fn between(&self, a: usize, b: usize) -> f64 {
        self.flat.get(a * self.points + b).copied().unwrap_or(0.0)
    }

    /// The distances of one point to all.
    pub fn from(&self, point: usize) -> impl Iterator<Item = f64> {
        self.flat.iter().skip(point * self.points).take(self.points).copied()
    }

    /// How many points there are.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.points
    }

    /// Whether there are none.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.points == 0
    }
}

/// Adjusted Rand index of two labellings of the same points (Hubert and Arabie 1985): 1 for the same
/// grouping, about 0 for chance.
#[must_use]
pub fn adjusted_rand(a: &[usize], b: &[usize]) -> f64 {
    let pairs = |n: f64| n * (n - 1.0) / 2.0;
    let mut cells: BTreeMap<(usize, usize), f64> = BTreeMap::new();
    let (mut rows, mut columns): (BTreeMap<usize, f64>, BTreeMap<usize, f64>) = Default::default();
    for (x, y) in a.iter().zip(b) {
        *cells.entry((*x, *y)).or_default() += 1.0;
        *rows.entry(*x).or_default() += 1.0;
        *columns.entry(*y).or_default() += 1.0;
    }
    let sum = |values: Vec<f64>| values.into_iter().map(pairs).fold(0.0, |sum, x| sum + x);
    let together = sum(cells.into_values().collect());
    let in_a = sum(rows.into_values().collect());
    let in_b = sum(columns.into_values().collect());
    let all = pairs(count(a.len().min(b.len())));
    if all <= 0.0 {
        return 1.0;
    }
    let expected = in_a * in_b / all;
    let most = f64::midpoint(in_a, in_b);
    if (most - expected).abs() < f64::EPSILON { 1.0 } else { (together - expected) / (most - expected) }
}

/// How alike the grouping stays when the customers are drawn again: mean adjusted Rand index between
/// the given centres and refits on bootstrap samples.
#[must_use]
pub fn stability(points: &Array2<f64>, centres: &[Vec<f64>], refits: usize, seed: u64) -> Option<f64> {
    let reference = assign(points, centres).0;
    let mut sum = 0.0;
    let mut done = 0.0;
    for refit in 0..refits {
        let mut rng = sample::generator(seed, 100 + u64::try_from(refit).unwrap_or(0));
        let drawn = sample::rows(points, &sample::with_repetition(points.nrows(), &mut rng));
        if let Some(again) = fit(&drawn, centres.len(), 3, &mut rng) {
            sum += adjusted_rand(&reference, &assign(points, &again.centres).0);
            done += 1.0;
        }
    }
    (done > 0.0).then(|| sum / done)
}

/// A count as a float.
#[must_use]
pub fn count(n: usize) -> f64 {
    u32::try_from(n).map_or(f64::from(u32::MAX), f64::from)
}
