//! How old a code may be, and how a counter without a network learns what time it is: from the phones.
//!
//! A phone that is at most [`SKEW_MS`] from the counter's learned time is always accepted with the code it
//! shows, and always refused with one that it showed [`STALE_MS`] ago: the window is as wide as the first
//! asks and as narrow as the second.

use super::fault::PassFault;
use crate::facts::moment::Moment;

/// One step of the phone's clock.
pub const STEP_MS: i64 = 15_000;
/// How far a phone's clock may be from the counter's learned time.
pub const SKEW_MS: i64 = 15_000;
/// A code that was on a screen so long ago is refused.
pub const STALE_MS: i64 = 46_000;
/// Reading, sending and checking a code takes at most this long.
const HANDLING_MS: i64 = 1_000;
/// The counter's clock is corrected by no more than two steps.
pub const OFFSET_MAX_MS: i64 = 2 * STEP_MS;
/// Of how many phones the counter considers how their clocks differ: the newest.
pub const PHONES_HEARD: usize = 1_001;
/// Days for which it does.
const DAYS_HEARD: i64 = 21;
/// So many phones over so many days show how the counter's clock runs; fewer only where it stands.
const PHONES_FOR_A_LINE: usize = 100;
const DAYS_FOR_A_LINE: i64 = 4;
/// No clock runs away faster, milliseconds a day: what seems to is chance.
const DRIFT_MAX_MS: i128 = 3_000;
/// While there is no line, those of the same days count, and the newest so many however old they are.
const PHONES_WITHOUT_A_LINE: usize = 51;
const DAY_MS: i64 = 86_400_000;
/// How many phones must have been heard before the counter believes them rather than its own clock.
pub const PHONES_ENOUGH: usize = 5;

/// The step of an instant on the phone's clock.
#[must_use]
pub fn step(at: Moment) -> u32 {
    u32::try_from(at.0.div_euclid(STEP_MS)).unwrap_or(0)
}

/// By how much the phone's clock is ahead of the counter's own, taking the code to be in the middle of its
/// step. Milliseconds.
#[must_use]
pub fn ahead_ms(step: u32, now: Moment) -> i64 {
    (i64::from(step) * STEP_MS + STEP_MS / 2).saturating_sub(now.0)
}

/// Whether a code of this step may be shown now, with the counter's clock corrected by `offset_ms`. The age
/// is counted from the begin of the step: a phone within the skew shows ages from -15 s to 30 s.
///
/// # Errors
/// Too old or from the future, with seconds.
pub fn check(step: u32, now: Moment, offset_ms: i64) -> Result<(), PassFault> {
    let corrected = now.later(offset_ms.clamp(-OFFSET_MAX_MS, OFFSET_MAX_MS));
    let age = corrected.0.saturating_sub(i64::from(step) * STEP_MS);
    if age >= STALE_MS - SKEW_MS {
        return Err(PassFault::TooOld { seconds: age / 1000 });
    }
    if age < -SKEW_MS - HANDLING_MS {
        return Err(PassFault::FromTheFuture { seconds: age.saturating_neg() / 1000 });
    }
    Ok(())
}

/// By how much phones are ahead now: the line of least squares through what was heard, since a clock that
/// runs wrong runs evenly; while there is too little for a line the median. At most two steps either way; zero
/// until enough were heard. `heard` has when and by how much, one entry for each phone, the newest first.
///
/// Every entry was within the window when it was accepted, so none pulls far.
#[must_use]
pub fn offset_ms(heard: &[(Moment, i64)], now: Moment) -> i64 {
    let Some((newest, _)) = heard.first().filter(|_| heard.len() >= PHONES_ENOUGH) else { return 0 };
    // A counter that has just started may not know the time yet.
    let now = now.max(*newest);
    let since = now.later(-DAYS_HEARD * DAY_MS);
    let fresh: Vec<(Moment, i64)> =
        heard.iter().take(PHONES_HEARD).filter(|(at, _)| *at >= since).copied().collect();
    let offset = line_at(&fresh, now).unwrap_or_else(|| median(heard, now));
    offset.clamp(-OFFSET_MAX_MS, OFFSET_MAX_MS)
}

fn line_at(heard: &[(Moment, i64)], now: Moment) -> Option<i64> {
    let (newest, oldest) = (heard.first()?.0, heard.last()?.0);
    if heard.len() < PHONES_FOR_A_LINE || newest.0.saturating_sub(oldest.0) < DAYS_FOR_A_LINE * DAY_MS {
        return None;
    }
    // In whole minutes before now, so that the sums are exact.
    let points = || {
        heard.iter().map(|(at, ahead)| (i128::from(at.0.saturating_sub(now.0) / 60_000), i128::from(*ahead)))
    };
    let n = i128::try_from(heard.len()).ok()?;
    let [x, y, xx, xy] = points()
        .fold([0; 4], |[x, y, xx, xy], (at, ahead)| [x + at, y + ahead, xx + at * at, xy + at * ahead]);
    let spread = n * xx - x * x;
    let slope = n * xy - x * y;
    if spread <= 0 || (slope * 1_440).abs() > DRIFT_MAX_MS * spread {
        return None;
    }
    i64::try_from((y * xx - x * xy) / spread).ok()
}

fn median(heard: &[(Moment, i64)], now: Moment) -> i64 {
    let since = now.later(-DAYS_FOR_A_LINE * DAY_MS);
    let counts = |(place, (at, _)): &(usize, &(Moment, i64))| *place < PHONES_WITHOUT_A_LINE || *at >= since;
    let heard = heard.iter().take(PHONES_HEARD).enumerate().filter(counts);
    let mut ahead: Vec<i64> = heard.map(|(_, (_, ahead))| *ahead).collect();
    ahead.sort_unstable();
    ahead.get(ahead.len() / 2).copied().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const NOON: i64 = 1_800_000_000_000;

    #[test]
    fn the_window_begins_and_ends_where_it_says() {
        let step = step(Moment(NOON));
        let from = i64::from(step) * STEP_MS;
        let table = [(-16_001, false), (-16_000, true), (0, true), (30_999, true), (31_000, false)];
        for (age, good) in table {
            assert_eq!(check(step, Moment(from + age), 0).is_ok(), good, "{age}");
        }
        assert_eq!(check(0, Moment(i64::MAX), i64::MAX).unwrap_err().code(), "code_too_old");
        assert_eq!(check(u32::MAX, Moment(i64::MIN), i64::MIN).unwrap_err().code(), "code_from_the_future");
    }

    #[test]
    fn an_offset_needs_several_phones_and_has_a_limit() {
        let heard = |ahead: &[i64]| {
            let heard: Vec<_> = ahead.iter().map(|ahead| (Moment(NOON), *ahead)).collect();
            offset_ms(&heard, Moment(NOON))
        };
        assert_eq!(heard(&[9_000; 4]), 0);
        assert_eq!(heard(&[9_000, -1, 3, 9_000, 9_000]), 9_000);
        assert_eq!(heard(&[i64::MAX; 9]), OFFSET_MAX_MS);
        assert_eq!(heard(&[]), 0);
    }

    #[test]
    fn a_clock_that_runs_evenly_is_followed_to_now() {
        // Ten phones a day, half of them 10 s ahead and half behind, while the counter loses 700 ms a day.
        let from = Moment(NOON);
        let heard = |days: i64, lost_a_day: i64| -> Vec<(Moment, i64)> {
            let all = (0..days * 10).map(|nth| {
                let at = from.later(nth * DAY_MS / 10);
                (at, nth * lost_a_day / 10 + if nth % 2 == 0 { 10_000 } else { -10_000 })
            });
            all.rev().collect()
        };
        let offset = |days: i64, lost: i64| offset_ms(&heard(days, lost), from.later(days * DAY_MS));
        assert!((offset(20, 700) - 14_000).abs() < 300, "{}", offset(20, 700));
        assert!((offset(40, -700) + 28_000).abs() < 300, "{}", offset(40, -700));
        // What no clock does is not believed to be one: the newest phones say where it stands.
        assert!(offset(20, 5_000).abs() <= OFFSET_MAX_MS);
        assert_eq!(offset_ms(&[(Moment(i64::MIN), i64::MIN); 200], Moment(i64::MAX)), -OFFSET_MAX_MS);
    }

    proptest! {
        /// `skew` of the phone, `shown` since the phone began to show the code.
        #[test]
        fn a_phone_within_the_skew_is_accepted_live_and_refused_as_a_picture(
            at in NOON..NOON + 1_000_000, skew in -SKEW_MS..=SKEW_MS, later in STALE_MS..200_000, handling in 0..HANDLING_MS,
        ) {
            let shown = step(Moment(at + skew));
            prop_assert!(check(shown, Moment(at + handling), 0).is_ok());
            prop_assert_eq!(check(shown, Moment(at + later), 0).unwrap_err().code(), "code_too_old");
        }
    }
}
