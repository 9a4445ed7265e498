//! Tastes from sales to cards: what is learned, what is refused, what a guest is shown.

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use kava::facts::basket::Quantity;
use kava::facts::id::{CategoryId, Sku};
use kava::facts::menu::{Menu, Product, Role};
use kava::facts::models::TasteModel;
use kava::facts::moment::BusinessDay;
use kava::facts::money::Money;
use kava::learn::tastes::history::{History, Telling, Told};
use kava::learn::tastes::{FittedTastes, fit};
use kava::steps::taste::{self, Around, LIKES_MAX, PastLine, Popularity};
use kava::testing::random::Random;
use proptest::prelude::*;

const PRODUCTS: u16 = 8;

fn sku(number: u16) -> Sku {
    Sku::new(format!("p{number}"))
}

fn menu() -> Menu {
    let product = |number: u16| Product {
        sku: sku(number),
        name: format!("Product {number}"),
        category: CategoryId::new("drinks"),
        variant_of: None,
        role: Role::Item,
        price: Money(500),
        cost: Some(Money(100)),
        cost_day: Some(BusinessDay(20_000)),
        tax_bp: 0,
        eligible: true,
        drink: true,
        weighed: false,
        needs_mark: false,
    };
    Menu::new((0..PRODUCTS).map(product))
}

/// Guests who take 0 with 1, guests who take 2 with 3, and now and then anything; the last products are new
/// to most.
fn history(seed: u64, guests: u32, days: i32) -> History {
    let mut random = Random::new(seed);
    let mut telling = Telling::new((0..PRODUCTS).map(sku).collect());
    for guest in 0..guests {
        let usual: &[u16] = if guest % 2 == 0 { &[0, 1] } else { &[2, 3] };
        for day in 0..days {
            if random.once_in(3) {
                let other = [u16::try_from(random.between(0, i64::from(PRODUCTS) - 1)).unwrap()];
                let products = if random.once_in(4) { other.as_slice() } else { usual };
                telling.add(&Told { guest: Some(guest), at: i64::from(day), day, products });
            }
        }
    }
    telling.end()
}

fn learned(seed: u64) -> FittedTastes {
    fit(&history(seed, 60, 60), seed, &mut |_, _, _| {})
}

fn past(numbers: &[u16]) -> Vec<PastLine> {
    (0u32..)
        .zip(numbers)
        .map(|(visit, number)| PastLine { visit, sku: sku(*number), extras: Vec::new(), qty: Quantity::ONE })
        .collect()
}

fn around<'a>(menu: &'a Menu, popularity: &'a Popularity, model: Option<&'a TasteModel>) -> Around<'a> {
    Around { menu, popularity, favourite: None, model, card_depth_bp: 1_000 }
}

#[test]
fn what_is_bought_together_becomes_a_rule_and_one_seed_gives_one_model() {
    let fitted = learned(5);
    let model = fitted.model.as_ref().unwrap();
    assert_eq!(model.check(), Ok(()));
    assert!(fitted.report.rules.iter().any(|rule| rule.given == [sku(0)] && rule.then == sku(1)));
    assert!(fitted.report.rules.iter().all(|rule| rule.lift > 1.2), "{:?}", fitted.report.rules);
    assert_eq!(fitted, learned(5));
    let kept: TasteModel = serde_json::from_str(&serde_json::to_string(model).unwrap()).unwrap();
    assert_eq!(&kept, model, "a model survives its bundle to the bit");
}

#[test]
fn too_little_gives_no_model_and_a_sentence() {
    for (guests, days) in [(0, 0), (1, 60), (60, 3)] {
        let fitted = fit(&history(3, guests, days), 3, &mut |_, _, _| {});
        assert_eq!(fitted.model, None);
        assert!(fitted.report.why.unwrap().contains("needed for tastes"));
    }
}

#[test]
fn one_product_one_guest_and_ten_thousand_purchases_are_no_surprise() {
    let mut telling = Telling::new(vec![sku(0)]);
    for visit in 0..10_000 {
        telling.add(&Told {
            guest: Some(1),
            at: visit,
            day: i32::try_from(visit / 100).unwrap(),
            products: &[0, 0],
        });
    }
    let fitted = fit(&telling.end(), 1, &mut |_, _, _| {});
    assert!(fitted.model.is_none_or(|model| model.check().is_ok()));
}

#[test]
fn all_purchases_at_one_instant_are_no_surprise() {
    let mut telling = Telling::new((0..PRODUCTS).map(sku).collect());
    for guest in 0..1_000 {
        telling.add(&Told { guest: Some(guest), at: 0, day: 7, products: &[1, 2] });
    }
    assert_eq!(fit(&telling.end(), 1, &mut |_, _, _| {}).model, None);
}

#[test]
fn a_model_with_numbers_that_make_no_sense_is_refused() {
    let good = learned(5).model.unwrap();
    let spoils: [fn(&mut TasteModel); 6] = [
        |model| model.popular[0] = f64::NAN,
        |model| model.trend[0] = 0.0,
        |model| model.similar.truncate(1),
        |model| model.rules[0].then = 60_000,
        |model| model.again.half_life_visits = f64::INFINITY,
        |model| model.fresh.scores.clear(),
    ];
    for (number, spoil) in spoils.iter().enumerate() {
        let mut model = good.clone();
        spoil(&mut model);
        assert!(model.check().is_err(), "spoil {number}");
    }
}

#[test]
fn a_favourite_bought_anyway_is_not_discounted_for_its_own_sake() {
    let (menu, popularity, model) = (menu(), Popularity::new(), learned(5).model.unwrap());
    let taste = taste::of(&past(&[0; 20]), &around(&menu, &popularity, Some(&model)));
    assert_eq!(taste.usual[0].sku, sku(0));
    let worth = taste.worth.unwrap();
    assert!(!worth.contains(&sku(0)), "{worth:?}");
}

#[test]
fn a_product_whose_margin_cannot_pay_is_not_worth_a_discount() {
    let (popularity, model) = (Popularity::new(), learned(5).model.unwrap());
    let dear =
        Menu::new(menu().iter().map(|product| Product { cost: Some(Money(499)), ..Product::clone(product) }));
    let taste = taste::of(&past(&[0; 20]), &around(&dear, &popularity, Some(&model)));
    assert_eq!(taste.worth, Some(Vec::new()));
}

proptest! {
    #[test]
    fn every_past_gives_the_same_likes_twice_and_none_twice(numbers in prop::collection::vec(0..PRODUCTS + 3, 0..60)) {
        thread_local!(static MODEL: TasteModel = learned(5).model.unwrap());
        MODEL.with(|model| {
            let (menu, popularity) = (menu(), Popularity::new());
            for model in [None, Some(model)] {
                let past = past(&numbers);
                let taste = taste::of(&past, &around(&menu, &popularity, model));
                prop_assert_eq!(&taste, &taste::of(&past, &around(&menu, &popularity, model)));
                prop_assert!(taste.likes.len() <= LIKES_MAX);
                prop_assert!(taste.likes.iter().all(|like| (0..=10_000).contains(&like.score_bp)));
                let mut skus: Vec<_> = taste.likes.iter().map(|like| &like.sku).collect();
                skus.sort();
                skus.dedup();
                prop_assert_eq!(skus.len(), taste.likes.len());
            }
            Ok(())
        })?;
    }
}
