//! Refunds: money, features, caps and cards as if the lines had never been sold.

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

mod sale;

use kava::{
    facts::{basket::Quantity, id::CustomerId, purchase::RefundLine},
    flow::{answers::SettleStatus, quote::Choice},
    ports::Idempotency,
    steps::guard::CapsLeft,
    testing::{
        random::Random,
        scripted::Act,
        shop::{DAY_MS, MORNING, SmallShop},
    },
};
use sale::{CARD, basket, greeted, sell, shop, shop_with};

/// The code of a refusal by the counter.
macro_rules! code {
    ($call:expr) => {
        $call.unwrap_err().code()
    };
}

#[test]
fn refunds_of_random_parts_leave_everything_as_if_the_lines_had_never_been_sold() {
    for seed in 0..4 {
        let mut random = Random::new(seed);
        let (mut with, mut without) = (shop(), shop());
        let mut sold = Vec::new();
        for day in 0..20 {
            let items = [
                ("latte", random.between(1, 3)),
                ("tea", random.between(1, 2)),
                ("bun", random.between(1, 4)),
            ];
            sold.push((sell(&mut with.counter, "anna", &items, day), day));
            sell(&mut without.counter, "anna", &items, day);
        }
        for (settled, day) in &sold {
            let gone = sell(&mut with.counter, "anna", &[("latte", 2), ("bun", 3)], *day);
            let mut parts = vec![
                RefundLine { line: 2, qty: Quantity::pieces(1) },
                RefundLine { line: 1, qty: Quantity::pieces(2) },
            ];
            if random.once_in(2) {
                parts.swap(0, 1);
            }
            let mut back = 0;
            for part in parts {
                back += with
                    .counter
                    .refund(&gone.receipt, Some(&[part]), MORNING.later(day * DAY_MS))
                    .unwrap()
                    .refunded_minor;
            }
            back +=
                with.counter.refund(&gone.receipt, None, MORNING.later(day * DAY_MS)).unwrap().refunded_minor;
            assert_eq!(back, gone.net_minor, "seed {seed}");
            assert_eq!(code!(with.counter.refund(&gone.receipt, None, MORNING)), "refund_nothing_left");
            assert_ne!(settled.receipt, gone.receipt);
        }
        assert_eq!(features(&with), features(&without), "seed {seed}");
        assert_eq!(caps(&with), caps(&without), "seed {seed}");
    }
}

/// What is left of each day's caps.
fn caps(shop: &SmallShop) -> Vec<CapsLeft> {
    let store = shop.counter.store();
    let known = store.customer(&CustomerId::new("anna")).unwrap().unwrap();
    let today = shop.counter.shop().time().unwrap().local(MORNING.later(19 * DAY_MS)).business_day;
    vec![store.caps_left(known.row, today, &store.policy().unwrap()).unwrap()]
}

/// Features but for the place of the last visit in the series, which differs where more was written.
fn features(shop: &SmallShop) -> String {
    let known = shop.counter.store().customer(&CustomerId::new("anna")).unwrap().unwrap();
    let mut features = known.features;
    let batch = shop.counter.store().refolded(known.row).unwrap();
    assert_eq!(features, batch, "stored features equal a batch fold");
    features.last = None;
    serde_json::to_string(&(features, known.segment)).unwrap()
}

#[test]
fn a_refund_of_too_much_is_refused_with_its_line() {
    let mut shop = shop();
    let sold = sell(&mut shop.counter, "anna", &[("tea", 2)], 0);
    let mut ask = |line, qty| {
        let wanted = [RefundLine { line, qty: Quantity(qty) }];
        shop.counter.refund(&sold.receipt, Some(&wanted), MORNING).unwrap_err().code()
    };
    assert_eq!(ask(1, 3_000), "refund_more_than_sold");
    assert_eq!(ask(2, 1_000), "refund_no_such_line");
    assert_eq!(ask(1, 0), "refund_not_positive");
    assert_eq!(ask(1, -1_000), "refund_not_positive");
}

#[test]
fn a_refund_whose_answer_is_lost_never_gives_the_money_back_twice() {
    let mut shop = shop_with(Idempotency::None);
    let sold = sell(&mut shop.counter, "anna", &[("tea", 2)], 0);
    shop.register.tape().script = [Act::LoseAnswer].into();
    let open = shop.counter.refund(&sold.receipt, None, MORNING).unwrap();
    assert_eq!((open.status, open.refunded_minor), (SettleStatus::NeedsReview, 0));
    assert_eq!(code!(shop.counter.refund(&sold.receipt, None, MORNING)), "needs_review");
    shop.counter.reviewed(&open.refund, Some("tape 3"), MORNING).unwrap();
    assert_eq!(code!(shop.counter.refund(&sold.receipt, None, MORNING)), "refund_nothing_left");
    assert_eq!(shop.register.tape().rung_up.len(), 2, "one sale, one refund");
}

#[test]
fn a_refund_in_full_makes_the_used_card_good_again_and_takes_the_earned_one_back() {
    let mut shop = shop();
    let first = sell(&mut shop.counter, "anna", &[("latte", 1)], 0);
    let (greeting, _) = greeted(&mut shop.counter, "anna", &[("latte", 1)], 1);
    let card = first.next[0].id.clone();
    let at = MORNING.later(DAY_MS);
    let wish = basket(Choice::Offer(card.clone()), &[("latte", 1)]);
    shop.counter.quote(&greeting.visit, wish, at).unwrap();
    let second = shop.counter.settle(&greeting.visit, &CARD, at).unwrap();
    let shown = |shop: &mut SmallShop| shop.counter.greet(Some("anna"), at.later(1_000)).unwrap().offers;
    assert!(shown(&mut shop).iter().all(|offer| offer.id != card), "a card is good once");
    let open = shop.counter.greet(Some("anna"), at).unwrap().visit;
    shop.counter.cancel(&open, at).unwrap();
    shop.counter.refund(&second.receipt, None, at).unwrap();
    let offers = shown(&mut shop);
    assert_eq!(offers[0].id, card);
    assert!(offers.iter().all(|offer| offer.id != second.next[0].id));
}
