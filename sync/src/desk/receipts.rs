//! The receipts of a day, the newest first: where they were rung up, what was paid and saved, and whether something was given
//! back. One of them with all that is known of it is [`super::receipt`].

use crate::ledger::{Ledger, LedgerFault};
use kava::facts::moment::{BusinessDay, Moment};
use rusqlite::{Row, params};
use serde::Serialize;

/// Receipts of one answer.
pub const RECEIPTS_MAX: usize = 50;

/// A page of them.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub struct ReceiptPage {
    /// The day.
    pub day: BusinessDay,
    /// The receipts, by id downwards: an id begins with the time at which its counter made it.
    pub receipts: Vec<ReceiptRow>,
    /// Whether older ones of that day follow.
    pub more: bool,
}

/// One of them.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub struct ReceiptRow {
    /// Its id.
    pub receipt: String,
    /// Where.
    pub shop: String,
    /// Which counter.
    pub counter: String,
    /// When.
    pub at: Moment,
    /// Minutes to add to UTC for the shop's wall clock.
    pub utc_offset_min: i32,
    /// Whether money was taken for it.
    pub charged: bool,
    /// What the guest saved.
    pub saved_minor: i64,
    /// What was paid.
    pub net_minor: i64,
    /// What was given back of it.
    pub refunded_minor: i64,
}

/// Which are asked for; what is empty is any.
#[derive(Debug, Clone)]
pub struct Wanted {
    /// The shop.
    pub shop: String,
    /// The counter.
    pub counter: String,
    /// The day of trade.
    pub day: BusinessDay,
    /// Only what is older than this one.
    pub before: String,
}

// The day is read from its index alone; receipts and records are looked up only for those that are shown.
const PAGE: &str = "SELECT p.receipt, p.shop, p.counter, r.at, r.utc_offset_min, o.charged, o.discount, o.net,
        (SELECT coalesce(sum(back.net), 0) FROM receipt back WHERE back.original = p.receipt)
    FROM (SELECT d.receipt, c.shop, c.counter FROM receipt d INDEXED BY receipt_day JOIN counter c ON c.id = d.counter
        WHERE d.business_day = ?1 AND d.kind = 'sale' AND (c.shop = ?2 OR ?2 = '') AND (c.counter = ?3 OR ?3 = '')
            AND (d.receipt < ?4 OR ?4 = '')
        ORDER BY d.receipt DESC LIMIT ?5) p
    JOIN receipt o ON o.kind = 'sale' AND o.receipt = p.receipt
    JOIN record r ON r.counter = o.counter AND r.epoch = o.epoch AND r.seq = o.seq ORDER BY p.receipt DESC";

/// A page of what is asked for.
///
/// # Errors
/// When the database fails.
pub fn of(ledger: &Ledger, wanted: &Wanted) -> Result<ReceiptPage, LedgerFault> {
    let mut statement = ledger.connection().prepare_cached(PAGE)?;
    let Wanted { shop, counter, day, before } = wanted;
    let one_more = i64::try_from(RECEIPTS_MAX).unwrap_or(i64::MAX).saturating_add(1);
    let rows = statement.query_map(params![day.0, shop, counter, before, one_more], row_of)?;
    let mut receipts = rows.collect::<Result<Vec<ReceiptRow>, _>>()?;
    let more = receipts.len() > RECEIPTS_MAX;
    receipts.truncate(RECEIPTS_MAX);
    Ok(ReceiptPage { day: *day, receipts, more })
}

fn row_of(row: &Row<'_>) -> rusqlite::Result<ReceiptRow> {
    Ok(ReceiptRow {
        receipt: row.get(0)?,
        shop: row.get(1)?,
        counter: row.get(2)?,
        at: Moment(row.get(3)?),
        utc_offset_min: row.get(4)?,
        charged: row.get(5)?,
        saved_minor: row.get(6)?,
        net_minor: row.get(7)?,
        refunded_minor: row.get(8)?,
    })
}
