//! History: every visit with what was bought, packed to a few bytes a line, guest after guest.

use super::baskets::NO_ITEM;
use crate::facts::id::Sku;
use crate::facts::models::TasteModel;
use std::ops::Range;

/// One visit as the store tells it; products are numbers in the list the history was begun with.
#[derive(Debug, Clone, Copy)]
pub struct Told<'a> {
    /// The guest's row; nothing for a guest nobody knows.
    pub guest: Option<u32>,
    /// When, for the order; any unit.
    pub at: i64,
    /// Day of trade.
    pub day: i32,
    /// What was bought; a product may stand there more than once.
    pub products: &'a [u16],
}

/// A visit of the history.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Seen<'a> {
    /// Day of trade.
    pub day: i32,
    /// Different products, ascending.
    pub products: &'a [u16],
}

#[derive(Debug, Clone, Copy)]
struct Row {
    guest: u32,
    day: i32,
    at: i64,
    begin: usize,
    end: usize,
}

/// No guest: sorts behind all guests.
const NOBODY: u32 = u32::MAX;

/// Visits that are still being told.
#[derive(Debug, Default)]
pub struct Telling {
    products: Vec<Sku>,
    rows: Vec<Row>,
    items: Vec<u16>,
}

impl Telling {
    /// Begins with the products that will be told of; those beyond 65,535 have no number.
    #[must_use]
    pub fn new(products: Vec<Sku>) -> Telling {
        Telling { products, ..Telling::default() }
    }

    /// Adds a visit; one without products counts for nothing.
    pub fn add(&mut self, told: &Told<'_>) {
        let begin = self.items.len();
        let known = |product: &&u16| usize::from(**product) < self.products.len() && **product != NO_ITEM;
        self.items.extend(told.products.iter().filter(known));
        if self.items.len() > begin {
            let guest = told.guest.unwrap_or(NOBODY);
            self.rows.push(Row { guest, day: told.day, at: told.at, begin, end: self.items.len() });
        }
    }

    /// The history: sorted, with the products that most visits of known guests have, at most
    /// [`TasteModel::PRODUCTS_MAX`], numbered anew in order of sku.
    #[must_use]
    pub fn end(mut self) -> History {
        self.rows.sort_by_key(|row| (row.guest, row.at, row.begin));
        let number_of = self.kept();
        let mut history = History::default();
        let mut own: Vec<u16> = Vec::new();
        for row in &self.rows {
            own.clear();
            let told = self.items.get(row.begin..row.end).unwrap_or_default();
            own.extend(told.iter().filter_map(|product| number_of.get(usize::from(*product)).copied()));
            own.retain(|product| *product != NO_ITEM);
            own.sort_unstable();
            own.dedup();
            if own.is_empty() {
                continue;
            }
            if row.guest == NOBODY {
                history.known.get_or_insert(history.ends.len());
            } else if history.guests.last().is_none_or(|(guest, _)| *guest != row.guest) {
                history.guests.push((row.guest, history.ends.len()));
            }
            history.items.extend(&own);
            history.ends.push(history.items.len());
            history.days.push(row.day);
        }
        let mut skus: Vec<(u16, Sku)> =
            number_of.into_iter().zip(self.products).filter(|(number, _)| *number != NO_ITEM).collect();
        skus.sort_unstable_by_key(|(number, _)| *number);
        history.products = skus.into_iter().map(|(_, sku)| sku).collect();
        history
    }

    /// The new number of each product, [`NO_ITEM`] for those that are left out.
    fn kept(&self) -> Vec<u16> {
        let mut lines = vec![0u64; self.products.len().min(usize::from(NO_ITEM))];
        for row in self.rows.iter().filter(|row| row.guest != NOBODY) {
            for product in self.items.get(row.begin..row.end).unwrap_or_default() {
                if let Some(count) = lines.get_mut(usize::from(*product)) {
                    *count += 1;
                }
            }
        }
        let mut ranked: Vec<(u64, &Sku, usize)> = lines
            .iter()
            .zip(&self.products)
            .enumerate()
            .filter(|(_, (count, _))| **count > 0)
            .map(|(product, (count, sku))| (*count, sku, product))
            .collect();
        ranked.sort_by(|a, b| b.0.cmp(&a.0).then_with(|| a.1.cmp(b.1)));
        ranked.truncate(TasteModel::PRODUCTS_MAX);
        ranked.sort_by(|a, b| a.1.cmp(b.1));
        let mut number_of = vec![NO_ITEM; lines.len()];
        for (number, (_, _, product)) in (0u16..).zip(&ranked) {
            if let Some(place) = number_of.get_mut(*product) {
                *place = number;
            }
        }
        number_of
    }
}

/// Every visit, guest after guest, each guest's in order of time; those of nobody stand last.
#[derive(Debug, Clone, Default)]
pub struct History {
    /// Products, ascending by sku; their places are their numbers.
    pub products: Vec<Sku>,
    items: Vec<u16>,
    ends: Vec<usize>,
    days: Vec<i32>,
    /// Guests, ascending, each with their first visit.
    guests: Vec<(u32, usize)>,
    /// Where the visits of nobody begin.
    known: Option<usize>,
}

impl History {
    /// How many visits, those of nobody included.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.ends.len()
    }

    /// Whether nothing was bought.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// How many guests are known.
    #[must_use]
    pub const fn guests(&self) -> usize {
        self.guests.len()
    }

    /// The first day and the day after the last; nothing without visits.
    #[must_use]
    pub fn days(&self) -> Option<Range<i32>> {
        let (first, last) = (self.days.iter().min()?, self.days.iter().max()?);
        Some(*first..last.saturating_add(1))
    }

    /// All visits, those of nobody included.
    pub fn visits(&self) -> impl Iterator<Item = Seen<'_>> {
        (0..self.len()).filter_map(|number| self.visit(number))
    }

    /// The visits of one guest, oldest first; guests are counted from 0.
    pub fn visits_of(&self, guest: usize) -> impl DoubleEndedIterator<Item = Seen<'_>> + Clone {
        self.places_of(guest).filter_map(|number| self.visit(number))
    }

    fn places_of(&self, guest: usize) -> Range<usize> {
        let begin = self.guests.get(guest).map_or(0, |(_, begin)| *begin);
        let next = self.guests.get(guest + 1).map(|(_, begin)| *begin);
        let end = next.or(self.known).unwrap_or(self.len());
        if guest < self.guests.len() { begin..end } else { 0..0 }
    }

    fn visit(&self, number: usize) -> Option<Seen<'_>> {
        let end = *self.ends.get(number)?;
        let begin = number.checked_sub(1).and_then(|before| self.ends.get(before)).copied().unwrap_or(0);
        Some(Seen { day: *self.days.get(number)?, products: self.items.get(begin..end)? })
    }
}
