//! The stop list: what a shop is out of today. Tomorrow nothing is on it.

use super::id::Sku;
use super::moment::{BusinessDay, Moment};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// What is out, and on which day of trade.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StopList {
    day: BusinessDay,
    skus: BTreeSet<Sku>,
    /// What was said last of each product on that day, so that of two counters the later word holds.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    said: BTreeMap<Sku, Said>,
}

/// Somebody's word about a product.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Said {
    /// When, by the clock of the counter where it was said.
    pub at: Moment,
    /// It is out.
    pub out: bool,
}

impl Default for StopList {
    fn default() -> StopList {
        StopList { day: BusinessDay(0), skus: BTreeSet::new(), said: BTreeMap::new() }
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
    pub fn after(&self, day: BusinessDay, skus: &[Sku], said: Said) -> StopList {
        skus.iter().fold(self.clone(), |list, sku| list.with(day, sku, said))
    }

    /// The list after what was said elsewhere of a day: the later word holds, and of two at once that it is out. What was said
    /// of an earlier day than the list's is heard no more.
    #[must_use]
    pub fn merged(&self, day: BusinessDay, sku: &Sku, said: Said) -> StopList {
        let is_newer = day > self.day || self.said.get(sku).is_none_or(|own| said > *own);
        if day < self.day || !is_newer { self.clone() } else { self.with(day, sku, said) }
    }

    /// What was said last of each product, and on which day.
    pub fn said(&self) -> impl Iterator<Item = (BusinessDay, &Sku, Said)> {
        self.said.iter().map(|(sku, said)| (self.day, sku, *said))
    }

    fn with(&self, day: BusinessDay, sku: &Sku, word: Said) -> StopList {
        let mut list = if day == self.day { self.clone() } else { StopList { day, ..StopList::default() } };
        list.said.insert(sku.clone(), word);
        if word.out {
            list.skus.insert(sku.clone());
        } else {
            list.skus.remove(sku);
        }
        list
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn skus(list: &StopList, day: i32) -> Vec<&str> {
        list.on(BusinessDay(day)).map(Sku::as_str).collect()
    }

    const fn said(at: i64, out: bool) -> Said {
        Said { at: Moment(at), out }
    }

    #[test]
    fn of_two_counters_the_later_word_about_a_product_holds_at_both() {
        let (bun, day) = (Sku::new("bun"), BusinessDay(7));
        let words = [said(1, true), said(2, false), said(3, true), said(3, false)];
        let all = |order: &[Said]| {
            order.iter().fold(StopList::default(), |list, word| list.merged(day, &bun, *word))
        };
        let [a, b, c, d] = words;
        for order in [[a, b, c, d], [d, c, b, a], [b, d, a, c], [c, a, d, b]] {
            assert_eq!(all(&order), all(&words), "{order:?}");
        }
        // At one instant it is out: nobody sells what may not be there.
        assert!(all(&words).has(&bun, day));
        let told: Vec<_> = all(&words).said().map(|(day, sku, said)| (day, sku.clone(), said)).collect();
        assert_eq!(told, [(day, bun.clone(), said(3, true))]);
        let list = all(&words);
        assert_eq!(list.merged(BusinessDay(6), &bun, said(9, false)), list, "yesterday's word is old");
        assert!(!list.merged(BusinessDay(8), &bun, said(1, false)).has(&bun, BusinessDay(8)));
    }

    #[test]
    fn what_is_out_today_is_there_again_tomorrow() {
        let [bun, cake] = ["bun", "cake"].map(Sku::new);
        let list = StopList::default().after(BusinessDay(7), &[bun.clone(), cake.clone()], said(1, true));
        assert_eq!(skus(&list, 7), ["bun", "cake"]);
        assert!(list.has(&bun, BusinessDay(7)) && !list.has(&bun, BusinessDay(8)));
        assert_eq!(skus(&list, 8), [] as [&str; 0]);
        // The first that is out tomorrow does not bring today's back.
        assert_eq!(skus(&list.after(BusinessDay(8), &[cake], said(2, true)), 8), ["cake"]);
    }

    #[test]
    fn what_came_in_is_taken_off_and_twice_is_once() {
        let [bun, cake] = ["bun", "cake"].map(Sku::new);
        let both = StopList::default().after(
            BusinessDay(7),
            &[bun.clone(), cake.clone(), bun.clone()],
            said(1, true),
        );
        let one = both.after(BusinessDay(7), &[cake, Sku::new("never there")], said(2, false));
        assert_eq!(skus(&one, 7), ["bun"]);
        assert_eq!(skus(&one.after(BusinessDay(7), &[bun], said(3, true)), 7), ["bun"]);
    }
}
