//! How often somebody may try: a bucket for each address that fills slowly, and one for all of them together.

use std::{collections::BTreeMap, net::IpAddr};

/// Tries at once from one address.
const BURST: u32 = 10;
/// One more after so many milliseconds.
const REFILL_MS: i64 = 6_000;
/// Addresses that are remembered; beyond that everybody shares one bucket.
const ADDRESSES_MAX: usize = 4_096;

/// Who tried how often.
#[derive(Debug, Default)]
pub struct Tries {
    buckets: BTreeMap<IpAddr, Bucket>,
    crowd: Option<Bucket>,
}

#[derive(Debug, Clone, Copy)]
struct Bucket {
    left: u32,
    at_ms: i64,
}

impl Bucket {
    fn take(&mut self, now_ms: i64) -> bool {
        let gained = (now_ms - self.at_ms).max(0) / REFILL_MS;
        if gained > 0 {
            let left = i64::from(self.left).saturating_add(gained).min(i64::from(BURST));
            self.left = u32::try_from(left).unwrap_or(BURST);
            self.at_ms = now_ms;
        }
        let may = self.left > 0;
        self.left = self.left.saturating_sub(1);
        may
    }

    const fn is_full(self, now_ms: i64) -> bool {
        now_ms - self.at_ms > REFILL_MS * BURST as i64
    }
}

impl Tries {
    /// Whether this address may try now; the time is one that only goes forward.
    pub fn may(&mut self, address: IpAddr, now_ms: i64) -> bool {
        let full = Bucket { left: BURST, at_ms: now_ms };
        if self.buckets.len() >= ADDRESSES_MAX {
            self.buckets.retain(|_, bucket| !bucket.is_full(now_ms));
        }
        if self.buckets.len() >= ADDRESSES_MAX && !self.buckets.contains_key(&address) {
            return self.crowd.get_or_insert(full).take(now_ms);
        }
        self.buckets.entry(address).or_insert(full).take(now_ms)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ten_tries_at_once_then_one_every_six_seconds() {
        let mut tries = Tries::default();
        let here: IpAddr = "192.0.2.1".parse().unwrap();
        assert_eq!((0..100).filter(|_| tries.may(here, 0)).count(), 10);
        assert!(!tries.may(here, 5_999));
        assert!(tries.may(here, 6_000) && !tries.may(here, 6_001));
        assert!(tries.may("192.0.2.2".parse().unwrap(), 6_001), "another address is not held up");
        assert_eq!((0..100).filter(|_| tries.may(here, 10_000_000)).count(), 10, "no more than a bucket");
    }

    #[test]
    fn many_addresses_share_what_is_left() {
        let mut tries = Tries::default();
        let address = |n: u32| IpAddr::from(n.to_be_bytes());
        let crowd = u32::try_from(ADDRESSES_MAX).unwrap();
        assert!((0..crowd).all(|n| tries.may(address(n), 0)));
        let let_in = (crowd..crowd * 2).filter(|n| tries.may(address(*n), 0)).count();
        assert_eq!(let_in, 10);
    }
}
