//! Erasing a customer: payload and salt of every record that names them go, and a hash stays by which every counter
//! finds whom to erase. A counter that has not done so yet is sent back before it may send anything.

use super::{
    append::alarm,
    backup::beyond,
    carried,
    counters::State,
    fault::LedgerFault,
    noted,
    open::{Ledger, set},
    payload, receipts,
};
use kava::{
    facts::{
        id::{CustomerId, Digest},
        moment::Moment,
    },
    wire::{
        code::Pseudonym,
        erasure::{ERASURES_A_TIME, Erasure, Receipt, mention, who},
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

/// The newest erasure of which a counter has told although this ledger does not know it.
const HEARD: &str = "erasures_heard";
/// `1` from an erasure until its bytes are overwritten, see `sweep`.
pub(super) const FREED: &str = "freed";
/// Numbers up to here are not given any more.
const TAKEN: &str = "erasures_taken";

/// Erases a customer from the ledger, under every name it knows them by, and lets every counter know. Twice is the same as
/// once. What other rooms know of them is theirs to forget, in the same transaction. The bytes are gone only after
/// [`Ledger::overwrite_freed`].
///
/// # Errors
/// When the database fails.
pub fn erase(change: &Transaction<'_>, customer: &CustomerId, now: Moment) -> Result<Erased, LedgerFault> {
    let mut erased = Erased::default();
    for name in noted::names(change, customer)? {
        if !was_erased(change, &name)? {
            let id = newest(change)?.max(number(change, HEARD)?).max(number(change, TAKEN)?) + 1;
            let sql = "INSERT INTO erasure (id, who, at) VALUES (?, ?, ?)";
            change.execute(sql, params![id, who(&name).as_str(), now.0])?;
        }
        empty(change, &name, &mut erased)?;
        let sql = "DELETE FROM other_name WHERE pseudonym = ? OR customer = ?";
        change.execute(sql, params![Pseudonym::of(&name).0.as_slice(), name.as_str()])?;
    }
    set(change, FREED, "1")?;
    Ok(Erased { upto: newest(change)?, ..erased })
}

/// Empties what names somebody by one name.
fn empty(change: &Transaction<'_>, name: &CustomerId, erased: &mut Erased) -> Result<(), LedgerFault> {
    let word = mention(name.as_str());
    // A refund is noted with the guest of its sale, and names nobody itself.
    let sql = "UPDATE record SET payload = NULL, salt = NULL WHERE payload IS NOT NULL
        AND (counter, epoch, seq) IN (SELECT counter, epoch, seq FROM of_customer WHERE customer = ?1)
        AND (kind <> 'refund' OR instr(payload, ?2) > 0)";
    erased.records += change.execute(sql, params![name.as_str(), word.as_bytes()])? as u64;
    change.execute("DELETE FROM of_customer WHERE customer = ?", [name.as_str()])?;
    carried::forget(change, name)?;
    // A line as it came has the payload as text in a text.
    let quoted = serde_json::to_string(&word).unwrap_or_default();
    let inner = quoted.trim_matches('"');
    let sql = "UPDATE dead_letter SET body = '' WHERE instr(body, ?) > 0 OR instr(body, ?) > 0";
    erased.dead += change.execute(sql, [word.as_str(), inner])? as u64;
    Ok(())
}

/// The newest erasure; zero when there is none.
pub(super) fn newest(books: &Connection) -> Result<i64, LedgerFault> {
    let sql = "SELECT coalesce(max(id), 0) FROM erasure";
    Ok(books.prepare_cached(sql)?.query_row([], |row| row.get(0))?)
}

/// Whether this customer was erased.
///
/// # Errors
/// When the database fails.
pub fn was_erased(books: &Connection, customer: &CustomerId) -> Result<bool, LedgerFault> {
    let sql = "SELECT EXISTS (SELECT 1 FROM erasure WHERE who = ?)";
    Ok(books.prepare_cached(sql)?.query_row([who(customer).as_str()], |row| row.get(0))?)
}

pub(super) fn number(books: &Connection, key: &str) -> Result<i64, LedgerFault> {
    let sql = "SELECT CAST(value AS INTEGER) FROM setting WHERE key = ?";
    Ok(books.prepare_cached(sql)?.query_row([key], |row| row.get(0)).optional()?.unwrap_or(0))
}

/// Whether a counter has done an erasure of which this ledger knows nothing and nobody has told yet.
fn is_news(books: &Connection, done: i64) -> Result<bool, LedgerFault> {
    let sql = "SELECT NOT EXISTS (SELECT 1 FROM erasure WHERE id = ?)";
    let is_unknown: bool = books.prepare_cached(sql)?.query_row([done], |row| row.get(0))?;
    Ok(done > 0 && is_unknown && done > number(books, HEARD)?)
}

/// Hears which erasure a counter has done last. One that is unknown here was given after the backup that was put back:
/// no other may have its number, and a person must give it again.
///
/// # Errors
/// When the database fails.
pub fn hear(change: &Transaction<'_>, counter: i64, done: i64, now: Moment) -> Result<(), LedgerFault> {
    if !is_news(change, done)? {
        return Ok(());
    }
    if done > beyond(newest(change)?.max(number(change, TAKEN)?), now) {
        let text = format!("it says that it has done erasure {done}, which no office has given; look at it");
        return alarm(change, Some(counter), ("erasure_unheard_of", &text), now);
    }
    set(change, HEARD, &done.to_string())?;
    let sql = "SELECT coalesce(max(id), 0) FROM erasure WHERE id < ?";
    let known: i64 = change.query_row(sql, [done], |row| row.get(0))?;
    let text = format!(
        "it has done erasure {done}, this ledger knows them up to {known}: what was erased since the backup was made \
         is here again; erase it again with `kava-sync erase`"
    );
    alarm(change, Some(counter), ("erasures_lost", &text), now)
}

/// Notes a counter's receipt for what it erased.
pub(super) fn note(
    change: &Transaction<'_>,
    counter: i64,
    record: &Record,
    now: Moment,
) -> Result<(), LedgerFault> {
    let Some(receipt) = payload::read::<Receipt>(record, kind::ERASED) else { return Ok(()) };
    hear(change, counter, receipt.upto, now)?;
    let sql = "INSERT INTO erasure_receipt (counter, upto, at) VALUES (?, ?, ?) ON CONFLICT DO NOTHING";
    change.execute(sql, params![counter, receipt.upto, now.0])?;
    for one in &receipt.untold {
        receipts::keep(change, counter, one)?;
    }
    Ok(())
}

/// One erasure, and who has still to do it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ErasureShown {
    /// Its number.
    pub id: i64,
    /// Whom, by their hash.
    pub who: Digest,
    /// When.
    pub at: Moment,
    /// Counters that have given a receipt: `shop/counter`, and when the office had it.
    pub done: Vec<(String, Moment)>,
    /// Counters that have not.
    pub open: Vec<String>,
    /// Counters that have not and were shut out: nothing is heard of them, and whoever lets one in again is told first.
    pub out: Vec<String>,
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
    pub fn erasures(&self) -> Result<Vec<ErasureShown>, LedgerFault> {
        let sql = "SELECT id, who, at FROM erasure ORDER BY id DESC LIMIT 1000";
        let mut statement = self.connection.prepare_cached(sql)?;
        let rows = statement.query_map([], |row| {
            Ok((row.get(0)?, Digest::new(row.get_ref(1)?.as_str()?), Moment(row.get(2)?)))
        })?;
        rows.map(|row| {
            let (id, who, at) = row?;
            self.with_receipts(ErasureShown {
                id,
                who,
                at,
                done: Vec::new(),
                open: Vec::new(),
                out: Vec::new(),
            })
        })
        .collect()
    }

    fn with_receipts(&self, mut shown: ErasureShown) -> Result<ErasureShown, LedgerFault> {
        let sql = "SELECT c.shop || '/' || c.counter, c.state,
                (SELECT min(r.at) FROM erasure_receipt r WHERE r.counter = c.id AND r.upto >= ?)
            FROM counter c ORDER BY c.shop, c.counter";
        let mut statement = self.connection.prepare_cached(sql)?;
        let mut rows = statement.query([shown.id])?;
        while let Some(row) = rows.next()? {
            let counter: String = row.get(0)?;
            let is_out = State::read(&row.get::<_, String>(1)?) == State::Revoked;
            match row.get(2)? {
                Some(at) => shown.done.push((counter, Moment(at))),
                None if is_out => shown.out.push(counter),
                None => shown.open.push(counter),
            }
        }
        Ok(shown)
    }

    /// Whether somebody must hear that a counter has done this erasure: see [`hear`].
    ///
    /// # Errors
    /// When the database fails.
    pub fn is_lost_erasure(&self, done: i64) -> Result<bool, LedgerFault> {
        is_news(&self.connection, done)
    }

    /// Leaves out the numbers of erasures that may have been given after this backup was made.
    pub(super) fn leave_out_erasures(&mut self, now: Moment) -> Result<(), LedgerFault> {
        self.change(|change| {
            let last = newest(change)?.max(number(change, HEARD)?).max(number(change, TAKEN)?);
            set(change, TAKEN, &beyond(last, now).to_string())
        })
    }
}
