//! What a settled sale leaves behind besides the purchase and its records: features, segment, cards, slip.

use super::{StoreFault, fault::unreadable, open::Store, visits};
use crate::facts::customer::Features;
use crate::facts::id::{OfferId, ReceiptId};
use crate::facts::moment::Moment;
use crate::facts::offer::Card;
use crate::facts::slip::Slip;
use rusqlite::{OptionalExtension, Transaction, params};

/// Writes a customer's features and segment.
///
/// # Errors
/// When the database fails.
pub fn set_features(
    change: &Transaction<'_>,
    customer: i64,
    features: &Features,
    segment: &str,
) -> Result<(), StoreFault> {
    visits::write_features(change, customer, features)?;
    change
        .prepare_cached("UPDATE customer SET segment = ? WHERE id = ?")?
        .execute(params![segment, customer])?;
    Ok(())
}

/// Keeps a card for a later visit.
///
/// # Errors
/// When the database fails.
pub fn add_card(
    change: &Transaction<'_>,
    customer: i64,
    card: &Card,
    issued_by: &ReceiptId,
) -> Result<(), StoreFault> {
    let body = serde_json::to_string(card).map_err(unreadable("card"))?;
    let sql =
        "INSERT INTO card (id, customer, body, valid_from, valid_to, issued_by) VALUES (?, ?, ?, ?, ?, ?)";
    change.prepare_cached(sql)?.execute(params![
        card.offer.id.as_str(),
        customer,
        body,
        card.offer.from.0,
        card.offer.until.0,
        issued_by.as_str()
    ])?;
    Ok(())
}

/// Reserves a kept card for a receipt; an offer that is no kept card needs none.
///
/// # Errors
/// When the database fails.
pub fn use_card(change: &Transaction<'_>, card: &OfferId, receipt: &ReceiptId) -> Result<(), StoreFault> {
    let sql = "UPDATE card SET used_by = ? WHERE id = ? AND used_by IS NULL";
    change.prepare_cached(sql)?.execute([receipt.as_str(), card.as_str()])?;
    Ok(())
}

/// Makes the card good again that a receipt had reserved or used.
///
/// # Errors
/// When the database fails.
pub fn free_card(change: &Transaction<'_>, receipt: &ReceiptId) -> Result<(), StoreFault> {
    change.prepare_cached("UPDATE card SET used_by = NULL WHERE used_by = ?")?.execute([receipt.as_str()])?;
    Ok(())
}

/// The stored segment of a customer.
///
/// # Errors
/// When the database fails.
pub fn segment_of(change: &Transaction<'_>, customer: i64) -> Result<String, StoreFault> {
    let sql = "SELECT segment FROM customer WHERE id = ?";
    Ok(change.prepare_cached(sql)?.query_row([customer], |row| row.get(0))?)
}

/// After a full refund: the card that was used is good again, and the one that was earned is taken back
/// if it has not been used.
///
/// # Errors
/// When the database fails.
pub fn undo_cards(change: &Transaction<'_>, receipt: &ReceiptId) -> Result<(), StoreFault> {
    free_card(change, receipt)?;
    change
        .prepare_cached("DELETE FROM card WHERE issued_by = ? AND used_by IS NULL")?
        .execute([receipt.as_str()])?;
    Ok(())
}

/// Keeps a slip, and puts it into the print queue where paper is wanted.
///
/// # Errors
/// When the database fails.
pub fn add_print_job(
    change: &Transaction<'_>,
    receipt: &ReceiptId,
    at: Moment,
    slip: (&Slip, bool),
) -> Result<(), StoreFault> {
    let (slip, wanted) = slip;
    let body = serde_json::to_string(slip).map_err(unreadable("slip"))?;
    let sql = "INSERT INTO print_job (receipt, at, body, printed) VALUES (?, ?, ?, ?)";
    change.prepare_cached(sql)?.execute(params![receipt.as_str(), at.0, body, !wanted])?;
    Ok(())
}

/// What is kept of a decision.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum KeptDecision {
    /// Its exact text.
    Whole(String),
    /// Nothing: the customer was erased, and the record's payload with them.
    Erased,
}

/// A slip that waits for the printer.
#[derive(Debug, Clone)]
pub struct PrintJob {
    /// Row of the job.
    pub row: i64,
    /// The slip.
    pub slip: Slip,
}

impl Store {
    /// Whether an offer is a kept card that another receipt has used, or one that was taken back.
    ///
    /// # Errors
    /// When the database fails.
    pub fn card_is_spent(&self, card: &OfferId) -> Result<bool, StoreFault> {
        let sql = "SELECT used_by IS NOT NULL FROM card WHERE id = ?";
        let used =
            self.connection.prepare_cached(sql)?.query_row([card.as_str()], |row| row.get(0)).optional()?;
        Ok(used.unwrap_or(card.as_str().ends_with(".next")))
    }

    /// The decision behind a receipt, as its record has it.
    ///
    /// # Errors
    /// When the database fails.
    pub fn decision(&self, receipt: &ReceiptId) -> Result<Option<KeptDecision>, StoreFault> {
        let sql = "SELECT body FROM decision WHERE receipt = ?";
        let body: Option<Option<String>> = self
            .connection
            .prepare_cached(sql)?
            .query_row([receipt.as_str()], |row| row.get(0))
            .optional()?;
        Ok(body.map(|body| body.map_or(KeptDecision::Erased, KeptDecision::Whole)))
    }

    /// Receipts that have a decision, oldest first.
    ///
    /// # Errors
    /// When the database fails.
    pub fn decided_receipts(&self) -> Result<Vec<ReceiptId>, StoreFault> {
        let mut statement =
            self.connection.prepare_cached("SELECT receipt FROM decision ORDER BY at, receipt")?;
        let rows = statement.query_map([], |row| Ok(ReceiptId::new(row.get_ref(0)?.as_str()?)))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Slips that wait for the printer, oldest first.
    ///
    /// # Errors
    /// When a slip cannot be read.
    pub fn print_jobs(&self) -> Result<Vec<PrintJob>, StoreFault> {
        let mut statement =
            self.connection.prepare_cached("SELECT id, body FROM print_job WHERE printed = 0 ORDER BY id")?;
        let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get::<_, String>(1)?)))?;
        rows.map(|row| {
            let (row, body) = row?;
            Ok(PrintJob { row, slip: serde_json::from_str(&body).map_err(unreadable("slip"))? })
        })
        .collect()
    }

    /// The slips of a receipt, for looking at them again.
    ///
    /// # Errors
    /// When a slip cannot be read.
    pub fn slips_of(&self, receipt: &ReceiptId) -> Result<Vec<Slip>, StoreFault> {
        let mut statement =
            self.connection.prepare_cached("SELECT body FROM print_job WHERE receipt = ? ORDER BY id")?;
        let rows = statement.query_map([receipt.as_str()], |row| row.get::<_, String>(0))?;
        rows.map(|body| serde_json::from_str(&body?).map_err(unreadable("slip"))).collect()
    }

    /// Marks a slip as printed.
    ///
    /// # Errors
    /// When the database fails.
    pub fn mark_printed(&mut self, job: i64) -> Result<(), StoreFault> {
        self.change(|change| {
            change.prepare_cached("UPDATE print_job SET printed = 1 WHERE id = ?")?.execute([job])?;
            Ok(())
        })
    }
}
