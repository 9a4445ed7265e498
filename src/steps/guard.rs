//! Guard: no discount below the floor. The only maker of an [`ApprovedOffer`].
//!
//! Unit floor = Σ over the product and its extras of ⌈cost · (10000 + tax) / (10000 − μ)⌉ in minor
//! units. A line is granted the deepest rung of the ladder, not above the wish, whose discount *rounded
//! up* still leaves every unit at its floor; so every later rounding, distribution or split of the line
//! holds too. What an older programme promised is owed, so it is cut to the deepest whole percent instead of to a rung. The guard
//! never raises a depth, and no depth at all is always possible.

use crate::facts::basket::{PricedBasket, PricedLine, Quantity};
use crate::facts::floor::{NoFloor, product_floor};
use crate::facts::id::OfferId;
use crate::facts::moment::BusinessDay;
use crate::facts::money::{Money, WHOLE_BP, div_ceil, narrow};
use crate::facts::offer::{Offer, Reason, Scope};
use crate::facts::policy::Policy;
use serde::{Deserialize, Serialize};

/// Why a line got less than was wished.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RefusalCode {
    /// The wish would have gone below the floor.
    Floor,
    /// The list price is already below the floor.
    ListBelowFloor,
    /// Cost missing, zero or negative.
    CostUnknown,
    /// Cost too old.
    CostStale,
    /// Marked as not to be discounted.
    NotEligible,
    /// More drinks than a discount covers.
    DrinksLimit,
    /// The day's discounted receipts are used up.
    CapReceipts,
    /// The day's discount in money is used up.
    CapDiscount,
}

impl RefusalCode {
    /// The stable code.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            RefusalCode::Floor => "floor",
            RefusalCode::ListBelowFloor => "list_below_floor",
            RefusalCode::CostUnknown => "cost_unknown",
            RefusalCode::CostStale => "cost_stale",
            RefusalCode::NotEligible => "not_eligible",
            RefusalCode::DrinksLimit => "drinks_limit",
            RefusalCode::CapReceipts => "cap_receipts",
            RefusalCode::CapDiscount => "cap_discount",
        }
    }
}

impl From<NoFloor> for RefusalCode {
    fn from(why: NoFloor) -> RefusalCode {
        match why {
            NoFloor::CostUnknown => RefusalCode::CostUnknown,
            NoFloor::CostStale => RefusalCode::CostStale,
        }
    }
}

/// A cut the guard made; line 0 means the whole receipt.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Refusal {
    /// Why.
    pub code: RefusalCode,
    /// Where.
    pub line: u16,
}

/// What the customer has left of the day's caps.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct CapsLeft {
    /// Receipts that may still have a discount.
    pub receipts: u32,
    /// Discount in money.
    pub discount: Money,
}

impl CapsLeft {
    /// Nothing used yet.
    #[must_use]
    pub const fn whole(policy: &Policy) -> CapsLeft {
        CapsLeft { receipts: policy.caps.receipts_per_day, discount: policy.caps.discount_minor_per_day }
    }
}

/// One line with the depth it was granted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApprovedLine {
    line: PricedLine,
    floor: Option<Money>,
    covered: Money,
    depth_bp: i64,
}

impl ApprovedLine {
    /// The line.
    #[must_use]
    pub const fn line(&self) -> &PricedLine {
        &self.line
    }
    /// Its floor; nothing where no cost is known.
    #[must_use]
    pub const fn floor(&self) -> Option<Money> {
        self.floor
    }
    /// The part of its list price that the discount is reckoned on.
    #[must_use]
    pub const fn covered(&self) -> Money {
        self.covered
    }
    /// Granted depth, basis points; 0 for none.
    #[must_use]
    pub const fn depth_bp(&self) -> i64 {
        self.depth_bp
    }
}

/// A discount the guard has granted, or full price. Cannot be made anywhere else.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApprovedOffer {
    offer: Option<OfferId>,
    reason: Option<Reason>,
    lines: Vec<ApprovedLine>,
    refusals: Vec<Refusal>,
}

impl ApprovedOffer {
    /// The offer it was asked for.
    #[must_use]
    pub const fn offer(&self) -> Option<&OfferId> {
        self.offer.as_ref()
    }
    /// Why that offer was made.
    #[must_use]
    pub const fn reason(&self) -> Option<Reason> {
        self.reason
    }
    /// The lines in order.
    #[must_use]
    pub fn lines(&self) -> &[ApprovedLine] {
        &self.lines
    }
    /// What was cut, and why.
    #[must_use]
    pub fn refusals(&self) -> &[Refusal] {
        &self.refusals
    }
    /// Whether anything was cut.
    #[must_use]
    pub const fn clamped(&self) -> bool {
        !self.refusals.is_empty()
    }
}

/// Grants what the floor, eligibility, drinks limit and caps leave of a wish.
#[must_use]
pub fn approve(
    basket: &PricedBasket,
    wish: Option<&Offer>,
    policy: &Policy,
    day: BusinessDay,
    left: CapsLeft,
) -> ApprovedOffer {
    let Some(offer) = wish else { return full_price(basket, policy, day) };
    let mut cap_refusals = Vec::new();
    let mut wish_bp = offer.depth_bp.clamp(0, WHOLE_BP);
    if left.receipts == 0 && wish_bp > 0 {
        cap_refusals.push(Refusal { code: RefusalCode::CapReceipts, line: 0 });
        wish_bp = 0;
    }
    let wish = |depth_bp| Wish { scope: &offer.scope, depth_bp, is_owed: offer.reason == Reason::Promised };
    let (mut lines, mut refusals) = grant(basket, &wish(wish_bp), policy, day);
    while wish_bp > 0 && discount_rounded_up(&lines) > left.discount {
        wish_bp = wish(wish_bp).less(policy, |_| true);
        if cap_refusals.is_empty() {
            cap_refusals.push(Refusal { code: RefusalCode::CapDiscount, line: 0 });
        }
        let (granted, again) = grant(basket, &wish(wish_bp), policy, day);
        lines = granted;
        refusals = if wish_bp > 0 { again } else { Vec::new() };
    }
    refusals.extend(cap_refusals);
    refusals.sort_unstable();
    ApprovedOffer { offer: Some(offer.id.clone()), reason: Some(offer.reason), lines, refusals }
}

/// No discount on anything: always possible.
#[must_use]
pub fn full_price(basket: &PricedBasket, policy: &Policy, day: BusinessDay) -> ApprovedOffer {
    let lines = basket.lines().iter().map(|line| undiscounted(line, policy, day)).collect();
    ApprovedOffer { offer: None, reason: None, lines, refusals: Vec::new() }
}

/// What one unit of a line must bring, extras included, or why nobody can tell.
///
/// # Errors
/// [`RefusalCode::CostUnknown`] or [`RefusalCode::CostStale`].
pub fn unit_floor(line: &PricedLine, policy: &Policy, day: BusinessDay) -> Result<Money, RefusalCode> {
    line.parts().try_fold(Money::ZERO, |sum, (part, qty)| {
        let floor = i128::from(product_floor(part, policy, day).map_err(RefusalCode::from)?.0);
        Ok(sum.plus(Money(narrow(div_ceil(floor * i128::from(qty.0), 1000)))))
    })
}

fn line_floor(qty: Quantity, unit_floor: Money) -> Money {
    Money(narrow(div_ceil(i128::from(qty.0) * i128::from(unit_floor.0), 1000)))
}

fn undiscounted(line: &PricedLine, policy: &Policy, day: BusinessDay) -> ApprovedLine {
    let floor = unit_floor(line, policy, day).ok().map(|unit| line_floor(line.qty, unit));
    ApprovedLine { line: line.clone(), floor, covered: Money::ZERO, depth_bp: 0 }
}

/// What is wished of a line.
struct Wish<'o> {
    scope: &'o Scope,
    depth_bp: i64,
    /// Promised by an older programme.
    is_owed: bool,
}

impl Wish<'_> {
    /// The deepest that may be granted in its place and holds; 0 where nothing does.
    fn less(&self, policy: &Policy, holds: impl Fn(i64) -> bool) -> i64 {
        let found = if self.is_owed {
            let mut percents = (1..=(self.depth_bp - 1) / PERCENT_BP).rev();
            percents.find(|percent| holds(percent * PERCENT_BP)).map(|percent| percent * PERCENT_BP)
        } else {
            policy.ladder_bp.iter().rev().copied().find(|rung| *rung < self.depth_bp && holds(*rung))
        };
        found.unwrap_or(0)
    }
}

const PERCENT_BP: i64 = 100;

fn grant(
    basket: &PricedBasket,
    wish: &Wish<'_>,
    policy: &Policy,
    day: BusinessDay,
) -> (Vec<ApprovedLine>, Vec<Refusal>) {
    let covered_qty = drinks_covered(basket, wish.scope, policy);
    let mut refusals = Vec::new();
    let lines = basket
        .lines()
        .iter()
        .zip(covered_qty)
        .map(|(line, covered)| {
            if wish.depth_bp == 0 || !wish.scope.covers(&line.product) {
                return undiscounted(line, policy, day);
            }
            let (granted, refusal) = grant_line(line, covered, wish, policy, day);
            refusals.extend(refusal.map(|code| Refusal { code, line: line.line }));
            granted
        })
        .collect();
    (lines, refusals)
}

fn grant_line(
    line: &PricedLine,
    covered: Quantity,
    wish: &Wish<'_>,
    policy: &Policy,
    day: BusinessDay,
) -> (ApprovedLine, Option<RefusalCode>) {
    let none = |code| (undiscounted(line, policy, day), Some(code));
    if !line.product.eligible {
        return none(RefusalCode::NotEligible);
    }
    let unit_floor = match unit_floor(line, policy, day) {
        Ok(floor) => floor,
        Err(code) => return none(code),
    };
    if line.unit_list() < unit_floor {
        return none(RefusalCode::ListBelowFloor);
    }
    if covered.0 == 0 {
        return none(RefusalCode::DrinksLimit);
    }
    let base = covered.times(discountable_unit(line));
    // What the discountable part must bring: the floor less what undiscountable extras pay in full.
    let must_bring = line_floor(covered, unit_floor).minus(covered.times(line.unit_list()).minus(base));
    let depth_bp = deepest(base, must_bring, wish, policy);
    let refusal = if depth_bp < wish.depth_bp {
        Some(RefusalCode::Floor)
    } else if covered < line.qty {
        Some(RefusalCode::DrinksLimit)
    } else {
        None
    };
    (
        ApprovedLine {
            line: line.clone(),
            floor: Some(line_floor(line.qty, unit_floor)),
            covered: base,
            depth_bp,
        },
        refusal,
    )
}

/// The part of a unit's list price a discount may touch: the product and eligible extras.
fn discountable_unit(line: &PricedLine) -> Money {
    Money::total(line.parts().filter(|(part, _)| part.eligible).map(|(part, qty)| qty.times(part.price)))
}

/// The wish itself or the deepest below it that leaves at least the floor.
fn deepest(base: Money, must_bring: Money, wish: &Wish<'_>, policy: &Policy) -> i64 {
    let holds = |depth_bp: i64| base.minus(discount_up(base, depth_bp)) >= must_bring;
    if holds(wish.depth_bp) { wish.depth_bp } else { wish.less(policy, holds) }
}

fn discount_up(base: Money, depth_bp: i64) -> Money {
    Money(narrow(div_ceil(i128::from(base.0) * i128::from(depth_bp), i128::from(WHOLE_BP))))
}

fn discount_rounded_up(lines: &[ApprovedLine]) -> Money {
    Money::total(lines.iter().map(|line| discount_up(line.covered, line.depth_bp)))
}

/// How much of each line a discount covers: everything but drinks in full, of the drinks the dearest
/// units up to the limit, ties to the lower line.
fn drinks_covered(basket: &PricedBasket, scope: &Scope, policy: &Policy) -> Vec<Quantity> {
    let mut covered: Vec<Quantity> = basket.lines().iter().map(|line| line.qty).collect();
    let mut order: Vec<(usize, &PricedLine)> = basket
        .lines()
        .iter()
        .enumerate()
        .filter(|(_, line)| line.product.drink && !line.product.weighed && scope.covers(&line.product))
        .collect();
    order.sort_by_key(|(index, line)| (std::cmp::Reverse(line.unit_list()), *index));
    let mut left = Quantity::pieces(policy.caps.drinks_per_receipt.max(0));
    for (index, line) in order {
        let granted = line.qty.min(left);
        left = Quantity(left.0 - granted.0);
        if let Some(covered) = covered.get_mut(index) {
            *covered = granted;
        }
    }
    covered
}
