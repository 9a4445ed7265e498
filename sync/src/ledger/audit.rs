//! A second look at the whole ledger: every series is dense and chained, every payload is the one that was
//! hashed, every receipt stands in one record. The bytes that are hashed are written here a second time on purpose.

use super::{campaigns, fault::LedgerFault, open::Ledger};
use kava::facts::{
    menu::{hex_digest, to_hex},
    moment::{BusinessDay, Moment},
};
use rusqlite::{Connection, Row};
use serde::Serialize;
use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write as _,
};

/// What was looked at and what does not hold.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Report {
    /// How many of each.
    pub checked: BTreeMap<&'static str, u64>,
    /// What does not hold.
    pub findings: Vec<Finding>,
}

/// One thing that does not hold.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// What kind of thing.
    pub code: &'static str,
    /// `shop/counter epoch/seq`, or a receipt.
    pub place: String,
    /// What is there instead.
    pub text: String,
}

impl Report {
    fn count(&mut self, what: &'static str) {
        *self.checked.entry(what).or_default() += 1;
    }

    fn find(&mut self, code: &'static str, place: impl Into<String>, text: impl Into<String>) {
        self.findings.push(Finding { code, place: place.into(), text: text.into() });
    }
}

const RECORDS: &str =
    "SELECT c.shop, c.counter, r.epoch, r.seq, r.v, r.chain, r.at, r.utc_offset_min, r.business_day,
        r.clock_trust, r.kind, r.payload_hash, r.prev_hash, r.hash, r.salt, r.payload, r.later
    FROM record r JOIN counter c ON c.id = r.counter WHERE r.counter = ? AND r.epoch = ? ORDER BY r.seq";

const STRAY_RECEIPTS: &str = "SELECT p.kind || ' ' || p.receipt FROM receipt p
    LEFT JOIN record r ON r.counter = p.counter AND r.epoch = p.epoch AND r.seq = p.seq AND r.kind = p.kind
    WHERE r.seq IS NULL";

/// Looks at everything.
///
/// # Errors
/// When the database fails.
pub fn audit(ledger: &mut Ledger) -> Result<Report, LedgerFault> {
    let mut report = Report::default();
    // One moment of the ledger, however much is written meanwhile.
    let books = ledger.connection.transaction()?;
    let sql = "SELECT s.counter, s.epoch, s.seq, s.hash, c.shop || '/' || c.counter
        FROM series s JOIN counter c ON c.id = s.counter ORDER BY s.counter, s.epoch";
    let mut statement = books.prepare(sql)?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let series = Series {
            counter: row.get(0)?,
            epoch: row.get(1)?,
            end: row.get(2)?,
            hash: row.get(3)?,
            name: row.get(4)?,
        };
        report.count("series");
        series.walk(&books, &mut report)?;
    }
    drop(rows);
    drop(statement);
    for (code, sql) in [
        ("receipt_stray", STRAY_RECEIPTS),
        (
            "record_stray",
            "SELECT 'record ' || r.epoch || '/' || r.seq FROM record r LEFT JOIN series s
            ON s.counter = r.counter AND s.epoch = r.epoch AND r.seq <= s.seq WHERE s.seq IS NULL",
        ),
    ] {
        let mut statement = books.prepare(sql)?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            report.find(code, row.get::<_, String>(0)?, "it belongs to nothing");
        }
    }
    for standing in campaigns::standings(&books)? {
        report.count("budgets");
        if let Some(wrong) = standing.wrong() {
            report.find("budget", standing.campaign.id.as_str(), wrong);
        }
    }
    let receipts: i64 = books.query_row("SELECT count(*) FROM receipt", [], |row| row.get(0))?;
    report.checked.insert("receipts", receipts.unsigned_abs());
    Ok(report)
}

struct Series {
    counter: i64,
    epoch: i64,
    end: i64,
    hash: Option<Vec<u8>>,
    name: String,
}

impl Series {
    fn walk(&self, books: &Connection, report: &mut Report) -> Result<(), LedgerFault> {
        let dead = self.dead_letters(books)?;
        let mut last: Option<Vec<u8>> = None;
        let mut seq = 0;
        let mut statement = books.prepare_cached(RECORDS)?;
        let mut rows = statement.query([self.counter, self.epoch])?;
        while let Some(row) = rows.next()? {
            report.count("records");
            let at: i64 = row.get(3)?;
            self.bridge(&mut seq, at, &dead, (&mut last, report));
            let place = format!("{} {}/{at}", self.name, self.epoch);
            let (prev_hash, hash): (Vec<u8>, Vec<u8>) = (row.get(12)?, row.get(13)?);
            if last.as_ref().is_some_and(|last| *last != prev_hash) {
                report.find("record_prev_hash", place.as_str(), "it does not follow from the one before");
            }
            if hex_digest(header(row)?.as_bytes()).as_str() != to_hex(&hash) {
                report.find("record_hash", place.as_str(), "its header is not the one that was hashed");
            }
            payload(row, &place, report)?;
            (seq, last) = (at, Some(hash));
        }
        self.bridge(&mut seq, self.end + 1, &dead, (&mut last, report));
        if self.end != seq || last.is_some() && self.hash.is_some() && last != self.hash {
            let text = format!("it ends with {seq}, {} was acknowledged", self.end);
            report.find("series_end", format!("{} {}/{}", self.name, self.epoch, self.end), text);
        }
        Ok(())
    }

    /// Numbers between two records must all be dead letters.
    fn bridge(
        &self,
        seq: &mut i64,
        until: i64,
        dead: &BTreeMap<i64, Option<Vec<u8>>>,
        (last, report): (&mut Option<Vec<u8>>, &mut Report),
    ) {
        while *seq + 1 < until {
            let Some(hash) = dead.get(&(*seq + 1)) else {
                if until <= self.end {
                    let place = format!("{} {}/{}", self.name, self.epoch, *seq + 1);
                    report.find("record_gap", place, format!("missing before {until}"));
                }
                *last = None;
                return;
            };
            report.count("dead_letters");
            (*last, *seq) = (hash.clone(), *seq + 1);
        }
    }

    /// Those that stand for a number of the series; forks stand beside it.
    fn dead_letters(&self, books: &Connection) -> Result<BTreeMap<i64, Option<Vec<u8>>>, LedgerFault> {
        let sql =
            "SELECT seq, hash FROM dead_letter WHERE counter = ? AND epoch = ? AND code <> 'series_fork'";
        let mut statement = books.prepare_cached(sql)?;
        let rows = statement.query_map([self.counter, self.epoch], |row| Ok((row.get(0)?, row.get(1)?)))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }
}

fn header(row: &Row<'_>) -> Result<String, LedgerFault> {
    let text = |at| row.get::<_, String>(at);
    let number = |at| row.get::<_, i64>(at);
    let mut header = format!(
        "kava-record\nv={}\nchain={}\nshop={}\ncounter={}\nepoch={}\nseq={}\nat={}\nutc_offset_min={}\n\
         business_day={}\nclock_trust={}\nkind={}\npayload_hash={}\nprev_hash={}\n",
        number(4)?,
        text(5)?,
        text(0)?,
        text(1)?,
        number(2)?,
        number(3)?,
        Moment(number(6)?),
        number(7)?,
        BusinessDay(row.get(8)?),
        text(9)?,
        text(10)?,
        to_hex(&row.get::<_, Vec<u8>>(11)?),
        to_hex(&row.get::<_, Vec<u8>>(12)?)
    );
    let later: BTreeMap<String, String> = match row.get::<_, Option<String>>(16)? {
        Some(later) => serde_json::from_str(&later).unwrap_or_default(),
        None => BTreeMap::new(),
    };
    for (name, value) in &later {
        writeln!(header, "{name}={value}").map_err(super::fault::unreadable("record"))?;
    }
    Ok(header)
}

fn payload(row: &Row<'_>, place: &str, report: &mut Report) -> Result<(), LedgerFault> {
    let (salt, payload): (Option<Vec<u8>>, Option<Vec<u8>>) = (row.get(14)?, row.get(15)?);
    match (salt, payload) {
        (None, None) => report.count("erased"),
        (Some(salt), Some(payload)) => {
            let own = hex_digest(&[salt, payload].concat());
            if own.as_str() != to_hex(&row.get::<_, Vec<u8>>(11)?) {
                report.find("payload_hash", place, "the payload is not the one that was hashed");
            }
        }
        _ => report.find("payload_half_erased", place, "salt without payload, or payload without salt"),
    }
    Ok(())
}

/// Receipts of the ledger, for whoever compares them with a counter's.
///
/// # Errors
/// When the database fails.
pub fn receipts(ledger: &Ledger) -> Result<BTreeSet<String>, LedgerFault> {
    let mut statement = ledger.connection.prepare("SELECT receipt FROM receipt")?;
    let rows = statement.query_map([], |row| row.get(0))?;
    Ok(rows.collect::<Result<_, _>>()?)
}
