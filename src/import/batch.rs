//! What the files say, in memory and compact: products, customers, receipts and their lines, ready to
//! be compared with a database or counted. A line takes 32 bytes, a receipt about 110 with its key.

use crate::facts::{
    basket::Quantity,
    carried::Amount,
    customer::Consent,
    menu::Product,
    moment::{BusinessDay, LocalMoment},
    money::{Money, WHOLE_BP, div_half_up, narrow},
    promise::Promise,
    purchase::PaymentKind,
};
use std::{
    collections::{BTreeMap, HashMap},
    hash::{BuildHasher, RandomState},
};

/// Keys, each kept once, numbered in order of first sight.
#[derive(Debug, Default)]
pub struct Keys {
    text: String,
    ends: Vec<usize>,
    newest_of_hash: HashMap<u64, u32>,
    older_with_hash: Vec<Option<u32>>,
    hash: RandomState,
}

impl Keys {
    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// The key with this number, or nothing at all for a number that was never given.
    #[must_use]
    pub fn key(&self, number: u32) -> &str {
        let number = place(number);
        let start = number.checked_sub(1).and_then(|before| self.ends.get(before)).copied().unwrap_or(0);
        self.ends.get(number).and_then(|end| self.text.get(start..*end)).unwrap_or_default()
    }

    /// The number of a key that was seen.
    #[must_use]
    pub fn number(&self, key: &str) -> Option<u32> {
        self.seek(self.hash.hash_one(key), key)
    }

    /// The number of a key, and whether it is new.
    pub fn intern(&mut self, key: &str) -> (u32, bool) {
        let hash = self.hash.hash_one(key);
        if let Some(number) = self.seek(hash, key) {
            return (number, false);
        }
        // Four billion keys do not fit into memory, so the number never saturates.
        let number = u32::try_from(self.ends.len()).unwrap_or(u32::MAX);
        self.text.push_str(key);
        self.ends.push(self.text.len());
        self.older_with_hash.push(self.newest_of_hash.insert(hash, number));
        (number, true)
    }

    /// All keys in order of first sight.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        (0..u32::try_from(self.len()).unwrap_or(u32::MAX)).map(|number| self.key(number))
    }

    fn seek(&self, hash: u64, key: &str) -> Option<u32> {
        let mut candidate = self.newest_of_hash.get(&hash).copied();
        while let Some(number) = candidate {
            if self.key(number) == key {
                return Some(number);
            }
            candidate = self.older_with_hash.get(place(number)).copied().flatten();
        }
        None
    }
}

/// A number as a place in a list.
#[must_use]
pub fn place(number: u32) -> usize {
    usize::try_from(number).unwrap_or(usize::MAX)
}

/// A product of the files.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// The product.
    pub product: Product,
    /// Seen on lines only: it never replaces a product that the database knows.
    pub is_derived: bool,
    /// The file or the caller says on which day the cost was stated.
    pub has_cost_day: bool,
    /// Trade number, if the file has one.
    pub ean: Option<String>,
}

/// A customer of the files.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Member {
    /// The day they joined, or their first purchase.
    pub registered: Option<BusinessDay>,
    /// Digits on their cards.
    pub codes: Vec<Box<str>>,
    /// What an older programme promised them.
    pub promise: Option<Promise>,
    /// What it owes them: hundredths of points, stamps, minor units of money.
    pub owed: Vec<Amount>,
    /// Stands in the customer file, not only on purchases.
    pub is_in_file: bool,
}

/// A receipt of the files.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Receipt {
    /// When, frozen as the shop saw it.
    pub when: LocalMoment,
    /// Number of the customer.
    pub customer: Option<u32>,
    /// Number of the shop.
    pub shop: u32,
    /// How it was paid.
    pub payment: Option<PaymentKind>,
}

/// A line of the files.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Line {
    /// Number of the receipt.
    pub receipt: u32,
    /// Number of the product.
    pub product: u32,
    /// Thousandths of a piece.
    pub qty_milli: u32,
    /// Price of one piece.
    pub unit: Money,
    /// What was paid.
    pub net: Money,
}

impl Line {
    /// How many.
    #[must_use]
    pub fn qty(&self) -> Quantity {
        Quantity(i64::from(self.qty_milli))
    }

    /// Quantity × price; what was paid where that is more.
    #[must_use]
    pub fn list(&self) -> Money {
        self.qty().times(self.unit).max(self.net)
    }

    /// Tax contained in what was paid, at a rate in basis points of the price without it.
    #[must_use]
    pub fn tax(&self, tax_bp: i64) -> Money {
        if tax_bp == 0 {
            return Money::ZERO;
        }
        let wide = i128::from(self.net.0) * i128::from(tax_bp);
        Money(narrow(div_half_up(wide, i128::from(WHOLE_BP + tax_bp))))
    }
}

/// Everything of one import.
#[derive(Debug)]
pub struct Batch {
    /// `import:<name>`.
    pub source: String,
    /// Consent of new customers.
    pub consent: Consent,
    /// Day of the import: what registers a customer about whom nothing else is known.
    pub today: BusinessDay,
    /// Products by number.
    pub products: Vec<Listed>,
    /// Keys of customers.
    pub customer_keys: Keys,
    /// Customers by number.
    pub customers: Vec<Member>,
    /// Keys of shops.
    pub shops: Keys,
    /// Keys of receipts.
    pub receipt_keys: Keys,
    /// Receipts by number, which is the order of their first lines.
    pub receipts: Vec<Receipt>,
    /// Lines in order of receipt, then of the file.
    pub lines: Vec<Line>,
    /// One cup by month `YYYY-MM`.
    pub cups: BTreeMap<String, Money>,
}

impl Batch {
    /// Receipts with their numbers and lines.
    pub fn purchases(&self) -> impl Iterator<Item = (u32, &Receipt, &[Line])> {
        let mut chunks = self.lines.chunk_by(|one, next| one.receipt == next.receipt);
        (0..)
            .zip(&self.receipts)
            .map(move |(number, receipt)| (number, receipt, chunks.next().unwrap_or_default()))
    }

    /// The product with this number.
    #[must_use]
    pub fn product(&self, number: u32) -> Option<&Product> {
        self.products.get(place(number)).map(|listed| &listed.product)
    }

    /// Customers that stand on purchases and in no file.
    pub fn strangers(&self) -> impl Iterator<Item = &str> {
        self.customer_keys.iter().zip(&self.customers).filter(|(_, m)| !m.is_in_file).map(|(key, _)| key)
    }
}

/// The calendar month of a day of trade, as the table of cups writes it.
#[must_use]
pub fn month(day: BusinessDay) -> String {
    let date = day.date();
    format!("{:04}-{:02}", date.year(), date.month())
}

/// The lower of the two middle values; the list is put in a new order.
#[must_use]
pub fn median(amounts: &mut [Money]) -> Option<Money> {
    let middle = amounts.len().checked_sub(1)? / 2;
    Some(*amounts.select_nth_unstable(middle).1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_key_keeps_its_number(keys in prop::collection::vec("[a-c]{0,3}", 0..200)) {
            let mut interned = Keys::default();
            let mut seen: Vec<String> = Vec::new();
            for key in &keys {
                let (number, is_new) = interned.intern(key);
                prop_assert_eq!(is_new, !seen.contains(key));
                if is_new {
                    seen.push(key.clone());
                }
                prop_assert_eq!(interned.key(number), key.as_str());
                prop_assert_eq!(interned.number(key), Some(number));
            }
            prop_assert!(interned.iter().eq(seen.iter().map(String::as_str)));
        }

        #[test]
        fn the_median_stands_in_the_middle(prices in prop::collection::vec(0i64..50, 1..60)) {
            let mut amounts: Vec<Money> = prices.iter().copied().map(Money).collect();
            let mut sorted = amounts.clone();
            sorted.sort_unstable();
            prop_assert_eq!(median(&mut amounts), Some(sorted[(sorted.len() - 1) / 2]));
        }
    }

    #[test]
    fn tax_is_the_part_of_the_net_that_the_rate_says() {
        let line = Line { receipt: 0, product: 0, qty_milli: 1_000, unit: Money(500), net: Money(0) };
        let table = [(120, 2_000, 20), (100, 0, 0), (101, 2_000, 17), (3, 2_000, 1), (2, 2_000, 0)];
        for (net, tax_bp, tax) in table {
            assert_eq!(Line { net: Money(net), ..line }.tax(tax_bp), Money(tax), "{net} at {tax_bp}");
        }
    }

    #[test]
    fn a_line_that_cost_more_than_its_price_has_no_discount() {
        let line = Line { receipt: 0, product: 0, qty_milli: 2_000, unit: Money(250), net: Money(600) };
        assert_eq!(line.list(), Money(600));
        assert_eq!(Line { net: Money(400), ..line }.list(), Money(500));
        assert_eq!(month("2019-04-01".parse().unwrap()), "2019-04");
        assert_eq!(median(&mut []), None);
    }
}
