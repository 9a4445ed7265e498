//! A small shop in memory with a scripted register: what most tests of the flow stand on.

use super::scripted::{ScriptedPrinter, ScriptedRegister};
use crate::facts::basket::{Item, Quantity};
use crate::facts::id::{CategoryId, ChainId, CounterId, ShopId, Sku};
use crate::facts::menu::{Menu, Product, Role};
use crate::facts::moment::{BusinessDay, Moment};
use crate::facts::money::Money;
use crate::facts::policy::Policy;
use crate::facts::shop::Shop;
use crate::flow::counter::Settings;
use crate::flow::ids::Ids;
use crate::flow::{Counter, FlowFault};
use crate::ports::Idempotency;
use crate::store::setting::{set_policy, set_shop};
use crate::store::{Store, StoreFault, menu};

/// Nine in the morning of 2 March 2026 in Minsk, a Monday.
pub const MORNING: Moment = Moment(1_772_431_200_000);
pub use crate::facts::moment::DAY_MS;

/// A counter with its register and printer at hand.
#[derive(Debug)]
pub struct SmallShop {
    /// The counter.
    pub counter: Counter,
    /// Its register.
    pub register: ScriptedRegister,
    /// Its printer.
    pub printer: ScriptedPrinter,
}

impl SmallShop {
    /// A shop with four products and a policy without holdout.
    ///
    /// # Errors
    /// When the database fails.
    pub fn open(idempotency: Idempotency, settings: Settings) -> Result<SmallShop, FlowFault> {
        SmallShop::on(furnished(Store::in_memory()?)?, idempotency, settings)
    }

    /// The same on a store that has a shop already.
    ///
    /// # Errors
    /// When the database fails.
    pub fn on(store: Store, idempotency: Idempotency, settings: Settings) -> Result<SmallShop, FlowFault> {
        let register = ScriptedRegister::new(idempotency);
        let printer = ScriptedPrinter::default();
        let ids = Ids::seeded(7, (store.epoch()?, 0));
        let counter =
            Counter::new(store, Box::new(register.clone()), Some(Box::new(printer.clone())), ids, settings)?;
        Ok(SmallShop { counter, register, printer })
    }
}

/// Writes shop, policy and menu into an empty store.
///
/// # Errors
/// When the database fails.
pub fn furnished(mut store: Store) -> Result<Store, StoreFault> {
    let policy = Policy { holdout: Vec::new(), ..Policy::default() };
    store.change(|change| {
        set_shop(change, &shop())?;
        set_policy(change, &policy)?;
        for product in products() {
            let version = menu::version_of(change, &product)?;
            menu::put_on_sale(change, &product.sku, version)?;
        }
        Ok(())
    })?;
    Ok(store)
}

/// The shop.
#[must_use]
pub fn shop() -> Shop {
    Shop {
        chain: ChainId::new("chain"),
        shop: ShopId::new("shop"),
        counter: CounterId::new("till"),
        currency: "BYN".into(),
        zone: "Europe/Minsk".into(),
        day_start_hour: 4,
        language: "ru".into(),
        title: "Кофейня".into(),
    }
}

/// Latte, tea, a bun near its cost, and oat milk as an extra.
#[must_use]
pub fn products() -> Vec<Product> {
    let product = |sku: &str, name: &str, category: &str, price, cost| Product {
        sku: Sku::new(sku),
        name: name.into(),
        category: CategoryId::new(category),
        variant_of: None,
        role: Role::Item,
        price: Money(price),
        cost: Some(Money(cost)),
        cost_day: Some(BusinessDay(20_510)),
        tax_bp: 2_000,
        eligible: true,
        drink: category != "bakery",
        weighed: false,
        needs_mark: false,
    };
    let mut oat = product("oat", "Овсяное молоко", "extras", 150, 60);
    (oat.role, oat.eligible, oat.drink) = (Role::Extra, false, false);
    vec![
        product("latte", "Латте", "coffee", 670, 110),
        product("tea", "Чай", "tea", 450, 60),
        product("bun", "Булочка", "bakery", 390, 280),
        oat,
    ]
}

/// The menu of these products.
#[must_use]
pub fn menu_of_products() -> Menu {
    Menu::new(products())
}

/// One line without extras.
#[must_use]
pub fn item(sku: &str, pieces: i64) -> Item {
    Item::new(Sku::new(sku), Quantity::pieces(pieces))
}
