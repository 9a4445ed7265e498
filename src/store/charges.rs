//! Charges on their way through the register, and the reservations that go with them.

use super::{StoreFault, open::Store};
use crate::facts::id::ReceiptId;
use crate::facts::moment::{BusinessDay, Moment};
use crate::facts::money::Money;
use rusqlite::{OptionalExtension, Row, Transaction, params};

/// How far a charge has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ChargeState {
    /// Kept; the register is about to be asked, and what it answered is not known.
    Prepared,
    /// The adapter has noted that it speaks to the register about it.
    Sent,
    /// A person must look at the register.
    NeedsReview,
    /// Rung up and settled.
    Done,
    /// The guest's payment was declined.
    Declined,
    /// Given up before it was rung up.
    Void,
}

impl ChargeState {
    const ALL: [ChargeState; 6] = [
        ChargeState::Prepared,
        ChargeState::Sent,
        ChargeState::NeedsReview,
        ChargeState::Done,
        ChargeState::Declined,
        ChargeState::Void,
    ];

    /// Whether somebody has still to say what became of it.
    #[must_use]
    pub const fn is_open(self) -> bool {
        matches!(self, ChargeState::Prepared | ChargeState::Sent | ChargeState::NeedsReview)
    }

    /// The stable code.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            ChargeState::Prepared => "prepared",
            ChargeState::Sent => "sent",
            ChargeState::NeedsReview => "needs_review",
            ChargeState::Done => "done",
            ChargeState::Declined => "declined",
            ChargeState::Void => "void",
        }
    }
}

/// A kept charge: the frozen charge and the decision that led to it, as text.
#[derive(Debug, Clone)]
pub struct KeptCharge {
    /// Its id.
    pub receipt: ReceiptId,
    /// How far it has come.
    pub state: ChargeState,
    /// When it was prepared.
    pub at: Moment,
    /// Frozen charge and decision, see `flow::settle`; empty once it is closed.
    pub body: String,
    /// What the register's adapter noted before it spoke.
    pub note: Option<String>,
}

/// Keeps a charge before the register is asked.
///
/// # Errors
/// When the database fails, or the id is taken.
pub fn keep(change: &Transaction<'_>, visit: &str, charge: &KeptCharge) -> Result<(), StoreFault> {
    change
        .prepare_cached("INSERT INTO charge (receipt, visit, state, at, body) VALUES (?, ?, ?, ?, ?)")?
        .execute(params![charge.receipt.as_str(), visit, charge.state.code(), charge.at.0, charge.body])?;
    Ok(())
}

/// Moves a charge on, with what the register said. One that is closed gives up its body: what was sold stands
/// in the purchase and in the records, and nobody is to be found in a third place.
///
/// # Errors
/// When the database fails.
pub fn mark(
    change: &Transaction<'_>,
    receipt: &ReceiptId,
    state: ChargeState,
    answer: Option<&str>,
) -> Result<(), StoreFault> {
    let sql = "UPDATE charge SET state = ?1, answer = coalesce(?2, answer), body = CASE WHEN ?3 THEN body ELSE '' END
        WHERE receipt = ?4";
    change.prepare_cached(sql)?.execute(params![state.code(), answer, state.is_open(), receipt.as_str()])?;
    Ok(())
}

/// Keeps what the register's adapter must not forget; from now on the register may know of the charge.
///
/// # Errors
/// When the database fails.
pub fn note(change: &Transaction<'_>, receipt: &ReceiptId, note: &str) -> Result<(), StoreFault> {
    change
        .prepare_cached(
            "UPDATE charge SET note = ?, state = CASE state WHEN 'prepared' THEN 'sent' ELSE state END
            WHERE receipt = ?",
        )?
        .execute(params![note, receipt.as_str()])?;
    Ok(())
}

/// Reserves a receipt and its discount of the customer's day.
///
/// # Errors
/// When the database fails.
pub fn reserve_caps(
    change: &Transaction<'_>,
    customer: i64,
    day: BusinessDay,
    receipt: &ReceiptId,
    discount: Money,
) -> Result<(), StoreFault> {
    let sql = "INSERT INTO cap_use (customer, business_day, receipt, discount)
        VALUES (?1, (SELECT max(?2, coalesce(max(business_day), ?2)) FROM cap_use WHERE customer = ?1), ?3, ?4)";
    change.prepare_cached(sql)?.execute(params![customer, day.0, receipt.as_str(), discount.0])?;
    Ok(())
}

/// Gives reserved or used caps back: all of a receipt, or a part of its discount.
///
/// # Errors
/// When the database fails.
pub fn release_caps(
    change: &Transaction<'_>,
    receipt: &ReceiptId,
    discount: Option<Money>,
) -> Result<(), StoreFault> {
    match discount {
        None => {
            change.prepare_cached("DELETE FROM cap_use WHERE receipt = ?")?.execute([receipt.as_str()])?
        }
        Some(part) => change
            .prepare_cached("UPDATE cap_use SET discount = max(0, discount - ?) WHERE receipt = ?")?
            .execute(params![part.0, receipt.as_str()])?,
    };
    Ok(())
}

impl Store {
    /// Charges that are not finished, oldest first.
    ///
    /// # Errors
    /// When the database fails.
    pub fn open_charges(&self) -> Result<Vec<KeptCharge>, StoreFault> {
        let sql = "SELECT receipt, state, at, body, note FROM charge
            WHERE state IN ('prepared', 'sent', 'needs_review') ORDER BY at, receipt";
        let mut statement = self.connection.prepare_cached(sql)?;
        let rows = statement.query_map([], read_charge)?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Every receipt and refund that was ever kept before the register was asked, by id.
    ///
    /// # Errors
    /// When the database fails.
    pub fn charged_receipts(&self) -> Result<Vec<ReceiptId>, StoreFault> {
        let mut statement = self.connection.prepare_cached("SELECT receipt FROM charge ORDER BY receipt")?;
        let rows = statement.query_map([], |row| Ok(ReceiptId::new(row.get_ref(0)?.as_str()?)))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// One kept charge.
    ///
    /// # Errors
    /// When the database fails.
    pub fn kept_charge(&self, receipt: &ReceiptId) -> Result<Option<KeptCharge>, StoreFault> {
        let sql = "SELECT receipt, state, at, body, note FROM charge WHERE receipt = ?";
        Ok(self.connection.prepare_cached(sql)?.query_row([receipt.as_str()], read_charge).optional()?)
    }
}

fn read_charge(row: &Row<'_>) -> rusqlite::Result<KeptCharge> {
    let code: String = row.get(1)?;
    let state =
        ChargeState::ALL.into_iter().find(|state| state.code() == code).unwrap_or(ChargeState::NeedsReview);
    Ok(KeptCharge {
        receipt: ReceiptId::new(row.get_ref(0)?.as_str()?),
        state,
        at: Moment(row.get(2)?),
        body: row.get(3)?,
        note: row.get(4)?,
    })
}
