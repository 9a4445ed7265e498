//! Bundles in stages, from the ledger: who is announced what, what a person may do, and what is left of it after a backup.

#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a test stops at the first surprise")]
#![expect(dead_code, reason = "this file asks little of its helpers")]

mod books;
mod counter_series;

use books::{Books, NOW};
use kava::{
    facts::{
        models::{BgNbd, Bundle, GammaGamma, ValueModel},
        moment::{DAY_MS, Moment},
    },
    wire::{bundle::sign, document::Stream},
};
use kava_sync::{
    desk::{models, rolls},
    ledger::{Ledger, documents, releases, rolls as state, rolls::Plan},
};
use std::collections::BTreeMap;

/// An office with so many shops of a counter each beside shop 1.
fn chain(shops: usize) -> Books {
    let mut books = Books::new();
    (2..=shops).for_each(|shop| books.let_in_at((&shop.to_string(), "1")));
    books
}

/// A bundle that can be told by its alpha.
fn bundle(alpha: f64, now: Moment) -> String {
    let value = ValueModel {
        horizon_days: 365,
        horizon_open_days: 300,
        bg_nbd: BgNbd { r: 1.0, alpha, a: 1.0, b: 2.0 },
        gamma_gamma: GammaGamma { p: 6.0, q: 4.0, v: 600.0 },
    };
    let bundle = Bundle {
        v: 1,
        issuer: "office".into(),
        release: now.0.unsigned_abs() / 60_000,
        made: now,
        not_after: now.later(120 * DAY_MS),
        products: Vec::new(),
        segments: None,
        value: Some(value),
        tastes: None,
        response: None,
        game: None,
    };
    sign(&bundle, &[3; 32])
}

fn give(books: &mut Books, alpha: f64, day: i64) -> i64 {
    let now = NOW.later(day * DAY_MS);
    let text = bundle(alpha, now);
    let plan = Plan { line: "", body: text.as_bytes(), report: None, days: 7, at_once: false };
    books.ledger.change(|change| rolls::give(change, ("test", &plan), now)).unwrap().0.version
}

/// The version that each shop is announced.
fn announced(ledger: &Ledger, shops: usize) -> BTreeMap<String, i64> {
    let of = |shop: usize| {
        let editions = ledger.editions(&shop.to_string()).unwrap();
        let bundle = editions.iter().find(|edition| edition.stream == "bundle");
        (shop.to_string(), bundle.map_or(0, |edition| edition.version))
    };
    (1..=shops).map(of).collect()
}

fn count(ledger: &Ledger, shops: usize, version: i64) -> usize {
    announced(ledger, shops).values().filter(|has| **has == version).count()
}

/// The alpha of a version's models, as it is written.
fn alpha(ledger: &Ledger, version: i64) -> String {
    let (bundle, _) = releases::bundle_of_version(ledger.connection(), "", version).unwrap().unwrap();
    bundle.value.map_or_else(String::new, |value| value.bg_nbd.alpha.to_string())
}

fn back(books: &mut Books, to: Option<i64>, seen: Option<i64>, day: i64) -> Option<i64> {
    let now = NOW.later(day * DAY_MS);
    let done = books.ledger.change(|change| rolls::send_back(change, ("owner", ""), (to, seen), now));
    done.unwrap().map(|published| published.version)
}

#[test]
fn a_few_shops_have_a_bundle_at_once_and_it_is_watched_where_there_was_one_before() {
    let mut books = chain(5);
    let first = give(&mut books, 1.0, 0);
    assert_eq!(count(&books.ledger, 5, first), 5);
    assert_eq!(state::running(books.ledger.connection(), "").unwrap(), None, "nothing could come back");
    let second = give(&mut books, 2.0, 1);
    assert_eq!(count(&books.ledger, 5, second), 5);
    let roll = state::running(books.ledger.connection(), "").unwrap().unwrap();
    assert_eq!((roll.version, roll.before, roll.stage_bp), (second, first, 10_000));
}

#[test]
fn stages_go_on_by_hand_and_end() {
    let mut books = chain(10);
    let (first, mut seen) = (give(&mut books, 1.0, 0), Vec::new());
    for day in 1..=3 {
        seen.push(count(&books.ledger, 10, first));
        let now = NOW.later(day * DAY_MS);
        let roll =
            books.ledger.change(|change| rolls::advance(change, ("owner", "", Some(first)), now)).unwrap();
        assert!(roll.is_some());
    }
    assert_eq!(seen, [1, 5, 10]);
    let again =
        books.ledger.change(|change| rolls::advance(change, ("owner", "", Some(first)), NOW)).unwrap();
    assert_eq!(again, None, "it has ended");
    let second = give(&mut books, 2.0, 5);
    let other =
        books.ledger.change(|change| rolls::advance(change, ("owner", "", Some(first)), NOW)).unwrap();
    assert_eq!((other, count(&books.ledger, 10, second)), (None, 1), "another one is on its way");
}

#[test]
fn what_is_published_by_hand_is_everybodys_and_overtakes_what_is_on_its_way() {
    let mut books = chain(8);
    give(&mut books, 1.0, 0);
    let text = bundle(2.0, NOW.later(DAY_MS));
    let publish = |change: &kava_sync::ledger::Change<'_>| {
        documents::publish(change, (Stream::Bundle, ""), text.as_bytes(), NOW)
    };
    let version = books.ledger.change(publish).unwrap().version;
    assert_eq!(count(&books.ledger, 8, version), 8);
    let rolls = state::newest(books.ledger.connection(), "", 9).unwrap();
    assert_eq!((rolls.len(), rolls[0].state.as_str()), (1, "overtaken"));
}

#[test]
fn the_models_before_come_back_as_a_newer_release_and_only_where_they_were_seen() {
    let mut books = chain(8);
    let first = give(&mut books, 1.0, 0);
    let second = give(&mut books, 2.0, 1);
    assert_eq!(back(&mut books, None, Some(first), 2), None, "another has come meanwhile");
    let third = back(&mut books, None, Some(second), 2).unwrap();
    assert_eq!(count(&books.ledger, 8, third), 8);
    // The first was never given to all: nobody had anything before it.
    let (bundle, _) = releases::bundle_of_version(books.ledger.connection(), "", third).unwrap().unwrap();
    let (bad, _) = releases::bundle_of_version(books.ledger.connection(), "", second).unwrap().unwrap();
    assert!(bundle.release > bad.release && bundle.made > bad.made, "{} {}", bundle.release, bad.release);
    assert_eq!(bundle.value, None, "the rules alone");
    let shown = models::of(&books.ledger, "").unwrap();
    let states: Vec<&str> = shown.bundles.iter().map(|one| one.state).collect();
    assert_eq!(states, ["in_force", "returned", "past"]);
}

#[test]
fn what_came_to_harm_does_not_come_back() {
    let mut books = chain(3);
    let good = give(&mut books, 1.0, 0);
    let bad = give(&mut books, 2.0, 1);
    let again = back(&mut books, None, Some(bad), 2).unwrap();
    assert_eq!((alpha(&books.ledger, again), alpha(&books.ledger, good)), ("1".into(), "1".into()));
    let waits = |books: &Books, day: i64| {
        rolls::waits(books.ledger.connection(), "", NOW.later(day * DAY_MS)).unwrap()
    };
    assert_eq!(
        [3, 15, 16, 17].map(|day| waits(&books, day)),
        [true, true, false, false],
        "of nearly the same sales"
    );
    let better = give(&mut books, 3.0, 3);
    let now = NOW.later(4 * DAY_MS);
    books.ledger.change(|change| rolls::advance(change, ("owner", "", Some(better)), now)).unwrap();
    assert_eq!(releases::previous(books.ledger.connection(), "").unwrap(), Some(again), "not the bad one");
    let last = back(&mut books, None, Some(better), 5).unwrap();
    assert_eq!(alpha(&books.ledger, last), "1");
    assert_eq!(releases::previous(books.ledger.connection(), "").unwrap(), None, "neither of them");
    let named = back(&mut books, Some(bad), Some(last), 6).unwrap();
    assert_eq!(alpha(&books.ledger, named), "2", "whoever names it gets it");
    assert_eq!((back(&mut books, Some(77), None, 7), back(&mut books, Some(named), None, 7)), (None, None));
}

#[test]
fn a_bundle_on_its_way_is_still_on_its_way_after_a_backup_was_put_back() {
    let mut books = chain(8);
    let first = give(&mut books, 1.0, 0);
    let advance = |change: &kava_sync::ledger::Change<'_>| rolls::advance(change, ("owner", "", None), NOW);
    for _ in 0..3 {
        books.ledger.change(advance).unwrap();
    }
    give(&mut books, 2.0, 1);
    let before = announced(&books.ledger, 8);
    books.back_up();
    let lost = give(&mut books, 3.0, 2);
    books.go_back();
    let after = announced(&books.ledger, 8);
    assert!(after.values().all(|version| *version > lost), "above all that counters may have: {after:?}");
    let roll = state::running(books.ledger.connection(), "").unwrap().unwrap();
    let has = |versions: &BTreeMap<String, i64>, wanted: i64| -> Vec<String> {
        versions.iter().filter(|(_, version)| **version == wanted).map(|(shop, _)| shop.clone()).collect()
    };
    assert_eq!(has(&after, roll.version), roll.shops.iter().cloned().collect::<Vec<_>>());
    assert_eq!(has(&before, first).len(), 7);
    let rest = after.values().filter(|version| **version != roll.version).copied().min().unwrap();
    assert_eq!((alpha(&books.ledger, roll.version), alpha(&books.ledger, rest)), ("2".into(), "1".into()));
    let next = give(&mut books, 4.0, 3);
    assert!(next > roll.version);
}
