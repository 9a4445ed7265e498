//! A small share of what `cargo xtask bench response` measures: on a real trial, do those whom the trees choose
//! bring more than a promotion costs, and does nothing come of nothing? And how far a
//! menu has moved.

#![expect(clippy::print_stderr, reason = "a test stops at the first surprise and says what it skips")]
#![expect(unreachable_pub, reason = "the modules are those of a benchmark, which has no outside")]

#[path = "../benches/response/draw.rs"]
mod draw;
#[path = "../benches/response/promotion.rs"]
mod promotion;

use kava::facts::id::Sku;
use kava::facts::menu::{Menu, Product};
use kava::facts::money::Money;
use kava::steps::response::moved::{MOVED_BP, moved_bp};
use kava::steps::taste::Popularity;
use kava::testing::shop::products;
use promotion::{Trial, median};
use std::path::{Path, PathBuf};

#[test]
fn those_whom_the_trees_choose_bring_more_than_the_promotion_costs() {
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/data");
    let folder = std::env::var_os("KAVA_DATA").map_or(beside, PathBuf::from);
    if !folder.join("promotion-trial").is_dir() {
        eprintln!("SKIPPED: {} has no promotion-trial", folder.display());
        return;
    }
    let trial = Trial::read(&folder).unwrap();
    let real = trial.judge(1..=3).unwrap();
    let revenues = real.splits.iter().map(|split| split.chosen.revenue()).collect();
    let [ratio, ..] = real.ratio;
    assert!(median(revenues) > 0.0 && ratio >= 1.8, "seeds 1 to 3: {:?}", real.splits);
    let dealt_anew = trial.permuted(1).judge(1..=3).unwrap();
    let ([_, low, high], [_, _, most]) = (dealt_anew.response, dealt_anew.revenue);
    assert!(low <= 0.0 && high >= 0.0 && most < 0.0, "{low} … {high}, {most}");
}

fn priced(change: impl Fn(&mut Product)) -> Menu {
    Menu::new(products().into_iter().map(|mut product| {
        change(&mut product);
        product
    }))
}

#[test]
fn what_sells_weighs_most_and_what_is_gone_counts_whole() {
    let old = priced(|_| {});
    let sold: Popularity = [(Sku::new("latte"), 99)].into();
    let tenth = |product: &mut Product| product.price = Money(product.price.0 * 11 / 10);
    let only = |sku: &'static str| {
        priced(move |product| {
            if product.sku.as_str() == sku {
                tenth(product);
            }
        })
    };
    assert_eq!(moved_bp(&old, &old, &sold), 0);
    assert_eq!(moved_bp(&old, &priced(tenth), &sold), 1_000);
    assert!(moved_bp(&old, &only("latte"), &sold) > 950);
    assert!(moved_bp(&old, &only("bun"), &sold) < 10);
    // An extra has no line of its own.
    assert_eq!(moved_bp(&old, &only("oat"), &sold), 0);
    let without = Menu::new(products().into_iter().filter(|product| product.sku.as_str() != "latte"));
    assert!(moved_bp(&old, &without, &sold) > 9_800);
    assert!(moved_bp(&without, &old, &sold) > MOVED_BP, "new goods are a change, too");
    assert_eq!(moved_bp(&Menu::default(), &old, &sold), 0);
}
