//! DBSCAN (Ester, Kriegel, Sander and Xu 1996) over rows of cells, on all cores.
//!
//! Own code because it is several times as fast as the field's reference and gives the very same labels:
//! groups are numbered by their first core point, and a border point goes to the lowest group that reaches
//! it, so nothing depends on the number of cores.

use super::cluster::count;
use super::pieces;
use ndarray::Array2;
use std::ops::Range;

/// Axes that are cut into cells; one more is sorted.
const CUT_AXES: usize = 3;
/// Points in one piece of work.
const PIECE: usize = 512;

/// Points in the order of their cells. A row of cells runs along one axis; within it the points ascend.
struct Grid {
    width: usize,
    eps: f64,
    /// Points one after another, in the grid's order.
    flat: Vec<f64>,
    /// The number each had before.
    old: Vec<usize>,
    /// Coordinate of each along the sorted axis.
    along: Vec<f64>,
    /// The cells of each row, ascending, with the points in it.
    rows: Vec<(Cell, Range<usize>)>,
    /// The row of each point.
    row_of: Vec<usize>,
}

type Cell = [i64; CUT_AXES];

/// The dense group of each point; nothing for noise. A point is dense when at least `min_points`, itself
/// among them, lie no farther than `eps`.
#[must_use]
pub fn labels(points: &Array2<f64>, min_points: usize, eps: f64) -> Option<Vec<Option<usize>>> {
    if !(eps > 0.0 && eps.is_finite()) || points.ncols() == 0 || points.iter().any(|x| !x.is_finite()) {
        return None;
    }
    let grid = Grid::of(points, eps);
    let numbers: Vec<usize> = (0..grid.old.len()).collect();
    let dense: Vec<bool> = pieces::each(&numbers, PIECE, |some| grid.are_dense(some, min_points)).concat();
    let groups = grid.groups(&dense);
    let found: Vec<Option<usize>> = pieces::each(&numbers, PIECE, |some| {
        some.iter().map(|point| grid.group(*point, &dense, &groups)).collect::<Vec<_>>()
    })
    .concat();
    let mut labels = vec![None; found.len()];
    for (old, group) in grid.old.iter().zip(found) {
        if let Some(label) = labels.get_mut(*old) {
            *label = group;
        }
    }
    Some(labels)
}

impl Grid {
    fn of(points: &Array2<f64>, eps: f64) -> Grid {
        let mut axes: Vec<(usize, f64)> = points
            .columns()
            .into_iter()
            .map(|column| {
                let spread = |(low, high): (f64, f64), x: &f64| (low.min(*x), high.max(*x));
                let (low, high) = column.iter().fold((f64::INFINITY, f64::NEG_INFINITY), spread);
                high - low
            })
            .enumerate()
            .collect();
        // The widest axes tell points apart best; ties by number.
        axes.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        let sorted = axes.first().map_or(0, |axis| axis.0);
        // A hair wider than eps, so that rounding never puts two near points two cells apart.
        let side = eps * (1.0 + 1e-9);
        let at = |row: usize, axis: usize| points.get((row, axis)).copied().unwrap_or(0.0);
        let cell = |row: usize| {
            let mut cell = [0; CUT_AXES];
            cell.iter_mut()
                .zip(axes.iter().skip(1))
                .for_each(|(own, axis)| *own = step(at(row, axis.0) / side));
            cell
        };
        let mut order: Vec<(Cell, f64, usize)> =
            (0..points.nrows()).map(|row| (cell(row), at(row, sorted), row)).collect();
        order.sort_by(|a, b| a.0.cmp(&b.0).then(a.1.total_cmp(&b.1)).then(a.2.cmp(&b.2)));
        let mut rows: Vec<(Cell, Range<usize>)> = Vec::new();
        let mut row_of = Vec::with_capacity(order.len());
        for some in order.chunk_by(|a, b| a.0 == b.0) {
            let first = row_of.len();
            row_of.extend(std::iter::repeat_n(rows.len(), some.len()));
            rows.extend(some.first().map(|point| (point.0, first..row_of.len())));
        }
        Grid {
            width: points.ncols(),
            eps,
            flat: order.iter().flat_map(|point| (0..points.ncols()).map(|axis| at(point.2, axis))).collect(),
            old: order.iter().map(|point| point.2).collect(),
            along: order.iter().map(|point| point.1).collect(),
            rows,
            row_of,
        }
    }

    fn point(&self, number: usize) -> &[f64] {
        self.flat.get(number * self.width..(number + 1) * self.width).unwrap_or_default()
    }

    fn are_near(&self, a: &[f64], b: &[f64]) -> bool {
        let square = a.iter().zip(b).fold(0.0, |sum, (x, y)| sum + (x - y) * (x - y));
        square <= self.eps * self.eps
    }

    /// The rows of cells next to a row, itself among them.
    fn next_to(&self, row: usize) -> Vec<&Range<usize>> {
        let Some((cell, _)) = self.rows.get(row) else { return Vec::new() };
        let mut found = Vec::new();
        let axes = (self.width - 1).min(CUT_AXES);
        let Some(last) = axes.checked_sub(1) else { return self.rows.iter().map(|row| &row.1).collect() };
        // Cells that differ in the last axis alone stand one after another.
        for turn in 0..3_usize.pow(u32::try_from(last).unwrap_or(0)) {
            let mut low = *cell;
            let mut rest = turn;
            for own in low.iter_mut().take(last) {
                *own += i64::try_from(rest % 3).unwrap_or(0) - 1;
                rest /= 3;
            }
            let mut high = low;
            low.iter_mut().skip(last).take(1).for_each(|own| *own -= 1);
            high.iter_mut().skip(last).take(1).for_each(|own| *own += 1);
            let first = self.rows.partition_point(|row| row.0 < low);
            let some = self.rows.iter().skip(first).take_while(|row| row.0 <= high);
            found.extend(some.map(|row| &row.1));
        }
        found
    }

    /// The part of a row that is within reach along the sorted axis.
    fn within_reach(&self, row: &Range<usize>, x: f64) -> Range<usize> {
        let along = self.along.get(row.clone()).unwrap_or_default();
        let first = row.start + along.partition_point(|other| *other < x - self.eps);
        let last = row.start + along.partition_point(|other| *other <= x + self.eps);
        first..last
    }

    /// Hands the points that may be near to each of some points, in the grid's order, to `take`, until it
    /// says that it has enough.
    fn walk(&self, some: &[usize], mut take: impl FnMut(usize, Range<usize>) -> bool) {
        let (mut row, mut beside) = (usize::MAX, Vec::new());
        for point in some {
            let own = self.row_of.get(*point).copied().unwrap_or(0);
            if own != row {
                (row, beside) = (own, self.next_to(own));
            }
            let x = self.along.get(*point).copied().unwrap_or(0.0);
            for other in &beside {
                if take(*point, self.within_reach(other, x)) {
                    break;
                }
            }
        }
    }

    fn are_dense(&self, some: &[usize], min_points: usize) -> Vec<bool> {
        let mut counts: Vec<usize> = vec![0; some.len()];
        let first = some.first().copied().unwrap_or(0);
        self.walk(some, |point, range| {
            let Some(count) = counts.get_mut(point - first) else { return true };
            let own = self.point(point);
            let near = |other: &&[f64]| self.are_near(own, other);
            let others = self.flat.get(range.start * self.width..range.end * self.width).unwrap_or_default();
            *count += others.chunks_exact(self.width).filter(near).take(min_points - *count).count();
            *count >= min_points
        });
        counts.into_iter().map(|count| count >= min_points).collect()
    }

    /// For each dense point the number of its group; groups are numbered by their first point of old.
    fn groups(&self, dense: &[bool]) -> Vec<usize> {
        let is_dense = |point: usize| dense.get(point).copied().unwrap_or(false);
        let mut parents: Vec<usize> = (0..dense.len()).collect();
        let all: Vec<usize> = (0..dense.len()).filter(|point| is_dense(*point)).collect();
        self.walk(&all, |point, range| {
            // Each pair is looked at once, from its later point.
            for other in range.start..range.end.min(point) {
                if is_dense(other) {
                    let (a, b) = (root(&mut parents, point), root(&mut parents, other));
                    if a != b && self.are_near(self.point(point), self.point(other)) {
                        parents.iter_mut().skip(a.max(b)).take(1).for_each(|own| *own = a.min(b));
                    }
                }
            }
            false
        });
        let mut firsts: Vec<(usize, usize)> = all
            .iter()
            .map(|point| (root(&mut parents, *point), self.old.get(*point).copied().unwrap_or(0)))
            .collect();
        firsts.sort_unstable();
        firsts.dedup_by_key(|group| group.0);
        firsts.sort_by_key(|group| group.1);
        let mut numbers = vec![usize::MAX; dense.len()];
        for (number, (root, _)) in firsts.iter().enumerate() {
            numbers.iter_mut().skip(*root).take(1).for_each(|own| *own = number);
        }
        let own = |point: usize| numbers.get(root(&mut parents, point)).copied().unwrap_or(usize::MAX);
        (0..dense.len()).map(own).collect()
    }

    /// The group of any point: its own, or the lowest that reaches it.
    fn group(&self, point: usize, dense: &[bool], groups: &[usize]) -> Option<usize> {
        let of = |point: usize| groups.get(point).copied().filter(|_| dense.get(point) == Some(&true));
        if let Some(own) = of(point) {
            return Some(own);
        }
        let mut lowest = None;
        self.walk(&[point], |point, range| {
            let near = range.filter(|other| self.are_near(self.point(point), self.point(*other)));
            lowest = near.filter_map(of).chain(lowest).min();
            false
        });
        lowest
    }
}

/// The first of a group so far; paths are halved on the way.
fn root(parents: &mut [usize], mut point: usize) -> usize {
    loop {
        let parent = parents.get(point).copied().unwrap_or(point);
        if parent == point {
            return point;
        }
        let above = parents.get(parent).copied().unwrap_or(parent);
        parents.iter_mut().skip(point).take(1).for_each(|own| *own = above);
        point = above;
    }
}

/// The cell a coordinate lies in.
#[expect(
    clippy::cast_possible_truncation,
    reason = "a cast saturates, and cells at the edge still have order"
)]
fn step(x: f64) -> i64 {
    x.floor().clamp(-4e18, 4e18) as i64
}

/// The distance of each of these points to its `nth` nearest other of all, ascending.
#[must_use]
pub fn neighbour_distances(points: &Array2<f64>, of: &[usize], nth: usize) -> Vec<f64> {
    let flat = points.as_standard_layout();
    let rows: Vec<&[f64]> = flat.as_slice().unwrap_or_default().chunks_exact(points.ncols().max(1)).collect();
    if nth == 0 || nth >= rows.len() {
        return Vec::new();
    }
    let square = |a: &[f64], b: &[f64]| a.iter().zip(b).fold(0.0, |sum, (x, y)| sum + (x - y) * (x - y));
    let mut curve = pieces::each(of, PIECE, |some| {
        let mut squares: Vec<f64> = Vec::with_capacity(rows.len());
        let mut own = Vec::with_capacity(some.len());
        for point in some.iter().filter_map(|number| rows.get(*number)) {
            squares.clear();
            squares.extend(rows.iter().map(|other| square(point, other)));
            // The point itself stands first with distance 0.
            own.push(squares.select_nth_unstable_by(nth, f64::total_cmp).1.sqrt());
        }
        own
    })
    .concat();
    curve.sort_unstable_by(f64::total_cmp);
    curve
}

/// How many groups labels name.
#[must_use]
pub fn groups_in(labels: &[Option<usize>]) -> usize {
    labels.iter().flatten().max().map_or(0, |highest| highest + 1)
}

/// The share of points in no group.
#[must_use]
pub fn noise_share(labels: &[Option<usize>]) -> f64 {
    count(labels.iter().filter(|label| label.is_none()).count()) / count(labels.len()).max(1.0)
}
