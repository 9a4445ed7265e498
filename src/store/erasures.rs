//! Erasing customers: payload and salt of every record that names them go, and every row that leads to them. What
//! was sold stays, without whom it was sold to.

use super::{StoreFault, fault::unreadable, merges, neighbours, open::Store, setting, slack};
use crate::facts::id::{CustomerId, Digest};
use crate::facts::moment::BusinessDay;
use crate::wire::code::Pseudonym;
use crate::wire::erasure::{Erasure, Told, Untold, mention, who};
use crate::wire::record::kind;
use crate::wire::reply::Place;
use rusqlite::{Connection, OptionalExtension, Transaction, params};
use std::collections::{BTreeMap, BTreeSet};

const UPTO: &str = "erased";
/// `1` from an erasure until its bytes are overwritten.
const FREED: &str = "freed";

/// A customer of this counter who is to be erased.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Leaving {
    pub(crate) row: i64,
    /// The pseudonym.
    pub customer: CustomerId,
    id: i64,
}

/// Whom of them this counter knows, and which records name them up to a place.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Found {
    /// The customers.
    pub leaving: Vec<Leaving>,
    places: BTreeSet<Place>,
    end: Option<Place>,
    /// The last row of customers that was looked at; whoever came later is a newcomer.
    last_row: i64,
}

impl Store {
    /// The last erasure that was done here.
    ///
    /// # Errors
    /// When the database fails.
    pub fn erased_upto(&self) -> Result<i64, StoreFault> {
        let text = setting::read(&self.connection, UPTO)?;
        text.map_or(Ok(0), |text| text.parse().map_err(unreadable("erased")))
    }

    /// Whether this customer was erased.
    ///
    /// # Errors
    /// When the database fails.
    pub fn was_erased(&self, customer: &CustomerId) -> Result<bool, StoreFault> {
        was_erased(&self.connection, customer)
    }

    /// Looks for customers and records. Reads the whole series where one of them is known: to be called where no
    /// guest waits.
    ///
    /// # Errors
    /// When the database fails.
    pub fn find_erased(&self, erasures: &[Erasure]) -> Result<Found, StoreFault> {
        let last = "SELECT coalesce(max(id), 0) FROM customer";
        let last_row = self.connection.query_row(last, [], |row| row.get(0))?;
        let leaving = leaving(&self.connection, erasures, 0)?;
        let sql = "SELECT epoch, seq FROM record ORDER BY epoch DESC, seq DESC LIMIT 1";
        let read = |row: &rusqlite::Row<'_>| Ok(Place { epoch: row.get(0)?, seq: row.get(1)? });
        let end = self.connection.query_row(sql, [], read).optional()?;
        let places = places(&self.connection, &leaving, None)?;
        Ok(Found { leaving, places, end, last_row })
    }

    /// Those to be erased who became known here only after [`Store::find_erased`] had looked, with their records.
    ///
    /// # Errors
    /// When the database fails.
    pub fn find_newcomers(&self, erasures: &[Erasure], found: Found) -> Result<Found, StoreFault> {
        let newcomers = leaving(&self.connection, erasures, found.last_row)?;
        let mut found = found;
        found.places.extend(places(&self.connection, &newcomers, None)?);
        found.leaving.extend(newcomers);
        Ok(found)
    }

    /// Whether bytes of somebody who was erased may still stand in the file: somebody read, or the power went, when they were
    /// to be overwritten.
    ///
    /// # Errors
    /// When the database fails.
    pub fn has_freed(&self) -> Result<bool, StoreFault> {
        Ok(setting::read(&self.connection, FREED)?.is_some_and(|text| text == "1"))
    }

    /// Overwrites what was freed: what moved rows have left in the pages, and the log. While another connection reads that does
    /// not succeed; gives whether it has.
    ///
    /// # Errors
    /// When the database fails.
    pub fn overwrite_freed(&mut self) -> Result<bool, StoreFault> {
        slack::wipe(&mut self.connection)?;
        let busy: i64 = self.connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| row.get(0))?;
        if busy == 0 {
            self.change(|change| setting::write(change, FREED, "0"))?;
        }
        Ok(busy == 0)
    }
}

/// Whether this customer was erased.
///
/// # Errors
/// When the database fails.
pub fn was_erased(books: &Connection, customer: &CustomerId) -> Result<bool, StoreFault> {
    let sql = "SELECT 1 FROM erased WHERE who IN (?1, ?2)";
    // The office may know a guest of an older programme only by what a pass calls them.
    let by_pass = who(&Pseudonym::of(customer).customer());
    let names = [who(customer), by_pass];
    let found = books.prepare_cached(sql)?.query_row(names.each_ref().map(Digest::as_str), |_| Ok(()));
    Ok(found.optional()?.is_some())
}

/// Customers after a row who are to be erased.
fn leaving(books: &Connection, erasures: &[Erasure], after: i64) -> Result<Vec<Leaving>, StoreFault> {
    let wanted: BTreeMap<&Digest, i64> = erasures.iter().map(|erasure| (&erasure.who, erasure.id)).collect();
    let mut statement = books.prepare_cached("SELECT id, key FROM customer WHERE id > ?")?;
    let mut rows = statement.query([after])?;
    let mut leaving = Vec::new();
    while let Some(row) = rows.next()? {
        let customer = CustomerId::new(row.get_ref(1)?.as_str().map_err(unreadable("customer"))?);
        // The office may know a guest of an older programme only by what a pass calls them.
        let by_pass = Pseudonym::of(&customer).customer();
        let found = wanted.get(&who(&customer)).or_else(|| wanted.get(&who(&by_pass)));
        if let Some(id) = found {
            leaving.push(Leaving { row: row.get(0)?, customer, id: *id });
        }
    }
    Ok(leaving)
}

/// Records after a place whose payload names one of them.
fn places(
    books: &Connection,
    leaving: &[Leaving],
    after: Option<Place>,
) -> Result<BTreeSet<Place>, StoreFault> {
    let sql = "SELECT epoch, seq FROM record WHERE (epoch, seq) > (?1, ?2) AND instr(payload, ?3) > 0";
    let after = after.unwrap_or(Place { epoch: 0, seq: 0 });
    let mut statement = books.prepare_cached(sql)?;
    let mut places = BTreeSet::new();
    for one in leaving {
        let word = mention(one.customer.as_str());
        let rows = statement.query_map(params![after.epoch, after.seq, word.as_bytes()], |row| {
            Ok(Place { epoch: row.get(0)?, seq: row.get(1)? })
        })?;
        places.extend(rows.collect::<Result<Vec<_>, _>>()?);
    }
    Ok(places)
}

/// What erasing did.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Erased {
    /// Records whose payload was emptied.
    pub records: u64,
    /// Those of them that the books need and the office had not heard of.
    pub untold: Vec<Untold>,
}

/// Erases: what was found, and what was written since it was looked for.
///
/// # Errors
/// When the database fails.
pub fn erase(change: &Transaction<'_>, erasures: &[Erasure], found: &Found) -> Result<Erased, StoreFault> {
    let mut erased = Erased::default();
    let since = places(change, &found.leaving, found.end)?;
    for place in found.places.union(&since) {
        erased.untold.extend(untold(change, *place)?);
        let sql = "UPDATE record SET payload = NULL, salt = NULL WHERE epoch = ? AND seq = ? AND payload IS NOT NULL";
        erased.records += change.prepare_cached(sql)?.execute([place.epoch, place.seq])? as u64;
    }
    for one in &found.leaving {
        forget(change, one)?;
    }
    for Erasure { id, who } in erasures {
        let sql = "INSERT INTO erased (who, id) VALUES (?, ?) ON CONFLICT DO NOTHING";
        change.prepare_cached(sql)?.execute(params![who.as_str(), id])?;
    }
    merges::forget(change, erasures)?;
    neighbours::empty_copies(change)?;
    if let Some(last) = erasures.iter().map(|erasure| erasure.id).max() {
        setting::write(change, UPTO, &last.to_string())?;
    }
    setting::write(change, FREED, "1")?;
    Ok(erased)
}

/// What the books need of a sale or refund that still waits for the office.
fn untold(change: &Transaction<'_>, place: Place) -> Result<Option<Untold>, StoreFault> {
    let sql = "SELECT r.kind, r.business_day, r.payload FROM record r JOIN outbox o ON o.epoch = r.epoch AND o.seq = r.seq
        WHERE r.epoch = ? AND r.seq = ? AND r.payload IS NOT NULL";
    let read = |row: &rusqlite::Row<'_>| {
        Ok((row.get::<_, String>(0)?, BusinessDay(row.get(1)?), row.get::<_, Vec<u8>>(2)?))
    };
    let row = change.prepare_cached(sql)?.query_row([place.epoch, place.seq], read).optional()?;
    let Some((kind, business_day, payload)) = row else { return Ok(None) };
    if ![kind::SALE, kind::REFUND].contains(&kind.as_str()) {
        return Ok(None);
    }
    let Ok(told) = serde_json::from_slice::<Told>(&payload) else { return Ok(None) };
    let (charged, original) = (told.is_charged(), told.original.clone());
    let Some((receipt, [list, discount, net])) = told.sums(kind == kind::REFUND) else { return Ok(None) };
    let Place { epoch, seq } = place;
    Ok(Some(Untold { epoch, seq, kind, receipt, business_day, list, discount, net, charged, original }))
}

/// Rows that lead to a customer, in an order that leaves no row pointing at nothing.
const FORGET: [&str; 11] = [
    "DELETE FROM printed_code WHERE customer = ?",
    "DELETE FROM customer_number WHERE customer = ?",
    "DELETE FROM guest_base WHERE customer = ?",
    "DELETE FROM card WHERE customer = ?",
    "DELETE FROM cap_use WHERE customer = ?",
    "DELETE FROM assignment WHERE customer = ?",
    "DELETE FROM promise WHERE customer = ?",
    "DELETE FROM carried WHERE customer = ?",
    "DELETE FROM paid_out WHERE customer = ?",
    "UPDATE lease_use SET customer = NULL WHERE customer = ?",
    // What staff had of a day's allowance is a sum for each of them; it stays one without a name.
    "UPDATE purchase SET customer = NULL WHERE customer = ? AND kind <> 'staff'",
];

fn forget(change: &Transaction<'_>, one: &Leaving) -> Result<(), StoreFault> {
    for sql in FORGET {
        change.prepare_cached(sql)?.execute([one.row])?;
    }
    let pseudonym = Pseudonym::of(&one.customer);
    change.execute("DELETE FROM blank_membership WHERE pseudonym = ?", [pseudonym.0.as_slice()])?;
    let sql = "DELETE FROM customer WHERE id = ? AND NOT EXISTS (SELECT 1 FROM purchase WHERE customer = ?1)";
    if change.execute(sql, [one.row])? == 0 {
        let sql =
            "UPDATE customer SET key = ?, consent = 0, features = NULL, segment = 'new', source = 'erased'
            WHERE id = ?";
        change.execute(sql, params![format!("erased-{}", one.id), one.row])?;
    }
    Ok(())
}

/// Open charges, and their bodies.
///
/// # Errors
/// When the database fails.
pub fn open_bodies(change: &Transaction<'_>) -> Result<Vec<(String, String)>, StoreFault> {
    let mut statement = change.prepare_cached("SELECT receipt, body FROM charge WHERE body <> ''")?;
    let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(rows.collect::<Result<Vec<_>, _>>()?)
}

/// Replaces the body of an open charge.
///
/// # Errors
/// When the database fails.
pub fn replace_body(change: &Transaction<'_>, receipt: &str, body: &str) -> Result<(), StoreFault> {
    change.prepare_cached("UPDATE charge SET body = ? WHERE receipt = ?")?.execute([body, receipt])?;
    Ok(())
}
