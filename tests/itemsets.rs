//! Apriori against published and reference counts, and against counting every subset one by one.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::print_stderr,
    reason = "a test stops at the first surprise and says what it saw"
)]

use kava::learn::tastes::baskets::Baskets;
use kava::learn::tastes::itemsets::{Itemsets, Limits, frequent};
use kava::learn::tastes::rules::{Factorials, Rule, benjamini_hochberg, proven, rules};
use proptest::prelude::*;
use std::collections::BTreeMap;
use std::io::Read;
use std::path::PathBuf;

fn shared(path: &str) -> Option<PathBuf> {
    let root = std::env::var_os("KAVA_DATA")
        .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../shared/data"), PathBuf::from);
    let path = root.join(path);
    if !path.exists() {
        eprintln!("SKIPPED: {} is not there", path.display());
        return None;
    }
    Some(path)
}

/// Baskets of a file with one basket a line, and the names of the items by number.
fn read(path: &str, separator: char) -> Option<(Baskets, Vec<String>)> {
    let path = shared(path)?;
    let mut text = String::new();
    let file = std::fs::File::open(&path).unwrap();
    if path.extension().is_some_and(|ending| ending == "gz") {
        flate2::read::GzDecoder::new(file).read_to_string(&mut text).unwrap();
    } else {
        { file }.read_to_string(&mut text).unwrap();
    }
    let mut numbers: BTreeMap<String, u16> = BTreeMap::new();
    let mut baskets = Baskets::default();
    for line in text.lines() {
        let items = line.split(separator).map(str::trim).filter(|item| !item.is_empty());
        let items: Vec<u16> = items
            .map(|item| {
                let next = u16::try_from(numbers.len()).unwrap();
                *numbers.entry(item.to_owned()).or_insert(next)
            })
            .collect();
        baskets.push(items);
    }
    let mut names = vec![String::new(); numbers.len()];
    for (name, number) in numbers {
        names[usize::from(number)] = name;
    }
    Some((baskets, names))
}

fn mined(baskets: &Baskets, share: f64) -> Itemsets {
    frequent(baskets, Limits::from_count(baskets.count_of(share))).unwrap()
}

#[test]
fn groceries_give_the_published_itemsets_and_rules() {
    let Some((baskets, names)) = read("groceries/groceries.csv", ',') else { return };
    assert_eq!((baskets.len(), names.len()), (9_835, 169));
    for (share, sets) in [(0.001, 13_492), (0.005, 1_001), (0.006, 747), (0.01, 333), (0.02, 122)] {
        assert_eq!(mined(&baskets, share).len(), sets, "at {share}");
    }
    for (share, confidence, count) in
        [(0.001, 0.8, 410), (0.006, 0.25, 463), (0.001, 0.5, 5_668), (0.01, 0.5, 15)]
    {
        assert_eq!(rules(&mined(&baskets, share), confidence).len(), count, "at {share}, {confidence}");
    }
    let found = rules(&mined(&baskets, 0.001), 0.8);
    let number = |name: &str| u16::try_from(names.iter().position(|own| own == name).unwrap()).unwrap();
    let mut given = vec![number("liquor"), number("red/blush wine")];
    given.sort_unstable();
    let rule = found.iter().find(|rule| rule.given == given && rule.then == number("bottled beer")).unwrap();
    assert_eq!(rule.count, 19);
    let figures = [rule.support(baskets.len()), rule.confidence(), rule.lift(baskets.len())];
    for (figure, published) in figures.into_iter().zip([0.001_932, 0.904_8, 11.235]) {
        assert!((figure / published - 1.0).abs() < 1e-3, "{figure} is not {published}");
    }
    // The fewer promises, the better kept: what survives is a part, and the strongest rule is in it.
    let kept = proven(rules(&mined(&baskets, 0.001), 0.0), baskets.len());
    assert!(kept.contains(rule));
    assert!(kept.iter().all(|rule| rule.lift(baskets.len()) > 1.2));
}

#[test]
fn dense_and_sparse_sets_give_the_reference_counts() {
    /// Minimum supports and how many sets they leave.
    type Counts<'a> = &'a [(f64, usize)];
    let sets: [(&str, usize, Counts<'_>); 3] = [
        ("mushroom", 8_124, &[(0.4, 565), (0.3, 2_735), (0.2, 53_583), (0.1, 574_431)]),
        ("chess", 3_196, &[(0.8, 8_227), (0.7, 48_731), (0.6, 254_944)]),
        ("T10I4D100K", 100_000, &[(0.02, 155), (0.01, 385), (0.005, 1_073)]),
    ];
    for (name, size, expected) in sets {
        let Some((baskets, _)) = read(&format!("itemsets/{name}.dat.gz"), ' ') else { continue };
        assert_eq!(baskets.len(), size, "{name}");
        for (share, count) in expected {
            assert_eq!(mined(&baskets, *share).len(), *count, "{name} at {share}");
        }
    }
}

/// Every subset of every basket, counted one by one.
fn by_hand(baskets: &Baskets, least: u32) -> BTreeMap<Vec<u16>, u32> {
    let mut counts = BTreeMap::new();
    for basket in baskets.iter() {
        for mask in 1u32..1 << basket.len() {
            let set: Vec<u16> =
                (0..basket.len()).filter(|bit| mask & (1 << bit) != 0).map(|bit| basket[bit]).collect();
            *counts.entry(set).or_default() += 1;
        }
    }
    counts.retain(|_, count| *count >= least);
    counts
}

fn all_baskets(items: u16, longest: usize, most: usize) -> impl Strategy<Value = Baskets> {
    proptest::collection::vec(proptest::collection::vec(0..items, 0..=longest), 0..=most).prop_map(|rows| {
        let mut baskets = Baskets::default();
        rows.into_iter().for_each(|row| baskets.push(row));
        baskets
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn the_search_counts_what_counting_by_hand_counts(
        baskets in all_baskets(9, 12, 200),
        least in 1u32..6,
        longest in 1usize..5,
    ) {
        let found = frequent(&baskets, Limits { longest, ..Limits::from_count(least) }).unwrap();
        let as_map: BTreeMap<Vec<u16>, u32> = found.iter().map(|(set, count)| (set.to_vec(), count)).collect();
        prop_assert_eq!(as_map.len(), found.len(), "no set twice");
        let mut expected = by_hand(&baskets, least);
        expected.retain(|set, _| set.len() <= longest);
        prop_assert_eq!(as_map, expected);
        prop_assert_eq!(frequent(&baskets, Limits { longest, ..Limits::from_count(least) }).unwrap(), found);
    }

    #[test]
    fn rules_are_finite_whatever_the_baskets(baskets in all_baskets(7, 8, 60)) {
        let found = rules(&frequent(&baskets, Limits::from_count(1)).unwrap(), 0.0);
        for rule in &found {
            let n = baskets.len();
            prop_assert!(rule.confidence() > 0.0 && rule.confidence() <= 1.0);
            prop_assert!(rule.lift(n).is_finite() && rule.support(n) <= 1.0);
            let chance = Factorials::up_to(n).chance(rule, n);
            prop_assert!((0.0..=1.0).contains(&chance), "{chance}");
        }
    }
}

#[test]
fn nothing_one_item_and_a_basket_with_everything_have_an_answer() {
    assert!(frequent(&Baskets::default(), Limits::from_count(0)).unwrap().is_empty());
    let mut one = Baskets::default();
    one.push([7, 7, 7, u16::MAX]);
    one.push([]);
    let found = frequent(&one, Limits::from_count(0)).unwrap();
    assert_eq!(found.iter().collect::<Vec<_>>(), [(&[7u16][..], 1)]);
    assert!(rules(&found, 0.0).is_empty());
    let mut wide = Baskets::default();
    wide.push(0..u16::MAX);
    let limits = Limits { least: 1, longest: 2, most: 100_000 };
    assert_eq!(frequent(&wide, limits), None, "more sets than are allowed");
    assert_eq!(frequent(&wide, Limits { longest: 1, ..limits }).unwrap().len(), 65_535);
}

#[test]
fn fishers_test_gives_independent_values() {
    // scipy.stats.fisher_exact([[both, a - both], [b - both, n - a - b + both]], "greater").
    let table = [
        ((20, 8, 7, 6), 0.004_437_564_499_484_004),
        ((9_835, 21, 792, 19), 2.403_244_020_245_989_3e-19),
        ((1_000, 500, 500, 250), 0.525_212_408_836_581),
        ((100_000, 4_000, 3_000, 200), 2.227_319_114_311_575e-12),
        ((10, 10, 10, 10), 1.0),
    ];
    for ((n, a, b, both), expected) in table {
        let rule = Rule { given: vec![0], then: 1, count: both, given_count: a, then_count: b };
        let chance = Factorials::up_to(n).chance(&rule, n);
        assert!((chance / expected - 1.0).abs() < 1e-9, "{n} {a} {b} {both}: {chance} is not {expected}");
    }
}

#[test]
fn benjamini_and_hochberg_find_what_their_paper_finds() {
    // The fifteen p-values of Benjamini & Hochberg (1995), section 3.2: four are significant at 5 %.
    let paper = [
        0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.3240, 0.4262, 0.5719,
        0.6528, 0.7590, 1.0,
    ];
    let limit = benjamini_hochberg(&paper, 0.05);
    assert_eq!(paper.iter().filter(|p| **p <= limit).count(), 4);
    assert!(benjamini_hochberg(&[], 0.05) < 0.0);
}
