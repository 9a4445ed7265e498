//! Facts about an old till's purchases, counted and nothing more: no advice, no estimate. Costs are
//! those of the menu file, whatever day the purchase was on.

use super::{
    Batch, Mapping,
    batch::{Line, median, place},
    fault::ImportFault,
    read::fits,
    shipped::{self, SHIPPED},
};
use crate::facts::{
    moment::BusinessDay,
    money::{Money, WHOLE_BP, div_half_up, narrow},
};
use serde::Serialize;
use std::{collections::BTreeSet, path::Path};

/// Visits from which on an identified customer is a regular here.
pub const REGULAR_VISITS: u32 = 3;

/// What every mapping must name.
const NEEDS: &str = "a purchase file with the columns of receipt, day, product, quantity and price (and of customer, menu and cost where there are any)";

/// What the files show.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Facts {
    /// Receipts.
    pub receipts: usize,
    /// Lines.
    pub lines: usize,
    /// First day of trade.
    pub first_day: Option<BusinessDay>,
    /// Last day of trade.
    pub last_day: Option<BusinessDay>,
    /// Share of receipts with a known customer, basis points.
    pub identified_receipts_bp: i64,
    /// Median of what receipts came to.
    pub median_receipt_minor: Option<Money>,
    /// What was sold under its cost; nothing where no cost is known.
    pub below_cost: Option<BelowCost>,
    /// Where discounts went.
    pub discounts: Discounts,
    /// Products that brought in less than they cost, the worst first.
    pub negative_margin: Vec<Margin>,
    /// What each product was sold at, the widest spread first.
    pub prices: Vec<Spread>,
}

/// Sales under cost.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct BelowCost {
    /// Lines whose cost is known.
    pub lines_with_cost: usize,
    /// Lines that brought in less than they cost.
    pub lines: usize,
    /// Receipts whose lines with known cost brought in less than they cost together.
    pub receipts: usize,
    /// By how much, over those receipts.
    pub loss_minor: Money,
}

/// Discounts: list price less what was paid.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Discounts {
    /// Lines with one.
    pub lines: usize,
    /// All of them.
    pub total_minor: Money,
    /// On receipts with a known customer.
    pub identified_minor: Money,
    /// On receipts of regulars.
    pub regulars_minor: Money,
    /// Their share of all discounts, basis points.
    pub regulars_bp: i64,
    /// Customers with at least three visits in the files.
    pub regulars: usize,
    /// Lines whose price of one piece is under the menu file's.
    pub lines_under_menu_price: usize,
    /// By how much, over those lines.
    pub under_menu_price_minor: Money,
}

/// What a product brought in and what it cost.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Margin {
    /// Which.
    pub sku: String,
    /// Its name.
    pub name: String,
    /// Paid for it without tax.
    pub net_minor: Money,
    /// What those pieces cost.
    pub cost_minor: Money,
}

/// The prices at which a product was sold.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Spread {
    /// Which.
    pub sku: String,
    /// Its name.
    pub name: String,
    /// Lines.
    pub lines: usize,
    /// Lowest price of one piece.
    pub min_minor: Money,
    /// The middle one.
    pub median_minor: Money,
    /// The highest.
    pub max_minor: Money,
    /// How many different ones.
    pub distinct: usize,
}

/// The shipped mapping whose files and columns the folder has.
///
/// # Errors
/// When none has; says what each lacked and what a mapping must name.
pub fn recognise(folder: &Path) -> Result<Mapping, ImportFault> {
    if !folder.is_dir() {
        return Err(ImportFault::MissingFolder(folder.into()));
    }
    let mut lacks = Vec::new();
    for (file, text) in SHIPPED.into_iter().filter(|(file, _)| !shipped::is_preset(file)) {
        let mapping = Mapping::parse(file, text)?;
        match fits(folder, &mapping) {
            Ok(()) => return Ok(mapping),
            Err(fault) => lacks.push(format!("for {}: {fault}", mapping.name)),
        }
    }
    Err(ImportFault::NoMappingFits { folder: folder.into(), why: lacks.join("; "), needs: NEEDS })
}

/// Counts the facts of a batch.
#[must_use]
pub fn facts(batch: &Batch) -> Facts {
    let mut nets: Vec<Money> =
        batch.purchases().map(|(_, _, lines)| Money::total(lines.iter().map(|line| line.net))).collect();
    let identified = batch.receipts.iter().filter(|receipt| receipt.customer.is_some()).count();
    let days = || batch.receipts.iter().map(|receipt| receipt.when.business_day);
    Facts {
        receipts: batch.receipts.len(),
        lines: batch.lines.len(),
        first_day: days().min(),
        last_day: days().max(),
        identified_receipts_bp: share_bp(identified, batch.receipts.len()),
        median_receipt_minor: median(&mut nets),
        below_cost: below_cost(batch),
        discounts: discounts(batch),
        negative_margin: negative_margin(batch),
        prices: prices(batch),
    }
}

/// What a line brought in without tax, and what its pieces cost, where that is known.
fn margin(batch: &Batch, line: &Line) -> Option<(Money, Money)> {
    let product = batch.product(line.product)?;
    let cost = product.cost.filter(|cost| cost.0 > 0)?;
    Some((line.net.minus(line.tax(product.tax_bp)), line.qty().times(cost)))
}

fn below_cost(batch: &Batch) -> Option<BelowCost> {
    let mut below = BelowCost::default();
    for (_, _, lines) in batch.purchases() {
        let mut sum = (Money::ZERO, Money::ZERO);
        for (net, cost) in lines.iter().filter_map(|line| margin(batch, line)) {
            below.lines_with_cost += 1;
            below.lines += usize::from(net < cost);
            sum = (sum.0.plus(net), sum.1.plus(cost));
        }
        if sum.0 < sum.1 {
            below.receipts += 1;
            below.loss_minor = below.loss_minor.plus(sum.1.minus(sum.0));
        }
    }
    (below.lines_with_cost > 0).then_some(below)
}

fn discounts(batch: &Batch) -> Discounts {
    let mut visits = vec![0u32; batch.customers.len()];
    for customer in batch.receipts.iter().filter_map(|receipt| receipt.customer) {
        if let Some(count) = visits.get_mut(place(customer)) {
            *count += 1;
        }
    }
    let is_regular = |count: &u32| *count >= REGULAR_VISITS;
    let mut sums =
        Discounts { regulars: visits.iter().filter(|c| is_regular(c)).count(), ..Discounts::default() };
    for (_, receipt, lines) in batch.purchases() {
        let discount = Money::total(lines.iter().map(|line| line.list().minus(line.net)));
        sums.lines += lines.iter().filter(|line| line.list() > line.net).count();
        sums.total_minor = sums.total_minor.plus(discount);
        let Some(customer) = receipt.customer else { continue };
        sums.identified_minor = sums.identified_minor.plus(discount);
        if visits.get(place(customer)).is_some_and(is_regular) {
            sums.regulars_minor = sums.regulars_minor.plus(discount);
        }
    }
    for (line, menu) in batch.lines.iter().filter_map(|line| Some((line, stated_price(batch, line)?))) {
        if line.unit < menu {
            sums.lines_under_menu_price += 1;
            let gap = line.qty().times(menu.minus(line.unit));
            sums.under_menu_price_minor = sums.under_menu_price_minor.plus(gap);
        }
    }
    sums.regulars_bp = ratio_bp(sums.regulars_minor.0.into(), sums.total_minor.0.into());
    sums
}

/// The price that the menu file states; a derived product has none.
fn stated_price(batch: &Batch, line: &Line) -> Option<Money> {
    let listed = batch.products.get(place(line.product))?;
    (!listed.is_derived).then_some(listed.product.price)
}

fn negative_margin(batch: &Batch) -> Vec<Margin> {
    let mut sums = vec![(Money::ZERO, Money::ZERO); batch.products.len()];
    for line in &batch.lines {
        if let (Some(sum), Some((net, cost))) = (sums.get_mut(place(line.product)), margin(batch, line)) {
            *sum = (sum.0.plus(net), sum.1.plus(cost));
        }
    }
    let mut worst: Vec<Margin> = batch
        .products
        .iter()
        .zip(sums)
        .filter(|(_, (net, cost))| net < cost)
        .map(|(listed, (net_minor, cost_minor))| Margin {
            sku: listed.product.sku.to_string(),
            name: listed.product.name.clone(),
            net_minor,
            cost_minor,
        })
        .collect();
    worst.sort_by_key(|margin| (margin.net_minor.minus(margin.cost_minor), margin.sku.clone()));
    worst
}

fn prices(batch: &Batch) -> Vec<Spread> {
    let mut sold: Vec<Vec<Money>> = vec![Vec::new(); batch.products.len()];
    for line in &batch.lines {
        if let Some(prices) = sold.get_mut(place(line.product)) {
            prices.push(line.unit);
        }
    }
    let mut spreads: Vec<Spread> = batch
        .products
        .iter()
        .zip(&mut sold)
        .filter_map(|(listed, prices)| {
            Some(Spread {
                sku: listed.product.sku.to_string(),
                name: listed.product.name.clone(),
                lines: prices.len(),
                median_minor: median(prices)?,
                min_minor: *prices.iter().min()?,
                max_minor: *prices.iter().max()?,
                distinct: prices.iter().collect::<BTreeSet<_>>().len(),
            })
        })
        .collect();
    spreads.sort_by_key(|spread| {
        let (low, high) = (spread.min_minor.0.max(1), spread.max_minor.0);
        (std::cmp::Reverse(ratio_bp(high.into(), low.into())), spread.sku.clone())
    });
    spreads
}

fn share_bp(part: usize, whole: usize) -> i64 {
    ratio_bp(i128::try_from(part).unwrap_or(0), i128::try_from(whole).unwrap_or(0))
}

fn ratio_bp(part: i128, whole: i128) -> i64 {
    if whole <= 0 { 0 } else { narrow(div_half_up(part * i128::from(WHOLE_BP), whole)) }
}
