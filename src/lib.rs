//! Kava: a personal discount at the coffee counter in milliseconds, offline, never at a loss.
//!
//! One visit walks down one street: scan → customer → features → value → segment → taste →
//! response → game → offer → guard → charge → (register) → receipt → sale → records → (office). The modules stand in
//! walking order.
//!
//! * [`facts`] what is true and kept; [`steps`] pure functions, one file per stop; a step may use only
//!   the stops before it.
//! * [`learn`] many purchases → models; [`wire`] what counter and office say to each other.
//!   Until here everything is pure: no clock, no randomness without a seed, no I/O.
//! * [`ports`] the sockets in the wall; [`store`] SQLite; [`devices`] what is plugged in; [`flow`] the
//!   only place that strings steps together and touches the world; [`faces`] ways to drive it;
//!   [`wiring`] puts one together.

pub mod facts;
pub mod words;
pub mod steps;
#[cfg(feature = "learn")]
pub mod learn;
pub mod wire;
#[cfg(feature = "import")]
pub mod import;
#[cfg(feature = "edge")]
pub mod ports;
#[cfg(feature = "edge")]
pub mod store;
#[cfg(feature = "edge")]
pub mod devices;
#[cfg(feature = "edge")]
pub mod uplink;
#[cfg(feature = "edge")]
pub mod lan;
#[cfg(feature = "edge")]
pub mod flow;
#[cfg(feature = "edge")]
pub mod faces;
#[cfg(feature = "edge")]
pub mod wiring;
#[cfg(feature = "edge")]
pub mod audit;
#[cfg(feature = "testing")]
pub mod testing;
