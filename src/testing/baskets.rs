//! Random baskets that try to make the guard err, and a judge that shares no arithmetic with it.

use super::random::Random;
use crate::facts::basket::{Extra, Item, PricedBasket, Quantity};
use crate::facts::id::{CategoryId, OfferId, Sku};
use crate::facts::menu::{Menu, Product, Role};
use crate::facts::moment::{BusinessDay, Moment};
use crate::facts::money::Money;
use crate::facts::offer::{Offer, Reason, Scope};
use crate::facts::policy::Policy;
use crate::facts::purchase::PurchaseLine;
use crate::steps::guard::CapsLeft;

/// The day on which all baskets are sold.
pub const TODAY: BusinessDay = BusinessDay(20_000);

/// One case for the guard.
#[derive(Debug, Clone)]
pub struct Case {
    /// The basket.
    pub basket: PricedBasket,
    /// The wish.
    pub wish: Offer,
    /// The policy.
    pub policy: Policy,
    /// What is left of the day.
    pub left: CapsLeft,
}

/// A random case: prices and costs near each other and at the edges, odd taxes, extras with and without
/// a cost, stale costs, weighed goods, tight caps. Nothing should the draw not make a basket.
#[must_use]
pub fn case(random: &mut Random) -> Option<Case> {
    let products: Vec<Product> = (0..random.between(1, 5)).map(|n| product(random, n, Role::Item)).collect();
    let extras: Vec<Product> = (0..random.between(0, 2)).map(|n| product(random, n, Role::Extra)).collect();
    let items: Vec<Item> =
        (0..random.between(1, 6)).filter_map(|_| item(random, &products, &extras)).collect();
    let scope = match random.between(0, 3) {
        0 => products.first().map_or(Scope::Basket, |product| Scope::Category(product.category.clone())),
        1 => products.first().map_or(Scope::Basket, |product| Scope::Product(product.sku.clone())),
        _ => Scope::Basket,
    };
    let menu = Menu::new(products.into_iter().chain(extras));
    let policy = policy(random);
    let basket = PricedBasket::new(&items, &menu).ok()?;
    Some(Case { basket, wish: wish(random, scope, &policy), left: caps(random, &policy), policy })
}

/// What is wrong with priced lines, or nothing: every discounted line keeps its margin exactly, has every
/// cost known and fresh, and all sums agree. Written over from the definition, in exact fractions.
#[must_use]
pub fn judge(case: &Case, lines: &[PurchaseLine]) -> Option<String> {
    let margin = 10_000 - i128::from(case.policy.margin_floor_bp);
    let mut discount = 0i128;
    let mut drinks_discounted = 0i128;
    for line in lines {
        if line.list.0 - line.discount.0 != line.net.0 || line.discount.0 < 0 || line.net.0 < 0 {
            return Some(format!(
                "line {}: {} - {} is not {}",
                line.line, line.list, line.discount, line.net
            ));
        }
        discount += i128::from(line.discount.0);
        if line.discount.0 == 0 {
            continue;
        }
        if !case.wish.scope.covers(&line.product) || !line.product.eligible {
            return Some(format!("line {} is not covered and has a discount", line.line));
        }
        if line.product.drink && !line.product.weighed {
            drinks_discounted += 1;
        }
        let parts =
            std::iter::once((&line.product, Quantity::ONE)).chain(line.extras.iter().map(|(p, q)| (p, *q)));
        let mut owed = 0i128; // in 1/1000/1000 minor units, times 10000 for the tax, over the margin
        for (part, per_unit) in parts {
            let age = part.cost_day.map_or(i32::MAX, |day| TODAY.0 - day.0);
            let Some(cost) = part.cost.filter(|cost| cost.0 > 0) else {
                return Some(format!("line {}: discounted without a cost", line.line));
            };
            if age > case.policy.cost_stale_days {
                return Some(format!("line {}: discounted on a stale cost", line.line));
            }
            let amber = if age > case.policy.cost_amber_days {
                10_000 + i128::from(case.policy.cost_amber_markup_bp)
            } else {
                10_000
            };
            let taxed = i128::from(cost.0) * amber * (10_000 + i128::from(part.tax_bp));
            owed += taxed * i128::from(per_unit.0) * i128::from(line.qty.0);
        }
        // net ≥ cost · (1 + tax) / (1 − μ), multiplied out: nothing is rounded here.
        if i128::from(line.net.0) * margin * 10_000 * 1_000_000 < owed {
            return Some(format!("line {}: net {} is below its margin", line.line, line.net));
        }
        if line.floor.is_none_or(|floor| line.net < floor) {
            return Some(format!(
                "line {}: net {} is below its stated floor {:?}",
                line.line, line.net, line.floor
            ));
        }
    }
    if discount > i128::from(case.left.discount.0.max(0)) {
        return Some(format!("discount {discount} exceeds the cap {}", case.left.discount));
    }
    if discount > 0 && case.left.receipts == 0 {
        return Some("a discount although no receipt is left of the day".into());
    }
    let lines_of_drinks_max = i128::from(case.policy.caps.drinks_per_receipt.max(0));
    (drinks_discounted > lines_of_drinks_max)
        .then(|| format!("{drinks_discounted} lines of drinks have a discount"))
}

fn product(random: &mut Random, n: i64, role: Role) -> Product {
    let price = match random.between(0, 9) {
        0 => 0,
        1 => 1,
        2 => random.between(1, 20),
        3 => random.between(1_000_000, 1_000_000_000),
        _ => random.between(50, 2_000),
    };
    let cost = match random.between(0, 9) {
        0 => None,
        1 => Some(0),
        2 => Some(-random.between(1, 500)),
        3 => Some(price + random.between(-2, 2)),
        4 => Some(price * random.between(85, 100) / 100),
        5 => Some(random.between(1, 1_000_000_000)),
        _ => Some(price * random.between(1, 95) / 100),
    };
    let age = *random.pick(&[0, 1, 44, 45, 46, 179, 180, 181, 10_000, -30]).unwrap_or(&0);
    Product {
        sku: Sku::new(format!("{}{n}", if role == Role::Extra { "x" } else { "p" })),
        name: format!("product {n}"),
        category: CategoryId::new(if random.once_in(2) { "a" } else { "b" }),
        variant_of: None,
        role,
        price: Money(price),
        cost: cost.map(Money),
        cost_day: (!random.once_in(20)).then_some(BusinessDay(TODAY.0 - age)),
        tax_bp: *random.pick(&[0, 500, 1_000, 2_000, 2_500, 1_333]).unwrap_or(&0),
        eligible: !random.once_in(6),
        drink: role == Role::Item && random.once_in(2),
        weighed: role == Role::Item && random.once_in(8),
        needs_mark: false,
    }
}

fn item(random: &mut Random, products: &[Product], extras: &[Product]) -> Option<Item> {
    let product = random.pick(products)?.clone();
    let qty = if product.weighed {
        Quantity(random.between(1, 5_000))
    } else {
        Quantity::pieces(if random.once_in(10) { random.between(1, 1_000) } else { random.between(1, 4) })
    };
    let with = (0..random.between(0, 2))
        .filter_map(|_| random.pick(extras).cloned())
        .map(|extra| Extra { sku: extra.sku, qty: Quantity::pieces(1) })
        .collect();
    Some(Item { with, ..Item::new(product.sku, qty) })
}

fn policy(random: &mut Random) -> Policy {
    let mut policy = Policy {
        margin_floor_bp: *random.pick(&[0, 1_000, 1_000, 2_500, 9_999]).unwrap_or(&0),
        ..Policy::default()
    };
    policy.caps.drinks_per_receipt = random.between(0, 3);
    policy
}

fn wish(random: &mut Random, scope: Scope, policy: &Policy) -> Offer {
    let depth_bp = if random.once_in(3) {
        random.between(0, 9_999)
    } else {
        *random.pick(&policy.ladder_bp).unwrap_or(&0)
    };
    Offer { id: OfferId::new("o"), scope, depth_bp, from: Moment(0), until: Moment(1), reason: Reason::Flat }
}

fn caps(random: &mut Random, policy: &Policy) -> CapsLeft {
    if random.once_in(3) {
        CapsLeft { receipts: u32::from(!random.once_in(5)), discount: Money(random.between(-10, 500)) }
    } else {
        CapsLeft { receipts: 1, discount: Money(i64::MAX).minus(Money(policy.caps.discount_minor_per_day.0)) }
    }
}
