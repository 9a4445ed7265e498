//! What stands in a counter's file, read past the store.

use super::till::Till;
use kava::{
    facts::moment::BusinessDay,
    flow::replay::{Replay, Replayed},
    wire::reply::Place,
};
use std::{collections::BTreeSet, path::Path};

impl Till {
    /// Receipts of its sales.
    pub(crate) fn kept(&self) -> BTreeSet<String> {
        texts(&self.db, "SELECT receipt FROM purchase WHERE source = 'kava'")
    }

    /// What it gave back, by the ids the register knows.
    pub(crate) fn refunds(&self) -> BTreeSet<String> {
        let sql =
            "SELECT r.receipt FROM refund r JOIN purchase p ON p.id = r.purchase WHERE p.source = 'kava'";
        texts(&self.db, sql)
    }

    /// Receipts of sales of a day.
    pub(super) fn sold_on(&self, day: BusinessDay) -> Vec<String> {
        let sql = format!("SELECT receipt FROM purchase WHERE source = 'kava' AND business_day = {}", day.0);
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

    /// Hashes of its records up to a place.
    pub(super) fn hashes_upto(&self, Place { epoch, seq }: Place) -> BTreeSet<String> {
        texts(&self.db, &format!("SELECT hash FROM record WHERE (epoch, seq) <= ({epoch}, {seq})"))
    }

    /// Receipts of its sales whose record still says whose they are: what its neighbours can know.
    pub(super) fn told(&self) -> BTreeSet<String> {
        let sql = "SELECT p.receipt FROM purchase p JOIN record r ON r.epoch = p.epoch AND r.seq = p.seq
            WHERE p.source = 'kava' AND r.payload IS NOT NULL";
        texts(&self.db, sql)
    }

    /// Receipts of a neighbour's sales that are known here.
    pub(super) fn heard_of(&self, counter: &str) -> BTreeSet<String> {
        texts(&self.db, &format!("SELECT receipt FROM purchase WHERE source = 'import:counter {counter}'"))
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
