//! A register and a printer that do what a script says, and remember what they were asked.

use crate::facts::id::ReceiptId;
use crate::facts::slip::Slip;
use crate::ports::{
    DeviceState, GiveBack, Idempotency, Journal, NetReceipt, Outcome, Paper, PrintFault, Printer, Register,
    RegisterCapabilities,
};
use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// What the scripted register does with the next receipt or refund.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Act {
    /// Rings it up.
    RingUp,
    /// Rings it up and loses the answer.
    LoseAnswer,
    /// Loses the request.
    LoseRequest,
    /// Declines the payment.
    Decline,
    /// Refuses.
    Refuse,
    /// Rings up one minor unit too much.
    WrongTotal,
    /// The counter's process dies before the register has rung up.
    DieBefore,
    /// The counter's process dies after the register has rung up.
    DieAfter,
}

/// The register's tape and script.
#[derive(Debug, Default)]
pub struct Tape {
    /// What comes next; then everything is rung up.
    pub script: VecDeque<Act>,
    /// Everything that was rung up, by id.
    pub rung_up: BTreeMap<ReceiptId, Paper>,
    /// How often each id was rung up.
    pub times: BTreeMap<ReceiptId, u32>,
    /// How it says that it is.
    pub state: DeviceState,
}

/// The journal of one receipt, in memory.
#[derive(Debug, Clone, Default)]
pub struct Page(pub Option<String>);

impl Journal for Page {
    fn noted(&self) -> Option<&str> {
        self.0.as_deref()
    }

    fn note(&mut self, text: &str) -> Result<(), String> {
        self.0 = Some(text.to_owned());
        Ok(())
    }
}

/// A register that follows a script.
#[derive(Debug, Clone)]
pub struct ScriptedRegister {
    tape: Arc<Mutex<Tape>>,
    idempotency: Idempotency,
}

impl ScriptedRegister {
    /// A register that rings everything up until told otherwise.
    #[must_use]
    pub fn new(idempotency: Idempotency) -> ScriptedRegister {
        ScriptedRegister { tape: Arc::default(), idempotency }
    }

    /// The tape, to be read and written.
    pub fn tape(&self) -> MutexGuard<'_, Tape> {
        self.tape.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A register that cannot be asked notes before it speaks, as the port demands.
    fn promise(&self, journal: &mut dyn Journal) -> Result<(), String> {
        if self.idempotency == Idempotency::None { journal.note("sent") } else { Ok(()) }
    }

    fn act(&self, receipt: &Paper) -> Outcome {
        let mut tape = self.tape();
        let act = tape.script.pop_front().unwrap_or(Act::RingUp);
        let unknown = Outcome::Unknown { reason: "no answer".into() };
        match act {
            Act::LoseRequest => return unknown,
            Act::Decline => return Outcome::Declined { reason: "declined by the bank".into() },
            Act::Refuse => return Outcome::NotDone { reason: "shift is closed".into() },
            Act::DieBefore => die(),
            Act::RingUp | Act::LoseAnswer | Act::WrongTotal | Act::DieAfter => {}
        }
        let known = self.idempotency == Idempotency::ClientKey && tape.rung_up.contains_key(&receipt.id);
        if !known {
            tape.rung_up.insert(receipt.id.clone(), receipt.clone());
            *tape.times.entry(receipt.id.clone()).or_default() += 1;
        }
        match act {
            Act::LoseAnswer => unknown,
            Act::DieAfter => die(),
            Act::WrongTotal => Outcome::Done {
                reference: "1".into(),
                total: receipt.total.plus(crate::facts::money::Money(1)),
            },
            _ => Outcome::Done { reference: tape.rung_up.len().to_string(), total: receipt.total },
        }
    }
}

impl Register for ScriptedRegister {
    fn name(&self) -> &str {
        "scripted register"
    }

    fn capabilities(&self) -> RegisterCapabilities {
        RegisterCapabilities::plain(self.idempotency)
    }

    fn probe(&mut self, _deadline: Duration) -> Result<DeviceState, String> {
        Ok(self.tape().state.clone())
    }

    fn submit(&mut self, receipt: &NetReceipt, journal: &mut dyn Journal, _deadline: Duration) -> Outcome {
        match self.promise(journal) {
            Ok(()) => self.act(receipt),
            Err(reason) => Outcome::NotDone { reason },
        }
    }

    fn resolve(&mut self, id: &ReceiptId, journal: &mut dyn Journal, _deadline: Duration) -> Outcome {
        if self.idempotency == Idempotency::None {
            if journal.noted().is_none() {
                return Outcome::NotDone { reason: "never sent".into() };
            }
            return Outcome::Unknown { reason: "this register cannot be asked".into() };
        }
        match self.tape().rung_up.get(id) {
            Some(receipt) => Outcome::Done { reference: "found".into(), total: receipt.total },
            None => Outcome::NotDone { reason: "never arrived".into() },
        }
    }

    fn refund(&mut self, back: &GiveBack<'_>, journal: &mut dyn Journal, _deadline: Duration) -> Outcome {
        match self.promise(journal) {
            Ok(()) => self.act(back.refund),
            Err(reason) => Outcome::NotDone { reason },
        }
    }
}

/// A printer that keeps slips, or fails while it is broken.
#[derive(Debug, Clone, Default)]
pub struct ScriptedPrinter {
    state: Arc<Mutex<(bool, Vec<Slip>)>>,
}

impl ScriptedPrinter {
    /// Breaks or mends the printer.
    pub fn set_broken(&self, broken: bool) {
        self.state.lock().unwrap_or_else(PoisonError::into_inner).0 = broken;
    }

    /// Slips printed so far.
    #[must_use]
    pub fn slips(&self) -> Vec<Slip> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner).1.clone()
    }
}

impl Printer for ScriptedPrinter {
    fn name(&self) -> &str {
        "scripted printer"
    }

    fn print(&mut self, slip: &Slip, _deadline: Duration) -> Result<(), PrintFault> {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        if state.0 {
            return Err(PrintFault::Printer("the printer is out of paper; refill it".into()));
        }
        state.1.push(slip.clone());
        Ok(())
    }
}

#[expect(clippy::panic, reason = "a panic is how a test lets the process die without dying itself")]
fn die() -> ! {
    panic!("the counter's process dies here")
}
