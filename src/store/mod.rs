//! SQLite: the only room of the counter that knows SQL. Rows in, facts out.
//!
//! One writer: the process that opens the store for writing holds a lock beside the file. Every write
//! goes through [`Store::change`]. Not here: business rules, devices, the clock.

pub mod fault;
#[expect(missing_docs, reason = "refinery's macro makes public items without docs")]
pub mod open;
pub mod setting;
pub mod visits;
pub mod bundles;
pub mod signing_keys;
pub mod report;

pub use fault::StoreFault;
pub use open::{Access, Durability, Store};
