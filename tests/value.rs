//! What a guest is worth: closed forms against independent values, sane answers for any history.

use kava::facts::customer::{Features, PurchaseDay, VisitFact, VisitOrder};
use kava::facts::id::CategoryId;
use kava::facts::models::{BgNbd, GammaGamma, ValueModel};
use kava::facts::moment::{BusinessDay, Moment, ShopDay};
use kava::facts::money::Money;
use kava::facts::policy::Policy;
use kava::steps::features::{self, fold_all};
use kava::steps::value::{self, History, alive, expected_purchases, expected_spend, history, worth};
use proptest::prelude::*;

/// The fit of the CDNOW sample, weeks (Fader, Hardie and Lee 2005).
const CDNOW: BgNbd = BgNbd { r: 0.2426, alpha: 4.4135, a: 0.7929, b: 2.4258 };

fn model() -> ValueModel {
    ValueModel {
        horizon_days: 365,
        horizon_open_days: 365,
        bg_nbd: BgNbd { r: 0.9, alpha: 12.0, a: 0.3, b: 3.0 },
        gamma_gamma: GammaGamma { p: 6.25, q: 3.74, v: 1_545.0 },
    }
}

fn seen(repeats: u32, last: f64, age: f64) -> History {
    History { repeats, last, age, spend: None }
}

#[test]
fn alive_and_expected_purchases_equal_the_textbooks_formula_in_fifty_digits() {
    // Computed with mpmath 1.4 at 50 digits from the published forms with ₂F₁; at a = 1, where those are
    // 0 / 0, from a = 1 + 1e-25.
    type Row = (BgNbd, History, f64, f64, f64);
    let of = |r, alpha, a, b| BgNbd { r, alpha, a, b };
    let table: [Row; 10] = [
        (CDNOW, seen(2, 30.43, 38.86), 39.0, 0.726_607_997_300_156_3, 1.225_911_199_899_223),
        (CDNOW, seen(0, 0.0, 38.86), 39.0, 1.0, 0.194_786_550_387_155_15),
        (CDNOW, seen(26, 38.0, 38.86), 39.0, 0.953_325_368_298_655_8, 17.446_832_899_166_677),
        (
            of(0.5, 30.0, 1.0, 4.0),
            seen(5, 80.0, 100.0),
            365.0,
            0.761_449_727_115_691_2,
            6.753_958_836_878_215,
        ),
        (
            of(0.5, 30.0, 1.000_000_1, 4.0),
            seen(5, 80.0, 100.0),
            365.0,
            0.761_449_708_951_287_7,
            6.753_958_359_419_73,
        ),
        (of(2.0, 20.0, 0.2, 0.5), seen(0, 0.0, 10.0), 90.0, 1.0, 3.783_121_599_229_349),
        (
            of(3.0, 5.0, 8.0, 1.0),
            seen(1, 0.5, 400.0),
            30.0,
            4.251_485_246_040_577e-9,
            1.093_478_144_058_62e-9,
        ),
        (
            of(0.9, 12.0, 0.05, 3.0),
            seen(300, 399.0, 400.0),
            365.0,
            0.999_656_139_887_436_3,
            261.877_436_170_029_5,
        ),
        (
            of(1.5, 0.7, 0.3, 9.0),
            seen(3_000, 3_649.0, 3_650.0),
            3_650.0,
            0.999_773_087_643_982_3,
            2_677.254_290_907_431,
        ),
        (
            of(40_000.0, 50_000.0, 60_000.0, 500_000.0),
            seen(12, 20.0, 28.0),
            14.0,
            0.013_673_024_637_980_837,
            0.089_166_500_425_562_26,
        ),
    ];
    for (row, (model, history, within, p_alive, purchases)) in table.into_iter().enumerate() {
        let near = |got: f64, expected: f64| (got - expected).abs() <= 1e-9 * expected;
        let got = (alive(&model, &history), expected_purchases(&model, &history, within));
        assert!(near(got.0, p_alive), "row {row}: alive {}, not {p_alive}", got.0);
        assert!(near(got.1, purchases), "row {row}: {} purchases, not {purchases}", got.1);
    }
}

#[test]
fn expected_spend_lies_between_all_guests_mean_and_the_own_one() {
    let model = GammaGamma { p: 6.25, q: 3.74, v: 15.45 };
    let all = 6.25 * 15.45 / 2.74;
    let with = |repeats, spend| expected_spend(&model, &History { spend, ..seen(repeats, 30.0, 39.0) });
    assert!((with(0, None) - all).abs() < 1e-12);
    // (q − 1) / (px + q − 1) of the mean of all and the rest of the own one, by hand.
    let share = 2.74 / (6.25 * 2.0 + 2.74);
    assert!((with(2, Some(60.0)) - (share * all + (1.0 - share) * 60.0)).abs() < 1e-12);
    assert!((with(10_000, Some(60.0)) - 60.0).abs() < 0.01);
}

fn on(number: i32) -> ShopDay {
    ShopDay { day: BusinessDay(number), number }
}

fn visit(seq: i64, day: i32, net: i64) -> VisitFact {
    VisitFact {
        order: VisitOrder {
            at: Moment(i64::from(day) * 86_400_000 + seq),
            counter: "1".into(),
            epoch: 1,
            seq,
        },
        business_day: BusinessDay(day),
        open_day: day,
        hour: 9,
        net_by_category: vec![(CategoryId::new("coffee"), Money(net))],
        saved: Money::ZERO,
        list: Money(net),
        drinks: 1,
        cup: Money(300),
    }
}

#[test]
fn visits_of_one_day_are_one_purchase_and_the_first_day_is_no_repeat() {
    let visits =
        [visit(1, 100, 300), visit(2, 100, 200), visit(3, 107, 400), visit(4, 130, 250), visit(5, 130, 250)];
    let features = fold_all(&visits, &Policy::default());
    assert_eq!((features.days, features.first_day_net), (3, Money(500)));
    let expected = History { repeats: 2, last: 30.0, age: 45.0, spend: Some(450.0) };
    assert_eq!(history(&features, on(145)), Some(expected));
    let expected = History { age: 30.0, ..expected };
    assert_eq!(history(&features, on(90)), Some(expected), "a clock set back makes nobody younger");
    assert_eq!(history(&Features::default(), on(145)), None);
    let day = |open_day, net| PurchaseDay { open_day, net: Money(net) };
    let days = [day(100, 500), day(107, 400), day(130, 500), day(150, 900)];
    for today in [99, 100, 106, 129, 145] {
        let features = fold_all(visits.iter().filter(|visit| visit.open_day <= today), &Policy::default());
        assert_eq!(History::of_days(&days, today), history(&features, on(today)), "day {today}");
    }
}

#[test]
fn a_model_says_the_expected_spend_and_without_one_the_own_rate_stays() {
    let features = fold_all(&[visit(1, 100, 300), visit(2, 120, 400)], &Policy::default());
    let today = on(125);
    let own = features::read(&features, today.day, today.number);
    assert_eq!(value::read(&features, today, None), own);
    let known = worth(&features, today, &model()).unwrap();
    assert_eq!(value::read(&features, today, Some(&model())).clv_minor, known.clv_minor);
    assert_ne!(known.clv_minor, own.clv_minor);
    // Features of the fold before days were counted, and a model that cannot be used.
    let older = Features { days: 0, first_open_day: 0, first_day_net: Money::ZERO, ..features.clone() };
    assert_eq!(value::read(&older, today, Some(&model())), features::read(&older, today.day, today.number));
    let broken = ValueModel { horizon_days: 0, ..model() };
    assert_eq!(value::read(&features, today, Some(&broken)), own);
}

#[test]
fn features_of_the_older_fold_are_written_as_they_were_read() {
    let features = fold_all(&[visit(1, 100, 300)], &Policy::default());
    let older = Features { days: 0, first_open_day: 0, first_day_net: Money::ZERO, ..features };
    let text = serde_json::to_string(&older).unwrap();
    assert!(
        !["\"days\"", "first_open_day", "first_day_net"].iter().any(|name| text.contains(name)),
        "{text}"
    );
    let read: Features = serde_json::from_str(&text).unwrap();
    assert_eq!(serde_json::to_string(&read).unwrap(), text);
}

#[test]
fn a_model_with_impossible_numbers_is_refused_in_words() {
    type Damage = (fn(&mut ValueModel), &'static str);
    let damages: [Damage; 7] = [
        (|m| m.bg_nbd.r = 0.0, "r of its value model"),
        (|m| m.bg_nbd.alpha = f64::NAN, "alpha of its value model"),
        (|m| m.bg_nbd.b = f64::INFINITY, "b of its value model"),
        (|m| m.gamma_gamma.q = 1.0, "a mean spend needs more than 1"),
        (|m| m.gamma_gamma.v = -3.0, "v of its value model"),
        (|m| m.horizon_days = 4_000, "4000 days ahead"),
        (|m| m.horizon_open_days = 366, "366 of 365 days for open"),
    ];
    model().check().unwrap();
    for (damage, expected) in damages {
        let mut broken = model();
        damage(&mut broken);
        let why = broken.check().unwrap_err();
        assert!(why.contains(expected), "{why}");
        let features = fold_all(&[visit(1, 100, 300)], &Policy::default());
        assert_eq!(worth(&features, on(120), &broken), None);
    }
}

fn any_model() -> impl Strategy<Value = BgNbd> {
    let wide = || (-7.0f64..7.0).prop_map(f64::exp);
    (wide(), wide(), wide(), wide()).prop_map(|(r, alpha, a, b)| BgNbd { r, alpha, a, b })
}

proptest! {
    #[test]
    fn any_history_under_any_model_has_a_chance_and_a_finite_expectation(
        model in any_model(), repeats in 0u32..4_000, last in 0.0f64..4_000.0, since in 0.0f64..4_000.0, within in 0.0f64..4_000.0,
    ) {
        let last = if repeats == 0 { 0.0 } else { last };
        let history = seen(repeats, last, last + since);
        let chance = alive(&model, &history);
        prop_assert!((0.0..=1.0).contains(&chance), "{}", chance);
        let purchases = expected_purchases(&model, &history, within);
        prop_assert!(purchases.is_finite() && purchases >= 0.0, "{}", purchases);
        let rate = (model.r + f64::from(repeats)) / (model.alpha + history.age);
        prop_assert!(purchases <= chance * rate * within * (1.0 + 1e-9), "{} beyond the rate", purchases);
        let later = expected_purchases(&model, &history, within + 1.0);
        prop_assert!(later >= purchases * (1.0 - 1e-9), "{} then {}", purchases, later);
    }

    #[test]
    fn silence_never_makes_a_guest_more_alive(model in any_model(), repeats in 1u32..500, since in 0.0f64..900.0) {
        let at = |since: f64| alive(&model, &seen(repeats, 300.0, 300.0 + since));
        prop_assert!(at(since + 1.0) <= at(since));
    }

    #[test]
    fn any_features_have_a_worth_or_none_and_never_a_panic(
        days in any::<u32>(), first in any::<i32>(), last in any::<i32>(), net in any::<i64>(), first_net in any::<i64>(), today in any::<i32>(),
    ) {
        let features = Features {
            visits: days, days, first_open_day: first, last_open_day: last,
            net: Money(net), first_day_net: Money(first_net), ..Features::default()
        };
        if let Some(worth) = worth(&features, on(today), &model()) {
            prop_assert!((0..=10_000).contains(&worth.alive_bp), "{:?}", worth);
            prop_assert!(worth.purchases_milli >= 0 && worth.spend_minor >= 0 && worth.clv_minor >= 0, "{:?}", worth);
        }
    }
}
