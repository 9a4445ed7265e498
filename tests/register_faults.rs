//! Seeded schedules of faults, in process: the real counter and adapters against modelled registers over a
//! network that loses, delays, doubles and spoils messages, with crashes of either side at every step.
//! `cargo run --release --example register_faults -- 10000 SEED` runs more of them.

#![cfg(feature = "edge")]
#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use kava::testing::register_faults::{Adapter, Defect, campaign};

/// All adapters together run so many.
const SCHEDULES: u64 = 2_000;

fn seed() -> u64 {
    std::env::var("KAVA_SEED").map_or(1, |seed| seed.parse().unwrap())
}

#[test]
fn after_any_schedule_of_faults_register_and_books_have_the_same_once() {
    let each = SCHEDULES.div_ceil(u64::try_from(Adapter::ALL.len()).unwrap());
    for adapter in Adapter::ALL.iter().copied() {
        let tally = campaign(adapter, each, seed(), Defect::None).unwrap();
        assert!(tally.sales > each / 4 && tally.refunds > 0, "{tally:?}");
        assert!(tally.faults > each / 3 && tally.crashes > each / 20, "{tally:?}");
    }
}

#[test]
fn a_counter_that_forgets_its_journal_is_found_out() {
    for adapter in Adapter::ALL.iter().copied() {
        let found = campaign(adapter, 500, seed(), adapter.ignoring_the_journal());
        assert!(found.is_err(), "{}: {found:?}", adapter.name());
    }
}

#[test]
fn a_counter_that_takes_a_lost_answer_for_not_done_is_found_out() {
    for adapter in Adapter::ALL.iter().copied() {
        let found = campaign(adapter, 500, seed(), Defect::TakesLostForNotDone);
        assert!(found.is_err(), "{}: {found:?}", adapter.name());
    }
}
