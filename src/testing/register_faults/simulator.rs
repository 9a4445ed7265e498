//! The simulated register as a model: a receipt is rung up once under its id, however often it is sent.

use super::network::{Device, Document, Fault};
use crate::devices::http::{Reply, Request};
use crate::facts::money::Money;
use serde_json::{Value, json};
use std::collections::BTreeMap;

const FAULTS: [Fault; 12] = [
    Fault::NoConnection,
    Fault::LostThere,
    Fault::LostBack,
    Fault::Late,
    Fault::Twice,
    Fault::Garbage,
    Fault::FailsBefore,
    Fault::FailsAfter,
    Fault::DieBefore,
    Fault::DieAfter,
    Fault::Restart,
    Fault::Miscount,
];

/// The model.
#[derive(Default)]
pub struct SimulatorModel {
    known: BTreeMap<String, usize>,
    documents: Vec<Document>,
    too_much: i64,
}

impl SimulatorModel {
    fn ring_up(&mut self, body: &Value, sale: bool) -> Option<(u16, Value)> {
        let id = body.get("id")?.as_str()?;
        if !self.known.contains_key(id) {
            let total = Money(body.get("total_minor")?.as_i64()? + std::mem::take(&mut self.too_much));
            self.known.insert(id.to_owned(), self.documents.len());
            self.documents.push(Document { total, sale, struck: false });
        }
        self.show(id)
    }

    fn show(&self, id: &str) -> Option<(u16, Value)> {
        let number = self.known.get(id)?;
        let total = self.documents.get(*number)?.total;
        Some((200, json!({"id": id, "reference": format!("S-{number}"), "total_minor": total})))
    }
}

impl Device for SimulatorModel {
    fn handle(&mut self, request: &Request) -> Reply {
        let body: Value = serde_json::from_slice(&request.body).unwrap_or_default();
        let answer = match request.path.as_str() {
            "/v1/receipts" => self.ring_up(&body, true),
            "/v1/refunds" => self.ring_up(&body, false),
            path => path.strip_prefix("/v1/receipts/").and_then(|id| self.show(id)),
        };
        let unknown = || json!({"error": {"code": "unknown_receipt", "message": "there is no such receipt"}});
        let (status, body) = answer.unwrap_or_else(|| (404, unknown()));
        Reply { status, body: body.to_string().into_bytes() }
    }

    fn faults(&self) -> &'static [Fault] {
        &FAULTS
    }

    fn keeps_order(&self) -> bool {
        true
    }

    fn miscount_next(&mut self) {
        self.too_much = 1;
    }

    fn documents(&mut self) -> &mut Vec<Document> {
        &mut self.documents
    }
}
