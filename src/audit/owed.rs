//! Of what guests brought along from an older programme no more was handed out than there was.

use super::Report;
use rusqlite::Connection;

const OWED: &str = "SELECT c.key, o.kind, sum(o.brought), sum(o.paid) FROM (
        SELECT customer, kind, amount AS brought, 0 AS paid FROM carried
        UNION ALL SELECT customer, kind, 0, amount FROM paid_out) o
    JOIN customer c ON c.id = o.customer GROUP BY o.customer, o.kind ORDER BY c.key, o.kind";

pub(super) fn check(books: &Connection, report: &mut Report) -> Result<(), rusqlite::Error> {
    let mut statement = books.prepare(OWED)?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let (brought, paid): (i64, i64) = (row.get(2)?, row.get(3)?);
        report.count("owed");
        if paid > brought {
            let name = format!("{} of customer {}", row.get::<_, String>(1)?, row.get::<_, String>(0)?);
            report.find("owed_overpaid", name.as_str(), format!("at most {brought}"), paid);
        }
    }
    Ok(())
}
