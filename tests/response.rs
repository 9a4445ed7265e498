//! A small share of what `cargo xtask bench response` measures: on a real trial, do those whom the trees choose
//! bring more than a promotion costs, and does nothing come of nothing?

#![expect(clippy::print_stderr, reason = "a test stops at the first surprise and says what it skips")]
#![expect(unreachable_pub, reason = "the modules are those of a benchmark, which has no outside")]

#[path = "../benches/response/draw.rs"]
mod draw;
#[path = "../benches/response/promotion.rs"]
mod promotion;

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
