//! A register that no cable reaches: the cashier rings up by hand and says so.

use crate::facts::id::ReceiptId;
use crate::ports::{
    DeviceState, GiveBack, Idempotency, Journal, Look, NetReceipt, Outcome, Paper, RefundReceipt, Register,
    RegisterCapabilities,
};
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
    fn ask_refund(&mut self, original: &ReceiptId, refund: &RefundReceipt) -> ManualAnswer;
}

impl<F: FnMut(&Paper) -> ManualAnswer + Send> Ask for F {
    fn ask(&mut self, receipt: &NetReceipt) -> ManualAnswer {
        self(receipt)
    }

    fn ask_refund(&mut self, _original: &ReceiptId, refund: &RefundReceipt) -> ManualAnswer {
        self(refund)
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
        RegisterCapabilities::plain(Idempotency::None)
    }

    fn probe(&mut self, _deadline: Duration) -> Result<DeviceState, String> {
        Ok(DeviceState::default())
    }

    fn submit(&mut self, receipt: &NetReceipt, journal: &mut dyn Journal, _deadline: Duration) -> Outcome {
        if let Err(reason) = journal.note("asked") {
            return Outcome::NotDone { reason };
        }
        outcome(self.ask.ask(receipt), receipt)
    }

    fn resolve(&mut self, id: &ReceiptId, journal: &mut dyn Journal, _deadline: Duration) -> Outcome {
        match journal.noted() {
            None => Outcome::NotDone { reason: "the cashier was never asked to ring it up".into() },
            Some(_) => Outcome::Unknown {
                reason: format!("no cable reaches the register; look on it whether receipt {id} is there"),
            },
        }
    }

    fn refund(&mut self, back: &GiveBack<'_>, journal: &mut dyn Journal, _deadline: Duration) -> Outcome {
        if let Err(reason) = journal.note("asked") {
            return Outcome::NotDone { reason };
        }
        outcome(self.ask.ask_refund(back.original, back.refund), back.refund)
    }

    fn look(&self, _noted: Option<&str>) -> Look {
        Look::at("tape")
    }
}

fn outcome(answer: ManualAnswer, receipt: &Paper) -> Outcome {
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

    #[derive(Default)]
    struct Page(Option<String>);

    impl Journal for Page {
        fn noted(&self) -> Option<&str> {
            self.0.as_deref()
        }

        fn note(&mut self, text: &str) -> Result<(), String> {
            self.0 = Some(text.into());
            Ok(())
        }
    }

    fn receipt() -> NetReceipt {
        NetReceipt::unguarded(Paper {
            total: Money(670),
            ..Paper::new(ReceiptId::new("r1"), "BYN", &[], vec![])
        })
    }

    #[test]
    fn the_register_repeats_what_the_cashier_says() {
        let wait = Duration::ZERO;
        for answer in
            [ManualAnswer::RungUp, ManualAnswer::NotRungUp, ManualAnswer::Declined, ManualAnswer::Unsure]
        {
            let mut register = ManualRegister::new(Box::new(move |_: &Paper| answer));
            let mut page = Page::default();
            let said = register.submit(&receipt(), &mut page, wait);
            let fits = match answer {
                ManualAnswer::RungUp => {
                    said == Outcome::Done { reference: "manual".into(), total: Money(670) }
                }
                ManualAnswer::NotRungUp => matches!(said, Outcome::NotDone { .. }),
                ManualAnswer::Declined => matches!(said, Outcome::Declined { .. }),
                ManualAnswer::Unsure => matches!(said, Outcome::Unknown { .. }),
            };
            assert!(fits, "{answer:?} became {said:?}");
            let (original, refund) = (ReceiptId::new("r0"), refund_receipt("r2".into(), "BYN", &[], vec![]));
            let back = GiveBack { original: &original, reference: None, refund: &refund };
            let back = register.refund(&back, &mut page, wait);
            assert_eq!(std::mem::discriminant(&back), std::mem::discriminant(&said));
        }
    }

    #[test]
    fn nobody_but_a_person_can_say_what_became_of_a_receipt_the_cashier_was_asked_for() {
        let mut register = ManualRegister::new(Box::new(|_: &Paper| ManualAnswer::RungUp));
        assert_eq!(register.capabilities().idempotency, Idempotency::None);
        let (id, mut page) = (ReceiptId::new("r1"), Page::default());
        assert!(matches!(register.resolve(&id, &mut page, Duration::ZERO), Outcome::NotDone { .. }));
        register.submit(&receipt(), &mut page, Duration::ZERO);
        let resolved = register.resolve(&id, &mut page, Duration::ZERO);
        assert!(matches!(resolved, Outcome::Unknown { reason } if reason.contains("r1")));
    }
}
