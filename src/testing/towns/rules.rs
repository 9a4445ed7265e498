//! What a policy may do in a town, the same for all: one ladder, one guard, one published base, the personal
//! part at most the spread above it.

use super::shelf::FIRST_DAY;
use crate::facts::policy::{Policy, Status};
use crate::steps::offer::Strategy;

/// A policy to be measured: who decides, above which published base.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Candidate {
    /// Who decides.
    pub strategy: Strategy,
    /// The published base of all guests, basis points.
    pub base_bp: i64,
}

impl Candidate {
    /// The chain's rules under which it runs. Holdout and arms are the defaults: they are part of the price
    /// of learning and only weigh on policies that draw.
    #[must_use]
    pub fn policy(&self) -> Policy {
        Policy { started: Some(FIRST_DAY), ..policy(self.base_bp) }
    }

    /// What everybody knows without having been told: the depth at the next visit of a guest with so many
    /// visits, basis points, and the share of the stamp card that is done.
    #[must_use]
    pub fn published(&self, visits: u32) -> (i64, f64) {
        match self.strategy {
            // The oracle decides beside the strategies and publishes its base.
            Strategy::None => (self.base_bp, 0.0),
            Strategy::Flat(depth_bp) => (depth_bp, 0.0),
            Strategy::Stamps(card) => {
                let reward = if card.is_due(visits) { card.depth_bp.max(self.base_bp) } else { self.base_bp };
                (reward, f64::from(card.stamps(visits)) / f64::from(card.every.max(1)))
            }
            _ => (self.base_bp, 0.0),
        }
    }
}

/// The default rules with one status and this base.
#[must_use]
pub fn policy(base_bp: i64) -> Policy {
    Policy { statuses: vec![Status { name: "member".into(), from_visits: 0, base_bp }], ..Policy::default() }
}
