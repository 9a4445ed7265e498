//! Codes at the counter: what each kind gives a right to, what is refused, and what the database holds.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use kava::facts::customer::{Consent, Customer, Rights};
use kava::facts::id::{CategoryId, CounterId, CustomerId, VisitId};
use kava::facts::moment::{BusinessDay, Moment};
use kava::facts::policy::Policy;
use kava::facts::purchase::PaymentKind;
use kava::flow::answers::{Greeting, Settled};
use kava::flow::counter::Settings;
use kava::flow::ids::Ids;
use kava::flow::quote::{Choice, QuoteWish};
use kava::flow::replay::{Replay, Replayed};
use kava::flow::settle::Pays;
use kava::flow::{Counter, FlowFault};
use kava::ports::Idempotency;
use kava::store::memberships::{self, BlankLeft};
use kava::store::{Access, Durability, Store, codes, customers};
use kava::testing::scripted::{Act, ScriptedRegister};
use kava::testing::shop::{DAY_MS, MORNING, SmallShop, furnished, item, shop};
use kava::wire::bundle::public_of;
use kava::wire::code::short::{shop_tag, week};
use kava::wire::code::{
    Algorithm, Base, Blank, CodeUse, Pass, Phone, Proof, Pseudonym, Seen, SignedPass, Voucher, WeekKey, base,
    blank, clock, pass, proof,
};
use std::path::Path;

const OFFICE: [u8; 32] = [7; 32];
const WEEKS: [u8; 32] = [6; 32];
const CARD: Pays = Pays::Whole(PaymentKind::Card);

/// The small shop with the office's key and the keys of two weeks.
fn store(path: Option<&Path>) -> Store {
    let empty =
        path.map_or_else(Store::in_memory, |path| Store::open(path, Access::Create, Durability::Full));
    let mut store = furnished(empty.unwrap()).unwrap();
    let this = week(MORNING);
    store
        .change(|change| {
            codes::add_office_key(change, 1, &public_of(&OFFICE), MORNING)?;
            let own = shop();
            (this..this + 2).try_for_each(|week| {
                codes::add_week_key(change, &WeekKey::derive(&WEEKS, &own.chain, &own.shop, week), this)
            })
        })
        .unwrap();
    store
}

fn opened(store: Store) -> SmallShop {
    SmallShop::on(store, Idempotency::ClientKey, Settings::default()).unwrap()
}

struct Guest {
    phone: Phone,
    pass: SignedPass,
}

impl Guest {
    fn with(customer: &str, fill: impl FnOnce(&mut Pass)) -> Guest {
        let phone = Phone::new(Algorithm::P256, [9; 32]).unwrap();
        let mut wish = Pass {
            chain: pass::chain_tag(&shop().chain),
            key: 1,
            pseudonym: Pseudonym::of(&CustomerId::new(customer)),
            issued: MORNING.later(-DAY_MS),
            days: 30,
            consent: Consent::PERSONAL,
            phone: phone.key(),
            base: None,
            voucher: None,
        };
        fill(&mut wish);
        let pass = wish.sign(&OFFICE).unwrap();
        Guest { phone, pass }
    }

    fn new(customer: &str) -> Guest {
        Guest::with(customer, |_| {})
    }

    fn shows(&self, at: Moment, nonce: u32) -> String {
        self.chooses(at, nonce, 0)
    }

    fn chooses(&self, at: Moment, nonce: u32, card: u32) -> String {
        self.phone.show(&self.pass, Proof { step: clock::step(at), nonce, card })
    }
}

fn greet(counter: &mut Counter, code: &str, at: Moment) -> Result<Greeting, &'static str> {
    counter.greet(Some(code), at).map_err(|fault: FlowFault| fault.code())
}

fn settle(counter: &mut Counter, visit: &VisitId, at: Moment) -> Settled {
    let wish = QuoteWish { basket: vec![item("latte", 1)], choice: Choice::Best, kind: Default::default() };
    counter.quote(visit, wish, at).unwrap();
    counter.settle(visit, &CARD, at).unwrap()
}

fn register(counter: &mut Counter, id: &str) {
    let customer =
        Customer { id: CustomerId::new(id), consent: Consent::PERSONAL, registered: BusinessDay(20_000) };
    counter.store_mut().change(|change| customers::add_customer(change, &customer, "test")).unwrap();
}

#[test]
fn a_code_is_good_for_one_visit_and_the_next_code_for_the_same_visit() {
    let mut shop = opened(store(None));
    let anna = Guest::new("anna");
    register(&mut shop.counter, "anna");
    let first = anna.shows(MORNING, 1);
    let visit = greet(&mut shop.counter, &first, MORNING).unwrap();
    assert_eq!(visit.customer.as_ref().unwrap().id, CustomerId::new("anna"));
    assert!(visit.offers.len() > 1 && visit.rights == Rights::Full);
    assert_eq!(greet(&mut shop.counter, &first, MORNING.later(4_000)).unwrap().visit, visit.visit);
    let second = anna.shows(MORNING.later(15_000), 2);
    assert_eq!(greet(&mut shop.counter, &second, MORNING.later(15_000)).unwrap().visit, visit.visit);
    settle(&mut shop.counter, &visit.visit, MORNING.later(16_000));
    for used in [&first, &second] {
        assert_eq!(greet(&mut shop.counter, used, MORNING.later(17_000)).unwrap_err(), "code_replayed");
    }
    let third = anna.shows(MORNING.later(17_000), 3);
    assert_ne!(greet(&mut shop.counter, &third, MORNING.later(17_000)).unwrap().visit, visit.visit);
}

#[test]
fn a_used_code_stays_used_after_a_restart_and_where_another_counter_has_told_of_it() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("kava.db");
    let anna = Guest::new("anna");
    let code = anna.shows(MORNING, 1);
    let mut shop = opened(store(Some(&path)));
    let visit = greet(&mut shop.counter, &code, MORNING).unwrap().visit;
    settle(&mut shop.counter, &visit, MORNING);
    drop(shop);
    let mut shop = opened(Store::open(&path, Access::Write, Durability::Full).unwrap());
    assert_eq!(greet(&mut shop.counter, &code, MORNING.later(5_000)).unwrap_err(), "code_replayed");
    let elsewhere = anna.shows(MORNING, 2);
    let told = CodeUse { phone: anna.phone.key().id(), step: clock::step(MORNING), nonce: 2, ahead_ms: 0 };
    let other = CounterId::new("other till");
    let told = |change: &kava::store::Change<'_>| codes::add_use(change, &told, &other, MORNING);
    shop.counter.store_mut().change(told).unwrap();
    assert_eq!(greet(&mut shop.counter, &elsewhere, MORNING.later(5_000)).unwrap_err(), "code_replayed");
}

#[test]
fn a_code_of_a_visit_that_needs_review_opens_no_second_one() {
    let register = ScriptedRegister::new(Idempotency::None);
    register.tape().script.push_back(Act::LoseAnswer);
    let ids = Ids::seeded(7, (1, 0));
    let mut counter = Counter::new(store(None), Box::new(register), None, ids, Settings::default()).unwrap();
    let code = Guest::new("anna").shows(MORNING, 1);
    let visit = greet(&mut counter, &code, MORNING).unwrap().visit;
    settle(&mut counter, &visit, MORNING);
    assert_eq!(greet(&mut counter, &code, MORNING.later(2_000)).unwrap_err(), "code_replayed");
}

#[test]
fn a_guest_whom_nobody_here_knows_gets_a_personal_offer_from_what_the_pass_carries() {
    let mut shop = opened(store(None));
    let carried = Base {
        visits: 12,
        days: 12,
        first_day: 20_000,
        last_day: 20_500,
        net: 8_000,
        saved: 400,
        cups_milli: 12_000,
        gaps: vec![7; 8],
        categories: vec![(base::category_tag(&CategoryId::new("tea")), 255)],
        ..Base::default()
    };
    let id = "c00112233445566778899aabbccddeeff";
    let voucher = Voucher {
        number: 5,
        earned: true,
        scope: base::VoucherScope::Category(base::category_tag(&CategoryId::new("coffee"))),
        depth_bp: 1_000,
        from: MORNING.later(-DAY_MS),
        days: 14,
        arm: [0, 0],
    };
    let guest = Guest::with(id, |pass| {
        pass.base = Some(carried);
        pass.voucher = Some(voucher.clone());
    });
    let wanted = proof::card_tag(&voucher.id());
    let greeting = greet(&mut shop.counter, &guest.chooses(MORNING, 1, wanted), MORNING).unwrap();
    let known = greeting.customer.as_ref().unwrap();
    assert_eq!((known.id.as_str(), known.features.visits, known.features.saved_minor), (id, 12, 400));
    assert_eq!(known.status, "regular");
    let tea = |of: &Greeting| of.offers.iter().any(|offer| format!("{:?}", offer.scope).contains("tea"));
    assert!(tea(&greeting), "the favourite is known from the pass: {:?}", greeting.offers);
    assert_eq!(greeting.offers[0].id, voucher.id());
    assert_eq!(greeting.wanted, Some(voucher.id()));
    let settled = settle(&mut shop.counter, &greeting.visit, MORNING);
    let decided =
        format!("{:?}", shop.counter.store().decision(&settled.receipt).unwrap().unwrap()).replace('\\', "");
    assert!(decided.contains(r#""chosen":{"id":"v0000000000000005.next""#), "{decided}");
    let replayed = Replay::default().receipt(shop.counter.store(), &settled.receipt).unwrap();
    assert_eq!(replayed, Replayed::Same);
    // The same pass again: the card is spent, the visit here is counted on top.
    let later = MORNING.later(DAY_MS);
    let again = greet(&mut shop.counter, &guest.chooses(later, 2, wanted), later).unwrap();
    assert_eq!(again.customer.as_ref().unwrap().features.visits, 13);
    assert!(again.offers.iter().all(|offer| offer.id != voucher.id()) && again.wanted.is_none());
}

#[test]
fn each_kind_of_code_has_its_own_rights() {
    let mut shop = opened(store(None));
    let registered = shop.counter.register_customer(Consent::PERSONAL, MORNING).unwrap();
    let pseudonym = Pseudonym::of(&registered.customer);
    let own = kava::testing::shop::shop();
    let key = WeekKey::derive(&WEEKS, &own.chain, &own.shop, week(MORNING));
    let (short, spoken) = (key.short(shop_tag(&own.chain, &own.shop), pseudonym), key.spoken(pseudonym));
    let phone = Guest::new(registered.customer.as_str());
    // Before the guest has bought anything here, six digits are nobody's.
    assert_eq!(greet(&mut shop.counter, &spoken, MORNING).unwrap_err(), "code_short_unknown");
    let first = greet(&mut shop.counter, &phone.shows(MORNING, 1), MORNING).unwrap();
    let earned = settle(&mut shop.counter, &first.visit, MORNING).next;
    assert_eq!(earned.len(), 1);
    let later = MORNING.later(DAY_MS);
    let table = [
        (registered.code.as_str(), Rights::Base, false, 1),
        (spoken.as_str(), Rights::Base, false, 1),
        (short.as_str(), Rights::Today, false, 2),
        (&phone.shows(later, 2), Rights::Full, true, 3),
    ];
    for (code, rights, has_card, least) in table {
        let greeting = greet(&mut shop.counter, code, later).unwrap();
        assert_eq!(greeting.rights, rights, "{code}");
        assert_eq!(greeting.offers.iter().any(|offer| offer.id == earned[0].id), has_card, "{code}");
        assert!(greeting.offers.len() >= least, "{code}: {:?}", greeting.offers);
        assert!(rights != Rights::Base || greeting.offers.len() == 1, "{code}: {:?}", greeting.offers);
    }
    // A worse code in the same visit takes nothing away.
    assert_eq!(greet(&mut shop.counter, &registered.code, later).unwrap().rights, Rights::Full);
}

#[test]
fn a_short_code_neither_spends_nor_earns_a_kept_card() {
    let mut shop = opened(store(None));
    register(&mut shop.counter, "anna");
    let own = kava::testing::shop::shop();
    let key = WeekKey::derive(&WEEKS, &own.chain, &own.shop, week(MORNING));
    let short = key.short(shop_tag(&own.chain, &own.shop), Pseudonym::of(&CustomerId::new("anna")));
    let greeting = greet(&mut shop.counter, &short, MORNING).unwrap();
    let settled = settle(&mut shop.counter, &greeting.visit, MORNING);
    assert!(settled.saved_minor > 0 && settled.next.is_empty());
    let replayed = Replay::default().receipt(shop.counter.store(), &settled.receipt).unwrap();
    assert_eq!(replayed, Replayed::Same);
}

#[test]
fn a_policy_may_give_printed_cards_everything() {
    let mut store = store(None);
    let policy = Policy { printed_card: Rights::Full, ..store.policy().unwrap() };
    store.change(|change| kava::store::setting::set_policy(change, &policy)).unwrap();
    let mut shop = opened(store);
    let card = shop.counter.register_customer(Consent::PERSONAL, MORNING).unwrap().code;
    let greeting = greet(&mut shop.counter, &card, MORNING).unwrap();
    assert!(greeting.rights == Rights::Full && greeting.offers.len() > 1);
}

#[test]
fn guessing_short_digits_is_stopped() {
    let mut shop = opened(store(None));
    for guess in 0..5 {
        let digits = format!("{:06}", 100_000 + guess);
        assert_eq!(greet(&mut shop.counter, &digits, MORNING).unwrap_err(), "code_short_unknown");
    }
    assert_eq!(greet(&mut shop.counter, "123456", MORNING).unwrap_err(), "code_too_many_tries");
    let phone = Guest::new("anna");
    assert!(greet(&mut shop.counter, &phone.shows(MORNING, 1), MORNING).is_ok(), "phones go on");
    assert_eq!(greet(&mut shop.counter, "123456", MORNING.later(600_001)).unwrap_err(), "code_short_unknown");
}

#[test]
fn a_guest_who_joins_offline_gets_a_blank_membership_that_every_counter_believes() {
    let mut store = store(None);
    let secret = [4; 16];
    let made = |pseudonym: u8, days: u16| {
        let blank = Blank {
            chain: pass::chain_tag(&shop().chain),
            key: 1,
            pseudonym: Pseudonym([pseudonym; 16]),
            issued: MORNING.later(-DAY_MS),
            days,
            claim: blank::claim_hash(&secret),
        };
        BlankLeft { pseudonym: blank.pseudonym, signed: blank.sign(&OFFICE), secret }
    };
    let blanks = [made(1, 1), made(2, 180)];
    store.change(|change| blanks.iter().try_for_each(|blank| memberships::add_blank(change, blank))).unwrap();
    let mut here = opened(store);
    let joined = here.counter.register_customer(Consent::PERSONAL, MORNING).unwrap();
    assert_eq!(joined.customer, Pseudonym([2; 16]).customer(), "the first one has expired");
    let claim = joined.claim.unwrap();
    assert_eq!(here.counter.store().blanks_left().unwrap(), 0);
    assert!(here.counter.register_customer(Consent::PERSONAL, MORNING).unwrap().claim.is_none());
    let mut elsewhere = opened(self::store(None));
    let greeting = greet(&mut elsewhere.counter, &claim, MORNING).unwrap();
    assert_eq!((greeting.customer.unwrap().id, greeting.rights), (joined.customer, Rights::Base));
    let mut forged = claim.clone().into_bytes();
    forged[290] = b'0' + (forged[290] - b'0' + 1) % 10;
    let forged = String::from_utf8(forged).unwrap();
    assert!(
        ["code_claim_wrong", "code_damaged"]
            .contains(&greet(&mut elsewhere.counter, &forged, MORNING).unwrap_err())
    );
}

#[test]
fn the_database_holds_nothing_that_makes_a_full_code_or_a_short_one_of_another_shop_or_week() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("kava.db");
    let mut shop = opened(store(Some(&path)));
    let own = kava::testing::shop::shop();
    shop.counter
        .store_mut()
        .change(|change| kava::store::signing_keys::add_key(change, &[3; 32], MORNING))
        .unwrap();
    let anna = Guest::new("c00112233445566778899aabbccddeeff");
    let code = anna.shows(MORNING, 1);
    let visit = greet(&mut shop.counter, &code, MORNING).unwrap().visit;
    settle(&mut shop.counter, &visit, MORNING);
    let trust = shop.counter.store().trust(MORNING).unwrap();
    let keys = shop.counter.store().week_keys().unwrap();
    drop(shop);
    let mut bytes = std::fs::read(&path).unwrap();
    for beside in ["kava.db-wal", "kava.db-shm"] {
        bytes.extend(std::fs::read(folder.path().join(beside)).unwrap_or_default());
    }
    let holds = |secret: &[u8]| bytes.windows(secret.len()).any(|window| window == secret);
    assert!(holds(&public_of(&OFFICE)) && holds(&[3; 32]), "the search finds what is there");
    assert!(
        !holds(&OFFICE) && !holds(&WEEKS) && !holds(&[9; 32]),
        "a secret of office or phone is in the file"
    );
    // Whatever 32 bytes of the file are taken for a secret, the code they sign is refused.
    let mut tried = 0;
    let mut seen = std::collections::BTreeSet::new();
    let candidates = bytes.windows(32).filter(|window| window.iter().filter(|byte| **byte == 0).count() < 16);
    for window in candidates.step_by(97).chain([&[3u8; 32][..]]).chain(keys.iter().map(|key| &key.secret[..]))
    {
        let secret = <[u8; 32]>::try_from(window).unwrap();
        if !seen.insert(secret) {
            continue;
        }
        assert_ne!(public_of(&secret), trust.keys[0].public);
        let (Some(phone), at) = (Phone::new(Algorithm::Ed25519, secret), MORNING.later(60_000)) else {
            continue;
        };
        let own_pass = Pass { phone: phone.key(), ..anna.pass.pass.clone() }.sign(&secret).unwrap();
        let proof = Proof { step: clock::step(at), nonce: 5, card: 0 };
        for signed in [&own_pass, &anna.pass] {
            let made = phone.show(signed, proof);
            assert!(Seen::read(&made).and_then(|seen| seen.verify(&trust, at)).is_err());
        }
        tried += 1;
    }
    assert!(tried > 100, "{tried}");
    // Keys of this shop's weeks make no short code of another shop or a week further on.
    let tag = shop_tag(&own.chain, &own.shop);
    let who = anna.pass.pass.pseudonym;
    let other = |shop: &str, week: u16| WeekKey::derive(&WEEKS, &own.chain, &shop.into(), week);
    for key in &keys {
        for week_on in [week(MORNING) + 2, week(MORNING) + 3] {
            let forged = WeekKey { week: week_on, ..key.clone() };
            assert_ne!(forged.short(tag, who), other("shop", week_on).short(tag, who));
            assert_ne!(forged.spoken(who), other("shop", week_on).spoken(who));
        }
        assert_ne!(key.short(tag, who), other("another shop", key.week).short(tag, who));
    }
}
