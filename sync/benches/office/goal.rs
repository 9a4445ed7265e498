//! A figure beside the goal it is measured against.

use serde_json::{Value, json};
use std::fmt;

/// What a figure may be.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Limit {
    /// At most so much.
    Most(f64),
    /// At least so much.
    Least(f64),
}

/// One goal.
#[derive(Debug, Clone)]
pub(crate) struct Goal {
    pub(crate) what: &'static str,
    pub(crate) unit: &'static str,
    pub(crate) found: f64,
    pub(crate) limit: Limit,
}

impl Goal {
    pub(crate) fn held(&self) -> bool {
        match self.limit {
            Limit::Most(most) => self.found <= most,
            Limit::Least(least) => self.found >= least,
        }
    }

    pub(crate) fn json(&self) -> Value {
        let (limit, most) = match self.limit {
            Limit::Most(limit) => (limit, true),
            Limit::Least(limit) => (limit, false),
        };
        json!({"what": self.what, "unit": self.unit, "found": self.found, "limit": limit, "most": most, "held": self.held()})
    }
}

impl fmt::Display for Goal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (word, limit) = match self.limit {
            Limit::Most(limit) => ("at most", limit),
            Limit::Least(limit) => ("at least", limit),
        };
        let held = if self.held() { "held" } else { "NOT HELD" };
        let (what, unit, found) = (self.what, self.unit, self.found);
        write!(f, "{what}: {found:.1} {unit}, {word} {limit:.0}: {held}")
    }
}

/// The value below which so many hundredths of the sorted values lie.
pub(crate) fn percentile(sorted: &[f64], share: usize) -> f64 {
    let last = sorted.len().saturating_sub(1);
    sorted.get((sorted.len() * share / 100).min(last)).copied().unwrap_or_default()
}
