//! What counter and office say to each other: versioned and pure.
//!
//! May import `facts`. Not here: HTTP, files, changing a released message.

pub mod hex;
pub mod record;
pub mod batch;
pub mod bundle;
pub mod carried;
pub mod code;
pub mod coupon;
pub mod document;
pub mod erasure;
pub mod holdout;
pub mod keyring;
pub mod lease;
pub mod merge;
pub mod neighbour;
#[cfg(feature = "pack")]
pub mod pack;
pub mod reply;
pub mod seal;
