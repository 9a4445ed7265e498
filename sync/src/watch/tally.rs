//! Acts become counts: of each actor of a shop, by rate and time of day.

use super::{
    act::{Act, Actor, Acts, What},
    rates::{CASH, CLOSING_MS, RATES, Seen},
};
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

/// Times of day.
pub const DAYPARTS: usize = 4;

/// So many of so many.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Count {
    /// Those that are looked for.
    pub count: u32,
    /// Of all.
    pub of: u32,
}

impl Count {
    /// Both together.
    #[must_use]
    pub const fn and(self, other: Count) -> Count {
        Count { count: self.count.saturating_add(other.count), of: self.of.saturating_add(other.of) }
    }

    /// The share, of 1; 0 of none.
    #[must_use]
    pub fn share(self) -> f64 {
        if self.of == 0 { 0.0 } else { f64::from(self.count) / f64::from(self.of) }
    }

    /// One more.
    pub fn add(&mut self, is_one: bool) {
        self.count += u32::from(is_one);
        self.of += 1;
    }
}

/// Somebody in one shop.
pub type Place = (Arc<str>, Actor);

/// The counts of somebody: for each rate in the order of the table, its times of day.
pub type Cells = [[Count; DAYPARTS]; RATES.len()];

/// Everything that was counted.
#[derive(Debug, Default)]
pub struct Tally {
    /// By shop and actor.
    pub actors: BTreeMap<Place, Cells>,
    /// How guests of a shop pay, by time of day.
    pub cash: BTreeMap<Arc<str>, [Count; DAYPARTS]>,
}

impl Tally {
    /// Counts acts that stand in their order ([`in_order`]).
    #[must_use]
    pub fn of(acts: &Acts) -> Tally {
        let mut tally = Tally::default();
        each_seen(acts, |seen| {
            let act = seen.act;
            let cells = tally.actors.entry((Arc::clone(&act.shop), act.actor.clone())).or_default();
            for (rate, parts) in RATES.iter().zip(cells) {
                let counted = (rate.counts)(seen).zip(parts.get_mut(usize::from(act.daypart)));
                if let Some((is_one, cell)) = counted {
                    cell.add(is_one);
                }
            }
            if let Some(is_cash) = (CASH.counts)(seen) {
                let parts = tally.cash.entry(Arc::clone(&act.shop)).or_default();
                if let Some(cell) = parts.get_mut(usize::from(act.daypart)) {
                    cell.add(is_cash);
                }
            }
        });
        tally
    }
}

/// Puts acts in the order in which they were done; what was done at the same moment goes by receipt.
pub fn in_order(acts: &mut Acts) {
    acts.all.sort_by(|a, b| (a.at, &a.receipt, &a.shop).cmp(&(b.at, &b.receipt, &b.shop)));
}

/// Hands over each act with what the others tell of it.
pub fn each_seen<'a>(acts: &'a Acts, mut take: impl FnMut(&Seen<'a>)) {
    let mut last = BTreeMap::<(&Arc<str>, i32), i64>::new();
    for act in acts.all.iter().filter(|act| matches!(act.what, What::Sale(_))) {
        last.insert((&act.shop, act.day), act.at);
    }
    let mut served = BTreeSet::<(&Arc<str>, i32)>::new();
    for act in &acts.all {
        let guest = guest_of(act).map(|guest| (guest, act.day));
        let closes = last.get(&(&act.shop, act.day)).copied().unwrap_or(i64::MAX);
        take(&Seen {
            act,
            at_closing: act.at > closes.saturating_sub(CLOSING_MS),
            joined: guest.is_some_and(|(guest, day)| acts.joined.contains(&(Arc::clone(guest), day))),
            again: guest.is_some_and(|guest| !served.insert(guest)),
        });
    }
}

/// Whose sale it is, where money was taken of a guest.
#[must_use]
pub const fn guest_of(act: &Act) -> Option<&Arc<str>> {
    match &act.what {
        What::Sale(sale) if !sale.is_free && !sale.is_staff => sale.customer.as_ref(),
        _ => None,
    }
}
