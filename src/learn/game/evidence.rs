//! Evidence: ended epochs with the situation that opened them, and the same as rows of a log.

use crate::facts::arm::Arm;
use crate::facts::assignment::Assignment;
use crate::facts::policy::Policy;
use crate::learn::evaluate::log::{FEATURES, Log, Row, real};
use crate::learn::evaluate::programme::Month;
use crate::steps::game::share;
use crate::steps::offer::Situation;
use std::collections::BTreeSet;

/// One ended epoch.
#[derive(Debug, Clone, PartialEq)]
pub struct Epoch {
    /// The customer.
    pub customer: u64,
    /// What was drawn.
    pub assignment: Assignment,
    /// What was known when it was drawn.
    pub situation: Situation,
    /// Contribution in the epoch, minor units.
    pub outcome: f64,
    /// Contribution in as many days before, minor units.
    pub before: f64,
    /// List price of what was sold in the epoch, minor units.
    pub list: f64,
    /// Discount in the epoch, minor units.
    pub discount: f64,
    /// Cost of what was sold, and the same by the menu of now.
    pub costs: (f64, f64),
    /// Whether the guest came back within the epoch.
    pub returned: bool,
}

impl Epoch {
    /// The epoch as the programme is judged by it.
    #[must_use]
    pub const fn month(&self) -> Month {
        let Epoch { customer, outcome, before, .. } = *self;
        Month { customer, from: self.assignment.from.0, outcome, before }
    }
}

/// Epochs beyond which only every other customer is kept, then every fourth, and so on.
pub const EPOCHS_MAX: usize = 200_000;

/// Ended epochs of one experiment.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Evidence {
    /// Drawn by lot, in the order in which they were added.
    pub epochs: Vec<Epoch>,
    /// Guests kept at the published base.
    pub holdout: Vec<Month>,
    /// Each customer of so many is kept.
    thinned: u64,
}

impl Evidence {
    /// Whether an epoch would be kept; one that would not need not be read.
    #[must_use]
    pub fn wants(&self, customer: u64, assignment: &Assignment, policy: &Policy) -> bool {
        assignment.experiment == policy.experiment && self.keeps(customer)
    }

    /// Adds an epoch if it is of this experiment and its arm was drawn by lot. Beyond [`EPOCHS_MAX`] a share
    /// of customers is kept, chosen by a hash, so that memory is bounded whatever the shop's size.
    pub fn add(&mut self, epoch: Epoch, policy: &Policy) {
        if !self.wants(epoch.customer, &epoch.assignment, policy) {
            return;
        }
        if epoch.assignment.holdout {
            self.holdout.push(epoch.month());
            return;
        }
        if policy.arms.iter().any(|arm| arm.id == epoch.assignment.arm) {
            self.epochs.push(epoch);
        }
        if self.epochs.len() > EPOCHS_MAX {
            self.thinned = self.thinned.max(1) * 2;
            let thinned = self.thinned;
            self.epochs.retain(|epoch| spread(epoch.customer).is_multiple_of(thinned));
        }
    }

    fn keeps(&self, customer: u64) -> bool {
        self.thinned <= 1 || spread(customer).is_multiple_of(self.thinned)
    }

    /// Names of the segments, in order.
    #[must_use]
    pub fn segments(&self) -> Vec<String> {
        let names: BTreeSet<&String> = self.epochs.iter().map(|epoch| &epoch.assignment.segment).collect();
        names.into_iter().cloned().collect()
    }

    /// The epochs as rows; row number i is epoch number i.
    #[must_use]
    pub fn log(&self, policy: &Policy) -> Log {
        let segments = self.segments();
        let rows = self.epochs.iter().map(|epoch| row(epoch, policy, &segments)).collect();
        Log {
            arms: policy.arms.iter().map(|arm| arm.id.clone()).collect(),
            generosity: policy.arms.iter().map(|arm| real(arm.generosity())).collect(),
            segments,
            rows,
        }
    }

    /// The epochs that pass.
    #[must_use]
    pub fn only(&self, passes: impl Fn(&Epoch) -> bool) -> Evidence {
        Evidence {
            epochs: self.epochs.iter().filter(|epoch| passes(epoch)).cloned().collect(),
            holdout: Vec::new(),
            thinned: self.thinned,
        }
    }
}

fn spread(customer: u64) -> u64 {
    customer.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 32
}

fn row(epoch: &Epoch, policy: &Policy, segments: &[String]) -> Row {
    let assignment = &epoch.assignment;
    let place = |arm: &Arm| arm.id == assignment.arm;
    let reading = &epoch.situation.reading;
    let known: [f64; FEATURES] = [
        ln(reading.frequency_per_30d_milli),
        ln(reading.aov_minor),
        ln(i64::from(reading.recency_days)),
        share(epoch.situation.memory_bp.unwrap_or(0)),
        ln(i64::from(reading.visits)),
    ];
    let chance = |arm: &Arm| share(assignment.probabilities_bp.get(&arm.id).copied().unwrap_or(0));
    Row {
        customer: epoch.customer,
        day: assignment.from.0,
        segment: segments.iter().position(|name| *name == assignment.segment).unwrap_or(0),
        arm: policy.arms.iter().position(place).unwrap_or(0),
        chances: policy.arms.iter().map(chance).collect(),
        outcome: epoch.outcome,
        before: epoch.before,
        known,
        cost: epoch.costs.0,
        cost_by_menu: epoch.costs.1,
        discount_share: if epoch.list > 0.0 { epoch.discount / epoch.list } else { 0.0 },
    }
}

#[expect(clippy::cast_precision_loss, reason = "counts and minor units of one guest")]
fn ln(number: i64) -> f64 {
    libm::log1p(number.max(0) as f64)
}
