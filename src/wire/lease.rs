//! How a counter asks for parts of campaigns' budgets, and how it says what it spent of them.
//!
//! May import facts. Not here: how much is lent (`facts/campaign.rs`), HTTP.

use super::reply::Place;
use crate::facts::{
    campaign::{Amount, Lease},
    id::{CampaignId, LeaseId},
    money::Money,
};
use serde::{Deserialize, Serialize};

/// What a counter asks: `POST /api/v1/leases`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ask {
    /// The epoch in which it writes; leases of older ones are dead.
    pub epoch: i64,
    /// The end of its series, when all of it was sent.
    pub last: Option<Place>,
    /// What it wants.
    pub wants: Vec<Want>,
    /// Every lease that is open there.
    pub holds: Vec<Lease>,
}

/// What is wanted of one campaign.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Want {
    /// Under which id it would be lent.
    pub id: LeaseId,
    /// The campaign.
    pub campaign: CampaignId,
    /// What will be spent in two hours, the counter believes.
    pub expected: Amount,
    /// What one use costs there, about.
    pub unit: Money,
    /// What is left of it there.
    pub left: Amount,
    /// The counter knows what a coupon is; one that does not would give it to everybody.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub coupon: bool,
    /// The counter knows that a campaign may keep guests from it; one that does not would give it to them, too, and nobody could
    /// tell any more what it brings.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub holdout: bool,
}

/// What the office answers: every lease of this counter in this epoch that is open.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Granted {
    /// The leases.
    pub leases: Vec<Lease>,
}

/// Payload of a record `spend`: a sale used a lease, or a refund gave back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Spend {
    /// Of which campaign.
    pub campaign: CampaignId,
    /// From which lease.
    pub lease: LeaseId,
    /// For which receipt.
    pub receipt: String,
    /// How much; negative when it was given back.
    pub amount: Amount,
}

/// Payload of a record `lease`: nothing more is spent of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Closed {
    /// Of which campaign.
    pub campaign: CampaignId,
    /// Which lease.
    pub lease: LeaseId,
    /// What was lent, what of it was spent, and what goes back.
    pub left: Amount,
}
