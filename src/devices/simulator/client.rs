//! The client of the simulated register. Every call is one connection of its own, and nothing is repeated.

use super::codec;
use crate::devices::http::cable::address;
use crate::devices::http::{Cable, LanCable, Lost, Reply, Request};
use crate::facts::id::ReceiptId;
use crate::ports::{
    DeviceState, GiveBack, Idempotency, Journal, NetReceipt, Outcome, Register, RegisterCapabilities,
};
use std::{collections::VecDeque, time::Duration};

const REMEMBERED: usize = 256;

/// The adapter of the simulated register.
pub struct SimulatorRegister {
    name: String,
    cable: Box<dyn Cable>,
    /// The latest ids that were sent and may be rung up; a refused connection says nothing about them.
    may_be_there: VecDeque<ReceiptId>,
}

impl SimulatorRegister {
    /// An adapter for the register at an address such as `http://127.0.0.1:9200`; does not connect yet.
    ///
    /// # Errors
    /// One sentence when the address is not of that form.
    pub fn open(url: &str) -> Result<SimulatorRegister, String> {
        let (host, base) = address(url)?;
        if !base.is_empty() {
            return Err(format!("{url:?} has a path; write it as http://127.0.0.1:9200"));
        }
        let name = format!("register simulator at http://{host}");
        Ok(SimulatorRegister { name, cable: Box::new(LanCable::new(&host)), may_be_there: VecDeque::new() })
    }

    /// An adapter that speaks through another cable.
    #[must_use]
    pub fn through(cable: Box<dyn Cable>) -> SimulatorRegister {
        SimulatorRegister { name: "register simulator".into(), cable, may_be_there: VecDeque::new() }
    }

    /// Sends what rings up or gives back, and remembers whether its fate is known.
    fn operate(&mut self, id: &ReceiptId, request: &Request, deadline: Duration) -> Outcome {
        let outcome = match self.cable.exchange(request, deadline) {
            Ok(Reply { status, body }) => codec::read_submitted(id, status, &body),
            Err(Lost::BeforeSending(reason)) if self.may_be_there.contains(id) => {
                Outcome::Unknown { reason: format!("it was sent before and now {reason}") }
            }
            Err(Lost::BeforeSending(reason)) => Outcome::NotDone { reason },
            Err(Lost::AfterSending(reason)) => Outcome::Unknown { reason },
        };
        self.remember(id, &outcome);
        outcome
    }

    fn remember(&mut self, id: &ReceiptId, outcome: &Outcome) {
        self.may_be_there.retain(|known| known != id);
        if matches!(outcome, Outcome::Unknown { .. } | Outcome::Done { .. }) {
            self.may_be_there.truncate(REMEMBERED - 1);
            self.may_be_there.push_front(id.clone());
        }
    }
}

impl Register for SimulatorRegister {
    fn name(&self) -> &str {
        &self.name
    }

    fn capabilities(&self) -> RegisterCapabilities {
        RegisterCapabilities::plain(Idempotency::ClientKey)
    }

    fn probe(&mut self, deadline: Duration) -> Result<DeviceState, String> {
        match self.cable.exchange(&Request::get(codec::STATE), deadline) {
            Ok(Reply { status, body }) => codec::read_state(status, &body).map(|()| DeviceState::default()),
            Err(Lost::BeforeSending(reason) | Lost::AfterSending(reason)) => Err(reason),
        }
        .map_err(|reason| format!("{}: {reason}; is it switched on?", self.name))
    }

    fn submit(&mut self, receipt: &NetReceipt, _: &mut dyn Journal, deadline: Duration) -> Outcome {
        match codec::receipt_body(receipt) {
            Ok(body) => self.operate(&receipt.id, &Request::post(codec::RECEIPTS, body), deadline),
            Err(error) => Outcome::NotDone { reason: format!("the receipt cannot be written: {error}") },
        }
    }

    fn resolve(&mut self, id: &ReceiptId, _: &mut dyn Journal, deadline: Duration) -> Outcome {
        let outcome = match self.cable.exchange(&Request::get(codec::receipt_path(id)), deadline) {
            Ok(Reply { status, body }) => codec::read_resolved(id, status, &body),
            Err(Lost::BeforeSending(reason) | Lost::AfterSending(reason)) => Outcome::Unknown { reason },
        };
        self.remember(id, &outcome);
        outcome
    }

    fn refund(&mut self, back: &GiveBack<'_>, _: &mut dyn Journal, deadline: Duration) -> Outcome {
        match codec::refund_body(back.original, back.refund) {
            Ok(body) => self.operate(&back.refund.id, &Request::post(codec::REFUNDS, body), deadline),
            Err(error) => Outcome::NotDone { reason: format!("the refund cannot be written: {error}") },
        }
    }
}
