//! Recency, frequency, money: the table of rules that many programmes run on. A baseline to be measured
//! against; nothing is drawn by lot and nothing is learned.

use super::{Situation, Wish, depth, first_reason};
use crate::facts::offer::{Reason, Scope};
use crate::facts::policy::Policy;
use serde::{Deserialize, Serialize};

/// The limits that cut guests into eight cells, and what each cell gets.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct RfmTable {
    /// Away from so many open days on.
    pub away_days: i32,
    /// Often from so many thousandths of visits in 30 days on.
    pub often_milli: i64,
    /// Rich from this mean receipt on, minor units.
    pub rich_minor: i64,
    /// Steps of the ladder above the base for guests with fewer than three visits.
    pub new: usize,
    /// Steps above the base by cell: away counts four, often two, rich one.
    pub cells: [usize; 8],
    /// Whether the depth is also good today; else it stands on the card for the next visit alone.
    pub today: bool,
}

/// Visits from which on a guest has a cell.
pub(super) const VISITS_KNOWN: u32 = 3;

impl Default for RfmTable {
    /// As such tables usually are: more for who was away and for who comes seldom, least for the regular.
    fn default() -> RfmTable {
        RfmTable {
            away_days: 14,
            often_milli: 8_000,
            rich_minor: 1_000,
            new: 1,
            cells: [1, 1, 0, 0, 2, 2, 1, 1],
            today: true,
        }
    }
}

impl RfmTable {
    /// Steps above the base for this guest.
    #[must_use]
    pub fn steps(&self, situation: &Situation) -> usize {
        let reading = &situation.reading;
        if reading.visits < VISITS_KNOWN {
            return self.new;
        }
        let cell = usize::from(reading.recency_days >= self.away_days) * 4
            + usize::from(reading.frequency_per_30d_milli >= self.often_milli) * 2
            + usize::from(reading.aov_minor >= self.rich_minor);
        self.cells.get(cell).copied().unwrap_or(0)
    }
}

/// Today's card: the cell's depth, or the base alone.
pub(super) fn cards(table: &RfmTable, situation: &Situation, policy: &Policy) -> Vec<Wish> {
    let steps = if table.today { table.steps(situation) } else { 0 };
    vec![(Scope::Basket, depth(situation, policy, steps), first_reason(situation))]
}

/// The card for the next visit, where it is deeper than the base.
pub(super) fn next(table: &RfmTable, situation: &Situation, policy: &Policy) -> Option<Wish> {
    let steps = table.steps(situation);
    (steps > 0).then(|| (Scope::Basket, depth(situation, policy, steps), Reason::NextVisit))
}
