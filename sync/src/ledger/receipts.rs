//! Receipts by id, made from the records of sales and refunds in the transaction that keeps them.

use super::fault::LedgerFault;
use kava::wire::record::{Record, kind};
use rusqlite::{Transaction, params};
use serde::Deserialize;

/// What is read of a sale's or refund's payload. What else is there is kept in the record.
#[derive(Deserialize)]
struct Payload {
    receipt: String,
    /// A refund has an id of its own.
    id: Option<String>,
    #[serde(default)]
    lines: Vec<Line>,
}

#[derive(Deserialize)]
struct Line {
    #[serde(default)]
    list: i64,
    #[serde(default)]
    discount: i64,
    #[serde(default)]
    net: i64,
}

/// Notes the receipt of a record that has one; gives its id when it was told of before. A payload that cannot be
/// read is no reason to refuse the record: a later version may write it otherwise.
pub(super) fn note(
    change: &Transaction<'_>,
    counter: i64,
    record: &Record,
) -> Result<Option<String>, LedgerFault> {
    let header = &record.header;
    if ![kind::SALE, kind::REFUND].contains(&header.kind.as_str()) {
        return Ok(None);
    }
    let read = record.payload.as_deref().and_then(|bytes| serde_json::from_slice::<Payload>(bytes).ok());
    let Some(payload) = read else { return Ok(None) };
    let receipt = match header.kind.as_str() {
        kind::REFUND => payload.id.unwrap_or(payload.receipt),
        _ => payload.receipt,
    };
    let sum = |of: fn(&Line) -> i64| payload.lines.iter().map(of).fold(0_i64, i64::saturating_add);
    let sql = "INSERT INTO receipt (receipt, kind, counter, epoch, seq, business_day, list, discount, net)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING";
    let written = change.prepare_cached(sql)?.execute(params![
        receipt,
        header.kind,
        counter,
        header.epoch,
        header.seq,
        header.business_day.0,
        sum(|line| line.list),
        sum(|line| line.discount),
        sum(|line| line.net),
    ])?;
    Ok((written == 0).then_some(receipt))
}
