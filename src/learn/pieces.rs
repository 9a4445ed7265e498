//! Work on many cores whose result does not depend on how many there are: fixed pieces, answers in order.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

/// The most threads that are started.
const THREADS_MAX: usize = 16;

/// What `work` makes of each piece of `size` items, in the order of the pieces. A sum over the answers is
/// the same on one core and on many.
pub fn each<T: Sync, R: Send>(items: &[T], size: usize, work: impl Fn(&[T]) -> R + Sync) -> Vec<R> {
    let pieces: Vec<&[T]> = items.chunks(size.max(1)).collect();
    let threads = thread::available_parallelism().map_or(1, usize::from).min(THREADS_MAX).min(pieces.len());
    if threads <= 1 {
        return pieces.into_iter().map(work).collect();
    }
    let next = AtomicUsize::new(0);
    let take = || {
        let mut own = Vec::new();
        while let Some((number, piece)) = take_one(&next, &pieces) {
            own.push((number, work(piece)));
        }
        own
    };
    let mut done: Vec<(usize, R)> = thread::scope(|scope| {
        let others: Vec<_> = (1..threads).map(|_| scope.spawn(take)).collect();
        let mut all = take();
        for other in others {
            match other.join() {
                Ok(own) => all.extend(own),
                // A piece that panicked panics here too: nothing is left out silently.
                Err(panic) => std::panic::resume_unwind(panic),
            }
        }
        all
    });
    done.sort_unstable_by_key(|(number, _)| *number);
    done.into_iter().map(|(_, answer)| answer).collect()
}

fn take_one<'a, T>(next: &AtomicUsize, pieces: &[&'a [T]]) -> Option<(usize, &'a [T])> {
    let number = next.fetch_add(1, Ordering::Relaxed);
    pieces.get(number).map(|piece| (number, *piece))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_stand_in_the_order_of_the_pieces() {
        let numbers: Vec<u64> = (0..1_003).collect();
        let sums = each(&numbers, 10, |piece| piece.iter().sum::<u64>());
        assert_eq!(sums.len(), 101);
        assert_eq!(sums.first(), Some(&45));
        assert_eq!(sums.last(), Some(&(1_000 + 1_001 + 1_002)));
        assert_eq!(sums.iter().sum::<u64>(), numbers.iter().sum::<u64>());
        assert_eq!(each(&[] as &[u64], 10, |piece| piece.len()), Vec::<usize>::new());
    }
}
