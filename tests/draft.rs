//! The draft of the sale in front of a screen: it is a sale from the moment it is charged, so that no crash puts it in
//! front of the barista once more, and a draft again when it came to nothing.

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

#[expect(dead_code, reason = "other tests use more of it")]
mod sale;

use kava::{
    flow::answers::SettleStatus,
    ports::Idempotency,
    testing::{
        scripted::Act,
        shop::{MORNING, SmallShop},
    },
};
use sale::{CARD, greeted, shop_with};

const DRAFT: &str = r#"{"code":"anna"}"#;
const OTHER: &str = r#"{"code":null}"#;

/// A noted sale that is charged in front of a register that does this, and how that has ended.
fn charged(act: Option<Act>) -> (SmallShop, Option<SettleStatus>) {
    let mut shop = shop_with(Idempotency::None);
    let (greeting, _) = greeted(&mut shop.counter, "anna", &[("latte", 1)], 0);
    shop.counter.note_draft(DRAFT).unwrap();
    shop.register.tape().script = act.into_iter().collect();
    let settled = shop.counter.settle_noted(&greeting.visit, (&CARD, ""), MORNING);
    (shop, settled.ok().map(|settled| settled.status))
}

/// What a person has seen on the register of the one receipt that waits.
fn seen(shop: &mut SmallShop, rung_up: Option<&str>) {
    let receipt = shop.counter.reviews().unwrap().pop().unwrap().receipt;
    shop.counter.reviewed(&receipt, rung_up, MORNING).unwrap();
}

fn draft(shop: &SmallShop) -> Option<String> {
    shop.counter.draft().unwrap()
}

#[test]
fn what_is_sold_is_no_draft() {
    let (shop, status) = charged(None);
    assert_eq!((status, draft(&shop)), (Some(SettleStatus::Done), None));
}

#[test]
fn what_is_sold_from_elsewhere_leaves_the_sale_in_front_of_the_screen() {
    for act in [None, Some(Act::Decline), Some(Act::LoseAnswer)] {
        let mut shop = shop_with(Idempotency::None);
        let (greeting, _) = greeted(&mut shop.counter, "boris", &[("bun", 1)], 0);
        shop.counter.note_draft(DRAFT).unwrap();
        shop.register.tape().script = act.into_iter().collect();
        let settled = shop.counter.settle(&greeting.visit, &CARD, MORNING).unwrap();
        assert_eq!(draft(&shop).as_deref(), Some(DRAFT), "{act:?}");
        if settled.status == SettleStatus::NeedsReview {
            seen(&mut shop, None);
            assert_eq!(draft(&shop).as_deref(), Some(DRAFT));
        }
    }
}

#[test]
fn what_was_declined_or_refused_is_in_front_of_the_barista_again() {
    for act in [Act::Decline, Act::Refuse] {
        let (shop, _) = charged(Some(act));
        assert_eq!(draft(&shop).as_deref(), Some(DRAFT));
    }
}

#[test]
fn what_needs_review_is_no_draft_until_a_person_says_that_it_was_not_rung_up() {
    let (mut shop, status) = charged(Some(Act::LoseAnswer));
    assert_eq!((status, draft(&shop)), (Some(SettleStatus::NeedsReview), None));
    seen(&mut shop, None);
    assert_eq!(draft(&shop).as_deref(), Some(DRAFT));
}

#[test]
fn what_was_rung_up_after_all_is_not_offered_again() {
    let (mut shop, _) = charged(Some(Act::LoseAnswer));
    seen(&mut shop, Some("tape 1"));
    assert_eq!(draft(&shop), None);
}

#[test]
fn the_next_guest_is_not_pushed_aside() {
    let (mut shop, _) = charged(Some(Act::LoseAnswer));
    shop.counter.note_draft(OTHER).unwrap();
    seen(&mut shop, None);
    assert_eq!(draft(&shop).as_deref(), Some(OTHER));
}
