//! What comes down from the office: documents, named by the SHA-256 of their bytes, in streams whose versions
//! only go up.
//!
//! May import facts. Not here: how they are fetched, what a document does where it is applied.

use super::erasure::Erasure;
use super::merge::Merge;
use super::reply::Place;
use crate::facts::id::Digest;
use serde::{Deserialize, Serialize};

/// The most bytes of one document.
pub const DOCUMENT_BYTES_MAX: u64 = 64 * 1024 * 1024;

/// What a document is about. The order is the order in which news is applied.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stream {
    /// Whose codes are believed: keys of the office, withdrawn phones, the shop's week keys.
    Keys,
    /// What the chain allows.
    Policy,
    /// Common offers with a budget.
    Campaigns,
    /// Products with prices and costs.
    Menu,
    /// Signed models.
    Bundle,
    /// Who may sign on at a till. Not a part of the policy, since every policy is kept for replay and a name must be
    /// forgotten with its list.
    Staff,
}

impl Stream {
    /// All of them, in the order in which they are applied.
    pub const ALL: [Stream; 6] =
        [Stream::Keys, Stream::Policy, Stream::Campaigns, Stream::Menu, Stream::Bundle, Stream::Staff];

    /// The stable word.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Stream::Keys => "keys",
            Stream::Policy => "policy",
            Stream::Campaigns => "campaigns",
            Stream::Menu => "menu",
            Stream::Bundle => "bundle",
            Stream::Staff => "staff",
        }
    }

    /// Whether every counter knows it. One that came later is announced to whoever says that it knows it, if only that it has
    /// version 0: who does not would fetch it again and again.
    #[must_use]
    pub const fn everybody_knows(self) -> bool {
        !matches!(self, Stream::Staff)
    }

    /// The stream with this word.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Stream> {
        Stream::ALL.into_iter().find(|stream| stream.code() == code)
    }
}

/// The newest document of a stream.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Edition {
    /// Which stream; one that a reader does not know is left out by it.
    pub stream: String,
    /// Goes up with every document, also when an older content comes back.
    pub version: i64,
    /// SHA-256 of the document.
    pub digest: Digest,
    /// Its length in bytes.
    pub bytes: u64,
}

/// What is new for one counter.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Newer {
    /// The newest of each stream in which the counter has an older one or none.
    pub editions: Vec<Edition>,
    /// The office has less of the counter's series than the counter believes, perhaps because a backup was put back
    /// there: from here on it misses everything.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<Place>,
    /// Customers to erase, the oldest first, before anything else is done.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub erased: Vec<Erasure>,
    /// Guests who turned out to be one, the oldest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub merged: Vec<Merge>,
    /// The office went back to a backup and wants to hear which leases are held.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub tell_leases: bool,
}
