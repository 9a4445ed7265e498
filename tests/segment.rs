//! Rules and centroids: the same customer gets the same segment everywhere, whatever the features say.

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use kava::facts::customer::Features;
use kava::facts::id::CategoryId;
use kava::facts::models::{Bundle, Cluster, SegmentModel};
use kava::facts::moment::{BusinessDay, Moment, ShopDay};
use kava::steps::segment::{self, Axes, SEGMENT_FEATURES, distance, recency, scaled};
use proptest::prelude::*;

fn guest(visits: u32, last_open_day: i32, gaps: &[i32], cups: &[(&str, i64)]) -> Features {
    Features {
        visits,
        last_open_day,
        gaps: gaps.to_vec(),
        cups_milli: cups.iter().map(|(_, milli)| *milli).sum(),
        cups_by_category: cups.iter().map(|(id, milli)| (CategoryId::new(id), *milli)).collect(),
        ..Features::default()
    }
}

fn on(number: i32) -> ShopDay {
    ShopDay { day: BusinessDay(20_000), number }
}

fn bundle(model: &SegmentModel) -> Bundle {
    Bundle {
        v: 1,
        issuer: "local:1".into(),
        release: 1,
        made: Moment(0),
        not_after: Moment(1),
        products: Vec::new(),
        segments: Some(model.clone()),
        value: None,
        tastes: None,
        response: None,
        game: None,
    }
}

/// The customer's segment with these clusters, or by rules alone.
fn assign(features: &Features, open_day: i32, model: Option<&SegmentModel>, previous: &str) -> String {
    segment::assign(features, on(open_day), model.map(bundle).as_ref(), previous)
}

fn vector(features: &Features, categories: &[CategoryId], open_day: i32) -> Vec<f64> {
    segment::vector(features, Axes { categories, value: None }, on(open_day))
}

/// Two clusters on the frequency axis, everything else ignored by a huge deviation.
fn two_clusters() -> SegmentModel {
    let deviation = vec![1e12, 1.0, 1e12, 1e12];
    let cluster = |name: &str, at: f64| {
        let centre = vec![0.0, at, 0.0, 0.0];
        Cluster { name: name.into(), centre, radius: 1.5 }
    };
    SegmentModel {
        categories: vec![],
        with_value: false,
        mean: vec![0.0; SEGMENT_FEATURES.len() + 1],
        deviation,
        clusters: vec![cluster("rare", 1.0), cluster("frequent", 2.95)],
    }
}

/// A guest whose frequency feature is close to `ln(1 + visits)`: so many visits within 30 open days.
fn with_frequency(visits: i32) -> Features {
    guest(u32::try_from(visits).unwrap(), 100, &vec![1; usize::try_from(visits - 1).unwrap()], &[])
}

#[test]
fn rules_come_before_clusters() {
    let model = two_clusters();
    let table: [(&str, Features, i32, &str); 9] = [
        ("nothing known", Features::default(), 100, "new"),
        ("two visits, long ago", guest(2, 1, &[1], &[]), 100, "new"),
        ("back after two days", guest(3, 98, &[1, 1], &[]), 100, "frequent|rare"),
        ("three days away with gaps of one", guest(3, 97, &[1, 1], &[]), 100, "cooling"),
        ("three days away with gaps of three", guest(3, 97, &[3, 3], &[]), 100, "frequent|rare"),
        ("twelve days away with one gap of twelve in two", guest(3, 88, &[1, 12], &[]), 100, "frequent|rare"),
        ("seen tomorrow, says a clock", guest(3, 101, &[1, 1], &[]), 100, "frequent|rare"),
        ("visits but no gaps kept", guest(3, 1, &[], &[]), 100, "frequent|rare"),
        (
            "at the edge of numbers",
            guest(u32::MAX, i32::MIN, &[i32::MIN, i32::MAX], &[]),
            i32::MAX,
            "unusual|rare|cooling",
        ),
    ];
    for (case, features, open_day, expected) in table {
        let segment = assign(&features, open_day, Some(&model), "");
        assert!(expected.split('|').any(|name| name == segment), "{case}: {segment}, not {expected}");
        let without = assign(&features, open_day, None, "");
        assert!(["new", "cooling", "regular"].contains(&without.as_str()), "{case}: {without}");
    }
}

#[test]
fn the_95th_percentile_of_the_own_gaps_is_a_nearest_rank() {
    // 20 gaps: the 19th smallest counts, so one long gap does not hide cooling; of 19 gaps the longest counts.
    let mut gaps = vec![2; 19];
    gaps.push(40);
    assert_eq!(assign(&guest(21, 60, &gaps, &[]), 63, None, ""), "cooling");
    assert_eq!(assign(&guest(20, 60, &gaps[1..], &[]), 63, None, ""), "regular");
    assert_eq!(assign(&guest(20, 60, &gaps[1..], &[]), 101, None, ""), "cooling");
}

#[test]
fn the_vector_of_a_small_history_is_as_computed_by_hand() {
    let features =
        guest(4, 95, &[10, 20, 27], &[("coffee", 4_000), ("tea", 1_000), ("syrup", -500), ("cake", 3_000)]);
    let categories = [CategoryId::new("coffee"), CategoryId::new("milk"), CategoryId::new("tea")];
    let point = vector(&features, &categories, 98);
    // Recency 3; 4 visits in 57 + 3 + 1 = 61 open days; 7.5 cups in 4 visits; shares of 8: 4, 0, 1, rest 3.
    let expected = [
        4f64.ln(),
        (1.0 + 120.0 / 61.0f64).ln(),
        2.875f64.ln(),
        0.5f64.sqrt(),
        0.0,
        0.125f64.sqrt(),
        0.375f64.sqrt(),
    ];
    assert_eq!(point.len(), expected.len());
    for (index, (got, want)) in point.iter().zip(expected).enumerate() {
        assert!((got - want).abs() < 1e-12, "feature {index} is {got}, not {want}");
    }
}

#[test]
fn three_visits_in_three_days_are_not_thirty_a_month() {
    let point = vector(&guest(3, 100, &[1, 1], &[]), &[], 100);
    assert!((point[1] - 4f64.ln()).abs() < 1e-12, "three visits in a window of 30 days");
}

#[test]
fn a_tie_goes_to_the_lower_index() {
    let mut model = two_clusters();
    for cluster in &mut model.clusters {
        cluster.radius = 1e9;
        cluster.centre[1] = 2.0;
    }
    assert_eq!(assign(&with_frequency(10), 100, Some(&model), ""), "rare");
    model.clusters.reverse();
    assert_eq!(assign(&with_frequency(10), 100, Some(&model), ""), "frequent");
}

#[test]
fn a_customer_leaves_a_cluster_only_past_the_margin() {
    // ln(1 + 6) is 0.95 from rare and 1.00 from frequent: nobody moves. ln(1 + 7) is 1.08 and 0.87: they do.
    let model = two_clusters();
    let at = |visits| vector(&with_frequency(visits), &[], 100)[1];
    let table = [(6, "rare"), (7, "frequent")];
    for (visits, nearest) in table {
        let x: f64 = at(visits);
        let (to_rare, to_frequent) = ((x - 1.0).abs(), (x - 2.95).abs());
        assert_eq!(assign(&with_frequency(visits), 100, Some(&model), ""), nearest, "{visits} visits at {x}");
        for (previous, own, other) in [("rare", to_rare, to_frequent), ("frequent", to_frequent, to_rare)] {
            let expected = if other < 0.9 * own { nearest } else { previous };
            assert_eq!(
                assign(&with_frequency(visits), 100, Some(&model), previous),
                expected,
                "{visits} from {previous}"
            );
        }
    }
    assert_eq!(assign(&with_frequency(6), 100, Some(&model), "frequent"), "frequent");
    assert_eq!(assign(&with_frequency(7), 100, Some(&model), "rare"), "frequent");
}

#[test]
fn farther_than_the_radius_is_unusual_and_the_previous_cluster_does_not_hold() {
    let mut model = two_clusters();
    model.clusters[1].radius = 0.01;
    assert_eq!(assign(&with_frequency(30), 100, Some(&model), ""), "unusual");
    assert_eq!(assign(&with_frequency(30), 100, Some(&model), "frequent"), "unusual");
}

#[test]
fn a_broken_model_counts_as_none() {
    let break_it: [fn(&mut SegmentModel); 6] = [
        |m| m.clusters.clear(),
        |m| m.mean.truncate(1),
        |m| m.deviation[0] = 0.0,
        |m| m.clusters[0].centre[0] = f64::NAN,
        |m| m.clusters[1].radius = -1.0,
        |m| m.categories.push(CategoryId::new("one too many")),
    ];
    for (index, damage) in break_it.into_iter().enumerate() {
        let mut model = two_clusters();
        damage(&mut model);
        assert_eq!(assign(&with_frequency(9), 100, Some(&model), "rare"), "regular", "damage {index}");
        assert!(model.check().is_err());
    }
}

fn any_features() -> impl Strategy<Value = Features> {
    let cups = prop::collection::btree_map("[a-d]", any::<i64>(), 0..5);
    (any::<u32>(), any::<i32>(), prop::collection::vec(any::<i32>(), 0..40), any::<i64>(), cups).prop_map(
        |(visits, last_open_day, gaps, cups_milli, cups)| Features {
            visits,
            last_open_day,
            gaps,
            cups_milli,
            cups_by_category: cups.into_iter().map(|(id, milli)| (CategoryId::new(id), milli)).collect(),
            ..Features::default()
        },
    )
}

proptest! {
    #[test]
    fn any_features_have_a_finite_vector_and_a_segment(features in any_features(), open_day in any::<i32>()) {
        let categories = [CategoryId::new("a"), CategoryId::new("c")];
        let point = vector(&features, &categories, open_day);
        prop_assert_eq!(point.len(), 6);
        prop_assert!(point.iter().all(|x| x.is_finite() && *x >= 0.0), "{:?}", point);
        prop_assert!(recency(&features, open_day) >= 0);
        let segment = assign(&features, open_day, Some(&two_clusters()), "frequent");
        prop_assert!(["new", "cooling", "rare", "frequent", "unusual"].contains(&segment.as_str()));
    }

    #[test]
    fn spend_shares_do_not_depend_on_the_amount(milli in prop::collection::vec(1i64..1_000_000, 3), times in 1i64..1_000) {
        let ids = ["a", "b", "c"];
        let cups: Vec<(&str, i64)> = ids.into_iter().zip(milli.iter().copied()).collect();
        let more: Vec<(&str, i64)> = cups.iter().map(|(id, m)| (*id, m * times)).collect();
        let categories = [CategoryId::new("a"), CategoryId::new("b")];
        let (small, large) = (guest(3, 1, &[1, 1], &cups), guest(3, 1, &[1, 1], &more));
        let (small, large) = (vector(&small, &categories, 1), vector(&large, &categories, 1));
        prop_assert!(distance(&small[3..], &large[3..]) < 1e-9);
        prop_assert!((small[3..].iter().map(|x| x * x).sum::<f64>() - 1.0).abs() < 1e-9, "shares sum to one");
    }

    #[test]
    fn who_is_nearest_does_not_depend_on_the_unit_of_the_scaled_space(
        visits in 3i32..31, power in -20i32..20, previous in prop::sample::select(vec!["", "rare", "frequent"]),
    ) {
        // A power of two scales every distance exactly, so even ties stay ties.
        let unit = 2f64.powi(power);
        let model = two_clusters();
        let mut other = model.clone();
        other.deviation.iter_mut().for_each(|spread| *spread /= unit);
        for cluster in &mut other.clusters {
            cluster.centre.iter_mut().for_each(|x| *x *= unit);
            cluster.radius *= unit;
        }
        let features = with_frequency(visits);
        prop_assert_eq!(assign(&features, 100, Some(&model), previous), assign(&features, 100, Some(&other), previous));
    }

    #[test]
    fn a_segment_once_assigned_stays_while_nothing_changes(features in any_features(), open_day in any::<i32>(), previous in "[a-z]{0,9}") {
        let model = two_clusters();
        let once = assign(&features, open_day, Some(&model), &previous);
        prop_assert_eq!(assign(&features, open_day, Some(&model), &once), once);
    }

    #[test]
    fn scaling_is_undone_by_its_inverse(point in prop::collection::vec(-1e3f64..1e3, 4)) {
        let mut model = two_clusters();
        model.mean = vec![1.0, -2.0, 0.5, 7.0];
        model.deviation = vec![2.0, 0.5, 4.0, 8.0];
        let back: Vec<f64> = scaled(&model, &point).iter().zip(&model.mean).zip(&model.deviation).map(|((x, m), s)| x * s + m).collect();
        prop_assert!(distance(&point, &back) < 1e-9);
    }
}
