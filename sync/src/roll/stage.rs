//! Stages: which shops have a bundle first.

use kava::facts::{lot, money::WHOLE_BP};
use std::collections::BTreeSet;

/// Shares of the shops, basis points: a tenth, a half, all.
pub const STAGES_BP: [i64; 3] = [1_000, 5_000, WHOLE_BP];
/// Below so many shops a bundle goes to all at once: one shop beside four tells too little in a week, and guests of a few shops
/// meet both bundles.
pub const SHOPS_MIN: usize = 6;
/// Days of each stage where nothing else was said: whole weeks, since a week-end is not a Tuesday.
pub const DAYS: i64 = 7;

/// The stage with which a bundle begins among so many shops.
#[must_use]
pub const fn first(shops: usize) -> i64 {
    let [first, _, all] = STAGES_BP;
    if shops < SHOPS_MIN { all } else { first }
}

/// The stage after one; nothing after the last.
#[must_use]
pub fn next(stage_bp: i64) -> Option<i64> {
    STAGES_BP.into_iter().find(|stage| *stage > stage_bp)
}

/// The shops that have it at a stage: those that had it before, and as many more as the share wants, rounded up, by a lot that
/// falls anew with each bundle, so that not always the same shops try what is new. Of shops below all, one is always left
/// without it.
#[must_use]
pub fn chosen(
    shops: &BTreeSet<String>,
    had: &BTreeSet<String>,
    (seed, stage_bp): (&str, i64),
) -> BTreeSet<String> {
    let count = i64::try_from(shops.len()).unwrap_or(i64::MAX);
    let wanted = count.saturating_mul(stage_bp.clamp(0, WHOLE_BP)).saturating_add(WHOLE_BP - 1) / WHOLE_BP;
    let most = if stage_bp < WHOLE_BP { count - 1 } else { count };
    let wanted = usize::try_from(wanted.min(most)).unwrap_or(0);
    let mut drawn: Vec<&String> = shops.iter().collect();
    // Who has it keeps it; the rest by lot.
    drawn.sort_by_key(|shop| (!had.contains(*shop), lot::hash(&["roll", seed, shop.as_str()])));
    let keep = shops.intersection(had).count();
    drawn.into_iter().take(wanted.max(keep)).cloned().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shops(count: usize) -> BTreeSet<String> {
        (0..count).map(|shop| format!("shop-{shop}")).collect()
    }

    #[test]
    fn a_stage_has_its_share_and_keeps_who_had_it() {
        for (count, expected) in
            [(6, [1, 3, 6]), (7, [1, 4, 7]), (10, [1, 5, 10]), (25, [3, 13, 25]), (101, [11, 51, 101])]
        {
            let (all, mut had) = (shops(count), BTreeSet::new());
            for (stage, expected) in STAGES_BP.into_iter().zip(expected) {
                let now = chosen(&all, &had, ("29000000", stage));
                assert_eq!(now.len(), expected, "{count} shops at {stage}");
                assert!(had.is_subset(&now) && now.is_subset(&all), "{count} shops at {stage}");
                had = now;
            }
        }
    }

    #[test]
    fn the_lot_is_the_same_for_whoever_asks_and_another_for_another_bundle() {
        let all = shops(40);
        let of = |seed: &str| chosen(&all, &BTreeSet::new(), (seed, 1_000));
        assert_eq!(of("a"), of("a"));
        let first: BTreeSet<String> = (0..60).flat_map(|seed| of(&seed.to_string())).collect();
        assert!(first.len() > 38, "nearly every shop is among the first at some time: {}", first.len());
    }

    #[test]
    fn a_shop_that_is_gone_has_it_no_more_and_a_new_one_takes_nobodys_place() {
        let had = chosen(&shops(20), &BTreeSet::new(), ("x", 1_000));
        let more: BTreeSet<String> = shops(20).into_iter().chain(["new".to_owned()]).collect();
        assert!(had.is_subset(&chosen(&more, &had, ("x", 1_000))));
        let gone: BTreeSet<String> = shops(20).difference(&had).cloned().collect();
        assert!(chosen(&gone, &had, ("x", 1_000)).is_disjoint(&had));
    }

    #[test]
    fn a_few_shops_have_it_at_once() {
        let begins: Vec<i64> = [1, 5, 6, 100].into_iter().map(first).collect();
        assert_eq!(begins, [WHOLE_BP, WHOLE_BP, 1_000, 1_000]);
        assert_eq!((next(1_000), next(5_000), next(WHOLE_BP)), (Some(5_000), Some(WHOLE_BP), None));
    }
}
