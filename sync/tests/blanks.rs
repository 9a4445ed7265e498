//! `kava-sync blanks`: sheets of memberships on files, by the real program.

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use serde_json::Value;
use std::{path::Path, process::Command};

fn run(folder: &Path, args: &[&str]) -> (i32, String, String) {
    let program = env!("CARGO_BIN_EXE_kava-sync");
    let output =
        Command::new(program).current_dir(folder).args(args).args(["--db", "office.db"]).output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (output.status.code().unwrap(), text(output.stdout), text(output.stderr))
}

#[test]
fn ten_stand_on_a_page_each_with_two_codes_and_nothing_of_them_is_in_the_ledger() {
    let folder = tempfile::tempdir().unwrap();
    let here = folder.path();
    assert_eq!(run(here, &["init", "--chain", "kava", "--title", "Кофе <3"]).0, 0);
    let args =
        ["blanks", "--json", "--count", "12", "--out", "sheet.svg", "--office", "https://club.example/"];
    let (status, json, complaint) = run(here, &args);
    assert_eq!(status, 0, "{complaint}");
    let told: Value = serde_json::from_str(&json).unwrap();
    assert_eq!(told["files"], serde_json::json!(["sheet.svg", "sheet-2.svg"]));
    for (file, cards) in [("sheet.svg", 10), ("sheet-2.svg", 2)] {
        let svg = std::fs::read_to_string(here.join(file)).unwrap();
        assert_eq!(svg.matches("<path ").count(), 2 * cards, "{file}");
        assert_eq!(svg.matches("Кофе &lt;3").count(), cards, "{file}");
        assert_eq!(svg.matches("для телефона").count(), cards, "{file}");
    }
    for (args, why) in [
        (
            vec!["blanks", "--count", "0", "--out", "x.svg", "--office", "https://club.example"],
            "make 1 to 1000",
        ),
        (
            vec!["blanks", "--days", "0", "--out", "x.svg", "--office", "https://club.example"],
            "at least a day",
        ),
    ] {
        let (status, _, complaint) = run(here, &args);
        assert_ne!(status, 0);
        assert!(complaint.contains(why), "{complaint}");
    }
    assert!(!here.join("x.svg").exists());
}
