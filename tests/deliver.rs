//! What a messenger says, and what it makes of what it hears.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use kava::facts::customer::Consent;
use kava::facts::menu::{hex_digest, to_hex};
use kava::facts::moment::Moment;
use kava::flow::counter::Settings;
use kava::flow::deliver::{Hitch, Load, Messenger, News, Standing};
use kava::flow::ids::Ids;
use kava::ports::{Ask, Idempotency, Reply, Uplink};
use kava::store::office::{self, OfficeLink};
use kava::testing::phones::{self, PhoneGuest};
use kava::testing::shop::{MORNING, SmallShop};
use kava::wire::batch::BatchHead;
use kava::wire::bundle::public_of;
use kava::wire::code::OfficeKey;
use kava::wire::document::Edition;
use kava::wire::keyring::Keyring;
use kava::wire::pack::unpack;
use kava::wire::reply::Place;
use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// Answers as planned, and keeps what was asked.
#[derive(Clone, Default)]
struct Planned {
    answers: Arc<Mutex<VecDeque<(u16, String)>>>,
    asked: Arc<Mutex<Vec<Ask>>>,
}

impl Planned {
    fn plan(&self, status: u16, body: &str) {
        self.answers.lock().unwrap().push_back((status, body.into()));
    }

    /// First line of the last batch.
    fn head(&self) -> BatchHead {
        let asked = self.asked.lock().unwrap();
        let body = unpack(&asked.last().unwrap().body, 1_000_000).unwrap();
        serde_json::from_str(String::from_utf8(body).unwrap().lines().next().unwrap()).unwrap()
    }
}

impl Uplink for Planned {
    fn exchange(&mut self, ask: &Ask, _deadline: Duration) -> Result<Reply, String> {
        self.asked.lock().unwrap().push(ask.clone());
        let (status, body) = self.answers.lock().unwrap().pop_front().ok_or("nobody answers")?;
        Ok(Reply { status, body: body.into_bytes() })
    }
}

fn messenger(planned: &Planned) -> Messenger {
    let link = OfficeLink {
        url: "http://office".into(),
        secret: to_hex(&[3; 32]),
        office: String::new(),
        enrolled: MORNING,
        trusts: None,
    };
    Messenger::new(&link, Box::new(planned.clone()), Ids::seeded(1, (1, 0))).unwrap()
}

/// A counter with so many records that wait.
fn counter(records: usize) -> SmallShop {
    let mut shop = SmallShop::open(Idempotency::ClientKey, Settings::default()).unwrap();
    for _ in 0..records {
        shop.counter.register_customer(Consent::PERSONAL, MORNING).unwrap();
    }
    shop
}

fn gap(epoch: i64, seq: i64) -> String {
    format!(r#"{{"error":{{"code":"series_gap","message":"m"}},"from":{{"epoch":{epoch},"seq":{seq}}}}}"#)
}

#[test]
fn a_counter_says_that_it_has_nothing_before_only_when_it_was_asked_and_has_not() {
    let planned = Planned::default();
    let (mut shop, mut messenger) = (counter(5), messenger(&planned));
    shop.counter
        .store_mut()
        .change(|change| office::acknowledge(change, Place { epoch: 1, seq: 3 }))
        .unwrap();
    let late = Load::next(shop.counter.store()).unwrap().unwrap();
    planned.plan(409, &gap(1, 2));
    let news = messenger.send(&late, MORNING).unwrap();
    assert_eq!(news, News::Resend(Place { epoch: 1, seq: 2 }));
    assert!(shop.counter.hear(&news, MORNING).unwrap(), "it has 2 and 3, and they wait again");
    let from_two = Load::next(shop.counter.store()).unwrap().unwrap();
    planned.plan(409, &gap(1, 1));
    let news = messenger.send(&from_two, MORNING).unwrap();
    assert_eq!((planned.head().first, planned.head().unanchored), (2, false));
    shop.counter.hear(&news, MORNING).unwrap();
    let whole = Load::next(shop.counter.store()).unwrap().unwrap();
    planned.plan(409, &gap(1, 1));
    messenger.send(&whole, MORNING).unwrap();
    assert_eq!((planned.head().first, planned.head().unanchored), (1, false));
    planned.plan(200, r#"{"epoch":1,"acked":5,"new":5,"again":0}"#);
    messenger.send(&whole, MORNING).unwrap();
    assert!(planned.head().unanchored, "asked for what it sent already, and nothing is before it");
}

#[test]
fn nothing_leaves_the_outbox_that_was_not_sent_or_not_acknowledged() {
    let planned = Planned::default();
    let (mut shop, mut messenger) = (counter(6), messenger(&planned));
    let load = Load::at_most(4, shop.counter.store()).unwrap().unwrap();
    let waiting = |shop: &SmallShop| shop.counter.store().outbox_length().unwrap();
    for (status, body) in [
        (200, r#"{"epoch":2,"acked":4,"new":4,"again":0}"#),
        (200, "this is the page of a hotel's network"),
        (503, r#"{"error":{"code":"ledger_busy","message":"m"}}"#),
        (302, ""),
        (413, r#"{"error":{"code":"body_large","message":"m"}}"#),
    ] {
        planned.plan(status, body);
        assert!(messenger.send(&load, MORNING).is_err(), "{status} {body}");
    }
    assert!(messenger.send(&load, MORNING).is_err(), "nobody answers");
    assert_eq!(waiting(&shop), 6);
    planned.plan(200, r#"{"epoch":1,"acked":6000,"new":4,"again":0}"#);
    let news = messenger.send(&load, MORNING).unwrap();
    shop.counter.hear(&news, MORNING).unwrap();
    assert_eq!(waiting(&shop), 2, "the office spoke of more than it was sent");
}

#[test]
fn a_clock_that_is_a_year_off_is_told_the_time_once_and_the_counter_keeps_its_own() {
    let planned = Planned::default();
    let (shop, mut messenger) = (counter(1), messenger(&planned));
    let load = Load::next(shop.counter.store()).unwrap().unwrap();
    let office = MORNING.later(365 * 86_400_000);
    planned
        .plan(401, &format!(r#"{{"error":{{"code":"seal_clock","message":"m"}},"office_time":"{office}"}}"#));
    planned.plan(200, r#"{"epoch":1,"acked":1,"new":1,"again":0}"#);
    assert!(matches!(messenger.send(&load, MORNING).unwrap(), News::Acked(_)));
    let asked = planned.asked.lock().unwrap();
    let times: Vec<&str> = asked.iter().map(|ask| ask.headers[1].1.as_str()).collect();
    assert_eq!(times, [MORNING.to_string().as_str(), office.to_string().as_str()]);
    assert_ne!(asked[0].headers[2], asked[1].headers[2], "each request has a nonce of its own");
}

#[test]
fn documents_are_applied_whole_or_not_at_all() {
    let mut shop = counter(0);
    let before = shop.counter.menu().digest();
    let edition =
        |stream: &str, version| Edition { stream: stream.into(), version, digest: hex_digest(b""), bytes: 1 };
    let bad = [
        ("menu", "[]"),
        ("menu", "[{\"sku\":"),
        ("policy", "{\"version\":\"x\"}"),
        ("bundle", "{}\nx y"),
        ("weather", ""),
    ];
    for (version, (stream, body)) in (1..).zip(bad) {
        let news = News::Document(edition(stream, version), body.as_bytes().to_vec());
        assert!(!shop.counter.hear(&news, MORNING).unwrap(), "{stream} {body}");
        assert_eq!(shop.counter.menu().digest(), before);
    }
    let dearer = shop.counter.menu().to_json().replace("\"price\":670", "\"price\":690");
    let news = News::Document(edition("menu", 9), dearer.clone().into_bytes());
    assert!(shop.counter.hear(&news, MORNING).unwrap());
    assert_eq!(shop.counter.menu().to_json(), dearer);
    let standing = Standing::of(shop.counter.store()).unwrap();
    let said = format!("{standing:?}");
    assert!(said.contains("bundle:4,menu:9,policy:3"), "what was refused is not asked for again: {said}");
}

#[test]
fn a_phone_that_the_office_withdraws_is_refused_at_once_and_forgotten_when_no_pass_of_it_can_be_good() {
    const DAY_MS: i64 = 86_400_000;
    let mut shop = phones::counter().unwrap();
    let guests = [1, 2].map(|number| PhoneGuest::new(number, MORNING.later(-DAY_MS), 0).unwrap());
    let [first, other] = &guests;
    let mut hear = |withdrawn: &[&PhoneGuest], at: Moment| {
        let keyring = Keyring {
            office: vec![OfficeKey { number: 1, public: public_of(&phones::OFFICE), revoked: None }],
            withdrawn: withdrawn.iter().map(|guest| guest.phone.key().id()).collect(),
            weeks: Vec::new(),
            counters: Vec::new(),
        };
        let edition = Edition { stream: "keys".into(), version: 1, digest: hex_digest(b""), bytes: 1 };
        let news = News::Document(edition, keyring.write().into_bytes());
        assert!(shop.hear(&news, at).unwrap());
        let mut kept: Vec<_> = shop.store().trust(at).unwrap().withdrawn.into_iter().collect();
        kept.sort_unstable();
        (guests.each_ref().map(|guest| phones::sell(&mut shop, &guest.shows(at, 0), at).is_ok()), kept.len())
    };
    assert_eq!(hear(&[first], MORNING), ([false, true], 1));
    assert_eq!(hear(&[other], MORNING.later(DAY_MS)), ([false, false], 2), "a pass of the first may be good");
    assert_eq!(hear(&[other], MORNING.later(263 * DAY_MS)).1, 1, "no pass is good for so long");
}

#[test]
fn a_damaged_document_is_not_even_heard() {
    let planned = Planned::default();
    let mut messenger = messenger(&planned);
    let edition =
        Edition { stream: "menu".into(), version: 1, digest: hex_digest("меню".as_bytes()), bytes: 8 };
    planned.plan(200, "меню?");
    assert!(matches!(messenger.fetch(&edition, MORNING), Err(Hitch::Line(why)) if why.contains("damaged")));
    planned.plan(200, "меню");
    assert!(matches!(messenger.fetch(&edition, MORNING), Ok(News::Document(..))));
}
