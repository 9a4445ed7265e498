//! Tastes through the real store: sold at the counter, learned, installed, shown to the next guest.

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

mod sale;

use kava::facts::id::Sku;
use kava::flow::answers::Greeting;
use kava::flow::refit::{Parts, Refitted, Wish, refit};
use kava::testing::shop::{DAY_MS, MORNING, SmallShop};
use kava::wire::bundle::sign;
use sale::{sell, shop};

const GUESTS: i64 = 36;
const VISITS: i64 = 16;
/// The day after the last sale.
const NEXT: i64 = VISITS * 2;
const SECRET: [u8; 32] = [9; 32];

/// Every third guest takes tea, the others a latte, mostly with a bun.
fn months() -> SmallShop {
    let mut shop = shop();
    for visit in 0..VISITS {
        for guest in 0..GUESTS {
            let items: &[(&str, i64)] = match (guest % 3, (guest + visit) % 4) {
                (0, 0) => &[("tea", 1), ("bun", 1)],
                (0, _) => &[("tea", 1)],
                (_, 0) => &[("latte", 1)],
                _ => &[("latte", 1), ("bun", 1)],
            };
            sell(&mut shop.counter, &format!("guest {guest}"), items, visit * 2 + guest % 2);
        }
    }
    shop
}

fn learn(shop: &mut SmallShop, day: i64) -> Refitted {
    let now = MORNING.later(day * DAY_MS);
    let parts = Parts { tastes: true, ..Parts::default() };
    let wish = Wish { now, seed: 1, fresh_secret: SECRET, parts };
    let done = refit(shop.counter.store_mut(), &wish, &mut |_, _, _| {}).unwrap();
    shop.counter.refresh(now).unwrap();
    done
}

fn greet(shop: &mut SmallShop, code: &str, day: i64) -> Greeting {
    shop.counter.greet(Some(code), MORNING.later(day * DAY_MS)).unwrap()
}

#[test]
fn what_was_sold_is_learned_and_told_to_the_next_guest() {
    let mut shop = months();
    let before = greet(&mut shop, "guest 1", NEXT);
    assert!(
        before.likes.iter().all(|like| like.sku != Sku::new("latte")),
        "only what is new, without a model"
    );
    let done = learn(&mut shop, NEXT);
    let report = done.report.tastes.unwrap();
    assert_eq!((report.why, report.products, report.receipts), (None, 3, 576));
    assert!(done.report.segments.is_none(), "only tastes were asked for");
    let text = serde_json::to_value(&report.rules[0]).unwrap();
    for field in ["if", "then", "count", "support", "confidence", "lift"] {
        assert!(text.get(field).is_some(), "{field} in {text}");
    }
    // A new visit of the same guest: the bun is a favourite beside the usual latte, and nobody discounts it.
    let after = greet(&mut shop, "guest 1", NEXT + 1);
    assert_eq!(after.usual[0].sku, Sku::new("latte"));
    let bun = after.likes.iter().find(|like| like.sku == Sku::new("bun")).unwrap();
    assert_eq!(bun.why, "берёте часто");
    assert!(bun.score > 0.5, "a chance, not a rank: {bun:?}");
    let tea = after.likes.iter().find(|like| like.sku == Sku::new("tea")).unwrap();
    assert!(tea.score < bun.score, "{:?}", after.likes);
    assert_eq!(
        learn(&mut shop, NEXT + 2).report.tastes.unwrap().rules,
        report.rules,
        "greeting changes nothing"
    );
}

#[test]
fn a_sale_dated_in_the_future_and_one_given_back_are_not_learned_from() {
    let mut plain = months();
    let expected = learn(&mut plain, NEXT).report.tastes;
    let mut shop = months();
    let sold = sell(&mut shop.counter, "guest 1", &[("tea", 1)], NEXT - 1);
    shop.counter.refund(&sold.receipt, None, MORNING.later((NEXT - 1) * DAY_MS)).unwrap();
    sell(&mut shop.counter, "guest 2", &[("tea", 1)], NEXT + 20_000);
    assert_eq!(learn(&mut shop, NEXT).report.tastes, expected);
}

#[test]
fn a_bundle_for_another_menu_is_refused_and_the_one_in_force_stays() {
    let mut shop = months();
    learn(&mut shop, NEXT);
    let (now, today) = (MORNING.later(NEXT * DAY_MS), kava::facts::moment::BusinessDay(20_514 + 32));
    let store = shop.counter.store_mut();
    let in_force = store.bundle_in_force(now).unwrap().unwrap();
    assert_eq!(in_force.products.len(), 4);
    let mut other = kava::facts::models::Bundle { release: 2, ..in_force.clone() };
    other.products = vec![Sku::new("bun"), Sku::new("pizza")];
    let fault = store.install_bundle(&sign(&other, &SECRET), now, today).unwrap_err();
    assert_eq!(fault.code(), "bundle_foreign");
    assert!(fault.to_string().contains("another menu"), "{fault}");
    assert_eq!(store.bundle_in_force(now).unwrap().unwrap(), in_force);
    // Latte alone brought more than half.
    other.products = vec![Sku::new("latte")];
    store.install_bundle(&sign(&other, &SECRET), now, today).unwrap();
}
