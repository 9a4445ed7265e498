//! What the guest wants to buy, and the same with prices once every product is known.

use super::{
    id::Sku,
    menu::{Menu, Product, Role, is_no},
    money::{Money, div_half_up, narrow},
};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};
use std::{collections::BTreeSet, fmt, sync::Arc};

/// A quantity in thousandths: 1000 is one piece or one kilogram.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Quantity(pub i64);

impl Quantity {
    /// One piece.
    pub const ONE: Quantity = Quantity(1000);

    /// So many pieces.
    #[must_use]
    pub const fn pieces(count: i64) -> Quantity {
        Quantity(count.saturating_mul(1000))
    }

    /// Whole pieces, rounded down.
    #[must_use]
    pub const fn whole(self) -> i64 {
        self.0.div_euclid(1000)
    }

    /// Whether it is a whole number of pieces.
    #[must_use]
    pub const fn is_whole(self) -> bool {
        self.0 % 1000 == 0
    }

    /// The price of this quantity at a unit price, half a minor unit rounded up.
    #[must_use]
    pub fn times(self, unit: Money) -> Money {
        Money(narrow(div_half_up(i128::from(self.0) * i128::from(unit.0), 1000)))
    }
}

impl fmt::Display for Quantity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_whole() {
            write!(f, "{}", self.whole())
        } else {
            write!(f, "{}.{:03}", self.0 / 1000, self.0 % 1000)
        }
    }
}

impl Serialize for Quantity {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if self.is_whole() { serializer.serialize_i64(self.whole()) } else { serializer.collect_str(self) }
    }
}

impl<'de> Deserialize<'de> for Quantity {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Quantity, D::Error> {
        let text = match serde_json::Value::deserialize(deserializer)? {
            serde_json::Value::Number(number) => number.to_string(),
            serde_json::Value::String(text) => text,
            _ => return Err(D::Error::custom("a quantity is a number such as 2 or 0.250")),
        };
        parse_quantity(&text)
            .ok_or_else(|| D::Error::custom(format!("{text:?} is not a quantity; write 2 or 0.250")))
    }
}

/// Reads `2`, `0.25`, `-1`; at most three decimals.
#[must_use]
pub fn parse_quantity(text: &str) -> Option<Quantity> {
    let (negative, digits) = text.strip_prefix('-').map_or((false, text), |rest| (true, rest));
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let (kept, dropped) = fraction.split_at_checked(fraction.len().min(3))?;
    if whole.is_empty() || !whole.bytes().chain(fraction.bytes()).all(|b| b.is_ascii_digit()) {
        return None;
    }
    if dropped.bytes().any(|b| b != b'0') {
        return None;
    }
    let thousandths =
        whole.parse::<i64>().ok()?.checked_mul(1000)?.checked_add(format!("{kept:0<3}").parse().ok()?)?;
    Some(Quantity(if negative { -thousandths } else { thousandths }))
}

/// An extra on a line, so many per unit of the product.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Extra {
    /// Which extra.
    pub sku: Sku,
    /// How many on each unit.
    #[serde(default = "one")]
    pub qty: Quantity,
}

/// One line as the barista enters it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Item {
    /// Which product.
    pub sku: Sku,
    /// How many.
    #[serde(default = "one")]
    pub qty: Quantity,
    /// Extras on each unit.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub with: Vec<Extra>,
    /// A wish in words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// The marking code of this one piece, group separators included.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mark: Option<String>,
    /// A person says that this piece is sold without the code that it needs.
    #[serde(default, skip_serializing_if = "is_no")]
    pub without_mark: bool,
}

impl Item {
    /// So much of a product, and nothing else said.
    #[must_use]
    pub const fn new(sku: Sku, qty: Quantity) -> Item {
        Item { sku, qty, with: Vec::new(), note: None, mark: None, without_mark: false }
    }

    /// Whether this piece waits for its marking code. A person's word counts instead of it where it `goes_without`.
    #[must_use]
    pub fn lacks_mark(&self, menu: &Menu, goes_without: bool) -> bool {
        let needs = menu.get(&self.sku).is_some_and(|product| product.needs_mark);
        needs && self.mark.is_none() && !(self.without_mark && goes_without)
    }
}

const fn one() -> Quantity {
    Quantity::ONE
}

/// The most lines one basket may have.
pub const LINES_MAX: usize = 1_000;
/// The largest quantity of one line, in pieces.
pub const QUANTITY_MAX: i64 = 1_000;

/// What is wrong with a line of a basket.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BasketFault {
    /// Nothing was entered.
    #[error("the basket is empty; add a product")]
    Empty,
    /// More lines than a basket may have.
    #[error("the basket has {0} lines; at most {LINES_MAX} fit on one receipt, split it")]
    TooManyLines(usize),
    /// A sku the menu does not have.
    #[error("line {line}: product {sku} is not on the menu; check the product key")]
    UnknownProduct {
        /// 1-based line.
        line: u16,
        /// The sku as entered.
        sku: Sku,
    },
    /// Zero, negative, fractional pieces or more than fits.
    #[error("line {line}: quantity {qty} is not possible here; enter 1 to {QUANTITY_MAX}")]
    Quantity {
        /// 1-based line.
        line: u16,
        /// The quantity as entered.
        qty: Quantity,
    },
    /// An extra stands on a line of its own.
    #[error("line {line}: {sku} is an extra; add it to a product")]
    ExtraAlone {
        /// 1-based line.
        line: u16,
        /// The sku of the extra.
        sku: Sku,
    },
    /// A marking code stands for one piece.
    #[error("line {line}: a marking code stands for one piece, not for {qty}; scan each piece")]
    MarkOfMany {
        /// 1-based line.
        line: u16,
        /// The quantity as entered.
        qty: Quantity,
    },
    /// A piece that is sold only with its marking code.
    #[error(
        "line {line}: {sku} is sold only with the marking code of its piece; scan it, or take the line away"
    )]
    MarkMissing {
        /// 1-based line.
        line: u16,
        /// The product.
        sku: Sku,
    },
    /// One marking code on two lines.
    #[error("line {line} has this marking code already; scan the other piece")]
    MarkTwice {
        /// 1-based line, counted on through what waits of a split bill.
        line: u16,
    },
    /// A product stands where an extra is expected.
    #[error("line {line}: {sku} is a product of its own, not an extra; give it its own line")]
    NotAnExtra {
        /// 1-based line.
        line: u16,
        /// The sku of the product.
        sku: Sku,
    },
}

impl BasketFault {
    /// The stable code for screens and programs.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            BasketFault::Empty => "basket_empty",
            BasketFault::TooManyLines(_) => "basket_too_long",
            BasketFault::UnknownProduct { .. } => "product_unknown",
            BasketFault::Quantity { .. } => "quantity_impossible",
            BasketFault::ExtraAlone { .. } => "extra_alone",
            BasketFault::MarkOfMany { .. } => "mark_of_many",
            BasketFault::MarkMissing { .. } => "mark_missing",
            BasketFault::MarkTwice { .. } => "mark_twice",
            BasketFault::NotAnExtra { .. } => "extra_expected",
        }
    }
}

/// A line whose products are known, with its list price.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PricedLine {
    /// 1-based number, kept from quote to refund.
    pub line: u16,
    /// The product as it was on the menu.
    pub product: Arc<Product>,
    /// Extras on each unit.
    pub extras: Vec<(Arc<Product>, Quantity)>,
    /// How many.
    pub qty: Quantity,
    /// A wish in words.
    pub note: Option<String>,
    /// The marking code of this one piece.
    pub mark: Option<String>,
}

impl PricedLine {
    /// The product and its extras, each with the quantity on one unit.
    pub fn parts(&self) -> impl Iterator<Item = (&Arc<Product>, Quantity)> {
        std::iter::once((&self.product, Quantity::ONE))
            .chain(self.extras.iter().map(|(extra, qty)| (extra, *qty)))
    }

    /// List price of one unit, extras included.
    #[must_use]
    pub fn unit_list(&self) -> Money {
        Money::total(self.parts().map(|(part, qty)| qty.times(part.price)))
    }

    /// List price of the whole line, extras included.
    #[must_use]
    pub fn list(&self) -> Money {
        self.qty.times(self.unit_list())
    }

    /// Drinks on the line, in pieces.
    #[must_use]
    pub fn drinks(&self) -> i64 {
        if self.product.drink { self.qty.whole() } else { 0 }
    }
}

/// A basket every product of which is on the menu. Only [`PricedBasket::new`] makes one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PricedBasket {
    lines: Vec<PricedLine>,
}

impl PricedBasket {
    /// Looks every line up in the menu.
    ///
    /// # Errors
    /// The first fault, in order of lines.
    pub fn new(items: &[Item], menu: &Menu) -> Result<PricedBasket, BasketFault> {
        if items.is_empty() {
            return Err(BasketFault::Empty);
        }
        if items.len() > LINES_MAX {
            return Err(BasketFault::TooManyLines(items.len()));
        }
        let lines =
            numbered(items).map(|(line, item)| price_line(line, item, menu)).collect::<Result<_, _>>()?;
        Ok(PricedBasket { lines })
    }

    /// Checks before it is charged that no marking code stands twice, and that every piece that needs one has it, or a
    /// person's word where it `goes_without`. A basket may be priced before, so that the screen can show it.
    ///
    /// # Errors
    /// The first line of which it is not so.
    pub fn check_charged(items: &[Item], menu: &Menu, goes_without: bool) -> Result<(), BasketFault> {
        check_marks(items)?;
        match numbered(items).find(|(_, item)| item.lacks_mark(menu, goes_without)) {
            Some((line, item)) => Err(BasketFault::MarkMissing { line, sku: item.sku.clone() }),
            None => Ok(()),
        }
    }

    /// The lines in order.
    #[must_use]
    pub fn lines(&self) -> &[PricedLine] {
        &self.lines
    }

    /// List price of the whole basket.
    #[must_use]
    pub fn list(&self) -> Money {
        Money::total(self.lines.iter().map(PricedLine::list))
    }

    /// Drinks in the basket, in pieces.
    #[must_use]
    pub fn drinks(&self) -> i64 {
        self.lines.iter().map(PricedLine::drinks).sum()
    }
}

/// The lines with their numbers.
fn numbered(items: &[Item]) -> impl Iterator<Item = (u16, &Item)> {
    items.iter().enumerate().map(|(index, item)| (u16::try_from(index + 1).unwrap_or(u16::MAX), item))
}

/// A marking code stands for one piece, so for one line.
fn check_marks(items: &[Item]) -> Result<(), BasketFault> {
    let mut seen = BTreeSet::new();
    let twice = numbered(items).find(|(_, item)| item.mark.as_ref().is_some_and(|mark| !seen.insert(mark)));
    twice.map_or(Ok(()), |(line, _)| Err(BasketFault::MarkTwice { line }))
}

fn price_line(line: u16, item: &Item, menu: &Menu) -> Result<PricedLine, BasketFault> {
    let product = find(line, &item.sku, menu)?;
    if product.role == Role::Extra {
        return Err(BasketFault::ExtraAlone { line, sku: item.sku.clone() });
    }
    check_quantity(line, item.qty, product.weighed)?;
    if item.mark.is_some() && item.qty != Quantity::ONE {
        return Err(BasketFault::MarkOfMany { line, qty: item.qty });
    }
    let extras = item
        .with
        .iter()
        .map(|extra| {
            let product = find(line, &extra.sku, menu)?;
            if product.role != Role::Extra {
                return Err(BasketFault::NotAnExtra { line, sku: extra.sku.clone() });
            }
            check_quantity(line, extra.qty, product.weighed)?;
            Ok((product, extra.qty))
        })
        .collect::<Result<_, _>>()?;
    Ok(PricedLine { line, product, extras, qty: item.qty, note: item.note.clone(), mark: item.mark.clone() })
}

fn find(line: u16, sku: &Sku, menu: &Menu) -> Result<Arc<Product>, BasketFault> {
    menu.get(sku).cloned().ok_or_else(|| BasketFault::UnknownProduct { line, sku: sku.clone() })
}

fn check_quantity(line: u16, qty: Quantity, weighed: bool) -> Result<(), BasketFault> {
    let possible = qty.0 > 0 && qty.0 <= Quantity::pieces(QUANTITY_MAX).0 && (weighed || qty.is_whole());
    if possible { Ok(()) } else { Err(BasketFault::Quantity { line, qty }) }
}
