//! Erasing a customer: payload and salt of every record that names them go, and a hash stays by which every counter
//! finds whom to erase. A counter that has not done so yet is sent back before it may send anything.

use super::{fault::LedgerFault, open::Ledger};
use kava::{
    facts::{
        id::{CustomerId, Digest},
        moment::Moment,
    },
    wire::{
        code::Pseudonym,
        erasure::{ERASURES_A_TIME, Erasure, Receipt, mention, named, who},
        record::{Record, kind},
    },
};
use rusqlite::{Connection, OptionalExtension, Transaction, params};
use serde::Serialize;

/// What erasing did.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Erased {
    /// The newest erasure, which every counter must have done.
    pub upto: i64,
    /// Records whose payload was emptied.
    pub records: u64,
    /// Dead letters that were emptied.
    pub dead: u64,
}

/// Erases a customer from the ledger, and lets every counter know. Twice is the same as once. What other rooms know of
/// them is theirs to forget, in the same transaction. Call [`Ledger::empty_log`] afterwards.
///
/// # Errors
/// When the database fails.
pub fn erase(change: &Transaction<'_>, customer: &CustomerId, now: Moment) -> Result<Erased, LedgerFault> {
    // A guest of an older programme is known by their number here, and by what a pass calls them there.
    for name in [customer.clone(), Pseudonym::of(customer).customer()] {
        let sql = "INSERT INTO erasure (who, at) VALUES (?, ?) ON CONFLICT DO NOTHING";
        change.execute(sql, params![who(&name).as_str(), now.0])?;
    }
    let sql = "UPDATE record SET payload = NULL, salt = NULL WHERE payload IS NOT NULL
        AND (counter, epoch, seq) IN (SELECT counter, epoch, seq FROM subject WHERE customer = ?)";
    let records = change.execute(sql, [customer.as_str()])? as u64;
    change.execute("DELETE FROM subject WHERE customer = ?", [customer.as_str()])?;
    // A line as it came has the payload as text in a text.
    let word = mention(customer.as_str());
    let quoted = serde_json::to_string(&word).unwrap_or_default();
    let inner = quoted.trim_matches('"');
    let sql = "UPDATE dead_letter SET body = '' WHERE instr(body, ?) > 0 OR instr(body, ?) > 0";
    let dead = change.execute(sql, [word.as_str(), inner])? as u64;
    Ok(Erased { upto: newest(change)?, records, dead })
}

/// The newest erasure; zero when there is none.
pub(super) fn newest(books: &Connection) -> Result<i64, LedgerFault> {
    let sql = "SELECT coalesce(max(id), 0) FROM erasure";
    Ok(books.prepare_cached(sql)?.query_row([], |row| row.get(0))?)
}

/// Notes whom a record is about, and a counter's receipt for what it erased. A record that names somebody who was
/// erased comes from a program that knows of no erasures: its payload is left out. Gives whether it may be kept.
pub(super) fn note(
    change: &Transaction<'_>,
    counter: i64,
    record: &Record,
    now: Moment,
) -> Result<bool, LedgerFault> {
    let header = &record.header;
    let Some(payload) = record.payload.as_deref() else { return Ok(true) };
    if header.kind == kind::ERASED {
        return receive(change, counter, payload, now).map(|()| true);
    }
    let Some(customer) = named(payload) else { return Ok(true) };
    let sql = "SELECT 1 FROM erasure WHERE who = ?";
    let erased = change.prepare_cached(sql)?.query_row([who(&customer).as_str()], |_| Ok(())).optional()?;
    if erased.is_some() {
        return Ok(false);
    }
    let sql =
        "INSERT INTO subject (customer, counter, epoch, seq) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING";
    change.prepare_cached(sql)?.execute(params![customer.as_str(), counter, header.epoch, header.seq])?;
    Ok(true)
}

/// A counter has erased. A payload that cannot be read is a later version's.
fn receive(change: &Transaction<'_>, counter: i64, payload: &[u8], now: Moment) -> Result<(), LedgerFault> {
    let Ok(receipt) = serde_json::from_slice::<Receipt>(payload) else { return Ok(()) };
    let sql = "INSERT INTO erasure_receipt (counter, upto, at) VALUES (?, ?, ?) ON CONFLICT DO NOTHING";
    change.execute(sql, params![counter, receipt.upto, now.0])?;
    for one in receipt.untold {
        let sql =
            "INSERT INTO receipt (receipt, kind, counter, epoch, seq, business_day, list, discount, net)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING";
        change.execute(
            sql,
            params![
                one.receipt,
                one.kind,
                counter,
                one.epoch,
                one.seq,
                one.business_day.0,
                one.list,
                one.discount,
                one.net
            ],
        )?;
    }
    Ok(())
}

/// One erasure, and who has still to do it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Standing {
    /// Its number.
    pub id: i64,
    /// Whom, by their hash.
    pub who: Digest,
    /// When.
    pub at: Moment,
    /// Counters that have given a receipt: `shop/counter`, and when the office had it.
    pub done: Vec<(String, Moment)>,
    /// Counters that have not, those that were shut out among them.
    pub open: Vec<String>,
}

impl Ledger {
    /// Erasures after one, the oldest first, so many as fit into an answer.
    ///
    /// # Errors
    /// When the database fails.
    pub fn erasures_after(&self, id: i64) -> Result<Vec<Erasure>, LedgerFault> {
        let sql = "SELECT id, who FROM erasure WHERE id > ? ORDER BY id LIMIT ?";
        let mut statement = self.connection.prepare_cached(sql)?;
        let most = i64::try_from(ERASURES_A_TIME).unwrap_or(i64::MAX);
        let rows = statement.query_map([id, most], |row| {
            Ok(Erasure { id: row.get(0)?, who: Digest::new(row.get_ref(1)?.as_str()?) })
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// The last thousand erasures with their receipts, the newest first.
    ///
    /// # Errors
    /// When the database fails.
    pub fn erasures(&self) -> Result<Vec<Standing>, LedgerFault> {
        let sql = "SELECT id, who, at FROM erasure ORDER BY id DESC LIMIT 1000";
        let mut statement = self.connection.prepare_cached(sql)?;
        let rows = statement.query_map([], |row| {
            Ok((row.get(0)?, Digest::new(row.get_ref(1)?.as_str()?), Moment(row.get(2)?)))
        })?;
        rows.map(|row| {
            let (id, who, at) = row?;
            self.with_receipts(Standing { id, who, at, done: Vec::new(), open: Vec::new() })
        })
        .collect()
    }

    fn with_receipts(&self, mut standing: Standing) -> Result<Standing, LedgerFault> {
        let sql = "SELECT c.shop || '/' || c.counter,
                (SELECT min(r.at) FROM erasure_receipt r WHERE r.counter = c.id AND r.upto >= ?)
            FROM counter c ORDER BY c.shop, c.counter";
        let mut statement = self.connection.prepare_cached(sql)?;
        let mut rows = statement.query([standing.id])?;
        while let Some(row) = rows.next()? {
            let counter: String = row.get(0)?;
            match row.get(1)? {
                Some(at) => standing.done.push((counter, Moment(at))),
                None => standing.open.push(counter),
            }
        }
        Ok(standing)
    }

    /// Takes what was freed out of the log as well; gives whether nobody's reading was in the way.
    ///
    /// # Errors
    /// When the database fails.
    pub fn empty_log(&mut self) -> Result<bool, LedgerFault> {
        let busy: i64 = self.connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| row.get(0))?;
        Ok(busy == 0)
    }
}
