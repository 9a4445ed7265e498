//! Tables as text: semicolons and decimal commas, as programs for tables open them where our shops are; and what stands in each
//! table, whatever it is written as.

use super::{
    receipts::ReceiptRow,
    sheet::{Cell, Sheet},
};
use crate::ledger::campaigns::BudgetShown;
use kava::facts::{
    menu::{Menu, Product, Role},
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
        let names: Vec<Cell> = columns.iter().map(|name| Cell::from(*name)).collect();
        table.row(&names);
        table
    }

    /// Adds a row.
    pub fn row(&mut self, cells: &[Cell]) {
        for (nth, cell) in cells.iter().enumerate() {
            if nth > 0 {
                self.0.push(';');
            }
            match cell {
                Cell::Text(text) => add(&mut self.0, text),
                Cell::Money(sum) => self.0.push_str(&sum.to_string().replace('.', ",")),
                Cell::Count(count) => self.0.push_str(&count.to_string()),
                Cell::Day(day) => self.0.push_str(&day.to_string()),
                Cell::At(at) => self.0.push_str(&at.to_string()),
                Cell::Flag(is_so) => self.0.push_str(if *is_so { "yes" } else { "no" }),
                Cell::Empty => {}
            }
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

/// A receipt.
#[must_use]
pub fn receipt(row: &ReceiptRow) -> Vec<Cell> {
    let words = [&row.receipt, &row.shop, &row.counter].map(|text| Cell::from(text.as_str()));
    let sums = [row.saved_minor, row.net_minor, row.refunded_minor].map(Cell::minor);
    words.into_iter().chain([Cell::At(row.at), Cell::Flag(row.charged)]).chain(sums).collect()
}

/// The menu; costs are columns only for whoever may see them.
#[must_use]
pub fn menu(menu: &Menu, with_costs: bool) -> Sheet {
    let columns = if with_costs { MENU.len() } else { MENU.len() - COSTS };
    let cells = |product: &Product| product_cells(product).into_iter().take(columns).collect();
    Sheet {
        columns: MENU.into_iter().take(columns).collect(),
        rows: menu.iter().map(|product| cells(product)).collect(),
    }
}

fn product_cells(product: &Product) -> [Cell; 13] {
    [
        Cell::Text(product.sku.to_string()),
        Cell::Text(product.name.clone()),
        Cell::Text(product.category.to_string()),
        Cell::Text(product.variant_of.clone().unwrap_or_default()),
        Cell::Money(product.price),
        Cell::Count(product.tax_bp),
        Cell::Flag(product.drink),
        Cell::Flag(product.role == Role::Extra),
        Cell::Flag(product.eligible),
        Cell::Flag(product.weighed),
        Cell::Flag(product.needs_mark),
        Cell::maybe(product.cost, Cell::Money),
        Cell::maybe(product.cost_day, Cell::Day),
    ]
}

/// Campaigns with where their budgets are.
#[must_use]
pub fn campaigns(all: &[BudgetShown]) -> Sheet {
    Sheet { columns: CAMPAIGN.to_vec(), rows: all.iter().map(campaign_cells).collect() }
}

fn campaign_cells(BudgetShown { campaign, ended, pool, lent, spent, .. }: &BudgetShown) -> Vec<Cell> {
    let (scope, of) = match &campaign.scope {
        Scope::Basket => ("basket", String::new()),
        Scope::Category(category) => ("category", category.to_string()),
        Scope::Product(sku) => ("product", sku.to_string()),
    };
    vec![
        Cell::Text(campaign.id.to_string()),
        Cell::Text(campaign.title.clone()),
        scope.into(),
        of.into(),
        Cell::Count(campaign.depth_bp),
        Cell::At(campaign.from),
        Cell::At(campaign.until),
        Cell::maybe(*ended, Cell::At),
        Cell::Money(campaign.budget.money),
        Cell::Count(campaign.budget.uses),
        Cell::maybe(campaign.per_customer, |uses| Cell::Count(uses.into())),
        Cell::maybe(campaign.holdout_bp, Cell::Count),
        Cell::Money(spent.money),
        Cell::Count(spent.uses),
        Cell::Money(lent.money),
        Cell::Money(pool.money),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_is_quoted_where_it_must_be_and_never_becomes_a_formula() {
        let mut table = Table::of(&["a", "b"]);
        table.row(&["Чай; чёрный \"Ассам\"", "=1+1"].map(Cell::from));
        table.row(&[Cell::minor(-450), "-cmd".into()]);
        table.row(&["@x", "две\nстроки"].map(Cell::from));
        let text =
            "\u{feff}a;b\r\n\"Чай; чёрный \"\"Ассам\"\"\";'=1+1\r\n-4,50;'-cmd\r\n'@x;\"две\nстроки\"\r\n";
        assert_eq!(table.take(), text);
        assert_eq!(table.take(), "", "what was taken is not written again");
    }
}
