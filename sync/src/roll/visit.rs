//! What the roll-out reads of a sale.

use kava::steps::value::History;

/// A sale for which money was taken.
#[derive(Debug, Clone, PartialEq)]
pub struct Visit {
    /// Where: the place of the shop among all.
    pub shop: usize,
    /// Day of trade, days since 1970.
    pub day: i32,
    /// What stayed after tax, cost and what was given back, minor units.
    pub kept: f64,
    /// List price, minor units.
    pub list: f64,
    /// Whether it was decided under the bundle that is looked at.
    pub is_under: bool,
    /// What was known of the guest, where one was.
    pub known: Option<Known>,
}

/// What was known of a guest, read with the bundle that is looked at.
#[derive(Debug, Clone, PartialEq)]
pub struct Known {
    /// The guest, by any number that is theirs alone.
    pub guest: usize,
    /// Whether an offer was chosen, and the guard cut it.
    pub wish: Wish,
    /// The segment that the bundle gives them.
    pub segment: String,
    /// Open days since their last visit.
    pub recency: f64,
    /// Visits in 30 days.
    pub frequency: f64,
    /// Mean receipt, minor units.
    pub receipt: f64,
    /// Depth that they remember, basis points.
    pub memory: f64,
    /// Their purchases up to this one, as the model of value sees them.
    pub history: Option<History>,
    /// Where this visit opened an epoch that was drawn by lot.
    pub opened: Option<Opened>,
}

/// What became of a wish for a discount.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Wish {
    /// There was none.
    #[default]
    None,
    /// It was granted as it was.
    Whole,
    /// The guard granted less than was wished.
    Cut,
}

/// An epoch that was opened.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Opened {
    /// The first day after it, days since 1970.
    pub until: i32,
    /// The chance to come back in it that the bundle that is looked at foretells, and the one before it.
    pub chances: [Option<f64>; 2],
}
