//! What is kept about a customer is what the rows say: visits, saved, paid.

use super::Report;
use rusqlite::Connection;
use serde::Deserialize;

/// Per customer: visits of which something stays sold, and what stays of discount and net.
const SUMS: &str = "WITH back AS (
        SELECT f.purchase, r.line, sum(r.qty) AS qty, sum(r.discount) AS discount, sum(r.net) AS net
        FROM refund f JOIN refund_line r ON r.refund = f.id GROUP BY 1, 2),
    kept AS (
        SELECT p.id, p.customer, sum(l.discount - coalesce(back.discount, 0)) AS saved,
            sum(l.net - coalesce(back.net, 0)) AS net
        FROM purchase p JOIN purchase_line l ON l.purchase = p.id
        LEFT JOIN back ON back.purchase = p.id AND back.line = l.line
        WHERE p.kind = 'sale' AND p.customer IS NOT NULL AND l.qty > coalesce(back.qty, 0)
        GROUP BY p.id),
    sums AS (SELECT customer, count(*) AS visits, sum(saved) AS saved, sum(net) AS net FROM kept GROUP BY customer)
    SELECT c.key, c.features, coalesce(s.visits, 0), coalesce(s.saved, 0), coalesce(s.net, 0)
    FROM customer c LEFT JOIN sums s ON s.customer = c.id";

pub(super) fn check(books: &Connection, report: &mut Report) -> Result<(), rusqlite::Error> {
    let mut statement = books.prepare(SUMS)?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        report.count("customers");
        let name = format!("customer {}", row.get::<_, String>(0)?);
        let place = name.as_str();
        let text: Option<String> = row.get(1)?;
        let kept = match text.as_deref().map(serde_json::from_str::<Kept>).transpose() {
            Ok(kept) => kept.unwrap_or_default(),
            Err(why) => {
                report.find("features_unreadable", place, "features", why);
                continue;
            }
        };
        let wide = |at| row.get::<_, i64>(at).map(i128::from);
        report.equal("features_visits", place, wide(2)?, kept.visits.into());
        report.equal("features_saved", place, wide(3)?, kept.saved.into());
        report.equal("features_net", place, wide(4)?, kept.net.into());
    }
    Ok(())
}

/// The sums among a customer's features.
#[derive(Default, Deserialize)]
struct Kept {
    visits: i64,
    saved: i64,
    net: i64,
}
