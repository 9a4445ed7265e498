//! Net lines: a charge as a register takes it, at whole net unit prices.

use crate::facts::basket::Quantity;
use crate::facts::id::{ReceiptId, Sku};
use crate::facts::money::{Money, narrow};
use crate::facts::purchase::{Payment, PurchaseLine};
use serde::{Deserialize, Serialize};
use std::ops::Deref;

/// One line as a register takes it: pieces × whole net unit price.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NetLine {
    /// Line of the receipt it belongs to.
    pub line: u16,
    /// The product, for registers that want a code.
    pub sku: Sku,
    /// Text for the fiscal receipt.
    pub name: String,
    /// Pieces in thousandths.
    pub qty_milli: i64,
    /// Net price of one unit.
    pub unit: Money,
    /// Net price of the line; `qty × unit` exactly for whole pieces.
    pub net: Money,
    /// Discount contained, for registers that show it.
    pub discount: Money,
    /// Tax rate contained, basis points.
    pub tax_bp: i64,
    /// The marking code of the piece, for registers that report it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mark: Option<String>,
}

/// What stands on a register's receipt, for everybody to read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Paper {
    /// The id, stored before asking and the same on every retry.
    pub id: ReceiptId,
    /// Currency code such as `BYN`.
    pub currency: String,
    /// Lines at final prices.
    pub lines: Vec<NetLine>,
    /// Sum of the lines.
    pub total: Money,
    /// How it is paid; sums to the total.
    pub payments: Vec<Payment>,
    /// Why the guest got a discount, for registers with free text.
    pub comment: Option<String>,
}

/// What a register is asked to ring up. Only [`super::Charge::net_receipt`] makes one, and nobody changes it.
///
/// ```compile_fail
/// use kava::steps::charge::{NetReceipt, Paper};
/// fn forged(paper: Paper) -> NetReceipt {
///     NetReceipt(paper)
/// }
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct NetReceipt(Paper);

/// What a register is asked to give back. Only [`refund_receipt`] makes one; it is nothing that could be rung up.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct RefundReceipt(Paper);

impl NetReceipt {
    /// From the lines of a charge.
    pub(super) const fn new(paper: Paper) -> NetReceipt {
        NetReceipt(paper)
    }

    /// A receipt that no guard has seen, for tests of registers.
    #[cfg(any(test, feature = "testing"))]
    #[must_use]
    pub const fn unguarded(paper: Paper) -> NetReceipt {
        NetReceipt(paper)
    }
}

impl Deref for NetReceipt {
    type Target = Paper;
    fn deref(&self) -> &Paper {
        &self.0
    }
}

impl Deref for RefundReceipt {
    type Target = Paper;
    fn deref(&self) -> &Paper {
        &self.0
    }
}

/// What the register gives back: refunded lines of a receipt, under an id of its own.
#[must_use]
pub fn refund_receipt(
    id: ReceiptId,
    currency: &str,
    lines: &[PurchaseLine],
    payments: Vec<Payment>,
) -> RefundReceipt {
    RefundReceipt(Paper::new(id, currency, lines, payments))
}

impl Paper {
    /// Lines at whole net unit prices.
    #[must_use]
    pub fn new(id: ReceiptId, currency: &str, lines: &[PurchaseLine], payments: Vec<Payment>) -> Paper {
        Paper {
            id,
            currency: currency.into(),
            lines: lines.iter().flat_map(split).collect(),
            total: Money::total(lines.iter().map(|line| line.net)),
            payments,
            comment: None,
        }
    }
}

/// A net that does not divide by its quantity becomes two lines of whole minor units: (n − r) × p and
/// r × (p + 1), with p = N div n and r = N mod n.
fn split(line: &PurchaseLine) -> Vec<NetLine> {
    let part = |pieces_milli: i64, unit: Money, net: Money, discount: Money| NetLine {
        line: line.line,
        sku: line.product.sku.clone(),
        name: receipt_name(line),
        qty_milli: pieces_milli,
        unit,
        net,
        discount,
        tax_bp: line.product.tax_bp,
        mark: line.mark.clone(),
    };
    let pieces = line.qty.whole();
    if !line.qty.is_whole() || pieces <= 0 {
        // A weight times a rounded price per kilogram would miss the net, so it is sold as one piece.
        let mut whole = part(1000, line.net, line.net, line.discount);
        whole.name = format!("{} {}", whole.name, line.qty);
        return vec![whole];
    }
    let (unit, rest) = (line.net.0.div_euclid(pieces), line.net.0.rem_euclid(pieces));
    let low = (pieces - rest) * unit;
    let low_discount =
        Money(narrow(i128::from(line.discount.0) * i128::from(pieces - rest) / i128::from(pieces)));
    let mut lines = Vec::with_capacity(2);
    if pieces > rest {
        lines.push(part((pieces - rest) * 1000, Money(unit), Money(low), low_discount));
    }
    if rest > 0 {
        lines.push(part(
            rest * 1000,
            Money(unit + 1),
            Money(line.net.0 - low),
            line.discount.minus(low_discount),
        ));
    }
    lines
}

/// Product and extras as one text, as fiscal receipts have it.
#[must_use]
pub fn receipt_name(line: &PurchaseLine) -> String {
    line.extras.iter().fold(line.product.name.clone(), |name, (extra, qty)| {
        if *qty == Quantity::ONE {
            format!("{name} / {}", extra.name)
        } else {
            format!("{name} / {} x{qty}", extra.name)
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::id::CategoryId;
    use crate::facts::menu::{Product, Role};
    use crate::facts::money::largest_remainder;
    use std::sync::Arc;

    fn line(qty: i64, net: i64, weighed: bool) -> PurchaseLine {
        let product = Product {
            sku: Sku::new("p"),
            name: "p".into(),
            category: CategoryId::new("c"),
            variant_of: None,
            role: Role::Item,
            price: Money(1),
            cost: None,
            cost_day: None,
            tax_bp: 0,
            eligible: true,
            drink: false,
            weighed,
            needs_mark: false,
        };
        PurchaseLine {
            line: 1,
            product: Arc::new(product),
            extras: Vec::new(),
            qty: Quantity(qty),
            list: Money(net),
            discount: Money::ZERO,
            net: Money(net),
            floor: None,
            tax: Money::ZERO,
            note: None,
            mark: None,
        }
    }

    /// The published receipt: 2 × 6.70, 4.50 and 3.90 less 1.00 are 20.80.
    #[test]
    fn a_discount_of_the_whole_is_spread_as_the_published_example_says() {
        let lists = [1_340, 450, 390];
        let exact: Vec<i128> = lists.iter().map(|list| i128::from(*list) * 100).collect();
        let shares = largest_remainder(&exact, 2_180);
        assert_eq!(shares, [61, 21, 18]);
        let lines: Vec<PurchaseLine> = [2_000, 1_000, 1_000]
            .into_iter()
            .zip(lists.iter().zip(&shares))
            .map(|(qty, (list, share))| line(qty, list - share, false))
            .collect();
        let paper = Paper::new(ReceiptId::new("r1"), "BYN", &lines, vec![]);
        assert_eq!(paper.total, Money(2_080));
        let units: Vec<i64> = paper.lines.iter().map(|line| line.unit.0).collect();
        assert_eq!(units, [639, 640, 429, 372]);
    }

    type Parts = &'static [(i64, i64)];

    #[test]
    fn a_net_that_does_not_divide_is_split_as_the_published_examples_say() {
        // 3 × 3.33 − 10 % = 8.99; 10.00 for 3; 12.79 for 2; and 2.500 kg, which no unit price would meet.
        // Quantity, net, then quantity and unit price of each part.
        let table: [(i64, i64, Parts); 4] = [
            (3_000, 899, &[(1_000, 299), (2_000, 300)]),
            (3_000, 1_000, &[(2_000, 333), (1_000, 334)]),
            (2_000, 1_279, &[(1_000, 639), (1_000, 640)]),
            (2_500, 9_284, &[(1_000, 9_284)]),
        ];
        for (qty, net, expected) in table {
            let parts = split(&line(qty, net, qty % 1000 != 0));
            let found: Vec<(i64, i64)> = parts.iter().map(|part| (part.qty_milli, part.unit.0)).collect();
            assert_eq!(found, expected, "{qty} for {net}");
            assert!(parts.iter().all(|part| part.unit.0 * part.qty_milli == part.net.0 * 1_000));
            assert_eq!(parts.iter().map(|part| part.net.0).sum::<i64>(), net);
        }
    }
}
