//! The close of a shop's day: what its counters recorded, beside the Z reports of their shifts and the acquirer's statement
//! ([`crate::close`] matches, here is what is read for it).
//!
//! * [`statement`] what the acquirer says; `shifts` and `books` what counters told; [`sums`] payments, tax, discounts;
//! * [`table`] what an accountant takes away.

mod books;
mod open;
pub mod shifts;
pub mod statement;
pub mod sums;
pub mod table;

pub use open::Open;

use self::{
    books::Booked,
    shifts::ShiftShown,
    statement::Statement,
    sums::{Paid, Saved, Taxed, Totals},
};
use crate::close::{
    Pair,
    acquirer::{self, Card},
    zed::{self, Rung},
};
use crate::ledger::{Ledger, LedgerFault, words::CounterWord};
use kava::facts::moment::{BusinessDay, Moment};
use rusqlite::OptionalExtension;
use serde::Serialize;
use std::collections::BTreeMap;

/// What an acquirer books late or early is looked for so many days around.
const NEAR_DAYS: i32 = 3;

/// A day's close.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Close {
    /// The day of trade.
    pub day: BusinessDay,
    /// The shop; empty where there is none yet.
    pub shop: String,
    /// The shops that there are, for whoever may see more than one.
    pub shops: Vec<String>,
    /// Why it is not complete, counter by counter; nothing where it is.
    pub open: Vec<Open>,
    /// What was taken and given back.
    pub totals: Totals,
    /// By kind of payment.
    pub payments: Vec<Paid>,
    /// By rate of tax.
    pub taxes: Vec<Taxed>,
    /// What guests saved, by programme.
    pub discounts: Vec<Saved>,
    /// Counter by counter, beside the Z reports.
    pub counters: Vec<CounterClose>,
    /// Payments by card, beside the acquirer's statement; nothing where none was brought.
    pub acquirer: Option<AcquirerClose>,
}

/// A counter's day beside its Z reports.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CounterClose {
    /// Which.
    pub counter: String,
    /// Its shifts of the day.
    pub shifts: Vec<ShiftShown>,
    /// Sales.
    pub sales: Pair,
    /// Refunds.
    pub refunds: Pair,
}

/// Payments by card beside the acquirer's statement.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AcquirerClose {
    /// When the statement was brought.
    pub made: Moment,
    /// By whom.
    pub made_by: String,
    /// What the file was called; empty where a total was typed.
    pub name: String,
    /// Its rows; none where only the total is known.
    pub rows: usize,
    /// Rows that have their receipt.
    pub matched: usize,
    /// Those of them that are known by their sum alone.
    pub by_sum: usize,
    /// The sums.
    pub pair: Pair,
}

/// What is asked.
#[derive(Debug, Clone)]
pub struct Asked {
    /// The shop; the first one where it is empty.
    pub shop: String,
    /// Whether the clerk has this one shop only.
    pub is_own: bool,
    /// The day.
    pub day: BusinessDay,
}

/// Puts a day together. `heard` is what counters said since their last words were kept.
///
/// # Errors
/// When the database fails.
pub fn of(
    ledger: &Ledger,
    (asked, heard): (&Asked, &BTreeMap<i64, CounterWord>),
    now: Moment,
) -> Result<Close, LedgerFault> {
    let Asked { shop, is_own, day } = asked.clone();
    let shops = if is_own { Vec::new() } else { shops(ledger)? };
    let shop = if shop.is_empty() { shops.first().cloned().unwrap_or_default() } else { shop };
    let counters = counters(ledger, &shop)?;
    let (mut told, mut last) = (Vec::new(), BusinessDay(day.0.saturating_add(NEAR_DAYS)));
    for (id, name) in counters {
        let shifts = shifts::of(ledger.connection(), id, day)?;
        // A shift that was left open is as long as it is.
        let ends = shifts.shifts.iter().filter(|shift| shift.day == day).filter_map(|shift| shift.closed);
        last = ends.map(Moment::utc_day).fold(last, Ord::max);
        told.push((id, name, shifts));
    }
    let first = BusinessDay(day.0.saturating_sub(NEAR_DAYS));
    let booked = books::of(ledger.connection(), &shop, (first, last))?;
    let of_day: Vec<&Booked> = booked.iter().filter(|one| one.day == day).collect();
    let open = open::of(ledger, (&told, &booked), (day, heard), now)?;
    let closes = told.into_iter().map(|(id, name, shifts)| counter_close(day, (id, name), shifts, &booked));
    Ok(Close {
        day,
        open,
        totals: sums::totals(&of_day),
        payments: sums::paid(&of_day),
        taxes: sums::taxed(&of_day),
        discounts: sums::saved(ledger, &of_day)?,
        counters: closes.filter(CounterClose::has_traded).collect(),
        acquirer: statement::of(ledger.connection(), (&shop, day))?
            .map(|statement| beside_acquirer(statement, day, &booked)),
        shop,
        shops,
    })
}

/// The shops in which there is a counter.
///
/// # Errors
/// When the database fails.
pub fn shops(ledger: &Ledger) -> Result<Vec<String>, LedgerFault> {
    let mut statement =
        ledger.connection().prepare_cached("SELECT DISTINCT shop FROM counter ORDER BY shop")?;
    let shops = statement.query_map([], |row| row.get(0))?;
    Ok(shops.collect::<Result<_, _>>()?)
}

/// Minutes that a shop's wall is ahead of UTC, by the newest of its records; Minsk's where there is none.
///
/// # Errors
/// When the database fails.
pub fn offset_min(ledger: &Ledger, shop: &str) -> Result<i64, LedgerFault> {
    let sql = "SELECT r.utc_offset_min FROM series s JOIN counter c ON c.id = s.counter JOIN record r
        ON r.counter = s.counter AND r.epoch = s.epoch AND r.seq = s.seq WHERE c.shop = ? ORDER BY r.received DESC LIMIT 1";
    let found = ledger.connection().prepare_cached(sql)?.query_row([shop], |row| row.get(0)).optional()?;
    Ok(found.unwrap_or(open::MINSK_OFFSET_MIN))
}

fn counters(ledger: &Ledger, shop: &str) -> Result<Vec<(i64, String)>, LedgerFault> {
    let sql = "SELECT id, counter FROM counter WHERE shop = ? ORDER BY counter";
    let mut statement = ledger.connection().prepare_cached(sql)?;
    let rows = statement.query_map([shop], |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

fn counter_close(
    day: BusinessDay,
    (id, counter): (i64, String),
    shifts: shifts::Told,
    booked: &[Booked],
) -> CounterClose {
    let own = booked.iter().filter(|one| one.counter == id);
    let rungs: Vec<Rung> = own.map(|one| one.rung(&shifts.reviewed)).collect();
    let beside = zed::beside(day, &shifts.shifts, &rungs);
    let of_day = shifts.shifts.iter().zip(shifts.shown).filter(|(shift, _)| shift.day == day);
    CounterClose {
        counter,
        shifts: of_day.map(|(_, shown)| shown).collect(),
        sales: beside.sales,
        refunds: beside.refunds,
    }
}

impl CounterClose {
    fn has_traded(&self) -> bool {
        !self.shifts.is_empty() || self.sales != Pair::default() || self.refunds != Pair::default()
    }
}

fn beside_acquirer(statement: Statement, day: BusinessDay, booked: &[Booked]) -> AcquirerClose {
    let cards = |is_of_day: bool| -> Vec<Card> {
        booked.iter().filter(|one| (one.day == day) == is_of_day).filter_map(Booked::card).collect()
    };
    let Statement { made, made_by, name, total, rows } = statement;
    let (pair, matched, by_sum) = match total {
        Some(total) => (acquirer::total_of(&cards(true), total), 0, 0),
        None => {
            let found = acquirer::rows(&cards(true), &rows, &cards(false));
            (found.pair, found.matched, found.by_sum)
        }
    };
    AcquirerClose { made, made_by, name, rows: rows.len(), matched, by_sum, pair }
}
