//! How old a code may be.
//!
//! A phone that is at most [`SKEW_MS`] off is accepted with the code it shows and refused with one that it
//! showed [`STALE_MS`] ago. The window is as wide as the first asks and as narrow as the second, so whatever
//! the counter errs in learning the time ([`learned`]) would break one of the two for phones at the very edge.
//! There a phone's own past decides: one that was behind the others before is late and not photographed.

pub mod doubt;
pub mod learned;

pub use doubt::Doubt;
pub use learned::{Heard, Learned};

use super::fault::PassFault;
use super::keys::PhoneId;
use crate::facts::moment::Moment;

/// One step of the phone's clock.
pub const STEP_MS: i64 = 15_000;
/// How far a phone's clock may be from the counter's learned time.
pub const SKEW_MS: i64 = 15_000;
/// A code that was on a screen so long ago is refused.
pub const STALE_MS: i64 = 46_000;
/// Reading, sending and checking a code takes at most this long.
const HANDLING_MS: i64 = 1_000;
/// By so much the counter may err in what time it is, and still neither refuse a live code nor accept a picture.
const ERROR_MS: i64 = 1_500;

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

/// Whether a code of this step may be shown by this phone now. The age is counted from the begin of the step on
/// the corrected clock: a phone within the skew shows ages from -15 s to 31 s, its pictures ages from 31 s.
/// A phone that is known to be behind the others has until 32.5 s, any other until 29.5 s.
///
/// # Errors
/// Too old or from the future, with seconds.
pub fn check(step: u32, phone: &PhoneId, now: Moment, learned: &Learned) -> Result<(), PassFault> {
    let age = now.later(learned.offset_ms).0.saturating_sub(i64::from(step) * STEP_MS);
    let behind = learned.own_ms(phone, now).is_some_and(|own| own < 0);
    let end = STALE_MS - SKEW_MS + if behind { ERROR_MS } else { -ERROR_MS };
    if age >= end {
        return Err(PassFault::TooOld { seconds: age / 1000 });
    }
    if age < -SKEW_MS - HANDLING_MS {
        return Err(PassFault::FromTheFuture { seconds: age.saturating_neg() / 1000 });
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeMap;

    const NOON: i64 = 1_800_000_000_000;
    const ANNA: PhoneId = [1; 8];

    /// What a counter knows that has heard Anna's phone so far ahead and errs by so much in the time.
    fn known(own_ms: i64, error_ms: i64) -> Learned {
        let heard = Heard { at: Moment(NOON), ahead_ms: own_ms };
        Learned { offset_ms: error_ms, drift_ms_a_day: 0, heard: BTreeMap::from([(ANNA, heard)]) }
    }

    #[test]
    fn the_window_begins_and_ends_where_it_says() {
        let step = step(Moment(NOON));
        let from = i64::from(step) * STEP_MS;
        let nobody = Learned::default();
        let (behind, ahead) = (known(-9_000, 0), known(9_000, 0));
        let table = [
            (&nobody, -16_001, false),
            (&nobody, -16_000, true),
            (&nobody, 0, true),
            (&nobody, 29_499, true),
            (&nobody, 29_500, false),
            (&ahead, 29_499, true),
            (&ahead, 29_500, false),
            (&behind, 32_499, true),
            (&behind, 32_500, false),
        ];
        for (learned, age, good) in table {
            assert_eq!(check(step, &ANNA, Moment(from + age), learned).is_ok(), good, "{age} {learned:?}");
        }
        let code = |step, now| check(step, &ANNA, now, &nobody).unwrap_err().code();
        assert_eq!(code(0, Moment(i64::MAX)), "code_too_old");
        assert_eq!(code(u32::MAX, Moment(i64::MIN)), "code_from_the_future");
    }

    proptest! {
        /// `skew` of the phone, `later` since it began to show the code, `error` of the counter in the time; the
        /// phone was heard before, half a step earlier or later in its step at most.
        #[test]
        fn a_phone_within_the_skew_is_accepted_live_and_refused_as_a_picture(
            at in NOON..NOON + 1_000_000, skew in -SKEW_MS..=SKEW_MS, later in STALE_MS..STALE_MS + 4_000, handling in 0..HANDLING_MS,
            error in -1_000..=1_000i64, in_step in -STEP_MS / 2..=STEP_MS / 2,
        ) {
            let shown = step(Moment(at + skew));
            let learned = known(skew + in_step, error);
            prop_assert!(check(shown, &ANNA, Moment(at + handling), &learned).is_ok());
            let picture = check(shown, &ANNA, Moment(at + later), &learned);
            prop_assert_eq!(picture.unwrap_err().code(), "code_too_old");
        }

        #[test]
        fn a_phone_that_was_never_heard_is_refused_as_a_picture_and_accepted_unless_at_the_edge(
            at in NOON..NOON + 1_000_000, skew in -SKEW_MS..=SKEW_MS, later in STALE_MS..STALE_MS + 4_000,
        ) {
            let shown = step(Moment(at + skew));
            let live = check(shown, &ANNA, Moment(at), &Learned::default());
            prop_assert!(live.is_ok() || skew < -SKEW_MS + ERROR_MS);
            prop_assert!(check(shown, &ANNA, Moment(at + later), &Learned::default()).is_err());
        }
    }
}
