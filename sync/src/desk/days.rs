//! Two weeks of trade, day by day: what guests saved, what was paid, and what of it stayed after tax and cost.

use super::sold;
use crate::ledger::{Ledger, LedgerFault};
use kava::facts::{menu::Product, moment::BusinessDay, money::Money, purchase::PurchaseLine};
use rusqlite::params;
use serde::Serialize;
use std::collections::BTreeMap;

/// Days of an answer.
pub const DAYS: i32 = 14;
/// Receipts that are read for what stayed. A chain that sells more gets it of its latest days only: whoever looks keeps
/// nobody waiting.
pub const READ_MAX: i64 = 20_000;

/// A day of trade; of sales for which money was taken, whatever was given back later.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct DayShown {
    /// Which.
    pub day: BusinessDay,
    /// Receipts.
    pub receipts: i64,
    /// What guests saved.
    pub saved_minor: i64,
    /// What was paid.
    pub net_minor: i64,
    /// What of it stayed after tax and cost, for whoever may see costs; goods of unknown cost bring nothing, and of an erased
    /// guest's receipt nothing is known. None where there is too much to read.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kept_minor: Option<i64>,
}

const SUMS: &str = "SELECT r.business_day, count(*), sum(r.discount), sum(r.net)
    FROM receipt r INDEXED BY receipt_day JOIN counter c ON c.id = r.counter
    WHERE r.business_day BETWEEN ?1 AND ?2 AND r.kind = 'sale' AND r.charged AND (c.shop = ?3 OR ?3 = '')
    GROUP BY r.business_day";

/// The days up to one, the oldest first, of a shop or of all with an empty one.
///
/// # Errors
/// When the database fails.
pub fn of(
    ledger: &Ledger,
    (shop, with_costs): (&str, bool),
    last: BusinessDay,
) -> Result<Vec<DayShown>, LedgerFault> {
    let first = BusinessDay(last.0.saturating_sub(DAYS - 1));
    let mut statement = ledger.connection().prepare_cached(SUMS)?;
    let sums = statement
        .query_map(params![first.0, last.0, shop], |row| {
            Ok((row.get(0)?, (row.get(1)?, row.get(2)?, row.get(3)?)))
        })?
        .collect::<Result<BTreeMap<i32, (i64, i64, i64)>, _>>()?;
    let of_day = |day: i32| sums.get(&day).copied().unwrap_or_default();
    let read = first_read((last.0, READ_MAX), (first.0..=last.0).rev().map(|day| (day, of_day(day).0)));
    let shown = |day: i32| {
        let (receipts, saved_minor, net_minor) = of_day(day);
        let kept = (with_costs && day >= read).then(|| kept(ledger, shop, BusinessDay(day))).transpose()?;
        let day = BusinessDay(day);
        Ok(DayShown { day, receipts, saved_minor, net_minor, kept_minor: kept.map(|kept| kept.0) })
    };
    (first.0..=last.0).map(shown).collect()
}

/// The first of the newest days that have no more than so many receipts together; the day after the last where not even
/// that one has. Days come with their receipts, the newest first.
fn first_read((last, most): (i32, i64), days: impl Iterator<Item = (i32, i64)>) -> i32 {
    let together = days.scan(0_i64, |all, (day, receipts)| {
        *all = all.saturating_add(receipts);
        (*all <= most).then_some(day)
    });
    together.last().unwrap_or(last.saturating_add(1))
}

/// The first of the newest days, so many at most, that have no more than so many receipts together, in all shops.
///
/// # Errors
/// When the database fails.
pub(super) fn first_to_read(
    ledger: &Ledger,
    (last, days): (BusinessDay, i32),
    most: i64,
) -> Result<BusinessDay, LedgerFault> {
    let first = last.0.saturating_sub(days - 1);
    let mut statement = ledger.connection().prepare_cached(SUMS)?;
    let counts = statement
        .query_map(params![first, last.0, ""], |row| Ok((row.get(0)?, row.get(1)?)))?
        .collect::<Result<BTreeMap<i32, i64>, _>>()?;
    let of_day = |day: i32| (day, counts.get(&day).copied().unwrap_or(0));
    Ok(BusinessDay(first_read((last.0, most), (first..=last.0).rev().map(of_day))))
}

/// What stayed of a day.
fn kept(ledger: &Ledger, shop: &str, day: BusinessDay) -> Result<Money, LedgerFault> {
    let mut sum = Money::ZERO;
    sold::each(ledger, shop, (day, day), |sold| {
        sum = sum.plus(Money::total(sold.sale.lines.iter().map(kept_of)));
    })?;
    Ok(sum)
}

/// What a line brings: paid, less tax and cost, as the counter's own learning reckons it.
pub fn kept_of(line: &PurchaseLine) -> Money {
    let known = |product: &Product| product.cost.filter(|cost| cost.0 > 0);
    let Some(own) = known(&line.product) else { return Money::ZERO };
    let extras = line.extras.iter().map(|(extra, qty)| Some(qty.times(known(extra)?)));
    let Some(extras) = extras.collect::<Option<Vec<Money>>>() else { return Money::ZERO };
    let unit = own.plus(Money::total(extras));
    line.net.minus(line.tax).minus(line.qty.times(unit))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stayed_is_read_of_as_many_of_the_newest_days_as_are_not_too_much_together() {
        let first = |receipts: &[i64]| first_read((9, READ_MAX), (0..=9).rev().zip(receipts.iter().copied()));
        assert_eq!(first(&[10, 20, 0]), 7, "all that there are");
        assert_eq!(first(&[READ_MAX - 1, 1, 0, 1, 0]), 7, "to the last receipt, and days without any");
        assert_eq!(first(&[READ_MAX + 1, 0]), 10, "not even the last");
        assert_eq!(first(&[i64::MAX, i64::MAX]), 10);
    }
}
