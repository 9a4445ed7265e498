//! What a scanner reads goes where it belongs: a guest's code, a product, the marking code of one piece.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use kava::facts::id::Sku;
use kava::facts::purchase::PaymentKind;
use kava::flow::counter::Settings;
use kava::flow::quote::{Choice, QuoteWish};
use kava::flow::scanned::ScanShown;
use kava::flow::settle::Pays;
use kava::ports::{Idempotency, Symbology};
use kava::store::{Store, menu};
use kava::testing::shop::{MORNING, SmallShop, furnished, item};

const MARK: &str = "0104604390931256215Ab3\"x/z\u{1d}91EE06\u{1d}92kQ+/==";

fn shop() -> SmallShop {
    let mut store = furnished(Store::in_memory().unwrap()).unwrap();
    store
        .change(|change| {
            menu::set_ean(change, "4810001000017", &Sku::new("tea"))?;
            menu::set_ean(change, "4604390931256", &Sku::new("bun"))
        })
        .unwrap();
    SmallShop::on(store, Idempotency::ClientKey, Settings::default()).unwrap()
}

#[test]
fn three_families_go_three_ways() {
    let shop = shop();
    let scan = |text: &str, symbology| shop.counter.scanned(text, symbology).map_err(|fault| fault.code());
    let product = |sku: &str, mark: Option<&str>| {
        Ok(ScanShown::Product { sku: Sku::new(sku), mark: mark.map(Into::into) })
    };
    let guest = |code: &str| Ok(ScanShown::Guest { code: code.into() });
    let code = format!("21{}", "7".repeat(480));
    let table = [
        ("4810001000017", Some(Symbology::Ean), product("tea", None)),
        ("4810001000017", None, product("tea", None)),
        ("4006381333931", None, guest("4006381333931")),
        ("4006381333931", Some(Symbology::Ean), Err("ean_unknown")),
        ("bun", None, product("bun", None)),
        (MARK, Some(Symbology::DataMatrix), product("bun", Some(MARK))),
        ("0104006381333931215Ab3xyz", None, Err("ean_unknown")),
        ("100000000004216", Some(Symbology::Qr), guest("100000000004216")),
        (code.as_str(), Some(Symbology::Qr), guest(&code)),
        ("фыва1234", None, guest("фыва1234")),
    ];
    for (text, symbology, expected) in table {
        assert_eq!(scan(text, symbology), expected, "{text:?}");
    }
}

#[test]
fn a_mark_goes_with_its_piece_to_the_register_and_back_with_a_refund() {
    let mut shop = shop();
    let mut marked = item("bun", 1);
    marked.mark = Some(MARK.into());
    let visit = shop.counter.greet(None, MORNING).unwrap().visit;
    let wish = |basket| QuoteWish { basket, choice: Choice::None, kind: Default::default() };
    let mut two = marked.clone();
    two.qty = kava::facts::basket::Quantity::pieces(2);
    let refused = shop.counter.quote(&visit, wish(vec![two]), MORNING).unwrap_err();
    assert_eq!(refused.code(), "mark_of_many");
    shop.counter.quote(&visit, wish(vec![item("tea", 1), marked]), MORNING).unwrap();
    let settled = shop.counter.settle(&visit, &Pays::Whole(PaymentKind::Card), MORNING).unwrap();
    let marks = |receipt: &kava::ports::Paper| -> Vec<Option<String>> {
        receipt.lines.iter().map(|line| line.mark.clone()).collect()
    };
    let tape = shop.register.tape();
    assert_eq!(marks(tape.rung_up.get(&settled.receipt).unwrap()), [None, Some(MARK.to_owned())]);
    drop(tape);
    let back = shop.counter.refund(&settled.receipt, None, MORNING).unwrap();
    let tape = shop.register.tape();
    let refund = tape.rung_up.values().find(|receipt| receipt.id != settled.receipt);
    if let Some(refund) = refund {
        assert_eq!(marks(refund), [None, Some(MARK.to_owned())]);
    }
    assert_eq!(back.refunded_minor, settled.net_minor);
}

#[test]
fn one_mark_on_two_lines_is_priced_but_never_charged() {
    let mut shop = shop();
    let marked = kava::facts::basket::Item { mark: Some(MARK.into()), ..item("bun", 1) };
    let visit = shop.counter.greet(None, MORNING).unwrap().visit;
    let wish = QuoteWish {
        basket: vec![marked.clone(), item("tea", 1), marked],
        choice: Choice::None,
        kind: Default::default(),
    };
    shop.counter.quote(&visit, wish, MORNING).unwrap();
    let refused = shop.counter.settle(&visit, &Pays::Whole(PaymentKind::Card), MORNING).unwrap_err();
    assert_eq!(refused.code(), "mark_twice");
    assert!(shop.register.tape().rung_up.is_empty());
}
