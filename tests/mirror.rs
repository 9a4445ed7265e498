//! The office learns from what counters have told: the same as a counter learns from its own store.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test stops at the first surprise")]

use kava::facts::id::{CounterId, ReceiptId};
use kava::facts::models::Bundle;
use kava::facts::moment::{BusinessDay, Moment};
use kava::facts::policy::Policy;
use kava::facts::purchase::{PaymentKind, PurchaseKind};
use kava::flow::Counter;
use kava::flow::counter::Settings;
use kava::flow::ids::Ids;
use kava::flow::mirror::{Chain, Learned, Mirror, Taken, Wish};
use kava::flow::quote::{Choice, QuoteWish};
use kava::flow::refit::{self, Parts, Refitted, refit};
use kava::flow::settle::Pays;
use kava::ports::Idempotency;
use kava::steps::offer::Strategy;
use kava::store::setting::set_shop;
use kava::store::{Access, Durability, Store, office};
use kava::testing::random::Random;
use kava::testing::scripted::ScriptedRegister;
use kava::testing::shop::{DAY_MS, MORNING, furnished, item, shop};
use kava::wire::record::Record;
use kava::wire::reply::Place;
use std::path::Path;

/// Segments need three hundred guests who are neither new nor away.
const MANY: i64 = 360;
const FEW: i64 = 90;
const DAYS: i64 = 45;
const SECRET: [u8; 32] = [7; 32];

fn counter(file: &Path, name: &str, seed: u64) -> Counter {
    let mut store = furnished(Store::open(file, Access::Create, Durability::Off).unwrap()).unwrap();
    let shop = kava::facts::shop::Shop { counter: CounterId::new(name), ..shop() };
    store.change(|change| set_shop(change, &shop)).unwrap();
    let settings = Settings { trust_ids: true, strategy: Strategy::Learned, ..Settings::default() };
    let register = Box::new(ScriptedRegister::new(Idempotency::ClientKey));
    Counter::new(store, register, None, Ids::seeded(seed, (1, 0)), settings).unwrap()
}

fn buy(till: &mut Counter, guest: i64, (day, minute): (i64, i64), sku: &str) -> ReceiptId {
    let at = MORNING.later(day * DAY_MS + minute * 60_000);
    let greeting = till.greet(Some(&format!("guest-{guest}")), at).unwrap();
    let wish =
        QuoteWish { basket: vec![item(sku, 1 + guest % 2)], choice: Choice::Best, kind: PurchaseKind::Sale };
    till.quote(&greeting.visit, wish, at).unwrap();
    till.settle(&greeting.visit, &Pays::Whole(PaymentKind::Card), at).unwrap().receipt
}

/// Guests come at their own pace; one in forty gives back what they bought.
fn live(tills: &mut [Counter], guests: i64) {
    let mut random = Random::new(11);
    let skus = ["latte", "bun", "tea"];
    for day in 0..DAYS {
        for guest in 0..guests {
            if !random.once_in(2 + guest % 5) {
                continue;
            }
            let till = usize::try_from(random.between(0, i64::try_from(tills.len()).unwrap() - 1)).unwrap();
            let sku = skus[usize::try_from(random.between(0, 2)).unwrap()];
            let receipt = buy(&mut tills[till], guest, (day, guest), sku);
            if random.once_in(40) {
                let at = MORNING.later(day * DAY_MS + (guest + 5) * 60_000);
                tills[till].refund(&receipt, None, at).unwrap();
            }
        }
    }
}

/// Everything a counter has told.
fn told(till: &mut Counter) -> Vec<Record> {
    let store = till.store_mut();
    let mut records = Vec::new();
    loop {
        let load = store.outbox_load(500).unwrap();
        let Some(last) = load.last() else { return records };
        let place = Place { epoch: last.record.header.epoch, seq: last.record.header.seq };
        store.change(|change| office::acknowledge(change, place)).unwrap();
        records.extend(load.into_iter().map(|hashed| hashed.record));
    }
}

fn after() -> Moment {
    MORNING.later(DAYS * DAY_MS)
}

fn mirrored(folder: &Path, of: &Store, records: &[Record]) -> (Taken, Learned) {
    mirrored_under((of.policy().unwrap(), after()), folder, of, records)
}

fn mirrored_under(
    (policy, now): (Policy, Moment),
    folder: &Path,
    of: &Store,
    records: &[Record],
) -> (Taken, Learned) {
    let chain = Chain { shop: shop(), policy, menu: of.menu().unwrap(), looks: None };
    let mut mirror = Mirror::begin(&folder.join("mirror.db"), chain).unwrap();
    for some in records.chunks(700) {
        mirror.take(some).unwrap();
    }
    let taken = mirror.settle().unwrap();
    let wish = Wish { now, seed: 9, parts: Parts::ALL, in_force: None, secret: &SECRET };
    (taken, mirror.learn(&wish, &mut |_, _, _| {}).unwrap())
}

fn own(store: &mut Store) -> Refitted {
    let wish = refit::Wish { now: after(), seed: 9, fresh_secret: SECRET, parts: Parts::ALL };
    refit(store, &wish, &mut |_, _, _| {}).unwrap()
}

fn bundle(learned: &Learned) -> Bundle {
    let (release, text) = learned.bundle.as_ref().unwrap();
    let bundle: Bundle = serde_json::from_str(text.split('\n').next().unwrap()).unwrap();
    assert_eq!((bundle.release, bundle.issuer.as_str()), (*release, "office"));
    bundle.check().unwrap();
    bundle
}

#[test]
fn from_a_counters_records_the_office_learns_what_the_counter_learns_itself() {
    let folder = tempfile::tempdir().unwrap();
    let mut tills = [counter(&folder.path().join("1.db"), "1", 5)];
    live(&mut tills, MANY);
    let [mut till] = tills;
    let records = told(&mut till);
    let own = own(till.store_mut());
    let (taken, learned) = mirrored(folder.path(), till.store(), &records);
    assert!(taken.sales > 1_500 && taken.refunds > 20 && taken.unread == 0, "{taken:?}");
    assert_eq!(learned.report, own.report);
    assert_eq!(learned.customers, own.customers);
    let (office, counter) = (bundle(&learned), till.store().bundle_in_force(after()).unwrap().unwrap());
    let fitted = (office.segments.is_some(), office.value.is_some(), office.tastes.is_some());
    assert_eq!(fitted, (true, true, true), "{:?}", learned.report);
    // A counter whose clock is years ahead carries nobody along: no day is learned until that is later than the next.
    std::fs::remove_file(folder.path().join("mirror.db")).unwrap();
    let mut ahead = records.clone();
    ahead.last_mut().unwrap().header.business_day.0 += 3_650;
    let before = (till.store().policy().unwrap(), after().later(-DAY_MS));
    assert_eq!(mirrored_under(before, folder.path(), till.store(), &ahead).1.report, own.report);
    assert_eq!(
        (office.segments, office.value, office.tastes, office.response, office.game, office.products),
        (counter.segments, counter.value, counter.tastes, counter.response, counter.game, counter.products)
    );
}

#[test]
fn a_guest_of_two_counters_is_one_guest_and_a_sale_that_is_told_twice_is_one_sale() {
    let folder = tempfile::tempdir().unwrap();
    let mut tills = [("1", 5), ("2", 6)]
        .map(|(name, seed)| counter(&folder.path().join(format!("{name}.db")), name, seed));
    live(&mut tills, FEW);
    let [first, second] = &mut tills;
    let [of_first, of_second] = [told(first), told(second)];
    let once = [of_first.as_slice(), &of_second].concat();
    let (taken, learned) = mirrored(folder.path(), first.store(), &once);
    assert_eq!(learned.customers.values().sum::<u64>(), FEW.unsigned_abs());
    // Neither counter knew which epoch the other had opened; no day is in two of them.
    let mirror = Store::open(&folder.path().join("mirror.db"), Access::Read, Durability::Off).unwrap();
    let (mut last, mut epochs) = ((0, BusinessDay(0)), 0);
    mirror
        .each_drawn(BusinessDay(i32::MAX), |drawn| {
            assert!(drawn.row != last.0 || drawn.assignment.from >= last.1, "{drawn:?}");
            last = (drawn.row, drawn.assignment.until);
            epochs += 1;
            Ok(())
        })
        .unwrap();
    assert!(epochs > FEW, "only {epochs} epochs were drawn");
    drop(mirror);
    std::fs::remove_file(folder.path().join("mirror.db")).unwrap();

    // A machine that went back to a backup tells the end of its series again, in its next epoch.
    let again = of_second.iter().cloned().map(|mut record| {
        record.header.epoch += 1;
        record
    });
    let twice: Vec<Record> = once.iter().cloned().chain(again).collect();
    let (seen, same) = mirrored(folder.path(), first.store(), &twice);
    assert_eq!((seen.sales, seen.refunds), (taken.sales, taken.refunds));
    assert_eq!((same.report, same.customers), (learned.report, learned.customers));
}

#[test]
fn what_was_drawn_for_another_experiment_says_nothing_of_this_one() {
    let folder = tempfile::tempdir().unwrap();
    let mut tills = [counter(&folder.path().join("1.db"), "1", 5)];
    live(&mut tills, FEW);
    let [mut till] = tills;
    let records = told(&mut till);
    let (_, same) = mirrored(folder.path(), till.store(), &records);
    assert!(same.report.response.unwrap().own_rows > 50);
    std::fs::remove_file(folder.path().join("mirror.db")).unwrap();
    let policy = Policy { experiment: "another".into(), ..till.store().policy().unwrap() };
    let (_, other) = mirrored_under((policy, after()), folder.path(), till.store(), &records);
    assert_eq!(other.report.response.unwrap().own_rows, 0);
}

#[test]
fn what_was_erased_teaches_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let mut tills = [counter(&folder.path().join("1.db"), "1", 5)];
    live(&mut tills, FEW);
    let [mut till] = tills;
    let mut records = told(&mut till);
    for record in &mut records {
        let text = String::from_utf8_lossy(record.payload.as_deref().unwrap_or_default()).into_owned();
        if text.contains("\"guest-7\"") {
            (record.salt, record.payload) = (None, None);
        }
    }
    let (_, learned) = mirrored(folder.path(), till.store(), &records);
    assert_eq!(learned.customers.values().sum::<u64>(), FEW.unsigned_abs() - 1);
    let bytes = std::fs::read(folder.path().join("mirror.db")).unwrap();
    assert!(!bytes.windows(9).any(|bytes| bytes == b"\"guest-7\""), "the mirror holds who was erased");
}
