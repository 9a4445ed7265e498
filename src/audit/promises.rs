//! What an older programme promised a guest was among their cards, and was given whole where it was chosen, unless a line says
//! why not.

use super::Report;
use crate::facts::moment::BusinessDay;
use rusqlite::Connection;
use serde::Deserialize;
use std::collections::BTreeSet;

const DECISIONS: &str =
    "SELECT payload FROM record WHERE kind = 'decision' AND payload IS NOT NULL ORDER BY epoch, seq";

/// What makes an offer a promise.
const PROMISED: &str = "promised";

/// What is looked at of a decision; one that cannot be read is found elsewhere.
#[derive(Deserialize)]
struct Decision {
    receipt: String,
    guest: Option<Guest>,
    chosen: Option<Card>,
    #[serde(default)]
    lines: Vec<Line>,
    #[serde(default)]
    refusals: Vec<Refusal>,
}

#[derive(Deserialize)]
struct Guest {
    situation: Situation,
    draw: Draw,
}

#[derive(Deserialize)]
struct Situation {
    business_day: BusinessDay,
    promised: Option<Promise>,
}

#[derive(Deserialize)]
struct Promise {
    depth_bp: i64,
    until: BusinessDay,
}

#[derive(Deserialize)]
struct Draw {
    offers: Vec<Card>,
}

#[derive(Deserialize)]
struct Card {
    depth_bp: i64,
    reason: String,
    scope: Scope,
}

#[derive(Deserialize)]
struct Scope {
    kind: String,
}

#[derive(Deserialize)]
struct Line {
    line: i64,
    depth_bp: i64,
}

#[derive(Deserialize)]
struct Refusal {
    line: i64,
}

pub(super) fn check(books: &Connection, report: &mut Report) -> Result<(), rusqlite::Error> {
    let mut statement = books.prepare(DECISIONS)?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let body: Vec<u8> = row.get(0)?;
        if let Ok(decision) = serde_json::from_slice::<Decision>(&body) {
            of(&decision, report);
        }
    }
    Ok(())
}

fn of(decision: &Decision, report: &mut Report) {
    let receipt = decision.receipt.as_str();
    let promised = decision.guest.as_ref().and_then(|guest| {
        let Situation { business_day, promised } = &guest.situation;
        promised.as_ref().filter(|promise| promise.depth_bp > 0 && *business_day <= promise.until)
    });
    let shown = decision.guest.iter().flat_map(|guest| &guest.draw.offers);
    let shown: Vec<i64> = shown.filter(|card| is_promise(card)).map(|card| card.depth_bp).collect();
    let due: Vec<i64> = promised.iter().map(|promise| promise.depth_bp).collect();
    if promised.is_some() {
        report.count("promised");
    }
    if shown != due {
        report.find("promise_shown", receipt, format!("{due:?}"), format!("{shown:?}"));
    }
    let Some(chosen) = decision.chosen.as_ref().filter(|chosen| chosen.reason == PROMISED) else { return };
    let due = due.first().copied().unwrap_or_default();
    if chosen.depth_bp != due {
        report.find("promise_depth", receipt, due, chosen.depth_bp);
    }
    // Line 0 is the whole receipt.
    let cut: BTreeSet<i64> = decision.refusals.iter().map(|refusal| refusal.line).collect();
    for line in &decision.lines {
        if line.depth_bp != due && !cut.contains(&line.line) && !cut.contains(&0) {
            report.find("promise_kept", (receipt, line.line), due, line.depth_bp);
        }
    }
}

fn is_promise(card: &Card) -> bool {
    card.reason == PROMISED && card.scope.kind == "basket"
}
