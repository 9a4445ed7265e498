//! Is the programme worth its discounts? Guests with a drawn arm against the holdout of the same weeks, with the
//! margin before taken out (CUPED, Deng et al. 2013), by an interval that holds at every look.

use super::estimate::Measured;
use super::log::{mean, real};
use super::sequence::always_valid;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// One guest's epoch: contribution margin in it and before it, minor units.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Month {
    /// The guest; months of one guest are not independent.
    pub customer: u64,
    /// Its first day.
    pub from: i32,
    /// In the epoch.
    pub outcome: f64,
    /// In as many days before it.
    pub before: f64,
}

/// What the personal part earned.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize)]
pub struct Earned {
    /// For each guest and four weeks.
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
pub(super) const GUESTS_MIN: usize = 50;
/// Guests that each side needs in weeks that are compared.
const IN_WEEKS_MIN: usize = 10;
/// Days of the weeks that are compared: shop and season change, and so does the holdout's share.
const WEEKS: i32 = 28;

/// All that one guest brought in epochs that began in the same four weeks.
#[derive(Debug, Clone, Copy, Default)]
struct Unit {
    customer: u64,
    outcome: f64,
    before: f64,
}

/// The two sides in the same four weeks: with a drawn arm, and kept at the base.
type Weeks = [Vec<Unit>; 2];

/// Compares guests with an arm to those kept at the base in the same weeks; nothing where a side is too small to
/// tell.
#[must_use]
pub fn earned(personal: &[Month], holdout: &[Month]) -> Option<Earned> {
    let weeks: Vec<Weeks> = together(personal, holdout);
    let guests = |side: usize| -> usize {
        let all = weeks.iter().filter_map(|sides| sides.get(side)).flatten();
        all.map(|unit| unit.customer).collect::<BTreeSet<u64>>().len()
    };
    let (with_arm, without) = (guests(0), guests(1));
    if with_arm < GUESTS_MIN || without < GUESTS_MIN {
        return None;
    }
    let theta = slope(&weeks);
    let adjusted = |unit: &Unit| unit.outcome - theta * unit.before;
    let units = real(weeks.iter().map(|[drawn, _]| drawn.len()).sum());
    let (mut gain, mut sums) = (0.0, BTreeMap::<u64, f64>::new());
    let (mut plain, mut rest) = (0.0, 0.0);
    for [drawn, kept] in &weeks {
        let counts = (real(drawn.len()), real(kept.len()));
        let middles = [mean(drawn.iter().map(adjusted)), mean(kept.iter().map(adjusted))];
        gain += counts.0 / units * (middles[0] - middles[1]);
        for (side, middle, weight) in [(drawn, middles[0], 1.0), (kept, middles[1], -counts.0 / counts.1)] {
            let raw = mean(side.iter().map(|unit| unit.outcome));
            for unit in side {
                let beyond = adjusted(unit) - middle;
                *sums.entry(unit.customer).or_default() += weight * beyond / units;
                plain += (unit.outcome - raw) * (unit.outcome - raw);
                rest += beyond * beyond;
            }
        }
    }
    let error = libm::sqrt(sums.values().fold(0.0, |sum, own| sum + own * own));
    let give_or_take = units * always_valid(error, real(with_arm.min(without)), PLANNED);
    let total = units * gain;
    Some(Earned {
        per_guest: Measured { mean: gain, error },
        total,
        give_or_take,
        explained: if plain > 0.0 { (1.0 - rest / plain).max(0.0) } else { 0.0 },
        stops: total + give_or_take < 0.0,
    })
}

/// Guests of both sides by the four weeks in which their epochs began, where both sides have enough.
fn together(personal: &[Month], holdout: &[Month]) -> Vec<Weeks> {
    let mut weeks: BTreeMap<i32, [BTreeMap<u64, Unit>; 2]> = BTreeMap::new();
    for (side, months) in [(0, personal), (1, holdout)] {
        for month in months {
            let of = weeks.entry(month.from.div_euclid(WEEKS)).or_default();
            if let Some(guests) = of.get_mut(side) {
                let unit = guests.entry(month.customer).or_default();
                unit.customer = month.customer;
                unit.outcome += month.outcome;
                unit.before += month.before;
            }
        }
    }
    let sides = weeks.into_values().map(|sides| sides.map(|guests| guests.into_values().collect::<Vec<_>>()));
    sides.filter(|sides| sides.iter().all(|side| side.len() >= IN_WEEKS_MIN)).collect()
}

/// Covariance of outcome and before over the variance of before, within sides and weeks.
fn slope(weeks: &[Weeks]) -> f64 {
    let (mut both, mut own) = (0.0, 0.0);
    for side in weeks.iter().flatten() {
        let x = mean(side.iter().map(|unit| unit.before));
        let y = mean(side.iter().map(|unit| unit.outcome));
        for unit in side {
            both += (unit.before - x) * (unit.outcome - y);
            own += (unit.before - x) * (unit.before - x);
        }
    }
    if own > 0.0 { both / own } else { 0.0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Months of four weeks in a growing shop; each guest has three.
    fn months(guests: std::ops::Range<u64>, lift: f64) -> Vec<Month> {
        let of = |customer: u64| {
            (0..3).map(move |epoch| {
                let own = 1_000.0 + real(usize::try_from(customer % 17).unwrap()) * 40.0;
                let grown = own * (1.0 + 0.2 * f64::from(epoch));
                // Nothing is known of the time before the programme.
                let before = if epoch == 0 { 0.0 } else { own * (1.0 + 0.2 * f64::from(epoch - 1)) };
                Month { customer, from: epoch * 28, outcome: grown + lift, before }
            })
        };
        guests.flat_map(of).collect()
    }

    #[test]
    fn a_lift_that_is_there_is_found_and_its_noise_is_taken_out() {
        let earned = earned(&months(0..400, 30.0), &months(1_000..1_400, 0.0)).unwrap();
        assert!((earned.per_guest.mean - 30.0).abs() < 3.0, "{earned:?}");
        assert!(earned.explained > 0.3 && !earned.stops, "{earned:?}");
    }

    #[test]
    fn a_programme_that_surely_loses_stops_and_a_small_shop_is_not_told_anything() {
        assert!(earned(&months(0..400, -130.0), &months(1_000..1_400, 0.0)).unwrap().stops);
        assert_eq!(earned(&months(0..400, 0.0), &months(1_000..1_010, 0.0)), None);
    }

    #[test]
    fn a_holdout_that_shrinks_while_the_shop_grows_is_no_loss_of_the_programme() {
        // Half of the guests are kept at the base in the first weeks, a tenth later: the holdout's epochs are
        // mostly early ones, when everybody brought less and nothing was known of the time before.
        let all = months(0..800, 0.0);
        let kept = |month: &Month| month.customer % 10 < if month.from < 28 { 5 } else { 1 };
        let (holdout, personal): (Vec<Month>, Vec<Month>) = all.into_iter().partition(kept);
        let earned = earned(&personal, &holdout).unwrap();
        assert!(earned.total.abs() < earned.give_or_take && !earned.stops, "{earned:?}");
        assert!(earned.per_guest.mean.abs() < 15.0, "{earned:?}");
    }

    #[test]
    fn a_guest_seen_many_times_is_still_one_guest() {
        let noise = |month: Month| Month {
            outcome: month.outcome + real(usize::try_from(month.customer % 7).unwrap()),
            ..month
        };
        let once: Vec<Month> =
            months(0..400, 0.0).into_iter().filter(|month| month.from == 28).map(noise).collect();
        let again = |months: &[Month]| -> Vec<Month> {
            let later =
                |by: i32| months.iter().map(move |month| Month { from: month.from + 28 * by, ..*month });
            (0..4).flat_map(later).collect()
        };
        let (mine, theirs) = once.split_at(200);
        let (one, four) = (earned(mine, theirs).unwrap(), earned(&again(mine), &again(theirs)).unwrap());
        assert!((four.per_guest.error / one.per_guest.error - 1.0).abs() < 1e-9, "{one:?} {four:?}");
    }
}
