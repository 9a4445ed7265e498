//! The client of SmartX. It can do a sale and cannot be asked for one, so a lost answer waits for a person.

use super::smartx::{self, Answer};
use super::terms::Terms;
use crate::devices::http::cable::address;
use crate::devices::http::{Cable, LanCable, Lost, Request, secret};
use crate::facts::id::ReceiptId;
use crate::facts::money::Money;
use crate::ports::{
    DeviceState, GiveBack, Idempotency, Journal, Look, NetReceipt, Outcome, Paper, Register,
    RegisterCapabilities,
};
use serde_json::Value;
use std::time::Duration;

/// The adapter of SmartX.
pub struct SmartxRegister {
    name: String,
    terms: Terms,
    pin: Option<String>,
    token: Option<String>,
    cable: Box<dyn Cable>,
}

impl SmartxRegister {
    /// An adapter for the register at an address such as `http://192.168.0.31:37015`; does not connect yet.
    ///
    /// # Errors
    /// One sentence when the address is none or the PIN cannot be read.
    pub fn open(url: &str, terms: Terms) -> Result<SmartxRegister, String> {
        let (host, base) = address(url)?;
        if !base.is_empty() {
            return Err(format!("{url:?} has a path; write it as http://192.168.0.31:37015"));
        }
        let pin = terms.pin_file.as_ref().map(|path| secret(path)).transpose()?;
        let name = format!("iKassa SmartX at {host}");
        Ok(SmartxRegister { name, terms, pin, token: None, cable: Box::new(LanCable::new(&host)) })
    }

    /// An adapter that speaks through another cable.
    #[must_use]
    pub fn through(cable: Box<dyn Cable>, terms: Terms, pin: Option<String>) -> SmartxRegister {
        SmartxRegister { name: "iKassa SmartX".into(), terms, pin, token: None, cable }
    }

    /// Gets a token where a PIN is known. Nothing is rung up by it, so a failure is certainly *not done*.
    fn log_in(&mut self, deadline: Duration) -> Result<(), String> {
        let Some(pin) = self.pin.clone().filter(|_| self.token.is_none()) else { return Ok(()) };
        let reply = self.cable.exchange(&smartx::auth(&pin), deadline).map_err(Lost::reason)?;
        match smartx::read(&reply) {
            Answer::Good(Some(answer)) => {
                self.token = smartx::token(&answer);
                if self.token.is_some() { Ok(()) } else { Err("SmartX gave no token".into()) }
            }
            Answer::WhoAreYou => Err("SmartX does not know this PIN; check pin_file".into()),
            Answer::Refused(reason) | Answer::Unknown(reason) => Err(reason),
            Answer::Good(None) => Err("SmartX gave no token".into()),
        }
    }

    /// Sends a message, and once more with a new token where the old one is not good any more: *who are you*
    /// is said before anything is done.
    fn send(
        &mut self,
        message: &dyn Fn(Option<&str>) -> Result<Request, String>,
        deadline: Duration,
    ) -> Result<Option<Value>, Outcome> {
        for _ in 0..2 {
            self.log_in(deadline).map_err(not_done)?;
            let request = message(self.token.as_deref()).map_err(not_done)?;
            match self.cable.exchange(&request, deadline) {
                Ok(reply) => match smartx::read(&reply) {
                    Answer::Good(answer) => return Ok(answer),
                    Answer::WhoAreYou => self.token = None,
                    Answer::Refused(reason) if reply.status == 402 => {
                        return Err(Outcome::Declined { reason });
                    }
                    Answer::Refused(reason) => return Err(not_done(reason)),
                    Answer::Unknown(reason) => return Err(Outcome::Unknown { reason }),
                },
                Err(Lost::BeforeSending(reason)) => return Err(not_done(reason)),
                Err(Lost::AfterSending(reason)) => return Err(Outcome::Unknown { reason }),
            }
        }
        Err(not_done("SmartX does not let us in; check pin_file".into()))
    }

    fn operate(&mut self, operation: &str, receipt: &Paper, deadline: Duration) -> Outcome {
        let terms = self.terms.clone();
        let message = |token: Option<&str>| smartx::sale(operation, &terms, token, receipt);
        match self.send(&message, deadline) {
            Ok(answer) => smartx::done(answer.as_ref(), receipt.total),
            Err(outcome) => outcome,
        }
    }
}

impl Register for SmartxRegister {
    fn name(&self) -> &str {
        &self.name
    }

    fn capabilities(&self) -> RegisterCapabilities {
        RegisterCapabilities {
            prints_receipt: true,
            line_discount: true,
            refund: self.terms.refund_operation.is_some(),
            ..RegisterCapabilities::plain(Idempotency::None)
        }
    }

    fn probe(&mut self, deadline: Duration) -> Result<DeviceState, String> {
        match self.send(&|token| Ok(smartx::other(token)), deadline) {
            Ok(_) => Ok(DeviceState::default()),
            Err(Outcome::NotDone { reason } | Outcome::Unknown { reason } | Outcome::Declined { reason }) => {
                Err(format!("iKassa SmartX: {reason}; is server mode switched on in its settings?"))
            }
            Err(Outcome::Done { .. }) => Ok(DeviceState::default()),
        }
    }

    /// The whole deadline is for the guest's card: the register answers when it has been tapped.
    fn submit(&mut self, receipt: &NetReceipt, journal: &mut dyn Journal, deadline: Duration) -> Outcome {
        match journal.note(&receipt.total.0.to_string()) {
            Ok(()) => self.operate("SALE", receipt, deadline),
            Err(reason) => not_done(reason),
        }
    }

    fn resolve(&mut self, _id: &ReceiptId, journal: &mut dyn Journal, _deadline: Duration) -> Outcome {
        match journal.noted() {
            None => not_done("it was never sent".into()),
            Some(_) => Outcome::Unknown { reason: "SmartX cannot be asked for a receipt".into() },
        }
    }

    fn refund(&mut self, back: &GiveBack<'_>, journal: &mut dyn Journal, deadline: Duration) -> Outcome {
        if let Err(reason) = journal.note(&format!("-{}", back.refund.total.0)) {
            return not_done(reason);
        }
        match self.terms.refund_operation.clone() {
            Some(operation) => self.operate(&operation, back.refund, deadline),
            None => Outcome::Unknown {
                reason: "give the money back on the register and say that it was done".into(),
            },
        }
    }

    fn look(&self, noted: Option<&str>) -> Look {
        let total = noted.and_then(|noted| noted.parse::<i64>().ok()).unwrap_or(0);
        if total < 0 && Money(total) != Money::ZERO { Look::at("ikassa_refund") } else { Look::at("ikassa") }
    }
}

const fn not_done(reason: String) -> Outcome {
    Outcome::NotDone { reason }
}
