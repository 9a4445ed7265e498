//! How likely chance is: Student's t and chi squared.

use std::f64::consts::PI;

/// Chance that Student's t with so many degrees of freedom is above this (the finite sums of Abramowitz and Stegun, 26.7.3 and
/// 26.7.4). Without a degree of freedom nothing can be told, and it is 1.
#[must_use]
pub fn above_t(t: f64, degrees: u32) -> f64 {
    if degrees == 0 || t.is_nan() {
        return 1.0;
    }
    let angle = libm::atan2(t, libm::sqrt(f64::from(degrees)));
    let (sine, cosine) = (libm::sin(angle), libm::cos(angle));
    let is_odd = degrees % 2 == 1;
    let (mut term, mut sum) = if is_odd { (cosine, 0.0) } else { (1.0, 0.0) };
    // One term for each pair of degrees.
    for pair in 0..degrees / 2 {
        sum += term;
        let step = f64::from(2 * pair);
        let ratio = if is_odd { (step + 2.0) / (step + 3.0) } else { (step + 1.0) / (step + 2.0) };
        term *= ratio * cosine * cosine;
    }
    let both = if is_odd { 2.0 / PI * (angle + sine * sum) } else { sine * sum };
    ((1.0 - both) / 2.0).clamp(0.0, 1.0)
}

/// What chi squared with so many degrees of freedom exceeds once in so many times as the normal exceeds `z` (Wilson and Hilferty
/// 1931).
#[must_use]
pub fn chi_squared(degrees: f64, z: f64) -> f64 {
    let part = 2.0 / (9.0 * degrees.max(1.0));
    let root = 1.0 - part + z * libm::sqrt(part);
    degrees * root * root * root
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tails_are_those_of_the_tables() {
        let table = [
            (12.706, 1, 0.025),
            (4.303, 2, 0.025),
            (3.182, 3, 0.025),
            (4.604, 4, 0.005),
            (10.215, 3, 0.001),
            (4.501, 8, 0.001),
            (3.385, 30, 0.001),
            (0.0, 7, 0.5),
            (-2.262, 9, 0.975),
        ];
        for (t, degrees, chance) in table {
            let found = above_t(t, degrees);
            assert!((found / chance - 1.0).abs() < 0.01, "t {t} with {degrees}: {found}");
        }
        assert_eq!((above_t(5.0, 0), above_t(f64::NAN, 5)), (1.0, 1.0));
        for (degrees, z, expected) in [(9.0, 3.0902, 27.877), (1.0, 1.6449, 3.841), (4.0, 2.3263, 13.277)] {
            let found = chi_squared(degrees, z);
            assert!((found / expected - 1.0).abs() < 0.03, "{degrees}: {found}");
        }
    }

    #[test]
    fn a_larger_t_is_never_likelier() {
        for degrees in 1..60 {
            let tails: Vec<f64> = (-80..80).map(|t| above_t(f64::from(t) / 10.0, degrees)).collect();
            assert!(tails.iter().zip(tails.iter().skip(1)).all(|(one, next)| next <= one), "{degrees}");
            let both = above_t(1.3, degrees) + above_t(-1.3, degrees);
            assert!((both - 1.0).abs() < 1e-12, "{degrees}: {both}");
        }
    }
}
