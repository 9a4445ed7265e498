//! What counter and office say to each other: versioned and pure.
//!
//! May import `facts`. Not here: HTTP, files, changing a released message.

pub mod record;
pub mod bundle;
pub mod code;
