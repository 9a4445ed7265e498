//! A split bill: what one guest pays now, and what waits. Each part is a receipt of its own, guarded by itself.

use super::cart::Cart;
use super::command::Pieces;
use crate::facts::at_till::{OrderSeen, Recognised};
use crate::facts::basket::{Item, PricedBasket, Quantity};
use crate::facts::id::VisitId;
use crate::facts::menu::Menu;
use crate::facts::money::Money;
use crate::flow::answers::Greeting;
use crate::flow::quote::Choice;

/// What of a bill waits while a part of it is paid.
#[derive(Debug, Clone, Default)]
pub(super) struct Rest {
    /// The lines.
    pub(super) items: Vec<Item>,
    /// Who was served when the bill was split. Whoever does not pay the part keeps the discount for the rest. Kept in memory
    /// only: after a crash the guest shows the code again.
    guest: Option<(String, Greeting)>,
    /// How they were recognised.
    known: Option<Recognised>,
}

impl Rest {
    /// Lines of a draft, whose guest nobody knows any more.
    pub(super) const fn of_draft(items: Vec<Item>) -> Rest {
        Rest { items, guest: None, known: None }
    }

    /// How many pieces wait; what is weighed counts as one.
    pub(super) fn pieces(&self) -> i64 {
        self.items.iter().map(|item| if item.qty.is_whole() { item.qty.whole() } else { 1 }).sum()
    }

    /// Their list price; nothing where one of them is not on the menu any more.
    pub(super) fn list(&self, menu: &Menu) -> Money {
        PricedBasket::new(&self.items, menu).map_or(Money::ZERO, |basket| basket.list())
    }

    /// Forgets a guest who has left; gives whether it was theirs.
    pub(super) fn let_go(&mut self, has_left: impl Fn(&VisitId) -> bool) -> bool {
        let theirs = self.guest.as_ref().is_some_and(|(_, greeting)| has_left(&greeting.visit));
        if theirs {
            self.guest = None;
        }
        theirs
    }
}

impl Cart {
    /// Leaves what is chosen in the cart and lets the others wait. Where nothing or everything is chosen there is nothing to
    /// split.
    pub(super) fn split(&mut self, chosen: &[Pieces]) {
        let (part, rest) = parted(&self.items, chosen);
        if part.is_empty() || rest.is_empty() {
            return;
        }
        self.items = part;
        self.rest.items.extend(rest);
        if self.rest.guest.is_none() {
            self.rest.guest = self.code.clone().zip(self.greeting.clone());
            self.rest.known = self.seen.known();
        }
    }

    /// Brings in front what waits, where nothing is left to be paid before it.
    pub(super) fn bring_rest(&mut self) {
        if !self.items.is_empty() || self.rest.items.is_empty() {
            return;
        }
        let Rest { items, guest, known } = std::mem::take(&mut self.rest);
        self.items = items;
        if self.code.is_none() {
            self.seen = self.seen.by_guest(known);
            (self.code, self.greeting) = guest.unzip();
        }
    }

    /// The cart after this one is paid: what waits, for the guest who was there first, unless they have paid just now.
    pub(super) fn after(&self) -> Cart {
        let waiting = self.rest.guest.clone().filter(|(code, _)| Some(code) != self.code.as_ref());
        let known = self.rest.known.filter(|_| waiting.is_some());
        let (code, greeting) = waiting.unzip();
        let seen = if self.rest.items.is_empty() { OrderSeen::default() } else { self.seen.rest(known) };
        let kind = if self.rest.items.is_empty() { Cart::default().kind } else { self.kind };
        let choice = Choice::Best;
        Cart { code, greeting, items: self.rest.items.clone(), choice, kind, rest: Rest::default(), seen }
    }
}

/// What is chosen of each line, and what is not. Of weighed goods a line is chosen whole.
fn parted(items: &[Item], chosen: &[Pieces]) -> (Vec<Item>, Vec<Item>) {
    let (mut part, mut rest) = (Vec::new(), Vec::new());
    for (number, item) in (1_u16..).zip(items) {
        let pieces: i64 = chosen.iter().filter(|one| one.line == number).map(|one| i64::from(one.qty)).sum();
        let asked = Quantity::pieces(pieces);
        let taken = if item.qty.is_whole() || pieces == 0 { asked.min(item.qty) } else { item.qty };
        let left = Quantity(item.qty.0 - taken.0);
        let of = |qty: Quantity| (qty.0 > 0).then(|| Item { qty, ..item.clone() });
        part.extend(of(taken));
        rest.extend(of(left));
    }
    (part, rest)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::id::Sku;
    use proptest::prelude::*;

    fn item(sku: usize, qty: i64) -> Item {
        let sku = Sku::new(sku.to_string());
        Item::new(sku, Quantity(qty))
    }

    /// Quantity by product.
    fn sums<'a>(items: impl IntoIterator<Item = &'a Item>) -> std::collections::BTreeMap<Sku, i64> {
        let mut sums = std::collections::BTreeMap::new();
        for item in items {
            *sums.entry(item.sku.clone()).or_default() += item.qty.0;
        }
        sums
    }

    proptest! {
        #[test]
        fn a_split_loses_nothing_and_doubles_nothing(
            quantities in proptest::collection::vec(1_i64..9_000, 1..9),
            chosen in proptest::collection::vec((0_u16..12, 0_u32..12), 0..12),
        ) {
            let items: Vec<Item> =
                quantities.iter().enumerate().map(|(sku, qty)| item(sku, *qty)).collect();
            let chosen: Vec<Pieces> = chosen.iter().map(|(line, qty)| Pieces { line: *line, qty: *qty }).collect();
            let (part, rest) = parted(&items, &chosen);
            prop_assert_eq!(sums(part.iter().chain(&rest)), sums(&items));
            prop_assert!(part.iter().chain(&rest).all(|item| item.qty.0 > 0));
            for item in items.iter().filter(|item| !item.qty.is_whole()) {
                let in_part = part.iter().any(|one| one.sku == item.sku);
                let in_rest = rest.iter().any(|one| one.sku == item.sku);
                prop_assert!(in_part != in_rest, "what is weighed is not divided");
            }
        }
    }
}
