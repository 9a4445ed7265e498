//! Which products are worth a discount: likely to please, with a margin that can pay for it, not bought
//! anyway.

use crate::facts::menu::Product;
use crate::facts::money::{WHOLE_BP, narrow};

/// Chances are in millionths here.
pub const WHOLE_PPM: i64 = 1_000_000;

/// What an offer multiplies the odds of buying by, in thousandths. Assumed, not measured: history without
/// randomised offers cannot tell, so this stays small until response is learned.
const OFFER_ODDS_MILLI: i64 = 1_500;

/// Expected margin that offering brings over not offering, in millionths of a minor unit: P(buys | offered) ×
/// margin after the discount − P(buys anyway) × margin without it. Nothing where no margin would be left or the
/// cost is not known.
#[must_use]
pub fn gain(product: &Product, anyway_ppm: i64, depth_bp: i64) -> Option<i64> {
    let cost = product.cost.filter(|cost| cost.0 > 0)?;
    let margin = |paid_bp: i64| {
        // Of what is paid, tax goes to the state: net = paid · 10000 / (10000 + tax).
        let paid = i128::from(product.price.0) * i128::from(paid_bp);
        narrow(paid / i128::from(WHOLE_BP + product.tax_bp)).saturating_sub(cost.0)
    };
    let (full, left) = (margin(WHOLE_BP), margin(WHOLE_BP - depth_bp));
    if left <= 0 {
        return None;
    }
    let anyway = anyway_ppm.clamp(0, WHOLE_PPM);
    let raised = i128::from(anyway) * i128::from(OFFER_ODDS_MILLI);
    let offered = raised * i128::from(WHOLE_PPM) / (i128::from(WHOLE_PPM - anyway) * 1_000 + raised).max(1);
    Some(narrow(offered * i128::from(left) - i128::from(anyway) * i128::from(full)))
}
