//! Replay: computes kept decisions again, bit for bit, from the record and the artifacts it names.

use super::decision::{Decision, Guest, decided_lines};
use super::fault::FlowFault;
use crate::facts::basket::PricedBasket;
use crate::facts::id::{Digest, ReceiptId};
use crate::facts::menu::Menu;
use crate::facts::models::Bundle;
use crate::facts::moment::ShopDay;
use crate::facts::policy::Policy;
use crate::steps::guard;
use crate::steps::offer::{self, Situation};
use crate::steps::{charge, features, segment, value};
use crate::store::aftermath::KeptDecision;
use crate::store::{Store, StoreFault};
use std::collections::BTreeMap;

/// How a replay of one receipt ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Replayed {
    /// The same to the bit.
    Same,
    /// Something came out differently.
    Different {
        /// What was kept.
        kept: String,
        /// What came out now.
        now: String,
    },
    /// The customer was erased, and what was known of them with it.
    Erased,
    /// It cannot be computed again, and why.
    Unreadable(String),
}

/// Computes decisions again; keeps the artifacts it has read.
#[derive(Debug, Default)]
pub struct Replay {
    menus: BTreeMap<Digest, Menu>,
    policies: BTreeMap<Digest, Policy>,
    bundles: BTreeMap<Digest, Bundle>,
}

impl Replay {
    /// Computes one receipt's decision again.
    ///
    /// # Errors
    /// When there is no such decision.
    pub fn receipt(&mut self, store: &Store, receipt: &ReceiptId) -> Result<Replayed, FlowFault> {
        let kept = match store.decision(receipt)? {
            None => return Err(FlowFault::ReceiptUnknown(receipt.clone())),
            Some(KeptDecision::Erased) => return Ok(Replayed::Erased),
            Some(KeptDecision::Whole(text)) => text,
        };
        let decision: Decision = match serde_json::from_str(&kept) {
            Ok(decision) => decision,
            Err(error) => return Ok(Replayed::Unreadable(error.to_string())),
        };
        Ok(match self.again(store, &decision) {
            Ok(now) if now.to_json() == kept => Replayed::Same,
            Ok(now) => Replayed::Different { kept, now: now.to_json() },
            Err(fault) => Replayed::Unreadable(fault.to_string()),
        })
    }

    /// The decision as it comes out now, from the kept one's inputs alone.
    fn again(&mut self, store: &Store, kept: &Decision) -> Result<Decision, FlowFault> {
        self.load(store, kept)?;
        let missing = |what: &Digest| FlowFault::Unknown(format!("artifact {what} is not kept"));
        let menu = self.menus.get(&kept.menu).ok_or_else(|| missing(&kept.menu))?;
        let policy = self.policies.get(&kept.policy).ok_or_else(|| missing(&kept.policy))?;
        let bundle = kept.bundle.as_ref().and_then(|digest| self.bundles.get(digest));
        let guest = kept.guest.as_ref().map(|guest| guest_again(guest, policy, bundle));
        let basket = PricedBasket::new(&kept.basket, menu)?;
        let approved = guard::approve(&basket, kept.chosen.as_ref(), policy, kept.day, kept.caps_left);
        Ok(Decision {
            lines: decided_lines(&charge::price(&approved), &approved),
            refusals: approved.refusals().to_vec(),
            next: guest.as_ref().and_then(|guest| offer::next_card(&guest.situation, &guest.draw, policy)),
            guest,
            ..kept.clone()
        })
    }

    fn load(&mut self, store: &Store, kept: &Decision) -> Result<(), FlowFault> {
        let unreadable =
            |error: serde_json::Error| StoreFault::Unreadable { what: "artifact", why: error.to_string() };
        if !self.menus.contains_key(&kept.menu) {
            let menu = Menu::from_json(&store.artifact(&kept.menu)?).map_err(unreadable)?;
            self.menus.insert(kept.menu.clone(), menu);
        }
        if !self.policies.contains_key(&kept.policy) {
            let policy = serde_json::from_str(&store.artifact(&kept.policy)?).map_err(unreadable)?;
            self.policies.insert(kept.policy.clone(), policy);
        }
        if let Some(digest) = &kept.bundle
            && !self.bundles.contains_key(digest)
        {
            let bundle = serde_json::from_str(&store.artifact(digest)?).map_err(unreadable)?;
            self.bundles.insert(digest.clone(), bundle);
        }
        Ok(())
    }
}

/// What follows from features, policy and bundle is computed anew; what only the day itself could tell, such
/// as the arm that was drawn earlier or the likely basket, is taken from the record.
fn guest_again(kept: &Guest, policy: &Policy, bundle: Option<&Bundle>) -> Guest {
    let today = ShopDay { day: kept.situation.business_day, number: kept.open_day };
    let reading = value::read(&kept.features, today, bundle.and_then(|bundle| bundle.value.as_ref()));
    let epoch_days = features::epoch_days(&reading, policy).max(1);
    let epoch = match &kept.situation.assigned {
        Some(assigned) => assigned.epoch,
        None => i64::from(kept.situation.business_day.0.div_euclid(epoch_days)),
    };
    let situation = Situation {
        segment: segment::assign(&kept.features, today, bundle, &kept.previous_segment),
        epoch,
        reading,
        memory_bp: kept.situation.memory_bp.map(|_| kept.features.discount_memory_bp),
        ..kept.situation.clone()
    };
    Guest { draw: offer::draw(&situation, policy, bundle), situation, ..kept.clone() }
}
