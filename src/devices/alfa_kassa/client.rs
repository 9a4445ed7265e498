//! The client of Alfa-Kassa: make an order, fill it. Neither is repeated by itself, since the register knows
//! no key of ours: a lost answer may stand for an order that is there.

use super::codec::{self, Shape, Taken};
use crate::devices::http::cable::address;
use crate::devices::http::{Cable, LanCable, Lost, Reply, Request, secret};
use crate::facts::id::ReceiptId;
use crate::facts::money::Money;
use crate::ports::{
    DeviceState, GiveBack, Idempotency, Journal, Look, NetReceipt, Outcome, Register, RegisterCapabilities,
    Takes,
};
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// The adapter of Alfa-Kassa.
pub struct AlfaKassaRegister {
    name: String,
    base: String,
    /// Name and value of the header that lets us in.
    auth: Option<(String, String)>,
    shape: Shape,
    cable: Box<dyn Cable>,
}

/// How far an order has come; what the journal keeps.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "step", rename_all = "snake_case")]
enum Note {
    /// An order may have been made.
    Creating {
        /// What people find it by.
        mark: String,
    },
    /// An order was made and is certainly empty.
    Empty {
        /// Its number.
        order: String,
        mark: String,
    },
    /// An order was made and may have been filled.
    Filling { order: String, mark: String, total: Money },
    /// Money may have been given back by hand.
    Refund {
        /// The order it belongs to.
        order: Option<String>,
    },
}

impl AlfaKassaRegister {
    /// An adapter for the terminal at an address such as `http://192.168.0.30:8080/kassa`; does not connect yet.
    ///
    /// # Errors
    /// One sentence when the address is none or the file that lets us in cannot be read.
    pub fn open(url: &str, shape: Shape) -> Result<AlfaKassaRegister, String> {
        let (host, base) = address(url)?;
        let value = shape.auth_file.as_ref().map(|path| secret(path)).transpose()?;
        let auth = value.map(|value| (shape.auth_header.clone(), value));
        Ok(AlfaKassaRegister {
            name: format!("Alfa-Kassa at {host}"),
            base,
            auth,
            shape,
            cable: Box::new(LanCable::new(&host)),
        })
    }

    /// An adapter that speaks through another cable.
    #[must_use]
    pub fn through(cable: Box<dyn Cable>, shape: Shape) -> AlfaKassaRegister {
        AlfaKassaRegister { name: "Alfa-Kassa".into(), base: String::new(), auth: None, shape, cable }
    }

    fn exchange(&mut self, mut request: Request, deadline: Duration) -> Result<Reply, Lost> {
        request.path = format!("{}{}", self.base, request.path);
        if let Some((name, value)) = &self.auth {
            request = request.with(name, value);
        }
        self.cable.exchange(&request, deadline)
    }

    fn create(
        &mut self,
        receipt: &NetReceipt,
        journal: &mut dyn Journal,
        deadline: Duration,
    ) -> Result<i64, Outcome> {
        let request = codec::create_order(&self.shape, receipt).map_err(not_done)?;
        keep(journal, &Note::Creating { mark: codec::mark(&receipt.id) })?;
        match self.exchange(request, deadline) {
            Ok(reply) => match codec::read_created(&self.shape, &reply) {
                Taken::Yes(number) => Ok(number),
                Taken::Refused(reason) => Err(not_done(reason)),
                Taken::Unknown(reason) => Err(unknown(reason)),
            },
            Err(Lost::BeforeSending(reason)) => Err(not_done(reason)),
            Err(Lost::AfterSending(reason)) => Err(unknown(reason)),
        }
    }

    fn fill(
        &mut self,
        number: i64,
        receipt: &NetReceipt,
        journal: &mut dyn Journal,
        deadline: Duration,
    ) -> Result<Outcome, Outcome> {
        let (order, mark) = (number.to_string(), codec::mark(&receipt.id));
        let request = codec::add_items(&self.shape, number, receipt).map_err(not_done)?;
        keep(journal, &Note::Filling { order: order.clone(), mark: mark.clone(), total: receipt.total })?;
        let refused = match self.exchange(request, deadline) {
            Ok(reply) => match codec::read_added(&self.shape, &reply) {
                Taken::Yes(total) => return Ok(self.checked(&order, total, receipt.total, deadline)),
                Taken::Unknown(reason) => return Ok(unknown(reason)),
                Taken::Refused(reason) => reason,
            },
            Err(Lost::AfterSending(reason)) => return Ok(unknown(reason)),
            Err(Lost::BeforeSending(reason)) => reason,
        };
        let reason =
            format!("order {order} ({mark}) was made and stayed empty, cancel it on the terminal: {refused}");
        keep(journal, &Note::Empty { order, mark })?;
        Err(not_done(reason))
    }

    /// A filled order: where it can be asked for, it is done when the register itself says what it holds, since
    /// a message that came twice has filled it twice; else the answer's total counts, or what was sent.
    fn checked(&mut self, order: &str, told: Option<Money>, sent: Money, deadline: Duration) -> Outcome {
        let Some(request) = codec::order_request(&self.shape, order) else {
            return Outcome::Done { reference: order.to_owned(), total: told.unwrap_or(sent) };
        };
        let reply = self.exchange(request, deadline).ok();
        match reply.and_then(|reply| codec::read_order(&self.shape, order, &reply)) {
            Some(total) if total.0 > 0 => Outcome::Done { reference: order.to_owned(), total },
            _ => unknown(format!("order {order} may have been filled with {sent}")),
        }
    }
}

impl Register for AlfaKassaRegister {
    fn name(&self) -> &str {
        &self.name
    }

    fn capabilities(&self) -> RegisterCapabilities {
        RegisterCapabilities {
            takes: Takes::Order,
            prints_receipt: true,
            refund: false,
            ..RegisterCapabilities::plain(Idempotency::None)
        }
    }

    /// Nothing is known that asks without doing, so any answer of HTTP means that somebody is there.
    fn probe(&mut self, deadline: Duration) -> Result<DeviceState, String> {
        match self.exchange(Request::get("/"), deadline) {
            Ok(reply) if reply.status == 401 || reply.status == 403 => {
                Err(format!("Alfa-Kassa does not let us in (status {}): check auth_file", reply.status))
            }
            Ok(_) => Ok(DeviceState::default()),
            Err(lost) => {
                Err(format!("Alfa-Kassa: {}; is the terminal on and in this network?", lost.reason()))
            }
        }
    }

    fn submit(&mut self, receipt: &NetReceipt, journal: &mut dyn Journal, deadline: Duration) -> Outcome {
        let until = self.cable.now() + deadline;
        let number = match self.create(receipt, journal, deadline) {
            Ok(number) => number,
            Err(outcome) => return outcome,
        };
        let left = until.saturating_sub(self.cable.now());
        self.fill(number, receipt, journal, left).unwrap_or_else(|outcome| outcome)
    }

    /// Only the journal can say *not done*, and only a configured question *done*: an order that is empty now
    /// may still be filled by a message that is late.
    fn resolve(&mut self, _id: &ReceiptId, journal: &mut dyn Journal, deadline: Duration) -> Outcome {
        let Some(noted) = journal.noted() else { return not_done("it was never sent".into()) };
        match serde_json::from_str(noted) {
            Ok(Note::Empty { order, mark }) => {
                not_done(format!("order {order} ({mark}) stayed empty; cancel it on the terminal"))
            }
            Ok(Note::Filling { order, total, .. }) => match codec::order_request(&self.shape, &order) {
                Some(_) => self.checked(&order, None, total, deadline),
                None => unknown(format!("order {order} may have been filled with {total}")),
            },
            Ok(Note::Creating { mark }) => unknown(format!("an order {mark} may have been made")),
            Ok(Note::Refund { .. }) => unknown("money may have been given back by hand".into()),
            Err(_) => unknown("what was noted before sending cannot be read".into()),
        }
    }

    /// The register takes no refunds from outside: a person gives the money back on the terminal and says so.
    fn refund(&mut self, back: &GiveBack<'_>, journal: &mut dyn Journal, _deadline: Duration) -> Outcome {
        match keep(journal, &Note::Refund { order: back.reference.map(str::to_owned) }) {
            Ok(()) => unknown("give the money back on the terminal and say that it was done".into()),
            Err(outcome) => outcome,
        }
    }

    fn look(&self, noted: Option<&str>) -> Look {
        match noted.and_then(|noted| serde_json::from_str(noted).ok()) {
            Some(Note::Creating { mark }) => Look { place: "alfa_order_by_mark", number: Some(mark) },
            Some(Note::Filling { order, .. }) => Look { place: "alfa_order", number: Some(order) },
            Some(Note::Empty { order, .. }) => Look { place: "alfa_order_empty", number: Some(order) },
            Some(Note::Refund { order }) => Look { place: "alfa_refund", number: order },
            None => Look::at("tape"),
        }
    }
}

fn keep(journal: &mut dyn Journal, note: &Note) -> Result<(), Outcome> {
    let text = serde_json::to_string(note).map_err(|error| not_done(error.to_string()))?;
    journal.note(&text).map_err(not_done)
}

const fn not_done(reason: String) -> Outcome {
    Outcome::NotDone { reason }
}

const fn unknown(reason: String) -> Outcome {
    Outcome::Unknown { reason }
}
