//! A coupon at a counter: one guest's, good once, where it lives; anywhere else a sentence.

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use kava::{
    facts::{
        campaign::{Amount, Campaign, Coupon, Lease},
        id::{CampaignId, CustomerId, LeaseId, OfferId, ShopId},
        menu::hex_digest,
        moment::Moment,
        money::Money,
        offer::Scope,
        purchase::{PaymentKind, PurchaseKind},
    },
    flow::{
        FlowFault,
        answers::{Greeting, Settled},
        ask::Asked,
        counter::Settings,
        deliver::News,
        ids::Ids,
        quote::{Choice, QuoteWish},
        settle::Pays,
    },
    ports::Idempotency,
    testing::shop::{MORNING, SmallShop, item},
    wire::{
        coupon::whose,
        document::Edition,
        lease::{Ask, Closed, Granted},
    },
};

const WHOLE: Amount = Amount { money: Money(900), uses: 1 };

fn coupon(shop: &str) -> Campaign {
    Campaign {
        id: CampaignId::new("birthday"),
        title: "Birthday".into(),
        scope: Scope::Basket,
        depth_bp: 3_000,
        from: MORNING,
        until: MORNING.later(30 * 86_400_000),
        budget: WHOLE,
        per_customer: None,
        per_day: None,
        holdout_bp: None,
        coupon: Some(Coupon { whose: whose(&CustomerId::new("anna")), shop: ShopId::new(shop) }),
    }
}

/// A counter of `shop`; anna's coupon lives here or elsewhere, and is lent to this counter.
fn shop_with(lives_in: &str) -> SmallShop {
    let settings = Settings { trust_ids: true, ..Settings::default() };
    let mut shop = SmallShop::open(Idempotency::ClientKey, settings).unwrap();
    publish(&mut shop, 1, lives_in);
    let lease = Lease {
        id: LeaseId::new("whole"),
        campaign: CampaignId::new("birthday"),
        amount: WHOLE,
        good_ms: 30 * 86_400_000,
    };
    hear(&mut shop, Granted { leases: vec![lease] }, MORNING);
    shop
}

fn publish(shop: &mut SmallShop, version: i64, lives_in: &str) {
    let body = serde_json::to_vec(&vec![coupon(lives_in)]).unwrap();
    let edition =
        Edition { stream: "campaigns".into(), version, digest: hex_digest(&body), bytes: body.len() as u64 };
    assert!(shop.counter.hear(&News::Document(edition, body), MORNING).unwrap());
}

fn hear(shop: &mut SmallShop, granted: Granted, at: Moment) {
    shop.counter.hear(&News::Leases(granted, at), at).unwrap();
}

fn the_coupon() -> OfferId {
    coupon("shop").offer().id
}

fn greet(shop: &mut SmallShop, guest: &str, hour: i64) -> Greeting {
    shop.counter.greet(Some(guest), hours(hour)).unwrap()
}

fn has_it(greeting: &Greeting) -> bool {
    greeting.offers.iter().any(|offer| offer.id == the_coupon())
}

fn hours(hour: i64) -> Moment {
    MORNING.later(hour * 3_600_000)
}

/// A latte with a choice; gives what was honoured.
fn buy(
    shop: &mut SmallShop,
    guest: &str,
    (choice, hour): (Choice, i64),
) -> Result<(Option<OfferId>, Settled), FlowFault> {
    let (visit, at) = (greet(shop, guest, hour).visit, hours(hour));
    let wish = QuoteWish { basket: vec![item("latte", 1)], choice, kind: PurchaseKind::Sale };
    let quoted = shop.counter.quote(&visit, wish, at)?;
    Ok((quoted.offer, shop.counter.settle(&visit, &Pays::Whole(PaymentKind::Card), at)?))
}

fn chosen(hour: i64) -> (Choice, i64) {
    (Choice::Offer(the_coupon()), hour)
}

fn code<T: std::fmt::Debug>(answer: Result<T, FlowFault>) -> &'static str {
    answer.unwrap_err().code()
}

#[test]
fn a_coupon_is_used_once_and_only_when_its_guest_asks_for_it() {
    let mut shop = shop_with("shop");
    assert!(has_it(&greet(&mut shop, "anna", 0)));
    assert!(!has_it(&greet(&mut shop, "boris", 0)));
    assert_eq!(code(buy(&mut shop, "boris", chosen(0))), "offer_unknown", "another's is nobody's business");
    let (honoured, _) = buy(&mut shop, "anna", (Choice::Best, 1)).unwrap();
    assert_ne!(honoured, Some(the_coupon()), "it is not spent on whatever comes");
    let (honoured, settled) = buy(&mut shop, "anna", chosen(2)).unwrap();
    assert_eq!((honoured, settled.saved_minor), (Some(the_coupon()), 201));
    assert!(!has_it(&greet(&mut shop, "anna", 3)));
    assert_eq!(code(buy(&mut shop, "anna", chosen(3))), "coupon_not_here");
}

#[test]
fn a_coupon_that_lives_elsewhere_is_refused_with_where_it_is() {
    let mut shop = shop_with("other");
    let greeting = greet(&mut shop, "anna", 0);
    assert!(!has_it(&greeting));
    let [elsewhere] = greeting.elsewhere.as_slice() else { panic!("{greeting:?}") };
    assert!(elsewhere.text.contains("Birthday") && elsewhere.text.contains("other"), "{}", elsewhere.text);
    assert_eq!(greet(&mut shop, "boris", 0).elsewhere, []);
    let refused = buy(&mut shop, "anna", chosen(0)).unwrap_err();
    assert_eq!(refused.code(), "coupon_elsewhere");
    assert!(refused.to_string().contains("shop other only"), "{refused}");
}

#[test]
fn a_coupon_that_moves_away_is_given_back_with_the_next_contact() {
    let mut shop = shop_with("shop");
    publish(&mut shop, 2, "other");
    assert_eq!(code(buy(&mut shop, "anna", chosen(0))), "coupon_elsewhere", "from now on");
    let (mut ids, store) = (Ids::seeded(1, (1, 0)), shop.counter.store());
    assert!(
        Ask::of(store, (&mut ids, &Asked::default(), false), hours(1)).unwrap().is_some(),
        "there is something to give back"
    );
    hear(&mut shop, Granted::default(), hours(1));
    let told = shop.counter.store().outbox_load(100).unwrap();
    let closed = told.iter().find(|one| one.record.header.kind == "lease").unwrap();
    let closed: Closed = serde_json::from_slice(closed.record.payload.as_ref().unwrap()).unwrap();
    assert_eq!(closed.left, WHOLE);
}

#[test]
fn a_receipt_that_is_given_back_gives_the_coupon_back() {
    let mut shop = shop_with("shop");
    let (_, settled) = buy(&mut shop, "anna", chosen(0)).unwrap();
    shop.counter.refund(&settled.receipt, None, hours(1)).unwrap();
    assert_eq!(buy(&mut shop, "anna", chosen(2)).unwrap().0, Some(the_coupon()));
}

#[test]
fn a_counter_asks_for_a_coupon_of_its_shop_until_it_has_it_and_for_no_other() {
    let wants = |shop: &SmallShop| {
        let ask =
            Ask::of(shop.counter.store(), (&mut Ids::seeded(1, (1, 0)), &Asked::default(), true), hours(1))
                .unwrap();
        ask.unwrap().wants.into_iter().map(|want| (want.coupon, want.expected)).collect::<Vec<_>>()
    };
    let settings = Settings::default();
    let mut shop = SmallShop::open(Idempotency::ClientKey, settings).unwrap();
    publish(&mut shop, 1, "shop");
    assert_eq!(wants(&shop), [(true, WHOLE)]);
    publish(&mut shop, 2, "other");
    assert_eq!(wants(&shop), []);
    assert_eq!(wants(&shop_with("shop")), []);
}

/// There may be thousands that other counters have.
#[test]
fn a_coupon_that_did_not_come_is_asked_for_again_after_a_while_or_when_something_has_changed() {
    let mut shop = SmallShop::open(Idempotency::ClientKey, Settings::default()).unwrap();
    publish(&mut shop, 1, "shop");
    let mut asked = Asked::default();
    let mut ids = Ids::seeded(1, (1, 0));
    let minutes = |count: i64| MORNING.later(count * 60_000);
    let mut wants = |asked: &Asked, at| {
        let ask = Ask::of(shop.counter.store(), (&mut ids, asked, true), at).unwrap().unwrap();
        (ask.wants.len(), ask)
    };
    let (first, ask) = wants(&asked, minutes(0));
    asked.note(&ask, minutes(0));
    assert_eq!(first, 1);
    for (at, wanted) in [(1, 0), (9, 0), (10, 1), (-1, 1)] {
        assert_eq!(wants(&asked, minutes(at)).0, wanted, "after {at} minutes");
    }
    asked.forget();
    assert_eq!(wants(&asked, minutes(1)).0, 1, "it may have moved here");
}
