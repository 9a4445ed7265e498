//! The stop list: what a shop is out of today. Tomorrow nothing is on it.

use super::id::Sku;
use super::moment::BusinessDay;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// What is out, and on which day of trade.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StopList {
    day: BusinessDay,
    skus: BTreeSet<Sku>,
}

impl Default for StopList {
    fn default() -> StopList {
        StopList { day: BusinessDay(0), skus: BTreeSet::new() }
    }
}

impl StopList {
    /// What is out on a day.
    pub fn on(&self, day: BusinessDay) -> impl Iterator<Item = &Sku> {
        self.skus.iter().filter(move |_| self.day == day)
    }

    /// Whether a product is out on a day.
    #[must_use]
    pub fn has(&self, sku: &Sku, day: BusinessDay) -> bool {
        self.day == day && self.skus.contains(sku)
    }

    /// The list of a day after products were put on it, or taken off.
    #[must_use]
    pub fn after(&self, day: BusinessDay, skus: &[Sku], out: bool) -> StopList {
        let named = skus.iter().cloned();
        let others = self.on(day).filter(|sku| !skus.contains(sku)).cloned();
        StopList { day, skus: others.chain(named.filter(|_| out)).collect() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn skus(list: &StopList, day: i32) -> Vec<&str> {
        list.on(BusinessDay(day)).map(Sku::as_str).collect()
    }

    #[test]
    fn what_is_out_today_is_there_again_tomorrow() {
        let [bun, cake] = ["bun", "cake"].map(Sku::new);
        let list = StopList::default().after(BusinessDay(7), &[bun.clone(), cake.clone()], true);
        assert_eq!(skus(&list, 7), ["bun", "cake"]);
        assert!(list.has(&bun, BusinessDay(7)) && !list.has(&bun, BusinessDay(8)));
        assert_eq!(skus(&list, 8), [] as [&str; 0]);
        // The first that is out tomorrow does not bring today's back.
        assert_eq!(skus(&list.after(BusinessDay(8), &[cake], true), 8), ["cake"]);
    }

    #[test]
    fn what_came_in_is_taken_off_and_twice_is_once() {
        let [bun, cake] = ["bun", "cake"].map(Sku::new);
        let both = StopList::default().after(BusinessDay(7), &[bun.clone(), cake.clone(), bun.clone()], true);
        let one = both.after(BusinessDay(7), &[cake, Sku::new("never there")], false);
        assert_eq!(skus(&one, 7), ["bun"]);
        assert_eq!(skus(&one.after(BusinessDay(7), &[bun], true), 7), ["bun"]);
    }
}
