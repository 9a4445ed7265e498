//! Visits through the real store with a scripted register: what guests, baristas and broken devices do.

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

mod sale;

use kava::{
    facts::{
        customer::Consent,
        id::{ReceiptId, VisitId},
        money::Money,
        purchase::{Payment, PaymentKind, PurchaseKind},
    },
    flow::{
        answers::{SettleStatus, Settled},
        counter::Settings,
        quote::{Choice, QuoteWish},
        replay::{Replay, Replayed},
        settle::Pays,
    },
    ports::{Idempotency, TapeEntry, TapeState},
    store::{Access, Durability, Store},
    testing::{
        scripted::Act,
        shop::{DAY_MS, MORNING, SmallShop, furnished},
    },
};
use sale::{CARD, basket, greeted, sell, shop, shop_with};
use std::panic::{AssertUnwindSafe, catch_unwind};

/// The code of a refusal by the counter.
macro_rules! code {
    ($call:expr) => {
        $call.unwrap_err().code()
    };
}

#[test]
fn a_guest_is_greeted_quoted_settled_and_remembered() {
    let mut shop = shop();
    let (greeting, quote) = greeted(&mut shop.counter, "anna", &[("latte", 1), ("bun", 1)], 0);
    assert_eq!(greeting.customer.as_ref().unwrap().segment, "new");
    assert!((2..=5).contains(&greeting.offers.len()), "{:?}", greeting.offers);
    assert!(quote.discount_minor > 0 && quote.net_minor + quote.discount_minor == quote.list_minor);
    let settled = shop.counter.settle(&greeting.visit, &CARD, MORNING).unwrap();
    assert_eq!((settled.status, settled.net_minor), (SettleStatus::Done, quote.net_minor));
    assert_eq!(settled.next.len(), 1, "the next visit's card is decided with the sale");
    assert_eq!(shop.register.tape().rung_up.len(), 1);
    assert_eq!(shop.printer.slips().len(), 1);
    let again = shop.counter.greet(Some("anna"), MORNING.later(DAY_MS)).unwrap();
    let guest = again.customer.unwrap();
    assert_eq!((guest.features.visits, guest.features.saved_minor), (1, quote.discount_minor));
    assert_eq!(again.offers[0].id, settled.next[0].id, "the card is the first offer of the next visit");
}

#[test]
fn a_scan_of_the_same_guest_is_the_same_visit_until_it_is_settled() {
    let mut shop = shop();
    let first = shop.counter.greet(Some("anna"), MORNING).unwrap();
    let second = shop.counter.greet(Some("anna"), MORNING.later(1_000)).unwrap();
    assert_eq!((&first.visit, &first.offers), (&second.visit, &second.offers));
    shop.counter.quote(&first.visit, basket(Choice::None, &[("tea", 1)]), MORNING).unwrap();
    shop.counter.settle(&first.visit, &CARD, MORNING).unwrap();
    assert_ne!(shop.counter.greet(Some("anna"), MORNING.later(2_000)).unwrap().visit, first.visit);
}

#[test]
fn the_arm_stays_the_same_for_the_whole_epoch() {
    let mut shop = shop();
    for guest in 0..40 {
        let arms: Vec<_> = (0..3)
            .map(|day| {
                shop.counter.greet(Some(&format!("guest {guest}")), MORNING.later(day * DAY_MS)).unwrap().arm
            })
            .collect();
        assert!(arms.windows(2).all(|pair| pair[0] == pair[1]), "{arms:?}");
    }
}

#[test]
fn without_consent_to_personalisation_there_is_only_the_base_and_without_any_nothing() {
    let mut shop = shop();
    let card = |shop: &mut SmallShop, consent| shop.counter.register_customer(consent, MORNING).unwrap().code;
    let programme = card(&mut shop, Consent { programme: true, ..Consent::default() });
    let none = card(&mut shop, Consent::default());
    let greeting = shop.counter.greet(Some(&programme), MORNING).unwrap();
    assert_eq!((greeting.offers.len(), greeting.offers[0].depth_bp, greeting.likes.len()), (1, 500, 0));
    let greeting = shop.counter.greet(Some(&none), MORNING).unwrap();
    assert!(greeting.customer.is_none() && greeting.offers.is_empty());
}

#[test]
fn wrong_codes_visits_offers_and_payments_get_a_code_of_their_own() {
    let mut shop = SmallShop::open(Idempotency::ClientKey, Settings::default()).unwrap();
    let counter = &mut shop.counter;
    assert_eq!(code!(counter.greet(Some("999999999"), MORNING)), "code_unknown");
    assert_eq!(code!(counter.greet(Some(&"1".repeat(10_000)), MORNING)), "code_too_long");
    let unknown = VisitId::new("v0");
    assert_eq!(code!(counter.quote(&unknown, basket(Choice::None, &[("tea", 1)]), MORNING)), "visit_unknown");
    let visit = counter.greet(None, MORNING).unwrap().visit;
    assert_eq!(code!(counter.settle(&visit, &CARD, MORNING)), "visit_not_quoted");
    for (items, expected) in [
        (&[][..], "basket_empty"),
        (&[("cake", 1)], "product_unknown"),
        (&[("tea", 0)], "quantity_impossible"),
        (&[("tea", 1_000_000)], "quantity_impossible"),
        (&[("oat", 1)], "extra_alone"),
        (&[("tea", 1); 1_001], "basket_too_long"),
    ] {
        assert_eq!(code!(counter.quote(&visit, basket(Choice::None, items), MORNING)), expected);
    }
    let foreign = basket(Choice::read(Some("v123.1")), &[("tea", 1)]);
    assert_eq!(code!(counter.quote(&visit, foreign, MORNING)), "offer_of_another_visit");
    let none = basket(Choice::read(Some("nothing")), &[("tea", 1)]);
    assert_eq!(code!(counter.quote(&visit, none, MORNING)), "offer_unknown");
    counter.quote(&visit, basket(Choice::None, &[("tea", 1)]), MORNING).unwrap();
    let short = Pays::Parts(vec![Payment { kind: PaymentKind::Cash, amount: Money(449) }]);
    assert_eq!(code!(counter.settle(&visit, &short, MORNING)), "payments_do_not_sum");
    counter.settle(&visit, &CARD, MORNING).unwrap();
    assert_eq!(code!(counter.settle(&visit, &CARD, MORNING)), "visit_settled");
    assert_eq!(code!(counter.cancel(&visit, MORNING)), "visit_settled");
}

#[test]
fn an_offer_of_yesterday_has_expired() {
    let mut shop = shop();
    let greeting = shop.counter.greet(Some("anna"), MORNING).unwrap();
    let wish = basket(Choice::Offer(greeting.offers[0].id.clone()), &[("latte", 1)]);
    assert_eq!(code!(shop.counter.quote(&greeting.visit, wish, MORNING.later(DAY_MS))), "offer_expired");
}

#[test]
fn a_declined_card_leaves_the_visit_open_with_the_same_quote_and_its_caps_free() {
    let mut shop = shop();
    shop.register.tape().script = [Act::Decline, Act::Decline, Act::RingUp].into();
    let (greeting, quote) = greeted(&mut shop.counter, "anna", &[("latte", 1)], 0);
    for _ in 0..2 {
        let declined = shop.counter.settle(&greeting.visit, &CARD, MORNING).unwrap();
        assert_eq!(declined.status, SettleStatus::Declined);
    }
    let settled = shop.counter.settle(&greeting.visit, &Pays::Whole(PaymentKind::Cash), MORNING).unwrap();
    assert_eq!((settled.status, settled.net_minor), (SettleStatus::Done, quote.net_minor));
    assert!(shop.printer.slips()[0].open_drawer, "cash opens the drawer");
    assert_eq!(shop.register.tape().rung_up.len(), 1);
}

#[test]
fn a_lost_answer_is_asked_for_where_the_register_knows_our_id() {
    for act in [Act::LoseAnswer, Act::LoseRequest] {
        let mut shop = shop();
        shop.register.tape().script = [act].into();
        assert_eq!(sell(&mut shop.counter, "anna", &[("tea", 1)], 0).status, SettleStatus::Done);
        assert!(shop.register.tape().times.values().all(|times| *times == 1));
    }
}

#[test]
fn a_lost_answer_waits_for_a_person_where_the_register_cannot_be_asked() {
    let mut shop = shop_with(Idempotency::None);
    shop.register.tape().script = [Act::LoseAnswer, Act::LoseAnswer].into();
    for rung_up in [Some("tape 17"), None] {
        let (greeting, _) = greeted(&mut shop.counter, "anna", &[("tea", 1)], 0);
        let open = shop.counter.settle(&greeting.visit, &CARD, MORNING).unwrap();
        assert_eq!(open.status, SettleStatus::NeedsReview);
        assert_eq!(
            code!(shop.counter.settle(&greeting.visit, &CARD, MORNING)),
            "needs_review",
            "never sent twice"
        );
        let state = shop.counter.reviewed(&open.receipt, rung_up, MORNING).unwrap();
        assert_eq!(state.code(), if rung_up.is_some() { "done" } else { "void" });
        assert_eq!(shop.counter.store().purchase(&open.receipt).unwrap().is_some(), rung_up.is_some());
    }
    assert_eq!(code!(shop.counter.reviewed(&ReceiptId::new("none"), None, MORNING)), "receipt_unknown");
}

#[test]
fn a_register_with_another_total_needs_review() {
    let mut shop = shop();
    shop.register.tape().script = [Act::WrongTotal].into();
    assert_eq!(sell(&mut shop.counter, "anna", &[("tea", 1)], 0).status, SettleStatus::NeedsReview);
}

#[test]
fn a_register_that_refuses_leaves_nothing_behind() {
    let mut shop = shop();
    shop.register.tape().script = [Act::Refuse].into();
    let (greeting, _) = greeted(&mut shop.counter, "anna", &[("latte", 1)], 0);
    assert_eq!(code!(shop.counter.settle(&greeting.visit, &CARD, MORNING)), "register_refused");
    assert_eq!(shop.counter.settle(&greeting.visit, &CARD, MORNING).unwrap().status, SettleStatus::Done);
    assert!(shop.counter.store().open_charges().unwrap().is_empty());
}

#[test]
fn a_failed_print_does_not_undo_the_sale_and_prints_once_later() {
    let mut shop = shop();
    shop.printer.set_broken(true);
    assert_eq!(sell(&mut shop.counter, "anna", &[("tea", 1)], 0).status, SettleStatus::Done);
    assert!(shop.printer.slips().is_empty());
    shop.printer.set_broken(false);
    assert_eq!(shop.counter.print_waiting(), 0);
    shop.counter.print_waiting();
    assert_eq!(shop.printer.slips().len(), 1);
}

#[test]
fn staff_pay_their_own_allowance_and_kinds_without_money_ask_no_register() {
    let mut shop = shop();
    for (kind, net) in
        [(PurchaseKind::Staff, 536), (PurchaseKind::Remake, 670), (PurchaseKind::Writeoff, 670)]
    {
        let visit = shop.counter.greet(Some("anna"), MORNING).unwrap().visit;
        let wish = QuoteWish { kind, ..basket(Choice::Best, &[("latte", 1)]) };
        assert_eq!(shop.counter.quote(&visit, wish, MORNING).unwrap().net_minor, net, "{kind:?}");
        shop.counter.settle(&visit, &CARD, MORNING).unwrap();
    }
    assert_eq!(shop.register.tape().rung_up.len(), 1, "only staff pay");
    let guest = shop.counter.greet(Some("anna"), MORNING).unwrap().customer.unwrap();
    assert_eq!(guest.features.visits, 0, "only sales make a regular");
}

#[test]
fn staff_have_one_allowance_a_day_each_and_a_refund_gives_it_back() {
    let mut shop = shop();
    let buy = |shop: &mut SmallShop, code: Option<&str>, day: i64| {
        let at = MORNING.later(day * DAY_MS);
        let visit = shop.counter.greet(code, at).unwrap().visit;
        let wish = QuoteWish { kind: PurchaseKind::Staff, ..basket(Choice::Best, &[("latte", 8)]) };
        shop.counter.quote(&visit, wish, at).unwrap();
        shop.counter.settle(&visit, &CARD, at).unwrap()
    };
    // Two drinks of each receipt are covered: 2 × 6.70 × 20 % = 2.68, seven times, then a rung that still fits.
    let of_anna: Vec<Settled> = (0..9).map(|_| buy(&mut shop, Some("anna"), 0)).collect();
    let saved: Vec<i64> = of_anna.iter().map(|settled| settled.saved_minor).collect();
    assert_eq!(saved, [268, 268, 268, 268, 268, 268, 268, 94, 0]);
    assert_eq!(buy(&mut shop, Some("boris"), 0).saved_minor, 268, "everybody has their own");
    assert_eq!(buy(&mut shop, None, 0).saved_minor, 268, "and those without a code have one together");
    assert_eq!(buy(&mut shop, Some("anna"), 1).saved_minor, 268, "tomorrow is another day");
    shop.counter.refund(&of_anna[0].receipt, None, MORNING).unwrap();
    assert_eq!(buy(&mut shop, Some("anna"), 0).saved_minor, 268, "what was given back is there again");
}

#[test]
fn the_days_caps_end_the_discount_until_they_are_given_back() {
    let mut shop = shop();
    let receipts: Vec<Settled> = (0..5).map(|_| sell(&mut shop.counter, "anna", &[("tea", 1)], 0)).collect();
    let saved: Vec<bool> = receipts.iter().map(|receipt| receipt.saved_minor > 0).collect();
    assert_eq!(saved, [true, true, true, true, false]);
    shop.counter.refund(&receipts[0].receipt, None, MORNING).unwrap();
    assert!(sell(&mut shop.counter, "anna", &[("tea", 1)], 0).saved_minor > 0);
}

#[test]
fn a_clock_that_jumps_back_a_day_is_marked_and_gives_no_second_helping_of_caps() {
    let mut shop = shop();
    for _ in 0..4 {
        sell(&mut shop.counter, "anna", &[("tea", 1)], 1);
    }
    let back = sell(&mut shop.counter, "anna", &[("tea", 1)], 0);
    assert_eq!((back.status, back.saved_minor), (SettleStatus::Done, 0));
    let stored = shop.counter.greet(Some("anna"), MORNING.later(DAY_MS)).unwrap().customer.unwrap();
    assert_eq!(stored.features.visits, 5, "a late visit is folded in its place");
}

#[test]
fn every_decision_replays_to_the_bit() {
    let mut shop = shop();
    let receipts: Vec<ReceiptId> = (0..30)
        .map(|n| {
            sell(&mut shop.counter, &format!("guest {}", n % 7), &[("latte", 1 + n % 3), ("bun", 2)], n)
                .receipt
        })
        .collect();
    let mut replay = Replay::default();
    for receipt in &receipts {
        assert_eq!(replay.receipt(shop.counter.store(), receipt).unwrap(), Replayed::Same);
    }
}

#[test]
fn a_counter_that_went_down_while_the_register_was_asked_finishes_or_gives_up() {
    for act in [Act::DieAfter, Act::DieBefore] {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("kava.db");
        let settings = Settings { trust_ids: true, ..Settings::default() };
        let store = furnished(Store::open(&path, Access::Create, Durability::Full).unwrap()).unwrap();
        let mut before = SmallShop::on(store, Idempotency::ClientKey, settings.clone()).unwrap();
        before.register.tape().script = [act].into();
        let (greeting, quote) = greeted(&mut before.counter, "anna", &[("tea", 1)], 0);
        let died = catch_unwind(AssertUnwindSafe(|| before.counter.settle(&greeting.visit, &CARD, MORNING)));
        assert!(died.is_err(), "the script lets the process die in mid-sale");
        let tape = before.register.clone();
        drop(before);
        let store = Store::open(&path, Access::Write, Durability::Full).unwrap();
        let mut after = SmallShop::on(store, Idempotency::ClientKey, settings).unwrap();
        after.register.tape().rung_up.clone_from(&tape.tape().rung_up);
        let resumed = after.counter.resume().unwrap();
        let rung_up = act == Act::DieAfter;
        assert_eq!(
            (resumed.finished.len(), resumed.given_up.len()),
            (usize::from(rung_up), usize::from(!rung_up))
        );
        let guest = after.counter.greet(Some("anna"), MORNING.later(DAY_MS)).unwrap().customer.unwrap();
        assert_eq!(guest.features.visits, u32::from(rung_up));
        assert_eq!(guest.features.saved_minor, if rung_up { quote.discount_minor } else { 0 });
        assert_eq!(after.printer.slips().len(), usize::from(rung_up));
    }
}

#[test]
fn open_days_are_counted_not_calendar_days() {
    let mut shop = shop();
    sell(&mut shop.counter, "anna", &[("tea", 1)], 0);
    sell(&mut shop.counter, "boris", &[("tea", 1)], 30);
    let guest = shop.counter.greet(Some("anna"), MORNING.later(31 * DAY_MS)).unwrap().customer.unwrap();
    assert_eq!(guest.features.recency_days, 2, "the shop was open on two days since");
}

#[test]
fn a_quote_of_yesterday_is_quoted_again_before_it_is_settled() {
    let mut shop = shop();
    let (greeting, _) = greeted(&mut shop.counter, "anna", &[("tea", 1)], 0);
    let tomorrow = MORNING.later(DAY_MS);
    assert_eq!(code!(shop.counter.settle(&greeting.visit, &CARD, tomorrow)), "quote_old");
    shop.counter.quote(&greeting.visit, basket(Choice::None, &[("tea", 1)]), tomorrow).unwrap();
    shop.counter.settle(&greeting.visit, &CARD, tomorrow).unwrap();
}

#[test]
fn a_card_held_by_a_charge_in_review_is_not_good_for_another_receipt() {
    let mut shop = shop_with(Idempotency::None);
    let card = sell(&mut shop.counter, "anna", &[("latte", 1)], 0).next[0].id.clone();
    let at = MORNING.later(DAY_MS);
    shop.register.tape().script = [Act::LoseAnswer].into();
    let wish = || basket(Choice::Offer(card.clone()), &[("latte", 1)]);
    let first = shop.counter.greet(Some("anna"), at).unwrap().visit;
    shop.counter.quote(&first, wish(), at).unwrap();
    let held = shop.counter.settle(&first, &CARD, at).unwrap();
    assert_eq!(held.status, SettleStatus::NeedsReview);
    let second = shop.counter.greet(Some("anna"), at).unwrap();
    assert!(second.offers.iter().all(|offer| offer.id != card));
    shop.counter.reviewed(&held.receipt, None, at).unwrap();
    shop.counter.cancel(&second.visit, at).unwrap();
    let third = shop.counter.greet(Some("anna"), at).unwrap();
    assert_eq!(third.offers[0].id, card, "it was not rung up, so the card is good again");
}

#[test]
fn a_model_learned_between_greet_and_settle_does_not_change_the_decision() {
    let mut shop = shop();
    let (greeting, _) = greeted(&mut shop.counter, "anna", &[("tea", 1)], 0);
    shop.counter.refresh(MORNING).unwrap();
    let receipt = shop.counter.settle(&greeting.visit, &CARD, MORNING).unwrap().receipt;
    assert_eq!(Replay::default().receipt(shop.counter.store(), &receipt).unwrap(), Replayed::Same);
}

#[test]
fn the_registers_journal_settles_reviews_takes_back_what_was_cancelled_and_changes_nothing_twice() {
    let mut shop = shop_with(Idempotency::None);
    let paid = sell(&mut shop.counter, "anna", &[("latte", 1)], 0);
    let cancelled = sell(&mut shop.counter, "boris", &[("tea", 1)], 0);
    let odd = sell(&mut shop.counter, "vera", &[("bun", 2)], 0);
    let entry = |reference: &str, state, total| TapeEntry {
        reference: reference.into(),
        state,
        total_minor: Money(total),
        fiscal: None,
        at: MORNING.later(60_000),
    };
    let entries = [
        entry("1", TapeState::Paid, paid.net_minor),
        entry("2", TapeState::Cancelled, cancelled.net_minor),
        entry("3", TapeState::Paid, odd.net_minor + 1),
        entry("17", TapeState::Paid, 100),
    ];
    let found = shop.counter.tape(&entries, MORNING.later(120_000)).unwrap();
    assert_eq!((found.paid, found.taken_back.as_slice()), (1, &[cancelled.receipt.clone()][..]));
    assert_eq!(found.different.iter().map(|one| &one.receipt).collect::<Vec<_>>(), [&odd.receipt]);
    assert_eq!(found.foreign, ["17"]);
    let boris = shop.counter.greet(Some("boris"), MORNING.later(DAY_MS)).unwrap().customer.unwrap();
    assert_eq!((boris.features.visits, boris.features.saved_minor), (0, 0), "he has bought nothing");
    assert_eq!(shop.register.tape().rung_up.len(), 3, "no register was asked to give back");
    let again = shop.counter.tape(&entries, MORNING.later(180_000)).unwrap();
    assert_eq!((again.known, again.taken_back.len(), again.different.len()), (4, 0, 0));
}
