//! Seeded draws: the same seed gives the same sample on every machine.

use ndarray::{Array2, Axis};
use rand::{Rng, SeedableRng};
use rand_xoshiro::Xoshiro256Plus;

/// A generator for one named purpose, so that drawing more for one purpose does not shift another.
#[must_use]
pub fn generator(seed: u64, purpose: u64) -> Xoshiro256Plus {
    Xoshiro256Plus::seed_from_u64(seed ^ purpose.wrapping_mul(0x9E37_79B9_7F4A_7C15))
}

/// At most `limit` of the numbers 0 … `of`, without repetition, ascending.
pub fn without_repetition(of: usize, limit: usize, rng: &mut impl Rng) -> Vec<usize> {
    if of <= limit {
        return (0..of).collect();
    }
    let mut drawn = rand::seq::index::sample(rng, of, limit).into_vec();
    drawn.sort_unstable();
    drawn
}

/// As many of the numbers 0 … `of` as there are, with repetition: one bootstrap sample.
pub fn with_repetition(of: usize, rng: &mut impl Rng) -> Vec<usize> {
    (0..of).map(|_| rng.gen_range(0..of)).collect()
}

/// The rows with these numbers.
#[must_use]
pub fn rows(points: &Array2<f64>, numbers: &[usize]) -> Array2<f64> {
    points.select(Axis(0), numbers)
}
