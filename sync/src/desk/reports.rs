//! Reports: what an analyst asks of the ledger, each a view `report_…` of the embedded warehouse (`migrations/office`).

use super::{
    role::{Right, Role},
    sheet::{Cell, Sheet},
};
use crate::ledger::{Ledger, LedgerFault};
use kava::facts::{basket::Quantity, moment::BusinessDay};
use rusqlite::{Params, Row, params, types::ValueRef};
use serde::Serialize;
use serde_json::Value;

/// Rows of one answer at most.
pub const ROWS_MAX: usize = 20_000;
/// The most days of one report.
pub const DAYS_MAX: i32 = 366;
/// What only somebody with [`Right::Costs`] sees.
const COSTS: &str = "kept_minor";
/// A day as the ledger has it; it is shown as `day`, written 2026-11-30.
const DAY: &str = "business_day";

/// A report.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Report {
    /// Its name; the view is called `report_` and this.
    pub name: &'static str,
    /// Who may see it.
    pub right: Right,
    columns: &'static [&'static str],
}

/// Every report.
pub const REPORTS: [Report; 12] = [
    Report {
        name: "trade",
        right: Right::Sales,
        columns: &[
            DAY,
            "shop",
            "counter",
            "receipts",
            "discounted",
            "list_minor",
            "saved_minor",
            "net_minor",
            "refunds",
            "refunded_minor",
        ],
    },
    Report {
        name: "products",
        right: Right::Sales,
        columns: &[
            DAY,
            "shop",
            "sku",
            "name",
            "category",
            "pieces_milli",
            "list_minor",
            "saved_minor",
            "net_minor",
            "tax_minor",
            COSTS,
        ],
    },
    Report {
        name: "hours",
        right: Right::Sales,
        columns: &[DAY, "shop", "hour", "receipts", "discounted", "saved_minor", "net_minor"],
    },
    Report {
        name: "payments",
        right: Right::Sales,
        columns: &[DAY, "shop", "payment", "payments", "paid_minor"],
    },
    Report {
        name: "offers",
        right: Right::Sales,
        columns: &[DAY, "shop", "programme", "receipts", "list_minor", "saved_minor", "net_minor"],
    },
    Report {
        name: "recognised",
        right: Right::Sales,
        columns: &[DAY, "shop", "recognised_by", "receipts", "saved_minor", "net_minor"],
    },
    Report {
        name: "decisions",
        right: Right::Sales,
        columns: &[
            DAY,
            "shop",
            "segment",
            "arm",
            "holdout",
            "decisions",
            "shown",
            "chosen",
            "cut",
            "saved_minor",
        ],
    },
    Report { name: "refusals", right: Right::Sales, columns: &[DAY, "shop", "code", "lines", "receipts"] },
    Report {
        name: "segments",
        right: Right::Segments,
        columns: &[DAY, "shop", "segment_before", "segment_after", "guests"],
    },
    Report {
        name: "cohorts",
        right: Right::Segments,
        columns: &["month", "months_later", "guests", "visits"],
    },
    Report {
        name: "budgets",
        right: Right::Campaigns,
        columns: &[
            "campaign",
            "title",
            "budget_minor",
            "budget_uses",
            "spent_minor",
            "spent_uses",
            "lent_minor",
            "pool_minor",
            "over_minor",
        ],
    },
    Report {
        name: "counters",
        right: Right::Counters,
        columns: &[
            "shop",
            "counter",
            "state",
            "epoch",
            "records",
            "dead_letters",
            "seen",
            "queued",
            "version",
            "clock_ahead_ms",
        ],
    },
];

impl Report {
    /// The report of this name.
    #[must_use]
    pub fn of(name: &str) -> Option<Report> {
        REPORTS.into_iter().find(|report| report.name == name)
    }

    fn has(&self, column: &str) -> bool {
        self.columns.contains(&column)
    }

    /// Whether somebody may see it; who works in one shop sees what is told shop by shop.
    #[must_use]
    pub fn is_for(&self, role: Role, own_shop: &str) -> bool {
        role.may(self.right) && (own_shop.is_empty() || self.has("shop"))
    }

    /// What it tells, in the order of its columns.
    #[must_use]
    pub fn shown(&self, with_costs: bool) -> ReportShown {
        let columns = self.columns.iter().filter(|column| with_costs || **column != COSTS);
        ReportShown {
            name: self.name,
            columns: columns.map(|column| if *column == DAY { "day" } else { *column }).collect(),
            by_day: self.has(DAY),
            by_shop: self.has("shop"),
        }
    }
}

/// What a report tells.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ReportShown {
    /// Its name.
    pub name: &'static str,
    /// Its columns. `…_minor` is money in minor units, `…_milli` thousandths of a piece or kilogram.
    pub columns: Vec<&'static str>,
    /// Whether it is of some days.
    pub by_day: bool,
    /// Whether it can be of one shop.
    pub by_shop: bool,
}

/// What is asked for.
#[derive(Debug, Clone)]
pub struct Asked {
    /// The first day and the last one.
    pub days: (BusinessDay, BusinessDay),
    /// The shop; all with an empty one.
    pub shop: String,
    /// Costs are to be seen.
    pub with_costs: bool,
}

/// A report with what it says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ReportRead {
    /// What it tells.
    #[serde(flatten)]
    pub report: ReportShown,
    /// A cell for each column: a number, a text or nothing.
    pub rows: Vec<Vec<Value>>,
    /// Whether there were more than [`ROWS_MAX`] rows, of which the first are here.
    pub more: bool,
}

/// Reads a report, in the order of its columns.
///
/// # Errors
/// When the database fails.
pub fn read(ledger: &Ledger, report: Report, asked: &Asked) -> Result<ReportRead, LedgerFault> {
    let shown = report.shown(asked.with_costs);
    let (first, last) = asked.days;
    let sql = select(report, (&shown, !asked.shop.is_empty()));
    let mut rows = match (shown.by_day, shown.by_shop && !asked.shop.is_empty()) {
        (true, true) => rows(ledger, &sql, params![first.0, last.0, asked.shop])?,
        (true, false) => rows(ledger, &sql, params![first.0, last.0])?,
        (false, true) => rows(ledger, &sql, params![asked.shop])?,
        (false, false) => rows(ledger, &sql, params![])?,
    };
    let more = rows.len() > ROWS_MAX;
    rows.truncate(ROWS_MAX);
    Ok(ReportRead { report: shown, rows, more })
}

/// Names of columns are this file's own, never somebody's words.
fn select(report: Report, (shown, of_shop): (&ReportShown, bool)) -> String {
    let written = |column: &&str| match *column {
        "day" => format!("date({DAY} * 86400, 'unixepoch') AS day"),
        other => other.to_owned(),
    };
    let columns: Vec<String> = shown.columns.iter().map(written).collect();
    let order: Vec<String> = (1..=columns.len()).map(|nth| nth.to_string()).collect();
    let days = shown.by_day.then(|| format!("{DAY} BETWEEN ? AND ?"));
    let shop = (shown.by_shop && of_shop).then(|| "shop = ?".to_owned());
    let only: Vec<String> = days.into_iter().chain(shop).collect();
    let only = if only.is_empty() { String::new() } else { format!(" WHERE {}", only.join(" AND ")) };
    let (columns, order) = (columns.join(", "), order.join(", "));
    format!("SELECT {columns} FROM report_{}{only} ORDER BY {order} LIMIT {}", report.name, ROWS_MAX + 1)
}

fn rows(ledger: &Ledger, sql: &str, params: impl Params) -> Result<Vec<Vec<Value>>, LedgerFault> {
    let mut statement = ledger.connection().prepare_cached(sql)?;
    let columns = statement.column_count();
    let cells = |row: &Row<'_>| (0..columns).map(|nth| Ok(cell(row.get_ref(nth)?))).collect();
    let rows = statement.query_map(params, cells)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

fn cell(value: ValueRef<'_>) -> Value {
    match value {
        ValueRef::Integer(number) => number.into(),
        ValueRef::Real(number) => number.into(),
        ValueRef::Text(text) => String::from_utf8_lossy(text).into(),
        ValueRef::Null | ValueRef::Blob(_) => Value::Null,
    }
}

/// A report as a table to take away; the column's name says no unit, since a cell knows it.
#[must_use]
pub fn sheet(read: &ReportRead) -> Sheet {
    let columns = &read.report.columns;
    let plain = |column: &&'static str| column.trim_end_matches("_minor").trim_end_matches("_milli");
    let cells =
        |row: &Vec<Value>| columns.iter().zip(row).map(|(column, cell)| taken(column, cell)).collect();
    Sheet { columns: columns.iter().map(plain).collect(), rows: read.rows.iter().map(cells).collect() }
}

fn taken(column: &str, cell: &Value) -> Cell {
    match (cell, cell.as_i64()) {
        (_, Some(minor)) if column.ends_with("_minor") => Cell::minor(minor),
        (_, Some(milli)) if column.ends_with("_milli") => {
            Cell::Text(Quantity(milli).to_string().replace('.', ","))
        }
        (_, Some(count)) => Cell::Count(count),
        (Value::String(text), _) if column == "day" => {
            serde_json::from_value(cell.clone()).map_or_else(|_| text.as_str().into(), Cell::Day)
        }
        (Value::String(text), _) => text.as_str().into(),
        (Value::Null, _) => Cell::Empty,
        (other, _) => other.to_string().into(),
    }
}
