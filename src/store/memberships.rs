//! Who stands behind a pseudonym, a short code's number or a blank membership.

use super::codes::array;
use super::customers::Known;
use super::{StoreFault, open::Store};
use crate::facts::id::CustomerId;
use crate::facts::moment::{BusinessDay, Moment};
use crate::wire::code::{Pseudonym, short};
use rusqlite::{OptionalExtension, Transaction, params};

/// A blank membership that is left, with the secret that the guest will get.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BlankLeft {
    /// Whose it will be.
    pub pseudonym: Pseudonym,
    /// The signed membership.
    pub signed: Vec<u8>,
    /// What claims it.
    pub secret: [u8; 16],
}

impl Store {
    /// The customer behind a pseudonym.
    ///
    /// # Errors
    /// When the database fails.
    pub fn customer_by_pseudonym(&mut self, pseudonym: Pseudonym) -> Result<Option<Known>, StoreFault> {
        if let Some(known) = self.customer(&pseudonym.customer())? {
            return Ok(Some(known));
        }
        let named = self.customers_by_number(short::number(pseudonym))?;
        Ok(named.into_iter().find(|known| Pseudonym::of(&known.customer.id) == pseudonym))
    }

    /// Customers with this number of a short code: nobody, one, rarely more.
    ///
    /// # Errors
    /// When the database fails.
    pub fn customers_by_number(&mut self, number: u32) -> Result<Vec<Known>, StoreFault> {
        self.number_customers()?;
        let sql = "SELECT c.key FROM customer_number n JOIN customer c ON c.id = n.customer
            WHERE n.number = ? ORDER BY c.id";
        let mut statement = self.connection.prepare_cached(sql)?;
        let ids = statement.query_map([number], |row| row.get(0))?.collect::<Result<Vec<String>, _>>()?;
        ids.into_iter().filter_map(|id| self.customer(&CustomerId::new(id)).transpose()).collect()
    }

    /// Numbers customers that have none yet. A million of them take seconds, once; after that only new ones.
    fn number_customers(&mut self) -> Result<(), StoreFault> {
        let newest = "SELECT (SELECT coalesce(max(id), 0) FROM customer), (SELECT coalesce(max(customer), 0) FROM customer_number)";
        let (newest, numbered): (i64, i64) =
            self.connection.prepare_cached(newest)?.query_row([], |row| Ok((row.get(0)?, row.get(1)?)))?;
        if newest == numbered {
            return Ok(());
        }
        self.change(|change| {
            let mut customers = change.prepare_cached("SELECT id, key FROM customer WHERE id > ?")?;
            let mut add =
                change.prepare_cached("INSERT INTO customer_number (customer, number) VALUES (?, ?)")?;
            let mut rows = customers.query([numbered])?;
            while let Some(row) = rows.next()? {
                let key: String = row.get(1)?;
                let number = short::number(Pseudonym::of(&CustomerId::new(key)));
                add.execute(params![row.get::<_, i64>(0)?, number])?;
            }
            Ok(())
        })
    }

    /// Ids of guests who have bought here from this day on.
    ///
    /// # Errors
    /// When the database fails.
    pub fn guests_since(&self, day: BusinessDay) -> Result<Vec<CustomerId>, StoreFault> {
        let sql = "SELECT DISTINCT c.key FROM purchase p JOIN customer c ON c.id = p.customer
            WHERE p.business_day >= ? AND p.kind = 'sale'";
        let mut statement = self.connection.prepare_cached(sql)?;
        let ids = statement.query_map([day.0], |row| row.get::<_, String>(0))?;
        ids.map(|id| Ok(CustomerId::new(id?))).collect()
    }

    /// A blank membership that is left, if any.
    ///
    /// # Errors
    /// When the database fails or it is damaged.
    pub fn blank_left(&self) -> Result<Option<BlankLeft>, StoreFault> {
        let sql = "SELECT pseudonym, signed, secret FROM blank_membership WHERE given IS NULL AND secret IS NOT NULL
            ORDER BY pseudonym LIMIT 1";
        let row = self.connection.prepare_cached(sql)?.query_row([], |row| {
            Ok((row.get::<_, Vec<u8>>(0)?, row.get::<_, Vec<u8>>(1)?, row.get::<_, Vec<u8>>(2)?))
        });
        let Some((pseudonym, signed, secret)) = row.optional()? else { return Ok(None) };
        Ok(Some(BlankLeft { pseudonym: Pseudonym(array(pseudonym)?), signed, secret: array(secret)? }))
    }

    /// How many blank memberships are left.
    ///
    /// # Errors
    /// When the database fails.
    pub fn blanks_left(&self) -> Result<u64, StoreFault> {
        let sql = "SELECT count(*) FROM blank_membership WHERE given IS NULL";
        let left: i64 = self.connection.query_row(sql, [], |row| row.get(0))?;
        Ok(left.unsigned_abs())
    }
}

/// Keeps a blank membership.
///
/// # Errors
/// When the database fails.
pub fn add_blank(change: &Transaction<'_>, blank: &BlankLeft) -> Result<(), StoreFault> {
    let sql =
        "INSERT INTO blank_membership (pseudonym, signed, secret) VALUES (?, ?, ?) ON CONFLICT DO NOTHING";
    change.execute(sql, params![blank.pseudonym.0.as_slice(), blank.signed, blank.secret.as_slice()])?;
    Ok(())
}

/// A blank membership is given away, or can be given to nobody: its secret is forgotten.
///
/// # Errors
/// When the database fails.
pub fn spend_blank(change: &Transaction<'_>, pseudonym: Pseudonym, at: Moment) -> Result<(), StoreFault> {
    let sql = "UPDATE blank_membership SET given = ?, secret = NULL WHERE pseudonym = ?";
    change.execute(sql, params![at.0, pseudonym.0.as_slice()])?;
    Ok(())
}
