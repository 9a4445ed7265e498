//! Gamma-Gamma by maximum likelihood (Fader and Hardie 2013, equation 1a), in logarithms throughout.

use super::FAINT;
use crate::facts::models::GammaGamma;
use crate::learn::cluster::count;
use crate::learn::pieces;
use crate::learn::simplex::{self, Lowest};
use crate::steps::value::History;
use libm::lgamma;
use std::collections::BTreeMap;

/// Where the starts begin: p, q; v follows from the mean.
const SHAPES: [[f64; 2]; 3] = [[6.0, 4.0], [1.0, 2.0], [30.0, 10.0]];
/// Guests in one piece of work.
const PIECE: usize = 8_192;
/// Logarithms of parameters stay within this of 0.
const LOG_MAX: f64 = 16.0;

/// The most likely parameters, in the unit of money of the histories; q stays above 1, so that a mean
/// spend exists. Nothing where nobody came back and paid.
#[must_use]
pub fn fit(histories: &[History]) -> Option<GammaGamma> {
    let paid: Vec<(u32, f64)> =
        histories.iter().filter_map(|seen| Some((seen.repeats, seen.spend?))).collect();
    let unit = paid.iter().fold(0.0, |sum, (_, spend)| sum + spend) / count(paid.len()).max(1.0);
    if unit <= 0.0 {
        return None;
    }
    let crowd = Crowd::new(&paid, unit);
    let from = |[p, q]: [f64; 2]| {
        let v: f64 = (q - 1.0) / p;
        simplex::lowest([p.ln(), (q - 1.0).ln(), v.ln()], 0.5, |at| crowd.unlikely(at))
    };
    let better = |best: Lowest<3>, next: Lowest<3>| if next.value < best.value { next } else { best };
    let found = SHAPES.into_iter().map(from).reduce(better)?;
    let GammaGamma { p, q, v } = model(&found.at);
    Some(GammaGamma { p, q, v: v * unit })
}

fn model(logs: &[f64; 3]) -> GammaGamma {
    let [p, above_one, v] = logs.map(f64::exp);
    GammaGamma { p, q: 1.0 + above_one, v }
}

/// Guests with their number of paid purchases and mean spend, in units of the mean of all.
struct Crowd {
    rows: Vec<Row>,
    purchases: Vec<u32>,
}

struct Row {
    place: usize,
    x: f64,
    spend: f64,
    log_spend: f64,
}

impl Crowd {
    fn new(paid: &[(u32, f64)], unit: f64) -> Crowd {
        let purchases: BTreeMap<u32, ()> = paid.iter().map(|(x, _)| (*x, ())).collect();
        let purchases: Vec<u32> = purchases.into_keys().collect();
        let row = |(x, spend): &(u32, f64)| {
            let (place, spend) = (purchases.binary_search(x).ok()?, spend / unit);
            Some(Row { place, x: f64::from(*x), spend, log_spend: spend.ln() })
        };
        Crowd { rows: paid.iter().filter_map(row).collect(), purchases }
    }

    fn unlikely(&self, logs: &[f64; 3]) -> f64 {
        if logs.iter().any(|log| log.abs() > LOG_MAX) {
            return f64::INFINITY;
        }
        let GammaGamma { p, q, v } = model(logs);
        let levels: Vec<f64> = self
            .purchases
            .iter()
            .map(|x| {
                let px = p * f64::from(*x);
                lgamma(px + q) - lgamma(px) - lgamma(q) + q * v.ln() + px * f64::from(*x).ln()
            })
            .collect();
        let of = |row: &Row| {
            let level = levels.get(row.place).copied().unwrap_or(0.0);
            let px = p * row.x;
            level + (px - 1.0) * row.log_spend - (px + q) * (v + row.x * row.spend).ln()
        };
        let sums = pieces::each(&self.rows, PIECE, |rows| rows.iter().fold(0.0, |sum, row| sum + of(row)));
        let log_likelihood = sums.into_iter().fold(0.0, |sum, part| sum + part);
        let pull = logs.iter().fold(0.0, |sum, log| sum + log * log);
        (FAINT * pull - log_likelihood) / count(self.rows.len())
    }
}
