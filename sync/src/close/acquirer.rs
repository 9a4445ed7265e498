//! Card payments beside an acquirer's statement: rows are matched by sum and time, each at most once, and what is left over on
//! either side is the difference, name by name.

use super::{
    guess::{self, Suspect},
    pair::{Named, Pair, Why},
};
use kava::facts::moment::Moment;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// A terminal's clock and a counter's may be so far apart.
pub const WINDOW_MS: i64 = 20 * 60_000;

/// A payment by card as a counter told it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Card {
    /// When.
    pub at: Moment,
    /// Its receipt, or the refund's own id.
    pub receipt: String,
    /// Above zero taken, below given back; minor units.
    pub minor: i64,
}

/// A row of a statement.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Row {
    /// When, where it says.
    pub at: Option<Moment>,
    /// What the statement calls it.
    pub reference: String,
    /// Above zero taken, below given back; minor units.
    pub minor: i64,
}

/// What became of a statement.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Matched {
    /// The sums and what makes their difference.
    pub pair: Pair,
    /// Rows that have their receipt.
    pub matched: usize,
    /// Those of them that are known by their sum alone: their time is missing, or far from the counter's.
    pub by_sum: usize,
}

/// Matches the rows of a day with its payments. `near` are payments of neighbouring days: what the acquirer booked a day later or
/// earlier is found there.
#[must_use]
pub fn rows(cards: &[Card], rows: &[Row], near: &[Card]) -> Matched {
    let (mut cards, mut rows) = (cards.to_vec(), rows.to_vec());
    cards.sort();
    rows.sort();
    let mut sums: BTreeMap<i64, (Vec<&Card>, Vec<&Row>)> = BTreeMap::new();
    for card in &cards {
        sums.entry(card.minor).or_default().0.push(card);
    }
    for row in &rows {
        sums.entry(row.minor).or_default().1.push(row);
    }
    let mut near = Near::of(near);
    let mut done = Matched::default();
    let mut named = Vec::new();
    for (minor, (ours, theirs)) in sums {
        let of_sum = match_one_sum(&ours, &theirs);
        done.matched += of_sum.close + of_sum.far;
        done.by_sum += of_sum.far;
        named.extend(of_sum.ours.iter().map(|card| missing(card)));
        let mut doubled = of_sum.taken.iter();
        for row in of_sum.theirs {
            let (why, receipt) = match (near.take(minor, row.at), doubled.next()) {
                (Some(receipt), _) => (Why::BookedOtherDay, receipt),
                (None, Some(card)) if minor > 0 => (Why::ChargedTwice, card.receipt.clone()),
                _ => (Why::NoReceipt, row.reference.clone()),
            };
            named.push(Named { why, receipt, minor, or: Vec::new() });
        }
    }
    let ours = total(cards.iter().map(|card| card.minor));
    done.pair = Pair::of((ours, total(rows.iter().map(|row| row.minor))), named);
    done
}

/// A statement of which only the total is known.
#[must_use]
pub fn total_of(cards: &[Card], theirs: i64) -> Pair {
    let ours = total(cards.iter().map(|card| card.minor));
    let suspects = |wanted: fn(i64) -> bool| -> Vec<Suspect> {
        let of = cards.iter().filter(|card| wanted(card.minor));
        of.map(|card| Suspect {
            receipt: card.receipt.clone(),
            minor: card.minor.saturating_abs(),
            is_likely: false,
        })
        .collect()
    };
    let difference = theirs.saturating_sub(ours);
    // A refund that is not there makes their total larger, a payment that is not there makes it smaller.
    let refund = guess::name(
        difference.max(0),
        &suspects(|minor| minor < 0),
        (Why::RefundMissing, Why::RefundMissing),
        None,
    );
    let named = if refund.is_empty() {
        guess::name(difference, &suspects(|minor| minor > 0), (Why::CardMissing, Why::ChargedTwice), None)
    } else {
        refund
    };
    Pair::of((ours, theirs), named)
}

fn total(minors: impl Iterator<Item = i64>) -> i64 {
    minors.fold(0, i64::saturating_add)
}

fn missing(card: &Card) -> Named {
    let why = if card.minor < 0 { Why::RefundMissing } else { Why::CardMissing };
    Named { why, receipt: card.receipt.clone(), minor: -card.minor, or: Vec::new() }
}

/// What of one sum belongs together.
#[derive(Default)]
struct OfSum<'c> {
    /// How many were near in time, and how many had nothing but their sum.
    close: usize,
    far: usize,
    /// Payments that have their row.
    taken: Vec<&'c Card>,
    /// What is left over.
    ours: Vec<&'c Card>,
    theirs: Vec<&'c Row>,
}

/// Payments and rows of one sum, each in the order of time: as many as can be are matched within the window, then what is left
/// by the sum alone.
fn match_one_sum<'c>(cards: &[&'c Card], rows: &[&'c Row]) -> OfSum<'c> {
    let mut of_sum = OfSum::default();
    let (untimed, timed): (Vec<&Row>, Vec<&Row>) = rows.iter().copied().partition(|row| row.at.is_none());
    let mut cards = cards.iter().copied().peekable();
    let mut timed = timed.into_iter().peekable();
    while let (Some(card), Some(row)) = (cards.peek(), timed.peek()) {
        let apart = row.at.map_or(0, |at| at.0.saturating_sub(card.at.0));
        if apart < -WINDOW_MS {
            of_sum.theirs.extend(timed.next());
        } else if apart > WINDOW_MS {
            of_sum.ours.extend(cards.next());
        } else {
            of_sum.close += 1;
            of_sum.taken.extend(cards.next());
            timed.next();
        }
    }
    of_sum.ours.extend(cards);
    of_sum.theirs.extend(timed);
    of_sum.theirs.extend(untimed);
    of_sum.far = of_sum.ours.len().min(of_sum.theirs.len());
    of_sum.taken.extend(of_sum.ours.drain(..of_sum.far));
    of_sum.theirs.drain(..of_sum.far);
    of_sum.taken.sort();
    of_sum
}

/// Payments of neighbouring days, each of which explains one row at most.
struct Near<'c> {
    all: BTreeMap<i64, BTreeSet<&'c Card>>,
}

impl<'c> Near<'c> {
    fn of(cards: &'c [Card]) -> Near<'c> {
        let mut all: BTreeMap<i64, BTreeSet<&Card>> = BTreeMap::new();
        for card in cards {
            all.entry(card.minor).or_default().insert(card);
        }
        Near { all }
    }

    /// The one of this sum that is nearest in time, or the earliest where no time is known.
    fn take(&mut self, minor: i64, at: Option<Moment>) -> Option<String> {
        let of_sum = self.all.get_mut(&minor)?;
        let apart = |card: &Card| at.map_or(0, |at| at.0.saturating_sub(card.at.0).saturating_abs());
        let nearest = of_sum.iter().copied().min_by_key(|card| (apart(card), *card))?;
        of_sum.remove(nearest);
        Some(nearest.receipt.clone())
    }
}

#[cfg(test)]
#[path = "acquirer_tests.rs"]
mod tests;
