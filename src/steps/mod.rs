//! Pure functions, one file per stop of the street; a step may use only the stops before it.
//!
//! Total: every input has an answer. Not here: clock, randomness without a seed, I/O, the platform's
//! transcendental functions (use `libm`), collections whose order differs between runs.

pub mod scan;
pub mod features;
pub mod value;
pub mod segment;
pub mod taste;
pub mod response;
pub mod game;
pub mod offer;
pub mod guard;
pub mod charge;
pub mod receipt;
pub mod sale;
