//! Fakes, builders and generators for tests and campaigns; never in a release.

pub mod random;
pub mod baskets;
pub mod town;
#[cfg(feature = "learn")]
pub mod short_town;
#[cfg(feature = "learn")]
pub mod solved;
#[cfg(feature = "learn")]
pub mod sabotage;
#[cfg(feature = "learn")]
pub mod trial;
pub mod towns;
#[cfg(feature = "edge")]
pub mod scripted;
#[cfg(feature = "edge")]
pub mod shop;
#[cfg(feature = "edge")]
pub mod mortal;
#[cfg(feature = "edge")]
pub mod register_faults;
#[cfg(feature = "edge")]
pub mod phones;
#[cfg(feature = "edge")]
pub mod codecs;
