//! Off-policy estimates: inverse propensity (Horvitz & Thompson 1952), its self-normalised form (Swaminathan
//! & Joachims 2015), and the cross-fitted doubly robust one (Dudík et al. 2011; Chernozhukov et al. 2018).
//!
//! Standard errors come from the influence function summed by customer, because epochs of one customer are
//! not independent.

use super::log::{Log, Plan, real};
use serde::Serialize;
use std::cell::OnceCell;
use std::collections::BTreeMap;

/// Largest weight π/e; larger ones are cut and counted.
pub const CLIP: f64 = 20.0;
/// Folds of the cross-fit.
pub const FOLDS: u64 = 5;

/// A mean with its standard error.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize)]
pub struct Measured {
    /// The estimate, minor units for each epoch.
    pub mean: f64,
    /// Its standard error.
    pub error: f64,
}

impl Measured {
    /// mean ± z·error.
    #[must_use]
    pub fn interval(self, z: f64) -> (f64, f64) {
        (self.mean - z * self.error, self.mean + z * self.error)
    }
}

/// What a plan is worth, by three estimators.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize)]
pub struct Worth {
    /// Inverse propensity.
    pub ips: Measured,
    /// Self-normalised inverse propensity.
    pub snips: Measured,
    /// Doubly robust.
    pub dr: Measured,
    /// (Σw)² / Σw² (Kish 1965).
    pub effective_n: f64,
    /// Share of rows whose weight was cut.
    pub clipped: f64,
}

/// A log with the outcomes that were expected of each arm by models which had not seen the customer.
#[derive(Debug)]
pub struct Judge<'a> {
    log: &'a Log,
    // Fitted when first asked: a log that is refused at sight costs no fit.
    expected: OnceCell<Vec<Vec<f64>>>,
}

impl<'a> Judge<'a> {
    /// A judge who will fit the outcome model in folds.
    #[must_use]
    pub const fn new(log: &'a Log) -> Judge<'a> {
        Judge { log, expected: OnceCell::new() }
    }

    /// A judge who is told the expected outcomes: for measuring how much the fitted ones lose.
    #[must_use]
    pub fn told(log: &'a Log, expected: Vec<Vec<f64>>) -> Judge<'a> {
        Judge { log, expected: OnceCell::from(expected) }
    }

    /// The log.
    #[must_use]
    pub const fn log(&self) -> &'a Log {
        self.log
    }

    /// What a plan is worth for each epoch.
    #[must_use]
    pub fn worth(&self, plan: &Plan) -> Worth {
        let weights: Vec<f64> = (0..self.log.rows.len()).map(|index| self.weight(plan, index).0).collect();
        let total: f64 = weights.iter().sum();
        let squares: f64 = weights.iter().map(|w| w * w).sum();
        let mean_weight = total / real(self.log.rows.len()).max(1.0);
        let ips = self.by_customer(|index| weights.get(index).unwrap_or(&0.0) * self.outcome(index));
        let snips_mean = if mean_weight > 0.0 { ips.mean / mean_weight } else { 0.0 };
        let snips = self.by_customer(|index| {
            let weight = weights.get(index).copied().unwrap_or(0.0);
            if mean_weight > 0.0 { weight * (self.outcome(index) - snips_mean) / mean_weight } else { 0.0 }
        });
        let clipped = (0..self.log.rows.len()).filter(|index| self.weight(plan, *index).1).count();
        Worth {
            ips,
            snips: Measured { mean: snips_mean, error: snips.error },
            dr: self.by_customer(|index| self.influence(plan, index)),
            effective_n: if squares > 0.0 { total * total / squares } else { 0.0 },
            clipped: real(clipped) / real(self.log.rows.len()).max(1.0),
        }
    }

    /// What one plan earns above another for each epoch, doubly robust.
    #[must_use]
    pub fn gain(&self, plan: &Plan, over: &Plan) -> Measured {
        self.by_customer(|index| self.influence(plan, index) - self.influence(over, index))
    }

    /// The same for the rows of one segment.
    #[must_use]
    pub fn gain_in(&self, segment: usize, plan: &Plan, over: &Plan) -> (Measured, usize) {
        let rows: Vec<usize> =
            (0..self.log.rows.len()).filter(|index| self.segment(*index) == Some(segment)).collect();
        let gain = self.of_rows(&rows, |index| self.influence(plan, index) - self.influence(over, index));
        (gain, rows.len())
    }

    /// The same with the margin before the epoch in the outcome's place: what was before cannot have been
    /// moved, so anything but nothing says that the lot was not one.
    #[must_use]
    pub fn gain_before(&self, plan: &Plan, over: &Plan) -> Measured {
        let mean = super::log::mean(self.log.rows.iter().map(|row| row.before));
        self.by_customer(|index| {
            let before = self.log.rows.get(index).map_or(0.0, |row| row.before - mean);
            (self.weight(plan, index).0 - self.weight(over, index).0) * before
        })
    }

    fn expected(&self) -> &[Vec<f64>] {
        self.expected.get_or_init(|| super::ridge::cross_fitted(self.log, FOLDS))
    }

    fn outcome(&self, index: usize) -> f64 {
        self.log.rows.get(index).map_or(0.0, |row| row.outcome)
    }

    fn segment(&self, index: usize) -> Option<usize> {
        self.log.rows.get(index).map(|row| row.segment)
    }

    /// π/e of the drawn arm, cut at [`CLIP`], and whether it was cut.
    fn weight(&self, plan: &Plan, index: usize) -> (f64, bool) {
        let Some(row) = self.log.rows.get(index) else { return (0.0, false) };
        let wished = plan.row(index).get(row.arm).copied().unwrap_or(0.0);
        let weight = if row.chance() > 0.0 { wished / row.chance() } else { 0.0 };
        (weight.min(CLIP), weight > CLIP)
    }

    /// Σ π(a)·Q(a) + π/e·(Y − Q(drawn)).
    fn influence(&self, plan: &Plan, index: usize) -> f64 {
        let (Some(row), Some(expected)) = (self.log.rows.get(index), self.expected().get(index)) else {
            return 0.0;
        };
        let direct =
            plan.row(index).iter().zip(expected).fold(0.0, |sum, (chance, value)| sum + chance * value);
        let own = expected.get(row.arm).copied().unwrap_or(0.0);
        direct + self.weight(plan, index).0 * (row.outcome - own)
    }

    fn by_customer(&self, influence: impl Fn(usize) -> f64) -> Measured {
        let rows: Vec<usize> = (0..self.log.rows.len()).collect();
        self.of_rows(&rows, influence)
    }

    /// Mean over rows with the error of sums by customer.
    fn of_rows(&self, rows: &[usize], influence: impl Fn(usize) -> f64) -> Measured {
        let count = real(rows.len());
        if rows.is_empty() {
            return Measured { mean: 0.0, error: f64::INFINITY };
        }
        let values: Vec<f64> = rows.iter().map(|index| influence(*index)).collect();
        let mean = values.iter().fold(0.0, |sum, value| sum + value) / count;
        let mut sums: BTreeMap<u64, f64> = BTreeMap::new();
        for (index, value) in rows.iter().zip(&values) {
            let customer = self.log.rows.get(*index).map_or(0, |row| row.customer);
            *sums.entry(customer).or_default() += value - mean;
        }
        let clusters = real(sums.len());
        if clusters < 2.0 {
            return Measured { mean, error: f64::INFINITY };
        }
        let squares = sums.values().fold(0.0, |sum, value| sum + value * value);
        Measured { mean, error: libm::sqrt(squares * clusters / (clusters - 1.0)) / count }
    }
}

/// Share of customers for whom two plans differ by more than a tenth in some arm.
#[must_use]
pub fn share_that_differs(log: &Log, plan: &Plan, other: &Plan) -> f64 {
    let mut differs: BTreeMap<u64, bool> = BTreeMap::new();
    for (index, row) in log.rows.iter().enumerate() {
        let apart = plan.row(index).iter().zip(other.row(index)).any(|(a, b)| (a - b).abs() > 0.1);
        *differs.entry(row.customer).or_default() |= apart;
    }
    real(differs.values().filter(|apart| **apart).count()) / real(differs.len()).max(1.0)
}
