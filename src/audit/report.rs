//! What the audit found, and how much it looked at.

use serde::Serialize;
use std::{collections::BTreeMap, fmt};

/// One thing that does not hold.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// Which rule, a stable code; the list is in `docs/interfaces.md`.
    pub code: &'static str,
    /// The receipt, or what else it is about: `record 1/17`, `customer c-9`.
    pub receipt: String,
    /// Line of the receipt.
    pub line: Option<i64>,
    /// What should be there.
    pub expected: String,
    /// What is there.
    pub found: String,
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.code, self.receipt)?;
        if let Some(line) = self.line {
            write!(f, " line {line}")?;
        }
        write!(f, ": expected {}, found {}", self.expected, self.found)
    }
}

/// What is counted, so that a count of nothing is said too.
const COUNTED: [&str; 16] = [
    "artifacts",
    "cap_days",
    "charges",
    "customers",
    "decisions",
    "discounted_lines",
    "erased",
    "leases",
    "lines",
    "outbox",
    "owed",
    "promised",
    "receipts",
    "records",
    "refund_lines",
    "refunds",
];

/// The result of an audit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Report {
    /// How many of what were checked.
    pub checked: BTreeMap<&'static str, u64>,
    /// What does not hold, in the order it was met.
    pub findings: Vec<Finding>,
}

impl Default for Report {
    fn default() -> Report {
        Report { checked: COUNTED.into_iter().map(|what| (what, 0)).collect(), findings: Vec::new() }
    }
}

impl Report {
    /// Whether everything holds.
    #[must_use]
    pub const fn holds(&self) -> bool {
        self.findings.is_empty()
    }

    /// Counts one more thing looked at.
    pub(super) fn count(&mut self, what: &'static str) {
        *self.checked.entry(what).or_default() += 1;
    }

    /// Notes a finding about a receipt, or what else has a name.
    pub(super) fn find(
        &mut self,
        code: &'static str,
        place: impl Into<Place>,
        expected: impl fmt::Display,
        found: impl fmt::Display,
    ) {
        let Place { receipt, line } = place.into();
        let (expected, found) = (expected.to_string(), found.to_string());
        self.findings.push(Finding { code, receipt, line, expected, found });
    }

    /// Notes a finding where two numbers differ.
    pub(super) fn equal(&mut self, code: &'static str, place: impl Into<Place>, expected: i128, found: i128) {
        if expected != found {
            self.find(code, place, expected, found);
        }
    }
}

/// Where a finding is.
pub(super) struct Place {
    receipt: String,
    line: Option<i64>,
}

impl From<&str> for Place {
    fn from(receipt: &str) -> Place {
        Place { receipt: receipt.into(), line: None }
    }
}

impl From<(&str, i64)> for Place {
    fn from((receipt, line): (&str, i64)) -> Place {
        Place { receipt: receipt.into(), line: Some(line) }
    }
}
