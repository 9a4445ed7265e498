//! BG/NBD by maximum likelihood (Fader, Hardie and Lee 2005, equation 6), in logarithms throughout.

use super::FAINT;
use crate::facts::models::BgNbd;
use crate::learn::cluster::count;
use crate::learn::simplex::{self, Lowest};
use crate::learn::{pieces, sample};
use crate::steps::value::History;
use libm::lgamma;
use std::collections::BTreeMap;

/// Guests on which the starts are compared.
const STARTS_ON: usize = 4_000;
/// Shapes that the starts begin from: r, a, b.
const SHAPES: [[f64; 3]; 4] = [[0.3, 0.8, 2.5], [1.0, 0.2, 2.0], [2.0, 0.05, 1.0], [1.0, 2.0, 2.0]];
/// Histories in one piece of work.
const PIECE: usize = 8_192;
/// Logarithms of parameters stay within this of 0.
const LOG_MAX: f64 = 16.0;

/// Parameters and how likely they make what was seen.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Fit {
    /// The parameters, in the unit of time of the histories.
    pub model: BgNbd,
    /// Logarithm of the likelihood.
    pub log_likelihood: f64,
}

/// The most likely parameters. Nothing without any time or any repeat purchase.
#[must_use]
pub fn fit(histories: &[History], seed: u64) -> Option<Fit> {
    let guests = count(histories.len());
    let unit = histories.iter().fold(0.0, |sum, history| sum + history.age) / guests.max(1.0);
    let repeats = histories.iter().fold(0.0, |sum, history| sum + f64::from(history.repeats));
    if unit <= 0.0 || repeats <= 0.0 {
        return None;
    }
    let drawn = sample::without_repetition(histories.len(), STARTS_ON, &mut sample::generator(seed, 50));
    let few: Vec<History> = drawn.iter().filter_map(|index| histories.get(*index).copied()).collect();
    let few = Crowd::new(&few, unit);
    let from = |[r, a, b]: [f64; 3]| {
        let alpha = r * guests / repeats;
        simplex::lowest([r, alpha, a, b].map(f64::ln), 0.5, |at| few.unlikely(at))
    };
    let better = |best: Lowest<4>, next: Lowest<4>| if next.value < best.value { next } else { best };
    let start = SHAPES.into_iter().map(from).reduce(better)?;
    let all = Crowd::new(histories, unit);
    let found = simplex::lowest(start.at, 0.1, |at| all.unlikely(at));
    let [r, alpha, a, b] = found.at.map(f64::exp);
    let log_likelihood = all.log_likelihood(&BgNbd { r, alpha, a, b }) - repeats * unit.ln();
    Some(Fit { model: BgNbd { r, alpha: alpha * unit, a, b }, log_likelihood })
}

/// Histories that are alike are counted once; time in units of the mean age.
struct Crowd {
    rows: Vec<Row>,
    /// The different numbers of repeat purchases; rows name their place here.
    repeats: Vec<u32>,
    guests: f64,
}

struct Row {
    place: usize,
    last: f64,
    age: f64,
    guests: f64,
}

/// What the likelihood says of a number of repeat purchases alone.
struct Level {
    shape: f64,
    fixed: f64,
    gone: f64,
}

impl Crowd {
    fn new(histories: &[History], unit: f64) -> Crowd {
        let mut keys: Vec<(u32, u64, u64)> =
            histories.iter().map(|seen| (seen.repeats, seen.last.to_bits(), seen.age.to_bits())).collect();
        keys.sort_unstable();
        let repeats: BTreeMap<u32, usize> = keys.iter().map(|key| (key.0, 0)).collect();
        let repeats: Vec<u32> = repeats.into_keys().collect();
        let rows = keys
            .chunk_by(|a, b| a == b)
            .filter_map(|alike| {
                let (x, last, age) = alike.first()?;
                let place = repeats.binary_search(x).ok()?;
                let time = |bits: &u64| f64::from_bits(*bits) / unit;
                Some(Row { place, last: time(last), age: time(age), guests: count(alike.len()) })
            })
            .collect();
        Crowd { rows, repeats, guests: count(histories.len()) }
    }

    /// What the simplex makes small: the mean of −log L, with a faint pull to 1 where nothing else decides.
    fn unlikely(&self, logs: &[f64; 4]) -> f64 {
        if logs.iter().any(|log| log.abs() > LOG_MAX) {
            return f64::INFINITY;
        }
        let [r, alpha, a, b] = logs.map(f64::exp);
        let pull = logs.iter().fold(0.0, |sum, log| sum + log * log);
        (FAINT * pull - self.log_likelihood(&BgNbd { r, alpha, a, b })) / self.guests
    }

    fn log_likelihood(&self, model: &BgNbd) -> f64 {
        let levels: Vec<Level> = self.repeats.iter().map(|x| Level::new(f64::from(*x), model)).collect();
        let of =
            |row: &Row| levels.get(row.place).map_or(0.0, |level| level.log_likelihood(row, model.alpha));
        let sums = pieces::each(&self.rows, PIECE, |rows| {
            rows.iter().fold(0.0, |sum, row| sum + row.guests * of(row))
        });
        sums.into_iter().fold(0.0, |sum, part| sum + part)
    }
}

impl Level {
    fn new(x: f64, BgNbd { r, alpha, a, b }: &BgNbd) -> Level {
        let rates = lgamma(r + x) - lgamma(*r) + r * alpha.ln();
        let stays = lgamma(a + b) - lgamma(*b) + lgamma(b + x) - lgamma(a + b + x);
        let gone = if x > 0.0 { (a / (b + x - 1.0)).ln() } else { f64::NEG_INFINITY };
        Level { shape: r + x, fixed: rates + stays, gone }
    }

    fn log_likelihood(&self, row: &Row, alpha: f64) -> f64 {
        let quiet = (alpha + row.age).ln();
        let alive = self.fixed - self.shape * quiet;
        if self.gone == f64::NEG_INFINITY {
            return alive;
        }
        // ln(1 + eʷ) without overflow: w weighs having dropped out against being alive.
        let w = self.gone + self.shape * (quiet - (alpha + row.last).ln());
        alive + if w > 0.0 { w + (-w).exp().ln_1p() } else { w.exp().ln_1p() }
    }
}
