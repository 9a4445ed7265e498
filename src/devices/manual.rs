//! A register that no cable reaches: the cashier rings up by hand and says so.

use crate::facts::id::ReceiptId;
use crate::ports::{Idempotency, NetReceipt, Outcome, Register, RegisterCapabilities};
use std::time::Duration;

/// What the cashier says became of the receipt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ManualAnswer {
    /// It is rung up with exactly this total.
    RungUp,
    /// It is not rung up and will not be.
    NotRungUp,
    /// The guest's payment was declined.
    Declined,
    /// Nobody is sure.
    Unsure,
}

/// How a face asks the cashier. Any closure from a receipt to an answer will do.
pub trait Ask: Send {
    /// Asks whether this receipt was rung up; waits as long as a person needs.
    fn ask(&mut self, receipt: &NetReceipt) -> ManualAnswer;

    /// Asks whether this money was given back on the register.
    fn ask_refund(&mut self, _original: &ReceiptId, refund: &NetReceipt) -> ManualAnswer {
        self.ask(refund)
    }
}

impl<F: FnMut(&NetReceipt) -> ManualAnswer + Send> Ask for F {
    fn ask(&mut self, receipt: &NetReceipt) -> ManualAnswer {
        self(receipt)
    }
}

/// The register whose interface is the cashier. It remembers nothing, so what nobody is sure of goes to
/// a person's review.
pub struct ManualRegister {
    ask: Box<dyn Ask>,
}

impl ManualRegister {
    /// A register that asks this way.
    #[must_use]
    pub fn new(ask: Box<dyn Ask>) -> ManualRegister {
        ManualRegister { ask }
    }
}

impl Register for ManualRegister {
    fn name(&self) -> &str {
        "manual register"
    }

    fn capabilities(&self) -> RegisterCapabilities {
        RegisterCapabilities { idempotency: Idempotency::None, prints_receipt: false }
    }

    fn probe(&mut self, _deadline: Duration) -> Result<(), String> {
        Ok(())
    }

    fn submit(&mut self, receipt: &NetReceipt, _deadline: Duration) -> Outcome {
        outcome(self.ask.ask(receipt), receipt)
    }

    fn resolve(&mut self, id: &ReceiptId, _deadline: Duration) -> Outcome {
        Outcome::Unknown {
            reason: format!("no cable reaches the register; look on it whether receipt {id} is there"),
        }
    }

    fn refund(&mut self, original: &ReceiptId, refund: &NetReceipt, _deadline: Duration) -> Outcome {
        outcome(self.ask.ask_refund(original, refund), refund)
    }
}

fn outcome(answer: ManualAnswer, receipt: &NetReceipt) -> Outcome {
    match answer {
        ManualAnswer::RungUp => Outcome::Done { reference: "manual".into(), total: receipt.total },
        ManualAnswer::NotRungUp => Outcome::NotDone { reason: "the cashier says it was not rung up".into() },
        ManualAnswer::Declined => {
            Outcome::Declined { reason: "the cashier says the payment was declined".into() }
        }
        ManualAnswer::Unsure => {
            Outcome::Unknown { reason: "the cashier is not sure whether it was rung up".into() }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::money::Money;
    use crate::steps::charge::refund_receipt;

    fn receipt() -> NetReceipt {
        let mut receipt = refund_receipt(ReceiptId::new("r1"), "BYN", &[], vec![]);
        receipt.total = Money(670);
        receipt
    }

    #[test]
    fn the_register_repeats_what_the_cashier_says() {
        let wait = Duration::ZERO;
        for answer in
            [ManualAnswer::RungUp, ManualAnswer::NotRungUp, ManualAnswer::Declined, ManualAnswer::Unsure]
        {
            let mut register = ManualRegister::new(Box::new(move |_: &NetReceipt| answer));
            let said = register.submit(&receipt(), wait);
            let fits = match answer {
                ManualAnswer::RungUp => {
                    said == Outcome::Done { reference: "manual".into(), total: Money(670) }
                }
                ManualAnswer::NotRungUp => matches!(said, Outcome::NotDone { .. }),
                ManualAnswer::Declined => matches!(said, Outcome::Declined { .. }),
                ManualAnswer::Unsure => matches!(said, Outcome::Unknown { .. }),
            };
            assert!(fits, "{answer:?} became {said:?}");
            assert_eq!(register.refund(&ReceiptId::new("r0"), &receipt(), wait), said);
        }
    }

    #[test]
    fn nobody_but_a_person_can_say_what_became_of_an_old_receipt() {
        let mut register = ManualRegister::new(Box::new(|_: &NetReceipt| ManualAnswer::RungUp));
        assert_eq!(register.capabilities().idempotency, Idempotency::None);
        let resolved = register.resolve(&ReceiptId::new("r1"), Duration::ZERO);
        assert!(matches!(resolved, Outcome::Unknown { reason } if reason.contains("r1")));
    }
}
