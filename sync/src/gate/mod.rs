//! Who may come in: one-time codes, signatures, and how often somebody may try. No SQL, no HTTP.

pub mod code;
pub mod rate;
pub mod seals;
