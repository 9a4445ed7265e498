//! Rows of the menu file → products.

use super::{
    batch::{Keys, Listed},
    cells,
    fault::ImportFault,
    findings::Findings,
    mapping::{Mapping, MenuColumns},
    row::Row,
    table::Table,
};
use crate::facts::{
    id::{CategoryId, Sku},
    menu::{Menu, Product, Role, trade_number},
    moment::BusinessDay,
    money::Money,
};

use std::collections::BTreeSet;

/// Products as they are read, numbered in order of first sight.
#[derive(Debug, Default)]
pub struct Shelf {
    /// Keys of products.
    pub keys: Keys,
    /// Products by number.
    pub products: Vec<Listed>,
    rules: Rules,
    /// The menu before: what a row does not say of a product is taken from it.
    before: Menu,
    /// Keys of products of the menu before whose rows were refused.
    refused: BTreeSet<Sku>,
}

/// What the mapping says about products beyond columns.
#[derive(Debug, Default, Clone)]
struct Rules {
    products: super::mapping::Products,
    tax_bp: i64,
}

/// The day of a cost whose row gives none.
#[derive(Debug, Clone, Copy)]
pub struct CostDay {
    /// The day.
    pub day: BusinessDay,
    /// Whether somebody said so, rather than the day of the import being taken.
    pub is_stated: bool,
}

struct At {
    sku: usize,
    name: usize,
    category: Option<usize>,
    variant_of: Option<usize>,
    price: usize,
    cost: Option<usize>,
    cost_day: Option<usize>,
    tax_bp: Option<usize>,
    ean: Option<usize>,
    drink: Option<usize>,
    extra: Option<usize>,
    eligible: Option<usize>,
    weighed: Option<usize>,
    needs_mark: Option<usize>,
}

impl Shelf {
    /// An empty shelf with the mapping's rules.
    #[must_use]
    pub fn new(mapping: &Mapping) -> Shelf {
        let rules = Rules { products: mapping.products.clone(), tax_bp: mapping.constants.tax_bp };
        Shelf { rules, ..Shelf::default() }
    }

    /// The same beside a menu: what the file does not say of a product, or says so that it cannot be read, stays as it is there.
    #[must_use]
    pub fn beside(self, before: &Menu) -> Shelf {
        Shelf { before: before.clone(), ..self }
    }

    /// All products: those that were read, and those of the menu before whose rows were refused, as they were.
    #[must_use]
    pub fn into_menu(self) -> Menu {
        let read = self.products.into_iter().map(|listed| listed.product);
        let kept = self.refused.iter().filter(|sku| self.keys.number(sku.as_str()).is_none());
        let kept: Vec<Product> =
            kept.filter_map(|sku| self.before.get(sku)).map(|old| Product::clone(old)).collect();
        Menu::new(read.chain(kept))
    }

    /// Reads a whole menu file.
    ///
    /// # Errors
    /// Missing columns, an early end, a wrong encoding.
    pub fn read(
        &mut self,
        table: &mut Table<'_>,
        columns: &MenuColumns,
        cost_day: CostDay,
        findings: &mut Findings,
    ) -> Result<(), ImportFault> {
        let at = find(table, columns)?;
        while let Some(row) = table.next(findings)? {
            self.take(row, &at, cost_day);
        }
        Ok(())
    }

    /// Puts a product on the shelf that only lines name; its price comes when all lines are read.
    pub fn derive(&mut self, sku: &str, name: Option<&str>, category: Option<&str>) -> u32 {
        let (number, is_new) = self.keys.intern(sku);
        if is_new {
            let product = self.rules.product(sku, name.unwrap_or(sku), category);
            self.products.push(Listed { product, is_derived: true, has_cost_day: false, ean: None });
        } else if let Some(name) = name
            && let Some(listed) = self.products.get_mut(super::batch::place(number))
            && listed.product.name == sku
        {
            listed.product.name = name.into();
        }
        number
    }

    /// Whether no line has said yet what the product is called.
    #[must_use]
    pub fn is_nameless(&self, number: u32) -> bool {
        let listed = self.products.get(super::batch::place(number));
        listed.is_some_and(|listed| listed.is_derived && listed.product.name == listed.product.sku.as_str())
    }

    fn take(&mut self, mut row: Row<'_>, at: &At, cost_day: CostDay) {
        let sku = row.need(at.sku, |_, cell| cells::text(cell).map(plain));
        let name = row.need(at.name, |_, cell| cells::text(cell).map(plain));
        let category = at.category.map(|column| row.need(column, |_, cell| cells::text(cell)));
        let price = row.need(at.price, |cells, cell| cells.amount(cell));
        let (Some(sku), Some(name), Some(price), false) = (sku, name, price, row.is_bad()) else {
            self.refused.extend(sku.map(Sku::new).filter(|sku| self.before.get(sku).is_some()));
            return row.reject();
        };
        if self.keys.number(sku).is_some() {
            return row.reject_for(at.sku, "duplicate key");
        }
        let mut product = self.product(sku, name, category.flatten());
        let variant_of = at.variant_of.map(|column| row.cell(column)).filter(|c| !c.is_empty());
        product.variant_of = variant_of.map(Into::into).or(product.variant_of);
        product.price = price;
        if let Some(rate) = at.tax_bp.filter(|column| !self.is_silent(&row, *column, sku)) {
            product.tax_bp = row.wish(rate, |cells, cell| cells.tax_bp(cell)).unwrap_or(product.tax_bp);
        }
        flags(&mut row, at, &mut product);
        // A row may leave the day to the import.
        let day = at.cost_day.filter(|column| !row.cell(*column).is_empty());
        let day = day.and_then(|column| row.wish(column, |cells, cell| cells.date(cell)));
        let costs = at.cost.filter(|column| !self.is_silent(&row, *column, sku));
        if let Some(cost) = costs.and_then(|column| cost(&mut row, column, price)) {
            product.cost = Some(cost);
            product.cost_day = Some(day.map_or(cost_day.day, BusinessDay::of));
        }
        let ean = at.ean.and_then(|column| ean(&mut row, column));
        let has_cost_day = day.is_some() || cost_day.is_stated;
        self.keys.intern(sku);
        self.products.push(Listed { product, is_derived: false, has_cost_day, ean });
        row.accept();
    }
}

impl Shelf {
    /// What is known of a product before its row says more.
    fn product(&self, sku: &str, name: &str, category: Option<&str>) -> Product {
        let Some(old) = self.before.get(&Sku::new(sku)) else {
            return self.rules.product(sku, name, category);
        };
        let mut product = Product { name: name.into(), ..Product::clone(old) };
        if let Some(category) = category {
            product.category = CategoryId::new(category);
        }
        product
    }

    /// Whether a row says nothing in a column of a product that was on the menu before.
    fn is_silent(&self, row: &Row<'_>, column: usize, sku: &str) -> bool {
        row.cell(column).is_empty() && self.before.get(&Sku::new(sku)).is_some()
    }
}

/// A text without the apostrophe that a program for tables sets before what it would take for a formula.
fn plain(text: &str) -> &str {
    text.strip_prefix('\'').filter(|rest| rest.starts_with(['=', '+', '-', '@'])).unwrap_or(text)
}

/// A trade number; a wrong one is said, and the product can still be sold by name.
fn ean(row: &mut Row<'_>, column: usize) -> Option<String> {
    let text = row.cell(column);
    if text.is_empty() {
        return None;
    }
    let digits = trade_number(text);
    if digits.is_none() {
        row.warn(column, "not an EAN of 8 or 13 digits with its check digit: the product cannot be scanned");
    }
    digits
}

/// What the row itself says of its product, above what the mapping's rules say.
fn flags(row: &mut Row<'_>, at: &At, product: &mut Product) {
    let mut said = |column: Option<usize>| {
        let column = column.filter(|column| !row.cell(*column).is_empty())?;
        row.wish(column, |_, cell| cells::flag(cell))
    };
    let [drink, extra, eligible, weighed, needs_mark] =
        [at.drink, at.extra, at.eligible, at.weighed, at.needs_mark].map(&mut said);
    product.drink = drink.unwrap_or(product.drink);
    product.eligible = eligible.unwrap_or(product.eligible);
    product.weighed = weighed.unwrap_or(product.weighed);
    product.needs_mark = needs_mark.unwrap_or(product.needs_mark);
    if let Some(is_extra) = extra {
        product.role = if is_extra { Role::Extra } else { Role::Item };
    }
}

/// A cost that a discount may be reckoned with; what is wrong with others is said, and the guard then
/// gives nothing on the product.
fn cost(row: &mut Row<'_>, column: usize, price: Money) -> Option<Money> {
    if row.cell(column).is_empty() {
        row.warn(column, "the cost is missing: no discount on this product");
        return None;
    }
    let cost = row.wish(column, |cells, cell| cells.amount(cell))?;
    if cost == Money::ZERO {
        row.warn(column, "the cost is zero: no discount on this product");
    } else if cost > price {
        row.warn(column, format!("the cost is above the price {price}: no discount on this product"));
    }
    Some(cost)
}

impl Rules {
    fn product(&self, sku: &str, name: &str, category: Option<&str>) -> Product {
        let rules = &self.products;
        let category = category.or(rules.category.as_deref()).unwrap_or("menu");
        let has = |list: &[String], text: &str| list.iter().any(|one| one == text);
        let is_extra = has(&rules.extra_categories, category) || has(&rules.extras, sku);
        let is_barred = has(&rules.not_eligible_categories, category) || has(&rules.not_eligible, sku);
        Product {
            sku: Sku::new(sku),
            name: name.into(),
            category: CategoryId::new(category),
            variant_of: None,
            role: if is_extra { Role::Extra } else { Role::Item },
            price: Money::ZERO,
            cost: None,
            cost_day: None,
            tax_bp: self.tax_bp,
            eligible: !is_barred,
            drink: !is_extra && (has(&rules.drink_categories, category) || has(&rules.drinks, sku)),
            weighed: has(&rules.weighed, sku),
            needs_mark: has(&rules.needs_mark_categories, category) || has(&rules.needs_mark, sku),
        }
    }
}

fn find(table: &Table<'_>, columns: &MenuColumns) -> Result<At, ImportFault> {
    let mut header = table.columns();
    let at = At {
        sku: header.need(&columns.sku),
        name: header.need(&columns.name),
        category: header.wish(columns.category.as_ref()),
        variant_of: header.wish(columns.variant_of.as_ref()),
        price: header.need(&columns.price),
        cost: header.wish(columns.cost.as_ref()),
        cost_day: header.wish(columns.cost_day.as_ref()),
        tax_bp: header.wish(columns.tax_bp.as_ref()),
        ean: header.wish(columns.ean.as_ref()),
        drink: header.wish(columns.drink.as_ref()),
        extra: header.wish(columns.extra.as_ref()),
        eligible: header.wish(columns.eligible.as_ref()),
        weighed: header.wish(columns.weighed.as_ref()),
        needs_mark: header.wish(columns.needs_mark.as_ref()),
    };
    let missing = header.missing();
    table.found(&missing).map(|()| at)
}

/// Whether the file is there with the columns that the mapping names.
///
/// # Errors
/// What is missing.
pub fn check(table: &Table<'_>, columns: &MenuColumns) -> Result<(), ImportFault> {
    find(table, columns).map(|_| ())
}
