//! Growing the two forests on some rows, and how much they differ when customers are drawn again.

use super::boost::{Goal, Points, Recipe, TrainFault, train};
use super::calibrate::Line;
use super::rows::{Row, hash};
use crate::facts::models::{Cell, Forest, ResponseModel};
use crate::learn::sample::generator;
use crate::steps::response::{logistic, point};
use rand::Rng;
use std::collections::BTreeMap;

/// Refits on drawn customers behind the standard errors.
const REFITS: u64 = 10;
/// Guests of a segment on whom refits are compared, at most.
const GUESTS_MAX: usize = 100;

/// Rows with their weights, and the segments that have a feature of their own.
pub(super) struct Sample<'a> {
    pub rows: &'a [Row],
    pub weights: &'a [f64],
    pub segments: Vec<String>,
}

impl<'a> Sample<'a> {
    /// Chosen rows with their weights.
    pub(super) fn pick<'b>(
        &'b self,
        chosen: &'b [usize],
    ) -> impl Iterator<Item = (&'a Row, f64)> + Clone + use<'a, 'b> {
        chosen.iter().filter_map(|index| Some((self.rows.get(*index)?, *self.weights.get(*index)?)))
    }

    /// The shallowest and the deepest depth.
    pub(super) fn depths(&self) -> (i64, i64) {
        let depths = self.rows.iter().map(|row| row.depth_bp);
        (depths.clone().min().unwrap_or(0), depths.max().unwrap_or(0))
    }
}

/// The two forests.
pub(super) struct Grown {
    pub returning: Forest,
    pub adding: Forest,
}

impl Grown {
    /// Grows both on chosen rows; `drawn` multiplies the weights, and rows drawn not at all are left out.
    pub(super) fn on(
        sample: &Sample<'_>,
        chosen: &[usize],
        drawn: Option<&[f64]>,
        seed: u64,
    ) -> Result<Grown, TrainFault> {
        let width = ResponseModel::LEADING + sample.segments.len();
        let mut points = Points { width, flat: Vec::with_capacity(width * chosen.len()) };
        let (mut returned, mut added, mut weights) = (Vec::new(), Vec::new(), Vec::new());
        for index in chosen {
            let times = drawn.map_or(Some(1.0), |drawn| drawn.get(*index).copied()).unwrap_or(0.0);
            let (Some(row), Some(weight)) = (sample.rows.get(*index), sample.weights.get(*index)) else {
                continue;
            };
            if times > 0.0 {
                points.flat.extend(point(&row.state, &sample.segments, row.depth_bp));
                returned.push(f64::from(u8::from(row.returned)));
                added.push(super::real(row.add_on));
                weights.push(weight * times);
            }
        }
        // Mean weight 1, so that penalties mean the same under any arms.
        let mean = weights.iter().sum::<f64>() / super::real_count(weights.len().max(1));
        weights.iter_mut().for_each(|weight| *weight /= mean);
        let recipe = |goal| Recipe {
            rising: vec![ResponseModel::DEPTH],
            falling: vec![ResponseModel::MEMORY],
            seed,
            ..Recipe::cautious(goal)
        };
        Ok(Grown {
            returning: train(&points, &returned, &weights, &recipe(Goal::Odds))?,
            adding: train(&points, &added, &weights, &recipe(Goal::Mean))?,
        })
    }
}

/// Puts the spread of ten refits into the cells: each refit weighs every customer anew (Poisson bootstrap), and
/// a step's error is the root mean square, over guests of the segment, of their estimates' deviations.
pub(super) fn spread(
    sample: &Sample<'_>,
    cells: &mut BTreeMap<String, Cell>,
    lines: (Line, Line),
    seed: u64,
    progress: &mut dyn FnMut(usize, usize),
) -> Result<(), TrainFault> {
    let everyone: Vec<usize> = (0..sample.rows.len()).collect();
    let mut sums: BTreeMap<(String, i64, usize), [f64; 4]> = BTreeMap::new();
    for refit in 0..REFITS {
        let drawn = draw(sample, seed.wrapping_add(refit + 1));
        let grown = Grown::on(sample, &everyone, Some(&drawn), seed)?;
        for (name, cell) in cells.iter() {
            for (guest, row) in guests(sample, name) {
                for step in &cell.steps {
                    let point = point(&row.state, &sample.segments, step.depth_bp);
                    let p = logistic(lines.0.0 + lines.0.1 * grown.returning.sum(&point));
                    let added = lines.1.0 + lines.1.1 * grown.adding.sum(&point);
                    let [a, b, c, d] = sums.entry((name.clone(), step.depth_bp, guest)).or_default();
                    *a += p;
                    *b += p * p;
                    *c += added;
                    *d += added * added;
                }
            }
        }
        progress(usize::try_from(refit + 1).unwrap_or(0), usize::try_from(REFITS).unwrap_or(0));
    }
    for (name, cell) in cells {
        for step in &mut cell.steps {
            let own =
                sums.iter().filter(|(key, _)| key.0 == *name && key.1 == step.depth_bp).map(|(_, sums)| sums);
            let (mut p, mut added, mut count) = (0.0, 0.0, 0.0);
            for [a, b, c, d] in own {
                p += variance(*a, *b);
                added += variance(*c, *d);
                count += 1.0;
            }
            if count > 0.0 {
                step.p_return_error = libm::sqrt(p / count);
                step.add_on_error = libm::sqrt(added / count);
            }
        }
    }
    Ok(())
}

/// Times each customer is drawn, by row: Poisson with mean 1, the same for all rows of one customer.
fn draw(sample: &Sample<'_>, seed: u64) -> Vec<f64> {
    let times = |row: &Row| {
        let mut left: f64 = generator(hash(&row.customer, seed), 7).r#gen();
        let (mut chance, mut times) = (libm::exp(-1.0), 0.0);
        while left > chance && times < 20.0 {
            left -= chance;
            times += 1.0;
            chance /= times;
        }
        times
    };
    sample.rows.iter().map(times).collect()
}

/// Some guests of a segment, spread evenly over its rows.
fn guests<'a>(sample: &Sample<'a>, segment: &str) -> Vec<(usize, &'a Row)> {
    let own: Vec<(usize, &Row)> =
        sample.rows.iter().enumerate().filter(|(_, row)| row.state.segment == segment).collect();
    let step = own.len().div_ceil(GUESTS_MAX).max(1);
    own.into_iter().step_by(step).collect()
}

fn variance(sum: f64, squares: f64) -> f64 {
    let refits = f64::from(u32::try_from(REFITS).unwrap_or(1));
    ((squares - sum * sum / refits) / (refits - 1.0)).max(0.0)
}
