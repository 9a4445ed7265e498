//! A solved game with made-up values, and guests to ask it about: the same everywhere and every time.

use super::random::Random;
use super::short_town;
use crate::facts::id::{ArmId, CategoryId, CustomerId, Sku, VisitId};
use crate::facts::models::{
    Branch, Bundle, Cell, Curve, Follower, Forest, GameModel, Level, Prior, ResponseModel, SegmentGame, Step,
    Tree,
};
use crate::facts::moment::{BusinessDay, Moment};
use crate::facts::money::Money;
use crate::facts::policy::Policy;
use crate::learn::game::solve;
use crate::steps::features::Reading;
use crate::steps::offer::likely::Likely;
use crate::steps::offer::{Situation, Strategy};
use std::collections::BTreeMap;

/// A policy of seven templates without holdout.
#[must_use]
pub fn policy() -> Policy {
    Policy { holdout: Vec::new(), experiment: "menu-1".into(), arms: short_town::arms(), ..Policy::default() }
}

fn arms(values: &[f64]) -> BTreeMap<ArmId, f64> {
    policy().arms.iter().map(|arm| arm.id.clone()).zip(values.iter().copied()).collect()
}

fn segment(values: &[f64]) -> SegmentGame {
    let follower = Follower { alpha: -0.5, beta: 2.0, kappa: 2.0, eta: 0.0, psi: 0.5 };
    SegmentGame { follower, values: Vec::new(), arms: arms(values) }
}

/// A bundle with nothing but a solved game that decides at this level.
#[must_use]
pub fn bundle(level: Level) -> Bundle {
    let everybody = [1_000.0, 1_020.0, 1_010.0, 1_005.0, 1_030.0, 1_015.0, 990.0];
    let cooling = [1_000.0, 1_020.0, 1_080.0, 1_005.0, 1_030.0, 1_015.0, 990.0];
    let mut game = GameModel {
        experiment: policy().experiment,
        level,
        step_days: 28,
        discount: 0.95,
        memory_decay: 0.5,
        budget_price: 0.0,
        steepness: 0.5,
        floor_bp: 200,
        lease: 20.0,
        memories_bp: policy().ladder_bp,
        habits_milli: vec![0, 1_000, 2_500, 5_000, 10_000],
        stamps: 1,
        arms: arms(&everybody),
        segments: BTreeMap::new(),
        exploit: (0.0, 0.0),
    };
    let takings = solve::Takings {
        contribution: vec![300.0, 600.0, 1_200.0, 2_000.0, 4_000.0],
        list: vec![600.0, 1_200.0, 2_400.0, 4_000.0, 8_000.0],
        mean_depth: 0.06,
    };
    for (name, values) in [("regular", everybody), ("cooling", cooling), ("new", everybody)] {
        let mut own = segment(&values);
        solve::solve(&game, &mut own, &takings, &[500, 700, 1_000, 1_200]);
        game.segments.insert(name.into(), own);
    }
    Bundle {
        v: 1,
        issuer: "local:1".into(),
        release: 1,
        made: Moment(0),
        not_after: Moment(i64::MAX),
        products: Vec::new(),
        segments: None,
        value: None,
        tastes: None,
        response: None,
        game: Some(game),
    }
}

/// A guest who opens an epoch at nine in the morning; everything random follows from the number.
#[must_use]
pub fn situation(customer: u64) -> Situation {
    let mut random = Random::new(customer);
    let visits = u32::try_from(random.between(3, 60)).unwrap_or(3);
    Situation {
        visit: VisitId::new("v1"),
        customer: CustomerId::new(format!("guest-{customer}")),
        at: Moment(1_772_431_200_000),
        business_day: BusinessDay(20_514),
        day_ends: Moment(1_772_500_000_000),
        personal: true,
        segment: "regular".into(),
        reading: Reading {
            visits,
            recency_days: i32::try_from(random.between(1, 30)).unwrap_or(1),
            frequency_per_30d_milli: random.between(500, 20_000),
            aov_minor: random.between(300, 900),
            composition_bp: BTreeMap::from([(CategoryId::new("coffee"), 10_000)]),
            saved_minor: 0,
            clv_minor: 10_000,
            cadence_milli: Some(5_000),
        },
        epoch: 732,
        strategy: Strategy::Learned,
        favourite: Some(CategoryId::new("coffee")),
        novelty: Some(Sku::new("tea")),
        cards: Vec::new(),
        opened: Some(BusinessDay(20_514)),
        assigned: None,
        past_arms: Vec::new(),
        memory_bp: Some(random.between(0, 1_500)),
        likely: Some(Likely {
            list: Money(670),
            eligible: Money(670),
            favourite: Money(670),
            contribution: Money(450),
            tax_bp: 2_000,
            deepest_bp: 3_000,
            novelty: Money(300),
            novelty_deepest_bp: 3_000,
            cup: Money(600),
        }),
        menu_moved: false,
        promised: None,
    }
}

/// Response of regular guests: the means hardly tell depths apart, the trees do, from 8 % on and less for a guest
/// who remembers more than 3 %.
#[must_use]
pub fn response() -> ResponseModel {
    let curve = |leaves: [f64; 3]| {
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
    };
    let step = |depth_bp, p_return| Step {
        depth_bp,
        p_return,
        add_on: 20.0,
        p_return_error: 0.01,
        add_on_error: 2.0,
    };
    let cell = Cell { effective_n: 900.0, steps: vec![step(500, 0.50), step(1_000, 0.51)] };
    ResponseModel {
        horizon_days: 28,
        segments: vec!["regular".into()],
        returning: Some(curve([1.8, 0.3, 0.1])),
        adding: Some(curve([60.0, 30.0, 20.0])),
        cells: BTreeMap::from([("regular".to_owned(), cell.clone())]),
        shop: cell,
        prior: Prior::default(),
        n0: 100.0,
    }
}
