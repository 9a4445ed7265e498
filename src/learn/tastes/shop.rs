//! What the shop's past says before a day: popularity, trend, likeness, rules.

use super::baskets::Baskets;
use super::history::History;
use super::itemsets::{Limits, frequent};
use super::rules::{Rule, proven, rules};
use super::similar::nearest;
use crate::facts::models::{AgainTaste, ScoreCurve, TasteModel, TasteRule};
use serde::Serialize;

/// Shares of receipts that are tried as smallest support, until the sets are few enough.
const SUPPORTS: [f64; 7] = [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1];
/// Receipts that a set stands on at least.
const COUNT_MIN: u32 = 5;
/// Items of a set, at most: two that are given and one that follows.
const SET_MAX: usize = 3;
/// Itemsets, at most.
const SETS_MAX: usize = 50_000;
/// A receipt with more different products is a delivery and says nothing of taste.
const BASKET_MAX: usize = 256;
/// Rules a model holds, at most: the surest.
const RULES_MAX: usize = 2_000;
/// Days after which a visit counts half in the trend.
const TREND_HALF_LIFE_DAYS: f64 = 20.0;
/// Visits that are added to what was seen and what was expected, so that a rare product has no wild trend.
const TREND_PRIOR: f64 = 1.0;

/// What is bought together.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Together {
    /// Share of the receipts from which on a set was counted.
    pub min_support: f64,
    /// Receipts.
    pub baskets: usize,
    /// Frequent sets.
    pub itemsets: usize,
    /// Rules that may be used, the surest first.
    pub rules: Vec<Rule>,
}

/// What was learned from the days before one day.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Past {
    /// Share of known guests' visits for each product.
    pub popular: Vec<f64>,
    /// How much more often lately than ever, for each product.
    pub rise: Vec<f64>,
    /// The nearest products of each.
    pub similar: Vec<Vec<(u16, u16)>>,
    /// What is bought together.
    pub together: Together,
}

/// How the parts are weighed.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Weights {
    /// A visit so many visits ago counts half.
    pub half_life_visits: f64,
    /// Visits that popularity counts for.
    pub popular_visits: f64,
    /// Power of the rise in the score of what is new.
    pub rise_power: f64,
}

impl Past {
    /// Learns from the days before `until`.
    #[must_use]
    pub fn before(
        history: &History,
        until: i32,
        progress: &mut dyn FnMut(&'static str, usize, usize),
    ) -> Past {
        let (popular, rise) = popularity(history, until);
        progress("together", 0, 1);
        let together = together(history, until);
        let similar = nearest(history, until, &mut |done, all| progress("similar", done, all));
        Past { popular, rise, similar, together }
    }

    /// The model with these weights and curves.
    #[must_use]
    pub fn model(
        &self,
        history: &History,
        weights: &Weights,
        again: ScoreCurve,
        fresh: ScoreCurve,
    ) -> TasteModel {
        let rule = |rule: &Rule| TasteRule {
            given: rule.given.clone(),
            then: rule.then,
            confidence_bp: bp(rule.confidence()),
        };
        TasteModel {
            products: history.products.clone(),
            popular: self.popular.clone(),
            trend: self.rise.iter().map(|rise| libm::pow(*rise, weights.rise_power)).collect(),
            similar: self.similar.clone(),
            rules: self.together.rules.iter().map(rule).collect(),
            again: AgainTaste {
                half_life_visits: weights.half_life_visits,
                popular_visits: weights.popular_visits,
                curve: again,
            },
            fresh,
        }
    }
}

/// Share of visits, and (seen lately + 1) / (expected lately + 1), for each product.
fn popularity(history: &History, until: i32) -> (Vec<f64>, Vec<f64>) {
    let mut ever = vec![0.0f64; history.products.len()];
    let mut lately = ever.clone();
    let (mut visits, mut late_visits) = (0.0f64, 0.0f64);
    for guest in 0..history.guests() {
        for seen in history.visits_of(guest).take_while(|seen| seen.day < until) {
            let age = f64::from(until.saturating_sub(1).saturating_sub(seen.day));
            let weight = libm::exp2(-age / TREND_HALF_LIFE_DAYS);
            visits += 1.0;
            late_visits += weight;
            for product in seen.products {
                let at = usize::from(*product);
                if let (Some(ever), Some(lately)) = (ever.get_mut(at), lately.get_mut(at)) {
                    *ever += 1.0;
                    *lately += weight;
                }
            }
        }
    }
    let shares: Vec<f64> = ever.iter().map(|count| count / visits.max(1.0)).collect();
    let rise = |(share, lately): (&f64, &f64)| (lately + TREND_PRIOR) / (share * late_visits + TREND_PRIOR);
    let rises = shares.iter().zip(&lately).map(rise).collect();
    (shares, rises)
}

fn together(history: &History, until: i32) -> Together {
    let mut baskets = Baskets::default();
    for seen in history.visits().filter(|seen| seen.day < until && seen.products.len() <= BASKET_MAX) {
        baskets.push(seen.products.iter().copied());
    }
    for min_support in SUPPORTS {
        let least = baskets.count_of(min_support).max(COUNT_MIN);
        let limits = Limits { least, longest: SET_MAX, most: SETS_MAX };
        let Some(sets) = frequent(&baskets, limits) else { continue };
        let mut kept = proven(rules(&sets, 0.0), baskets.len());
        kept.sort_by(|a, b| {
            let surer = b.confidence().total_cmp(&a.confidence()).then_with(|| b.count.cmp(&a.count));
            surer.then_with(|| a.given.cmp(&b.given)).then_with(|| a.then.cmp(&b.then))
        });
        kept.truncate(RULES_MAX);
        return Together { min_support, baskets: baskets.len(), itemsets: sets.len(), rules: kept };
    }
    Together { min_support: 1.0, baskets: baskets.len(), ..Together::default() }
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "held within 0 and 10000")]
fn bp(share: f64) -> u16 {
    libm::round(share * 10_000.0).clamp(0.0, 10_000.0) as u16
}
