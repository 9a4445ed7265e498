//! A guest who asks what is kept of them, or to be erased. They are found by something that only they or their receipt says, whole
//! and exactly: nobody looks through guests here.

use crate::ledger::{Ledger, LedgerFault};
use kava::facts::moment::Moment;
use rusqlite::{Connection, params};
use serde::Serialize;

/// The most guests of one answer: of one phone there may be more than one.
const FOUND_MAX: i64 = 20;
/// So many of a phone's digits are shown, for whoever asks back.
const DIGITS_SHOWN: usize = 4;

/// A guest.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Guest {
    /// The pseudonym under which the ledger knows them.
    pub customer: String,
    /// When they joined by the app; nothing for whoever never did.
    pub joined: Option<Moment>,
    /// How they want to be called.
    pub name: String,
    /// The last digits of their phone.
    pub phone_end: String,
    /// Receipts that name them.
    pub receipts: i64,
    /// The newest of what names them.
    pub seen: Option<Moment>,
}

const FIND: &str = "SELECT customer FROM person WHERE customer = ?1 OR (phone = ?2 AND ?2 <> '') OR (lower(email) = ?3 AND ?3 <> '')
    UNION SELECT customer FROM of_customer WHERE customer = ?1
    UNION SELECT customer FROM of_customer WHERE receipt = ?1 AND kind = 'sale'
    ORDER BY 1 LIMIT ?4";

/// Guests by a pseudonym, a phone, an e-mail address or the number of a receipt.
///
/// # Errors
/// When the database fails.
pub fn find(ledger: &Ledger, asked: &str) -> Result<Vec<Guest>, LedgerFault> {
    let asked = asked.trim();
    let phone: String = asked.chars().filter(|one| !matches!(one, ' ' | '-' | '(' | ')')).collect();
    let phone = if phone.starts_with('+') { phone } else { String::new() };
    let email = if asked.contains('@') { asked.to_lowercase() } else { String::new() };
    if asked.is_empty() {
        return Ok(Vec::new());
    }
    let books = ledger.connection();
    let mut statement = books.prepare_cached(FIND)?;
    let found = statement.query_map(params![asked, phone, email, FOUND_MAX], |row| row.get(0))?;
    found.map(|customer| guest(books, customer?)).collect()
}

fn guest(books: &Connection, customer: String) -> Result<Guest, LedgerFault> {
    let sql = "SELECT (SELECT joined FROM person WHERE customer = ?1), (SELECT name FROM person WHERE customer = ?1),
        (SELECT phone FROM person WHERE customer = ?1),
        (SELECT count(*) FROM of_customer WHERE customer = ?1 AND kind = 'sale'),
        (SELECT max(at) FROM of_customer WHERE customer = ?1)";
    let read = |row: &rusqlite::Row<'_>| {
        let phone: String = row.get::<_, Option<String>>(2)?.unwrap_or_default();
        let hidden = phone.chars().count().saturating_sub(DIGITS_SHOWN);
        Ok(Guest {
            joined: row.get::<_, Option<i64>>(0)?.map(Moment),
            name: row.get::<_, Option<String>>(1)?.unwrap_or_default(),
            phone_end: phone.chars().skip(hidden).collect(),
            receipts: row.get(3)?,
            seen: row.get::<_, Option<i64>>(4)?.map(Moment),
            customer: String::new(),
        })
    };
    let found = books.prepare_cached(sql)?.query_row([&customer], read)?;
    Ok(Guest { customer, ..found })
}
