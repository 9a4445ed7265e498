//! Response: how likely a guest returns, and what they add, at a depth.

use super::forest::Forest;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What was learned of how guests respond to discounts. Within it nothing falls with depth and nothing
/// rises with the memory of discounts.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ResponseModel {
    /// Days within which a return counts.
    pub horizon_days: u32,
    /// Segments that have a feature of their own in the forests, in order.
    pub segments: Vec<String>,
    /// P(return): the forest gives a log-odds. Absent where there are too few rows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub returning: Option<Curve>,
    /// Added margin, thousandths of cups.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub adding: Option<Curve>,
    /// Means by segment.
    pub cells: BTreeMap<String, Cell>,
    /// Means of the shop.
    pub shop: Cell,
    /// What speaks where nothing was seen.
    pub prior: Prior,
    /// Effective rows at which data weighs as much as what stands behind it.
    pub n0: f64,
}

/// A forest with the straight line that calibrates it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Curve {
    /// The trees.
    pub forest: Forest,
    /// Added to the scaled sum.
    pub intercept: f64,
    /// Times the sum; not below 0, so that no order turns round.
    pub slope: f64,
}

/// Means of one group of guests by depth.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Cell {
    /// Effective number of rows (Kish 1965): (Σw)² / Σw².
    pub effective_n: f64,
    /// Seen depths, ascending.
    pub steps: Vec<Step>,
}

/// Means at one depth, made non-decreasing over the depths.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Step {
    /// The depth, basis points.
    pub depth_bp: i64,
    /// Share that returned.
    pub p_return: f64,
    /// Mean added margin, thousandths of cups.
    pub add_on: f64,
    /// Standard errors of the two over bootstrap refits of the forests; where there is none, of the means.
    pub p_return_error: f64,
    /// The second.
    pub add_on_error: f64,
}

/// A cautious guess in log-odds: own rate, less for being overdue, a little for depth, less for memory.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Prior {
    /// Visits in 30 days that are assumed of a guest who was there once.
    pub newcomer_rate: f64,
    /// Log-odds lost for each natural logarithm of (time away ÷ usual gap) above 1.
    pub overdue: f64,
    /// Log-odds gained for a whole price taken off.
    pub depth: f64,
    /// Log-odds lost for a remembered whole price taken off.
    pub memory: f64,
    /// Standard error of the guess.
    pub error: f64,
}

/// Ten percent raise the odds of returning by 5 %, a remembered ten percent lower them by 5 %: what the
/// published field experiments find is not smaller, and with it no discount pays before there are own rows.
impl Default for Prior {
    fn default() -> Prior {
        Prior { newcomer_rate: 1.0, overdue: 1.0, depth: 0.5, memory: 0.5, error: 0.2 }
    }
}

impl ResponseModel {
    /// Numbers before the segments in a point of the forests.
    pub const LEADING: usize = 8;
    /// Place of the depth in a point.
    pub const DEPTH: u16 = 0;
    /// Place of the memory of discounts in a point.
    pub const MEMORY: u16 = 1;

    /// Whether the numbers can be used, and keep their order in depth and memory.
    ///
    /// # Errors
    /// What is wrong, as the middle of a sentence.
    pub fn check(&self) -> Result<(), String> {
        let whole = self.horizon_days > 0 && self.n0.is_finite() && self.n0 > 0.0;
        if !whole || !self.prior.is_sound() {
            return Err("a number of its response model is not finite or out of range".into());
        }
        for curve in [&self.returning, &self.adding].into_iter().flatten() {
            curve.check(Self::LEADING + self.segments.len())?;
        }
        for (name, cell) in
            self.cells.iter().map(|(name, cell)| (name.as_str(), cell)).chain([("shop", &self.shop)])
        {
            cell.check().map_err(|why| format!("the means of {name} in its response model {why}"))?;
        }
        Ok(())
    }
}

impl Curve {
    fn check(&self, features: usize) -> Result<(), String> {
        let forest = &self.forest;
        if !self.intercept.is_finite() || !self.slope.is_finite() || self.slope < 0.0 {
            return Err("a calibration of its response model is not finite or falls".into());
        }
        if usize::from(forest.features) != features {
            return Err(format!("a forest of its response model is not made for {features} features"));
        }
        if !forest.rising.contains(&ResponseModel::DEPTH) || !forest.falling.contains(&ResponseModel::MEMORY)
        {
            return Err("a forest of its response model promises no order in depth and memory".into());
        }
        forest.check().map_err(|why| format!("a forest of its response model cannot be used: {why}"))
    }
}

impl Cell {
    fn check(&self) -> Result<(), String> {
        if !self.effective_n.is_finite() || self.effective_n < 0.0 {
            return Err("have no effective number".into());
        }
        let sound = |step: &Step| {
            (0.0..=1.0).contains(&step.p_return)
                && step.add_on.is_finite()
                && [step.p_return_error, step.add_on_error]
                    .iter()
                    .all(|error| error.is_finite() && *error >= 0.0)
        };
        let rises = |pair: &[Step]| {
            matches!(pair, [low, high] if low.depth_bp < high.depth_bp
                && low.p_return <= high.p_return && low.add_on <= high.add_on)
        };
        if !self.steps.iter().all(sound) {
            return Err("are not finite shares and margins".into());
        }
        if !self.steps.windows(2).all(rises) {
            return Err("fall with depth".into());
        }
        Ok(())
    }
}

impl Prior {
    fn is_sound(&self) -> bool {
        [self.newcomer_rate, self.overdue, self.depth, self.memory, self.error]
            .iter()
            .all(|number| number.is_finite() && *number >= 0.0)
    }
}
