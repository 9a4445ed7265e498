//! Six towns in which policies are measured: guests with hidden kinds come or stay away, remember depths, form
//! habits, choose among the cards they are shown.
//!
//! Names nothing of `learn`: what is measured must not know the measure. Simulated results say how a policy
//! does in these towns and are never a gain in the world (`docs/towns.md`).

pub mod parameters;
pub mod form;
pub mod lot;
pub mod shelf;
pub mod guests;
pub mod till;
pub mod wish;
pub mod rules;
pub mod worth;
pub mod grid;
pub mod oracle;
pub mod street;
pub mod outcome;
pub mod run;
pub mod compare;
pub mod tune;
pub mod trial;
#[cfg(feature = "edge")]
pub mod engine;
