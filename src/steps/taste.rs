//! Taste: the guest's usual, what they may like and why, and what of it is worth a discount.
//!
//! With a model of tastes a score is the chance that this visit has the product. Until a bundle carries one, a
//! guest may like what other known guests buy.

pub mod score;
pub mod worth;

use self::score::{Ground, Tried, VISITS_REMEMBERED};
use self::worth::{WHOLE_PPM, gain};

use crate::facts::basket::{Extra, Item, Quantity};
use crate::facts::id::{CategoryId, Sku};
use crate::facts::menu::{Menu, Product, Role};
use crate::facts::models::{ScoreCurve, TasteModel};
use crate::facts::money::{WHOLE_BP, narrow};
use serde::{Deserialize, Serialize};
use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet, BinaryHeap};

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
    /// 0 to 10000. With a model of tastes the chance that this visit has it; else comparable only within
    /// one list.
    pub score_bp: i64,
    /// Why: `own_favourite`, `bought_together`, `similar_guests`, `popular`, or `favourite_category`.
    pub why: String,
    /// The product it is bought together with.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub with: Option<Sku>,
}

/// What the guest usually takes, and what they may like.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Taste {
    /// Lines of the usual order; empty when there is none.
    pub usual: Vec<Item>,
    /// Best first, at most [`LIKES_MAX`].
    pub likes: Vec<Like>,
    /// Products that are new to the guest and worth a discount, most gain first, at most [`LIKES_MAX`];
    /// nothing while no model can tell.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub worth: Option<Vec<Sku>>,
}

/// What the guest's taste is read against.
#[derive(Debug, Clone, Copy)]
pub struct Around<'a> {
    /// What is on sale.
    pub menu: &'a Menu,
    /// Pieces bought by known guests.
    pub popularity: &'a Popularity,
    /// Favourite category.
    pub favourite: Option<&'a CategoryId>,
    /// What was learned of tastes.
    pub model: Option<&'a TasteModel>,
    /// The deepest discount a product card has for this guest.
    pub card_depth_bp: i64,
}

/// How many likes are worth showing.
pub const LIKES_MAX: usize = 5;

/// A line is *usual* from so many visits on, if it was in a third of those remembered.
const USUAL_VISITS_MIN: usize = 2;

/// Of the likes, so many at most are what the guest buys anyway.
const FAVOURITES_MAX: usize = 2;
/// How many of the best new products are weighed against their margin.
const WEIGHED_MAX: usize = 40;

/// Reads the guest's taste from remembered lines; ties go to the smaller sku.
#[must_use]
pub fn of(past: &[PastLine], around: &Around<'_>) -> Taste {
    let usual = usual(past, around.menu);
    match around.model {
        Some(model) => learned(usual, past, around, model),
        None => {
            Taste { usual, likes: likes(past, around.popularity, around.favourite, around.menu), worth: None }
        }
    }
}

fn learned(usual: Vec<Item>, past: &[PastLine], around: &Around<'_>, model: &TasteModel) -> Taste {
    let tried = tried(past, model);
    let own = score::again(&tried, model);
    let mut likes: Vec<Like> = on_sale(own, around.menu, (model, &model.again.curve))
        .filter(|(_, product, _)| usual.iter().all(|item| item.sku != product.sku))
        .take(FAVOURITES_MAX)
        .map(|(_, product, chance)| like(product, chance, "own_favourite", None))
        .collect();
    let fresh = score::fresh(&tried, model);
    let new = (0u16..).zip(fresh.scores.iter().copied()).filter(|(_, score)| *score >= 0.0);
    let new: Vec<_> = on_sale(new, around.menu, (model, &model.fresh)).take(WEIGHED_MAX).collect();
    let room = LIKES_MAX - likes.len();
    likes.extend(new.iter().take(room).map(|(number, product, chance)| {
        let (why, with) = match fresh.ground(*number, &tried, model) {
            Ground::Together(given) => ("bought_together", model.products.get(usize::from(given)).cloned()),
            Ground::Similar => ("similar_guests", None),
            Ground::Popular => ("popular", None),
        };
        like(product, *chance, why, with)
    }));
    likes.sort_by_key(|like| std::cmp::Reverse(like.score_bp));
    let mut worth: Vec<(i64, &Sku)> = new
        .iter()
        .filter_map(|(_, product, chance)| {
            Some((gain(product, *chance, around.card_depth_bp)?, &product.sku))
        })
        .filter(|(gain, _)| *gain > 0)
        .collect();
    worth.sort_by(|a, b| b.0.cmp(&a.0).then_with(|| a.1.cmp(b.1)));
    let worth = worth.into_iter().take(LIKES_MAX).map(|(_, sku)| sku.clone()).collect();
    Taste { usual, likes, worth: Some(worth) }
}

/// In which remembered visits each known product was, 0 for the last one.
fn tried(past: &[PastLine], model: &TasteModel) -> Tried {
    let last = past.iter().map(|line| line.visit).max().unwrap_or(0);
    let mut tried = Tried::new();
    for line in past {
        let ago = last - line.visit;
        if let Some(product) = model.number(&line.sku).filter(|_| ago < VISITS_REMEMBERED) {
            tried.entry(product).or_default().add(ago);
        }
    }
    tried
}

/// Scored products that can be offered with their chances, best first; a product that is not on the menu is passed
/// over. Few of them are taken, so they are ordered and their chances are read only as far as that.
fn on_sale<'a>(
    scored: impl IntoIterator<Item = (u16, f64)>,
    menu: &'a Menu,
    (model, curve): (&'a TasteModel, &'a ScoreCurve),
) -> impl Iterator<Item = (u16, &'a Product, i64)> {
    let mut left: BinaryHeap<Scored> =
        scored.into_iter().map(|(number, score)| Scored { score, number }).collect();
    std::iter::from_fn(move || left.pop()).filter_map(move |Scored { score, number }| {
        let product = model.products.get(usize::from(number)).and_then(|sku| menu.get(sku))?;
        let can_be = product.role == Role::Item && product.eligible;
        can_be.then(|| (number, &**product, ppm(curve.at(score))))
    })
}

/// A product by its score, the best the greatest. The score decides where chances are level; of two with one score
/// the one with the smaller number, which stand in order of sku, is the better.
#[derive(PartialEq)]
struct Scored {
    score: f64,
    number: u16,
}

impl Eq for Scored {}

impl Ord for Scored {
    fn cmp(&self, other: &Self) -> Ordering {
        self.score.total_cmp(&other.score).then_with(|| other.number.cmp(&self.number))
    }
}

impl PartialOrd for Scored {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

fn like(product: &Product, chance_ppm: i64, why: &str, with: Option<Sku>) -> Like {
    let score_bp = chance_ppm / (WHOLE_PPM / WHOLE_BP);
    Like { sku: product.sku.clone(), score_bp, why: why.into(), with }
}

/// Millionths of a chance.
#[expect(clippy::cast_possible_truncation, reason = "0 to a million")]
fn ppm(chance: f64) -> i64 {
    libm::round(chance * 1e6) as i64
}

/// A product with its extras.
type Habit<'a> = (&'a Sku, &'a [(Sku, Quantity)]);

/// Visits that were counted; lines come visit by visit, so one that is not the last one seen is new.
#[derive(Default)]
struct Count {
    visits: usize,
    last: Option<u32>,
}

impl Count {
    fn see(&mut self, visit: u32) {
        self.visits += usize::from(self.last != Some(visit));
        self.last = Some(visit);
    }
}

fn usual(past: &[PastLine], menu: &Menu) -> Vec<Item> {
    let mut visits_of: BTreeMap<Habit<'_>, Count> = BTreeMap::new();
    let mut remembered = Count::default();
    for line in past {
        visits_of.entry((&line.sku, &line.extras)).or_default().see(line.visit);
        remembered.see(line.visit);
    }
    let remembered = remembered.visits;
    let best = visits_of
        .into_iter()
        .map(|(habit, count)| (habit, count.visits))
        .filter(|(_, visits)| *visits >= USUAL_VISITS_MIN && *visits * 3 >= remembered)
        .filter(|((sku, _), _)| menu.get(sku).is_some())
        .max_by_key(|((sku, _), visits)| (*visits, std::cmp::Reverse(*sku)));
    best.map(|((sku, extras), _)| Item {
        with: extras.iter().map(|(sku, qty)| Extra { sku: sku.clone(), qty: *qty }).collect(),
        ..Item::new(sku.clone(), Quantity::ONE)
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
                with: None,
            }
        })
        .collect();
    likes.sort_by(|a, b| b.score_bp.cmp(&a.score_bp).then_with(|| a.sku.cmp(&b.sku)));
    likes.truncate(LIKES_MAX);
    likes
}
