//! Two clocks: the machine's, and one that is told the time.

use crate::facts::moment::Moment;
use crate::ports::Clock;
use std::{
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
    time::{SystemTime, UNIX_EPOCH},
};

/// The machine's own clock. It may jump in either direction; judging that is the flow's work.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "this is the one place that reads the machine's clock")]
    fn now(&mut self) -> Moment {
        let now = SystemTime::now();
        let milliseconds = match now.duration_since(UNIX_EPOCH) {
            Ok(since) => i64::try_from(since.as_millis()).unwrap_or(i64::MAX),
            Err(before) => i64::try_from(before.duration().as_millis()).map_or(i64::MIN, |ms| -ms),
        };
        Moment(milliseconds)
    }
}

/// A clock that stands still until it is set: for requests that carry their own time, and for tests.
/// Clones share one time.
#[derive(Debug, Clone)]
pub struct SetClock(Arc<AtomicI64>);

impl SetClock {
    /// A clock standing at this moment.
    #[must_use]
    pub fn new(at: Moment) -> SetClock {
        SetClock(Arc::new(AtomicI64::new(at.0)))
    }

    /// Sets it, forwards or back.
    pub fn set(&self, at: Moment) {
        self.0.store(at.0, Ordering::SeqCst);
    }
}

impl Clock for SetClock {
    fn now(&mut self) -> Moment {
        Moment(self.0.load(Ordering::SeqCst))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_machines_clock_is_after_this_was_written() {
        let written: Moment = "2026-11-01T00:00:00Z".parse().unwrap();
        assert!(SystemClock.now() > written);
    }

    #[test]
    fn a_set_clock_tells_what_its_clone_was_set_to() {
        let hand = SetClock::new(Moment(1));
        let mut face = hand.clone();
        assert_eq!(face.now(), Moment(1));
        hand.set(Moment(-5));
        assert_eq!(face.now(), Moment(-5));
    }
}
