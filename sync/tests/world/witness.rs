//! What stands in a counter's file, read past the store.

use super::till::Till;
use kava::{
    facts::moment::BusinessDay,
    flow::replay::{Replay, Replayed},
};
use std::{collections::BTreeSet, path::Path};

impl Till {
    /// Receipts of its sales.
    pub(crate) fn kept(&self) -> BTreeSet<String> {
        texts(&self.db, "SELECT receipt FROM purchase")
    }

    /// What it gave back, by the ids the register knows.
    pub(crate) fn refunds(&self) -> BTreeSet<String> {
        texts(&self.db, "SELECT receipt FROM refund")
    }

    /// Receipts of sales of a day.
    pub(super) fn sold_on(&self, day: BusinessDay) -> Vec<String> {
        let sql = format!("SELECT receipt FROM purchase WHERE business_day = {}", day.0);
        texts(&self.db, &sql).into_iter().collect()
    }

    /// Records that it has let go of: the office has said that it has them.
    pub(crate) fn let_go(&self) -> BTreeSet<String> {
        let sql = "SELECT hash FROM record r WHERE NOT EXISTS
            (SELECT 1 FROM outbox o WHERE o.epoch = r.epoch AND o.seq = r.seq)";
        texts(&self.db, sql)
    }

    /// Place and hash of every record.
    pub(crate) fn series(&self) -> BTreeSet<String> {
        texts(&self.db, "SELECT epoch || ':' || seq || ':' || hash FROM record")
    }

    /// What does not hold in its books, by the second pair of eyes and by computing every decision again.
    pub(crate) fn unsound(&self) -> Vec<String> {
        let report = kava::audit::audit(&self.db).unwrap();
        let mut wrong: Vec<String> =
            report.findings.iter().map(|finding| format!("books of {}: {finding:?}", self.name)).collect();
        let store = self.counter.as_ref().unwrap().store();
        let mut replay = Replay::default();
        for receipt in store.decided_receipts().unwrap() {
            match replay.receipt(store, &receipt).unwrap() {
                Replayed::Same | Replayed::Erased => {}
                other => wrong.push(format!("I8: decision of {receipt} at {}: {other:?}", self.name)),
            }
        }
        wrong
    }

    /// Of these names, those that stand anywhere in its files.
    pub(crate) fn residues<'a>(&self, names: &'a BTreeSet<String>) -> Vec<&'a String> {
        residues(&self.db, names)
    }
}

/// Of these names, those that stand anywhere in a database or in its log.
pub(crate) fn residues<'a>(db: &Path, names: &'a BTreeSet<String>) -> Vec<&'a String> {
    let files = ["db", "db-wal"].map(|ending| std::fs::read(db.with_extension(ending)).unwrap_or_default());
    let stands = |name: &&String| {
        files.iter().any(|bytes| bytes.windows(name.len()).any(|window| window == name.as_bytes()))
    };
    names.iter().filter(stands).collect()
}

pub(crate) fn hashes(db: &Path) -> BTreeSet<String> {
    texts(db, "SELECT hash FROM record")
}

fn texts(db: &Path, sql: &str) -> BTreeSet<String> {
    let books = rusqlite::Connection::open(db).unwrap();
    let mut statement = books.prepare(sql).unwrap();
    let rows = statement.query_map([], |row| row.get(0)).unwrap();
    rows.collect::<Result<_, _>>().unwrap()
}
