//! A counter that goes on running has nothing of an erased guest in its files, its log among them.

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use kava::{
    facts::{
        customer::Consent,
        id::{CustomerId, ReceiptId},
        moment::Moment,
        purchase::{PaymentKind, PurchaseKind},
    },
    flow::{
        FlowFault,
        answers::{SettleStatus, Settled},
        counter::Settings,
        deliver::News,
        quote::{Choice, QuoteWish},
        settle::Pays,
    },
    ports::Idempotency,
    store::{Access, Durability, Store},
    testing::scripted::Act,
    testing::shop::{MORNING, SmallShop, furnished, item},
    wire::{
        code::Pseudonym,
        erasure::{Erasure, who},
    },
};
use std::fs;
use std::path::Path;

fn wish() -> QuoteWish {
    QuoteWish { basket: vec![item("latte", 1)], choice: Choice::Best, kind: PurchaseKind::Sale }
}

/// Whether a word stands in any file of a folder.
fn is_in(folder: &Path, word: &str) -> bool {
    let files = fs::read_dir(folder).unwrap().map(|entry| fs::read(entry.unwrap().path()).unwrap());
    files.into_iter().any(|bytes| bytes.windows(word.len()).any(|window| window == word.as_bytes()))
}

/// A counter that takes codes for names, on files of a folder.
fn trusting(folder: &Path) -> SmallShop {
    let store = furnished(Store::open(&folder.join("kava.db"), Access::Create, Durability::Full).unwrap());
    let settings = Settings { trust_ids: true, ..Settings::default() };
    SmallShop::on(store.unwrap(), Idempotency::None, settings).unwrap()
}

fn buy(shop: &mut SmallShop, code: &str, at: Moment) -> Settled {
    let visit = shop.counter.greet(Some(code), at).unwrap().visit;
    shop.counter.quote(&visit, wish(), at).unwrap();
    shop.counter.settle(&visit, &Pays::Whole(PaymentKind::Card), at).unwrap()
}

fn erasure(name: &str) -> Vec<Erasure> {
    vec![Erasure { id: 1, who: who(&CustomerId::new(name)) }]
}

#[test]
fn whose_name_begins_alike_keeps_the_sale_that_waits_for_a_person() {
    let folder = tempfile::tempdir().unwrap();
    let mut shop = trusting(folder.path());
    buy(&mut shop, "guest-1", MORNING);
    shop.register.tape().script.push_back(Act::LoseAnswer);
    let waiting = buy(&mut shop, "guest-10", MORNING.later(1));
    assert_eq!(waiting.status, SettleStatus::NeedsReview);
    let found = shop.counter.store().find_erased(&erasure("guest-1")).unwrap();
    assert!(shop.counter.hear(&News::Erase(erasure("guest-1"), found), MORNING.later(2)).unwrap());
    shop.counter.reviewed(&waiting.receipt, Some("1"), MORNING.later(3)).unwrap();
    let books = rusqlite::Connection::open(folder.path().join("kava.db")).unwrap();
    let sql = "SELECT count(*) FROM purchase p JOIN customer c ON c.id = p.customer WHERE c.key = 'guest-10'";
    assert_eq!(books.query_row(sql, [], |row| row.get::<_, i64>(0)).unwrap(), 1, "it is still theirs");
}

#[test]
fn a_sale_that_waited_is_a_strangers_and_says_not_how_its_guest_was_recognised() {
    let folder = tempfile::tempdir().unwrap();
    let mut shop = trusting(folder.path());
    shop.register.tape().script.push_back(Act::LoseAnswer);
    let waiting = buy(&mut shop, "guest-1", MORNING);
    let found = shop.counter.store().find_erased(&erasure("guest-1")).unwrap();
    assert!(shop.counter.hear(&News::Erase(erasure("guest-1"), found), MORNING.later(2)).unwrap());
    shop.counter.reviewed(&waiting.receipt, Some("1"), MORNING.later(3)).unwrap();
    let other = buy(&mut shop, "guest-2", MORNING.later(4));
    let books = rusqlite::Connection::open(folder.path().join("kava.db")).unwrap();
    let told = |receipt: &ReceiptId| -> serde_json::Value {
        let sql = "SELECT r.payload FROM record r WHERE r.kind = 'sale' AND instr(r.payload, ?)";
        let payload: Vec<u8> = books.query_row(sql, [receipt.as_str()], |row| row.get(0)).unwrap();
        serde_json::from_slice(&payload).unwrap()
    };
    assert_eq!(
        (told(&waiting.receipt).get("known"), told(&waiting.receipt)["customer"].as_str()),
        (None, None)
    );
    assert_eq!(told(&other.receipt)["known"]["by"], "found", "of others it is said");
}

#[test]
fn who_has_a_number_of_an_older_programme_is_erased_by_the_name_of_their_pass() {
    let folder = tempfile::tempdir().unwrap();
    let mut shop = trusting(folder.path());
    buy(&mut shop, "card-5000", MORNING);
    let by_pass = Pseudonym::of(&CustomerId::new("card-5000")).customer();
    let found = shop.counter.store().find_erased(&erasure(by_pass.as_str())).unwrap();
    assert!(shop.counter.hear(&News::Erase(erasure(by_pass.as_str()), found), MORNING.later(1)).unwrap());
    assert!(!is_in(folder.path(), "card-5000"));
}

#[test]
fn who_came_while_the_books_were_searched_is_erased_too() {
    let folder = tempfile::tempdir().unwrap();
    let mut shop = trusting(folder.path());
    let found = shop.counter.store().find_erased(&erasure("late-guest")).unwrap();
    buy(&mut shop, "late-guest", MORNING);
    assert!(is_in(folder.path(), "late-guest"));
    assert!(shop.counter.hear(&News::Erase(erasure("late-guest"), found), MORNING.later(1)).unwrap());
    assert!(!is_in(folder.path(), "late-guest"));
}

#[test]
fn what_could_not_be_overwritten_because_somebody_read_is_at_the_next_start() {
    let folder = tempfile::tempdir().unwrap();
    let mut shop = trusting(folder.path());
    buy(&mut shop, "somebody", MORNING);
    let found = shop.counter.store().find_erased(&erasure("somebody")).unwrap();
    let reader = rusqlite::Connection::open(folder.path().join("kava.db")).unwrap();
    reader.execute_batch("BEGIN; SELECT count(*) FROM purchase").unwrap();
    assert!(shop.counter.hear(&News::Erase(erasure("somebody"), found), MORNING.later(1)).unwrap());
    assert!(shop.counter.store().has_freed().unwrap() && is_in(folder.path(), "somebody"));
    reader.execute_batch("COMMIT").unwrap();
    shop.counter.resume().unwrap();
    assert!(!shop.counter.store().has_freed().unwrap() && !is_in(folder.path(), "somebody"));
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
    let word = guest.customer.to_string();
    let has_it = || is_in(folder.path(), &word);
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
