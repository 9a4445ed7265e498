//! A simulation of the whole, from seeds: what counters sold is at the office once, whatever happened in between.
//!
//! `KAVA_SEEDS=10000 KAVA_TILLS=20 cargo test --release -p kava-sync --test simulation whatever -- --nocapture` runs as
//! many seeds with as many counters, `KAVA_SEED=N` one of them.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::cast_possible_wrap,
    clippy::print_stdout,
    reason = "a test fails by panicking, and a campaign says what it saw"
)]

mod world;

use world::{Defect, Size, World};

const SIZE: Size = Size::of(4, 160);

/// [`SIZE`], or as many counters as were asked for with forty steps for each.
fn size() -> Size {
    std::env::var("KAVA_TILLS").map_or(SIZE, |count| {
        let tills: u32 = count.parse().unwrap();
        Size::of(usize::try_from(tills).unwrap(), 40 * tills)
    })
}

fn seeds() -> std::ops::Range<u64> {
    if let Ok(seed) = std::env::var("KAVA_SEED") {
        let seed = seed.parse().unwrap();
        return seed..seed + 1;
    }
    0..std::env::var("KAVA_SEEDS").map_or(200, |count| count.parse().unwrap())
}

/// Sales, what was given of the campaign, and what does not hold.
fn run(seed: u64, size: Size, defect: Defect) -> (usize, i64, Vec<String>) {
    let mut world = World::new(seed, size, defect);
    world.live();
    let wrong = world.healed();
    let (sold, spent) = world.happened();
    (sold, spent, wrong.into_iter().map(|what| format!("seed {}: {what}", world.seed)).collect())
}

#[test]
fn whatever_happens_in_between_every_sale_is_at_the_office_once() {
    let threads = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let (mut sold, mut given) = (0, 0);
    std::thread::scope(|scope| {
        let share =
            |first| scope.spawn(move || seeds().skip(first).step_by(threads).map(held).collect::<Vec<_>>());
        let shares: Vec<_> = (0..threads).map(share).collect();
        for (count, spent) in shares.into_iter().flat_map(|share| share.join().unwrap()) {
            (sold, given) = (sold + count, given + spent);
        }
    });
    assert!(sold > 20 && given > 0, "only {sold} sales were made, {given} was given");
    println!(
        "{} seeds of {} counters: {sold} sales, {given} given, 0 violations",
        seeds().count(),
        size().tills
    );
}

/// Sales, and what was given of the campaign, in a run in which everything holds.
fn held(seed: u64) -> (usize, i64) {
    let (sold, given, wrong) = run(seed, size(), Defect::None);
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    (sold, given)
}

/// Its backup was made before its first record, so the epoch after it ties on to nothing at all.
#[test]
fn a_counter_that_went_back_to_an_empty_backup_is_in_order() {
    let (_, _, wrong) = run(26, SIZE, Defect::None);
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Menus were published after the backup to which the office went back: its versions must not begin where they did.
#[test]
fn an_office_that_went_back_is_heard_again() {
    let (_, _, wrong) = run(12, SIZE, Defect::None);
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn twenty_counters_with_all_faults_lose_and_double_nothing() {
    let (sold, _, wrong) = run(2_026, Size::of(20, 800), Defect::None);
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(sold > 300, "only {sold} sales were made");
}

/// Some three days, so that leases, lines and clocks go over the ends of days.
#[test]
fn no_day_of_a_campaign_costs_more_than_it_may() {
    let size = Size { pause_ms: 1_800_000, per_day: Some(300), ..Size::of(4, 280) };
    let mut given = 0;
    for seed in 0..20 {
        let (_, spent, wrong) = run(seed, size, Defect::None);
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
        given += spent;
    }
    assert!(given > 2_000, "only {given} was given");
}

/// Guests try their coupons everywhere, while coupons move between two shops that are cut off now and then.
#[test]
fn no_coupon_is_used_twice() {
    let mut used = 0;
    // Fewer than of the others: each run is as long.
    for seed in seeds().step_by(4) {
        let mut world = World::new(seed, Size { coupons: 4, ..SIZE }, Defect::None);
        world.live();
        let wrong = world.healed();
        assert!(wrong.is_empty(), "seed {seed}: {}", wrong.join("\n"));
        used += world.coupons_used();
    }
    assert!(used > 20, "only {used} coupons were used");
}

#[test]
fn planted_defects_are_found() {
    for defect in [
        Defect::AckBeforeDurable,
        Defect::CursorBeforeAck,
        Defect::CursorBeyondLoad,
        Defect::LeaseWithoutEpoch,
    ] {
        // Who goes back to a backup must have spent before and after, or nothing was spent twice.
        let size = if defect == Defect::LeaseWithoutEpoch { Size::of(2, 500) } else { SIZE };
        let found = (0..40).find(|seed| !run(*seed, size, defect).2.is_empty());
        assert!(found.is_some(), "{defect:?} was not found in 40 seeds");
    }
}
