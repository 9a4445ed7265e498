//! What a guest takes, given the cards: the usual drink, a snack if it tempts, something new if it is offered
//! well, and of all cards the one that saves most on what they take with it.

use super::guests::Guest;
use super::lot::{Luck, Purpose, share};
use super::shelf::Shelf;
use super::till::{Shown, Wanted, fraction};
use crate::facts::basket::{Extra, Item, Quantity};
use crate::facts::id::Sku;
use crate::facts::menu::Product;
use crate::facts::offer::Scope;

/// The luck of one visit, drawn before any card is seen.
struct Mood<'a> {
    drink: &'a Product,
    pieces: i64,
    snack: &'a Product,
    snack_share: f64,
    trial_share: f64,
}

/// What the guest takes on this day, or nothing should the shelf not have it.
#[must_use]
pub fn wanted(guest: &Guest, shelf: &Shelf, cards: &[Shown], (luck, day): (Luck, i32)) -> Option<Wanted> {
    let random = &mut luck.of(guest.number, day, Purpose::Snack);
    let mood = Mood {
        drink: shelf.find(&Sku::new(guest.drink_on(luck, day)))?,
        pieces: if random.once_in(15) { 2 } else { 1 },
        snack: shelf.find(&Sku::new(guest.snack))?,
        snack_share: share(random),
        trial_share: luck.share(guest.number, day, Purpose::Trial),
    };
    let plain = taken(guest, shelf, &mood, None);
    let mut best = (0, Wanted { items: items(guest, &plain), card: None });
    for card in cards {
        let lines = taken(guest, shelf, &mood, Some(card));
        let saving: i64 = lines
            .iter()
            .filter(|(product, _)| product.eligible && card.scope.covers(product))
            .map(|(product, pieces)| product.price.0 * pieces * card.depth_bp)
            .sum();
        if saving > best.0 {
            best = (saving, Wanted { items: items(guest, &lines), card: Some(card.clone()) });
        }
    }
    Some(best.1)
}

/// Depth on a guest's drink that a card promises.
#[must_use]
pub fn depth_on_drink(guest: &Guest, shelf: &Shelf, card: &Shown) -> f64 {
    let covers = shelf.find(&Sku::new(guest.drink)).is_some_and(|drink| card.scope.covers(drink));
    if covers { fraction(card.depth_bp) } else { 0.0 }
}

fn taken<'a>(
    guest: &Guest,
    shelf: &'a Shelf,
    mood: &Mood<'a>,
    card: Option<&Shown>,
) -> Vec<(&'a Product, i64)> {
    let kind = guest.kind;
    let depth = |product: &Product| {
        card.filter(|card| card.scope.covers(product)).map_or(0.0, |card| fraction(card.depth_bp))
    };
    let mut lines = vec![(mood.drink, mood.pieces)];
    let odds = kind.snack.0 + kind.snack.1 * depth(mood.snack);
    if mood.snack_share < 1.0 / (1.0 + libm::exp(-odds)) {
        lines.push((mood.snack, 1));
    }
    if let Some(Shown { scope: Scope::Product(sku), depth_bp, .. }) = card
        && let Some(new) = shelf.menu().get(sku)
        && lines.iter().all(|(product, _)| product.sku != new.sku)
        && mood.trial_share < kind.trial.0 + kind.trial.1 * fraction(*depth_bp)
    {
        match (new.drink, lines.first_mut()) {
            // A new drink is taken instead of the usual one.
            (true, Some(first)) => first.0 = new,
            _ => lines.push((new, 1)),
        }
    }
    lines
}

fn items(guest: &Guest, lines: &[(&Product, i64)]) -> Vec<Item> {
    let with = |product: &Product| {
        let extra = guest.extra.filter(|_| product.category.as_str() == "кофе");
        extra.map(|sku| Extra { sku: Sku::new(sku), qty: Quantity::ONE }).into_iter().collect()
    };
    let item = |(product, pieces): &(&Product, i64)| Item {
        with: with(product),
        ..Item::new(product.sku.clone(), Quantity::pieces(*pieces))
    };
    lines.iter().map(item).collect()
}
