//! A counter's receipts beside the Z reports of its shifts. A shift belongs to the day of trade on which it was opened, so each is
//! in one day's close and in no other.

use super::{
    guess::{self, Suspect},
    pair::{Named, Pair, Why},
};
use kava::facts::moment::{BusinessDay, Moment};

/// A shift of a counter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shift {
    /// The day of trade on which it was opened.
    pub day: BusinessDay,
    /// Its first moment.
    pub opened: Moment,
    /// Its last; nothing while it is open.
    pub closed: Option<Moment>,
    /// What its Z report says; nothing while it is open.
    pub z: Option<ZSums>,
}

/// What a Z report says, minor units.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ZSums {
    /// Receipts, refunds among them, where it says how many.
    pub receipts: Option<i64>,
    /// Taken.
    pub sales: i64,
    /// Given back, above zero.
    pub refunds: i64,
}

/// A receipt or refund that a counter told of.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Rung {
    /// When.
    pub at: Moment,
    /// Its id.
    pub receipt: String,
    /// Its day of trade.
    pub day: BusinessDay,
    /// What was taken or given back, above zero.
    pub minor: i64,
    /// Whether it was given back.
    pub is_refund: bool,
    /// Whether a person said that the register has it, or the register gave it no number.
    pub is_likely: bool,
}

/// What a counter took and gave back on a day, beside its Z reports.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct BesideZ {
    /// Sales.
    pub sales: Pair,
    /// Refunds.
    pub refunds: Pair,
}

impl Shift {
    fn covers(&self, at: Moment) -> bool {
        self.opened <= at && self.closed.is_none_or(|closed| at <= closed)
    }
}

/// Puts a counter's day beside its Z reports. Shifts and receipts of neighbouring days may be among what is given.
#[must_use]
pub fn beside(day: BusinessDay, shifts: &[Shift], all: &[Rung]) -> BesideZ {
    let (mut sales, mut refunds) = (Vec::new(), Vec::new());
    for rung in all {
        let shift = shifts.iter().find(|shift| shift.covers(rung.at));
        if let Some(named) = misplaced(day, shift, rung) {
            if rung.is_refund { refunds.push(named) } else { sales.push(named) }
        }
    }
    let mut theirs = (0_i64, 0_i64);
    for shift in shifts.iter().filter(|shift| shift.day == day) {
        let Some(z) = shift.z else { continue };
        theirs = (theirs.0.saturating_add(z.sales), theirs.1.saturating_add(z.refunds));
        let of_shift: Vec<&Rung> = all.iter().filter(|rung| first_is(shifts, rung, shift)).collect();
        let (of_sales, of_refunds) = within(day, z, &of_shift);
        sales.extend(of_sales);
        refunds.extend(of_refunds);
    }
    let ours =
        |is_refund: bool| sum(all.iter().filter(|rung| rung.day == day && rung.is_refund == is_refund));
    BesideZ {
        sales: Pair::of((ours(false), theirs.0), sales),
        refunds: Pair::of((ours(true), theirs.1), refunds),
    }
}

/// Whether a receipt is of this shift: at the very moment at which one ends and another begins it is of the first.
fn first_is(shifts: &[Shift], rung: &Rung, shift: &Shift) -> bool {
    shifts.iter().find(|one| one.covers(rung.at)) == Some(shift)
}

/// A receipt whose day and shift are not of one day, or whose shift has no Z report.
fn misplaced(day: BusinessDay, shift: Option<&Shift>, rung: &Rung) -> Option<Named> {
    let (is_ours, is_theirs) =
        (rung.day == day, shift.is_some_and(|shift| shift.day == day && shift.z.is_some()));
    let why = match (is_ours, is_theirs) {
        (true, true) | (false, false) => return None,
        (false, true) => Why::OtherDay,
        (true, false) => match shift {
            None => Why::NoShift,
            Some(shift) if shift.z.is_none() => Why::ShiftOpen,
            Some(_) => Why::OtherShift,
        },
    };
    let minor = if is_theirs { rung.minor } else { -rung.minor };
    Some(Named { why, receipt: rung.receipt.clone(), minor, or: Vec::new() })
}

/// What makes the difference between a Z report and the receipts of its shift.
fn within(day: BusinessDay, z: ZSums, of_shift: &[&Rung]) -> (Vec<Named>, Vec<Named>) {
    let of = |is_refund: bool| of_shift.iter().copied().filter(move |rung| rung.is_refund == is_refund);
    let (sales, refunds) = (z.sales.saturating_sub(sum(of(false))), z.refunds.saturating_sub(sum(of(true))));
    let more = z.receipts.map(|z| z.saturating_sub(i64::try_from(of_shift.len()).unwrap_or(i64::MAX)));
    // The count speaks of sales and refunds together: it says something of either only where the other is as it should be.
    let whys = (Why::NotRungUp, Why::RungUpTwice);
    let named = |difference, is_refund, other: i64| {
        // What is of another day is named as such already.
        let suspects = suspects(of(is_refund).filter(|rung| rung.day == day));
        guess::name(difference, &suspects, whys, more.filter(|_| other == 0))
    };
    (named(sales, false, refunds), named(refunds, true, sales))
}

fn suspects<'r>(rungs: impl Iterator<Item = &'r Rung>) -> Vec<Suspect> {
    let suspect =
        |rung: &Rung| Suspect { receipt: rung.receipt.clone(), minor: rung.minor, is_likely: rung.is_likely };
    rungs.map(suspect).collect()
}

fn sum<'r>(rungs: impl Iterator<Item = &'r Rung>) -> i64 {
    rungs.fold(0_i64, |sum, rung| sum.saturating_add(rung.minor))
}

#[cfg(test)]
#[path = "zed_tests.rs"]
mod tests;
