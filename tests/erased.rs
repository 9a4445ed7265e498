//! A counter that goes on running has nothing of an erased guest in its files, its log among them.

use kava::{
    facts::{
        customer::Consent,
        purchase::{PaymentKind, PurchaseKind},
    },
    flow::{
        FlowFault,
        counter::Settings,
        deliver::News,
        quote::{Choice, QuoteWish},
        settle::Pays,
    },
    ports::Idempotency,
    store::{Access, Durability, Store},
    testing::shop::{MORNING, SmallShop, furnished, item},
    wire::erasure::{Erasure, who},
};
use std::fs;

fn wish() -> QuoteWish {
    QuoteWish { basket: vec![item("latte", 1)], choice: Choice::Best, kind: PurchaseKind::Sale }
}

#[test]
fn a_running_counter_has_nothing_of_them_in_its_files() {
    let folder = tempfile::tempdir().unwrap();
    let store =
        furnished(Store::open(&folder.path().join("kava.db"), Access::Create, Durability::Full).unwrap());
    let mut shop = SmallShop::on(store.unwrap(), Idempotency::ClientKey, Settings::default()).unwrap();
    let guest = shop.counter.register_customer(Consent::PERSONAL, MORNING).unwrap();
    let visit = shop.counter.greet(Some(&guest.code), MORNING).unwrap().visit;
    shop.counter.quote(&visit, wish(), MORNING).unwrap();
    shop.counter.settle(&visit, &Pays::Whole(PaymentKind::Card), MORNING).unwrap();
    let waiting = shop.counter.greet(Some(&guest.code), MORNING.later(1)).unwrap().visit;
    shop.counter.quote(&waiting, wish(), MORNING.later(1)).unwrap();
    let word = guest.customer.to_string().into_bytes();
    let has_it = || {
        let files =
            fs::read_dir(folder.path()).unwrap().map(|entry| fs::read(entry.unwrap().path()).unwrap());
        files.into_iter().any(|bytes| bytes.windows(word.len()).any(|window| window == word))
    };
    assert!(has_it());

    let erasures = vec![Erasure { id: 1, who: who(&guest.customer) }];
    let found = shop.counter.store().find_erased(&erasures).unwrap();
    assert!(shop.counter.hear(&News::Erase(erasures, found), MORNING.later(2)).unwrap());
    assert!(!has_it(), "while the counter has its files open");
    let settled = shop.counter.settle(&waiting, &Pays::Whole(PaymentKind::Card), MORNING.later(3));
    assert!(matches!(settled, Err(FlowFault::NotQuoted(_))), "what was shown to them holds no more");
    shop.counter.quote(&waiting, wish(), MORNING.later(4)).unwrap();
    shop.counter.settle(&waiting, &Pays::Whole(PaymentKind::Card), MORNING.later(5)).unwrap();
    assert!(!has_it(), "and nothing comes back");
}
