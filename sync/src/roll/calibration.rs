//! Calibration: what a bundle foretold beside what was seen.
//!
//! Of value: on how many of the coming open days a guest buys, from their first visit of the days that are looked at on. Of
//! response: whether a guest comes back in an epoch that was opened. The bundle before foretells the same visits of the same
//! guests, so that a season that nobody foretold is not laid at the door of the newer one.

use super::{milli::milli, visit::Visit};
use kava::{facts::models::BgNbd, learn::evaluate::log::real, steps::value::expected_purchases};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// Open days for which purchases are foretold.
pub const AHEAD: usize = 5;
/// Guests below whom nothing is said.
pub const GUESTS_MIN: usize = 50;
/// So many times more or less than was foretold is off.
pub const OFF: f64 = 1.25;
/// A bundle is worse than another if it is so many times further off.
pub const WORSE: f64 = 1.1;
/// The normal's tail of one in a thousand.
const Z: f64 = 3.090_232;

/// What one guest was foretold by a bundle and by the one before it, and what was seen of them.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Foretold {
    /// By the bundle that is looked at.
    pub now: f64,
    /// By the one before it, where there was one.
    pub before: Option<f64>,
    /// What was seen.
    pub seen: f64,
}

/// What is said.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Truth {
    /// Too few guests, or no model.
    TooFew,
    /// As foretold, as far as can be told.
    Holds,
    /// Off.
    Off,
    /// Off, and the bundle before is less so.
    WorseThanBefore,
}

/// How true a bundle foretells.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Calibration {
    /// Guests.
    pub guests: usize,
    /// All that was foretold, thousandths.
    pub foretold_milli: i64,
    /// All that was seen, thousandths.
    pub seen_milli: i64,
    /// Seen over foretold with its interval, which holds with 998 in a thousand: low, middle, high, thousandths.
    pub ratio_milli: [i64; 3],
    /// Seen over what the bundle before foretold, thousandths.
    pub before_milli: Option<i64>,
    /// What is said.
    pub verdict: Truth,
}

/// Judges what was foretold.
#[must_use]
pub fn of(all: &[Foretold]) -> Calibration {
    let sum = |of: &dyn Fn(&Foretold) -> f64| all.iter().map(of).sum::<f64>();
    let (foretold, seen) = (sum(&|one| one.now), sum(&|one| one.seen));
    let is_whole = all.iter().all(|one| one.before.is_some());
    let before = sum(&|one| one.before.unwrap_or(0.0));
    let spread = libm::sqrt(sum(&|one| (one.seen - one.now) * (one.seen - one.now)));
    let over = |x: f64, y: f64| if y > 0.0 { x / y } else { 1.0 };
    let ratio = over(seen, foretold);
    let (low, high) = (over((seen - Z * spread).max(0.0), foretold), over(seen + Z * spread, foretold));
    let before = (is_whole && before > 0.0).then(|| over(seen, before));
    let off = |ratio: f64| libm::fabs(libm::log(ratio.max(1e-3)));
    let verdict = if all.len() < GUESTS_MIN || foretold <= 0.0 {
        Truth::TooFew
    } else if low <= OFF && high >= 1.0 / OFF {
        Truth::Holds
    } else if before.is_some_and(|before| off(ratio) - off(before) > libm::log(WORSE)) {
        Truth::WorseThanBefore
    } else {
        Truth::Off
    };
    Calibration {
        guests: all.len(),
        foretold_milli: milli(foretold),
        seen_milli: milli(seen),
        ratio_milli: [milli(low), milli(ratio), milli(high)],
        before_milli: before.map(milli),
        verdict,
    }
}

/// On how many of the next open days each guest buys, from their first visit since a day on. Visits in the order of days; what
/// lies too near to the last day is not over.
#[must_use]
pub fn purchases(visits: &[Visit], since: i32, models: [Option<&BgNbd>; 2]) -> Vec<Foretold> {
    let [Some(now), before] = models else { return Vec::new() };
    let mut open = BTreeMap::<usize, BTreeSet<i32>>::new();
    let mut came = BTreeMap::<(usize, usize), BTreeSet<i32>>::new();
    for visit in visits.iter().filter(|visit| visit.day >= since) {
        open.entry(visit.shop).or_default().insert(visit.day);
        if let Some(known) = &visit.known {
            came.entry((visit.shop, known.guest)).or_default().insert(visit.day);
        }
    }
    let mut all = BTreeMap::<(usize, usize), Foretold>::new();
    for visit in visits.iter().filter(|visit| visit.day >= since) {
        let Some(known) = &visit.known else { continue };
        let place = (visit.shop, known.guest);
        let (Some(history), Some(days), Some(own)) =
            (&known.history, open.get(&visit.shop), came.get(&place))
        else {
            continue;
        };
        // A guest is counted from their first visit, whatever came of it.
        let is_first = own.first() == Some(&visit.day);
        let Some(until) = days.range(visit.day + 1..).nth(AHEAD - 1).filter(|_| is_first) else { continue };
        let seen = own.range(visit.day + 1..=*until).count();
        let ahead = real(AHEAD);
        all.entry(place).or_insert_with(|| Foretold {
            now: expected_purchases(now, history, ahead),
            before: before.map(|model| expected_purchases(model, history, ahead)),
            seen: real(seen),
        });
    }
    all.into_values().collect()
}

/// Whether guests came back in epochs that were opened since a day and are over on another.
#[must_use]
pub fn returns(visits: &[Visit], (since, today): (i32, i32)) -> Vec<Foretold> {
    let mut came = BTreeMap::<usize, BTreeSet<i32>>::new();
    for (visit, known) in visits.iter().filter_map(|visit| Some((visit, visit.known.as_ref()?))) {
        came.entry(known.guest).or_default().insert(visit.day);
    }
    let of = |visit: &Visit| {
        let known = visit.known.as_ref()?;
        let opened = known.opened.filter(|opened| visit.day >= since && opened.until <= today)?;
        let [Some(now), before] = opened.chances else { return None };
        let back = came.get(&known.guest)?.range(visit.day + 1..opened.until).next().is_some();
        Some(Foretold { now, before, seen: f64::from(u8::from(back)) })
    };
    visits.iter().filter_map(of).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Guests of whom every other came, foretold by these chances.
    fn half_came(guests: usize, now: f64, before: Option<f64>) -> Calibration {
        let all: Vec<Foretold> = (0..guests)
            .map(|guest| Foretold { now, before, seen: f64::from(u8::from(guest % 2 == 0)) })
            .collect();
        of(&all)
    }

    #[test]
    fn what_is_foretold_right_holds_and_what_is_off_is_said() {
        let table = [
            (400, 0.5, Some(0.5), Truth::Holds),
            (400, 0.45, Some(0.5), Truth::Holds),
            (400, 0.9, Some(0.5), Truth::WorseThanBefore),
            (400, 0.2, Some(0.5), Truth::WorseThanBefore),
            (400, 0.9, Some(0.92), Truth::Off),
            (400, 0.9, None, Truth::Off),
            (49, 0.9, None, Truth::TooFew),
            (60, 0.38, None, Truth::Holds),
            (400, 0.0, None, Truth::TooFew),
        ];
        for (guests, now, before, expected) in table {
            let found = half_came(guests, now, before);
            assert_eq!(found.verdict, expected, "{guests} guests at {now}: {found:?}");
        }
        assert_eq!(half_came(400, 0.5, None).ratio_milli[1], 1_000);
    }

    #[test]
    fn an_interval_holds_its_middle_and_narrows_with_guests() {
        let width = |guests| {
            let [low, middle, high] = half_came(guests, 0.4, None).ratio_milli;
            assert!(low <= middle && middle <= high);
            high - low
        };
        assert!(width(100) > width(1_000) && width(1_000) > width(10_000));
    }
}
