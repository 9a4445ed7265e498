//! Settle: two commits with the register between them. The id is kept before the register is asked and
//! is the same on every retry; no transaction is open while it is waited for.

use super::answers::{SettleStatus, Settled};
use super::closing::{Noted, Pending, answer_text};
use super::counter::Counter;
use super::decision::{Decision, decided_lines};
use super::fault::FlowFault;
use super::journal::Job;
use super::open_visit::Unsaved;
use super::quote::Quote;
use crate::facts::basket::PricedBasket;
use crate::facts::id::{ReceiptId, VisitId};
use crate::facts::moment::Moment;
use crate::facts::purchase::{Payment, PaymentKind, PurchaseKind};
use crate::ports::Outcome;
use crate::steps::charge::{self, Charge, Heading};
use crate::steps::offer;
use crate::store::charges::{self, ChargeState, KeptCharge};
use crate::store::setting::{note_again, set_draft};
use crate::store::{StoreFault, aftermath, leases, visits};

/// How the guest pays.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Pays {
    /// The whole net in one way.
    Whole(PaymentKind),
    /// These payments; they must sum to the net.
    Parts(Vec<Payment>),
}

impl Counter {
    /// Charges the last quote of a visit, rings it up, and remembers it.
    ///
    /// # Errors
    /// When there is nothing to charge, the payments do not sum, or the register refused.
    pub fn settle(&mut self, visit: &VisitId, pays: &Pays, at: Moment) -> Result<Settled, FlowFault> {
        self.settle_of(visit, (pays, None), at)
    }

    /// The same for the sale that is noted as the one in front of a screen: its draft becomes this charge, and the `rest` of it,
    /// where only a part is paid, is noted in its place. A sale from anywhere else leaves it to whoever is being served there.
    ///
    /// # Errors
    /// As of [`Counter::settle`].
    pub fn settle_noted(
        &mut self,
        visit: &VisitId,
        (pays, rest): (&Pays, &str),
        at: Moment,
    ) -> Result<Settled, FlowFault> {
        let whole = self.store.draft()?;
        let draft = whole.map(|whole| Noted { whole, rest: rest.to_owned() });
        self.settle_of(visit, (pays, draft), at)
    }

    fn settle_of(
        &mut self,
        visit: &VisitId,
        (pays, draft): (&Pays, Option<Noted>),
        at: Moment,
    ) -> Result<Settled, FlowFault> {
        if let Some(unsaved) = self.visit_mut(visit)?.unsaved.take() {
            return self.finish_or_hold(*unsaved);
        }
        let (charge, pending) = self.prepare(visit, (pays, draft), at)?;
        let outcome = if charge.kind().is_charged() {
            let chosen = pending.decision.chosen.as_ref().filter(|_| charge.discount().0 > 0);
            let comment = chosen.map(|offer| self.reason_text(offer));
            self.carry_out(Job::Sale(&charge.net_receipt(&self.shop.currency, comment)))
        } else {
            Outcome::Done { reference: charge.kind().code().into(), total: charge.net() }
        };
        self.finish_or_hold(Unsaved { charge, pending, outcome })
    }

    /// Finishes a sale the register has answered for. Should the store fail, the answer is held, so that
    /// settling again writes the sale and never rings it up a second time.
    fn finish_or_hold(&mut self, unsaved: Unsaved) -> Result<Settled, FlowFault> {
        let finished = self.finish(&unsaved.charge, &unsaved.pending, unsaved.outcome.clone());
        if let Err(FlowFault::Store(_)) = finished
            && let Ok(visit) = self.visit_mut(unsaved.charge.visit())
        {
            visit.unsaved = Some(Box::new(unsaved));
        }
        finished
    }

    /// The first commit: charge, id, caps.
    fn prepare(
        &mut self,
        visit: &VisitId,
        (pays, draft): (&Pays, Option<Noted>),
        at: Moment,
    ) -> Result<(Charge, Pending), FlowFault> {
        let id = self.ids.receipt(at);
        let (when, clock_trust) = self.local(at);
        let open = self.open(visit)?;
        let quote = open.quote.as_ref().ok_or_else(|| FlowFault::NotQuoted(visit.clone()))?;
        if quote.day != when.business_day {
            return Err(FlowFault::QuoteOld(visit.clone()));
        }
        if quote.kind.is_charged() {
            PricedBasket::check_charged(&quote.items, &self.menu, self.policy.sells_without_mark)?;
        }
        let customer = open.guest.as_ref().map(|guest| guest.situation.customer.clone());
        let heading = Heading { id: id.clone(), visit: visit.clone(), kind: quote.kind, customer };
        let charge = charge::compose(heading, &quote.approved, payments(quote, pays))?;
        let decision = Decision { codes: open.codes.clone(), ..self.decide(open.guest.as_ref(), quote, &id) };
        let (customer, at_till) = (open.customer, self.at_till(open, at));
        let pending =
            Pending { charge: charge.freeze(), decision, customer, when, clock_trust, draft, at_till };
        let body = serde_json::to_string(&PendingKind::Sale(Box::new(pending.clone()))).unwrap_or_default();
        let kept = KeptCharge { receipt: id, state: ChargeState::Prepared, at, body, note: None };
        let reserve =
            pending.customer.filter(|_| charge.kind() == PurchaseKind::Sale && charge.discount().0 > 0);
        if let Some(card) = charge.offer().filter(|_| charge.kind() == PurchaseKind::Sale)
            && self.store.card_is_spent(card)?
        {
            return Err(FlowFault::OfferExpired(card.clone()));
        }
        let lease = self.lease_of((&charge, pending.customer), at)?;
        let opened_late = self.store.change(|change| {
            charges::keep(change, visit.as_str(), &kept)?;
            // From here on it is a sale, so that no crash puts it in front of the barista once more.
            if let Some(draft) = &pending.draft {
                set_draft(change, &draft.rest)?;
            }
            if let Some((lease, amount)) = &lease
                && !leases::reserve(change, lease, (&kept.receipt, pending.customer, at), *amount)?
            {
                return Err(StoreFault::Other(format!("lease {lease} has too little left")));
            }
            if let Some(card) = charge.offer() {
                aftermath::use_card(change, card, &kept.receipt)?;
            }
            if let Some(customer) = reserve {
                charges::reserve_caps(change, customer, when.business_day, &kept.receipt, charge.discount())?;
            }
            visits::open_day(change, when.business_day)
        })?;
        if opened_late {
            // Every later day has moved by one, so what was counted in open days is counted again.
            self.store.refold_all(&self.policy)?;
        }
        Ok((charge, pending))
    }

    fn decide(&self, guest: Option<&super::decision::Guest>, quote: &Quote, receipt: &ReceiptId) -> Decision {
        let next = guest.and_then(|guest| offer::next_card(&guest.situation, &guest.draw, &self.policy));
        Decision {
            v: 1,
            receipt: receipt.clone(),
            menu: self.menu.digest(),
            policy: self.policy_digest.clone(),
            bundle: guest.and_then(|guest| guest.bundle.clone()),
            guest: guest.cloned(),
            kind: quote.kind,
            basket: quote.items.clone(),
            chosen: quote.chosen.clone(),
            day: quote.day,
            caps_left: quote.caps_left,
            lines: decided_lines(&quote.lines, &quote.approved),
            refusals: quote.approved.refusals().to_vec(),
            next,
            codes: Vec::new(),
        }
    }

    /// What follows from the register's answer.
    pub(super) fn finish(
        &mut self,
        charge: &Charge,
        pending: &Pending,
        outcome: Outcome,
    ) -> Result<Settled, FlowFault> {
        match outcome {
            Outcome::Done { reference, total } if total == charge.net() => {
                let settled = self.close(charge, pending, &reference)?;
                if let Ok(visit) = self.visit_mut(charge.visit()) {
                    visit.settled = Some(charge.id().clone());
                    visit.in_review = None;
                }
                self.print_waiting();
                Ok(settled)
            }
            Outcome::Done { .. } | Outcome::Unknown { .. } => self.review(charge, pending, &outcome),
            Outcome::Declined { .. } => {
                self.void(charge.id(), pending, (ChargeState::Declined, &outcome))?;
                Ok(self.unfinished(charge, pending, SettleStatus::Declined, &outcome))
            }
            Outcome::NotDone { ref reason } => {
                self.void(charge.id(), pending, (ChargeState::Void, &outcome))?;
                Err(FlowFault::RegisterRefused { receipt: charge.id().clone(), reason: reason.clone() })
            }
        }
    }

    fn review(
        &mut self,
        charge: &Charge,
        pending: &Pending,
        outcome: &Outcome,
    ) -> Result<Settled, FlowFault> {
        let id = charge.id();
        let answer = answer_text(outcome);
        self.store.change(|change| charges::mark(change, id, ChargeState::NeedsReview, Some(&answer)))?;
        if let Ok(visit) = self.visit_mut(charge.visit()) {
            visit.in_review = Some(id.clone());
        }
        let look = self.store.kept_charge(id)?.map(|kept| self.to_review(&kept).look);
        tracing::warn!(receipt = %id, answer, "a receipt needs review");
        Ok(Settled { look, ..self.unfinished(charge, pending, SettleStatus::NeedsReview, outcome) })
    }

    /// Gives a charge up: its reservation is void, the visit stays open with the same quote.
    fn void(
        &mut self,
        receipt: &ReceiptId,
        pending: &Pending,
        (state, outcome): (ChargeState, &Outcome),
    ) -> Result<(), FlowFault> {
        let answer = answer_text(outcome);
        self.store.change(|change| {
            charges::mark(change, receipt, state, Some(&answer))?;
            aftermath::free_card(change, receipt)?;
            leases::void(change, receipt)?;
            if let Some(draft) = &pending.draft {
                note_again(change, &draft.whole, &draft.rest)?;
            }
            charges::release_caps(change, receipt, None)
        })?;
        Ok(())
    }

    fn unfinished(
        &self,
        charge: &Charge,
        pending: &Pending,
        status: SettleStatus,
        outcome: &Outcome,
    ) -> Settled {
        let register_says = match outcome {
            Outcome::Done { reference, total } => format!("{reference}: {total}"),
            Outcome::NotDone { reason } | Outcome::Declined { reason } | Outcome::Unknown { reason } => {
                reason.clone()
            }
        };
        Settled {
            visit: charge.visit().clone(),
            receipt: charge.id().clone(),
            status,
            register_ref: Some(register_says),
            segment_before: pending.decision.guest.as_ref().map(|guest| guest.situation.segment.clone()),
            segment_after: None,
            net_minor: charge.net().0,
            saved_minor: 0,
            next: Vec::new(),
            look: None,
        }
    }
}

/// What a kept charge is waiting for.
#[derive(Debug, Clone, serde::Serialize, serde::Deserialize)]
#[serde(tag = "is", rename_all = "snake_case")]
pub(super) enum PendingKind {
    /// A sale.
    Sale(Box<Pending>),
    /// A refund.
    Refund(Box<super::refund::PendingRefund>),
}

fn payments(quote: &Quote, pays: &Pays) -> Vec<Payment> {
    match pays {
        _ if !quote.kind.is_charged() => Vec::new(),
        Pays::Parts(parts) => parts.clone(),
        Pays::Whole(_) if quote.net().0 == 0 => Vec::new(),
        Pays::Whole(kind) => vec![Payment { kind: *kind, amount: quote.net() }],
    }
}
