//! Purchases and refunds: written once, read back whole.

use super::{StoreFault, fault::unreadable, menu, open::Store, visits};
use crate::facts::basket::Quantity;
use crate::facts::id::{CounterId, CustomerId, OfferId, ReceiptId, ShopId};
use crate::facts::menu::Product;
use crate::facts::moment::{BusinessDay, LocalMoment, Moment};
use crate::facts::money::Money;
use crate::facts::purchase::{Payment, Purchase, PurchaseKind, PurchaseLine};
use crate::facts::shop::Shop;
use crate::steps::sale::RefundedBefore;
use rusqlite::{Connection, OptionalExtension, Params, Row, Transaction, params};
use std::sync::Arc;

/// `source` of purchases made at this counter.
pub const OWN: &str = "kava";

/// `source` of purchases that another counter of this shop has told of; like an older till's, they are in no record here.
#[must_use]
pub fn next_door(counter: &CounterId) -> String {
    format!("import:counter {counter}")
}

/// Where a purchase stands among others.
#[derive(Debug, Clone)]
pub struct Place<'a> {
    /// Where it comes from: [`OWN`] or [`next_door`].
    pub source: &'a str,
    /// The shop and counter.
    pub shop: &'a Shop,
    /// Row of the customer, if known.
    pub customer: Option<i64>,
    /// (epoch, seq) of the sale's record.
    pub record: (i64, i64),
    /// Number of the decision's record, in the same epoch.
    pub decision: i64,
}

/// A stored purchase with its rows.
#[derive(Debug, Clone)]
pub struct StoredPurchase {
    /// Row of the purchase.
    pub row: i64,
    /// Row of the customer, if known.
    pub customer: Option<i64>,
    /// The purchase.
    pub purchase: Purchase,
    /// Where it came from: [`OWN`] or an import.
    pub source: String,
}

/// Writes a purchase with its lines and opens the day; gives its row.
///
/// # Errors
/// When the receipt is there already or the database fails.
pub fn add(change: &Transaction<'_>, purchase: &Purchase, place: &Place<'_>) -> Result<i64, StoreFault> {
    let sql = "INSERT INTO purchase (chain, source, receipt, shop, kind, customer, at, counter, epoch, seq, utc_offset_min,
        business_day, hour, list, discount, net, cup, offer, policy_version, register_ref, payments, decision_seq)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
    change.prepare_cached(sql)?.execute(params![
        place.shop.chain.as_str(),
        place.source,
        purchase.receipt.as_str(),
        purchase.shop.as_str(),
        purchase.kind.code(),
        place.customer,
        purchase.when.at.0,
        place.shop.counter.as_str(),
        place.record.0,
        place.record.1,
        purchase.when.utc_offset_min,
        purchase.when.business_day.0,
        purchase.when.hour,
        purchase.list().0,
        purchase.discount().0,
        purchase.net().0,
        purchase.cup.0,
        purchase.offer.as_ref().map(OfferId::as_str),
        purchase.policy_version,
        purchase.register_ref,
        serde_json::to_string(&purchase.payments).map_err(unreadable("payments"))?,
        place.decision,
    ])?;
    let row = change.last_insert_rowid();
    for line in &purchase.lines {
        add_line(change, row, line)?;
        if place.customer.is_some() && purchase.kind == PurchaseKind::Sale {
            menu::add_popularity(change, &line.product.sku, line.qty.whole())?;
        }
    }
    visits::open_day(change, purchase.when.business_day)?;
    Ok(row)
}

fn add_line(change: &Transaction<'_>, purchase: i64, line: &PurchaseLine) -> Result<(), StoreFault> {
    let version = menu::version_of(change, &line.product)?;
    let sql =
        "INSERT INTO purchase_line (purchase, line, version, qty, list, discount, net, floor, tax, note, mark)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
    change.prepare_cached(sql)?.execute(params![
        purchase,
        line.line,
        version,
        line.qty.0,
        line.list.0,
        line.discount.0,
        line.net.0,
        line.floor.map(Money::minor),
        line.tax.0,
        line.note,
        line.mark,
    ])?;
    for (nth, (extra, qty)) in (1i64..).zip(&line.extras) {
        let version = menu::version_of(change, extra)?;
        change
            .prepare_cached(
                "INSERT INTO purchase_extra (purchase, line, nth, version, qty) VALUES (?, ?, ?, ?, ?)",
            )?
            .execute(params![purchase, line.line, nth, version, qty.0])?;
    }
    Ok(())
}

/// A refund to be written.
#[derive(Debug, Clone)]
pub struct Refund<'a> {
    /// Its own id.
    pub receipt: &'a ReceiptId,
    /// When.
    pub when: &'a LocalMoment,
    /// What it takes back.
    pub lines: &'a [PurchaseLine],
    /// What the register called it.
    pub register_ref: Option<&'a str>,
}

/// Writes a refund of a stored purchase.
///
/// # Errors
/// When the database fails.
pub fn add_refund(
    change: &Transaction<'_>,
    of: &StoredPurchase,
    refund: &Refund<'_>,
) -> Result<(), StoreFault> {
    let net = Money::total(refund.lines.iter().map(|line| line.net));
    change
        .prepare_cached("INSERT INTO refund (purchase, receipt, at, business_day, net, register_ref) VALUES (?, ?, ?, ?, ?, ?)")?
        .execute(params![
            of.row,
            refund.receipt.as_str(),
            refund.when.at.0,
            refund.when.business_day.0,
            net.0,
            refund.register_ref
        ])?;
    let row = change.last_insert_rowid();
    for line in refund.lines {
        change
            .prepare_cached(
                "INSERT INTO refund_line (refund, line, qty, list, discount, net) VALUES (?, ?, ?, ?, ?, ?)",
            )?
            .execute(params![row, line.line, line.qty.0, line.list.0, line.discount.0, line.net.0])?;
        if of.customer.is_some() && of.purchase.kind == PurchaseKind::Sale {
            menu::add_popularity(change, &line.product.sku, -line.qty.whole())?;
        }
    }
    Ok(())
}

/// Whether a refund is here already.
///
/// # Errors
/// When the database fails.
pub fn has_refund(change: &Transaction<'_>, receipt: &ReceiptId) -> Result<bool, StoreFault> {
    let sql = "SELECT EXISTS (SELECT 1 FROM refund WHERE receipt = ?)";
    Ok(change.prepare_cached(sql)?.query_row([receipt.as_str()], |row| row.get(0))?)
}

impl Store {
    /// A purchase of this counter or of an import, with its lines.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn purchase(&self, receipt: &ReceiptId) -> Result<Option<StoredPurchase>, StoreFault> {
        let sql = format!("{FOUND} ORDER BY p.source = 'kava' DESC LIMIT 1");
        found(&self.connection, &sql, [receipt.as_str()])
    }

    /// The ids of this counter's latest purchases, newest first.
    ///
    /// # Errors
    /// When the database fails.
    pub fn latest(&self, count: u32) -> Result<Vec<ReceiptId>, StoreFault> {
        let sql = "SELECT receipt FROM purchase WHERE source = ? ORDER BY at DESC, id DESC LIMIT ?";
        let mut statement = self.connection.prepare_cached(sql)?;
        let rows = statement.query_map(params![OWN, count], |row| row.get::<_, String>(0))?;
        rows.map(|id| Ok(ReceiptId::new(id?))).collect()
    }

    /// Money given back of a purchase so far.
    ///
    /// # Errors
    /// When the database fails.
    pub fn refunded_net(&self, purchase: i64) -> Result<Money, StoreFault> {
        let sql = "SELECT coalesce(sum(net), 0) FROM refund WHERE purchase = ?";
        Ok(Money(self.connection.prepare_cached(sql)?.query_row([purchase], |row| row.get(0))?))
    }

    /// Quantities of a purchase refunded so far, by line.
    ///
    /// # Errors
    /// When the database fails.
    pub fn refunded_before(&self, purchase: i64) -> Result<RefundedBefore, StoreFault> {
        let sql = "SELECT l.line, sum(l.qty) FROM refund r JOIN refund_line l ON l.refund = r.id WHERE r.purchase = ? GROUP BY 1";
        let mut statement = self.connection.prepare_cached(sql)?;
        let rows = statement.query_map([purchase], |row| Ok((row.get(0)?, Quantity(row.get(1)?))))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }
}

const FOUND: &str =
    "SELECT p.id, p.customer, c.key, p.source, p.receipt, p.shop, p.kind, p.at, p.utc_offset_min,
    p.business_day, p.hour, p.payments, p.offer, p.policy_version, p.cup, p.register_ref
    FROM purchase p LEFT JOIN customer c ON c.id = p.customer WHERE p.receipt = ?1";

/// A purchase of one source, with its lines.
///
/// # Errors
/// When it cannot be read.
pub fn of_source(
    connection: &Connection,
    source: &str,
    receipt: &ReceiptId,
) -> Result<Option<StoredPurchase>, StoreFault> {
    found(connection, &format!("{FOUND} AND p.source = ?2"), params![receipt.as_str(), source])
}

fn found(
    connection: &Connection,
    sql: &str,
    which: impl Params,
) -> Result<Option<StoredPurchase>, StoreFault> {
    let found = connection.prepare_cached(sql)?.query_row(which, |row| Ok(read_head(row))).optional()?;
    let Some(mut stored) = found.transpose()? else { return Ok(None) };
    stored.purchase.lines = read_lines(connection, stored.row)?;
    Ok(Some(stored))
}

fn read_head(row: &Row<'_>) -> Result<StoredPurchase, StoreFault> {
    let text = |index: usize| -> Result<String, StoreFault> { Ok(row.get(index)?) };
    let kind = text(6)?;
    Ok(StoredPurchase {
        row: row.get(0)?,
        customer: row.get(1)?,
        source: text(3)?,
        purchase: Purchase {
            receipt: ReceiptId::new(text(4)?),
            shop: ShopId::new(text(5)?),
            kind: PurchaseKind::from_code(&kind)
                .ok_or(StoreFault::Unreadable { what: "purchase kind", why: kind })?,
            customer: row.get::<_, Option<String>>(2)?.map(CustomerId::new),
            when: LocalMoment {
                at: Moment(row.get(7)?),
                utc_offset_min: row.get(8)?,
                business_day: BusinessDay(row.get(9)?),
                hour: row.get(10)?,
            },
            lines: Vec::new(),
            payments: serde_json::from_str::<Vec<Payment>>(&text(11)?).map_err(unreadable("payments"))?,
            offer: row.get::<_, Option<String>>(12)?.map(OfferId::new),
            policy_version: row.get(13)?,
            cup: Money(row.get(14)?),
            register_ref: row.get(15)?,
        },
    })
}

fn read_lines(connection: &Connection, purchase: i64) -> Result<Vec<PurchaseLine>, StoreFault> {
    let sql = "SELECT l.line, v.body, l.qty, l.list, l.discount, l.net, l.floor, l.tax, l.note, l.mark
        FROM purchase_line l JOIN product_version v ON v.id = l.version WHERE l.purchase = ? ORDER BY l.line";
    let mut statement = connection.prepare_cached(sql)?;
    let mut rows = statement.query([purchase])?;
    let mut lines = Vec::new();
    while let Some(row) = rows.next()? {
        let line: u16 = row.get(0)?;
        lines.push(PurchaseLine {
            line,
            product: read_product(&row.get::<_, String>(1)?)?,
            extras: read_extras(connection, purchase, line)?,
            qty: Quantity(row.get(2)?),
            list: Money(row.get(3)?),
            discount: Money(row.get(4)?),
            net: Money(row.get(5)?),
            floor: row.get::<_, Option<i64>>(6)?.map(Money),
            tax: Money(row.get(7)?),
            note: row.get(8)?,
            mark: row.get(9)?,
        });
    }
    Ok(lines)
}

fn read_extras(
    connection: &Connection,
    purchase: i64,
    line: u16,
) -> Result<Vec<(Arc<Product>, Quantity)>, StoreFault> {
    let sql = "SELECT v.body, e.qty FROM purchase_extra e JOIN product_version v ON v.id = e.version
        WHERE e.purchase = ? AND e.line = ? ORDER BY e.nth";
    let mut statement = connection.prepare_cached(sql)?;
    let mut rows = statement.query(params![purchase, line])?;
    let mut extras = Vec::new();
    while let Some(row) = rows.next()? {
        extras.push((read_product(&row.get::<_, String>(0)?)?, Quantity(row.get(1)?)));
    }
    Ok(extras)
}

fn read_product(body: &str) -> Result<Arc<Product>, StoreFault> {
    serde_json::from_str(body).map(Arc::new).map_err(unreadable("product"))
}

/// Whether nothing of a purchase stays sold.
///
/// # Errors
/// When the database fails.
pub fn is_refunded_in_full(change: &Transaction<'_>, purchase: i64) -> Result<bool, StoreFault> {
    let sql = "SELECT (SELECT sum(qty) FROM purchase_line WHERE purchase = ?1) <=
        (SELECT coalesce(sum(l.qty), 0) FROM refund r JOIN refund_line l ON l.refund = r.id WHERE r.purchase = ?1)";
    Ok(change.prepare_cached(sql)?.query_row([purchase], |row| row.get(0))?)
}
