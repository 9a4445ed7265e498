//! K-Means past the luck of its seeds: a centre that shares a group with another moves to a group that has
//! only one centre for two, as long as that lowers the inertia.

use super::cluster::{Clustering, recount};
use super::lloyd::Rows;
use super::pieces;
use ndarray::Array2;

/// Rows in one piece of work.
const PIECE: usize = 4_096;
/// Splitting a cluster in two is hoped to save this share of its sum of squares; less is not tried.
const SPLIT_SAVES: f64 = 0.5;

/// What moving centres turns on, for each cluster.
struct Shape {
    /// Sum of squares along each axis.
    squares: Vec<f64>,
    /// What its members' squares would grow by if its centre were gone.
    needed: f64,
    members: f64,
}

/// The clustering after every move that paid.
#[must_use]
pub(super) fn relocate(points: &Array2<f64>, rows: &Rows, mut best: Clustering) -> Clustering {
    for _ in 0..best.centres.len() {
        let Some(moved) = one_move(points, &best) else { break };
        let next = recount(points, &rows.improve(moved));
        if next.inertia >= best.inertia {
            break;
        }
        best = next;
    }
    best
}

/// Centres with the least needed one beside the most burdened one; nothing where that cannot pay.
fn one_move(points: &Array2<f64>, found: &Clustering) -> Option<Vec<Vec<f64>>> {
    let shapes = shapes(points, found);
    let burden = |shape: &Shape| shape.squares.iter().fold(0.0, |sum, x| sum + x);
    let ranked = shapes.iter().enumerate();
    let (spare, least) =
        ranked.clone().reduce(|best, next| if next.1.needed < best.1.needed { next } else { best })?;
    let (full, most) = ranked
        .filter(|(own, _)| *own != spare)
        .reduce(|best, next| if burden(next.1) > burden(best.1) { next } else { best })?;
    if SPLIT_SAVES * burden(most) <= least.needed {
        return None;
    }
    let widest = most.squares.iter().enumerate();
    let (axis, square) = widest.reduce(|best, next| if next.1 > best.1 { next } else { best })?;
    let step = (square / most.members.max(1.0)).sqrt();
    let mut centres = found.centres.clone();
    let (mut low, mut high) = (centres.get(full)?.clone(), centres.get(full)?.clone());
    *low.get_mut(axis)? -= step;
    *high.get_mut(axis)? += step;
    *centres.get_mut(full)? = low;
    *centres.get_mut(spare)? = high;
    Some(centres)
}

fn shapes(points: &Array2<f64>, found: &Clustering) -> Vec<Shape> {
    let width = points.ncols().max(1);
    let empty = || Shape { squares: vec![0.0; width], needed: 0.0, members: 0.0 };
    let none = || found.centres.iter().map(|_| empty()).collect::<Vec<Shape>>();
    let flat = points.as_standard_layout();
    let parts = pieces::each(flat.as_slice().unwrap_or_default(), PIECE * width, |rows| {
        let mut shapes = none();
        rows.chunks_exact(width).for_each(|row| add(&mut shapes, row, &found.centres));
        shapes
    });
    parts.into_iter().fold(none(), |mut all, part| {
        for (own, part) in all.iter_mut().zip(part) {
            own.squares.iter_mut().zip(part.squares).for_each(|(sum, x)| *sum += x);
            own.needed += part.needed;
            own.members += part.members;
        }
        all
    })
}

fn add(shapes: &mut [Shape], row: &[f64], centres: &[Vec<f64>]) {
    let square = |centre: &Vec<f64>| row.iter().zip(centre).fold(0.0, |sum, (x, y)| sum + (x - y) * (x - y));
    let (mut own, mut first, mut second) = (0, f64::INFINITY, f64::INFINITY);
    for (number, square) in centres.iter().map(square).enumerate() {
        if square < first {
            (own, second, first) = (number, first, square);
        } else if square < second {
            second = square;
        }
    }
    if let (Some(shape), Some(centre)) = (shapes.get_mut(own), centres.get(own)) {
        let squares = shape.squares.iter_mut().zip(row.iter().zip(centre));
        squares.for_each(|(sum, (x, y))| *sum += (x - y) * (x - y));
        shape.needed += second - first;
        shape.members += 1.0;
    }
}
