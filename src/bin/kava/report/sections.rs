//! What each part of the report shows: a picture, the same numbers as a table, and what is missing.

use super::{
    Facts,
    chart::{self, Bar, OverTime, Series},
    periods::{Repeat, WINDOWS},
    write::{Writer, share_bp, signed},
};
use kava::{
    facts::{carried::Amount, moment::BusinessDay, money::Money},
    store::report::DayMoney,
};
use std::collections::BTreeMap;

/// Most rows of one picture or table.
const ROWS_MAX: usize = 15;
/// Most periods of one picture, the latest.
const PERIODS_MAX: usize = 24;

/// One part of the page.
pub struct Section {
    pub title: String,
    pub note: String,
    pub picture: Option<String>,
    pub head: Vec<String>,
    pub rows: Vec<Vec<String>>,
    /// Rows that did not fit.
    pub left_out: usize,
}

/// Parts that can be shown, and sentences about what cannot.
#[derive(Default)]
pub struct Shown {
    pub sections: Vec<Section>,
    pub missing: Vec<String>,
}

/// All parts in order.
pub fn all(facts: &Facts, writer: &Writer) -> Shown {
    let mut shown = Shown::default();
    segments(facts, writer, &mut shown);
    depth(facts, writer, &mut shown);
    margins(facts, writer, &mut shown);
    saved(facts, writer, &mut shown);
    repeat(facts, writer, &mut shown);
    sources(facts, writer, &mut shown);
    owed(facts, writer, &mut shown);
    shown
}

/// What guests brought along from an older programme; nothing where nobody did.
fn owed(facts: &Facts, writer: &Writer, shown: &mut Shown) {
    if facts.owed.is_empty() {
        return;
    }
    let rows = facts.owed.iter().map(|one| {
        let amount = |amount| Amount { kind: one.kind, amount };
        vec![
            writer.words.owed(&amount(one.brought - one.paid_out)),
            writer.count(one.guests),
            amount(one.brought).to_string(),
            amount(one.paid_out).to_string(),
        ]
    });
    shown.sections.push(Section {
        title: writer.say("report.owed"),
        note: writer.say("report.owed_note"),
        picture: None,
        head: heads(writer, &["owed", "guests", "brought", "paid_out"]),
        rows: rows.collect(),
        left_out: 0,
    });
}

fn heads(writer: &Writer, columns: &[&str]) -> Vec<String> {
    columns.iter().map(|column| writer.say(&format!("column.{column}"))).collect()
}

/// A day that no line break cuts.
fn date(day: BusinessDay) -> String {
    day.to_string().replace('-', "\u{2011}")
}

fn percent_of(writer: &Writer, part: i64, whole: i64) -> String {
    share_bp(part, whole).map_or_else(|| "–".into(), |bp| writer.percent(bp))
}

fn segments(facts: &Facts, writer: &Writer, shown: &mut Shown) {
    let segments = &facts.figures.segments;
    if segments.is_empty() {
        return shown.missing.push(writer.say("report.missing_segments"));
    }
    if !facts.has_model {
        shown.missing.push(writer.say("report.missing_model"));
    }
    let all: u64 = segments.iter().map(|(_, guests)| guests).sum();
    let share = |guests: u64| percent_of(writer, signed(guests), signed(all));
    let bars = segments.iter().take(ROWS_MAX).map(|(name, guests)| Bar {
        label: writer.words.segment(name),
        value: signed(*guests),
        text: writer.count(*guests),
        before: None,
    });
    let row = |(name, guests): &(String, u64)| {
        vec![writer.words.segment(name), writer.count(*guests), share(*guests)]
    };
    shown.sections.push(Section {
        title: writer.say("report.segments"),
        note: writer.say("report.segments_note"),
        picture: Some(chart::bars(&bars.collect::<Vec<_>>(), None)),
        head: heads(writer, &["segment", "guests", "share"]),
        rows: segments.iter().take(ROWS_MAX).map(row).collect(),
        left_out: segments.len().saturating_sub(ROWS_MAX),
    });
}

fn depth(facts: &Facts, writer: &Writer, shown: &mut Shown) {
    let depths = &facts.figures.depths;
    if depths.iter().all(|(_, depth)| depth.discounted == 0) {
        return shown.missing.push(writer.say("report.missing_discounts"));
    }
    let name = |segment: &Option<String>| match segment {
        Some(name) => writer.words.segment(name),
        None => writer.say("report.nobody"),
    };
    let bars = depths.iter().take(ROWS_MAX).map(|(segment, depth)| {
        let bp = share_bp(depth.discount.0, depth.list.0).unwrap_or(0);
        Bar { label: name(segment), value: bp, text: writer.percent(bp), before: None }
    });
    let rows = depths.iter().take(ROWS_MAX).map(|(segment, depth)| {
        vec![
            name(segment),
            writer.count(depth.receipts),
            percent_of(writer, signed(depth.discounted), signed(depth.receipts)),
            writer.money(depth.discount),
            percent_of(writer, depth.discount.0, depth.list.0),
        ]
    });
    shown.sections.push(Section {
        title: writer.say("report.depth"),
        note: writer.say("report.depth_note"),
        picture: Some(chart::bars(&bars.collect::<Vec<_>>(), None)),
        head: heads(writer, &["segment", "receipts", "discounted", "discount", "depth"]),
        rows: rows.collect(),
        left_out: depths.len().saturating_sub(ROWS_MAX),
    });
}

fn margins(facts: &Facts, writer: &Writer, shown: &mut Shown) {
    let (lines, net) = facts.figures.without_cost;
    if lines > 0 {
        let values = [("lines", &*writer.count(lines)), ("net", &*writer.money(net))];
        shown.missing.push(writer.words.fill("report.missing_cost", &values));
    }
    let margins = &facts.figures.margins;
    if margins.is_empty() {
        return shown.missing.push(writer.say("report.missing_margin"));
    }
    let mut bars = Vec::new();
    let mut rows = Vec::new();
    for (category, margin) in margins.iter().take(ROWS_MAX) {
        let left = |price: Money| price.minus(margin.cost).0;
        let bp = |price: Money| share_bp(left(price), price.0).unwrap_or(0);
        let (before, after) = (bp(margin.list), bp(margin.net));
        bars.push(Bar {
            label: category.to_string(),
            value: after,
            text: writer.percent(after),
            before: Some((before, writer.percent(before))),
        });
        rows.push(vec![
            category.to_string(),
            writer.money(margin.net),
            writer.money(margin.cost),
            writer.percent(before),
            writer.percent(after),
        ]);
    }
    shown.sections.push(Section {
        title: writer.say("report.margin"),
        note: writer.say("report.margin_note"),
        picture: Some(chart::bars(&bars, Some((&writer.say("report.before"), &writer.say("report.after"))))),
        head: heads(writer, &["category", "net", "cost", "before", "after"]),
        rows,
        left_out: margins.len().saturating_sub(ROWS_MAX),
    });
}

/// The latest periods of the span with the money of their days.
fn periods(facts: &Facts) -> Vec<(BusinessDay, DayMoney)> {
    let Some(span) = facts.figures.span else { return Vec::new() };
    let mut sums: BTreeMap<BusinessDay, DayMoney> =
        facts.calendar.all(span).into_iter().map(|start| (start, DayMoney::default())).collect();
    for (day, money) in &facts.figures.days {
        let sum = sums.entry(facts.calendar.start(*day)).or_default();
        sum.receipts += money.receipts;
        sum.known += money.known;
        sum.net = sum.net.plus(money.net);
        sum.saved = sum.saved.plus(money.saved);
    }
    latest(sums.into_iter().collect())
}

fn latest<T>(mut rows: Vec<T>) -> Vec<T> {
    rows.drain(..rows.len().saturating_sub(PERIODS_MAX));
    rows
}

fn saved(facts: &Facts, writer: &Writer, shown: &mut Shown) {
    let periods = periods(facts);
    // Without any discount the depth has said so already.
    if periods.iter().all(|(_, money)| money.saved.0 == 0) {
        return;
    }
    let label = |start: &BusinessDay| facts.calendar.label(*start);
    let picture = chart::over_time(&OverTime {
        periods: periods.iter().map(|(start, _)| label(start)).collect(),
        series: vec![Series {
            name: writer.say("column.saved"),
            values: periods.iter().map(|(_, money)| Some(money.saved.0)).collect(),
        }],
        axis: &|minor| writer.rounded(minor),
        as_columns: true,
    });
    let rows = periods.iter().map(|(start, money)| {
        let list = money.net.plus(money.saved);
        vec![
            date(*start),
            writer.count(money.receipts),
            writer.money(money.net),
            writer.money(money.saved),
            percent_of(writer, money.saved.0, list.0),
        ]
    });
    shown.sections.push(Section {
        title: with_period(facts, writer, "report.saved_by"),
        note: writer.say("report.saved_note"),
        picture: Some(picture),
        head: heads(writer, &["period", "receipts", "net", "saved", "share"]),
        rows: rows.collect(),
        left_out: 0,
    });
}

fn repeat(facts: &Facts, writer: &Writer, shown: &mut Shown) {
    missing_repeats(facts, writer, shown);
    let repeats = latest(facts.repeats.clone());
    if repeats.iter().all(|repeat| repeat.back.iter().all(Option::is_none)) {
        return;
    }
    let share = |repeat: &Repeat, window: usize| {
        let back = repeat.back.get(window).copied().flatten()?;
        share_bp(signed(back), signed(repeat.guests))
    };
    let within = |days: i32| writer.words.fill("report.within", &[("days", &days.to_string())]);
    let series = WINDOWS.iter().enumerate().map(|(index, days)| Series {
        name: within(*days),
        values: repeats.iter().map(|repeat| share(repeat, index)).collect(),
    });
    let series = series.filter(|series: &Series| series.values.iter().any(Option::is_some));
    let picture = chart::over_time(&OverTime {
        periods: repeats.iter().map(|repeat| facts.calendar.label(repeat.start)).collect(),
        series: series.collect(),
        axis: &|bp| writer.whole_percent(bp),
        as_columns: false,
    });
    let row = |repeat: &Repeat| {
        let shares = (0..WINDOWS.len())
            .map(|index| share(repeat, index).map_or_else(|| "–".into(), |bp| writer.percent(bp)));
        [date(repeat.start), writer.count(repeat.guests)].into_iter().chain(shares).collect()
    };
    let mut head = heads(writer, &["period", "guests"]);
    head.extend(WINDOWS.map(within));
    shown.sections.push(Section {
        title: with_period(facts, writer, "report.repeat"),
        note: with_period(facts, writer, "report.repeat_note"),
        picture: Some(picture),
        head,
        rows: repeats.iter().map(row).collect(),
        left_out: 0,
    });
}

fn missing_repeats(facts: &Facts, writer: &Writer, shown: &mut Shown) {
    let period = writer.say(facts.calendar.key());
    for (index, days) in WINDOWS.iter().enumerate() {
        let never = facts.repeats.iter().all(|repeat| repeat.back.get(index).copied().flatten().is_none());
        if never {
            let values = [("period", period.as_str()), ("days", &days.to_string())];
            shown.missing.push(writer.words.fill("report.missing_repeat", &values));
        }
    }
    let (receipts, known) = facts
        .figures
        .days
        .values()
        .fold((0, 0), |(receipts, known), day| (receipts + day.receipts, known + day.known));
    if known < receipts {
        let share = percent_of(writer, signed(receipts - known), signed(receipts));
        shown.missing.push(writer.words.fill("report.missing_cards", &[("share", &share)]));
    }
}

fn with_period(facts: &Facts, writer: &Writer, key: &str) -> String {
    writer.words.fill(key, &[("period", &writer.say(facts.calendar.key()))])
}

fn sources(facts: &Facts, writer: &Writer, shown: &mut Shown) {
    let sources = &facts.figures.sources;
    if sources.is_empty() {
        return;
    }
    let kind = |code: &str| writer.words.find(&format!("kind.{code}")).unwrap_or("?").to_owned();
    let bars = sources.iter().take(ROWS_MAX).map(|source| Bar {
        label: format!("{}, {}", source.source, kind(&source.kind)),
        value: signed(source.receipts),
        text: writer.count(source.receipts),
        before: None,
    });
    let rows = sources.iter().take(ROWS_MAX).map(|source| {
        vec![
            source.source.clone(),
            kind(&source.kind),
            writer.count(source.receipts),
            percent_of(writer, signed(source.known), signed(source.receipts)),
            writer.money(source.net),
        ]
    });
    shown.sections.push(Section {
        title: writer.say("report.sources"),
        note: writer.say("report.sources_note"),
        picture: Some(chart::bars(&bars.collect::<Vec<_>>(), None)),
        head: heads(writer, &["source", "kind", "receipts", "known", "net"]),
        rows: rows.collect(),
        left_out: sources.len().saturating_sub(ROWS_MAX),
    });
}
