//! Tastes of guests whose habits are known because a seed made them.

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use kava::facts::basket::Quantity;
use kava::facts::id::{CategoryId, Sku};
use kava::facts::menu::{Menu, Product, Role};
use kava::facts::models::{ScoreCurve, TasteModel, TasteRule};
use kava::facts::money::Money;
use kava::learn::sample::generator;
use kava::learn::tastes::history::{History, Telling, Told};
use kava::learn::tastes::{FittedTastes, fit, isotonic};
use kava::steps::offer::novelty;
use kava::steps::taste::worth::gain;
use kava::steps::taste::{Around, PastLine, Popularity, Taste, of};
use proptest::prelude::*;
use rand::Rng;

const PRODUCTS: u16 = 24;

fn sku(number: u16) -> Sku {
    Sku::new(format!("p{number:02}"))
}

fn skus() -> Vec<Sku> {
    (0..PRODUCTS).map(sku).collect()
}

/// Guests of three circles, each with eight products of its own that its guests take by turns; 0 and 1 stand
/// together on most receipts of the first circle.
fn town(seed: u64, guests: u32) -> History {
    let mut rng = generator(seed, 5);
    let mut telling = Telling::new(skus());
    for guest in 0..guests {
        let circle = u16::try_from(guest % 3).unwrap();
        let loved = circle * 8 + rng.gen_range(0..8);
        for visit in 0..rng.gen_range(4..30i32) {
            let first = if rng.gen_bool(0.6) { loved } else { circle * 8 + rng.gen_range(0..8) };
            let mut products = vec![first];
            if rng.gen_bool(0.05) {
                products.push(rng.gen_range(0..PRODUCTS));
            }
            if first == 0 && rng.gen_bool(0.8) {
                products.push(1);
            }
            let day = (visit * 7 + i32::try_from(guest % 7).unwrap()) % 200;
            telling.add(&Told { guest: Some(guest), at: i64::from(day), day, products: &products });
        }
    }
    telling.end()
}

fn learned(history: &History) -> FittedTastes {
    fit(history, 1, &mut |_, _, _| {})
}

fn product(number: u16, price: i64, cost: i64) -> Product {
    Product {
        sku: sku(number),
        name: format!("Product {number}"),
        category: CategoryId::new("all"),
        variant_of: None,
        role: Role::Item,
        price: Money(price),
        cost: Some(Money(cost)),
        cost_day: None,
        tax_bp: 0,
        eligible: true,
        drink: false,
        weighed: false,
        needs_mark: false,
    }
}

fn menu() -> Menu {
    Menu::new((0..PRODUCTS).map(|number| product(number, 500, 100)))
}

fn line(visit: u32, number: u16) -> PastLine {
    PastLine { visit, sku: sku(number), extras: Vec::new(), qty: Quantity::ONE }
}

fn taste(past: &[PastLine], menu: &Menu, model: Option<&TasteModel>) -> Taste {
    let popularity = Popularity::new();
    of(past, &Around { menu, popularity: &popularity, favourite: None, model, card_depth_bp: 1_000 })
}

#[test]
fn habits_that_exist_are_learned_and_beat_popularity() {
    let fitted = learned(&town(1, 600));
    let (model, report) = (fitted.model.unwrap(), fitted.report);
    assert_eq!(model.check(), Ok(()));
    // The products that the same guests buy are those of the circle.
    for (number, near) in model.similar.iter().enumerate() {
        assert!(
            near.iter().take(7).all(|(other, _)| usize::from(*other) / 8 == number / 8),
            "{number}: {near:?}"
        );
    }
    assert!(model.rules.iter().any(|rule| rule.given == [0] && rule.then == 1), "0 brings 1");
    let new = report.new_product;
    assert!(new.recall_at_5.unwrap() > 1.5 * new.popularity_recall_at_5.unwrap(), "{new:?}");
    assert!(new.interval.unwrap()[0] > 1.0);
    let repeat = report.repeat;
    assert!(repeat.recall_at_5.unwrap() >= repeat.own_frequency_recall_at_5.unwrap() - 0.01, "{repeat:?}");
    // A chance is what came, on days that nothing was fitted on.
    for promise in report.calibration {
        assert!((promise.promised - promise.came).abs() < 0.15 * promise.came + 0.002, "{promise:?}");
        // Some 130 cases in each part: chance alone makes about 0.025.
        assert!(promise.error < 0.05, "{promise:?}");
    }
}

#[test]
fn the_same_visits_in_any_order_give_the_same_model() {
    let mut backwards = Telling::new(skus());
    let mut forwards = Telling::new(skus());
    let mut told = Vec::new();
    let history = town(2, 150);
    for guest in 0..history.guests() {
        for (at, seen) in history.visits_of(guest).enumerate() {
            told.push((u32::try_from(guest).unwrap(), i64::try_from(at).unwrap(), seen));
        }
    }
    for (guest, at, seen) in &told {
        forwards.add(&Told { guest: Some(*guest), at: *at, day: seen.day, products: seen.products });
    }
    for (guest, at, seen) in told.iter().rev() {
        // A line that stands twice counts once.
        let twice: Vec<u16> = seen.products.iter().chain(seen.products).copied().collect();
        backwards.add(&Told { guest: Some(*guest), at: *at, day: seen.day, products: &twice });
    }
    let (one, other) = (learned(&forwards.end()), learned(&backwards.end()));
    assert_eq!(one.model, other.model);
    assert_eq!(one.report, other.report);
    let text = serde_json::to_string(&one.model).unwrap();
    assert_eq!(serde_json::from_str::<Option<TasteModel>>(&text).unwrap(), one.model);
}

#[test]
fn a_guest_is_told_why_and_a_favourite_is_never_the_product_card() {
    let model = learned(&town(1, 600)).model.unwrap();
    let menu = menu();
    let past: Vec<PastLine> = (1..=12)
        .flat_map(|visit| [line(visit, 0), line(visit, if visit % 3 == 0 { 3 } else { 2 })])
        .collect();
    let taste = taste(&past, &menu, Some(&model));
    assert_eq!(taste.usual[0].sku, sku(0));
    let favourites: Vec<&Sku> =
        taste.likes.iter().filter(|like| like.why == "own_favourite").map(|like| &like.sku).collect();
    assert_eq!(favourites, [&sku(2), &sku(3)], "the usual itself is not said twice");
    let together = taste.likes.iter().find(|like| like.sku == sku(1)).unwrap();
    assert_eq!((together.why.as_str(), together.with.as_ref()), ("bought_together", Some(&sku(0))));
    assert!(taste.likes.iter().any(|like| like.why == "similar_guests"));
    assert!(taste.likes.windows(2).all(|pair| pair[0].score_bp >= pair[1].score_bp));
    let worth = taste.worth.clone().unwrap();
    assert!(!worth.is_empty() && [0, 2, 3].iter().all(|own| !worth.contains(&sku(*own))));
    assert_eq!(novelty(&taste), worth.first().cloned());
}

#[test]
fn without_a_model_everything_is_as_before() {
    let menu = menu();
    let popularity: Popularity = [(sku(5), 9), (sku(6), 3)].into_iter().collect();
    let around =
        Around { menu: &menu, popularity: &popularity, favourite: None, model: None, card_depth_bp: 1_000 };
    let taste = of(&[line(1, 0)], &around);
    assert_eq!(taste.worth, None);
    assert_eq!((taste.likes[0].sku.clone(), taste.likes[0].score_bp), (sku(5), 5_000));
    assert_eq!(novelty(&taste), Some(sku(5)));
}

#[test]
fn a_discount_is_worth_it_only_where_it_is_not_bought_anyway_and_the_margin_can_pay() {
    // Price, cost, chance in millionths, depth, worth it.
    let table = [
        (500, 100, 20_000, 1_000, true),
        (500, 100, 900_000, 1_000, false),
        (500, 400, 20_000, 1_000, false),
        (500, 460, 20_000, 1_000, false),
        (500, 100, 0, 1_000, false),
        (500, 100, 1_000_000, 1_000, false),
    ];
    for (price, cost, chance, depth, expected) in table {
        let seen = gain(&product(0, price, cost), chance, depth).is_some_and(|gain| gain > 0);
        assert_eq!(seen, expected, "{price} {cost} {chance} {depth}");
    }
    let unknown = Product { cost: None, ..product(0, 500, 100) };
    assert_eq!(gain(&unknown, 20_000, 1_000), None);
    // Of 500 with 20 % tax 416 are left, at a tenth off 375; odds of 1 to 3 become 1 to 2.
    let taxed = Product { tax_bp: 2_000, ..product(0, 500, 100) };
    assert_eq!(gain(&taxed, 250_000, 1_000), Some(333_333 * 275 - 250_000 * 316));
}

#[test]
fn too_little_gives_no_model_and_says_so() {
    for history in [Telling::new(Vec::new()).end(), Telling::new(skus()).end(), town(3, 5)] {
        let fitted = learned(&history);
        assert_eq!(fitted.model, None);
        assert!(fitted.report.why.unwrap().contains("are needed for tastes"));
    }
}

#[test]
fn one_product_one_guest_and_ten_thousand_purchases_have_an_answer() {
    let one_guest = |products: &dyn Fn(u32) -> Vec<u16>| {
        let mut telling = Telling::new(skus());
        for visit in 0..10_000u32 {
            let day = i32::try_from(visit / 25).unwrap();
            telling.add(&Told { guest: Some(7), at: i64::from(visit), day, products: &products(visit) });
        }
        telling.end()
    };
    let everything = one_guest(&|_| (0..PRODUCTS).collect());
    let one_product = one_guest(&|_| vec![3]);
    let by_turns = one_guest(&|visit| vec![u16::try_from(visit % 24).unwrap()]);
    for history in [everything, one_product, by_turns] {
        let model = learned(&history).model.unwrap();
        assert_eq!(model.check(), Ok(()));
        let past: Vec<PastLine> = (0..10_000).map(|visit| line(visit, 3)).collect();
        let taste = taste(&past, &menu(), Some(&model));
        assert_eq!(taste.usual[0].sku, sku(3));
    }
    // All at one instant: no days to measure on.
    let mut telling = Telling::new(skus());
    for guest in 0..1_000 {
        telling.add(&Told { guest: Some(guest), at: 0, day: 0, products: &[1, 1, 2] });
    }
    assert_eq!(learned(&telling.end()).model, None);
}

#[test]
fn a_model_that_makes_no_sense_is_refused_with_the_reason() {
    let sound = learned(&town(1, 300)).model.unwrap();
    type Damage = fn(&mut TasteModel);
    let table: [(Damage, &str); 14] = [
        (|model| model.popular[0] = f64::NAN, "popularity"),
        (|model| model.popular[0] = 1.5, "popularity"),
        (|model| model.trend[0] = f64::INFINITY, "trend"),
        (|model| model.trend[0] = 0.0, "trend"),
        (|model| model.trend.truncate(3), "entries"),
        (|model| model.similar.push(Vec::new()), "entries"),
        (|model| model.similar[0].push((999, 1)), "similar"),
        (|model| model.rules.push(TasteRule { given: vec![], then: 0, confidence_bp: 1 }), "rule"),
        (|model| model.rules.push(TasteRule { given: vec![1], then: 99, confidence_bp: 1 }), "rule"),
        (|model| model.again.half_life_visits = f64::NAN, "half-life"),
        (|model| model.again.popular_visits = -1.0, "weight"),
        (|model| model.fresh.chances[0] = f64::NAN, "curve"),
        (|model| model.fresh.scores.push(0.0), "curve"),
        (|model| model.products.swap(0, 1), "ascend"),
    ];
    for (damage, reason) in table {
        let mut model = sound.clone();
        damage(&mut model);
        let why = model.check().unwrap_err();
        assert!(why.contains(reason), "{why:?} does not speak of {reason:?}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn a_curve_never_falls_and_is_a_chance(
        cases in proptest::collection::vec((-3.0..3.0f64, any::<bool>()), 0..600),
        at in proptest::collection::vec(-9.0..9.0f64, 2),
    ) {
        let curve = isotonic::fit(cases);
        let (low, high) = (at[0].min(at[1]), at[0].max(at[1]));
        prop_assert!(curve.at(low) <= curve.at(high));
        prop_assert!((0.0..=1.0).contains(&curve.at(low)));
        prop_assert!(curve.at(f64::NAN) <= 0.0);
    }

    #[test]
    fn whatever_a_guest_bought_the_counter_has_a_taste_and_the_same_again(
        lines in proptest::collection::vec((0..32u32, 0..40u16), 0..120),
        seed in 0..4u64,
    ) {
        let model = learned(&town(seed, 120)).model.unwrap();
        let past: Vec<PastLine> = lines.into_iter().map(|(visit, number)| line(visit, number)).collect();
        let menu = menu();
        let seen = taste(&past, &menu, Some(&model));
        prop_assert_eq!(&seen, &taste(&past, &menu, Some(&model)));
        prop_assert!(seen.likes.len() <= 5);
        prop_assert!(seen.likes.iter().all(|like| (0..=10_000).contains(&like.score_bp)));
        prop_assert!(seen.likes.iter().all(|like| menu.get(&like.sku).is_some()));
        let worth = seen.worth.unwrap();
        prop_assert!(worth.iter().all(|sku| past.iter().all(|line| line.sku != *sku)), "only what is new");
    }
}

#[test]
fn a_curve_without_cases_promises_nothing() {
    assert_eq!(isotonic::fit(Vec::new()), ScoreCurve { scores: vec![0.0], chances: vec![0.0] });
    assert!(ScoreCurve::default().at(1.0) <= 0.0);
}
