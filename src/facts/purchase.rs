//! What was bought: kinds, payments, frozen lines.

use super::{
    basket::Quantity,
    id::{CustomerId, OfferId, ReceiptId, ShopId},
    menu::Product,
    moment::LocalMoment,
    money::Money,
};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// Why goods left the counter. Only [`PurchaseKind::Sale`] feeds features and learning.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PurchaseKind {
    /// A guest bought it.
    #[default]
    Sale,
    /// Staff bought it, on their own fixed allowance.
    Staff,
    /// Made again after a mistake.
    Remake,
    /// On the house.
    Comp,
    /// Thrown away.
    Writeoff,
    /// A company pays.
    Corporate,
    /// Not real.
    Training,
}

impl PurchaseKind {
    /// All kinds, for tables and catalogues.
    pub const ALL: [PurchaseKind; 7] = [
        PurchaseKind::Sale,
        PurchaseKind::Staff,
        PurchaseKind::Remake,
        PurchaseKind::Comp,
        PurchaseKind::Writeoff,
        PurchaseKind::Corporate,
        PurchaseKind::Training,
    ];

    /// The stable code.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            PurchaseKind::Sale => "sale",
            PurchaseKind::Staff => "staff",
            PurchaseKind::Remake => "remake",
            PurchaseKind::Comp => "comp",
            PurchaseKind::Writeoff => "writeoff",
            PurchaseKind::Corporate => "corporate",
            PurchaseKind::Training => "training",
        }
    }

    /// The kind with this code.
    #[must_use]
    pub fn from_code(code: &str) -> Option<PurchaseKind> {
        PurchaseKind::ALL.into_iter().find(|kind| kind.code() == code)
    }

    /// Whether money is taken and a fiscal receipt is made.
    #[must_use]
    pub const fn is_charged(self) -> bool {
        matches!(self, PurchaseKind::Sale | PurchaseKind::Staff | PurchaseKind::Corporate)
    }
}

/// How a part of the net was paid.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PaymentKind {
    /// Notes and coins.
    Cash,
    /// Bank card.
    Card,
    /// QR payment.
    Qr,
    /// Gift certificate.
    Certificate,
    /// Invoice to a company.
    Invoice,
}

impl PaymentKind {
    /// The stable code.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            PaymentKind::Cash => "cash",
            PaymentKind::Card => "card",
            PaymentKind::Qr => "qr",
            PaymentKind::Certificate => "certificate",
            PaymentKind::Invoice => "invoice",
        }
    }
}

/// One payment of a receipt.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Payment {
    /// How.
    pub kind: PaymentKind,
    /// How much.
    #[serde(rename = "minor")]
    pub amount: Money,
}

/// A line as it was sold; the product is frozen with name, category, list, cost and tax.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PurchaseLine {
    /// 1-based number on the receipt.
    pub line: u16,
    /// The product as it was.
    pub product: Arc<Product>,
    /// Extras on each unit, as they were.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub extras: Vec<(Arc<Product>, Quantity)>,
    /// How many.
    pub qty: Quantity,
    /// List price of the line.
    pub list: Money,
    /// Discount of the line.
    pub discount: Money,
    /// What the guest paid for the line.
    pub net: Money,
    /// Floor of the line; nothing where no cost is known.
    pub floor: Option<Money>,
    /// Tax contained in the net.
    pub tax: Money,
    /// A wish in words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// The marking code of this one piece, group separators included.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mark: Option<String>,
}

/// One finished purchase.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Purchase {
    /// Its receipt id, made before the register was asked.
    pub receipt: ReceiptId,
    /// Where.
    pub shop: ShopId,
    /// Why.
    pub kind: PurchaseKind,
    /// Who, if known.
    pub customer: Option<CustomerId>,
    /// When.
    pub when: LocalMoment,
    /// What.
    pub lines: Vec<PurchaseLine>,
    /// How it was paid; sums to the net.
    pub payments: Vec<Payment>,
    /// The offer that was honoured.
    pub offer: Option<OfferId>,
    /// Policy version at the time.
    pub policy_version: u32,
    /// The shop's median drink price of the month: one cup.
    pub cup: Money,
    /// What the register called it.
    pub register_ref: Option<String>,
}

impl Purchase {
    /// List price of all lines.
    #[must_use]
    pub fn list(&self) -> Money {
        Money::total(self.lines.iter().map(|line| line.list))
    }

    /// Discount of all lines.
    #[must_use]
    pub fn discount(&self) -> Money {
        Money::total(self.lines.iter().map(|line| line.discount))
    }

    /// What the guest paid.
    #[must_use]
    pub fn net(&self) -> Money {
        Money::total(self.lines.iter().map(|line| line.net))
    }
}

/// What a refund takes back of one line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct RefundLine {
    /// Line of the original receipt.
    pub line: u16,
    /// How many of it.
    pub qty: Quantity,
}
