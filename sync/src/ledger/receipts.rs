//! Receipts by id, made from the records of sales and refunds in the transaction that keeps them.

use super::fault::LedgerFault;
use kava::wire::erasure::{Told, Untold};
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
    let Some((receipt, [list, discount, net])) = told.sums(header.kind == kind::REFUND) else {
        return Ok(None);
    };
    let one = Untold {
        epoch: header.epoch,
        seq: header.seq,
        kind: header.kind.clone(),
        business_day: header.business_day,
        receipt,
        list,
        discount,
        net,
        charged,
        original,
    };
    Ok((!keep(change, counter, &one)?).then_some(one.receipt))
}

/// Keeps what the books need of a sale or refund; gives whether it is new. Money that was never taken is not given back
/// either.
pub(super) fn keep(change: &Transaction<'_>, counter: i64, one: &Untold) -> Result<bool, LedgerFault> {
    let sql = "INSERT INTO receipt (receipt, kind, counter, epoch, seq, business_day, list, discount, net, charged, original)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9,
            ?10 AND coalesce((SELECT charged FROM receipt WHERE receipt = ?11), 1), ?11) ON CONFLICT DO NOTHING";
    let written = change.prepare_cached(sql)?.execute(params![
        one.receipt,
        one.kind,
        counter,
        one.epoch,
        one.seq,
        one.business_day.0,
        one.list,
        one.discount,
        one.net,
        one.charged,
        one.original,
    ])?;
    Ok(written > 0)
}
