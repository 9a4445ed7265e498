//! The game: what a guest's later visits are worth by state, how they follow, and what each template was
//! seen to bring. The counter reads tables; nothing is solved there.

use crate::facts::id::ArmId;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// How finely the evidence lets the game decide.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Level {
    /// One ranking of templates for everybody.
    Uniform,
    /// One ranking for each segment.
    Segment,
    /// A value for each guest.
    Personal,
}

impl Level {
    /// The stable code.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Level::Uniform => "uniform",
            Level::Segment => "segment",
            Level::Personal => "personal",
        }
    }
}

/// How guests of a segment follow: the chance of a visit within one step is
/// σ(alpha + beta·d + kappa·h + eta·stamps − psi·(m − d)⁺), depths and memory as fractions.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Follower {
    /// Baseline.
    pub alpha: f64,
    /// Weight of the depth that waits for the guest.
    pub beta: f64,
    /// Weight of habit, 0 to 1.
    pub kappa: f64,
    /// Weight of the share of stamps done.
    pub eta: f64,
    /// Weight of disappointment: the part of a remembered depth that is not offered.
    pub psi: f64,
}

impl Follower {
    /// The chance of a visit within one step.
    #[must_use]
    pub fn visit_chance(&self, depth: f64, habit: f64, stamps: f64, memory: f64) -> f64 {
        let missing = (memory - depth).max(0.0);
        let u = self.alpha + self.beta * depth + self.kappa * habit + self.eta * stamps - self.psi * missing;
        1.0 / (1.0 + libm::exp(-u))
    }
}

/// What the game says of one segment.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SegmentGame {
    /// How its guests follow.
    pub follower: Follower,
    /// Value of the later visits in minor units: memory by habit by stamps, stamps the fastest.
    pub values: Vec<f64>,
    /// What each template brings over an epoch, minor units, shrunk to the shop.
    pub arms: BTreeMap<ArmId, f64>,
}

/// The solved game with the evidence for it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct GameModel {
    /// The experiment whose arms it ranks.
    pub experiment: String,
    /// How finely it may decide.
    pub level: Level,
    /// Days of one step.
    pub step_days: i32,
    /// What the next step is worth today, 0 to 1.
    pub discount: f64,
    /// Part of a remembered depth that is left after a step without one.
    pub memory_decay: f64,
    /// What a unit of discount money costs beyond itself while the budget is short.
    pub budget_price: f64,
    /// Steepness of the weighting by the gap to the best, per minor unit.
    pub steepness: f64,
    /// The least probability of a feasible arm, basis points.
    pub floor_bp: i64,
    /// The most that exploring one epoch of one guest may be expected to cost, minor units.
    pub lease: f64,
    /// Depths of the memory axis, basis points, ascending from 0.
    pub memories_bp: Vec<i64>,
    /// Lower bounds of the habit axis, thousandths of visits in 30 days, ascending from 0.
    pub habits_milli: Vec<i64>,
    /// Length of the stamps axis; 1 where there is no stamp card.
    pub stamps: usize,
    /// What each template brings over an epoch, minor units: the whole shop.
    pub arms: BTreeMap<ArmId, f64>,
    /// By segment.
    pub segments: BTreeMap<String, SegmentGame>,
    /// The best exploit that was found, as a share of spend, with its 95 % upper bound.
    pub exploit: (f64, f64),
}

/// Most a guest's best exploit may gain, as a share of what they spend.
pub const EXPLOIT_MAX: f64 = 0.03;

impl GameModel {
    /// Cells of one segment's table.
    #[must_use]
    pub fn cells(&self) -> usize {
        self.memories_bp.len() * self.habits_milli.len() * self.stamps
    }

    /// Whether the numbers can be used.
    ///
    /// # Errors
    /// What is wrong, as the middle of a sentence.
    pub fn check(&self) -> Result<(), String> {
        let ascending =
            |axis: &[i64]| axis.first() == Some(&0) && axis.windows(2).all(|p| matches!(p, [a, b] if a < b));
        if !ascending(&self.memories_bp) || !ascending(&self.habits_milli) || self.stamps == 0 {
            return Err("an axis of its game does not ascend from 0".into());
        }
        let shares = [self.discount, self.memory_decay];
        if !shares.iter().all(|share| (0.0..1.0).contains(share)) {
            return Err("discount and memory of its game must be from 0 to below 1".into());
        }
        let amounts = [self.budget_price, self.steepness, self.lease];
        if !amounts.iter().all(|amount| amount.is_finite() && *amount >= 0.0) || self.step_days < 1 {
            return Err("a price, steepness, lease or step of its game is not a number from 0".into());
        }
        if !(0..=1_000).contains(&self.floor_bp) {
            return Err(format!("floor_bp of its game is {}; it must be 0 to 1000", self.floor_bp));
        }
        let finite = |arms: &BTreeMap<ArmId, f64>| !arms.is_empty() && arms.values().all(|v| v.is_finite());
        if !finite(&self.arms) {
            return Err("the arms of its game are none or not finite".into());
        }
        self.check_segments(&finite)?;
        let (gain, bound) = self.exploit;
        if !(gain.is_finite() && bound <= EXPLOIT_MAX) {
            return Err(format!(
                "the best exploit of its game gains up to {bound:.3} of what a guest spends, more than {EXPLOIT_MAX}"
            ));
        }
        Ok(())
    }

    fn check_segments(&self, finite: &dyn Fn(&BTreeMap<ArmId, f64>) -> bool) -> Result<(), String> {
        for (name, segment) in &self.segments {
            let follower = &segment.follower;
            let weights = [follower.alpha, follower.beta, follower.kappa, follower.eta, follower.psi];
            if !weights.iter().all(|weight| weight.is_finite()) || follower.beta < 0.0 || follower.psi < 0.0 {
                return Err(format!("the follower of segment {name:?} in its game is not usable"));
            }
            if segment.values.len() != self.cells() || !segment.values.iter().all(|v| v.is_finite()) {
                return Err(format!("the values of segment {name:?} in its game are not usable"));
            }
            if !finite(&segment.arms) || !segment.arms.keys().eq(self.arms.keys()) {
                return Err(format!("the arms of segment {name:?} in its game are not those of the shop"));
            }
        }
        Ok(())
    }
}
