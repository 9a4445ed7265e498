//! Budgets in the ledger: what is lent, spent, given back and told twice; and the same with the real programs.

#![expect(
    clippy::expect_used,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test stops at the first surprise"
)]
#![expect(dead_code, reason = "the running programs and the series are used in part")]

mod books;
mod counter_series;
mod running;

use books::{Books, NOW, amount, campaign, spend};
use counter_series::Series;
use kava::{
    facts::{
        campaign::{Amount, Campaign, Lease},
        id::{CampaignId, LeaseId},
        menu::{Menu, Product},
        moment::{BusinessDay, Moment},
        money::Money,
    },
    testing::shop::products,
    wire::{
        lease::{Ask, Want},
        reply::Place,
    },
};
use kava_sync::ledger::{audit::audit, campaigns, leases};
use running::{Counter, Office};
use serde_json::json;
use std::fs;

#[test]
fn what_is_lent_is_out_of_the_pool_until_it_was_spent_or_given_back() {
    let mut books = Books::new();
    let mut series = Series::new().sales(1, "a");
    books.send(&series, 1);
    let leases = books.ask(1, "first", &[]);
    assert_eq!(leases.len(), 1);
    let lease = &leases[0];
    assert_eq!(books.ask(1, "first", &leases), leases, "an answer that was lost costs nothing");
    let lent = books.standing().lent;
    assert_eq!(lent, lease.amount);
    series.add("spend", &spend(lease, 70, 2));
    series.add("spend", &spend(lease, -30, -1));
    books.send(&series, 1);
    books.send(&series, 1);
    let standing = books.standing();
    assert_eq!((standing.spent, standing.lent), (amount(40, 1), lent.minus(amount(40, 1))));
    series.add("lease", &json!({"campaign": "autumn", "lease": lease.id, "left": lent}).to_string());
    series.add("spend", &spend(lease, -40, -1));
    books.send(&series, 4);
    let standing = books.standing();
    assert_eq!(
        (standing.pool, standing.lent, standing.spent),
        (amount(1_000, 100), Amount::ZERO, Amount::ZERO)
    );
}

#[test]
fn who_spends_more_than_was_lent_is_booked_and_told_of() {
    let mut books = Books::new();
    let mut series = Series::new().sales(1, "a");
    books.send(&series, 1);
    let lease = books.ask(1, "first", &[]).remove(0);
    series.add("spend", &spend(&lease, lease.amount.money.0 + 5, 1));
    books.send(&series, 2);
    let standing = books.ledger.campaigns().unwrap().remove(0);
    assert_eq!(standing.over, amount(5, 0));
    assert!(books.ledger.alarms().unwrap().iter().any(|alarm| alarm.code == "lease_overrun"));
    assert_eq!(audit(&mut books.ledger).unwrap().findings[0].code, "budget");
}

#[test]
fn nothing_is_lent_to_a_counter_whose_series_is_not_all_here() {
    let mut books = Books::new();
    assert_eq!(books.ask(1, "first", &[]), [], "nothing of it is here");
    books.send(&Series::new().sales(1, "a"), 1);
    assert_eq!(books.ask(1, "second", &[]).len(), 1);
}

#[test]
fn an_office_that_went_back_lends_when_everybody_has_said_what_they_hold() {
    let mut books = Books::new();
    let series = Series::new().sales(1, "a");
    books.send(&series, 1);
    books.back_up();
    let lease = books.ask(1, "lent-later", &[]);
    books.go_back();
    let again = books.ask(1, "more", &lease);
    assert_eq!(again, lease, "what it holds is known again, and nothing more is lent");
    assert_eq!(books.standing().lent, lease[0].amount);
    books.send(&of_second().sales(1, "b"), 1);
    books.holds_nothing(2);
    assert_eq!(books.ask(2, "second", &[]).len(), 1);
    books.standing();
}

fn of_second() -> Series {
    Series { counter: "2".into(), ..Series::new() }
}

#[test]
fn what_is_left_of_a_lease_is_not_lent_again_when_its_spending_is_told_before_it_is() {
    let mut books = Books::new();
    let mut series = Series::new().sales(1, "a");
    books.send(&series, 1);
    books.back_up();
    let lease = books.ask(1, "lent-later", &[]).remove(0);
    books.go_back();
    // The series comes first, and the question for more after it.
    series.add("spend", &spend(&lease, 70, 2));
    books.send(&series, 1);
    books.send(&of_second().sales(1, "b"), 1);
    let last = Some(Place { epoch: 1, seq: 2 });
    let ask = Ask { epoch: 1, last, wants: Vec::new(), holds: vec![lease.clone()] };
    books.ledger.change(|change| leases::lend(change, (1, &ask), NOW)).unwrap();
    books.holds_nothing(2);
    let standing = books.standing();
    assert_eq!(standing.lent.plus(standing.spent), lease.amount, "all of it is out of the pool");
    // Whatever it spends now, it was lent.
    series.add("spend", &spend(&lease, lease.amount.money.0 - 70, lease.amount.uses - 2));
    books.send(&series, 3);
    assert_eq!((books.standing().over, books.alarms("lease_overrun")), (Amount::ZERO, 0));
    // A question that was long on its way changes nothing of a lease that was closed since.
    series.add("lease", &json!({"campaign": "autumn", "lease": lease.id, "left": amount(0, 0)}).to_string());
    books.send(&series, 4);
    books.ledger.change(|change| leases::lend(change, (1, &ask), NOW)).unwrap();
    assert_eq!(books.standing().lent, Amount::ZERO);
}

#[test]
fn a_counter_let_in_again_after_the_office_went_back_has_to_tell_everything_first() {
    let mut books = Books::new();
    books.send(&Series::new().sales(1, "a"), 1);
    let second = of_second().sales(1, "b");
    books.send(&second, 1);
    books.back_up();
    books.go_back();
    books.let_in("2");
    assert_eq!(books.ask(1, "early", &[]), [], "the second may have spent what it was lent since");
    books.holds_nothing(2);
    assert_eq!(books.ask(1, "now", &[]).len(), 1);
    books.let_in("3");
    assert_eq!(books.ask(1, "now", &[]).len(), 1, "later ones keep nobody waiting");
    books.standing();
}

/// It would give the campaign to guests who are to be kept from it, and its lift would say nothing any more.
#[test]
fn a_counter_that_knows_no_holdout_is_lent_nothing_of_a_campaign_that_has_one() {
    for (holdout_bp, knows, lent) in [(None, false, 1), (Some(1_000), false, 0), (Some(1_000), true, 1)] {
        let mut books = Books::with(&Campaign { holdout_bp, ..campaign() });
        books.send(&Series::new().sales(1, "a"), 1);
        let want = Want {
            id: LeaseId::new("l"),
            campaign: CampaignId::new("autumn"),
            expected: amount(200, 4),
            unit: Money(50),
            left: Amount::ZERO,
            coupon: false,
            holdout: knows,
        };
        let last = Some(Place { epoch: 1, seq: 1 });
        let ask = Ask { epoch: 1, last, wants: vec![want], holds: Vec::new() };
        let leases = books.ledger.change(|change| leases::lend(change, (1, &ask), NOW)).unwrap().leases;
        assert_eq!(leases.len(), lent, "{holdout_bp:?}, knows {knows}");
    }
}

#[test]
fn a_campaign_that_the_backup_had_not_gets_back_what_was_spent_and_is_held_of_it() {
    let mut books = Books::new();
    let autumn = campaign();
    let id = CampaignId::new("winter");
    let winter = Campaign { id: id.clone(), ..autumn };
    let mut series = Series::new().sales(1, "a");
    books.send(&series, 1);
    books.back_up();
    books.ledger.change(|change| campaigns::add(change, &winter, NOW)).unwrap();
    let want = Want {
        id: LeaseId::new("w"),
        campaign: id,
        expected: amount(200, 4),
        unit: Money(50),
        left: Amount::ZERO,
        coupon: false,
        holdout: true,
    };
    let last = Some(Place { epoch: 1, seq: 1 });
    let ask = Ask { epoch: 1, last, wants: vec![want], holds: Vec::new() };
    let lease = books.ledger.change(|change| leases::lend(change, (1, &ask), NOW)).unwrap().leases.remove(0);
    series.add("spend", &spend(&lease, 70, 2).replace("autumn", "winter"));
    books.go_back();
    books.send(&series, 1);
    books.send(&of_second().sales(1, "b"), 1);
    for counter in [1, 2] {
        books.holds_nothing(counter);
    }
    books.ledger.change(|change| campaigns::add(change, &winter, NOW)).unwrap();
    assert!(books.ledger.asks_for_leases(1).unwrap(), "they must say again what they hold");
    let last = Some(Place { epoch: 1, seq: 2 });
    let ask = Ask { epoch: 1, last, wants: Vec::new(), holds: vec![lease.clone()] };
    books.ledger.change(|change| leases::lend(change, (1, &ask), NOW)).unwrap();
    books.standing();
    let winter = books.ledger.campaigns().unwrap().remove(1);
    assert_eq!((winter.spent, winter.lent), (amount(70, 2), lease.amount.minus(amount(70, 2))));
}

/// Also when somebody is silent for a season: what began after all were heard was never lent before.
#[test]
fn a_new_campaign_long_after_a_backup_was_put_back_stops_nothing() {
    let mut books = Books::new();
    let series = Series::new().sales(1, "a");
    books.send(&series, 1);
    books.back_up();
    books.go_back();
    books.send(&series, 1);
    books.send(&of_second().sales(1, "b"), 1);
    for counter in [1, 2] {
        books.holds_nothing(counter);
    }
    let summer = Campaign { id: CampaignId::new("summer"), ..campaign() };
    books.ledger.change(|change| campaigns::add(change, &summer, NOW)).unwrap();
    assert!(!books.ledger.asks_for_leases(2).unwrap(), "nobody has to say anything");
    assert_ne!(books.ask(1, "first", &[]), [], "the first counter is lent without the second");
}

#[test]
fn a_counter_neither_spends_nor_gives_back_what_another_was_lent() {
    let mut books = Books::new();
    books.send(&Series::new().sales(1, "a"), 1);
    let lease = books.ask(1, "first", &[]).remove(0);
    let before = books.standing();
    let mut second = of_second().sales(1, "b");
    second.add("spend", &spend(&lease, 70, 2));
    second.add("lease", &json!({"campaign": "autumn", "lease": lease.id, "left": lease.amount}).to_string());
    books.send(&second, 1);
    assert_eq!((books.standing(), books.alarms("lease_foreign")), (before, 2));
    let held = Ask { epoch: 1, holds: vec![Lease { amount: amount(9_000, 9), ..lease }], ..Ask::default() };
    let listed = books.ledger.change(|change| leases::lend(change, (2, &held), NOW)).unwrap();
    assert_eq!(listed.leases, [], "nor does it become its own by being named");
    books.standing();
}

/// Costs of today: nothing is discounted by old ones.
fn fresh_menu() -> String {
    let today = BusinessDay(i32::try_from(jiff::Timestamp::now().as_second() / 86_400).unwrap());
    let fresh = products().into_iter().map(|product| Product { cost_day: Some(today), ..product });
    Menu::new(fresh.collect::<Vec<_>>()).to_json()
}

#[test]
fn a_campaign_goes_down_and_what_is_left_of_it_comes_back() {
    let office = Office::start();
    let write = |name: &str, text: &str| {
        let file = office.folder.path().join(name);
        fs::write(&file, text).unwrap();
        file.to_string_lossy().into_owned()
    };
    office.run(&["publish", "menu", &write("menu.json", &fresh_menu())]);
    let year = Moment(jiff::Timestamp::now().as_millisecond()).later(365 * 86_400_000);
    let autumn = Campaign { until: year, ..campaign() };
    let file = write("autumn.json", &serde_json::to_string(&autumn).unwrap());
    office.run(&["campaign", "add", &file]);
    assert!(!office.try_run(&["campaign", "add", &file]).status.success(), "one id, one campaign");
    let counter = Counter::enrolled(&office, "1");
    counter.run(&["sync"]);
    let first = counter.run(&["visit", "--item", "latte"]);
    assert_eq!(
        first["settle"]["saved_minor"],
        json!(0),
        "nothing was lent to a counter that had told nothing"
    );
    counter.run(&["sync"]);
    let saved = counter.run(&["visit", "--item", "latte"])["settle"]["saved_minor"].as_i64().unwrap();
    assert!(saved > 0);
    counter.run(&["sync"]);
    let listed = office.run(&["campaign", "list"]);
    assert_eq!(listed["campaigns"][0]["spent"], json!({"money": saved, "uses": 1}), "{listed}");
    office.run(&["campaign", "end", "autumn"]);
    counter.run(&["sync"]);
    counter.run(&["sync"]);
    let listed = office.run(&["campaign", "list"]);
    assert_eq!(listed["campaigns"][0]["lent"], json!({"money": 0, "uses": 0}), "{listed}");
    assert_eq!(listed["campaigns"][0]["pool"], json!({"money": 1_000 - saved, "uses": 99}), "{listed}");
    for report in [office.run(&["audit"]), counter.run(&["audit"])] {
        assert_eq!(report["findings"], json!([]));
    }
    assert_eq!(counter.run(&["replay"])["different"], json!([]));
}
