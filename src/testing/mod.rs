//! Fakes, builders and generators for tests and campaigns; never in a release.

pub mod random;
pub mod baskets;
pub mod town;
#[cfg(feature = "edge")]
pub mod scripted;
#[cfg(feature = "edge")]
pub mod shop;
