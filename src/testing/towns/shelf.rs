//! What stands on the shelf of a town on a day: the coffee shop's menu, with the prices and products that
//! shocks leave. Costs are stated anew every four weeks, as a shop must.

use super::parameters::{Shock, Town};
use crate::facts::id::{CategoryId, Sku};
use crate::facts::menu::{Menu, Product, Role};
use crate::facts::moment::BusinessDay;
use crate::facts::money::Money;
use crate::testing::town::menu::{Listed, PRODUCTS};

/// The first day of every run, a Monday.
pub const FIRST_DAY: BusinessDay = BusinessDay(20_514);
/// Costs are stated anew after so many days.
pub const COSTS_DAYS: i32 = 28;
/// Output tax contained in shelf prices.
const TAX_BP: i64 = 2_000;
/// What new products are dearer by.
const NEW_BP: i64 = 300;
/// Categories of snacks.
const SNACKS: [&str; 3] = ["выпечка", "десерты", "еда"];

/// All that is sold on one day.
#[derive(Debug, Clone)]
pub struct Shelf {
    menu: Menu,
    /// Relative to the first day's.
    pub price_level: f64,
}

impl Shelf {
    /// The shelf of a day, counted from 0.
    #[must_use]
    pub fn on(town: &Town, day: i32) -> Shelf {
        let by_bp: i64 = town
            .shocks
            .iter()
            .map(|shock| match shock {
                Shock::Prices { day: from, by_bp } if day >= *from => *by_bp,
                _ => 0,
            })
            .sum();
        let stated = BusinessDay(FIRST_DAY.0 + day.div_euclid(COSTS_DAYS) * COSTS_DAYS);
        let products = PRODUCTS.iter().enumerate().flat_map(|(place, listed)| {
            let dearer = product(listed, by_bp, stated);
            if place % 2 == 1 && is_replaced(town, day, listed.2) {
                let mut new = product(listed, by_bp + NEW_BP, stated);
                (new.sku, new.name) = (successor(&new.sku), format!("{} новый", new.name));
                // Nobody can take a product out of the database; what is gone is no longer offered or bought.
                vec![Product { eligible: false, ..dearer }, new]
            } else {
                vec![dearer]
            }
        });
        #[expect(clippy::cast_precision_loss, reason = "a few thousand basis points")]
        let price_level = 1.0 + by_bp as f64 / 10_000.0;
        Shelf { menu: Menu::new(products), price_level }
    }

    /// Whether a day's shelf differs from the day's before.
    #[must_use]
    pub fn changes_on(town: &Town, day: i32) -> bool {
        day % COSTS_DAYS == 0
            || town.shocks.iter().any(|shock| match shock {
                Shock::Prices { day: from, .. } | Shock::Menu { day: from, .. } => day == *from,
                Shock::Season { .. } | Shock::Closed { .. } => false,
            })
    }

    /// The menu.
    #[must_use]
    pub const fn menu(&self) -> &Menu {
        &self.menu
    }

    /// The product a guest finds who looks for this sku: itself, or what has replaced it.
    #[must_use]
    pub fn find(&self, sku: &Sku) -> Option<&Product> {
        let new = self.menu.get(&successor(sku));
        new.or_else(|| self.menu.get(sku)).map(AsRef::as_ref)
    }
}

/// All drinks of a category, or all snacks, by sku of the first day.
#[must_use]
pub fn drinks_of(category: &str) -> Vec<&'static str> {
    let drinks = PRODUCTS.iter().filter(|listed| listed.2 == category);
    drinks.map(|listed| listed.0).collect()
}

/// All snacks by sku of the first day.
#[must_use]
pub fn snacks() -> Vec<&'static str> {
    PRODUCTS.iter().filter(|listed| SNACKS.contains(&listed.2)).map(|listed| listed.0).collect()
}

/// The category of a sku of the first day.
#[must_use]
pub fn category_of(sku: &str) -> CategoryId {
    CategoryId::new(PRODUCTS.iter().find(|listed| listed.0 == sku).map_or("", |listed| listed.2))
}

fn is_replaced(town: &Town, day: i32, category: &str) -> bool {
    town.shocks.iter().any(|shock| match shock {
        Shock::Menu { day: from, categories } => day >= *from && categories.contains(&category),
        _ => false,
    })
}

fn successor(sku: &Sku) -> Sku {
    Sku::new(format!("{sku}-new"))
}

fn product(listed: &Listed, by_bp: i64, stated: BusinessDay) -> Product {
    let Listed(sku, name, category, size_of, price, cost) = *listed;
    let role = if category == "добавки" { Role::Extra } else { Role::Item };
    Product {
        sku: Sku::new(sku),
        name: name.into(),
        category: CategoryId::new(category),
        variant_of: (!size_of.is_empty()).then(|| size_of.to_owned()),
        role,
        price: Money(price * (10_000 + by_bp) / 10_000),
        cost: Some(Money(cost)),
        cost_day: Some(stated),
        tax_bp: TAX_BP,
        eligible: role == Role::Item,
        drink: role == Role::Item && !SNACKS.contains(&category),
        weighed: false,
        needs_mark: false,
    }
}
