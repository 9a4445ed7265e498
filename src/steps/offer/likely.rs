//! What a guest will likely take, priced: how much a template's cards cost today, and which of them the
//! floor would cut. An input of the decision, kept with it.

use crate::facts::basket::{Item, PricedBasket, PricedLine};
use crate::facts::floor::{deepest_rung, product_floor};
use crate::facts::id::{CategoryId, Sku};
use crate::facts::menu::{Menu, Product, Role};
use crate::facts::moment::BusinessDay;
use crate::facts::money::{Money, WHOLE_BP, div_half_up, narrow};
use crate::facts::policy::Policy;
use crate::steps::taste::Popularity;
use serde::{Deserialize, Serialize};

/// The likely basket in money, tax included where not said otherwise.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Likely {
    /// List price of all lines.
    pub list: Money,
    /// List price of the lines a discount may touch.
    pub eligible: Money,
    /// List price of the lines in the favourite category that a discount may touch.
    pub favourite: Money,
    /// What stays of the list price after tax and cost: the contribution without any discount.
    pub contribution: Money,
    /// Output tax in the list price, basis points of the price without tax.
    pub tax_bp: i64,
    /// The deepest rung that the floor leaves on every eligible line.
    pub deepest_bp: i64,
    /// The product worth trying: its contribution at list price.
    pub novelty: Money,
    /// The deepest rung that its floor leaves.
    pub novelty_deepest_bp: i64,
    /// The median drink price, in which added margin is told.
    pub cup: Money,
}

/// What the guest is known for.
#[derive(Debug, Clone, Copy)]
pub struct Known<'a> {
    /// The usual order; empty when there is none.
    pub usual: &'a [Item],
    /// Favourite category: the guest's own, else the shop's.
    pub favourite: Option<&'a CategoryId>,
    /// A product worth trying.
    pub novelty: Option<&'a Sku>,
}

/// Prices what the guest will likely take: the usual, else the most popular product of the favourite
/// category, else the most popular of all. Nothing when the shop sells nothing.
#[must_use]
pub fn of(
    known: Known<'_>,
    popularity: &Popularity,
    menu: &Menu,
    policy: &Policy,
    day: BusinessDay,
) -> Option<Likely> {
    let usual = PricedBasket::new(known.usual, menu).ok();
    let basket = match usual {
        Some(basket) => basket,
        None => PricedBasket::new(&[popular(known.favourite, popularity, menu)?], menu).ok()?,
    };
    let mut likely = Likely { deepest_bp: WHOLE_BP, ..Likely::default() };
    for line in basket.lines() {
        add(&mut likely, line, known.favourite, policy, day);
    }
    if likely.eligible.0 == 0 {
        likely.deepest_bp = 0;
    }
    if let Some(product) = known.novelty.and_then(|sku| menu.get(sku)) {
        likely.novelty = contribution(product, product.price);
        likely.novelty_deepest_bp = deepest_of(product, policy, day);
    }
    likely.cup = menu.median_drink_price().unwrap_or(Money::ZERO);
    Some(likely)
}

fn add(
    likely: &mut Likely,
    line: &PricedLine,
    favourite: Option<&CategoryId>,
    policy: &Policy,
    day: BusinessDay,
) {
    likely.list = likely.list.plus(line.list());
    likely.tax_bp = likely.tax_bp.max(line.product.tax_bp.max(0));
    for (part, per_unit) in line.parts() {
        let unit = contribution(part, part.price);
        likely.contribution = likely.contribution.plus(line.qty.times(per_unit.times(unit)));
    }
    if !line.product.eligible {
        return;
    }
    let own = line.qty.times(line.product.price);
    likely.eligible = likely.eligible.plus(own);
    if favourite == Some(&line.product.category) {
        likely.favourite = likely.favourite.plus(own);
    }
    likely.deepest_bp = likely.deepest_bp.min(deepest_of(&line.product, policy, day));
}

/// What stays of a price after tax and cost. An unknown cost is taken for all that is left: a product of
/// which nobody knows what it costs earns nothing.
fn contribution(product: &Product, price: Money) -> Money {
    let bare = without_tax(price, product.tax_bp);
    product.cost.filter(|cost| cost.0 > 0).map_or(Money::ZERO, |cost| bare.minus(cost))
}

/// A price without the output tax it contains, half a minor unit rounded up.
#[must_use]
pub fn without_tax(price: Money, tax_bp: i64) -> Money {
    let whole = i128::from(WHOLE_BP);
    Money(narrow(div_half_up(i128::from(price.0) * whole, whole + i128::from(tax_bp.max(0)))))
}

fn deepest_of(product: &Product, policy: &Policy, day: BusinessDay) -> i64 {
    product_floor(product, policy, day).map_or(0, |floor| deepest_rung(product.price, floor, policy))
}

/// The product that guests like this one most often take; ties go to the smaller sku.
fn popular(favourite: Option<&CategoryId>, popularity: &Popularity, menu: &Menu) -> Option<Item> {
    let items = || menu.iter().filter(|product| product.role == Role::Item && product.eligible);
    let most = |products: &mut dyn Iterator<Item = &std::sync::Arc<Product>>| {
        products
            .max_by_key(|product| {
                let pieces = popularity.get(&product.sku).copied().unwrap_or(0);
                (pieces, std::cmp::Reverse(product.sku.clone()))
            })
            .map(|product| product.sku.clone())
    };
    let sku = most(&mut items().filter(|product| favourite == Some(&product.category)))
        .or_else(|| most(&mut items()))?;
    Some(Item::new(sku, crate::facts::basket::Quantity::ONE))
}
