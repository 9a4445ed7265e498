//! `kava-sync report`: what the embedded warehouse tells, as a table, as CSV or as JSON.

use crate::Global;
use crate::command::{Done, now, said, say};
use kava::facts::moment::BusinessDay;
use kava_sync::{
    desk::{
        overview,
        reports::{self, Asked, DAYS_MAX, REPORTS, Report, ReportRead},
        sheet::{Form, Written},
    },
    ledger::{Access, Ledger},
};
use serde_json::{Value, json};
use std::process::ExitCode;

/// Days of a report where nothing is said.
const DAYS: i32 = 28;

/// Which report, of when and where.
#[derive(clap::Args)]
pub struct ReportArgs {
    /// Which one; lists them where nothing is said
    name: Option<String>,
    /// The first day, 2026-11-01; 28 days where nothing is said
    #[arg(long, value_name = "DAY")]
    from: Option<String>,
    /// The last day; the newest that was told where nothing is said
    #[arg(long, value_name = "DAY")]
    until: Option<String>,
    /// Only this shop
    #[arg(long, default_value = "")]
    shop: String,
    /// As CSV: semicolons, decimal commas
    #[arg(long)]
    csv: bool,
}

/// Reads a report.
pub fn run(global: &Global, args: &ReportArgs) -> Done {
    let Some(name) = &args.name else { return list(global) };
    let report = Report::of(name)
        .ok_or_else(|| format!("there is no report {name:?}; `kava-sync report` lists them"))?;
    let ledger = Ledger::open(&global.db, Access::Read).map_err(|fault| said(&fault))?;
    let asked = Asked { days: days(&ledger, args)?, shop: args.shop.clone(), with_costs: true };
    let read = reports::read(&ledger, report, &asked).map_err(|fault| said(&fault))?;
    let text = if args.csv {
        String::from_utf8_lossy(&Written::whole(Form::Csv, &reports::sheet(&read))).into_owned()
    } else {
        aligned(&read)
    };
    say(global, &serde_json::to_value(&read).map_err(|e| e.to_string())?, &text)?;
    Ok(ExitCode::SUCCESS)
}

fn list(global: &Global) -> Done {
    let all = REPORTS.map(|report| report.shown(true));
    let lines = all.iter().map(|one| format!("{:<11} {}\n", one.name, one.columns.join(", ")));
    say(global, &json!({"reports": all}), &lines.collect::<String>())?;
    Ok(ExitCode::SUCCESS)
}

fn days(ledger: &Ledger, args: &ReportArgs) -> Result<(BusinessDay, BusinessDay), String> {
    let read = |text: &Option<String>| {
        let day = |text: &String| serde_json::from_value::<BusinessDay>(Value::String(text.clone()));
        text.as_ref().map(day).transpose().map_err(|_| "a day is written like 2026-11-30".to_owned())
    };
    let today = overview::today(ledger, now()).map_err(|fault| said(&fault))?;
    let until = read(&args.until)?.unwrap_or(today);
    let from = read(&args.from)?.unwrap_or(BusinessDay(until.0.saturating_sub(DAYS - 1)));
    if from > until || until.0.saturating_sub(from.0) >= DAYS_MAX {
        return Err(format!("--from must not be after --until, and no more than {DAYS_MAX} days are read"));
    }
    Ok((from, until))
}

/// Columns under each other; numbers to the right.
fn aligned(read: &ReportRead) -> String {
    let head = read.report.columns.iter().map(|column| (*column).to_owned()).collect::<Vec<_>>();
    let cells = |row: &Vec<Value>| row.iter().map(words).collect::<Vec<_>>();
    let rows: Vec<Vec<String>> = std::iter::once(head).chain(read.rows.iter().map(cells)).collect();
    let width =
        |nth: usize| rows.iter().filter_map(|row| row.get(nth)).map(|cell| cell.chars().count()).max();
    let widths: Vec<usize> = (0..read.report.columns.len()).map(|nth| width(nth).unwrap_or(0)).collect();
    let line = |row: &Vec<String>| {
        let cells = row.iter().zip(&widths).map(|(cell, width)| {
            let is_number = cell.parse::<i64>().is_ok();
            if is_number { format!("{cell:>width$}") } else { format!("{cell:<width$}") }
        });
        cells.collect::<Vec<_>>().join("  ").trim_end().to_owned() + "\n"
    };
    let more = if read.more { format!("only the first {} rows\n", read.rows.len()) } else { String::new() };
    rows.iter().map(line).collect::<String>() + &more
}

fn words(cell: &Value) -> String {
    match cell {
        Value::Null => "-".into(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}
