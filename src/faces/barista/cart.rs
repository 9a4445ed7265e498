//! The cart: what is being sold to whom, and its draft, which outlives the program.

use super::command::Pieces;
use super::rest::Rest;
use crate::facts::at_till::OrderSeen;
use crate::facts::basket::{Extra, Item, LINES_MAX, Quantity};
use crate::facts::id::{Sku, VisitId};
use crate::facts::menu::Menu;
use crate::facts::purchase::{PurchaseKind, RefundLine};
use crate::flow::answers::Greeting;
use crate::flow::quote::{Choice, QuoteWish};
use serde::{Deserialize, Serialize};

/// The sale in front of the barista.
#[derive(Debug, Clone)]
pub(super) struct Cart {
    /// The code with which the guest was greeted.
    pub(super) code: Option<String>,
    /// The open visit.
    pub(super) greeting: Option<Greeting>,
    /// What is sold.
    pub(super) items: Vec<Item>,
    /// Which card.
    pub(super) choice: Choice,
    /// Why.
    pub(super) kind: PurchaseKind,
    /// What waits while a part of the bill is paid.
    pub(super) rest: Rest,
    /// How the order has grown.
    pub(super) seen: OrderSeen,
}

impl Default for Cart {
    fn default() -> Cart {
        Cart {
            code: None,
            greeting: None,
            items: Vec::new(),
            choice: Choice::Best,
            kind: PurchaseKind::default(),
            rest: Rest::default(),
            seen: OrderSeen::default(),
        }
    }
}

impl Cart {
    pub(super) fn wish(&self) -> QuoteWish {
        QuoteWish { basket: self.items.clone(), choice: self.choice.clone(), kind: self.kind }
    }

    /// Adds a line; the same product with the same extras, one right after the other, is counted up instead.
    pub(super) fn add(&mut self, item: Item) {
        if let Some(last) = self.items.last_mut()
            && last.sku == item.sku
            && last.with == item.with
            && last.mark.is_none()
            && item.mark.is_none()
        {
            last.qty = Quantity(last.qty.0.saturating_add(item.qty.0));
            return;
        }
        self.items.push(item);
    }

    /// Lays every piece that needs a marking code on a line of its own.
    pub(super) fn spread(&mut self, menu: &Menu) {
        let needs = |item: &Item| menu.get(&item.sku).is_some_and(|product| product.needs_mark);
        let pieces = |item: Item| match item.qty.whole() {
            count @ 2.. if item.qty.is_whole() && needs(&item) => pieces_of(&item, count),
            _ => vec![item],
        };
        self.items = std::mem::take(&mut self.items).into_iter().flat_map(pieces).collect();
    }

    /// Puts a marking code on the first piece of a product that waits for one; whether there was such a piece.
    pub(super) fn mark(&mut self, item: &Item, (menu, goes_without): (&Menu, bool)) -> bool {
        let waits = |one: &&mut Item| one.sku == item.sku && one.lacks_mark(menu, goes_without);
        let found = self.items.iter_mut().find(waits);
        found.map(|one| (one.mark, one.without_mark) = (item.mark.clone(), false)).is_some()
    }

    /// A person says that a piece is sold without its code.
    pub(super) fn without_mark(&mut self, line: u16) {
        if let Some(item) = usize::from(line).checked_sub(1).and_then(|at| self.items.get_mut(at)) {
            item.without_mark = true;
        }
    }

    /// Makes a line something else; no pieces take it away.
    pub(super) fn change(&mut self, line: u16, item: Item) {
        let at = usize::from(line).saturating_sub(1);
        if at >= self.items.len() || line == 0 {
            return;
        }
        if item.qty.0 <= 0 {
            self.items.remove(at);
        } else if let Some(old) = self.items.get_mut(at) {
            let same = old.sku == item.sku;
            let (note, mark) = (old.note.take(), old.mark.take().filter(|_| same));
            *old = Item { note, mark, without_mark: same && old.without_mark, ..item };
        }
    }

    pub(super) fn is_untouched(&self) -> bool {
        self.items.is_empty() && self.code.is_none()
    }

    /// Everything of the order, also what waits.
    pub(super) fn order(&self) -> Vec<Item> {
        self.items.iter().chain(&self.rest.items).cloned().collect()
    }

    /// Goes on without a guest.
    pub(super) fn forget_guest(&mut self) {
        self.seen.forgotten();
        (self.code, self.greeting, self.choice) = (None, None, Choice::Best);
    }

    /// Forgets a guest who has left; gives whether it was theirs.
    pub(super) fn let_go(&mut self, has_left: impl Fn(&VisitId) -> bool) -> bool {
        let theirs = self.greeting.as_ref().is_some_and(|greeting| has_left(&greeting.visit));
        if theirs {
            self.forget_guest();
        }
        self.rest.let_go(has_left) || theirs
    }

    /// The draft of this cart; empty where there is nothing to keep.
    pub(super) fn draft(&self) -> String {
        if self.is_untouched() {
            return String::new();
        }
        let offer = choice_text(&self.choice);
        let (items, rest) = (self.items.clone(), self.rest.items.clone());
        let seen = self.seen.clone();
        let draft = Draft { code: self.code.clone(), items, offer, kind: self.kind, rest, seen };
        serde_json::to_string(&draft).unwrap_or_default()
    }

    /// The cart of a draft, not yet greeted.
    pub(super) fn of_draft(text: &str) -> Option<Cart> {
        let mut draft: Draft = serde_json::from_str(text).ok()?;
        // A card belongs to the visit in which it was shown, so the best one counts again.
        let choice = if draft.offer == "none" { Choice::None } else { Choice::Best };
        let rest = Rest::of_draft(std::mem::take(&mut draft.rest));
        let Draft { code, items, kind, seen, .. } = draft;
        Some(Cart { code, greeting: None, items, choice, kind, rest, seen })
    }
}

#[derive(Serialize, Deserialize)]
struct Draft {
    code: Option<String>,
    items: Vec<Item>,
    offer: String,
    kind: PurchaseKind,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    rest: Vec<Item>,
    #[serde(default)]
    seen: OrderSeen,
}

/// `best`, `none`, or the card's id.
pub(super) fn choice_text(choice: &Choice) -> String {
    match choice {
        Choice::None => "none".into(),
        Choice::Best => "best".into(),
        Choice::Offer(id) => id.to_string(),
    }
}

/// So many lines of one piece. What is known of one piece is the first one's.
fn pieces_of(item: &Item, count: i64) -> Vec<Item> {
    let first = Item { qty: Quantity::ONE, ..item.clone() };
    let more = Item { mark: None, without_mark: false, ..first.clone() };
    std::iter::once(first).chain((1..count).map(|_| more.clone())).take(LINES_MAX + 1).collect()
}

/// A line of so many pieces.
pub(super) fn item(sku: &str, qty: u32, with: &[String]) -> Item {
    Item {
        with: with.iter().map(|sku| Extra { sku: Sku::new(sku), qty: Quantity::ONE }).collect(),
        ..Item::new(Sku::new(sku), Quantity::pieces(i64::from(qty)))
    }
}

/// Lines to give back.
pub(super) fn back_lines(lines: &[Pieces]) -> Vec<RefundLine> {
    lines
        .iter()
        .map(|back| RefundLine { line: back.line, qty: Quantity::pieces(i64::from(back.qty)) })
        .collect()
}
