//! `kava-sync`: the head office of Kava. Counters tell it what happened; it tells them what to do.
//!
//! * [`ledger`] the only truth: what the counters told, hash-chained, in SQLite.
//! * [`http`] thin handlers: unpack, one call, pack.
//! * [`people`] who joined by the app: what they say, agreed to, and may choose from; its own tables.
//! * [`desk`] who works at the office, what each may see and do, and what they see.
//! * [`roll`] a new bundle in stages, what follows from what was seen of it, and drift: pure.
//! * [`watch`] what at a counter is a reason to look, [`close`] what of a day's sums belongs together: pure.
//! * [`programme`] its rules as guests read them, made of the policy: pure.
//! * [`gate`] who may come in: signatures, one-time codes, passwords, limits.
//!
//! Of `kava` the office gets the pure half. Not here: devices, a counter's store, anything that a sale waits for.

pub mod close;
pub mod desk;
pub mod gate;
pub mod http;
pub mod ledger;
pub mod people;
pub mod programme;
pub mod roll;
pub mod watch;
