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
/// Of how many phones the counter considers how their clocks differ.
pub const PHONES_HEARD: usize = 401;
/// The newest so many count however long ago they were heard; of the others those of the last day, because
/// the counter's own clock runs on.
pub const PHONES_ALWAYS: usize = 51;
const FRESH_MS: i64 = 86_400_000;
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

/// The median of how far phones were ahead, at most two steps either way; zero until enough were heard.
/// `heard` has when and by how much, the newest first.
#[must_use]
pub fn offset_ms(heard: &[(Moment, i64)]) -> i64 {
    let Some((newest, _)) = heard.first().filter(|_| heard.len() >= PHONES_ENOUGH) else { return 0 };
    let since = newest.later(-FRESH_MS);
    let counts = |(place, (at, _)): &(usize, &(Moment, i64))| *place < PHONES_ALWAYS || *at >= since;
    let heard = heard.iter().take(PHONES_HEARD).enumerate().filter(counts);
    let mut ahead: Vec<i64> = heard.map(|(_, (_, ahead))| *ahead).collect();
    ahead.sort_unstable();
    ahead.get(ahead.len() / 2).copied().unwrap_or(0).clamp(-OFFSET_MAX_MS, OFFSET_MAX_MS)
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
        let heard = |ahead: &[i64]| ahead.iter().map(|ahead| (Moment(NOON), *ahead)).collect::<Vec<_>>();
        assert_eq!(offset_ms(&heard(&[9_000; 4])), 0);
        assert_eq!(offset_ms(&heard(&[9_000, -1, 3, 9_000, 9_000])), 9_000);
        assert_eq!(offset_ms(&heard(&[i64::MAX; 9])), OFFSET_MAX_MS);
        assert_eq!(offset_ms(&[]), 0);
        // Yesterday's phones count only while there are few of today.
        let older = (0..200).map(|_| (Moment(NOON - 2 * FRESH_MS), 1_000));
        let mix = |today: usize| -> Vec<_> {
            heard(&vec![5_000; today]).into_iter().chain(older.clone()).collect()
        };
        assert_eq!(offset_ms(&mix(20)), 1_000);
        assert_eq!(offset_ms(&mix(30)), 5_000);
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
