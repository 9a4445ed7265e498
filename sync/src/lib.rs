//! `kava-sync`: the head office of Kava. Counters tell it what happened; it tells them what to do.
//!
//! * [`ledger`] the only truth: what the counters told, hash-chained, in SQLite; the only room with SQL.
//! * [`http`] thin handlers: unpack, one call, pack.
//! * [`gate`] who may come in: signatures, one-time codes, limits.
//!
//! Of `kava` the office gets the pure half. Not here: devices, a counter's store, anything that a sale waits for.

pub mod gate;
pub mod http;
pub mod ledger;
