//! The game at the counter: one arm for one epoch, weights that a later log can be judged by, rests and
//! limits that hold, a gate that refuses, decisions that are the same on every machine.

use kava::facts::arm::{Arm, Timing};
use kava::facts::id::{ArmId, CategoryId, CounterId, OfferId};
use kava::facts::menu::hex_digest;
use kava::facts::models::{Bundle, EXPLOIT_MAX, GameModel, Level};
use kava::facts::moment::{BusinessDay, Moment};
use kava::facts::offer::{Card, Offer, Reason, Scope};
use kava::facts::policy::Policy;
use kava::learn::evaluate::estimate::Judge;
use kava::learn::evaluate::gate::{Bar, Candidate, Spent, judge};
use kava::learn::evaluate::log::Plan;
use kava::learn::evaluate::sequence::ALPHA;
use kava::learn::game::{PERSONAL, SEGMENT, UNIFORM, alpha_of, exploit};
use kava::steps::game::State;
use kava::steps::offer::{PastArm, Situation, draw, learned, next_card};
use kava::testing::random::Random;
use kava::testing::sabotage::Sabotage;
use kava::testing::short_town::{BEST, Effects, Plot, ShortTown};
use kava::testing::solved::{bundle, policy, response, situation};
use std::collections::BTreeMap;

#[test]
fn weights_sum_to_one_and_every_drawn_arm_has_its_floor() {
    let policy = policy();
    for level in [Level::Uniform, Level::Segment, Level::Personal] {
        let bundle = bundle(level);
        bundle.check().unwrap();
        for customer in 0..500 {
            let drawn = draw(&situation(customer), &policy, Some(&bundle));
            assert_eq!(drawn.probabilities_bp.values().sum::<i64>(), 10_000, "{customer}");
            assert!(drawn.probabilities_bp.values().all(|p| *p >= 200), "{drawn:?}");
            assert!(drawn.probabilities_bp.contains_key(&drawn.arm), "{drawn:?}");
            assert_eq!(drawn.spoke.as_deref(), Some(level.code()));
            let best = drawn.values_milli.iter().max_by_key(|(_, value)| **value).unwrap().0;
            assert_eq!(drawn.probabilities_bp[best], *drawn.probabilities_bp.values().max().unwrap());
        }
    }
}

#[test]
fn a_guest_sees_three_to_five_cards_with_the_next_visits() {
    let policy = policy();
    for customer in 0..200 {
        let situation = situation(customer);
        let drawn = draw(&situation, &policy, None);
        let cards = drawn.offers.len() + usize::from(next_card(&situation, &drawn, &policy).is_some());
        assert!((3..=5).contains(&cards), "{customer}: {cards} of {}", drawn.arm);
    }
}

#[test]
fn the_starting_lot_gives_away_no_more_than_exploring_may_cost() {
    let policy = Policy::default();
    policy.check().unwrap();
    for status in &policy.statuses {
        let beyond_bp = |arm: &Arm| {
            let steps = arm.steps_on_usual(Timing::Now).max(arm.steps_on_usual(Timing::Next));
            policy.rungs_above(status.base_bp, steps) - status.base_bp
        };
        // As if nobody came more often for it: every visit has the best card of the guest's template.
        let given: i64 = policy.arms.iter().map(|arm| arm.probability_bp * beyond_bp(arm)).sum();
        assert!(given <= 10_000 * 30, "{} gives {given} in 10000 basis points, 0.3 % may be", status.name);
        assert!(given > 0, "a lot without a difference teaches nothing");
    }
}

#[test]
fn without_a_game_or_with_one_of_other_arms_the_ladder_serves() {
    let policy = policy();
    let ladder: Vec<i64> = policy.arms.iter().map(|arm| arm.probability_bp).collect();
    let mut other = bundle(Level::Uniform);
    other.game.as_mut().unwrap().experiment = "another".into();
    for bundle in [None, Some(&other)] {
        let drawn = draw(&situation(1), &policy, bundle);
        let drawn: Vec<i64> = policy.arms.iter().map(|arm| drawn.probabilities_bp[&arm.id]).collect();
        assert_eq!(drawn, ladder);
    }
}

#[test]
fn a_deep_arm_rests_and_a_guest_is_won_back_once_in_a_quarter() {
    let (policy, bundle) = (policy(), bundle(Level::Segment));
    let deep = policy.arms.iter().find(|arm| arm.generosity() >= learned::DEEP).unwrap().id.clone();
    let past = |arm: &str, days: i32, segment: &str| PastArm {
        from: BusinessDay(20_514 - days),
        arm: ArmId::new(arm),
        segment: segment.into(),
    };
    let feasible = |past_arms: Vec<PastArm>, segment: &str| {
        let situation = Situation { past_arms, segment: segment.into(), ..situation(3) };
        learned::weigh(&situation, &policy, &bundle).unwrap().probabilities_bp
    };
    assert!(feasible(Vec::new(), "cooling").contains_key(&deep));
    assert!(!feasible(vec![past(deep.as_str(), 28, "regular")], "cooling").contains_key(&deep));
    let again = feasible(vec![past("quiet", 28, "cooling")], "cooling");
    let generosity = |id: &ArmId| policy.arms.iter().find(|arm| arm.id == *id).unwrap().generosity();
    assert!(again.keys().all(|arm| generosity(arm) == 0), "one win-back in a quarter: {again:?}");
    let later = feasible(vec![past("quiet", 92, "cooling")], "cooling");
    assert!(
        later.keys().any(|arm| generosity(arm) > 0),
        "a quarter later there is another chance: {later:?}"
    );
}

#[test]
fn what_the_floor_would_cut_is_not_proposed() {
    let (policy, bundle) = (policy(), bundle(Level::Uniform));
    let mut thin = situation(4);
    thin.likely.as_mut().unwrap().deepest_bp = policy.status(thin.reading.visits).base_bp;
    let weighed = learned::weigh(&thin, &policy, &bundle).unwrap();
    for arm in
        policy.arms.iter().filter(|arm| arm.id.as_str().contains("high") || arm.id.as_str() == "favourite")
    {
        assert!(!weighed.probabilities_bp.contains_key(&arm.id), "{}", arm.id);
    }
}

#[test]
fn the_named_factor_moves_the_result() {
    let (policy, bundle) = (policy(), bundle(Level::Segment));
    let named = (0..500).find_map(|customer| {
        let situation = situation(customer);
        let drawn = draw(&situation, &policy, Some(&bundle));
        let card = drawn.offers.iter().find(|offer| offer.reason.code() == "favourite_category")?.clone();
        Some((situation, card))
    });
    let (situation, card) = named.unwrap();
    assert_eq!(card.scope, Scope::Category(CategoryId::new("coffee")));
    let other = Situation { favourite: Some(CategoryId::new("tea")), ..situation.clone() };
    let moved = draw(&other, &policy, Some(&bundle));
    let moved = moved.offers.iter().find(|offer| offer.reason == card.reason).unwrap();
    assert_eq!(moved.scope, Scope::Category(CategoryId::new("tea")), "the reason names what decided");
    let nothing = Situation { favourite: None, ..situation };
    let without = draw(&nothing, &policy, Some(&bundle));
    assert!(without.offers.iter().all(|offer| offer.reason != card.reason));
}

#[test]
fn while_the_menu_moves_the_trees_are_not_heard() {
    let (policy, mut bundle) = (policy(), bundle(Level::Personal));
    bundle.response = Some(response());
    bundle.check().unwrap();
    let tries_nothing = |menu_moved: bool| {
        let situation = Situation { menu_moved, ..situation(7) };
        let weighed = learned::weigh(&situation, &policy, &bundle).unwrap();
        weighed.probabilities_bp.contains_key(&ArmId::new("quiet"))
    };
    assert!(!tries_nothing(false), "the trees say much of depth, so no discount is not worth trying");
    assert!(tries_nothing(true), "the means hardly tell depths apart, so it is");
}

#[test]
fn later_visits_are_worth_more_with_habit_and_less_with_memory() {
    let bundle = bundle(Level::Personal);
    let game = bundle.game.unwrap();
    let regular = &game.segments["regular"];
    let at = |memory_bp, habit_milli| {
        kava::steps::game::value(&game, regular, State { memory_bp, habit_milli, stamps: 0 })
    };
    for pair in game.habits_milli.windows(2) {
        assert!(at(0, pair[0]) < at(0, pair[1]));
    }
    for pair in game.memories_bp.windows(2) {
        assert!(at(pair[1], 2_500) <= at(pair[0], 2_500) + 1e-6);
    }
}

#[test]
fn a_game_that_pays_for_staying_away_is_refused() {
    let policy = policy();
    let situations: Vec<Situation> = (0..300).map(situation).collect();
    let all: Vec<&Situation> = situations.iter().collect();
    let fair = exploit::search(&all, &policy, Some(&bundle(Level::Uniform)), 5_000.0);
    // A deep card for the next visit is earned by a trifle, used at once, and the trifle given back.
    assert_eq!(fair.way, exploit::Way::Refunding, "{fair:?}");
    assert!(fair.upper > EXPLOIT_MAX && fair.gain <= 0.05, "{fair:?}");
    assert!(fair.price_upper > fair.price && fair.price > 0.0, "{fair:?}");
    let mut greedy = bundle(Level::Segment);
    greedy.game.as_mut().unwrap().exploit = (0.05, 0.06);
    assert!(greedy.check().unwrap_err().contains("exploit"), "a bundle that can be played is not used");
}

#[test]
fn under_the_starting_arms_no_way_to_play_gains_more_than_may_be() {
    let policy = Policy { holdout: Vec::new(), ..Policy::default() };
    let mut played = bundle(Level::Uniform);
    let game = played.game.as_mut().unwrap();
    game.experiment.clone_from(&policy.experiment);
    // The deepest card for the next visit is what the game likes best.
    let worth = |arm: &Arm| if arm.id.as_str() == "next-visit" { 1_030.0 } else { 1_000.0 };
    game.arms = policy.arms.iter().map(|arm| (arm.id.clone(), worth(arm))).collect();
    let situations: Vec<Situation> = (0..300).map(situation).collect();
    let all: Vec<&Situation> = situations.iter().collect();
    let best = exploit::search(&all, &policy, Some(&played), 5_000.0);
    assert!(best.upper <= EXPLOIT_MAX && best.gain > 0.0, "{best:?}");
}

#[test]
fn who_has_a_card_in_the_pocket_gains_nothing_by_a_second_receipt() {
    let policy = policy();
    let with_card = |customer| {
        let mut guest = situation(customer);
        let deepest = policy.rung(policy.status(guest.reading.visits).base_bp + policy.personal_spread_bp);
        let offer = Offer {
            id: OfferId::new("kept.next"),
            scope: Scope::Basket,
            depth_bp: deepest,
            from: Moment(0),
            until: Moment(i64::MAX),
            reason: Reason::NextVisit,
        };
        let (customer, arm) = (guest.customer.clone(), ArmId::new("quiet"));
        let decided_by = CounterId::new("till");
        guest.cards.push(Card { offer, customer, arm, bundle: None, decided_by });
        guest
    };
    let situations: Vec<Situation> = (0..200).map(with_card).collect();
    let all: Vec<&Situation> = situations.iter().collect();
    let best = exploit::search(&all, &policy, Some(&bundle(Level::Uniform)), 5_000.0);
    assert!(
        !matches!(best.way, exploit::Way::Refunding | exploit::Way::Splitting) || best.gain <= 0.0,
        "{best:?}"
    );
}

#[test]
fn a_number_that_is_none_is_refused_wherever_it_stands() {
    type Spoil = fn(&mut GameModel);
    let spoils: [Spoil; 7] = [
        |game| game.discount = f64::NAN,
        |game| game.steepness = f64::INFINITY,
        |game| game.lease = f64::NAN,
        |game| *game.arms.values_mut().next().unwrap() = f64::NAN,
        |game| game.segments.get_mut("regular").unwrap().values[3] = f64::NAN,
        |game| game.segments.get_mut("regular").unwrap().follower.beta = f64::NAN,
        |game| game.exploit.1 = f64::NAN,
    ];
    for (index, spoil) in spoils.into_iter().enumerate() {
        let mut bundle = bundle(Level::Segment);
        spoil(bundle.game.as_mut().unwrap());
        assert!(bundle.check().is_err(), "spoil {index}");
    }
}

#[test]
fn sabotaged_logs_are_refused_and_an_honest_gain_is_accepted() {
    for (number, sabotage) in (1u64..).zip(Sabotage::ALL) {
        let plot =
            Plot { seed: number, guests: 2_000, epochs: 2, epoch_days: 28, effects: sabotage.effects() };
        let town = ShortTown::new(&plot);
        let (log, arm, trained_until) = sabotage.spoil(&town, &mut Random::new(number));
        let (plan, over) = (Plan::always(&log, arm), Plan::logged(&log));
        let candidate = Candidate {
            plan: &plan,
            over: &over,
            trained_until,
            spent: Spent::default(),
            alpha: ALPHA,
            bar: Bar::Superior,
        };
        let verdict = judge(&Judge::new(&log), &candidate);
        assert!(!verdict.accepted, "{sabotage:?}, seed {number}: {verdict:?}");
    }
    let plot = Plot { seed: 9, guests: 2_000, epochs: 2, epoch_days: 28, effects: Effects::Best(0.15) };
    let town = ShortTown::new(&plot);
    let (plan, over) = (Plan::always(&town.log, BEST), Plan::logged(&town.log));
    let (spent, alpha, bar) = (Spent::default(), ALPHA, Bar::Superior);
    let candidate = Candidate { plan: &plan, over: &over, trained_until: 0, spent, alpha, bar };
    let verdict = judge(&Judge::new(&town.log), &candidate);
    assert!(verdict.accepted, "{verdict:?}");
}

#[test]
fn a_rare_arm_is_worth_what_it_is_worth() {
    let plot = Plot { seed: 12, guests: 2_000, epochs: 2, epoch_days: 28, effects: Effects::Best(0.15) };
    let town = ShortTown::new(&plot);
    let plan = Plan::always(&town.log, BEST);
    let truth =
        town.truth(|_| (0..town.log.arms.len()).map(|arm| f64::from(u8::from(arm == BEST))).collect());
    let worth = Judge::new(&town.log).worth(&plan);
    for (name, seen) in [("ips", worth.ips), ("snips", worth.snips), ("dr", worth.dr)] {
        assert!((seen.mean - truth).abs() < 4.0 * seen.error, "{name}: {seen:?}, truth {truth}");
        assert!(seen.error < 0.1 * truth, "{name}: {seen:?}");
    }
}

#[test]
fn noise_is_no_gain_and_the_three_questions_share_one_alpha() {
    let parts: f64 = [PERSONAL, SEGMENT, UNIFORM].into_iter().map(alpha_of).sum();
    assert!((parts - ALPHA).abs() < 1e-12, "{parts}");
    let mut codes = BTreeMap::new();
    for seed in 1..=20 {
        let plot = Plot { seed, guests: 240, epochs: 3, epoch_days: 28, effects: Effects::None };
        let mut town = ShortTown::new(&plot);
        // So many segments that none is judged by itself: only the bound of the gain stands between.
        town.log.segments = (0..12).map(|name| format!("segment {name}")).collect();
        town.log.rows.iter_mut().for_each(|row| row.segment = usize::try_from(row.customer % 12).unwrap());
        let (plan, over) = (Plan::always(&town.log, BEST), Plan::logged(&town.log));
        let (spent, alpha, bar) = (Spent::default(), alpha_of(UNIFORM), Bar::Superior);
        let candidate = Candidate { plan: &plan, over: &over, trained_until: 0, spent, alpha, bar };
        *codes.entry(judge(&Judge::new(&town.log), &candidate).code).or_insert(0) += 1;
    }
    assert!(codes.get("not_shown").is_some_and(|shown| *shown >= 15), "{codes:?}");
    assert!(!codes.contains_key("accepted"), "{codes:?}");
}

/// Draws of many guests at every level as one digest each: the same in debug and release, and under every
/// CPU baseline (`docs/learning.md` says how). `KAVA_GOLDEN=write` writes the file anew.
#[test]
fn decisions_are_the_golden_ones() {
    let policy = policy();
    let mut found = BTreeMap::new();
    for level in [Level::Uniform, Level::Segment, Level::Personal] {
        let bundle = bundle(level);
        let game = serde_json::to_string(&bundle.game).unwrap();
        found.insert(format!("{}_game", level.code()), hex_digest(game.as_bytes()).to_string());
        let draws: String = (0..400)
            .map(|customer| {
                serde_json::to_string(&draw(&situation(customer), &policy, Some(&bundle))).unwrap()
            })
            .collect();
        found.insert(format!("{}_draws", level.code()), hex_digest(draws.as_bytes()).to_string());
        let first = draw(&situation(0), &policy, Some(&bundle));
        found.insert(format!("{}_first", level.code()), serde_json::to_string(&first).unwrap());
    }
    let heard = Bundle { response: Some(response()), ..bundle(Level::Personal) };
    for (name, menu_moved) in [("with_response", false), ("with_means", true)] {
        let draws: String = (0..400)
            .map(|customer| Situation { menu_moved, ..situation(customer) })
            .map(|situation| serde_json::to_string(&draw(&situation, &policy, Some(&heard))).unwrap())
            .collect();
        found.insert(format!("personal_{name}_draws"), hex_digest(draws.as_bytes()).to_string());
    }
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden/decisions.json");
    if std::env::var("KAVA_GOLDEN").is_ok_and(|word| word == "write") {
        std::fs::write(&path, serde_json::to_string_pretty(&found).unwrap() + "\n").unwrap();
    }
    let kept: BTreeMap<String, String> =
        serde_json::from_str(&std::fs::read_to_string(&path).unwrap()).unwrap();
    assert_eq!(found, kept);
}
