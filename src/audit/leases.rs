//! What the office lent of budgets: no lease gave more than was in it, and the office is told of all that was spent.

use super::Report;
use rusqlite::Connection;
use serde::Deserialize;
use std::collections::BTreeMap;

const LENT: &str = "SELECT id, money, uses, money_left, uses_left, closed FROM lease ORDER BY id";

/// What receipts took, and of it what was posted.
const TAKEN: &str = "SELECT lease, sum(money), sum(uses), sum(money * posted), sum(uses * posted) FROM lease_use GROUP BY lease";

const SPENT: &str =
    "SELECT epoch, seq, payload FROM record WHERE kind = 'spend' AND payload IS NOT NULL ORDER BY epoch, seq";

/// Money in minor units, and uses.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Sums {
    money: i128,
    uses: i128,
}

/// What the payload of a record `spend` must say.
#[derive(Deserialize)]
struct Spend {
    lease: String,
    amount: Amount,
}

#[derive(Deserialize)]
struct Amount {
    money: i64,
    uses: i64,
}

pub(super) fn check(books: &Connection, report: &mut Report) -> Result<(), rusqlite::Error> {
    let mut told = told(books, report)?;
    let taken = taken(books)?;
    let mut statement = books.prepare(LENT)?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        report.count("leases");
        let id: String = row.get(0)?;
        let wide = |at| row.get::<_, i64>(at).map(i128::from);
        let lent = Sums { money: wide(1)?, uses: wide(2)? };
        let left = Sums { money: wide(3)?, uses: wide(4)? };
        let told = told.remove(&id).unwrap_or_default();
        let (reserved, posted) = taken.get(&id).copied().unwrap_or_default();
        let name = format!("lease {id}");
        if told.money > lent.money || told.uses > lent.uses {
            report.find("lease_overspent", name.as_str(), at_most(lent), said(told));
        }
        if told != posted {
            report.find("lease_told", name.as_str(), said(posted), said(told));
        }
        // What is left of a closed lease went back to the office.
        let rest = Sums { money: lent.money - reserved.money, uses: lent.uses - reserved.uses };
        let expected = if row.get::<_, bool>(5)? { Sums::default() } else { rest };
        if left != expected {
            report.find("lease_left", name.as_str(), said(expected), said(left));
        }
    }
    for (id, told) in told {
        report.find("lease_unknown", format!("lease {id}").as_str(), "a lease", said(told));
    }
    Ok(())
}

fn said(sums: Sums) -> String {
    format!("{} in {} uses", sums.money, sums.uses)
}

fn at_most(sums: Sums) -> String {
    format!("at most {}", said(sums))
}

/// What the records say was spent of each lease; what was given back is negative.
fn told(books: &Connection, report: &mut Report) -> Result<BTreeMap<String, Sums>, rusqlite::Error> {
    let mut told: BTreeMap<String, Sums> = BTreeMap::new();
    let mut statement = books.prepare(SPENT)?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let payload: Vec<u8> = row.get(2)?;
        match serde_json::from_slice::<Spend>(&payload) {
            Ok(Spend { lease, amount }) => {
                let sums = told.entry(lease).or_default();
                sums.money += i128::from(amount.money);
                sums.uses += i128::from(amount.uses);
            }
            Err(why) => {
                let place = format!("record {}/{}", row.get::<_, i64>(0)?, row.get::<_, i64>(1)?);
                report.find("spend_unreadable", place.as_str(), "a spend", why);
            }
        }
    }
    Ok(told)
}

fn taken(books: &Connection) -> Result<BTreeMap<String, (Sums, Sums)>, rusqlite::Error> {
    let mut taken = BTreeMap::new();
    let mut statement = books.prepare(TAKEN)?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let wide = |at| row.get::<_, i64>(at).map(i128::from);
        let reserved = Sums { money: wide(1)?, uses: wide(2)? };
        let posted = Sums { money: wide(3)?, uses: wide(4)? };
        taken.insert(row.get(0)?, (reserved, posted));
    }
    Ok(taken)
}
