//! Ended epochs of the experiment, customer by customer, one at a time: what was drawn and what came of it.

use super::{StoreFault, fault::unreadable, open::Store};
use crate::facts::assignment::Assignment;
use crate::facts::id::CustomerId;
use crate::facts::moment::BusinessDay;
use crate::facts::money::{Money, div_half_up, narrow};
use rusqlite::{Row, params};

/// What a customer brought over some days, refunds taken off.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Brought {
    /// Contribution: paid, less tax and cost. Goods of unknown cost bring nothing.
    pub contribution: Money,
    /// List price.
    pub list: Money,
    /// Discount.
    pub discount: Money,
    /// Cost of goods that are still on the menu.
    pub cost: Money,
    /// The same by the menu of now.
    pub cost_by_menu: Money,
    /// Days with a purchase.
    pub days: u32,
}

/// One customer's epoch that has ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EndedEpoch {
    /// Row of the customer.
    pub customer: i64,
    /// What was drawn.
    pub assignment: Assignment,
    /// In the epoch.
    pub during: Brought,
    /// Contribution of each day of the epoch with a purchase, in order.
    pub by_day: Vec<Money>,
    /// In as many days before it.
    pub before: Brought,
}

/// What stayed sold of each sale line of a customer between two days.
const LINES: &str = "SELECT p.business_day, l.qty, l.net, l.list, l.discount, l.tax, v.cost, now.cost,
        (SELECT sum(r.qty) FROM refund f JOIN refund_line r ON r.refund = f.id WHERE f.purchase = p.id AND r.line = l.line),
        (SELECT min(CASE WHEN x.cost > 0 THEN 1 ELSE 0 END) * sum(e.qty * x.cost) FROM purchase_extra e
            JOIN product_version x ON x.id = e.version WHERE e.purchase = p.id AND e.line = l.line)
    FROM purchase p JOIN purchase_line l ON l.purchase = p.id JOIN product_version v ON v.id = l.version
    LEFT JOIN product s ON s.sku = v.sku LEFT JOIN product_version now ON now.id = s.version
    WHERE p.customer = ?1 AND p.kind = 'sale' AND p.business_day >= ?2 AND p.business_day < ?3
    ORDER BY p.business_day, p.id, l.line";

/// An epoch that was drawn, before anybody has looked at what came of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Drawn {
    /// Row of the customer.
    pub row: i64,
    /// The customer.
    pub customer: CustomerId,
    /// What was drawn.
    pub assignment: Assignment,
}

impl Store {
    /// Gives every epoch that ended before a day to the caller, in order of customer and day. Only one of
    /// them is in memory at a time.
    ///
    /// # Errors
    /// When the database fails or something stored cannot be read.
    pub fn each_ended_epoch(
        &self,
        today: BusinessDay,
        mut each: impl FnMut(EndedEpoch) -> Result<(), StoreFault>,
    ) -> Result<(), StoreFault> {
        self.each_drawn(today, |drawn| each(self.came_of(drawn)?))
    }

    /// The same without what came of it, which takes most of the time.
    ///
    /// # Errors
    /// When the database fails or something stored cannot be read.
    pub fn each_drawn(
        &self,
        today: BusinessDay,
        mut each: impl FnMut(Drawn) -> Result<(), StoreFault>,
    ) -> Result<(), StoreFault> {
        let sql = "SELECT a.customer, a.body, c.key FROM assignment a JOIN customer c ON c.id = a.customer
            ORDER BY a.customer, a.from_day";
        let mut statement = self.connection.prepare(sql)?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            let body: String = row.get(1)?;
            let assignment: Assignment = serde_json::from_str(&body).map_err(unreadable("assignment"))?;
            if assignment.until <= today {
                let key = row.get_ref(2)?.as_str().map_err(unreadable("customer"))?;
                each(Drawn { row: row.get(0)?, customer: CustomerId::new(key), assignment })?;
            }
        }
        Ok(())
    }

    /// How many epochs there are, ended or not.
    ///
    /// # Errors
    /// When the database fails.
    pub fn epochs(&self) -> Result<usize, StoreFault> {
        let count: i64 =
            self.connection.query_row("SELECT count(*) FROM assignment", [], |row| row.get(0))?;
        Ok(usize::try_from(count).unwrap_or(0))
    }

    /// What came of an epoch.
    ///
    /// # Errors
    /// When the database fails.
    pub fn came_of(&self, drawn: Drawn) -> Result<EndedEpoch, StoreFault> {
        let Drawn { row: customer, assignment, .. } = drawn;
        let (from, until) = (assignment.from.0, assignment.until.0);
        let first = from.saturating_sub(until.saturating_sub(from));
        let (mut before, mut during) = (Brought::default(), Brought::default());
        let (mut by_day, mut last_day) = (Vec::new(), i32::MIN);
        let mut statement = self.connection.prepare_cached(LINES)?;
        let mut rows = statement.query(params![customer, first, until])?;
        while let Some(row) = rows.next()? {
            let day: i32 = row.get(0)?;
            let side = if day < from { &mut before } else { &mut during };
            let so_far = side.contribution;
            if !add_line(side, row)? {
                continue;
            }
            if day != last_day {
                side.days += 1;
                last_day = day;
                by_day.extend((day >= from).then_some(Money::ZERO));
            }
            if let Some(of_day) = by_day.last_mut() {
                *of_day = of_day.plus(side.contribution.minus(so_far));
            }
        }
        Ok(EndedEpoch { customer, assignment, during, by_day, before })
    }
}

/// Adds what stayed sold of a line; gives whether anything did.
fn add_line(to: &mut Brought, row: &Row<'_>) -> Result<bool, StoreFault> {
    let sold: i64 = row.get(1)?;
    let left = sold - row.get::<_, Option<i64>>(8)?.unwrap_or(0);
    if left <= 0 || sold <= 0 {
        return Ok(false);
    }
    let part =
        |amount: i64| Money(narrow(div_half_up(i128::from(amount) * i128::from(left), i128::from(sold))));
    let of_quantity = |unit: i64| Money(narrow(div_half_up(i128::from(unit) * i128::from(left), 1000)));
    let (net, tax) = (part(row.get(2)?), part(row.get(5)?));
    to.list = to.list.plus(part(row.get(3)?));
    to.discount = to.discount.plus(part(row.get(4)?));
    let (cost, now): (Option<i64>, Option<i64>) = (row.get(6)?, row.get(7)?);
    // Extras of which one has no cost come to nothing, where they are there at all.
    let extras: Option<i64> = row.get(9)?;
    let known = extras != Some(0);
    let extras = extras.unwrap_or(0) / 1000;
    if let Some(cost) = cost.filter(|cost| *cost > 0 && known) {
        let own = of_quantity(cost.saturating_add(extras));
        to.contribution = to.contribution.plus(net.minus(tax).minus(own));
        if let Some(now) = now.filter(|now| *now > 0) {
            to.cost = to.cost.plus(of_quantity(cost));
            to.cost_by_menu = to.cost_by_menu.plus(of_quantity(now));
        }
    }
    Ok(true)
}
