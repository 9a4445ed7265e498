//! `docs/asvs.md` against the sources: what it names is there, and its head counts what its tables say.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

/// The page.
const PAGE: &str = include_str!("../docs/asvs.md");

/// How the last cell of an item begins, and how the head calls that.
const KINDS: [(&str, &str); 4] =
    [("`", "a test"), ("code: ", "the code"), ("open: ", "open"), ("does not apply: ", "does not apply")];

/// Items that ASVS 5.0.0 has at its levels 1 and 2.
const ITEMS: usize = 253;

/// A row of a chapter's table.
struct Row<'page> {
    items: Vec<&'page str>,
    proof: &'page str,
}

/// What a line says of items; nothing where it is of the head, a heading or a sentence.
fn row(line: &str) -> Option<Row<'_>> {
    let mut cells = line.strip_prefix("| ")?.strip_suffix(" |")?.split(" | ");
    let items = cells.next()?;
    let proof = cells.last()?;
    let is_item = items.starts_with(|c: char| c.is_ascii_digit());
    is_item.then(|| Row { items: items.split(", ").collect(), proof })
}

fn rows(page: &str) -> Vec<Row<'_>> {
    page.lines().filter_map(row).collect()
}

/// How many items the head says are of a kind.
fn said(page: &str, kind: &str) -> Option<usize> {
    let begin = format!("| {kind} | ");
    page.lines().find_map(|line| line.strip_prefix(begin.as_str())?.strip_suffix(" |")?.parse().ok())
}

/// How many items of the tables are of a kind.
fn counted(page: &str, mark: &str) -> usize {
    rows(page).iter().filter(|row| row.proof.starts_with(mark)).map(|row| row.items.len()).sum()
}

/// Whether a file is there, and the test in it, if one is named.
fn is_there(cited: &str) -> bool {
    let file = |path: &str| Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
    let Some((path, test)) = cited.split_once("::") else { return file(cited).exists() };
    let text = fs::read_to_string(file(path)).unwrap_or_default();
    let named = if path.ends_with(".rs") { format!("fn {test}(") } else { format!("\"{test}\"") };
    text.contains(named.as_str())
}

/// What a page names as proof and is not there.
fn missing(page: &str) -> Vec<String> {
    let mut missing = Vec::new();
    for row in rows(page) {
        let is_proven = row.proof.starts_with('`') || row.proof.starts_with("code: ");
        // Between two marks stands a name, between two names a comma.
        for cited in row.proof.split('`').skip(1).step_by(2) {
            if is_proven && !is_there(cited) {
                missing.push(format!("{}: {cited}", row.items.join(", ")));
            }
        }
    }
    missing
}

#[test]
fn everything_that_is_named_as_proof_is_there() {
    let missing = missing(PAGE);
    assert!(missing.is_empty(), "docs/asvs.md names what is not there:\n{}", missing.join("\n"));
}

#[test]
fn the_head_counts_what_the_tables_say() {
    for (mark, kind) in KINDS {
        assert_eq!(said(PAGE, kind), Some(counted(PAGE, mark)), "{kind}: left: the head, right: the tables");
    }
    assert_eq!(said(PAGE, "together"), Some(ITEMS));
}

#[test]
fn every_item_stands_once_and_says_how_it_is_proven() {
    let rows = rows(PAGE);
    let items: Vec<&str> = rows.iter().flat_map(|row| row.items.iter().copied()).collect();
    let each: BTreeSet<&str> = items.iter().copied().collect();
    assert_eq!((items.len(), each.len()), (ITEMS, ITEMS), "left: items, right: different ones");
    for row in &rows {
        let known = KINDS.iter().any(|(mark, _)| row.proof.starts_with(mark));
        assert!(known, "{:?} begins with no kind of proof: {}", row.items, row.proof);
    }
}

#[test]
fn the_check_itself_sees_a_breach() {
    let page = "| open | 2 |\n|---|---|\n| 1.1.1, 1.1.2 | x | `tests/evidence.rs::no_such_test` |\n\
        | 1.1.3 | x | code: `no/such/file.rs`, `tests/evidence.rs` |\n| 1.1.4 | x | open: `nothing` |\n";
    let expected = ["1.1.1, 1.1.2: tests/evidence.rs::no_such_test", "1.1.3: no/such/file.rs"];
    assert_eq!(missing(page), expected);
    assert_eq!((counted(page, "`"), counted(page, "open: "), said(page, "open")), (2, 1, Some(2)));
    assert_eq!(said(page, "a test"), None);
}
