//! What nobody at a counter can do, however it is tried: change a paid order by a code, sell to staff with a guest's offers, use
//! one code twice.

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

mod sale;

use kava::{
    faces::barista::{
        command::{Command, PayPart},
        screen::Screen,
        till::Till,
    },
    facts::{
        id::CustomerId,
        moment::Moment,
        purchase::{PaymentKind, PurchaseKind},
    },
    flow::quote::Choice,
    testing::{
        phones::{self, PhoneGuest},
        scripted::Act,
        shop::{DAY_MS, MORNING},
    },
};
use sale::{CARD, basket, sell, shop};

fn act(till: &mut Till, command: Command, at: Moment) -> Screen {
    till.obey(command, at);
    till.screen(at).unwrap()
}

fn add(till: &mut Till, at: Moment) -> Screen {
    act(till, Command::Add { sku: "latte".into(), qty: 1, with: Vec::new() }, at)
}

fn greet(till: &mut Till, code: &str, at: Moment) -> Screen {
    act(till, Command::Greet { code: code.into() }, at)
}

fn pay(till: &mut Till, at: Moment) -> Screen {
    let cart = till.screen(at).unwrap().cart;
    let pays = vec![PayPart { kind: PaymentKind::Cash, minor: cart.net_minor }];
    let visit = cart.visit.unwrap();
    act(till, Command::Pay { visit, net_minor: cart.net_minor, pays, given_minor: None }, at)
}

#[test]
fn a_code_after_the_payment_opens_the_next_order_and_changes_nothing_of_the_paid_one() {
    let mut till = Till::new(shop().counter, MORNING);
    add(&mut till, MORNING);
    let paid = pay(&mut till, MORNING).paid.unwrap();
    let sold = |till: &mut Till| {
        let stored = till.counter_mut().store().purchase(&paid.receipt.as_str().into()).unwrap().unwrap();
        (stored.customer, serde_json::to_string(&stored.purchase).unwrap())
    };
    let before = sold(&mut till);
    let screen = greet(&mut till, "anna", MORNING.later(5_000));
    assert_eq!(
        (screen.paid, screen.cart.lines.len()),
        (None, 0),
        "the next order is in front of the barista"
    );
    assert!(screen.guest.is_some());
    act(&mut till, Command::Undo, MORNING.later(6_000));
    act(&mut till, Command::Undo, MORNING.later(7_000));
    greet(&mut till, "anna", MORNING.later(8_000));
    add(&mut till, MORNING.later(9_000));
    let next = pay(&mut till, MORNING.later(10_000)).paid.unwrap();
    assert!(next.receipt != paid.receipt && next.saved_minor > 0);
    assert_eq!(sold(&mut till), before, "nothing of what is paid has changed");
    assert_eq!(before.0, None, "a stranger's it was, and stays");
}

#[test]
fn a_paid_visit_and_one_that_may_be_paid_take_no_code_and_no_other_basket() {
    for (answer, refused) in [(Act::RingUp, "visit_settled"), (Act::LoseRequest, "needs_review")] {
        let mut shop = sale::shop_with(kava::ports::Idempotency::None);
        let visit = shop.counter.greet(None, MORNING).unwrap().visit;
        shop.counter.quote(&visit, basket(Choice::Best, &[("latte", 1)]), MORNING).unwrap();
        shop.register.tape().script.push_back(answer);
        drop(shop.counter.settle(&visit, &CARD, MORNING));
        let greeted = shop.counter.greet(Some("anna"), MORNING.later(1_000)).unwrap();
        assert_ne!(greeted.visit, visit, "a code opens another visit");
        let again = basket(Choice::Best, &[("tea", 1)]);
        assert_eq!(shop.counter.quote(&visit, again, MORNING).unwrap_err().code(), refused);
        assert_eq!(shop.counter.settle(&visit, &CARD, MORNING).unwrap_err().code(), refused);
    }
}

#[test]
fn a_sale_to_staff_gets_the_allowance_and_no_offer_whatever_is_chosen() {
    let mut shop = shop();
    // A regular with a card kept for the next visit.
    let earned = (0..6).map(|day| sell(&mut shop.counter, "anna", &[("latte", 1)], day)).last().unwrap().next;
    let at = MORNING.later(7 * DAY_MS);
    let greeting = shop.counter.greet(Some("anna"), at).unwrap();
    assert!(!greeting.offers.is_empty() && !earned.is_empty());
    let own = greeting.offers.iter().chain(&earned).map(|offer| Choice::Offer(offer.id.clone()));
    let mut quotes = Vec::new();
    for choice in own.chain([Choice::None, Choice::Best]) {
        let mut wish = basket(choice, &[("latte", 1)]);
        wish.kind = PurchaseKind::Staff;
        quotes.push(shop.counter.quote(&greeting.visit, wish, at).unwrap());
    }
    assert!(quotes.iter().all(|quote| quote.offer.as_ref().is_some_and(|offer| offer.as_str() == "staff")));
    assert!(quotes.windows(2).all(|two| two[0] == two[1]), "the choice changes nothing");
    let settled = shop.counter.settle(&greeting.visit, &CARD, at).unwrap();
    let stored = shop.counter.store().purchase(&settled.receipt).unwrap().unwrap();
    assert_eq!(stored.purchase.kind, PurchaseKind::Staff);
    let after = shop.counter.greet(Some("anna"), at).unwrap();
    assert_eq!(after.customer.unwrap().features.visits, 6, "it makes no regular");
    for card in &earned {
        assert!(!shop.counter.store().card_is_spent(&card.id).unwrap(), "and uses no card of theirs");
    }
    assert!(settled.next.iter().all(|card| earned.iter().any(|kept| kept.id == card.id)), "nor earns one");
}

#[test]
fn a_code_that_paid_once_is_refused_at_the_till_and_the_next_order_is_a_strangers() {
    let mut till = Till::new(phones::counter().unwrap(), MORNING);
    let guest = PhoneGuest::new(7, MORNING.later(-DAY_MS), 0).unwrap();
    let code = guest.shows(MORNING, 1);
    assert!(greet(&mut till, &code, MORNING).guest.is_some());
    add(&mut till, MORNING);
    let first = pay(&mut till, MORNING.later(1_000)).paid.unwrap();
    let screen = greet(&mut till, &code, MORNING.later(2_000));
    assert_eq!(screen.notice.map(|notice| notice.code), Some("code_replayed".into()));
    assert!(screen.guest.is_none());
    add(&mut till, MORNING.later(3_000));
    let second = pay(&mut till, MORNING.later(4_000)).paid.unwrap();
    let customer = |till: &mut Till, receipt: &str| {
        till.counter_mut().store().purchase(&receipt.into()).unwrap().unwrap().purchase.customer
    };
    assert_eq!(customer(&mut till, &first.receipt), Some(CustomerId::new(guest.customer().as_str())));
    assert_eq!((customer(&mut till, &second.receipt), second.saved_minor), (None, 0));
}
