//! The watch: what at a counter is a reason to look, from what the counters told. Each rate of an actor stands against the
//! same rate of the others of that shop and time of day, and only what is large *and* hardly chance is shown.
//!
//! * [`act`] what was done, as far as it matters here; [`rates`] the table of what is counted;
//! * [`tally`] acts become counts; [`peers`] what is usual, and how far honest people differ; [`codes`] the same of one guest's code;
//! * [`tail`] how likely chance is, and which of many findings may be believed; [`mod@look`] all of it together.
//!
//! Pure: no SQL, no clock, no randomness; acts in any order give the same alarms. Not here: verdicts. A number is a reason to
//! look, whoever it names may have a good one.

pub mod act;
pub mod codes;
pub mod look;
pub mod peers;
pub mod rates;
pub mod tail;
pub mod tally;

pub use look::{Alarm, Bar, look};
