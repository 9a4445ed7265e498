//! The stamp card: every n-th visit has a depth of its own, the same rule for everybody. A baseline to be
//! measured against. "Free" would be below the floor: the guard gives what the ladder and the floor leave.

use super::{Situation, Wish, base_cards};
use crate::facts::offer::{Reason, Scope};
use crate::facts::policy::Policy;
use serde::{Deserialize, Serialize};

/// A card with so many fields.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct StampCard {
    /// The reward is on every visit with this number.
    pub every: u32,
    /// Its depth, basis points; the ladder's next lower rung is wished.
    pub depth_bp: i64,
}

impl Default for StampCard {
    /// The tenth visit at the ladder's usual top.
    fn default() -> StampCard {
        StampCard { every: 10, depth_bp: 3_000 }
    }
}

impl StampCard {
    /// Stamps on the card after so many visits.
    #[must_use]
    pub const fn stamps(&self, visits: u32) -> u32 {
        match visits.checked_rem(self.every) {
            Some(stamps) => stamps,
            None => 0,
        }
    }

    /// Whether the visit after so many visits is the rewarded one.
    #[must_use]
    pub const fn is_due(&self, visits: u32) -> bool {
        self.every > 0 && self.stamps(visits) == self.every - 1
    }
}

/// The reward where it is due, else the base.
pub(super) fn cards(card: &StampCard, situation: &Situation, policy: &Policy) -> Vec<Wish> {
    let mut cards = base_cards(situation, policy);
    if card.is_due(situation.reading.visits) {
        cards.insert(0, (Scope::Basket, policy.rung(card.depth_bp), Reason::StampCard));
    }
    cards
}
