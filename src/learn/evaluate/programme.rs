//! Is the programme worth its discounts? Guests with a drawn arm against the holdout, with the margin before
//! taken out (CUPED, Deng et al. 2013), by an interval that holds at every look.

use super::estimate::Measured;
use super::log::{mean, real};
use super::sequence::always_valid;
use serde::Serialize;

/// One guest's month: contribution margin in it and before it, minor units.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Month {
    /// In the month.
    pub outcome: f64,
    /// In as many days before the programme touched the guest.
    pub before: f64,
}

/// What the personal part earned.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize)]
pub struct Earned {
    /// For each guest.
    pub per_guest: Measured,
    /// For all guests with a drawn arm, minor units.
    pub total: f64,
    /// Half-width of the interval of the total; it holds at every look.
    pub give_or_take: f64,
    /// Share of the variance that the margin before explained.
    pub explained: f64,
    /// Whether even the upper bound is below nothing: the personal part drops to the base.
    pub stops: bool,
}

/// Customers for which the interval is tuned.
const PLANNED: f64 = 2_000.0;
/// Guests that each side needs.
const GUESTS_MIN: usize = 50;

/// Compares guests with an arm to those kept at the base; nothing where a side is too small to tell.
#[must_use]
pub fn earned(personal: &[Month], holdout: &[Month]) -> Option<Earned> {
    if personal.len() < GUESTS_MIN || holdout.len() < GUESTS_MIN {
        return None;
    }
    let all = || personal.iter().chain(holdout);
    let before = mean(all().map(|month| month.before));
    let theta = slope(personal, holdout);
    let adjusted = |month: &Month| month.outcome - theta * (month.before - before);
    let (one, other) = (moments(personal.iter().map(adjusted)), moments(holdout.iter().map(adjusted)));
    let plain = moments(all().map(|month| month.outcome)).1;
    let rest = moments(all().map(adjusted)).1;
    let error = libm::sqrt(one.1 / real(personal.len()) + other.1 / real(holdout.len()));
    let per_guest = Measured { mean: one.0 - other.0, error };
    let guests = real(personal.len());
    let smaller = real(personal.len().min(holdout.len()));
    let give_or_take = guests * always_valid(error, smaller, PLANNED);
    let total = guests * per_guest.mean;
    Some(Earned {
        per_guest,
        total,
        give_or_take,
        explained: if plain > 0.0 { (1.0 - rest / plain).max(0.0) } else { 0.0 },
        stops: total + give_or_take < 0.0,
    })
}

/// Covariance of outcome and before over the variance of before, within the two sides.
fn slope(personal: &[Month], holdout: &[Month]) -> f64 {
    let (mut both, mut own) = (0.0, 0.0);
    for side in [personal, holdout] {
        let (x, y) = (mean(side.iter().map(|m| m.before)), mean(side.iter().map(|m| m.outcome)));
        for month in side {
            both += (month.before - x) * (month.outcome - y);
            own += (month.before - x) * (month.before - x);
        }
    }
    if own > 0.0 { both / own } else { 0.0 }
}

/// Mean and variance.
fn moments(numbers: impl Iterator<Item = f64> + Clone) -> (f64, f64) {
    let middle = mean(numbers.clone());
    (middle, mean(numbers.map(|x| (x - middle) * (x - middle))))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn months(count: usize, lift: f64) -> Vec<Month> {
        (0..count)
            .map(|n| {
                let before = 1_000.0 + real(n % 17) * 40.0;
                Month { outcome: before * 1.02 + real(n % 5) + lift, before }
            })
            .collect()
    }

    #[test]
    fn a_lift_that_is_there_is_found_and_its_noise_is_taken_out() {
        let earned = earned(&months(400, 30.0), &months(400, 0.0)).unwrap();
        assert!((earned.per_guest.mean - 30.0).abs() < 1.0, "{earned:?}");
        assert!(earned.explained > 0.99 && !earned.stops, "{earned:?}");
    }

    #[test]
    fn a_programme_that_surely_loses_stops_and_a_small_shop_is_not_told_anything() {
        assert!(earned(&months(400, -30.0), &months(400, 0.0)).unwrap().stops);
        assert_eq!(earned(&months(400, 0.0), &months(10, 0.0)), None);
    }
}
