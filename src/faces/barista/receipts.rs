//! What a screen asks for beside the sale: what this counter has sold lately, and how it is.

use super::screen::{ReceiptLine, ReceiptShown};
use super::till::Till;
use crate::flow::FlowFault;
use crate::flow::at_hand::PastReceipt;
use crate::flow::health::Health;

/// Receipts on the list; older ones are found by the number on the paper.
const RECEIPTS: u32 = 60;

impl Till {
    /// The latest receipts, newest first.
    ///
    /// # Errors
    /// When the store fails.
    pub fn receipts(&self) -> Result<Vec<ReceiptShown>, FlowFault> {
        Ok(self.counter.receipts(RECEIPTS)?.iter().map(shown).collect())
    }

    /// How the counter is.
    ///
    /// # Errors
    /// When the store fails.
    pub fn health(&self) -> Result<Health, FlowFault> {
        self.counter.health()
    }
}

fn shown(past: &PastReceipt) -> ReceiptShown {
    let PastReceipt { purchase, refunded } = past;
    let wall = purchase.when.at.later(i64::from(purchase.when.utc_offset_min) * 60_000).to_string();
    let lines = purchase.lines.iter().map(|line| {
        let extras = line.extras.iter().map(|(extra, _)| format!(" + {}", extra.name.to_lowercase()));
        ReceiptLine {
            line: line.line,
            name: std::iter::once(line.product.name.clone()).chain(extras).collect(),
            qty: line.qty.whole(),
            net_minor: line.net.0,
        }
    });
    ReceiptShown {
        receipt: purchase.receipt.to_string(),
        day: wall.get(..10).unwrap_or_default().to_owned(),
        time: wall.get(11..16).unwrap_or_default().to_owned(),
        kind: purchase.kind.code(),
        net_minor: purchase.lines.iter().map(|line| line.net.0).sum(),
        discount_minor: purchase.lines.iter().map(|line| line.discount.0).sum(),
        refunded_minor: refunded.0,
        paid: purchase.payments.iter().map(|payment| payment.kind.code()).collect(),
        known: purchase.customer.is_some(),
        lines: lines.collect(),
    }
}
