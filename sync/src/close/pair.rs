//! Two sums that should be one, and the receipts that make their difference.

use serde::Serialize;

/// Why a receipt is in one sum and not in the other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Why {
    /// The register has not counted it.
    NotRungUp,
    /// The register has counted it twice.
    RungUpTwice,
    /// It was sold while no shift was open.
    NoShift,
    /// Its shift is open still, so no Z report has it yet.
    ShiftOpen,
    /// It is of this day, and its shift is another day's.
    OtherShift,
    /// It is of another day, and in a shift of this day.
    OtherDay,
    /// The acquirer does not have this card payment.
    CardMissing,
    /// The acquirer does not have this refund; it mostly comes a day later.
    RefundMissing,
    /// The acquirer has it on this day, the books on another.
    BookedOtherDay,
    /// The acquirer took the money twice.
    ChargedTwice,
    /// A row of the statement that no receipt is like.
    NoReceipt,
}

/// A receipt that makes a part of a difference.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Named {
    /// Why.
    pub why: Why,
    /// Its id; of a row without a receipt what the statement calls it.
    pub receipt: String,
    /// What it adds to theirs less ours, minor units.
    pub minor: i64,
    /// Others of the same sum that it could be as well.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub or: Vec<String>,
}

/// Our sum, theirs, and what is between them.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Pair {
    /// What Kava recorded, minor units.
    pub ours_minor: i64,
    /// What the other side says, minor units.
    pub theirs_minor: i64,
    /// Theirs less ours.
    pub difference_minor: i64,
    /// What makes the difference.
    pub named: Vec<Named>,
    /// What of the difference nothing explains; nothing is open where the sums are equal or every part is named.
    pub open_minor: i64,
}

impl Pair {
    /// A pair of two sums with what is known of their difference.
    #[must_use]
    pub fn of((ours_minor, theirs_minor): (i64, i64), mut named: Vec<Named>) -> Pair {
        named.sort();
        let difference_minor = theirs_minor.saturating_sub(ours_minor);
        let explained = named.iter().fold(0_i64, |sum, one| sum.saturating_add(one.minor));
        Pair {
            ours_minor,
            theirs_minor,
            difference_minor,
            named,
            open_minor: difference_minor.saturating_sub(explained),
        }
    }

    /// Whether nothing is open.
    #[must_use]
    pub const fn is_closed(&self) -> bool {
        self.open_minor == 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_open_is_what_no_receipt_explains() {
        let one = Named { why: Why::NoShift, receipt: "r".into(), minor: -450, or: Vec::new() };
        let pair = Pair::of((1_000, 500), vec![one]);
        assert_eq!((pair.difference_minor, pair.open_minor, pair.is_closed()), (-500, -50, false));
        assert!(Pair::of((7, 7), Vec::new()).is_closed());
    }
}
