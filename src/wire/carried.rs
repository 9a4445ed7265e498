//! What records say of points, stamps and money that guests brought along from an older programme.

use crate::facts::{carried::Amount, id::CustomerId, promise::Promise};
use serde::{Deserialize, Serialize};

/// What one guest brought along, as a record says it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Carried {
    /// Who.
    pub customer: CustomerId,
    /// Where it is from: `import:<name>`. What one guest brings from one source counts once, however many counters say it.
    pub source: String,
    /// The shop's currency, in which money is counted.
    pub currency: String,
    /// How much of what.
    pub owed: Vec<Amount>,
    /// The percent that they were promised.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub promised: Option<Promise>,
}

/// Something of it was handed out, as a record says it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PaidOut {
    /// Its own id, so that it counts once.
    pub id: String,
    /// To whom.
    pub customer: CustomerId,
    /// In which currency.
    pub currency: String,
    /// Of what, and how much.
    #[serde(flatten)]
    pub paid: Amount,
}
