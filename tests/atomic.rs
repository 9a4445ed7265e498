//! A sale is written whole or not at all: every table in turn refuses, and nothing is left behind.

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use kava::{
    facts::purchase::{PaymentKind, PurchaseKind},
    flow::{
        answers::SettleStatus,
        counter::Settings,
        quote::{Choice, QuoteWish},
        settle::Pays,
    },
    ports::Idempotency,
    store::{Access, Durability, Store},
    testing::shop::{MORNING, SmallShop, furnished, item},
};
use rusqlite::Connection;
use std::{collections::BTreeMap, path::Path};

const CARD: Pays = Pays::Whole(PaymentKind::Card);

/// Every table the second commit of a sale writes to, and how.
const WRITES: [(&str, &str); 9] = [
    ("record", "INSERT"),
    ("outbox", "INSERT"),
    ("purchase", "INSERT"),
    ("purchase_line", "INSERT"),
    ("popularity", "INSERT"),
    ("charge", "UPDATE"),
    ("customer", "UPDATE"),
    ("card", "INSERT"),
    ("print_job", "INSERT"),
];

fn shop_at(path: &Path) -> SmallShop {
    let store = furnished(Store::open(path, Access::Create, Durability::Full).unwrap()).unwrap();
    SmallShop::on(store, Idempotency::ClientKey, Settings { trust_ids: true, ..Settings::default() }).unwrap()
}

/// Every row of every table as text, but for the charge that waits.
fn everything(connection: &Connection) -> BTreeMap<String, Vec<String>> {
    let tables = "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'";
    let mut statement = connection.prepare(tables).unwrap();
    let names: Vec<String> = statement.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect();
    names.into_iter().map(|name| (name.clone(), rows(connection, &name))).collect()
}

fn rows(connection: &Connection, table: &str) -> Vec<String> {
    let mut statement = connection.prepare(&format!("SELECT * FROM {table}")).unwrap();
    let columns = statement.column_count();
    let text = |row: &rusqlite::Row<'_>| {
        Ok((0..columns).map(|i| format!("{:?}", row.get_ref(i).unwrap())).collect::<String>())
    };
    statement.query_map([], text).unwrap().map(Result::unwrap).collect()
}

#[test]
fn a_sale_that_cannot_be_written_leaves_nothing_behind_and_is_written_when_settled_again() {
    for (table, how) in WRITES {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("kava.db");
        let mut shop = shop_at(&path);
        let visit = shop.counter.greet(Some("anna"), MORNING).unwrap().visit;
        let wish =
            QuoteWish { basket: vec![item("latte", 1)], choice: Choice::Best, kind: PurchaseKind::Sale };
        shop.counter.quote(&visit, wish, MORNING).unwrap();
        let other = Connection::open(&path).unwrap();
        let before = everything(&other);
        // The charge is kept first, so a refusing charge table may only refuse its second write.
        let trigger = format!(
            "CREATE TRIGGER refuse BEFORE {how} ON {table} BEGIN SELECT RAISE(ABORT, 'refused'); END"
        );
        other.execute(&trigger, []).unwrap();
        let refused = shop.counter.settle(&visit, &CARD, MORNING).unwrap_err();
        assert_eq!(refused.code(), "store_failed", "{table}");
        let mut after = everything(&other);
        for reserved in ["charge", "cap_use", "open_day"] {
            assert_eq!(
                after.insert(reserved.into(), before[reserved].clone()).unwrap().len(),
                1,
                "{table}: {reserved}"
            );
        }
        for (name, rows) in &before {
            assert!(after[name] == *rows, "{table} refused, and {name} was written");
        }
        other.execute("DROP TRIGGER refuse", []).unwrap();
        let settled = shop.counter.settle(&visit, &CARD, MORNING).unwrap();
        assert_eq!(settled.status, SettleStatus::Done, "{table}");
        assert_eq!(
            shop.register.tape().times.values().copied().collect::<Vec<_>>(),
            [1],
            "{table}: rung up once"
        );
        assert_eq!(everything(&other)["purchase"].len(), 1, "{table}");
    }
}

#[test]
fn a_sale_that_was_rung_up_but_not_written_is_finished_after_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("kava.db");
    let mut shop = shop_at(&path);
    let visit = shop.counter.greet(Some("anna"), MORNING).unwrap().visit;
    let wish = QuoteWish { basket: vec![item("tea", 2)], choice: Choice::Best, kind: PurchaseKind::Sale };
    shop.counter.quote(&visit, wish, MORNING).unwrap();
    let other = Connection::open(&path).unwrap();
    other
        .execute(
            "CREATE TRIGGER refuse BEFORE INSERT ON purchase BEGIN SELECT RAISE(ABORT, 'refused'); END",
            [],
        )
        .unwrap();
    shop.counter.settle(&visit, &CARD, MORNING).unwrap_err();
    other.execute("DROP TRIGGER refuse", []).unwrap();
    let register = shop.register.clone();
    drop(shop);
    let store = Store::open(&path, Access::Write, Durability::Full).unwrap();
    let mut again = SmallShop::on(store, Idempotency::ClientKey, Settings::default()).unwrap();
    again.register.tape().rung_up.clone_from(&register.tape().rung_up);
    assert_eq!(again.counter.resume().unwrap().finished.len(), 1);
    assert_eq!(everything(&other)["purchase"].len(), 1);
}
