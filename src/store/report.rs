//! Figures for the pictures of `kava report`, read from purchases less refunds.
//!
//! Works on a store opened for reading only. Not here: words, shares, pictures.

use super::{StoreFault, open::Store};
use crate::facts::id::CategoryId;
use crate::facts::moment::BusinessDay;
use crate::facts::money::{Money, div_half_up, narrow};
use rusqlite::Row;
use std::collections::BTreeMap;

/// Everything the report shows.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ShopFigures {
    /// First and last day with a sale.
    pub span: Option<(BusinessDay, BusinessDay)>,
    /// Customers by segment, the largest first.
    pub segments: Vec<(String, u64)>,
    /// Discounts by the customer's segment of today, the most receipts first; nothing = no card shown.
    pub depths: Vec<(Option<String>, Depth)>,
    /// Margins by category, the largest list price first; lines without a known cost are left out.
    pub margins: Vec<(CategoryId, Margin)>,
    /// Lines and their net that margins leave out because no cost is known.
    pub without_cost: (u64, Money),
    /// Money by day.
    pub days: BTreeMap<BusinessDay, DayMoney>,
    /// Receipts by source and kind.
    pub sources: Vec<SourceCount>,
}

/// Discounts of a group of receipts, as they were sold.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Depth {
    /// Receipts.
    pub receipts: u64,
    /// Receipts with a discount.
    pub discounted: u64,
    /// List price of all.
    pub list: Money,
    /// Discount of all.
    pub discount: Money,
}

/// Sales of a category with known costs, refunds taken off, tax taken out.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Margin {
    /// List price without tax.
    pub list: Money,
    /// What guests paid, without tax.
    pub net: Money,
    /// Purchase cost, extras included.
    pub cost: Money,
}

/// Money of one day; refunds count on the day they were given.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct DayMoney {
    /// Receipts.
    pub receipts: u64,
    /// Receipts of known customers.
    pub known: u64,
    /// What guests paid.
    pub net: Money,
    /// What guests saved.
    pub saved: Money,
}

/// Receipts of one source and kind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceCount {
    /// `kava`, or `import:` and a name.
    pub source: String,
    /// Kind of purchase.
    pub kind: String,
    /// Receipts.
    pub receipts: u64,
    /// Receipts of known customers.
    pub known: u64,
    /// What was paid.
    pub net: Money,
}

const DEPTHS: &str = "SELECT c.segment, count(*), sum(p.discount > 0), sum(p.list), sum(p.discount)
    FROM purchase p LEFT JOIN customer c ON c.id = p.customer WHERE p.kind = 'sale'
    GROUP BY c.segment ORDER BY 2 DESC, 1";

/// For each product version: category, unit cost, lines, quantity, list, net, tax; refunds as negative
/// rows, their tax in proportion.
const SOLD: &str =
    "SELECT v.category, v.cost, v.id, count(*), sum(l.qty), sum(l.list), sum(l.net), sum(l.tax)
    FROM purchase p JOIN purchase_line l ON l.purchase = p.id JOIN product_version v ON v.id = l.version
    WHERE p.kind = 'sale' GROUP BY v.id
    UNION ALL
    SELECT v.category, v.cost, v.id, 0, -sum(b.qty), -sum(b.list), -sum(b.net),
        -sum(CASE WHEN l.net = 0 THEN 0 ELSE l.tax * b.net / l.net END)
    FROM refund r JOIN refund_line b ON b.refund = r.id JOIN purchase p ON p.id = r.purchase
    JOIN purchase_line l ON l.purchase = r.purchase AND l.line = b.line
    JOIN product_version v ON v.id = l.version WHERE p.kind = 'sale' GROUP BY v.id";

/// Cost of the extras on lines of each product version, in millionths of a minor unit, refunds off.
const EXTRAS: &str = "SELECT l.version, sum((l.qty - coalesce((SELECT sum(b.qty) FROM refund r
        JOIN refund_line b ON b.refund = r.id WHERE r.purchase = l.purchase AND b.line = l.line), 0))
        * e.qty * coalesce(v.cost, 0))
    FROM purchase_extra e JOIN purchase_line l ON l.purchase = e.purchase AND l.line = e.line
    JOIN product_version v ON v.id = e.version JOIN purchase p ON p.id = l.purchase
    WHERE p.kind = 'sale' GROUP BY l.version";

const DAYS: &str = "SELECT business_day, count(*), count(customer), sum(net), sum(discount)
    FROM purchase WHERE kind = 'sale' GROUP BY business_day
    UNION ALL
    SELECT r.business_day, 0, 0, -sum(b.net), -sum(b.discount)
    FROM refund r JOIN refund_line b ON b.refund = r.id JOIN purchase p ON p.id = r.purchase
    WHERE p.kind = 'sale' GROUP BY r.business_day";

const SOURCES: &str = "SELECT source, kind, count(*), count(customer), sum(net)
    FROM purchase GROUP BY source, kind ORDER BY 3 DESC, 1, 2";

const VISIT_DAYS: &str = "SELECT DISTINCT customer, business_day FROM purchase
    WHERE customer IS NOT NULL AND kind = 'sale' ORDER BY customer, business_day";

impl Store {
    /// Reads every figure of the report.
    ///
    /// # Errors
    /// When the database fails.
    pub fn shop_figures(&self) -> Result<ShopFigures, StoreFault> {
        let segments = "SELECT segment, count(*) FROM customer GROUP BY segment ORDER BY 2 DESC, 1";
        let mut figures = ShopFigures {
            segments: self.rows(segments, |row| Ok((row.get(0)?, unsigned(row, 1)?)))?,
            depths: self.rows(DEPTHS, |row| {
                let (list, discount) = (Money(row.get(3)?), Money(row.get(4)?));
                let receipts = unsigned(row, 1)?;
                Ok((row.get(0)?, Depth { receipts, discounted: unsigned(row, 2)?, list, discount }))
            })?,
            sources: self.rows(SOURCES, |row| {
                let (receipts, known) = (unsigned(row, 2)?, unsigned(row, 3)?);
                let net = Money(row.get(4)?);
                Ok(SourceCount { source: row.get(0)?, kind: row.get(1)?, receipts, known, net })
            })?,
            ..ShopFigures::default()
        };
        self.read_margins(&mut figures)?;
        self.read_days(&mut figures)?;
        Ok(figures)
    }

    /// Hands over the visit days of each customer, ascending, one customer after the other.
    ///
    /// # Errors
    /// When the database fails.
    pub fn each_visit_days(&self, mut see: impl FnMut(&[BusinessDay])) -> Result<(), StoreFault> {
        let mut statement = self.connection.prepare(VISIT_DAYS)?;
        let mut rows = statement.query([])?;
        let mut days: Vec<BusinessDay> = Vec::new();
        let mut of: Option<i64> = None;
        while let Some(row) = rows.next()? {
            let customer: i64 = row.get(0)?;
            if of != Some(customer) {
                if of.is_some() {
                    see(&days);
                }
                days.clear();
                of = Some(customer);
            }
            days.push(BusinessDay(row.get(1)?));
        }
        if of.is_some() {
            see(&days);
        }
        Ok(())
    }

    fn rows<T>(
        &self,
        sql: &str,
        read: impl FnMut(&Row<'_>) -> rusqlite::Result<T>,
    ) -> Result<Vec<T>, StoreFault> {
        let mut statement = self.connection.prepare(sql)?;
        Ok(statement.query_map([], read)?.collect::<Result<_, _>>()?)
    }

    fn read_margins(&self, figures: &mut ShopFigures) -> Result<(), StoreFault> {
        let extras: BTreeMap<i64, i64> =
            self.rows(EXTRAS, |row| Ok((row.get(0)?, row.get(1)?)))?.into_iter().collect();
        let mut by_category: BTreeMap<String, Margin> = BTreeMap::new();
        let mut extras_added = std::collections::BTreeSet::new();
        let mut statement = self.connection.prepare(SOLD)?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            let version: i64 = row.get(2)?;
            let (qty, list, net, tax): (i64, i64, i64, i64) =
                (row.get(4)?, row.get(5)?, row.get(6)?, row.get(7)?);
            let Some(unit) = row.get::<_, Option<i64>>(1)?.filter(|cost| *cost > 0) else {
                figures.without_cost.0 += unsigned(row, 3)?;
                figures.without_cost.1 = figures.without_cost.1.plus(Money(net));
                continue;
            };
            let margin = by_category.entry(row.get(0)?).or_default();
            margin.net = margin.net.plus(Money(net.saturating_sub(tax)));
            margin.list = margin.list.plus(Money(list.saturating_sub(scaled(tax, list, net))));
            margin.cost = margin.cost.plus(Money(scaled(unit, qty, 1000)));
            if extras_added.insert(version) {
                let extra = extras.get(&version).copied().unwrap_or(0);
                margin.cost = margin.cost.plus(Money(scaled(extra, 1, 1_000_000)));
            }
        }
        figures.margins =
            by_category.into_iter().map(|(category, margin)| (CategoryId::new(category), margin)).collect();
        figures.margins.sort_by_key(|(category, margin)| (std::cmp::Reverse(margin.list), category.clone()));
        Ok(())
    }

    fn read_days(&self, figures: &mut ShopFigures) -> Result<(), StoreFault> {
        let mut statement = self.connection.prepare(DAYS)?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            let day = figures.days.entry(BusinessDay(row.get(0)?)).or_default();
            day.receipts += unsigned(row, 1)?;
            day.known += unsigned(row, 2)?;
            day.net = day.net.plus(Money(row.get(3)?));
            day.saved = day.saved.plus(Money(row.get(4)?));
        }
        figures.span = figures.days.keys().next().copied().zip(figures.days.keys().next_back().copied());
        Ok(())
    }
}

fn unsigned(row: &Row<'_>, column: usize) -> rusqlite::Result<u64> {
    Ok(u64::try_from(row.get::<_, i64>(column)?).unwrap_or(0))
}

/// `amount × times / of`, half up; 0 where there is nothing to divide by.
fn scaled(amount: i64, times: i64, of: i64) -> i64 {
    if of == 0 {
        return 0;
    }
    let (times, of) = if of < 0 { (-i128::from(times), -i128::from(of)) } else { (times.into(), of.into()) };
    narrow(div_half_up(i128::from(amount) * times, of))
}
