//! Charge: what the guest pays, in whole minor units. The only maker of a [`Charge`] and of the
//! [`NetReceipt`] a register takes; both can be had only from the guard's [`ApprovedOffer`].

mod net;

pub use net::{NetLine, NetReceipt, Paper, RefundReceipt, receipt_name, refund_receipt};

use super::guard::ApprovedOffer;
use crate::facts::id::{CustomerId, OfferId, ReceiptId, VisitId};
use crate::facts::money::{Money, WHOLE_BP, div_half_up, largest_remainder, narrow};
use crate::facts::offer::Reason;
use crate::facts::purchase::{Payment, PurchaseKind, PurchaseLine};
use serde::{Deserialize, Serialize};

/// A frozen charge. Its lines sum to its net, and its payments too.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Charge {
    id: ReceiptId,
    visit: VisitId,
    kind: PurchaseKind,
    customer: Option<CustomerId>,
    offer: Option<OfferId>,
    reason: Option<Reason>,
    lines: Vec<PurchaseLine>,
    payments: Vec<Payment>,
}

/// What a receipt is about besides its lines.
#[derive(Debug, Clone)]
pub struct Heading {
    /// Its id, made before the register is asked.
    pub id: ReceiptId,
    /// The visit.
    pub visit: VisitId,
    /// Why goods leave the counter.
    pub kind: PurchaseKind,
    /// Who, if known.
    pub customer: Option<CustomerId>,
}

/// Why no charge can be made.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ChargeFault {
    /// The payments do not sum to the net.
    #[error("the payments sum to {paid}, the receipt to {net}; correct the amounts")]
    PaymentsDoNotSum {
        /// Sum of the payments.
        paid: Money,
        /// What is to be paid.
        net: Money,
    },
    /// A payment of nothing or less.
    #[error("a payment of {0} is not possible; enter an amount above zero")]
    PaymentNotPositive(Money),
    /// A stored charge whose sums do not agree.
    #[error("the stored charge {0} does not add up; look at the register's tape")]
    Damaged(String),
}

impl ChargeFault {
    /// The stable code.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            ChargeFault::PaymentsDoNotSum { .. } => "payments_do_not_sum",
            ChargeFault::PaymentNotPositive(_) => "payment_not_positive",
            ChargeFault::Damaged(_) => "charge_damaged",
        }
    }
}

/// Prices the approved lines: the receipt's discount is the half-up rounding of the exact sum, spread by
/// the largest remainder, so no line's discount exceeds its own rounded up.
#[must_use]
pub fn price(approved: &ApprovedOffer) -> Vec<PurchaseLine> {
    let exact: Vec<i128> = approved
        .lines()
        .iter()
        .map(|line| i128::from(line.covered().0) * i128::from(line.depth_bp()))
        .collect();
    let discounts = largest_remainder(&exact, i128::from(WHOLE_BP));
    approved
        .lines()
        .iter()
        .zip(discounts)
        .map(|(approved, discount)| {
            let line = approved.line();
            let list = line.list();
            let net = list.minus(Money(discount));
            PurchaseLine {
                line: line.line,
                product: line.product.clone(),
                extras: line.extras.clone(),
                qty: line.qty,
                list,
                discount: Money(discount),
                net,
                floor: approved.floor(),
                tax: contained_tax(net, line.product.tax_bp),
                note: line.note.clone(),
                mark: line.mark.clone(),
            }
        })
        .collect()
}

/// Freezes an approved offer with its payments.
///
/// # Errors
/// When the payments do not sum to the net.
pub fn compose(
    heading: Heading,
    approved: &ApprovedOffer,
    payments: Vec<Payment>,
) -> Result<Charge, ChargeFault> {
    let charge = Charge {
        id: heading.id,
        visit: heading.visit,
        kind: heading.kind,
        customer: heading.customer,
        offer: approved.offer().cloned(),
        reason: approved.reason(),
        lines: price(approved),
        payments,
    };
    if let Some(payment) = charge.payments.iter().find(|payment| payment.amount.0 <= 0) {
        return Err(ChargeFault::PaymentNotPositive(payment.amount));
    }
    let paid = Money::total(charge.payments.iter().map(|payment| payment.amount));
    let due = if charge.kind.is_charged() { charge.net() } else { Money::ZERO };
    if paid == due { Ok(charge) } else { Err(ChargeFault::PaymentsDoNotSum { paid, net: due }) }
}

impl Charge {
    /// The receipt's id.
    #[must_use]
    pub const fn id(&self) -> &ReceiptId {
        &self.id
    }
    /// The visit.
    #[must_use]
    pub const fn visit(&self) -> &VisitId {
        &self.visit
    }
    /// Why goods leave the counter.
    #[must_use]
    pub const fn kind(&self) -> PurchaseKind {
        self.kind
    }
    /// Who, if known.
    #[must_use]
    pub const fn customer(&self) -> Option<&CustomerId> {
        self.customer.as_ref()
    }
    /// The offer that is honoured.
    #[must_use]
    pub const fn offer(&self) -> Option<&OfferId> {
        self.offer.as_ref()
    }
    /// Why the guest gets it.
    #[must_use]
    pub const fn reason(&self) -> Option<Reason> {
        self.reason
    }
    /// The lines.
    #[must_use]
    pub fn lines(&self) -> &[PurchaseLine] {
        &self.lines
    }
    /// The payments.
    #[must_use]
    pub fn payments(&self) -> &[Payment] {
        &self.payments
    }
    /// Discount of all lines.
    #[must_use]
    pub fn discount(&self) -> Money {
        Money::total(self.lines.iter().map(|line| line.discount))
    }
    /// What the guest pays.
    #[must_use]
    pub fn net(&self) -> Money {
        Money::total(self.lines.iter().map(|line| line.net))
    }

    /// The charge as text, to be kept before the register is asked.
    #[must_use]
    pub fn freeze(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }

    /// The same charge of nobody: its guest was erased while it was on its way.
    #[must_use]
    pub fn anonymous(mut self) -> Charge {
        self.customer = None;
        self
    }

    /// A charge that was kept, its sums checked again.
    ///
    /// # Errors
    /// When the text is damaged or does not add up.
    pub fn thaw(text: &str) -> Result<Charge, ChargeFault> {
        let frozen: Frozen =
            serde_json::from_str(text).map_err(|error| ChargeFault::Damaged(error.to_string()))?;
        let charge = Charge {
            id: frozen.id,
            visit: frozen.visit,
            kind: frozen.kind,
            customer: frozen.customer,
            offer: frozen.offer,
            reason: frozen.reason,
            lines: frozen.lines,
            payments: frozen.payments,
        };
        let paid = Money::total(charge.payments.iter().map(|payment| payment.amount));
        let lines_hold = charge.lines.iter().all(|line| line.list.minus(line.discount) == line.net);
        let under_floor =
            |line: &PurchaseLine| line.discount.0 > 0 && line.floor.is_none_or(|floor| line.net < floor);
        let holds = lines_hold && !charge.lines.iter().any(under_floor);
        if holds && (paid == charge.net() || !charge.kind.is_charged()) {
            Ok(charge)
        } else {
            Err(ChargeFault::Damaged(charge.id.to_string()))
        }
    }

    /// What the register is asked to ring up: every line at whole net unit prices.
    #[must_use]
    pub fn net_receipt(&self, currency: &str, comment: Option<String>) -> NetReceipt {
        let paper = Paper::new(self.id.clone(), currency, &self.lines, self.payments.clone());
        NetReceipt::new(Paper { comment, ..paper })
    }
}

#[derive(Deserialize)]
struct Frozen {
    id: ReceiptId,
    visit: VisitId,
    kind: PurchaseKind,
    customer: Option<CustomerId>,
    offer: Option<OfferId>,
    reason: Option<Reason>,
    lines: Vec<PurchaseLine>,
    payments: Vec<Payment>,
}

/// Tax contained in a net amount, half a minor unit rounded up.
#[must_use]
pub fn contained_tax(net: Money, tax_bp: i64) -> Money {
    let tax = i128::from(tax_bp.max(0));
    Money(narrow(div_half_up(i128::from(net.0) * tax, i128::from(WHOLE_BP) + tax)))
}
