//! What guests brought along from older programmes and are owed, as counters tell it: each guest's, and one figure of all.

use super::{append::alarm, fault::LedgerFault, noted, open::Ledger, payload};
use kava::{
    facts::{
        carried::{Amount, Owed},
        id::CustomerId,
        moment::Moment,
    },
    wire::{
        carried::{Carried, PaidOut},
        record::{Record, kind},
    },
};
use rusqlite::{Connection, OptionalExtension, Transaction, params};
use serde::Serialize;

/// What is owed to all guests together, of one kind and currency.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Liability {
    /// Of what.
    pub kind: Owed,
    /// In which currency.
    pub currency: String,
    /// What was brought along: hundredths of points, stamps, minor units of money.
    pub brought: i64,
    /// What of it was handed out.
    pub paid_out: i64,
    /// What is still owed.
    pub left: i64,
    /// To how many guests.
    pub guests: u64,
}

/// Notes a record. What another counter has told already counts no second time, and a person hears of it.
///
/// # Errors
/// When the database fails.
pub(super) fn note(
    change: &Transaction<'_>,
    counter: i64,
    record: &Record,
    now: Moment,
) -> Result<(), LedgerFault> {
    if let Some(carried) = payload::read::<Carried>(record, kind::CARRIED) {
        return brought(change, counter, &carried, now);
    }
    payload::read::<PaidOut>(record, kind::PAID_OUT)
        .map_or(Ok(()), |paid| handed_out(change, counter, &paid, now))
}

fn brought(change: &Transaction<'_>, counter: i64, told: &Carried, now: Moment) -> Result<(), LedgerFault> {
    let mut twice = false;
    for Amount { kind, amount } in &told.owed {
        let sql = "SELECT counter FROM carried WHERE customer = ? AND source = ? AND kind = ?";
        let place = params![told.customer.as_str(), told.source, kind.code()];
        let known: Option<i64> = change.prepare_cached(sql)?.query_row(place, |row| row.get(0)).optional()?;
        twice |= known.is_some_and(|known| known != counter);
        let sql = "INSERT INTO carried (customer, source, kind, amount, currency, counter) VALUES (?, ?, ?, ?, ?, ?)
            ON CONFLICT DO NOTHING";
        let (name, code) = (told.customer.as_str(), kind.code());
        let row = params![name, told.source, code, amount, told.currency, counter];
        change.prepare_cached(sql)?.execute(row)?;
    }
    if twice && !is_known(change, counter, "carried_twice")? {
        let text = format!(
            "it takes over what guests of {} are owed, and so did another counter; it counts once here, but each of them may \
             hand it out: import with --without-balances at one of them",
            told.source
        );
        alarm(change, Some(counter), ("carried_twice", &text), now)?;
    }
    Ok(())
}

fn handed_out(
    change: &Transaction<'_>,
    counter: i64,
    told: &PaidOut,
    now: Moment,
) -> Result<(), LedgerFault> {
    let sql = "INSERT INTO paid_out (id, customer, kind, amount, currency, counter) VALUES (?, ?, ?, ?, ?, ?)
        ON CONFLICT DO NOTHING";
    let (name, code) = (told.customer.as_str(), told.paid.kind.code());
    let row = params![told.id, name, code, told.paid.amount, told.currency, counter];
    change.prepare_cached(sql)?.execute(row)?;
    let left = owed_to(change, &told.customer)?.into_iter().find(|owed| owed.kind == told.paid.kind);
    if let Some(less) = left.filter(|left| left.amount < 0) {
        let over = Amount { amount: -less.amount, ..less };
        let text = format!("a guest was handed out {over} {code} more than they brought along");
        alarm(change, Some(counter), ("owed_overpaid", &text), now)?;
    }
    Ok(())
}

/// One alarm of a kind and counter is enough for all guests of an import.
fn is_known(change: &Transaction<'_>, counter: i64, code: &str) -> Result<bool, LedgerFault> {
    let sql = "SELECT EXISTS (SELECT 1 FROM alarm WHERE counter = ? AND code = ?)";
    Ok(change.prepare_cached(sql)?.query_row(params![counter, code], |row| row.get(0))?)
}

/// What a guest is owed under every name, kind by kind, where it is something.
///
/// # Errors
/// When the database fails.
pub fn owed_to(books: &Connection, customer: &CustomerId) -> Result<Vec<Amount>, LedgerFault> {
    let sql = "SELECT (SELECT coalesce(sum(amount), 0) FROM carried WHERE customer = ?1 AND kind = ?2)
        - (SELECT coalesce(sum(amount), 0) FROM paid_out WHERE customer = ?1 AND kind = ?2)";
    let mut statement = books.prepare_cached(sql)?;
    let names = noted::names(books, customer)?;
    let mut owed = Vec::new();
    for kind in Owed::ALL {
        let mut amount = 0_i64;
        for name in &names {
            let of_name: i64 = statement.query_row(params![name.as_str(), kind.code()], |row| row.get(0))?;
            amount = amount.saturating_add(of_name);
        }
        if amount != 0 {
            owed.push(Amount { kind, amount });
        }
    }
    Ok(owed)
}

/// Forgets what somebody brought along by one name.
pub(super) fn forget(change: &Transaction<'_>, name: &CustomerId) -> Result<(), LedgerFault> {
    change.execute("DELETE FROM carried WHERE customer = ?", [name.as_str()])?;
    change.execute("DELETE FROM paid_out WHERE customer = ?", [name.as_str()])?;
    Ok(())
}

impl Ledger {
    /// What the chain owes to all guests together.
    ///
    /// # Errors
    /// When the database fails.
    pub fn liabilities(&self) -> Result<Vec<Liability>, LedgerFault> {
        let sql = "SELECT kind, currency, sum(brought), sum(paid), sum(brought > paid) FROM (
            SELECT customer, kind, currency, sum(brought) AS brought, sum(paid) AS paid FROM (
                SELECT customer, kind, currency, amount AS brought, 0 AS paid FROM carried
                UNION ALL SELECT customer, kind, currency, 0, amount FROM paid_out)
            GROUP BY customer, kind, currency) GROUP BY kind, currency ORDER BY kind, currency";
        let mut statement = self.connection().prepare_cached(sql)?;
        let mut rows = statement.query([])?;
        let mut all = Vec::new();
        while let Some(row) = rows.next()? {
            let code: String = row.get(0)?;
            let Some(kind) = Owed::from_code(&code) else { continue };
            let (brought, paid_out): (i64, i64) = (row.get(2)?, row.get(3)?);
            let guests: i64 = row.get(4)?;
            let (left, guests) = (brought.saturating_sub(paid_out), guests.unsigned_abs());
            all.push(Liability { kind, currency: row.get(1)?, brought, paid_out, left, guests });
        }
        Ok(all)
    }
}
