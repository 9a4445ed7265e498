//! Baskets as item numbers, packed: two bytes for each line.

/// The one number that is no item.
pub const NO_ITEM: u16 = u16::MAX;

/// One basket after the other, each a sorted list of different item numbers below [`NO_ITEM`].
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Baskets {
    pub(super) items: Vec<u16>,
    ends: Vec<usize>,
}

impl Baskets {
    /// Adds a basket; an item that stands in it twice counts once, [`NO_ITEM`] not at all. An empty basket counts as a basket.
    pub fn push(&mut self, items: impl IntoIterator<Item = u16>) {
        let from = self.items.len();
        self.items.extend(items.into_iter().filter(|item| *item != NO_ITEM));
        let own = self.items.get_mut(from..).unwrap_or_default();
        own.sort_unstable();
        let mut last = None;
        let mut kept = from;
        for at in from..self.items.len() {
            let item = self.items.get(at).copied();
            if item != last
                && let (Some(place), Some(item)) = (self.items.get_mut(kept), item)
            {
                *place = item;
                kept += 1;
            }
            last = item;
        }
        self.items.truncate(kept);
        self.ends.push(kept);
    }

    /// How many baskets.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.ends.len()
    }

    /// Whether there are none.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// The baskets in the order in which they were added.
    pub fn iter(&self) -> impl Iterator<Item = &[u16]> {
        self.ends.iter().scan(0, |from, end| {
            let basket = self.items.get(*from..*end).unwrap_or_default();
            *from = *end;
            Some(basket)
        })
    }

    /// The count from which on a share of the baskets is reached: ⌈share · baskets⌉, at least 1.
    #[must_use]
    #[expect(
        clippy::cast_precision_loss,
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a count of baskets is far below 2^32"
    )]
    pub fn count_of(&self, share: f64) -> u32 {
        libm::ceil(share * self.len() as f64).max(1.0) as u32
    }
}
