//! Offer: which cards this guest is shown, as a deterministic function of situation and arm.
//!
//! The arm is drawn per customer and epoch from logged probabilities; the seed is a hash of customer,
//! epoch and experiment. The draw is kept with the epoch's first sale and holds until the epoch ends, so
//! nightly refits do not reshuffle and a rescan gives the same cards.

pub mod learned;
pub mod likely;
mod rfm;
mod stamps;

pub use rfm::RfmTable;
pub use stamps::StampCard;

use self::likely::Likely;
use super::features::Reading;
use super::taste::Taste;
use crate::facts::arm::{Aim, Arm, Timing};
use crate::facts::assignment::Assignment;
use crate::facts::id::{ArmId, CategoryId, CustomerId, OfferId, Sku, VisitId};
use crate::facts::lot;
use crate::facts::models::Bundle;
use crate::facts::moment::{BusinessDay, DAY_MS, Moment};
use crate::facts::money::WHOLE_BP;
use crate::facts::offer::{Card, Offer, Reason, Scope};
use crate::facts::policy::Policy;
use crate::facts::promise::Promise;
use serde::{Deserialize, Serialize};
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
    /// The game in the bundle; without one the ladder.
    Learned,
}

impl Strategy {
    /// Whether arms are drawn for each guest.
    #[must_use]
    pub const fn draws_arms(self) -> bool {
        matches!(self, Strategy::Ladder | Strategy::Learned)
    }
}

/// An arm the customer had in an earlier epoch.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PastArm {
    /// First day of that epoch.
    pub from: BusinessDay,
    /// The arm.
    pub arm: ArmId,
    /// Segment on that day.
    pub segment: String,
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
    /// First day of the epoch; nothing in decisions kept before epochs were anchored to a visit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub opened: Option<BusinessDay>,
    /// The arm that an earlier visit of this epoch drew.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub assigned: Option<Assignment>,
    /// Arms of the last epochs before this one, the newest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub past_arms: Vec<PastArm>,
    /// Decayed recent depth, basis points.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub memory_bp: Option<i64>,
    /// What the guest will likely take, priced.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub likely: Option<Likely>,
    /// Menu or prices have moved lately, so of response only its means are heard.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub menu_moved: bool,
    /// What an older programme promised the guest, where it is to be kept on this day. No consent, lot or right of a code takes
    /// it away.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub promised: Option<Promise>,
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
    /// What each feasible arm was expected to bring, thousandths of minor units; empty where nobody asked.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub values_milli: BTreeMap<ArmId, i64>,
    /// Whose values they are: `uniform`, `segment` or `personal`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub spoke: Option<String>,
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

/// What the product card offers: what is worth a discount, if a model can tell; else the first like.
#[must_use]
pub fn novelty(taste: &Taste) -> Option<Sku> {
    match &taste.worth {
        Some(worth) => worth.first().cloned(),
        None => taste.likes.first().map(|like| like.sku.clone()),
    }
}

/// Draws the arm and lays out the cards. The bundle is asked only where [`Strategy::Learned`] opens an epoch.
#[must_use]
pub fn draw(situation: &Situation, policy: &Policy, bundle: Option<&Bundle>) -> Draw {
    let seed = seed(&situation.customer, situation.epoch, &policy.experiment);
    let chosen = match situation.strategy {
        Strategy::None => Chosen::fixed("none", Vec::new()),
        Strategy::Flat(depth_bp) => Chosen::fixed("flat", vec![(Scope::Basket, depth_bp, Reason::Flat)]),
        Strategy::Stamps(card) => Chosen::fixed("stamps", stamps::cards(&card, situation, policy)),
        Strategy::Rfm(table) if situation.personal => {
            Chosen::fixed("rfm", rfm::cards(&table, situation, policy))
        }
        Strategy::Rfm(_) => Chosen::fixed("base", base_cards(situation, policy)),
        Strategy::Ladder | Strategy::Learned => choose(situation, policy, bundle, seed),
    };
    let gives_cards = situation.strategy.draws_arms() || matches!(situation.strategy, Strategy::Rfm(_));
    let kept: Vec<Offer> = if gives_cards && situation.personal && !chosen.holdout {
        situation.cards.iter().take(KEPT_CARDS_MAX).map(|card| card.offer.clone()).collect()
    } else {
        Vec::new()
    };
    let fresh = chosen.wishes.into_iter().enumerate().map(|(index, (scope, depth_bp, reason))| Offer {
        id: OfferId::new(format!("{}.{}", situation.visit, index + 1)),
        scope,
        depth_bp,
        from: situation.at,
        until: situation.day_ends,
        reason,
    });
    let promised = situation.promised.filter(|promise| promise.holds_on(situation.business_day));
    let others = CARDS_MAX - usize::from(promised.is_some());
    let cards = kept.into_iter().chain(fresh).filter(|offer| offer.depth_bp > 0).take(others);
    let offers = cards.chain(promised.map(|promise| promised_card(situation, promise))).collect();
    Draw {
        holdout: chosen.holdout,
        arm: chosen.arm,
        probabilities_bp: chosen.probabilities_bp,
        seed,
        offers,
        values_milli: chosen.values_milli,
        spoke: chosen.spoke,
    }
}

/// The card that keeps a promise: on everything, last among the cards, so that of two that save the same the other is chosen.
fn promised_card(situation: &Situation, promise: Promise) -> Offer {
    Offer {
        id: OfferId::new(format!("{}.promised", situation.visit)),
        scope: Scope::Basket,
        depth_bp: promise.depth_bp,
        from: situation.at,
        until: situation.day_ends,
        reason: Reason::Promised,
    }
}

/// The card for the next visit that this visit earns, or nothing in the holdout or without consent.
#[must_use]
pub fn next_card(situation: &Situation, draw: &Draw, policy: &Policy) -> Option<Offer> {
    if draw.holdout || !situation.personal {
        return None;
    }
    let (scope, depth_bp, reason) = match situation.strategy {
        Strategy::Ladder | Strategy::Learned => {
            arm_next(situation, policy, policy.arms.iter().find(|arm| arm.id == draw.arm)?)?
        }
        Strategy::Rfm(table) => rfm::next(&table, situation, policy)?,
        Strategy::None | Strategy::Flat(_) | Strategy::Stamps(_) => return None,
    };
    Some(Offer {
        id: OfferId::new(format!("{}.next", situation.visit)),
        scope,
        depth_bp,
        from: situation.at.later(1),
        until: situation.at.later(i64::from(policy.card_days) * DAY_MS),
        reason,
    })
}

type Wish = (Scope, i64, Reason);

/// An arm with its probabilities and the wishes it stands for.
struct Chosen {
    holdout: bool,
    arm: ArmId,
    probabilities_bp: BTreeMap<ArmId, i64>,
    wishes: Vec<Wish>,
    values_milli: BTreeMap<ArmId, i64>,
    spoke: Option<String>,
}

impl Chosen {
    fn fixed(name: &str, wishes: Vec<Wish>) -> Chosen {
        Chosen {
            holdout: false,
            arm: ArmId::new(name),
            probabilities_bp: BTreeMap::from([(ArmId::new(name), WHOLE_BP)]),
            wishes,
            values_milli: BTreeMap::new(),
            spoke: None,
        }
    }
}

/// The arm of the running epoch, or a fresh draw where this visit opens one.
fn choose(situation: &Situation, policy: &Policy, bundle: Option<&Bundle>, seed: u64) -> Chosen {
    let assigned = situation.assigned.as_ref();
    let holdout = assigned.map_or_else(|| in_holdout(situation, policy), |known| known.holdout);
    if holdout || !situation.personal {
        return Chosen { holdout, ..Chosen::fixed("base", base_cards(situation, policy)) };
    }
    if let Some(known) = assigned {
        let arm = policy.arms.iter().find(|arm| arm.id == known.arm);
        return Chosen {
            probabilities_bp: known.probabilities_bp.clone(),
            ..Chosen::fixed(known.arm.as_str(), arm_cards(situation, policy, arm))
        };
    }
    let weighed = bundle
        .filter(|_| situation.strategy == Strategy::Learned)
        .and_then(|bundle| learned::weigh(situation, policy, bundle));
    let (probabilities_bp, values_milli, spoke) = match weighed {
        Some(weighed) => (weighed.probabilities_bp, weighed.values_milli, Some(weighed.spoke.into())),
        None => (ladder_probabilities(policy), BTreeMap::new(), None),
    };
    let arm = pick(&policy.arms, &probabilities_bp, seed);
    let name = arm.map_or("base", |arm| arm.id.as_str());
    Chosen { probabilities_bp, values_milli, spoke, ..Chosen::fixed(name, arm_cards(situation, policy, arm)) }
}

/// Probabilities while the starting ladder rules, basis points.
#[must_use]
pub fn ladder_probabilities(policy: &Policy) -> BTreeMap<ArmId, i64> {
    policy.arms.iter().map(|arm| (arm.id.clone(), arm.probability_bp)).collect()
}

fn base_cards(situation: &Situation, policy: &Policy) -> Vec<Wish> {
    let base = policy.status(situation.reading.visits).base_bp;
    vec![(Scope::Basket, base, first_reason(situation))]
}

fn arm_cards(situation: &Situation, policy: &Policy, arm: Option<&Arm>) -> Vec<Wish> {
    let Some(arm) = arm else { return base_cards(situation, policy) };
    let now = arm.layout().into_iter().filter(|card| card.timing == Timing::Now);
    now.filter_map(|card| {
        let depth_bp = depth(situation, policy, card.steps);
        match card.aim {
            Aim::Basket => Some((Scope::Basket, depth_bp, first_reason(situation))),
            Aim::Favourite => situation
                .favourite
                .clone()
                .map(|category| (Scope::Category(category), depth_bp, Reason::FavouriteCategory)),
            Aim::Novelty => {
                situation.novelty.clone().map(|sku| (Scope::Product(sku), depth_bp, Reason::TrySomethingNew))
            }
        }
    })
    .collect()
}

fn arm_next(situation: &Situation, policy: &Policy, arm: &Arm) -> Option<Wish> {
    let card = arm.layout().into_iter().find(|card| card.timing == Timing::Next)?;
    let scope = match card.aim {
        Aim::Basket => Scope::Basket,
        Aim::Favourite => situation.favourite.clone().map_or(Scope::Basket, Scope::Category),
        Aim::Novelty => situation.novelty.clone().map_or(Scope::Basket, Scope::Product),
    };
    Some((scope, depth(situation, policy, card.steps), Reason::NextVisit))
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

/// The arm on which the seed falls, arms in the order of the policy.
fn pick<'a>(arms: &'a [Arm], probabilities_bp: &BTreeMap<ArmId, i64>, seed: u64) -> Option<&'a Arm> {
    let mut left = i64::try_from(seed % WHOLE_BP.unsigned_abs()).unwrap_or(0);
    let mut last = None;
    for arm in arms {
        let Some(probability_bp) = probabilities_bp.get(&arm.id).filter(|p| **p > 0) else { continue };
        left -= probability_bp;
        last = Some(arm);
        if left < 0 {
            return last;
        }
    }
    last
}

fn in_holdout(situation: &Situation, policy: &Policy) -> bool {
    holdout_place(&situation.customer) < policy.holdout_bp(situation.business_day)
}

/// Where a customer stands in the lot of the holdout, among ten thousand: nested by one stable hash, so that a smaller share
/// later only lets customers out.
#[must_use]
pub fn holdout_place(customer: &CustomerId) -> i64 {
    lot::place_bp(&["holdout", customer.as_str()])
}

/// The seed of a draw: the first eight bytes of the hash of customer, epoch and experiment.
#[must_use]
pub fn seed(customer: &CustomerId, epoch: i64, experiment: &str) -> u64 {
    lot::hash(&[customer.as_str(), &epoch.to_string(), experiment])
}
