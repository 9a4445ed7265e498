//! `kava audit`, `doctor`, `backup`, `restore` at the command line, on real files.

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use serde_json::Value;
use std::path::Path;
use std::process::{Command, Output};

fn kava(db: &Path, words: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_kava"));
    command.arg("--db").arg(db).arg("--json").args(words).output().unwrap()
}

fn json(output: &Output) -> Value {
    serde_json::from_slice(&output.stdout).unwrap()
}

fn complaint(output: &Output) -> String {
    let text = String::from_utf8(output.stderr.clone()).unwrap();
    assert_eq!(text.lines().count(), 1, "{text}");
    text
}

#[test]
fn a_new_counter_is_well_and_its_books_hold() {
    let folder = tempfile::tempdir().unwrap();
    let db = folder.path().join("kava.db");
    assert_eq!(kava(&db, &["init"]).status.code(), Some(0));
    let audit = kava(&db, &["audit"]);
    assert_eq!(audit.status.code(), Some(0), "{audit:?}");
    assert_eq!(json(&audit)["findings"], serde_json::json!([]));
    let doctor = kava(&db, &["doctor"]);
    let findings = json(&doctor);
    assert_eq!((doctor.status.code(), &findings["well"]), (Some(0), &Value::Bool(true)), "{findings:#}");
    let looked: Vec<&str> =
        findings["findings"].as_array().unwrap().iter().filter_map(|f| f["code"].as_str()).collect();
    for code in ["disk", "sqlite", "integrity", "durability", "costs", "outbox", "review", "slips", "bundle"]
    {
        assert!(looked.contains(&code), "{code} in {looked:?}");
    }
}

#[test]
fn what_is_wrong_is_status_1_and_what_is_bad_input_is_status_2() {
    let folder = tempfile::tempdir().unwrap();
    let db = folder.path().join("kava.db");
    let missing = kava(&db, &["audit"]);
    assert_eq!(missing.status.code(), Some(2));
    assert!(complaint(&missing).contains("does not exist"));
    assert_eq!(kava(&db, &["doctor"]).status.code(), Some(1));

    kava(&db, &["init"]);
    let books = rusqlite::Connection::open(&db).unwrap();
    books
        .execute_batch(
            "PRAGMA foreign_keys = OFF; INSERT INTO outbox VALUES (1, 1);
        INSERT INTO charge (receipt, visit, state, at, body) VALUES ('R-1', 'v', 'needs_review', 1, '{}')",
        )
        .unwrap();
    drop(books);
    let audit = kava(&db, &["audit"]);
    assert_eq!(audit.status.code(), Some(1));
    assert_eq!(json(&audit)["findings"][0]["code"], "outbox_stray");
    let doctor = kava(&db, &["doctor"]);
    assert_eq!(doctor.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&doctor.stdout).contains("charges that need review: 1"));
}

#[test]
fn a_backup_goes_out_and_comes_back() {
    let folder = tempfile::tempdir().unwrap();
    let (db, copy) = (folder.path().join("kava.db"), folder.path().join("copy.db"));
    kava(&db, &["init"]);
    let file = copy.to_str().unwrap();
    assert_eq!(kava(&db, &["backup", file]).status.code(), Some(0));
    let again = kava(&db, &["backup", file]);
    assert_eq!(again.status.code(), Some(2));
    assert!(complaint(&again).contains("overwrites nothing"));
    std::fs::write(&db, "smashed").unwrap();
    let restored = kava(&db, &["restore", file]);
    assert_eq!(restored.status.code(), Some(0), "{restored:?}");
    assert!(json(&restored)["epoch"].as_i64().unwrap() > 1);
    assert_eq!(kava(&db, &["doctor"]).status.code(), Some(0));
    let nothing = kava(&db, &["restore", "no-such-file.db"]);
    assert_eq!(nothing.status.code(), Some(2));
    assert!(complaint(&nothing).contains("no-such-file.db"));
}
