//! Taste: the guest's usual, and what they have not tried but may like.
//!
//! Until a bundle carries tastes, a stranger's taste is what other known guests buy.

use crate::facts::basket::{Extra, Item, Quantity};
use crate::facts::id::{CategoryId, Sku};
use crate::facts::menu::{Menu, Role};
use crate::facts::money::{WHOLE_BP, narrow};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// One line of a past visit, oldest visits first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PastLine {
    /// Number of the visit among those remembered, 0 for the oldest.
    pub visit: u32,
    /// What was bought.
    pub sku: Sku,
    /// With which extras.
    pub extras: Vec<(Sku, Quantity)>,
    /// How many.
    pub qty: Quantity,
}

/// Pieces bought by known guests, by sku.
pub type Popularity = BTreeMap<Sku, i64>;

/// A product the guest may like.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Like {
    /// Which.
    pub sku: Sku,
    /// 0 to 10000; comparable only within one list.
    pub score_bp: i64,
    /// Why: `favourite_category` or `popular`.
    pub why: String,
}

/// What the guest usually takes, and what they may like.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Taste {
    /// Lines of the usual order; empty when there is none.
    pub usual: Vec<Item>,
    /// Best first, at most [`LIKES_MAX`].
    pub likes: Vec<Like>,
}

/// How many likes are worth showing.
pub const LIKES_MAX: usize = 5;

/// A line is *usual* from so many visits on, if it was in a third of those remembered.
const USUAL_VISITS_MIN: usize = 2;

/// Reads the guest's taste from remembered lines; ties go to the smaller sku.
#[must_use]
pub fn of(past: &[PastLine], popularity: &Popularity, favourite: Option<&CategoryId>, menu: &Menu) -> Taste {
    Taste { usual: usual(past, menu), likes: likes(past, popularity, favourite, menu) }
}

/// A product with its extras.
type Habit<'a> = (&'a Sku, &'a [(Sku, Quantity)]);

fn usual(past: &[PastLine], menu: &Menu) -> Vec<Item> {
    let mut visits_of: BTreeMap<Habit<'_>, BTreeSet<u32>> = BTreeMap::new();
    for line in past {
        visits_of.entry((&line.sku, &line.extras)).or_default().insert(line.visit);
    }
    let remembered = past.iter().map(|line| line.visit).collect::<BTreeSet<_>>().len();
    let best = visits_of
        .into_iter()
        .filter(|((sku, _), visits)| {
            menu.get(sku).is_some() && visits.len() >= USUAL_VISITS_MIN && visits.len() * 3 >= remembered
        })
        .max_by_key(|((sku, _), visits)| (visits.len(), std::cmp::Reverse(*sku)));
    best.map(|((sku, extras), _)| Item {
        sku: sku.clone(),
        qty: Quantity::ONE,
        with: extras.iter().map(|(sku, qty)| Extra { sku: sku.clone(), qty: *qty }).collect(),
        note: None,
        mark: None,
    })
    .into_iter()
    .collect()
}

fn likes(
    past: &[PastLine],
    popularity: &Popularity,
    favourite: Option<&CategoryId>,
    menu: &Menu,
) -> Vec<Like> {
    let tried: BTreeSet<&Sku> = past.iter().map(|line| &line.sku).collect();
    let top = popularity.values().copied().max().unwrap_or(1).max(1);
    let mut likes: Vec<Like> = menu
        .iter()
        .filter(|product| product.role == Role::Item && product.eligible && !tried.contains(&product.sku))
        .map(|product| {
            let pieces = popularity.get(&product.sku).copied().unwrap_or(0);
            let near = favourite == Some(&product.category);
            let share = narrow(i128::from(pieces) * i128::from(WHOLE_BP / 2) / i128::from(top));
            Like {
                sku: product.sku.clone(),
                score_bp: share + if near { WHOLE_BP / 2 } else { 0 },
                why: if near { "favourite_category" } else { "popular" }.into(),
            }
        })
        .collect();
    likes.sort_by(|a, b| b.score_bp.cmp(&a.score_bp).then_with(|| a.sku.cmp(&b.sku)));
    likes.truncate(LIKES_MAX);
    likes
}
