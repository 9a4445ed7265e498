//! `kava-sync learn`: sales of a real counter become a bundle at a real office, and the counter takes it.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::expect_used,
    reason = "a test stops at the first surprise"
)]
#![expect(dead_code, reason = "this file kills no office")]

mod running;

use kava::{
    facts::{
        menu::Menu,
        moment::Moment,
        purchase::{PaymentKind, PurchaseKind},
    },
    flow::{
        Counter as Till,
        counter::Settings,
        ids::Ids,
        quote::{Choice, QuoteWish},
        settle::Pays,
    },
    ports::Idempotency,
    store::{Access, Durability, Store, menu},
    testing::{
        random::Random,
        scripted::ScriptedRegister,
        shop::{DAY_MS, MORNING, item, products},
    },
};
use running::{Counter, Office};
use serde_json::Value;

/// Six weeks of sixty guests; gives how many sales there were.
fn live(counter: &Counter) -> u64 {
    let mut store = Store::open(&counter.db, Access::Write, Durability::Off).unwrap();
    let put = |change: &kava::store::Change<'_>| {
        products().iter().try_for_each(|product| {
            let version = menu::version_of(change, product)?;
            menu::put_on_sale(change, &product.sku, version)
        })
    };
    store.change(put).unwrap();
    let epoch = store.epoch().unwrap();
    let settings = Settings { trust_ids: true, ..Settings::default() };
    let register = Box::new(ScriptedRegister::new(Idempotency::ClientKey));
    let mut till = Till::new(store, register, None, Ids::seeded(3, (epoch, 0)), settings).unwrap();
    let (mut random, mut sales) = (Random::new(4), 0);
    for day in 0..42 {
        for guest in 0..60 {
            if random.once_in(2 + guest % 3) {
                buy(&mut till, guest, MORNING.later(day * DAY_MS + guest * 60_000));
                sales += 1;
            }
        }
    }
    sales
}

fn buy(till: &mut Till, guest: i64, at: Moment) {
    let sku = if guest % 2 == 0 { "latte" } else { "tea" };
    let visit = till.greet(Some(&format!("guest-{guest}")), at).unwrap().visit;
    let wish = QuoteWish { basket: vec![item(sku, 1)], choice: Choice::Best, kind: PurchaseKind::Sale };
    till.quote(&visit, wish, at).unwrap();
    till.settle(&visit, &Pays::Whole(PaymentKind::Card), at).unwrap();
}

/// Files beside the ledger.
fn beside(office: &Office) -> Vec<String> {
    let names = std::fs::read_dir(office.folder.path()).unwrap().flatten();
    names.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect()
}

#[test]
fn what_counters_have_sold_comes_back_to_them_as_models() {
    let office = Office::start();
    let counter = Counter::enrolled(&office, "1");
    let sales = live(&counter);
    counter.run(&["sync"]);
    let refused = office.try_run(&["learn"]);
    assert_eq!(refused.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&refused.stderr).contains("there is no menu here"), "{refused:?}");

    let menu = office.folder.path().join("menu.json");
    std::fs::write(&menu, Menu::new(products()).to_json()).unwrap();
    office.run(&["publish", "menu", menu.to_str().unwrap()]);
    let tried = office.run(&["learn", "--try"]);
    assert_eq!((&tried["sales"], &tried["version"]), (&sales.into(), &Value::Null));
    let learned = office.run(&["learn"]);
    assert_eq!((&learned["release"].is_u64(), &learned["version"]), (&true, &1.into()), "{learned}");
    assert_eq!(learned["report"]["value"]["guests"], 60);
    assert!(beside(&office).iter().all(|name| !name.contains("learning")), "{:?}", beside(&office));

    counter.run(&["sync"]);
    let store = Store::open(&counter.db, Access::Read, Durability::Full).unwrap();
    let now = Moment(store.newest_record_at().unwrap().unwrap()).max(learned_at(&learned));
    let bundle = store.bundle_in_force(now).unwrap().expect("the counter has taken it");
    assert_eq!((bundle.issuer.as_str(), Some(bundle.release)), ("office", learned["release"].as_u64()));
    assert!(bundle.tastes.is_some(), "{bundle:?}");
}

/// Releases are minutes since 1970.
fn learned_at(learned: &Value) -> Moment {
    Moment(learned["release"].as_i64().unwrap() * 60_000 + 60_000)
}
