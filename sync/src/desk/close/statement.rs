//! What an acquirer says of a shop's day, as somebody brought it. The newest one holds.

use crate::close::acquirer::Row;
use crate::desk::deeds;
use crate::ledger::{LedgerFault, fault::unreadable};
use kava::{
    facts::moment::{BusinessDay, Moment},
    import::statement::Statement as Read,
};
use rusqlite::{Connection, OptionalExtension, Transaction, params};

/// A statement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Statement {
    /// When it was brought.
    pub made: Moment,
    /// By whom.
    pub made_by: String,
    /// What the file was called; empty where a total was typed.
    pub name: String,
    /// The total, minor units, where there are no rows.
    pub total: Option<i64>,
    /// Its rows.
    pub rows: Vec<Row>,
}

/// Of which shop and day something is.
pub type ShopDay<'s> = (&'s str, BusinessDay);

/// The statement of what was read, at a wall that is so many minutes ahead of UTC. A total beside rows is theirs.
#[must_use]
pub fn of_file(read: Read, (by, name): (&str, &str), offset_min: i64, now: Moment) -> Statement {
    let instant = |local: jiff::civil::DateTime| {
        let utc = local.to_zoned(jiff::tz::TimeZone::UTC).ok()?;
        Some(Moment(utc.timestamp().as_millisecond() - offset_min * 60_000))
    };
    let row = |row: kava::import::statement::StatementRow| Row {
        at: row.at.and_then(instant),
        reference: row.reference,
        minor: row.amount.0,
    };
    let rows: Vec<Row> = read.rows.into_iter().map(row).collect();
    let total = read.total.filter(|_| rows.is_empty()).map(|total| total.0);
    Statement { made: now, made_by: by.into(), name: name.into(), total, rows }
}

/// The statement of a day, where there is one.
///
/// # Errors
/// When it cannot be read.
pub fn of(books: &Connection, (shop, day): ShopDay<'_>) -> Result<Option<Statement>, LedgerFault> {
    let sql = "SELECT made, made_by, name, total, rows FROM statement WHERE shop = ? AND business_day = ?";
    let read = |row: &rusqlite::Row<'_>| {
        let statement = Statement {
            made: Moment(row.get(0)?),
            made_by: row.get(1)?,
            name: row.get(2)?,
            total: row.get(3)?,
            rows: Vec::new(),
        };
        Ok((statement, row.get::<_, String>(4)?))
    };
    let found = books.prepare_cached(sql)?.query_row(params![shop, day.0], read).optional()?;
    let Some((statement, rows)) = found else { return Ok(None) };
    let rows = serde_json::from_str(&rows).map_err(unreadable("statement"))?;
    Ok(Some(Statement { rows, ..statement }))
}

/// Keeps a statement in the place of the one before, and the deed.
///
/// # Errors
/// When the database fails.
pub fn keep(
    change: &Transaction<'_>,
    (shop, day): ShopDay<'_>,
    statement: &Statement,
    now: Moment,
) -> Result<(), LedgerFault> {
    let Statement { made, made_by, name, total, rows } = statement;
    let sql = "INSERT INTO statement (shop, business_day, made, made_by, name, total, rows) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
        ON CONFLICT DO UPDATE SET made = ?3, made_by = ?4, name = ?5, total = ?6, rows = ?7";
    let text = serde_json::to_string(rows).map_err(unreadable("statement"))?;
    change.prepare_cached(sql)?.execute(params![shop, day.0, made.0, made_by, name, total, text])?;
    let text = match total {
        Some(total) => format!("{day}: total {total}"),
        None => format!("{day}: {} rows of {name}", rows.len()),
    };
    deeds::keep(change, made_by, ("statement_kept", shop, &text), now)
}
