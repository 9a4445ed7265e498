//! The shop's own network: how counters of one shop find each other and speak, with no office and no internet between them.
//!
//! May import facts, wire. Not here: what is told, the store, who is believed.

pub mod beacon;
pub mod line;
pub mod tls;
