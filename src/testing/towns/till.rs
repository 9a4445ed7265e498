//! What a town sees of a counter: cards at the greeting, sums at the till, cards for the next visit.

use super::form::Mind;
use super::guests::Guest;
use super::shelf::{FIRST_DAY, Shelf};
use crate::facts::basket::Item;
use crate::facts::id::OfferId;
use crate::facts::moment::{DAY_MS, Moment};
use crate::facts::offer::{Offer, Scope};

/// When a visit is, and whose.
#[derive(Debug, Clone, Copy)]
pub struct Call<'a> {
    /// The guest.
    pub guest: &'a Guest,
    /// What they carry; only the oracle looks.
    pub mind: Mind,
    /// Day of the run, from 0.
    pub day: i32,
    /// Minute of the day.
    pub minute: i64,
    /// Visits before this one.
    pub visits: u32,
}

/// A card as a guest sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shown {
    /// To choose it by.
    pub id: OfferId,
    /// What it covers.
    pub scope: Scope,
    /// Depth, basis points.
    pub depth_bp: i64,
    /// First instant at which it is no longer good.
    pub until: Moment,
}

/// One line as it was sold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SoldLine {
    /// List price, minor units.
    pub list: i64,
    /// What was paid.
    pub net: i64,
    /// The floor, where a cost is known.
    pub floor: Option<i64>,
}

/// What a sale came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sold {
    /// Line by line, as asked for.
    pub lines: Vec<SoldLine>,
    /// Cards for later visits.
    pub next: Vec<Shown>,
}

/// What a guest takes to the till.
#[derive(Debug, Clone, PartialEq)]
pub struct Wanted {
    /// The lines.
    pub items: Vec<Item>,
    /// The card they use.
    pub card: Option<Shown>,
}

/// A counter as a town drives it.
pub trait Till {
    /// Puts a shelf on sale.
    ///
    /// # Errors
    /// One sentence: what went wrong.
    fn sell_from(&mut self, shelf: &Shelf, day: i32) -> Result<(), String>;

    /// Greets the guest; gives the cards of today.
    ///
    /// # Errors
    /// One sentence: what went wrong.
    fn greet(&mut self, call: &Call<'_>) -> Result<Vec<Shown>, String>;

    /// Sells to the guest who was greeted last.
    ///
    /// # Errors
    /// One sentence: what went wrong.
    fn sell(&mut self, call: &Call<'_>, wanted: &Wanted) -> Result<Sold, String>;

    /// A week is over: a counter that learns, learns.
    ///
    /// # Errors
    /// One sentence: what went wrong.
    fn end_week(&mut self, day: i32) -> Result<(), String>;
}

impl Call<'_> {
    /// The instant of the visit; the shop stands in Minsk, three hours ahead of UTC.
    #[must_use]
    pub fn at(&self) -> Moment {
        moment(self.day, self.minute)
    }
}

impl From<&Offer> for Shown {
    fn from(offer: &Offer) -> Shown {
        Shown {
            id: offer.id.clone(),
            scope: offer.scope.clone(),
            depth_bp: offer.depth_bp,
            until: offer.until,
        }
    }
}

/// The instant of a minute on a day of the run.
#[must_use]
pub fn moment(day: i32, minute: i64) -> Moment {
    Moment(i64::from(FIRST_DAY.0 + day) * DAY_MS + (minute - 180) * 60_000)
}

/// Basis points as a fraction.
#[must_use]
#[expect(clippy::cast_precision_loss, reason = "basis points are small")]
pub fn fraction(depth_bp: i64) -> f64 {
    depth_bp as f64 / 10_000.0
}
