//! What a customer got in a day stays under the day's caps, and is what the receipts say.

use super::{
    Report,
    rules::{CapRules, RuleBook},
};
use rusqlite::Connection;

/// What this counter gave. What another one of the shop gave is there, too, but while nothing was heard of it each gave what its
/// own caps had left. Nor what two guests had, each within their own caps, before they turned out to be one.
const USED: &str = "SELECT u.customer, u.business_day, u.receipt, u.discount, k.key, c.state FROM cap_use u
    JOIN customer k ON k.id = u.customer LEFT JOIN charge c ON c.receipt = u.receipt
    WHERE u.receipt NOT IN (SELECT receipt FROM purchase WHERE source LIKE 'import:counter %')
    AND NOT EXISTS (SELECT 1 FROM merged m WHERE m.into_name = k.key AND u.business_day <= m.day)
    ORDER BY u.customer, u.business_day, u.receipt";

/// Discount that a customer keeps of a sale: what refunds took back counts no longer.
const KEPT: &str = "SELECT p.receipt, p.discount - coalesce((SELECT sum(r.discount) FROM refund f
            JOIN refund_line r ON r.refund = f.id WHERE f.purchase = p.id), 0) AS kept,
        coalesce((SELECT sum(u.discount) FROM cap_use u
            WHERE u.receipt = p.receipt AND u.customer = p.customer), 0) AS used
    FROM purchase p WHERE p.source NOT LIKE 'import:%' AND p.kind = 'sale' AND p.customer IS NOT NULL
    AND p.discount <> 0 AND kept <> used";

/// Discount that staff keep of a day, who share one where no code was shown.
const STAFF: &str = "SELECT max(p.receipt), p.business_day, coalesce(k.key, 'without a code'),
        sum(p.discount - coalesce((SELECT sum(r.discount) FROM refund f
            JOIN refund_line r ON r.refund = f.id WHERE f.purchase = p.id), 0))
    FROM purchase p LEFT JOIN customer k ON k.id = p.customer
    WHERE p.source NOT LIKE 'import:%' AND p.kind = 'staff' GROUP BY p.business_day, p.customer";

/// One customer's day.
struct Day {
    key: (i64, i64),
    name: String,
    caps: CapRules,
    receipts: i64,
    discount: i128,
}

pub(super) fn check(
    books: &Connection,
    rules: &RuleBook,
    report: &mut Report,
) -> Result<(), rusqlite::Error> {
    let mut statement = books.prepare(USED)?;
    let mut rows = statement.query([])?;
    let mut day: Option<Day> = None;
    while let Some(row) = rows.next()? {
        let key = (row.get(0)?, row.get(1)?);
        let (receipt, discount): (String, i64) = (row.get(2)?, row.get(3)?);
        let state: Option<String> = row.get(5)?;
        if matches!(state.as_deref(), Some("void" | "declined")) && discount != 0 {
            report.find("cap_use_of_void", receipt.as_str(), 0, discount);
        }
        if day.as_ref().is_none_or(|day| day.key != key) {
            close(day.take(), report);
            let name = format!("customer {} on day {}", row.get::<_, String>(4)?, key.1);
            day = Some(Day { key, name, caps: rules.of(&receipt).caps, receipts: 0, discount: 0 });
        }
        if let Some(day) = &mut day {
            // A policy may change during a day; what any of the day's policies allowed was allowed.
            let caps = rules.of(&receipt).caps;
            day.caps.receipts_per_day = day.caps.receipts_per_day.max(caps.receipts_per_day);
            day.caps.discount_minor_per_day =
                day.caps.discount_minor_per_day.max(caps.discount_minor_per_day);
            day.receipts += i64::from(discount > 0);
            day.discount += i128::from(discount);
        }
    }
    close(day, report);
    let mut statement = books.prepare(KEPT)?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let receipt: String = row.get(0)?;
        report.find("cap_use", receipt.as_str(), row.get::<_, i64>(1)?, row.get::<_, i64>(2)?);
    }
    staff(books, rules, report)
}

fn staff(books: &Connection, rules: &RuleBook, report: &mut Report) -> Result<(), rusqlite::Error> {
    let mut statement = books.prepare(STAFF)?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        // The day's last receipt: a policy that changed since morning is the one it was decided under.
        let (receipt, kept): (String, i64) = (row.get(0)?, row.get(3)?);
        let most = rules.of(&receipt).staff_day_minor;
        if kept > most {
            let name = format!("staff {} on day {}", row.get::<_, String>(2)?, row.get::<_, i64>(1)?);
            report.find("staff_allowance", name.as_str(), format!("at most {most}"), kept);
        }
    }
    Ok(())
}

fn close(day: Option<Day>, report: &mut Report) {
    let Some(day) = day else { return };
    report.count("cap_days");
    if day.receipts > day.caps.receipts_per_day {
        let most = format!("at most {}", day.caps.receipts_per_day);
        report.find("cap_receipts", day.name.as_str(), most, day.receipts);
    }
    if day.discount > i128::from(day.caps.discount_minor_per_day) {
        let most = format!("at most {}", day.caps.discount_minor_per_day);
        report.find("cap_discount", day.name.as_str(), most, day.discount);
    }
}
