//! What guests bring along from an older programme: the percent that they were promised, and points, stamps and money that
//! they are owed.

use super::{StoreFault, fault::unreadable, open::Store};
use crate::facts::carried::{Amount, Owed};
use crate::facts::id::CustomerId;
use crate::facts::moment::{BusinessDay, Moment};
use crate::facts::promise::Promise;
use rusqlite::{Connection, OptionalExtension, Transaction, params};

/// What one guest brought along from one source, as it is told to the office.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Brought {
    /// Row of the guest.
    pub row: i64,
    /// Who.
    pub customer: CustomerId,
    /// Where it is from: `import:<name>`.
    pub source: String,
    /// How much of what.
    pub owed: Vec<Amount>,
}

/// How much of one kind was brought along, handed out, and is still owed to how many.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Liability {
    /// Of what.
    pub kind: Owed,
    /// What was brought along.
    pub brought: i64,
    /// What of it was handed out.
    pub paid_out: i64,
    /// Guests to whom something is still owed.
    pub guests: u64,
}

/// The promise to a customer, whatever its day.
///
/// # Errors
/// When the database fails.
pub fn promise_of(books: &Connection, row: i64) -> Result<Option<Promise>, StoreFault> {
    let sql = "SELECT depth_bp, until FROM promise WHERE customer = ?";
    let read =
        |row: &rusqlite::Row<'_>| Ok(Promise { depth_bp: row.get(0)?, until: BusinessDay(row.get(1)?) });
    Ok(books.prepare_cached(sql)?.query_row([row], read).optional()?)
}

/// Keeps a promise in place of another one.
///
/// # Errors
/// When the database fails.
pub fn promise(
    change: &Transaction<'_>,
    row: i64,
    promise: &Promise,
    source: &str,
) -> Result<(), StoreFault> {
    let sql = "INSERT INTO promise (customer, depth_bp, until, source) VALUES (?, ?, ?, ?)
        ON CONFLICT (customer) DO UPDATE SET depth_bp = excluded.depth_bp, until = excluded.until, source = excluded.source";
    change.prepare_cached(sql)?.execute(params![row, promise.depth_bp, promise.until.0, source])?;
    Ok(())
}

/// What a customer brought along from a source, if anything.
///
/// # Errors
/// When the database fails.
pub fn brought(books: &Connection, row: i64, source: &str, kind: Owed) -> Result<Option<i64>, StoreFault> {
    let sql = "SELECT amount FROM carried WHERE customer = ? AND source = ? AND kind = ?";
    let amount = books.prepare_cached(sql)?.query_row(params![row, source, kind.code()], |row| row.get(0));
    Ok(amount.optional()?)
}

/// Keeps what a customer brings along; the same source a second time brings nothing.
///
/// # Errors
/// When the database fails.
pub fn bring(change: &Transaction<'_>, row: i64, source: &str, owed: &Amount) -> Result<(), StoreFault> {
    let sql =
        "INSERT INTO carried (customer, source, kind, amount) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING";
    change.prepare_cached(sql)?.execute(params![row, source, owed.kind.code(), owed.amount])?;
    Ok(())
}

/// It stands in a record now.
///
/// # Errors
/// When the database fails.
pub fn told(change: &Transaction<'_>, brought: &Brought) -> Result<(), StoreFault> {
    let sql = "UPDATE carried SET told = 1 WHERE customer = ? AND source = ?";
    change.prepare_cached(sql)?.execute(params![brought.row, brought.source])?;
    Ok(())
}

/// What a customer is owed, kind by kind, where it is something.
///
/// # Errors
/// When the database fails.
pub fn owed_to(books: &Connection, row: i64) -> Result<Vec<Amount>, StoreFault> {
    let sql = "SELECT (SELECT coalesce(sum(amount), 0) FROM carried WHERE customer = ?1 AND kind = ?2)
        - (SELECT coalesce(sum(amount), 0) FROM paid_out WHERE customer = ?1 AND kind = ?2)";
    let mut statement = books.prepare_cached(sql)?;
    let mut owed = Vec::new();
    for kind in Owed::ALL {
        let amount: i64 = statement.query_row(params![row, kind.code()], |row| row.get(0))?;
        if amount != 0 {
            owed.push(Amount { kind, amount });
        }
    }
    Ok(owed)
}

/// Something of what is owed was handed out, under an id that is never used twice.
///
/// # Errors
/// When the database fails.
pub fn pay_out(
    change: &Transaction<'_>,
    (id, row): (&str, i64),
    paid: &Amount,
    at: Moment,
) -> Result<(), StoreFault> {
    let sql = "INSERT INTO paid_out (id, customer, kind, amount, at) VALUES (?, ?, ?, ?, ?)";
    change.prepare_cached(sql)?.execute(params![id, row, paid.kind.code(), paid.amount, at.0])?;
    Ok(())
}

impl Store {
    /// The promise to a customer, whatever its day.
    ///
    /// # Errors
    /// When the database fails.
    pub fn promise(&self, row: i64) -> Result<Option<Promise>, StoreFault> {
        promise_of(&self.connection, row)
    }

    /// What a customer is owed.
    ///
    /// # Errors
    /// When the database fails.
    pub fn owed(&self, row: i64) -> Result<Vec<Amount>, StoreFault> {
        owed_to(&self.connection, row)
    }

    /// What no record says yet, some guests at a time.
    ///
    /// # Errors
    /// When the database fails or a row cannot be read.
    pub fn untold(&self, most: usize) -> Result<Vec<Brought>, StoreFault> {
        let sql = "SELECT r.customer, c.key, r.source, r.kind, r.amount FROM carried r JOIN customer c ON c.id = r.customer
            WHERE r.told = 0 ORDER BY r.customer, r.source, r.kind";
        let mut statement = self.connection.prepare_cached(sql)?;
        let mut rows = statement.query([])?;
        let mut all: Vec<Brought> = Vec::new();
        while let Some(found) = rows.next()? {
            let (row, source): (i64, String) = (found.get(0)?, found.get(2)?);
            let owed = Amount { kind: kind(&found.get::<_, String>(3)?)?, amount: found.get(4)? };
            let is_full = all.len() >= most;
            match all.last_mut().filter(|last| last.row == row && last.source == source) {
                Some(last) => last.owed.push(owed),
                None if is_full => break,
                None => {
                    let customer =
                        CustomerId::new(found.get_ref(1)?.as_str().map_err(unreadable("customer"))?);
                    all.push(Brought { row, customer, source, owed: vec![owed] });
                }
            }
        }
        Ok(all)
    }

    /// What this counter owes to all guests together, kind by kind.
    ///
    /// # Errors
    /// When the database fails.
    pub fn liabilities(&self) -> Result<Vec<Liability>, StoreFault> {
        let sql = "SELECT coalesce(sum(brought), 0), coalesce(sum(paid), 0), coalesce(sum(brought > paid), 0) FROM (
            SELECT customer, sum(brought) AS brought, sum(paid) AS paid FROM (
                SELECT customer, amount AS brought, 0 AS paid FROM carried WHERE kind = ?1
                UNION ALL SELECT customer, 0, amount FROM paid_out WHERE kind = ?1) GROUP BY customer)";
        let mut statement = self.connection.prepare_cached(sql)?;
        let mut all = Vec::new();
        for kind in Owed::ALL {
            let read = |row: &rusqlite::Row<'_>| {
                let guests: i64 = row.get(2)?;
                Ok(Liability {
                    kind,
                    brought: row.get(0)?,
                    paid_out: row.get(1)?,
                    guests: guests.unsigned_abs(),
                })
            };
            all.push(statement.query_row([kind.code()], read)?);
        }
        all.retain(|one| one.brought != 0 || one.paid_out != 0);
        Ok(all)
    }
}

fn kind(code: &str) -> Result<Owed, StoreFault> {
    Owed::from_code(code).ok_or_else(|| StoreFault::Unreadable {
        what: "carried",
        why: format!("{code:?} is no kind of balance"),
    })
}
