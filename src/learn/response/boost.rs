//! The tree trainer: LightGBM (Ke et al. 2017) on one thread, read back as our own flat forest.
//!
//! One thread, a fixed seed and `deterministic` give the same trees to the byte on one target and toolchain.

use super::parse;
use crate::facts::models::{Forest, Tree};
use lightgbm3::{Booster, Dataset};
use serde_json::json;

/// Points, row by row.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Points {
    /// Numbers in a point.
    pub width: usize,
    /// All points, one after the other.
    pub flat: Vec<f64>,
}

impl Points {
    /// The points one by one.
    pub fn iter(&self) -> impl Iterator<Item = &[f64]> {
        self.flat.chunks_exact(self.width.max(1))
    }
}

/// What the sum of the leaves stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Goal {
    /// The log-odds of a target of 1 among targets of 0 and 1.
    Odds,
    /// The mean of the target.
    Mean,
}

/// How trees are grown.
#[derive(Debug, Clone, PartialEq)]
pub struct Recipe {
    /// What the sum stands for.
    pub goal: Goal,
    /// Trees.
    pub trees: u32,
    /// Leaves of a tree, at most.
    pub leaves: u32,
    /// Share of what a tree has found that is kept.
    pub rate: f64,
    /// Rows in a leaf, at least.
    pub rows_min: u32,
    /// Penalty on the squares of the leaves.
    pub l2: f64,
    /// Share of rows drawn for each tree.
    pub row_share: f64,
    /// Share of features drawn for each branch.
    pub feature_share: f64,
    /// Features in which the sum must not fall.
    pub rising: Vec<u16>,
    /// Features in which it must not rise.
    pub falling: Vec<u16>,
    /// Everything drawn follows from it.
    pub seed: u64,
}

impl Recipe {
    /// Small trees that learn slowly, for some thousand noisy rows. Chosen by the log loss out of sample of the
    /// tests' made-up guests with the seeds 100 to 109, which no test uses.
    #[must_use]
    pub const fn cautious(goal: Goal) -> Recipe {
        Recipe {
            goal,
            trees: 60,
            leaves: 4,
            rate: 0.05,
            rows_min: 100,
            l2: 20.0,
            row_share: 1.0,
            feature_share: 1.0,
            rising: Vec::new(),
            falling: Vec::new(),
            seed: 1,
        }
    }
}

/// Why no forest could be grown.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TrainFault {
    /// Lengths or numbers that make no sense.
    #[error("the rows cannot be learned from: {0}")]
    Unsound(String),
    /// The trainer's own words.
    #[error("LightGBM says: {0}")]
    Trainer(String),
    /// The trees that came back are not what was asked for.
    #[error("LightGBM's trees cannot be used: {0}")]
    Trees(String),
}

/// Grows a forest. Where nothing can be told apart it is one leaf with the weighted mean.
///
/// # Errors
/// Lengths that differ, numbers that are not finite, weights not above 0, or the trainer's fault.
pub fn train(
    points: &Points,
    targets: &[f64],
    weights: &[f64],
    recipe: &Recipe,
) -> Result<Forest, TrainFault> {
    grow(points, targets, weights, recipe).map(|(forest, _)| forest)
}

/// The forest, and the trainer's own model where it had something to learn.
pub(super) fn grow(
    points: &Points,
    targets: &[f64],
    weights: &[f64],
    recipe: &Recipe,
) -> Result<(Forest, Option<Booster>), TrainFault> {
    let features = check(points, targets, weights, recipe)?;
    let empty = Forest {
        features,
        rising: recipe.rising.clone(),
        falling: recipe.falling.clone(),
        trees: Vec::new(),
    };
    if is_constant(targets) || points.iter().is_sorted_by(|a, b| a == b) {
        let leaf = constant(targets, weights, recipe.goal);
        let trees = vec![Tree { branches: Vec::new(), leaves: vec![leaf] }];
        return Ok((Forest { trees, ..empty }, None));
    }
    let booster =
        boost(points, targets, weights, recipe).map_err(|why| TrainFault::Trainer(why.to_string()))?;
    let text = booster.save_string().map_err(|why| TrainFault::Trainer(why.to_string()))?;
    let forest = Forest { trees: parse::trees(&text).map_err(TrainFault::Trees)?, ..empty };
    forest.check().map_err(TrainFault::Trees)?;
    Ok((forest, Some(booster)))
}

fn check(points: &Points, targets: &[f64], weights: &[f64], recipe: &Recipe) -> Result<u16, TrainFault> {
    let unsound = |why: &str| Err(TrainFault::Unsound(why.into()));
    let features =
        u16::try_from(points.width).map_err(|_| TrainFault::Unsound("too many features".into()))?;
    if features == 0 || targets.is_empty() || points.flat.len() != points.width * targets.len() {
        return unsound("points and targets do not belong together, or there are none");
    }
    if weights.len() != targets.len() || !weights.iter().all(|weight| weight.is_finite() && *weight > 0.0) {
        return unsound("a weight is missing or not above 0");
    }
    if !points.flat.iter().chain(targets).all(|number| number.is_finite()) {
        return unsound("a number is not finite");
    }
    if recipe.goal == Goal::Odds && !targets.iter().all(|target| (0.0..=1.0).contains(target)) {
        return unsound("a target is outside 0 … 1");
    }
    if recipe.rising.iter().chain(&recipe.falling).any(|feature| *feature >= features) {
        return unsound("an order is asked for in a feature that is not there");
    }
    Ok(features)
}

fn is_constant(targets: &[f64]) -> bool {
    targets.iter().is_sorted_by(|a, b| a.total_cmp(b).is_eq())
}

/// The weighted mean, or its log-odds.
fn constant(targets: &[f64], weights: &[f64], goal: Goal) -> f64 {
    let (sum, weight) = targets
        .iter()
        .zip(weights)
        .fold((0.0, 0.0), |(sum, all), (target, weight)| (sum + target * weight, all + weight));
    match goal {
        Goal::Mean => sum / weight,
        Goal::Odds => crate::steps::response::log_odds(sum / weight),
    }
}

fn boost(points: &Points, targets: &[f64], weights: &[f64], recipe: &Recipe) -> lightgbm3::Result<Booster> {
    let width = i32::try_from(points.width).unwrap_or(i32::MAX);
    let mut rows = Dataset::from_slice(&points.flat, &narrow(targets), width, true)?;
    rows.set_weights(&narrow(weights))?;
    let orders: Vec<&str> = (0..points.width)
        .map(|feature| match u16::try_from(feature) {
            Ok(feature) if recipe.rising.contains(&feature) => "1",
            Ok(feature) if recipe.falling.contains(&feature) => "-1",
            _ => "0",
        })
        .collect();
    let wish = json!({
        "objective": match recipe.goal { Goal::Odds => "binary", Goal::Mean => "regression" },
        "num_iterations": recipe.trees,
        "num_leaves": recipe.leaves,
        "learning_rate": recipe.rate,
        "min_data_in_leaf": recipe.rows_min,
        "lambda_l2": recipe.l2,
        "bagging_fraction": recipe.row_share,
        "bagging_freq": u8::from(recipe.row_share < 1.0),
        "feature_fraction_bynode": recipe.feature_share,
        "monotone_constraints": orders.join(","),
        "seed": recipe.seed % (1 << 31),
        "deterministic": true,
        "force_row_wise": true,
        "num_threads": 1,
        "verbosity": -1,
    });
    Booster::train(rows, &wish)
}

/// The trainer keeps targets and weights in single precision.
#[expect(clippy::cast_possible_truncation, reason = "targets and weights are known to a few digits")]
fn narrow(numbers: &[f64]) -> Vec<f32> {
    numbers.iter().map(|number| *number as f32).collect()
}

#[cfg(test)]
#[path = "boost_tests.rs"]
mod tests;
