//! `kava import`: menu with costs, customers and purchases out of an old till's export.

use crate::global::Global;
use anyhow::{Context, Result, anyhow, ensure};
use indicatif::{ProgressBar, ProgressStyle};
use kava::{
    devices::clock::SystemClock,
    facts::moment::{BusinessDay, Moment, ShopTime},
    flow::{carry, ids::Ids},
    import::{
        Batch, Findings, Mapping,
        findings::{FileCount, Finding},
        read::{Occasion, read},
        shipped,
        table::Progress,
        xray::recognise,
    },
    ports::Clock,
    store::{Access, import::Changes},
};
use serde::Serialize;
use std::{
    fmt::Write as _,
    path::{Path, PathBuf},
    process::ExitCode,
    time::Instant,
};

/// Rejects that the words show.
const SHOWN: usize = 20;

#[derive(clap::Args, Debug)]
pub struct ImportArgs {
    /// Mapping of files and columns, TOML [default: the shipped one that fits]
    #[arg(long, value_name = "FILE")]
    mapping: Option<PathBuf>,
    /// Guests of a loyalty programme, as this system exports them: iiko, poster, r_keeper or 1c
    #[arg(long, value_name = "SYSTEM", conflicts_with = "mapping")]
    preset: Option<String>,
    /// The last day on which an older programme's percent is kept, where its row does not say
    #[arg(long, value_name = "DAY")]
    percent_until: Option<BusinessDay>,
    /// Points, stamps and money stay where they are: for every counter of a chain but the one that owes them from now on
    #[arg(long)]
    without_balances: bool,
    /// Reads and reports, writes nothing
    #[arg(long)]
    dry_run: bool,
    /// Writes every reject as CSV
    #[arg(long, value_name = "FILE")]
    rejects: Option<PathBuf>,
    /// The day on which costs without a day of their own were stated [default: today, for costs that are new]
    #[arg(long, value_name = "DAY")]
    cost_day: Option<BusinessDay>,
    /// Folder that holds the export
    folder: PathBuf,
}

/// What came in, in words of the contract.
#[derive(Debug, Serialize)]
struct Totals {
    /// Lines read in the purchase file.
    lines: u64,
    receipts: usize,
    products: usize,
    /// In the customer file, and those that only purchases name.
    customers: usize,
    /// Lines that were sales and can be booked.
    booked_lines: usize,
}

#[derive(Debug, Serialize)]
struct Report<'r> {
    files: &'r [FileCount],
    totals: Totals,
    rejects: &'r [Finding],
    warnings: &'r [Finding],
    created_customers: &'r [String],
    changes: &'r Changes,
    dry_run: bool,
    seconds: f64,
}

pub fn run(args: &ImportArgs, global: &Global) -> Result<ExitCode> {
    let started = Instant::now();
    let mapping = match (&args.mapping, &args.preset) {
        (Some(path), _) => mapping(path)?,
        (None, Some(name)) => shipped::preset(name)?,
        (None, None) => recognise(&args.folder)?,
    };
    let mut store = global.open(if args.dry_run { Access::Read } else { Access::Write })?;
    let shop = store.shop()?;
    if let Some(currency) = &mapping.constants.currency {
        ensure!(
            *currency == shop.currency,
            "mapping {}: `constants.currency` is {currency}, the shop's currency is {}; one database has one currency",
            mapping.name,
            shop.currency
        );
    }
    let time = time(&mapping, &shop.zone, shop.day_start_hour)?;
    let occasion = Occasion {
        today: time.local(now()).business_day,
        time,
        shop: shop.shop.to_string(),
        cost_day: args.cost_day,
        percent_until: args.percent_until,
    };
    let bar = progress_bar();
    let (mut batch, findings) = read(&args.folder, &mapping, &occasion, &|news| show(&bar, news))?;
    if args.without_balances {
        batch.customers.iter_mut().for_each(|member| member.owed.clear());
    }
    bar.set_message("writing");
    let changes = if args.dry_run {
        store.import_changes(&batch)?
    } else {
        let policy = store.policy()?;
        let changes = store.import(&batch, &shop, &policy)?;
        let mut ids = Ids::random().map_err(|why| anyhow!(why))?;
        carry::tell(&mut store, &mut ids, now())?;
        changes
    };
    drop(store);
    bar.finish_and_clear();
    if let Some(path) = &args.rejects {
        write_rejects(path, &findings.rejects)?;
    }
    let report = report(&batch, &findings, &changes, &mapping, (args.dry_run, started));
    global.say(&report, &words(&report, args.rejects.as_deref())?)?;
    Ok(ExitCode::SUCCESS)
}

/// Reads a mapping file.
pub fn mapping(path: &Path) -> Result<Mapping> {
    let text = std::fs::read_to_string(path)
        .with_context(|| format!("mapping {} cannot be read", path.display()))?;
    Ok(Mapping::parse(&path.display().to_string(), &text)?)
}

/// The clock on the wall of the files: the mapping's zone, else the shop's.
pub fn time(mapping: &Mapping, zone: &str, day_start_hour: u8) -> Result<ShopTime> {
    let zone = mapping.constants.zone.as_deref().unwrap_or(zone);
    ShopTime::new(zone, day_start_hour).map_err(|why| anyhow!(why))
}

/// The time now; the rooms get it as an argument.
pub fn now() -> Moment {
    SystemClock.now()
}

/// A bar over the bytes of a file; hidden where stderr is no terminal.
pub fn progress_bar() -> ProgressBar {
    let bar = ProgressBar::new(0);
    let style = "{msg} [{bar:40}] {bytes}/{total_bytes} {bytes_per_sec}";
    if let Ok(style) = ProgressStyle::with_template(style) {
        bar.set_style(style);
    }
    bar
}

/// Moves the bar.
pub fn show(bar: &ProgressBar, news: Progress<'_>) {
    if bar.length() != Some(news.size) {
        bar.set_length(news.size);
    }
    if bar.message() != news.file {
        bar.set_message(news.file.to_owned());
    }
    bar.set_position(news.read);
}

fn report<'r>(
    batch: &Batch,
    findings: &'r Findings,
    changes: &'r Changes,
    mapping: &Mapping,
    (dry_run, started): (bool, Instant),
) -> Report<'r> {
    // Purchases are read last.
    let purchases = mapping.purchases.as_ref().and(findings.files.last());
    Report {
        files: &findings.files,
        totals: Totals {
            lines: purchases.map_or(0, |file| file.read),
            receipts: batch.receipts.len(),
            products: batch.products.len(),
            customers: batch.customers.len(),
            booked_lines: batch.lines.len(),
        },
        rejects: &findings.rejects,
        warnings: &findings.warnings,
        created_customers: &changes.created_customers,
        changes,
        dry_run,
        seconds: started.elapsed().as_secs_f64(),
    }
}

fn words(report: &Report<'_>, rejects: Option<&Path>) -> Result<String> {
    let mut text = String::new();
    let width = report.files.iter().map(|file| file.name.chars().count()).max().unwrap_or(0).max(4);
    writeln!(text, "{:width$} {:>10} {:>10} {:>10}", "file", "read", "accepted", "rejected")?;
    for FileCount { name, read, accepted, rejected } in report.files {
        writeln!(text, "{name:width$} {read:>10} {accepted:>10} {rejected:>10}")?;
    }
    let Totals { lines, receipts, products, customers, booked_lines } = report.totals;
    writeln!(
        text,
        "{lines} lines ({booked_lines} booked), {receipts} receipts, {products} products, {customers} customers"
    )?;
    let Changes { products, customers, receipts, codes, promises, carried, .. } = report.changes;
    let all = [
        ("products", products),
        ("customers", customers),
        ("cards", codes),
        ("promised percents", promises),
        ("balances carried", carried),
        ("receipts", receipts),
    ];
    for (what, tally) in all {
        writeln!(
            text,
            "{what}: {} new, {} changed, {} unchanged",
            tally.new, tally.changed, tally.unchanged
        )?;
    }
    if report.changes.erased > 0 {
        writeln!(text, "customers who were erased and stay so: {}", report.changes.erased)?;
    }
    list(&mut text, "customers that only purchases name", report.created_customers, String::clone)?;
    list(
        &mut text,
        "receipts that differ from what was imported before and were left as they were",
        &report.changes.differing_receipts,
        String::clone,
    )?;
    list(&mut text, "warnings", report.warnings, line)?;
    list(&mut text, "rejects", report.rejects, line)?;
    match rejects {
        Some(path) => writeln!(text, "all rejects are in {}", path.display())?,
        None if report.rejects.len() > SHOWN => writeln!(text, "write all of them with --rejects FILE.csv")?,
        None => {}
    }
    let done = if report.dry_run { "nothing was written" } else { "done" };
    write!(text, "{done} in {:.2} s", report.seconds)?;
    Ok(text)
}

fn list<T>(text: &mut String, title: &str, all: &[T], words: impl Fn(&T) -> String) -> Result<()> {
    if all.is_empty() {
        return Ok(());
    }
    writeln!(text, "{title}: {}", all.len())?;
    for one in all.iter().take(SHOWN) {
        writeln!(text, "  {}", words(one))?;
    }
    if let Some(rest) = all.len().checked_sub(SHOWN).filter(|rest| *rest > 0) {
        writeln!(text, "  … and {rest} more")?;
    }
    Ok(())
}

fn line(finding: &Finding) -> String {
    let Finding { file, line, column, value, reason } = finding;
    if column.is_empty() {
        format!("{file}, line {line}: {reason}")
    } else {
        format!("{file}, line {line}, {column}: {value:?} {reason}")
    }
}

fn write_rejects(path: &Path, rejects: &[Finding]) -> Result<()> {
    let context = || format!("{} cannot be written", path.display());
    let mut file = csv::Writer::from_path(path).with_context(context)?;
    if rejects.is_empty() {
        file.write_record(["file", "line", "column", "value", "reason"]).with_context(context)?;
    }
    for finding in rejects {
        file.serialize(finding).with_context(context)?;
    }
    file.flush().with_context(context)
}
