//! How registers on a shop's network are spoken to: HTTP/1.1, one connection a question, nothing repeated.
//!
//! Written here and not left to a client library for three reasons: whether a byte has left decides between
//! *not done* and *unknown*; one register wants a header in upper case; and the whole exchange must run
//! under one deadline, over anything that a test puts in the cable's place.

pub mod amount;
pub mod cable;
pub mod message;

pub use cable::{Cable, LanCable, Lost};
pub use message::{Reply, Request};

/// A secret in a file of its own, so that it stands in no configuration: the first line without its end.
///
/// # Errors
/// One sentence when the file cannot be read or is empty.
pub fn secret(path: &std::path::Path) -> Result<String, String> {
    let text = std::fs::read_to_string(path)
        .map_err(|error| format!("{} cannot be read: {error}", path.display()))?;
    let line = text.lines().next().unwrap_or_default().trim();
    if line.is_empty() { Err(format!("{} is empty", path.display())) } else { Ok(line.to_owned()) }
}
