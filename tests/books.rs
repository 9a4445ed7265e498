//! The engine's books under the audit's eyes: a random month at a counter whose register declines, refuses
//! and forgets, with an adversarial menu, and every floor, sum, cap, fold and hash must hold at the end.

#![expect(clippy::unwrap_used, clippy::print_stdout, reason = "a test stops at the first surprise")]

use kava::audit::audit;
use kava::facts::basket::{Extra, Item, Quantity};
use kava::facts::id::{CategoryId, ChainId, CounterId, ReceiptId, ShopId, Sku};
use kava::facts::menu::{Product, Role};
use kava::facts::moment::{BusinessDay, Moment};
use kava::facts::money::Money;
use kava::facts::policy::Policy;
use kava::facts::purchase::{PaymentKind, PurchaseKind, RefundLine};
use kava::facts::shop::Shop;
use kava::flow::counter::Settings;
use kava::flow::ids::Ids;
use kava::flow::quote::{Choice, QuoteWish};
use kava::flow::settle::Pays;
use kava::flow::{Counter, FlowFault};
use kava::ports::{
    DeviceState, GiveBack, Idempotency, Journal, NetReceipt, Outcome, Paper, Register, RegisterCapabilities,
};
use kava::store::setting::{set_policy, set_shop};
use kava::store::{Access, Durability, Store, menu};
use std::hash::{BuildHasher, Hasher, RandomState};
use std::path::Path;
use std::time::Duration;

const DAY_MS: i64 = 86_400_000;
const FIRST_DAY: i32 = 20_700;

/// A small generator, so that a seed is all there is to say about a run.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, below: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % below
    }

    fn money(&mut self, below: u64) -> Money {
        Money(i64::try_from(self.roll(below)).unwrap())
    }

    fn one<'a, T>(&mut self, of: &'a [T]) -> &'a T {
        let index = usize::try_from(self.roll(of.len() as u64)).unwrap();
        of.get(index).unwrap()
    }
}

/// A register that mostly rings up, and sometimes does what registers do.
struct Moody(Dice);

impl Moody {
    fn answer(&mut self, receipt: &Paper) -> Outcome {
        match self.0.roll(20) {
            0 => Outcome::Declined { reason: "card declined".into() },
            1 => Outcome::NotDone { reason: "paper is out".into() },
            2 => Outcome::Unknown { reason: "no answer".into() },
            _ => Outcome::Done { reference: receipt.id.to_string(), total: receipt.total },
        }
    }
}

impl Register for Moody {
    fn name(&self) -> &str {
        "a moody register"
    }
    fn capabilities(&self) -> RegisterCapabilities {
        RegisterCapabilities::plain(Idempotency::None)
    }
    fn probe(&mut self, _: Duration) -> Result<DeviceState, String> {
        Ok(DeviceState::default())
    }
    fn submit(&mut self, receipt: &NetReceipt, _: &mut dyn Journal, _: Duration) -> Outcome {
        self.answer(receipt)
    }
    fn resolve(&mut self, _: &ReceiptId, _: &mut dyn Journal, _: Duration) -> Outcome {
        Outcome::Unknown { reason: "no memory".into() }
    }
    fn refund(&mut self, back: &GiveBack<'_>, _: &mut dyn Journal, _: Duration) -> Outcome {
        self.answer(back.refund)
    }
}

/// A register that rings up everything and knows what it has rung up.
#[derive(Default)]
struct Steady(Option<Outcome>);

impl Steady {
    fn ring_up(&mut self, paper: &Paper) -> Outcome {
        let done = Outcome::Done { reference: paper.id.to_string(), total: paper.total };
        self.0.insert(done).clone()
    }
}

impl Register for Steady {
    fn name(&self) -> &str {
        "a steady register"
    }
    fn capabilities(&self) -> RegisterCapabilities {
        RegisterCapabilities::plain(Idempotency::ClientKey)
    }
    fn probe(&mut self, _: Duration) -> Result<DeviceState, String> {
        Ok(DeviceState::default())
    }
    fn submit(&mut self, receipt: &NetReceipt, _: &mut dyn Journal, _: Duration) -> Outcome {
        self.ring_up(receipt)
    }
    fn resolve(&mut self, _: &ReceiptId, _: &mut dyn Journal, _: Duration) -> Outcome {
        self.0.clone().unwrap_or(Outcome::NotDone { reason: "never heard of it".into() })
    }
    fn refund(&mut self, back: &GiveBack<'_>, _: &mut dyn Journal, _: Duration) -> Outcome {
        self.ring_up(back.refund)
    }
}

/// Thirty items and six extras with costs from absent to above the price, of all ages.
fn products(dice: &mut Dice) -> Vec<Product> {
    (0..36_u32)
        .map(|n| {
            let price = Money(dice.money(900).0 + 1);
            let cost = match dice.roll(8) {
                0 => None,
                1 => Some(Money::ZERO),
                2 => Some(price),
                _ => Some(dice.money(u64::try_from(price.0).unwrap())),
            };
            let age = i32::try_from(dice.roll(200)).unwrap();
            Product {
                sku: Sku::new(format!("p{n}")),
                name: format!("Product {n}"),
                category: CategoryId::new(format!("c{}", n % 5)),
                variant_of: None,
                role: if n < 30 { Role::Item } else { Role::Extra },
                price,
                cost,
                cost_day: (dice.roll(10) > 0).then_some(BusinessDay(FIRST_DAY - age)),
                tax_bp: i64::try_from(dice.roll(3)).unwrap() * 1_000,
                eligible: dice.roll(6) > 0,
                drink: n % 2 == 0,
                weighed: n % 7 == 3,
                needs_mark: false,
            }
        })
        .collect()
}

fn counter(path: &Path, dice: &mut Dice, register: Box<dyn Register>) -> (Counter, Vec<Product>) {
    let mut store = Store::open(path, Access::Create, Durability::Off).unwrap();
    let shop = Shop {
        chain: ChainId::new("chain"),
        shop: ShopId::new("1"),
        counter: CounterId::new("1"),
        currency: "BYN".into(),
        zone: "Europe/Minsk".into(),
        day_start_hour: 4,
        language: "en".into(),
        title: "KAVA".into(),
    };
    let products = products(dice);
    store
        .change(|change| {
            set_shop(change, &shop)?;
            set_policy(change, &Policy::default())?;
            for product in &products {
                let version = menu::version_of(change, product)?;
                change.execute("INSERT INTO product VALUES (?, ?)", (product.sku.as_str(), version))?;
            }
            Ok(())
        })
        .unwrap();
    let settings = Settings { trust_ids: true, ..Settings::default() };
    let ids = Ids::seeded(dice.roll(u64::MAX), (1, 1));
    (Counter::new(store, register, None, ids, settings).unwrap(), products)
}

fn basket(dice: &mut Dice, products: &[Product]) -> Vec<Item> {
    let (items, extras) = products.split_at(30);
    (0..=dice.roll(4))
        .map(|_| {
            let product = dice.one(items);
            let grams = i64::try_from(dice.roll(3_000)).unwrap() + 1;
            let pieces = Quantity::pieces(i64::try_from(dice.roll(4)).unwrap() + 1);
            let with = (0..dice.roll(3)).map(|_| {
                let extra = dice.one(extras);
                Extra {
                    sku: extra.sku.clone(),
                    qty: Quantity::pieces(i64::try_from(dice.roll(2)).unwrap() + 1),
                }
            });
            let with = with.collect();
            let qty = if product.weighed { Quantity(grams) } else { pieces };
            Item { with, ..Item::new(product.sku.clone(), qty) }
        })
        .collect()
}

fn kind(dice: &mut Dice) -> PurchaseKind {
    match dice.roll(12) {
        0 => PurchaseKind::Staff,
        1 => PurchaseKind::Comp,
        2 => PurchaseKind::Corporate,
        3 => PurchaseKind::Writeoff,
        _ => PurchaseKind::Sale,
    }
}

/// One visit, and perhaps a refund of an earlier one; what the counter refuses is refused.
fn visit(
    counter: &mut Counter,
    dice: &mut Dice,
    products: &[Product],
    sold: &mut Vec<ReceiptId>,
    at: Moment,
) {
    let code = (dice.roll(5) > 0).then(|| format!("guest-{}", dice.roll(12)));
    let greeting = counter.greet(code.as_deref(), at).unwrap();
    let choice = match dice.roll(4) {
        0 => Choice::None,
        1 if !greeting.offers.is_empty() => Choice::Offer(dice.one(&greeting.offers).id.clone()),
        _ => Choice::Best,
    };
    let wish = QuoteWish { basket: basket(dice, products), choice, kind: kind(dice) };
    match counter.quote(&greeting.visit, wish, at) {
        Err(FlowFault::NeedsReview(receipt)) => {
            let seen = (dice.roll(2) == 0).then_some("seen on the tape");
            counter.reviewed(&receipt, seen, at).unwrap();
            return;
        }
        quoted => drop(quoted.unwrap()),
    }
    if dice.roll(15) == 0 {
        counter.cancel(&greeting.visit, at).unwrap();
        return;
    }
    if let Ok(settled) = counter.settle(&greeting.visit, &Pays::Whole(PaymentKind::Card), at.later(1_000)) {
        sold.push(settled.receipt);
    }
    if dice.roll(4) == 0 && !sold.is_empty() {
        let receipt = dice.one(sold).clone();
        let part = [RefundLine { line: 1, qty: Quantity(i64::try_from(dice.roll(2_000)).unwrap() + 1) }];
        let lines = (dice.roll(2) == 0).then_some(&part[..]);
        drop(counter.refund(&receipt, lines, at.later(2_000)));
    }
}

#[test]
fn a_random_month_keeps_its_books() {
    let seed = match std::env::var("KAVA_SEED") {
        Ok(text) => text.parse().unwrap(),
        Err(_) => RandomState::new().build_hasher().finish(),
    };
    println!("KAVA_SEED={seed}");
    let mut dice = Dice(seed | 1);
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("kava.db");
    let moody = Box::new(Moody(Dice(dice.roll(u64::MAX) | 1)));
    let (mut counter, products) = counter(&path, &mut dice, moody);
    let mut sold = Vec::new();
    for n in 0..600_i64 {
        let at = Moment(i64::from(FIRST_DAY) * DAY_MS + n * DAY_MS / 20 + 8 * 3_600_000);
        visit(&mut counter, &mut dice, &products, &mut sold, at);
    }
    let report = audit(&path).unwrap();
    println!("{:?}", report.checked);
    assert!(report.holds(), "KAVA_SEED={seed}\n{:#?}", &report.findings[..report.findings.len().min(10)]);
    for what in ["discounted_lines", "refunds", "customers", "cap_days", "charges", "outbox"] {
        assert!(
            report.checked[what] > 0,
            "nothing to check of {what} with seed {seed}: {:?}",
            report.checked
        );
    }
}

#[test]
fn a_sale_and_its_records_are_kept_together_or_not_at_all() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("kava.db");
    let (mut counter, products) = counter(&path, &mut Dice(7), Box::new(Steady::default()));
    let at = Moment(i64::from(FIRST_DAY) * DAY_MS + 8 * 3_600_000);
    // The second commit fails in its middle, as it would on a disk that fills up just then.
    let disk = rusqlite::Connection::open(&path).unwrap();
    disk.execute_batch(
        "CREATE TRIGGER full BEFORE INSERT ON purchase_line BEGIN SELECT RAISE(ABORT, 'the disk is full'); END",
    )
    .unwrap();
    let visit = counter.greet(None, at).unwrap().visit;
    let item = Item::new(products[0].sku.clone(), Quantity::ONE);
    let wish = QuoteWish { basket: vec![item], choice: Choice::None, kind: PurchaseKind::Sale };
    counter.quote(&visit, wish, at).unwrap();
    counter.settle(&visit, &Pays::Whole(PaymentKind::Cash), at).unwrap_err();
    let report = audit(&path).unwrap();
    assert!(report.holds(), "{:#?}", report.findings);
    assert_eq!((report.checked["receipts"], report.checked["outbox"]), (0, 0));

    // Room again: the register has the receipt, so it is remembered, and told once.
    disk.execute_batch("DROP TRIGGER full").unwrap();
    counter.resume().unwrap();
    let report = audit(&path).unwrap();
    assert!(report.holds(), "{:#?}", report.findings);
    assert_eq!((report.checked["receipts"], report.checked["outbox"]), (1, 2), "a sale and its decision");
}
