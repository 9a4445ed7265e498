//! Two guests who turn out to be one, at a counter: cards, visits, promises and what is owed are one guest's, whichever card is
//! shown; and an erasure takes both names.

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

#[expect(dead_code, reason = "other tests use more of it")]
mod sale;

use kava::{
    audit::audit,
    facts::{
        carried::{Amount, Owed},
        customer::{Consent, Customer},
        id::CustomerId,
        moment::{BusinessDay, ShopTime},
        promise::Promise,
    },
    flow::{counter::Settings, deliver::News},
    import::{
        read::{Occasion, read},
        shipped::preset,
    },
    ports::Idempotency,
    store::{Access, Durability, Store, carried, customers},
    testing::shop::{DAY_MS, MORNING, SmallShop, furnished},
    wire::{
        erasure::{Erasure, who},
        merge::Merge,
    },
};
use sale::{greeted, sell};
use std::{fs, path::Path};

const OLD: &str = "77001234";
const NEW: &str = "77005678";

/// A counter on files with two guests, each with a card, a balance and a promise; the first agrees to everything.
fn two(folder: &Path, register: Idempotency) -> SmallShop {
    let mut store =
        furnished(Store::open(&folder.join("kava.db"), Access::Create, Durability::Full).unwrap()).unwrap();
    let everything = Consent { marketing: true, ..Consent::PERSONAL };
    store
        .change(|change| {
            for (name, card, consent, depth_bp, points) in
                [("old-guest", OLD, everything, 1_500, 200), ("new-guest", NEW, Consent::PERSONAL, 700, 50)]
            {
                let id = CustomerId::new(name);
                let row = customers::add_customer(
                    change,
                    &Customer { id, consent, registered: BusinessDay(19_000) },
                    "import:poster",
                )?;
                customers::add_printed_code(change, card, row)?;
                let until = BusinessDay(20_600);
                carried::promise(change, row, &Promise { depth_bp, until }, "import:poster")?;
                let owed = Amount { kind: Owed::Points, amount: points };
                carried::bring(change, row, "import:poster", &owed)?;
            }
            Ok(())
        })
        .unwrap();
    SmallShop::on(store, register, Settings::default()).unwrap()
}

fn merge(id: i64) -> News {
    let (name, into) = (CustomerId::new("old-guest"), CustomerId::new("new-guest"));
    News::Merge(vec![Merge { id, name, into, consent: None, confirmed: false }])
}

/// Whether a word stands in any file of a folder.
fn is_in(folder: &Path, word: &str) -> bool {
    let files = fs::read_dir(folder).unwrap().map(|entry| fs::read(entry.unwrap().path()).unwrap());
    files.into_iter().any(|bytes| bytes.windows(word.len()).any(|window| window == word.as_bytes()))
}

#[test]
fn either_card_leads_to_one_guest_with_the_visits_and_balances_of_both() {
    let folder = tempfile::tempdir().unwrap();
    let mut shop = two(folder.path(), Idempotency::ClientKey);
    // Both use up their caps of a day: together it is more than one guest may have.
    for visit in 0..6 {
        let card = if visit % 2 == 0 { OLD } else { NEW };
        sell(&mut shop.counter, card, &[("latte", 2)], 0);
    }
    assert!(shop.counter.hear(&merge(1), MORNING).unwrap());
    assert_eq!(shop.counter.store().merged_upto().unwrap(), 1);
    for (day, card) in [(1, OLD), (2, NEW)] {
        let (greeting, quote) = greeted(&mut shop.counter, card, &[("latte", 1)], day);
        let guest = greeting.customer.unwrap();
        assert_eq!(guest.id.as_str(), "new-guest", "{card}");
        assert_eq!(guest.features.visits, 6 + u32::try_from(day).unwrap() - 1, "{card}");
        assert_eq!(guest.consent, ["programme", "personalisation"], "the narrower holds");
        assert_eq!(greeting.owed, [Amount { kind: Owed::Points, amount: 250 }]);
        assert_eq!(quote.reason.code, "promised", "the better promise of both");
        sell(&mut shop.counter, card, &[("latte", 1)], day);
    }
    // The same said again changes nothing.
    shop.counter.hear(&merge(1), MORNING.later(3 * DAY_MS)).unwrap();
    let (greeting, _) = greeted(&mut shop.counter, OLD, &[("latte", 1)], 3);
    assert_eq!(greeting.owed, [Amount { kind: Owed::Points, amount: 250 }]);
    let report = audit(&folder.path().join("kava.db")).unwrap();
    assert!(report.holds(), "{:#?}", report.findings);
}

#[test]
fn a_sale_that_was_frozen_before_is_written_to_whom_the_guest_is_now() {
    let folder = tempfile::tempdir().unwrap();
    let mut shop = two(folder.path(), Idempotency::None);
    shop.register.tape().script.push_back(kava::testing::scripted::Act::LoseAnswer);
    let waiting = sell(&mut shop.counter, OLD, &[("latte", 1)], 0);
    shop.counter.hear(&merge(1), MORNING.later(1)).unwrap();
    shop.counter.reviewed(&waiting.receipt, Some("1"), MORNING.later(2)).unwrap();
    let (greeting, _) = greeted(&mut shop.counter, NEW, &[("latte", 1)], 1);
    assert_eq!(greeting.customer.unwrap().features.visits, 1);
    let report = audit(&folder.path().join("kava.db")).unwrap();
    assert!(report.holds(), "{:#?}", report.findings);
}

#[test]
fn who_was_being_served_is_greeted_again_and_who_is_unknown_here_changes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let mut shop = two(folder.path(), Idempotency::ClientKey);
    let (greeting, _) = greeted(&mut shop.counter, OLD, &[("latte", 1)], 0);
    let nobody = Merge {
        id: 1,
        name: CustomerId::new("nobody"),
        into: CustomerId::new("no-one"),
        consent: None,
        confirmed: false,
    };
    assert!(!shop.counter.hear(&News::Merge(vec![nobody]), MORNING).unwrap());
    assert!(!shop.counter.guest_has_left(&greeting.visit));
    shop.counter.hear(&merge(2), MORNING).unwrap();
    assert!(shop.counter.guest_has_left(&greeting.visit));
    // Two merges that lead on: whoever became another becomes the third with them.
    let third = Merge {
        id: 3,
        name: CustomerId::new("new-guest"),
        into: CustomerId::new("third-guest"),
        consent: Some(vec!["programme".into()]),
        confirmed: true,
    };
    shop.counter.hear(&News::Merge(vec![third]), MORNING).unwrap();
    for card in [OLD, NEW] {
        let (greeting, _) = greeted(&mut shop.counter, card, &[("latte", 1)], 1);
        let guest = greeting.customer.unwrap();
        assert_eq!((guest.id.as_str(), guest.consent), ("third-guest", vec!["programme"]));
    }
}

#[test]
fn an_erasure_takes_every_name_out_of_every_file() {
    let folder = tempfile::tempdir().unwrap();
    let mut shop = two(folder.path(), Idempotency::ClientKey);
    sell(&mut shop.counter, OLD, &[("latte", 1)], 0);
    sell(&mut shop.counter, NEW, &[("latte", 1)], 0);
    shop.counter.hear(&merge(1), MORNING).unwrap();
    sell(&mut shop.counter, OLD, &[("latte", 1)], 1);
    // The office erases whom it knows by both names.
    let erasures: Vec<Erasure> = (1..)
        .zip(["new-guest", "old-guest"])
        .map(|(id, name)| Erasure { id, who: who(&CustomerId::new(name)) })
        .collect();
    let found = shop.counter.store().find_erased(&erasures).unwrap();
    assert!(shop.counter.hear(&News::Erase(erasures, found), MORNING.later(2 * DAY_MS)).unwrap());
    for word in ["old-guest", "new-guest", OLD, NEW] {
        assert!(!is_in(folder.path(), word), "{word}");
    }
    assert_eq!(shop.counter.store().liabilities().unwrap(), []);
    let report = audit(&folder.path().join("kava.db")).unwrap();
    assert!(report.holds(), "{:#?}", report.findings);
}

#[test]
fn an_old_export_brings_nobody_back_who_was_erased_and_no_balance_twice_of_who_was_merged() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(
        folder.path().join("clients.csv"),
        "client_id,card_number,discount_per,client_groups_discount,loyalty_type,bonus,ewallet,date_activale,delete\n\
         old-guest,77001234,15,0,2,200,0,2020-10-09 11:39:59,0\n\
         gone-guest,77009999,15,0,2,900,0,2020-10-09 11:39:59,0\n",
    )
    .unwrap();
    let mut shop = two(folder.path(), Idempotency::ClientKey);
    shop.counter.hear(&merge(1), MORNING).unwrap();
    let gone = vec![Erasure { id: 1, who: who(&CustomerId::new("gone-guest")) }];
    let found = shop.counter.store().find_erased(&gone).unwrap();
    shop.counter.hear(&News::Erase(gone, found), MORNING).unwrap();
    let mapping = preset("poster").unwrap();
    let occasion = Occasion {
        time: ShopTime::new("Europe/Minsk", 4).unwrap(),
        shop: "shop".into(),
        today: BusinessDay(20_514),
        cost_day: None,
        percent_until: Some(BusinessDay(20_600)),
    };
    let (batch, _) = read(folder.path(), &mapping, &occasion, &|_| ()).unwrap();
    let (the_shop, policy) = (shop.counter.shop().clone(), shop.counter.store().policy().unwrap());
    let changes = shop.counter.store_mut().import(&batch, &the_shop, &policy).unwrap();
    assert_eq!((changes.erased, changes.customers.new), (1, 0));
    let (greeting, _) = greeted(&mut shop.counter, OLD, &[("latte", 1)], 1);
    assert_eq!(greeting.owed, [Amount { kind: Owed::Points, amount: 250 }]);
    let liabilities = shop.counter.store().liabilities().unwrap();
    assert_eq!(liabilities.iter().map(|one| (one.brought, one.guests)).collect::<Vec<_>>(), [(250, 1)]);
    drop(shop);
    fs::remove_file(folder.path().join("clients.csv")).unwrap();
    assert!(!is_in(folder.path(), "gone-guest"));
}
