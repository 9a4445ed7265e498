//! The page around the pictures: one file, no script, no font and no picture from elsewhere.

use super::{
    Facts,
    sections::{self, Section},
    write::{Writer, escape, share_bp},
};
use kava::facts::money::Money;

const STYLE: &str = include_str!("page.css");

/// The page, and the sentences about what could not be computed.
pub fn page(facts: &Facts, writer: &Writer) -> (String, Vec<String>) {
    let shown = sections::all(facts, writer);
    let title = format!("{} – {}", writer.say("report.title"), facts.shop.title);
    let body = if facts.figures.span.is_none() {
        format!("<p class=\"note\">{}</p>", escape(&writer.say("report.empty")))
    } else {
        tiles(facts, writer)
    };
    let sections: String = shown.sections.iter().map(|section| part(section, writer)).collect();
    let page = format!(
        "<!doctype html>\n<html lang=\"{language}\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta name=\"color-scheme\" content=\"light dark\">\n<title>{title}</title>\n\
         <style>\n{STYLE}</style>\n</head>\n<body>\n<main>\n<header>\n<h1>{title}</h1>\n{span}</header>\n\
         {body}{sections}{missing}</main>\n</body>\n</html>\n",
        language = escape(&facts.shop.language),
        title = escape(&title),
        span = span(facts, writer),
        missing = missing(&shown.missing, writer),
    );
    (page, shown.missing)
}

fn span(facts: &Facts, writer: &Writer) -> String {
    let Some((first, last)) = facts.figures.span else { return String::new() };
    let values = [
        ("from", first.to_string()),
        ("to", last.to_string()),
        ("made", facts.made.to_string()),
        ("currency", facts.shop.currency.clone()),
    ];
    let values: Vec<(&str, &str)> = values.iter().map(|(name, value)| (*name, value.as_str())).collect();
    format!("<p class=\"note\">{}</p>\n", escape(&writer.words.fill("report.span", &values)))
}

fn tiles(facts: &Facts, writer: &Writer) -> String {
    let days = || facts.figures.days.values();
    let margins = || facts.figures.margins.iter().map(|(_, margin)| margin);
    let (net, cost) = (Money::total(margins().map(|m| m.net)), Money::total(margins().map(|m| m.cost)));
    let guests: u64 = facts.figures.segments.iter().map(|(_, guests)| guests).sum();
    let margin = share_bp(net.minus(cost).0, net.0).map_or_else(|| "–".into(), |bp| writer.percent(bp));
    let receipts: u64 = days().map(|day| day.receipts).sum();
    let tiles = [
        ("report.receipts", writer.count(receipts)),
        ("report.guests", writer.count(guests)),
        ("report.net", writer.money(Money::total(days().map(|day| day.net)))),
        ("report.saved", writer.money(Money::total(days().map(|day| day.saved)))),
        ("report.margin_after", margin),
    ];
    let tile = |(key, value): (&str, String)| {
        format!("<div><dt>{}</dt><dd>{}</dd></div>\n", escape(&writer.say(key)), escape(&value))
    };
    format!("<dl class=\"tiles\">\n{}</dl>\n", tiles.into_iter().map(tile).collect::<String>())
}

fn part(section: &Section, writer: &Writer) -> String {
    let picture = section.picture.as_ref().map_or_else(String::new, |svg| {
        let label = escape(&section.title);
        format!("<figure role=\"img\" aria-label=\"{label}\">\n{svg}</figure>\n")
    });
    let head: String = section.head.iter().map(|cell| format!("<th>{}</th>", escape(cell))).collect();
    let rows: String = section.rows.iter().map(|row| table_row(row)).collect();
    let more = if section.left_out > 0 {
        let count = writer.count(u64::try_from(section.left_out).unwrap_or(0));
        format!("<p class=\"note\">{}</p>", escape(&writer.words.fill("report.more", &[("count", &count)])))
    } else {
        String::new()
    };
    format!(
        "<section>\n<h2>{}</h2>\n<p class=\"note\">{}</p>\n<div class=\"beside\">\n{picture}\
         <div class=\"numbers\">\n<table>\n<thead><tr>{head}</tr></thead>\n<tbody>\n{rows}</tbody>\n</table>\n\
         {more}</div>\n</div>\n</section>\n",
        escape(&section.title),
        escape(&section.note),
    )
}

fn table_row(row: &[String]) -> String {
    let cells: String = row.iter().map(|cell| format!("<td>{}</td>", escape(cell))).collect();
    format!("<tr>{cells}</tr>\n")
}

fn missing(sentences: &[String], writer: &Writer) -> String {
    let none = [writer.say("report.missing_none")];
    let sentences = if sentences.is_empty() { &none } else { sentences };
    let items: String = sentences.iter().map(|sentence| format!("<li>{}</li>\n", escape(sentence))).collect();
    format!("<section>\n<h2>{}</h2>\n<ul>\n{items}</ul>\n</section>\n", escape(&writer.say("report.missing")))
}
