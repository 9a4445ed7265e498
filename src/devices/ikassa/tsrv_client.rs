//! The client of tsrv. It numbers its documents and can be asked for one: the next number is noted before a sale,
//! so that after a lost answer the register itself can tell.

use super::frames::FrameCable;
use super::terms::Terms;
use super::tsrv::{self, Answer};
use crate::devices::http::cable::address;
use crate::devices::http::{Cable, Lost, Request, secret};
use crate::facts::id::ReceiptId;
use crate::facts::money::Money;
use crate::ports::{
    DeviceState, GiveBack, Idempotency, Journal, Look, NetReceipt, Outcome, Paper, Register,
    RegisterCapabilities, RegisterSums, ShiftFault, ShiftWork,
};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::time::Duration;

/// The adapter of tsrv.
pub struct TsrvRegister {
    name: String,
    terms: Terms,
    pin: Option<String>,
    cable: Box<dyn Cable>,
}

/// What is noted before a sale.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Note {
    /// The number its document will have.
    next: i64,
    total: Money,
    names: Vec<String>,
}

/// How one message ended without an answer that counts.
enum Ended {
    Refused(String),
    Unknown(String),
}

impl TsrvRegister {
    /// An adapter for the service at an address such as `http://192.168.0.31:1829`; does not connect yet.
    ///
    /// # Errors
    /// One sentence when the address is none or the PIN cannot be read.
    pub fn open(url: &str, terms: Terms) -> Result<TsrvRegister, String> {
        let (host, _) = address(url)?;
        let pin = terms.pin_file.as_ref().map(|path| secret(path)).transpose()?;
        let name = format!("iKassa at {host}");
        Ok(TsrvRegister { name, terms, pin, cable: Box::new(FrameCable::new(&host)) })
    }

    /// An adapter that speaks through another cable.
    #[must_use]
    pub fn through(cable: Box<dyn Cable>, terms: Terms, pin: Option<String>) -> TsrvRegister {
        TsrvRegister { name: "iKassa".into(), terms, pin, cable }
    }

    /// One message; where the register wants to know who we are it is told, and asked once more.
    fn ask(&mut self, to: (&str, &str), data: &Value, deadline: Duration) -> Result<Value, Ended> {
        for _ in 0..2 {
            match self.ask_once(to, data, deadline)? {
                Answer::Good(data) => return Ok(data),
                Answer::Refused(reason) => return Err(Ended::Refused(reason)),
                Answer::Unknown(reason) => return Err(Ended::Unknown(reason)),
                Answer::WhoAreYou => {
                    let Some(pin) = self.pin.clone() else { break };
                    let login = self.ask_once((tsrv::AUTHORITY, "authorize"), &json!({"pin": pin}), deadline);
                    match login {
                        Ok(Answer::Good(_)) => {}
                        // Nothing was rung up: the message before was refused.
                        Ok(_) => break,
                        Err(Ended::Refused(why) | Ended::Unknown(why)) => return Err(Ended::Refused(why)),
                    }
                }
            }
        }
        Err(Ended::Refused("iKassa does not let us in; check pin_file".into()))
    }

    fn ask_once(
        &mut self,
        (to, action): (&str, &str),
        data: &Value,
        deadline: Duration,
    ) -> Result<Answer, Ended> {
        let body = tsrv::message(to, action, self.terms.token.as_deref(), data);
        let request = Request { method: "SEND", path: to.to_owned(), headers: Vec::new(), body };
        match self.cable.exchange(&request, deadline) {
            Ok(reply) if reply.status == 200 => Ok(tsrv::read(reply.json().as_ref())),
            Ok(reply) => Err(Ended::Unknown(format!("tsrv answered with status {}", reply.status))),
            Err(Lost::BeforeSending(reason)) => Err(Ended::Refused(reason)),
            Err(Lost::AfterSending(reason)) => Err(Ended::Unknown(reason)),
        }
    }

    fn next_number(&mut self, deadline: Duration) -> Result<i64, String> {
        match self.ask((tsrv::TOKEN, "nextChequeNumber"), &json!({}), deadline) {
            Ok(data) => {
                let number = data.as_i64().or_else(|| data.get("number")?.as_i64());
                number.ok_or_else(|| "iKassa's next number cannot be read".into())
            }
            Err(Ended::Refused(reason) | Ended::Unknown(reason)) => Err(reason),
        }
    }

    fn ring_up(
        &mut self,
        to: (&str, &str),
        receipt: &Paper,
        journal: &mut dyn Journal,
        deadline: Duration,
    ) -> Outcome {
        let until = self.cable.now() + deadline;
        let prepared = tsrv::sale(&self.terms, receipt).and_then(|sale| {
            let next = self.next_number(deadline / 4)?;
            let names = receipt.lines.iter().map(|line| line.name.clone()).collect();
            let note = serde_json::to_string(&Note { next, total: receipt.total, names });
            journal.note(&note.map_err(|error| error.to_string())?)?;
            Ok(sale)
        });
        let sale = match prepared {
            Ok(sale) => sale,
            Err(reason) => return Outcome::NotDone { reason },
        };
        let left = until.saturating_sub(self.cable.now());
        match self.ask(to, &sale, left) {
            Ok(data) => match tsrv::document(&data) {
                Some((number, total, _)) => Outcome::Done { reference: number.to_string(), total },
                None => Outcome::Unknown { reason: "iKassa's document cannot be read".into() },
            },
            Err(Ended::Refused(reason)) => Outcome::NotDone { reason },
            Err(Ended::Unknown(reason)) => Outcome::Unknown { reason },
        }
    }

    /// The document under the number that ours would have, when it is the only new one.
    fn find(&mut self, note: &Note, deadline: Duration) -> Outcome {
        let next = match self.next_number(deadline) {
            Ok(next) => next,
            Err(reason) => return Outcome::Unknown { reason },
        };
        if next == note.next {
            return Outcome::NotDone { reason: format!("iKassa's next document is still {next}") };
        }
        if next != note.next + 1 {
            return Outcome::Unknown {
                reason: format!(
                    "iKassa has made documents {} to {}; somebody else works on it",
                    note.next,
                    next - 1
                ),
            };
        }
        match self.ask((tsrv::SALES, "copy"), &json!({"chequeNumber": note.next}), deadline) {
            Ok(data) => match tsrv::document(&data) {
                Some((number, total, names)) if number == note.next && names == note.names => {
                    Outcome::Done { reference: number.to_string(), total }
                }
                Some(_) => Outcome::Unknown { reason: format!("document {} is another receipt", note.next) },
                None => Outcome::Unknown { reason: "iKassa's document cannot be read".into() },
            },
            Err(Ended::Refused(reason) | Ended::Unknown(reason)) => Outcome::Unknown { reason },
        }
    }
}

impl Register for TsrvRegister {
    fn name(&self) -> &str {
        &self.name
    }

    fn capabilities(&self) -> RegisterCapabilities {
        RegisterCapabilities {
            prints_receipt: true,
            line_discount: true,
            receipt_discount: true,
            shift_control: true,
            ..RegisterCapabilities::plain(Idempotency::QueryByNumber)
        }
    }

    fn probe(&mut self, deadline: Duration) -> Result<DeviceState, String> {
        self.next_number(deadline)
            .map(|_| DeviceState::default())
            .map_err(|reason| format!("iKassa: {reason}; is the fiscal service running?"))
    }

    fn submit(&mut self, receipt: &NetReceipt, journal: &mut dyn Journal, deadline: Duration) -> Outcome {
        self.ring_up((tsrv::SALES, "createSale"), receipt, journal, deadline)
    }

    /// *Not done* is final: the service serves one connection after the other, so what was sent before on an
    /// earlier one has been carried out or dropped when it answers on this one.
    fn resolve(&mut self, _id: &ReceiptId, journal: &mut dyn Journal, deadline: Duration) -> Outcome {
        match journal.noted().map(serde_json::from_str) {
            None => Outcome::NotDone { reason: "it was never sent".into() },
            Some(Ok(note)) => self.find(&note, deadline),
            Some(Err(_)) => {
                Outcome::Unknown { reason: "what was noted before sending cannot be read".into() }
            }
        }
    }

    fn refund(&mut self, back: &GiveBack<'_>, journal: &mut dyn Journal, deadline: Duration) -> Outcome {
        self.ring_up((tsrv::MONEYBACK, "createMoneyBack"), back.refund, journal, deadline)
    }

    fn shift(
        &mut self,
        work: ShiftWork,
        _id: &ReceiptId,
        deadline: Duration,
    ) -> Result<RegisterSums, ShiftFault> {
        let cashier = self.terms.cashier(16);
        let (to, data) = match work {
            ShiftWork::Open => ((tsrv::SHIFT, "openShift"), json!({"cashier": cashier})),
            ShiftWork::Close => ((tsrv::SHIFT, "closeShift"), json!({"cashier": cashier})),
            ShiftWork::ReportX => ((tsrv::SHIFT, "getXReport"), json!({})),
            ShiftWork::CashIn(sum) => {
                ((tsrv::DEPOSIT, "createDeposit"), json!({"cashier": cashier, "sum": sum.to_string()}))
            }
            ShiftWork::CashOut(sum) => {
                ((tsrv::WITHDRAW, "createWithdraw"), json!({"cashier": cashier, "sum": sum.to_string()}))
            }
        };
        match self.ask(to, &data, deadline) {
            Ok(data) => Ok(sums(&data)),
            Err(Ended::Refused(reason)) => Err(ShiftFault::Refused(reason)),
            Err(Ended::Unknown(reason)) => Err(ShiftFault::Unknown(reason)),
        }
    }

    fn look(&self, noted: Option<&str>) -> Look {
        let note: Option<Note> = noted.and_then(|noted| serde_json::from_str(noted).ok());
        match note {
            Some(note) => Look { place: "ikassa_document", number: Some(note.next.to_string()) },
            None => Look::at("ikassa"),
        }
    }
}

/// Sums of a report; names of its fields are those of the documents where they are not published.
fn sums(data: &Value) -> RegisterSums {
    let money = |path: &str| data.pointer(path).and_then(crate::devices::http::amount::read);
    RegisterSums {
        receipts: data.pointer("/totals/count").and_then(Value::as_i64),
        sales: money("/totals/sum"),
        refunds: money("/totals/moneyback"),
        cash: money("/totals/cash"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::devices::http::Reply;

    /// A service that has made documents up to a number, the newest with these names, and answers nothing else.
    struct Fiscal {
        next: i64,
        names: Vec<&'static str>,
    }

    impl Cable for Fiscal {
        fn exchange(&mut self, request: &Request, _: Duration) -> Result<Reply, Lost> {
            let asked: Value = serde_json::from_slice(&request.body).unwrap();
            let items: Vec<Value> = self.names.iter().map(|name| json!({"name": name})).collect();
            let data = match asked["headers"]["action"].as_str().unwrap() {
                "nextChequeNumber" => json!({"number": self.next}),
                "copy" => json!({"header": {"documentNumber": asked["data"]["chequeNumber"]}, "items": items,
                    "totals": {"sum": 4.50}}),
                other => panic!("nobody may {other} while asking"),
            };
            let body =
                json!({"type": "send", "address": "kava.answer", "data": data}).to_string().into_bytes();
            Ok(Reply { status: 200, body })
        }

        fn now(&mut self) -> Duration {
            Duration::ZERO
        }

        fn pause(&mut self, _: Duration) {}
    }

    struct Page(Option<String>);

    impl Journal for Page {
        fn noted(&self) -> Option<&str> {
            self.0.as_deref()
        }

        fn note(&mut self, _: &str) -> Result<(), String> {
            panic!("asking notes nothing")
        }
    }

    #[test]
    fn the_number_tells_what_became_of_a_sale_unless_somebody_else_works_on_the_register() {
        let noted = r#"{"next":61,"total":450,"names":["Чай"]}"#;
        let table = [
            (Some(noted), 61, vec![], "not done"),
            (Some(noted), 62, vec!["Чай"], "done 61 4.50"),
            (Some(noted), 62, vec!["Латте"], "unknown"),
            (Some(noted), 62, vec!["Чай", "Чай"], "unknown"),
            // Two documents since: another counter has sold too, and one of them may be ours.
            (Some(noted), 63, vec!["Чай"], "unknown"),
            (Some(noted), 60, vec![], "unknown"),
            (Some("torn"), 62, vec!["Чай"], "unknown"),
            (None, 62, vec!["Чай"], "not done"),
        ];
        for (noted, next, names, expected) in table {
            let mut register = TsrvRegister::through(
                Box::new(Fiscal { next, names: names.clone() }),
                Terms::default(),
                None,
            );
            let mut page = Page(noted.map(Into::into));
            let said = match register.resolve(&ReceiptId::new("r1"), &mut page, Duration::from_secs(1)) {
                Outcome::Done { reference, total } => format!("done {reference} {total}"),
                Outcome::NotDone { .. } => "not done".into(),
                Outcome::Unknown { .. } => "unknown".into(),
                Outcome::Declined { .. } => "declined".into(),
            };
            assert_eq!(said, expected, "{noted:?}, next {next}, {names:?}");
        }
        let register =
            TsrvRegister::through(Box::new(Fiscal { next: 1, names: vec![] }), Terms::default(), None);
        assert_eq!(register.look(Some(noted)).number.as_deref(), Some("61"));
    }
}
