//! Features: a fold over a customer's visits in their one order. Incremental equals batch to the bit,
//! because both are this fold, and everything stored is an integer.

use crate::facts::customer::{Features, GAPS_KEPT, VisitFact};
use crate::facts::id::CategoryId;
use crate::facts::moment::BusinessDay;
use crate::facts::money::{Money, WHOLE_BP, narrow};
use crate::facts::policy::Policy;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Counts up whenever the fold changes: stored features of an older fold are folded anew from visits.
pub const FOLD_VERSION: u32 = 3;

/// Features after one more visit. The caller keeps the order; see [`is_next`].
#[must_use]
pub fn fold(mut features: Features, visit: &VisitFact, policy: &Policy) -> Features {
    if features.visits > 0 {
        features.gaps.push((visit.open_day - features.last_open_day).max(0));
        if features.gaps.len() > GAPS_KEPT {
            features.gaps.remove(0);
        }
    }
    features.visits = features.visits.saturating_add(1);
    let net = Money::total(visit.net_by_category.iter().map(|(_, net)| *net));
    // Visits stand in the order of time, so a day once left does not come back.
    if features.last_day.is_none_or(|last| last < visit.business_day) {
        features.days = features.days.saturating_add(1);
    }
    if features.days == 1 {
        features.first_open_day = visit.open_day;
        features.first_day_net = features.first_day_net.plus(net);
    }
    features.first_day = features.first_day.or(Some(visit.business_day));
    features.last_day = Some(visit.business_day);
    features.last_open_day = visit.open_day;
    features.net = features.net.plus(net);
    features.saved = features.saved.plus(visit.saved);
    for (category, cups) in cups_by_category(visit, policy) {
        features.cups_milli = features.cups_milli.saturating_add(cups);
        let sum = features.cups_by_category.entry(category).or_default();
        *sum = sum.saturating_add(cups);
    }
    count(&mut features.dayparts, daypart(visit.hour));
    count(&mut features.weekdays, visit.business_day.weekday());
    features.discount_memory_bp = depth_bp(visit).max(features.discount_memory_bp / 2);
    features.last = Some(visit.order.clone());
    features
}

/// Features of all visits, which must stand in their order.
#[must_use]
pub fn fold_all<'a>(visits: impl IntoIterator<Item = &'a VisitFact>, policy: &Policy) -> Features {
    visits.into_iter().fold(Features::default(), |features, visit| fold(features, visit, policy))
}

/// Whether the visit comes after everything folded in, so that folding it alone is enough.
#[must_use]
pub fn is_next(features: &Features, visit: &VisitFact) -> bool {
    features.last.as_ref().is_none_or(|last| *last < visit.order)
}

/// Morning, midday, afternoon, evening.
#[must_use]
pub const fn daypart(hour: u8) -> usize {
    match hour {
        0..11 => 0,
        11..15 => 1,
        15..19 => 2,
        _ => 3,
    }
}

/// Features as people and steps read them, on one day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reading {
    /// Visits so far.
    pub visits: u32,
    /// Open days of the shop since the last visit.
    pub recency_days: i32,
    /// Thousandths of visits in 30 days.
    pub frequency_per_30d_milli: i64,
    /// Mean net receipt.
    pub aov_minor: i64,
    /// Share of spend by category, basis points.
    pub composition_bp: BTreeMap<CategoryId, i64>,
    /// Saved in all.
    pub saved_minor: i64,
    /// What the guest is expected to spend in the coming year. Read here at their own rate so far; a value
    /// model says better, over its own horizon.
    pub clv_minor: i64,
    /// Mean gap between visits in thousandths of open days, if there are two visits.
    pub cadence_milli: Option<i64>,
}

/// Reads features on a day, given the day's number among the shop's open days.
#[must_use]
pub fn read(features: &Features, today: BusinessDay, open_day: i32) -> Reading {
    let visits = i64::from(features.visits);
    let since_first = features.first_day.map_or(30, |first| i64::from(today.0 - first.0 + 1)).max(30);
    let frequency = visits.saturating_mul(30_000) / since_first;
    let aov = if visits == 0 { 0 } else { features.net.0 / visits };
    let gaps = i64::try_from(features.gaps.len()).unwrap_or(0);
    let share = |cups: &i64| {
        narrow(i128::from(*cups) * i128::from(WHOLE_BP) / i128::from(features.cups_milli.max(1)))
    };
    Reading {
        visits: features.visits,
        recency_days: if features.visits == 0 { 0 } else { (open_day - features.last_open_day).max(0) },
        frequency_per_30d_milli: frequency,
        aov_minor: aov,
        composition_bp: features
            .cups_by_category
            .iter()
            .map(|(id, cups)| (id.clone(), share(cups)))
            .collect(),
        saved_minor: features.saved.0,
        clv_minor: narrow(i128::from(aov) * i128::from(frequency) * 365 / 30_000),
        cadence_milli: (gaps > 0).then(|| {
            features.gaps.iter().map(|gap| i64::from(*gap)).sum::<i64>().saturating_mul(1000) / gaps
        }),
    }
}

/// The length of this guest's epoch: guests who come at least weekly have the shorter one.
#[must_use]
pub fn epoch_days(reading: &Reading, policy: &Policy) -> i32 {
    let weekly = reading.visits >= 3 && reading.cadence_milli.is_some_and(|cadence| cadence <= 7_000);
    if weekly { policy.weekly_epoch_days } else { policy.epoch_days }
}

/// Spend of a visit in thousandths of cups by category; a group visit counts no more than its cap.
fn cups_by_category(visit: &VisitFact, policy: &Policy) -> Vec<(CategoryId, i64)> {
    let cup = i128::from(visit.cup.0.max(1));
    let mut cups: Vec<(CategoryId, i64)> = visit
        .net_by_category
        .iter()
        .map(|(category, net)| (category.clone(), narrow(i128::from(net.0) * 1000 / cup)))
        .collect();
    let total: i128 = cups.iter().map(|(_, cups)| i128::from(*cups)).sum();
    let cap = i128::from(policy.group_cups_milli);
    if visit.drinks >= policy.group_drinks && total > cap {
        for (_, share) in &mut cups {
            *share = narrow(i128::from(*share) * cap / total);
        }
    }
    cups
}

/// Depth of a visit's discount in basis points of its list price.
fn depth_bp(visit: &VisitFact) -> i64 {
    if visit.list.0 <= 0 {
        0
    } else {
        narrow(i128::from(visit.saved.0) * i128::from(WHOLE_BP) / i128::from(visit.list.0))
    }
}

fn count<const N: usize>(counts: &mut [u32; N], index: usize) {
    if let Some(count) = counts.get_mut(index) {
        *count = count.saturating_add(1);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::customer::VisitOrder;
    use crate::facts::moment::Moment;
    use proptest::prelude::*;

    fn visit(seq: i64, day: i32, net: i64, drinks: i64) -> VisitFact {
        VisitFact {
            order: VisitOrder { at: Moment(i64::from(day) * 86_400_000), counter: "1".into(), epoch: 1, seq },
            business_day: BusinessDay(day),
            open_day: day,
            hour: 9,
            net_by_category: vec![(CategoryId::new("coffee"), Money(net))],
            saved: Money(net / 10),
            list: Money(net + net / 10),
            drinks,
            cup: Money(300),
        }
    }

    #[test]
    fn sums_of_a_small_history_are_as_computed_by_hand() {
        let visits = [visit(1, 100, 300, 1), visit(2, 103, 600, 2), visit(3, 110, 3_000, 10)];
        let features = fold_all(&visits, &Policy::default());
        assert_eq!(features.gaps, [3, 7]);
        assert_eq!(features.cups_milli, 1_000 + 2_000 + 3_000, "the group of ten counts three cups");
        assert_eq!(features.net, Money(3_900));
        assert_eq!(features.saved, Money(390));
        let reading = read(&features, BusinessDay(112), 112);
        assert_eq!(
            (reading.recency_days, reading.frequency_per_30d_milli, reading.aov_minor),
            (2, 3_000, 1_300)
        );
        assert_eq!(reading.cadence_milli, Some(5_000));
    }

    #[test]
    fn discount_memory_halves_and_takes_the_deepest() {
        let mut none = visit(2, 101, 300, 1);
        none.saved = Money::ZERO;
        let after_one = fold(Features::default(), &visit(1, 100, 300, 1), &Policy::default());
        let after_two = fold(after_one.clone(), &none, &Policy::default());
        assert_eq!(after_one.discount_memory_bp, 909);
        assert_eq!(after_two.discount_memory_bp, 454);
    }

    proptest! {
        #[test]
        fn folding_one_by_one_equals_folding_at_once(days in prop::collection::vec((0i32..5, 0i64..5_000, 0i64..6), 0..80)) {
            let mut day = 0;
            let visits: Vec<VisitFact> = days.iter().enumerate().map(|(i, (gap, net, drinks))| {
                day += gap;
                visit(i64::try_from(i).unwrap(), day, *net, *drinks)
            }).collect();
            let mut one_by_one = Features::default();
            for visit in &visits {
                prop_assert!(is_next(&one_by_one, visit));
                let kept = serde_json::to_string(&fold(one_by_one, visit, &Policy::default())).unwrap();
                one_by_one = serde_json::from_str(&kept).unwrap();
            }
            prop_assert_eq!(one_by_one, fold_all(&visits, &Policy::default()));
        }
    }
}
