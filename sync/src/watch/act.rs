//! What was done at a counter, as far as the watch reads it.

use std::{collections::BTreeSet, sync::Arc};

/// Who did it: whoever was signed on, or, where nobody was, the counter itself.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Actor {
    /// By the id of the staff list.
    Barista(Arc<str>),
    /// By the counter's name.
    Counter(Arc<str>),
}

/// One thing that was done.
#[derive(Debug, Clone)]
pub struct Act {
    /// Where.
    pub shop: Arc<str>,
    /// Who.
    pub actor: Actor,
    /// When, milliseconds since 1970.
    pub at: i64,
    /// Day of trade, days since 1970.
    pub day: i32,
    /// 0 morning, 1 midday, 2 afternoon, 3 evening.
    pub daypart: u8,
    /// The receipt that it is about: a sale's own, a refund's original, the visit that was given up.
    pub receipt: Arc<str>,
    /// What.
    pub what: What,
}

/// What was done.
#[derive(Debug, Clone)]
pub enum What {
    /// Goods left the counter.
    Sale(Sale),
    /// Something was given back.
    Refund(Refund),
    /// A visit was given up before payment.
    Cancel,
}

/// A sale, for money or not.
#[derive(Debug, Clone, Default)]
pub struct Sale {
    /// Whether staff bought it.
    pub is_staff: bool,
    /// Whether nobody paid: made again, on the house, thrown away, training.
    pub is_free: bool,
    /// The guest, if known.
    pub customer: Option<Arc<str>>,
    /// How they were recognised, where the counter says it.
    pub known: Option<Known>,
    /// Lines of the order.
    pub lines: u32,
    /// Whether cash was taken.
    pub is_cash: bool,
    /// List price, minor units.
    pub list: i64,
    /// Discount, minor units.
    pub discount: i64,
    /// Lines that were taken off again before payment; nothing where none were.
    pub taken_off: u32,
}

/// How a guest was recognised.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Known {
    /// By what.
    pub by: Way,
    /// Lines that the order had then.
    pub lines: u32,
    /// Milliseconds since its first line.
    pub after_ms: i64,
}

/// By what a guest was recognised.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// Digits that were said.
    Spoken,
    /// A printed card, or one of an older programme.
    Card,
    /// Looked up at the till.
    Found,
    /// A code that a phone showed, or anything else.
    Shown,
}

impl Way {
    /// The way with this word of the record; one that is not known is none that is counted by itself.
    #[must_use]
    pub fn of(by: &str) -> Way {
        match by {
            "spoken" => Way::Spoken,
            "card" | "old_card" => Way::Card,
            "found" => Way::Found,
            _ => Way::Shown,
        }
    }
}

/// A refund.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Refund {
    /// Milliseconds since the sale, where that is known.
    pub after_ms: Option<i64>,
    /// Whether the sale was paid in cash.
    pub is_cash: bool,
}

/// Everything that is looked at together: thirty days of a chain, as a rule.
#[derive(Debug, Clone, Default)]
pub struct Acts {
    /// What was done, in any order.
    pub all: Vec<Act>,
    /// Guests with the day on which they joined at a counter.
    pub joined: BTreeSet<(Arc<str>, i32)>,
}
