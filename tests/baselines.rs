//! The policies that others are measured against: rules and stamp card, under the same guard.

use kava::facts::basket::PricedBasket;
use kava::facts::id::{CategoryId, CustomerId, VisitId};
use kava::facts::moment::{BusinessDay, Moment};
use kava::facts::offer::{Offer, Reason};
use kava::facts::policy::{Policy, Status};
use kava::facts::purchase::{PaymentKind, PurchaseKind};
use kava::flow::counter::Settings;
use kava::flow::quote::{Choice, QuoteWish};
use kava::flow::settle::Pays;
use kava::ports::Idempotency;
use kava::steps::features::Reading;
use kava::steps::guard::{self, CapsLeft};
use kava::steps::offer::{RfmTable, Situation, StampCard, Strategy, draw, next_card};
use kava::testing::shop::{DAY_MS, MORNING, SmallShop, item, menu_of_products};
use std::collections::BTreeMap;

fn reading(visits: u32, recency_days: i32, frequency_per_30d_milli: i64, aov_minor: i64) -> Reading {
    Reading {
        visits,
        recency_days,
        frequency_per_30d_milli,
        aov_minor,
        composition_bp: BTreeMap::from([(CategoryId::new("coffee"), 10_000)]),
        saved_minor: 0,
        clv_minor: 0,
        cadence_milli: None,
    }
}

fn situation(strategy: Strategy, reading: Reading) -> Situation {
    Situation {
        visit: VisitId::new("v1"),
        customer: CustomerId::new("c1"),
        at: MORNING,
        business_day: BusinessDay(20_514),
        day_ends: Moment(MORNING.0 + DAY_MS),
        personal: true,
        segment: "regular".into(),
        reading,
        epoch: 1,
        strategy,
        favourite: Some(CategoryId::new("coffee")),
        novelty: None,
        cards: Vec::new(),
        opened: None,
        assigned: None,
        past_arms: Vec::new(),
        memory_bp: None,
        likely: None,
        menu_moved: false,
        promised: None,
    }
}

fn policy(base_bp: i64) -> Policy {
    let statuses = vec![Status { name: "member".into(), from_visits: 0, base_bp }];
    Policy { statuses, holdout: Vec::new(), ..Policy::default() }
}

#[test]
fn a_table_of_rules_gives_each_cell_its_depth_and_never_more_than_the_spread() {
    let table = RfmTable {
        away_days: 14,
        often_milli: 8_000,
        rich_minor: 1_000,
        new: 1,
        cells: [0, 1, 2, 3, 1, 2, 3, 8],
        today: true,
    };
    let cases = [
        (reading(2, 0, 2_000, 500), 700),
        (reading(5, 3, 2_000, 500), 500),
        (reading(5, 3, 2_000, 1_500), 700),
        (reading(50, 3, 9_000, 500), 1_000),
        // Three steps would be 12 %, seven points above the base of 5 %; the spread holds it at 10 %.
        (reading(50, 3, 9_000, 1_500), 1_000),
        (reading(5, 14, 2_000, 500), 700),
        (reading(50, 20, 9_000, 1_500), 1_000),
    ];
    for (reading, depth) in cases {
        let situation = situation(Strategy::Rfm(table), reading);
        let drawn = draw(&situation, &policy(500), None);
        let depths: Vec<i64> = drawn.offers.iter().map(|offer| offer.depth_bp).collect();
        assert_eq!(depths, [depth], "{:?}", situation.reading);
        let next = next_card(&situation, &drawn, &policy(500)).map(|offer| offer.depth_bp);
        assert_eq!(next, (depth > 500).then_some(depth), "{:?}", situation.reading);
        assert!(!drawn.holdout && drawn.arm.as_str() == "rfm");
    }
}

#[test]
fn rules_for_the_next_visit_alone_show_the_base_today() {
    let table = RfmTable { today: false, ..RfmTable::default() };
    let situation = situation(Strategy::Rfm(table), reading(1, 0, 1_000, 500));
    let drawn = draw(&situation, &policy(0), None);
    assert!(drawn.offers.is_empty(), "a base of nothing is no card: {:?}", drawn.offers);
    let next = next_card(&situation, &drawn, &policy(0)).unwrap();
    assert_eq!((next.depth_bp, next.reason), (500, Reason::NextVisit));
}

#[test]
fn nobody_without_consent_gets_more_than_the_base_from_rules() {
    let mut without = situation(Strategy::Rfm(RfmTable::default()), reading(5, 30, 2_000, 2_000));
    without.personal = false;
    let drawn = draw(&without, &policy(500), None);
    assert_eq!(drawn.offers.iter().map(|offer| offer.depth_bp).collect::<Vec<_>>(), [500]);
    assert_eq!(next_card(&without, &drawn, &policy(500)), None);
}

#[test]
fn a_stamp_card_rewards_every_nth_visit_and_no_other() {
    let card = StampCard { every: 3, depth_bp: 2_600 };
    for visits in 0..12 {
        let situation = situation(Strategy::Stamps(card), reading(visits, 1, 5_000, 700));
        let drawn = draw(&situation, &policy(0), None);
        let depths: Vec<i64> = drawn.offers.iter().map(|offer| offer.depth_bp).collect();
        // 26 % is no rung; the next lower one is 25 %.
        assert_eq!(depths, if visits % 3 == 2 { vec![2_500] } else { vec![] }, "after {visits} visits");
        assert_eq!(next_card(&situation, &drawn, &policy(0)), None);
    }
    let never = StampCard { every: 0, depth_bp: 2_500 };
    assert!((0..5).all(|visits| never.stamps(visits) == 0 && !never.is_due(visits)));
}

#[test]
fn a_free_drink_is_cut_to_what_the_floor_leaves() {
    let situation =
        situation(Strategy::Stamps(StampCard { every: 1, depth_bp: 9_999 }), reading(9, 1, 5_000, 700));
    let policy = policy(0);
    let offers: Vec<Offer> = draw(&situation, &policy, None).offers;
    let menu = menu_of_products();
    for (sku, granted) in [("latte", 3_000), ("bun", 0)] {
        let basket = PricedBasket::new(&[item(sku, 1)], &menu).unwrap();
        let approved = guard::approve(
            &basket,
            offers.first(),
            &policy,
            situation.business_day,
            CapsLeft::whole(&policy),
        );
        assert_eq!(approved.lines()[0].depth_bp(), granted, "{sku}");
    }
}

#[test]
fn at_the_counter_the_rules_card_is_kept_redeemed_and_replaced() {
    let table = RfmTable { today: false, new: 2, ..RfmTable::default() };
    let settings = Settings { strategy: Strategy::Rfm(table), trust_ids: true, ..Settings::default() };
    let mut shop = SmallShop::open(Idempotency::ClientKey, settings).unwrap();
    let mut visit = |day: i64| {
        let at = Moment(MORNING.0 + day * DAY_MS);
        let greeted = shop.counter.greet(Some("guest-1"), at).unwrap();
        let depths: Vec<i64> = greeted.offers.iter().map(|offer| offer.depth_bp).collect();
        let wish =
            QuoteWish { basket: vec![item("latte", 1)], choice: Choice::Best, kind: PurchaseKind::Sale };
        let quote = shop.counter.quote(&greeted.visit, wish, at).unwrap();
        let settled = shop.counter.settle(&greeted.visit, &Pays::Whole(PaymentKind::Card), at).unwrap();
        (depths, quote.discount_minor, settled.next.iter().map(|next| next.depth_bp).collect::<Vec<_>>())
    };
    assert_eq!(visit(0), (vec![500], 34, vec![1_000]));
    assert_eq!(visit(1), (vec![1_000, 500], 67, vec![1_000]));
}
