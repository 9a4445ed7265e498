//! What a visit of a kind of guest is worth to the shop at a depth, on average over what they take.

use super::parameters::Kind;
use super::shelf::{self, Shelf};
use super::till::fraction;
use crate::facts::id::Sku;
use crate::facts::menu::Product;
use crate::facts::policy::Policy;

/// What a card covers, as the oracle thinks of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Cover {
    /// Drink and snack.
    All,
    /// The drink alone.
    Drink,
}

/// Means over what a kind drinks and eats; money in minor units.
#[derive(Debug, Clone)]
pub struct Worth {
    /// By category, a liked one more often.
    drinks: Vec<Vec<Product>>,
    snacks: Vec<Product>,
    snack_odds: (f64, f64),
    policy: Policy,
}

impl Worth {
    /// For a kind, at the prices of a shelf.
    #[must_use]
    pub fn new(kind: &Kind, shelf: &Shelf, policy: &Policy) -> Worth {
        let find = |sku: &str| shelf.find(&Sku::new(sku)).cloned();
        let drinks = kind
            .drinks
            .iter()
            .map(|category| shelf::drinks_of(category).into_iter().filter_map(find).collect());
        let snacks = shelf::snacks().into_iter().filter_map(find);
        Worth {
            drinks: drinks.collect(),
            snacks: snacks.collect(),
            snack_odds: kind.snack,
            policy: policy.clone(),
        }
    }

    /// The margin a visit brings at a depth.
    #[must_use]
    pub fn margin(&self, cover: Cover, depth_bp: i64) -> f64 {
        let on_snack = if cover == Cover::All { depth_bp } else { 0 };
        let drink = mean(self.drinks.iter().map(|drinks| self.mean(drinks, depth_bp)));
        drink + self.snack(on_snack) * self.mean(&self.snacks, on_snack)
    }

    /// What the guest saves at a depth.
    #[must_use]
    pub fn saving(&self, cover: Cover, depth_bp: i64) -> f64 {
        let list = |products: &[Product]| mean(products.iter().map(|product| money(product.price.0)));
        let snack = if cover == Cover::All { self.snack(depth_bp) * list(&self.snacks) } else { 0.0 };
        fraction(depth_bp) * (mean(self.drinks.iter().map(|drinks| list(drinks))) + snack)
    }

    fn snack(&self, depth_bp: i64) -> f64 {
        let (at_none, by_depth) = self.snack_odds;
        1.0 / (1.0 + libm::exp(-(at_none + by_depth * fraction(depth_bp))))
    }

    fn mean(&self, products: &[Product], depth_bp: i64) -> f64 {
        mean(products.iter().map(|product| {
            let granted = self.granted(product, depth_bp);
            money(product.price.0) * (1.0 - fraction(granted)) * 10_000.0 / money(10_000 + product.tax_bp)
                - product.cost.map_or(0.0, |cost| money(cost.0))
        }))
    }

    /// The deepest rung the floor leaves, as the guard reckons for one piece without extras.
    fn granted(&self, product: &Product, depth_bp: i64) -> i64 {
        let cost = product.cost.map_or(0.0, |cost| money(cost.0));
        let floor = cost * money(10_000 + product.tax_bp) / money(10_000 - self.policy.margin_floor_bp);
        let holds = |rung: i64| money(product.price.0) * (1.0 - fraction(rung)) >= floor;
        let rungs = self.policy.ladder_bp.iter().rev().copied();
        rungs.filter(|rung| *rung <= depth_bp).find(|rung| holds(*rung)).unwrap_or(0)
    }
}

fn mean(values: impl Iterator<Item = f64>) -> f64 {
    let (sum, count) = values.fold((0.0, 0.0), |(sum, count), value| (sum + value, count + 1.0));
    if count > 0.0 { sum / count } else { 0.0 }
}

#[expect(clippy::cast_precision_loss, reason = "prices and basis points are small")]
const fn money(minor: i64) -> f64 {
    minor as f64
}
