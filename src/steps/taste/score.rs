//! Scores of products from what a guest has bought, by a model of tastes. Learning fits with these very
//! functions, so a score means at the counter what it meant there.
//!
//! Sums run in the order of products and visits, powers come from `libm`: the same bits everywhere.

use crate::facts::models::{TasteModel, TasteRule};
use std::collections::BTreeMap;

/// How many visits back taste looks.
pub const VISITS_REMEMBERED: u32 = 32;

/// What a rule's confidence counts beside the likeness of one product.
const RULE_WEIGHT: f64 = 0.25;
/// What a product's popularity counts beside it.
const POPULAR_WEIGHT: f64 = 0.1;

/// In which of the guest's visits each known product was: 0 is the last one.
pub type Tried = BTreeMap<u16, Vec<u32>>;

/// Why a product that is new to the guest scores.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ground {
    /// The same guests buy it.
    Similar,
    /// It is bought with something the guest buys: the first product of the rule.
    Together(u16),
    /// Many buy it.
    Popular,
}

/// The score of each product the guest has bought, in order of product.
#[must_use]
pub fn again(tried: &Tried, model: &TasteModel) -> Vec<(u16, f64)> {
    let decay: Vec<f64> = (0..VISITS_REMEMBERED)
        .map(|ago| libm::exp2(-f64::from(ago) / model.again.half_life_visits))
        .collect();
    let weight = |ago: &u32| decay.get(*ago as usize).copied().unwrap_or(0.0);
    tried
        .iter()
        .map(|(product, visits)| {
            let habit: f64 = visits.iter().map(weight).sum();
            let popular = model.popular.get(usize::from(*product)).copied().unwrap_or(0.0);
            (*product, habit + model.again.popular_visits * popular)
        })
        .collect()
}

/// What speaks for the products that are new to a guest.
#[derive(Debug, Clone, PartialEq)]
pub struct Fresh {
    likeness: Vec<f64>,
    /// The best rule for each product: confidence and its first product.
    rules: BTreeMap<u16, (u16, u16)>,
    /// The scores by number of product; below zero for what the guest has bought.
    pub scores: Vec<f64>,
}

/// The score of every product, below zero for those the guest has bought.
#[must_use]
pub fn fresh(tried: &Tried, model: &TasteModel) -> Fresh {
    let mut likeness = vec![0.0; model.products.len()];
    for product in tried.keys() {
        for (other, near) in model.similar.get(usize::from(*product)).into_iter().flatten() {
            if let Some(sum) = likeness.get_mut(usize::from(*other)) {
                *sum += f64::from(*near) / 10_000.0;
            }
        }
    }
    let mut rules: BTreeMap<u16, (u16, u16)> = BTreeMap::new();
    let fires = |rule: &&TasteRule| rule.given.iter().all(|product| tried.contains_key(product));
    for rule in model.rules.iter().filter(fires) {
        let best = rules.entry(rule.then).or_default();
        if rule.confidence_bp > best.0 {
            *best = (rule.confidence_bp, rule.given.first().copied().unwrap_or_default());
        }
    }
    let mut scores: Vec<f64> =
        likeness.iter().zip(&model.popular).map(|(near, popular)| near + POPULAR_WEIGHT * popular).collect();
    for (product, (confidence, _)) in &rules {
        if let Some(score) = scores.get_mut(usize::from(*product)) {
            *score += RULE_WEIGHT * f64::from(*confidence) / 10_000.0;
        }
    }
    for (score, trend) in scores.iter_mut().zip(&model.trend) {
        *score *= trend;
    }
    for product in tried.keys() {
        if let Some(score) = scores.get_mut(usize::from(*product)) {
            *score = -1.0;
        }
    }
    Fresh { likeness, rules, scores }
}

impl Fresh {
    /// What counts most in a product's score.
    #[must_use]
    pub fn ground(&self, product: u16, model: &TasteModel) -> Ground {
        let at = usize::from(product);
        let near = self.likeness.get(at).copied().unwrap_or(0.0);
        let popular = POPULAR_WEIGHT * model.popular.get(at).copied().unwrap_or(0.0);
        let (confidence, given) = self.rules.get(&product).copied().unwrap_or_default();
        let rule = RULE_WEIGHT * f64::from(confidence) / 10_000.0;
        if confidence > 0 && rule >= near && rule >= popular {
            Ground::Together(given)
        } else if near >= popular {
            Ground::Similar
        } else {
            Ground::Popular
        }
    }
}
