//! The menu as a guest sees it: list price, and the price with the card that saves most, guarded as at the counter.
//! Costs stay at the office.

use super::cards::{Choice, Rules};
use kava::{
    facts::{
        basket::{Item, PricedBasket, Quantity},
        menu::Role,
        moment::{BusinessDay, Moment},
    },
    steps::{
        charge,
        guard::{self, CapsLeft},
    },
};
use serde::Serialize;
use std::collections::BTreeMap;

/// One product or size.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Dish {
    /// Its key.
    pub sku: String,
    /// What it is called.
    pub name: String,
    /// Its category.
    pub category: String,
    /// The product of which it is a size.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub variant_of: Option<String>,
    /// Shelf price.
    pub price_minor: i64,
    /// The guest's price by card: of one piece, for the cards that change it.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub mine: BTreeMap<String, i64>,
}

/// The menu of one moment.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Shelf {
    /// When it was published; nothing where none was.
    pub made: Option<Moment>,
    /// What is sold on a line of its own, by category and name.
    pub dishes: Vec<Dish>,
}

/// The menu for these cards on a day.
#[must_use]
pub fn of(rules: &Rules, cards: &[Choice], day: BusinessDay) -> Shelf {
    let mut dishes: Vec<Dish> = rules
        .menu
        .iter()
        .filter(|product| product.role == Role::Item)
        .map(|product| {
            let mine = cards.iter().filter_map(|card| {
                let item = Item::new(product.sku.clone(), Quantity::ONE);
                let priced = PricedBasket::new(&[item], &rules.menu).ok()?;
                let left = CapsLeft::whole(&rules.policy);
                let granted = guard::approve(&priced, Some(&card.offer), &rules.policy, day, left);
                let net = charge::price(&granted).iter().map(|line| line.net.0).sum::<i64>();
                (net < product.price.0).then(|| (card.offer.id.to_string(), net))
            });
            Dish {
                sku: product.sku.to_string(),
                name: product.name.clone(),
                category: product.category.to_string(),
                variant_of: product.variant_of.clone(),
                price_minor: product.price.0,
                mine: mine.collect(),
            }
        })
        .collect();
    dishes.sort_by(|one, other| {
        (&one.category, &one.name, &one.sku).cmp(&(&other.category, &other.name, &other.sku))
    });
    Shelf { made: rules.menu_at, dishes }
}
