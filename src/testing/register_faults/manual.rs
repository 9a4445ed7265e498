//! A register that a cashier works by hand, and the cashier: who forgets, is not sure, or is gone when the
//! counter is started again.

use super::network::{Device, Document, Fault};
use crate::devices::http::{Cable, Lost, Reply, Request};
use crate::devices::manual::{Ask, ManualAnswer};
use crate::facts::id::ReceiptId;
use crate::facts::money::Money;
use crate::ports::{NetReceipt, RefundReceipt};
use serde_json::{Value, json};
use std::time::Duration;

const FAULTS: [Fault; 6] = [
    Fault::NoConnection,
    Fault::LostThere,
    Fault::LostBack,
    Fault::Garbage,
    Fault::DieBefore,
    Fault::DieAfter,
];

/// The register: it has what was typed into it.
#[derive(Default)]
pub struct ManualModel {
    documents: Vec<Document>,
}

impl Device for ManualModel {
    fn handle(&mut self, request: &Request) -> Reply {
        let typed: Value = serde_json::from_slice(&request.body).unwrap_or_default();
        let total = typed.get("total").and_then(Value::as_i64).map(Money);
        let sale = typed.get("sale").and_then(Value::as_bool);
        if let (Some(total), Some(sale)) = (total, sale) {
            self.documents.push(Document { total, sale, struck: false });
        }
        Reply { status: 204, body: Vec::new() }
    }

    fn faults(&self) -> &'static [Fault] {
        &FAULTS
    }

    fn documents(&mut self) -> &mut Vec<Document> {
        &mut self.documents
    }
}

/// The cashier between counter and register.
pub struct Cashier(pub Box<dyn Cable>);

impl Cashier {
    /// Types a sum in, and says what they believe to have done.
    fn types(&mut self, total: Money, sale: bool) -> ManualAnswer {
        let keys = Request::post("/", json!({"total": total, "sale": sale}).to_string().into_bytes());
        match self.0.exchange(&keys, Duration::ZERO) {
            Ok(reply) if reply.body.is_empty() => ManualAnswer::RungUp,
            Err(Lost::BeforeSending(_)) => ManualAnswer::NotRungUp,
            Ok(_) | Err(Lost::AfterSending(_)) => ManualAnswer::Unsure,
        }
    }
}

impl Ask for Cashier {
    fn ask(&mut self, receipt: &NetReceipt) -> ManualAnswer {
        self.types(receipt.total, true)
    }

    fn ask_refund(&mut self, _original: &ReceiptId, refund: &RefundReceipt) -> ManualAnswer {
        self.types(refund.total, false)
    }
}
