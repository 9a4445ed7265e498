//! Exam: every row that counts is scored by forests that have seen neither its customer nor its time.

use super::boost::TrainFault;
use super::calibrate::{self, Line, Seen};
use super::cells::cell;
use super::grown::{Grown, Sample};
use super::measure::{self, Scored};
use super::rows::hash;
use crate::facts::models::Cell;
use crate::steps::response::{cell_at, logistic, point};
use serde::Serialize;
use std::collections::BTreeMap;

/// Groups of customers; each is scored by forests grown on the others.
const FOLDS: u64 = 4;
/// Share of rows, by day, that forests are grown on.
const EARLY_SHARE: f64 = 0.6;
/// Share of rows that must come later for a split by time to say something.
const LATE_SHARE_MIN: f64 = 0.2;

/// What the exam found.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub(super) struct Marks {
    /// How rows were split: `customer and time`, or `customer` where all began within a short time.
    pub split: String,
    /// Rows scored.
    pub rows: usize,
    /// Area under the ROC curve of P(return).
    pub auc: Option<f64>,
    /// Mean log loss of the calibrated forest, calibrated on other customers.
    pub log_loss: Option<f64>,
    /// Mean log loss of the segment's means.
    pub segment_log_loss: Option<f64>,
    /// Expected calibration error over ten groups.
    pub calibration_error: Option<f64>,
    /// Qini coefficient of deepest against shallowest depth, a head.
    pub qini: Option<f64>,
}

/// Marks and the lines that calibrate.
pub(super) struct Examined {
    pub marks: Marks,
    pub returning: Line,
    pub adding: Line,
}

/// One scored row.
struct Answer {
    row: usize,
    odds: f64,
    added: f64,
    by_segment: f64,
    /// Odds at the deepest depth less odds at the shallowest.
    uplift: f64,
}

pub(super) fn examine(
    sample: &Sample<'_>,
    seed: u64,
    progress: &mut dyn FnMut(usize, usize),
) -> Result<Examined, TrainFault> {
    let cut = cut(sample);
    let folds: Vec<u64> = sample.rows.iter().map(|row| hash(&row.customer, seed) % FOLDS).collect();
    let mut answers = Vec::new();
    for fold in 0..FOLDS {
        let begun = |index: &usize| sample.rows.get(*index).map(|row| row.began.0);
        let early = |index: &usize| cut.is_none_or(|cut| begun(index) <= Some(cut));
        let own = |index: &usize| folds.get(*index) == Some(&fold);
        let (asked, others): (Vec<usize>, Vec<usize>) = (0..sample.rows.len()).partition(own);
        let learned: Vec<usize> = others.into_iter().filter(early).collect();
        let asked: Vec<usize> = asked.into_iter().filter(|index| cut.is_none() || !early(index)).collect();
        if !learned.is_empty() && !asked.is_empty() {
            answer(sample, &learned, &asked, seed, &mut answers)?;
        }
        progress(usize::try_from(fold + 1).unwrap_or(0), usize::try_from(FOLDS).unwrap_or(0));
    }
    let split = if cut.is_some() { "customer and time" } else { "customer" };
    Ok(mark(sample, &answers, &folds, split))
}

/// The last day of the rows that forests are grown on; nothing where time cannot be split.
fn cut(sample: &Sample<'_>) -> Option<i32> {
    let mut days: Vec<i32> = sample.rows.iter().map(|row| row.began.0).collect();
    days.sort_unstable();
    let share = |part: usize| real(part) / real(days.len().max(1));
    let cut =
        days.iter().enumerate().find(|(index, _)| share(index + 1) >= EARLY_SHARE).map(|(_, day)| *day)?;
    let early = days.partition_point(|day| *day <= cut);
    (share(days.len() - early) >= LATE_SHARE_MIN).then_some(cut)
}

fn answer(
    sample: &Sample<'_>,
    learned: &[usize],
    asked: &[usize],
    seed: u64,
    answers: &mut Vec<Answer>,
) -> Result<(), TrainFault> {
    let grown = Grown::on(sample, learned, None, seed)?;
    let cells = segments(sample, learned);
    let everyone = cell(sample.pick(learned));
    let depths = sample.depths();
    for index in asked {
        let Some(row) = sample.rows.get(*index) else { continue };
        let at = |depth_bp: i64| point(&row.state, &sample.segments, depth_bp);
        let own = at(row.depth_bp);
        let step = cells.get(row.state.segment.as_str()).and_then(|cell| cell_at(cell, row.depth_bp));
        let step = step.or_else(|| cell_at(&everyone, row.depth_bp));
        answers.push(Answer {
            row: *index,
            odds: grown.returning.sum(&own),
            added: grown.adding.sum(&own),
            by_segment: step.map_or(0.5, |step| step.p_return),
            uplift: grown.returning.sum(&at(depths.1)) - grown.returning.sum(&at(depths.0)),
        });
    }
    Ok(())
}

/// Means by segment of some rows.
pub(super) fn segments<'a>(sample: &Sample<'a>, chosen: &[usize]) -> BTreeMap<&'a str, Cell> {
    let mut members: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for index in chosen {
        if let Some(row) = sample.rows.get(*index) {
            members.entry(row.state.segment.as_str()).or_default().push(*index);
        }
    }
    members.into_iter().map(|(name, members)| (name, cell(sample.pick(&members)))).collect()
}

fn mark(sample: &Sample<'_>, answers: &[Answer], folds: &[u64], split: &str) -> Examined {
    let seen = |answer: &Answer, sum: f64, of: fn(&super::Row) -> f64| -> Option<Seen> {
        Some((sum, of(sample.rows.get(answer.row)?), *sample.weights.get(answer.row)?))
    };
    let returned = |row: &super::Row| f64::from(u8::from(row.returned));
    let odds = |parity: Option<u64>| -> Vec<Seen> {
        let chosen = answers.iter().filter(|answer| {
            parity.is_none_or(|parity| folds.get(answer.row).is_some_and(|fold| fold % 2 == parity))
        });
        chosen.filter_map(|answer| seen(answer, answer.odds, returned)).collect()
    };
    let added: Vec<Seen> = answers
        .iter()
        .filter_map(|answer| seen(answer, answer.added, |row| super::real(row.add_on)))
        .collect();
    // Even customers are judged with the line of the odd ones, and the other way round.
    let lines = [calibrate::odds(&odds(Some(1))), calibrate::odds(&odds(Some(0)))];
    let scored = |score: &dyn Fn(&Answer) -> f64| -> Vec<Scored> {
        let row = |answer: &Answer| {
            let (row, weight) = (sample.rows.get(answer.row)?, *sample.weights.get(answer.row)?);
            Some(Scored { score: score(answer), happened: row.returned, weight })
        };
        answers.iter().filter_map(row).collect()
    };
    let calibrated = scored(&|answer| {
        let line = folds.get(answer.row).and_then(|fold| lines.get(usize::try_from(fold % 2).unwrap_or(0)));
        let (intercept, slope) = line.copied().unwrap_or(calibrate::AS_IT_IS);
        logistic(intercept + slope * answer.odds)
    });
    let marks = Marks {
        split: split.into(),
        rows: answers.len(),
        auc: measure::auc(&calibrated),
        log_loss: measure::log_loss(&calibrated),
        segment_log_loss: measure::log_loss(&scored(&|answer| answer.by_segment.clamp(0.01, 0.99))),
        calibration_error: measure::calibration_error(&calibrated),
        qini: qini(sample, answers),
    };
    Examined { marks, returning: calibrate::odds(&odds(None)), adding: calibrate::mean(&added) }
}

/// Qini over the rows at the deepest and at the shallowest depth.
fn qini(sample: &Sample<'_>, answers: &[Answer]) -> Option<f64> {
    let (shallow, deep) = sample.depths();
    let rows: Vec<(Scored, bool)> = answers
        .iter()
        .filter_map(|answer| {
            let (row, weight) = (sample.rows.get(answer.row)?, *sample.weights.get(answer.row)?);
            let extreme = row.depth_bp == shallow || row.depth_bp == deep;
            let scored = Scored { score: answer.uplift, happened: row.returned, weight };
            extreme.then_some((scored, row.depth_bp == deep))
        })
        .collect();
    if shallow < deep { measure::qini(&rows) } else { None }
}

fn real(count: usize) -> f64 {
    u32::try_from(count).map_or(f64::from(u32::MAX), f64::from)
}
