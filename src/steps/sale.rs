//! Sale: what is remembered once the register has rung up, and what a refund takes back.

use super::charge::{self, Charge};
use crate::facts::basket::Quantity;
use crate::facts::id::{ReceiptId, ShopId};
use crate::facts::moment::LocalMoment;
use crate::facts::money::{Money, narrow};
use crate::facts::purchase::{Payment, Purchase, PurchaseLine, RefundLine};
use std::collections::BTreeMap;

/// Where and when a purchase was closed.
#[derive(Debug, Clone)]
pub struct Closing {
    /// The shop.
    pub shop: ShopId,
    /// When.
    pub when: LocalMoment,
    /// Policy version in force.
    pub policy_version: u32,
    /// The shop's median drink price of the month.
    pub cup: Money,
    /// What the register called it.
    pub register_ref: Option<String>,
}

/// The purchase that a charge has become.
#[must_use]
pub fn close(charge: &Charge, closing: Closing) -> Purchase {
    Purchase {
        receipt: charge.id().clone(),
        shop: closing.shop,
        kind: charge.kind(),
        customer: charge.customer().cloned(),
        when: closing.when,
        lines: charge.lines().to_vec(),
        payments: charge.payments().to_vec(),
        offer: charge.offer().cloned(),
        policy_version: closing.policy_version,
        cup: closing.cup,
        register_ref: closing.register_ref,
    }
}

/// Why a refund cannot be made.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RefundFault {
    /// No such line.
    #[error("receipt {receipt} has no line {line}; it has {lines}")]
    NoSuchLine {
        /// The receipt.
        receipt: ReceiptId,
        /// The line asked for.
        line: u16,
        /// How many it has.
        lines: usize,
    },
    /// More than is left of what was sold.
    #[error("line {line} of receipt {receipt} has {left} left to refund, {asked} were asked for")]
    MoreThanSold {
        /// The receipt.
        receipt: ReceiptId,
        /// The line.
        line: u16,
        /// What is left.
        left: Quantity,
        /// What was asked for.
        asked: Quantity,
    },
    /// Nothing, or less.
    #[error("line {line}: quantity {asked} cannot be refunded; enter an amount above zero")]
    NotPositive {
        /// The line.
        line: u16,
        /// What was asked for.
        asked: Quantity,
    },
    /// A part of a piece.
    #[error("line {line}: {asked} of a product sold by the piece cannot be refunded; enter whole pieces")]
    PartOfAPiece {
        /// The line.
        line: u16,
        /// What was asked for.
        asked: Quantity,
    },
    /// Everything was refunded before.
    #[error("receipt {0} was refunded in full before")]
    NothingLeft(ReceiptId),
}

impl RefundFault {
    /// The stable code.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            RefundFault::NoSuchLine { .. } => "refund_no_such_line",
            RefundFault::MoreThanSold { .. } => "refund_more_than_sold",
            RefundFault::NotPositive { .. } => "refund_not_positive",
            RefundFault::PartOfAPiece { .. } => "quantity_impossible",
            RefundFault::NothingLeft(_) => "refund_nothing_left",
        }
    }
}

/// Quantities refunded before, by line.
pub type RefundedBefore = BTreeMap<u16, Quantity>;

/// What a refund takes back: the lines with the refunded quantities and their share of list, discount
/// and net. Shares are differences of running floors, so all refunds of a line sum to the line and what
/// stays sold never nets less than its units' floors.
///
/// # Errors
/// When more is asked for than was sold; `wanted` = nothing refunds all that is left.
pub fn refund(
    purchase: &Purchase,
    before: &RefundedBefore,
    wanted: Option<&[RefundLine]>,
) -> Result<Vec<PurchaseLine>, RefundFault> {
    let left = |line: &PurchaseLine| Quantity(line.qty.0 - before.get(&line.line).map_or(0, |qty| qty.0));
    let wanted: BTreeMap<u16, Quantity> = match wanted {
        Some(lines) => sum_by_line(lines)?,
        None => {
            purchase.lines.iter().map(|line| (line.line, left(line))).filter(|(_, qty)| qty.0 > 0).collect()
        }
    };
    if wanted.is_empty() {
        return Err(RefundFault::NothingLeft(purchase.receipt.clone()));
    }
    wanted
        .into_iter()
        .map(|(number, asked)| {
            let receipt = || purchase.receipt.clone();
            let line = purchase.lines.iter().find(|line| line.line == number).ok_or_else(|| {
                RefundFault::NoSuchLine { receipt: receipt(), line: number, lines: purchase.lines.len() }
            })?;
            if asked > left(line) {
                return Err(RefundFault::MoreThanSold {
                    receipt: receipt(),
                    line: number,
                    left: left(line),
                    asked,
                });
            }
            if !line.product.weighed && !asked.is_whole() {
                return Err(RefundFault::PartOfAPiece { line: number, asked });
            }
            Ok(take_back(line, before.get(&number).map_or(0, |qty| qty.0), asked))
        })
        .collect()
}

fn sum_by_line(lines: &[RefundLine]) -> Result<BTreeMap<u16, Quantity>, RefundFault> {
    let mut sums: BTreeMap<u16, Quantity> = BTreeMap::new();
    for wish in lines {
        if wish.qty.0 <= 0 {
            return Err(RefundFault::NotPositive { line: wish.line, asked: wish.qty });
        }
        let sum = sums.entry(wish.line).or_insert(Quantity(0));
        *sum = Quantity(sum.0.saturating_add(wish.qty.0));
    }
    Ok(sums)
}

fn take_back(line: &PurchaseLine, before: i64, asked: Quantity) -> PurchaseLine {
    let share = |amount: Money| {
        let upto = |qty: i64| i128::from(amount.0) * i128::from(qty) / i128::from(line.qty.0.max(1));
        Money(narrow(upto(before + asked.0) - upto(before)))
    };
    let (net, discount) = (share(line.net), share(line.discount));
    PurchaseLine {
        qty: asked,
        list: net.plus(discount),
        discount,
        net,
        floor: None,
        tax: charge::contained_tax(net, line.product.tax_bp),
        ..line.clone()
    }
}

/// How a refund is paid back: the way the receipt was paid, in the same order, after what earlier
/// refunds have used up.
#[must_use]
pub fn payments_back(paid: &[Payment], before: Money, net: Money) -> Vec<Payment> {
    let (mut used, mut left) = (before, net);
    let mut back = Vec::new();
    for payment in paid {
        let taken = payment.amount.min(used);
        used = used.minus(taken);
        let amount = payment.amount.minus(taken).min(left);
        if amount.0 > 0 {
            back.push(Payment { kind: payment.kind, amount });
            left = left.minus(amount);
        }
    }
    back
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::purchase::PaymentKind;

    #[test]
    fn money_goes_back_the_way_it_came_and_no_way_twice() {
        let part = |kind, minor| Payment { kind, amount: Money(minor) };
        let paid = [part(PaymentKind::Cash, 500), part(PaymentKind::Card, 500)];
        assert_eq!(payments_back(&paid, Money(0), Money(300)), [part(PaymentKind::Cash, 300)]);
        assert_eq!(payments_back(&paid, Money(500), Money(500)), [part(PaymentKind::Card, 500)]);
        let both = [part(PaymentKind::Cash, 200), part(PaymentKind::Card, 100)];
        assert_eq!(payments_back(&paid, Money(300), Money(300)), both);
    }
}
