//! What a sale costs in pages: every page that a commit changes goes into SQLite's log and then to the disk
//! while the guest waits, so they are counted, and a copy too many is seen here before it is felt.

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use kava::{
    facts::purchase::{PaymentKind, PurchaseKind},
    flow::{
        counter::Settings,
        quote::{Choice, QuoteWish},
        replay::{Replay, Replayed},
        settle::Pays,
    },
    ports::Idempotency,
    store::{Access, Durability, Store, aftermath::KeptDecision},
    testing::shop::{DAY_MS, MORNING, SmallShop, furnished, item},
};
use rusqlite::Connection;
use std::path::{Path, PathBuf};

/// Most pages of an average sale, its two commits and the print mark together; measured: 25.1.
const PAGES_A_SALE: u64 = 26;
/// Most bytes that an average sale leaves in the file; measured: 11,059.
const BYTES_A_SALE: u64 = 11_500;
const SALES: i64 = 60;
const VERSION_5: [&str; 5] = [
    include_str!("../migrations/counter/V1__counter.sql"),
    include_str!("../migrations/counter/V2__register_journal.sql"),
    include_str!("../migrations/counter/V3__assignment.sql"),
    include_str!("../migrations/counter/V4__code.sql"),
    include_str!("../migrations/counter/V5__scanned.sql"),
];

fn shop_at(path: &Path) -> SmallShop {
    let store = furnished(Store::open(path, Access::Create, Durability::Full).unwrap()).unwrap();
    SmallShop::on(store, Idempotency::ClientKey, Settings { trust_ids: true, ..Settings::default() }).unwrap()
}

/// Pages in the log since it was emptied: a header of 32 bytes, then 24 bytes before each page.
fn pages(path: &Path) -> u64 {
    let mut log = path.as_os_str().to_owned();
    log.push("-wal");
    (std::fs::metadata(PathBuf::from(log)).unwrap().len() - 32) / (4096 + 24)
}

/// Two sales a day to each of three guests.
fn sell(shop: &mut SmallShop, nth: i64) {
    let guest = ["anna", "boris", "vera"].get(usize::try_from(nth % 3).unwrap()).copied().unwrap();
    let at = MORNING.later(nth / 6 * DAY_MS);
    let visit = shop.counter.greet(Some(guest), at).unwrap().visit;
    let basket = vec![item("latte", 1), item("tea", 1)];
    shop.counter
        .quote(&visit, QuoteWish { basket, choice: Choice::Best, kind: PurchaseKind::Sale }, at)
        .unwrap();
    shop.counter.settle(&visit, &Pays::Whole(PaymentKind::Card), at).unwrap();
}

#[test]
fn a_sale_writes_few_pages_and_its_decision_once() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("kava.db");
    let mut shop = shop_at(&path);
    for nth in 0..12 {
        sell(&mut shop, nth);
    }
    let file = |path: &Path| {
        let other = Connection::open(path).unwrap();
        other.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(())).unwrap();
        std::fs::metadata(path).unwrap().len()
    };
    let before = file(&path);
    for nth in 12..12 + SALES {
        sell(&mut shop, nth);
    }
    let sales = SALES.unsigned_abs();
    let (written, grown) = (pages(&path), file(&path) - before);
    assert!(written <= PAGES_A_SALE * sales, "{written} pages in {sales} sales");
    assert!(grown <= BYTES_A_SALE * sales, "{grown} bytes in {sales} sales");

    let books = Connection::open(&path).unwrap();
    let count = |sql: &str| books.query_row(sql, [], |row| row.get::<_, i64>(0)).unwrap();
    assert_eq!(count("SELECT count(*) FROM decision WHERE body LIKE '%\"probabilities_bp\"%'"), 12 + SALES);
    assert_eq!(count("SELECT count(*) FROM charge WHERE body <> ''"), 0, "a closed charge keeps nothing");
}

#[test]
fn a_file_of_the_version_before_keeps_its_decisions_and_an_erased_one_is_said_to_be() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("kava.db");
    let mut shop = shop_at(&path);
    for nth in 0..3 {
        sell(&mut shop, nth);
    }
    drop(shop);
    let older = folder.path().join("older.db");
    back_to_version_5(&path, &older);

    let store = Store::open(&older, Access::Write, Durability::Full).unwrap();
    let receipts = store.decided_receipts().unwrap();
    assert_eq!(receipts.len(), 3);
    let mut replay = Replay::default();
    for receipt in &receipts {
        assert_eq!(replay.receipt(&store, receipt).unwrap(), Replayed::Same);
    }
    drop(store);
    assert!(kava::audit::audit(&older).unwrap().holds());

    let books = Connection::open(&older).unwrap();
    assert_eq!(books.execute("UPDATE record SET salt = NULL, payload = NULL WHERE seq <= 2", []).unwrap(), 2);
    let store = Store::open(&older, Access::Read, Durability::Full).unwrap();
    assert_eq!(store.decision(&receipts[0]).unwrap(), Some(KeptDecision::Erased));
    assert_eq!(replay.receipt(&store, &receipts[0]).unwrap(), Replayed::Erased);
    assert!(kava::audit::audit(&older).unwrap().holds());
}

/// Writes the same books as the version before kept them: a table of decisions, closed charges with a body.
fn back_to_version_5(path: &Path, older: &Path) {
    let books = Connection::open(older).unwrap();
    for sql in VERSION_5 {
        books.execute_batch(sql).unwrap();
    }
    books.execute("ATTACH ? AS now", [path.to_str().unwrap()]).unwrap();
    let tables = "SELECT name FROM now.sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'
        AND name NOT IN ('refinery_schema_history', 'purchase') AND name IN (SELECT name FROM main.sqlite_schema)";
    let names: Vec<String> = {
        let mut statement = books.prepare(tables).unwrap();
        statement.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect()
    };
    books.execute_batch("PRAGMA foreign_keys = OFF").unwrap();
    for name in names {
        books.execute_batch(&format!("INSERT INTO main.{name} SELECT * FROM now.{name}")).unwrap();
    }
    let mut columns: Vec<String> = {
        let mut statement = books.prepare("SELECT name FROM pragma_table_info('purchase', 'main')").unwrap();
        statement.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect()
    };
    columns.retain(|column| column != "decision_seq");
    let columns = columns.join(", ");
    books
        .execute_batch(&format!(
            "INSERT INTO main.purchase ({columns}) SELECT {columns} FROM now.purchase;
            INSERT INTO main.decision SELECT receipt, at, body FROM now.decision;
            UPDATE main.charge SET body = '{{}}';
            CREATE TABLE main.refinery_schema_history AS SELECT * FROM now.refinery_schema_history WHERE version <= 5;
            DETACH now;"
        ))
        .unwrap();
}
