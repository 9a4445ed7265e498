//! A simulation of the whole, from seeds: what counters sold is at the office once, whatever happened in between.
//!
//! `KAVA_SEEDS=10000 KAVA_TILLS=20 cargo test --release -p kava-sync --test simulation whatever -- --nocapture` runs as
//! many seeds with as many counters, `KAVA_SEED=N` one of them, `KAVA_FROM=N` begins later. Two processes with half of the
//! seeds each are faster than one with two threads: SQLite's allocator has one lock.

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

/// The size of a seed's run: [`SIZE`], or as many counters as were asked for with forty steps for each. Every second run has
/// guests with coupons, which move between two shops that are cut off now and then; in two of three the tills of a shop tell
/// each other of what they sell, and some burn; every fifth lasts some days, of which none may cost more than a limit, so
/// that leases, lines and clocks go over their ends.
fn size_of(seed: u64) -> Size {
    let size = std::env::var("KAVA_TILLS").map_or(SIZE, |count| {
        let tills: u32 = count.parse().unwrap();
        Size::of(usize::try_from(tills).unwrap(), 40 * tills)
    });
    let size =
        Size { coupons: if seed % 2 == 1 { 4 } else { 0 }, next_door: !seed.is_multiple_of(3), ..size };
    if seed.is_multiple_of(5) { of_days(size) } else { size }
}

fn of_days(size: Size) -> Size {
    Size { pause_ms: 1_800_000, per_day: Some(300), ..size }
}

fn number(name: &str, default: u64) -> u64 {
    std::env::var(name).map_or(default, |count| count.parse().unwrap())
}

fn seeds() -> std::ops::Range<u64> {
    if let Ok(seed) = std::env::var("KAVA_SEED") {
        let seed = seed.parse().unwrap();
        return seed..seed + 1;
    }
    let from = number("KAVA_FROM", 0);
    from..from + number("KAVA_SEEDS", 200)
}

/// How much happened in runs.
#[derive(Debug, Clone, Copy, Default)]
struct Happened {
    sold: usize,
    given: i64,
    coupons: usize,
    /// Receipts that another till of the shop knows, once for each that does.
    next_door: usize,
    /// Records that only a neighbour still had when a disk died.
    entrusted: usize,
}

impl Happened {
    fn and(self, other: Happened) -> Happened {
        Happened {
            sold: self.sold + other.sold,
            given: self.given + other.given,
            coupons: self.coupons + other.coupons,
            next_door: self.next_door + other.next_door,
            entrusted: self.entrusted + other.entrusted,
        }
    }
}

/// What happened, and what does not hold.
fn run(seed: u64, size: Size, defect: Defect) -> (Happened, Vec<String>) {
    let mut world = World::new(seed, size, defect);
    world.live();
    let wrong = world.healed();
    let ((sold, given), (next_door, entrusted)) = (world.happened(), world.next_door());
    let happened = Happened { sold, given, coupons: world.coupons_used(), next_door, entrusted };
    (happened, wrong.into_iter().map(|what| format!("seed {}: {what}", world.seed)).collect())
}

/// What happened in a run in which everything holds.
fn held(seed: u64, size: Size) -> Happened {
    let (happened, wrong) = run(seed, size, Defect::None);
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    happened
}

#[test]
fn whatever_happens_in_between_every_sale_is_at_the_office_once() {
    let threads = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let mut all = Happened::default();
    std::thread::scope(|scope| {
        let of = |seed| held(seed, size_of(seed));
        let share =
            |first| scope.spawn(move || seeds().skip(first).step_by(threads).map(of).collect::<Vec<_>>());
        let shares: Vec<_> = (0..threads).map(share).collect();
        all = shares.into_iter().flat_map(|share| share.join().unwrap()).fold(all, Happened::and);
    });
    // A single seed may be one without guests next door.
    let asked_for_one = std::env::var_os("KAVA_SEED").is_some();
    let all_there = all.given > 0 && all.coupons > 0 && all.next_door > 0 && all.entrusted > 0;
    assert!(all.sold > 20 && (all_there || asked_for_one), "{all:?}");
    println!("{} seeds of {} counters: {all:?}, 0 violations", seeds().count(), size_of(0).tills);
}

/// Its backup was made before its first record, so the epoch after it ties on to nothing at all.
#[test]
fn a_counter_that_went_back_to_an_empty_backup_is_in_order() {
    held(26, SIZE);
}

/// A record that names a guest was moved to another page before the guest was erased.
#[test]
fn nobody_erased_stands_where_their_record_was_before_it_was_moved() {
    held(724, Size::of(20, 800));
}

/// Menus were published after the backup to which the office went back: its versions must not begin where they did.
#[test]
fn an_office_that_went_back_is_heard_again() {
    held(12, SIZE);
}

#[test]
fn twenty_counters_with_all_faults_lose_and_double_nothing() {
    let happened = held(2_026, Size { coupons: 4, ..Size::of(20, 1_000) });
    assert!(happened.sold > 300, "{happened:?}");
}

#[test]
fn planted_defects_are_found() {
    for (defect, size) in [
        (Defect::AckBeforeDurable, SIZE),
        (Defect::CursorBeforeAck, SIZE),
        (Defect::CursorBeyondLoad, SIZE),
        // Who goes back to a backup must have spent before and after, or nothing was spent twice.
        (Defect::LeaseWithoutEpoch, Size::of(2, 500)),
        (Defect::DayWithoutLimit, of_days(SIZE)),
        (Defect::CouponMovesAtOnce, Size { coupons: 4, ..SIZE }),
        (Defect::CopiesForgottenEarly, Size { next_door: true, ..SIZE }),
    ] {
        let found = (0..40).find(|seed| !run(*seed, size, defect).1.is_empty());
        assert!(found.is_some(), "{defect:?} was not found in 40 seeds");
    }
}
