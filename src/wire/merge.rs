//! Guests who turned out to be one, as every counter is told.
//!
//! May import facts. Not here: what is moved where. See `docs/office.md`.

use crate::facts::id::CustomerId;
use serde::{Deserialize, Serialize};

/// The most merges in one answer; a counter asks for the next ones when these are done.
pub const MERGES_A_TIME: usize = 500;

/// One name that is another guest's from now on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Merge {
    /// Its place in the office's order; it only grows.
    pub id: i64,
    /// The name that is no guest's of its own any more.
    pub name: CustomerId,
    /// Whose it is.
    pub into: CustomerId,
    /// What the guest agrees to from now on, as codes, where the office knows it; else, and unless it was confirmed, only what
    /// both have agreed to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub consent: Option<Vec<String>>,
    /// The guest has said that this is what they agree to.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub confirmed: bool,
}
