//! Receipts by id, made from the records of sales and refunds in the transaction that keeps them.

use super::fault::LedgerFault;
use kava::wire::erasure::Told;
use kava::wire::record::{Record, kind};
use rusqlite::{Transaction, params};

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
    let read = record.payload.as_deref().and_then(|bytes| serde_json::from_slice::<Told>(bytes).ok());
    let Some(told) = read else { return Ok(None) };
    let (charged, original) = (told.is_charged(), told.original.clone());
    let (receipt, [list, discount, net]) = told.sums(header.kind == kind::REFUND);
    let sql = "INSERT INTO receipt (receipt, kind, counter, epoch, seq, business_day, list, discount, net, charged, original)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING";
    let written = change.prepare_cached(sql)?.execute(params![
        receipt,
        header.kind,
        counter,
        header.epoch,
        header.seq,
        header.business_day.0,
        list,
        discount,
        net,
        charged,
        original,
    ])?;
    Ok((written == 0).then_some(receipt))
}
