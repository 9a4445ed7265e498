//! Bundles on their way through the shops: which is where, since when, and what was seen of it. What follows from that is said
//! in `roll`, and whoever acts on it leaves a deed in `desk`.

use super::{
    append::alarm,
    documents::{self, Published},
    fault::LedgerFault,
    open::Ledger,
    releases::note,
};
use crate::roll::stage;
use kava::{
    facts::{moment::Moment, money::WHOLE_BP},
    wire::document::Stream,
};
use rusqlite::{Connection, OptionalExtension, Row, Transaction, params};
use serde::Serialize;
use std::collections::BTreeSet;

/// Looks that are kept of a line.
pub(super) const LOOKS_KEPT: i64 = 100;

/// Of editions `e`, those that a shop `?2` may have by now: not a bundle that is on its way and was not given to it yet, nor one that
/// was overtaken before it was.
pub(super) const GIVEN: &str = "NOT EXISTS (SELECT 1 FROM roll w WHERE e.stream = 'bundle' AND w.shop = e.shop
    AND w.version = e.version AND w.stage < 10000 AND NOT EXISTS (SELECT 1 FROM roll_shop s WHERE s.roll = w.id AND s.shop = ?2))";

/// A bundle on its way, or one that was.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Roll {
    /// Counts up.
    pub id: i64,
    /// Its line of editions: the chain's with an empty one, or a shop's own.
    #[serde(skip)]
    pub line: String,
    /// Its version.
    pub version: i64,
    /// The version that shops without it keep; 0 where there was none.
    pub before: i64,
    /// Days of each stage, at least.
    pub days: i64,
    /// The share of shops that have it, basis points.
    pub stage_bp: i64,
    /// When it began.
    pub began: Moment,
    /// When the stage began.
    pub since: Moment,
    /// `running`, `done`, `returned`, `overtaken`.
    pub state: String,
    /// When it ended.
    pub ended: Option<Moment>,
    /// Why it ended: codes between spaces.
    pub why: String,
    /// Shops that were given it before all were.
    pub shops: BTreeSet<String>,
}

/// What is given out.
#[derive(Debug, Clone, Copy)]
pub struct Plan<'a> {
    /// The line: a shop, or the chain with an empty one.
    pub line: &'a str,
    /// The signed bundle.
    pub body: &'a [u8],
    /// What the fit said, as JSON.
    pub report: Option<&'a str>,
    /// Days of each stage, at least.
    pub days: i64,
    /// To everybody now, and nothing is watched.
    pub at_once: bool,
}

const ROLL: &str = "SELECT id, shop, version, before, days, stage, began, since, state, ended, why FROM roll";

fn read(row: &Row<'_>) -> rusqlite::Result<Roll> {
    Ok(Roll {
        id: row.get(0)?,
        line: row.get(1)?,
        version: row.get(2)?,
        before: row.get(3)?,
        days: row.get(4)?,
        stage_bp: row.get(5)?,
        began: Moment(row.get(6)?),
        since: Moment(row.get(7)?),
        state: row.get(8)?,
        ended: row.get::<_, Option<i64>>(9)?.map(Moment),
        why: row.get(10)?,
        shops: BTreeSet::new(),
    })
}

/// The bundle that is on its way in a line.
///
/// # Errors
/// When the database fails.
pub fn running(connection: &Connection, line: &str) -> Result<Option<Roll>, LedgerFault> {
    let sql = format!("{ROLL} WHERE shop = ? AND state = 'running'");
    let roll = connection.prepare_cached(&sql)?.query_row([line], read).optional()?;
    roll.map(|roll| with_shops(connection, roll)).transpose()
}

/// The newest bundles that were on their way in a line, the newest first.
///
/// # Errors
/// When the database fails.
pub fn newest(connection: &Connection, line: &str, most: i64) -> Result<Vec<Roll>, LedgerFault> {
    let sql = format!("{ROLL} WHERE shop = ? ORDER BY id DESC LIMIT ?");
    let mut statement = connection.prepare_cached(&sql)?;
    let rolls = statement.query_map(params![line, most], read)?.collect::<Result<Vec<_>, _>>()?;
    rolls.into_iter().map(|roll| with_shops(connection, roll)).collect()
}

fn with_shops(connection: &Connection, roll: Roll) -> Result<Roll, LedgerFault> {
    let mut statement = connection.prepare_cached("SELECT shop FROM roll_shop WHERE roll = ?")?;
    let shops = statement.query_map([roll.id], |row| row.get(0))?.collect::<Result<_, _>>()?;
    Ok(Roll { shops, ..roll })
}

/// Shops whose counters get the bundles of a line: those of the chain that have none of their own, or the one shop.
///
/// # Errors
/// When the database fails.
pub fn shops(connection: &Connection, line: &str) -> Result<BTreeSet<String>, LedgerFault> {
    let sql = "SELECT DISTINCT c.shop FROM counter c WHERE c.state <> 'revoked' AND CASE WHEN ?1 = ''
        THEN NOT EXISTS (SELECT 1 FROM edition e WHERE e.stream = 'bundle' AND e.shop = c.shop)
        ELSE c.shop = ?1 END";
    let mut statement = connection.prepare_cached(sql)?;
    Ok(statement.query_map([line], |row| row.get(0))?.collect::<Result<_, _>>()?)
}

/// The version that a shop of a line has while the newest is not everybody's; 0 where it has none.
///
/// # Errors
/// When the database fails.
pub fn in_force(connection: &Connection, line: &str) -> Result<i64, LedgerFault> {
    let sql = format!(
        "SELECT e.version FROM edition e WHERE e.stream = 'bundle' AND e.shop IN (?2, '') AND {GIVEN}
        ORDER BY e.shop = '', e.version DESC LIMIT ?1"
    );
    Ok(connection
        .prepare_cached(&sql)?
        .query_row(params![1, line], |row| row.get(0))
        .optional()?
        .unwrap_or(0))
}

/// Publishes a bundle: to a few shops of a line first, or to all, who are watched, or at once. What was on its way is overtaken.
///
/// # Errors
/// When the database fails.
pub fn give(
    change: &Transaction<'_>,
    plan: &Plan<'_>,
    now: Moment,
) -> Result<(Published, Option<Roll>), LedgerFault> {
    let line = plan.line;
    let (before, shops) = (in_force(change, line)?, shops(change, line)?);
    let published = documents::publish(change, (Stream::Bundle, line), plan.body, now)?;
    note(change, &published, (plan.body, None, plan.report))?;
    let stage_bp = stage::first(shops.len());
    // What everybody has and nobody had another of before can neither be compared nor go back.
    if plan.at_once || !published.is_new || (before == 0 && stage_bp == WHOLE_BP) {
        return Ok((published, None));
    }
    let sql = "INSERT INTO roll (shop, version, before, days, stage, began, since, state)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?6, 'running')";
    change.execute(sql, params![line, published.version, before, plan.days, stage_bp, now.0])?;
    let Some(roll) = running(change, line)? else { return Ok((published, None)) };
    let chosen = stage::chosen(&shops, &BTreeSet::new(), (published.digest.as_str(), stage_bp));
    give_to(change, roll.id, &chosen, now)?;
    Ok((published, running(change, line)?))
}

fn give_to(
    change: &Transaction<'_>,
    roll: i64,
    shops: &BTreeSet<String>,
    now: Moment,
) -> Result<(), LedgerFault> {
    let sql = "INSERT INTO roll_shop (roll, shop, since) VALUES (?, ?, ?) ON CONFLICT DO NOTHING";
    let mut statement = change.prepare_cached(sql)?;
    shops.iter().try_for_each(|shop| statement.execute(params![roll, shop, now.0]).map(drop))?;
    Ok(())
}

/// Goes on to the next stage, or ends well after the last. Gives where it is now.
///
/// # Errors
/// When the database fails.
pub fn advance(change: &Transaction<'_>, roll: &Roll, now: Moment) -> Result<Roll, LedgerFault> {
    match stage::next(roll.stage_bp) {
        None => end(change, roll, ("done", "holds"), now)?,
        Some(stage_bp) => {
            change.execute(
                "UPDATE roll SET stage = ?, since = ? WHERE id = ?",
                params![stage_bp, now.0, roll.id],
            )?;
            let sql = "SELECT digest FROM edition WHERE stream = 'bundle' AND shop = ? AND version = ?";
            let seed: String = change.query_row(sql, params![roll.line, roll.version], |row| row.get(0))?;
            let chosen = stage::chosen(&shops(change, &roll.line)?, &roll.shops, (&seed, stage_bp));
            give_to(change, roll.id, &chosen, now)?;
        }
    }
    let sql = format!("{ROLL} WHERE id = ?");
    with_shops(change, change.query_row(&sql, [roll.id], read)?)
}

/// Ends a roll-out.
fn end(
    change: &Transaction<'_>,
    roll: &Roll,
    (state, why): (&str, &str),
    now: Moment,
) -> Result<(), LedgerFault> {
    let sql = "UPDATE roll SET state = ?, why = ?, ended = ? WHERE id = ?";
    change.execute(sql, params![state, why, now.0, roll.id])?;
    Ok(())
}

/// Notes that a bundle went back, whether it was on its way or everybody's for long: it does not come back by itself, and none is
/// made of nearly the same sales.
pub(super) fn mark_returned(
    change: &Transaction<'_>,
    (line, version, to): (&str, i64, i64),
    why: &str,
    now: Moment,
) -> Result<(), LedgerFault> {
    let sql = "UPDATE roll SET state = 'returned', why = ?, ended = ? WHERE shop = ? AND version = ?";
    if change.execute(sql, params![why, now.0, line, version])? == 0 {
        let sql = "INSERT INTO roll (shop, version, before, days, stage, began, since, state, ended, why)
            VALUES (?1, ?2, ?3, 0, ?4, ?5, ?5, 'returned', ?5, ?6)";
        change.execute(sql, params![line, version, to, WHOLE_BP, now.0, why])?;
    }
    Ok(())
}

/// What is on its way in a line is overtaken by a bundle that everybody gets.
pub(super) fn overtake(change: &Transaction<'_>, line: &str, now: Moment) -> Result<(), LedgerFault> {
    let Some(roll) = running(change, line)? else { return Ok(()) };
    end(change, &roll, ("overtaken", "published"), now)
}

/// After a backup was put back: what is on its way gets a version above all that counters may have.
pub(super) fn announce_anew(change: &Transaction<'_>, version: i64, now: Moment) -> Result<(), LedgerFault> {
    let sql = "INSERT INTO edition (stream, shop, version, digest, made, made_by, why)
        SELECT 'bundle', e.shop, ?1, e.digest, ?2, e.made_by, e.why FROM edition e JOIN roll w
        ON w.state = 'running' AND w.shop = e.shop AND w.version = e.version WHERE e.stream = 'bundle'";
    change.execute(sql, params![version, now.0])?;
    change.execute("UPDATE roll SET version = ? WHERE state = 'running'", [version])?;
    Ok(())
}

/// Keeps what was seen of a bundle.
///
/// # Errors
/// When the database fails.
pub fn keep_look(
    change: &Transaction<'_>,
    (line, document): (&str, &str),
    body: &str,
    now: Moment,
) -> Result<(), LedgerFault> {
    let sql = "INSERT INTO roll_look (shop, at, document, body) VALUES (?, ?, ?, ?)";
    change.execute(sql, params![line, now.0, document, body])?;
    let sql = "DELETE FROM roll_look WHERE shop = ?1 AND id <=
        (SELECT id FROM roll_look WHERE shop = ?1 ORDER BY id DESC LIMIT 1 OFFSET ?2)";
    change.execute(sql, params![line, LOOKS_KEPT])?;
    Ok(())
}

/// What was seen of bundles of a line, the newest first: the document and the look, as JSON.
///
/// # Errors
/// When the database fails.
pub fn looks(connection: &Connection, line: &str, most: i64) -> Result<Vec<(String, String)>, LedgerFault> {
    let sql = "SELECT document, body FROM roll_look WHERE shop = ? ORDER BY id DESC LIMIT ?";
    let mut statement = connection.prepare_cached(sql)?;
    let looks = statement.query_map(params![line, most], |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(looks.collect::<Result<_, _>>()?)
}

/// Tells people that the world has moved away from a bundle.
///
/// # Errors
/// When the database fails.
pub fn tell_drift(change: &Transaction<'_>, text: &str, now: Moment) -> Result<(), LedgerFault> {
    alarm(change, None, ("models_drift", text), now)
}

impl Ledger {
    /// Lines of bundles: the chain's, and each shop's that has one of its own.
    ///
    /// # Errors
    /// When the database fails.
    pub fn bundle_lines(&self) -> Result<Vec<String>, LedgerFault> {
        Ok(std::iter::once(String::new()).chain(self.shops_with_bundles()?).collect())
    }
}
