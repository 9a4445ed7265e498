//! How much there may be of the others' at a time. After a blackout all counters come back at once, each with a day's
//! records: then large bodies take turns, and whoever has one sale to tell of walks past them.

use std::{sync::Arc, time::Duration};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// A body of at most so many bytes waits for nobody: some twenty sales.
pub const SMALL_BYTES: usize = 8 * 1024;
/// Kilobytes of bodies that are in memory at a time.
const BODIES_KB: usize = 160 * 1024;
/// Kilobytes of large bodies that are unpacked, read and written at a time: some two thousand records, so that some
/// are written while the next are read.
const IN_WORK_KB: usize = 512;
/// How long a large body waits for its turn; a counter waits half a minute for an answer.
const TURN: Duration = Duration::from_secs(20);

/// The crowd at the door.
#[derive(Debug)]
pub struct Crowd {
    bodies: Arc<Semaphore>,
    turns: Arc<Semaphore>,
    patience: Duration,
}

impl Default for Crowd {
    fn default() -> Crowd {
        Crowd::with_patience(TURN)
    }
}

/// Room in memory, or a turn; given back when it is dropped.
pub type Permit = OwnedSemaphorePermit;

impl Crowd {
    fn with_patience(patience: Duration) -> Crowd {
        let of = |places| Arc::new(Semaphore::new(places));
        Crowd { bodies: of(BODIES_KB), turns: of(IN_WORK_KB), patience }
    }

    /// Room for a body of at most so many bytes, if there is any now.
    #[must_use]
    pub fn room(&self, bytes: usize) -> Option<Permit> {
        Arc::clone(&self.bodies).try_acquire_many_owned(kilobytes(bytes)).ok()
    }

    /// Waits for a turn; a small body needs none.
    ///
    /// # Errors
    /// When the turn does not come in time.
    pub async fn turn(&self, bytes: usize) -> Result<Option<Permit>, TooMany> {
        if bytes <= SMALL_BYTES {
            return Ok(None);
        }
        let share = kilobytes(bytes).min(kilobytes(IN_WORK_KB * 1024));
        let turn = Arc::clone(&self.turns).acquire_many_owned(share);
        match tokio::time::timeout(self.patience, turn).await {
            Ok(Ok(turn)) => Ok(Some(turn)),
            Ok(Err(_)) | Err(_) => Err(TooMany),
        }
    }
}

fn kilobytes(bytes: usize) -> u32 {
    u32::try_from(bytes.div_ceil(1024).max(1)).unwrap_or(u32::MAX)
}

/// Too many are here already.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TooMany;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn large_bodies_take_turns_and_small_ones_walk_past_them() {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
        runtime.block_on(async {
            let crowd = Crowd::with_patience(Duration::ZERO);
            let mut turns = Vec::new();
            for _ in 0..2 {
                turns.push(crowd.turn(IN_WORK_KB * 512).await.unwrap().unwrap());
            }
            assert!(crowd.turn(SMALL_BYTES).await.unwrap().is_none(), "a small one needs no turn");
            assert_eq!(crowd.turn(SMALL_BYTES + 1).await.map(drop), Err(TooMany));
            turns.pop();
            assert!(crowd.turn(SMALL_BYTES + 1).await.unwrap().is_some(), "there is room again");
            turns.clear();
            assert!(crowd.turn(64 * 1024 * 1024).await.unwrap().is_some(), "the largest has its turn, alone");
        });
    }

    #[test]
    fn bodies_have_only_so_much_memory() {
        let crowd = Crowd::default();
        let permits: Vec<Permit> = std::iter::from_fn(|| crowd.room(4 * 1024 * 1024)).collect();
        assert_eq!(permits.len(), BODIES_KB / 4096);
        assert!(crowd.room(1).is_none());
        drop(permits);
        assert!(crowd.room(1).is_some());
    }
}
