//! Shifts, their sums, and the drawer.

use super::{StoreFault, fault::unreadable, open::Store};
use crate::facts::moment::{LocalMoment, Moment};
use crate::facts::money::Money;
use crate::facts::purchase::{Payment, PaymentKind};
use crate::ports::RegisterSums;
use crate::steps::sale::payments_back;
use rusqlite::{Connection, OptionalExtension, params};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What a shift has taken.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "contract", derive(ts_rs::TS))]
#[serde(default)]
pub struct ShiftSummary {
    /// Receipts.
    pub receipts: i64,
    /// Net of charged kinds.
    pub net_minor: i64,
    /// Discounts.
    pub discount_minor: i64,
    /// Refunds.
    pub refunds: i64,
    /// Given back.
    pub refunded_minor: i64,
    /// Taken less given back, by kind of payment.
    pub paid: BTreeMap<String, i64>,
    /// Cash put into the drawer beside sales.
    pub cash_in_minor: i64,
    /// Cash taken out of it.
    pub cash_out_minor: i64,
    /// Cash that should be in the drawer now, with what earlier shifts left there.
    pub drawer_minor: i64,
    /// Cash that a person has counted.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "contract", ts(optional))]
    pub counted_minor: Option<i64>,
    /// What the register says it has.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "contract", ts(optional))]
    pub register: Option<RegisterSums>,
    /// Why the register did not do its part.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "contract", ts(optional))]
    pub register_fault: Option<String>,
    /// Where books, register and drawer do not agree; empty when all is well.
    pub differences: Vec<ShiftDifference>,
}

/// Two sums that should be one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "contract", derive(ts_rs::TS))]
pub struct ShiftDifference {
    /// `payments`, `receipts`, `sales`, `refunds`, `register_cash` or `counted_cash`.
    pub what: String,
    /// In the books.
    pub books_minor: i64,
    /// Found.
    pub found_minor: i64,
}

/// Cash put into the drawer or taken out of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CashMove {
    /// Its own id.
    pub id: String,
    /// When.
    pub when: LocalMoment,
    /// Above zero: put in. Below: taken out.
    pub amount: Money,
    /// Why.
    pub reason: String,
    /// How far it has come with the register; nothing in books from before that was kept.
    pub register_ref: Option<String>,
}

/// The register is about to be asked, and what it answered is not known.
pub const CASH_ASKED: &str = "asked";
/// The register has done its part, or has none.
pub const CASH_DONE: &str = "done";
/// Nobody knows whether the register has it.
pub const CASH_UNKNOWN: &str = "unknown";

/// A cash move on its way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CashUnderWay {
    /// Its own id.
    pub id: String,
    /// When.
    pub at: Moment,
    /// Above zero: put in. Below: taken out.
    pub amount: Money,
    /// Why.
    pub reason: String,
}

/// Keeps a cash move.
///
/// # Errors
/// When the database fails.
pub fn add_cash_move(change: &Connection, cash: &CashMove) -> Result<(), StoreFault> {
    let sql = "INSERT INTO cash_move (receipt, at, business_day, amount, reason, register_ref) VALUES (?, ?, ?, ?, ?, ?)";
    change.prepare_cached(sql)?.execute(params![
        cash.id,
        cash.when.at.0,
        cash.when.business_day.0,
        cash.amount.0,
        cash.reason,
        cash.register_ref
    ])?;
    Ok(())
}

/// Says how far a cash move has come with the register.
///
/// # Errors
/// When the database fails.
pub fn mark_cash_move(change: &Connection, id: &str, state: &str) -> Result<(), StoreFault> {
    let sql = "UPDATE cash_move SET register_ref = ? WHERE receipt = ?";
    change.prepare_cached(sql)?.execute(params![state, id])?;
    Ok(())
}

/// Forgets a cash move that the register has refused: no money was moved.
///
/// # Errors
/// When the database fails.
pub fn forget_cash_move(change: &Connection, id: &str) -> Result<(), StoreFault> {
    change.prepare_cached("DELETE FROM cash_move WHERE receipt = ?")?.execute([id])?;
    Ok(())
}

impl Store {
    /// Cash moves whose answer from the register is not known, oldest first.
    ///
    /// # Errors
    /// When the database fails.
    pub fn cash_under_way(&self) -> Result<Vec<CashUnderWay>, StoreFault> {
        let sql = "SELECT receipt, at, amount, reason FROM cash_move WHERE register_ref = ? ORDER BY at";
        let mut statement = self.connection.prepare_cached(sql)?;
        let rows = statement.query_map([CASH_ASKED], |row| {
            let (at, amount) = (Moment(row.get(1)?), Money(row.get(2)?));
            Ok(CashUnderWay { id: row.get(0)?, at, amount, reason: row.get(3)? })
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Opens a shift; gives whether none was open.
    ///
    /// # Errors
    /// When the database fails.
    pub fn open_shift(&mut self, at: Moment) -> Result<bool, StoreFault> {
        if self.shift_is_open()? {
            return Ok(false);
        }
        self.change(|change| {
            change.execute("INSERT INTO shift (opened_at) VALUES (?)", [at.0])?;
            Ok(true)
        })
    }

    /// Whether a shift is open.
    ///
    /// # Errors
    /// When the database fails.
    pub fn shift_is_open(&self) -> Result<bool, StoreFault> {
        Ok(self.opened_at()?.is_some())
    }

    fn opened_at(&self) -> Result<Option<(i64, i64)>, StoreFault> {
        let open = "SELECT id, opened_at FROM shift WHERE closed_at IS NULL ORDER BY id DESC LIMIT 1";
        let read = |row: &rusqlite::Row<'_>| Ok((row.get(0)?, row.get(1)?));
        Ok(self.connection.prepare_cached(open)?.query_row([], read).optional()?)
    }

    /// What the open shift has taken until now; without one the sums are those of the drawer only.
    ///
    /// # Errors
    /// When the database fails.
    pub fn shift_sums(&self, at: Moment) -> Result<ShiftSummary, StoreFault> {
        let books = &self.connection;
        let mut summary = match self.opened_at()? {
            Some((_, opened)) => taken(books, opened.saturating_sub(1), at.0)?,
            None => ShiftSummary::default(),
        };
        summary.drawer_minor = drawer(books, at.0)?;
        Ok(summary)
    }

    /// Closes the open shift and keeps these sums; gives whether one was open.
    ///
    /// # Errors
    /// When the database fails.
    pub fn close_shift(&mut self, at: Moment, summary: &ShiftSummary) -> Result<bool, StoreFault> {
        let Some((id, _)) = self.opened_at()? else { return Ok(false) };
        let text = serde_json::to_string(summary).map_err(unreadable("shift"))?;
        self.change(|change| {
            let sql = "UPDATE shift SET closed_at = ?, summary = ? WHERE id = ?";
            change.execute(sql, params![at.0, text, id])?;
            Ok(true)
        })
    }
}

/// Everything taken after one moment and until another.
fn taken(books: &Connection, from: i64, until: i64) -> Result<ShiftSummary, StoreFault> {
    let sums = "SELECT count(*), coalesce(sum(net), 0), coalesce(sum(discount), 0) FROM purchase
        WHERE source = 'kava' AND kind IN ('sale', 'staff', 'corporate') AND at > ?1 AND at <= ?2";
    let mut summary = books.query_row(sums, [from, until], |row| {
        Ok(ShiftSummary {
            receipts: row.get(0)?,
            net_minor: row.get(1)?,
            discount_minor: row.get(2)?,
            ..ShiftSummary::default()
        })
    })?;
    let back = "SELECT count(*), coalesce(sum(f.net), 0) FROM refund f JOIN purchase p ON p.id = f.purchase
        WHERE p.kind IN ('sale', 'staff', 'corporate') AND f.at > ?1 AND f.at <= ?2";
    (summary.refunds, summary.refunded_minor) =
        books.query_row(back, [from, until], |row| Ok((row.get(0)?, row.get(1)?)))?;
    summary.paid =
        payments(books, from, until)?.into_iter().map(|(kind, sum)| (kind.to_owned(), sum)).collect();
    (summary.cash_in_minor, summary.cash_out_minor) = moves(books, from, until)?;
    Ok(summary)
}

/// Payments less what was given back, by kind.
fn payments(books: &Connection, from: i64, until: i64) -> Result<BTreeMap<&'static str, i64>, StoreFault> {
    let mut sums = BTreeMap::new();
    let read = |text: &str| serde_json::from_str::<Vec<Payment>>(text).map_err(unreadable("payments"));
    let mut sold = books
        .prepare_cached("SELECT payments FROM purchase WHERE source = 'kava' AND at > ?1 AND at <= ?2")?;
    let mut rows = sold.query([from, until])?;
    while let Some(row) = rows.next()? {
        for payment in read(&row.get::<_, String>(0)?)? {
            *sums.entry(payment.kind.code()).or_default() += payment.amount.0;
        }
    }
    let sql = "SELECT p.payments, f.net, (SELECT coalesce(sum(b.net), 0) FROM refund b
            WHERE b.purchase = f.purchase AND b.id < f.id)
        FROM refund f JOIN purchase p ON p.id = f.purchase WHERE f.at > ?1 AND f.at <= ?2";
    let mut back = books.prepare_cached(sql)?;
    let mut rows = back.query([from, until])?;
    while let Some(row) = rows.next()? {
        let paid = read(&row.get::<_, String>(0)?)?;
        for payment in payments_back(&paid, Money(row.get(2)?), Money(row.get(1)?)) {
            *sums.entry(payment.kind.code()).or_default() -= payment.amount.0;
        }
    }
    Ok(sums)
}

/// Cash put in and taken out, both as amounts above zero.
fn moves(books: &Connection, from: i64, until: i64) -> Result<(i64, i64), StoreFault> {
    let sql = "SELECT coalesce(sum(max(amount, 0)), 0), coalesce(-sum(min(amount, 0)), 0) FROM cash_move
        WHERE at > ?1 AND at <= ?2";
    Ok(books.query_row(sql, [from, until], |row| Ok((row.get(0)?, row.get(1)?)))?)
}

/// Cash that should be in the drawer: what the last closed shift left, and what has changed since.
fn drawer(books: &Connection, until: i64) -> Result<i64, StoreFault> {
    let last = "SELECT closed_at, summary FROM shift WHERE closed_at IS NOT NULL ORDER BY id DESC LIMIT 1";
    let last: Option<(i64, Option<String>)> =
        books.query_row(last, [], |row| Ok((row.get(0)?, row.get(1)?))).optional()?;
    let (since, left) = match last {
        Some((closed, text)) => {
            let summary: ShiftSummary =
                serde_json::from_str(text.as_deref().unwrap_or("{}")).map_err(unreadable("shift"))?;
            (closed, summary.drawer_minor)
        }
        None => (i64::MIN, 0),
    };
    let cash = payments(books, since, until)?.get(PaymentKind::Cash.code()).copied().unwrap_or(0);
    let (put_in, taken_out) = moves(books, since, until)?;
    Ok(left.saturating_add(cash).saturating_add(put_in).saturating_sub(taken_out))
}
