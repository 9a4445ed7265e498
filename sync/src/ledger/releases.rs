//! Bundles as they were made: whose models each has, what the fit said of it, and an earlier one that comes back.

use super::{
    append::alarm,
    documents::{self, Published},
    fault::{LedgerFault, unreadable},
    rolls::{self, LOOKS_KEPT, newest},
    told::signing_secret,
};
use kava::{
    facts::{
        id::Digest,
        menu::hex_digest,
        models::Bundle,
        moment::{DAY_MS, Moment},
    },
    wire::{bundle, document::Stream},
};
use rusqlite::{Connection, OptionalExtension, Transaction, params};
use std::collections::BTreeSet;

/// A bundle of a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kept {
    /// Its version.
    pub version: i64,
    /// When it was published.
    pub published: Moment,
    /// Who published it; empty where that was not noted.
    pub by: String,
    /// Digest of the document.
    pub document: String,
    /// The document whose models it has: its own, or one that came back with it.
    pub models: String,
    /// What the fit said, as JSON.
    pub report: Option<String>,
}

/// The bundles of a line, the newest first.
///
/// # Errors
/// When the database fails.
pub fn kept(connection: &Connection, line: &str, most: i64) -> Result<Vec<Kept>, LedgerFault> {
    let sql = "SELECT e.version, e.made, e.made_by, e.digest, coalesce(r.of, e.digest), r.report
        FROM edition e LEFT JOIN release r ON r.document = e.digest
        WHERE e.stream = 'bundle' AND e.shop = ? ORDER BY e.version DESC LIMIT ?";
    let mut statement = connection.prepare_cached(sql)?;
    let kept = statement.query_map(params![line, most], |row| {
        Ok(Kept {
            version: row.get(0)?,
            published: Moment(row.get(1)?),
            by: row.get(2)?,
            document: row.get(3)?,
            models: row.get(4)?,
            report: row.get(5)?,
        })
    })?;
    Ok(kept.collect::<Result<_, _>>()?)
}

/// The bundle of a version, of this line or the chain's: its models, and the digest by which decisions name it.
///
/// # Errors
/// When the database fails.
pub fn bundle_of_version(
    connection: &Connection,
    line: &str,
    version: i64,
) -> Result<Option<(Bundle, Digest)>, LedgerFault> {
    let sql = "SELECT d.body FROM edition e JOIN document d USING (digest)
        WHERE e.stream = 'bundle' AND e.shop IN (?1, '') AND e.version = ?2 ORDER BY e.shop = ''";
    let body: Option<Vec<u8>> =
        connection.prepare_cached(sql)?.query_row(params![line, version], |row| row.get(0)).optional()?;
    Ok(body.and_then(|body| opened(&body)))
}

/// A bundle and the digest of its signed bytes; nothing where it cannot be read.
fn opened(body: &[u8]) -> Option<(Bundle, Digest)> {
    let signed = body.split(|byte| *byte == b'\n').next()?;
    Some((serde_json::from_slice(signed).ok()?, hex_digest(signed)))
}

/// The newest version of a line; 0 where it has none.
///
/// # Errors
/// When the database fails.
pub fn newest_version(connection: &Connection, line: &str) -> Result<i64, LedgerFault> {
    let sql = "SELECT coalesce(max(version), 0) FROM edition WHERE stream = 'bundle' AND shop = ?";
    Ok(connection.prepare_cached(sql)?.query_row([line], |row| row.get(0))?)
}

/// The version that comes back where nothing is on its way: the newest one before that in force whose models are other ones and
/// did not come to harm themselves.
///
/// # Errors
/// When the database fails.
pub fn previous(connection: &Connection, line: &str) -> Result<Option<i64>, LedgerFault> {
    let all = kept(connection, line, LOOKS_KEPT)?;
    let returned: BTreeSet<i64> = newest(connection, line, LOOKS_KEPT)?
        .into_iter()
        .filter(|roll| roll.state == "returned")
        .map(|roll| roll.version)
        .collect();
    let harmful: BTreeSet<&String> =
        all.iter().filter(|one| returned.contains(&one.version)).map(|one| &one.models).collect();
    let Some((now, earlier)) = all.split_first() else { return Ok(None) };
    let good = earlier.iter().find(|one| one.models != now.models && !harmful.contains(&one.models));
    Ok(good.map(|one| one.version))
}

/// Notes whose models a bundle has and what was said of them.
pub(super) fn note(
    change: &Transaction<'_>,
    published: &Published,
    (body, of, report): (&[u8], Option<&str>, Option<&str>),
) -> Result<(), LedgerFault> {
    let Some((bundle, digest)) = opened(body) else { return Ok(()) };
    let sql = "INSERT INTO release (document, digest, number, made, of, report) VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING";
    let number = i64::try_from(bundle.release).unwrap_or(i64::MAX);
    let values = params![published.digest.as_str(), digest.as_str(), number, bundle.made.0, of, report];
    change.execute(sql, values)?;
    Ok(())
}

/// Which bundle comes back, and why.
#[derive(Debug, Clone, Copy)]
pub struct Back<'a> {
    /// The line.
    pub line: &'a str,
    /// The version whose models come back; 0 for none, so that the rules alone decide.
    pub to: i64,
    /// Codes between spaces.
    pub why: &'a str,
    /// Whether a person has to hear of it.
    pub is_alarm: bool,
}

/// Publishes the models of an earlier version again, as a newer release: a counter takes none that is older than what it has.
/// What was on its way has ended with it. The models stay as they were, to the last bit; what is new is the number, the date and
/// with them the office's signature. Nothing where there is no such version.
///
/// # Errors
/// When the database fails or the office's key is damaged.
pub fn back(
    change: &Transaction<'_>,
    back: &Back<'_>,
    now: Moment,
) -> Result<Option<Published>, LedgerFault> {
    let Back { line, to, why, is_alarm } = *back;
    let gone = newest_version(change, line)?;
    let newest = bundle_of_version(change, line, gone)?;
    let least = newest.as_ref().map_or(0, |(bundle, _)| bundle.release + 1);
    let earlier = bundle_of_version(change, line, to)?.map(|(bundle, _)| bundle);
    let models = match (earlier, to) {
        (Some(bundle), _) => bundle,
        (None, 0) => none(),
        (None, _) => return Ok(None),
    };
    let release = least.max(now.0.unsigned_abs() / 60_000);
    let not_after = models.not_after.max(now.later(GOOD_FOR_MS));
    let again = Bundle { issuer: "office".into(), release, made: now, not_after, ..models };
    let text = bundle::sign(&again, &signing_secret(change)?);
    documents::check(Stream::Bundle, text.as_bytes()).map_err(|why| unreadable("bundle")(why))?;
    rolls::mark_returned(change, (line, gone, to), why, now)?;
    let of = document_of(change, line, to)?;
    let published = documents::publish(change, (Stream::Bundle, line), text.as_bytes(), now)?;
    note(change, &published, (text.as_bytes(), of.as_deref(), None))?;
    if is_alarm {
        let text = format!(
            "bundle version {gone} went back to the models of version {to} by itself: {why}; see `kava-sync models list`"
        );
        alarm(change, None, ("bundle_returned", &text), now)?;
    }
    Ok(Some(published))
}

/// How long models that came back are good for at least, until somebody learns anew.
const GOOD_FOR_MS: i64 = 28 * DAY_MS;

/// A bundle without models: rules and ladder decide, as at a counter that was never given one.
const fn none() -> Bundle {
    Bundle {
        v: bundle::BUNDLE_FORMAT,
        issuer: String::new(),
        release: 0,
        made: Moment(0),
        not_after: Moment(0),
        products: Vec::new(),
        segments: None,
        value: None,
        tastes: None,
        response: None,
        game: None,
    }
}

/// The document whose models a version has.
fn document_of(connection: &Connection, line: &str, version: i64) -> Result<Option<String>, LedgerFault> {
    let sql = "SELECT coalesce(r.of, e.digest) FROM edition e LEFT JOIN release r ON r.document = e.digest
        WHERE e.stream = 'bundle' AND e.shop IN (?1, '') AND e.version = ?2 ORDER BY e.shop = ''";
    Ok(connection.prepare_cached(sql)?.query_row(params![line, version], |row| row.get(0)).optional()?)
}
