//! SQLite: the only room of the counter that knows SQL. Rows in, facts out.
//!
//! One writer: the process that opens the store for writing holds a lock beside the file. Every write
//! goes through [`Store::change`]. Not here: business rules, devices, the clock.

pub mod fault;
#[expect(missing_docs, reason = "refinery's macro makes public items without docs")]
pub mod open;
pub mod setting;
pub mod pin;
pub mod backup;
pub mod training;
pub mod health;
pub mod slack;
pub mod staff;
pub mod menu;
pub mod customers;
#[cfg(feature = "import")]
pub mod import;
pub mod visits;
pub mod days;
pub mod history;
pub mod carried;
pub mod charges;
pub mod tape;
pub mod purchases;
pub mod aftermath;
pub mod assignments;
pub mod epochs;
pub mod codes;
pub mod memberships;
pub mod merges;
pub mod shifts;
pub mod records;
pub mod office;
pub mod neighbours;
pub mod erasures;
pub mod leases;
pub mod bundles;
pub mod signing_keys;
pub mod report;

pub use fault::StoreFault;
pub use open::{Access, Durability, Store};

/// One open transaction: what a closure given to [`Store::change`] writes through.
pub type Change<'a> = rusqlite::Transaction<'a>;
