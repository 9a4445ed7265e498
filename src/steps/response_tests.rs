use super::*;
use crate::facts::models::{Branch, Forest, Tree};
use proptest::prelude::*;
use std::collections::BTreeMap;

const LADDER: [i64; 9] = [0, 500, 700, 1_000, 1_200, 1_500, 2_000, 2_500, 3_000];

fn guest() -> State {
    State {
        segment: "steady".into(),
        memory_bp: 600,
        visits: 12,
        recency_days: 4,
        frequency_per_30d_milli: 6_000,
        aov_minor: 350,
        cadence_milli: 5_000,
    }
}

fn step(depth_bp: i64, p_return: f64, add_on: f64) -> Step {
    Step { depth_bp, p_return, add_on, p_return_error: 0.01, add_on_error: 2.0 }
}

/// Depth at 8 %: deeper goes to a higher leaf; on its left memory at 3 %: more goes to a lower one.
fn curve(leaves: [f64; 3]) -> Curve {
    let branches = vec![
        Branch { feature: ResponseModel::DEPTH, threshold: 800.0, left: 1, right: -1 },
        Branch { feature: ResponseModel::MEMORY, threshold: 300.0, left: -2, right: -3 },
    ];
    let forest = Forest {
        features: 9,
        rising: vec![ResponseModel::DEPTH],
        falling: vec![ResponseModel::MEMORY],
        trees: vec![Tree { branches, leaves: leaves.to_vec() }],
    };
    Curve { forest, intercept: 0.1, slope: 0.9 }
}

fn model(effective_n: f64) -> ResponseModel {
    let cell = Cell { effective_n, steps: vec![step(500, 0.4, 10.0), step(1_000, 0.5, 30.0)] };
    ResponseModel {
        horizon_days: 28,
        segments: vec!["steady".into()],
        returning: Some(curve([0.8, 0.3, 0.1])),
        adding: Some(curve([60.0, 30.0, 20.0])),
        cells: BTreeMap::from([("steady".to_owned(), cell.clone())]),
        shop: Cell { effective_n: 4.0 * effective_n, ..cell },
        prior: Prior::default(),
        n0: 100.0,
    }
}

#[test]
fn without_a_model_the_prior_speaks_and_no_depth_adds_anything() {
    let none = estimate(None, &guest(), 0);
    let deep = estimate(None, &guest(), 3_000);
    assert_eq!((none.spoke, deep.spoke), (Spoke::Prior, Spoke::Prior));
    // Six visits in 30 days: 1 - e^(-6 * 28 / 30) = 0.9963, held at 0.98; then a memory of 6 %.
    let by_hand = 1.0 / (1.0 + (-((0.98f64 / 0.02).ln() - 0.5 * 0.06)).exp());
    assert!((none.p_return - by_hand).abs() < 1e-12, "{none:?}");
    assert!(deep.p_return > none.p_return && deep.p_return - none.p_return < 0.01, "{deep:?}");
    assert!(deep.add_on.abs() < f64::EPSILON);
}

#[test]
fn who_weighs_most_is_said() {
    for (effective_n, spoke) in
        [(0.0, Spoke::Prior), (5.0, Spoke::Prior), (60.0, Spoke::Segment), (900.0, Spoke::Model)]
    {
        let found = estimate(Some(&model(effective_n)), &guest(), 500);
        assert_eq!(found.spoke, spoke, "{effective_n} rows: {found:?}");
    }
    let stranger = State { segment: "unheard_of".into(), ..guest() };
    assert_eq!(estimate(Some(&model(900.0)), &stranger, 500).spoke, Spoke::Segment, "the shop's means");
}

#[test]
fn without_the_forests_the_means_speak() {
    let model = model(900.0);
    let found = estimate_by_means(Some(&model), &guest(), 1_000);
    assert_eq!(found.spoke, Spoke::Segment);
    // 900 of 1000 parts of what the segment says, the rest shop and prior: near 0.5, where the forest says more.
    assert!((found.p_return - 0.5).abs() < 0.02, "{found:?}");
    assert!((estimate(Some(&model), &guest(), 1_000).p_return - 0.5).abs() > 0.1);
    assert_eq!(estimate_by_means(None, &guest(), 1_000), estimate(None, &guest(), 1_000));
}

#[test]
fn voices_are_mixed_by_their_rows() {
    let model = model(100.0);
    let alone = estimate(None, &guest(), 750);
    // Between 500 and 750 and 1000 the means are in the middle; shop 400 rows, segment 100, n0 100.
    let shop = 0.2 * alone.p_return + 0.8 * 0.45;
    let segment = 0.5 * shop + 0.5 * 0.45;
    // Depth 750 goes left, memory 600 right: the leaf is 0.1.
    let forest = 1.0 / (1.0 + (-(0.1f64 + 0.9 * 0.1)).exp());
    let found = estimate(Some(&model), &guest(), 750);
    assert!((found.p_return - (0.5 * segment + 0.5 * forest)).abs() < 1e-12, "{found:?}");
    assert!(
        (found.add_on - (0.5 * (0.5 * 0.8 * 20.0 + 0.5 * 20.0) + 0.5 * (0.1 + 0.9 * 20.0))).abs() < 1e-12
    );
}

type Spoil = fn(&mut ResponseModel);

#[test]
fn a_model_that_turns_the_order_round_is_refused() {
    assert_eq!(model(100.0).check(), Ok(()));
    let spoilt: [(&str, Spoil); 9] = [
        ("falls in feature 0", |m| m.returning = Some(curve([0.2, 0.3, 0.1]))),
        ("rises in feature 1", |m| m.adding = Some(curve([60.0, 20.0, 30.0]))),
        ("promises no order", |m| m.returning.as_mut().unwrap().forest.rising.clear()),
        ("not finite or falls", |m| m.returning.as_mut().unwrap().slope = -0.1),
        ("9 features", |m| m.adding.as_mut().unwrap().forest.features = 3),
        ("fall with depth", |m| m.shop.steps[1].p_return = 0.3),
        ("shares", |m| m.shop.steps[1].p_return = 1.5),
        ("effective number", |m| m.shop.effective_n = f64::NAN),
        ("out of range", |m| m.n0 = 0.0),
    ];
    for (expected, spoil) in spoilt {
        let mut model = model(100.0);
        spoil(&mut model);
        let why = model.check().unwrap_err();
        assert!(why.contains(expected), "{expected}: {why}");
        // Even so the counter gets an answer.
        assert!(estimate(Some(&model), &guest(), 1_000).p_return < 2.0, "{expected}");
    }
}

proptest! {
    #[test]
    fn nothing_falls_with_depth_or_rises_with_memory(
        visits in 0u32..400, recency in -5i32..900, rate in 0i64..60_000, cadence in 0i64..90_000,
        memory in prop::collection::vec(0i64..4_000, 2), effective_n in 0.0f64..2_000.0, named in any::<bool>(),
    ) {
        let segment = if named { "steady" } else { "unheard_of" };
        let at = |memory_bp| State {
            segment: segment.into(), memory_bp, visits, recency_days: recency,
            frequency_per_30d_milli: rate, aov_minor: 300, cadence_milli: cadence,
        };
        let full = model(effective_n);
        for model in [None, Some(&full)] {
            let (low, high) = (memory[0].min(memory[1]), memory[0].max(memory[1]));
            let (low, high) = (sweep(model, &at(low), &LADDER), sweep(model, &at(high), &LADDER));
            for pair in low.windows(2).chain(high.windows(2)) {
                prop_assert!(pair[0].p_return <= pair[1].p_return && pair[0].add_on <= pair[1].add_on);
            }
            for (low, high) in low.iter().zip(&high) {
                prop_assert!(low.p_return >= high.p_return && low.add_on >= high.add_on);
            }
            for found in low.iter().chain(&high) {
                prop_assert!((0.0..=1.0).contains(&found.p_return) && found.standard_error.is_finite());
            }
        }
    }
}
