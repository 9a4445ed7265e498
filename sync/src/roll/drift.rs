//! Drift: how far guests have moved since a bundle was made, by the population stability index of what models read of them.
//!
//! The index of two samples of one and the same population is not nothing: it is about (bins − 1)·(1/n + 1/m), and n is guests,
//! not visits, since the visits of one guest are alike. So only what is beyond the customary limit *and* beyond what chance does
//! once in a thousand looks is called moved.

use super::{milli::milli, tail::chi_squared};
use kava::learn::evaluate::log::real;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// Bins of a number: tenths of the older sample.
const BINS: usize = 10;
/// From this index on something has begun to move, and from the other on it has moved (the customary limits of credit scoring).
pub const BEGUN: f64 = 0.1;
/// See [`BEGUN`].
pub const MOVED: f64 = 0.25;
/// The normal's tail of one in a thousand.
const Z: f64 = 3.090_232;
/// Guests that each sample needs.
pub const GUESTS_MIN: usize = 50;

/// One thing read of one guest at one visit.
#[derive(Debug, Clone, PartialEq)]
pub struct Seen {
    /// The guest, by any number that is theirs alone.
    pub guest: usize,
    /// What was read.
    pub value: Value,
}

/// A number, or a name.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// A number; it falls into tenths of the older sample.
    Number(f64),
    /// A name, a bin of its own.
    Name(String),
}

/// What is said of one thing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Move {
    /// Too few guests to say anything.
    TooFew,
    /// As it was.
    Still,
    /// It has begun to move.
    Begun,
    /// It has moved.
    Moved,
}

/// How far one thing has moved.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Moved {
    /// What: `recency`, `frequency`, `receipt`, `memory`, `segment`.
    pub of: String,
    /// The index, thousandths.
    pub index_milli: i64,
    /// What chance alone exceeds once in a thousand looks, thousandths.
    pub chance_milli: i64,
    /// What is said of it.
    pub verdict: Move,
    /// Of a number: whether its mean has risen.
    pub has_risen: Option<bool>,
}

impl Moved {
    /// Whether it has moved to where nobody wants it: guests who come later or more seldom, who leave less, or who are in other
    /// segments than those that the bundle has learned. What they remember of discounts is as it is meant to be.
    #[must_use]
    pub fn is_harm(&self) -> bool {
        let is_wrong = match self.of.as_str() {
            "recency" => self.has_risen == Some(true),
            "frequency" | "receipt" => self.has_risen == Some(false),
            "segment" => true,
            _ => false,
        };
        self.verdict == Move::Moved && is_wrong
    }
}

/// Compares what was read then with what is read now.
#[must_use]
pub fn between(of: &str, then: &[Seen], now: &[Seen]) -> Moved {
    let guests = |seen: &[Seen]| seen.iter().map(|one| one.guest).collect::<BTreeSet<usize>>().len();
    let (n, m) = (guests(then), guests(now));
    let (index, bins) = stability(then, now);
    let chance = chance(bins, (n, m));
    let verdict = if n < GUESTS_MIN || m < GUESTS_MIN {
        Move::TooFew
    } else if index <= BEGUN.max(chance) {
        Move::Still
    } else if index <= MOVED.max(chance) {
        Move::Begun
    } else {
        Move::Moved
    };
    let means = [then, now].map(mean_of);
    Moved {
        of: of.to_owned(),
        index_milli: milli(index),
        chance_milli: milli(chance),
        verdict,
        has_risen: means[0].zip(means[1]).map(|(then, now)| now > then),
    }
}

/// The mean of numbers; nothing of names.
fn mean_of(seen: &[Seen]) -> Option<f64> {
    let numbers: Vec<f64> = seen.iter().filter_map(number).collect();
    (!numbers.is_empty()).then(|| numbers.iter().sum::<f64>() / real(numbers.len()))
}

const fn number(one: &Seen) -> Option<f64> {
    match one.value {
        Value::Number(x) => Some(x),
        Value::Name(_) => None,
    }
}

/// What the index of two samples of one population exceeds once in a thousand times.
fn chance(bins: usize, (n, m): (usize, usize)) -> f64 {
    if bins < 2 || n == 0 || m == 0 {
        return 0.0;
    }
    (1.0 / real(n) + 1.0 / real(m)) * chi_squared(real(bins - 1), Z)
}

/// Population stability index Σ (q − p)·ln(q / p), and its bins. Empty bins count half a visit.
fn stability(then: &[Seen], now: &[Seen]) -> (f64, usize) {
    if then.is_empty() || now.is_empty() {
        return (0.0, 0);
    }
    let edges = edges(then);
    let counted = |seen: &[Seen]| {
        let mut counts = BTreeMap::<Bin<'_>, usize>::new();
        for one in seen {
            *counts.entry(bin(&one.value, &edges)).or_default() += 1;
        }
        counts.into_iter().map(|(bin, count)| (owned(&bin), count)).collect::<BTreeMap<_, _>>()
    };
    let (old, new) = (counted(then), counted(now));
    let bins: BTreeSet<&String> = old.keys().chain(new.keys()).collect();
    let share = |counts: &BTreeMap<String, usize>, bin: &String, all: usize| {
        counts.get(bin).map_or(0.5, |count| real(*count)) / real(all)
    };
    let of = |bin: &&String| {
        let (p, q) = (share(&old, bin, then.len()), share(&new, bin, now.len()));
        (q - p) * libm::log(q / p)
    };
    (bins.iter().map(of).sum(), bins.len())
}

/// A tenth, or a name.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum Bin<'a> {
    Tenth(usize),
    Name(&'a str),
}

fn bin<'a>(value: &'a Value, edges: &[f64]) -> Bin<'a> {
    match value {
        Value::Number(x) => Bin::Tenth(edges.partition_point(|edge| edge <= x)),
        Value::Name(name) => Bin::Name(name),
    }
}

fn owned(bin: &Bin<'_>) -> String {
    match bin {
        Bin::Tenth(place) => format!("#{place}"),
        Bin::Name(name) => (*name).to_owned(),
    }
}

fn edges(then: &[Seen]) -> Vec<f64> {
    let mut sorted: Vec<f64> = then.iter().filter_map(number).collect();
    sorted.sort_by(f64::total_cmp);
    let mut edges: Vec<f64> =
        (1..BINS).filter_map(|bin| sorted.get(bin * sorted.len() / BINS).copied()).collect();
    edges.dedup();
    edges
}

#[cfg(test)]
mod tests {
    use super::*;

    fn numbers(of: impl Fn(usize) -> f64) -> Vec<Seen> {
        (0..600).map(|guest| Seen { guest, value: Value::Number(of(guest)) }).collect()
    }

    fn named(shares: [usize; 3]) -> Vec<Seen> {
        let of = |(at, count): (usize, usize)| (0..count).map(move |_| format!("segment-{at}"));
        let names = shares.into_iter().enumerate().flat_map(of);
        names.enumerate().map(|(guest, name)| Seen { guest, value: Value::Name(name) }).collect()
    }

    #[test]
    fn the_index_is_that_of_the_books() {
        // Half and half against four to one: (0.8 − 0.5)·ln 1.6 + (0.2 − 0.5)·ln 0.4.
        let moved = between("segment", &named([300, 300, 0]), &named([480, 120, 0]));
        assert_eq!((moved.index_milli, moved.verdict), (416, Move::Moved));
        let still = between("segment", &named([300, 300, 0]), &named([310, 290, 0]));
        assert_eq!((still.index_milli, still.verdict), (1, Move::Still));
        let begun = between("segment", &named([300, 300, 0]), &named([396, 204, 0]));
        assert_eq!((begun.index_milli, begun.verdict), (106, Move::Begun));
    }

    #[test]
    fn a_shift_of_numbers_is_found_and_a_new_name_too() {
        #[expect(clippy::cast_precision_loss, reason = "small")]
        let habit = |guest: usize| (guest % 97) as f64;
        assert_eq!(between("recency", &numbers(habit), &numbers(habit)).index_milli, 0);
        assert_eq!(
            between("recency", &numbers(habit), &numbers(|guest| habit(guest) + 40.0)).verdict,
            Move::Moved
        );
        assert_eq!(between("segment", &named([300, 300, 0]), &named([200, 200, 200])).verdict, Move::Moved);
    }

    #[test]
    fn few_guests_say_nothing_however_often_they_came() {
        let seen = |name: &str| -> Vec<Seen> {
            (0..5_000).map(|visit| Seen { guest: visit % 49, value: Value::Name(name.to_owned()) }).collect()
        };
        assert_eq!(between("segment", &seen("a"), &seen("b")).verdict, Move::TooFew);
        assert_eq!(between("segment", &[], &[]).verdict, Move::TooFew);
    }

    #[test]
    fn only_what_moves_to_where_nobody_wants_it_is_harm() {
        #[expect(clippy::cast_precision_loss, reason = "small")]
        let habit = |guest: usize| (guest % 97) as f64;
        for (of, up, down) in [
            ("recency", true, false),
            ("frequency", false, true),
            ("receipt", false, true),
            ("memory", false, false),
        ] {
            let moved = |by: f64| between(of, &numbers(habit), &numbers(|guest| habit(guest) + by)).is_harm();
            assert_eq!((moved(60.0), moved(-60.0), moved(0.0)), (up, down, false), "{of}");
        }
        assert!(between("segment", &named([300, 300, 0]), &named([100, 500, 0])).is_harm());
    }
}
