//! The closed lists of codes in `docs/interfaces.md` against the sources.

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

const PAGE: &str = include_str!("../docs/interfaces.md");

fn sources(folder: &str) -> Vec<String> {
    let mut open = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join(folder)];
    let mut texts = Vec::new();
    while let Some(folder) = open.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path: PathBuf = entry.unwrap().path();
            if path.is_dir() {
                open.push(path);
            } else if path.extension().is_some_and(|ending| ending == "rs") {
                texts.push(fs::read_to_string(&path).unwrap());
            }
        }
    }
    texts
}

/// Codes in backticks of one chapter's table, first column.
fn listed(chapter: &str) -> BTreeSet<String> {
    let text = PAGE.split("\n## ").find(|part| part.lines().next() == Some(chapter)).unwrap();
    text.lines()
        .filter_map(|line| line.strip_prefix("| `")?.split(" |").next())
        .flat_map(|cell| cell.split('`').map(str::trim).filter(|code| !code.is_empty()))
        .map(Into::into)
        .collect()
}

/// `Fault::Variant … => "code"` in every `code()` of the sources, for enums whose name ends so.
fn given(folder: &str, ending: &str) -> BTreeSet<String> {
    let mut codes = BTreeSet::new();
    for text in sources(folder) {
        for line in text.lines() {
            let Some((left, right)) = line.split_once("=> \"") else { continue };
            let Some((name, _)) = left.trim().split_once("::") else { continue };
            if name.ends_with(ending) {
                codes.insert(right.split('"').next().unwrap().to_owned());
            }
        }
    }
    codes
}

#[test]
fn the_list_of_errors_is_closed() {
    let mut given: BTreeSet<String> = given("src", "Fault");
    // Only the office says these.
    let of_office = self::given("src/wire", "BatchFault");
    given.retain(|code| !of_office.contains(code));
    given.extend(self::given("src/wire", "Refusal"));
    // What a face says for itself.
    for text in [sources("src/faces"), sources("src-tauri/src")].concat() {
        for part in text.split("(\"").skip(1) {
            let code = part.split('"').next().unwrap();
            if part[code.len()..].starts_with("\", ") && code.contains('_') && !code.contains(' ') {
                given.insert(code.to_owned());
            }
        }
    }
    assert_eq!(given, listed("Errors"), "left: given by the sources, right: listed in docs/interfaces.md");
}

#[test]
fn the_list_of_errors_of_the_office_is_closed() {
    let mut given = given("sync/src", "Fault");
    given.extend(self::given("src/wire", "BatchFault"));
    assert_eq!(given, listed("Errors of the office"), "left: given by the sources, right: listed");
}

#[test]
fn the_list_of_refusals_is_closed() {
    assert_eq!(given("src/steps", "RefusalCode"), listed("Refusals"));
}

#[test]
fn every_finding_of_the_audit_is_listed() {
    let mut given = BTreeSet::new();
    for text in sources("src/audit") {
        let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
        for call in [
            "report.find( \"",
            "report.find(\"",
            "report.equal(\"",
            "report.equal( \"",
            "for (code, at) in [(\"",
            "), (\"refund_",
            "for (code, sql) in [(\"",
            "), (\"outbox_",
        ] {
            for part in text.split(call).skip(1) {
                let code = part.split('"').next().unwrap();
                let prefix = call.rsplit('"').next().unwrap();
                given.insert(format!("{prefix}{code}"));
            }
        }
    }
    assert_eq!(given, listed("Findings of the audit"));
}
