//! Customers: who stands behind a code, what is remembered of them.

use super::{StoreFault, fault::unreadable, merges, open::Store, visits};
use crate::facts::basket::Quantity;
use crate::facts::customer::{Consent, Customer, Features};
use crate::facts::id::{CustomerId, OfferId, Sku};
use crate::facts::moment::{BusinessDay, Moment};
use crate::facts::money::Money;
use crate::facts::offer::Card;
use crate::facts::policy::Policy;
use crate::steps::guard::CapsLeft;
use crate::steps::taste::{PastLine, score::VISITS_REMEMBERED};
use rusqlite::{OptionalExtension, Row, Transaction, params};

/// A customer with everything greet needs.
#[derive(Debug, Clone)]
pub struct Known {
    /// Row of the customer.
    pub row: i64,
    /// Who.
    pub customer: Customer,
    /// Folded from visits.
    pub features: Features,
    /// Segment after the last visit.
    pub segment: String,
}

const SELECT: &str = "SELECT c.id, c.key, c.consent, c.registered, c.features, c.segment FROM customer c";

impl Store {
    /// The customer with this pseudonym.
    ///
    /// # Errors
    /// When the row cannot be read.
    pub fn customer(&self, id: &CustomerId) -> Result<Option<Known>, StoreFault> {
        let name = merges::now(&self.connection, id.as_str())?;
        self.known(&format!("{SELECT} WHERE c.key = ?"), name.as_deref().unwrap_or(id.as_str()))
    }

    /// The customer behind the digits of a printed card.
    ///
    /// # Errors
    /// When the row cannot be read.
    pub fn customer_by_code(&self, digits: &str) -> Result<Option<Known>, StoreFault> {
        self.known(&format!("{SELECT} JOIN printed_code p ON p.customer = c.id WHERE p.code = ?"), digits)
    }

    fn known(&self, sql: &str, key: &str) -> Result<Option<Known>, StoreFault> {
        let row =
            self.connection.prepare_cached(sql)?.query_row([key], |row| Ok(read_known(row))).optional()?;
        let known = row.transpose()?;
        let Some(found) = &known else { return Ok(None) };
        match merges::now(&self.connection, found.customer.id.as_str())? {
            Some(into) => self.customer(&CustomerId::new(into)),
            None => Ok(known),
        }
    }

    /// Lines of the customer's last visits, oldest first, as taste reads them.
    ///
    /// # Errors
    /// When the database fails.
    pub fn past_lines(&self, customer: i64) -> Result<Vec<PastLine>, StoreFault> {
        let mut extras = self.connection.prepare_cached(
            "SELECT v.sku, e.qty FROM purchase_extra e JOIN product_version v ON v.id = e.version
             WHERE e.purchase = ? AND e.line = ? ORDER BY e.nth",
        )?;
        let mut lines = self.connection.prepare_cached(
            "WITH last AS (SELECT id, row_number() OVER (ORDER BY at, id) AS visit FROM (
                 SELECT id, at FROM purchase WHERE customer = ?1 AND kind = 'sale' ORDER BY at DESC, id DESC LIMIT ?2))
             SELECT last.visit, l.purchase, l.line, v.sku, l.qty FROM last
             JOIN purchase_line l ON l.purchase = last.id JOIN product_version v ON v.id = l.version
             ORDER BY last.visit, l.line",
        )?;
        let mut rows = lines.query(params![customer, VISITS_REMEMBERED])?;
        let mut past = Vec::new();
        while let Some(row) = rows.next()? {
            let with = extras
                .query_map(params![row.get::<_, i64>(1)?, row.get::<_, i64>(2)?], |extra| {
                    Ok((Sku::new(extra.get_ref(0)?.as_str()?), Quantity(extra.get(1)?)))
                })?
                .collect::<Result<Vec<_>, _>>()?;
            past.push(PastLine {
                visit: row.get(0)?,
                sku: Sku::new(row.get_ref(3)?.as_str().map_err(unreadable("sku"))?),
                extras: with,
                qty: Quantity(row.get(4)?),
            });
        }
        Ok(past)
    }

    /// Cards of the customer that are good at this moment, the soonest to end first.
    ///
    /// # Errors
    /// When a card cannot be read.
    pub fn cards(&self, customer: i64, at: Moment) -> Result<Vec<Card>, StoreFault> {
        let sql = "SELECT body FROM card WHERE customer = ?1 AND used_by IS NULL AND valid_from <= ?2 AND valid_to > ?2
            ORDER BY valid_to, id";
        let mut statement = self.connection.prepare_cached(sql)?;
        let bodies = statement.query_map(params![customer, at.0], |row| row.get::<_, String>(0))?;
        bodies.map(|body| serde_json::from_str(&body?).map_err(unreadable("card"))).collect()
    }

    /// Whether a card is kept here, used or not.
    ///
    /// # Errors
    /// When the database fails.
    pub fn knows_card(&self, card: &OfferId) -> Result<bool, StoreFault> {
        let sql = "SELECT EXISTS (SELECT 1 FROM card WHERE id = ?)";
        Ok(self.connection.prepare_cached(sql)?.query_row([card.as_str()], |row| row.get(0))?)
    }

    /// What the customer has left of the day's caps.
    ///
    /// # Errors
    /// When the database fails.
    pub fn caps_left(
        &self,
        customer: i64,
        day: BusinessDay,
        policy: &Policy,
    ) -> Result<CapsLeft, StoreFault> {
        // Days of caps never move backwards: what was used on a later day counts, should the clock jump back.
        let sql = "SELECT count(*), coalesce(sum(discount), 0) FROM cap_use WHERE customer = ?1 AND discount > 0
            AND business_day = (SELECT max(?2, coalesce(max(business_day), ?2)) FROM cap_use WHERE customer = ?1)";
        let (receipts, discount): (u32, i64) = self
            .connection
            .prepare_cached(sql)?
            .query_row(params![customer, day.0], |row| Ok((row.get(0)?, row.get(1)?)))?;
        Ok(CapsLeft {
            receipts: policy.caps.receipts_per_day.saturating_sub(receipts),
            discount: policy.caps.discount_minor_per_day.minus(Money(discount)),
        })
    }

    /// What one of the staff has left of the day's allowance; those who show no code share one.
    ///
    /// # Errors
    /// When the database fails.
    pub fn staff_left(
        &self,
        customer: Option<i64>,
        day: BusinessDay,
        policy: &Policy,
    ) -> Result<CapsLeft, StoreFault> {
        let sql = "SELECT coalesce(sum(p.discount - (SELECT coalesce(sum(l.discount), 0)
                FROM refund r JOIN refund_line l ON l.refund = r.id WHERE r.purchase = p.id)), 0)
            FROM purchase p WHERE p.kind = 'staff' AND p.business_day = ? AND p.customer IS ?";
        let used: i64 =
            self.connection.prepare_cached(sql)?.query_row(params![day.0, customer], |row| row.get(0))?;
        let discount = policy.staff_day_minor.minus(Money(used)).max(Money::ZERO);
        Ok(CapsLeft { discount, ..CapsLeft::whole(policy) })
    }

    /// The number of a day among the shop's open days.
    ///
    /// # Errors
    /// When the database fails.
    pub fn open_day_number(&self, day: BusinessDay) -> Result<i32, StoreFault> {
        Ok(visits::shop_day(&self.connection, day)?.number)
    }
}

/// Adds a customer; gives their row. The same pseudonym twice is one customer.
///
/// # Errors
/// When the database fails.
pub fn add_customer(change: &Transaction<'_>, customer: &Customer, source: &str) -> Result<i64, StoreFault> {
    let merged = merges::now(change, customer.id.as_str())?;
    let key = merged.as_deref().unwrap_or(customer.id.as_str());
    let sql = "INSERT INTO customer (key, consent, registered, source) VALUES (?, ?, ?, ?) ON CONFLICT (key) DO NOTHING";
    change.prepare_cached(sql)?.execute(params![
        key,
        consent_bits(customer.consent),
        customer.registered.0,
        source
    ])?;
    let find = "SELECT id FROM customer WHERE key = ?";
    Ok(change.prepare_cached(find)?.query_row([key], |row| row.get(0))?)
}

/// Ties the digits of a printed card to a customer.
///
/// # Errors
/// When the digits belong to somebody already.
pub fn add_printed_code(change: &Transaction<'_>, digits: &str, customer: i64) -> Result<(), StoreFault> {
    change
        .prepare_cached("INSERT INTO printed_code (code, customer) VALUES (?, ?)")?
        .execute(params![digits, customer])?;
    Ok(())
}

/// Whether the digits of a printed card belong to somebody.
///
/// # Errors
/// When the database fails.
pub fn has_printed_code(change: &Transaction<'_>, digits: &str) -> Result<bool, StoreFault> {
    let sql = "SELECT EXISTS (SELECT 1 FROM printed_code WHERE code = ?)";
    Ok(change.prepare_cached(sql)?.query_row([digits], |row| row.get(0))?)
}

/// Consents as stored: 1 programme, 2 personalisation, 4 marketing.
#[must_use]
pub fn consent_bits(consent: Consent) -> i64 {
    i64::from(consent.programme) | i64::from(consent.personalisation) << 1 | i64::from(consent.marketing) << 2
}

fn read_known(row: &Row<'_>) -> Result<Known, StoreFault> {
    let consent: i64 = row.get(2)?;
    let features: Option<String> = row.get(4)?;
    Ok(Known {
        row: row.get(0)?,
        customer: Customer {
            id: CustomerId::new(row.get_ref(1)?.as_str().map_err(unreadable("customer"))?),
            consent: Consent {
                programme: consent & 1 != 0,
                personalisation: consent & 2 != 0,
                marketing: consent & 4 != 0,
            },
            registered: BusinessDay(row.get(3)?),
        },
        features: features
            .map_or_else(|| Ok(Features::default()), |text| serde_json::from_str(&text))
            .map_err(unreadable("features"))?,
        segment: row.get(5)?,
    })
}
