//! A register's adapter in a counter that dies around it, or has a planted defect.

use super::register_faults::Defect;
use super::register_faults::network::{CounterDies, Network};
use super::scripted::Page;
use crate::facts::id::ReceiptId;
use crate::ports::{
    DeviceState, GiveBack, Journal, Look, NetReceipt, Outcome, Paper, Register, RegisterCapabilities,
};
use std::panic::resume_unwind;
use std::time::Duration;

/// The wrapped adapter.
pub struct Mortal {
    inner: Box<dyn Register>,
    network: Network,
    defect: Defect,
    /// How often the register was asked, for the defect that makes an id of it.
    asked: u32,
}

impl Mortal {
    /// Wraps an adapter.
    #[must_use]
    pub const fn new(inner: Box<dyn Register>, network: Network, defect: Defect) -> Mortal {
        Mortal { inner, network, defect, asked: 0 }
    }

    /// The counter may die before the adapter is called, and after, when its answer is known to nobody.
    fn live(
        &mut self,
        journal: &mut dyn Journal,
        act: impl FnOnce(&mut dyn Register, &mut dyn Journal) -> Outcome,
    ) -> Outcome {
        self.may_die();
        let outcome = if self.defect == Defect::ForgetsJournal {
            act(self.inner.as_mut(), &mut Page::default())
        } else {
            act(self.inner.as_mut(), journal)
        };
        self.may_die();
        match outcome {
            Outcome::Unknown { reason } if self.defect == Defect::TakesLostForNotDone => {
                Outcome::NotDone { reason }
            }
            other => other,
        }
    }

    /// The id, or with the defect another one each time.
    fn id(&mut self, id: &ReceiptId) -> ReceiptId {
        self.asked += 1;
        match self.defect {
            Defect::ForgetsId => ReceiptId::new(format!("{id} {}", self.asked)),
            _ => id.clone(),
        }
    }

    fn may_die(&self) {
        if self.network.is_planned() && self.network.draw(1, 25) == 1 {
            resume_unwind(Box::new(CounterDies));
        }
    }
}

impl Register for Mortal {
    fn name(&self) -> &str {
        self.inner.name()
    }

    fn capabilities(&self) -> RegisterCapabilities {
        self.inner.capabilities()
    }

    fn probe(&mut self, deadline: Duration) -> Result<DeviceState, String> {
        self.inner.probe(deadline)
    }

    fn submit(&mut self, receipt: &NetReceipt, journal: &mut dyn Journal, deadline: Duration) -> Outcome {
        let receipt = NetReceipt::unguarded(Paper { id: self.id(&receipt.id), ..(**receipt).clone() });
        self.live(journal, |inner, journal| inner.submit(&receipt, journal, deadline))
    }

    fn resolve(&mut self, id: &ReceiptId, journal: &mut dyn Journal, deadline: Duration) -> Outcome {
        let id = &self.id(id);
        self.live(journal, |inner, journal| inner.resolve(id, journal, deadline))
    }

    fn refund(&mut self, back: &GiveBack<'_>, journal: &mut dyn Journal, deadline: Duration) -> Outcome {
        self.live(journal, |inner, journal| inner.refund(back, journal, deadline))
    }

    fn look(&self, noted: Option<&str>) -> Look {
        self.inner.look(noted)
    }
}
