//! The words: every key that the sources name is in the catalogues, and every key there is named.

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use kava::facts::purchase::PurchaseKind;
use kava::words::Words;
use std::collections::BTreeSet;
use std::path::PathBuf;

/// Names of files that look like keys.
const FILES: [&str; 3] = [".html", ".bin", ".db"];

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// The keys of the English catalogue; a unit test of the words compares it with the other two.
fn keys() -> BTreeSet<String> {
    let text = std::fs::read_to_string(root().join("src/words/en.txt")).unwrap();
    let lines = text.lines().filter(|line| !line.starts_with('#'));
    lines.filter_map(|line| line.split_once(" = ")).map(|(key, _)| key.trim().to_owned()).collect()
}

/// What stands between two quotation marks on one line of the sources and has the shape of a key.
fn named(keys: &BTreeSet<String>) -> BTreeSet<String> {
    let prefixes: BTreeSet<&str> =
        keys.iter().filter_map(|key| key.split_once('.')).map(|(first, _)| first).collect();
    let mut found = BTreeSet::new();
    let mut folders = vec![root().join("src")];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|ext| ext == "rs") {
                let text = std::fs::read_to_string(&path).unwrap();
                let quoted = text.lines().flat_map(|line| line.split('"').skip(1).step_by(2));
                found.extend(quoted.filter(|literal| is_key(literal, &prefixes)).map(str::to_owned));
            }
        }
    }
    found
}

/// Whether a literal has the shape of a key of this prefix: `slip.total`, `segment.{name}`.
fn is_key(literal: &str, prefixes: &BTreeSet<&str>) -> bool {
    let Some((prefix, rest)) = literal.split_once('.') else { return false };
    let plain =
        |letter: char| letter.is_ascii_lowercase() || letter.is_ascii_digit() || "_.{}".contains(letter);
    prefixes.contains(prefix)
        && !rest.is_empty()
        && rest.chars().all(plain)
        && !FILES.iter().any(|ending| literal.ends_with(ending))
}

/// Whether a key may come out of a literal whose places `{…}` are filled in.
fn makes(literal: &str, key: &str) -> bool {
    let Some((fixed, place)) = literal.split_once('{') else { return literal == key };
    let Some(rest) = key.strip_prefix(fixed) else { return false };
    let after = place.split_once('}').map_or("", |(_, after)| after);
    (1..=rest.len()).any(|filled| makes(after, rest.get(filled..).unwrap_or_default()))
}

#[test]
fn every_key_that_the_sources_name_has_its_words() {
    let keys = keys();
    let named = named(&keys);
    assert!(named.len() > 50, "only {} keys were found in the sources", named.len());
    let silent: Vec<_> = named.iter().filter(|literal| !keys.iter().any(|key| makes(literal, key))).collect();
    assert!(silent.is_empty(), "keys without words; add them to src/words/: {silent:?}");
}

#[test]
fn every_key_in_the_catalogues_is_named_by_the_sources() {
    let keys = keys();
    let named = named(&keys);
    let idle: Vec<_> = keys.iter().filter(|key| !named.iter().any(|literal| makes(literal, key))).collect();
    assert!(idle.is_empty(), "keys that nothing names; take them out of src/words/: {idle:?}");
}

#[test]
fn every_kind_of_purchase_has_its_word() {
    for kind in PurchaseKind::ALL {
        let key = format!("kind.{}", kind.code());
        assert!(Words::of("en").find(&key).is_some(), "{key} has no words");
    }
}
