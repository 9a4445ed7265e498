//! What a guest brings along from an older programme and the shop owes them: points, stamps, money on an account.

use super::money::Money;
use serde::{Deserialize, Serialize};
use std::fmt;

/// What is owed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Owed {
    /// Points of the older programme, in hundredths.
    Points,
    /// Stamps on a card, whole.
    Stamps,
    /// Money that the guest has paid in, minor units.
    Money,
}

impl Owed {
    /// All kinds, in the order in which they are shown.
    pub const ALL: [Owed; 3] = [Owed::Points, Owed::Stamps, Owed::Money];

    /// The stable code.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Owed::Points => "points",
            Owed::Stamps => "stamps",
            Owed::Money => "money",
        }
    }

    /// The kind with this code.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Owed> {
        Owed::ALL.into_iter().find(|owed| owed.code() == code)
    }

    /// How many of the amount's units make one: 100 of points and money, 1 of stamps.
    #[must_use]
    pub const fn units(self) -> i64 {
        match self {
            Owed::Points | Owed::Money => 100,
            Owed::Stamps => 1,
        }
    }
}

/// So much of one kind: hundredths of points, stamps, or minor units of money.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Amount {
    /// Of what.
    pub kind: Owed,
    /// How much, in its units.
    pub amount: i64,
}

impl fmt::Display for Amount {
    /// Points and money with two decimals and a point, stamps whole.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.kind {
            Owed::Points | Owed::Money => Money(self.amount).fmt(f),
            Owed::Stamps => self.amount.fmt(f),
        }
    }
}
