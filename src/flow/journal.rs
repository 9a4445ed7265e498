//! Journal: what is kept of a receipt while it is with the register, and the asking itself. Nothing of the
//! database is locked while the register is waited for.

use super::counter::Counter;
use crate::facts::id::ReceiptId;
use crate::ports::{GiveBack, Idempotency, Journal, NetReceipt, Outcome, Register};
use crate::store::{Store, charges};
use std::time::Duration;

/// How often a register that can be asked is asked again after a lost answer.
const ASK_AGAIN_MAX: u32 = 3;

/// What the register is asked for.
#[derive(Debug, Clone, Copy)]
pub(super) enum Job<'a> {
    /// Ring up.
    Sale(&'a NetReceipt),
    /// Give back.
    Refund(GiveBack<'a>),
}

impl<'a> Job<'a> {
    fn id(self) -> &'a ReceiptId {
        match self {
            Job::Sale(receipt) => &receipt.id,
            Job::Refund(back) => &back.refund.id,
        }
    }

    fn send(self, register: &mut dyn Register, journal: &mut dyn Journal, deadline: Duration) -> Outcome {
        match self {
            Job::Sale(receipt) => register.submit(receipt, journal, deadline),
            Job::Refund(back) => register.refund(&back, journal, deadline),
        }
    }
}

/// The journal of one charge; every note is a commit of its own.
pub(super) struct ChargeJournal<'a> {
    store: &'a mut Store,
    receipt: &'a ReceiptId,
    noted: Option<String>,
}

impl<'a> ChargeJournal<'a> {
    pub(super) const fn new(store: &'a mut Store, receipt: &'a ReceiptId, noted: Option<String>) -> Self {
        ChargeJournal { store, receipt, noted }
    }
}

impl Journal for ChargeJournal<'_> {
    fn noted(&self) -> Option<&str> {
        self.noted.as_deref()
    }

    fn note(&mut self, text: &str) -> Result<(), String> {
        self.store
            .change(|change| charges::note(change, self.receipt, text))
            .map_err(|fault| format!("nothing was sent, the journal cannot be written: {fault}"))?;
        self.noted = Some(text.to_owned());
        Ok(())
    }
}

impl Counter {
    /// Asks the register for a job whose charge is kept. A lost answer is asked for; only where the register
    /// can tell that nothing was rung up is the same receipt sent again.
    pub(super) fn carry_out(&mut self, job: Job<'_>) -> Outcome {
        let deadline = self.settings.register_deadline;
        // A sale may wait this much longer for all questions together, however often it asks.
        let shorter = deadline / (2 * ASK_AGAIN_MAX);
        let may_repeat = self.register.capabilities().idempotency != Idempotency::None;
        let (register, id) = (self.register.as_mut(), job.id());
        let mut journal = ChargeJournal::new(&mut self.store, id, None);
        let mut outcome = job.send(register, &mut journal, deadline);
        for _ in 0..if may_repeat { ASK_AGAIN_MAX } else { 1 } {
            let Outcome::Unknown { .. } = outcome else { return outcome };
            outcome = match register.resolve(id, &mut journal, shorter) {
                Outcome::NotDone { .. } if may_repeat => job.send(register, &mut journal, shorter),
                other => other,
            };
        }
        outcome
    }
}
