//! Tastes on a gift wholesaler's invoices: one cut in time, the last fifth of the days, beside `implicit`.

use crate::Peers;
use anyhow::{Context, Result, ensure};
use kava::facts::id::Sku;
use kava::learn::tastes::history::{History, Telling, Told};
use kava::learn::tastes::{cut_of, fit};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::ops::Range;
use std::path::Path;
use std::time::Instant;

/// New products: at least so many times popularity's recall.
const TIMES_POPULARITY: f64 = 1.15;
const SEED: u64 = 1;

/// Whether every goal was held; the result is written to `tastes.json`.
pub fn measure(shared: &Path, folder: &Path, peers: &Peers) -> Result<bool> {
    let (history, lines) = read(&shared.join("online-retail/online_retail.csv.gz"))?;
    let begun = Instant::now();
    let fitted = fit(&history, SEED, &mut |_, _, _| {});
    let seconds = begun.elapsed().as_secs_f64();
    let report = &fitted.report;
    let (repeat, new) = (report.repeat, report.new_product);
    let known = |recall: Option<f64>| recall.context("nothing was measured");
    let (again, own) = (known(repeat.recall_at_5)?, known(repeat.own_frequency_recall_at_5)?);
    let (fresh, popular) = (known(new.recall_at_5)?, known(new.popularity_recall_at_5)?);
    let least = new.interval.context("no interval")?[0];
    println!(
        "{lines} lines, {} guests, {} products; fitted in {seconds:.1} s",
        history.guests(),
        report.products
    );
    println!("repeat: {again:.4}, own frequency {own:.4}, {} guests", repeat.guests);
    println!(
        "new: {fresh:.4}, popularity {popular:.4}, ratio interval {:?}, {} guests",
        new.interval, new.guests
    );
    for promise in &report.calibration {
        println!("calibration: {promise:?}");
    }
    let theirs = ask(&history, folder, peers, new.guests)?;
    let mut beside = true;
    if let Some(theirs) = &theirs {
        let figure = |name: &str| theirs.get(name).context("implicit said something else");
        let recall = figure("recall_at_5")?.as_f64().context("no recall")?;
        let hindsight = figure("all")?.as_object().into_iter().flatten().filter_map(|(_, one)| one.as_f64());
        let hindsight = hindsight.max_by(f64::total_cmp).unwrap_or(0.0);
        println!("implicit: {recall:.4} by {}; the best with hindsight {hindsight:.4}", figure("chosen")?);
        beside = fresh >= recall;
    }
    let held = again >= own && fresh >= TIMES_POPULARITY * popular && least > 1.0 && beside;
    println!("{}", if held { "held" } else { "NOT HELD" });
    let result = json!({
        "command": "cargo xtask bench tastes",
        "lines": lines, "guests": history.guests(), "visits": history.len(), "products": report.products,
        "seconds": seconds, "repeat": repeat, "new_product": new, "calibration": report.calibration,
        "weights": report.weights, "min_support": report.min_support, "itemsets": report.itemsets,
        "rules": report.rules.len(), "implicit": theirs, "compared": theirs.is_some(), "held": held,
    });
    let path = folder.join("tastes.json");
    std::fs::write(&path, serde_json::to_string_pretty(&result)? + "\n")?;
    println!("{}", path.display());
    Ok(held)
}

/// `implicit` on the same guests, set on an inner cut as Kava is: what each had before the cut, and what was
/// new to them after it.
fn ask(history: &History, folder: &Path, peers: &Peers, guests: usize) -> Result<Option<Value>> {
    let days = history.days().context("no days")?;
    let cut = cut_of(&days);
    let inner = cut_of(&(days.start..cut));
    let mut words = Vec::new();
    for (name, window) in [("inner", inner..cut), ("last", cut..days.end)] {
        let (train, truth, compared) = split(history, &window)?;
        ensure!(name == "inner" || compared == guests, "{compared} guests here, {guests} in the report");
        for (what, text) in [("train", train), ("truth", truth)] {
            let path = folder.join(format!("tastes-{name}-{what}.csv"));
            std::fs::write(&path, text)?;
            words.push(path.display().to_string());
        }
    }
    peers.ask("tastes.py", &words)
}

/// guest,product,visits before a window; guest,product of what was new to a guest in it; guests among those.
fn split(history: &History, window: &Range<i32>) -> Result<(String, String, usize)> {
    let before = |guest: usize| {
        let seen = history.visits_of(guest).take_while(|seen| seen.day < window.start);
        let mut before: BTreeMap<u16, u32> = BTreeMap::new();
        for product in seen.flat_map(|seen| seen.products) {
            *before.entry(*product).or_default() += 1;
        }
        before
    };
    let sold: BTreeSet<u16> = (0..history.guests()).flat_map(|guest| before(guest).into_keys()).collect();
    let (mut train, mut truth, mut compared) = (String::new(), String::new(), 0);
    for guest in 0..history.guests() {
        let before = before(guest);
        for (product, visits) in &before {
            writeln!(train, "{guest},{product},{visits}")?;
        }
        let then = history.visits_of(guest).filter(|seen| !before.is_empty() && window.contains(&seen.day));
        let then = then.flat_map(|seen| seen.products).copied();
        let new: BTreeSet<u16> =
            then.filter(|product| !before.contains_key(product) && sold.contains(product)).collect();
        compared += usize::from(!new.is_empty());
        for product in new {
            writeln!(truth, "{guest},{product}")?;
        }
    }
    Ok((train, truth, compared))
}

/// The usual base: customer known, quantity and price above zero; an invoice is a visit.
fn read(path: &Path) -> Result<(History, usize)> {
    let file = std::fs::File::open(path).with_context(|| format!("{} is not there", path.display()))?;
    let mut rows = csv::Reader::from_reader(flate2::read::GzDecoder::new(file));
    let mut invoices: BTreeMap<String, (u32, i64, i32, Vec<String>)> = BTreeMap::new();
    let mut lines = 0;
    for row in rows.records() {
        let row = row?;
        let cell = |at: usize| row.get(at).unwrap_or_default();
        let (Ok(guest), Ok(quantity), Ok(price)) =
            (cell(6).parse::<u32>(), cell(3).parse::<i64>(), cell(5).parse::<f64>())
        else {
            continue;
        };
        if quantity <= 0 || price <= 0.0 {
            continue;
        }
        let at: jiff::civil::DateTime = cell(4).parse()?;
        let minutes = at.duration_since(jiff::civil::date(2010, 1, 1).at(0, 0, 0, 0)).as_mins();
        let day = i32::try_from(minutes.div_euclid(24 * 60))?;
        let entry = invoices.entry(cell(0).to_owned()).or_insert((guest, minutes, day, Vec::new()));
        entry.3.push(cell(1).to_owned());
        lines += 1;
    }
    ensure!(lines == 397_884, "{lines} lines instead of the published 397,884");
    let products: BTreeSet<&String> = invoices.values().flat_map(|invoice| &invoice.3).collect();
    let products: Vec<&String> = products.into_iter().collect();
    let mut telling = Telling::new(products.iter().map(Sku::new).collect());
    for (guest, at, day, bought) in invoices.values() {
        let numbers = bought.iter().filter_map(|sku| u16::try_from(products.binary_search(&sku).ok()?).ok());
        let numbers: Vec<u16> = numbers.collect();
        telling.add(&Told { guest: Some(*guest), at: *at, day: *day, products: &numbers });
    }
    Ok((telling.end(), lines))
}
