//! A share of the campaign `cargo run --release --example codes --features testing -- 100000 1`.

use kava::facts::moment::Moment;
use kava::testing::phones::{PhoneGuest, bad_codes, counter, month, sell};
use kava::testing::random::Random;
use kava::testing::shop::{DAY_MS, MORNING};

#[test]
fn no_bad_code_of_any_kind_is_taken() {
    let tally = bad_codes(600, &mut Random::new(3)).unwrap();
    assert!(
        tally.len() == 12 && tally.values().all(|(tried, taken)| *tried == 50 && *taken == 0),
        "{tally:?}"
    );
}

#[test]
fn live_codes_are_taken_and_pictures_refused_after_a_month_offline() {
    let month = month(10, 500, 300, &mut Random::new(3)).unwrap();
    assert!(month.behind_ms > 15_000 && (month.offset_ms - month.behind_ms).abs() < 5_000, "{month:?}");
    assert!(month.live >= 300 && month.refused <= 3 && month.accepted == 0, "{month:?}");
}

#[test]
fn a_counter_learns_the_time_from_phones_and_anew_when_its_clock_was_set() {
    let mut counter = counter().unwrap();
    let phone = |number: i64| PhoneGuest::new(number.unsigned_abs(), MORNING.later(-DAY_MS), 0).unwrap();
    // It loses 28 s in four weeks: in the end a phone at the right time would be too far ahead for it.
    let drifted = |true_time: Moment| true_time.later(-(true_time.0 - MORNING.0) / 86_400);
    for visit in 0..224 {
        let at = MORNING.later(visit * DAY_MS / 8 + visit * 7_000);
        sell(&mut counter, &phone(visit).shows(at, 1), drifted(at)).unwrap();
    }
    let end = MORNING.later(28 * DAY_MS);
    let offset = counter.store().learned_time(drifted(end)).unwrap().offset_ms;
    assert!((25_000..=30_000).contains(&offset), "{offset}");
    // The network is back and sets the clock by half a minute, or a person by a minute in the wrong direction.
    for set in [0, -60_000] {
        let mut refused = 0;
        for visit in 0..20 {
            let at = end.later(visit * 607_000 - set * 1_000);
            match sell(&mut counter, &phone(visit).shows(at, 2), at.later(set)).map_err(|fault| fault.code())
            {
                Ok(()) => {}
                Err("code_too_old" | "code_from_the_future") => refused += 1,
                other => other.unwrap(),
            }
        }
        assert!((4..=6).contains(&refused), "{set}: {refused}");
    }
}
