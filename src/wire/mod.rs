//! What counter and office say to each other: versioned, pure.

pub mod bundle;
