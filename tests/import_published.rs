//! `kava import` on the published data sets, where they are beside the project or at $KAVA_DATA.
#![cfg(feature = "cli")]
#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a test fails by panicking and says what it skips"
)]

#[path = "import/database.rs"]
mod database;

use database::{dump, rows};
use rusqlite::{Connection, OpenFlags};
use serde_json::{Value, json};
use std::{
    io::Read,
    path::{Path, PathBuf},
    process::Command,
};

/// The folder of a data set, or nothing after saying that the test is skipped.
fn data(set: &str) -> Option<PathBuf> {
    let root = std::env::var_os("KAVA_DATA")
        .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/data"), PathBuf::from);
    let folder = root.join(set);
    if !folder.is_dir() {
        println!("SKIPPED: the data set {set} is not there");
        return None;
    }
    Some(folder)
}

struct Shop {
    folder: tempfile::TempDir,
}

impl Shop {
    fn new() -> Shop {
        let shop = Shop { folder: tempfile::tempdir().unwrap() };
        shop.kava(&["init"]);
        shop
    }

    fn kava(&self, args: &[&str]) -> String {
        let db = self.folder.path().join("kava.db");
        let output =
            Command::new(env!("CARGO_BIN_EXE_kava")).args(args).arg("--db").arg(db).output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    }

    fn import(&self, set: &str, folder: &Path) -> Value {
        let mapping = Path::new(env!("CARGO_MANIFEST_DIR")).join("mappings").join(format!("{set}.toml"));
        let args = ["import", "--json", "--mapping", mapping.to_str().unwrap(), folder.to_str().unwrap()];
        serde_json::from_str(&self.kava(&args)).unwrap()
    }

    fn open(&self) -> Connection {
        let db = self.folder.path().join("kava.db");
        Connection::open_with_flags(db, OpenFlags::SQLITE_OPEN_READ_ONLY).unwrap()
    }
}

#[test]
fn three_coffee_shops_come_in_whole_and_once() {
    let Some(folder) = data("coffee-shop") else { return };
    let shop = Shop::new();
    let report = shop.import("coffee-shop", &folder);
    assert_eq!(
        report["totals"],
        json!({"lines": 49_894, "receipts": 39_271, "products": 88, "customers": 2_248, "booked_lines": 49_894})
    );
    assert_eq!(report["created_customers"].as_array().unwrap().len(), 2);
    for key in ["5000", "8000"] {
        assert!(report["created_customers"].as_array().unwrap().contains(&json!(key)));
    }
    let read: Vec<_> =
        report["files"].as_array().unwrap().iter().map(|file| file["read"].as_u64().unwrap()).collect();
    assert_eq!(read, [88, 2_246, 49_894]);
    // The sums are those of the file: amounts paid, and 230 lines that differ from quantity × price.
    let connection = shop.open();
    assert_eq!(
        rows(
            &connection,
            "SELECT count(*), sum(l.discount > 0), count(DISTINCT p.shop) FROM purchase p JOIN purchase_line l ON l.purchase = p.id"
        ),
        ["49894|209|3"]
    );
    assert_eq!(rows(&connection, "SELECT count(*) FROM purchase WHERE customer IS NULL"), ["19256"]);
    let before = dump(&connection);
    drop(connection);
    let again = shop.import("coffee-shop", &folder);
    assert_eq!(again["changes"]["receipts"], json!({"new": 0, "changed": 0, "unchanged": 39_271}));
    assert!(dump(&shop.open()) == before, "running it again changed the database");
}

#[test]
fn half_a_million_invoice_lines_come_in_from_gzip() {
    let Some(folder) = data("online-retail") else { return };
    let shop = Shop::new();
    let report = shop.import("online-retail", &folder);
    assert_eq!(report["totals"]["lines"], 541_909);
    assert_eq!(report["totals"]["customers"], 4_338);
    let rejects = report["rejects"].as_array().unwrap();
    let with = |reason: &str| rejects.iter().filter(|reject| reject["reason"] == reason).count();
    assert_eq!(with("is a cancellation, not a sale"), 9_288);
    // The published base is 397,884 lines for 8,911,407.90; four lines at 0.001 have no price in pence.
    assert_eq!(with("has more than two decimals"), 4);
    let base = "SELECT count(*), sum(l.net), count(DISTINCT p.customer) FROM purchase p JOIN purchase_line l ON l.purchase = p.id WHERE p.customer IS NOT NULL";
    assert_eq!(rows(&shop.open(), base), ["397880|891140790|4338"]);
    assert_eq!(rows(&shop.open(), "SELECT count(*) FROM customer WHERE features IS NULL"), ["0"]);
}

#[test]
fn every_damaged_cell_of_the_dirty_cafe_is_listed() {
    let Some(folder) = data("dirty-cafe") else { return };
    let report = Shop::new().import("dirty-cafe", &folder);
    let mut text = String::new();
    std::fs::File::open(folder.join("dirty_cafe_sales.csv")).unwrap().read_to_string(&mut text).unwrap();
    // No cell of this file is quoted, so splitting is reading.
    let header: Vec<&str> = text.lines().next().unwrap().split(',').collect();
    let mut expected = Vec::new();
    for (line, row) in (1..).zip(text.lines()).skip(1) {
        for (column, cell) in header.iter().zip(row.split(',')) {
            if ["", "ERROR", "UNKNOWN"].contains(&cell) {
                expected.push((line, (*column).to_owned(), cell.to_owned()));
            }
        }
    }
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let found: Vec<_> = report["rejects"]
        .as_array()
        .unwrap()
        .iter()
        .map(|reject| (reject["line"].as_u64().unwrap(), text(&reject["column"]), text(&reject["value"])))
        .collect();
    assert_eq!(expected.len(), 10_082);
    assert!(found == expected, "the list differs from the file's damaged cells");
    let file = &report["files"][0];
    assert_eq!(file["read"], 10_000);
    assert_eq!(file["accepted"].as_u64().unwrap() + file["rejected"].as_u64().unwrap(), 10_000);
}
