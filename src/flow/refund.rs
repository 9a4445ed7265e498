//! Refund: gives lines of a receipt back. Kept before the register is asked, like a sale; afterwards
//! features, caps, cards and the saved counter are as if the lines had never been sold.

use super::answers::{Refunded, SettleStatus};
use super::closing::answer_text;
use super::counter::Counter;
use super::fault::FlowFault;
use super::journal::Job;
use super::settle::PendingKind;
use super::spend::Teller;
use crate::facts::id::{BaristaId, ReceiptId};
use crate::facts::moment::{LocalMoment, Moment};
use crate::facts::money::Money;
use crate::facts::purchase::{PurchaseKind, PurchaseLine, RefundLine};
use crate::ports::{GiveBack, Outcome};
use crate::steps::charge;
use crate::steps::receipt::{self, Around};
use crate::steps::{sale, segment};
use crate::store::charges::{self, ChargeState, KeptCharge};
use crate::store::leases::Used;
use crate::store::purchases::{self, OWN, StoredPurchase};
use crate::store::records::{self, Entry};
use crate::store::{Change, StoreFault, aftermath, leases, visits};
use crate::wire::record::{ClockTrust, kind};
use serde::{Deserialize, Serialize};

/// What is kept of a refund while the register is asked.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct PendingRefund {
    /// Its own id.
    pub(super) id: ReceiptId,
    /// The receipt it gives back from.
    pub(super) original: ReceiptId,
    /// What it takes back.
    pub(super) lines: Vec<PurchaseLine>,
    /// When.
    pub(super) when: LocalMoment,
    /// Whether the clock could be believed.
    pub(super) clock_trust: ClockTrust,
    /// Who was signed on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) barista: Option<BaristaId>,
}

/// Who says that money goes back.
#[derive(Debug, Clone, Copy)]
enum By<'a> {
    /// A person, perhaps with the manager's word.
    Person {
        /// Whether it was given.
        vouched: bool,
    },
    /// The register, which has done it.
    Register {
        /// What it calls it.
        reference: &'a str,
    },
}

impl PendingRefund {
    fn net(&self) -> Money {
        Money::total(self.lines.iter().map(|line| line.net))
    }
}

impl Counter {
    /// Gives back lines of a receipt, or all that is left of it.
    ///
    /// # Errors
    /// When the receipt is not one of this counter's, the lines ask for too much, or the register refused.
    pub fn refund(
        &mut self,
        receipt: &ReceiptId,
        wanted: Option<&[RefundLine]>,
        at: Moment,
    ) -> Result<Refunded, FlowFault> {
        // The manager's word is good for one refund, also for one that comes to nothing.
        let vouched = std::mem::take(&mut self.vouched);
        self.give_back(receipt, wanted, at, By::Person { vouched })
    }

    /// The register says that a receipt came to nothing there: all that is left of it is given back in the
    /// books, and no register is asked.
    pub(super) fn taken_back(
        &mut self,
        receipt: &ReceiptId,
        reference: &str,
        at: Moment,
    ) -> Result<Refunded, FlowFault> {
        self.give_back(receipt, None, at, By::Register { reference })
    }

    fn give_back(
        &mut self,
        receipt: &ReceiptId,
        wanted: Option<&[RefundLine]>,
        at: Moment,
        by: By<'_>,
    ) -> Result<Refunded, FlowFault> {
        let stored =
            self.store.purchase(receipt)?.ok_or_else(|| FlowFault::ReceiptUnknown(receipt.clone()))?;
        if stored.source != OWN {
            return Err(FlowFault::ReceiptImported(receipt.clone()));
        }
        self.settle_open_refunds(receipt)?;
        let before = self.store.refunded_before(stored.row)?;
        let lines = sale::refund(&stored.purchase, &before, wanted)?;
        if let By::Person { vouched: false } = by {
            let back = Money::total(lines.iter().map(|line| line.net));
            self.may_give_back(self.store.refunded_net(stored.row)?.plus(back))?;
        }
        let (when, clock_trust) = self.local(at);
        let (id, original, barista) = (self.ids.receipt(at), receipt.clone(), self.barista(at));
        let pending = PendingRefund { id, original, lines, when, clock_trust, barista };
        let body = serde_json::to_string(&PendingKind::Refund(Box::new(pending.clone()))).unwrap_or_default();
        let kept =
            KeptCharge { receipt: pending.id.clone(), state: ChargeState::Prepared, at, body, note: None };
        self.store.change(|change| charges::keep(change, &format!("refund of {receipt}"), &kept))?;
        let payments = sale::payments_back(
            &stored.purchase.payments,
            self.store.refunded_net(stored.row)?,
            pending.net(),
        );
        let slip = charge::refund_receipt(pending.id.clone(), &self.shop.currency, &pending.lines, payments);
        let outcome = if let By::Register { reference } = by {
            Outcome::Done { reference: reference.to_owned(), total: slip.total }
        } else if stored.purchase.kind.is_charged() {
            let reference = stored.purchase.register_ref.as_deref();
            self.carry_out(Job::Refund(GiveBack { original: receipt, reference, refund: &slip }))
        } else {
            Outcome::Done { reference: stored.purchase.kind.code().into(), total: slip.total }
        };
        self.finish_refund(&pending, outcome)
    }

    /// A refund of this receipt that is still open is brought to its end first, so that the money never
    /// goes back twice.
    fn settle_open_refunds(&mut self, receipt: &ReceiptId) -> Result<(), FlowFault> {
        let of_receipt = |kept: &KeptCharge| match serde_json::from_str(&kept.body) {
            Ok(PendingKind::Refund(pending)) => pending.original == *receipt,
            _ => false,
        };
        for kept in self.store.open_charges()?.into_iter().filter(of_receipt) {
            if kept.state == ChargeState::NeedsReview || self.resume_one(&kept)? == ChargeState::NeedsReview {
                return Err(FlowFault::NeedsReview(kept.receipt));
            }
        }
        Ok(())
    }

    pub(super) fn finish_refund(
        &mut self,
        pending: &PendingRefund,
        outcome: Outcome,
    ) -> Result<Refunded, FlowFault> {
        match outcome {
            Outcome::Done { reference, total } if total == pending.net() => {
                self.close_refund(pending, &reference)
            }
            Outcome::NotDone { reason } | Outcome::Declined { reason } => {
                self.store
                    .change(|change| charges::mark(change, &pending.id, ChargeState::Void, Some(&reason)))?;
                Err(FlowFault::RegisterRefused { receipt: pending.id.clone(), reason })
            }
            Outcome::Done { .. } | Outcome::Unknown { .. } => {
                self.review_refund(pending, &answer_text(&outcome))
            }
        }
    }

    fn review_refund(&mut self, pending: &PendingRefund, answer: &str) -> Result<Refunded, FlowFault> {
        self.store
            .change(|change| charges::mark(change, &pending.id, ChargeState::NeedsReview, Some(answer)))?;
        let look = self.store.kept_charge(&pending.id)?.map(|kept| self.to_review(&kept).look);
        Ok(Refunded {
            receipt: pending.original.clone(),
            refund: pending.id.clone(),
            status: SettleStatus::NeedsReview,
            refunded_minor: 0,
            saved_minor: 0,
            look,
        })
    }

    /// The second commit: refund, features, segment, caps, cards, slip, record.
    fn close_refund(&mut self, pending: &PendingRefund, reference: &str) -> Result<Refunded, FlowFault> {
        let stored = self
            .store
            .purchase(&pending.original)?
            .ok_or_else(|| FlowFault::ReceiptUnknown(pending.original.clone()))?;
        let around =
            Around { shop: &self.shop, words: self.words, reason: None, saved_all: None, next: None };
        let slip = receipt::compose_refund(&stored.purchase, &pending.lines, &pending.when, &around);
        let (shop, epoch, salt, policy) =
            (self.shop.clone(), self.epoch, self.ids.salt(), self.policy.clone());
        let spend_salt = self.spend_salt(stored.purchase.offer.as_ref());
        let teller = Teller { shop: shop.clone(), epoch, when: (pending.when, pending.clock_trust) };
        let paper = self.prints_slips();
        let bundle = self.bundle_at(pending.when.at).1.cloned();
        let answer = answer_text(&Outcome::Done { reference: reference.into(), total: pending.net() });
        let saved = self.store.change(|change| {
            let payload =
                serde_json::to_vec(pending).map_err(|error| StoreFault::Other(error.to_string()))?;
            let entry = Entry {
                kind: kind::REFUND,
                when: pending.when,
                clock_trust: pending.clock_trust,
                payload: &payload,
                salt,
            };
            records::append(change, &shop, epoch, &entry)?;
            let refund = purchases::Refund {
                receipt: &pending.id,
                when: &pending.when,
                lines: &pending.lines,
                register_ref: Some(reference),
            };
            purchases::add_refund(change, &stored, &refund)?;
            charges::mark(change, &pending.id, ChargeState::Done, Some(&answer))?;
            if let (Some(used), Some(salt)) = (give_back(change, &stored, pending)?, spend_salt) {
                teller.spent(change, (used, &pending.original), (true, salt))?;
            }
            aftermath::add_print_job(change, &pending.id, pending.when.at, (&slip, paper))?;
            let Some(customer) = stored.customer.filter(|_| stored.purchase.kind == PurchaseKind::Sale)
            else {
                return Ok(Money::ZERO);
            };
            let previous = aftermath::segment_of(change, customer)?;
            let features = visits::refold(change, customer, &policy)?;
            let today = visits::shop_day(change, pending.when.business_day)?;
            let segment = segment::assign(&features, today, bundle.as_ref(), &previous);
            aftermath::set_features(change, customer, &features, &segment)?;
            Ok(features.saved)
        })?;
        if stored.customer.is_some() && stored.purchase.kind == PurchaseKind::Sale {
            for line in &pending.lines {
                self.count_popular(&line.product.sku, -line.qty.whole());
            }
        }
        self.print_waiting();
        Ok(Refunded {
            receipt: pending.original.clone(),
            refund: pending.id.clone(),
            status: SettleStatus::Done,
            refunded_minor: pending.net().0,
            saved_minor: saved.0,
            look: None,
        })
    }
}

/// Caps, cards and budgets: a receipt given back in full was never there, a part gives its discount back. Gives what
/// of a campaign's budget comes back.
fn give_back(
    change: &Change<'_>,
    stored: &StoredPurchase,
    pending: &PendingRefund,
) -> Result<Option<Used>, StoreFault> {
    let original = &pending.original;
    let in_full = purchases::is_refunded_in_full(change, stored.row)?;
    let discount = Money::total(pending.lines.iter().map(|line| line.discount));
    if in_full {
        charges::release_caps(change, original, None)?;
        aftermath::undo_cards(change, original)?;
    } else {
        charges::release_caps(change, original, Some(discount))?;
    }
    leases::give_back(change, original, (discount, in_full))
}
