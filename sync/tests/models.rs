//! A new bundle in stages: real tills, the office's real handlers, and a bundle that does harm.

#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a test stops at the first surprise, and says its seed"
)]

mod stages;

use kava_sync::{
    desk::{deeds, models, rolls::BY_ITSELF},
    ledger::{Ledger, rolls},
};
use stages::Street;

const SHOPS: u8 = 6;

fn deeds_of(ledger: &Ledger) -> Vec<String> {
    let all = deeds::before(ledger.connection(), None).unwrap();
    all.into_iter().rev().filter(|deed| deed.what.starts_with("bundle_")).map(|deed| deed.what).collect()
}

#[test]
fn a_bundle_that_foretells_nonsense_comes_back_by_itself_and_no_till_is_ever_without_one() {
    let mut street = Street::open(SHOPS, 11);
    street.live(3);
    let first = street.give(1.0, 7);
    street
        .ledger
        .change(|change| {
            let roll = rolls::running(change, "")?.unwrap();
            let half = rolls::advance(change, &roll, street_now())?;
            let all = rolls::advance(change, &half, street_now())?;
            rolls::advance(change, &all, street_now()).map(drop)
        })
        .unwrap();
    street.live(1);
    let good = street.releases();
    assert!(good.values().all(|release| *release > 0), "{good:?}");

    let bad = street.give(6.0, 7);
    let roll = rolls::running(street.ledger.connection(), "").unwrap().unwrap();
    street.lively = roll.shops.first().unwrap().clone();
    street.live(1);
    assert_eq!((roll.version, roll.before, roll.shops.len()), (bad, first, 1), "a tenth of six is one");
    let with = street.releases();
    let changed =
        with.iter().filter(|(shop, release)| good[*shop] != **release).map(|(shop, _)| shop.clone());
    assert_eq!(changed.collect::<Vec<_>>(), roll.shops.iter().cloned().collect::<Vec<_>>());

    let mut days = 1;
    while rolls::running(street.ledger.connection(), "").unwrap().is_some() {
        assert!(days < 15, "it is found within two weeks");
        let before = street.releases();
        street.live(1);
        days += 1;
        let after = street.releases();
        assert!(
            before.iter().all(|(shop, release)| *release > 0 && after[shop] >= *release),
            "{before:?} {after:?}"
        );
    }
    println!("went back after {days} days");
    let roll = rolls::newest(street.ledger.connection(), "", 1).unwrap().remove(0);
    assert_eq!((roll.state.as_str(), roll.why.as_str()), ("returned", "value"));
    let after = street.releases();
    assert!(after.iter().all(|(shop, release)| *release > with[shop] && *release > good[shop]), "{after:?}");
    assert!(
        street.alphas().iter().all(|alpha| (*alpha - 150.0).abs() < 1e-9),
        "the models before, to the bit"
    );
    let alarms = street.ledger.alarms().unwrap();
    assert_eq!(alarms.iter().filter(|alarm| alarm.code == "bundle_returned").count(), 1, "{alarms:?}");
    let last = deeds::before(street.ledger.connection(), None).unwrap().remove(0);
    assert_eq!((last.clerk.as_str(), last.what.as_str()), (BY_ITSELF, "bundle_returned"), "{last:?}");
}

#[test]
fn an_honest_bundle_goes_from_a_shop_to_half_of_them_to_all() {
    let mut street = Street::open(SHOPS, 12);
    street.live(2);
    street.give(1.0, 3);
    let roll = rolls::running(street.ledger.connection(), "").unwrap().unwrap();
    street.lively = roll.shops.first().unwrap().clone();
    let mut counts = Vec::new();
    for _ in 0..17 {
        street.live(1);
        counts.push(street.releases().values().filter(|release| **release > 0).count());
    }
    counts.dedup();
    assert_eq!(counts, [1, 3, 6], "of {SHOPS} shops");
    assert_eq!(rolls::running(street.ledger.connection(), "").unwrap(), None);
    assert_eq!(
        deeds_of(&street.ledger),
        ["bundle_begun", "bundle_advanced", "bundle_advanced", "bundle_done"]
    );
    assert_eq!(street.ledger.alarms().unwrap(), []);
}

#[test]
fn guests_who_come_otherwise_than_was_learned_are_told_of_once_and_nothing_goes_back() {
    let mut street = Street::open(1, 13);
    street.lively = "shop-0".into();
    street.live(9);
    let version = street.give(1.0, 7);
    street.live(4);
    let drifts = |street: &Street| {
        street.ledger.alarms().unwrap().iter().filter(|alarm| alarm.code == "models_drift").count()
    };
    assert_eq!(drifts(&street), 0, "as they came");
    street.habit = 12;
    let mut days = 0;
    while drifts(&street) == 0 {
        assert!(days < 20, "it is found within three weeks");
        street.live(1);
        days += 1;
    }
    println!("found after {days} days");
    street.live(2);
    assert_eq!(drifts(&street), 1, "once");
    let shown = models::of(&street.ledger, "").unwrap();
    assert_eq!((shown.bundles[0].version, shown.bundles[0].state), (version, "in_force"));
    let look = shown.look.unwrap();
    assert!(look.drifted && look.moved.iter().any(|moved| moved.is_harm()), "{:?}", look.moved);
}

/// A moment before all that is looked at.
fn street_now() -> kava::facts::moment::Moment {
    kava::testing::shop::MORNING
}
