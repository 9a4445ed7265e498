//! A scanner at a port of its own: what it reads goes to whoever listens.

use crate::ports::{Scan, ScanFault, Scanner};
use std::time::Duration;

/// How long the scanner is listened to before it is looked whether anybody still listens.
const LISTEN: Duration = Duration::from_secs(1);

/// Puts every code, and in words what is wrong with the scanner, until nobody takes it or the scanner has ended.
/// A scanner that is gone is said once; the next code says that it is back.
pub fn each(mut scanner: Box<dyn Scanner>, mut put: impl FnMut(Result<Scan, String>) -> bool) {
    let mut gone = false;
    loop {
        let heard = match scanner.next(LISTEN) {
            Ok(None) => {
                gone = false;
                continue;
            }
            Ok(Some(scan)) => Ok(scan),
            Err(ScanFault::Ended) => return,
            Err(ScanFault::Gone(_)) if gone => continue,
            Err(fault) => {
                gone = matches!(fault, ScanFault::Gone(_));
                Err(fault.to_string())
            }
        };
        if !put(heard) {
            return;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::VecDeque;

    /// A scanner that is gone three times, comes back, and then ends.
    struct Shaky(VecDeque<Result<Option<Scan>, ScanFault>>);

    impl Scanner for Shaky {
        fn next(&mut self, _deadline: Duration) -> Result<Option<Scan>, ScanFault> {
            self.0.pop_front().unwrap_or(Err(ScanFault::Ended))
        }
    }

    #[test]
    fn a_scanner_that_is_gone_is_said_once_and_tried_again() {
        let scan = || Scan { text: "4711".into(), symbology: None, took: Duration::ZERO };
        let gone = || Err(ScanFault::Gone("plug it in".into()));
        let calls = [gone(), gone(), gone(), Ok(None), Ok(Some(scan())), gone()];
        let mut heard = Vec::new();
        each(Box::new(Shaky(calls.into())), |one| {
            heard.push(one);
            true
        });
        let trouble = Err("plug it in".to_owned());
        assert_eq!(heard, [trouble.clone(), Ok(scan()), trouble]);
    }
}
