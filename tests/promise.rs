//! A percent that an older programme promised: at least that much until its day, whatever else is offered, and never below the
//! floor.

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

#[expect(dead_code, reason = "other tests use more of it")]
mod sale;

use kava::{
    audit::audit,
    facts::{
        assignment::Assignment,
        customer::{Consent, Customer, Rights},
        id::{CategoryId, CustomerId, OfferId, VisitId},
        moment::{BusinessDay, Moment},
        money::Money,
        offer::{Card, Offer, Reason, Scope},
        policy::Policy,
        promise::Promise,
    },
    flow::{
        counter::Settings,
        quote::Choice,
        replay::{Replay, Replayed},
    },
    ports::Idempotency,
    steps::{
        charge,
        features::Reading,
        guard,
        offer::{RfmTable, Situation, StampCard, Strategy, draw},
    },
    store::{Access, Durability, Store, aftermath, carried, customers, setting::set_policy},
    testing::{
        baskets::{self, TODAY},
        random::Random,
        shop::{DAY_MS, MORNING, SmallShop, furnished},
    },
};
use sale::{CARD, basket, greeted};
use std::{collections::BTreeMap, path::Path};

/// The day of trade of [`MORNING`].
const DAY: BusinessDay = BusinessDay(20_514);

fn situation(strategy: Strategy, personal: bool, promised: Option<Promise>) -> Situation {
    Situation {
        visit: VisitId::new("v1"),
        customer: CustomerId::new("c1"),
        at: MORNING,
        business_day: DAY,
        day_ends: Moment(MORNING.0 + DAY_MS),
        personal,
        segment: "regular".into(),
        reading: Reading {
            visits: 5,
            recency_days: 3,
            frequency_per_30d_milli: 4_000,
            aov_minor: 900,
            composition_bp: BTreeMap::from([(CategoryId::new("coffee"), 10_000)]),
            saved_minor: 0,
            clv_minor: 0,
            cadence_milli: None,
        },
        epoch: 1,
        strategy,
        favourite: Some(CategoryId::new("coffee")),
        novelty: None,
        cards: (0..7).map(kept).collect(),
        opened: None,
        assigned: None,
        past_arms: Vec::new(),
        memory_bp: None,
        likely: None,
        menu_moved: false,
        promised,
    }
}

fn kept(number: u32) -> Card {
    Card {
        offer: Offer {
            id: OfferId::new(format!("k{number}")),
            scope: Scope::Basket,
            depth_bp: 1_000,
            from: Moment(0),
            until: Moment(MORNING.0 + DAY_MS),
            reason: Reason::NextVisit,
        },
        customer: CustomerId::new("c1"),
        arm: "a".into(),
        bundle: None,
        decided_by: "till".into(),
    }
}

#[test]
fn whoever_decides_and_whatever_was_agreed_to_the_promise_is_among_the_cards_until_its_day() {
    let strategies = [
        Strategy::Ladder,
        Strategy::Learned,
        Strategy::None,
        Strategy::Flat(300),
        Strategy::Rfm(RfmTable::default()),
        Strategy::Stamps(StampCard::default()),
    ];
    let promise = Promise { depth_bp: 850, until: DAY };
    let policies = [Policy::default(), Policy { holdout: Vec::new(), ..Policy::default() }];
    for (strategy, personal, policy) in strategies
        .into_iter()
        .flat_map(|one| [true, false].map(|personal| (one, personal)))
        .flat_map(|(one, personal)| policies.iter().map(move |policy| (one, personal, policy)))
    {
        let without = draw(&situation(strategy, personal, None), policy, None);
        let with = draw(&situation(strategy, personal, Some(promise)), policy, None);
        let last = with.offers.last().unwrap();
        assert_eq!((&last.scope, last.depth_bp, last.reason), (&Scope::Basket, 850, Reason::Promised));
        assert!(with.offers.len() <= 5, "{strategy:?}");
        assert_eq!((&with.arm, &with.probabilities_bp), (&without.arm, &without.probabilities_bp));
        let others: Vec<_> = without.offers.iter().take(4).collect();
        assert_eq!(with.offers.iter().take(others.len()).collect::<Vec<_>>(), others, "{strategy:?}");
        let over = Promise { until: BusinessDay(DAY.0 - 1), ..promise };
        assert_eq!(draw(&situation(strategy, personal, Some(over)), policy, None), without);
        let nothing = Promise { depth_bp: 0, ..promise };
        assert_eq!(draw(&situation(strategy, personal, Some(nothing)), policy, None), without);
    }
}

#[test]
fn the_promise_is_kept_too_where_the_lot_keeps_a_guest_from_everything_else() {
    let promise = Promise { depth_bp: 850, until: DAY };
    let assigned = Assignment {
        experiment: String::new(),
        decided_by: "ladder".into(),
        epoch: 1,
        from: DAY,
        until: BusinessDay(DAY.0 + 7),
        segment: "regular".into(),
        holdout: true,
        arm: "base".into(),
        probabilities_bp: BTreeMap::new(),
        bundle: None,
        receipt: "r".into(),
    };
    let kept = Situation { assigned: Some(assigned), ..situation(Strategy::Ladder, true, Some(promise)) };
    let drawn = draw(&kept, &Policy::default(), None);
    assert!(drawn.holdout);
    assert_eq!(drawn.offers.iter().filter(|offer| offer.reason == Reason::Promised).count(), 1);
}

/// What the deepest discount of a line may be, written over from the definition: a promise that fits is given whole.
#[test]
fn of_random_baskets_no_line_has_less_than_was_promised_without_a_reason_and_none_is_below_its_floor() {
    let first: u64 = std::env::var("KAVA_SEED").ok().and_then(|seed| seed.parse().ok()).unwrap_or(1);
    let (mut whole, mut cut) = (0, 0);
    for seed in first..first + 10 {
        let mut random = Random::new(seed);
        for _ in 0..1_000 {
            let Some(mut case) = baskets::case(&mut random) else { continue };
            case.wish.scope = Scope::Basket;
            case.wish.depth_bp = random.between(1, 4_000);
            case.wish.reason = Reason::Promised;
            let approved = guard::approve(&case.basket, Some(&case.wish), &case.policy, TODAY, case.left);
            let lines = charge::price(&approved);
            assert_eq!(baskets::judge(&case, &lines), None, "seed {seed}: {case:?}");
            let cuts: Vec<u16> = approved.refusals().iter().map(|refusal| refusal.line).collect();
            for line in approved.lines() {
                let is_cut = cuts.contains(&0) || cuts.contains(&line.line().line);
                assert!(line.depth_bp() == case.wish.depth_bp || is_cut, "seed {seed}: {case:?}");
                // And nothing is cut that need not be: the whole promise would be below the floor, or is covered in part.
                let fits = line.floor().is_some_and(|floor| {
                    let list = i128::from(line.line().qty.0) * i128::from(line.line().unit_list().0);
                    let off = list * i128::from(case.wish.depth_bp);
                    list * 10_000 - off >= i128::from(floor.0 + 2) * 10_000 * 1_000
                });
                let plain =
                    line.line().product.eligible && !line.line().product.drink && line.line().qty.is_whole();
                let no_extras = line.line().parts().count() == 1;
                if fits && plain && no_extras && !cuts.contains(&0) {
                    assert_eq!(line.depth_bp(), case.wish.depth_bp, "seed {seed}: {case:?}");
                    whole += 1;
                }
                cut += u32::from(is_cut);
            }
        }
    }
    assert!(whole > 500 && cut > 500, "{whole} whole and {cut} cut: the campaign tests nothing");
}

/// A counter on files, with a guest who has two old cards and this promise; what such cards give a right to is said.
fn moved(folder: &Path, promise: Promise, printed_card: Rights) -> SmallShop {
    let store = Store::open(&folder.join("kava.db"), Access::Create, Durability::Full).unwrap();
    let mut store = furnished(store).unwrap();
    let policy = Policy { printed_card, ..store.policy().unwrap() };
    let guest = Customer {
        id: CustomerId::new("old-17"),
        consent: Consent::PERSONAL,
        registered: BusinessDay(19_000),
    };
    store
        .change(|change| {
            set_policy(change, &policy)?;
            let row = customers::add_customer(change, &guest, "import:iiko")?;
            customers::add_printed_code(change, "00100234", row)?;
            customers::add_printed_code(change, "00100235", row)?;
            carried::promise(change, row, &promise, "import:iiko")
        })
        .unwrap();
    SmallShop::on(store, Idempotency::ClientKey, Settings::default()).unwrap()
}

#[test]
fn from_the_old_card_to_the_receipt_the_promise_is_kept_and_its_decision_can_be_replayed() {
    let folder = tempfile::tempdir().unwrap();
    let mut shop =
        moved(folder.path(), Promise { depth_bp: 1_500, until: BusinessDay(DAY.0 + 1) }, Rights::Base);
    for (day, code) in [(0, "00100234"), (1, "00100235")] {
        let (greeting, quote) = greeted(&mut shop.counter, code, &[("latte", 1), ("bun", 1)], day);
        assert_eq!(greeting.customer.as_ref().map(|guest| guest.id.as_str()), Some("old-17"));
        // The latte has the whole 15 %; the bun's floor of 3.74 leaves 4 % of its 3.90, and the screen says why.
        assert_eq!(quote.lines.iter().map(|line| line.discount_minor).collect::<Vec<_>>(), [100, 16]);
        assert_eq!(quote.refusals.iter().map(|cut| (cut.code, cut.line)).collect::<Vec<_>>(), [("floor", 2)]);
        assert_eq!(quote.reason.code, "promised");
        let settled = shop.counter.settle(&greeting.visit, &CARD, MORNING.later(day * DAY_MS)).unwrap();
        let replayed = Replay::default().receipt(shop.counter.store(), &settled.receipt).unwrap();
        assert_eq!(replayed, Replayed::Same);
        let slip = format!("{:?}", shop.printer.slips().last().unwrap());
        assert!(slip.contains("Скидка по вашей прежней карте"), "{slip}");
    }
    // On the day after, only what every member has.
    let (_, quote) = greeted(&mut shop.counter, "00100234", &[("latte", 1)], 2);
    assert_ne!(quote.reason.code, "promised");
    assert!(quote.discount_minor < 101, "{quote:?}");
    let report = audit(&folder.path().join("kava.db")).unwrap();
    assert!(report.holds(), "{:?}", report.findings);
    assert_eq!(report.checked.get("promised"), Some(&2));
}

#[test]
fn what_is_better_wins_and_of_equals_the_card_is_spared() {
    let folder = tempfile::tempdir().unwrap();
    let promise = Promise { depth_bp: 1_500, until: BusinessDay(DAY.0 + 30) };
    let mut shop = moved(folder.path(), promise, Rights::Full);
    let table = [("better", 2_000, "next_visit"), ("equal", 1_500, "promised"), ("less", 1_000, "promised")];
    for (day, (name, depth_bp, best)) in (0..).zip(table) {
        let card = Card {
            offer: Offer {
                id: OfferId::new(name),
                depth_bp,
                until: MORNING.later((day + 1) * DAY_MS),
                ..kept(0).offer
            },
            customer: CustomerId::new("old-17"),
            ..kept(0)
        };
        shop.counter.store_mut().change(|change| aftermath::add_card(change, 1, &card, &"r".into())).unwrap();
        let (greeting, _) = greeted(&mut shop.counter, "00100234", &[("latte", 1)], day);
        let quote = shop
            .counter
            .quote(&greeting.visit, basket(Choice::Best, &[("latte", 1)]), MORNING.later(day * DAY_MS))
            .unwrap();
        assert_eq!(quote.reason.code, best, "{name}: {quote:?}");
        assert!(Money(quote.discount_minor) >= Money(100), "{name}: {quote:?}");
    }
}
