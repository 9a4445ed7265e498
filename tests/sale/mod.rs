//! One guest buying something, in as few words as a test needs.

use kava::{
    facts::purchase::{PaymentKind, PurchaseKind},
    flow::{
        Counter,
        answers::{Greeting, QuoteShown, Settled},
        counter::Settings,
        quote::{Choice, QuoteWish},
        settle::Pays,
    },
    ports::Idempotency,
    testing::shop::{DAY_MS, MORNING, SmallShop, item},
};

pub(crate) const CARD: Pays = Pays::Whole(PaymentKind::Card);

pub(crate) fn shop_with(idempotency: Idempotency) -> SmallShop {
    SmallShop::open(idempotency, Settings { trust_ids: true, ..Settings::default() }).unwrap()
}

pub(crate) fn shop() -> SmallShop {
    shop_with(Idempotency::ClientKey)
}

pub(crate) fn basket(choice: Choice, items: &[(&str, i64)]) -> QuoteWish {
    let basket = items.iter().map(|(sku, pieces)| item(sku, *pieces)).collect();
    QuoteWish { basket, choice, kind: PurchaseKind::Sale }
}

/// A guest greeted and quoted so many days after the first morning.
pub(crate) fn greeted(
    counter: &mut Counter,
    code: &str,
    items: &[(&str, i64)],
    day: i64,
) -> (Greeting, QuoteShown) {
    let at = MORNING.later(day * DAY_MS);
    let greeting = counter.greet(Some(code), at).unwrap();
    let quote = counter.quote(&greeting.visit, basket(Choice::Best, items), at).unwrap();
    (greeting, quote)
}

/// The same, settled by card.
pub(crate) fn sell(counter: &mut Counter, code: &str, items: &[(&str, i64)], day: i64) -> Settled {
    let (greeting, _) = greeted(counter, code, items, day);
    counter.settle(&greeting.visit, &CARD, MORNING.later(day * DAY_MS)).unwrap()
}
