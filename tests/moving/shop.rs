//! An export of an older programme in a folder, and a fresh database beside it.

use crate::database;
use rusqlite::{Connection, OpenFlags};
use serde_json::Value;
use std::{path::PathBuf, process::Command};
use tempfile::TempDir;

pub(crate) struct Moved {
    folder: TempDir,
    preset: &'static str,
}

/// File name in the export, its text, and whether it is written in windows-1251.
fn export(preset: &str) -> (&'static str, &'static str, bool) {
    match preset {
        "iiko" => ("guests.csv", include_str!("iiko.csv"), false),
        "poster" => ("clients.csv", include_str!("poster.csv"), false),
        "r_keeper" => ("cards.csv", include_str!("r_keeper.csv"), true),
        _ => ("cards.csv", include_str!("1c.csv"), true),
    }
}

/// The invented export of this preset, and a database made by `kava init`.
pub(crate) fn moved(preset: &'static str) -> Moved {
    let moved = Moved { folder: tempfile::tempdir().unwrap(), preset };
    std::fs::create_dir(moved.path("export")).unwrap();
    let (file, text, is_1251) = export(preset);
    if is_1251 {
        moved.write(file, encoding_rs::WINDOWS_1251.encode(text).0);
    } else {
        moved.write(file, text);
    }
    assert_eq!(moved.run(&["init"]).0, 0);
    moved
}

impl Moved {
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(crate) fn write(&self, file: &str, bytes: impl AsRef<[u8]>) {
        std::fs::write(self.path("export").join(file), bytes).unwrap();
    }

    /// Runs the binary in the folder: status, stdout, stderr.
    pub(crate) fn run(&self, args: &[&str]) -> (i32, String, String) {
        let mut command = Command::new(env!("CARGO_BIN_EXE_kava"));
        let output =
            command.current_dir(self.folder.path()).args(args).args(["--db", "kava.db"]).output().unwrap();
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
        (output.status.code().unwrap(), text(output.stdout), text(output.stderr))
    }

    /// Imports the folder, the percent kept until the middle of 2027 where nothing else is said, and gives the report.
    pub(crate) fn import(&self, more: &[&str]) -> Value {
        let usual: &[&str] = match more.contains(&"--percent-until") {
            true => &[],
            false => &["--percent-until", "2027-06-30"],
        };
        let args = [&["import", "--json", "--preset", self.preset, "export"], usual, more].concat();
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
