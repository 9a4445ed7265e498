//! Closing: the second commit of a sale. Purchase, features, segment, caps, cards, slip and records are
//! kept together or not at all.

use super::answers::{OfferShown, SettleStatus, Settled};
use super::counter::Counter;
use super::decision::{Decision, Guest};
use super::fault::FlowFault;
use super::spend::Teller;
use crate::facts::at_till::AtTill;
use crate::facts::customer::{Features, Rights, VisitFact, VisitOrder};
use crate::facts::id::CategoryId;
use crate::facts::models::Bundle;
use crate::facts::moment::LocalMoment;
use crate::facts::money::Money;
use crate::facts::offer::{Card, Offer};
use crate::facts::policy::Policy;
use crate::facts::purchase::{Purchase, PurchaseKind};
use crate::facts::shop::Shop;
use crate::ports::Outcome;
use crate::steps::charge::Charge;
use crate::steps::receipt::{self, Around};
use crate::steps::sale::{self, Closing};
use crate::steps::{features, segment};
use crate::store::charges::{self, ChargeState};
use crate::store::purchases::{self, Place};
use crate::store::records::{self, Entry};
use crate::store::{Change, StoreFault, aftermath, assignments, codes, leases, visits};
use crate::wire::record::{ClockTrust, kind};
use serde::{Deserialize, Serialize};

/// What is kept between the two commits of a sale, so that it can be finished after a crash.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Pending {
    /// The frozen charge; thawed with its sums checked.
    pub(super) charge: String,
    /// The decision that led to it.
    pub(super) decision: Decision,
    /// Row of the customer.
    pub(super) customer: Option<i64>,
    /// When.
    pub(super) when: LocalMoment,
    /// Whether the clock could be believed.
    pub(super) clock_trust: ClockTrust,
    /// The draft that is being sold. It is noted again when the sale comes to nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) draft: Option<Noted>,
    /// Who sold, and how the order came about. Charges of older programs say nothing of it.
    #[serde(default)]
    pub(super) at_till: AtTill,
}

/// A sale as its record says it: the purchase, and what the till knows beside it.
#[derive(Serialize)]
struct Told<'a> {
    #[serde(flatten)]
    purchase: &'a Purchase,
    #[serde(flatten)]
    at_till: &'a AtTill,
}

/// What a screen has noted of a sale: all of it, and what is left in front of the screen while a part of it is sold.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(from = "OnPaper")]
pub(super) struct Noted {
    pub(super) whole: String,
    pub(super) rest: String,
}

/// As it is kept: charges of older programs have the whole alone.
#[derive(Deserialize)]
#[serde(untagged)]
enum OnPaper {
    Whole(String),
    Parted { whole: String, rest: String },
}

impl From<OnPaper> for Noted {
    fn from(kept: OnPaper) -> Noted {
        match kept {
            OnPaper::Whole(whole) => Noted { whole, rest: String::new() },
            OnPaper::Parted { whole, rest } => Noted { whole, rest },
        }
    }
}

/// Features and segment after a sale.
struct After {
    features: Features,
    /// Saved in all, elsewhere too.
    saved: Money,
    segment: String,
}

impl Counter {
    /// Keeps a rung-up sale with everything that goes with it, in one commit.
    pub(super) fn close(
        &mut self,
        charge: &Charge,
        pending: &Pending,
        register_ref: &str,
    ) -> Result<Settled, FlowFault> {
        let when = pending.when;
        let month = when.business_day.date().strftime("%Y-%m").to_string();
        let purchase = sale::close(
            charge,
            Closing {
                shop: self.shop.shop.clone(),
                when,
                policy_version: self.policy.version,
                cup: self.store.cup(&month, &self.menu)?,
                register_ref: Some(register_ref.to_owned()),
            },
        );
        let next = self.next_card(&pending.decision, &purchase)?;
        let after = self.keep(&purchase, pending, next.as_ref())?;
        if when.at > self.newest_at {
            self.newest_at = when.at;
        }
        if !pending.decision.codes.is_empty() {
            self.trust.clock = self.store.learned_time(when.at)?;
        }
        if purchase.customer.is_some() && purchase.kind == PurchaseKind::Sale {
            for line in &purchase.lines {
                self.count_popular(&line.product.sku, line.qty.whole());
            }
        }
        let settled = self.settled(charge, pending, next.as_ref());
        Ok(Settled {
            register_ref: purchase.register_ref,
            segment_after: after.map(|after| after.segment),
            ..settled
        })
    }

    fn keep(
        &mut self,
        purchase: &Purchase,
        pending: &Pending,
        next: Option<&Card>,
    ) -> Result<Option<After>, FlowFault> {
        let salts = [self.ids.salt(), self.ids.salt(), self.ids.salt()];
        let spend_salt = self.spend_salt(purchase.offer.as_ref());
        // Whoever was merged since the sale was frozen is another row.
        let customer = pending.customer.map(|row| self.store.row_now(row)).transpose()?;
        let books = Books {
            customer,
            shop: self.shop.clone(),
            epoch: self.epoch,
            policy: self.policy.clone(),
            bundle: self.bundle_at(pending.when.at).1.cloned(),
            pending,
            purchase,
        };
        let (words, reason) =
            (self.words, pending.decision.chosen.as_ref().map(|offer| self.reason_text(offer)));
        let next_name = next.map(|card| self.scope_name(&card.offer.scope));
        let (answer, paper) = (answer_text(&done(purchase)), self.prints_slips());
        let kept = self.store.change(|change| {
            // First, so that the record takes the pages that the charge gives up.
            charges::mark(change, &purchase.receipt, ChargeState::Done, Some(&answer))?;
            let (record, decision) = books.tell(change, salts)?;
            let place = Place { source: purchases::OWN, shop: &books.shop, customer, record, decision };
            purchases::add(change, purchase, &place)?;
            codes::use_codes(change, &pending.decision.codes, &books.shop.counter, purchase.when.at)?;
            let after = books.remember(change, record, next, salts)?;
            if let Some(salt) = spend_salt
                && let Some(used) = leases::post(change, &purchase.receipt)?
            {
                books.teller().spent(change, (used, &purchase.receipt), (false, salt))?;
            }
            let around = Around {
                shop: &books.shop,
                words,
                reason,
                saved_all: after.as_ref().map(|after| after.saved),
                next: next.map(|card| &card.offer).zip(next_name),
            };
            let slip = receipt::compose(purchase, &around);
            aftermath::add_print_job(change, &purchase.receipt, purchase.when.at, (&slip, paper))?;
            Ok(after)
        })?;
        Ok(kept)
    }

    /// The card this sale earns, unless an older one is still good.
    fn next_card(&self, decision: &Decision, purchase: &Purchase) -> Result<Option<Card>, FlowFault> {
        let (Some(guest), Some(offer)) = (&decision.guest, &decision.next) else { return Ok(None) };
        let still_good = guest.situation.cards.iter().any(|card| {
            Some(&card.offer.id) != purchase.offer.as_ref() && purchase.when.at < card.offer.until
        });
        // Whoever cannot spend a kept card earns none: what is kept already was not looked at.
        if still_good || guest.rights != Rights::Full || purchase.kind != PurchaseKind::Sale {
            return Ok(None);
        }
        Ok(Some(Card {
            offer: offer.clone(),
            customer: guest.situation.customer.clone(),
            arm: guest.draw.arm.clone(),
            bundle: decision.bundle.clone(),
            decided_by: self.shop.counter.clone(),
        }))
    }

    fn settled(&self, charge: &Charge, pending: &Pending, next: Option<&Card>) -> Settled {
        let guest = pending.decision.guest.as_ref();
        let kept = guest.map_or(&[][..], |guest| &guest.situation.cards);
        let unused =
            kept.iter().filter(|card| Some(&card.offer.id) != charge.offer()).map(|card| &card.offer);
        let shown: Vec<&Offer> = next.map(|card| &card.offer).into_iter().chain(unused).collect();
        Settled {
            visit: charge.visit().clone(),
            receipt: charge.id().clone(),
            status: SettleStatus::Done,
            register_ref: None,
            segment_before: guest.map(|guest| guest.situation.segment.clone()),
            segment_after: None,
            net_minor: charge.net().0,
            saved_minor: charge.discount().0,
            next: shown.into_iter().map(|offer| OfferShown::new(offer, self.reason_text(offer))).collect(),
            look: None,
        }
    }
}

/// What one sale is written with, inside its transaction.
struct Books<'a> {
    shop: Shop,
    epoch: i64,
    policy: Policy,
    bundle: Option<Bundle>,
    /// Row of the customer.
    customer: Option<i64>,
    pending: &'a Pending,
    purchase: &'a Purchase,
}

type Salts = [[u8; 16]; 3];

impl Books<'_> {
    fn teller(&self) -> Teller {
        let when = (self.pending.when, self.pending.clock_trust);
        Teller { shop: self.shop.clone(), epoch: self.epoch, when }
    }

    /// Appends the records of sale and decision; gives the place of the sale's and the number of the decision's.
    fn tell(
        &self,
        change: &Change<'_>,
        [sale_salt, decision_salt, _]: Salts,
    ) -> Result<((i64, i64), i64), StoreFault> {
        let told = Told { purchase: self.purchase, at_till: &self.pending.at_till };
        let payload = serde_json::to_vec(&told).map_err(|error| StoreFault::Other(error.to_string()))?;
        let record = self.append(change, kind::SALE, &payload, sale_salt)?;
        let decision = self.pending.decision.to_json();
        let (_, decision) = self.append(change, kind::DECISION, decision.as_bytes(), decision_salt)?;
        Ok((record, decision))
    }

    fn append(
        &self,
        change: &Change<'_>,
        kind: &str,
        payload: &[u8],
        salt: [u8; 16],
    ) -> Result<(i64, i64), StoreFault> {
        let (when, clock_trust) = (self.pending.when, self.pending.clock_trust);
        records::append(change, &self.shop, self.epoch, &Entry { kind, when, clock_trust, payload, salt })
    }

    /// Features, segment and next card of the guest; nothing for strangers and for kinds that teach
    /// nothing.
    fn remember(
        &self,
        change: &Change<'_>,
        record: (i64, i64),
        next: Option<&Card>,
        [.., salt]: Salts,
    ) -> Result<Option<After>, StoreFault> {
        let (Some(row), Some(guest)) = (self.customer, &self.pending.decision.guest) else {
            return Ok(None);
        };
        if self.purchase.kind != PurchaseKind::Sale {
            return Ok(None);
        }
        let after = self.fold(change, row, guest, record)?;
        aftermath::set_features(change, row, &after.features, &after.segment)?;
        if after.segment != guest.previous_segment {
            let customer = &guest.situation.customer;
            let payload = serde_json::json!({"customer": customer, "before": guest.previous_segment, "after": after.segment});
            self.append(change, kind::SEGMENT, payload.to_string().as_bytes(), salt)?;
        }
        if let Some(card) = next {
            aftermath::add_card(change, row, card, &self.purchase.receipt)?;
        }
        if let Some(assignment) = self.pending.decision.opens_epoch(&self.policy) {
            assignments::keep(change, row, &assignment)?;
        }
        Ok(Some(after))
    }

    /// Folds the sale into the stored features; when it does not come last in the order of visits,
    /// everything is folded anew.
    fn fold(
        &self,
        change: &Change<'_>,
        customer: i64,
        guest: &Guest,
        (epoch, seq): (i64, i64),
    ) -> Result<After, StoreFault> {
        let today = visits::shop_day(change, self.purchase.when.business_day)?;
        let order =
            VisitOrder { at: self.purchase.when.at, counter: self.shop.counter.to_string(), epoch, seq };
        let visit = visit_of(self.purchase, order, today.number);
        let stored = visits::features_of(change, customer)?;
        let features = if features::is_next(&stored, &visit) {
            features::fold(stored, &visit, &self.policy)
        } else {
            visits::refold(change, customer, &self.policy)?
        };
        // A pass may know of visits elsewhere: then segment and savings are those of all visits.
        let elsewhere = (guest.features.visits >= features.visits)
            .then(|| features::fold(guest.features.clone(), &visit, &self.policy));
        let all = elsewhere.as_ref().unwrap_or(&features);
        let segment = segment::assign(all, today, self.bundle.as_ref(), &guest.previous_segment);
        Ok(After { saved: all.saved, segment, features })
    }
}

/// A purchase as features see it.
pub(super) fn visit_of(purchase: &Purchase, order: VisitOrder, open_day: i32) -> VisitFact {
    let mut net_by_category: Vec<(CategoryId, Money)> = Vec::new();
    for line in &purchase.lines {
        match net_by_category.iter_mut().find(|(category, _)| *category == line.product.category) {
            Some((_, net)) => *net = net.plus(line.net),
            None => net_by_category.push((line.product.category.clone(), line.net)),
        }
    }
    VisitFact {
        order,
        business_day: purchase.when.business_day,
        open_day,
        hour: purchase.when.hour,
        net_by_category,
        saved: purchase.discount(),
        list: purchase.list(),
        drinks: purchase.lines.iter().filter(|line| line.product.drink).map(|line| line.qty.whole()).sum(),
        cup: purchase.cup,
    }
}

/// The register's answer as it is kept beside the charge.
pub(super) fn answer_text(outcome: &Outcome) -> String {
    serde_json::to_string(outcome).unwrap_or_default()
}

fn done(purchase: &Purchase) -> Outcome {
    Outcome::Done { reference: purchase.register_ref.clone().unwrap_or_default(), total: purchase.net() }
}
