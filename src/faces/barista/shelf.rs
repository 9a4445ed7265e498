//! The menu as a screen shows it: dishes with their sizes, extras, and the tiles of this time of day.

use crate::facts::id::Sku;
use crate::facts::menu::{Menu, Product, Role};
use serde::Serialize;
use std::collections::BTreeMap;

/// Tiles that stand on the first page.
pub const TILES: usize = 20;

/// Everything that can be sold.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "contract", derive(ts_rs::TS))]
pub struct Shelf {
    /// The key that the screen names.
    pub key: String,
    /// Categories in the order of the menu.
    pub categories: Vec<String>,
    /// Dishes in order of category and name.
    pub dishes: Vec<Dish>,
    /// Extras in order of name.
    pub extras: Vec<ExtraShown>,
}

/// A product in all its sizes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "contract", derive(ts_rs::TS))]
pub struct Dish {
    /// Its name without a size.
    pub name: String,
    /// Its category.
    pub category: String,
    /// Whether it is among the bestsellers.
    pub top: bool,
    /// Whether extras go with it.
    pub drink: bool,
    /// Sizes, cheapest first; a product without sizes has one.
    pub sizes: Vec<Size>,
    /// The size that one tap adds: the one that sells best.
    pub usual: usize,
}

/// One size.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "contract", derive(ts_rs::TS))]
pub struct Size {
    /// The product.
    pub sku: String,
    /// `M`, `L`; empty where there is one size.
    pub label: String,
    /// Shelf price.
    pub price_minor: i64,
    /// Whether the shop is out of it today.
    pub out: bool,
}

/// An extra.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "contract", derive(ts_rs::TS))]
pub struct ExtraShown {
    /// Which.
    pub sku: String,
    /// Its name.
    pub name: String,
    /// Shelf price.
    pub price_minor: i64,
}

/// The shelf of a menu; `sold` says how many pieces of each product went at this time of day. The bestsellers
/// are chosen by it and stand in order of category and name, so that a place is kept while a product stays among
/// them.
#[must_use]
pub fn shelf(key: String, menu: &Menu, sold: &BTreeMap<Sku, i64>) -> Shelf {
    let mut groups: BTreeMap<(String, String), Vec<&Product>> = BTreeMap::new();
    for product in menu.iter().filter(|product| product.role == Role::Item) {
        let of = product.variant_of.clone().unwrap_or_else(|| product.sku.to_string());
        groups.entry((product.category.to_string(), of)).or_default().push(product);
    }
    let pieces = |sku: &str| sold.get(&Sku::new(sku)).copied().unwrap_or(0);
    let mut dishes: Vec<Dish> = groups.into_values().map(|sizes| dish(sizes, &pieces)).collect();
    dishes.sort_by(|a, b| (&a.category, &a.name).cmp(&(&b.category, &b.name)));
    mark_bestsellers(&mut dishes, &pieces);
    let mut categories: Vec<String> = dishes.iter().map(|dish| dish.category.clone()).collect();
    categories.dedup();
    Shelf { key, categories, dishes, extras: extras(menu) }
}

impl Shelf {
    /// The same shelf, where the shop is out of these products today.
    #[must_use]
    pub fn without(mut self, stopped: &[&Sku]) -> Shelf {
        let is_out = |sku: &str| stopped.iter().any(|out| out.as_str() == sku);
        for size in self.dishes.iter_mut().flat_map(|dish| &mut dish.sizes) {
            size.out = is_out(&size.sku);
        }
        for dish in &mut self.dishes {
            // A tap adds what is there.
            if dish.sizes.get(dish.usual).is_some_and(|size| size.out) {
                dish.usual = dish.sizes.iter().position(|size| !size.out).unwrap_or(dish.usual);
            }
        }
        self
    }
}

fn extras(menu: &Menu) -> Vec<ExtraShown> {
    let shown = |product: &Product| ExtraShown {
        sku: product.sku.to_string(),
        name: product.name.clone(),
        price_minor: product.price.0,
    };
    let mut extras: Vec<ExtraShown> =
        menu.iter().filter(|product| product.role == Role::Extra).map(|product| shown(product)).collect();
    extras.sort_by(|a, b| (&a.name, &a.sku).cmp(&(&b.name, &b.sku)));
    extras
}

fn dish(mut products: Vec<&Product>, pieces: &impl Fn(&str) -> i64) -> Dish {
    products.sort_by(|a, b| (a.price, &a.sku).cmp(&(b.price, &b.sku)));
    let names: Vec<&str> = products.iter().map(|product| product.name.as_str()).collect();
    let name = common_words(&names);
    let sizes: Vec<Size> = products
        .iter()
        .map(|product| Size {
            sku: product.sku.to_string(),
            label: product.name.strip_prefix(&name).unwrap_or(&product.name).trim().to_owned(),
            price_minor: product.price.0,
            out: false,
        })
        .collect();
    // Of equals the first counts, which is the cheaper.
    let usual = (0..sizes.len())
        .rev()
        .max_by_key(|at| sizes.get(*at).map_or(0, |size| pieces(&size.sku)))
        .unwrap_or(0);
    let first = products.first();
    Dish {
        category: first.map(|product| product.category.to_string()).unwrap_or_default(),
        drink: first.is_some_and(|product| product.drink),
        name,
        top: false,
        sizes,
        usual,
    }
}

/// The words that all names begin with; the first name where there are none.
fn common_words(names: &[&str]) -> String {
    let Some((first, rest)) = names.split_first() else { return String::new() };
    if rest.is_empty() {
        return (*first).to_owned();
    }
    let shared = first
        .split_whitespace()
        .enumerate()
        .take_while(|(at, word)| rest.iter().all(|name| name.split_whitespace().nth(*at) == Some(word)))
        .map(|(_, word)| word);
    let shared = shared.collect::<Vec<_>>().join(" ");
    if shared.is_empty() { (*first).to_owned() } else { shared }
}

fn mark_bestsellers(dishes: &mut [Dish], pieces: &impl Fn(&str) -> i64) {
    let mut best: Vec<(i64, usize)> = dishes
        .iter()
        .enumerate()
        .map(|(at, dish)| (dish.sizes.iter().map(|size| pieces(&size.sku)).sum(), at))
        .collect();
    best.sort_by(|(a, x), (b, y)| b.cmp(a).then_with(|| x.cmp(y)));
    for (_, at) in best.into_iter().take(TILES) {
        if let Some(dish) = dishes.get_mut(at) {
            dish.top = true;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_words_that_sizes_share_are_the_name_of_the_dish() {
        let table: [(&[&str], &str); 5] = [
            (&["Капучино M", "Капучино L"], "Капучино"),
            (&["Флэт уайт S", "Флэт уайт M"], "Флэт уайт"),
            (&["Вода без газа"], "Вода без газа"),
            (&["Мокко", "Latte"], "Мокко"),
            (&[], ""),
        ];
        for (names, expected) in table {
            assert_eq!(common_words(names), expected);
        }
    }
}
