//! Who lives in a town: each guest of a hidden kind, with a place around it, a usual drink and an hour.

use super::form::Mind;
use super::lot::{Luck, Purpose};
use super::parameters::{Kind, Town};
use super::shelf;
use crate::testing::random::Random;

/// What the oracle sees of a guest: guests of one class have one and the same problem.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Class {
    /// Place of the kind in its town.
    pub kind: usize,
    /// −1, 0 or 1: below, at or above the kind's log-odds.
    pub bin: i8,
    /// Looks at the club and never forgets a card.
    pub club: bool,
}

/// One guest.
#[derive(Debug, Clone)]
pub struct Guest {
    /// Counted from 0.
    pub number: u32,
    /// The pseudonym.
    pub id: String,
    /// The hidden class.
    pub class: Class,
    /// The kind.
    pub kind: &'static Kind,
    /// Usual drink, by sku of the first day.
    pub drink: &'static str,
    /// Usual snack, by sku of the first day.
    pub snack: &'static str,
    /// Usual extra in the drink.
    pub extra: Option<&'static str>,
    /// Usual minute of the day.
    pub minute: i64,
}

impl Class {
    /// What the place around the kind adds to the log-odds.
    #[must_use]
    pub fn shift(&self, kind: &Kind) -> f64 {
        f64::from(self.bin) * kind.spread
    }
}

impl Guest {
    /// The mind on the first day.
    #[must_use]
    pub fn start(&self) -> Mind {
        self.kind.form.start(self.class.shift(self.kind))
    }

    /// What this guest drinks on a day: four times of five the usual.
    #[must_use]
    pub fn drink_on(&self, luck: Luck, day: i32) -> &'static str {
        let random = &mut luck.of(self.number, day, Purpose::Drink);
        if random.once_in(5) { some_drink(random, self.kind).unwrap_or(self.drink) } else { self.drink }
    }
}

/// Everybody with a card. The kinds' shares are exact; who is who is drawn.
#[must_use]
pub fn guests(town: &Town, luck: Luck) -> Vec<Guest> {
    let of_all = i64::from(town.guests);
    let mut made = Vec::new();
    for (place, kind) in town.kinds.iter().enumerate() {
        let upto: i64 = town.kinds.iter().take(place + 1).map(|kind| kind.per_mille).sum();
        while let Ok(number) = u32::try_from(made.len())
            && i64::from(number) < upto * of_all / 1_000
        {
            made.push(guest(number, place, kind, luck));
        }
    }
    made
}

fn guest(number: u32, place: usize, kind: &'static Kind, luck: Luck) -> Guest {
    let random = &mut luck.of(number, 0, Purpose::Guest);
    // Ids must not tell the kind: arms are drawn by their hash.
    let id = format!("g{:08x}", random.bits() >> 32);
    let bin = match random.between(-1, 1) {
        -1 => -1,
        0 => 0,
        _ => 1,
    };
    let club = random.between(0, 999) < kind.club_per_mille;
    let drink = some_drink(random, kind).unwrap_or("ame-m");
    Guest {
        number,
        id: format!("{id}-{number}"),
        class: Class { kind: place, bin, club },
        kind,
        drink,
        snack: random.pick(&shelf::snacks()).copied().unwrap_or("cro"),
        extra: if random.once_in(6) { random.pick(&["oat", "syrup"]).copied() } else { None },
        minute: kind.minute + random.between(-60, 60),
    }
}

fn some_drink(random: &mut Random, kind: &Kind) -> Option<&'static str> {
    let category = random.pick(kind.drinks)?;
    random.pick(&shelf::drinks_of(category)).copied()
}
