//! The end of the lines, of which whoever rests hears at once.

use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::time::Duration;

/// Whether it has come.
#[derive(Debug, Clone, Default)]
pub(super) struct End(Arc<(Mutex<bool>, Condvar)>);

impl End {
    pub(super) fn come(&self) {
        *self.0.0.lock().unwrap_or_else(PoisonError::into_inner) = true;
        self.0.1.notify_all();
    }

    /// Rests so long, or until the end; gives whether it has come.
    pub(super) fn rest(&self, pause: Duration) -> bool {
        let over = self.0.0.lock().unwrap_or_else(PoisonError::into_inner);
        let waited = self.0.1.wait_timeout_while(over, pause, |over| !*over);
        *waited.unwrap_or_else(PoisonError::into_inner).0
    }

    pub(super) fn has_come(&self) -> bool {
        self.rest(Duration::ZERO)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whoever_rests_hears_of_the_end_at_once() {
        let end = End::default();
        assert!(!end.has_come() && !end.rest(Duration::from_millis(1)));
        let rests = end.clone();
        let resting = std::thread::spawn(move || rests.rest(Duration::from_secs(3_600)));
        end.come();
        assert!(resting.join().unwrap() && end.has_come());
    }
}
