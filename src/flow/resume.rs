//! Resume: finishes what was open when the counter went down.

use super::counter::Counter;
use super::fault::FlowFault;
use super::journal::ChargeJournal;
use super::review::read;
use super::settle::PendingKind;
use crate::facts::id::{ReceiptId, VisitId};
use crate::ports::{Idempotency, Outcome};
use crate::steps::charge::Charge;
use crate::store::charges::{self, ChargeState, KeptCharge};
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
                ChargeState::Prepared | ChargeState::Sent | ChargeState::NeedsReview => {
                    &mut resumed.needs_review
                }
            };
            list.push(kept.receipt);
        }
        self.resume_cash()?;
        if self.store.has_freed()? {
            self.overwrite_freed();
        }
        self.print_waiting();
        Ok(resumed)
    }

    /// Asks the register about one charge and follows its answer. What waits for review goes on waiting where
    /// the register cannot be asked; where it can, it may have come back and know.
    pub(super) fn resume_one(&mut self, kept: &KeptCharge) -> Result<ChargeState, FlowFault> {
        let under_way = matches!(kept.state, ChargeState::Prepared | ChargeState::Sent);
        let may_ask = kept.state == ChargeState::NeedsReview
            && self.register.capabilities().idempotency != Idempotency::None;
        if !(under_way || may_ask) {
            return Ok(kept.state);
        }
        let deadline = self.settings.register_deadline;
        let mut journal = ChargeJournal::new(&mut self.store, &kept.receipt, kept.note.clone());
        let outcome = self.register.resolve(&kept.receipt, &mut journal, deadline);
        if let Err(fault) = self.conclude(kept, outcome) {
            // One charge that cannot be finished must not keep the counter from starting.
            tracing::error!(receipt = %kept.receipt, %fault, "a charge cannot be finished and needs review");
            self.store
                .change(|change| charges::mark(change, &kept.receipt, ChargeState::NeedsReview, None))?;
        }
        Ok(self.store.kept_charge(&kept.receipt)?.map_or(ChargeState::Void, |kept| kept.state))
    }

    pub(super) fn conclude(&mut self, kept: &KeptCharge, outcome: Outcome) -> Result<(), FlowFault> {
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
