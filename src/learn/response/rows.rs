//! Rows: what was tried on whom with which chance, and what came of it.

use crate::facts::id::{ArmId, CustomerId};
use crate::facts::moment::BusinessDay;
use crate::steps::response::State;
use serde::Serialize;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;

/// One customer's epoch: the arm that was drawn when it began, and what came of it until it ended. Today's
/// purchase counts too, and whether a card was taken is never asked.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// Who.
    pub customer: CustomerId,
    /// Number of the customer's epoch.
    pub epoch: i64,
    /// Day on which the arm was drawn.
    pub began: BusinessDay,
    /// The guest when the arm was drawn.
    pub state: State,
    /// The arm.
    pub arm: ArmId,
    /// The depth that the arm stands for, basis points.
    pub depth_bp: i64,
    /// Logged probability of this arm, above 0 and at most 1. Imports, campaigns and what a person granted
    /// have none, and never train response.
    pub propensity: Option<f64>,
    /// Contribution margin over the epoch after discounts, thousandths of cups.
    pub outcome: i64,
    /// Came back within the horizon.
    pub returned: bool,
    /// Margin that a day with a purchase brought, on average, beyond what the guest likely takes, thousandths of cups.
    pub add_on: i64,
}

/// Weights above this are cut: a rare arm must not outshout the others.
pub const WEIGHT_MAX: f64 = 20.0;

/// Rows that may be learned from, in one order, with their weights.
#[derive(Debug, Clone, Default)]
pub(super) struct Kept {
    /// By customer, then epoch.
    pub rows: Vec<Row>,
    /// 1 / propensity, at most [`WEIGHT_MAX`].
    pub weights: Vec<f64>,
    /// What was left out or cut.
    pub screened: Screened,
}

/// What was left out or cut before anything was learned.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Screened {
    /// Rows offered.
    pub offered: usize,
    /// Rows without a propensity: refused.
    pub without_propensity: usize,
    /// Rows with a propensity outside 0 … 1: refused.
    pub unsound_propensity: usize,
    /// The first refused row, by customer and epoch.
    pub first_refused: Option<String>,
    /// Rows left out because there are more than are learned from; whole customers, by a hash.
    pub beyond_limit: usize,
    /// Rows whose weight was cut.
    pub clipped: usize,
    /// Largest weight before the cut.
    pub heaviest: f64,
}

impl Screened {
    fn refuse(&mut self, row: &Row) {
        let name = format!("customer {}, epoch {}", row.customer, row.epoch);
        if self.first_refused.as_ref().is_none_or(|first| name < *first) {
            self.first_refused = Some(name);
        }
    }
}

/// Rows as they come, in any order and bounded memory: beyond the limit the customers whose hash comes last make
/// room.
#[derive(Debug, Clone)]
pub struct Rows {
    limit: usize,
    seed: u64,
    held: usize,
    by_hash: BTreeMap<(u64, CustomerId), Vec<Row>>,
    screened: Screened,
}

impl Rows {
    /// None yet; the seed decides whose rows make room.
    #[must_use]
    pub fn new(seed: u64) -> Rows {
        Rows::within(super::ROWS_MAX, seed)
    }

    pub(super) fn within(limit: usize, seed: u64) -> Rows {
        Rows { limit, seed, held: 0, by_hash: BTreeMap::new(), screened: Screened::default() }
    }

    /// Whether a row of this customer would stay if it came now. One that would not need not be made; it is to be
    /// told of by [`Rows::pass_over`].
    #[must_use]
    pub fn has_room_for(&self, customer: &CustomerId) -> bool {
        let last = self.by_hash.last_key_value().map(|(place, _)| place);
        self.held < self.limit
            || last.is_none_or(|last| (hash(customer, self.seed), customer) <= (last.0, &last.1))
    }

    /// Counts a row that there is no room for.
    pub const fn pass_over(&mut self) {
        self.screened.offered += 1;
        self.screened.beyond_limit += 1;
    }

    /// Takes a row, or refuses it where no lot was drawn.
    pub fn add(&mut self, row: Row) {
        self.screened.offered += 1;
        match row.propensity {
            Some(chance) if chance > 0.0 && chance <= 1.0 => {}
            Some(_) => {
                self.screened.unsound_propensity += 1;
                return self.screened.refuse(&row);
            }
            None => {
                self.screened.without_propensity += 1;
                return self.screened.refuse(&row);
            }
        }
        let place = (hash(&row.customer, self.seed), row.customer.clone());
        self.by_hash.entry(place).or_default().push(row);
        self.held += 1;
        while self.held > self.limit && self.by_hash.len() > 1 {
            let dropped = self.by_hash.pop_last().map_or(0, |(_, rows)| rows.len());
            self.screened.beyond_limit += dropped;
            self.held -= dropped;
        }
    }

    /// Those that began before a day.
    #[must_use]
    pub fn before(&self, day: BusinessDay) -> Rows {
        let mut before = Rows::within(self.limit, self.seed);
        self.by_hash.values().flatten().filter(|row| row.began < day).for_each(|row| before.add(row.clone()));
        before
    }

    /// All that were kept, in one order, with their weights.
    pub(super) fn keep(self) -> Kept {
        let mut screened = self.screened;
        let mut rows: Vec<Row> = self.by_hash.into_values().flatten().collect();
        rows.sort_by(|a, b| {
            (&a.customer, a.epoch, a.began, &a.arm).cmp(&(&b.customer, b.epoch, b.began, &b.arm))
        });
        let mut weights = Vec::with_capacity(rows.len());
        for row in &rows {
            let weight = 1.0 / row.propensity.unwrap_or(1.0);
            screened.clipped += usize::from(weight > WEIGHT_MAX);
            screened.heaviest = screened.heaviest.max(weight);
            weights.push(weight.min(WEIGHT_MAX));
        }
        Kept { rows, weights, screened }
    }
}

/// A customer's stable place for draws.
pub(super) fn hash(customer: &CustomerId, seed: u64) -> u64 {
    let digest = Sha256::new().chain_update(customer.as_str()).chain_update(seed.to_be_bytes()).finalize();
    digest.iter().take(8).fold(0, |sum, byte| (sum << 8) | u64::from(*byte))
}

/// The number of equal rows that weighted ones are worth (Kish 1965): (Σw)² / Σw².
#[must_use]
pub fn effective(weights: impl IntoIterator<Item = f64>) -> f64 {
    let (sum, squares) = weights
        .into_iter()
        .fold((0.0, 0.0), |(sum, squares), weight| (sum + weight, squares + weight * weight));
    if squares > 0.0 { sum * sum / squares } else { 0.0 }
}
