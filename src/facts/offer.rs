//! What is offered to a guest, and why.

use super::{
    id::{ArmId, CategoryId, CounterId, CustomerId, Digest, OfferId, Sku},
    menu::Product,
    moment::Moment,
};
use serde::{Deserialize, Serialize};

/// What an offer covers.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(tag = "kind", content = "of", rename_all = "snake_case")]
pub enum Scope {
    /// Every eligible line.
    Basket,
    /// Lines of one category.
    Category(CategoryId),
    /// Lines of one product.
    Product(Sku),
}

impl Scope {
    /// Whether a line with this product is covered.
    #[must_use]
    pub fn covers(&self, product: &Product) -> bool {
        match self {
            Scope::Basket => true,
            Scope::Category(category) => *category == product.category,
            Scope::Product(sku) => *sku == product.sku,
        }
    }
}

/// Why this offer: the screen and the receipt turn the code into words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// The published base of the guest's status.
    StatusBase,
    /// The category the guest buys most.
    FavouriteCategory,
    /// Something the guest has not tried and may like.
    TrySomethingNew,
    /// A first visit.
    Welcome,
    /// The guest has been away longer than usual.
    MissedYou,
    /// A card for the next visit.
    NextVisit,
    /// A flat depth asked for by configuration.
    Flat,
    /// A full stamp card.
    StampCard,
    /// A common offer for everybody.
    Campaign,
    /// A coupon of this guest's.
    Coupon,
    /// What an older programme promised the guest until a day.
    Promised,
}

impl Reason {
    /// The stable code, also the key in the catalogue.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Reason::StatusBase => "status_base",
            Reason::FavouriteCategory => "favourite_category",
            Reason::TrySomethingNew => "try_something_new",
            Reason::Welcome => "welcome",
            Reason::MissedYou => "missed_you",
            Reason::NextVisit => "next_visit",
            Reason::Flat => "flat",
            Reason::StampCard => "stamp_card",
            Reason::Campaign => "campaign",
            Reason::Coupon => "coupon",
            Reason::Promised => "promised",
        }
    }
}

/// A card shown to the guest: scope, depth, validity. A wish, until the guard has seen it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Offer {
    /// Its id.
    pub id: OfferId,
    /// What it covers.
    pub scope: Scope,
    /// The wished depth, basis points, on the ladder.
    pub depth_bp: i64,
    /// Valid from.
    pub from: Moment,
    /// Valid until (exclusive).
    pub until: Moment,
    /// Why.
    pub reason: Reason,
}

/// An offer kept for a later visit: a voucher that decides when it is shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Card {
    /// The offer.
    #[serde(flatten)]
    pub offer: Offer,
    /// Whose card it is.
    pub customer: CustomerId,
    /// The arm under which it was decided.
    pub arm: ArmId,
    /// The bundle that decided, if any.
    pub bundle: Option<Digest>,
    /// The counter that decided.
    pub decided_by: CounterId,
}
