//! Comparing: shops with a bundle against those without, each against itself before; and, where all have it, days with it
//! against days before.

use super::tail::above_t;
use kava::learn::evaluate::log::{mean, real};
use serde::{Deserialize, Serialize};

/// How two sides differ.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(from = "Whole", into = "Whole")]
pub struct Difference {
    /// Mean of those with it less mean of those without.
    pub mean: f64,
    /// Its standard error.
    pub error: f64,
    /// Chance of a difference as low as this, or lower, where there is none.
    pub chance_lower: f64,
}

impl Difference {
    /// Chance of a difference as high as this, or higher, where there is none.
    #[must_use]
    pub fn chance_higher(&self) -> f64 {
        1.0 - self.chance_lower
    }
}

/// A difference in whole numbers, as it is kept and shown.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
struct Whole {
    mean_milli: i64,
    error_milli: i64,
    chance_lower_ppm: i64,
}

impl From<Difference> for Whole {
    fn from(one: Difference) -> Whole {
        let Difference { mean, error, chance_lower } = one;
        Whole {
            mean_milli: whole(mean * 1e3),
            error_milli: whole(error * 1e3),
            chance_lower_ppm: whole(chance_lower * 1e6),
        }
    }
}

impl From<Whole> for Difference {
    fn from(one: Whole) -> Difference {
        #[expect(clippy::cast_precision_loss, reason = "written from numbers that were far below 2^53")]
        let real = |x: i64| x as f64;
        Difference {
            mean: real(one.mean_milli) / 1e3,
            error: real(one.error_milli) / 1e3,
            chance_lower: real(one.chance_lower_ppm) / 1e6,
        }
    }
}

#[expect(clippy::cast_possible_truncation, reason = "clamped to what is exact")]
fn whole(x: f64) -> i64 {
    x.round().clamp(-9e15, 9e15) as i64
}

/// Student's difference of two sides with one scatter for both, so that one shop can stand against many. Nothing where fewer than
/// three numbers are left to tell the scatter by.
#[must_use]
pub fn difference(with: &[f64], without: &[f64]) -> Option<Difference> {
    difference_of((with, without), 1.0)
}

/// The same of days that follow each other: what is like the day before tells less than it seems, so their errors count half as
/// much again.
#[must_use]
pub fn difference_of_days(with: &[f64], without: &[f64]) -> Option<Difference> {
    difference_of((with, without), 1.5)
}

fn difference_of((with, without): (&[f64], &[f64]), wider: f64) -> Option<Difference> {
    let degrees = u32::try_from((with.len() + without.len()).checked_sub(2)?).ok()?;
    if with.is_empty() || without.is_empty() || degrees < 2 {
        return None;
    }
    let beyond = |side: &[f64]| {
        let middle = mean(side.iter().copied());
        side.iter().map(|x| (x - middle) * (x - middle)).sum::<f64>()
    };
    let scatter = (beyond(with) + beyond(without)) / f64::from(degrees);
    let error = wider * libm::sqrt(scatter * (1.0 / real(with.len()) + 1.0 / real(without.len())));
    let mean = mean(with.iter().copied()) - mean(without.iter().copied());
    let chance_lower = match (error > 0.0, mean < 0.0) {
        (true, _) => above_t(-mean / error, degrees),
        (false, true) => 0.0,
        (false, false) => 1.0,
    };
    Some(Difference { mean, error, chance_lower })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_shop_stands_against_many() {
        let rest = [-0.02, 0.01, 0.03, -0.01, 0.0, 0.02, -0.03, 0.01];
        let found = difference(&[-0.25], &rest).unwrap();
        assert!(found.chance_lower < 0.001, "{found:?}");
        let found = difference(&[-0.02], &rest).unwrap();
        assert!(found.chance_lower > 0.1 && found.chance_lower < 0.5, "{found:?}");
        let found = difference(&[0.25], &rest).unwrap();
        assert!(found.chance_lower > 0.999 && found.chance_higher() < 0.001, "{found:?}");
    }

    #[test]
    fn what_cannot_be_told_is_not_said() {
        assert_eq!(difference(&[], &[1.0, 2.0, 3.0, 4.0]), None);
        assert_eq!(difference(&[1.0], &[2.0]), None);
        assert_eq!(difference(&[1.0], &[2.0, 2.0]), None);
        assert!(difference(&[1.0], &[2.0, 2.0, 2.0]).unwrap().chance_lower < 1e-9, "no scatter at all");
        assert!(difference(&[2.0], &[2.0, 2.0, 2.0]).unwrap().chance_lower > 0.999);
    }

    #[test]
    fn days_tell_less_than_shops() {
        let (with, without) = ([0.8, 0.9, 0.85, 0.8, 0.88], [1.0, 0.9, 1.1, 0.95, 1.05, 1.0, 0.92]);
        let [shops, days] =
            [difference(&with, &without), difference_of_days(&with, &without)].map(Option::unwrap);
        assert!(days.chance_lower > shops.chance_lower && days.error > shops.error);
    }
}
