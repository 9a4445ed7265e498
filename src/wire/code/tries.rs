//! How often somebody may enter wrong digits, of a short code or a PIN, before the counter stops listening for a
//! while.

use super::fault::PassFault;
use crate::facts::moment::Moment;
use serde::{Deserialize, Serialize};

/// So many wrong entries are allowed within [`WITHIN_MS`].
pub const TRIES_MAX: usize = 5;
/// Ten minutes.
pub const WITHIN_MS: i64 = 600_000;

/// Wrong entries of the last minutes. What happens on a clock that jumps back counts as now.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Tries(Vec<Moment>);

impl Tries {
    /// Whether another entry is allowed.
    ///
    /// # Errors
    /// When too many were wrong.
    pub fn allow(&mut self, now: Moment) -> Result<(), PassFault> {
        self.0.retain(|at| now < at.later(WITHIN_MS));
        match self.0.first() {
            Some(first) if self.0.len() >= TRIES_MAX => {
                let left = first.later(WITHIN_MS).0.saturating_sub(now.0).min(WITHIN_MS);
                Err(PassFault::TooManyTries { minutes: left / 60_000 + 1 })
            }
            _ => Ok(()),
        }
    }

    /// Remembers a wrong entry.
    pub fn missed(&mut self, now: Moment) {
        if self.0.len() < TRIES_MAX {
            self.0.push(now);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn five_wrong_entries_close_the_door_for_ten_minutes() {
        let mut tries = Tries::default();
        for second in 0..5 {
            assert!(tries.allow(Moment(second * 1000)).is_ok());
            tries.missed(Moment(second * 1000));
        }
        assert_eq!(tries.allow(Moment(5_000)), Err(PassFault::TooManyTries { minutes: 10 }));
        assert!(tries.allow(Moment(600_000)).is_ok(), "the first is ten minutes ago");
    }
}
