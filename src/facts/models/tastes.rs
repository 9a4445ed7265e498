//! Tastes: what is bought together and by the same guests, and what a score means.

use crate::facts::id::Sku;
use serde::{Deserialize, Serialize};

/// What the shop's guests buy, by number of product. No price stands here.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TasteModel {
    /// The products that are known, ascending; everything else counts in this order.
    pub products: Vec<Sku>,
    /// Share of known guests' visits in which each was bought, 0 to 1.
    pub popular: Vec<f64>,
    /// How much more often lately than ever, as a factor above zero on what is new to a guest.
    pub trend: Vec<f64>,
    /// For each product the products that the same guests buy, nearest first: number and likeness in
    /// ten-thousandths.
    pub similar: Vec<Vec<(u16, u16)>>,
    /// What is bought on one receipt more often than chance allows.
    pub rules: Vec<TasteRule>,
    /// What the guest buys again.
    pub again: AgainTaste,
    /// From the score of a product that is new to the guest to the chance that this visit has it.
    pub fresh: ScoreCurve,
}

/// Whoever buys all of `given` buys `then`, so often.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TasteRule {
    /// Numbers of products, ascending.
    pub given: Vec<u16>,
    /// Number of the product that follows.
    pub then: u16,
    /// Share of the receipts with `given` that have `then`, ten-thousandths.
    pub confidence_bp: u16,
}

/// How habit is read from past visits.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct AgainTaste {
    /// A visit so many visits ago counts half as much as the last one.
    pub half_life_visits: f64,
    /// Visits that the product's popularity counts for.
    pub popular_visits: f64,
    /// From that score to the chance that this visit has the product.
    pub curve: ScoreCurve,
}

/// A line through points that never falls; constant beyond its ends.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct ScoreCurve {
    /// Scores, ascending.
    pub scores: Vec<f64>,
    /// The chance at each, 0 to 1, never falling.
    pub chances: Vec<f64>,
}

impl ScoreCurve {
    /// The chance at a score; 0 for a curve without points and a score that is no number.
    #[must_use]
    pub fn at(&self, score: f64) -> f64 {
        let behind = self.scores.partition_point(|knot| *knot <= score);
        let knot = |index: usize| Some((*self.scores.get(index)?, *self.chances.get(index)?));
        let before = behind.checked_sub(1).and_then(knot);
        match (before, knot(behind)) {
            _ if score.is_nan() => 0.0,
            (Some((from, low)), Some((to, high))) => low + (high - low) * ((score - from) / (to - from)),
            (Some((_, chance)), None) | (None, Some((_, chance))) => chance,
            (None, None) => 0.0,
        }
    }

    fn check(&self) -> Result<(), String> {
        let ascends = |numbers: &[f64], strictly: bool| {
            numbers.windows(2).all(|pair| matches!(pair, [a, b] if a < b || (!strictly && a <= b)))
        };
        if self.scores.is_empty() || self.scores.len() != self.chances.len() {
            return Err("a curve of its taste model has not one chance for each score".into());
        }
        let finite = self.scores.iter().all(|score| score.is_finite());
        if !finite || self.chances.iter().any(|chance| !(0.0..=1.0).contains(chance)) {
            return Err("a curve of its taste model is not made of finite scores and chances".into());
        }
        if !ascends(&self.scores, true) || !ascends(&self.chances, false) {
            return Err("a curve of its taste model does not ascend".into());
        }
        Ok(())
    }
}

impl TasteModel {
    /// The most products a model knows.
    pub const PRODUCTS_MAX: usize = 4_096;

    /// The number of a product, if it is known.
    #[must_use]
    pub fn number(&self, sku: &Sku) -> Option<u16> {
        self.products.binary_search(sku).ok().and_then(|number| u16::try_from(number).ok())
    }

    /// Whether the numbers can be used: of one length, finite, in range, every number of a product one
    /// that is there.
    ///
    /// # Errors
    /// What is wrong, as the middle of a sentence.
    pub fn check(&self) -> Result<(), String> {
        let known = self.products.len();
        if known == 0 || known > Self::PRODUCTS_MAX {
            return Err(format!("its taste model knows {known} products"));
        }
        if self.products.windows(2).any(|pair| matches!(pair, [one, next] if one >= next)) {
            return Err("the products of its taste model do not ascend".into());
        }
        if [self.popular.len(), self.trend.len(), self.similar.len()].iter().any(|length| *length != known) {
            return Err(format!("a list of its taste model has not {known} entries"));
        }
        if self.popular.iter().any(|share| !(0.0..=1.0).contains(share)) {
            return Err("a popularity of its taste model is not a share".into());
        }
        if self.trend.iter().any(|factor| !factor.is_finite() || *factor <= 0.0) {
            return Err("a trend of its taste model is not above zero".into());
        }
        let there = |number: &u16| usize::from(*number) < known;
        let similar = self.similar.iter().flatten();
        if similar.clone().any(|(number, likeness)| !there(number) || *likeness > 10_000) {
            return Err("a similar product of its taste model is not there".into());
        }
        for rule in &self.rules {
            let ascends = rule.given.windows(2).all(|pair| matches!(pair, [one, next] if one < next));
            let sound = !rule.given.is_empty() && ascends && rule.confidence_bp <= 10_000;
            if !sound || !rule.given.iter().chain([&rule.then]).all(there) {
                return Err("a rule of its taste model names what is not there".into());
            }
        }
        let AgainTaste { half_life_visits, popular_visits, curve } = &self.again;
        if !half_life_visits.is_finite() || *half_life_visits <= 0.0 {
            return Err("the half-life of its taste model is not above zero".into());
        }
        if !popular_visits.is_finite() || *popular_visits < 0.0 {
            return Err("the weight of popularity in its taste model is below zero".into());
        }
        curve.check()?;
        self.fresh.check()
    }
}
