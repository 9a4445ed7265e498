//! K-Means: greedy k-means++ seeds (Arthur and Vassilvitskii 2007, with several candidates for each centre)
//! and Lloyd's iteration, eight centres at a time, on all cores.
//!
//! Own code because it is at least as fast as the field's reference, and the result does not depend on the
//! number of cores. Inertia and members are computed exactly by the caller.

use super::cluster::count;
use super::pieces;
use ndarray::Array2;
use rand::Rng;

/// Centres that one pass compares; the compiler keeps their sums in registers.
const LANES: usize = 8;
/// Rows in one piece of work.
const PIECE: usize = 4_096;
/// Rounds of improvement at most.
const ROUNDS_MAX: usize = 300;
/// Settled when the centres together move by less than this share of the mean variance, squared distances;
/// the reference's default.
const SETTLED: f64 = 1e-4;

/// Points in one piece of memory, row by row, with the square of each row's length.
#[derive(Debug)]
pub struct Rows {
    flat: Vec<f64>,
    squares: Vec<f64>,
    width: usize,
    settled: f64,
}

/// What one piece of rows adds to the centres.
struct Sums {
    of: Vec<f64>,
    counts: Vec<f64>,
}

/// Up to [`LANES`] centres, coordinate by coordinate: −2 times each, and the squares of their lengths.
struct Lanes {
    weights: Vec<[f64; LANES]>,
    squares: [f64; LANES],
}

impl Rows {
    /// Copies the points.
    #[must_use]
    pub fn of(points: &Array2<f64>) -> Rows {
        let width = points.ncols();
        let flat: Vec<f64> = points.iter().copied().collect();
        let square = |row: &[f64]| row.iter().fold(0.0, |sum, x| sum + x * x);
        let squares: Vec<f64> = flat.chunks_exact(width.max(1)).map(square).collect();
        let n = count(squares.len()).max(1.0);
        let mut means = vec![0.0; width];
        for row in flat.chunks_exact(width.max(1)) {
            means.iter_mut().zip(row).for_each(|(mean, x)| *mean += x / n);
        }
        let all = squares.iter().fold(0.0, |sum, x| sum + x) / n - square(&means);
        let settled = SETTLED * all.max(0.0) / count(width).max(1.0);
        Rows { flat, squares, width, settled }
    }

    /// Centres from seeds drawn by greedy k-means++, improved until they have settled. Fewer than `k` where
    /// the points lie on fewer spots.
    pub fn fit(&self, k: usize, rng: &mut impl Rng) -> Vec<Vec<f64>> {
        self.improve(self.seeds(k, rng))
    }

    /// Lloyd's iteration from these centres. A centre that nobody is near stays where it is.
    #[must_use]
    pub fn improve(&self, mut centres: Vec<Vec<f64>>) -> Vec<Vec<f64>> {
        for _ in 0..ROUNDS_MAX {
            let lanes = self.lanes(&centres);
            let parts =
                pieces::each(&self.flat, PIECE * self.width, |rows| self.sums(rows, &lanes, centres.len()));
            let mut moved = 0.0;
            for (own, centre) in centres.iter_mut().enumerate() {
                moved += move_to_mean(own, centre, &parts);
            }
            if moved <= self.settled {
                break;
            }
        }
        centres
    }

    fn lanes(&self, centres: &[Vec<f64>]) -> Vec<Lanes> {
        let of = |some: &[Vec<f64>]| {
            let mut lanes =
                Lanes { weights: vec![[0.0; LANES]; self.width], squares: [f64::INFINITY; LANES] };
            for (lane, centre) in some.iter().enumerate() {
                for (x, weights) in centre.iter().zip(&mut lanes.weights) {
                    weights.iter_mut().skip(lane).take(1).for_each(|weight| *weight = -2.0 * x);
                }
                let square = centre.iter().fold(0.0, |sum, x| sum + x * x);
                lanes.squares.iter_mut().skip(lane).take(1).for_each(|own| *own = square);
            }
            lanes
        };
        centres.chunks(LANES).map(of).collect()
    }

    fn sums(&self, rows: &[f64], lanes: &[Lanes], k: usize) -> Sums {
        let mut sums = Sums { of: vec![0.0; k * self.width], counts: vec![0.0; k] };
        for row in rows.chunks_exact(self.width) {
            let own = nearest(row, lanes);
            let sum = sums.of.iter_mut().skip(own * self.width);
            sum.zip(row).for_each(|(sum, x)| *sum += x);
            sums.counts.iter_mut().skip(own).take(1).for_each(|count| *count += 1.0);
        }
        sums
    }

    fn row(&self, number: usize) -> Vec<f64> {
        self.flat.iter().skip(number * self.width).take(self.width).copied().collect()
    }

    fn seeds(&self, k: usize, rng: &mut impl Rng) -> Vec<Vec<f64>> {
        let all = self.squares.len();
        if all == 0 || k == 0 {
            return Vec::new();
        }
        let mut centres = vec![self.row(rng.gen_range(0..all))];
        let mut nearest = Nearest::new(self);
        nearest.add(centres.iter().flatten().copied().collect());
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "the logarithm of a count"
        )]
        let candidates = (2 + count(k).ln() as usize).min(LANES);
        while centres.len() < k && nearest.total > 0.0 {
            let drawn: Vec<Vec<f64>> = (0..candidates).map(|_| self.row(nearest.draw(rng))).collect();
            let best = nearest.best(&drawn);
            let Some(centre) = drawn.into_iter().nth(best) else { break };
            nearest.add(centre.clone());
            centres.push(centre);
        }
        centres
    }
}

/// Moves a centre to the mean of its rows; gives the square of how far.
fn move_to_mean(own: usize, centre: &mut [f64], parts: &[Sums]) -> f64 {
    let rows = parts.iter().fold(0.0, |sum, part| sum + part.counts.get(own).copied().unwrap_or(0.0));
    if rows <= 0.0 {
        return 0.0;
    }
    let first = own * centre.len();
    centre.iter_mut().enumerate().fold(0.0, |moved, (axis, x)| {
        let sum = parts.iter().fold(0.0, |sum, part| sum + part.of.get(first + axis).copied().unwrap_or(0.0));
        let step = sum / rows - *x;
        *x += step;
        moved + step * step
    })
}

/// The square of the distance to each lane's centre, less the square of the row's own length.
fn apart(row: &[f64], lanes: &Lanes) -> [f64; LANES] {
    let mut apart = lanes.squares;
    for (x, weights) in row.iter().zip(&lanes.weights) {
        apart.iter_mut().zip(weights).for_each(|(sum, weight)| *sum += x * weight);
    }
    apart
}

/// The number of the nearest centre, ties to the lower one.
fn nearest(row: &[f64], lanes: &[Lanes]) -> usize {
    let (mut best, mut least) = (0, f64::INFINITY);
    for (block, lanes) in lanes.iter().enumerate() {
        for (lane, square) in apart(row, lanes).into_iter().enumerate() {
            (best, least) = if square < least { (block * LANES + lane, square) } else { (best, least) };
        }
    }
    best
}

/// For each row the square of the distance to the nearest seed so far, piece by piece.
struct Nearest<'a> {
    rows: &'a Rows,
    squares: Vec<Vec<f64>>,
    sums: Vec<f64>,
    total: f64,
    numbers: Vec<usize>,
}

impl<'a> Nearest<'a> {
    fn new(rows: &'a Rows) -> Nearest<'a> {
        let squares: Vec<Vec<f64>> =
            rows.squares.chunks(PIECE).map(|piece| vec![f64::INFINITY; piece.len()]).collect();
        let numbers = (0..squares.len()).collect();
        Nearest { rows, squares, sums: Vec::new(), total: 0.0, numbers }
    }

    /// The new squares of one piece for each candidate, handed to `take` row by row.
    fn walk(&self, piece: usize, lanes: &Lanes, mut take: impl FnMut([f64; LANES], f64)) {
        let rows = self.rows.flat.chunks(PIECE * self.rows.width).nth(piece).unwrap_or_default();
        let lengths = self.rows.squares.chunks(PIECE).nth(piece).unwrap_or_default();
        let before = self.squares.get(piece).map_or(&[][..], Vec::as_slice);
        for ((row, length), before) in rows.chunks_exact(self.rows.width).zip(lengths).zip(before) {
            // Rounding may leave less than nothing between a row and itself.
            take(apart(row, lanes).map(|apart| (apart + length).max(0.0).min(*before)), *before);
        }
    }

    /// One more seed.
    fn add(&mut self, centre: Vec<f64>) {
        let lanes = self.rows.lanes(&[centre]);
        let Some(lanes) = lanes.first() else { return };
        self.squares = pieces::each(&self.numbers, 1, |number| {
            let mut squares = Vec::with_capacity(PIECE);
            number.iter().for_each(|piece| self.walk(*piece, lanes, |[first, ..], _| squares.push(first)));
            squares
        });
        self.sums = self.squares.iter().map(|piece| piece.iter().fold(0.0, |sum, x| sum + x)).collect();
        self.total = self.sums.iter().fold(0.0, |sum, x| sum + x);
    }

    /// The candidate with which the rows would be nearest to seeds altogether, ties to the first.
    fn best(&self, candidates: &[Vec<f64>]) -> usize {
        let lanes = self.rows.lanes(candidates);
        let Some(lanes) = lanes.first() else { return 0 };
        let parts = pieces::each(&self.numbers, 1, |number| {
            let mut sums = [0.0; LANES];
            let mut add = |squares: [f64; LANES], _: f64| {
                sums.iter_mut().zip(squares).for_each(|(sum, square)| *sum += square);
            };
            number.iter().for_each(|piece| self.walk(*piece, lanes, &mut add));
            sums
        });
        let mut sums = [0.0; LANES];
        for part in parts {
            sums.iter_mut().zip(part).for_each(|(sum, part)| *sum += part);
        }
        let ranked = sums.into_iter().take(candidates.len()).enumerate();
        ranked.reduce(|best, next| if next.1 < best.1 { next } else { best }).map_or(0, |(best, _)| best)
    }

    /// A row drawn with its square for weight.
    fn draw(&self, rng: &mut impl Rng) -> usize {
        let mut left = rng.r#gen::<f64>() * self.total;
        let mut first = 0;
        for (piece, sum) in self.squares.iter().zip(&self.sums) {
            if left < *sum {
                let mut passed = |square: &f64| {
                    left -= square;
                    left < 0.0
                };
                return first + piece.iter().position(&mut passed).unwrap_or(piece.len() - 1);
            }
            left -= sum;
            first += piece.len();
        }
        first.saturating_sub(1)
    }
}
