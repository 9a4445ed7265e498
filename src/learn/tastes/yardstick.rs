//! The yardstick: how much of what guests bought after a day the scores had among their first five.
//!
//! Recall@5 of a guest is the share of what they bought in the window, of the candidates, that stood among the
//! first five; the mean goes over guests who bought any. Candidates for *repeat* are what the guest had
//! bought before the cut, for *new* what they had not and others had.

use super::history::History;
use super::shop::Weights;
use super::truth::{Guest, guests};
use crate::facts::models::TasteModel;
use crate::learn::sample;
use crate::steps::taste::score;
use serde::Serialize;
use std::ops::Range;

/// How many are recommended.
const FIRST: usize = 5;
/// Resamples of guests behind an interval.
const RESAMPLES: usize = 1_000;

/// Recall of what guests bought again.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize)]
pub struct Repeat {
    /// Of the scores.
    pub recall_at_5: Option<f64>,
    /// Of ranking by how many of their visits had it, ties by popularity.
    pub own_frequency_recall_at_5: Option<f64>,
    /// Guests who bought anything again.
    pub guests: usize,
}

/// Recall of what was new to guests.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize)]
pub struct NewProduct {
    /// Of the scores.
    pub recall_at_5: Option<f64>,
    /// Of ranking by popularity.
    pub popularity_recall_at_5: Option<f64>,
    /// 95 % interval of the first over the second, guests drawn anew.
    pub interval: Option<[f64; 2]>,
    /// Guests who bought anything new.
    pub guests: usize,
}

/// Measures a model from before the window on the window.
#[must_use]
pub fn measure(
    history: &History,
    window: &Range<i32>,
    model: &TasteModel,
    seed: u64,
) -> (Repeat, NewProduct) {
    let mut again: Vec<(f64, f64)> = Vec::new();
    let mut fresh: Vec<(f64, f64)> = Vec::new();
    for guest in guests(history, window, seed) {
        if let Some(truth) = guest.again() {
            again.push((recall(&first_again(&guest, model), &truth), recall(&often(&guest, model), &truth)));
        }
        if let Some(truth) = guest.fresh(model) {
            let popular = model.popular.clone();
            fresh.push((
                recall(&first_fresh(&guest, model), &truth),
                recall(&first(guest.unseen(popular)), &truth),
            ));
        }
    }
    let (recall_at_5, own_frequency_recall_at_5) = means(&again);
    let repeat = Repeat { recall_at_5, own_frequency_recall_at_5, guests: again.len() };
    let (recall_at_5, popularity_recall_at_5) = means(&fresh);
    let interval = interval(&fresh, seed);
    (repeat, NewProduct { recall_at_5, popularity_recall_at_5, interval, guests: fresh.len() })
}

/// The weights with the best recall in the window, repeat and new apart; ties go to the first tried.
#[must_use]
pub fn choose(
    history: &History,
    window: &Range<i32>,
    seed: u64,
    model_of: &dyn Fn(&Weights) -> TasteModel,
) -> Weights {
    const HALF_LIVES: [f64; 5] = [4.0, 8.0, 16.0, 32.0, 2.0];
    const POPULAR: [f64; 4] = [10.0, 3.0, 1.0, 0.0];
    const POWERS: [f64; 4] = [0.8, 0.4, 1.2, 0.0];
    let guests: Vec<Guest> = guests(history, window, seed).collect();
    let mut best = Weights { half_life_visits: 4.0, popular_visits: 10.0, rise_power: 0.8 };
    let mut highest = -1.0;
    let mut model = model_of(&best);
    for (half_life_visits, popular_visits) in HALF_LIVES.iter().flat_map(|h| POPULAR.map(|p| (*h, p))) {
        model.again.half_life_visits = half_life_visits;
        model.again.popular_visits = popular_visits;
        let seen =
            guests.iter().filter_map(|guest| Some(recall(&first_again(guest, &model), &guest.again()?)));
        let seen = mean(seen);
        if seen.is_some_and(|seen| seen > highest) {
            highest = seen.unwrap_or(highest);
            best = Weights { half_life_visits, popular_visits, ..best };
        }
    }
    highest = -1.0;
    for rise_power in POWERS {
        let model = model_of(&Weights { rise_power, ..best });
        let seen = guests
            .iter()
            .filter_map(|guest| Some(recall(&first_fresh(guest, &model), &guest.fresh(&model)?)));
        let seen = mean(seen);
        if seen.is_some_and(|seen| seen > highest) {
            highest = seen.unwrap_or(highest);
            best = Weights { rise_power, ..best };
        }
    }
    best
}

fn first_again(guest: &Guest, model: &TasteModel) -> Vec<u16> {
    first(score::again(&guest.tried, model))
}

fn first_fresh(guest: &Guest, model: &TasteModel) -> Vec<u16> {
    first(guest.unseen(score::fresh(&guest.tried, model).scores))
}

/// What the guest bought in most visits of all, ties by popularity.
fn often(guest: &Guest, model: &TasteModel) -> Vec<u16> {
    let popular = |product: u16| model.popular.get(usize::from(product)).copied().unwrap_or(0.0);
    // A popularity is a share below one, so it only breaks ties.
    first(
        guest
            .before
            .iter()
            .map(|(product, times)| (*product, f64::from(*times) + popular(*product) / 2.0))
            .collect(),
    )
}

/// The five best, ties to the smaller number.
fn first(mut scored: Vec<(u16, f64)>) -> Vec<u16> {
    let better = |a: &(u16, f64), b: &(u16, f64)| b.1.total_cmp(&a.1).then_with(|| a.0.cmp(&b.0));
    if scored.len() > FIRST {
        scored.select_nth_unstable_by(FIRST, better);
        scored.truncate(FIRST);
    }
    scored.sort_by(better);
    scored.into_iter().map(|(product, _)| product).collect()
}

fn recall(first: &[u16], truth: &[u16]) -> f64 {
    let hits = first.iter().filter(|product| truth.contains(product)).count();
    real(hits) / real(truth.len())
}

fn means(pairs: &[(f64, f64)]) -> (Option<f64>, Option<f64>) {
    (mean(pairs.iter().map(|pair| pair.0)), mean(pairs.iter().map(|pair| pair.1)))
}

fn mean(numbers: impl Iterator<Item = f64>) -> Option<f64> {
    let (sum, count) = numbers.fold((0.0, 0usize), |(sum, count), number| (sum + number, count + 1));
    (count > 0).then(|| sum / real(count))
}

/// 95 % percentile interval of the ratio of the means; nothing where the second is nought in a resample.
fn interval(pairs: &[(f64, f64)], seed: u64) -> Option<[f64; 2]> {
    if pairs.is_empty() {
        return None;
    }
    let mut rng = sample::generator(seed, 22);
    let mut ratios = Vec::with_capacity(RESAMPLES);
    for _ in 0..RESAMPLES {
        let drawn = sample::with_repetition(pairs.len(), &mut rng);
        let (ours, theirs) = drawn
            .into_iter()
            .filter_map(|index| pairs.get(index))
            .fold((0.0, 0.0), |sums, pair| (sums.0 + pair.0, sums.1 + pair.1));
        if theirs <= 0.0 {
            return None;
        }
        ratios.push(ours / theirs);
    }
    ratios.sort_by(f64::total_cmp);
    Some([*ratios.get(RESAMPLES / 40)?, *ratios.get(RESAMPLES - 1 - RESAMPLES / 40)?])
}

#[expect(clippy::cast_precision_loss, reason = "counts are far below 2^53")]
const fn real(number: usize) -> f64 {
    number as f64
}
