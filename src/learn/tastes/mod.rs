//! Tastes: what is bought together, what similar guests buy, what the guest buys again.
//!
//! Scores mean a chance: curves are fitted on days after those that the scores come from, and the whole is
//! measured on days after those. May import facts and `steps::taste`, whose very scores are fitted.

pub mod baskets;
pub mod history;
pub mod isotonic;
pub mod itemsets;
pub mod rules;
pub mod shop;
pub mod similar;
pub mod truth;
pub mod yardstick;

use self::history::History;
use self::shop::{Past, Together, Weights};
use self::truth::Promise;
use self::yardstick::{NewProduct, Repeat};
use crate::facts::id::Sku;
use crate::facts::models::{ScoreCurve, TasteModel};
use crate::learn::segments::Progress;
use serde::Serialize;
use std::ops::Range;

/// Visits of known guests that a model needs at least.
pub const VISITS_MIN: usize = 500;
/// Days that a model needs at least.
pub const DAYS_MIN: i32 = 10;

/// A model, if there is one, and what the report says.
#[derive(Debug, Clone, PartialEq)]
pub struct FittedTastes {
    /// The model; nothing where the visits carry none.
    pub model: Option<TasteModel>,
    /// Figures.
    pub report: TasteReport,
}

/// Figures of a fit, as `kava learn --report` writes them.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct TasteReport {
    /// Share of the receipts from which on a set was counted.
    pub min_support: f64,
    /// Frequent sets of up to three products.
    pub itemsets: usize,
    /// Rules in use, the surest first.
    pub rules: Vec<RuleFigures>,
    /// On the last fifth of the days: what guests bought again.
    pub repeat: Repeat,
    /// On the last fifth of the days: what was new to them.
    pub new_product: NewProduct,
    /// On the last fifth of the days: what was promised and what came.
    pub calibration: Vec<Promise>,
    /// How the parts are weighed, chosen on days before those that are measured on.
    pub weights: Option<Weights>,
    /// Products that are known.
    pub products: usize,
    /// Receipts, guests nobody knows included.
    pub receipts: usize,
    /// The seed of all samples.
    pub seed: u64,
    /// Why there is no model, in words.
    pub why: Option<String>,
}

/// A rule in the words of the menu.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct RuleFigures {
    /// What is there.
    #[serde(rename = "if")]
    pub given: Vec<Sku>,
    /// What follows.
    pub then: Sku,
    /// Receipts with all of it.
    pub count: u32,
    /// Their share of the receipts.
    pub support: f64,
    /// Their share of the receipts with `if`.
    pub confidence: f64,
    /// How many times more often than in all receipts.
    pub lift: f64,
}

/// Fits tastes. The result depends on the history and the seed and nothing else.
pub fn fit(history: &History, seed: u64, progress: Progress<'_>) -> FittedTastes {
    let mut report = TasteReport { seed, products: history.products.len(), ..TasteReport::default() };
    report.receipts = history.len();
    let days = history.days().unwrap_or(0..0);
    let known: usize = (0..history.guests()).map(|guest| history.visits_of(guest).count()).sum();
    if known < VISITS_MIN || days.end.saturating_sub(days.start) < DAYS_MIN {
        report.why = Some(format!(
            "{known} visits of known guests in {} days; {VISITS_MIN} in {DAYS_MIN} days are needed for tastes",
            days.end.saturating_sub(days.start)
        ));
        return FittedTastes { model: None, report };
    }
    let cut = cut_of(&days);
    let inner = cut_of(&(days.start..cut));
    // Three pasts: the first gives the weights of the model that is measured, the second that model and the
    // weights of the last, the third the model that goes into the bundle.
    let first = Past::before(history, inner, progress);
    let middle = Past::before(history, cut, progress);
    progress("calibrate", 0, 2);
    let (measured, _) = calibrated(history, &first, &middle, &(inner..cut), seed);
    drop(first);
    progress("measure", 0, 1);
    let window = cut..days.end;
    (report.repeat, report.new_product) = yardstick::measure(history, &window, &measured, seed);
    report.calibration = truth::promises(history, &window, &measured, seed);
    let last = Past::before(history, days.end, progress);
    progress("calibrate", 1, 2);
    let (model, weights) = calibrated(history, &middle, &last, &window, seed);
    report.weights = Some(weights);
    report.tell(&last.together, &model);
    FittedTastes { model: Some(model), report }
}

/// The first day of the last fifth.
#[must_use]
pub fn cut_of(days: &Range<i32>) -> i32 {
    let length = days.end.saturating_sub(days.start);
    // ⌈0.8 · length⌉ in whole numbers.
    days.start + (length * 4 + 4) / 5
}

/// The later past, weighed and calibrated by what came after the earlier one.
fn calibrated(
    history: &History,
    earlier: &Past,
    later: &Past,
    window: &Range<i32>,
    seed: u64,
) -> (TasteModel, Weights) {
    let plain =
        |weights: &Weights| earlier.model(history, weights, ScoreCurve::default(), ScoreCurve::default());
    let weights = yardstick::choose(history, window, seed, &plain);
    let (again, fresh) = truth::curves(history, window, &plain(&weights), seed);
    (later.model(history, &weights, again, fresh), weights)
}

impl TasteReport {
    fn tell(&mut self, together: &Together, model: &TasteModel) {
        self.min_support = together.min_support;
        self.itemsets = together.itemsets;
        let sku = |number: &u16| model.products.get(usize::from(*number)).cloned();
        self.rules = together
            .rules
            .iter()
            .filter_map(|rule| {
                Some(RuleFigures {
                    given: rule.given.iter().filter_map(sku).collect(),
                    then: sku(&rule.then)?,
                    count: rule.count,
                    support: rule.support(together.baskets),
                    confidence: rule.confidence(),
                    lift: rule.lift(together.baskets),
                })
            })
            .collect();
    }
}
