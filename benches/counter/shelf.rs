//! What the town's shop sells, and what a guest takes of it.

use crate::town::TODAY;
use kava::facts::basket::{Extra, Item, Quantity};
use kava::facts::id::{CategoryId, Sku};
use kava::facts::menu::{Product, Role};
use kava::facts::moment::BusinessDay;
use kava::facts::money::Money;
use kava::testing::random::Random;

const CATEGORIES: [&str; 8] = ["coffee", "tea", "cold", "bakery", "cake", "sandwich", "salad", "beans"];
const ITEMS: usize = 170;
const EXTRAS: usize = 30;

/// All products; the extras stand last.
#[derive(Debug)]
pub struct Shelf {
    pub products: Vec<Product>,
    /// Price of a cup.
    pub cup: Money,
}

/// One line of a visit of the past.
#[derive(Debug, Clone, Copy)]
pub struct VisitLine {
    pub product: usize,
    pub extra: Option<usize>,
    pub pieces: i64,
    pub list: Money,
    pub net: Money,
}

/// Two hundred products in eight categories, thirty of them extras.
pub fn stock() -> Shelf {
    Shelf { products: (0..ITEMS + EXTRAS).map(product).collect(), cup: Money(550) }
}

fn product(number: usize) -> Product {
    let extra = number >= ITEMS;
    let category =
        if extra { "extras" } else { CATEGORIES.get(number % CATEGORIES.len()).unwrap_or(&"coffee") };
    let step = i64::try_from(number).unwrap_or(0);
    let price = if extra { 100 + step % 7 * 20 } else { 300 + step * 37 % 900 };
    Product {
        sku: Sku::new(format!("{category}-{number:03}")),
        name: format!("{category} {number}"),
        category: CategoryId::new(category),
        variant_of: None,
        role: if extra { Role::Extra } else { Role::Item },
        price: Money(price),
        cost: Some(Money(price * (18 + step % 45) / 100)),
        cost_day: Some(BusinessDay(TODAY.0 - 10)),
        tax_bp: 2_000,
        eligible: !extra,
        drink: ["coffee", "tea", "cold"].contains(&category),
        weighed: false,
        needs_mark: false,
    }
}

impl Shelf {
    /// Lines of a visit of the past; every second line is what this customer always takes.
    pub fn lines(&self, random: &mut Random, customer: u32) -> Vec<VisitLine> {
        let count = match random.between(1, 100) {
            ..=35 => 1,
            36..=65 => 2,
            66..=85 => 3,
            _ => 4,
        };
        (0..count).map(|_| self.line(random, customer)).collect()
    }

    fn line(&self, random: &mut Random, customer: u32) -> VisitLine {
        let usual = customer as usize * 7 % ITEMS;
        let product = if random.once_in(2) { usual } else { below(random, ITEMS) };
        let extra = random.once_in(4).then(|| ITEMS + below(random, EXTRAS));
        let pieces = if random.once_in(12) { 2 } else { 1 };
        let price = |number: usize| self.products.get(number).map_or(Money::ZERO, |product| product.price);
        let unit = price(product).plus(extra.map_or(Money::ZERO, price));
        let list = Money(unit.0 * pieces);
        let net = Money(list.0 - list.0 * random.between(0, 15) / 100);
        VisitLine { product, extra, pieces, list, net }
    }

    /// A basket as a guest of today enters it: one to four lines, one in four with an extra.
    pub fn basket(&self, random: &mut Random, customer: u32) -> Vec<Item> {
        let sku =
            |number: usize| self.products.get(number).map_or(Sku::new(""), |product| product.sku.clone());
        let lines = self.lines(random, customer);
        lines
            .iter()
            .map(|line| Item {
                with: line
                    .extra
                    .map(|extra| Extra { sku: sku(extra), qty: Quantity::ONE })
                    .into_iter()
                    .collect(),
                ..Item::new(sku(line.product), Quantity::pieces(line.pieces))
            })
            .collect()
    }
}

fn below(random: &mut Random, count: usize) -> usize {
    usize::try_from(random.between(0, i64::try_from(count).unwrap_or(1) - 1)).unwrap_or(0)
}
