//! What was earned, from the ledger: a campaign whose effect is planted, one without, and a programme without any.

#![expect(
    clippy::expect_used,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test stops at the first surprise"
)]
#![expect(dead_code, reason = "this file asks little of its helpers")]

mod books;
mod clerks;
mod counter_series;
mod described;
mod running;

use books::{Books, NOW, campaign};
use clerks::{enter, get, with_menu};
use counter_series::Series;
use kava::{
    facts::{
        basket::{PricedBasket, Quantity},
        campaign::Campaign,
        id::{CampaignId, CustomerId, ReceiptId, ShopId},
        moment::{BusinessDay, DAY_MS, LocalMoment, Moment},
        money::Money,
        policy::Policy,
        purchase::{Purchase, PurchaseKind},
    },
    learn::evaluate::lift::Verdict,
    steps::{charge, guard},
    testing::shop::{item, menu_of_products},
    wire::holdout::is_kept_from,
};
use kava_sync::{desk::lift, ledger::campaigns};
use serde_json::json;

const GUESTS: usize = 900;
/// What a latte of 6.70 leaves: less a sixth of tax, less its cost of 1.10.
const LATTE: i64 = 670 - 112 - 110;

fn guest(number: usize) -> CustomerId {
    CustomerId::new(format!("c{number:04}"))
}

/// A latte at full price.
fn latte(nth: i64, customer: &CustomerId, (at, day): (Moment, BusinessDay)) -> Purchase {
    let basket = PricedBasket::new(&[item("latte", 1)], &menu_of_products()).unwrap();
    let lines = charge::price(&guard::full_price(&basket, &Policy::default(), day));
    assert_eq!(lines[0].qty, Quantity::ONE);
    Purchase {
        receipt: ReceiptId::new(format!("r{nth:06}")),
        shop: ShopId::new("1"),
        kind: PurchaseKind::Sale,
        customer: Some(customer.clone()),
        when: LocalMoment { at, utc_offset_min: 180, business_day: day, hour: 12 },
        lines,
        payments: Vec::new(),
        offer: None,
        policy_version: 1,
        cup: Money(670),
        register_ref: None,
    }
}

/// A campaign of the last two weeks that keeps a fifth of the guests from it.
fn two_weeks(id: &str, holdout_bp: Option<i64>) -> Campaign {
    Campaign { id: CampaignId::new(id), from: NOW.later(-14 * DAY_MS), holdout_bp, ..campaign() }
}

/// Guests with a habit, before and during; whoever has the planted campaign comes once more.
fn told(planted: &Campaign) -> (Books, BusinessDay) {
    let mut books = Books::with(planted);
    let today = NOW.utc_day();
    let mut series = Series::new();
    let mut nth = 0;
    let mut sell = |number: usize, days_ago: i64| {
        let day = BusinessDay(today.0 - i32::try_from(days_ago).unwrap());
        let when = (NOW.later(-days_ago * DAY_MS - 3_600_000), day);
        nth += 1;
        let sale = serde_json::to_string(&latte(nth, &guest(number), when)).unwrap();
        series.add_at(when, "sale", &sale);
    };
    for number in 0..GUESTS {
        let habit = i64::try_from(number % 4).unwrap();
        for visit in 0..habit {
            sell(number, 16 + 3 * visit);
            sell(number, 2 + 3 * visit);
        }
        sell(number, 20);
        if !is_kept_from(planted, &guest(number)) {
            sell(number, 5);
        }
    }
    let mut from = 1;
    while from <= series.seq {
        let part = Series {
            records: series.records[..]
                .iter()
                .skip(usize::try_from(from - 1).unwrap())
                .take(500)
                .cloned()
                .collect(),
            ..series.clone()
        };
        books.send(&part, from);
        from += 500;
    }
    (books, today)
}

#[test]
fn a_planted_effect_is_read_from_the_ledger_and_nothing_is_read_where_there_is_none() {
    let planted = two_weeks("autumn", Some(2_000));
    let (mut books, today) = told(&planted);
    for other in [two_weeks("other", Some(2_000)), two_weeks("everybody", None)] {
        books.ledger.change(|change| campaigns::add(change, &other, NOW)).unwrap();
    }
    let lifts = lift::of(&books.ledger, (NOW, today)).unwrap();
    let of = |id: &str| lifts.campaigns.iter().find(|one| one.campaign.as_str() == id).map(|one| &one.lift);
    let autumn = of("autumn").unwrap();
    let figures = autumn.figures.unwrap();
    assert_eq!(
        (autumn.verdict, autumn.with + autumn.kept, autumn.uneven),
        (Verdict::Earned, GUESTS, false),
        "{autumn:?}"
    );
    assert!((figures.per_guest_minor - LATTE).abs() <= figures.per_guest_give_or_take_minor, "{figures:?}");
    // What was brought before is beside it, so a habit is no noise.
    assert!(figures.per_guest_give_or_take_minor < LATTE / 3, "{figures:?}");
    let all = i64::try_from(autumn.with).unwrap();
    assert!((figures.earned_minor - all * LATTE).abs() <= figures.give_or_take_minor, "{figures:?}");
    let other = of("other").unwrap();
    assert_eq!((other.verdict, of("everybody")), (Verdict::Unsure, None), "{other:?}");
    assert_eq!(lifts.programme.verdict, Verdict::Unsure, "{:?}", lifts.programme);
    assert_eq!(lifts.programme.holdout_bp, Policy::default().holdout_bp(today));
    assert_eq!((lifts.from.0, lifts.until), (today.0 - lift::DAYS + 1, today));
}

#[test]
fn what_was_given_back_is_not_earned_and_a_campaign_that_has_not_begun_is_not_there() {
    let planted = two_weeks("autumn", Some(2_000));
    let (mut books, today) = told(&planted);
    let before = lift::of(&books.ledger, (NOW, today)).unwrap().programme.figures.unwrap();
    let connection = books.ledger.connection();
    // Everything was given back: no one brought anything.
    let sql = "INSERT INTO receipt (receipt, kind, counter, epoch, seq, business_day, list, discount, net, charged, original)
        SELECT 'back-' || receipt, 'refund', counter, epoch, seq, business_day, list, discount, net, 1, receipt FROM receipt";
    connection.execute(sql, []).unwrap();
    let after = lift::of(&books.ledger, (NOW, today)).unwrap().programme.figures.unwrap();
    assert!(before.with_brings_minor > LATTE, "{before:?}");
    assert_eq!((after.with_brings_minor, after.kept_brings_minor), (0, 0), "{after:?}");
    let later = Campaign { from: NOW.later(1), ..two_weeks("later", Some(2_000)) };
    books.ledger.change(|change| campaigns::add(change, &later, NOW)).unwrap();
    assert_eq!(lift::of(&books.ledger, (NOW, today)).unwrap().campaigns.len(), 1);
}

#[test]
fn it_is_for_those_who_see_costs_and_a_new_chain_is_told_that_it_is_too_early() {
    let office = with_menu();
    let owner = enter(&office, &[]);
    let said = get(&office, "lift", &owner).body;
    assert_eq!(
        (&said["programme"]["verdict"], &said["campaigns"]),
        (&json!("too_few"), &json!([])),
        "{said}"
    );
    // Half of the guests are kept at the base at first: fifty on each side are a hundred in all.
    assert_eq!(said["programme"]["more_guests"], json!(100), "{said}");
    for role in ["marketer", "support"] {
        let cookie = enter(&office, &["--name", role, "--role", role]);
        assert_eq!(get(&office, "lift", &cookie).status, 403, "{role}");
    }
}
