//! Alfa-Kassa as a model: an order for every question, lines into an order for every other.

use super::network::{Device, Document, Fault};
use crate::devices::http::{Reply, Request};
use crate::facts::money::Money;
use serde_json::{Value, json};

/// What may happen to messages where nothing can be asked afterwards.
const BLIND: [Fault; 10] = [
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
];

/// An order can be asked for, so one that holds too much can be found out.
const ASKING: [Fault; 12] = [
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
    Fault::Twice,
    Fault::Miscount,
];

/// The model.
pub struct AlfaKassaModel {
    asking: bool,
    /// Which document an order has become when it got its first lines.
    orders: Vec<Option<usize>>,
    documents: Vec<Document>,
    too_much: i64,
}

impl AlfaKassaModel {
    /// A register without orders.
    #[must_use]
    pub const fn new(asking: bool) -> AlfaKassaModel {
        AlfaKassaModel { asking, orders: Vec::new(), documents: Vec::new(), too_much: 0 }
    }

    fn create(&mut self) -> Value {
        self.orders.push(None);
        json!({"orderNumber": self.orders.len()})
    }

    fn add(&mut self, body: &Value) -> Option<Value> {
        let number = usize::try_from(body.get("orderNumber")?.as_u64()?).ok()?;
        let mut kopecks = std::mem::take(&mut self.too_much);
        for item in body.get("items")?.as_array()? {
            kopecks += kopecks_of(item.get("sum")?)?;
        }
        let order = self.orders.get_mut(number.checked_sub(1)?)?;
        let at = *order.get_or_insert(self.documents.len());
        match self.documents.get_mut(at) {
            Some(document) => document.total = document.total.plus(Money(kopecks)),
            None => self.documents.push(Document { total: Money(kopecks), sale: true, struck: false }),
        }
        self.show(number)
    }

    fn show(&self, number: usize) -> Option<Value> {
        let order = self.orders.get(number.checked_sub(1)?)?;
        let total =
            order.and_then(|at| self.documents.get(at)).map_or(Money::ZERO, |document| document.total);
        Some(json!({"orderNumber": number, "total": total.to_string()}))
    }
}

/// A JSON number as kopecks; reading it has cut zeros at its end.
pub(super) fn kopecks_of(number: &Value) -> Option<i64> {
    let text = number.to_string();
    let (whole, places) = text.split_once('.').unwrap_or((&text, ""));
    format!("{whole}{places:0<2}").parse().ok()
}

impl Device for AlfaKassaModel {
    fn handle(&mut self, request: &Request) -> Reply {
        let body: Value = serde_json::from_slice(&request.body).unwrap_or_default();
        let number = request.path.rsplit_once('=').and_then(|(_, number)| number.parse().ok());
        let answer = match (request.path.as_str(), number) {
            ("/createOrder", _) => Some(self.create()),
            ("/addItemsToOrder", _) => self.add(&body),
            (_, Some(number)) => self.show(number),
            _ => None,
        };
        match answer {
            Some(answer) => Reply { status: 200, body: answer.to_string().into_bytes() },
            None => Reply { status: 404, body: b"{}".to_vec() },
        }
    }

    fn faults(&self) -> &'static [Fault] {
        if self.asking { &ASKING } else { &BLIND }
    }

    fn miscount_next(&mut self) {
        self.too_much = 1;
    }

    fn documents(&mut self) -> &mut Vec<Document> {
        &mut self.documents
    }
}
