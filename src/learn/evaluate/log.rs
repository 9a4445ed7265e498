//! The experiment's log as numbers: one row for each customer and epoch.

use crate::facts::id::ArmId;

/// How many things about a guest the outcome model sees.
pub const FEATURES: usize = 5;

/// One customer's epoch.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// The customer: rows of one customer are not independent.
    pub customer: u64,
    /// First day of the epoch.
    pub day: i32,
    /// Which segment, an index into [`Log::segments`].
    pub segment: usize,
    /// The arm that was drawn, an index into [`Log::arms`].
    pub arm: usize,
    /// Probability with which each arm would have been drawn; 0 for those that were not feasible.
    pub chances: Vec<f64>,
    /// Contribution margin over the epoch, minor units.
    pub outcome: f64,
    /// Contribution margin over as many days before it, minor units.
    pub before: f64,
    /// What was known of the guest on the first day.
    pub known: [f64; FEATURES],
    /// Cost of what was sold in the epoch, minor units.
    pub cost: f64,
    /// The cost of the same goods by the menu that prices the candidate.
    pub cost_by_menu: f64,
    /// Share of the list price that was taken off in the epoch.
    pub discount_share: f64,
}

impl Row {
    /// The probability of the arm that was drawn.
    #[must_use]
    pub fn chance(&self) -> f64 {
        self.chances.get(self.arm).copied().unwrap_or(0.0)
    }
}

/// All rows of one experiment.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Log {
    /// Names of the arms.
    pub arms: Vec<ArmId>,
    /// Steps that each arm gives on what a guest buys anyway.
    pub generosity: Vec<f64>,
    /// Names of the segments.
    pub segments: Vec<String>,
    /// The rows.
    pub rows: Vec<Row>,
}

impl Log {
    /// The same log with the rows that pass.
    #[must_use]
    pub fn only(&self, passes: impl Fn(&Row) -> bool) -> Log {
        let rows = self.rows.iter().filter(|row| passes(row)).cloned().collect();
        Log {
            rows,
            arms: self.arms.clone(),
            generosity: self.generosity.clone(),
            segments: self.segments.clone(),
        }
    }

    /// Mean outcome, minor units; 0 without rows.
    #[must_use]
    pub fn mean_outcome(&self) -> f64 {
        mean(self.rows.iter().map(|row| row.outcome))
    }

    /// Number of different customers.
    #[must_use]
    pub fn customers(&self) -> usize {
        self.rows.iter().map(|row| row.customer).collect::<std::collections::BTreeSet<_>>().len()
    }
}

/// What a policy does in each row: the probability of each arm, row by row.
#[derive(Debug, Clone, PartialEq)]
pub struct Plan {
    width: usize,
    chances: Vec<f64>,
}

impl Plan {
    /// A plan from a function of the row that gives one probability for each arm.
    pub fn of(log: &Log, mut chances_of: impl FnMut(&Row) -> Vec<f64>) -> Plan {
        let width = log.arms.len();
        let mut chances = Vec::with_capacity(width * log.rows.len());
        for row in &log.rows {
            let mut own = chances_of(row);
            own.resize(width, 0.0);
            chances.extend(own);
        }
        Plan { width, chances }
    }

    /// The plan that always draws one arm.
    #[must_use]
    pub fn always(log: &Log, arm: usize) -> Plan {
        Plan::of(log, |_| one_hot(log.arms.len(), arm))
    }

    /// The plan that did draw the rows.
    #[must_use]
    pub fn logged(log: &Log) -> Plan {
        Plan::of(log, |row| row.chances.clone())
    }

    /// Probabilities in one row.
    #[must_use]
    pub fn row(&self, index: usize) -> &[f64] {
        self.chances.get(index * self.width..(index + 1) * self.width).unwrap_or_default()
    }
}

/// All weight on one arm.
#[must_use]
pub fn one_hot(width: usize, arm: usize) -> Vec<f64> {
    (0..width).map(|other| if other == arm { 1.0 } else { 0.0 }).collect()
}

/// Mean; 0 of nothing.
pub fn mean(numbers: impl IntoIterator<Item = f64>) -> f64 {
    let (sum, count) = numbers.into_iter().fold((0.0, 0usize), |(sum, count), x| (sum + x, count + 1));
    if count == 0 { 0.0 } else { sum / real(count) }
}

/// A count as a number.
#[must_use]
#[expect(clippy::cast_precision_loss, reason = "counts of rows are far below 2^53")]
pub const fn real(count: usize) -> f64 {
    count as f64
}
