//! The ledger: what the counters told, exactly as they told it. Beside `people` the only room of the office that knows SQL.
//!
//! May import the pure half of `kava`, and `roll`. Not here: HTTP, who may come in, the clock.

pub mod append;
pub mod audit;
pub mod backup;
pub mod campaigns;
pub mod carried;
pub mod counters;
pub mod coupons;
pub mod day;
pub mod documents;
pub mod erasure;
pub mod fault;
pub mod leases;
pub mod mirror;
pub mod noted;
#[expect(missing_docs, reason = "refinery's macro makes public items without docs")]
pub mod open;
mod payload;
mod pin;
mod receipts;
pub mod releases;
pub mod rolls;
pub mod staff;
mod sweep;
pub mod told;
pub mod versions;
pub mod words;
pub mod writer;

pub use fault::LedgerFault;
pub use open::{Access, Change, Ledger};
