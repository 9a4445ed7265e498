//! The floor of one product: what it must bring so that the margin holds. One place for the arithmetic, for
//! the guard, which grants, and for the offer, which should not promise what the guard will cut.

use super::menu::Product;
use super::moment::BusinessDay;
use super::money::{Money, WHOLE_BP, div_ceil, narrow};
use super::policy::Policy;

/// Why nobody can tell the floor.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoFloor {
    /// Cost missing, zero or negative.
    CostUnknown,
    /// Cost too old.
    CostStale,
}

/// ⌈cost · (10000 + tax) / (10000 − μ)⌉ of one product in minor units, an amber cost raised first.
///
/// # Errors
/// Why there is none.
pub fn product_floor(product: &Product, policy: &Policy, day: BusinessDay) -> Result<Money, NoFloor> {
    let cost = product.cost.filter(|cost| cost.0 > 0).ok_or(NoFloor::CostUnknown)?;
    let age_days = product.cost_day.map_or(i32::MAX, |stated| day.0.saturating_sub(stated.0));
    if age_days > policy.cost_stale_days {
        return Err(NoFloor::CostStale);
    }
    let whole = i128::from(WHOLE_BP);
    let mut cost = i128::from(cost.0);
    if age_days > policy.cost_amber_days {
        cost = div_ceil(cost * (whole + i128::from(policy.cost_amber_markup_bp)), whole);
    }
    let taxed = cost * (whole + i128::from(product.tax_bp.max(0)));
    Ok(Money(narrow(div_ceil(taxed, whole - i128::from(policy.margin_floor_bp)))))
}

/// The deepest rung of the ladder that leaves a price at its floor; 0 where none does.
#[must_use]
pub fn deepest_rung(price: Money, floor: Money, policy: &Policy) -> i64 {
    let holds = |depth_bp: i64| {
        let off = div_ceil(i128::from(price.0) * i128::from(depth_bp), i128::from(WHOLE_BP));
        i128::from(price.0) - off >= i128::from(floor.0)
    };
    policy.ladder_bp.iter().rev().copied().find(|rung| holds(*rung)).unwrap_or(0)
}
