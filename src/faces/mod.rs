//! Ways to drive a counter without a window. Thin: unpack, one call, pack.

pub mod json_lines;
