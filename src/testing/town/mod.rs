//! A town around a coffee shop: menu, guests with habits, and three months of receipts as an old till would
//! have exported them. Everything follows from a seed. No guest has a name.

pub(super) mod menu;
mod guests;

use self::guests::{Guest, Visit};
use self::menu::PRODUCTS;
use super::random::Random;
use crate::facts::moment::BusinessDay;
use crate::facts::money::Money;
use std::fmt::Write as _;

/// How the files of [`Town::files`] are read: a mapping for `kava import`.
pub const MAPPING: &str = include_str!("mapping.toml");

/// What the town is made from.
#[derive(Debug, Clone, Copy)]
pub struct Plan {
    /// Everything random follows from it.
    pub seed: u64,
    /// The last day of trade.
    pub last: BusinessDay,
    /// Days of trade.
    pub days: i32,
    /// Guests with a card.
    pub guests: i64,
}

impl Plan {
    /// The demo's town: 90 days, about 9,000 receipts, and 450 guests with a card, so that enough of them are
    /// neither new nor gone for segments to be learned.
    #[must_use]
    pub const fn demo(seed: u64, last: BusinessDay) -> Plan {
        Plan { seed, last, days: 90, guests: 450 }
    }
}

/// A town with its past.
#[derive(Debug, Clone)]
pub struct Town {
    plan: Plan,
    guests: Vec<Guest>,
    days: Vec<Vec<Visit>>,
}

impl Town {
    /// Lives through all days of the plan.
    #[must_use]
    pub fn new(plan: Plan) -> Town {
        let mut random = Random::new(plan.seed);
        let guests: Vec<Guest> = (0..plan.guests).map(|n| guests::guest(&mut random, n, plan.days)).collect();
        let days = (0..plan.days)
            .map(|day| {
                let weekday = (plan.last.0 - (plan.days - 1 - day) + 3).rem_euclid(7);
                guests::day(&mut random, &guests, day, weekday >= 5)
            })
            .collect();
        Town { plan, guests, days }
    }

    /// The printed cards of all guests, each with how often its guest has been here.
    #[must_use]
    pub fn cards(&self) -> Vec<(String, usize)> {
        let visits = |n| self.days.iter().flatten().filter(|visit| visit.guest == Some(n)).count();
        self.guests.iter().enumerate().map(|(n, guest)| (guest.card.digits().to_owned(), visits(n))).collect()
    }

    /// How many receipts there are.
    #[must_use]
    pub fn receipts(&self) -> usize {
        self.days.iter().map(Vec::len).sum()
    }

    /// The export: file names and their text.
    #[must_use]
    pub fn files(&self) -> [(&'static str, String); 3] {
        [
            ("menu.csv", self.menu()),
            ("customers.csv", self.customers()),
            ("receipts.csv", self.sales().unwrap_or_default()),
        ]
    }

    fn first(&self) -> i32 {
        self.plan.last.0 - (self.plan.days - 1)
    }

    fn menu(&self) -> String {
        let stated = BusinessDay(self.plan.last.0 - 10);
        let rows = PRODUCTS.iter().map(|product| {
            let menu::Listed(sku, name, category, size_of, price, cost) = product;
            format!("{sku},{name},{category},{size_of},{},{},{stated}\n", Money(*price), Money(*cost))
        });
        std::iter::once("sku,name,category,size_of,price,cost,cost_day\n".to_owned()).chain(rows).collect()
    }

    fn customers(&self) -> String {
        let rows = self.guests.iter().map(|guest| {
            let since = BusinessDay(self.first() - guest.joined_before);
            format!("{},{since},{}\n", guest.key, guest.card.digits())
        });
        std::iter::once("customer,since,card\n".to_owned()).chain(rows).collect()
    }

    fn sales(&self) -> Result<String, std::fmt::Error> {
        let mut text = String::from("day,time,number,customer,sku,quantity,price,paid,payment\n");
        for (day, visits) in (self.first()..).map(BusinessDay).zip(&self.days) {
            for (number, visit) in (1..).zip(visits) {
                let guest = visit.guest.and_then(|n| self.guests.get(n)).map_or("", |guest| &guest.key);
                let (hour, minute) = (visit.minute / 60, visit.minute % 60);
                let payment = if visit.cash { "cash" } else { "card" };
                for (product, pieces) in &visit.lines {
                    let (price, paid) = (Money(product.4), Money(product.4 * pieces));
                    writeln!(
                        text,
                        "{day},{hour:02}:{minute:02}:00,{number},{guest},{},{pieces},{price},{paid},{payment}",
                        product.0
                    )?;
                }
            }
        }
        Ok(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    fn town(seed: u64) -> Town {
        Town::new(Plan::demo(seed, BusinessDay(20_800)))
    }

    #[test]
    fn the_same_seed_is_the_same_town_and_another_is_not() {
        assert_eq!(town(7).files(), town(7).files());
        assert_ne!(town(7).files(), town(8).files());
    }

    #[test]
    fn the_town_is_as_large_as_it_says() {
        let town = town(7);
        let receipts = town.receipts();
        assert!((8_000..10_000).contains(&receipts), "{receipts}");
        assert!((40..50).contains(&PRODUCTS.len()), "{}", PRODUCTS.len());
        let cards = town.cards();
        let different: BTreeSet<&String> = cards.iter().map(|(card, _)| card).collect();
        assert_eq!(different.len(), 450);
        assert!(cards.iter().any(|(_, visits)| *visits > 40), "somebody comes nearly every day");
    }

    #[test]
    fn every_product_earns_something_and_some_earn_little() {
        let margin = |listed: &menu::Listed| {
            // Of the price without its 20 % tax, in percent.
            let net = listed.4 * 100 / 120;
            (net - listed.5) * 100 / net
        };
        let margins: Vec<i64> = PRODUCTS.iter().map(margin).collect();
        assert!(margins.iter().all(|margin| (5..90).contains(margin)), "{margins:?}");
        assert!(margins.iter().filter(|margin| **margin < 15).count() >= 3, "{margins:?}");
        let skus: BTreeSet<&str> = PRODUCTS.iter().map(|product| product.0).collect();
        assert_eq!(skus.len(), PRODUCTS.len());
    }

    #[test]
    fn whatever_the_day_some_guests_are_about_to_come_for_the_third_time() {
        for last in 20_800..20_814 {
            let cards = Town::new(Plan::demo(7, BusinessDay(last))).cards();
            let twice = cards.iter().filter(|(_, visits)| *visits == 2).count();
            assert!(twice >= 5, "{twice} on day {last}");
        }
    }

    #[test]
    fn every_row_has_as_many_cells_as_its_header() {
        for (name, text) in town(7).files() {
            let cells = |line: &str| line.matches(',').count();
            let header = text.lines().next().map(cells).unwrap();
            assert!(header > 0 && text.lines().all(|line| cells(line) == header), "{name}");
        }
    }
}
