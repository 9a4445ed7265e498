//! An old till's export in a folder of its own, with a mapping and a fresh database.

use crate::database;
use flate2::{Compression, write::GzEncoder};
use rusqlite::{Connection, OpenFlags};
use serde_json::Value;
use std::{io::Write as _, path::PathBuf, process::Command};
use tempfile::TempDir;

pub(crate) const MAPPING: &str = r#"
name = "sample"

[format]
delimiter = ";"
decimal_mark = ","

[constants]
tax_bp = 2000

[products]
drink_categories = ["Coffee"]

[menu]
file = "menu.csv"
sku = "sku"
name = "name"
category = "group"
price = "price"
cost = "cost"

[customers]
file = "members.csv"
key = "id"
registered = "since"
printed_code = "card"

[purchases]
file = "sales.csv"
receipt = ["shop", "day", "no"]
shop = "shop"
date = "day"
time = "time"
customer = "who"
no_customer = ["0"]
sku = "sku"
quantity = "qty"
price = "price"
amount = "paid"
payment = "how"
payments = { card = "card", cash = "cash" }
"#;

pub(crate) const MENU: &str = "sku;name;group;price;cost\nL;Latte;Coffee;4,50;0,90\nE;Espresso;Coffee;3,00;0,50\nC;Croissant;Bakery;3,50;2,00\n";

pub(crate) const MEMBERS: &str = "id;since;card\n5;2020-01-01;908-424-2890\n6;2021-01-01;\n";

pub(crate) const SALES: &str = "shop;day;time;no;who;sku;qty;price;paid;how\r\n\
    1;2026-11-20;08:00:00;1;5;L;2;4,50;8,50;card\r\n\
    1;2026-11-20;09:00:00;2;0;E;1;3,00;3,00;cash\r\n\
    1;2026-11-20;08:00:00;1;5;C;1;3,50;3,50;card\r\n\
    2;2026-11-21;18:00:00;1;77;L;1;4,50;4,50;\r\n\
    2;2026-11-21;18:00:00;1;77;E;1;3,10;3,10;\r\n";

pub(crate) struct Till {
    folder: TempDir,
}

/// The export above, and a database made by `kava init`.
pub(crate) fn sample() -> Till {
    let till = Till { folder: tempfile::tempdir().unwrap() };
    std::fs::create_dir(till.path("export")).unwrap();
    till.mapping(MAPPING);
    till.write("menu.csv", MENU);
    till.write("members.csv", MEMBERS);
    till.write("sales.csv", SALES);
    assert_eq!(till.run(&["init"]).0, 0);
    till
}

pub(crate) fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut packer = GzEncoder::new(Vec::new(), Compression::fast());
    packer.write_all(bytes).unwrap();
    packer.finish().unwrap()
}

impl Till {
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(crate) fn mapping(&self, text: &str) {
        std::fs::write(self.path("m.toml"), text).unwrap();
    }

    pub(crate) fn write(&self, file: &str, bytes: impl AsRef<[u8]>) {
        std::fs::write(self.path("export").join(file), bytes).unwrap();
    }

    pub(crate) fn remove(&self, file: &str) {
        std::fs::remove_file(self.path("export").join(file)).unwrap();
    }

    /// Runs the binary in the folder: status, stdout, stderr.
    pub(crate) fn run(&self, args: &[&str]) -> (i32, String, String) {
        let mut command = Command::new(env!("CARGO_BIN_EXE_kava"));
        command.current_dir(self.folder.path()).args(args);
        if !args.contains(&"--db") {
            command.args(["--db", "kava.db"]);
        }
        let output = command.output().unwrap();
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
        (output.status.code().unwrap(), text(output.stdout), text(output.stderr))
    }

    /// Imports the folder and gives the report.
    pub(crate) fn import(&self, more: &[&str]) -> Value {
        let args = [&["import", "--json", "--mapping", "m.toml", "export"], more].concat();
        let (status, json, complaint) = self.run(&args);
        assert_eq!(status, 0, "{complaint}");
        serde_json::from_str(&json).unwrap()
    }

    /// Rows of a query, cells joined by `|`.
    pub(crate) fn rows(&self, sql: &str) -> Vec<String> {
        database::rows(&self.open(), sql)
    }

    /// Everything in the database as text.
    pub(crate) fn dump(&self) -> String {
        database::dump(&self.open())
    }

    fn open(&self) -> Connection {
        Connection::open_with_flags(self.path("kava.db"), OpenFlags::SQLITE_OPEN_READ_ONLY).unwrap()
    }
}
