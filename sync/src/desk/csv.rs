//! Tables as text: semicolons and decimal commas, as programs for tables open them where our shops are.

use super::receipts::ReceiptRow;
use crate::ledger::campaigns::BudgetShown;
use kava::facts::{
    menu::{Menu, Product, Role},
    money::Money,
    offer::Scope,
};
use std::fmt::Write as _;

/// Columns of receipts.
pub const RECEIPT: [&str; 8] = ["receipt", "shop", "counter", "at", "charged", "saved", "net", "refunded"];
/// Columns of the menu: those by which it can be brought back. The last two are costs.
const MENU: [&str; 13] = [
    "sku",
    "name",
    "category",
    "variant_of",
    "price",
    "tax_bp",
    "drink",
    "extra",
    "eligible",
    "weighed",
    "needs_mark",
    "cost",
    "cost_day",
];
const COSTS: usize = 2;
const CAMPAIGN: [&str; 16] = [
    "campaign",
    "title",
    "scope",
    "of",
    "depth_bp",
    "from",
    "until",
    "ended",
    "budget",
    "uses",
    "per_customer",
    "holdout_bp",
    "spent",
    "spent_uses",
    "lent",
    "pool",
];

/// A table that is being written.
#[derive(Debug)]
pub struct Table(String);

impl Table {
    /// A table with these columns. A mark at its beginning says that it is UTF-8: without it, programs take it for an old
    /// encoding.
    #[must_use]
    pub fn of(columns: &[&str]) -> Table {
        let mut table = Table("\u{feff}".into());
        table.row(columns);
        table
    }

    /// Adds a row.
    pub fn row(&mut self, cells: &[impl AsRef<str>]) {
        for (nth, cell) in cells.iter().enumerate() {
            if nth > 0 {
                self.0.push(';');
            }
            add(&mut self.0, cell.as_ref());
        }
        self.0.push_str("\r\n");
    }

    /// What was written since it was last taken.
    pub fn take(&mut self) -> String {
        std::mem::take(&mut self.0)
    }
}

/// Adds a cell. What would be taken for a formula is text.
fn add(text: &mut String, cell: &str) {
    let is_formula = cell.starts_with(['=', '+', '@', '\t', '\r'])
        || cell
            .strip_prefix('-')
            .is_some_and(|rest| !rest.bytes().all(|byte| byte.is_ascii_digit() || byte == b','));
    let cell = if is_formula { format!("'{cell}") } else { cell.to_owned() };
    if cell.contains([';', '"', '\n', '\r']) {
        // Writing into a text does not fail.
        write!(text, "\"{}\"", cell.replace('"', "\"\"")).unwrap_or_default();
    } else {
        text.push_str(&cell);
    }
}

fn sum(money: Money) -> String {
    money.to_string().replace('.', ",")
}

fn flag(is_so: bool) -> String {
    if is_so { "yes" } else { "no" }.into()
}

fn shown<T: ToString>(value: Option<T>) -> String {
    value.map(|value| value.to_string()).unwrap_or_default()
}

/// Adds a receipt.
pub fn receipt(table: &mut Table, row: &ReceiptRow) {
    let sums = [row.saved_minor, row.net_minor, row.refunded_minor].map(|minor| sum(Money(minor)));
    let [saved, net, refunded] = sums;
    let words = [row.receipt.clone(), row.shop.clone(), row.counter.clone(), row.at.to_string()];
    let [receipt, shop, counter, at] = words;
    table.row(&[receipt, shop, counter, at, flag(row.charged), saved, net, refunded]);
}

/// The menu; costs are columns only for whoever may see them.
#[must_use]
pub fn menu(menu: &Menu, with_costs: bool) -> String {
    let columns = if with_costs { MENU.len() } else { MENU.len() - COSTS };
    let mut table = Table::of(MENU.get(..columns).unwrap_or_default());
    for product in menu.iter() {
        let cells = product_cells(product);
        table.row(cells.get(..columns).unwrap_or_default());
    }
    table.take()
}

fn product_cells(product: &Product) -> [String; 13] {
    [
        product.sku.to_string(),
        product.name.clone(),
        product.category.to_string(),
        product.variant_of.clone().unwrap_or_default(),
        sum(product.price),
        product.tax_bp.to_string(),
        flag(product.drink),
        flag(product.role == Role::Extra),
        flag(product.eligible),
        flag(product.weighed),
        flag(product.needs_mark),
        product.cost.map(sum).unwrap_or_default(),
        shown(product.cost_day),
    ]
}

/// Campaigns with where their budgets are.
#[must_use]
pub fn campaigns(all: &[BudgetShown]) -> String {
    let mut table = Table::of(&CAMPAIGN);
    for BudgetShown { campaign, ended, pool, lent, spent, .. } in all {
        let (scope, of) = match &campaign.scope {
            Scope::Basket => ("basket", String::new()),
            Scope::Category(category) => ("category", category.to_string()),
            Scope::Product(sku) => ("product", sku.to_string()),
        };
        table.row(&[
            campaign.id.to_string(),
            campaign.title.clone(),
            scope.into(),
            of,
            campaign.depth_bp.to_string(),
            campaign.from.to_string(),
            campaign.until.to_string(),
            shown(*ended),
            sum(campaign.budget.money),
            campaign.budget.uses.to_string(),
            shown(campaign.per_customer),
            shown(campaign.holdout_bp),
            sum(spent.money),
            spent.uses.to_string(),
            sum(lent.money),
            sum(pool.money),
        ]);
    }
    table.take()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_is_quoted_where_it_must_be_and_never_becomes_a_formula() {
        let mut table = Table::of(&["a", "b"]);
        table.row(&["Чай; чёрный \"Ассам\"", "=1+1"]);
        table.row(&["-4,50", "-cmd"]);
        table.row(&["@x", "две\nстроки"]);
        let text =
            "\u{feff}a;b\r\n\"Чай; чёрный \"\"Ассам\"\"\";'=1+1\r\n-4,50;'-cmd\r\n'@x;\"две\nстроки\"\r\n";
        assert_eq!(table.take(), text);
        assert_eq!(table.take(), "", "what was taken is not written again");
    }
}
