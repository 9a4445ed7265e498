//! The menu: products with price, cost, tax and eligibility.

use super::{
    id::{CategoryId, Digest, Sku},
    moment::BusinessDay,
    money::Money,
};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use std::{collections::BTreeMap, sync::Arc};

/// What a product is sold as.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Sold on a line of its own.
    Item,
    /// Sold only with an item: syrup, milk, a second shot.
    Extra,
}

/// One size of one product, or one extra, as it is sold from some day on.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Product {
    /// Its key.
    pub sku: Sku,
    /// What the receipt says.
    pub name: String,
    /// Stable category id.
    pub category: CategoryId,
    /// The product of which this is a size, such as `cappuccino`.
    pub variant_of: Option<String>,
    /// Item or extra.
    pub role: Role,
    /// Shelf price of one piece (or one kilogram of weighed goods), tax included.
    pub price: Money,
    /// Purchase cost of the same amount after deductible tax; nothing when it is not known.
    pub cost: Option<Money>,
    /// The day on which the cost was last stated.
    pub cost_day: Option<BusinessDay>,
    /// Output tax contained in the price, basis points of the net price.
    pub tax_bp: i64,
    /// Whether a discount may touch it.
    pub eligible: bool,
    /// Whether it counts as a drink (discounted-drinks limit, group visit, median drink price).
    pub drink: bool,
    /// Sold by weight: quantities may be fractions.
    pub weighed: bool,
    /// Sold only with the marking code of each piece. Not written where it is not so, so that older menus keep their digest.
    #[serde(default, skip_serializing_if = "is_no")]
    pub needs_mark: bool,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
pub(super) const fn is_no(said: &bool) -> bool {
    !*said
}

/// All products on sale, by sku. Cheap to clone.
#[derive(Debug, Clone, Default)]
pub struct Menu {
    products: Arc<BTreeMap<Sku, Arc<Product>>>,
    digest: Option<Digest>,
    median_drink_price: Option<Money>,
}

impl Menu {
    /// A menu of these products; of two with one sku the later wins.
    pub fn new(products: impl IntoIterator<Item = Product>) -> Menu {
        let products: BTreeMap<Sku, Arc<Product>> =
            products.into_iter().map(|product| (product.sku.clone(), Arc::new(product))).collect();
        let median_drink_price = median_drink_price(&products);
        let mut menu = Menu { products: Arc::new(products), digest: None, median_drink_price };
        menu.digest = Some(hex_digest(menu.to_json().as_bytes()));
        menu
    }

    /// The product with this sku.
    #[must_use]
    pub fn get(&self, sku: &Sku) -> Option<&Arc<Product>> {
        self.products.get(sku)
    }

    /// All products in order of sku.
    pub fn iter(&self) -> impl Iterator<Item = &Arc<Product>> {
        self.products.values()
    }

    /// How many products are on sale.
    #[must_use]
    pub fn len(&self) -> usize {
        self.products.len()
    }

    /// Whether nothing is on sale.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.products.is_empty()
    }

    /// The canonical JSON kept for replay: an array of products in order of sku.
    #[must_use]
    pub fn to_json(&self) -> String {
        let products: Vec<&Product> = self.products.values().map(Arc::as_ref).collect();
        serde_json::to_string(&products).unwrap_or_default()
    }

    /// Reads what [`Menu::to_json`] wrote.
    ///
    /// # Errors
    /// When the text is not an array of products.
    pub fn from_json(text: &str) -> Result<Menu, serde_json::Error> {
        Ok(Menu::new(serde_json::from_str::<Vec<Product>>(text)?))
    }

    /// SHA-256 of the canonical JSON: two menus with one digest decide alike.
    #[must_use]
    pub fn digest(&self) -> Digest {
        self.digest.clone().unwrap_or_else(|| hex_digest(self.to_json().as_bytes()))
    }

    /// The median shelf price of eligible drinks: what one *cup* costs before the shop has sold any.
    #[must_use]
    pub const fn median_drink_price(&self) -> Option<Money> {
        self.median_drink_price
    }
}

fn median_drink_price(products: &BTreeMap<Sku, Arc<Product>>) -> Option<Money> {
    let mut prices: Vec<Money> =
        products.values().filter(|p| p.drink && p.price.0 > 0).map(|p| p.price).collect();
    prices.sort_unstable();
    prices.get(prices.len().saturating_sub(1) / 2).copied()
}

/// The trade number of 8 or 13 digits that a text is; UPC-A gets its leading zero, a wrong check digit is none.
#[must_use]
pub fn trade_number(text: &str) -> Option<String> {
    let digits = match text.len() {
        8 | 13 => text.to_owned(),
        12 => format!("0{text}"),
        _ => return None,
    };
    trade_check(&digits).then_some(digits)
}

/// GS1: from the right, weights 1 and 3 in turn, sum divisible by ten.
#[must_use]
pub fn trade_check(digits: &str) -> bool {
    let weighed = digits.bytes().rev().enumerate().map(|(place, digit)| {
        let weight = if place % 2 == 0 { 1 } else { 3 };
        digit.is_ascii_digit().then(|| u32::from(digit - b'0') * weight)
    });
    weighed.sum::<Option<u32>>().is_some_and(|sum| sum % 10 == 0)
}

/// SHA-256 in lower-case hexadecimal.
#[must_use]
pub fn hex_digest(bytes: &[u8]) -> Digest {
    Digest::new(to_hex(&Sha256::digest(bytes)))
}

/// Bytes in lower-case hexadecimal.
#[must_use]
pub fn to_hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const OLDER: &str = r#"[{"sku":"tea","name":"Tea","category":"tea","variant_of":null,"role":"item","price":450,"cost":60,"cost_day":"2026-02-26","tax_bp":2000,"eligible":true,"drink":true,"weighed":false}]"#;

    #[test]
    fn a_menu_that_says_nothing_of_marking_codes_is_read_as_before_and_keeps_its_digest() {
        let menu = Menu::from_json(OLDER).unwrap();
        assert!(menu.iter().all(|product| !product.needs_mark));
        assert_eq!(menu.digest(), hex_digest(OLDER.as_bytes()));
        let newer = OLDER.replace(r#""weighed":false"#, r#""weighed":false,"needs_mark":true"#);
        let menu = Menu::from_json(&newer).unwrap();
        assert!(menu.iter().all(|product| product.needs_mark));
        assert_eq!(menu.to_json(), newer);
    }
}
