//! Response: how likely this guest returns, and what they add, at a depth.
//!
//! Three voices, each heard as far as it has seen rows: the fitted forest, the means of segment and shop,
//! a cautious prior. Their weights do not depend on depth or memory and none of them falls with depth or rises
//! with memory, so neither does the mixture.

pub mod moved;

use super::features::Reading;
use super::segment::VISITS_KNOWN;
use crate::facts::models::{Cell, Curve, Prior, ResponseModel, Step};
use serde::{Deserialize, Serialize};

/// What the forests see of a guest besides segments, in order.
pub const RESPONSE_FEATURES: [&str; ResponseModel::LEADING] = [
    "depth_bp",
    "memory_bp",
    "visits",
    "recency_days",
    "frequency_per_30d_milli",
    "aov_minor",
    "cadence_milli",
    "overdue_milli",
];

/// A guest at one moment as response sees them; whole numbers, so that a kept row gives the same answer.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct State {
    /// Segment.
    pub segment: String,
    /// Decayed recent depth, basis points.
    pub memory_bp: i64,
    /// Visits so far.
    pub visits: u32,
    /// Open days since the last visit.
    pub recency_days: i32,
    /// Thousandths of visits in 30 days.
    pub frequency_per_30d_milli: i64,
    /// Mean net receipt.
    pub aov_minor: i64,
    /// Mean gap between visits in thousandths of open days; 0 where there is none.
    pub cadence_milli: i64,
}

/// Which voice weighs most.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Spoke {
    /// The cautious prior.
    #[default]
    Prior,
    /// Means of the segment or the shop.
    Segment,
    /// The fitted forest.
    Model,
}

impl Spoke {
    /// Its stable name.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Spoke::Prior => "prior",
            Spoke::Segment => "segment",
            Spoke::Model => "model",
        }
    }
}

/// What is expected of a guest at one depth.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
pub struct Estimate {
    /// P(the guest returns within the horizon).
    pub p_return: f64,
    /// Margin they add, thousandths of cups.
    pub add_on: f64,
    /// Standard error of `p_return`.
    pub standard_error: f64,
    /// Standard error of `add_on`.
    pub add_on_error: f64,
    /// Which voice weighs most.
    pub spoke: Spoke,
}

/// Days within which a return counts while there is no model.
pub const HORIZON_DAYS: u32 = 28;

/// The guest as response sees them.
#[must_use]
pub fn state(reading: &Reading, segment: &str, memory_bp: i64) -> State {
    State {
        segment: segment.into(),
        memory_bp: memory_bp.max(0),
        visits: reading.visits,
        recency_days: reading.recency_days,
        frequency_per_30d_milli: reading.frequency_per_30d_milli,
        aov_minor: reading.aov_minor,
        cadence_milli: reading.cadence_milli.unwrap_or(0),
    }
}

/// The expectation at one depth; without a model the prior speaks.
#[must_use]
pub fn estimate(model: Option<&ResponseModel>, state: &State, depth_bp: i64) -> Estimate {
    let mut mix = means(model, state, depth_bp);
    if let Some(model) = model {
        let point = point(state, &model.segments, depth_bp);
        mix.hear_forests(model, model.cells.get(&state.segment), &point);
    }
    mix.estimate()
}

/// The same without the forests: what segment and shop say while menu or prices are not those that the forests
/// have learned from.
#[must_use]
pub fn estimate_by_means(model: Option<&ResponseModel>, state: &State, depth_bp: i64) -> Estimate {
    means(model, state, depth_bp).estimate()
}

fn means(model: Option<&ResponseModel>, state: &State, depth_bp: i64) -> Mix {
    let prior = model.map_or_else(Prior::default, |model| model.prior);
    let horizon = model.map_or(HORIZON_DAYS, |model| model.horizon_days);
    let mut mix = Mix::of(&prior, horizon, state, depth_bp);
    let Some(model) = model else { return mix };
    mix.hear_cell(&model.shop, model.n0, depth_bp);
    if let Some(cell) = model.cells.get(&state.segment) {
        mix.hear_cell(cell, model.n0, depth_bp);
    }
    mix
}

/// The expectation at each depth of a ladder, which ascends. What holds by construction holds here once more:
/// no step is below the one before it.
#[must_use]
pub fn sweep(model: Option<&ResponseModel>, state: &State, ladder_bp: &[i64]) -> Vec<Estimate> {
    let mut found: Vec<Estimate> = Vec::with_capacity(ladder_bp.len());
    for depth_bp in ladder_bp {
        let mut next = estimate(model, state, *depth_bp);
        if let Some(before) = found.last() {
            next.p_return = next.p_return.max(before.p_return);
            next.add_on = next.add_on.max(before.add_on);
        }
        found.push(next);
    }
    found
}

/// The point that the forests walk with: [`RESPONSE_FEATURES`], then 1 for the guest's segment among those
/// named and 0 for the others. Every value is finite.
#[must_use]
pub fn point(state: &State, segments: &[String], depth_bp: i64) -> Vec<f64> {
    let recency = i64::from(state.recency_days.max(0));
    let overdue =
        if state.cadence_milli > 0 { recency.saturating_mul(1_000_000) / state.cadence_milli } else { 0 };
    let leading: [f64; ResponseModel::LEADING] = [
        real(depth_bp),
        real(state.memory_bp),
        f64::from(state.visits),
        real(recency),
        real(state.frequency_per_30d_milli),
        real(state.aov_minor),
        real(state.cadence_milli),
        real(overdue),
    ];
    let own = segments.iter().map(|name| f64::from(u8::from(*name == state.segment)));
    leading.into_iter().chain(own).collect()
}

/// The value on the straight line of a calibration, 0 … 1 through the logistic function.
#[must_use]
pub fn probability(curve: &Curve, sum: f64) -> f64 {
    logistic(curve.intercept + curve.slope * sum)
}

/// 1 / (1 + e^-x).
#[must_use]
pub fn logistic(x: f64) -> f64 {
    1.0 / (1.0 + libm::exp(-x))
}

/// The log-odds of a probability, held away from 0 and 1.
#[must_use]
pub fn log_odds(p: f64) -> f64 {
    let p = p.clamp(1e-6, 1.0 - 1e-6);
    libm::log(p / (1.0 - p))
}

/// Voices mixed so far and the weight of each kind.
struct Mix {
    step: Step,
    weights: [f64; 3],
}

impl Mix {
    fn of(prior: &Prior, horizon_days: u32, state: &State, depth_bp: i64) -> Mix {
        let step = Step {
            depth_bp,
            p_return: prior_of_return(prior, horizon_days, state, depth_bp),
            add_on: 0.0,
            p_return_error: prior.error,
            add_on_error: 0.0,
        };
        Mix { step, weights: [1.0, 0.0, 0.0] }
    }

    fn hear_cell(&mut self, cell: &Cell, n0: f64, depth_bp: i64) {
        if let Some(step) = cell_at(cell, depth_bp) {
            self.hear(&step, share(cell.effective_n, n0), Spoke::Segment);
        }
    }

    fn hear_forests(&mut self, model: &ResponseModel, own: Option<&Cell>, point: &[f64]) {
        let (Some(returning), Some(adding), Some(cell)) = (&model.returning, &model.adding, own) else {
            return;
        };
        let errors = cell_at(cell, self.step.depth_bp).unwrap_or(self.step);
        let step = Step {
            p_return: probability(returning, returning.forest.sum(point)),
            add_on: adding.intercept + adding.slope * adding.forest.sum(point),
            ..errors
        };
        self.hear(&step, share(cell.effective_n, model.n0), Spoke::Model);
    }

    /// Mixes a voice in; errors as of independent estimates.
    fn hear(&mut self, voice: &Step, weight: f64, kind: Spoke) {
        let mix = |old: f64, new: f64| (1.0 - weight) * old + weight * new;
        let error = |old: f64, new: f64| {
            let (old, new) = ((1.0 - weight) * old, weight * new);
            libm::sqrt(old * old + new * new)
        };
        self.step.p_return = mix(self.step.p_return, voice.p_return);
        self.step.add_on = mix(self.step.add_on, voice.add_on);
        self.step.p_return_error = error(self.step.p_return_error, voice.p_return_error);
        self.step.add_on_error = error(self.step.add_on_error, voice.add_on_error);
        for (index, old) in self.weights.iter_mut().enumerate() {
            *old = (1.0 - weight) * *old + if index == kind as usize { weight } else { 0.0 };
        }
    }

    fn estimate(&self) -> Estimate {
        let [prior, segment, model] = self.weights;
        let spoke = if model >= segment.max(prior) {
            Spoke::Model
        } else if segment >= prior {
            Spoke::Segment
        } else {
            Spoke::Prior
        };
        Estimate {
            p_return: self.step.p_return,
            add_on: self.step.add_on,
            standard_error: self.step.p_return_error,
            add_on_error: self.step.add_on_error,
            spoke,
        }
    }
}

/// How much so many effective rows weigh against what stands behind them.
fn share(effective_n: f64, n0: f64) -> f64 {
    if effective_n > 0.0 && n0 > 0.0 { effective_n / (effective_n + n0) } else { 0.0 }
}

/// The means of a cell at a depth: on the straight line between the seen depths, beyond them as at the last.
/// Nothing for an empty cell.
#[must_use]
pub fn cell_at(cell: &Cell, depth_bp: i64) -> Option<Step> {
    let above = cell.steps.iter().find(|step| step.depth_bp >= depth_bp);
    let below = cell.steps.iter().rev().find(|step| step.depth_bp <= depth_bp);
    match (below, above) {
        (Some(low), Some(high)) if low.depth_bp < high.depth_bp => Some(between(low, high, depth_bp)),
        (Some(only), _) | (None, Some(only)) => Some(*only),
        (None, None) => None,
    }
}

fn between(low: &Step, high: &Step, depth_bp: i64) -> Step {
    let part = real(depth_bp - low.depth_bp) / real(high.depth_bp - low.depth_bp);
    let line = |low: f64, high: f64| low + (high - low) * part;
    Step {
        depth_bp,
        p_return: line(low.p_return, high.p_return),
        add_on: line(low.add_on, high.add_on),
        p_return_error: low.p_return_error.max(high.p_return_error),
        add_on_error: low.add_on_error.max(high.add_on_error),
    }
}

/// A guest who comes at a steady rate is back within the horizon with 1 − e^(−rate · horizon); from there
/// in log-odds.
fn prior_of_return(prior: &Prior, horizon_days: u32, state: &State, depth_bp: i64) -> f64 {
    let known = state.visits >= VISITS_KNOWN;
    let rate = if known { real(state.frequency_per_30d_milli.max(0)) / 1000.0 } else { prior.newcomer_rate };
    let back = 1.0 - libm::exp(-rate * f64::from(horizon_days) / 30.0);
    let away = real(i64::from(state.recency_days.max(0)).saturating_mul(1000));
    let overdue =
        if state.cadence_milli > 0 { libm::log((away / real(state.cadence_milli)).max(1.0)) } else { 0.0 };
    let depth = (real(depth_bp) / 10_000.0).clamp(0.0, 1.0);
    let memory = (real(state.memory_bp) / 10_000.0).clamp(0.0, 1.0);
    logistic(
        log_odds(back.clamp(0.02, 0.98)) - prior.overdue * overdue + prior.depth * depth
            - prior.memory * memory,
    )
}

#[expect(clippy::cast_precision_loss, reason = "no feature of a guest is near 2^53")]
fn real(number: i64) -> f64 {
    number as f64
}

#[cfg(test)]
#[path = "response_tests.rs"]
mod tests;
