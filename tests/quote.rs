//! Quotes through the real store: which of a guest's offers counts.

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

mod sale;

use kava::facts::id::OfferId;
use kava::flow::quote::Choice;
use kava::testing::shop::{DAY_MS, MORNING};
use sale::{basket, greeted, sell, shop};

#[test]
fn of_two_offers_that_save_the_same_the_one_shown_first_counts() {
    let mut shop = shop();
    let mut ties = 0;
    for guest in 0..40 {
        let code = format!("guest {guest}");
        sell(&mut shop.counter, &code, &[("latte", 1)], 0);
        let (greeting, best) = greeted(&mut shop.counter, &code, &[("latte", 1)], 1);
        let at = MORNING.later(DAY_MS);
        let mut saved = |id: &OfferId| {
            let wish = basket(Choice::Offer(id.clone()), &[("latte", 1)]);
            shop.counter.quote(&greeting.visit, wish, at).unwrap().discount_minor
        };
        let savings: Vec<_> =
            greeting.offers.iter().map(|offer| (offer.id.clone(), saved(&offer.id))).collect();
        let most = savings.iter().map(|(_, saved)| *saved).max().unwrap();
        let equal: Vec<_> = savings.iter().filter(|(_, saved)| *saved == most).map(|(id, _)| id).collect();
        ties += u32::from(equal.len() > 1);
        assert_eq!(best.offer.as_ref(), equal.first().copied(), "{code}: {savings:?}");
    }
    assert!(ties > 0, "no guest had two offers that save the same");
}
