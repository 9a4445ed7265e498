//! Calm: a panic in a step must not stop the queue. The caller gives what to do instead.

use std::panic::{AssertUnwindSafe, catch_unwind};

/// Runs a step; should it panic, says so in the log and gives the fallback.
pub fn or_else<T>(step: &str, run: impl FnOnce() -> T, fallback: impl FnOnce() -> T) -> T {
    catch_unwind(AssertUnwindSafe(run)).unwrap_or_else(|_| {
        tracing::error!(step, "a step panicked; going on at full price");
        fallback()
    })
}
