//! Rules: what is bought with something more often than chance allows.

use super::itemsets::Itemsets;
use serde::Serialize;
use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

/// A rule is used above this lift.
pub const LIFT_MIN: f64 = 1.2;
/// Share of used rules that may be chance (Benjamini & Hochberg 1995).
pub const FALSE_DISCOVERY_RATE: f64 = 0.05;

/// Whoever has all of `given` in the basket has `then` too, so often.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Rule {
    /// Items that are there, sorted; never empty.
    pub given: Vec<u16>,
    /// The item that follows.
    pub then: u16,
    /// Baskets with all of them.
    pub count: u32,
    /// Baskets with `given`.
    pub given_count: u32,
    /// Baskets with `then`.
    pub then_count: u32,
}

impl Rule {
    /// Share of the baskets that have all items.
    #[must_use]
    pub fn support(&self, baskets: usize) -> f64 {
        ratio(self.count, count(baskets))
    }

    /// Share of the baskets with `given` that have `then`.
    #[must_use]
    pub fn confidence(&self) -> f64 {
        ratio(self.count, self.given_count)
    }

    /// How many times more often than in all baskets.
    #[must_use]
    pub fn lift(&self, baskets: usize) -> f64 {
        self.confidence() / ratio(self.then_count, count(baskets))
    }
}

/// Every rule with one item on its right and at least this confidence, in the order of the itemsets. The
/// itemsets must be complete: all parts of a set stand among them.
#[must_use]
pub fn rules(sets: &Itemsets, least_confidence: f64) -> Vec<Rule> {
    let index = Index::of(sets);
    let mut found = Vec::new();
    let mut given = Vec::new();
    for (set, count) in sets.iter().filter(|(set, _)| set.len() > 1) {
        let whole = fingerprint(set);
        for then in set {
            given.clear();
            given.extend(set.iter().copied().filter(|item| item != then));
            let Some(given_count) = index.count(whole.wrapping_sub(scatter(*then)), &given) else { continue };
            if ratio(count, given_count) < least_confidence {
                continue;
            }
            let Some(then_count) = index.count(scatter(*then), std::slice::from_ref(then)) else { continue };
            found.push(Rule { given: given.clone(), then: *then, count, given_count, then_count });
        }
    }
    found
}

/// The rules that may be used: lift above [`LIFT_MIN`], and Fisher's exact test survives
/// Benjamini-Hochberg over all rules that were looked at.
#[must_use]
pub fn proven(rules: Vec<Rule>, baskets: usize) -> Vec<Rule> {
    let factorials = Factorials::up_to(baskets);
    let chances: Vec<f64> = rules.iter().map(|rule| factorials.chance(rule, baskets)).collect();
    let limit = benjamini_hochberg(&chances, FALSE_DISCOVERY_RATE);
    let kept = rules.into_iter().zip(chances);
    kept.filter(|(rule, chance)| *chance <= limit && rule.lift(baskets) > LIFT_MIN)
        .map(|(rule, _)| rule)
        .collect()
}

/// The largest of these chances that may still be called a discovery; below zero when there is none. With
/// them sorted, the last p(k) ≤ rate · k / n.
#[must_use]
pub fn benjamini_hochberg(chances: &[f64], rate: f64) -> f64 {
    let mut sorted: Vec<f64> = chances.to_vec();
    sorted.sort_by(f64::total_cmp);
    let n = sorted.len();
    let held = (1..).zip(&sorted).filter(|(k, chance)| **chance <= rate * ratio(*k, count(n)));
    held.last().map_or(-1.0, |(_, chance)| *chance)
}

/// Logarithms of factorials, for the hypergeometric distribution.
#[derive(Debug)]
pub struct Factorials(Vec<f64>);

impl Factorials {
    /// ln 0! … ln n!, summed in one order so that every machine has the same bits.
    #[must_use]
    pub fn up_to(n: usize) -> Factorials {
        let mut table = Vec::with_capacity(n + 1);
        table.push(0.0);
        // Kahan's sum: with millions of baskets the error of a plain one would be seen.
        let (mut sum, mut lost) = (0.0f64, 0.0f64);
        for number in 1..=n {
            let next = libm::log(f64::from(count(number))) - lost;
            let total = sum + next;
            lost = (total - sum) - next;
            sum = total;
            table.push(sum);
        }
        Factorials(table)
    }

    fn ln(&self, n: u32) -> f64 {
        self.0.get(n as usize).copied().unwrap_or(f64::INFINITY)
    }

    fn ln_choose(&self, n: u32, k: u32) -> f64 {
        self.ln(n) - self.ln(k) - self.ln(n.saturating_sub(k))
    }

    /// Fisher's exact test, one-sided: the probability that so many baskets or more have both sides if the
    /// sides had nothing to do with each other.
    #[must_use]
    pub fn chance(&self, rule: &Rule, baskets: usize) -> f64 {
        let (n, a, b, both) = (count(baskets), rule.given_count, rule.then_count, rule.count);
        let most = a.min(b);
        if both > most || a > n || b > n || both.saturating_add(n) < a.saturating_add(b) {
            return 1.0;
        }
        let first = self.ln_choose(a, both) + self.ln_choose(n - a, b - both) - self.ln_choose(n, b);
        let (mut term, mut sum) = (1.0f64, 1.0f64);
        for k in both..most {
            // P(k + 1) / P(k) of the hypergeometric distribution.
            let up = f64::from(a - k) * f64::from(b - k);
            let down = f64::from(k + 1) * (f64::from(n - a) - f64::from(b - k) + 1.0);
            term *= up / down;
            sum += term;
            if term < sum * 1e-17 {
                break;
            }
        }
        (libm::exp(first) * sum).min(1.0)
    }
}

/// The sets by fingerprint, so that a set without one item is found in one step.
struct Index<'a> {
    by_fingerprint: HashMap<u64, (&'a [u16], u32), BuildHasherDefault<AsItIs>>,
}

impl<'a> Index<'a> {
    fn of(sets: &'a Itemsets) -> Index<'a> {
        let mut by_fingerprint = HashMap::with_capacity_and_hasher(sets.len(), BuildHasherDefault::default());
        for (set, count) in sets.iter() {
            let mut key = fingerprint(set);
            while by_fingerprint.contains_key(&key) {
                key = key.wrapping_add(1);
            }
            by_fingerprint.insert(key, (set, count));
        }
        Index { by_fingerprint }
    }

    /// How many baskets hold this sorted set; two sets of one fingerprint stand one behind the other.
    fn count(&self, mut key: u64, set: &[u16]) -> Option<u32> {
        loop {
            let (found, count) = self.by_fingerprint.get(&key)?;
            if *found == set {
                return Some(*count);
            }
            key = key.wrapping_add(1);
        }
    }
}

/// A sum, so that a set's without one item is a subtraction.
fn fingerprint(set: &[u16]) -> u64 {
    set.iter().fold(0, |sum, item| sum.wrapping_add(scatter(*item)))
}

/// The mixing of splitmix64 (Steele, Lea & Flood 2014).
fn scatter(item: u16) -> u64 {
    let mut z = (u64::from(item) + 1).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}

/// Fingerprints are scattered already.
#[derive(Default)]
struct AsItIs(u64);

impl Hasher for AsItIs {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        self.0 = bytes.iter().fold(self.0, |sum, byte| (sum << 8) | u64::from(*byte));
    }

    fn write_u64(&mut self, number: u64) {
        self.0 = number;
    }
}

fn ratio(part: u32, of: u32) -> f64 {
    f64::from(part) / f64::from(of)
}

fn count(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}
