//! A shift: what was sold, what the register has, what is in the drawer, to the kopeck.

#![cfg(feature = "cli")]
#![expect(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test fails by panicking")]

#[expect(dead_code, reason = "other tests use more of it")]
mod simulators;

use kava::devices::atol::{AtolRegister, Terms};
use kava::facts::money::Money;
use kava::facts::purchase::{Payment, PaymentKind, PurchaseKind, RefundLine};
use kava::facts::shop::Shop;
use kava::facts::slip::SlipRow;
use kava::flow::Counter;
use kava::flow::counter::Settings;
use kava::flow::ids::Ids;
use kava::flow::quote::{Choice, QuoteWish};
use kava::flow::settle::Pays;
use kava::ports::{Idempotency, Register, ShiftWork};
use kava::store::Store;
use kava::store::setting::set_shop;
use kava::store::shifts::{CASH_ASKED, CashMove, add_cash_move};
use kava::testing::scripted::ScriptedPrinter;
use kava::testing::shop::{MORNING, SmallShop, furnished, item, shop};
use simulators::Simulator;

/// A guest without a card pays partly in cash.
fn buy(
    counter: &mut Counter,
    pieces: i64,
    cash: Option<i64>,
    minutes: i64,
) -> (kava::facts::id::ReceiptId, i64) {
    let at = MORNING.later(minutes * 60_000);
    let visit = counter.greet(None, at).unwrap().visit;
    let wish =
        QuoteWish { basket: vec![item("tea", pieces)], choice: Choice::None, kind: PurchaseKind::Sale };
    let net = counter.quote(&visit, wish, at).unwrap().net_minor;
    let part = |kind, minor| Payment { kind, amount: Money(minor) };
    let parts = match cash {
        Some(cash) if cash < net => vec![part(PaymentKind::Cash, cash), part(PaymentKind::Card, net - cash)],
        Some(_) => vec![part(PaymentKind::Cash, net)],
        None => vec![part(PaymentKind::Card, net)],
    };
    let settled = counter.settle(&visit, &Pays::Parts(parts), at).unwrap();
    (settled.receipt, net)
}

fn at(minutes: i64) -> kava::facts::moment::Moment {
    MORNING.later(minutes * 60_000)
}

#[test]
fn a_shift_on_a_fiscal_register_closes_with_every_sum_equal() {
    let simulator = Simulator::start_as("atol.py", &[]);
    let mut store = furnished(Store::in_memory().unwrap()).unwrap();
    store.change(|change| set_shop(change, &Shop { currency: "RUB".into(), ..shop() })).unwrap();
    let url = format!("http://127.0.0.1:{}", simulator.port());
    let register = Box::new(AtolRegister::open(&url, Terms::default()).unwrap());
    let printer = ScriptedPrinter::default();
    let settings = Settings::default();
    let mut counter =
        Counter::new(store, register, Some(Box::new(printer.clone())), Ids::seeded(3, (1, 0)), settings)
            .unwrap();

    assert_eq!(counter.open_shift(at(0)).unwrap(), None);
    assert_eq!(counter.open_shift(at(0)).unwrap(), None, "an open shift stays open");
    assert_eq!(counter.move_cash(Money(5_000), "размен", at(1)).unwrap().drawer_minor, 5_000);
    let (first, net) = buy(&mut counter, 3, Some(400), 2);
    buy(&mut counter, 2, None, 3);
    buy(&mut counter, 1, Some(10_000), 4);
    let one = [RefundLine { line: 1, qty: kava::facts::basket::Quantity::pieces(1) }];
    let back = counter.refund(&first, Some(&one), at(5)).unwrap();
    assert_eq!(back.refunded_minor, net / 3);
    counter.move_cash(Money(-1_000), "инкассация", at(6)).unwrap();

    let x = counter.report_x(at(7)).unwrap();
    assert_eq!((x.receipts, x.net_minor, x.refunds, x.refunded_minor), (3, 450 * 6, 1, 450));
    // Cash goes back first: 400 of it, 50 by card.
    assert_eq!((x.paid["cash"], x.paid["card"]), (400 + 450 - 400, 950 + 900 - 50));
    assert_eq!(x.drawer_minor, 5_000 + 450 - 1_000);
    assert_eq!((x.register_fault.as_deref(), x.differences.as_slice()), (None, &[][..]), "{:?}", x.register);
    assert_eq!(x.register.as_ref().unwrap().cash, Some(Money(4_450)));

    let refused = counter.move_cash(Money(-1_000_000), "", at(8)).unwrap_err();
    assert_eq!(refused.code(), "register_refused");
    let z = counter.close_shift(Some(Money(4_440)), at(9)).unwrap();
    assert_eq!(z.differences.len(), 1, "{z:?}");
    assert_eq!((z.differences[0].what.as_str(), z.differences[0].found_minor), ("counted_cash", 4_440));
    assert_eq!(
        simulator.entries().iter().filter(|entry| entry["request"][0]["type"] == "closeShift").count(),
        1
    );

    // The next shift begins with what was left, and a closed register is said and stops nothing here.
    counter.open_shift(at(600)).unwrap();
    assert_eq!(counter.report_x(at(601)).unwrap().drawer_minor, 4_450);
    let titles: Vec<String> = printer.slips().iter().filter_map(title).collect();
    assert_eq!(
        titles,
        ["Внесение", "Изъятие", "X-ОТЧЁТ", "Z-ОТЧЁТ", "X-ОТЧЁТ"],
        "and no slip beside the register's own"
    );
}

fn title(slip: &kava::facts::slip::Slip) -> Option<String> {
    match slip.rows.first()? {
        SlipRow::Title { text } => Some(text.clone()),
        _ => None,
    }
}

/// Cash was put in, and the counter died before, or after, the register heard of it.
#[test]
fn cash_that_was_under_way_when_the_counter_died_is_moved_once() {
    let simulator = Simulator::start_as("atol.py", &[]);
    let url = format!("http://127.0.0.1:{}", simulator.port());
    let atol = || AtolRegister::open(&url, Terms::default()).unwrap();
    let open = |store: Store, start: i64| {
        Counter::new(store, Box::new(atol()), None, Ids::seeded(6, (start, 0)), Settings::default()).unwrap()
    };
    let mut store = furnished(Store::in_memory().unwrap()).unwrap();
    store.change(|change| set_shop(change, &Shop { currency: "RUB".into(), ..shop() })).unwrap();
    let mut counter = open(store, 1);
    counter.open_shift(at(0)).unwrap();
    let mut store = counter.into_store();
    let when = shop().time().unwrap().local(at(1));
    for (id, amount) in [("before", 5_000), ("after", 700)] {
        let amount = Money(amount);
        let (id, reason, register_ref) = (id.to_owned(), "размен".into(), Some(CASH_ASKED.into()));
        store
            .change(|change| add_cash_move(change, &CashMove { id, when, amount, reason, register_ref }))
            .unwrap();
    }
    let wait = std::time::Duration::from_secs(10);
    atol().shift(ShiftWork::CashIn(Money(700)), &"after".into(), wait).unwrap();
    let mut counter = open(store, 2);
    for _ in 0..2 {
        counter.resume().unwrap();
    }
    let x = counter.report_x(at(2)).unwrap();
    assert_eq!((x.drawer_minor, x.cash_in_minor), (5_700, 5_700));
    assert_eq!(x.register.unwrap().cash, Some(Money(5_700)), "{:?}", x.differences);
    assert_eq!(counter.store().cash_under_way().unwrap(), []);
}

#[test]
fn a_shift_is_closed_whatever_the_register_says() {
    let mut store = furnished(Store::in_memory().unwrap()).unwrap();
    store.change(|change| set_shop(change, &Shop { currency: "RUB".into(), ..shop() })).unwrap();
    let register = Box::new(AtolRegister::open("http://127.0.0.1:1", Terms::default()).unwrap());
    let mut counter =
        Counter::new(store, register, None, Ids::seeded(4, (1, 0)), Settings::default()).unwrap();
    assert!(counter.open_shift(at(0)).unwrap().unwrap().contains("cannot be reached"));
    let z = counter.close_shift(None, at(1)).unwrap();
    assert!(z.register_fault.unwrap().contains("cannot be reached"));
    assert_eq!(counter.status(at(2)).unwrap().shift, "closed");
}

#[test]
fn a_register_worked_by_hand_leaves_the_books_to_themselves() {
    let mut shop = SmallShop::open(Idempotency::None, Settings::default()).unwrap();
    shop.counter.open_shift(MORNING).unwrap();
    let (_, net) = buy(&mut shop.counter, 2, None, 1);
    let z = shop.counter.close_shift(None, at(5)).unwrap();
    assert_eq!((z.receipts, z.net_minor, z.register, z.register_fault), (1, net, None, None));
    assert_eq!(z.differences, []);
}
