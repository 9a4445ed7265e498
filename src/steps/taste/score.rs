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

/// In which of the guest's last visits each known product was.
pub type Tried = BTreeMap<u16, Visits>;

/// Which of the last [`VISITS_REMEMBERED`] visits.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Visits(u32);

impl Visits {
    /// Adds the visit so many visits before the last one; one that is not remembered is passed over.
    pub fn add(&mut self, ago: u32) {
        self.0 |= 1u32.checked_shl(ago).unwrap_or(0);
    }

    /// How many visits ago each was, the last one first.
    fn ago(self) -> impl Iterator<Item = u32> {
        (0..VISITS_REMEMBERED).filter(move |ago| self.0 >> ago & 1 == 1)
    }
}

/// Why a product that is new to the guest scores.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ground {
    /// The same guests buy it.
    Similar,
    /// It is bought with this product, which the guest buys.
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
    let weight = |ago: u32| decay.get(ago as usize).copied().unwrap_or(0.0);
    tried
        .iter()
        .map(|(product, visits)| {
            let habit: f64 = visits.ago().map(weight).sum();
            let popular = model.popular.get(usize::from(*product)).copied().unwrap_or(0.0);
            (*product, habit + model.again.popular_visits * popular)
        })
        .collect()
}

/// What speaks for the products that are new to a guest.
#[derive(Debug, Clone, PartialEq)]
pub struct Fresh {
    likeness: Vec<f64>,
    /// The surest rule for each product: confidence and place among the rules.
    rules: BTreeMap<u16, (u16, usize)>,
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
    let mut rules: BTreeMap<u16, (u16, usize)> = BTreeMap::new();
    let mut had = vec![false; model.products.len()];
    for product in tried.keys() {
        if let Some(had) = had.get_mut(usize::from(*product)) {
            *had = true;
        }
    }
    // Thousands of rules are asked for every guest, so what was had is a table here and not a tree.
    let fires = |rule: &TasteRule| {
        rule.given.iter().all(|product| had.get(usize::from(*product)).copied().unwrap_or(false))
    };
    for (place, rule) in model.rules.iter().enumerate().filter(|(_, rule)| fires(rule)) {
        let best = rules.entry(rule.then).or_default();
        if rule.confidence_bp > best.0 {
            *best = (rule.confidence_bp, place);
        }
    }
    let mut scores: Vec<f64> =
        likeness.iter().zip(&model.popular).map(|(near, popular)| near + POPULAR_WEIGHT * popular).collect();
    for (product, (_, place)) in &rules {
        if let Some(score) = scores.get_mut(usize::from(*product)) {
            *score += model.rules.get(*place).map_or(0.0, confidence);
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
    /// Why a product scores. The one product of the guest's whose absence would lower the score most is named
    /// where a rule has it; likeness that is spread over many is similar guests.
    #[must_use]
    pub fn ground(&self, product: u16, tried: &Tried, model: &TasteModel) -> Ground {
        let at = usize::from(product);
        let popular = POPULAR_WEIGHT * model.popular.get(at).copied().unwrap_or(0.0);
        let rule = self.rules.get(&product).and_then(|(_, rule)| model.rules.get(*rule));
        let by_rule = rule.map_or(0.0, confidence);
        if popular > self.likeness.get(at).copied().unwrap_or(0.0) + by_rule {
            return Ground::Popular;
        }
        let share = |own: &u16| {
            let near = model.similar.get(usize::from(*own)).into_iter().flatten();
            let near =
                near.filter(|(other, _)| *other == product).map(|(_, near)| f64::from(*near) / 10_000.0);
            let by_rule = if rule.is_some_and(|rule| rule.given.contains(own)) { by_rule } else { 0.0 };
            near.sum::<f64>() + by_rule
        };
        let most = tried.keys().map(|own| (*own, share(own)));
        let most = most.reduce(|best, next| if next.1 > best.1 { next } else { best });
        let named = most.filter(|(own, _)| rule.is_some_and(|rule| rule.given.contains(own)));
        named.map_or(Ground::Similar, |(own, _)| Ground::Together(own))
    }
}

/// What a rule adds to the score.
fn confidence(rule: &TasteRule) -> f64 {
    RULE_WEIGHT * f64::from(rule.confidence_bp) / 10_000.0
}
