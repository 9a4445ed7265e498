//! Who may come in: one-time codes, signatures, passwords, tokens, and how often somebody may try, and how many
//! may be served at a time. No SQL, no HTTP.

pub mod code;
pub mod crowd;
pub mod password;
pub mod rate;
pub mod seals;
pub mod second;
pub mod token;
