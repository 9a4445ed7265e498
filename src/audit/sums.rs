//! Sums agree: lines, receipt, payments, register; and a refund gives back no more than was sold.

use super::Report;
use rusqlite::{Connection, Row};
use serde::Deserialize;

const RECEIPTS: &str = "SELECT p.receipt, p.list, p.discount, p.net, p.payments,
        coalesce(sum(l.list), 0), coalesce(sum(l.discount), 0), coalesce(sum(l.net), 0),
        c.state, c.answer, p.kind IN ('sale', 'staff', 'corporate')
    FROM purchase p LEFT JOIN purchase_line l ON l.purchase = p.id LEFT JOIN charge c ON c.receipt = p.receipt
    WHERE p.source NOT LIKE 'import:%' GROUP BY p.id";

const REFUND_LINES: &str = "SELECT p.receipt, r.line, sum(r.qty), sum(r.list), sum(r.discount), sum(r.net),
        l.qty, l.list, l.discount, l.net, min(r.qty), sum(r.list - r.discount <> r.net)
    FROM refund_line r JOIN refund f ON f.id = r.refund JOIN purchase p ON p.id = f.purchase
    LEFT JOIN purchase_line l ON l.purchase = f.purchase AND l.line = r.line GROUP BY f.purchase, r.line";

const REFUNDS: &str = "SELECT f.receipt, f.net, coalesce(sum(r.net), 0), count(r.line)
    FROM refund f LEFT JOIN refund_line r ON r.refund = f.id GROUP BY f.id";

const LINES: &str = "SELECT p.receipt, l.line, l.list, l.discount, l.net, l.qty
    FROM purchase p JOIN purchase_line l ON l.purchase = p.id
    WHERE p.source NOT LIKE 'import:%' AND (l.list - l.discount <> l.net OR l.discount < 0 OR l.net < 0 OR l.qty <= 0)";

const TWICE: &str = "SELECT receipt, count(*) FROM purchase WHERE source NOT LIKE 'import:%'
    GROUP BY receipt HAVING count(*) > 1";

const UNBOOKED: &str = "SELECT c.receipt FROM charge c WHERE c.state = 'done' AND NOT EXISTS
        (SELECT 1 FROM purchase p WHERE p.receipt = c.receipt AND p.source NOT LIKE 'import:%')
    AND NOT EXISTS (SELECT 1 FROM refund f WHERE f.receipt = c.receipt)";

pub(super) fn check(books: &Connection, report: &mut Report) -> Result<(), rusqlite::Error> {
    each(books, RECEIPTS, report, receipt)?;
    each(books, LINES, report, line)?;
    each(books, TWICE, report, |row, report| {
        report.find("receipt_twice", row.get::<_, String>(0)?.as_str(), 1, row.get::<_, i64>(1)?);
        Ok(())
    })?;
    each(books, UNBOOKED, report, |row, report| {
        report.find("charge_without_purchase", row.get::<_, String>(0)?.as_str(), "a purchase", "none");
        Ok(())
    })?;
    each(books, REFUND_LINES, report, refund_line)?;
    each(books, REFUNDS, report, |row, report| {
        report.count("refunds");
        let receipt: String = row.get(0)?;
        report.equal("refund_sum", receipt.as_str(), wide(row, 2)?, wide(row, 1)?);
        if row.get::<_, i64>(3)? == 0 {
            report.find("refund_sum", receipt.as_str(), "at least one line", "none");
        }
        Ok(())
    })
}

/// Calls the check on every row.
fn each(
    books: &Connection,
    sql: &str,
    report: &mut Report,
    check: impl Fn(&Row<'_>, &mut Report) -> Result<(), rusqlite::Error>,
) -> Result<(), rusqlite::Error> {
    let mut statement = books.prepare(sql)?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        check(row, report)?;
    }
    Ok(())
}

fn receipt(row: &Row<'_>, report: &mut Report) -> Result<(), rusqlite::Error> {
    report.count("receipts");
    let receipt: String = row.get(0)?;
    let place = receipt.as_str();
    let (list, discount, net) = (wide(row, 1)?, wide(row, 2)?, wide(row, 3)?);
    report.equal("receipt_list", place, wide(row, 5)?, list);
    report.equal("receipt_discount", place, wide(row, 6)?, discount);
    report.equal("receipt_net", place, wide(row, 7)?, net);
    report.equal("receipt_arithmetic", place, list - discount, net);
    let payments: String = row.get(4)?;
    match serde_json::from_str::<Vec<Paid>>(&payments) {
        Ok(paid) => {
            let sum = paid.iter().map(|part| i128::from(part.minor)).sum();
            // Nobody pays for what is given away, whatever its lines are worth.
            let due = if row.get(10)? { net } else { 0 };
            report.equal("payments_sum", place, due, sum);
        }
        Err(why) => report.find("payments_unreadable", place, "a list of payments", why),
    }
    charge(row, place, net, report)
}

/// The register's total is the purchase's, and a charge that came to nothing has no purchase.
fn charge(row: &Row<'_>, place: &str, net: i128, report: &mut Report) -> Result<(), rusqlite::Error> {
    let (state, answer): (Option<String>, Option<String>) = (row.get(8)?, row.get(9)?);
    let Some(state) = state else {
        report.find("purchase_without_charge", place, "a charge", "none");
        return Ok(());
    };
    if state != "done" {
        report.find("purchase_of_open_charge", place, "done", state);
    }
    report.count("charges");
    match serde_json::from_str::<Answer>(answer.as_deref().unwrap_or_default()) {
        Ok(answer) => report.equal("register_total", place, net, answer.total.into()),
        Err(why) => report.find("answer_unreadable", place, "what the register said", why),
    }
    Ok(())
}

fn line(row: &Row<'_>, report: &mut Report) -> Result<(), rusqlite::Error> {
    let receipt: String = row.get(0)?;
    let place = (receipt.as_str(), row.get(1)?);
    report.equal("line_arithmetic", place, wide(row, 2)? - wide(row, 3)?, wide(row, 4)?);
    for (at, least, what) in [(3, 0, "a discount"), (4, 0, "a net"), (5, 1, "a quantity")] {
        let found = wide(row, at)?;
        if found < least {
            report.find("line_negative", place, format!("{what} of at least {least}"), found);
        }
    }
    Ok(())
}

fn refund_line(row: &Row<'_>, report: &mut Report) -> Result<(), rusqlite::Error> {
    let receipt: String = row.get(0)?;
    let place = || (receipt.as_str(), row.get::<_, i64>(1).unwrap_or_default());
    report.count("refund_lines");
    let Some(sold) = row.get::<_, Option<i64>>(6)? else {
        report.find("refund_unknown_line", place(), "a line that was sold", "none");
        return Ok(());
    };
    let back = wide(row, 2)?;
    if back > i128::from(sold) || wide(row, 10)? <= 0 {
        report.find("refund_quantity", place(), format!("more than 0 and at most {sold}"), back);
    }
    if wide(row, 11)? != 0 {
        report.find("refund_arithmetic", place(), "list − discount = net", "another net");
    }
    for (code, at) in [("refund_list", 3), ("refund_discount", 4), ("refund_net", 5)] {
        let (given, taken) = (wide(row, at)?, wide(row, at + 4)?);
        let whole = back == i128::from(sold);
        if given > taken || given < 0 || (whole && given != taken) {
            let most = if whole { taken.to_string() } else { format!("0 to {taken}") };
            report.find(code, place(), most, given);
        }
    }
    Ok(())
}

#[derive(Deserialize)]
struct Paid {
    minor: i64,
}

/// What the register said it rang up.
#[derive(Deserialize)]
struct Answer {
    total: i64,
}

fn wide(row: &Row<'_>, at: usize) -> Result<i128, rusqlite::Error> {
    row.get::<_, i64>(at).map(i128::from)
}
