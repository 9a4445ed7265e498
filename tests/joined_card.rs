//! The card that a new guest takes home: printed, read back by the strict decoder and a barcode reader, and good.

#![cfg(feature = "cli")]
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod paper;

use self::paper::{kept, scanned, text};
use kava::devices::escpos::{FilePrinter, Page, Paper};
use kava::facts::customer::{Consent, Rights};
use kava::facts::shop::Shop;
use kava::flow::Counter;
use kava::flow::counter::Settings;
use kava::flow::ids::Ids;
use kava::flow::join::Registered;
use kava::ports::Idempotency;
use kava::store::memberships::{self, BlankLeft};
use kava::store::{Access, Durability, Store, codes, setting};
use kava::testing::scripted::ScriptedRegister;
use kava::testing::shop::{MORNING, SmallShop, furnished, shop};
use kava::wire::bundle::public_of;
use kava::wire::code::{Blank, Pseudonym, blank, pass};
use kava::words::Words;
use std::path::Path;

const OFFICE: [u8; 32] = [7; 32];
const COLUMNS: u8 = 32;

/// A shop that speaks a language, with one blank membership.
fn with_blank(store: Store, language: &str) -> Store {
    let mut store = furnished(store).unwrap();
    let secret = [4; 16];
    let blank = Blank {
        chain: pass::chain_tag(&shop().chain),
        key: 1,
        pseudonym: Pseudonym([2; 16]),
        issued: MORNING,
        days: 180,
        claim: blank::claim_hash(&secret),
    };
    let left = BlankLeft { pseudonym: blank.pseudonym, signed: blank.sign(&OFFICE), secret };
    let speaks = Shop { language: language.into(), ..shop() };
    store
        .change(|change| {
            setting::set_shop(change, &speaks)?;
            codes::add_office_key(change, 1, &public_of(&OFFICE), MORNING)?;
            memberships::add_blank(change, &left)
        })
        .unwrap();
    store
}

/// Two guests join at a counter with this printer: for the second no blank membership is left.
fn join(slip: [&Path; 2], language: &str, page: Page) -> [Registered; 2] {
    let paper = Paper { page, page_number: page.usual_number(), columns: COLUMNS };
    let mut store = Some(with_blank(Store::in_memory().unwrap(), language));
    slip.map(|slip| {
        let own = store.take().unwrap_or_else(|| furnished(Store::in_memory().unwrap()).unwrap());
        let ids = Ids::seeded(7, (own.epoch().unwrap(), 0));
        let register = Box::new(ScriptedRegister::new(Idempotency::ClientKey));
        let printer = Box::new(FilePrinter::new(slip.to_owned(), paper));
        let mut counter = Counter::new(own, register, Some(printer), ids, Settings::default()).unwrap();
        counter.register_customer(Consent::PERSONAL, MORNING).unwrap()
    })
}

#[test]
fn the_card_says_what_was_meant_and_its_codes_come_back() {
    for (page, other, language) in [
        (Page::Wpc1251, "17=cp866", "ru"),
        (Page::Pc866, "46=cp1251", "ru"),
        (Page::Wpc1251, "17=cp866", "be"),
        (Page::Pc866, "46=cp1251", "be"),
    ] {
        let name = |what| kept(&format!("card-{language}-{}-{what}.escpos", page.name()));
        let (file, plain) = (name("claim"), name("plain"));
        let [joined, without] = join([&file, &plain], language, page);
        let claim = joined.claim.unwrap();
        assert_eq!((joined.card_printed, without.claim), (Some(true), None));
        let shown = text(&["--columns", "32", &file.to_string_lossy()]);
        assert!(shown.contains(&format!("[|| {} ||]", joined.code)), "{shown}");
        assert!(shown.contains(&claim), "{shown}");
        // Line breaks are the printer's, and this page writes the Belarusian letter as a Latin one.
        let flat = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ").replace('і', "i");
        for key in ["slip.card", "slip.card_use", "slip.card_claim", "slip.not_fiscal"] {
            let meant = Words::of(language).get(key);
            assert!(flat(&shown).contains(&flat(&meant)), "{meant} is not in {shown}");
            let Page::Wpc1251 = page else { continue };
            assert!(language != "be" || shown.contains('і'), "{shown}");
        }
        if let Some(seen) = scanned(&file, "32", other) {
            assert!(seen.contains(&joined.code) && seen.contains(&claim), "{seen}");
        }
        let shown = text(&["--columns", "32", &plain.to_string_lossy()]);
        assert!(shown.contains(&without.code) && !shown.contains("[QR"), "{shown}");
    }
}

#[test]
fn a_card_waits_for_paper_and_its_claim_is_never_in_the_database() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("kava.db");
    let store = with_blank(Store::open(&path, Access::Create, Durability::Full).unwrap(), "ru");
    let mut here = SmallShop::on(store, Idempotency::ClientKey, Settings::default()).unwrap();
    here.printer.set_broken(true);
    let joined = here.counter.register_customer(Consent::PERSONAL, MORNING).unwrap();
    assert_eq!(joined.card_printed, Some(false));
    assert_eq!(here.counter.status(MORNING).unwrap().slips_waiting, 1);
    here.printer.set_broken(false);
    assert_eq!(here.counter.print_waiting(), 0);
    let card = format!("{:?}", here.printer.slips());
    assert!(card.contains(&joined.code) && card.contains(joined.claim.as_ref().unwrap()), "{card}");
    let greeting = here.counter.greet(Some(&joined.code), MORNING).unwrap();
    assert_eq!((greeting.customer.unwrap().id, greeting.rights), (joined.customer, Rights::Base));
    drop(here);
    let database = rusqlite::Connection::open(&path).unwrap();
    let count = "SELECT count(*), count(secret) FROM blank_membership";
    let (blanks, secrets) = database.query_row(count, [], |row| Ok((row.get(0)?, row.get(1)?))).unwrap();
    assert_eq!((blanks, secrets), (1, 0));
    drop(database);
    for name in ["kava.db", "kava.db-wal"] {
        let bytes = std::fs::read(folder.path().join(name)).unwrap_or_default();
        let holds = |digits: &str| bytes.windows(digits.len()).any(|seen| seen == digits.as_bytes());
        assert!(!holds(joined.claim.as_ref().unwrap()), "{name} holds the claim");
    }
}
