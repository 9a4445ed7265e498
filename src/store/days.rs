//! Days with a purchase, customer by customer: what learning reads of how often and how much.

use super::{StoreFault, open::Store, visits::OpenDays};
use crate::facts::customer::PurchaseDay;
use crate::facts::moment::{BusinessDay, ShopDay};
use crate::facts::money::Money;
use std::collections::BTreeMap;

const PURCHASES: &str = "SELECT customer, id, business_day, net FROM purchase
    WHERE kind = 'sale' AND customer IS NOT NULL ORDER BY customer, at, counter, epoch, seq, id";

/// Net given back of each purchase, and what of its quantity stays sold.
const REFUNDS: &str = "SELECT r.purchase, sum(l.net),
        (SELECT sum(qty) FROM purchase_line WHERE purchase = r.purchase) - sum(l.qty)
    FROM refund r JOIN refund_line l ON l.refund = r.id GROUP BY r.purchase";

/// One customer's days with a purchase, ascending.
#[derive(Debug)]
pub struct CustomerDays<'a> {
    /// Row of the customer.
    pub customer: i64,
    /// The days; at least one.
    pub days: &'a [PurchaseDay],
    /// How many customers are done, this one among them.
    pub done: usize,
    /// How many customers there are.
    pub all: usize,
}

impl Store {
    /// The shop's first open day and its last one not after `today`; both are the day before all where it
    /// was never open.
    ///
    /// # Errors
    /// When the database fails.
    pub fn open_days_until(&self, today: BusinessDay) -> Result<(ShopDay, ShopDay), StoreFault> {
        let sql =
            "SELECT min(business_day), max(business_day), count(*) FROM open_day WHERE business_day <= ?";
        let read = |row: &rusqlite::Row<'_>| Ok((row.get(0)?, row.get(1)?, row.get(2)?));
        let (first, last, number): (Option<i32>, Option<i32>, i32) =
            self.connection.query_row(sql, [today.0], read)?;
        let day = |day: Option<i32>, number| ShopDay { day: BusinessDay(day.unwrap_or(0)), number };
        Ok((day(first, number.min(1)), day(last, number)))
    }

    /// Hands every customer's days with a purchase to `take`. One customer at a time is in memory. A purchase that was refunded in full is as if it had
    /// never been.
    ///
    /// # Errors
    /// When the database fails.
    pub fn each_customers_days(&self, mut take: impl FnMut(CustomerDays<'_>)) -> Result<(), StoreFault> {
        let open_days = OpenDays::read(&self.connection)?;
        let refunds = self
            .connection
            .prepare(REFUNDS)?
            .query_map([], |row| Ok((row.get::<_, i64>(0)?, (row.get::<_, i64>(1)?, row.get::<_, i64>(2)?))))?
            .collect::<Result<BTreeMap<_, _>, _>>()?;
        let all: i64 = self.connection.query_row("SELECT count(*) FROM customer", [], |row| row.get(0))?;
        let all = usize::try_from(all).unwrap_or(usize::MAX);
        let mut statement = self.connection.prepare(PURCHASES)?;
        let mut rows = statement.query([])?;
        let (mut customer, mut days, mut done) = (0_i64, Vec::new(), 0);
        while let Some(row) = rows.next()? {
            let (owner, id): (i64, i64) = (row.get(0)?, row.get(1)?);
            if owner != customer && !days.is_empty() {
                done += 1;
                take(CustomerDays { customer, days: &days, done, all });
                days.clear();
            }
            customer = owner;
            let (back, left) = refunds.get(&id).copied().unwrap_or((0, 1));
            if left > 0 {
                let open_day = open_days.number(BusinessDay(row.get(2)?));
                add(&mut days, open_day, Money(row.get::<_, i64>(3)? - back));
            }
        }
        if !days.is_empty() {
            take(CustomerDays { customer, days: &days, done: done + 1, all });
        }
        Ok(())
    }
}

/// All visits of a day are one.
fn add(days: &mut Vec<PurchaseDay>, open_day: i32, net: Money) {
    match days.last_mut() {
        Some(day) if day.open_day >= open_day => day.net = day.net.plus(net),
        _ => days.push(PurchaseDay { open_day, net }),
    }
}
