//! The game: ended epochs become values of templates and states, and the gate says who may decide by them.
//!
//! May import facts, steps and `learn::evaluate`. Not here: where epochs are kept.

pub mod evidence;
pub mod follow;
pub mod solve;
mod again;
pub mod exploit;
pub mod fit;

pub use self::evidence::{Epoch, Evidence};
pub use self::fit::{Fitted, GameReport, Looked, PERSONAL, QUESTIONS, SEGMENT, Task, UNIFORM, alpha_of, fit};
