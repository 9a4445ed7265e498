//! How far a menu has moved from an older one, as seen from the till.

use crate::facts::menu::{Menu, Role};
use crate::facts::money::{WHOLE_BP, div_half_up, narrow};
use crate::steps::taste::Popularity;

/// Beyond this a change of menu or prices is another shop than the one that response was learned in.
pub const MOVED_BP: i64 = 500;
/// For so many days from then on the trees are not heard.
pub const SETTLES_DAYS: i32 = 14;

/// The part of what guests spend that has another price now, weighted by how far the price moved; goods that are
/// gone or new count whole. A product counts by its pieces sold, one more for what nobody has bought yet, times
/// its older price. Basis points; 0 where either menu is empty.
#[must_use]
pub fn moved_bp(old: &Menu, new: &Menu, popularity: &Popularity) -> i64 {
    if old.is_empty() || new.is_empty() {
        return 0;
    }
    let (mut all, mut moved) = (0i128, 0i128);
    for product in old.iter().filter(|product| product.role == Role::Item) {
        let pieces = i128::from(popularity.get(&product.sku).copied().unwrap_or(0).max(0)) + 1;
        let price = i128::from(product.price.0.max(0));
        let by = new.get(&product.sku).map_or(price, |now| (i128::from(now.price.0) - price).abs());
        all += pieces * price;
        moved += pieces * by.min(price);
    }
    let fresh = new.iter().filter(|product| product.role == Role::Item && old.get(&product.sku).is_none());
    let fresh = fresh.fold(0i128, |sum, product| sum + i128::from(product.price.0.max(0)));
    let (all, moved) = (all + fresh, moved + fresh);
    if all > 0 { narrow(div_half_up(moved * i128::from(WHOLE_BP), all)) } else { 0 }
}
