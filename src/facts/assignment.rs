//! An assignment: the arm one customer has for one epoch, drawn once and kept, so that no refit, purchase or
//! rescan within the epoch changes it.

use super::id::{ArmId, Digest, ReceiptId};
use super::moment::BusinessDay;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The arm a customer has from a day on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Assignment {
    /// The experiment whose seed drew it.
    pub experiment: String,
    /// Who decided: `ladder`, `learned`, …
    pub decided_by: String,
    /// Number of the epoch, part of the seed.
    pub epoch: i64,
    /// First day: the day of the visit that opened the epoch.
    pub from: BusinessDay,
    /// The first day after it.
    pub until: BusinessDay,
    /// Segment on the first day.
    pub segment: String,
    /// Kept at the published base.
    pub holdout: bool,
    /// The arm.
    pub arm: ArmId,
    /// Probability of each feasible arm, basis points.
    pub probabilities_bp: BTreeMap<ArmId, i64>,
    /// The bundle that gave the probabilities.
    pub bundle: Option<Digest>,
    /// The receipt that opened the epoch; its decision holds the whole situation.
    pub receipt: ReceiptId,
}

impl Assignment {
    /// Whether it still holds on a day.
    #[must_use]
    pub fn holds_on(&self, day: BusinessDay) -> bool {
        (self.from..self.until).contains(&day)
    }
}
