//! Sales for which money was taken, as counters told them: the one place that says which receipts those are.

use crate::ledger::{Ledger, LedgerFault};
use kava::facts::{moment::BusinessDay, purchase::Purchase};
use rusqlite::params;

/// Receipts that are read at most to say what was or would have been earned.
pub const READ_MAX: i64 = 200_000;

/// A sale with what was paid and what of it was given back since, minor units.
pub(super) struct Sold {
    pub(super) sale: Purchase,
    pub(super) net: i64,
    pub(super) back: i64,
}

const SOLD: &str = "SELECT x.payload, r.net, (SELECT coalesce(sum(back.net), 0) FROM receipt back WHERE back.original = r.receipt)
    FROM receipt r INDEXED BY receipt_day JOIN counter c ON c.id = r.counter
    JOIN record x ON x.counter = r.counter AND x.epoch = r.epoch AND x.seq = r.seq
    WHERE r.business_day BETWEEN ?1 AND ?2 AND r.kind = 'sale' AND r.charged AND (c.shop = ?3 OR ?3 = '')
        AND x.payload IS NOT NULL
    ORDER BY r.business_day, r.receipt";

/// Hands over the sales of some days, the oldest day first, of a shop or of all with an empty one. Of an erased guest's receipt
/// nothing is left to read; a later version may write a sale otherwise, and it is not read then, as everywhere at the desk.
///
/// # Errors
/// When the database fails.
pub(super) fn each(
    ledger: &Ledger,
    shop: &str,
    (first, last): (BusinessDay, BusinessDay),
    mut take: impl FnMut(Sold),
) -> Result<(), LedgerFault> {
    let mut statement = ledger.connection().prepare_cached(SOLD)?;
    let mut rows = statement.query(params![first.0, last.0, shop])?;
    while let Some(row) = rows.next()? {
        let payload: Vec<u8> = row.get(0)?;
        if let Ok(sale) = serde_json::from_slice::<Purchase>(&payload) {
            take(Sold { sale, net: row.get(1)?, back: row.get(2)? });
        }
    }
    Ok(())
}
