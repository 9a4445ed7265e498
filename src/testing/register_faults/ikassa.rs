//! iKassa as two models: SmartX, which sells and cannot be asked, and tsrv, which numbers its documents.

use super::alfa_kassa::kopecks_of;
use super::network::{Device, Document, Fault};
use crate::devices::http::{Reply, Request};
use crate::facts::money::Money;
use crate::testing::random::Random;
use serde_json::{Value, json};

/// What lets us in.
pub const PIN: &str = "2580";

/// A message in a stream does not come twice, and nobody could tell from SmartX's answer that it counted wrong.
const FAULTS: [Fault; 11] = [
    Fault::NoConnection,
    Fault::LostThere,
    Fault::LostBack,
    Fault::Late,
    Fault::Garbage,
    Fault::FailsBefore,
    Fault::FailsAfter,
    Fault::DieBefore,
    Fault::DieAfter,
    Fault::Restart,
    Fault::Trouble,
];

const COUNTED: [Fault; 12] = [
    Fault::NoConnection,
    Fault::LostThere,
    Fault::LostBack,
    Fault::Late,
    Fault::Garbage,
    Fault::FailsBefore,
    Fault::FailsAfter,
    Fault::DieBefore,
    Fault::DieAfter,
    Fault::Restart,
    Fault::Trouble,
    Fault::Miscount,
];

/// SmartX.
#[derive(Default)]
pub struct SmartxModel {
    documents: Vec<Document>,
    /// The token that is good now; a restart forgets it.
    token: Option<String>,
    given: u32,
    declines: bool,
}

impl SmartxModel {
    fn sell(&mut self, body: &Value) -> Option<Reply> {
        let mut total = 0;
        for item in body.get("itemList")?.as_array()? {
            let milli = kopecks_of(item.get("amount")?)? * 10;
            total += kopecks_of(item.get("price")?)? * milli / 1000 - kopecks_of(item.get("discount")?)?;
        }
        let paid = ["cash", "cashless", "certificate", "oplati"].iter();
        let paid: i64 = paid.map(|kind| body.get(kind).and_then(kopecks_of)).sum::<Option<i64>>()?;
        if paid != total || body.get("cashier")?.as_str()?.is_empty() {
            return Some(reply(422, &json!({})));
        }
        if std::mem::take(&mut self.declines) {
            return Some(reply(402, &json!({})));
        }
        self.documents.push(Document { total: Money(total), sale: true, struck: false });
        Some(reply(200, &json!({"header": {"documentNumber": self.documents.len()}})))
    }
}

impl Device for SmartxModel {
    fn handle(&mut self, request: &Request) -> Reply {
        // In upper case or not at all.
        let header = |name: &str| {
            request.headers.iter().find(|(found, _)| found == name).map(|(_, value)| value.as_str())
        };
        let body: Value = serde_json::from_slice(&request.body).unwrap_or_default();
        let operation = header("INTENT_OPERATION_TYPE");
        if operation == Some("AUTH") {
            if body.get("pin").and_then(Value::as_str) != Some(PIN) {
                return reply(401, &json!({}));
            }
            self.given += 1;
            let token = format!("token {}", self.given);
            self.token = Some(token.clone());
            return reply(200, &json!({"token": token}));
        }
        if self.token.is_none() || header("Auth-token") != self.token.as_deref() {
            return reply(401, &json!({}));
        }
        let done = if operation == Some("SALE") { self.sell(&body) } else { None };
        done.unwrap_or_else(|| reply(400, &json!({})))
    }

    fn faults(&self) -> &'static [Fault] {
        &FAULTS
    }

    fn restart(&mut self) {
        self.token = None;
    }

    fn trouble(&mut self, _random: &mut Random) {
        self.declines = true;
    }

    fn mend(&mut self) {
        self.declines = false;
    }

    fn documents(&mut self) -> &mut Vec<Document> {
        &mut self.documents
    }
}

/// tsrv.
#[derive(Default)]
pub struct TsrvModel {
    documents: Vec<Document>,
    /// Names of the lines of each document.
    names: Vec<Vec<Value>>,
    known: bool,
    closed: bool,
    too_much: i64,
}

impl TsrvModel {
    fn answer(&mut self, message: &Value) -> Result<Value, i64> {
        let action = message.pointer("/headers/action").and_then(Value::as_str).unwrap_or_default();
        let data = message.get("data").ok_or(1004)?;
        if action == "authorize" {
            self.known = data.get("pin").and_then(Value::as_str) == Some(PIN);
            return if self.known { Ok(json!({})) } else { Err(2019) };
        }
        if !self.known {
            return Err(2019);
        }
        match action {
            "nextChequeNumber" => Ok(json!({"number": self.documents.len() + 1})),
            "createSale" | "createMoneyBack" if self.closed => Err(2013),
            "createSale" => self.keep(data, true).ok_or(2050)?,
            "createMoneyBack" => self.keep(data, false).ok_or(2050)?,
            "copy" => {
                let number = data.get("chequeNumber").and_then(Value::as_u64).unwrap_or(0);
                self.show(usize::try_from(number).unwrap_or(0)).ok_or(1004)
            }
            _ => Err(1004),
        }
    }

    fn keep(&mut self, data: &Value, sale: bool) -> Option<Result<Value, i64>> {
        let (mut total, mut names) = (0, Vec::new());
        for item in data.get("items")?.as_array()? {
            let milli = kopecks_of(item.get("quantity")?)? * 10;
            total += kopecks_of(item.get("price")?)? * milli / 1000 - kopecks_of(item.get("discount")?)?;
            names.push(item.get("name")?.clone());
        }
        let paid = ["cash", "cashless", "other"].iter();
        let paid: i64 = paid.map(|kind| data.get(kind).and_then(kopecks_of)).sum::<Option<i64>>()?;
        if paid != total {
            return Some(Err(2050));
        }
        total += std::mem::take(&mut self.too_much);
        self.documents.push(Document { total: Money(total), sale, struck: false });
        self.names.push(names);
        Some(Ok(self.show(self.documents.len())?))
    }

    fn show(&self, number: usize) -> Option<Value> {
        let at = number.checked_sub(1)?;
        let (document, names) = (self.documents.get(at)?, self.names.get(at)?);
        let items: Vec<Value> = names.iter().map(|name| json!({"name": name})).collect();
        Some(
            json!({"header": {"documentNumber": number}, "items": items, "totals": {"sum": document.total.to_string()}}),
        )
    }
}

impl Device for TsrvModel {
    fn handle(&mut self, request: &Request) -> Reply {
        let message: Value = serde_json::from_slice(&request.body).unwrap_or_default();
        let to = message.get("replyAddress").cloned().unwrap_or_default();
        let answer = match self.answer(&message) {
            Ok(data) => json!({"type": "send", "address": to, "data": data}),
            Err(code) => json!({"type": "error", "address": to, "error": {"code": code, "name": "…"}}),
        };
        reply(200, &answer)
    }

    fn faults(&self) -> &'static [Fault] {
        &COUNTED
    }

    /// One client at a time, one connection after the other.
    fn keeps_order(&self) -> bool {
        true
    }

    fn miscount_next(&mut self) {
        self.too_much = 1;
    }

    fn restart(&mut self) {
        self.known = false;
    }

    fn trouble(&mut self, _random: &mut Random) {
        self.closed = true;
    }

    fn mend(&mut self) {
        self.closed = false;
        self.too_much = 0;
    }

    fn documents(&mut self) -> &mut Vec<Document> {
        &mut self.documents
    }
}

fn reply(status: u16, body: &Value) -> Reply {
    Reply { status, body: body.to_string().into_bytes() }
}
