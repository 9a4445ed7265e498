//! Which records are about whom: noted in the transaction that keeps a record, so that a customer's records are found
//! without reading the ledger, to show them and to erase them.

use super::{erasure, fault::LedgerFault, open::set};
use kava::{
    facts::id::CustomerId,
    wire::{
        code::Pseudonym,
        erasure::named,
        record::{Record, kind},
    },
};
use rusqlite::{Connection, OptionalExtension, Transaction, params};
use serde::Deserialize;

/// Made when the other names of customers of before were found.
const NAMES_FOUND: &str = "other_names_found";

/// What is read of a payload beside whom it names. Whatever else is there is the record's business.
#[derive(Default, Deserialize)]
struct Payload {
    receipt: Option<String>,
    /// Of a refund: the receipt it gives back from.
    original: Option<String>,
}

/// Notes a record. One that names somebody who was erased comes from a program that knows of no erasures: nothing is
/// noted, and its payload is to be left out. Gives whether it may be kept.
///
/// # Errors
/// When the database fails.
pub(super) fn note(change: &Transaction<'_>, counter: i64, record: &Record) -> Result<bool, LedgerFault> {
    let header = &record.header;
    if header.kind == kind::SALE {
        let sql = "INSERT INTO open_day (business_day) VALUES (?) ON CONFLICT DO NOTHING";
        change.prepare_cached(sql)?.execute([header.business_day.0])?;
    }
    let Some(payload) = record.payload.as_deref() else { return Ok(true) };
    let named = named(payload);
    if let Some(customer) = &named
        && erasure::was_erased(change, customer)?
    {
        return Ok(false);
    }
    let has_receipt = [kind::SALE, kind::DECISION, kind::REFUND].contains(&header.kind.as_str());
    let Payload { receipt, original } =
        if has_receipt { serde_json::from_slice(payload).unwrap_or_default() } else { Payload::default() };
    let receipt = original.or(receipt);
    let customer = match named {
        None if header.kind == kind::REFUND => {
            let sql = "SELECT customer FROM of_customer WHERE kind = 'sale' AND receipt = ?";
            let read = |row: &rusqlite::Row<'_>| Ok(CustomerId::new(row.get_ref(0)?.as_str()?));
            change.prepare_cached(sql)?.query_row([&receipt], read).optional()?
        }
        named => named,
    };
    let Some(customer) = customer else { return Ok(true) };
    note_name(change, &customer)?;
    let customer = merged(change, customer)?;
    let sql = "INSERT INTO of_customer (customer, at, counter, epoch, seq, kind, receipt)
        VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING";
    let (at, epoch, seq) = (header.at.0, header.epoch, header.seq);
    change.prepare_cached(sql)?.execute(params![
        customer.as_str(),
        at,
        counter,
        epoch,
        seq,
        header.kind,
        receipt
    ])?;
    Ok(true)
}

/// A record of who turned out to be another is that one's.
fn merged(change: &Connection, customer: CustomerId) -> Result<CustomerId, LedgerFault> {
    let pseudonym = Pseudonym::of(&customer);
    let sql = "SELECT into_name FROM merge WHERE name IN (?1, ?2)";
    let read = |row: &rusqlite::Row<'_>| Ok(CustomerId::new(row.get_ref(0)?.as_str()?));
    let by_pass = pseudonym.customer();
    let into =
        change.prepare_cached(sql)?.query_row([customer.as_str(), by_pass.as_str()], read).optional()?;
    let Some(into) = into else { return Ok(customer) };
    // Should they be erased, this name of theirs is emptied, too.
    let sql = "INSERT INTO other_name (pseudonym, customer) VALUES (?, ?) ON CONFLICT DO NOTHING";
    let of = Pseudonym::of(&into);
    change.prepare_cached(sql)?.execute(params![of.0.as_slice(), customer.as_str()])?;
    Ok(into)
}

/// A guest of an older programme is known by their old number at counters, and by what a pass calls them elsewhere.
fn note_name(change: &Connection, customer: &CustomerId) -> Result<(), LedgerFault> {
    let pseudonym = Pseudonym::of(customer);
    if pseudonym.customer() == *customer {
        return Ok(());
    }
    let sql = "INSERT INTO other_name (pseudonym, customer) VALUES (?, ?) ON CONFLICT DO NOTHING";
    change.prepare_cached(sql)?.execute(params![pseudonym.0.as_slice(), customer.as_str()])?;
    Ok(())
}

/// Every name under which this ledger may know the same guest.
///
/// # Errors
/// When the database fails.
pub fn names(connection: &Connection, customer: &CustomerId) -> Result<Vec<CustomerId>, LedgerFault> {
    let pseudonym = Pseudonym::of(customer);
    let sql = "SELECT customer FROM other_name WHERE pseudonym = ?";
    let mut statement = connection.prepare_cached(sql)?;
    let read = |row: &rusqlite::Row<'_>| Ok(CustomerId::new(row.get_ref(0)?.as_str()?));
    let mut names =
        statement.query_map([pseudonym.0.as_slice()], read)?.collect::<Result<Vec<CustomerId>, _>>()?;
    names.extend([customer.clone(), pseudonym.customer()]);
    names.sort();
    names.dedup();
    Ok(names)
}

/// Finds the other names of customers who were noted before names were.
pub(super) fn find_names(change: &Transaction<'_>) -> Result<(), LedgerFault> {
    let sql = "SELECT 1 FROM setting WHERE key = ?";
    if change.query_row(sql, [NAMES_FOUND], |_| Ok(())).optional()?.is_some() {
        return Ok(());
    }
    let mut after = String::new();
    let sql = "SELECT min(customer) FROM of_customer WHERE customer > ?";
    while let Some(customer) = change.query_row(sql, [&after], |row| row.get::<_, Option<String>>(0))? {
        note_name(change, &CustomerId::new(&customer))?;
        after = customer;
    }
    set(change, NAMES_FOUND, "1")
}
