//! The close of a day: what Kava's counters recorded beside what the register counted and what the acquirer says. Each pair of
//! sums is either equal or names the receipts that make the difference.
//!
//! * [`pair`] two sums and what is named of their difference;
//! * [`zed`] a counter's receipts beside the Z reports of its shifts; [`guess`] which receipt a bare total speaks of;
//! * [`acquirer`] card payments beside the rows, or the total, of a statement.
//!
//! Pure: no SQL, no clock, no files; rows in any order give the same answer, and nothing is matched twice. Not here: verdicts. What
//! no receipt explains stays open and is shown as such.

pub mod acquirer;
pub mod guess;
pub mod pair;
pub mod zed;

pub use pair::{Named, Pair, Why};
