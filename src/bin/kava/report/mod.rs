//! `kava report`: pictures of the shop in one HTML file that needs nothing else.

mod chart;
mod page;
mod periods;
mod sections;
mod write;

use crate::global::Global;
use crate::key;
use anyhow::{Context, Result, anyhow};
use kava::{
    facts::{moment::BusinessDay, shop::Shop},
    store::{Access, Store, carried::Liability, report::ShopFigures},
    words::Words,
};
use periods::{Calendar, Repeat, Repeats};
use std::{path::PathBuf, process::ExitCode};
use write::Writer;

#[derive(clap::Args, Debug)]
pub struct ReportArgs {
    /// Where to write it
    #[arg(long, default_value = "report.html", value_name = "FILE")]
    out: PathBuf,
}

/// Everything a page is made from.
pub struct Facts {
    shop: Shop,
    made: BusinessDay,
    figures: ShopFigures,
    calendar: Calendar,
    repeats: Vec<Repeat>,
    owed: Vec<Liability>,
    has_model: bool,
}

pub fn run(args: &ReportArgs, global: &Global) -> Result<ExitCode> {
    let facts = read(&global.open(Access::Read)?)?;
    let words = Words::of(&facts.shop.language);
    let writer = Writer::new(words, &facts.shop.language);
    let (page, missing) = page::page(&facts, &writer);
    std::fs::write(&args.out, page).with_context(|| format!("{} cannot be written", args.out.display()))?;
    let days = facts.figures.days.values();
    let receipts: u64 = days.map(|day| day.receipts).sum();
    let json = serde_json::json!({ "out": args.out, "receipts": receipts, "missing": missing });
    let said = format!("{} shows {receipts} receipts\n{}", args.out.display(), missing.join("\n"));
    global.say(&json, &said)?;
    Ok(ExitCode::SUCCESS)
}

fn read(store: &Store) -> Result<Facts> {
    let shop = store.shop()?;
    let now = key::now();
    let made = shop.time().map_err(|why| anyhow!(why))?.local(now).business_day;
    let figures = store.shop_figures()?;
    let calendar = Calendar::of(figures.span);
    let mut repeats = Repeats::new(calendar);
    store.each_visit_days(|days| repeats.see(days))?;
    let repeats = repeats.finish(figures.span);
    let has_model = store.bundle_in_force(now)?.is_some_and(|bundle| bundle.segments.is_some());
    let owed = store.liabilities()?;
    Ok(Facts { shop, made, figures, calendar, repeats, owed, has_model })
}
