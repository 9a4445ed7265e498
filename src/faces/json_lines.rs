//! JSON lines: one request a line, one answer a line, in order. Described in `docs/interfaces.md`.

use crate::facts::basket::Item;
use crate::facts::customer::Consent;
use crate::facts::id::{BaristaId, ReceiptId, VisitId};
use crate::facts::moment::Moment;
use crate::facts::money::Money;
use crate::facts::purchase::{Payment, PaymentKind, PurchaseKind, RefundLine};
use crate::facts::staff::barista_id;
use crate::flow::pin::Pin;
use crate::flow::quote::{Choice, QuoteWish};
use crate::flow::settle::Pays;
use crate::flow::{Counter, FlowFault};
use crate::ports::{Clock, Symbology, TapeEntry};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::panic::{AssertUnwindSafe, catch_unwind};

/// The longest line that is read; a longer one is an error and the process goes on.
pub const LINE_MAX: usize = 4 * 1024 * 1024;

#[derive(Debug, Deserialize)]
#[serde(tag = "do", rename_all = "snake_case")]
enum Request {
    Greet { code: Option<String> },
    Scan { text: String, symbology: Option<Symbology> },
    Quote { visit: VisitId, basket: Vec<Item>, offer: Option<String>, kind: Option<PurchaseKind> },
    Settle { visit: VisitId, pays: Option<Vec<Payment>>, pay: Option<PaymentKind> },
    Refund { receipt: ReceiptId, lines: Option<Vec<RefundLine>>, pin: Option<Pin> },
    RegisterCustomer { consent: Option<ConsentWish> },
    Review { receipt: ReceiptId, rung_up: bool, reference: Option<String> },
    Cancel { visit: VisitId },
    Tape { entries: Vec<TapeEntry> },
    OpenShift,
    Reprint { receipt: ReceiptId },
    ReportX,
    CashIn { minor: Money, reason: Option<String> },
    CashOut { minor: Money, reason: Option<String> },
    CloseShift { counted_minor: Option<Money> },
    DayEnd,
    Resume,
    Learn,
    Status,
}

#[derive(Debug, Deserialize)]
#[serde(untagged, expecting = "consent is a text or a list of texts, such as \"personalisation\"")]
enum ConsentWish {
    One(String),
    Many(Vec<String>),
}

/// Learns from what is stored, for the `learn` request; the command line plugs it in, since the counter
/// itself links no trainer. Gives what was installed or refused and why.
pub type Learn<'a> = dyn FnMut(&mut Counter, Moment) -> Result<Value, String> + 'a;

/// A counter driven by lines.
pub struct JsonLines<'a> {
    counter: Counter,
    clock: Box<dyn Clock>,
    obey_at: bool,
    learn: Option<Box<Learn<'a>>>,
}

impl std::fmt::Debug for JsonLines<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("JsonLines").field("counter", &self.counter).finish_non_exhaustive()
    }
}

impl<'a> JsonLines<'a> {
    /// A counter that takes the time from its clock or, when `obey_at` is set, from each request.
    #[must_use]
    pub fn new(
        counter: Counter,
        clock: Box<dyn Clock>,
        obey_at: bool,
        learn: Option<Box<Learn<'a>>>,
    ) -> JsonLines<'a> {
        JsonLines { counter, clock, obey_at, learn }
    }

    /// The counter.
    pub const fn counter_mut(&mut self) -> &mut Counter {
        &mut self.counter
    }

    /// What may be done while nobody waits; call it when the answer is out.
    pub fn rest(&mut self) {
        self.counter.rest();
    }

    /// Answers one line, without its end. Never fails: what is wrong is in the answer, a defect of the
    /// counter itself too, so that the next guest is served.
    pub fn answer(&mut self, line: &[u8]) -> String {
        let (reference, answer) = catch_unwind(AssertUnwindSafe(|| self.try_answer(line))).unwrap_or_else(|_| {
            let message = "the counter failed inside; nothing half done was kept, greet the guest again and \
                           report the request";
            (None, Err(("internal_failure", message.into())))
        });
        let mut value = answer.unwrap_or_else(
            |(code, message)| json!({"error": {"code": code, "message": shortened(&message)}}),
        );
        if let (Some(reference), Value::Object(fields)) = (reference, &mut value) {
            fields.insert("ref".into(), reference);
        }
        value.to_string()
    }

    fn try_answer(&mut self, line: &[u8]) -> (Option<Value>, Result<Value, Wrong>) {
        let (line, value) = match read_value(line) {
            Ok(read) => read,
            Err(wrong) => return (None, Err(wrong)),
        };
        let reference = value.get("ref").cloned();
        let at = match self.time_of(&value) {
            Ok(at) => at,
            Err(wrong) => return (reference, Err(wrong)),
        };
        // From the text, not from the value: of a field that stands there twice, the value knows the last.
        let request = match serde_json::from_str::<Request>(line) {
            Ok(request) => request,
            Err(error) => {
                return (reference, Err(bad_request(format!("the request cannot be read: {error}"))));
            }
        };
        let barista = match barista_of(&value) {
            Ok(barista) => barista,
            Err(wrong) => return (reference, Err(wrong)),
        };
        self.counter.told_of(barista);
        (reference, self.perform(request, at))
    }

    fn time_of(&mut self, value: &Value) -> Result<Moment, Wrong> {
        match value.get("at").filter(|_| self.obey_at) {
            Some(at) => serde_json::from_value(at.clone())
                .map_err(|error| error.to_string())
                .and_then(Moment::of_trade)
                .map_err(|why| bad_request(format!("at: {why}"))),
            None => Ok(self.clock.now()),
        }
    }

    fn perform(&mut self, request: Request, at: Moment) -> Result<Value, Wrong> {
        match request {
            Request::Greet { code } => pack(self.counter.greet(code.as_deref(), at)),
            Request::Scan { text, symbology } => pack(self.counter.scanned(&text, symbology)),
            Request::Quote { visit, basket, offer, kind } => {
                let wish = QuoteWish {
                    basket,
                    choice: Choice::read(offer.as_deref()),
                    kind: kind.unwrap_or_default(),
                };
                pack(self.counter.quote(&visit, wish, at))
            }
            Request::Settle { visit, pays, pay } => {
                let pays = match (pays, pay) {
                    (Some(parts), None) => Pays::Parts(parts),
                    (None, kind) => Pays::Whole(kind.unwrap_or(PaymentKind::Card)),
                    (Some(_), Some(_)) => return Err(bad_request("give pays or pay, not both".into())),
                };
                pack(self.counter.settle(&visit, &pays, at))
            }
            Request::Refund { receipt, lines, pin } => {
                let vouched = pin.map_or(Ok(()), |pin| self.counter.vouch(&pin, at));
                pack(vouched.and_then(|()| self.counter.refund(&receipt, lines.as_deref(), at)))
            }
            Request::RegisterCustomer { consent } => {
                let consent = read_consent(consent).map_err(bad_request)?;
                pack(self.counter.register_customer(consent, at))
            }
            Request::Review { receipt, rung_up, reference } => {
                let reference = rung_up.then(|| reference.unwrap_or_else(|| "seen by a person".into()));
                let state = self
                    .counter
                    .reviewed(&receipt, reference.as_deref(), at)
                    .map_err(|fault| wrong(&fault))?;
                Ok(json!({"receipt": receipt, "status": state.code()}))
            }
            Request::Cancel { visit } => {
                self.counter.cancel(&visit, at).map_err(|fault| wrong(&fault))?;
                Ok(json!({"visit": visit, "status": "cancelled"}))
            }
            Request::Tape { entries } => pack(self.counter.tape(&entries, at)),
            Request::OpenShift => {
                self.counter.open_shift(at).map_err(|fault| wrong(&fault)).and_then(|_| self.status(at))
            }
            Request::Reprint { receipt } => {
                let waiting = self.counter.reprint(&receipt, at).map_err(|fault| wrong(&fault))?;
                Ok(json!({"receipt": receipt, "slips_waiting": waiting}))
            }
            Request::ReportX => pack(self.counter.report_x(at)),
            Request::CashIn { minor, reason } => self.move_cash(minor, minor, reason, at),
            Request::CashOut { minor, reason } => self.move_cash(minor, Money::ZERO.minus(minor), reason, at),
            Request::CloseShift { counted_minor } => pack(self.counter.close_shift(counted_minor, at)),
            Request::DayEnd => pack(self.counter.close_shift(None, at)),
            Request::Resume => pack(self.counter.resume()),
            Request::Learn => self.learn(at),
            Request::Status => self.status(at),
        }
    }

    fn move_cash(
        &mut self,
        asked: Money,
        signed: Money,
        reason: Option<String>,
        at: Moment,
    ) -> Result<Value, Wrong> {
        if asked.0 <= 0 {
            return Err(bad_request(format!("minor: {} is not above zero", asked.0)));
        }
        pack(self.counter.move_cash(signed, &reason.unwrap_or_default(), at))
    }

    fn learn(&mut self, at: Moment) -> Result<Value, Wrong> {
        match &mut self.learn {
            Some(learn) => learn(&mut self.counter, at).map_err(|message| ("learn_failed", message)),
            None => Err(("learn_absent", "this counter does not learn; run `kava learn`".into())),
        }
    }

    fn status(&self, at: Moment) -> Result<Value, Wrong> {
        pack(self.counter.status(at))
    }
}

type Wrong = (&'static str, String);

/// The longest message; what was sent is never echoed in full length.
const MESSAGE_MAX: usize = 600;

fn shortened(message: &str) -> String {
    if message.chars().count() <= MESSAGE_MAX {
        return message.into();
    }
    let (head, tail) = (MESSAGE_MAX * 2 / 3, MESSAGE_MAX / 3);
    let mut short: String = message.chars().take(head).collect();
    short.push_str(" … ");
    short.extend(message.chars().skip(message.chars().count() - tail));
    short
}

/// The line as text and as JSON, or why it is no request at all.
fn read_value(line: &[u8]) -> Result<(&str, Value), Wrong> {
    if line.len() > LINE_MAX {
        return Err(bad_request(format!("the line is too long, at most {LINE_MAX} bytes fit; send less")));
    }
    let text = std::str::from_utf8(line).map_err(|error| {
        bad_request(format!("the line is not UTF-8 from byte {} on; send UTF-8", error.valid_up_to() + 1))
    })?;
    // Some programs begin their output with a byte order mark.
    let text = text.strip_prefix('\u{feff}').unwrap_or(text).trim();
    let value: Value =
        serde_json::from_str(text).map_err(|error| bad_request(format!("the line is not JSON: {error}")))?;
    match value.get("do") {
        Some(Value::String(_)) => Ok((text, value)),
        _ => Err(bad_request(
            "the line is no request; write an object with \"do\", such as {\"do\":\"status\"}".into(),
        )),
    }
}

/// Whom a request names as the one who sells.
fn barista_of(value: &Value) -> Result<Option<BaristaId>, Wrong> {
    match value.get("barista") {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(id)) => {
            barista_id(id).map(Some).map_err(|why| bad_request(format!("barista: {why}")))
        }
        Some(_) => Err(bad_request("barista: write an id as text".into())),
    }
}

const fn bad_request(message: String) -> Wrong {
    ("bad_request", message)
}

fn wrong(fault: &FlowFault) -> Wrong {
    (fault.code(), fault.to_string())
}

fn pack(answer: Result<impl Serialize, FlowFault>) -> Result<Value, Wrong> {
    let answer = answer.map_err(|fault| wrong(&fault))?;
    serde_json::to_value(answer).map_err(|error| ("answer_unreadable", error.to_string()))
}

fn read_consent(wish: Option<ConsentWish>) -> Result<Consent, String> {
    match wish {
        None => Ok(Consent::PERSONAL),
        Some(ConsentWish::One(code)) => Consent::from_codes([code.as_str()]),
        Some(ConsentWish::Many(codes)) => Consent::from_codes(codes.iter().map(String::as_str)),
    }
}
