//! Ways to drive a counter. Thin: unpack, one call, pack.

pub mod json_lines;
pub mod barista;
#[cfg(feature = "listen")]
pub mod http;
