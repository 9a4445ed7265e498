//! Coupons at the office: lent to one counter at a time of the shop in which they live. On real ledgers.

#![expect(clippy::expect_used, clippy::unwrap_used, reason = "a test stops at the first surprise")]
#![expect(dead_code, reason = "the books and the series are used in part")]

mod books;
mod counter_series;

use books::{Books, NOW, amount, campaign, spend};
use counter_series::Series;
use kava::{
    facts::{
        campaign::{Amount, Campaign, Coupon, Lease},
        id::{CampaignId, CustomerId, LeaseId, ShopId},
        moment::{DAY_MS, Moment},
        money::Money,
    },
    wire::{
        coupon::whose,
        document::Stream,
        lease::{Ask, Want},
        reply::Place,
    },
};
use kava_sync::ledger::{campaigns, coupons, leases};
use serde_json::json;

const WHOLE: Amount = amount(900, 1);

/// Counters 1 and 2 of shop 1, counter 3 of shop 2; the coupon lives in shop 1.
fn books() -> Books {
    let coupon = Coupon { whose: whose(&CustomerId::new("anna")), shop: ShopId::new("1") };
    let mut books = Books::with(&Campaign { budget: WHOLE, coupon: Some(coupon), ..campaign() });
    books.let_in_at(("2", "3"));
    for nth in 1..=3 {
        books.send(&series(nth), 1);
    }
    books
}

fn series(nth: i64) -> Series {
    let shop = if nth == 3 { "2" } else { "1" };
    Series { shop: shop.into(), counter: nth.to_string(), ..Series::new() }.sales(1, &nth.to_string())
}

/// What a counter holds after it has asked for the coupon.
fn ask(books: &mut Books, (counter, knows): (i64, bool), id: &str) -> Vec<Lease> {
    let want = Want {
        id: LeaseId::new(id),
        campaign: CampaignId::new("autumn"),
        expected: WHOLE,
        unit: Money(900),
        left: Amount::ZERO,
        coupon: knows,
        holdout: true,
    };
    let last = Some(Place { epoch: 1, seq: 1 });
    let ask = Ask { epoch: 1, last, wants: vec![want], holds: Vec::new() };
    books.ledger.change(|change| leases::lend(change, (counter, &ask), NOW)).unwrap().leases
}

fn move_to(books: &mut Books, shop: &str) -> bool {
    let moved = books.ledger.change(|change| coupons::move_to(change, ("autumn", &ShopId::new(shop)), NOW));
    moved.unwrap().is_some()
}

fn give_back(books: &mut Books, series: &mut Series, lease: &Lease) {
    let from = series.seq + 1;
    series.add("lease", &json!({"campaign": "autumn", "lease": lease.id, "left": lease.amount}).to_string());
    books.send(series, from);
}

#[test]
fn a_coupon_is_lent_whole_to_one_counter_of_its_shop_until_it_ends() {
    let mut books = books();
    assert_eq!(ask(&mut books, (3, true), "elsewhere"), [], "it does not live there");
    assert_eq!(ask(&mut books, (1, false), "old"), [], "an older program would give it to everybody");
    let held = ask(&mut books, (1, true), "first");
    assert_eq!((held.len(), held[0].amount), (1, WHOLE));
    assert_eq!(held[0].good_ms, campaign().until.0 - NOW.0);
    assert_eq!(ask(&mut books, (2, true), "second"), [], "somebody has it");
    assert_eq!(ask(&mut books, (1, true), "again"), held);
    assert_eq!(books.standing().lent, WHOLE);
}

#[test]
fn a_coupon_that_has_moved_is_lent_only_after_it_was_given_back() {
    let mut books = books();
    let held = ask(&mut books, (1, true), "first").remove(0);
    assert!(move_to(&mut books, "2"));
    assert_eq!(
        ask(&mut books, (3, true), "early"),
        [],
        "it may be used where it was, as long as nobody has told"
    );
    give_back(&mut books, &mut series(1), &held);
    assert_eq!(ask(&mut books, (2, true), "late"), [], "it does not live there any more");
    assert_eq!(ask(&mut books, (3, true), "now")[0].amount, WHOLE);
    books.standing();
}

#[test]
fn a_coupon_that_was_used_is_lent_to_nobody_until_its_receipt_is_given_back() {
    let mut books = books();
    let held = ask(&mut books, (1, true), "first").remove(0);
    let mut series = series(1);
    series.add("spend", &spend(&held, 201, 1));
    series.add("lease", &json!({"campaign": "autumn", "lease": held.id, "left": amount(699, 0)}).to_string());
    books.send(&series, 2);
    assert_eq!(books.standing().spent, amount(201, 1));
    assert!(move_to(&mut books, "2"));
    assert_eq!(ask(&mut books, (3, true), "spent"), []);
    series.add("spend", &spend(&held, -201, -1));
    books.send(&series, 4);
    assert_eq!(ask(&mut books, (3, true), "given back")[0].amount, WHOLE);
    books.standing();
}

/// What the counters are told of.
fn told(books: &Books) -> Vec<String> {
    let (_, list) = books.ledger.newest(Stream::Campaigns, "").unwrap().unwrap();
    let campaigns: Vec<Campaign> = serde_json::from_slice(&list).unwrap();
    campaigns.into_iter().map(|one| one.id.to_string()).collect()
}

/// Another campaign begins, so the list goes down anew.
fn add_another(books: &mut Books, (id, from): (&str, Moment)) {
    let other = Campaign { id: CampaignId::new(id), from, until: from.later(90 * DAY_MS), ..campaign() };
    books.ledger.change(|change| campaigns::add(change, &other, from)).unwrap();
}

#[test]
fn counters_are_told_of_no_coupon_that_can_hardly_come_back_and_of_no_campaign_that_is_over() {
    let mut books = books();
    let until = books.standing().campaign.until;
    let held = ask(&mut books, (1, true), "first").remove(0);
    let mut series = series(1);
    series.add("spend", &spend(&held, 201, 1));
    books.send(&series, 2);
    add_another(&mut books, ("b", NOW.later(DAY_MS)));
    assert_eq!(told(&books), ["autumn", "b"], "its receipt may be given back");
    add_another(&mut books, ("c", until));
    assert_eq!(told(&books), ["b", "c"]);
    for nth in 0..20 {
        add_another(&mut books, (&format!("d{nth}"), until.later(nth)));
    }
    let lists = "SELECT count(*) FROM document d JOIN edition e USING (digest) WHERE e.stream = 'campaigns'";
    let kept: i64 = books.ledger.connection().query_row(lists, [], |row| row.get(0)).unwrap();
    assert_eq!(kept, 9, "who reads an older list in this very moment still finds it");
    let orphans = "SELECT count(*) FROM document WHERE digest NOT IN (SELECT digest FROM edition)";
    assert_eq!(books.ledger.connection().query_row(orphans, [], |row| row.get::<_, i64>(0)), Ok(0));
}

#[test]
fn a_coupon_used_long_ago_is_told_to_nobody_until_its_receipt_is_given_back() {
    let mut books = books();
    let long = Campaign { until: NOW.later(90 * DAY_MS), ..books.standing().campaign };
    let body = serde_json::to_string(&long).unwrap();
    books.ledger.change(|change| Ok(change.execute("UPDATE campaign SET body = ?", [body])?)).unwrap();
    let held = ask(&mut books, (1, true), "first").remove(0);
    let mut series = series(1);
    series.add("spend", &spend(&held, 201, 1));
    books.send(&series, 2);
    for (days, expected) in [(29, &["autumn", "b29"][..]), (31, &["b29", "b31"][..])] {
        add_another(&mut books, (&format!("b{days}"), NOW.later(days * DAY_MS)));
        assert_eq!(told(&books), expected, "after {days} days");
    }
    series.add("spend", &spend(&held, -201, -1));
    books.send(&series, 3);
    add_another(&mut books, ("b40", NOW.later(40 * DAY_MS)));
    assert_eq!(told(&books), ["autumn", "b29", "b31", "b40"]);
}

#[test]
fn what_is_no_coupon_does_not_move() {
    let mut books = Books::new();
    assert!(!move_to(&mut books, "2"));
}
