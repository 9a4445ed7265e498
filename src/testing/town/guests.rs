//! Guests and their habits: how often, at what time of the day, and what.

use super::menu::{self, Listed};
use crate::steps::scan::{self, Code};
use crate::testing::random::Random;

/// Drinks by how much the town likes their category; the more often named, the more liked.
const DRINKS: [&str; 8] = ["кофе", "кофе", "кофе", "кофе", "чай", "чай", "какао", "холодное"];
const SNACKS: [&str; 5] = ["выпечка", "выпечка", "выпечка", "десерты", "еда"];
/// Middle of the dayparts in minutes: on the way to work, lunch, after work.
const DAYPARTS: [i64; 4] = [8 * 60 + 30, 8 * 60 + 30, 13 * 60, 18 * 60];
/// Guests of a day who show no card.
const NAMELESS: (i64, i64) = (20, 40);

/// A guest with a card and habits.
#[derive(Debug, Clone)]
pub(super) struct Guest {
    pub(super) key: String,
    pub(super) card: Code,
    /// Days before the first day of the past on which the guest joined.
    pub(super) joined_before: i32,
    /// Of a thousand days, on how many the guest comes.
    often: i64,
    /// Days of the past on which the guest could come.
    days: (i32, i32),
    minute: i64,
    drink: Option<&'static Listed>,
    snack: Option<&'static Listed>,
}

/// One visit.
#[derive(Debug, Clone)]
pub(super) struct Visit {
    pub(super) minute: i64,
    pub(super) guest: Option<usize>,
    pub(super) lines: Vec<(&'static Listed, i64)>,
    pub(super) cash: bool,
}

/// The guest with this number: three of twenty come nearly every working day, eleven about once a week, two
/// have stopped coming, two are new, two come seldom.
pub(super) fn guest(random: &mut Random, n: i64, days: i32) -> Guest {
    let (often, days) = match n % 20 {
        0..=2 => (random.between(450, 750), (0, days)),
        3..=13 => (random.between(110, 210), (0, days)),
        14 | 15 => (random.between(250, 400), (0, days - 35)),
        16 | 17 => (random.between(150, 350), (days - 12, days)),
        _ => (random.between(15, 60), (0, days)),
    };
    let number = u64::try_from(random.between(100_000_000, 999_999_999)).unwrap_or_default();
    Guest {
        key: format!("t{n:04}"),
        // The number in front keeps two guests from ever having one card.
        card: scan::printed_card(u64::try_from(n).unwrap_or_default() * 1_000_000_000 + number),
        joined_before: i32::try_from(random.between(0, 400)).unwrap_or_default(),
        often,
        days,
        minute: daytime(random),
        drink: one_of(random, &DRINKS),
        snack: if random.once_in(3) { one_of(random, &SNACKS) } else { None },
    }
}

/// Everybody who comes on one day, in the order in which they come.
pub(super) fn day(random: &mut Random, guests: &[Guest], day: i32, weekend: bool) -> Vec<Visit> {
    let mut visits = Vec::new();
    for (n, guest) in guests.iter().enumerate() {
        let often = if weekend { guest.often / 3 } else { guest.often };
        if (guest.days.0..guest.days.1).contains(&day) && random.between(1, 1000) <= often {
            visits.push(by_habit(random, n, guest));
        }
    }
    for _ in 0..random.between(NAMELESS.0, NAMELESS.1) {
        let drink = one_of(random, &DRINKS);
        let snack = if random.once_in(3) { one_of(random, &SNACKS) } else { None };
        let pieces = if random.once_in(5) { random.between(2, 4) } else { 1 };
        let minute = daytime(random);
        visits.push(visit(random, minute, None, &[(drink, pieces), (snack, 1)]));
    }
    visits.sort_by_key(|visit| visit.minute);
    visits
}

/// Four times of five the usual, else something else.
fn by_habit(random: &mut Random, n: usize, guest: &Guest) -> Visit {
    let drink = if random.once_in(5) { one_of(random, &DRINKS) } else { guest.drink };
    let snack = if random.once_in(2) { guest.snack } else { None };
    let pieces = if random.once_in(12) { 2 } else { 1 };
    let minute = guest.minute + random.between(-20, 20);
    visit(random, minute, Some(n), &[(drink, pieces), (snack, 1)])
}

fn visit(
    random: &mut Random,
    minute: i64,
    guest: Option<usize>,
    wishes: &[(Option<&'static Listed>, i64)],
) -> Visit {
    let lines =
        wishes.iter().filter_map(|(product, pieces)| product.map(|product| (product, *pieces))).collect();
    Visit { minute, guest, lines, cash: random.once_in(6) }
}

fn daytime(random: &mut Random) -> i64 {
    let middle = random.pick(&DAYPARTS).copied().unwrap_or(12 * 60);
    // Two draws lie nearer to the middle than one.
    middle + random.between(-45, 45) + random.between(-45, 45)
}

fn one_of(random: &mut Random, categories: &[&str]) -> Option<&'static Listed> {
    let category = random.pick(categories)?;
    let products: Vec<&'static Listed> = menu::of(category).collect();
    random.pick(&products).copied()
}
