//! The roll-out: a new bundle goes to a few shops first, to more while its figures hold, and back by itself when it does
//! harm; and whether the world has moved since a bundle was made.
//!
//! * [`stage`] which shops have it, drawn by a stable lot; [`visit`] what is read of a sale;
//! * [`drift`] how far guests have moved (population stability index), [`calibration`] what was foretold beside what was seen;
//! * [`compare`] shops with it against those without, or days with it against days before; [`tail`] how likely chance is; [`milli`] how figures are kept;
//! * [`verdict`] what follows.
//!
//! Pure: no SQL, no clock, no randomness. Not here: who may, what is written.

pub mod calibration;
pub mod compare;
pub mod drift;
pub mod milli;
pub mod stage;
pub mod tail;
pub mod verdict;
pub mod visit;
