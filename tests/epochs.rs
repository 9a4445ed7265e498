//! Epochs through the real counter: one arm from the first sale to the last day, drawn anew afterwards, kept
//! for learning, and computed again bit for bit.

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use kava::facts::basket::Item;
use kava::facts::id::ReceiptId;
use kava::facts::menu::hex_digest;
use kava::facts::moment::BusinessDay;
use kava::facts::money::Money;
use kava::facts::purchase::{PaymentKind, PurchaseKind};
use kava::flow::Counter;
use kava::flow::counter::Settings;
use kava::flow::ids::Ids;
use kava::flow::quote::{Choice, QuoteWish};
use kava::flow::refit::{Parts, Wish, refit};
use kava::flow::replay::{Replay, Replayed};
use kava::flow::settle::Pays;
use kava::ports::Idempotency;
use kava::steps::offer::Strategy;
use kava::steps::response::Spoke;
use kava::store::aftermath::KeptDecision;
use kava::store::setting::{MenuWatch, set_menu_watch};
use kava::store::{Store, menu};
use kava::testing::shop::{DAY_MS, MORNING, SmallShop, item, products};
use std::collections::BTreeSet;

fn learned() -> SmallShop {
    let settings = Settings { trust_ids: true, strategy: Strategy::Learned, ..Settings::default() };
    SmallShop::open(Idempotency::ClientKey, settings).unwrap()
}

/// A latte on a day; gives the arm.
fn buy(shop: &mut SmallShop, guest: &str, day: i64) -> String {
    buy_these(shop, guest, day, vec![item("latte", 1)]).0
}

/// One purchase on a day; gives the arm and the receipt.
fn buy_these(shop: &mut SmallShop, guest: &str, day: i64, basket: Vec<Item>) -> (String, ReceiptId) {
    let at = MORNING.later(day * DAY_MS);
    let greeting = shop.counter.greet(Some(guest), at).unwrap();
    let wish = QuoteWish { basket, choice: Choice::Best, kind: PurchaseKind::Sale };
    shop.counter.quote(&greeting.visit, wish, at).unwrap();
    let settled = shop.counter.settle(&greeting.visit, &Pays::Whole(PaymentKind::Card), at).unwrap();
    (greeting.arm.unwrap().to_string(), settled.receipt)
}

#[test]
fn an_arm_holds_from_the_first_sale_to_the_end_of_the_epoch() {
    let mut shop = learned();
    for guest in 0..12 {
        let guest = format!("guest-{guest}");
        let arms: BTreeSet<String> =
            [0, 1, 3, 8, 13, 27].into_iter().map(|day| buy(&mut shop, &guest, day)).collect();
        assert_eq!(arms.len(), 1, "{guest}: {arms:?}");
    }
    let drawn_anew: BTreeSet<bool> = (0..12)
        .map(|guest| {
            let guest = format!("guest-{guest}");
            let before = shop.counter.greet(Some(&guest), MORNING.later(27 * DAY_MS + 1)).unwrap().arm;
            shop.counter.greet(Some(&guest), MORNING.later(29 * DAY_MS)).unwrap().arm == before
        })
        .collect();
    assert!(drawn_anew.contains(&false), "a new epoch draws anew");
    let store = shop.counter.store();
    for receipt in store.decided_receipts().unwrap() {
        assert_eq!(Replay::default().receipt(store, &receipt).unwrap(), Replayed::Same, "{receipt}");
    }
}

#[test]
fn ended_epochs_are_read_customer_by_customer_with_what_they_brought() {
    let mut shop = learned();
    for (guest, days) in [("anna", vec![0, 5, 30]), ("boris", vec![2])] {
        days.into_iter().for_each(|day| drop(buy(&mut shop, guest, day)));
    }
    let first = BusinessDay(20_514);
    let read = |shop: &SmallShop, today: BusinessDay| {
        let mut seen = Vec::new();
        shop.counter
            .store()
            .each_ended_epoch(today, |epoch| {
                seen.push((
                    epoch.customer,
                    epoch.during.days,
                    epoch.during.contribution,
                    epoch.assignment.from,
                ));
                Ok(())
            })
            .unwrap();
        seen
    };
    assert_eq!(read(&shop, first), Vec::new(), "nothing has ended on the first day");
    let seen = read(&shop, BusinessDay(first.0 + 31));
    assert_eq!(seen.len(), 2, "two epochs have ended and anna's second runs: {seen:?}");
    assert_eq!((seen[0].1, seen[1].1), (2, 1));
    // A latte of 6.70 with a fifth of tax and 1.10 of cost brings 4.48 before any discount.
    assert!(seen.iter().all(|one| one.2.0 > 0 && one.2.0 <= i64::from(one.1) * 448), "{seen:?}");
}

#[test]
fn too_little_evidence_leaves_the_ladder_and_says_so() {
    let mut shop = learned();
    buy(&mut shop, "anna", 0);
    let parts = Parts { game: true, ..Parts::default() };
    let wish = Wish { now: MORNING.later(40 * DAY_MS), seed: 1, fresh_secret: [7; 32], parts };
    let done = refit(shop.counter.store_mut(), &wish, &mut |_, _, _| {}).unwrap();
    let game = done.report.game.unwrap();
    assert!(done.bundle.is_none() && !game.gate.installed, "{game:?}");
    assert_eq!(game.own_rows, 1);
    assert!(game.gate.why.contains("ladder"), "{}", game.gate.why);
}

#[test]
fn response_is_learned_from_what_the_lot_drew_and_installed_once_it_says_something() {
    let parts = Parts { response: true, ..Parts::default() };
    let wish = Wish { now: MORNING.later(40 * DAY_MS), seed: 1, fresh_secret: [7; 32], parts };
    let mut shop = learned();
    buy(&mut shop, "anna", 0);
    let done = refit(shop.counter.store_mut(), &wish, &mut |_, _, _| {}).unwrap();
    let report = done.report.response.unwrap();
    assert_eq!((report.own_rows, report.spoke, done.bundle.is_none()), (1, Spoke::Prior, true), "{report:?}");

    // Read again, the shop's favourite is what anna took: what new guests likely take.
    shop.counter.refresh(MORNING).unwrap();
    for guest in 0..400 {
        let guest = format!("guest-{guest}");
        let arm = buy(&mut shop, &guest, 0);
        if arm == "next-visit" {
            buy(&mut shop, &guest, 9);
        }
    }
    let done = refit(shop.counter.store_mut(), &wish, &mut |_, _, _| {}).unwrap();
    let report = done.report.response.unwrap();
    assert!(done.bundle.is_some() && report.spoke == Spoke::Segment && report.trees == 0, "{report:?}");
    assert_eq!((report.rows.without_propensity, report.monotone_in_depth), (0, true), "{report:?}");
    let bundle = shop.counter.store().bundle_in_force(wish.now).unwrap().unwrap();
    let response = bundle.response.unwrap();
    let (shallow, deep) = (response.shop.steps.first().unwrap(), response.shop.steps.last().unwrap());
    assert!(shallow.depth_bp < deep.depth_bp && shallow.p_return < 0.5, "{:?}", response.shop);
    assert!(deep.p_return > shallow.p_return + 0.3, "{:?}", response.shop);
}

#[test]
fn what_a_deeper_card_adds_beside_the_usual_is_learned() {
    let mut shop = learned();
    buy(&mut shop, "anna", 0);
    shop.counter.refresh(MORNING).unwrap();
    for guest in 0..400 {
        let guest = format!("guest-{guest}");
        let deeper = buy(&mut shop, &guest, 0) == "next-visit";
        let more = deeper.then(|| item("tea", 1));
        buy_these(&mut shop, &guest, 9, more.into_iter().chain([item("latte", 1)]).collect());
    }
    let parts = Parts { response: true, ..Parts::default() };
    let wish = Wish { now: MORNING.later(40 * DAY_MS), seed: 1, fresh_secret: [7; 32], parts };
    refit(shop.counter.store_mut(), &wish, &mut |_, _, _| {}).unwrap();
    let bundle = shop.counter.store().bundle_in_force(wish.now).unwrap().unwrap();
    let shop = bundle.response.unwrap().shop;
    let (shallow, deep) = (shop.steps.first().unwrap(), shop.steps.last().unwrap());
    // A tea of 4.50 with a fifth of tax and 0.60 of cost brings 3.15, less what is off; on one of two days, in cups of
    // 4.50 that is at most 350 thousandths.
    assert!(shallow.depth_bp < deep.depth_bp && shallow.add_on.abs() < 5.0, "{shop:?}");
    assert!((250.0..350.0).contains(&deep.add_on), "{shop:?}");
}

/// Whether the decision of a latte says that the menu has moved.
fn says_moved(shop: &mut SmallShop, guest: &str, day: i64) -> bool {
    let (_, receipt) = buy_these(shop, guest, day, vec![item("latte", 1)]);
    let kept = shop.counter.store().decision(&receipt).unwrap().unwrap();
    assert!(matches!(kept, KeptDecision::Whole(_)), "{kept:?}");
    matches!(kept, KeptDecision::Whole(text) if text.contains("\"menu_moved\":true"))
}

#[test]
fn a_menu_that_is_not_kept_any_more_stops_nobody_and_counts_as_another() {
    let mut shop = learned();
    let lost = MenuWatch { menu: hex_digest(b"a menu of long ago"), moved: None };
    shop.counter.store_mut().change(|change| set_menu_watch(change, &lost)).unwrap();
    shop.counter.refresh(MORNING).unwrap();
    assert!(says_moved(&mut shop, "anna", 0));
}

#[test]
fn for_two_weeks_after_a_change_of_prices_the_decision_says_so() {
    let dearer = |shop: &mut SmallShop, by: i64| {
        let change = shop.counter.store_mut().change(|change| {
            for mut product in products() {
                product.price = Money(product.price.0 * (100 + by) / 100);
                let version = menu::version_of(change, &product)?;
                menu::put_on_sale(change, &product.sku, version)?;
            }
            Ok(())
        });
        change.unwrap();
    };
    let on_day = |shop: &mut SmallShop, day: i64| shop.counter.refresh(MORNING.later(day * DAY_MS)).unwrap();
    let mut shop = learned();
    on_day(&mut shop, 0);
    assert!(!says_moved(&mut shop, "anna", 0));
    dearer(&mut shop, 4);
    on_day(&mut shop, 1);
    assert!(!says_moved(&mut shop, "anna", 1), "four in a hundred is no other shop");
    dearer(&mut shop, 8);
    on_day(&mut shop, 2);
    assert!(says_moved(&mut shop, "anna", 2), "two small steps are a large one");
    assert!(says_moved(&mut shop, "boris", 15));
    assert!(!says_moved(&mut shop, "vera", 16), "two weeks later it is the menu that everybody knows");
    let store = shop.counter.store();
    for receipt in store.decided_receipts().unwrap() {
        assert_eq!(Replay::default().receipt(store, &receipt).unwrap(), Replayed::Same, "{receipt}");
    }

    // Changed while the counter was off: nobody knows yet on which day, so it counts as today's.
    dearer(&mut shop, 40);
    let kept = std::mem::replace(shop.counter.store_mut(), Store::in_memory().unwrap());
    let settings = Settings { trust_ids: true, strategy: Strategy::Learned, ..Settings::default() };
    let register = Box::new(shop.register.clone());
    shop.counter = Counter::new(kept, register, None, Ids::seeded(8, (1, 0)), settings).unwrap();
    assert!(says_moved(&mut shop, "galina", 40));
    on_day(&mut shop, 41);
    assert!(says_moved(&mut shop, "darya", 54) && !says_moved(&mut shop, "elena", 55));
}
