//! `kava xray`: facts in an old till's export, without setting anything up.

use crate::global::Global;
use crate::import;
use anyhow::Result;
use kava::{
    facts::money::Money,
    import::{
        read::{Occasion, read},
        xray::{BelowCost, Facts, Margin, Spread, facts, recognise},
    },
};
use serde::Serialize;
use std::{fmt::Write as _, path::PathBuf, process::ExitCode};

/// Products that the words show.
const SHOWN: usize = 10;

#[derive(clap::Args, Debug)]
pub struct XrayArgs {
    /// Mapping of files and columns, TOML [default: the shipped one that fits]
    #[arg(long, value_name = "FILE")]
    mapping: Option<PathBuf>,
    /// Folder that holds the export
    folder: PathBuf,
}

#[derive(Serialize)]
struct Report<'r> {
    mapping: &'r str,
    rejects: usize,
    #[serde(flatten)]
    facts: &'r Facts,
}

pub fn run(args: &XrayArgs, global: &Global) -> Result<ExitCode> {
    let mapping = match &args.mapping {
        Some(path) => import::mapping(path)?,
        None => recognise(&args.folder)?,
    };
    // Without a database there is no shop; days then begin at midnight of the clock in the files.
    let time = import::time(&mapping, "UTC", 0)?;
    let today = time.local(import::now()).business_day;
    let occasion = Occasion { time, shop: String::new(), today, cost_day: None, percent_until: None };
    let bar = import::progress_bar();
    let (batch, findings) = read(&args.folder, &mapping, &occasion, &|news| import::show(&bar, news))?;
    bar.finish_and_clear();
    let facts = facts(&batch);
    let report = Report { mapping: &mapping.name, rejects: findings.rejects.len(), facts: &facts };
    global.say(&report, &words(&report)?)?;
    Ok(ExitCode::SUCCESS)
}

fn words(report: &Report<'_>) -> Result<String> {
    let mut text = String::new();
    let facts = report.facts;
    writeln!(
        text,
        "read with mapping {}: {} receipts, {} lines, {} bad cells",
        report.mapping, facts.receipts, facts.lines, report.rejects
    )?;
    if let (Some(first), Some(last)) = (facts.first_day, facts.last_day) {
        writeln!(text, "from {first} to {last}")?;
    }
    writeln!(text, "receipts with a known customer: {}", percent(facts.identified_receipts_bp))?;
    if let Some(median) = facts.median_receipt_minor {
        writeln!(text, "median receipt: {median}")?;
    }
    below_cost(&mut text, facts)?;
    let all = &facts.discounts;
    writeln!(text, "discounts: {} on {} lines", all.total_minor, all.lines)?;
    writeln!(
        text,
        "  to known customers {}, to the {} with three visits or more {} ({})",
        all.identified_minor,
        all.regulars,
        all.regulars_minor,
        percent(all.regulars_bp)
    )?;
    if all.lines_under_menu_price > 0 {
        writeln!(
            text,
            "lines at less than the menu's price: {}, by {} together",
            all.lines_under_menu_price, all.under_menu_price_minor
        )?;
    }
    prices(&mut text, facts)?;
    Ok(text)
}

fn below_cost(text: &mut String, facts: &Facts) -> Result<()> {
    let Some(BelowCost { lines_with_cost, lines, receipts, loss_minor }) = facts.below_cost else {
        writeln!(text, "below cost: not known, the files have no costs")?;
        return Ok(());
    };
    writeln!(text, "receipts below cost: {receipts}, by {loss_minor} together")?;
    writeln!(text, "lines below cost: {lines} of {lines_with_cost} with a known cost")?;
    writeln!(text, "products that brought in less than they cost: {}", facts.negative_margin.len())?;
    for Margin { sku, name, net_minor, cost_minor } in facts.negative_margin.iter().take(SHOWN) {
        writeln!(text, "  {sku} {name}: {net_minor} without tax, cost {cost_minor}")?;
    }
    rest(text, facts.negative_margin.len())
}

fn prices(text: &mut String, facts: &Facts) -> Result<()> {
    let spread: Vec<&Spread> = facts.prices.iter().filter(|spread| spread.distinct > 1).collect();
    writeln!(text, "products sold at more than one price: {} of {}", spread.len(), facts.prices.len())?;
    for Spread { sku, name, min_minor, median_minor, max_minor, distinct, .. } in spread.iter().take(SHOWN) {
        writeln!(
            text,
            "  {sku} {name}: {min_minor} to {max_minor}, median {median_minor}, {distinct} prices"
        )?;
    }
    rest(text, spread.len())
}

fn rest(text: &mut String, count: usize) -> Result<()> {
    if let Some(more) = count.checked_sub(SHOWN).filter(|more| *more > 0) {
        writeln!(text, "  … and {more} more")?;
    }
    Ok(())
}

fn percent(bp: i64) -> String {
    // Basis points are hundredths of a percent, so they print like minor units.
    format!("{} %", Money(bp))
}
