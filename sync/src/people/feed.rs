//! The feed: what is worth telling a guest, ranked here so that every phone shows the same. Keys and numbers only; the
//! words are the app's.

use super::cards::{Choice, Rules};
use crate::ledger::{Ledger, LedgerFault};
use kava::{
    facts::{
        menu::{Menu, Role},
        moment::{DAY_MS, Moment},
    },
    wire::document::Stream,
};
use serde::Serialize;

/// The most entries that a phone keeps.
const ENTRIES_MAX: usize = 50;
/// How long a product is news.
const NEWS_MS: i64 = 30 * DAY_MS;

/// One entry.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Entry {
    /// A card that will not be good for long.
    CardEnds {
        /// Its id.
        card: String,
        /// Until when.
        until: Moment,
    },
    /// The next status is near.
    StatusNear {
        /// Its name.
        status: String,
        /// Visits that are missing.
        visits: u32,
        /// What it gives on everything, basis points.
        base_bp: i64,
    },
    /// New on the menu.
    NewProduct {
        /// What.
        name: String,
        /// What it costs.
        price_minor: i64,
        /// Since when.
        since: Moment,
    },
    /// Cheaper than on the menu before.
    PriceFell {
        /// What.
        name: String,
        /// What it cost.
        before_minor: i64,
        /// What it costs.
        price_minor: i64,
        /// Since when.
        since: Moment,
    },
}

/// The feed of a guest with these cards and so many visits.
///
/// # Errors
/// When the database fails.
pub fn of(
    ledger: &Ledger,
    (rules, cards): (&Rules, &[Choice]),
    (visits, shop): (u32, &str),
    now: Moment,
) -> Result<Vec<Entry>, LedgerFault> {
    const SOON_MS: i64 = 3 * DAY_MS;
    let ending = cards
        .iter()
        .filter(|card| card.kept && card.offer.until.0 - now.0 < SOON_MS)
        .map(|card| Entry::CardEnds { card: card.offer.id.to_string(), until: card.offer.until });
    let near = rules.policy.statuses.iter().find(|status| status.from_visits > visits).map(|status| {
        Entry::StatusNear {
            status: status.name.clone(),
            visits: status.from_visits - visits,
            base_bp: status.base_bp,
        }
    });
    let news = news(ledger, &rules.menu, shop, now)?;
    Ok(ending.chain(near).chain(news).take(ENTRIES_MAX).collect())
}

/// What differs between the newest menu and the one of thirty days ago; nothing while there is none so old or before.
fn news(ledger: &Ledger, menu: &Menu, shop: &str, now: Moment) -> Result<Vec<Entry>, LedgerFault> {
    let editions = ledger.editions_since(Stream::Menu, shop, now.later(-NEWS_MS))?;
    let mut entries = Vec::new();
    let mut before: Option<Menu> = None;
    for (made, body) in editions {
        let Ok(next) = Menu::from_json(&String::from_utf8_lossy(&body)) else { continue };
        if let Some(before) = &before {
            entries.extend(differences(before, &next, menu, made));
        }
        before = Some(next);
    }
    entries.reverse();
    Ok(entries)
}

fn differences(before: &Menu, next: &Menu, newest: &Menu, made: Moment) -> Vec<Entry> {
    let items = next.iter().filter(|product| product.role == Role::Item);
    // What is not sold any more is no news.
    let still =
        items.filter(|product| newest.get(&product.sku).is_some_and(|now| now.price == product.price));
    still
        .filter_map(|product| {
            let (name, price_minor) = (product.name.clone(), product.price.0);
            match before.get(&product.sku) {
                None => Some(Entry::NewProduct { name, price_minor, since: made }),
                Some(old) if old.price > product.price => {
                    Some(Entry::PriceFell { name, before_minor: old.price.0, price_minor, since: made })
                }
                Some(_) => None,
            }
        })
        .collect()
}
