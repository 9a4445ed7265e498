//! Guests who turned out to be one: what leads to the one leads to the other from now on. The row of the first stays, so that
//! an erasure finds what records say of it.

use super::{StoreFault, customers::consent_bits, fault::unreadable, open::Store, setting};
use crate::facts::customer::Consent;
use crate::facts::id::CustomerId;
use crate::facts::moment::BusinessDay;
use crate::wire::code::Pseudonym;
use crate::wire::erasure::{Erasure, who};
use crate::wire::merge::Merge;
use rusqlite::{Connection, OptionalExtension, Transaction, params};
use std::collections::{BTreeMap, BTreeSet};

const UPTO: &str = "merged";

/// What leads from the first row to somebody, in an order that leaves no row pointing at nothing. `?1` is whose it becomes.
const MOVE: [&str; 12] = [
    "UPDATE printed_code SET customer = ?1 WHERE customer = ?2",
    "UPDATE card SET customer = ?1 WHERE customer = ?2",
    "UPDATE cap_use SET customer = ?1 WHERE customer = ?2",
    "UPDATE lease_use SET customer = ?1 WHERE customer = ?2",
    "UPDATE paid_out SET customer = ?1 WHERE customer = ?2",
    "UPDATE carried SET amount = amount + (SELECT b.amount FROM carried b WHERE b.customer = ?2
        AND b.source = carried.source AND b.kind = carried.kind)
        WHERE customer = ?1 AND EXISTS (SELECT 1 FROM carried b WHERE b.customer = ?2
        AND b.source = carried.source AND b.kind = carried.kind)",
    "INSERT OR IGNORE INTO carried SELECT ?1, source, kind, amount, told FROM carried WHERE customer = ?2",
    "INSERT INTO promise SELECT ?1, depth_bp, until, source FROM promise WHERE customer = ?2
        ON CONFLICT (customer) DO UPDATE SET depth_bp = excluded.depth_bp, until = excluded.until, source = excluded.source
        WHERE (excluded.depth_bp, excluded.until) > (depth_bp, until)",
    "INSERT OR IGNORE INTO guest_base SELECT ?1, issued, body FROM guest_base WHERE customer = ?2",
    "INSERT OR IGNORE INTO assignment SELECT ?1, from_day, body FROM assignment WHERE customer = ?2
        AND NOT EXISTS (SELECT 1 FROM assignment WHERE customer = ?1)",
    "UPDATE purchase SET customer = ?1 WHERE customer = ?2",
    "UPDATE customer SET features = NULL, segment = 'new' WHERE id = ?2 AND ?1 <> ?2",
];
/// What stays of the first row is nothing.
const LEAVE: [&str; 4] = [
    "DELETE FROM carried WHERE customer = ?",
    "DELETE FROM promise WHERE customer = ?",
    "DELETE FROM guest_base WHERE customer = ?",
    "DELETE FROM assignment WHERE customer = ?",
];

/// A customer's row and key.
type Place = (i64, String);

/// Whose name this is now, where it is another one's.
///
/// # Errors
/// When the database fails.
pub fn now(books: &Connection, name: &str) -> Result<Option<String>, StoreFault> {
    let sql = "SELECT into_name FROM merged WHERE name = ?";
    Ok(books.prepare_cached(sql)?.query_row([name], |row| row.get(0)).optional()?)
}

impl Store {
    /// The last merge that was done here.
    ///
    /// # Errors
    /// When the database fails.
    pub fn merged_upto(&self) -> Result<i64, StoreFault> {
        let text = setting::read(&self.connection, UPTO)?;
        text.map_or(Ok(0), |text| text.parse().map_err(unreadable("merged")))
    }

    /// The row to which a row's guest belongs now.
    ///
    /// # Errors
    /// When the database fails.
    pub fn row_now(&self, row: i64) -> Result<i64, StoreFault> {
        let sql = "SELECT i.id FROM customer c JOIN merged m ON m.name = c.key JOIN customer i ON i.key = m.into_name
            WHERE c.id = ?";
        let found = self.connection.prepare_cached(sql)?.query_row([row], |row| row.get(0)).optional()?;
        Ok(found.unwrap_or(row))
    }
}

/// Merges; gives the rows of those whose visits are others now.
///
/// # Errors
/// When the database fails.
pub fn merge(
    change: &Transaction<'_>,
    merges: &[Merge],
    day: BusinessDay,
) -> Result<BTreeSet<i64>, StoreFault> {
    let mut known = known(change, merges)?;
    let mut moved = BTreeSet::new();
    for one in merges {
        let from = known.get(one.name.as_str()).cloned();
        let into = match (known.get(one.into.as_str()).cloned(), &from) {
            (Some(into), _) => Some(into),
            (None, Some(from)) => {
                let made = joins(change, from, &one.into)?;
                known.insert(one.into.to_string(), made.clone());
                Some(made)
            }
            (None, None) => None,
        };
        let into_key = into.as_ref().map_or(one.into.as_str(), |(_, key)| key.as_str());
        note(change, one, (one.name.as_str(), into_key), day)?;
        let (Some(from), Some(into)) = (from, &into) else { continue };
        if from.0 == into.0 {
            continue;
        }
        note(change, one, (&from.1, &into.1), day)?;
        consent(change, one, (from.0, into.0))?;
        for sql in MOVE {
            change.prepare_cached(sql)?.execute([into.0, from.0])?;
        }
        for sql in LEAVE {
            change.prepare_cached(sql)?.execute([from.0])?;
        }
        moved.insert(into.0);
    }
    if let Some(last) = merges.iter().map(|one| one.id).max() {
        setting::write(change, UPTO, &last.to_string())?;
    }
    Ok(moved)
}

/// Customers whom these merges name, by the name that is used of them.
fn known(books: &Connection, merges: &[Merge]) -> Result<BTreeMap<String, Place>, StoreFault> {
    let wanted: BTreeSet<&str> =
        merges.iter().flat_map(|one| [one.name.as_str(), one.into.as_str()]).collect();
    let mut statement = books.prepare_cached("SELECT id, key FROM customer")?;
    let mut rows = statement.query([])?;
    let mut known = BTreeMap::new();
    while let Some(row) = rows.next()? {
        let (id, key): Place = (row.get(0)?, row.get(1)?);
        // The office may know a guest of an older programme only by what a pass calls them.
        let by_pass = Pseudonym::of(&CustomerId::new(&key)).customer();
        for name in [key.as_str(), by_pass.as_str()] {
            if wanted.contains(name) {
                known.insert(name.to_owned(), (id, key.clone()));
            }
        }
    }
    Ok(known)
}

/// Somebody who was not known here comes with what is known of the other.
fn joins(change: &Transaction<'_>, (row, _): &Place, name: &CustomerId) -> Result<Place, StoreFault> {
    let sql = "INSERT INTO customer (key, consent, registered, source)
        SELECT ?, consent, registered, 'merged' FROM customer WHERE id = ?";
    let made = change.prepare_cached(sql)?.insert(params![name.as_str(), row])?;
    Ok((made, name.to_string()))
}

/// From now on the name leads to the other, and so does what led to the name.
fn note(
    change: &Transaction<'_>,
    one: &Merge,
    (name, into): (&str, &str),
    day: BusinessDay,
) -> Result<(), StoreFault> {
    if name == into {
        return Ok(());
    }
    change.prepare_cached("DELETE FROM merged WHERE name = ?")?.execute([into])?;
    change
        .prepare_cached("UPDATE merged SET into_name = ?, day = ? WHERE into_name = ?")?
        .execute(params![into, day.0, name])?;
    let sql = "INSERT INTO merged (name, into_name, id, day) VALUES (?, ?, ?, ?)
        ON CONFLICT (name) DO UPDATE SET into_name = excluded.into_name, id = excluded.id, day = excluded.day";
    change.prepare_cached(sql)?.execute(params![name, into, one.id, day.0])?;
    Ok(())
}

/// The narrower consent of both holds, unless the guest has said what they agree to.
fn consent(change: &Transaction<'_>, one: &Merge, (from, into): (i64, i64)) -> Result<(), StoreFault> {
    let said =
        one.consent.as_ref().and_then(|codes| Consent::from_codes(codes.iter().map(String::as_str)).ok());
    let said = said.map(consent_bits);
    if one.confirmed {
        let Some(bits) = said else { return Ok(()) };
        change.execute("UPDATE customer SET consent = ? WHERE id = ?", [bits, into])?;
        return Ok(());
    }
    let sql = "UPDATE customer SET consent = consent & ?1 & (SELECT consent FROM customer WHERE id = ?2) WHERE id = ?3";
    change.execute(sql, [said.unwrap_or(i64::MAX), from, into])?;
    Ok(())
}

/// Names of somebody who was erased are nobody's.
///
/// # Errors
/// When the database fails.
pub fn forget(change: &Transaction<'_>, erasures: &[Erasure]) -> Result<(), StoreFault> {
    let erased: BTreeSet<&str> = erasures.iter().map(|erasure| erasure.who.as_str()).collect();
    let mut statement = change.prepare_cached("SELECT name, into_name FROM merged")?;
    let pairs = statement.query_map([], |row| Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?)))?;
    let is_erased = |name: &str| erased.contains(who(&CustomerId::new(name)).as_str());
    for pair in pairs.collect::<Result<Vec<_>, _>>()? {
        if is_erased(&pair.0) || is_erased(&pair.1) {
            change.prepare_cached("DELETE FROM merged WHERE name = ?")?.execute([&pair.0])?;
        }
    }
    Ok(())
}
