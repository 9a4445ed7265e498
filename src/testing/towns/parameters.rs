//! The six towns in numbers. Frozen: `tests/towns.rs` holds the SHA-256 of this file, and it was committed
//! before any policy was measured in it. A town is never changed to fit a policy; a new town is a new file.
//!
//! Log-odds and log-hazards are per day. Depths are fractions of the shelf price. What was taken from where:
//! `docs/towns.md`.

use super::form::{Form, Game, Other};

/// A kind of guest, as only the town and the oracle see it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Kind {
    /// Its name in tables.
    pub name: &'static str,
    /// Of a thousand guests, how many are of this kind.
    pub per_mille: i64,
    /// How they decide to come.
    pub form: Form,
    /// Guests of a kind lie at minus, zero and plus this around its log-odds, a third each.
    pub spread: f64,
    /// Added to the log-odds on Saturday and Sunday.
    pub weekend: f64,
    /// Of a thousand, how many look at the club and never forget a card; the others forget.
    pub club_per_mille: i64,
    /// Log-odds of a snack beside the drink, and what a full discount on it would add to them.
    pub snack: (f64, f64),
    /// Probability of trying an offered new product at no depth, and what a full discount would add to it.
    pub trial: (f64, f64),
    /// How much dearer shelves keep them away: taken off the log-odds per unit of relative price.
    pub price: f64,
    /// Categories of drinks they choose among; the more often named, the more liked.
    pub drinks: &'static [&'static str],
    /// Middle of their visits in minutes of the day.
    pub minute: i64,
}

/// What happens to a town on a day.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Shock {
    /// All shelf prices change by so many basis points.
    Prices {
        /// From this day on.
        day: i32,
        /// By so many basis points.
        by_bp: i64,
    },
    /// The cold season: log-odds move in a straight line over its first two weeks, and stay.
    Season {
        /// From this day on.
        day: i32,
        /// By this much.
        by: f64,
    },
    /// The shop is closed.
    Closed {
        /// First day.
        day: i32,
        /// So many days.
        days: i32,
    },
    /// Some products go, others come: the menu's products with an odd place in these categories change.
    Menu {
        /// From this day on.
        day: i32,
        /// Categories.
        categories: &'static [&'static str],
    },
}

/// One town.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Town {
    /// Its name.
    pub name: &'static str,
    /// Guests with a card.
    pub guests: u32,
    /// Who lives there.
    pub kinds: &'static [Kind],
    /// What happens.
    pub shocks: &'static [Shock],
}

/// Depth at which a guest perceives 63 % of what they ever will.
pub const PERCEIVED: f64 = 0.08;
/// Share of a card's pull that is left after each day, for guests who do not look at the club.
pub const CARD_FADE: f64 = 0.96;
/// Share of the day's remembered depth that is left the next day.
pub const DAY_FADE: f64 = 0.995;

const MORNING: i64 = 8 * 60 + 30;
const MIDDAY: i64 = 13 * 60;
const EVENING: i64 = 18 * 60;
const COFFEE: &[&str] = &["кофе", "кофе", "кофе", "кофе", "чай", "какао"];
const LIGHT: &[&str] = &["кофе", "кофе", "чай", "какао", "холодное"];
const SWEET: &[&str] = &["кофе", "чай", "какао", "какао", "холодное", "холодное"];

/// Nearly every working day, out of habit; claims rewards and comes no more often for them.
const REGULAR: Kind = Kind {
    name: "regular",
    per_mille: 120,
    form: Form::Game(Game {
        pull: -0.92,
        depth: 1.0,
        habit: 1.6,
        habit_rate: 0.05,
        stamps: 0.02,
        regret: 0.3,
        fade: 0.9,
    }),
    spread: 0.35,
    weekend: -1.2,
    club_per_mille: 500,
    snack: (-1.4, 2.0),
    trial: (0.01, 0.4),
    price: 0.6,
    drinks: COFFEE,
    minute: MORNING,
};

/// About once a week, not easily moved.
const STEADY: Kind = Kind {
    name: "steady",
    per_mille: 300,
    form: Form::Game(Game {
        pull: -2.25,
        depth: 2.5,
        habit: 1.6,
        habit_rate: 0.04,
        stamps: 0.06,
        regret: 0.8,
        fade: 0.85,
    }),
    spread: 0.4,
    weekend: -0.2,
    club_per_mille: 300,
    snack: (-0.9, 3.0),
    trial: (0.02, 0.6),
    price: 1.2,
    drinks: LIGHT,
    minute: MIDDAY,
};

/// Every other week, and more often with a reason.
const LIGHTLY: Kind = Kind {
    name: "light",
    per_mille: 300,
    form: Form::Game(Game {
        pull: -3.0,
        depth: 7.5,
        habit: 1.6,
        habit_rate: 0.04,
        stamps: 0.12,
        regret: 1.5,
        fade: 0.8,
    }),
    spread: 0.4,
    weekend: 0.2,
    club_per_mille: 300,
    snack: (-0.6, 4.0),
    trial: (0.03, 1.0),
    price: 2.0,
    drinks: SWEET,
    minute: EVENING,
};

/// Looks at the price first, and waits when it was better before.
const THRIFTY: Kind = Kind {
    name: "thrifty",
    per_mille: 180,
    form: Form::Game(Game {
        pull: -2.6,
        depth: 9.0,
        habit: 1.2,
        habit_rate: 0.04,
        stamps: 0.15,
        regret: 5.0,
        fade: 0.8,
    }),
    spread: 0.4,
    weekend: -0.3,
    club_per_mille: 700,
    snack: (-1.2, 5.0),
    trial: (0.02, 1.0),
    price: 3.0,
    drinks: LIGHT,
    minute: MIDDAY,
};

/// New in town: curious at first, gone without a habit.
const CURIOUS: Kind = Kind {
    name: "curious",
    per_mille: 100,
    form: Form::Game(Game {
        pull: -3.2,
        depth: 6.5,
        habit: 3.6,
        habit_rate: 0.08,
        stamps: 0.10,
        regret: 1.0,
        fade: 0.8,
    }),
    spread: 0.4,
    weekend: 0.0,
    club_per_mille: 400,
    snack: (-0.8, 3.0),
    trial: (0.04, 1.0),
    price: 1.5,
    drinks: SWEET,
    minute: MIDDAY,
};

const GAME: &[Kind] = &[REGULAR, STEADY, LIGHTLY, THRIFTY, CURIOUS];

/// A kind whose guests come by a hazard that grows with the days since the last visit, expect what they were
/// shown last time, and feel a loss where they get less than they are used to.
const fn other(kind: Kind, other: Other) -> Kind {
    Kind { form: Form::Other(other), ..kind }
}

const OTHER: &[Kind] = &[
    other(
        REGULAR,
        Other { pull: -0.75, craving: 0.30, depth: 0.4, surprise: 0.4, loss: 1.5, adapt: 0.3, stamps: 0.02 },
    ),
    other(
        STEADY,
        Other { pull: -2.90, craving: 0.55, depth: 1.0, surprise: 1.0, loss: 2.0, adapt: 0.25, stamps: 0.06 },
    ),
    other(
        LIGHTLY,
        Other { pull: -3.60, craving: 0.45, depth: 3.6, surprise: 2.0, loss: 2.0, adapt: 0.2, stamps: 0.12 },
    ),
    other(
        THRIFTY,
        Other { pull: -3.00, craving: 0.40, depth: 3.9, surprise: 3.0, loss: 2.5, adapt: 0.3, stamps: 0.15 },
    ),
    other(
        CURIOUS,
        Other { pull: -2.90, craving: 0.10, depth: 3.0, surprise: 2.0, loss: 1.5, adapt: 0.2, stamps: 0.10 },
    ),
];

/// The same kind, unmoved by anything a shop may offer.
const fn unmoved(kind: Kind) -> Kind {
    let form = match kind.form {
        Form::Game(game) => Form::Game(Game { depth: 0.0, stamps: 0.0, regret: 0.0, ..game }),
        Form::Other(other) => {
            Form::Other(Other { depth: 0.0, surprise: 0.0, loss: 1.0, stamps: 0.0, ..other })
        }
    };
    Kind { form, snack: (kind.snack.0, 0.0), trial: (kind.trial.0, 0.0), ..kind }
}

const NULL: &[Kind] =
    &[unmoved(REGULAR), unmoved(STEADY), unmoved(LIGHTLY), unmoved(THRIFTY), unmoved(CURIOUS)];

/// Everybody alike but for what they drink and how often they come: nothing to be gained from telling them apart.
const ALIKE: &[Kind] = &[Kind { name: "alike", per_mille: 1_000, spread: 0.15, ..LIGHTLY }];

/// What a small shop knows: few kinds, few visits.
const CORNER: &[Kind] = &[
    Kind { per_mille: 150, ..REGULAR },
    Kind { per_mille: 450, ..STEADY },
    Kind { per_mille: 400, ..LIGHTLY },
];

const SHOCKS: &[Shock] = &[
    Shock::Prices { day: 56, by_bp: 1_000 },
    Shock::Season { day: 84, by: -0.25 },
    Shock::Closed { day: 112, days: 7 },
    Shock::Menu { day: 140, categories: &["кофе", "холодное", "выпечка"] },
];

/// All six.
pub const TOWNS: [Town; 6] = [
    Town { name: "fitting", guests: 500, kinds: GAME, shocks: &[] },
    Town { name: "other-form", guests: 500, kinds: OTHER, shocks: &[] },
    Town { name: "null", guests: 500, kinds: NULL, shocks: &[] },
    Town { name: "uniform", guests: 500, kinds: ALIKE, shocks: &[] },
    Town { name: "shocks", guests: 500, kinds: GAME, shocks: SHOCKS },
    Town { name: "small", guests: 300, kinds: CORNER, shocks: &[] },
];

/// The town with this name.
#[must_use]
pub fn town(name: &str) -> Option<&'static Town> {
    TOWNS.iter().find(|town| town.name == name)
}
