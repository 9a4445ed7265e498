//! A campaign at a counter: it is given only from what the office has lent, in the sale's own two commits.

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use kava::{
    facts::{
        campaign::{Amount, Campaign, LEASE_MS, Lease},
        customer::Consent,
        id::{CampaignId, LeaseId, ReceiptId},
        menu::hex_digest,
        moment::Moment,
        money::Money,
        offer::Scope,
        purchase::{PaymentKind, PurchaseKind},
    },
    flow::{
        FlowFault,
        answers::{SettleStatus, Settled},
        ask::Asked,
        counter::Settings,
        deliver::News,
        ids::Ids,
        quote::{Choice, QuoteWish},
        settle::Pays,
    },
    ports::Idempotency,
    store::{
        Access, Durability, Store,
        backup::{Whose, restore},
    },
    testing::{
        scripted::Act,
        shop::{MORNING, SmallShop, furnished, item},
    },
    wire::{
        document::Edition,
        lease::{Ask, Granted, Spend},
    },
};

const HOUR: i64 = 3_600_000;

fn campaign(per_customer: Option<u32>) -> Campaign {
    Campaign {
        id: CampaignId::new("autumn"),
        title: "Autumn".into(),
        scope: Scope::Basket,
        depth_bp: 1_000,
        from: MORNING,
        until: MORNING.later(30 * 24 * HOUR),
        budget: Amount { money: Money(100_000), uses: 1_000 },
        per_customer,
        per_day: None,
        holdout_bp: None,
        coupon: None,
    }
}

fn shop(per_customer: Option<u32>) -> SmallShop {
    shop_with(Idempotency::ClientKey, per_customer)
}

fn shop_with(register: Idempotency, per_customer: Option<u32>) -> SmallShop {
    let mut shop = SmallShop::open(register, Settings::default()).unwrap();
    put_in_force(&mut shop, per_customer);
    shop
}

fn put_in_force(shop: &mut SmallShop, per_customer: Option<u32>) {
    publish(shop, 1, &campaign(per_customer));
}

fn publish(shop: &mut SmallShop, version: i64, campaign: &Campaign) {
    let body = serde_json::to_vec(&vec![campaign]).unwrap();
    let edition =
        Edition { stream: "campaigns".into(), version, digest: hex_digest(&body), bytes: body.len() as u64 };
    assert!(shop.counter.hear(&News::Document(edition, body), MORNING).unwrap());
}

fn lend(shop: &mut SmallShop, id: &str, money: i64, uses: i64, at: Moment) {
    let lease = Lease {
        id: LeaseId::new(id),
        campaign: CampaignId::new("autumn"),
        amount: Amount { money: Money(money), uses },
        good_ms: LEASE_MS,
    };
    shop.counter.hear(&News::Leases(Granted { leases: vec![lease] }, at), at).unwrap();
}

fn latte(choice: Choice) -> QuoteWish {
    QuoteWish { basket: vec![item("latte", 1)], choice, kind: PurchaseKind::Sale }
}

/// A latte for somebody; what the campaign saves.
fn buy(shop: &mut SmallShop, code: Option<&str>, at: Moment) -> Result<Settled, FlowFault> {
    let visit = shop.counter.greet(code, at).unwrap().visit;
    shop.counter.quote(&visit, latte(Choice::Best), at).unwrap();
    shop.counter.settle(&visit, &Pays::Whole(PaymentKind::Card), at)
}

fn left(shop: &SmallShop) -> Amount {
    let leases = shop.counter.store().open_leases(&CampaignId::new("autumn")).unwrap();
    leases.iter().fold(Amount::ZERO, |all, one| all.plus(one.left))
}

fn told(shop: &SmallShop) -> Amount {
    let waiting = shop.counter.store().outbox_load(1_000).unwrap();
    let spends = waiting.iter().filter(|one| one.record.header.kind == "spend");
    spends.fold(Amount::ZERO, |all, one| {
        let spend: Spend = serde_json::from_slice(one.record.payload.as_ref().unwrap()).unwrap();
        all.plus(spend.amount)
    })
}

#[test]
fn without_a_lease_there_is_no_discount_and_with_one_only_as_much_as_is_in_it() {
    let mut shop = shop(None);
    assert_eq!(buy(&mut shop, None, MORNING).unwrap().saved_minor, 0);
    lend(&mut shop, "a", 100, 10, MORNING);
    let saved = buy(&mut shop, None, MORNING.later(1)).unwrap().saved_minor;
    assert!(saved > 0);
    let mut all = saved;
    for minute in 1..20 {
        all += buy(&mut shop, None, MORNING.later(minute * 60_000)).unwrap().saved_minor;
    }
    assert!(all <= 100 && all > 100 - saved, "{all} of 100, {saved} each");
    assert_eq!(left(&shop).money, Money(100 - all));
    assert_eq!(told(&shop).money, Money(all));
}

#[test]
fn uses_run_out_before_the_money_does() {
    let mut shop = shop(None);
    lend(&mut shop, "a", 100_000, 2, MORNING);
    let saved: Vec<bool> =
        (1..=4).map(|n| buy(&mut shop, None, MORNING.later(n)).unwrap().saved_minor > 0).collect();
    assert_eq!(saved, [true, true, false, false]);
}

#[test]
fn what_comes_to_nothing_is_back_in_the_lease_and_what_is_unknown_stays_reserved() {
    let mut shop = shop_with(Idempotency::None, None);
    lend(&mut shop, "a", 1_000, 10, MORNING);
    let whole = left(&shop);
    shop.register.tape().script.push_back(Act::Decline);
    let declined = buy(&mut shop, None, MORNING.later(1)).unwrap();
    assert_eq!(declined.status, SettleStatus::Declined);
    assert_eq!((left(&shop), told(&shop)), (whole, Amount::ZERO));
    shop.register.tape().script.push_back(Act::LoseAnswer);
    let review = buy(&mut shop, None, MORNING.later(2)).unwrap();
    assert_eq!(review.status, SettleStatus::NeedsReview);
    assert!(whole.covers(left(&shop)) && left(&shop) != whole && told(&shop) == Amount::ZERO);
    // A lease with an open reservation is not given back, whatever the time.
    let late = MORNING.later(LEASE_MS);
    shop.counter.hear(&News::Leases(Granted::default(), late), late).unwrap();
    assert_eq!(shop.counter.store().held_leases().unwrap().len(), 1);
    shop.counter.reviewed(&review.receipt, Some("1"), MORNING.later(3)).unwrap();
    assert_eq!(whole.minus(left(&shop)), told(&shop));
    assert_eq!(told(&shop).uses, 1);
}

#[test]
fn a_refund_gives_back_what_was_spent() {
    let mut shop = shop(None);
    lend(&mut shop, "a", 1_000, 10, MORNING);
    let whole = left(&shop);
    let receipt: ReceiptId = buy(&mut shop, None, MORNING.later(1)).unwrap().receipt;
    assert_ne!(left(&shop), whole);
    shop.counter.refund(&receipt, None, MORNING.later(2)).unwrap();
    assert_eq!((left(&shop), told(&shop)), (whole, Amount::ZERO));
}

#[test]
fn a_lease_ends_before_its_time_and_its_rest_goes_back_once() {
    let mut shop = shop(None);
    lend(&mut shop, "a", 1_000, 10, MORNING);
    let late = MORNING.later(LEASE_MS - 1_000);
    assert_eq!(buy(&mut shop, None, late).unwrap().saved_minor, 0);
    let ask = Ask::of(shop.counter.store(), (&mut Ids::seeded(1, (1, 0)), &Asked::default(), false), late);
    let ask = ask.unwrap().unwrap();
    assert_eq!((ask.holds.len(), ask.wants.len()), (1, 1), "{ask:?}");
    assert_eq!(ask.last, None, "what is not sent is not all that was spent");
    shop.counter.hear(&News::Leases(Granted::default(), late), late).unwrap();
    assert_eq!(shop.counter.store().held_leases().unwrap(), []);
    // The same lease in a late answer is not given again.
    lend(&mut shop, "a", 1_000, 10, late);
    assert_eq!(left(&shop), Amount::ZERO);
    let closed = shop.counter.store().outbox_load(1_000).unwrap();
    assert_eq!(closed.iter().filter(|one| one.record.header.kind == "lease").count(), 1);
}

#[test]
fn one_guest_uses_it_as_often_as_they_may_and_a_stranger_never() {
    let mut shop = shop(Some(1));
    lend(&mut shop, "a", 10_000, 100, MORNING);
    let guest = shop.counter.register_customer(Consent::default(), MORNING).unwrap();
    assert_eq!(buy(&mut shop, None, MORNING.later(1)).unwrap().saved_minor, 0);
    buy(&mut shop, Some(&guest.code), MORNING.later(2)).unwrap();
    buy(&mut shop, Some(&guest.code), MORNING.later(3)).unwrap();
    assert!(told(&shop).uses <= 1);
}

#[test]
fn guests_whom_the_lot_keeps_from_it_do_not_have_it_and_strangers_do() {
    let mut shop = shop(None);
    lend(&mut shop, "a", 10_000, 100, MORNING);
    let half = Campaign { holdout_bp: Some(5_000), ..campaign(None) };
    publish(&mut shop, 2, &half);
    let (mut kept, mut had) = (0, 0);
    for nth in 1..=12 {
        let guest = shop.counter.register_customer(Consent::PERSONAL, MORNING).unwrap();
        let before = told(&shop).uses;
        buy(&mut shop, Some(&guest.code), MORNING.later(nth)).unwrap();
        let is_kept = half.is_kept_from(&guest.customer);
        assert_eq!(told(&shop).uses - before, i64::from(!is_kept), "{}", guest.customer);
        (kept, had) = (kept + i64::from(is_kept), had + i64::from(!is_kept));
    }
    assert!(kept > 0 && had > 0, "twelve guests fell on one side: {kept}, {had}");
    let before = told(&shop).uses;
    buy(&mut shop, None, MORNING.later(20)).unwrap();
    assert_eq!(told(&shop).uses, before + 1);
}

#[test]
fn a_limit_that_comes_between_quote_and_payment_holds() {
    let mut shop = shop(None);
    lend(&mut shop, "a", 10_000, 100, MORNING);
    let guest = shop.counter.register_customer(Consent::default(), MORNING).unwrap();
    buy(&mut shop, Some(&guest.code), MORNING.later(1)).unwrap();
    let visit = shop.counter.greet(Some(&guest.code), MORNING.later(2)).unwrap().visit;
    let quoted = shop.counter.quote(&visit, latte(Choice::Best), MORNING.later(2)).unwrap();
    assert!(quoted.discount_minor > 0);
    publish(&mut shop, 2, &campaign(Some(1)));
    let settled = shop.counter.settle(&visit, &Pays::Whole(PaymentKind::Card), MORNING.later(3));
    assert!(matches!(settled, Err(FlowFault::OfferExpired(_))), "{settled:?}");
    assert_eq!(told(&shop).uses, 1);
}

#[test]
fn a_campaign_that_cannot_be_paid_for_is_not_quoted_either() {
    let mut shop = shop(None);
    lend(&mut shop, "a", 1, 1, MORNING);
    let visit = shop.counter.greet(None, MORNING).unwrap().visit;
    let chosen = latte(Choice::Offer(campaign(None).offer().id));
    let quoted = shop.counter.quote(&visit, chosen, MORNING);
    assert!(matches!(quoted, Err(FlowFault::OfferExpired(_))), "{quoted:?}");
}

#[test]
fn rests_that_are_too_little_for_a_use_do_not_keep_a_counter_from_asking() {
    let mut shop = shop(None);
    for lease in 0..200 {
        lend(&mut shop, &format!("rest-{lease}"), 5, 1, MORNING);
    }
    assert_eq!(buy(&mut shop, None, MORNING).unwrap().saved_minor, 0);
    let mut ids = Ids::seeded(1, (1, 0));
    let ask = Ask::of(shop.counter.store(), (&mut ids, &Asked::default(), false), MORNING).unwrap();
    assert_eq!(ask.unwrap().wants.len(), 1);
}

#[test]
fn a_clock_that_jumped_back_spends_nothing_of_a_lease() {
    let mut shop = shop(None);
    lend(&mut shop, "a", 1_000, 10, MORNING);
    assert!(buy(&mut shop, None, MORNING.later(2 * HOUR)).unwrap().saved_minor > 0);
    assert_eq!(buy(&mut shop, None, MORNING.later(HOUR)).unwrap().saved_minor, 0);
}

#[test]
fn a_backup_spends_nothing_that_was_lent_before_it() {
    let folder = tempfile::tempdir().unwrap();
    let (path, backup) = (folder.path().join("kava.db"), folder.path().join("kept"));
    let store = furnished(Store::open(&path, Access::Create, Durability::Off).unwrap()).unwrap();
    let mut shop = SmallShop::on(store, Idempotency::ClientKey, Settings::default()).unwrap();
    put_in_force(&mut shop, None);
    lend(&mut shop, "a", 1_000, 10, MORNING);
    shop.counter.store_mut().back_up(&backup, &mut |_, _| {}).unwrap();
    assert!(buy(&mut shop, None, MORNING.later(1)).unwrap().saved_minor > 0);
    drop(shop);
    restore(&backup, &path, Whose::ThisCounter, &mut |_, _| {}).unwrap();
    let store = Store::open(&path, Access::Write, Durability::Off).unwrap();
    let mut shop = SmallShop::on(store, Idempotency::ClientKey, Settings::default()).unwrap();
    assert_eq!(buy(&mut shop, None, MORNING.later(2)).unwrap().saved_minor, 0);
    lend(&mut shop, "b", 1_000, 10, MORNING.later(3));
    assert!(buy(&mut shop, None, MORNING.later(4)).unwrap().saved_minor > 0);
}
