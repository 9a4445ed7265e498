//! What the verbs answer, with the field names other programs rely on (`docs/interfaces.md`).

use crate::facts::at_till::KnownBy;
use crate::facts::basket::{Item, Quantity};
use crate::facts::carried::Amount;
use crate::facts::customer::Rights;
use crate::facts::id::{ArmId, CategoryId, CustomerId, Digest, OfferId, ReceiptId, ShopId, Sku, VisitId};
use crate::facts::moment::Moment;
use crate::facts::offer::{Offer, Scope};
use serde::Serialize;
use std::collections::BTreeMap;

/// A stable code with its words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Why {
    /// For programs.
    pub code: String,
    /// For people.
    pub text: String,
}

/// Answer to greet.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Greeting {
    /// The visit.
    pub visit: VisitId,
    /// Who, or nothing.
    pub customer: Option<GreetedCustomer>,
    /// The usual order.
    pub usual: Vec<Item>,
    /// What they may like.
    pub likes: Vec<LikeShown>,
    /// Cards.
    pub offers: Vec<OfferShown>,
    /// Coupons of the guest that are good in another shop.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub elsewhere: Vec<Elsewhere>,
    /// What they brought along from an older programme and are owed.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub owed: Vec<Amount>,
    /// The card that the guest has chosen on the phone; `best` takes it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub wanted: Option<OfferId>,
    /// By what the guest was recognised; for the record of the sale, and in no answer.
    #[serde(skip)]
    pub known_by: Option<KnownBy>,
    /// What the code gives a right to; left out where that is everything.
    #[serde(skip_serializing_if = "Rights::is_full")]
    pub rights: Rights,
    /// Policy in force.
    pub policy: Digest,
    /// Bundle in force.
    pub bundle: Option<Digest>,
    /// In the holdout.
    pub holdout: bool,
    /// Arm of the experiment.
    pub arm: Option<ArmId>,
    /// Probability of each feasible arm.
    pub probabilities: BTreeMap<ArmId, f64>,
}

/// A coupon that is good in another shop.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Elsewhere {
    /// What people call it.
    pub title: String,
    /// Where it is good.
    pub shop: ShopId,
    /// Both in one sentence.
    pub text: String,
}

/// The guest as greeted.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct GreetedCustomer {
    /// Pseudonym.
    pub id: CustomerId,
    /// Segment.
    pub segment: String,
    /// Published status.
    pub status: String,
    /// Consents.
    pub consent: Vec<&'static str>,
    /// Features.
    pub features: FeaturesShown,
}

/// Features for people and programs.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct FeaturesShown {
    /// Open days of the shop since the last visit.
    pub recency_days: i32,
    /// Visits in 30 days.
    pub frequency_per_30d: f64,
    /// Mean net receipt.
    pub aov_minor: i64,
    /// Share of spend by category.
    pub composition: BTreeMap<CategoryId, f64>,
    /// What the guest is expected to spend in the coming year; without a value model, at their own rate so far.
    pub clv_minor: i64,
    /// Visits so far.
    pub visits: u32,
    /// Saved so far.
    pub saved_minor: i64,
}

/// A like for the screen.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct LikeShown {
    /// Which product.
    pub sku: Sku,
    /// 0 to 1.
    pub score: f64,
    /// Why, in words.
    pub why: String,
}

/// A card for the screen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct OfferShown {
    /// Its id.
    pub id: OfferId,
    /// What it covers.
    pub scope: Scope,
    /// Depth.
    pub depth_bp: i64,
    /// Good from.
    pub from: Moment,
    /// Good until.
    pub until: Moment,
    /// Why.
    pub reason: Why,
}

impl OfferShown {
    pub(super) fn new(offer: &Offer, text: String) -> OfferShown {
        OfferShown {
            id: offer.id.clone(),
            scope: offer.scope.clone(),
            depth_bp: offer.depth_bp,
            from: offer.from,
            until: offer.until,
            reason: Why { code: offer.reason.code().into(), text },
        }
    }
}

/// Answer to quote.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct QuoteShown {
    /// The visit.
    pub visit: VisitId,
    /// The offer that is honoured.
    pub offer: Option<OfferId>,
    /// Lines with prices.
    pub lines: Vec<QuotedLine>,
    /// List price of all.
    pub list_minor: i64,
    /// Discount of all.
    pub discount_minor: i64,
    /// What the guest pays.
    pub net_minor: i64,
    /// Whether the guard cut anything.
    pub clamped: bool,
    /// What it cut.
    pub refusals: Vec<RefusalShown>,
    /// Why this discount.
    pub reason: Why,
}

/// One quoted line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct QuotedLine {
    /// 1-based number.
    pub line: u16,
    /// Which product.
    pub sku: Sku,
    /// How many.
    pub qty: Quantity,
    /// List price.
    pub list_minor: i64,
    /// Discount.
    pub discount_minor: i64,
    /// Net.
    pub net_minor: i64,
    /// Floor, where a cost is known.
    pub floor_minor: Option<i64>,
}

/// One cut.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RefusalShown {
    /// Why.
    pub code: &'static str,
    /// Where; 0 is the whole receipt.
    pub line: u16,
    /// In words.
    pub text: String,
}

/// How a settle ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum SettleStatus {
    /// Rung up and remembered.
    Done,
    /// A person must look at the register.
    NeedsReview,
    /// The guest's payment was declined; the same quote stays open.
    Declined,
}

/// Answer to settle.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Settled {
    /// The visit.
    pub visit: VisitId,
    /// The receipt.
    pub receipt: ReceiptId,
    /// How it ended.
    pub status: SettleStatus,
    /// What the register calls it, or what it said.
    pub register_ref: Option<String>,
    /// Segment before.
    pub segment_before: Option<String>,
    /// Segment after.
    pub segment_after: Option<String>,
    /// What the guest paid.
    pub net_minor: i64,
    /// What the guest saved.
    pub saved_minor: i64,
    /// Cards for the next visit.
    pub next: Vec<OfferShown>,
    /// What a person must look at, where the register could not tell.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub look: Option<String>,
}

/// Answer to refund.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Refunded {
    /// The original receipt.
    pub receipt: ReceiptId,
    /// The refund's own id.
    pub refund: ReceiptId,
    /// `done` or `needs_review`.
    pub status: SettleStatus,
    /// Money given back.
    pub refunded_minor: i64,
    /// The customer's saved counter afterwards.
    pub saved_minor: i64,
    /// What a person must look at, where the register could not tell.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub look: Option<String>,
}
