//! Another menu beside the one in force: what would be new, changed and gone, before it is published and after.

use super::shelf::read_menu;
use crate::ledger::{Ledger, LedgerFault, versions};
use crate::people::cards::Rules;
use kava::{
    facts::{
        floor::product_floor,
        id::Sku,
        menu::{Menu, Product, Role},
        moment::BusinessDay,
        money::{Money, WHOLE_BP, div_half_up, narrow},
        policy::Policy,
    },
    import::{
        Findings, ImportFault,
        cells::AMOUNT_MAX,
        findings::Finding,
        menu_file::{self, Beside, MenuFile},
    },
};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::{collections::BTreeMap, sync::Arc};

/// A menu that may be published, and what it changes.
#[derive(Debug, Clone, Serialize)]
pub struct Revision {
    /// The version that it was made from; 0 where there was none.
    pub base: i64,
    /// The version that it became; nothing while it is only tried.
    pub published: Option<i64>,
    /// Products that there were not.
    pub added: Vec<Line>,
    /// Products that are otherwise.
    pub changed: Vec<Changed>,
    /// Products that are no more.
    pub gone: Vec<Line>,
    /// How many had only their cost stated anew.
    pub restated: usize,
    /// How many are as they were.
    pub same: usize,
    /// Lines of a file that were not taken, or not wholly.
    pub refused: Vec<Refused>,
    /// What of a file was taken and is worth a look.
    pub warnings: Vec<Refused>,
    /// The menu itself.
    #[serde(skip)]
    pub menu: Menu,
}

/// A product that comes or goes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Line {
    /// Its key.
    pub sku: Sku,
    /// What receipts say.
    pub name: String,
    /// Its price.
    pub price_minor: i64,
    /// What it costs; nothing where that is not known.
    pub cost_minor: Option<i64>,
    /// The least that it must bring; nothing where no cost is known, or an old one.
    pub floor_minor: Option<i64>,
}

/// A product that is otherwise.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Changed {
    /// Its key.
    pub sku: Sku,
    /// What receipts will say.
    pub name: String,
    /// The least that it will have to bring; nothing where no cost is known, or an old one.
    pub floor_minor: Option<i64>,
    /// Each field that differs.
    pub fields: Vec<Field>,
}

/// A field as it was and as it will be: sums in minor units, tax in basis points, words and flags as they are.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Field {
    /// Which.
    pub field: &'static str,
    /// As it was.
    pub from: Value,
    /// As it will be.
    pub to: Value,
}

/// A cell of a file with something wrong.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Refused {
    /// Line in the file, the header being 1; row number in a workbook.
    pub line: u64,
    /// The column, or empty where the whole row is meant.
    pub column: Arc<str>,
    /// The cell, cut where it is long.
    pub value: Box<str>,
    /// What is wrong with it, by a code.
    pub code: &'static str,
    /// The same in words.
    pub reason: String,
}

/// Codes of what may be wrong with a cell, by what its reason begins with or says.
const CODES: [(&str, &str); 17] = [
    ("is empty", "empty"),
    ("is not a number", "number"),
    ("has more than two decimals", "number"),
    ("is out of range", "large"),
    ("is negative", "negative"),
    ("is too large", "large"),
    ("duplicate key", "twice"),
    ("is longer", "long"),
    ("is not a whole number of basis points", "tax"),
    ("is not between 0 and 10000", "tax"),
    ("is neither yes nor no", "flag"),
    ("row has", "cells"),
    ("one row takes", "quote"),
    ("is not a day", "day"),
    ("the cost is missing", "cost_missing"),
    ("the cost is zero", "cost_zero"),
    ("the cost is above", "cost_above"),
];

fn code_of(reason: &str) -> &'static str {
    CODES.iter().find(|(begins, _)| reason.starts_with(begins)).map_or("other", |(_, code)| code)
}

impl From<Finding> for Refused {
    fn from(found: Finding) -> Refused {
        let Finding { line, column, value, reason, .. } = found;
        Refused { line, column, value, code: code_of(&reason), reason: reason.into_owned() }
    }
}

/// What is wished for one product; what is not said stays.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Edit {
    /// Its key.
    pub sku: Sku,
    /// Another price.
    pub price_minor: Option<i64>,
    /// So many basis points on its price, half a minor unit rounded up; fewer than none are off it.
    pub price_by_bp: Option<i64>,
    /// Another cost, stated today.
    pub cost_minor: Option<i64>,
    /// Whether a discount may touch it.
    pub eligible: Option<bool>,
    /// It is taken off the menu.
    #[serde(default)]
    pub off: bool,
}

/// Why there is no such menu.
#[derive(Debug)]
pub enum NoRevision {
    /// The ledger cannot.
    Ledger(LedgerFault),
    /// The file cannot be read.
    File(ImportFault),
    /// No product has this key, or a sum is none.
    Edit,
    /// There is no such version.
    Version,
}

impl From<LedgerFault> for NoRevision {
    fn from(fault: LedgerFault) -> NoRevision {
        NoRevision::Ledger(fault)
    }
}

/// What a revision is made beside.
struct InForce {
    /// The version in force; 0 where there is none.
    base: i64,
    menu: Menu,
    policy: Policy,
    today: BusinessDay,
}

impl InForce {
    fn read(ledger: &Ledger, shop: &str, today: BusinessDay) -> Result<InForce, LedgerFault> {
        let Rules { policy, menu, .. } = Rules::read(ledger, shop)?;
        let base = versions::in_force(ledger.connection(), shop)?.map_or(0, |holds| holds.version);
        Ok(InForce { base, menu, policy, today })
    }

    fn floor(&self, product: &Product) -> Option<i64> {
        product_floor(product, &self.policy, self.today).ok().map(Money::minor)
    }
}

/// The menu that a file makes of the one in force.
///
/// # Errors
/// When the file is no menu, or the ledger cannot be read.
pub fn of_file(
    ledger: &Ledger,
    shop: &str,
    file: MenuFile,
    (today, tax_bp): (BusinessDay, Option<i64>),
) -> Result<Revision, NoRevision> {
    let now = InForce::read(ledger, shop, today)?;
    let read = menu_file::read(file, Beside { menu: &now.menu, today, tax_bp });
    let (revised, found) = read.map_err(NoRevision::File)?;
    Ok(between(&now, revised, found))
}

/// The menu in force with these edits.
///
/// # Errors
/// When an edit names no product or no sum, or the ledger cannot be read.
pub fn of_edits(
    ledger: &Ledger,
    shop: &str,
    (edits, today): (&[Edit], BusinessDay),
) -> Result<Revision, NoRevision> {
    let now = InForce::read(ledger, shop, today)?;
    let mut products: BTreeMap<Sku, Product> =
        now.menu.iter().map(|product| (product.sku.clone(), Product::clone(product))).collect();
    for edit in edits {
        let product = products.get_mut(&edit.sku).ok_or(NoRevision::Edit)?;
        apply(product, edit, today)?;
        if edit.off {
            products.remove(&edit.sku);
        }
    }
    Ok(between(&now, Menu::new(products.into_values()), Findings::default()))
}

fn apply(product: &mut Product, edit: &Edit, today: BusinessDay) -> Result<(), NoRevision> {
    let sum = |minor: i64| {
        let sum = Money(minor);
        if sum >= Money::ZERO && sum <= AMOUNT_MAX { Ok(sum) } else { Err(NoRevision::Edit) }
    };
    if let Some(price) = edit.price_minor {
        product.price = sum(price)?;
    }
    if let Some(by_bp) = edit.price_by_bp {
        let share = i128::from(WHOLE_BP) + i128::from(by_bp);
        product.price = sum(narrow(div_half_up(i128::from(product.price.0) * share, i128::from(WHOLE_BP))))?;
    }
    if let Some(cost) = edit.cost_minor {
        (product.cost, product.cost_day) = (Some(sum(cost)?), Some(today));
    }
    product.eligible = edit.eligible.unwrap_or(product.eligible);
    Ok(())
}

/// An earlier menu beside the one in force.
///
/// # Errors
/// When there was no such version, or the ledger cannot be read.
pub fn of_version(
    ledger: &Ledger,
    shop: &str,
    (version, today): (i64, BusinessDay),
) -> Result<Revision, NoRevision> {
    let now = InForce::read(ledger, shop, today)?;
    let earlier = ledger.menu_of_version(shop, version)?.ok_or(NoRevision::Version)?;
    Ok(between(&now, read_menu(&earlier)?, Findings::default()))
}

/// What one menu changes of another.
fn between(now: &InForce, menu: Menu, found: Findings) -> Revision {
    let old = &now.menu;
    let mut changed = Vec::new();
    let (mut added, mut restated, mut same) = (Vec::new(), 0, 0);
    for product in menu.iter() {
        match old.get(&product.sku) {
            None => added.push(line_of(now, product)),
            Some(was) if was == product => same += 1,
            Some(was) => match differences(was, product) {
                fields if fields.is_empty() => restated += 1,
                fields => {
                    let (sku, name) = (product.sku.clone(), product.name.clone());
                    changed.push(Changed { sku, name, floor_minor: now.floor(product), fields });
                }
            },
        }
    }
    let gone = old.iter().filter(|was| menu.get(&was.sku).is_none()).map(|was| line_of(now, was)).collect();
    let listed = |findings: Vec<Finding>| findings.into_iter().map(Refused::from).collect();
    Revision {
        base: now.base,
        published: None,
        added,
        changed,
        gone,
        restated,
        same,
        refused: listed(found.rejects),
        warnings: listed(found.warnings),
        menu,
    }
}

fn line_of(now: &InForce, product: &Product) -> Line {
    Line {
        sku: product.sku.clone(),
        name: product.name.clone(),
        price_minor: product.price.0,
        cost_minor: product.cost.map(|cost| cost.0),
        floor_minor: now.floor(product),
    }
}

/// Fields that differ, but for the day on which a cost was stated.
fn differences(was: &Product, product: &Product) -> Vec<Field> {
    let told = |one: &Product| {
        [
            ("name", json!(one.name)),
            ("category", json!(one.category)),
            ("variant_of", json!(one.variant_of)),
            ("price", json!(one.price.0)),
            ("cost", json!(one.cost.map(|cost| cost.0))),
            ("tax_bp", json!(one.tax_bp)),
            ("extra", json!(one.role == Role::Extra)),
            ("eligible", json!(one.eligible)),
            ("drink", json!(one.drink)),
            ("weighed", json!(one.weighed)),
            ("needs_mark", json!(one.needs_mark)),
        ]
    };
    let pairs = told(was).into_iter().zip(told(product));
    let fields = pairs.filter(|((_, from), (_, to))| from != to);
    fields.map(|((field, from), (_, to))| Field { field, from, to }).collect()
}
