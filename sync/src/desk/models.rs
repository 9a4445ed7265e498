//! Bundles of a line: which there were, where the newest is, what was seen of it, and what the fit said of each.

use super::rolls::{self as acts, Look};
use crate::ledger::{
    Ledger, LedgerFault, releases,
    rolls::{self, Roll},
};
use kava::facts::{moment::Moment, money::WHOLE_BP};
use serde::Serialize;
use serde_json::Value;
use std::fmt::Write as _;

/// Bundles of an answer.
const BUNDLES_MAX: i64 = 30;

/// A line of bundles: the chain's, or a shop's own.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Line {
    /// The shop; empty for the chain.
    pub shop: String,
    /// The version that comes back if somebody wishes it; 0 for none at all, nothing where there is nothing to go back to.
    pub back_to: Option<i64>,
    /// Bundles, the newest first.
    pub bundles: Vec<BundleShown>,
    /// The bundle that is on its way, and where.
    pub roll: Option<RollShown>,
    /// The newest look.
    pub look: Option<Look>,
    /// How the receipts' and guests' figures moved from look to look, the oldest first: the highest index, and seen over foretold.
    pub drift: Vec<DriftShown>,
}

/// A bundle.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct BundleShown {
    /// Its version.
    pub version: i64,
    /// Its release; nothing for one that cannot be read.
    pub release: Option<u64>,
    /// When it was made.
    pub made: Option<Moment>,
    /// When it was published.
    pub published: Moment,
    /// Until when it is good.
    pub not_after: Option<Moment>,
    /// Who published it; empty where that was not noted.
    pub by: String,
    /// `first` shops have it, `in_force`, `kept` by those that do not have the newest, `returned` after harm, or `past`.
    pub state: &'static str,
    /// The version whose models came back with it.
    pub of: Option<i64>,
    /// Why it went back, as codes; empty where it did not.
    pub why: Vec<String>,
    /// What it has and what the fit said of each part.
    pub parts: Vec<PartShown>,
}

/// A part of a bundle.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct PartShown {
    /// `segments`, `value`, `tastes`, `response`, `game`.
    pub part: &'static str,
    /// Whether the bundle has it.
    pub is_there: bool,
    /// Whether it was learned with this bundle; else it is as it was before, or not there.
    pub is_new: bool,
    /// Why not, in the fit's words.
    pub why: Option<String>,
    /// Of the game, what its gate said: `accepted`, `not_shown`, and the other codes.
    pub gate: Option<String>,
    /// How many guests, rows or receipts it was learned from.
    pub from: Option<i64>,
}

/// A bundle on its way.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RollShown {
    /// Where it is.
    #[serde(flatten)]
    pub roll: Roll,
    /// Shops of the line that do not have it yet.
    pub without: Vec<String>,
}

/// A look among others.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DriftShown {
    /// When.
    pub at: String,
    /// The bundle's version.
    pub version: i64,
    /// The highest population stability index, thousandths.
    pub index_milli: i64,
    /// Purchases that were seen over those that were foretold, thousandths; nothing where too few guests say anything.
    pub value_milli: Option<i64>,
}

/// The bundles of a line.
///
/// # Errors
/// When the database fails.
pub fn of(ledger: &Ledger, line: &str) -> Result<Line, LedgerFault> {
    let connection = ledger.connection();
    let roll = rolls::running(connection, line)?;
    let all = releases::kept(connection, line, BUNDLES_MAX)?;
    let rolls_of_line = rolls::newest(connection, line, BUNDLES_MAX)?;
    let mut bundles = Vec::new();
    for (place, one) in all.iter().enumerate() {
        let bundle = releases::bundle_of_version(connection, line, one.version)?.map(|(bundle, _)| bundle);
        let own = rolls_of_line.iter().find(|roll| roll.version == one.version);
        let state = state_of(place, one.version, (roll.as_ref(), own));
        let of = (one.models != one.document)
            .then(|| all.iter().rev().find(|other| other.document == one.models).map(|other| other.version));
        let why =
            own.filter(|roll| roll.state == "returned").map(|roll| roll.why.as_str()).unwrap_or_default();
        bundles.push(BundleShown {
            version: one.version,
            release: bundle.as_ref().map(|bundle| bundle.release),
            made: bundle.as_ref().map(|bundle| bundle.made),
            not_after: bundle.as_ref().map(|bundle| bundle.not_after),
            published: one.published,
            by: one.by.clone(),
            state,
            of: of.flatten(),
            why: why.split_whitespace().map(str::to_owned).collect(),
            parts: parts(bundle.as_ref(), one.report.as_deref()),
        });
    }
    let back_to = match &roll {
        Some(roll) => Some(roll.before),
        None => releases::previous(connection, line)?,
    };
    let shops = rolls::shops(connection, line)?;
    let shown = |roll: Roll| {
        let is_all = roll.stage_bp >= WHOLE_BP;
        let without = shops.iter().filter(|shop| !is_all && !roll.shops.contains(*shop)).cloned().collect();
        let has = if is_all { shops.clone() } else { roll.shops.clone() };
        RollShown { roll: Roll { shops: has, ..roll }, without }
    };
    Ok(Line {
        shop: line.to_owned(),
        back_to,
        bundles,
        roll: roll.map(shown),
        look: acts::last_look(connection, line)?.map(|(_, look)| look),
        drift: drift(ledger, line)?,
    })
}

fn state_of(place: usize, version: i64, (running, own): (Option<&Roll>, Option<&Roll>)) -> &'static str {
    let is_first = running.is_some_and(|roll| roll.stage_bp < WHOLE_BP);
    match (place, own.map(|roll| roll.state.as_str())) {
        (0, _) if is_first => "first",
        (0, _) => "in_force",
        (_, Some("returned")) => "returned",
        _ if is_first && running.is_some_and(|roll| roll.before == version) => "kept",
        _ => "past",
    }
}

fn drift(ledger: &Ledger, line: &str) -> Result<Vec<DriftShown>, LedgerFault> {
    let looks = rolls::looks(ledger.connection(), line, BUNDLES_MAX)?;
    let read = looks.into_iter().rev().filter_map(|(_, body)| serde_json::from_str::<Look>(&body).ok());
    let shown = |look: Look| DriftShown {
        index_milli: look.moved.iter().map(|moved| moved.index_milli).max().unwrap_or(0),
        value_milli: (look.value.verdict != crate::roll::calibration::Truth::TooFew)
            .then_some(look.value.ratio_milli[1]),
        at: look.at,
        version: look.version,
    };
    Ok(read.map(shown).collect())
}

/// What a bundle has, and what the fit said.
fn parts(bundle: Option<&kava::facts::models::Bundle>, report: Option<&str>) -> Vec<PartShown> {
    let report: Value = report.and_then(|text| serde_json::from_str(text).ok()).unwrap_or_default();
    let has = |part: &str| {
        bundle.is_some_and(|bundle| match part {
            "segments" => bundle.segments.is_some(),
            "value" => bundle.value.is_some(),
            "tastes" => bundle.tastes.is_some(),
            "response" => bundle.response.is_some(),
            _ => bundle.game.is_some(),
        })
    };
    let told = [
        ("segments", "/rules/core"),
        ("value", "/guests"),
        ("tastes", "/receipts"),
        ("response", "/own_rows"),
        ("game", "/own_rows"),
    ];
    let part = |(part, from): (&'static str, &str)| {
        let of = report.get(part);
        let text = |at: &str| of?.pointer(at)?.as_str().map(str::to_owned);
        let why = text("/why").or_else(|| text("/gate/why"));
        let is_fitted = of.is_some() && text("/why").is_none();
        let verdict = of.and_then(|of| of.pointer("/gate/installed")).and_then(Value::as_bool);
        let verdicts = of.and_then(|of| of.pointer("/verdicts")).and_then(Value::as_object);
        // The last question that was asked is the one that decided.
        let code = verdicts.and_then(|all| all.values().next_back()?.pointer("/code")?.as_str());
        let gate = match (verdict, code) {
            (Some(true), _) => Some("accepted"),
            (Some(false), code) => Some(code.unwrap_or("too_few")),
            (None, _) => None,
        };
        PartShown {
            part,
            is_there: has(part),
            is_new: has(part) && is_fitted && verdict != Some(false),
            why,
            gate: gate.map(str::to_owned),
            from: of.and_then(|of| of.pointer(from)).and_then(Value::as_i64),
        }
    };
    told.into_iter().map(part).collect()
}

impl Line {
    /// What there is, in words.
    #[must_use]
    pub fn words(&self) -> String {
        let mut words =
            if self.shop.is_empty() { "The chain".to_owned() } else { format!("Shop {}", self.shop) };
        for one in &self.bundles {
            let release = one.release.map_or_else(|| "unreadable".into(), |release| release.to_string());
            let why = if one.why.is_empty() { String::new() } else { format!(": {}", one.why.join(", ")) };
            let of = one.of.map_or_else(String::new, |of| format!(", models of version {of}"));
            // Writing into a text does not fail.
            write!(
                words,
                "\n{:>6}  release {release}, {}, {}{of}{why}",
                one.version, one.published, one.state
            )
            .unwrap_or_default();
        }
        if self.bundles.is_empty() {
            words.push_str("\nNo bundle yet; `kava-sync learn` makes one");
        }
        if let Some(RollShown { roll, without }) = &self.roll {
            let (days, shops) =
                (roll.days, roll.shops.iter().map(String::as_str).collect::<Vec<_>>().join(", "));
            write!(
                words,
                "\nVersion {} is with {} % of the shops since {}: {shops}; {} are without it; {days} days at least",
                roll.version,
                roll.stage_bp / 100,
                roll.since,
                without.len()
            )
            .unwrap_or_default();
        }
        if let Some(look) = &self.look {
            let why: Vec<&str> = look.reasons.iter().map(|reason| reason.code()).collect();
            let moved =
                look.moved.iter().map(|one| format!("{} {}", one.of, one.index_milli)).collect::<Vec<_>>();
            write!(
                words,
                "\nLooked at {}: {} because of {}; index in thousandths: {}; of purchases foretold came {} in a thousand",
                look.at,
                serde_json::to_value(look.go).unwrap_or_default().as_str().unwrap_or_default(),
                why.join(", "),
                moved.join(", "),
                look.value.ratio_milli[1]
            )
            .unwrap_or_default();
        }
        words
    }
}
