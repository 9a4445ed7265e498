//! A bundle in stages: given out, looked at, and what follows from the look, each with a deed. A look reads for a while without
//! holding anything; what it finds is written only where the bundle is still where it was.

use super::{
    deeds, overview,
    seen::{self, Pair, Seen},
};
use crate::ledger::{
    Ledger, LedgerFault,
    documents::Published,
    releases::{self, Back},
    rolls::{self, Plan, Roll},
    versions,
};
use crate::roll::{
    calibration::{self, Calibration, Truth},
    drift::{self, Move, Moved, Value},
    verdict::{BEFORE, Evidence, Figures, Go, Reason, Rolling, figures, verdict},
    visit::{Known, Visit},
};
use kava::{
    facts::{
        moment::{BusinessDay, DAY_MS, Moment},
        money::WHOLE_BP,
    },
    wire::document::Stream,
};
use rusqlite::Transaction;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// Days that are looked at of a bundle that everybody has had for long: epochs of four weeks that began two weeks in are over.
const STEADY: i32 = 42;

/// Who acts where nobody did.
pub const BY_ITSELF: &str = "roll-out";

/// What was seen of a bundle, and what follows.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Look {
    /// When.
    pub at: String,
    /// The bundle's version.
    pub version: i64,
    /// The share of shops that had it, basis points; nothing where it was everybody's and nobody watched it.
    pub stage_bp: Option<i64>,
    /// What follows.
    pub go: Go,
    /// Why.
    pub reasons: Vec<Reason>,
    /// What was seen of its stage.
    pub figures: Figures,
    /// How guests have moved where it is.
    pub moved: Vec<Moved>,
    /// How guests have moved where it is not.
    pub moved_without: Vec<Moved>,
    /// Purchases that were foretold.
    pub value: Calibration,
    /// Coming back that was foretold.
    pub response: Calibration,
    /// Whether the world is not any more what the bundle was made for.
    pub drifted: bool,
}

/// Whether the world is not any more what a bundle was made for: guests have moved, or do not as is foretold.
fn has_drifted(moved: &[Moved], foretold: [&Calibration; 2]) -> bool {
    let is_off = |one: &Calibration| matches!(one.verdict, Truth::Off | Truth::WorseThanBefore);
    moved.iter().any(|moved| moved.verdict == Move::Moved) || foretold.into_iter().any(is_off)
}

/// Days after a bundle went back in which none is made of nearly the same sales: it would do the same harm again.
pub const REST_DAYS: i64 = 14;

/// Whether no new bundle is to be made for a line yet: one is on its way, or went back lately.
///
/// # Errors
/// When the database fails.
pub fn waits(connection: &rusqlite::Connection, line: &str, now: Moment) -> Result<bool, LedgerFault> {
    let newest = rolls::newest(connection, line, 1)?.pop();
    let rests = |roll: &Roll| {
        let ended = roll.ended.filter(|_| roll.state == "returned");
        ended.is_some_and(|ended| now.0 < ended.later(REST_DAYS * DAY_MS).0)
    };
    Ok(newest.is_some_and(|roll| roll.state == "running" || rests(&roll)))
}

/// Gives a bundle out, with a deed.
///
/// # Errors
/// When the database fails.
pub fn give(
    change: &Transaction<'_>,
    (by, plan): (&str, &Plan<'_>),
    now: Moment,
) -> Result<(Published, Option<Roll>), LedgerFault> {
    let (published, roll) = rolls::give(change, plan, now)?;
    versions::sign(change, (Stream::Bundle, plan.line), &published, (by, "learned"))?;
    if let Some(roll) = &roll {
        deeds::keep(change, by, ("bundle_begun", plan.line, &told(roll)), now)?;
    }
    Ok((published, roll))
}

/// Goes on to the next stage by hand; nothing where no bundle of this version is on its way.
///
/// # Errors
/// When the database fails.
pub fn advance(
    change: &Transaction<'_>,
    (by, line, version): (&str, &str, Option<i64>),
    now: Moment,
) -> Result<Option<Roll>, LedgerFault> {
    let wanted = |roll: &Roll| version.is_none_or(|version| version == roll.version);
    let Some(roll) = rolls::running(change, line)?.filter(wanted) else { return Ok(None) };
    go_on(change, (by, &roll), now).map(Some)
}

fn go_on(change: &Transaction<'_>, (by, roll): (&str, &Roll), now: Moment) -> Result<Roll, LedgerFault> {
    let next = rolls::advance(change, roll, now)?;
    let what = if next.state == "done" { "bundle_done" } else { "bundle_advanced" };
    deeds::keep(change, by, (what, &roll.line, &told(&next)), now)?;
    Ok(next)
}

fn told(roll: &Roll) -> String {
    let shops: Vec<&str> = roll.shops.iter().map(String::as_str).collect();
    format!("version {} at {} % of shops: {}", roll.version, roll.stage_bp / 100, shops.join(" "))
}

/// Puts an earlier bundle's models in force again by hand: those of a version, or of the one before. `seen` is the newest version
/// that whoever asks knew of. Nothing where there is none, or another has come meanwhile.
///
/// # Errors
/// When the database fails or the office's key is damaged.
pub fn send_back(
    change: &Transaction<'_>,
    (by, line): (&str, &str),
    (to, seen): (Option<i64>, Option<i64>),
    now: Moment,
) -> Result<Option<Published>, LedgerFault> {
    let newest = releases::newest_version(change, line)?;
    if newest == 0 || seen.is_some_and(|seen| seen != newest) {
        return Ok(None);
    }
    let before = match rolls::running(change, line)? {
        Some(roll) => Some(roll.before),
        None => releases::previous(change, line)?,
    };
    // What is in force cannot come back.
    let Some(to) = to.or(before).filter(|to| *to != newest) else { return Ok(None) };
    put_back(change, (by, &Back { line, to, why: "hand", is_alarm: false }), now)
}

fn put_back(
    change: &Transaction<'_>,
    (by, back): (&str, &Back<'_>),
    now: Moment,
) -> Result<Option<Published>, LedgerFault> {
    let Some(published) = releases::back(change, back, now)? else { return Ok(None) };
    let why = format!("return {}", back.to);
    versions::sign(change, (Stream::Bundle, back.line), &published, (by, &why))?;
    let text = format!("version {} has the models of version {}: {}", published.version, back.to, back.why);
    deeds::keep(change, by, ("bundle_returned", back.line, &text), now)?;
    Ok(Some(published))
}

/// Looks at the bundle of a line and does what follows: it goes on, stays, or goes back. Nothing where the line has none.
///
/// # Errors
/// When the database fails.
pub fn look(ledger: &mut Ledger, line: &str, now: Moment) -> Result<Option<Look>, LedgerFault> {
    let Some(looked) = seen_of(ledger, line, now)? else { return Ok(None) };
    let (look, roll) = (&looked.look, &looked.roll);
    ledger.change(|change| {
        // Somebody may have published, gone on or gone back while this was read.
        if rolls::running(change, line)? != *roll || releases::newest_version(change, line)? != looked.newest
        {
            return Ok(());
        }
        let was_adrift = last_look(change, line)?
            .is_some_and(|(document, last)| document == looked.document && last.drifted);
        let body = serde_json::to_string(look).unwrap_or_default();
        rolls::keep_look(change, (line, &looked.document), &body, now)?;
        if look.drifted && !was_adrift && look.go != Go::Back {
            let text = format!(
                "guests are no longer those that bundle version {} has learned; see `kava-sync models list`",
                look.version
            );
            rolls::tell_drift(change, &text, now)?;
        }
        act(change, &looked, now)
    })?;
    Ok(Some(looked.look))
}

/// The newest look at a line's bundle, with the document that it is about.
///
/// # Errors
/// When the database fails.
pub fn last_look(
    connection: &rusqlite::Connection,
    line: &str,
) -> Result<Option<(String, Look)>, LedgerFault> {
    let newest = rolls::looks(connection, line, 1)?.pop();
    Ok(newest.and_then(|(document, body)| Some((document, serde_json::from_str(&body).ok()?))))
}

fn act(change: &Transaction<'_>, looked: &Looked, now: Moment) -> Result<(), LedgerFault> {
    let Looked { look, roll, before, line, .. } = looked;
    match (look.go, roll) {
        (Go::On, Some(roll)) => go_on(change, (BY_ITSELF, roll), now).map(drop),
        (Go::Back, _) => {
            let Some(to) = before else { return Ok(()) };
            let why: Vec<&str> = look.reasons.iter().map(|reason| reason.code()).collect();
            let back = Back { line, to: *to, why: &why.join(" "), is_alarm: true };
            put_back(change, (BY_ITSELF, &back), now).map(drop)
        }
        _ => Ok(()),
    }
}

/// A look with what it was made of.
struct Looked {
    look: Look,
    line: String,
    roll: Option<Roll>,
    document: String,
    /// The newest version of the line.
    newest: i64,
    /// The version that comes back when it does harm; 0 is none at all.
    before: Option<i64>,
}

fn seen_of(ledger: &Ledger, line: &str, now: Moment) -> Result<Option<Looked>, LedgerFault> {
    let connection = ledger.connection();
    let Some(newest) = releases::kept(connection, line, 1)?.pop() else { return Ok(None) };
    let roll = rolls::running(connection, line)?;
    let before = match &roll {
        Some(roll) => Some(roll.before),
        None => releases::previous(connection, line)?,
    };
    let bundle = |version: i64| releases::bundle_of_version(connection, line, version);
    let Some(current) = bundle(newest.version)? else { return Ok(None) };
    let earlier = before.map(bundle).transpose()?.flatten().map(|(bundle, _)| bundle);
    let today = overview::today(ledger, now)?;
    let began = roll.as_ref().map_or(current.0.made, |roll| roll.began);
    let day_of = |at: Moment| overview::today(ledger, at).map(|day| day.0);
    let (began, made) = (day_of(began)?, day_of(current.0.made)?);
    let since = match &roll {
        Some(roll) => day_of(roll.since)? + 1,
        None => (made + 1).max(today.0 - STEADY),
    };
    let pair = Pair { now: Some(current), before: earlier };
    // Of a bundle that has been there for long, what lies between is of no use.
    let until = BusinessDay(today.0 - 1);
    let spans = match &roll {
        Some(_) => vec![(BusinessDay(began - BEFORE), until)],
        None => vec![(BusinessDay(began - BEFORE), BusinessDay(began - 1)), (BusinessDay(since), until)],
    };
    let seen = seen::read(ledger, &spans, &pair)?;
    let shops = rolls::shops(connection, line)?;
    let rolling = rolling(&seen, (&shops, roll.as_ref()), [began, since, today.0]);
    let look = judged(&seen, &pair, (roll.as_ref(), &rolling), (newest.version, now));
    let (document, line) = (newest.document, line.to_owned());
    Ok(Some(Looked { look, line, roll, document, newest: newest.version, before }))
}

fn rolling(seen: &Seen, (shops, roll): (&BTreeSet<String>, Option<&Roll>), days: [i32; 3]) -> Rolling {
    let [began, since, today] = days;
    let places = |has: &dyn Fn(&String) -> bool| -> BTreeSet<usize> {
        let own = seen.shops.iter().enumerate().filter(|(_, shop)| shops.contains(*shop) && has(shop));
        own.map(|(place, _)| place).collect()
    };
    let is_everybodys = roll.is_none_or(|roll| roll.stage_bp >= WHOLE_BP);
    let has = |shop: &String| is_everybodys || roll.is_some_and(|roll| roll.shops.contains(shop));
    Rolling {
        with: places(&has),
        without: places(&|shop| !has(shop)),
        began,
        since,
        today,
        days: roll.map_or(0, |roll| roll.days),
    }
}

fn judged(
    seen: &Seen,
    pair: &Pair,
    (roll, rolling): (Option<&Roll>, &Rolling),
    (version, now): (i64, Moment),
) -> Look {
    let visits = &seen.visits;
    let of = |side: &BTreeSet<usize>| -> Vec<Visit> {
        visits.iter().filter(|visit| side.contains(&visit.shop)).cloned().collect()
    };
    let (with, without) = (of(&rolling.with), of(&rolling.without));
    let [moved, moved_without] = [&with, &without].map(|visits| moved(visits, rolling));
    let value = [pair.now.as_ref().map(|(bundle, _)| bundle), pair.before.as_ref()]
        .map(|bundle| bundle.and_then(|bundle| bundle.value.as_ref()).map(|model| &model.bg_nbd));
    let value = calibration::of(&calibration::purchases(&with, rolling.since, value));
    let from = roll.map_or(rolling.since, |_| rolling.began);
    let response = calibration::of(&calibration::returns(&with, (from, rolling.today)));
    let stage = roll.map(|_| figures(visits, rolling)).unwrap_or_default();
    let evidence =
        Evidence { figures: &stage, moved: [&moved, &moved_without], foretold: [&value, &response] };
    let (go, reasons) = match (verdict(&evidence, rolling.days), roll) {
        (found, Some(_)) => found,
        ((Go::Back, reasons), None) => (Go::Back, reasons),
        (_, None) => (Go::Stay, vec![Reason::Holds]),
    };
    let stage_bp = roll.map(|roll| roll.stage_bp);
    let drifted = has_drifted(&moved, [&value, &response]);
    let at = now.to_string();
    Look {
        at,
        version,
        stage_bp,
        go,
        reasons,
        figures: stage,
        moved,
        moved_without,
        value,
        response,
        drifted,
    }
}

/// How guests have moved from the time before to the days that are looked at.
fn moved(visits: &[Visit], rolling: &Rolling) -> Vec<Moved> {
    let known = |from: i32, until: i32| -> Vec<&Known> {
        let days = visits.iter().filter(|visit| (from..until).contains(&visit.day));
        days.filter_map(|visit| visit.known.as_ref()).collect()
    };
    let then = known(rolling.began - BEFORE, rolling.began);
    let now = known(rolling.since, rolling.today);
    let of = |name: &str, read: &dyn Fn(&Known) -> Value| {
        let side = |side: &[&Known]| -> Vec<drift::Seen> {
            side.iter().map(|known| drift::Seen { guest: known.guest, value: read(known) }).collect()
        };
        drift::between(name, &side(&then), &side(&now))
    };
    vec![
        of("segment", &|known| Value::Name(known.segment.clone())),
        of("recency", &|known| Value::Number(known.recency)),
        of("frequency", &|known| Value::Number(known.frequency)),
        of("receipt", &|known| Value::Number(known.receipt)),
        of("memory", &|known| Value::Number(known.memory)),
    ]
}
