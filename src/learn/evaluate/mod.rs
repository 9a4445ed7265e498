//! Evaluation: what a policy would have earned, judged on epochs whose arm was drawn by lot.
//!
//! May import facts and steps. Outcome: contribution margin of a customer's epoch, the opening visit's
//! included, by intention to treat. Rows without a logged probability never come here. Not here: which
//! policy is proposed, where logs are kept.

pub mod log;
mod level;
pub mod ridge;
pub mod estimate;
pub mod sequence;
pub mod suspicion;
pub mod harm;
pub mod gate;
pub mod programme;
pub mod lift;
pub mod drift;
