//! A day's close as one table, for an accountant's own program: each row says what it is of, and sums stand in columns of their own.

use super::Close;
use crate::close::{Pair, Why};
use crate::desk::sheet::{Cell, Sheet};
use serde_json::Value;

/// `kava` is what was recorded, `other` what the other side says, `difference` other less kava or a part of that.
const COLUMNS: [&str; 9] =
    ["day", "shop", "part", "counter", "what", "receipts", "kava", "other", "difference"];

struct Rows<'c> {
    close: &'c Close,
    rows: Vec<Vec<Cell>>,
}

/// The table.
#[must_use]
pub fn of(close: &Close) -> Sheet {
    let mut rows = Rows { close, rows: Vec::new() };
    let totals = close.totals;
    rows.one(("total", "list"), Some(totals.receipts), totals.list_minor);
    rows.one(("total", "saved"), None, totals.saved_minor);
    rows.one(("total", "net"), Some(totals.receipts), totals.net_minor);
    rows.one(("total", "refunded"), Some(totals.refunds), totals.refunded_minor);
    for paid in &close.payments {
        rows.one(("paid", &paid.kind), None, paid.taken_minor);
        rows.one(("paid_back", &paid.kind), None, paid.back_minor);
    }
    for taxed in &close.taxes {
        let rate = taxed.tax_bp.map_or_else(|| "unknown".into(), |bp| bp.to_string());
        rows.one(("taxed_net", &rate), None, taxed.net_minor);
        if let Some(tax) = taxed.tax_minor {
            rows.one(("tax", &rate), None, tax);
        }
    }
    for saved in &close.discounts {
        let what = saved
            .title
            .as_ref()
            .map_or_else(|| saved.programme.to_owned(), |title| format!("{}: {title}", saved.programme));
        rows.one(("discount", &what), Some(saved.receipts), saved.saved_minor);
    }
    for counter in &close.counters {
        rows.pair(("z_sales", &counter.counter), &counter.sales);
        rows.pair(("z_refunds", &counter.counter), &counter.refunds);
    }
    if let Some(acquirer) = &close.acquirer {
        rows.pair(("acquirer", ""), &acquirer.pair);
    }
    for open in &close.open {
        rows.add(("open", &open.counter, open.why), [Cell::Empty, Cell::Empty, Cell::Empty, Cell::Empty]);
    }
    Sheet { columns: COLUMNS.to_vec(), rows: rows.rows }
}

impl Rows<'_> {
    fn add(&mut self, (part, counter, what): (&str, &str, &str), sums: [Cell; 4]) {
        let whose = [Cell::Day(self.close.day), self.close.shop.as_str().into()];
        let of = [part, counter, what].map(Cell::from);
        self.rows.push(whose.into_iter().chain(of).chain(sums).collect());
    }

    fn one(&mut self, (part, what): (&str, &str), receipts: Option<i64>, minor: i64) {
        let receipts = Cell::maybe(receipts, Cell::Count);
        self.add((part, "", what), [receipts, Cell::minor(minor), Cell::Empty, Cell::Empty]);
    }

    fn pair(&mut self, (part, counter): (&str, &str), pair: &Pair) {
        let sums = [pair.ours_minor, pair.theirs_minor, pair.difference_minor].map(Cell::minor);
        let [ours, theirs, difference] = sums;
        self.add((part, counter, "sum"), [Cell::Empty, ours, theirs, difference]);
        let part_of = |minor| [Cell::Empty, Cell::Empty, Cell::Empty, Cell::minor(minor)];
        for named in &pair.named {
            let what = format!("{} {}", code(named.why), named.receipt);
            self.add((part, counter, &what), part_of(named.minor));
        }
        if pair.open_minor != 0 {
            self.add((part, counter, "unexplained"), part_of(pair.open_minor));
        }
    }
}

fn code(why: Why) -> String {
    match serde_json::to_value(why) {
        Ok(Value::String(code)) => code,
        _ => String::new(),
    }
}
