//! Offer: which cards this guest is shown, as a deterministic function of situation and arm.
//!
//! The arm is drawn per customer and epoch from logged probabilities; the seed is a hash of customer,
//! epoch and experiment, so nightly refits do not reshuffle and a rescan gives the same cards.

mod rfm;
mod stamps;

pub use rfm::RfmTable;
pub use stamps::StampCard;

use super::features::Reading;
use super::taste::Taste;
use crate::facts::id::{ArmId, CategoryId, CustomerId, OfferId, Sku, VisitId};
use crate::facts::moment::{BusinessDay, Moment};
use crate::facts::money::WHOLE_BP;
use crate::facts::offer::{Card, Offer, Reason, Scope};
use crate::facts::policy::{Arm, Policy};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;

/// Who decides the depths.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Strategy {
    /// The randomised ladder around the status base.
    #[default]
    Ladder,
    /// No offers at all.
    None,
    /// The same depth for everybody, basis points.
    Flat(i64),
    /// A table of rules over recency, frequency and money.
    Rfm(RfmTable),
    /// A stamp card.
    Stamps(StampCard),
}

/// Everything the cards depend on besides menu and policy. Kept in the decision record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Situation {
    /// The visit; part of the offers' ids.
    pub visit: VisitId,
    /// Who.
    pub customer: CustomerId,
    /// When.
    pub at: Moment,
    /// Day of trade.
    pub business_day: BusinessDay,
    /// First instant after which offers of today are no longer good.
    pub day_ends: Moment,
    /// Consent to personalisation.
    pub personal: bool,
    /// Segment at this moment.
    pub segment: String,
    /// Features as read today.
    pub reading: Reading,
    /// Number of the customer's epoch.
    pub epoch: i64,
    /// Who decides.
    pub strategy: Strategy,
    /// Favourite category: the guest's own, else the shop's.
    pub favourite: Option<CategoryId>,
    /// A product worth trying.
    pub novelty: Option<Sku>,
    /// Cards kept from earlier visits that are good now.
    pub cards: Vec<Card>,
}

/// What was drawn and what is shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Draw {
    /// In the holdout: the published base and never less.
    pub holdout: bool,
    /// The arm.
    pub arm: ArmId,
    /// Probability of each feasible arm, basis points.
    pub probabilities_bp: BTreeMap<ArmId, i64>,
    /// First eight bytes of the seed's hash.
    pub seed: u64,
    /// The cards, best kept first.
    pub offers: Vec<Offer>,
}

/// The most cards a guest is shown.
pub const CARDS_MAX: usize = 5;
/// The most kept cards among them.
const KEPT_CARDS_MAX: usize = 2;

/// The guest's favourite category by share of spend; ties go to the smaller id.
#[must_use]
pub fn favourite(reading: &Reading) -> Option<CategoryId> {
    reading
        .composition_bp
        .iter()
        .filter(|(_, share)| **share > 0)
        .max_by_key(|(category, share)| (**share, std::cmp::Reverse(*category)))
        .map(|(category, _)| category.clone())
}

/// The first like: what the product card offers.
#[must_use]
pub fn novelty(taste: &Taste) -> Option<Sku> {
    taste.likes.first().map(|like| like.sku.clone())
}

/// Draws the arm and lays out the cards.
#[must_use]
pub fn draw(situation: &Situation, policy: &Policy) -> Draw {
    let seed = seed(&situation.customer, situation.epoch, &policy.experiment);
    let holdout = situation.strategy == Strategy::Ladder && in_holdout(situation, policy);
    let fixed = match situation.strategy {
        Strategy::None => Some(("none", Vec::new())),
        Strategy::Flat(depth_bp) => Some(("flat", vec![(Scope::Basket, depth_bp, Reason::Flat)])),
        Strategy::Stamps(card) => Some(("stamps", stamps::cards(&card, situation, policy))),
        Strategy::Rfm(table) if situation.personal => Some(("rfm", rfm::cards(&table, situation, policy))),
        Strategy::Rfm(_) => Some(("base", base_cards(situation, policy))),
        Strategy::Ladder if holdout || !situation.personal => Some(("base", base_cards(situation, policy))),
        Strategy::Ladder => None,
    };
    let (arm, probabilities_bp, wishes) = match fixed {
        Some((name, wishes)) => (ArmId::new(name), BTreeMap::from([(ArmId::new(name), WHOLE_BP)]), wishes),
        None => {
            let arm = pick(&policy.arms, seed);
            let probabilities = policy.arms.iter().map(|arm| (arm.id.clone(), arm.probability_bp)).collect();
            (
                arm.map_or_else(|| ArmId::new("base"), |arm| arm.id.clone()),
                probabilities,
                arm_cards(situation, policy, arm),
            )
        }
    };
    let gives_cards = matches!(situation.strategy, Strategy::Ladder | Strategy::Rfm(_));
    let kept: Vec<Offer> = if gives_cards && situation.personal && !holdout {
        situation.cards.iter().take(KEPT_CARDS_MAX).map(|card| card.offer.clone()).collect()
    } else {
        Vec::new()
    };
    let fresh = wishes.into_iter().enumerate().map(|(index, (scope, depth_bp, reason))| Offer {
        id: OfferId::new(format!("{}.{}", situation.visit, index + 1)),
        scope,
        depth_bp,
        from: situation.at,
        until: situation.day_ends,
        reason,
    });
    let offers = kept.into_iter().chain(fresh).filter(|offer| offer.depth_bp > 0).take(CARDS_MAX).collect();
    Draw { holdout, arm, probabilities_bp, seed, offers }
}

/// The card for the next visit that this visit earns, or nothing in the holdout or without consent.
#[must_use]
pub fn next_card(situation: &Situation, draw: &Draw, policy: &Policy) -> Option<Offer> {
    if draw.holdout || !situation.personal {
        return None;
    }
    let (scope, depth_bp, reason) = match situation.strategy {
        Strategy::Ladder => arm_next(situation, policy, policy.arms.iter().find(|arm| arm.id == draw.arm)?),
        Strategy::Rfm(table) => rfm::next(&table, situation, policy)?,
        Strategy::None | Strategy::Flat(_) | Strategy::Stamps(_) => return None,
    };
    Some(Offer {
        id: OfferId::new(format!("{}.next", situation.visit)),
        scope,
        depth_bp,
        from: situation.at.later(1),
        until: situation.at.later(i64::from(policy.card_days) * 86_400_000),
        reason,
    })
}

type Wish = (Scope, i64, Reason);

fn base_cards(situation: &Situation, policy: &Policy) -> Vec<Wish> {
    let base = policy.status(situation.reading.visits).base_bp;
    vec![(Scope::Basket, base, first_reason(situation))]
}

fn arm_cards(situation: &Situation, policy: &Policy, arm: Option<&Arm>) -> Vec<Wish> {
    let Some(arm) = arm else { return base_cards(situation, policy) };
    let mut cards =
        vec![(Scope::Basket, depth(situation, policy, arm.steps.saturating_sub(1)), first_reason(situation))];
    if let Some(category) = &situation.favourite {
        cards.push((
            Scope::Category(category.clone()),
            depth(situation, policy, arm.steps),
            Reason::FavouriteCategory,
        ));
    }
    if let Some(sku) = &situation.novelty {
        cards.push((
            Scope::Product(sku.clone()),
            depth(situation, policy, arm.steps + 1),
            Reason::TrySomethingNew,
        ));
    }
    cards
}

fn arm_next(situation: &Situation, policy: &Policy, arm: &Arm) -> Wish {
    let scope = situation.favourite.clone().map_or(Scope::Basket, Scope::Category);
    (scope, depth(situation, policy, arm.steps + 1), Reason::NextVisit)
}

fn first_reason(situation: &Situation) -> Reason {
    match situation.segment.as_str() {
        _ if situation.reading.visits == 0 => Reason::Welcome,
        "cooling" => Reason::MissedYou,
        _ => Reason::StatusBase,
    }
}

/// The depth so many steps above the status base, within the spread two guests may differ by.
fn depth(situation: &Situation, policy: &Policy, steps: usize) -> i64 {
    let base = policy.status(situation.reading.visits).base_bp;
    policy.rungs_above(base, steps).min(policy.rung(base + policy.personal_spread_bp)).max(base)
}

fn pick(arms: &[Arm], seed: u64) -> Option<&Arm> {
    let mut left = i64::try_from(seed % WHOLE_BP.unsigned_abs()).unwrap_or(0);
    for arm in arms {
        left -= arm.probability_bp;
        if left < 0 {
            return Some(arm);
        }
    }
    arms.last()
}

/// Nested by one stable hash: a smaller share later only lets customers out.
fn in_holdout(situation: &Situation, policy: &Policy) -> bool {
    let place = hash(&["holdout", situation.customer.as_str()]) % WHOLE_BP.unsigned_abs();
    place < policy.holdout_bp(situation.business_day).unsigned_abs()
}

fn seed(customer: &CustomerId, epoch: i64, experiment: &str) -> u64 {
    hash(&[customer.as_str(), &epoch.to_string(), experiment])
}

fn hash(parts: &[&str]) -> u64 {
    let mut hasher = Sha256::new();
    for part in parts {
        hasher.update(part.as_bytes());
        hasher.update([0]);
    }
    hasher.finalize().iter().take(8).fold(0, |sum, byte| (sum << 8) | u64::from(*byte))
}
