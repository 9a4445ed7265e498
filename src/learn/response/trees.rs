//! Trees: the exam first, then the forests on all rows, then how sure they are.

use super::exam::{self, Examined};
use super::grown::{Grown, Sample, spread};
use super::rows::Kept;
use super::{ResponseReport, Task};
use crate::facts::models::{Curve, ResponseModel};
use crate::learn::segments::Progress;

/// Puts the forests into the model and their figures into the report.
///
/// # Errors
/// Why the model has no trees, in words.
pub(super) fn grow(
    kept: &Kept,
    task: &Task,
    (model, report): (&mut ResponseModel, &mut ResponseReport),
    progress: Progress<'_>,
) -> Result<(), String> {
    let sample = Sample { rows: &kept.rows, weights: &kept.weights, segments: model.segments.clone() };
    let examined = exam::examine(&sample, task.seed, &mut |done, all| progress("response exam", done, all))
        .map_err(|why| why.to_string())?;
    write(&examined, report);
    let better =
        examined.marks.log_loss.zip(examined.marks.segment_log_loss).is_some_and(|(own, means)| own < means);
    if !better {
        return Err("the means speak: out of sample the trees say no more than the segment's means".into());
    }
    let everyone: Vec<usize> = (0..kept.rows.len()).collect();
    let grown = Grown::on(&sample, &everyone, None, task.seed).map_err(|why| why.to_string())?;
    let lines = (examined.returning, examined.adding);
    spread(&sample, &mut model.cells, lines, task.seed, &mut |done, all| {
        progress("response refits", done, all)
    })
    .map_err(|why| why.to_string())?;
    let curve = |forest, (intercept, slope)| Some(Curve { forest, intercept, slope });
    model.returning = curve(grown.returning, lines.0);
    model.adding = curve(grown.adding, lines.1);
    Ok(())
}

fn write(examined: &Examined, report: &mut ResponseReport) {
    let marks = &examined.marks;
    report.auc = marks.auc;
    report.log_loss = marks.log_loss;
    report.segment_log_loss = marks.segment_log_loss;
    report.calibration_error = marks.calibration_error;
    report.qini = marks.qini;
    report.split.clone_from(&marks.split);
    report.scored = marks.rows;
}
