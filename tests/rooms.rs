//! The floor plan: which room may name which, in which order the steps stand, and where SQL, sockets and
//! the clock may be named. Reads the sources as text, so that it also sees what a feature switched off.

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use std::fs;
use std::path::{Path, PathBuf};

/// Each room and the rooms it may name. A room may always name itself.
const ROOMS: &[(&str, &[&str])] = &[
    ("facts", &[]),
    ("words", &["facts"]),
    ("steps", &["facts", "words"]),
    ("learn", &["facts", "steps"]),
    ("wire", &["facts"]),
    // The register takes a charge, so the socket knows the step that makes one.
    ("ports", &["facts", "steps"]),
    // The store writes what import has read; import itself knows no SQL.
    ("store", &["facts", "steps", "wire", "ports", "import"]),
    ("audit", &["facts"]),
    ("devices", &["facts", "steps", "ports", "words"]),
    ("uplink", &["facts", "wire", "ports"]),
    ("lan", &["facts", "wire"]),
    ("import", &["facts"]),
    ("flow", &["facts", "steps", "learn", "wire", "ports", "words", "store"]),
    // A face takes its clock from outside.
    ("faces", &["facts", "words", "ports", "flow"]),
    ("wiring", &["facts", "steps", "wire", "ports", "store", "devices", "uplink", "lan", "flow", "faces"]),
    ("testing", &["facts", "steps", "learn", "wire", "ports", "words", "store", "devices", "import", "flow"]),
];

/// The stops of the street; a step may name only those before it.
const STREET: [&str; 12] = [
    "scan", "features", "value", "segment", "taste", "response", "game", "offer", "guard", "charge",
    "receipt", "sale",
];

/// Rooms that ask for everything: no clock, no randomness of their own, no I/O.
const PURE: [&str; 5] = ["facts", "words", "steps", "learn", "wire"];

/// Words that have their places: the word, the paths that may name it, why.
const PLACES: [(&str, &[&str], &str); 3] = [
    ("tokio", &["sync/", "src-tauri/", "src/faces/http.rs"], "the counter has no async"),
    (
        "axum",
        &["sync/", "src-tauri/", "src/faces/http.rs"],
        "only the office and the loopback face serve HTTP",
    ),
    (
        "rusqlite",
        &[
            "src/store/",
            "src/audit/",
            "sync/src/ledger/",
            "sync/src/people/",
            "sync/src/desk/",
            "tests/",
            "sync/tests/",
            "benches/",
        ],
        "only store, ledger, people and desk know SQL",
    ),
];

/// What a pure room never names.
const IMPURE: [&str; 10] = [
    "SystemTime",
    "Instant::now",
    "Timestamp::now",
    "Zoned::now",
    "std::fs",
    "std::net",
    "std::process",
    "thread_rng",
    "from_entropy",
    "getrandom",
];

/// Breaches in one file; `path` is relative to the root, with `/`.
fn breaches(path: &str, text: &str) -> Vec<String> {
    let code = without_comments(text);
    let mut found = Vec::new();
    for (word, allowed, why) in PLACES {
        if !allowed.iter().any(|place| path.starts_with(place)) && names(&code, &format!("{word}::")) {
            found.push(format!("{path}: names {word}; {why}"));
        }
    }
    if code.contains("super::super") {
        found.push(format!("{path}: super::super climbs two floors; name the path from crate::"));
    }
    // In a binary `crate` is its own small house.
    if code.contains("crate::{") && !path.starts_with("src/bin/") {
        found.push(format!("{path}: crate::{{…}} hides which rooms are named; write one use for each"));
    }
    let Some(room) = room_of(path) else { return found };
    let named = paths(&code, "crate::");
    let allowed = ROOMS.iter().find(|(name, _)| *name == room).map(|(_, allowed)| *allowed);
    let Some(allowed) = allowed else {
        found.push(format!(
            "{path}: room {room} is not on the floor plan; add it to tests/rooms.rs and ARCHITECTURE.md"
        ));
        return found;
    };
    for other in named.iter().filter_map(|path| path.first()) {
        let is_room = ROOMS.iter().any(|(name, _)| name == other);
        if is_room && *other != room && !allowed.contains(&other.as_str()) {
            found.push(format!("{path}: {room} may not name {other}"));
        }
    }
    if room == "steps" {
        found.extend(looks_ahead(path, &code, &named));
    }
    if PURE.contains(&room) {
        let impure = IMPURE.iter().filter(|word| code.contains(**word));
        found.extend(impure.map(|word| format!("{path}: {room} asks for everything and never names {word}")));
    }
    found
}

/// Steps that name a later one.
fn looks_ahead(path: &str, code: &str, named: &[Vec<String>]) -> Vec<String> {
    let rest = path.trim_start_matches("src/steps/");
    let own = rest.split(['/', '.']).next().unwrap_or_default();
    if own == "mod" {
        return Vec::new();
    }
    // `scan_tests.rs` stands at its own stop.
    let own = own.trim_end_matches("_tests");
    let Some(stop) = STREET.iter().position(|step| *step == own) else {
        return vec![format!(
            "{path}: step {own} is not on the street; add it to tests/rooms.rs in its place"
        )];
    };
    let absolute = named.iter().filter_map(|path| match path.as_slice() {
        [room, step, ..] if room == "steps" => Some(step.clone()),
        _ => None,
    });
    // In a step's own file `super` is the street; in its test module or folder it may be the step itself.
    let relative = paths(code, "super::").into_iter().filter_map(|path| path.first().cloned());
    absolute
        .chain(relative)
        .filter(|other| STREET.iter().position(|step| step == other).is_some_and(|at| at > stop))
        .map(|other| format!("{path}: {own} looks ahead to {other}"))
        .collect()
}

/// `src/store/open.rs` and `src/ports.rs` are in a room, `src/lib.rs` and `src/bin` are not.
fn room_of(path: &str) -> Option<&str> {
    let rest = path.strip_prefix("src/")?;
    if rest.starts_with("bin/") || rest == "lib.rs" {
        return None;
    }
    rest.split(['/', '.']).next()
}

/// The paths that begin with a prefix: `crate::facts::money::Money` gives facts, money, Money; a group
/// `crate::steps::{charge, guard}` gives one path for each member.
fn paths(code: &str, prefix: &str) -> Vec<Vec<String>> {
    let mut found = Vec::new();
    for (at, _) in code.match_indices(prefix) {
        let glued =
            code[..at].chars().next_back().is_some_and(|c| c.is_alphanumeric() || c == '_' || c == ':');
        if glued {
            continue;
        }
        let rest = &code[at + prefix.len()..];
        let end = rest.find(|c: char| !(c.is_alphanumeric() || c == '_' || c == ':')).unwrap_or(rest.len());
        let path: Vec<String> =
            rest[..end].split("::").filter(|part| !part.is_empty()).map(Into::into).collect();
        if rest[end..].starts_with('{') {
            for member in group(&rest[end..]) {
                found.push(path.iter().cloned().chain([member]).collect());
            }
        } else {
            found.push(path);
        }
    }
    found.retain(|path: &Vec<String>| !path.is_empty());
    found
}

/// First names of the members of a use group, nested ones left out.
fn group(text: &str) -> Vec<String> {
    let mut depth = 0;
    let mut members = vec![String::new()];
    for c in text.chars() {
        match c {
            '{' => depth += 1,
            '}' => depth -= 1,
            ',' if depth == 1 => members.push(String::new()),
            c if depth == 1 && !c.is_whitespace() => members.last_mut().unwrap().push(c),
            _ => {}
        }
        if depth == 0 {
            break;
        }
    }
    members.iter().map(|member| member.split("::").next().unwrap_or_default().to_owned()).collect()
}

/// Whether the word stands there, and not as the end of a longer one.
fn names(code: &str, word: &str) -> bool {
    code.match_indices(word).any(|(at, _)| {
        !code[..at].chars().next_back().is_some_and(|c| c.is_alphanumeric() || c == '_' || c == ':')
    })
}

fn without_comments(text: &str) -> String {
    text.lines().map(|line| line.split("//").next().unwrap_or_default()).collect::<Vec<_>>().join("\n")
}

/// All Rust sources below a folder of the project.
fn sources(folder: &str) -> Vec<(String, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut open = vec![root.join(folder)];
    let mut found = Vec::new();
    while let Some(folder) = open.pop() {
        for entry in fs::read_dir(&folder).into_iter().flatten() {
            let path: PathBuf = entry.unwrap().path();
            if path.is_dir() && !path.ends_with("target") {
                open.push(path);
            } else if path.extension().is_some_and(|ending| ending == "rs") {
                let name = path.strip_prefix(root).unwrap().to_string_lossy().replace('\\', "/");
                found.push((name, fs::read_to_string(&path).unwrap()));
            }
        }
    }
    found.sort();
    found
}

#[test]
fn every_room_names_only_what_it_may() {
    let files: Vec<_> =
        ["src", "sync", "benches", "src-tauri"].iter().flat_map(|folder| sources(folder)).collect();
    assert!(files.len() > 20, "the sources were found: {}", files.len());
    let found: Vec<String> = files.iter().flat_map(|(path, text)| breaches(path, text)).collect();
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[test]
fn steps_stand_in_the_order_of_the_street() {
    let listed = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("src/steps/mod.rs")).unwrap();
    let listed: Vec<&str> =
        listed.lines().filter_map(|line| line.strip_prefix("pub mod ")?.strip_suffix(';')).collect();
    let street: Vec<&str> = STREET.into_iter().filter(|step| listed.contains(step)).collect();
    assert_eq!(listed, street);
}

#[test]
fn a_planted_breach_is_reported() {
    let table = [
        ("src/facts/money.rs", "use crate::steps::guard;", "facts may not name steps"),
        ("src/steps/offer.rs", "use crate::store::Store;", "steps may not name store"),
        ("src/steps/offer.rs", "use super::guard::ApprovedOffer;", "offer looks ahead to guard"),
        ("src/steps/offer.rs", "use super::{features, charge};", "offer looks ahead to charge"),
        ("src/steps/offer.rs", "let x = crate::steps::sale::close();", "offer looks ahead to sale"),
        ("src/steps/offer.rs", "use crate::steps::{taste, receipt::Words};", "offer looks ahead to receipt"),
        ("src/steps/upsell.rs", "", "step upsell is not on the street"),
        ("src/steps/scan.rs", "let now = std::time::SystemTime::now();", "never names SystemTime"),
        ("src/wire/record.rs", "std::fs::read(path)", "never names std::fs"),
        ("src/learn/segments.rs", "let mut rng = rand::thread_rng();", "never names thread_rng"),
        ("src/learn/segments.rs", "use crate::store::visits;", "learn may not name store"),
        ("src/audit/floors.rs", "use crate::steps::guard::unit_floor;", "audit may not name steps"),
        ("src/audit/floors.rs", "use crate::wire::record;", "audit may not name wire"),
        ("src/devices/manual.rs", "use crate::flow::Counter;", "devices may not name flow"),
        ("src/flow/settle.rs", "use crate::devices::escpos;", "flow may not name devices"),
        ("src/flow/settle.rs", "rusqlite::Connection::open(path)", "names rusqlite"),
        ("src/faces/lines.rs", "use tokio::sync::mpsc;", "names tokio"),
        ("src/uplink.rs", "axum::serve()", "names axum"),
        ("src/faces/lines.rs", "use crate::{flow, facts};", "hides which rooms"),
        ("src/store/open.rs", "use super::super::facts;", "climbs two floors"),
        ("src/cupboard/mod.rs", "", "not on the floor plan"),
    ];
    for (path, text, expected) in table {
        let found = breaches(path, text);
        assert!(found.iter().any(|breach| breach.contains(expected)), "{path} {text:?}: {found:?}");
    }
}

#[test]
fn what_is_allowed_is_not_reported() {
    let table = [
        ("src/steps/guard.rs", "use super::offer; use crate::facts::money::{Money, narrow};"),
        ("src/steps/guard.rs", "// unlike crate::store, and not in SystemTime either"),
        ("src/faces/http.rs", "use tokio::net::TcpListener; use axum::Router;"),
        ("sync/src/main.rs", "#[tokio::main]"),
        ("src/store/open.rs", "use rusqlite::Connection; use super::fault::StoreFault;"),
        ("src/bin/kava/main.rs", "use kava::store::Store; use crate::{engine, global::Global};"),
        ("src/lib.rs", "pub mod facts;"),
    ];
    for (path, text) in table {
        assert_eq!(breaches(path, text), Vec::<String>::new(), "{path} {text:?}");
    }
}
