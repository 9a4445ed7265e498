//! Which records are about whom: noted in the transaction that keeps a record, so that a guest's visits are found
//! without reading the ledger.

use crate::ledger::LedgerFault;
use kava::wire::record::{Record, kind};
use rusqlite::{OptionalExtension, Transaction, params};
use serde::Deserialize;

/// What is read of a payload. Whatever else is there is the record's business.
#[derive(Deserialize)]
struct Payload {
    customer: Option<String>,
    receipt: Option<String>,
    /// Of a refund: the receipt it gives back from.
    original: Option<String>,
    guest: Option<GuestPart>,
}

#[derive(Deserialize)]
struct GuestPart {
    situation: SituationPart,
}

#[derive(Deserialize)]
struct SituationPart {
    customer: String,
}

/// Notes a record; one that is about nobody, or that a later version writes otherwise, is left out.
///
/// # Errors
/// When the database fails.
pub fn note(change: &Transaction<'_>, counter: i64, record: &Record) -> Result<(), LedgerFault> {
    let header = &record.header;
    if header.kind == kind::SALE {
        let sql = "INSERT INTO open_day (business_day) VALUES (?) ON CONFLICT DO NOTHING";
        change.prepare_cached(sql)?.execute([header.business_day.0])?;
    }
    if ![kind::SALE, kind::DECISION, kind::REFUND].contains(&header.kind.as_str()) {
        return Ok(());
    }
    let read = record.payload.as_deref().and_then(|bytes| serde_json::from_slice::<Payload>(bytes).ok());
    let Some(payload) = read else { return Ok(()) };
    let receipt = payload.original.or(payload.receipt);
    let customer = match (payload.customer, payload.guest) {
        (Some(customer), _) => Some(customer),
        (None, Some(guest)) => Some(guest.situation.customer),
        (None, None) if header.kind == kind::REFUND => {
            let sql = "SELECT customer FROM of_customer WHERE kind = 'sale' AND receipt = ?";
            change.prepare_cached(sql)?.query_row([&receipt], |row| row.get(0)).optional()?
        }
        (None, None) => None,
    };
    let Some(customer) = customer else { return Ok(()) };
    let sql = "INSERT INTO of_customer (customer, at, counter, epoch, seq, kind, receipt)
        VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING";
    change.prepare_cached(sql)?.execute(params![
        customer,
        header.at.0,
        counter,
        header.epoch,
        header.seq,
        header.kind,
        receipt
    ])?;
    Ok(())
}
