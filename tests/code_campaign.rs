//! A share of the campaign `cargo run --release --example codes --features testing -- 100000 1`.

use kava::testing::phones::{bad_codes, month};
use kava::testing::random::Random;

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
