//! What an import would change, found by reading only.

use crate::facts::id::CustomerId;
use crate::facts::menu::Product;
use crate::facts::money::Money;
use crate::import::Batch;
use crate::import::batch::{Member, place};
use crate::store::{StoreFault, carried, erasures, fault::unreadable};
use rusqlite::{Connection, OptionalExtension};
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// How many of one kind.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Tally {
    /// Not in the database before.
    pub new: u64,
    /// There, but different; replaced where replacing is right.
    pub changed: u64,
    /// There and the same.
    pub unchanged: u64,
}

impl Tally {
    fn count<T: PartialEq>(&mut self, known: Option<&T>, now: &T) {
        match known {
            None => self.new += 1,
            Some(known) if known == now => self.unchanged += 1,
            Some(_) => self.changed += 1,
        }
    }
}

/// What an import changes.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Changes {
    /// Products; a changed one has a new version, past purchases keep the old.
    pub products: Tally,
    /// Customers; known ones are left as they are.
    pub customers: Tally,
    /// Customers who were erased here: they stay so, and their purchases come without them.
    pub erased: u64,
    /// Codes on cards; a changed one belongs to another customer here and is left to them.
    pub codes: Tally,
    /// Percents that an older programme promised; a changed one is as this import says.
    pub promises: Tally,
    /// Points, stamps and money that guests bring along, by guest and kind; what was carried before stays as it was then.
    pub carried: Tally,
    /// Receipts; one that differs from what was imported before is left as it was.
    pub receipts: Tally,
    /// Lines that are written.
    pub lines: u64,
    /// Keys of new customers whom purchases name and no file knows.
    pub created_customers: Vec<String>,
    /// Receipts that differ from what was imported before, the first hundred.
    pub differing_receipts: Vec<String>,
}

/// Most differing receipts that are named.
const NAMED: usize = 100;

/// What becomes of a product.
#[derive(Debug)]
pub(super) enum Fate {
    /// The menu has it in this version.
    Kept(i64),
    /// It becomes what the menu sells.
    Stated(Box<Product>),
}

/// The difference between batch and database.
#[derive(Debug, Default)]
pub(super) struct Plan {
    /// For people.
    pub(super) changes: Changes,
    /// By number of the product.
    pub(super) products: Vec<Fate>,
    /// Row of the customer by number, if there is one.
    pub(super) customers: Vec<Option<i64>>,
    /// Customers who were erased, by number.
    pub(super) gone: BTreeSet<usize>,
    /// Whether a receipt is new, by number.
    pub(super) is_new: Vec<bool>,
}

/// Compares without writing.
pub(super) fn compare(connection: &Connection, batch: &Batch) -> Result<Plan, StoreFault> {
    let mut plan = Plan::default();
    products(connection, batch, &mut plan)?;
    customers(connection, batch, &mut plan)?;
    receipts(connection, batch, &mut plan)?;
    Ok(plan)
}

fn products(connection: &Connection, batch: &Batch, plan: &mut Plan) -> Result<(), StoreFault> {
    let sql = "SELECT v.id, v.body FROM product p JOIN product_version v ON v.id = p.version WHERE p.sku = ?";
    let mut find = connection.prepare_cached(sql)?;
    for listed in &batch.products {
        let known: Option<(i64, String)> =
            find.query_row([listed.product.sku.as_str()], |row| Ok((row.get(0)?, row.get(1)?))).optional()?;
        let Some((version, body)) = known else {
            plan.changes.products.new += 1;
            plan.products.push(Fate::Stated(Box::new(listed.product.clone())));
            continue;
        };
        let known: Product = serde_json::from_str(&body).map_err(unreadable("product"))?;
        let mut product = listed.product.clone();
        if !listed.has_cost_day && known.cost == product.cost {
            // The same cost read again is not a new statement of it.
            product.cost_day = known.cost_day;
        }
        if listed.is_derived || product == known {
            plan.changes.products.unchanged += 1;
            plan.products.push(Fate::Kept(version));
        } else {
            plan.changes.products.changed += 1;
            plan.products.push(Fate::Stated(Box::new(product)));
        }
    }
    Ok(())
}

fn customers(connection: &Connection, batch: &Batch, plan: &mut Plan) -> Result<(), StoreFault> {
    // Who turned out to be another is that one.
    let sql = "SELECT coalesce((SELECT i.id FROM merged m JOIN customer i ON i.key = m.into_name WHERE m.name = c.key), c.id)
        FROM customer c WHERE c.key = ?";
    let mut find = connection.prepare_cached(sql)?;
    let any_erased: bool =
        connection.query_row("SELECT EXISTS (SELECT 1 FROM erased)", [], |row| row.get(0))?;
    let mut owner = connection.prepare_cached("SELECT customer FROM printed_code WHERE code = ?")?;
    for (key, member) in batch.customer_keys.iter().zip(&batch.customers) {
        if any_erased && erasures::was_erased(connection, &CustomerId::new(key))? {
            plan.gone.insert(plan.customers.len());
            plan.customers.push(None);
            plan.changes.erased += 1;
            continue;
        }
        let row: Option<i64> = find.query_row([key], |row| row.get(0)).optional()?;
        plan.customers.push(row);
        let tally = &mut plan.changes.customers;
        if row.is_some() {
            tally.unchanged += 1;
        } else {
            tally.new += 1;
            if !member.is_in_file {
                plan.changes.created_customers.push(key.to_owned());
            }
        }
        for code in &member.codes {
            let owner: Option<i64> = owner.query_row([code], |row| row.get(0)).optional()?;
            let tally = &mut plan.changes.codes;
            match owner {
                None => tally.new += 1,
                Some(owner) if Some(owner) == row => tally.unchanged += 1,
                Some(_) => tally.changed += 1,
            }
        }
        owed(connection, (row, member), &batch.source, &mut plan.changes)?;
    }
    Ok(())
}

/// What an older programme promised and owes this guest.
fn owed(
    connection: &Connection,
    (row, member): (Option<i64>, &Member),
    source: &str,
    changes: &mut Changes,
) -> Result<(), StoreFault> {
    if let Some(promise) = &member.promise {
        let known = row.map(|row| carried::promise_of(connection, row)).transpose()?.flatten();
        changes.promises.count(known.as_ref(), promise);
    }
    for owed in &member.owed {
        let known =
            row.map(|row| carried::brought(connection, row, source, owed.kind)).transpose()?.flatten();
        changes.carried.count(known.as_ref(), &owed.amount);
    }
    Ok(())
}

fn receipts(connection: &Connection, batch: &Batch, plan: &mut Plan) -> Result<(), StoreFault> {
    let sql = "SELECT p.receipt, p.net, count(*) FROM purchase p JOIN purchase_line l ON l.purchase = p.id
        WHERE p.source = ? GROUP BY p.id";
    let any = "SELECT 1 FROM purchase WHERE source = ? LIMIT 1";
    let is_first = connection.query_row(any, [&batch.source], |_| Ok(())).optional()?.is_none();
    let mut known: HashMap<u32, (i64, i64)> = HashMap::new();
    if !is_first {
        let mut statement = connection.prepare_cached(sql)?;
        let mut rows = statement.query([&batch.source])?;
        while let Some(row) = rows.next()? {
            let key = row.get_ref(0)?.as_str().map_err(unreadable("receipt"))?;
            if let Some(number) = batch.receipt_keys.number(key) {
                known.insert(number, (row.get(1)?, row.get(2)?));
            }
        }
    }
    plan.is_new = vec![true; batch.receipts.len()];
    for (number, _, lines) in batch.purchases() {
        let Some((net, count)) = known.get(&number) else {
            plan.changes.receipts.new += 1;
            plan.changes.lines += u64::try_from(lines.len()).unwrap_or(0);
            continue;
        };
        if let Some(is_new) = plan.is_new.get_mut(place(number)) {
            *is_new = false;
        }
        let is_same = Money::total(lines.iter().map(|line| line.net)).minor() == *net
            && i64::try_from(lines.len()).is_ok_and(|lines| lines == *count);
        let changes = &mut plan.changes;
        if is_same {
            changes.receipts.unchanged += 1;
        } else {
            changes.receipts.changed += 1;
            if changes.differing_receipts.len() < NAMED {
                changes.differing_receipts.push(batch.receipt_keys.key(number).to_owned());
            }
        }
    }
    Ok(())
}

/// The cups that the database has, by month.
pub(super) fn cups(connection: &Connection) -> Result<BTreeMap<String, i64>, StoreFault> {
    let mut statement = connection.prepare_cached("SELECT month, price FROM cup")?;
    let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(rows.collect::<Result<_, _>>()?)
}
