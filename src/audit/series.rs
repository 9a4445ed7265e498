//! The counter's series: dense, chained, untouched, and every own sale is in it. The bytes that are
//! hashed are those of `docs/records.md`, written here a second time on purpose.

use super::{Report, rules::hex_sha256};
use crate::facts::moment::{BusinessDay, Moment};
use rusqlite::{Connection, Row};
use std::collections::{BTreeMap, HashSet};

const RECORDS: &str = "SELECT epoch, seq, v, chain, shop, counter, at, utc_offset_min, business_day,
        clock_trust, kind, payload_hash, prev_hash, hash, salt, payload
    FROM record ORDER BY epoch, seq";

/// What waits for the office is a whole tail of the series: nothing behind the first waiting record may
/// have left before it.
const HOLES: &str = "SELECT r.epoch, r.seq FROM record r
    LEFT JOIN outbox o ON o.epoch = r.epoch AND o.seq = r.seq
    WHERE o.seq IS NULL AND (r.epoch, r.seq) > (SELECT epoch, seq FROM outbox ORDER BY epoch, seq LIMIT 1)";

const STRAYS: &str = "SELECT o.epoch, o.seq FROM outbox o
    LEFT JOIN record r ON r.epoch = o.epoch AND r.seq = o.seq WHERE r.seq IS NULL";

const OWN: &str = "SELECT receipt, 'sale', net FROM purchase WHERE source NOT LIKE 'import:%'
    UNION ALL SELECT f.receipt, 'refund', f.net FROM refund f JOIN purchase p ON p.id = f.purchase
        WHERE p.source NOT LIKE 'import:%'";

/// Receipts by kind, as the records' payloads name them: how often, and the net of the last. And how many
/// payloads were erased.
#[derive(Default)]
struct Told {
    receipts: BTreeMap<(String, String), (u64, i128)>,
    erased: u64,
}

pub(super) fn check(books: &Connection, report: &mut Report) -> Result<(), rusqlite::Error> {
    let told = chain(books, report)?;
    report.checked.insert("erased", told.erased);
    for (code, sql) in [("outbox_hole", HOLES), ("outbox_stray", STRAYS)] {
        let mut statement = books.prepare(sql)?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            let name = place(row.get(0)?, row.get(1)?);
            let words =
                if code == "outbox_hole" { ("in the outbox", "not there") } else { ("a record", "none") };
            report.find(code, name.as_str(), words.0, words.1);
        }
    }
    let waiting: i64 = books.query_row("SELECT count(*) FROM outbox", [], |row| row.get(0))?;
    report.checked.insert("outbox", waiting.unsigned_abs());
    own_receipts(books, &told, report)
}

/// Walks the series from its beginning.
fn chain(books: &Connection, report: &mut Report) -> Result<Told, rusqlite::Error> {
    let mut told = Told::default();
    let mut statement = books.prepare(RECORDS)?;
    let mut rows = statement.query([])?;
    let (mut epoch, mut seq, mut last_hash) = (0, 0, beginning(books)?);
    while let Some(row) = rows.next()? {
        report.count("records");
        let (row_epoch, row_seq): (i64, i64) = (row.get(0)?, row.get(1)?);
        let name = place(row_epoch, row_seq);
        let next = if row_epoch == epoch { seq + 1 } else { 1 };
        report.equal("record_gap", name.as_str(), next.into(), row_seq.into());
        let (prev_hash, hash): (String, String) = (row.get(12)?, row.get(13)?);
        if prev_hash != last_hash {
            report.find("record_prev_hash", name.as_str(), &last_hash, &prev_hash);
        }
        let own = hex_sha256(&[header(row)?.as_bytes()]);
        if own != hash {
            report.find("record_hash", name.as_str(), &own, &hash);
        }
        payload(row, &name, &mut told, report)?;
        // The stored hash, so that one altered record is one finding.
        (epoch, seq, last_hash) = (row_epoch, row_seq, hash);
    }
    Ok(told)
}

/// What the first record ties on to: zeros, or where the office saw the machine last whose place this one took.
fn beginning(books: &Connection) -> Result<String, rusqlite::Error> {
    let sql = "SELECT coalesce((SELECT value FROM setting WHERE key = 'anchor'), ?)";
    books.query_row(sql, ["0".repeat(64)], |row| row.get(0))
}

fn header(row: &Row<'_>) -> Result<String, rusqlite::Error> {
    let text = |at| row.get::<_, String>(at);
    let number = |at| row.get::<_, i64>(at);
    Ok(format!(
        "kava-record\nv={}\nchain={}\nshop={}\ncounter={}\nepoch={}\nseq={}\nat={}\nutc_offset_min={}\n\
         business_day={}\nclock_trust={}\nkind={}\npayload_hash={}\nprev_hash={}\n",
        number(2)?,
        text(3)?,
        text(4)?,
        text(5)?,
        number(0)?,
        number(1)?,
        Moment(number(6)?),
        number(7)?,
        BusinessDay(row.get(8)?),
        text(9)?,
        text(10)?,
        text(11)?,
        text(12)?
    ))
}

fn payload(row: &Row<'_>, name: &str, told: &mut Told, report: &mut Report) -> Result<(), rusqlite::Error> {
    let (salt, payload): (Option<Vec<u8>>, Option<Vec<u8>>) = (row.get(14)?, row.get(15)?);
    let stated: String = row.get(11)?;
    let (Some(salt), Some(payload)) = (&salt, &payload) else {
        if salt.is_some() || payload.is_some() {
            report.find("payload_half_erased", name, "salt and payload, or neither", "one of them");
        }
        told.erased += 1;
        return Ok(());
    };
    let own = hex_sha256(&[salt, payload]);
    if own != stated {
        report.find("payload_hash", name, &stated, own);
    }
    let kind: String = row.get(10)?;
    // A sale is named by its receipt, a refund by its own id.
    let key = match kind.as_str() {
        "sale" => "receipt",
        "refund" => "id",
        _ => return Ok(()),
    };
    let body: serde_json::Value = serde_json::from_slice(payload).unwrap_or_default();
    if let Some(receipt) = body.get(key).and_then(|text| text.as_str()) {
        let (times, net) = told.receipts.entry((kind, receipt.into())).or_default();
        (*times, *net) = (*times + 1, lines_net(&body));
    }
    Ok(())
}

fn lines_net(body: &serde_json::Value) -> i128 {
    let lines = body.get("lines").and_then(|lines| lines.as_array());
    let net = |line: &serde_json::Value| line.get("net").and_then(serde_json::Value::as_i64);
    lines.into_iter().flatten().filter_map(net).map(i128::from).sum()
}

/// Every own sale and refund is told to the office, once and with its net.
fn own_receipts(books: &Connection, told: &Told, report: &mut Report) -> Result<(), rusqlite::Error> {
    let (mut missing, mut own) = (Vec::new(), HashSet::new());
    let mut statement = books.prepare(OWN)?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let (receipt, kind): (String, String) = (row.get(0)?, row.get(1)?);
        let key = (kind, receipt);
        match told.receipts.get(&key) {
            Some((1, net)) => report.equal("record_net", key.1.as_str(), row.get::<_, i64>(2)?.into(), *net),
            Some((times, _)) => {
                report.find("record_twice", key.1.as_str(), format!("1 {} record", key.0), times)
            }
            None => missing.push(key.clone()),
        }
        own.insert(key);
    }
    for (kind, receipt) in told.receipts.keys().filter(|key| !own.contains(*key)) {
        report.find("record_without_purchase", receipt.as_str(), format!("a {kind}"), "a record of it alone");
    }
    // An erased record names no receipt any more; so many may be missing.
    if missing.len() as u64 > told.erased {
        for (kind, receipt) in missing {
            report.find("record_missing", receipt.as_str(), format!("a {kind} record"), "none");
        }
    }
    Ok(())
}

fn place(epoch: i64, seq: i64) -> String {
    format!("record {epoch}/{seq}")
}
