//! The socket to the simulated register, with its deadlines.
//!
//! Every call is one connection of its own: a kept connection that the register has closed in the
//! meantime would make "was it sent?" a guess. Nothing is ever repeated by the HTTP library.

use super::codec;
use crate::facts::id::ReceiptId;
use crate::ports::{
    DeviceState, GiveBack, Idempotency, Journal, NetReceipt, Outcome, Register, RegisterCapabilities,
};
use reqwest::blocking::{Client, RequestBuilder};
use std::{
    collections::VecDeque,
    io::Read,
    time::{Duration, Instant},
};

const REMEMBERED: usize = 256;
const LARGEST_ANSWER: usize = 64 * 1024;

/// The adapter of the simulated register. Must not be used on a thread that runs tokio.
pub struct SimulatorRegister {
    name: String,
    base: String,
    client: Client,
    /// The latest ids that were sent and may be rung up; a refused connection says nothing about them.
    may_be_there: VecDeque<ReceiptId>,
}

/// Why there is no answer.
enum Lost {
    /// The request never left.
    BeforeSending(String),
    /// It left, or may have.
    AfterSending(String),
}

impl SimulatorRegister {
    /// An adapter for the register at an address such as `http://127.0.0.1:9200`; does not connect yet.
    ///
    /// # Errors
    /// One sentence when the address is not of that form or no HTTP client can be made.
    pub fn new(url: &str, connect_deadline: Duration) -> Result<SimulatorRegister, String> {
        let base = url.trim_end_matches('/').to_owned();
        let parsed = reqwest::Url::parse(&base)
            .ok()
            .filter(|parsed| parsed.scheme() == "http" && parsed.has_host() && parsed.path() == "/");
        if parsed.is_none() {
            return Err(format!("{url:?} is not an address such as http://127.0.0.1:9200"));
        }
        let client = Client::builder()
            .connect_timeout(connect_deadline)
            .pool_max_idle_per_host(0)
            .no_proxy()
            .redirect(reqwest::redirect::Policy::none())
            .retry(reqwest::retry::never())
            .build()
            .map_err(|error| format!("no HTTP client can be made: {}", why(&error)))?;
        Ok(SimulatorRegister {
            name: format!("register simulator at {base}"),
            base,
            client,
            may_be_there: VecDeque::new(),
        })
    }

    fn post(&self, path: &str, body: Vec<u8>) -> RequestBuilder {
        let request = self.client.post(format!("{}{path}", self.base));
        request.header("Content-Type", "application/json").body(body)
    }

    fn get(&self, path: &str) -> RequestBuilder {
        self.client.get(format!("{}{path}", self.base))
    }

    /// Sends what rings up or gives back, and remembers whether its fate is known.
    fn operate(&mut self, id: &ReceiptId, request: RequestBuilder, deadline: Duration) -> Outcome {
        let outcome = match exchange(request, deadline) {
            Ok((status, body)) => codec::read_submitted(id, status, &body),
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
        match exchange(self.get(codec::STATE), deadline) {
            Ok((status, body)) => codec::read_state(status, &body).map(|()| DeviceState::default()),
            Err(Lost::BeforeSending(reason) | Lost::AfterSending(reason)) => Err(reason),
        }
        .map_err(|reason| format!("{}: {reason}; is it switched on?", self.name))
    }

    fn submit(&mut self, receipt: &NetReceipt, _: &mut dyn Journal, deadline: Duration) -> Outcome {
        match codec::receipt_body(receipt) {
            Ok(body) => self.operate(&receipt.id, self.post(codec::RECEIPTS, body), deadline),
            Err(error) => Outcome::NotDone { reason: format!("the receipt cannot be written: {error}") },
        }
    }

    fn resolve(&mut self, id: &ReceiptId, _: &mut dyn Journal, deadline: Duration) -> Outcome {
        let outcome = match exchange(self.get(&codec::receipt_path(id)), deadline) {
            Ok((status, body)) => codec::read_resolved(id, status, &body),
            Err(Lost::BeforeSending(reason) | Lost::AfterSending(reason)) => Outcome::Unknown { reason },
        };
        self.remember(id, &outcome);
        outcome
    }

    fn refund(&mut self, back: &GiveBack<'_>, _: &mut dyn Journal, deadline: Duration) -> Outcome {
        match codec::refund_body(back.original, back.refund) {
            Ok(body) => self.operate(&back.refund.id, self.post(codec::REFUNDS, body), deadline),
            Err(error) => Outcome::NotDone { reason: format!("the refund cannot be written: {error}") },
        }
    }
}

/// One request and its whole answer, within the deadline.
fn exchange(request: RequestBuilder, deadline: Duration) -> Result<(u16, Vec<u8>), Lost> {
    let until = Instant::now() + deadline;
    let mut response = request.timeout(deadline).send().map_err(|error| {
        let reason = why(&error);
        if error.is_connect() || error.is_builder() {
            Lost::BeforeSending(format!("the register cannot be reached: {reason}"))
        } else {
            Lost::AfterSending(format!("the register's answer was lost: {reason}"))
        }
    })?;
    let mut body = Vec::new();
    let mut chunk = [0_u8; 4096];
    loop {
        let read = response
            .read(&mut chunk)
            .map_err(|error| Lost::AfterSending(format!("the register's answer broke off: {error}")))?;
        body.extend_from_slice(chunk.get(..read).unwrap_or_default());
        if read == 0 {
            return Ok((response.status().as_u16(), body));
        }
        if body.len() > LARGEST_ANSWER || Instant::now() >= until {
            return Err(Lost::AfterSending("the register's answer does not end".into()));
        }
    }
}

/// The innermost cause in the system's words: the outer ones only repeat the address.
fn why(error: &reqwest::Error) -> String {
    let mut inner: &dyn std::error::Error = error;
    while let Some(source) = inner.source() {
        inner = source;
    }
    inner.to_string()
}
