//! Resume: finishes what was open when the counter went down, and what a person has looked at since.

use super::closing::Pending;
use super::counter::Counter;
use super::fault::FlowFault;
use super::settle::PendingKind;
use crate::facts::id::{ReceiptId, VisitId};
use crate::facts::moment::Moment;
use crate::ports::Outcome;
use crate::steps::charge::Charge;
use crate::store::charges::{self, ChargeState, KeptCharge};
use crate::wire::record::kind;
use serde::Serialize;

/// What became of the charges that were open.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Resumed {
    /// Rung up and remembered.
    pub finished: Vec<ReceiptId>,
    /// Not rung up; given up.
    pub given_up: Vec<ReceiptId>,
    /// A person must look at the register.
    pub needs_review: Vec<ReceiptId>,
}

impl Counter {
    /// Asks the register about every charge whose answer is not known. Nothing is rung up here.
    ///
    /// # Errors
    /// When the store fails.
    pub fn resume(&mut self) -> Result<Resumed, FlowFault> {
        let mut resumed = Resumed::default();
        for kept in self.store.open_charges()? {
            let list = match self.resume_one(&kept)? {
                ChargeState::Done => &mut resumed.finished,
                ChargeState::Void | ChargeState::Declined => &mut resumed.given_up,
                ChargeState::Prepared | ChargeState::NeedsReview => &mut resumed.needs_review,
            };
            list.push(kept.receipt);
        }
        self.print_waiting();
        Ok(resumed)
    }

    /// Asks the register about one charge and follows its answer; what waits for review goes on waiting.
    pub(super) fn resume_one(&mut self, kept: &KeptCharge) -> Result<ChargeState, FlowFault> {
        if kept.state != ChargeState::Prepared {
            return Ok(kept.state);
        }
        let outcome = self.register.resolve(&kept.receipt, self.settings.register_deadline);
        if let Err(fault) = self.conclude(kept, outcome) {
            // One charge that cannot be finished must not keep the counter from starting.
            tracing::error!(receipt = %kept.receipt, %fault, "a charge cannot be finished and needs review");
            self.store
                .change(|change| charges::mark(change, &kept.receipt, ChargeState::NeedsReview, None))?;
        }
        Ok(self.store.kept_charge(&kept.receipt)?.map_or(ChargeState::Void, |kept| kept.state))
    }

    /// A person has looked at the register: the receipt was rung up, under this reference, or it was not.
    ///
    /// # Errors
    /// When no such receipt waits for review.
    pub fn reviewed(
        &mut self,
        receipt: &ReceiptId,
        rung_up: Option<&str>,
        at: Moment,
    ) -> Result<ChargeState, FlowFault> {
        let kept = self.store.kept_charge(receipt)?.filter(|kept| kept.state == ChargeState::NeedsReview);
        let kept = kept.ok_or_else(|| FlowFault::ReceiptUnknown(receipt.clone()))?;
        let outcome = match rung_up {
            Some(reference) => Outcome::Done { reference: reference.into(), total: total(&kept)? },
            None => Outcome::NotDone { reason: "a person looked: it was not rung up".into() },
        };
        let payload = serde_json::json!({"receipt": receipt, "rung_up": rung_up.is_some()}).to_string();
        self.tell(kind::REVIEW, &payload, at)?;
        self.conclude(&kept, outcome)?;
        Ok(self.store.kept_charge(receipt)?.map_or(ChargeState::Void, |kept| kept.state))
    }

    fn conclude(&mut self, kept: &KeptCharge, outcome: Outcome) -> Result<(), FlowFault> {
        let not_done = matches!(outcome, Outcome::NotDone { .. } | Outcome::Declined { .. });
        let result = match read(kept)? {
            PendingKind::Sale(pending) => {
                let charge = Charge::thaw(&pending.charge)?;
                if not_done {
                    self.unlock(charge.visit());
                }
                self.finish(&charge, &pending, outcome).map(|_| ())
            }
            PendingKind::Refund(pending) => self.finish_refund(&pending, outcome).map(|_| ()),
        };
        match result {
            Err(FlowFault::RegisterRefused { .. }) if not_done => Ok(()),
            other => other,
        }
    }

    fn unlock(&mut self, visit: &VisitId) {
        if let Ok(visit) = self.visit_mut(visit) {
            visit.in_review = None;
        }
    }
}

fn read(kept: &KeptCharge) -> Result<PendingKind, FlowFault> {
    serde_json::from_str(&kept.body).map_err(|error| {
        crate::steps::charge::ChargeFault::Damaged(format!("{}: {error}", kept.receipt)).into()
    })
}

fn total(kept: &KeptCharge) -> Result<crate::facts::money::Money, FlowFault> {
    Ok(match read(kept)? {
        PendingKind::Sale(pending) => charge_of(&pending)?.net(),
        PendingKind::Refund(pending) => {
            crate::facts::money::Money::total(pending.lines.iter().map(|line| line.net))
        }
    })
}

fn charge_of(pending: &Pending) -> Result<Charge, FlowFault> {
    Ok(Charge::thaw(&pending.charge)?)
}
