//! Thousandths: figures of a look are kept as whole numbers.

/// A figure in thousandths, rounded; what is too large for it is the largest that is exact.
#[must_use]
#[expect(clippy::cast_possible_truncation, reason = "clamped to what is exact")]
pub fn milli(x: f64) -> i64 {
    (x * 1_000.0).round().clamp(-9e15, 9e15) as i64
}
