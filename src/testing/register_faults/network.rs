//! A network between counter and register that does to every message what a script says.

use crate::devices::http::{Cable, Lost, Reply, Request};
use crate::facts::money::Money;
use crate::testing::random::Random;
use std::collections::VecDeque;
use std::panic::resume_unwind;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// What is thrown when the counter's process dies.
#[derive(Debug, Clone, Copy)]
pub struct CounterDies;

/// Something that the register has for ever, unless a person strikes it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Document {
    /// Its total.
    pub total: Money,
    /// A sale, or money given back.
    pub sale: bool,
    /// A person has cancelled it on the register.
    pub struck: bool,
}

/// A modelled register.
pub trait Device: Send {
    /// Carries one message out.
    fn handle(&mut self, request: &Request) -> Reply;
    /// The faults that make sense for it.
    fn faults(&self) -> &'static [Fault];
    /// Whether a late message is carried out before the next one, as where one connection is served after
    /// the other.
    fn keeps_order(&self) -> bool {
        false
    }
    /// The next document gets one kopeck too much.
    fn miscount_next(&mut self) {}
    /// It is switched off and on.
    fn restart(&mut self) {}
    /// Something is wrong with it that a person can mend.
    fn trouble(&mut self, _random: &mut Random) {}
    /// A person has mended it.
    fn mend(&mut self) {}
    /// Everything it has, in order.
    fn documents(&mut self) -> &mut Vec<Document>;
}

/// What happens to one message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// Nobody listens; nothing is sent.
    NoConnection,
    /// The message is lost on its way.
    LostThere,
    /// It is carried out, the answer is lost or only half of it comes.
    LostBack,
    /// The answer is lost, and the message arrives later.
    Late,
    /// It arrives twice.
    Twice,
    /// It is carried out and answered with nonsense.
    Garbage,
    /// Status 500, not carried out.
    FailsBefore,
    /// Carried out, status 500.
    FailsAfter,
    /// The counter dies before it is sent.
    DieBefore,
    /// The counter dies when it has been carried out.
    DieAfter,
    /// The register is switched off and on before it arrives.
    Restart,
    /// The register counts one kopeck too much.
    Miscount,
    /// Paper, cover, queue or shift of the register.
    Trouble,
}

struct State {
    device: Box<dyn Device>,
    random: Random,
    script: VecDeque<Option<Fault>>,
    late: Vec<Request>,
    now: Duration,
    struck: u64,
}

/// The network; clones are the same one.
#[derive(Clone)]
pub struct Network(Arc<Mutex<State>>);

impl Network {
    /// A network with this register at its other end.
    #[must_use]
    pub fn new(device: Box<dyn Device>, random: Random) -> Network {
        Network(Arc::new(Mutex::new(State {
            device,
            random,
            script: VecDeque::new(),
            late: Vec::new(),
            now: Duration::ZERO,
            struck: 0,
        })))
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Plans what happens to the next messages: some of them suffer.
    pub fn plan(&self) {
        let mut state = self.state();
        let State { random, script, device, .. } = &mut *state;
        let faults = random.between(0, 5);
        script.clear();
        script.extend((0..12).map(|_| None));
        for _ in 0..faults {
            let at = usize::try_from(random.between(0, 5)).unwrap_or_default();
            let fault = random.pick(device.faults()).copied();
            if let Some(planned) = script.get_mut(at) {
                *planned = fault;
            }
        }
    }

    /// Whether there is trouble.
    #[must_use]
    pub fn is_planned(&self) -> bool {
        !self.state().script.is_empty()
    }

    /// Ends all trouble; what was late arrives.
    pub fn calm(&self) {
        let mut state = self.state();
        state.script.clear();
        state.device.mend();
        state.deliver_late();
    }

    /// How many faults have struck so far.
    #[must_use]
    pub fn struck(&self) -> u64 {
        self.state().struck
    }

    /// Does something at the register's own keyboard.
    pub fn at_register<T>(&self, act: impl FnOnce(&mut Vec<Document>) -> T) -> T {
        act(self.state().device.documents())
    }

    /// A number from the schedule's own randomness.
    #[must_use]
    pub fn draw(&self, low: i64, high: i64) -> i64 {
        self.state().random.between(low, high)
    }
}

impl State {
    fn deliver_late(&mut self) {
        for request in std::mem::take(&mut self.late) {
            let _unheard = self.device.handle(&request);
        }
    }

    fn strike(&mut self, fault: Fault, request: &Request, deadline: Duration) -> Result<Reply, Lost> {
        self.struck += 1;
        let lost = || Lost::AfterSending("the answer was lost".into());
        match fault {
            Fault::NoConnection => return Err(Lost::BeforeSending("nobody listens".into())),
            Fault::Restart => self.device.restart(),
            Fault::Miscount => self.device.miscount_next(),
            Fault::Trouble => self.device.trouble(&mut self.random),
            Fault::LostThere => {
                self.now += deadline;
                return Err(lost());
            }
            Fault::Late => {
                self.now += deadline;
                self.late.push(request.clone());
                return Err(lost());
            }
            Fault::FailsBefore => return Ok(Reply { status: 500, body: b"{}".to_vec() }),
            _ => {}
        }
        let reply = self.device.handle(request);
        match fault {
            Fault::LostBack => {
                self.now += deadline;
                Err(lost())
            }
            Fault::Twice => {
                let _unheard = self.device.handle(request);
                Ok(reply)
            }
            Fault::Garbage => Ok(Reply { status: 200, body: b"\x00\xff<html>paper jam</html>".to_vec() }),
            Fault::FailsAfter => Ok(Reply { status: 500, body: b"{}".to_vec() }),
            _ => Ok(reply),
        }
    }
}

impl Cable for Network {
    fn exchange(&mut self, request: &Request, deadline: Duration) -> Result<Reply, Lost> {
        let mut state = self.state();
        state.now += Duration::from_millis(5);
        if state.device.keeps_order() {
            state.deliver_late();
        }
        let Some(fault) = state.script.pop_front().flatten() else { return Ok(state.device.handle(request)) };
        if fault == Fault::DieBefore || fault == Fault::DieAfter {
            state.struck += 1;
            if fault == Fault::DieAfter {
                let _unheard = state.device.handle(request);
            }
            drop(state);
            resume_unwind(Box::new(CounterDies));
        }
        let answer = state.strike(fault, request, deadline);
        if !state.late.is_empty() && state.random.once_in(3) {
            state.deliver_late();
        }
        answer
    }

    fn now(&mut self) -> Duration {
        self.state().now
    }

    fn pause(&mut self, length: Duration) {
        self.state().now += length;
    }
}
