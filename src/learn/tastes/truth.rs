//! Truth: what guests had bought before a day, and what they bought then.

use super::history::{History, Seen};
use super::isotonic;
use crate::facts::models::{ScoreCurve, TasteModel};
use crate::learn::sample;
use crate::steps::taste::score::{self, Tried, VISITS_REMEMBERED};
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

/// Guests that are looked at, at most.
const GUESTS_MAX: usize = 20_000;
/// Visits of one guest that curves are fitted on, at most.
const VISITS_EACH: usize = 3;
/// Cases that one curve is fitted on, about, at most.
const CASES_MAX: usize = 2_000_000;

/// A guest on both sides of a cut.
#[derive(Debug, Clone, PartialEq)]
pub struct Guest {
    /// Remembered visits before the cut, as the counter would see them.
    pub tried: Tried,
    /// Every product bought before the cut, with the number of visits that had it.
    pub before: BTreeMap<u16, u32>,
    /// What was bought in the window.
    pub then: BTreeSet<u16>,
}

impl Guest {
    /// What was bought again; nothing when nothing was.
    #[must_use]
    pub fn again(&self) -> Option<Vec<u16>> {
        let again: Vec<u16> = self.then.iter().copied().filter(|p| self.before.contains_key(p)).collect();
        (!again.is_empty()).then_some(again)
    }

    /// What was bought for the first time and others had bought before; nothing when nothing was.
    #[must_use]
    pub fn fresh(&self, model: &TasteModel) -> Option<Vec<u16>> {
        let sold = |product: &u16| model.popular.get(usize::from(*product)).is_some_and(|share| *share > 0.0);
        let fresh: Vec<u16> =
            self.then.iter().copied().filter(|p| !self.before.contains_key(p) && sold(p)).collect();
        (!fresh.is_empty()).then_some(fresh)
    }

    /// Scores of what the guest had never bought.
    #[must_use]
    pub fn unseen(&self, scores: Vec<f64>) -> Vec<(u16, f64)> {
        (0u16..).zip(scores).filter(|(product, _)| !self.before.contains_key(product)).collect()
    }
}

/// Guests with visits before and in the window, a seeded sample where there are many.
pub fn guests(history: &History, window: &Range<i32>, seed: u64) -> impl Iterator<Item = Guest> {
    let both: Vec<usize> = (0..history.guests())
        .filter(|guest| {
            let mut days = history.visits_of(*guest).map(|seen| seen.day);
            let early = days.clone().next().is_some_and(|day| day < window.start);
            early && days.any(|day| window.contains(&day))
        })
        .collect();
    let drawn = sample::without_repetition(both.len(), GUESTS_MAX, &mut sample::generator(seed, 21));
    drawn.into_iter().filter_map(move |index| Some(guest(history, *both.get(index)?, window)))
}

fn guest(history: &History, number: usize, window: &Range<i32>) -> Guest {
    let visits = history.visits_of(number);
    let before: Vec<Seen<'_>> = visits.clone().take_while(|seen| seen.day < window.start).collect();
    let mut times = BTreeMap::new();
    for product in before.iter().flat_map(|seen| seen.products) {
        *times.entry(*product).or_default() += 1;
    }
    let then = visits.filter(|seen| window.contains(&seen.day)).flat_map(|seen| seen.products).copied();
    Guest { tried: tried(&before), before: times, then: then.collect() }
}

/// The last visits as the counter would see them.
fn tried(visits: &[Seen<'_>]) -> Tried {
    let mut tried = Tried::new();
    for (ago, seen) in (0..VISITS_REMEMBERED).zip(visits.iter().rev()) {
        for product in seen.products {
            tried.entry(*product).or_default().add(ago);
        }
    }
    tried
}

/// Scores with whether the visit had the product: of products bought before, and of new ones.
type Cases = (Vec<(f64, bool)>, Vec<(f64, bool)>);

/// What scores meant in the window, for each visit of a guest who had been there before. One curve for
/// products bought before, one for new ones.
#[must_use]
pub fn curves(
    history: &History,
    window: &Range<i32>,
    model: &TasteModel,
    seed: u64,
) -> (ScoreCurve, ScoreCurve) {
    let (again, fresh) = cases(history, window, model, seed);
    (isotonic::fit(again), isotonic::fit(fresh))
}

/// Mean chance that was promised and share that came.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Promise {
    /// `again` or `new`.
    pub of: &'static str,
    /// Products that were scored, one for each visit.
    pub cases: usize,
    /// Mean chance.
    pub promised: f64,
    /// Share that was bought.
    pub came: f64,
    /// Mean distance of the two over twenty parts of the cases by chance: the expected calibration error.
    pub error: f64,
}

/// What a model's chances promised for the visits in a window, and what came.
#[must_use]
pub fn promises(history: &History, window: &Range<i32>, model: &TasteModel, seed: u64) -> Vec<Promise> {
    let (again, fresh) = cases(history, window, model, seed);
    let of = |of, cases: Vec<(f64, bool)>, curve: &ScoreCurve| {
        promise(
            of,
            cases.into_iter().map(|(score, had)| (curve.at(score), f64::from(u8::from(had)))).collect(),
        )
    };
    vec![of("again", again, &model.again.curve), of("new", fresh, &model.fresh)]
}

fn promise(of: &'static str, mut cases: Vec<(f64, f64)>) -> Promise {
    const PARTS: usize = 20;
    cases.sort_by(|a, b| a.0.total_cmp(&b.0).then_with(|| a.1.total_cmp(&b.1)));
    let sums =
        |part: &[(f64, f64)]| part.iter().fold((0.0, 0.0), |sum, case| (sum.0 + case.0, sum.1 + case.1));
    let all = f64::from(u32::try_from(cases.len().max(1)).unwrap_or(u32::MAX));
    let (promised, came) = sums(&cases);
    let parts = cases.chunks(cases.len().div_ceil(PARTS).max(1)).map(sums);
    let error = parts.map(|(promised, came)| (promised - came).abs()).sum::<f64>() / all;
    Promise { of, cases: cases.len(), promised: promised / all, came: came / all, error }
}

fn cases(history: &History, window: &Range<i32>, model: &TasteModel, seed: u64) -> Cases {
    let both: Vec<usize> = (0..history.guests())
        .filter(|guest| history.visits_of(*guest).skip(1).any(|seen| window.contains(&seen.day)))
        .collect();
    let most = (CASES_MAX / history.products.len().max(1)).clamp(500, GUESTS_MAX);
    let drawn = sample::without_repetition(both.len(), most, &mut sample::generator(seed, 23));
    let (mut again, mut fresh) = (Vec::new(), Vec::new());
    for guest in drawn.into_iter().filter_map(|index| both.get(index)) {
        let visits: Vec<Seen<'_>> =
            history.visits_of(*guest).take_while(|seen| seen.day < window.end).collect();
        let later = (1..visits.len())
            .filter(|at| visits.get(*at).is_some_and(|seen| window.contains(&seen.day)))
            .take(VISITS_EACH);
        for at in later {
            let Some((before, seen)) = visits.get(..at).zip(visits.get(at)) else { continue };
            let tried = tried(before);
            let had = |product: u16| seen.products.binary_search(&product).is_ok();
            again.extend(score::again(&tried, model).into_iter().map(|(product, s)| (s, had(product))));
            let scores = score::fresh(&tried, model).scores;
            let new = (0u16..).zip(scores).filter(|(_, score)| *score >= 0.0);
            fresh.extend(new.map(|(product, score)| (score, had(product))));
        }
    }
    (again, fresh)
}
