//! Writing an import: parents before children, rows in order of their keys, prepared statements.

use super::{
    FEATURES_DUE,
    plan::{Fate, Plan, cups},
};
use crate::facts::menu::{Menu, Product};
use crate::facts::money::Money;
use crate::facts::purchase::{Payment, PurchaseKind};
use crate::facts::shop::Shop;
use crate::import::Batch;
use crate::import::batch::{Line, Member, Receipt, month, place};
use crate::store::customers::consent_bits;
use crate::store::menu::{set_ean, version_of};
use crate::store::{StoreFault, carried, fault::unreadable, setting};
use rusqlite::{CachedStatement, Transaction, params};
use std::collections::{BTreeMap, BTreeSet};

/// Imported purchases stand in the order of visits as if one counter had made them.
const COUNTER: &str = "import";

/// Writes everything that the plan calls new.
pub(super) fn all(
    change: &Transaction<'_>,
    batch: &Batch,
    shop: &Shop,
    plan: &Plan,
) -> Result<(), StoreFault> {
    let versions = products(change, plan)?;
    for listed in &batch.products {
        if let Some(ean) = &listed.ean {
            set_ean(change, ean, &listed.product.sku)?;
        }
    }
    let customers = customers(change, batch, plan)?;
    if plan.changes.products.new + plan.changes.products.changed > 0 {
        menu(change)?;
    }
    if plan.changes.receipts.new > 0 {
        for (month, cup) in &batch.cups {
            let sql = "INSERT INTO cup (month, price) VALUES (?, ?) ON CONFLICT DO NOTHING";
            change.prepare_cached(sql)?.execute(params![month, cup.0])?;
        }
        let totals = purchases(change, batch, shop, Parents { plan, versions, customers })?;
        keep(change, batch, &totals)?;
        setting::write(change, FEATURES_DUE, "import")?;
    }
    Ok(())
}

fn products(change: &Transaction<'_>, plan: &Plan) -> Result<Vec<i64>, StoreFault> {
    let sql = "INSERT INTO product (sku, version) VALUES (?, ?)
        ON CONFLICT (sku) DO UPDATE SET version = excluded.version";
    let mut put = change.prepare_cached(sql)?;
    let mut versions = Vec::with_capacity(plan.products.len());
    for fate in &plan.products {
        versions.push(match fate {
            Fate::Kept(version) => *version,
            Fate::Stated(product) => {
                let version = version_of(change, product)?;
                put.execute(params![product.sku.as_str(), version])?;
                version
            }
        });
    }
    Ok(versions)
}

/// Keeps the menu as it is now for replay.
fn menu(change: &Transaction<'_>) -> Result<(), StoreFault> {
    let sql = "SELECT v.body FROM product p JOIN product_version v ON v.id = p.version";
    let mut statement = change.prepare_cached(sql)?;
    let bodies = statement.query_map([], |row| row.get::<_, String>(0))?;
    let products = bodies
        .map(|body| serde_json::from_str::<Product>(&body?).map_err(unreadable("product")))
        .collect::<Result<Vec<_>, _>>()?;
    let menu = Menu::new(products);
    setting::keep_artifact(change, "menu", &menu.digest(), &menu.to_json())?;
    setting::write(change, "menu", menu.digest().as_str())
}

/// Rows by number; none of somebody who was erased.
fn customers(change: &Transaction<'_>, batch: &Batch, plan: &Plan) -> Result<Vec<Option<i64>>, StoreFault> {
    let sql = "INSERT INTO customer (key, consent, registered, source) VALUES (?, ?, ?, ?)";
    let mut add = change.prepare_cached(sql)?;
    let sql = "INSERT INTO printed_code (code, customer) VALUES (?, ?) ON CONFLICT DO NOTHING";
    let mut code = change.prepare_cached(sql)?;
    let consent = consent_bits(batch.consent);
    let mut rows = Vec::with_capacity(batch.customers.len());
    let all = batch.customer_keys.iter().zip(&batch.customers).zip(&plan.customers);
    for (number, ((key, member), known)) in all.enumerate() {
        if plan.gone.contains(&number) {
            rows.push(None);
            continue;
        }
        let Member { registered, codes, promise, owed, .. } = member;
        let row = match known {
            Some(row) => *row,
            None => {
                let registered = registered.unwrap_or(batch.today);
                add.insert(params![key, consent, registered.0, batch.source])?
            }
        };
        for digits in codes {
            code.execute(params![digits, row])?;
        }
        if let Some(promise) = promise {
            carried::promise(change, row, promise, &batch.source)?;
        }
        for owed in owed {
            carried::bring(change, row, &batch.source, owed)?;
        }
        rows.push(Some(row));
    }
    Ok(rows)
}

/// Rows that purchases point to, by number in the batch.
struct Parents<'p> {
    plan: &'p Plan,
    versions: Vec<i64>,
    customers: Vec<Option<i64>>,
}

/// What all new purchases add up to.
#[derive(Default)]
struct Totals {
    pieces: BTreeMap<u32, i64>,
    days: BTreeSet<i32>,
}

fn purchases(
    change: &Transaction<'_>,
    batch: &Batch,
    shop: &Shop,
    parents: Parents<'_>,
) -> Result<Totals, StoreFault> {
    let max = |sql: &str| change.query_row(sql, [], |row| row.get::<_, i64>(0));
    let mut row = max("SELECT coalesce(max(id), 0) FROM purchase")?;
    let before = "SELECT coalesce(max(seq), 0) FROM purchase WHERE source = ?";
    let mut seq: i64 = change.query_row(before, [&batch.source], |row| row.get(0))?;
    let cups = cups(change)?;
    let mut desk = Desk {
        head: change.prepare_cached(HEAD)?,
        line: change.prepare_cached(LINE)?,
        batch,
        shop,
        parents,
        cups,
    };
    let mut totals = Totals::default();
    for (number, receipt, lines) in batch.purchases() {
        if !desk.parents.plan.is_new.get(place(number)).copied().unwrap_or(false) {
            continue;
        }
        row += 1;
        seq += 1;
        desk.write_head((row, seq), number, receipt, lines)?;
        desk.write_lines(row, lines)?;
        totals.days.insert(receipt.when.business_day.0);
        if receipt.customer.is_some() {
            for line in lines {
                *totals.pieces.entry(line.product).or_default() += line.qty().whole();
            }
        }
    }
    Ok(totals)
}

const HEAD: &str =
    "INSERT INTO purchase (id, chain, source, receipt, shop, kind, customer, at, counter, epoch, seq,
    utc_offset_min, business_day, hour, list, discount, net, cup, policy_version, payments)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 0, ?, ?, ?, ?, ?, ?, ?, ?, 0, ?)";

// No guard ran, so there is no floor.
const LINE: &str = "INSERT INTO purchase_line (purchase, line, version, qty, list, discount, net, tax)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?)";

/// What writing one purchase after the other needs at hand.
struct Desk<'d> {
    head: CachedStatement<'d>,
    line: CachedStatement<'d>,
    batch: &'d Batch,
    shop: &'d Shop,
    parents: Parents<'d>,
    cups: BTreeMap<String, i64>,
}

impl Desk<'_> {
    fn write_head(
        &mut self,
        (row, seq): (i64, i64),
        number: u32,
        receipt: &Receipt,
        lines: &[Line],
    ) -> Result<(), StoreFault> {
        let list = Money::total(lines.iter().map(Line::list));
        let net = Money::total(lines.iter().map(|line| line.net));
        let customer = receipt
            .customer
            .and_then(|customer| self.parents.customers.get(place(customer)).copied().flatten());
        let payments = match receipt.payment {
            Some(kind) => {
                let payment = Payment { kind, amount: net };
                serde_json::to_string(&[payment]).map_err(unreadable("payments"))?
            }
            None => "[]".to_owned(),
        };
        let when = &receipt.when;
        self.head.execute(params![
            row,
            self.shop.chain.as_str(),
            self.batch.source,
            self.batch.receipt_keys.key(number),
            self.batch.shops.key(receipt.shop),
            PurchaseKind::Sale.code(),
            customer,
            when.at.0,
            COUNTER,
            seq,
            when.utc_offset_min,
            when.business_day.0,
            when.hour,
            list.0,
            list.minus(net).0,
            net.0,
            self.cups.get(&month(when.business_day)).copied().unwrap_or(1),
            payments,
        ])?;
        Ok(())
    }

    fn write_lines(&mut self, purchase: i64, lines: &[Line]) -> Result<(), StoreFault> {
        for (number, line) in (1i64..).zip(lines) {
            let list = line.list();
            let tax_bp = self.batch.product(line.product).map_or(0, |product| product.tax_bp);
            self.line.execute((
                purchase,
                number,
                self.parents.versions.get(place(line.product)),
                line.qty().0,
                list.0,
                list.minus(line.net).0,
                line.net.0,
                line.tax(tax_bp).0,
            ))?;
        }
        Ok(())
    }
}

fn keep(change: &Transaction<'_>, batch: &Batch, totals: &Totals) -> Result<(), StoreFault> {
    let sql = "INSERT INTO popularity (sku, pieces) VALUES (?, ?)
        ON CONFLICT (sku) DO UPDATE SET pieces = pieces + excluded.pieces";
    let mut popularity = change.prepare_cached(sql)?;
    for (product, pieces) in &totals.pieces {
        if let Some(product) = batch.product(*product) {
            popularity.execute(params![product.sku.as_str(), pieces])?;
        }
    }
    let sql = "INSERT INTO open_day (business_day) VALUES (?) ON CONFLICT DO NOTHING";
    let mut open_day = change.prepare_cached(sql)?;
    for day in &totals.days {
        open_day.execute([day])?;
    }
    Ok(())
}
