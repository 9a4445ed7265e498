//! The client of ATOL's web server: into the queue under our key, then asked for until it is ready.

use super::codec::{self, Accepted, Task};
use super::tasks;
use super::terms::Terms;
use crate::devices::http::cable::address;
use crate::devices::http::{Cable, LanCable, Lost, Reply, Request, secret};
use crate::facts::id::ReceiptId;
use crate::ports::{
    DeviceState, GiveBack, Idempotency, Journal, Look, NetReceipt, Outcome, Register, RegisterCapabilities,
    RegisterSums, ShiftFault, ShiftWork,
};
use std::time::Duration;

/// Between two questions for one task.
const ASK_EVERY: Duration = Duration::from_millis(200);
/// One question; the rest of a deadline is for more of them.
const QUESTION: Duration = Duration::from_secs(2);

/// The adapter of ATOL's web server.
pub struct AtolRegister {
    name: String,
    terms: Terms,
    /// Value of the header that lets us in.
    auth: Option<String>,
    cable: Box<dyn Cable>,
}

impl AtolRegister {
    /// An adapter for the server at an address such as `http://127.0.0.1:16732`; does not connect yet.
    ///
    /// # Errors
    /// One sentence when the address is none or the password cannot be read.
    pub fn open(url: &str, terms: Terms) -> Result<AtolRegister, String> {
        let (host, base) = address(url)?;
        if !base.is_empty() {
            return Err(format!("{url:?} has a path; write it as http://127.0.0.1:16732"));
        }
        let auth = match (&terms.user, &terms.password_file) {
            (Some(user), Some(file)) => {
                Some(format!("Basic {}", base64(&format!("{user}:{}", secret(file)?))))
            }
            _ => None,
        };
        let name = format!("ATOL at {host}");
        Ok(AtolRegister { name, terms, auth, cable: Box::new(LanCable::new(&host)) })
    }

    /// An adapter that speaks through another cable.
    #[must_use]
    pub fn through(cable: Box<dyn Cable>, terms: Terms) -> AtolRegister {
        AtolRegister { name: "ATOL".into(), terms, auth: None, cable }
    }

    fn exchange(&mut self, request: Request, deadline: Duration) -> Result<Reply, Lost> {
        let request = match &self.auth {
            Some(auth) => request.with("Authorization", auth),
            None => request,
        };
        self.cable.exchange(&request, deadline.min(QUESTION))
    }

    /// Puts a task into the queue; nothing means that it is there.
    fn send(&mut self, key: &str, task: &[String], deadline: Duration) -> Option<Outcome> {
        match self.exchange(codec::submit(key, task), deadline) {
            Ok(reply) => match codec::read_accepted(key, &reply) {
                Accepted::Yes | Accepted::Before => None,
                Accepted::No(reason) => Some(Outcome::NotDone { reason }),
                Accepted::Unclear(reason) => Some(Outcome::Unknown { reason }),
            },
            Err(Lost::BeforeSending(reason)) => Some(Outcome::NotDone { reason }),
            Err(Lost::AfterSending(reason)) => Some(Outcome::Unknown { reason }),
        }
    }

    /// Asks for a task until it has an end or the time is over.
    fn wait(&mut self, key: &str, deadline: Duration) -> Result<Task, String> {
        let until = self.cable.now() + deadline;
        loop {
            let left = until.saturating_sub(self.cable.now());
            let last = match self.exchange(codec::ask(key), left.max(ASK_EVERY)) {
                Ok(reply) => match codec::read_task(&reply) {
                    Task::Waits => "it still waits in ATOL's queue; look at the register".to_owned(),
                    ended => return Ok(ended),
                },
                Err(lost) => lost.reason(),
            };
            if self.cable.now() + ASK_EVERY >= until {
                return Err(last);
            }
            self.cable.pause(ASK_EVERY);
        }
    }

    fn ring_up(
        &mut self,
        id: &ReceiptId,
        task: Result<String, String>,
        journal: &dyn Journal,
        deadline: Duration,
    ) -> Outcome {
        let task = match task {
            Ok(task) => task,
            Err(reason) => return Outcome::NotDone { reason },
        };
        let until = self.cable.now() + deadline;
        let key = codec::key(id, attempt(journal));
        if let Some(ended) = self.send(&key, &[task], deadline) {
            return ended;
        }
        let left = until.saturating_sub(self.cable.now());
        match self.wait(&key, left) {
            Ok(task) => codec::outcome(task).unwrap_or_else(|| unknown("ATOL has lost the task")),
            Err(reason) => Outcome::Unknown { reason },
        }
    }

    /// The server never heard of the key, but the message may still be on its way: a question is put in its
    /// place, so that it will be refused when it comes.
    fn occupy(&mut self, key: &str, journal: &mut dyn Journal, deadline: Duration) -> Outcome {
        let task = match tasks::plain("getShiftStatus") {
            Ok(task) => task,
            Err(reason) => return Outcome::Unknown { reason },
        };
        match self.exchange(codec::submit(key, &[task]), deadline) {
            Ok(reply) => match codec::read_accepted(key, &reply) {
                Accepted::Yes => match journal.note(&format!("attempt {}", attempt(journal) + 1)) {
                    Ok(()) => Outcome::NotDone { reason: "ATOL never heard of it".into() },
                    Err(reason) => Outcome::Unknown { reason },
                },
                Accepted::Before => unknown("it arrived this moment"),
                Accepted::No(reason) | Accepted::Unclear(reason) => Outcome::Unknown { reason },
            },
            Err(lost) => Outcome::Unknown { reason: lost.reason() },
        }
    }
}

impl Register for AtolRegister {
    fn name(&self) -> &str {
        &self.name
    }

    fn capabilities(&self) -> RegisterCapabilities {
        RegisterCapabilities {
            prints_receipt: true,
            line_discount: true,
            shift_control: true,
            ..RegisterCapabilities::plain(Idempotency::ClientKey)
        }
    }

    fn probe(&mut self, deadline: Duration) -> Result<DeviceState, String> {
        let mut bytes = [0; 16];
        getrandom::fill(&mut bytes).map_err(|error| error.to_string())?;
        let key = codec::key(&ReceiptId::new(format!("probe {bytes:?}")), 0);
        let tasks = [tasks::plain("getShiftStatus")?, tasks::plain("getDeviceStatus")?];
        let ask = |why: String| format!("ATOL: {why}; is its web server running and the register on?");
        let reply =
            self.exchange(codec::submit(&key, &tasks), deadline).map_err(|lost| ask(lost.reason()))?;
        if let Accepted::No(why) | Accepted::Unclear(why) = codec::read_accepted(&key, &reply) {
            return Err(ask(why));
        }
        let blocked_by = codec::blocked_by(&reply);
        if blocked_by.is_none()
            && let Task::Failed(why) = self.wait(&key, deadline).map_err(ask)?
        {
            return Err(format!("ATOL's register does not answer: {why}"));
        }
        let reply = self.exchange(codec::ask(&key), deadline).map_err(|lost| ask(lost.reason()))?;
        Ok(DeviceState { blocked_by, ..codec::read_state(&reply) })
    }

    fn submit(&mut self, receipt: &NetReceipt, journal: &mut dyn Journal, deadline: Duration) -> Outcome {
        let task = tasks::receipt(&self.terms, receipt, false);
        self.ring_up(&receipt.id, task, journal, deadline)
    }

    fn resolve(&mut self, id: &ReceiptId, journal: &mut dyn Journal, deadline: Duration) -> Outcome {
        let key = codec::key(id, attempt(journal));
        let until = self.cable.now() + deadline;
        match self.wait(&key, deadline) {
            Ok(Task::NeverCame) => {
                let left = until.saturating_sub(self.cable.now());
                self.occupy(&key, journal, left.max(ASK_EVERY))
            }
            Ok(task) => codec::outcome(task).unwrap_or_else(|| unknown("ATOL has lost the task")),
            Err(reason) => Outcome::Unknown { reason },
        }
    }

    fn refund(&mut self, back: &GiveBack<'_>, journal: &mut dyn Journal, deadline: Duration) -> Outcome {
        let task = tasks::receipt(&self.terms, back.refund, true);
        self.ring_up(&back.refund.id, task, journal, deadline)
    }

    fn shift(
        &mut self,
        work: ShiftWork,
        id: &ReceiptId,
        deadline: Duration,
    ) -> Result<RegisterSums, ShiftFault> {
        let task = tasks::shift(&self.terms, work).map_err(ShiftFault::Refused)?;
        let key = codec::key(id, 1);
        let until = self.cable.now() + deadline;
        // Under its key a task is carried out once, so a lost answer is no reason not to send it again.
        for _ in 0..2 {
            match self.send(&key, std::slice::from_ref(&task), deadline) {
                Some(Outcome::NotDone { reason }) => return Err(ShiftFault::Refused(reason)),
                Some(_) => {}
                None => break,
            }
        }
        let left = until.saturating_sub(self.cable.now());
        match self.wait(&key, left).map_err(ShiftFault::Unknown)? {
            Task::Ready(result) => Ok(codec::read_sums(&result)),
            Task::Failed(reason) => Err(ShiftFault::Refused(reason)),
            Task::Blocked(reason) | Task::Unclear(reason) => Err(ShiftFault::Unknown(reason)),
            Task::NeverCame | Task::Waits => Err(ShiftFault::Unknown("ATOL never heard of it".into())),
        }
    }

    fn look(&self, _noted: Option<&str>) -> Look {
        Look::at("atol")
    }
}

/// Which attempt at this receipt is the present one.
fn attempt(journal: &dyn Journal) -> u32 {
    let noted = journal.noted().and_then(|noted| noted.strip_prefix("attempt "));
    noted.and_then(|number| number.parse().ok()).unwrap_or(1)
}

fn unknown(reason: &str) -> Outcome {
    Outcome::Unknown { reason: reason.to_owned() }
}

/// Base64 of a text (RFC 4648, section 4), for HTTP Basic.
fn base64(text: &str) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = String::new();
    for part in text.as_bytes().chunks(3) {
        let bits =
            part.iter().fold(0_u32, |bits, byte| (bits << 8) | u32::from(*byte)) << (8 * (3 - part.len()));
        for place in 0..4 {
            let letter = usize::try_from((bits >> (18 - 6 * place)) & 63).ok().and_then(|at| LETTERS.get(at));
            out.push(letter.filter(|_| place <= part.len()).map_or('=', |letter| char::from(*letter)));
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_is_that_of_the_rfc() {
        let table = [("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foobar", "Zm9vYmFy")];
        for (text, coded) in table {
            assert_eq!(base64(text), coded);
        }
    }
}
