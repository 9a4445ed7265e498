//! Itemsets: what is bought together often, every set and its count, exactly.
//!
//! The rule of Apriori (Agrawal & Srikant 1994), no set is frequent unless all its parts are, cuts the
//! search; the counting goes down item by item on bit sets (Zaki 2000, Eclat), which gives the same sets. Each
//! item's own baskets are numbered anew, so that the bit sets under a rare item are a word or two long.

use super::baskets::{Baskets, NO_ITEM};
use std::collections::BTreeMap;

/// Frequent sets with their counts, one after the other.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Itemsets {
    /// In how many baskets they were counted.
    pub baskets: usize,
    items: Vec<u16>,
    ends: Vec<usize>,
    counts: Vec<u32>,
}

impl Itemsets {
    /// Every set, sorted within, with the number of baskets that hold all of it.
    pub fn iter(&self) -> impl Iterator<Item = (&[u16], u32)> {
        let mut from = 0;
        self.ends.iter().zip(&self.counts).map(move |(end, count)| {
            let set = self.items.get(from..*end).unwrap_or_default();
            from = *end;
            (set, *count)
        })
    }

    /// How many sets.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.counts.len()
    }

    /// Whether nothing is frequent.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.counts.is_empty()
    }

    /// How many sets of each size.
    #[must_use]
    pub fn sizes(&self) -> BTreeMap<usize, usize> {
        let mut sizes = BTreeMap::new();
        for (set, _) in self.iter() {
            *sizes.entry(set.len()).or_default() += 1;
        }
        sizes
    }

    fn add(&mut self, search: &Search<'_>, last: u16, count: u32) {
        let from = self.items.len();
        self.items.extend(&search.prefix);
        self.items.push(search.item_of(last));
        self.items.get_mut(from..).unwrap_or_default().sort_unstable();
        self.ends.push(self.items.len());
        self.counts.push(count);
    }
}

/// What is searched for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// A set is frequent from so many baskets on.
    pub least: u32,
    /// The most items of a set.
    pub longest: usize,
    /// The most sets: a search that finds more gives up.
    pub most: usize,
}

impl Limits {
    /// Every set from this count on.
    #[must_use]
    pub const fn from_count(least: u32) -> Limits {
        Limits { least, longest: usize::MAX, most: usize::MAX }
    }
}

/// Every frequent set, or nothing if there are more than the limits allow. A count of 0 is taken as 1.
#[must_use]
pub fn frequent(baskets: &Baskets, limits: Limits) -> Option<Itemsets> {
    let limits = Limits { least: limits.least.max(1), ..limits };
    let ranked = Ranked::of(baskets, limits.least);
    let mut found = Itemsets { baskets: baskets.len(), ..Itemsets::default() };
    let mut search = Search { limits, item_of: &ranked.item_of, prefix: Vec::new(), spare: Vec::new() };
    let mut scratch = Scratch::for_items(ranked.item_of.len());
    for rank in 0..ranked.item_of.len() {
        let places = ranked.places_of(rank);
        let rank = narrow(rank);
        if limits.longest > 0 {
            found.add(&search, rank, count(places.len()));
        }
        if limits.longest > 1 {
            search.prefix.push(search.item_of(rank));
            let level = ranked.conditional(places, limits.least, &mut scratch);
            search.extend(&level, &mut found)?;
            search.prefix.pop();
        }
        if found.len() > limits.most {
            return None;
        }
    }
    Some(found)
}

/// The baskets in ranks instead of items: 0 is the rarest frequent item. Every basket ends with [`END`].
struct Ranked {
    item_of: Vec<u16>,
    flat: Vec<u16>,
    /// For each rank the places in `flat` right behind it, and where each rank's places begin.
    places: Vec<u32>,
    begins: Vec<usize>,
}

/// No rank and no slot: there are as many ranks as items, and this number is no item.
const END: u16 = NO_ITEM;

impl Ranked {
    fn of(baskets: &Baskets, least: u32) -> Ranked {
        let mut counts = vec![0u32; usize::from(u16::MAX) + 1];
        for item in &baskets.items {
            if let Some(count) = counts.get_mut(usize::from(*item)) {
                *count += 1;
            }
        }
        let mut kept: Vec<(u32, u16)> =
            (0..=u16::MAX).zip(&counts).filter(|(_, count)| **count >= least).map(|(i, c)| (*c, i)).collect();
        kept.sort_unstable();
        let mut rank_of = vec![END; counts.len()];
        for (rank, (_, item)) in kept.iter().enumerate() {
            if let Some(place) = rank_of.get_mut(usize::from(*item)) {
                *place = narrow(rank);
            }
        }
        let mut flat = Vec::with_capacity(baskets.items.len() + baskets.len());
        for basket in baskets.iter() {
            let from = flat.len();
            let ranks = basket.iter().filter_map(|item| rank_of.get(usize::from(*item)));
            flat.extend(ranks.filter(|rank| **rank != END));
            flat.get_mut(from..).unwrap_or_default().sort_unstable();
            flat.push(END);
        }
        let mut begins = vec![0];
        begins.extend(kept.iter().scan(0, |sum, (count, _)| {
            *sum += *count as usize;
            Some(*sum)
        }));
        let mut next = begins.clone();
        let mut places = vec![0u32; begins.last().copied().unwrap_or(0)];
        for (at, rank) in (1u32..).zip(&flat) {
            if let Some(next) = next.get_mut(usize::from(*rank)).filter(|_| *rank != END)
                && let Some(place) = places.get_mut(*next)
            {
                *place = at;
                *next += 1;
            }
        }
        Ranked { item_of: kept.into_iter().map(|(_, item)| item).collect(), flat, places, begins }
    }

    fn places_of(&self, rank: usize) -> &[u32] {
        let (from, to) = (self.begins.get(rank), self.begins.get(rank + 1));
        from.zip(to).and_then(|(from, to)| self.places.get(*from..*to)).unwrap_or_default()
    }

    /// The rest of a basket behind a place.
    fn rest(&self, place: u32) -> impl Iterator<Item = u16> {
        let rest = self.flat.get(place as usize..).unwrap_or_default();
        rest.iter().copied().take_while(|rank| *rank != END)
    }

    /// The items that are frequent in the baskets behind these places, as bit sets over those baskets.
    fn conditional(&self, places: &[u32], least: u32, scratch: &mut Scratch) -> Level {
        for rank in places.iter().flat_map(|place| self.rest(*place)) {
            if let Some(count) = scratch.counts.get_mut(usize::from(rank)) {
                if *count == 0 {
                    scratch.seen.push(rank);
                }
                *count += 1;
            }
        }
        scratch.seen.sort_unstable();
        let mut level = Level { words: places.len().div_ceil(64), ..Level::default() };
        for rank in scratch.seen.drain(..) {
            let count = scratch.counts.get_mut(usize::from(rank)).map(std::mem::take).unwrap_or_default();
            if count >= least {
                level.members.push((rank, count));
            }
        }
        for (slot, (rank, _)) in level.members.iter().enumerate() {
            scratch.place(*rank, narrow(slot));
        }
        level.bits = vec![0; level.members.len() * level.words];
        if !level.members.is_empty() {
            for (row, place) in places.iter().enumerate() {
                for rank in self.rest(*place) {
                    let slot = scratch.slots.get(usize::from(rank)).copied().unwrap_or(END);
                    if slot != END
                        && let Some(word) = level.bits.get_mut(usize::from(slot) * level.words + row / 64)
                    {
                        *word |= 1 << (row % 64);
                    }
                }
            }
        }
        for (rank, _) in &level.members {
            scratch.place(*rank, END);
        }
        level
    }
}

/// Tables by rank that are cleared after each use.
struct Scratch {
    counts: Vec<u32>,
    seen: Vec<u16>,
    slots: Vec<u16>,
}

impl Scratch {
    fn for_items(items: usize) -> Scratch {
        Scratch { counts: vec![0; items], seen: Vec::new(), slots: vec![END; items] }
    }

    fn place(&mut self, rank: u16, slot: u16) {
        if let Some(own) = self.slots.get_mut(usize::from(rank)) {
            *own = slot;
        }
    }
}

/// Items that extend one prefix, each with its count and the bit set of the baskets that hold it.
#[derive(Default)]
struct Level {
    words: usize,
    members: Vec<(u16, u32)>,
    bits: Vec<u64>,
}

struct Search<'a> {
    limits: Limits,
    item_of: &'a [u16],
    prefix: Vec<u16>,
    /// Levels that were used up; their memory is used again.
    spare: Vec<Level>,
}

impl Search<'_> {
    fn item_of(&self, rank: u16) -> u16 {
        self.item_of.get(usize::from(rank)).copied().unwrap_or(rank)
    }

    /// Adds every frequent set that begins with the prefix; nothing when there are too many.
    fn extend(&mut self, level: &Level, found: &mut Itemsets) -> Option<()> {
        let deeper = self.prefix.len() + 2 <= self.limits.longest;
        let mut rows = level.bits.chunks_exact(level.words.max(1));
        for (at, (rank, count)) in level.members.iter().enumerate() {
            let own = rows.next().unwrap_or_default();
            found.add(self, *rank, *count);
            if found.len() > self.limits.most {
                return None;
            }
            let later = level.members.get(at + 1..).unwrap_or_default();
            if !deeper || later.is_empty() {
                continue;
            }
            let next = self.meet(level.words, own, later, rows.clone());
            if !next.members.is_empty() {
                self.prefix.push(self.item_of(*rank));
                self.extend(&next, found)?;
                self.prefix.pop();
            }
            self.spare.push(next);
        }
        Some(())
    }

    /// The later items in the baskets of one.
    fn meet<'b>(
        &mut self,
        words: usize,
        own: &[u64],
        later: &[(u16, u32)],
        rows: impl Iterator<Item = &'b [u64]>,
    ) -> Level {
        let mut next = self.spare.pop().unwrap_or_default();
        next.words = words;
        next.members.clear();
        next.bits.clear();
        for ((rank, _), row) in later.iter().zip(rows) {
            let from = next.bits.len();
            let mut count = 0;
            next.bits.extend(own.iter().zip(row).map(|(one, other)| {
                let both = one & other;
                count += both.count_ones();
                both
            }));
            if count >= self.limits.least {
                next.members.push((*rank, count));
            } else {
                next.bits.truncate(from);
            }
        }
        next
    }
}

/// Ranks and slots stay below [`END`].
fn narrow(number: usize) -> u16 {
    u16::try_from(number).unwrap_or(END)
}

fn count(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}
