//! Review: what the register could not tell waits for a person, who is told exactly where to look.

use super::closing::Pending;
use super::counter::Counter;
use super::fault::FlowFault;
use super::settle::PendingKind;
use crate::facts::id::ReceiptId;
use crate::facts::moment::Moment;
use crate::facts::money::Money;
use crate::ports::Outcome;
use crate::steps::charge::{Charge, ChargeFault};
use crate::store::charges::{ChargeState, KeptCharge};
use crate::wire::record::kind;
use serde::Serialize;

/// A receipt or refund that waits for a person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Review {
    /// Its id.
    pub receipt: ReceiptId,
    /// What the register should have.
    pub net_minor: i64,
    /// What to look at, in the shop's language: which screen, which number, which sum.
    pub look: String,
}

impl Counter {
    /// Everything that waits for a person, oldest first.
    ///
    /// # Errors
    /// When the store fails.
    pub fn reviews(&self) -> Result<Vec<Review>, FlowFault> {
        let waits = |kept: &KeptCharge| kept.state == ChargeState::NeedsReview;
        Ok(self.store.open_charges()?.into_iter().filter(waits).map(|kept| self.to_review(&kept)).collect())
    }

    /// One receipt for a person; a damaged charge has no sum but still a place to look at.
    pub(super) fn to_review(&self, kept: &KeptCharge) -> Review {
        let total = total(kept).unwrap_or(Money::ZERO);
        let look = self.register.look(kept.note.as_deref());
        let values = [
            ("receipt", kept.receipt.as_str()),
            ("total", &format!("{total} {}", self.shop.currency)),
            ("number", look.number.as_deref().unwrap_or("?")),
        ];
        let text = self.words.fill(&format!("look.{}", look.place), &values);
        Review { receipt: kept.receipt.clone(), net_minor: total.0, look: text }
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
        let payload = serde_json::json!({"receipt": receipt, "rung_up": rung_up.is_some()});
        self.tell(kind::REVIEW, &self.signed(payload, at), at)?;
        self.conclude(&kept, outcome)?;
        Ok(self.store.kept_charge(receipt)?.map_or(ChargeState::Void, |kept| kept.state))
    }
}

pub(super) fn read(kept: &KeptCharge) -> Result<PendingKind, FlowFault> {
    serde_json::from_str(&kept.body)
        .map_err(|error| ChargeFault::Damaged(format!("{}: {error}", kept.receipt)).into())
}

fn total(kept: &KeptCharge) -> Result<Money, FlowFault> {
    Ok(match read(kept)? {
        PendingKind::Sale(pending) => charge_of(&pending)?.net(),
        PendingKind::Refund(pending) => Money::total(pending.lines.iter().map(|line| line.net)),
    })
}

fn charge_of(pending: &Pending) -> Result<Charge, FlowFault> {
    Ok(Charge::thaw(&pending.charge)?)
}
