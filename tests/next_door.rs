//! What two counters of one shop make of what the other tells.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test stops at the first surprise")]

use kava::audit::audit;
use kava::facts::id::{CounterId, CustomerId, ReceiptId, Sku};
use kava::facts::menu::to_hex;
use kava::facts::moment::Moment;
use kava::facts::purchase::PaymentKind;
use kava::facts::shop::Shop;
use kava::flow::counter::Settings;
use kava::flow::deliver::News;
use kava::flow::ids::Ids;
use kava::flow::neighbour::tell;
use kava::flow::quote::{Choice, QuoteWish};
use kava::flow::settle::Pays;
use kava::flow::{Counter, FlowFault};
use kava::ports::Idempotency;
use kava::store::office::{self, OfficeLink};
use kava::store::setting::set_shop;
use kava::store::{Access, Durability, Store, codes, neighbours};
use kava::testing::phones::{OFFICE, PhoneGuest};
use kava::testing::scripted::ScriptedRegister;
use kava::testing::shop::{DAY_MS, MORNING, furnished, item, shop};
use kava::wire::bundle::public_of;
use kava::wire::erasure::{Erasure, who};
use kava::wire::keyring::Neighbour;
use kava::wire::neighbour::{Copied, SignedEnd, Tell, Told};
use kava::wire::reply::Place;

const SECRETS: [[u8; 32]; 2] = [[1; 32], [2; 32]];

/// Counter `1` or `2` of the shop, enrolled with its secret and believing the other.
fn counter(nth: usize) -> Counter {
    counter_in(Store::in_memory().unwrap(), (nth, 1))
}

fn counter_in(store: Store, (nth, epoch): (usize, i64)) -> Counter {
    let name = |nth: usize| CounterId::new(["1", "2"][nth]);
    let mut store = furnished(store).unwrap();
    let link = OfficeLink {
        url: "http://office".into(),
        secret: to_hex(&SECRETS[nth]),
        office: String::new(),
        enrolled: MORNING,
        trusts: None,
    };
    let all = [0, 1].map(|nth| Neighbour { counter: name(nth), public: public_of(&SECRETS[nth]) });
    store
        .change(|change| {
            set_shop(change, &Shop { counter: name(nth), ..shop() })?;
            office::bind(change, &link, (epoch, None))?;
            codes::add_office_key(change, 1, &public_of(&OFFICE), MORNING)?;
            neighbours::replace(change, &name(nth), &all)
        })
        .unwrap();
    let register = Box::new(ScriptedRegister::new(Idempotency::ClientKey));
    Counter::new(store, register, None, Ids::seeded(7 + nth as u64, (1, 0)), Settings::default()).unwrap()
}

fn sell(counter: &mut Counter, code: &str, at: Moment) -> Result<ReceiptId, FlowFault> {
    let visit = counter.greet(Some(code), at)?.visit;
    let wish = QuoteWish { basket: vec![item("latte", 1)], choice: Choice::Best, kind: Default::default() };
    counter.quote(&visit, wish, at)?;
    Ok(counter.settle(&visit, &Pays::Whole(PaymentKind::Card), at)?.receipt)
}

/// Tells everything of one to the other.
fn tell_all(from: &Counter, to: &mut Counter, at: Moment) -> Option<Place> {
    let name = CounterId::new("1");
    let mut have = to.store().known_to(&name).unwrap().map(|known| known.place);
    loop {
        let told = to.hear_neighbour(&name, &tell(from.store(), have, at).unwrap(), at).unwrap();
        assert_eq!(told.refused, None);
        if told.have == have {
            return have;
        }
        have = told.have;
    }
}

fn guest(number: u64) -> PhoneGuest {
    PhoneGuest::new(number, MORNING.later(-DAY_MS), 0).unwrap()
}

fn visits(counter: &Counter, customer: &CustomerId) -> u32 {
    let Some(known) = counter.store().customer(customer).unwrap() else { return 0 };
    assert_eq!(counter.store().refolded(known.row).unwrap(), known.features, "stored is what folds again");
    known.features.visits
}

#[test]
fn a_visit_next_door_counts_for_features_caps_and_codes_and_a_refund_takes_it_back() {
    let (mut one, mut two) = (counter(0), counter(1));
    let anna = guest(2);
    let code = anna.shows(MORNING, 1);
    let receipt = sell(&mut one, &code, MORNING).unwrap();
    let place = tell_all(&one, &mut two, MORNING.later(1_000));
    assert_eq!(visits(&two, &anna.customer()), 1);
    let fault = sell(&mut two, &code, MORNING.later(2_000)).unwrap_err();
    assert_eq!(fault.code(), "code_replayed", "a code is good once in a shop");
    let known = two.store().customer(&anna.customer()).unwrap().unwrap();
    let day = one.store().purchase(&receipt).unwrap().unwrap().purchase.when.business_day;
    let policy = two.store().policy().unwrap();
    let left = |two: &Counter| two.store().caps_left(known.row, day, &policy).unwrap();
    let discount = one.store().purchase(&receipt).unwrap().unwrap().purchase.discount();
    assert!(discount.minor() > 0, "the first visit has a discount");
    assert_eq!(left(&two).receipts, policy.caps.receipts_per_day - 1);
    assert_eq!(left(&two).discount, policy.caps.discount_minor_per_day.minus(discount));
    // Told again it is still once, and nothing of it is in this counter's own series.
    let name = CounterId::new("1");
    let again = tell(one.store(), None, MORNING).unwrap();
    assert_eq!(two.hear_neighbour(&name, &again, MORNING).unwrap(), Told { have: place, refused: None });
    assert_eq!((visits(&two, &anna.customer()), two.store().record_count().unwrap()), (1, 0));
    assert_eq!(two.refund(&receipt, None, MORNING.later(3_000)).unwrap_err().code(), "receipt_imported");
    one.refund(&receipt, None, MORNING.later(4_000)).unwrap();
    tell_all(&one, &mut two, MORNING.later(5_000));
    assert_eq!(visits(&two, &anna.customer()), 0);
    assert_eq!(left(&two).receipts, policy.caps.receipts_per_day);
}

#[test]
fn what_both_gave_while_the_line_between_them_was_cut_is_no_finding_in_the_books_of_either() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("kava.db");
    let store = Store::open(&path, Access::Create, Durability::Off).unwrap();
    let (mut one, mut two) = (counter(0), counter_in(store, (1, 1)));
    let anna = guest(2);
    let most = two.store().policy().unwrap().caps.receipts_per_day;
    for nth in 0..most {
        let at = MORNING.later(i64::from(nth) * 60_000);
        sell(&mut one, &anna.shows(at, 2 * nth), at).unwrap();
        sell(&mut two, &anna.shows(at, 2 * nth + 1), at).unwrap();
    }
    let later = MORNING.later(3_600_000);
    tell_all(&one, &mut two, later);
    assert_eq!(visits(&two, &anna.customer()), 2 * most);
    drop(two);
    assert_eq!(audit(&path).unwrap().findings, []);
}

#[test]
fn what_is_not_the_neighbours_own_series_is_refused_in_a_sentence_and_leaves_nothing() {
    let (mut one, mut two) = (counter(0), counter(1));
    for number in 1..4 {
        sell(&mut one, &guest(number).shows(MORNING, 1), MORNING).unwrap();
    }
    let name = CounterId::new("1");
    let good = tell(one.store(), None, MORNING).unwrap();
    let Copied { batch, end } = good.records.clone().unwrap();
    let forged = SignedEnd { signature: to_hex(&[0; 64]), ..end.clone() };
    let other = batch.replacen("\"count\":", "\"erased\":0,\"count\":", 1).replace("latte", "lattE");
    let cut: String = batch.lines().take(2).map(|line| format!("{line}\n")).collect();
    let cases = [
        ("its signature is not", Copied { batch: batch.clone(), end: forged }),
        ("record", Copied { batch: other, end: end.clone() }),
        ("the batch says", Copied { batch: cut, end: end.clone() }),
        ("the batch has no first line", Copied { batch: "{}".into(), end: end.clone() }),
    ];
    for (why, records) in cases {
        let told =
            two.hear_neighbour(&name, &Tell { records: Some(records), ..Tell::default() }, MORNING).unwrap();
        assert!(told.refused.clone().is_some_and(|said| said.starts_with(why)), "{why}: {told:?}");
        assert_eq!(told.have, None);
    }
    // Another counter's records over a line of one's own.
    let told = two.hear_neighbour(&CounterId::new("3"), &good, MORNING).unwrap();
    assert_eq!(told.refused.unwrap(), "counter 3 is not of this shop");
    assert_eq!(two.store().copies(&name, 100).unwrap(), None);
    assert_eq!(visits(&two, &guest(1).customer()), 0);
    // A series that was written anew after this one was heard does not follow it.
    tell_all(&one, &mut two, MORNING);
    let mut clone = counter(0);
    for number in 5..9 {
        sell(&mut clone, &guest(number).shows(MORNING, 1), MORNING).unwrap();
    }
    let have = two.store().known_to(&name).unwrap().map(|known| known.place);
    let fork = tell(clone.store(), have, MORNING).unwrap();
    let told = two.hear_neighbour(&name, &fork, MORNING).unwrap();
    assert!(told.refused.unwrap().contains("does not follow"), "the other branch");
    assert_eq!(told.have, have);
}

#[test]
fn copies_are_kept_until_the_office_has_the_originals_and_name_nobody_who_was_erased() {
    let (mut one, mut two) = (counter(0), counter(1));
    let (anna, boris) = (guest(1), guest(2));
    sell(&mut one, &anna.shows(MORNING, 1), MORNING).unwrap();
    sell(&mut one, &boris.shows(MORNING, 1), MORNING).unwrap();
    // Somebody who was greeted there and bought nothing is in a record, and nowhere else here.
    let clara = guest(3);
    let visit = one.greet(Some(&clara.shows(MORNING, 1)), MORNING).unwrap().visit;
    one.cancel(&visit, MORNING).unwrap();
    tell_all(&one, &mut two, MORNING);
    let kept = |two: &Counter| {
        let copies = two.store().copies(&CounterId::new("1"), 1_000).unwrap();
        copies.map_or_else(String::new, |copies| copies.lines.concat())
    };
    let named = |two: &Counter, guest: &PhoneGuest| kept(two).contains(guest.customer().as_str());
    assert!(named(&two, &anna) && named(&two, &boris));
    let erase = |two: &mut Counter, id: i64, guest: &PhoneGuest| {
        let erasures = vec![Erasure { id, who: who(&guest.customer()) }];
        let found = two.store().find_erased(&erasures).unwrap();
        two.hear(&News::Erase(erasures, found), MORNING.later(1_000)).unwrap();
    };
    erase(&mut two, 1, &anna);
    assert!(!named(&two, &anna) && named(&two, &boris) && named(&two, &clara));
    erase(&mut two, 2, &clara);
    assert!(!named(&two, &clara) && named(&two, &boris));
    // The neighbour has not heard of it yet and tells of another visit.
    sell(&mut one, &anna.shows(MORNING.later(60_000), 2), MORNING.later(60_000)).unwrap();
    tell_all(&one, &mut two, MORNING.later(61_000));
    assert!(!named(&two, &anna));
    assert_eq!(visits(&two, &anna.customer()), 0);
    // Header and hash of every record are there all the same, so that the series can be brought.
    let lines = two.store().copies(&CounterId::new("1"), 1_000).unwrap().unwrap().lines;
    assert_eq!(lines.len() as u64, one.store().record_count().unwrap());
    let end = one.store().all_sent().unwrap();
    assert_eq!(end, None, "nothing was sent");
    one.hear(&News::Copied(CounterId::new("2"), Place { epoch: 1, seq: 9 }), MORNING).unwrap();
    let acked = Place { epoch: 1, seq: one.store().record_count().unwrap().cast_signed() };
    let name = CounterId::new("1");
    two.hear_neighbour(&name, &Tell { acked: Some(acked), ..Tell::default() }, MORNING).unwrap();
    assert_eq!(kept(&two), "");
}

#[test]
fn what_a_machine_in_a_burnt_ones_place_says_lets_go_of_no_copy_of_what_the_burnt_one_wrote() {
    let (mut burnt, mut two) = (counter(0), counter(1));
    sell(&mut burnt, &guest(1).shows(MORNING, 1), MORNING).unwrap();
    tell_all(&burnt, &mut two, MORNING);
    let kept = |two: &Counter| {
        let copies = two.store().copies(&CounterId::new("1"), 1_000).unwrap();
        copies.map_or(0, |copies| copies.lines.len())
    };
    let written = usize::try_from(burnt.store().record_count().unwrap()).unwrap();
    assert_eq!(kept(&two), written);
    // The office has let another machine in, in an epoch of its own, and has all that this one wrote.
    let mut spare = counter_in(Store::in_memory().unwrap(), (0, 2));
    let later = MORNING.later(DAY_MS);
    sell(&mut spare, &guest(2).shows(later, 1), later).unwrap();
    let known = two.store().known_to(&CounterId::new("1")).unwrap().map(|known| known.place);
    let acked = Some(Place { epoch: 2, seq: 1_000 });
    let told = Tell { acked, ..tell(spare.store(), known, later).unwrap() };
    assert_eq!(two.hear_neighbour(&CounterId::new("1"), &told, later).unwrap().refused, None);
    assert_eq!(kept(&two), written);
    // It speaks all the time, and yet they have to be brought from here.
    assert_eq!(two.store().to_be_brought(MORNING).unwrap(), [CounterId::new("1")]);
}

#[test]
fn what_has_run_out_at_one_counter_has_run_out_at_the_other_and_the_later_word_holds() {
    let (mut one, mut two) = (counter(0), counter(1));
    let bun = [Sku::new("bun")];
    one.stop(&bun, true, MORNING).unwrap();
    tell_all(&one, &mut two, MORNING);
    assert_eq!(two.stopped(MORNING), [&bun[0]]);
    two.stop(&bun, false, MORNING.later(1_000)).unwrap();
    tell_all(&one, &mut two, MORNING.later(2_000));
    assert!(two.stopped(MORNING).is_empty(), "an older word does not come back");
    assert_eq!(one.stopped(MORNING), [&bun[0]]);
    let back = tell(two.store(), None, MORNING).unwrap();
    one.hear_neighbour(&CounterId::new("2"), &back, MORNING.later(2_000)).unwrap();
    assert!(one.stopped(MORNING).is_empty());
}

#[test]
fn a_neighbour_whose_key_the_office_has_withdrawn_is_heard_no_more() {
    let (mut one, mut two) = (counter(0), counter(1));
    sell(&mut one, &guest(1).shows(MORNING, 1), MORNING).unwrap();
    two.store_mut().change(|change| neighbours::replace(change, &CounterId::new("2"), &[])).unwrap();
    let good = tell(one.store(), None, MORNING).unwrap();
    let told = two.hear_neighbour(&CounterId::new("1"), &good, MORNING).unwrap();
    assert_eq!(told.refused.unwrap(), "counter 1 is not of this shop");
}
