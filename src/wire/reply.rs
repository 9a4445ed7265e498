//! What the office answers, and how a counter enrols.
//!
//! May import facts. Not here: HTTP. Fields are only added; a reader leaves out what it does not know.

use crate::facts::{
    id::{ChainId, CounterId, Digest, ShopId},
    moment::Moment,
};
use serde::{Deserialize, Serialize};

/// A batch was taken: everything up to `acked` is durable at the office.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Acked {
    /// The epoch.
    pub epoch: i64,
    /// Number of the last record such that it and all before it are durable.
    pub acked: i64,
    /// Records that were new.
    pub new: u64,
    /// Records that were there already.
    pub again: u64,
    /// Records that were put aside; they are kept, and somebody looks at them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub dead: Vec<Dead>,
}

/// A record that was put aside.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Dead {
    /// Its number.
    pub seq: i64,
    /// Why.
    pub code: String,
}

/// Anything but what was asked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refused {
    /// What is wrong.
    pub error: Wrong,
    /// With `series_gap`: where to send from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<Place>,
    /// With `seal_clock`: the office's clock.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub office_time: Option<Moment>,
}

/// A code for programs and a sentence for people.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Wrong {
    /// One of the closed list in `docs/interfaces.md`.
    pub code: String,
    /// What, where, what to do.
    pub message: String,
}

/// A place in a series.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Place {
    /// The epoch.
    pub epoch: i64,
    /// The number in it.
    pub seq: i64,
}

/// A counter asks to be let in. The request is signed with the key that it brings.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Enrol {
    /// The one-time code that a person was given.
    pub code: String,
    /// Public half of the key that was made on the counter, hexadecimal.
    pub public: String,
    /// The chain.
    pub chain: ChainId,
    /// The shop.
    pub shop: ShopId,
    /// The counter.
    pub counter: CounterId,
    /// The epoch in which its series stands.
    pub epoch: i64,
}

/// A counter was let in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Enrolled {
    /// Name of the key that was taken.
    pub key: String,
    /// The epoch in which the series goes on: no other machine writes there.
    pub epoch: i64,
    /// Hash of the last record that the office has of this counter: what a fresh database ties on to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub anchor: Option<Digest>,
    /// Public half of the key with which the office signs bundles, hexadecimal.
    pub office: String,
    /// The office's clock.
    pub office_time: Moment,
}
