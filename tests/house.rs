//! House rules that a compiler does not know: sizes, names, frozen migrations, nothing left undone.

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use sha2::{Digest, Sha256};
use std::fs;
use std::path::{Path, PathBuf};

/// The most lines a source file may have.
const LINES_MAX: usize = 400;

/// Folders of what was made or brought.
const FOREIGN: [&str; 3] = ["target", "node_modules", "dist"];

/// Names that say nothing. The words of the shop are in ARCHITECTURE.md.
const EMPTY_NAMES: [&str; 9] =
    ["manager", "service", "helper", "util", "common", "misc", "processor", "data", "info"];

/// Migrations with their SHA-256, oldest first. A line is added with each new file and never changed: files
/// out there have run what stands here.
const MIGRATIONS: &str = include_str!("migrations.sha256");

/// All files below the project's folders with one of these endings, by path relative to the root.
fn files(endings: &[&str]) -> Vec<(String, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut open: Vec<PathBuf> = [
        "src",
        "sync",
        "xtask",
        "tests",
        "benches",
        "examples",
        "fuzz",
        "migrations",
        "docs",
        "src-tauri",
        "ui",
    ]
    .iter()
    .map(|folder| root.join(folder))
    .collect();
    let mut found = Vec::new();
    while let Some(folder) = open.pop() {
        for entry in fs::read_dir(&folder).into_iter().flatten() {
            let path = entry.unwrap().path();
            let ending = path.extension().and_then(|ending| ending.to_str()).unwrap_or_default();
            if path.is_dir() && !FOREIGN.iter().any(|folder| path.ends_with(folder)) {
                open.push(path);
            } else if endings.contains(&ending) {
                let name = path.strip_prefix(root).unwrap().to_string_lossy().replace('\\', "/");
                found.push((name, fs::read_to_string(&path).unwrap()));
            }
        }
    }
    found.sort();
    found
}

/// Empty words among the parts of a name in camel or snake case.
fn empty_words(name: &str) -> Vec<&'static str> {
    let mut parts = vec![String::new()];
    for c in name.chars() {
        if c.is_uppercase() || !c.is_alphanumeric() {
            parts.push(String::new());
        }
        if c.is_alphanumeric() {
            parts.last_mut().unwrap().extend(c.to_lowercase());
        }
    }
    let empty = |word: &&str| parts.iter().any(|part| part == *word || *part == format!("{word}s"));
    EMPTY_NAMES.into_iter().filter(|word| empty(word)).collect()
}

/// Names of types, traits and modules that a source defines. What a trait calls the types it asks for is said where the trait
/// is: whoever implements it has no choice.
fn defined(text: &str) -> Vec<&str> {
    let keywords = ["struct ", "enum ", "trait ", "type ", "mod ", "union "];
    let mut implements = false;
    text.lines()
        .filter(|line| {
            implements = match line.chars().next() {
                Some('}') => false,
                Some('i') if line.starts_with("impl") && line.ends_with('{') => line.contains(" for "),
                _ => implements,
            };
            !(implements && line.starts_with("    type "))
        })
        .map(str::trim_start)
        .filter(|line| !line.starts_with("//"))
        .filter_map(|line| {
            let line = line.strip_prefix("pub").map_or(line, |rest| {
                // `pub`, `pub(super)`, `pub(crate)`.
                rest.strip_prefix('(').and_then(|rest| rest.split_once(')')).map_or(rest, |(_, rest)| rest)
            });
            let rest = keywords.iter().find_map(|keyword| line.trim_start().strip_prefix(keyword))?;
            rest.split(|c: char| !(c.is_alphanumeric() || c == '_')).next()
        })
        .collect()
}

#[test]
fn no_file_is_longer_than_a_person_reads() {
    let long: Vec<String> = files(&["rs", "ts", "tsx", "css", "py"])
        .iter()
        .filter(|(_, text)| text.lines().count() > LINES_MAX)
        .map(|(path, text)| {
            format!("{path} has {} lines; split it, {LINES_MAX} is the most", text.lines().count())
        })
        .collect();
    assert!(long.is_empty(), "{}", long.join("\n"));
}

#[test]
fn no_name_is_empty_of_meaning() {
    let mut found = Vec::new();
    for (path, text) in files(&["rs"]) {
        let file = Path::new(&path).file_stem().unwrap().to_string_lossy().into_owned();
        for name in std::iter::once(file.as_str()).chain(defined(&text)) {
            for word in empty_words(name) {
                found.push(format!("{path}: {name} has {word:?} in its name; say what it is"));
            }
        }
    }
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[test]
fn nothing_is_left_undone() {
    // Put together here, so that this file does not find itself.
    let marks = [["TO", "DO"], ["FIX", "ME"], ["XX", "X:"]].map(|parts| parts.concat());
    let mut found = Vec::new();
    for (path, text) in files(&["rs", "sql", "md", "toml"]) {
        for (number, line) in (1..).zip(text.lines()) {
            if marks.iter().any(|mark| line.contains(mark.as_str())) {
                found.push(format!("{path}:{number}: {}", line.trim()));
            }
        }
    }
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[test]
fn migrations_are_only_added() {
    let hash = |text: &str| {
        // Line ends differ between checkouts; the statements do not.
        let bytes = Sha256::digest(text.replace("\r\n", "\n").as_bytes());
        bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>()
    };
    let found: Vec<String> = files(&["sql"])
        .iter()
        .filter(|(path, _)| path.starts_with("migrations/"))
        .map(|(path, text)| format!("{}  {path}", hash(text)))
        .collect();
    let mut listed: Vec<&str> = MIGRATIONS.lines().filter(|line| !line.trim().is_empty()).collect();
    listed.sort_by_key(|line| line.split_once("  ").map(|(_, path)| path));
    assert_eq!(
        found, listed,
        "a migration that was released never changes: add a new file, and its line to tests/migrations.sha256"
    );
}

#[test]
fn the_rules_themselves_see_a_breach() {
    assert_eq!(empty_words("OfferManager"), ["manager"]);
    assert_eq!(empty_words("string_utils"), ["util"]);
    assert_eq!(empty_words("UserInfo"), ["info"]);
    assert_eq!(empty_words("Database"), Vec::<&str>::new());
    let text =
        "pub(super) struct A;\n    pub enum B {\ntype C = u8;\n// struct D\npub mod e;\nlet struct_f = 1;";
    assert_eq!(defined(text), ["A", "B", "C", "e"]);
    let asked =
        "impl Body for Parts {\n    type Data = u8;\n}\ntype Data = u8;\ntrait Body {\n    type Data;\n}";
    assert_eq!(defined(asked), ["Data", "Body", "Data"]);
}
