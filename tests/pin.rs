//! The manager's PIN: what needs it, what becomes of who does not know it, and that a restart is no way around.

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

mod sale;

use kava::{
    facts::{basket::Quantity, moment::Moment, money::Money, policy::Policy, purchase::RefundLine},
    flow::{
        Counter, FlowFault,
        counter::Settings,
        pin::{Pin, keep_pin},
    },
    ports::Idempotency,
    store::{Access, Durability, Store, setting::set_policy},
    testing::shop::{MORNING, SmallShop, furnished},
};
use sale::sell;
use std::path::Path;

const LATER: Moment = Moment(MORNING.0 + 60_000);

/// A shop on a file, where refunds from 5.00 on need the manager.
fn shop_at(path: &Path) -> SmallShop {
    let store = if path.exists() {
        Store::open(path, Access::Write, Durability::Off).unwrap()
    } else {
        let mut store = furnished(Store::open(path, Access::Create, Durability::Off).unwrap()).unwrap();
        let policy =
            Policy { holdout: Vec::new(), refund_pin_from_minor: Some(Money(500)), ..Policy::default() };
        store.change(|change| set_policy(change, &policy)).unwrap();
        store
    };
    let settings = Settings { trust_ids: true, ..Settings::default() };
    SmallShop::on(store, Idempotency::ClientKey, settings).unwrap()
}

fn code<T: std::fmt::Debug>(answer: Result<T, FlowFault>) -> &'static str {
    answer.unwrap_err().code()
}

fn vouch(counter: &mut Counter, pin: &str, at: Moment) -> Result<(), FlowFault> {
    counter.vouch(&Pin::new(pin), at)
}

#[test]
fn money_from_the_policys_sum_on_goes_back_with_the_managers_word_only_and_each_time_anew() {
    let folder = tempfile::tempdir().unwrap();
    let mut shop = shop_at(&folder.path().join("kava.db"));
    let first = sell(&mut shop.counter, "anna", &[("latte", 1)], 0).receipt;
    let second = sell(&mut shop.counter, "anna", &[("latte", 2)], 0).receipt;
    assert_eq!(code(shop.counter.refund(&first, None, LATER)), "pin_needed");
    assert_eq!(code(vouch(&mut shop.counter, "4711", LATER)), "pin_unset");
    shop.counter.set_pin(None, &Pin::new("4711"), LATER).unwrap();
    assert_eq!(code(vouch(&mut shop.counter, "4712", LATER)), "pin_wrong");
    assert_eq!(code(shop.counter.refund(&first, None, LATER)), "pin_needed");
    vouch(&mut shop.counter, "4711", LATER).unwrap();
    shop.counter.refund(&first, None, LATER).unwrap();
    assert_eq!(code(shop.counter.refund(&second, None, LATER)), "pin_needed", "the word was for one");
}

#[test]
fn small_sums_need_nobody_until_they_are_a_large_one_together() {
    let folder = tempfile::tempdir().unwrap();
    let mut shop = shop_at(&folder.path().join("kava.db"));
    let sold = sell(&mut shop.counter, "anna", &[("bun", 3)], 0).receipt;
    let one = [RefundLine { line: 1, qty: Quantity::pieces(1) }];
    shop.counter.refund(&sold, Some(&one), LATER).unwrap();
    assert_eq!(code(shop.counter.refund(&sold, Some(&one), LATER)), "pin_needed");
}

#[test]
fn a_policy_that_says_nothing_wants_nobody() {
    let mut shop = sale::shop();
    let sold = sell(&mut shop.counter, "anna", &[("latte", 3)], 0).receipt;
    shop.counter.refund(&sold, None, LATER).unwrap();
}

#[test]
fn who_guesses_waits_also_after_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("kava.db");
    let mut shop = shop_at(&path);
    shop.counter.set_pin(None, &Pin::new("4711"), LATER).unwrap();
    for guess in ["0000", "0001", "0002", "0003", ""] {
        assert_eq!(code(vouch(&mut shop.counter, guess, LATER)), "pin_wrong", "{guess}");
    }
    assert_eq!(code(vouch(&mut shop.counter, "4711", LATER)), "pin_too_many_tries");
    drop(shop);
    let mut shop = shop_at(&path);
    assert_eq!(code(vouch(&mut shop.counter, "4711", LATER)), "pin_too_many_tries");
    vouch(&mut shop.counter, "4711", LATER.later(600_000)).unwrap();
}

#[test]
fn another_pin_is_set_by_who_knows_the_old_one_or_has_the_machine() {
    let mut shop = sale::shop();
    let [old, new, third] = ["4711", "123456", "987654321012"].map(Pin::new);
    shop.counter.set_pin(None, &old, LATER).unwrap();
    assert_eq!(code(shop.counter.set_pin(None, &new, LATER)), "pin_wrong");
    assert_eq!(code(shop.counter.set_pin(Some(&new), &new, LATER)), "pin_wrong");
    shop.counter.set_pin(Some(&old), &new, LATER).unwrap();
    vouch(&mut shop.counter, "123456", LATER).unwrap();
    let mut store = furnished(Store::in_memory().unwrap()).unwrap();
    keep_pin(&mut store, &third, [7; 16]).unwrap();
    let proof = store.pin_proof().unwrap().unwrap();
    assert!(proof.starts_with("$argon2id$") && !proof.contains("987654321012"), "{proof}");
    assert_eq!(format!("{third:?}"), "Pin");
}

#[test]
fn the_office_hears_whether_somebody_had_to_know_a_pin_to_set_another() {
    let mut shop = sale::shop();
    shop.counter.set_pin(None, &Pin::new("4711"), LATER).unwrap();
    shop.counter.set_pin(Some(&Pin::new("4711")), &Pin::new("1174"), LATER).unwrap();
    let waiting = shop.counter.store().outbox_load(100).unwrap();
    let told: Vec<String> = waiting
        .into_iter()
        .filter(|one| one.record.header.kind == "pin")
        .map(|one| String::from_utf8(one.record.payload.unwrap()).unwrap())
        .collect();
    assert_eq!(told, [r#"{"first":true}"#, r#"{"first":false}"#]);
}

#[test]
fn a_pin_is_four_to_twelve_digits() {
    let mut shop = sale::shop();
    for none in ["", "471", "1234567890123", "47 1", "abcd", "٤٧١١"] {
        assert_eq!(code(shop.counter.set_pin(None, &Pin::new(none), LATER)), "pin_shape", "{none:?}");
    }
}
