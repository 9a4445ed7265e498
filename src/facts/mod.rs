//! Nouns with invariants: what is true and kept.
//!
//! May import nothing of the house. Not here: clock, randomness, I/O, SQL, floats near money.

pub mod money;
pub mod moment;
pub mod id;
pub mod lot;
pub mod menu;
pub mod basket;
pub mod shop;
pub mod arm;
pub mod policy;
pub mod assignment;
pub mod floor;
pub mod customer;
pub mod models;
pub mod offer;
pub mod promise;
pub mod carried;
pub mod campaign;
pub mod purchase;
pub mod slip;
pub mod stop_list;
pub mod staff;
pub mod at_till;
