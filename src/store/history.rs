//! Every sale with what was bought, visit after visit: what learning reads of tastes.

use super::{StoreFault, fault::unreadable, open::Store};
use crate::facts::id::Sku;
use crate::facts::moment::BusinessDay;
use std::collections::BTreeMap;

/// Lines that were not given back whole; both tables are walked in the order in which they lie in the file.
const LINES: &str = "SELECT p.id, p.customer, p.at, p.business_day, l.version
    FROM purchase p CROSS JOIN purchase_line l ON l.purchase = p.id
    WHERE p.kind = 'sale' AND p.business_day <= ? AND l.qty > coalesce((SELECT sum(b.qty) FROM refund r
        JOIN refund_line b ON b.refund = r.id WHERE r.purchase = p.id AND b.line = l.line), 0)
    ORDER BY p.id";

/// One sale, its products as places in [`Store::skus_sold`].
#[derive(Debug)]
pub struct SoldTogether<'a> {
    /// Row of the customer; nothing for a guest nobody knows.
    pub customer: Option<i64>,
    /// When, for the order.
    pub at: i64,
    /// Day of trade.
    pub day: i32,
    /// What was bought; a product may stand there more than once.
    pub products: &'a [usize],
    /// How many rows of purchases are behind, and how many there are.
    pub done: (usize, usize),
}

/// The sale whose lines are being read.
#[derive(Default)]
struct Reading {
    id: i64,
    customer: Option<i64>,
    at: i64,
    day: i32,
    products: Vec<usize>,
}

impl Store {
    /// Every sku that a purchase line may point to, ascending.
    ///
    /// # Errors
    /// When the database fails.
    pub fn skus_sold(&self) -> Result<Vec<Sku>, StoreFault> {
        let mut statement =
            self.connection.prepare("SELECT DISTINCT sku FROM product_version ORDER BY sku")?;
        let rows = statement.query_map([], |row| Ok(Sku::new(row.get_ref(0)?.as_str()?)))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Hands every sale up to a day to `take`, one at a time, in the order in which they were kept. A date in
    /// the future is a slip of somebody's clock, and one would move every cut in time.
    ///
    /// # Errors
    /// When the database fails.
    pub fn each_sale(
        &self,
        until: BusinessDay,
        mut take: impl FnMut(SoldTogether<'_>),
    ) -> Result<(), StoreFault> {
        let place_of = self.places_of_versions()?;
        let all: i64 =
            self.connection.query_row("SELECT coalesce(max(id), 0) FROM purchase", [], |row| row.get(0))?;
        let count = |number: i64| usize::try_from(number).unwrap_or(0);
        let mut hand_over = |one: &Reading| {
            if !one.products.is_empty() {
                take(SoldTogether {
                    customer: one.customer,
                    at: one.at,
                    day: one.day,
                    products: &one.products,
                    done: (count(one.id), count(all)),
                });
            }
        };
        let mut statement = self.connection.prepare(LINES)?;
        let mut rows = statement.query([until.0])?;
        let mut one = Reading::default();
        while let Some(row) = rows.next()? {
            let id = row.get(0)?;
            if id != one.id {
                hand_over(&one);
                one.products.clear();
                (one.id, one.customer, one.at, one.day) = (id, row.get(1)?, row.get(2)?, row.get(3)?);
            }
            one.products.extend(place_of.get(&row.get::<_, i64>(4)?));
        }
        hand_over(&one);
        Ok(())
    }

    /// For each version of a product the place of its sku in [`Store::skus_sold`].
    fn places_of_versions(&self) -> Result<BTreeMap<i64, usize>, StoreFault> {
        let skus = self.skus_sold()?;
        let mut statement = self.connection.prepare("SELECT id, sku FROM product_version")?;
        let mut rows = statement.query([])?;
        let mut places = BTreeMap::new();
        while let Some(row) = rows.next()? {
            let sku = Sku::new(row.get_ref(1)?.as_str().map_err(unreadable("sku"))?);
            if let Ok(place) = skus.binary_search(&sku) {
                places.insert(row.get(0)?, place);
            }
        }
        Ok(places)
    }
}
