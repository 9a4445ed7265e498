//! Two receipts where one would do: what a guest gains by splitting a basket, or by a loop of buying and giving
//! back. Both receipts are drawn by the counter's own functions, arm by arm, with each arm's probability.

use super::exploit::{Way, chances};
use crate::facts::arm::Arm;
use crate::facts::assignment::Assignment;
use crate::facts::id::{ArmId, CounterId, ReceiptId};
use crate::facts::models::Bundle;
use crate::facts::offer::{Card, Offer, Scope};
use crate::facts::policy::Policy;
use crate::steps::game::share;
use crate::steps::offer::{Situation, draw, next_card};

/// Minutes between the two receipts.
const BETWEEN_MS: i64 = 60_000;

/// Gain as a share of what is spent today. A split basket has its second half under the card that the first
/// earned; in the loop a trifle earns the card, the whole basket uses it, and the trifle goes back: a full refund
/// takes an unspent card with it, but not one that was used.
pub(super) fn gain(way: Way, honest: &Situation, policy: &Policy, bundle: Option<&Bundle>) -> f64 {
    let chances = chances(honest, policy, bundle);
    let part = if way == Way::Splitting { 0.5 } else { 1.0 };
    policy.arms.iter().fold(0.0, |sum, arm| {
        let chance = share(chances.get(&arm.id).copied().unwrap_or(0));
        sum + if chance > 0.0 { chance * part * second_receipt(honest, policy, arm) } else { 0.0 }
    })
}

/// How much deeper the second of two receipts is than the only one, a fraction; nothing where it is not.
fn second_receipt(honest: &Situation, policy: &Policy, arm: &Arm) -> f64 {
    let first = under(honest, arm, policy);
    let drawn = draw(&first, policy, None);
    let once = best_on_usual(&drawn.offers, &first);
    let mut later = first.clone();
    later.at = first.at.later(BETWEEN_MS);
    later.reading.visits = later.reading.visits.saturating_add(1);
    // The best card is spent on the first receipt; a new one is earned where no other is kept.
    let spent = drawn.offers.iter().filter(|offer| covers(offer, &first)).max_by_key(|offer| offer.depth_bp);
    later.cards.retain(|card| Some(&card.offer.id) != spent.map(|offer| &offer.id));
    if later.cards.is_empty() {
        let offer = next_card(&first, &drawn, policy).filter(|offer| offer.from <= later.at);
        later.cards.extend(offer.map(|offer| kept(offer, &first, arm)));
    }
    let twice = best_on_usual(&draw(&later, policy, None).offers, &later);
    share((twice - once).max(0))
}

/// The same situation with the arm drawn.
fn under(honest: &Situation, arm: &Arm, policy: &Policy) -> Situation {
    let day = honest.opened.unwrap_or(honest.business_day);
    let assigned = Assignment {
        experiment: policy.experiment.clone(),
        decided_by: "search".into(),
        epoch: honest.epoch,
        from: day,
        until: honest.business_day,
        segment: honest.segment.clone(),
        holdout: false,
        arm: arm.id.clone(),
        probabilities_bp: [(arm.id.clone(), 10_000)].into(),
        bundle: None,
        receipt: ReceiptId::new("search"),
    };
    Situation { assigned: Some(assigned), ..honest.clone() }
}

/// The deepest depth on what the guest buys anyway, as far as the floor leaves it, basis points.
fn best_on_usual(offers: &[Offer], situation: &Situation) -> i64 {
    let most = situation.likely.as_ref().map_or(i64::MAX, |likely| likely.deepest_bp);
    offers
        .iter()
        .filter(|offer| covers(offer, situation))
        .map(|offer| offer.depth_bp)
        .max()
        .unwrap_or(0)
        .min(most)
}

fn covers(offer: &Offer, situation: &Situation) -> bool {
    match &offer.scope {
        Scope::Basket => true,
        Scope::Category(category) => situation.favourite.as_ref() == Some(category),
        Scope::Product(_) => false,
    }
}

fn kept(offer: Offer, situation: &Situation, arm: &Arm) -> Card {
    Card {
        offer,
        customer: situation.customer.clone(),
        arm: ArmId::new(arm.id.as_str()),
        bundle: None,
        decided_by: CounterId::new("search"),
    }
}
