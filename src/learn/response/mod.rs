//! Response: what a depth does to coming back and to what is added, learned from randomised rows only.
//!
//! May import facts and `steps::response`. Gradient-boosted trees with the depth as a feature, non-decreasing in it
//! and non-increasing in the memory of discounts; rows weigh 1 / propensity; calibrated out of sample; taken into
//! the model only where they say more than the means of the segment. Too few rows give means only, none the
//! prior, and the report says so.

#[cfg(feature = "boost")]
pub mod boost;
#[cfg(feature = "boost")]
mod calibrate;
pub mod cells;
#[cfg(feature = "boost")]
mod exam;
#[cfg(feature = "boost")]
mod grown;
pub mod measure;
#[cfg(feature = "boost")]
mod parse;
mod rows;
#[cfg(feature = "boost")]
mod trees;

pub use self::rows::{Row, Rows, Screened, WEIGHT_MAX, effective};

use self::rows::Kept;
use super::segments::Progress;
use crate::facts::models::{Cell, Prior, ResponseModel};
use crate::steps::response::{HORIZON_DAYS, Spoke, estimate};
use serde::Serialize;
use std::collections::BTreeMap;

/// Rows that are learned from, at most.
pub const ROWS_MAX: usize = 400_000;
/// Effective rows below which no trees are grown.
pub const ROWS_FOR_TREES: f64 = 500.0;
/// Effective rows at which data weighs as much as what stands behind it.
pub const N0: f64 = 200.0;
/// Segments that have a feature of their own, at most.
const SEGMENTS_MAX: usize = 12;

/// How to learn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Task {
    /// Everything random follows from it.
    pub seed: u64,
    /// Days within which a return counts.
    pub horizon_days: u32,
}

impl Task {
    /// The horizon of the counter's prior.
    #[must_use]
    pub const fn of(seed: u64) -> Task {
        Task { seed, horizon_days: HORIZON_DAYS }
    }
}

/// A model, if there is one, and what the report says.
#[derive(Debug, Clone, PartialEq)]
pub struct Fitted {
    /// The model; nothing where no row may be learned from.
    pub model: Option<ResponseModel>,
    /// Figures.
    pub report: ResponseReport,
}

/// Figures of a fit, as `kava learn --report` writes them.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct ResponseReport {
    /// Rows learned from.
    pub own_rows: usize,
    /// What they are worth with their weights (Kish).
    pub effective_n: f64,
    /// Which voice weighs most for most rows.
    pub spoke: Spoke,
    /// Area under the ROC curve of P(return), out of sample.
    pub auc: Option<f64>,
    /// Mean log loss, out of sample.
    pub log_loss: Option<f64>,
    /// The same of the segment's means.
    pub segment_log_loss: Option<f64>,
    /// Expected calibration error, out of sample.
    pub calibration_error: Option<f64>,
    /// Whether every path of every tree and every mean keeps the order in depth and memory.
    pub monotone_in_depth: bool,
    /// Qini coefficient of the deepest against the shallowest depth, a head, out of sample.
    pub qini: Option<f64>,
    /// How rows were split: `customer and time` or `customer`.
    pub split: String,
    /// Rows scored out of sample.
    pub scored: usize,
    /// Trees in the model.
    pub trees: usize,
    /// What was left out or cut.
    pub rows: Screened,
    /// Effective rows by segment.
    pub segments: BTreeMap<String, f64>,
    /// The seed.
    pub seed: u64,
    /// Why the trees, or everything, are missing, in words.
    pub why: Option<String>,
}

/// Fits what rows say. The result depends on the set of rows and the task, not on the order of the rows.
pub fn fit(rows: Rows, task: &Task, progress: Progress<'_>) -> Fitted {
    let kept = rows.keep();
    let mut report = ResponseReport {
        own_rows: kept.rows.len(),
        effective_n: effective(kept.weights.iter().copied()),
        rows: kept.screened.clone(),
        seed: task.seed,
        monotone_in_depth: true,
        ..ResponseReport::default()
    };
    if kept.rows.is_empty() {
        report.why = Some(nothing(&kept.screened));
        return Fitted { model: None, report };
    }
    let mut model = means(&kept, task);
    report.segments = model.cells.iter().map(|(name, cell)| (name.clone(), cell.effective_n)).collect();
    report.why = grow(&kept, task, &mut model, &mut report, progress).err();
    report.trees =
        [&model.returning, &model.adding].into_iter().flatten().map(|curve| curve.forest.trees.len()).sum();
    report.spoke = spoke(&kept, &model);
    match model.check() {
        Ok(()) => Fitted { model: Some(model), report },
        Err(why) => {
            report.monotone_in_depth = false;
            report.why = Some(why);
            Fitted { model: None, report }
        }
    }
}

/// Why there is no model at all.
fn nothing(screened: &Screened) -> String {
    let refused = screened.without_propensity + screened.unsound_propensity;
    match &screened.first_refused {
        None => "prior, 0 own rows: no epoch of the experiment has ended yet".into(),
        Some(first) => format!(
            "prior, 0 own rows: {refused} rows have no logged propensity between 0 and 1 (the first: {first}); \
             response learns only from what was drawn by lot"
        ),
    }
}

/// Means of the shop and of every segment.
fn means(kept: &Kept, task: &Task) -> ResponseModel {
    let mut members: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (index, row) in kept.rows.iter().enumerate() {
        members.entry(row.state.segment.as_str()).or_default().push(index);
    }
    let pick = |chosen: &[usize]| -> Cell {
        cells::cell(
            chosen.iter().filter_map(|index| Some((kept.rows.get(*index)?, *kept.weights.get(*index)?))),
        )
    };
    let everyone: Vec<usize> = (0..kept.rows.len()).collect();
    let cells: BTreeMap<String, Cell> =
        members.iter().map(|(name, chosen)| ((*name).to_owned(), pick(chosen))).collect();
    let mut largest: Vec<(&String, f64)> =
        cells.iter().map(|(name, cell)| (name, cell.effective_n)).collect();
    largest.sort_by(|a, b| b.1.total_cmp(&a.1).then_with(|| a.0.cmp(b.0)));
    let mut segments: Vec<String> =
        largest.into_iter().take(SEGMENTS_MAX).map(|(name, _)| name.clone()).collect();
    segments.sort_unstable();
    ResponseModel {
        horizon_days: task.horizon_days.max(1),
        segments,
        returning: None,
        adding: None,
        shop: pick(&everyone),
        cells,
        prior: Prior::default(),
        n0: N0,
    }
}

/// The trees, where rows carry them and they say more than the means; else why not.
#[cfg(feature = "boost")]
fn grow(
    kept: &Kept,
    task: &Task,
    model: &mut ResponseModel,
    report: &mut ResponseReport,
    progress: Progress<'_>,
) -> Result<(), String> {
    if report.effective_n < ROWS_FOR_TREES {
        return Err(format!(
            "the means speak: {:.0} effective rows, trees need {ROWS_FOR_TREES}",
            report.effective_n
        ));
    }
    trees::grow(kept, task, (model, report), progress)
}

#[cfg(not(feature = "boost"))]
fn grow(
    _kept: &Kept,
    _task: &Task,
    _model: &mut ResponseModel,
    _report: &mut ResponseReport,
    _progress: Progress<'_>,
) -> Result<(), String> {
    Err("the means speak: this program was built without the tree trainer".into())
}

/// Rows that are asked which voice weighs most, about; more would say the same.
const ASKED: usize = 20_000;

/// The voice that weighs most for most rows; on a tie the more cautious one.
fn spoke(kept: &Kept, model: &ResponseModel) -> Spoke {
    let mut counts: BTreeMap<Spoke, usize> = BTreeMap::new();
    for row in kept.rows.iter().step_by(kept.rows.len().div_ceil(ASKED).max(1)) {
        *counts.entry(estimate(Some(model), &row.state, row.depth_bp).spoke).or_default() += 1;
    }
    counts
        .into_iter()
        .max_by_key(|(spoke, count)| (*count, std::cmp::Reverse(*spoke)))
        .map_or(Spoke::Prior, |(spoke, _)| spoke)
}

/// Thousandths as a float.
#[cfg(feature = "boost")]
#[expect(clippy::cast_precision_loss, reason = "beyond 2^53 thousandths of a cup precision is of no use")]
const fn real(number: i64) -> f64 {
    number as f64
}

/// A count as a float.
#[cfg(feature = "boost")]
fn real_count(count: usize) -> f64 {
    u32::try_from(count).map_or(f64::from(u32::MAX), f64::from)
}

#[cfg(feature = "boost")]
#[cfg(test)]
#[path = "fit_tests.rs"]
mod tests;
