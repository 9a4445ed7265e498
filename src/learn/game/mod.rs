//! The game: ended epochs become values of templates and states, and the gate says who may decide by them.
//!
//! May import facts, steps and `learn::evaluate`. Not here: where epochs are kept.

pub mod evidence;
pub mod follow;
pub mod solve;
mod again;
pub mod exploit;
mod questions;
pub mod fit;

pub use self::evidence::{Epoch, Evidence};
pub use self::fit::{Fitted, GameReport, Looked, Task, cut, fit};
pub use self::questions::{PERSONAL, QUESTIONS, SEGMENT, UNIFORM, alpha_of};
