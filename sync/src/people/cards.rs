//! The cards a guest may choose from: the one that the last visit left, and those of today's arm, drawn by the same
//! step as at the counter. Each becomes a voucher that an offline counter believes.

use super::{past::Past, person::Person};
use crate::ledger::{Ledger, LedgerFault, fault::unreadable};
use kava::{
    facts::{
        customer::Features,
        id::{ArmId, CustomerId, OfferId, VisitId},
        menu::Menu,
        models::Bundle,
        moment::{DAY_MS, Moment},
        offer::{Offer, Scope},
        policy::Policy,
    },
    steps::{
        offer::{self, Situation, Strategy},
        segment, value,
    },
    wire::{
        code::{Pseudonym, Voucher, pass},
        document::Stream,
    },
};

/// What the chain says: the newest policy, menu and models.
#[derive(Debug, Clone)]
pub struct Rules {
    /// What is allowed.
    pub policy: Policy,
    /// What is sold.
    pub menu: Menu,
    /// When the menu was published; nothing where none was.
    pub menu_at: Option<Moment>,
    /// Models.
    pub bundle: Option<Bundle>,
}

impl Rules {
    /// Reads them for a shop, or for the chain with an empty one. Before anything was published the starting policy
    /// and an empty menu stand for them.
    ///
    /// # Errors
    /// When the database fails or a document is damaged.
    pub fn read(ledger: &Ledger, shop: &str) -> Result<Rules, LedgerFault> {
        let policy = match ledger.newest(Stream::Policy, shop)? {
            Some((_, body)) => serde_json::from_slice(&body).map_err(unreadable("policy"))?,
            None => Policy::default(),
        };
        let (menu, menu_at) = match ledger.newest(Stream::Menu, shop)? {
            Some((made, body)) => {
                let text = String::from_utf8_lossy(&body);
                (Menu::from_json(&text).map_err(unreadable("menu"))?, Some(made))
            }
            None => (Menu::default(), None),
        };
        let bundle = ledger.newest(Stream::Bundle, shop)?.and_then(|(_, body)| {
            let text = String::from_utf8_lossy(&body).into_owned();
            serde_json::from_str(text.split_once('\n')?.0).ok()
        });
        Ok(Rules { policy, menu, menu_at, bundle })
    }
}

/// A card with the voucher that makes it good where nobody knows the guest.
#[derive(Debug, Clone)]
pub struct Choice {
    /// The card.
    pub offer: Offer,
    /// Whether a visit has left it.
    pub kept: bool,
    /// The voucher; nothing for the published base, which every member has.
    pub voucher: Option<Voucher>,
}

/// A guest as the cards depend on them.
pub struct Guest<'a> {
    /// What they say of themselves.
    pub person: &'a Person,
    /// Their visits.
    pub past: &'a Past,
    /// Folded over the visits.
    pub features: &'a Features,
}

impl Guest<'_> {
    /// The cards, the kept one first.
    ///
    /// # Errors
    /// When the database fails.
    pub fn cards(&self, ledger: &Ledger, rules: &Rules, now: Moment) -> Result<Vec<Choice>, LedgerFault> {
        if !self.person.consent.programme {
            return Ok(Vec::new());
        }
        let (policy, bundle) = (&rules.policy, rules.bundle.as_ref());
        let situation = self.situation(ledger, rules, now)?;
        let draw = offer::draw(&situation, policy, bundle);
        let is_base = draw.holdout || !situation.personal || !situation.strategy.draws_arms();
        if is_base {
            let base = draw.offers.into_iter().map(|offer| Choice { offer, kept: false, voucher: None });
            return Ok(base.collect());
        }
        let kept = self.past.kept(now).and_then(|(offer, decided)| {
            let voucher = Voucher::of(&offer, &decided.guest.draw.arm)?;
            Some(Choice { offer, kept: true, voucher: Some(voucher) })
        });
        let fresh = draw.offers.into_iter().filter_map(|offer| self.lasting(offer, &draw.arm, policy));
        Ok(kept.into_iter().chain(fresh).filter(|card| !self.past.has_used(&card.offer.id)).collect())
    }

    /// A card of today as one that lasts: the same until the next visit, whenever a phone asks.
    fn lasting(&self, offer: Offer, arm: &ArmId, policy: &Policy) -> Option<Choice> {
        let (kind, of) = match &offer.scope {
            Scope::Basket => ("basket", ""),
            Scope::Category(category) => ("category", category.as_str()),
            Scope::Product(sku) => ("product", sku.as_str()),
        };
        let depth = offer.depth_bp.to_string();
        let visits = self.features.visits.to_string();
        let parts: [&[u8]; 6] = [
            b"kava club card",
            self.person.customer.as_bytes(),
            visits.as_bytes(),
            kind.as_bytes(),
            of.as_bytes(),
            depth.as_bytes(),
        ];
        let number = u64::from_be_bytes(pass::tag(&parts));
        let hour = offer.from.0.div_euclid(3_600_000) * 3_600_000;
        let from = Moment(hour);
        let until = from.later(i64::from(policy.card_days.clamp(1, 255)) * DAY_MS);
        let offer = Offer { id: OfferId::new(format!("k{number:016x}")), from, until, ..offer };
        let voucher = Voucher::of(&offer, arm)?;
        Some(Choice { offer, kept: false, voucher: Some(voucher) })
    }

    fn situation(&self, ledger: &Ledger, rules: &Rules, now: Moment) -> Result<Situation, LedgerFault> {
        let customer = CustomerId::new(&self.person.customer);
        let today = super::past::shop_day(ledger.connection(), self.past.today(now))?;
        let (policy, bundle) = (&rules.policy, rules.bundle.as_ref());
        let last = self.past.last_decided().map(|last| &last.guest);
        let reading = value::read(self.features, today, bundle.and_then(|bundle| bundle.value.as_ref()));
        let assigned = self
            .past
            .assigned(today.day, policy)
            .filter(|known| known.holdout || policy.arms.iter().any(|arm| arm.id == known.arm));
        let epoch_days = kava::steps::features::epoch_days(&reading, policy).max(1);
        let epoch = i64::from(today.day.0.div_euclid(epoch_days));
        let previous = last.map_or(segment::NEW, |guest| guest.previous_segment.as_str());
        Ok(Situation {
            visit: VisitId::new("club"),
            at: now,
            business_day: today.day,
            day_ends: now.later(DAY_MS),
            personal: self.person.consent.personalisation,
            segment: segment::assign(self.features, today, bundle, previous),
            epoch: assigned.as_ref().map_or(epoch, |assigned| assigned.epoch),
            strategy: last.map_or(Strategy::Ladder, |guest| guest.situation.strategy),
            favourite: offer::favourite(&reading)
                .or_else(|| last.and_then(|guest| guest.situation.favourite.clone())),
            novelty: last.and_then(|guest| guest.situation.novelty.clone()),
            cards: Vec::new(),
            opened: Some(assigned.as_ref().map_or(today.day, |assigned| assigned.from)),
            assigned,
            past_arms: Vec::new(),
            memory_bp: Some(self.features.discount_memory_bp),
            likely: None,
            menu_moved: last.is_some_and(|guest| guest.situation.menu_moved),
            promised: None,
            reading,
            customer,
        })
    }
}

/// The pseudonym of a person.
#[must_use]
pub fn pseudonym(person: &Person) -> Pseudonym {
    Pseudonym::of(&CustomerId::new(&person.customer))
}
