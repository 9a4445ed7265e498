//! From a folder and a mapping to a batch: menu first, then customers, then purchases.

use super::{
    batch::{Batch, median, month, place},
    customers::{self, Members},
    fault::ImportFault,
    findings::Findings,
    guest_columns::CustomerColumns,
    mapping::{Format, Mapping},
    menu::{self, CostDay, Shelf},
    purchases::{self, Journal},
    table::{Table, Wanted, Watcher},
};
use crate::facts::{
    moment::{BusinessDay, ShopTime},
    money::Money,
};
use std::{
    collections::{BTreeMap, HashMap},
    path::Path,
};

/// Where and when an import takes place; the room itself reads no clock.
#[derive(Debug, Clone)]
pub struct Occasion {
    /// Zone and day of the shop.
    pub time: ShopTime,
    /// The shop that purchases belong to when no column says.
    pub shop: String,
    /// Today.
    pub today: BusinessDay,
    /// Day of costs whose rows give none, if somebody said one; else today.
    pub cost_day: Option<BusinessDay>,
    /// Up to which day a percent of an older programme is kept, where its row does not say.
    pub percent_until: Option<BusinessDay>,
}

/// Reads all files of the mapping.
///
/// # Errors
/// What stops the import; bad rows do not, they are in the findings.
pub fn read(
    folder: &Path,
    mapping: &Mapping,
    occasion: &Occasion,
    watcher: Watcher<'_>,
) -> Result<(Batch, Findings), ImportFault> {
    let mut findings = Findings::default();
    let mut shelf = Shelf::new(mapping);
    let mut members = Members::default();
    members.percent_until = occasion.percent_until;
    if occasion.percent_until.is_none() && mapping.customers.as_ref().is_some_and(CustomerColumns::needs_day)
    {
        return Err(ImportFault::PromiseWithoutDay { mapping: mapping.name.clone() });
    }
    // All headers first, so that a wrong third file is said before a long first one is read.
    let tables = open(folder, mapping, watcher)?;
    if let (Some(mut table), Some(columns)) = (tables.menu, &mapping.menu) {
        let cost_day = CostDay {
            day: occasion.cost_day.unwrap_or(occasion.today),
            is_stated: occasion.cost_day.is_some(),
        };
        shelf.read(&mut table, columns, cost_day, &mut findings)?;
        findings.files.push(table.into_count());
    }
    if let (Some(mut table), Some(columns)) = (tables.customers, &mapping.customers) {
        members.read(&mut table, columns, &mut findings)?;
        findings.files.push(table.into_count());
    }
    let derives = mapping.menu.is_none();
    let mut journal = Journal::new(shelf, members, derives, occasion.time.clone(), &occasion.shop);
    if let (Some(mut table), Some(columns)) = (tables.purchases, &mapping.purchases) {
        journal.read(&mut table, columns, &mut findings)?;
        findings.files.push(table.into_count());
    }
    let consent = mapping.consent().unwrap_or_default();
    Ok((batch(journal, mapping.source(), consent, occasion.today), findings))
}

/// Whether all files of the mapping are there with their columns.
///
/// # Errors
/// The first thing that is missing.
pub fn fits(folder: &Path, mapping: &Mapping) -> Result<(), ImportFault> {
    open(folder, mapping, &|_| ()).map(|_| ())
}

struct Tables<'w> {
    menu: Option<Table<'w>>,
    customers: Option<Table<'w>>,
    purchases: Option<Table<'w>>,
}

fn open<'w>(folder: &Path, mapping: &Mapping, watcher: Watcher<'w>) -> Result<Tables<'w>, ImportFault> {
    let all = &mapping.format;
    let table =
        |file, key, sheet, own: &Format| Table::open(folder, Wanted { file, key, sheet, own, all }, watcher);
    let mut tables = Tables { menu: None, customers: None, purchases: None };
    if let Some(map) = &mapping.menu {
        let opened = table(&map.file, "menu.file", map.sheet.as_deref(), &map.format)?;
        menu::check(&opened, map)?;
        tables.menu = Some(opened);
    }
    if let Some(map) = &mapping.customers {
        let opened = table(&map.file, "customers.file", map.sheet.as_deref(), &map.format)?;
        customers::check(&opened, map)?;
        tables.customers = Some(opened);
    }
    if let Some(map) = &mapping.purchases {
        let opened = table(&map.file, "purchases.file", map.sheet.as_deref(), &map.format)?;
        purchases::check(&opened, map)?;
        tables.purchases = Some(opened);
    }
    Ok(tables)
}

fn batch(
    journal: Journal,
    source: String,
    consent: crate::facts::customer::Consent,
    today: BusinessDay,
) -> Batch {
    let Journal { shelf, members, keys, receipts, lines, shops, .. } = journal;
    let mut batch = Batch {
        source,
        consent,
        today,
        products: shelf.products,
        customer_keys: members.keys,
        customers: members.members,
        shops,
        receipt_keys: keys,
        receipts,
        lines,
        cups: BTreeMap::new(),
    };
    price_derived(&mut batch);
    batch.cups = cups(&batch);
    batch
}

/// A product that only lines name costs what it cost in the middle of them.
fn price_derived(batch: &mut Batch) {
    if !batch.products.iter().any(|listed| listed.is_derived) {
        return;
    }
    let mut prices: Vec<Vec<Money>> = vec![Vec::new(); batch.products.len()];
    let mut fractions = vec![false; batch.products.len()];
    for line in &batch.lines {
        if let Some(prices) = prices.get_mut(place(line.product)) {
            prices.push(line.unit);
        }
        if let Some(fraction) = fractions.get_mut(place(line.product)) {
            *fraction |= !line.qty().is_whole();
        }
    }
    for ((listed, prices), fraction) in batch.products.iter_mut().zip(&mut prices).zip(fractions) {
        if listed.is_derived {
            listed.product.price = median(prices).unwrap_or_default();
            listed.product.weighed |= fraction;
        }
    }
}

/// One cup of each month: the median price of its drinks, else of the menu's drinks, else of its lines.
fn cups(batch: &Batch) -> BTreeMap<String, Money> {
    let mut months: HashMap<(i16, i8), (Vec<Money>, Vec<Money>)> = HashMap::new();
    for (_, receipt, lines) in batch.purchases() {
        let date = receipt.when.business_day.date();
        let (drinks, all) = months.entry((date.year(), date.month())).or_default();
        for line in lines {
            all.push(line.unit);
            if batch.product(line.product).is_some_and(|product| product.drink) {
                drinks.push(line.unit);
            }
        }
    }
    let mut menu: Vec<Money> = batch
        .products
        .iter()
        .map(|l| &l.product)
        .filter(|p| p.drink && p.price.0 > 0)
        .map(|p| p.price)
        .collect();
    let of_menu = median(&mut menu);
    let days = months.into_iter().filter_map(|((year, number), (mut drinks, mut all))| {
        let cup = median(&mut drinks).or(of_menu).or_else(|| median(&mut all))?;
        let first = jiff::civil::Date::new(year, number, 1).ok()?;
        Some((month(BusinessDay::of(first)), cup.max(Money(1))))
    });
    days.collect()
}
