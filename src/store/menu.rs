//! The menu in the file: versions that lines point to, and the menu of now.

use super::{StoreFault, fault::unreadable, open::Store};
use crate::facts::id::Sku;
use crate::facts::menu::{Menu, Product, hex_digest};
use crate::facts::moment::BusinessDay;
use crate::facts::money::Money;
use crate::steps::taste::Popularity;
use rusqlite::{OptionalExtension, Transaction, params};

impl Store {
    /// The product with a trade number.
    ///
    /// # Errors
    /// When the database fails.
    pub fn sku_of_ean(&self, ean: &str) -> Result<Option<Sku>, StoreFault> {
        let mut statement = self.connection.prepare_cached("SELECT sku FROM product_ean WHERE ean = ?")?;
        let sku = statement.query_row([ean], |row| row.get::<_, String>(0)).optional()?;
        Ok(sku.map(Sku::new))
    }

    /// The menu of now.
    ///
    /// # Errors
    /// When a product cannot be read.
    pub fn menu(&self) -> Result<Menu, StoreFault> {
        let sql = "SELECT v.body FROM product p JOIN product_version v ON v.id = p.version ORDER BY p.sku";
        let mut statement = self.connection.prepare_cached(sql)?;
        let bodies = statement.query_map([], |row| row.get::<_, String>(0))?;
        let products = bodies
            .map(|body| serde_json::from_str::<Product>(&body?).map_err(unreadable("product")))
            .collect::<Result<Vec<_>, _>>()?;
        Ok(Menu::new(products))
    }

    /// Pieces bought by known guests, by sku.
    ///
    /// # Errors
    /// When the database fails.
    pub fn popularity(&self) -> Result<Popularity, StoreFault> {
        let mut statement = self.connection.prepare_cached("SELECT sku, pieces FROM popularity")?;
        let rows = statement.query_map([], |row| Ok((Sku::new(row.get_ref(0)?.as_str()?), row.get(1)?)))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Pieces sold on days from one on and before another, in hours from one on and before another, by sku.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn sold(
        &self,
        (first, end): (BusinessDay, BusinessDay),
        (from, until): (u8, u8),
    ) -> Result<Popularity, StoreFault> {
        let sql = "SELECT v.sku, sum(l.qty) / 1000 FROM purchase p
            JOIN purchase_line l ON l.purchase = p.id JOIN product_version v ON v.id = l.version
            WHERE p.business_day >= ?1 AND p.business_day < ?2 AND p.kind = 'sale' AND p.hour >= ?3 AND p.hour < ?4
            GROUP BY v.sku";
        let mut statement = self.connection.prepare_cached(sql)?;
        let bounds = rusqlite::params![first.0, end.0, from, until];
        let rows =
            statement.query_map(bounds, |row| Ok((Sku::new(row.get_ref(0)?.as_str()?), row.get(1)?)))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// The shop's median drink price of a month (`2026-11`): the month's own when it is known, else the
    /// last one before it, else the menu's.
    ///
    /// # Errors
    /// When the database fails.
    pub fn cup(&self, month: &str, menu: &Menu) -> Result<Money, StoreFault> {
        let sql = "SELECT price FROM cup WHERE month <= ? ORDER BY month DESC LIMIT 1";
        let known = self.connection.prepare_cached(sql)?.query_row([month], |row| row.get(0)).optional()?;
        Ok(known.map_or_else(|| menu.median_drink_price().unwrap_or(Money(100)), Money))
    }
}

/// The row that freezes this product, made if it is new.
///
/// # Errors
/// When the database fails.
pub fn version_of(change: &Transaction<'_>, product: &Product) -> Result<i64, StoreFault> {
    let body = serde_json::to_string(product).map_err(unreadable("product"))?;
    let content = hex_digest(body.as_bytes());
    let find = "SELECT id FROM product_version WHERE content = ?";
    if let Some(id) =
        change.prepare_cached(find)?.query_row([content.as_str()], |row| row.get(0)).optional()?
    {
        return Ok(id);
    }
    let insert = "INSERT INTO product_version (content, sku, name, category, price, cost, cost_day, tax_bp, drink, body)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
    change.prepare_cached(insert)?.execute(params![
        content.as_str(),
        product.sku.as_str(),
        product.name,
        product.category.as_str(),
        product.price.0,
        product.cost.map(|cost| cost.0),
        product.cost_day.map(|day| day.0),
        product.tax_bp,
        product.drink,
        body,
    ])?;
    Ok(change.last_insert_rowid())
}

/// Adds pieces to what known guests buy; refunds add a negative number.
pub(super) fn add_popularity(change: &Transaction<'_>, sku: &Sku, pieces: i64) -> Result<(), StoreFault> {
    let sql = "INSERT INTO popularity (sku, pieces) VALUES (?, ?)
        ON CONFLICT (sku) DO UPDATE SET pieces = pieces + excluded.pieces";
    change.prepare_cached(sql)?.execute(params![sku.as_str(), pieces])?;
    Ok(())
}

/// Puts a version of a product on sale.
///
/// # Errors
/// When the database fails.
pub fn put_on_sale(change: &Transaction<'_>, sku: &Sku, version: i64) -> Result<(), StoreFault> {
    let sql = "INSERT INTO product (sku, version) VALUES (?, ?) ON CONFLICT (sku) DO UPDATE SET version = excluded.version";
    change.prepare_cached(sql)?.execute(params![sku.as_str(), version])?;
    Ok(())
}

/// Says which trade number a product has; the last word counts.
///
/// # Errors
/// When the database fails.
pub fn set_ean(change: &Transaction<'_>, ean: &str, sku: &Sku) -> Result<(), StoreFault> {
    let sql =
        "INSERT INTO product_ean (ean, sku) VALUES (?, ?) ON CONFLICT (ean) DO UPDATE SET sku = excluded.sku";
    change.prepare_cached(sql)?.execute([ean, sku.as_str()])?;
    Ok(())
}
