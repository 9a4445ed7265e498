//! How often somebody may try: a bucket for each address, or each name, that fills slowly, and one for those together for whom
//! there is no room.

use std::{
    collections::BTreeMap,
    net::{IpAddr, Ipv6Addr},
};

/// How often somebody may try.
#[derive(Debug, Clone, Copy)]
pub struct Pace {
    /// Tries at once from one address.
    pub burst: u32,
    /// One more after so many milliseconds.
    pub refill_ms: i64,
}

impl Pace {
    /// Of guesses at a code.
    pub const GUESSES: Pace = Pace { burst: 10, refill_ms: 6_000 };
    /// Of guesses at one clerk's password, from wherever: so many that whoever fails under another's name from a handful of
    /// addresses keeps nobody out.
    pub const NAMES: Pace = Pace { burst: 300, refill_ms: 200 };
    /// Of phones that join: everybody in a café has one address.
    pub const JOINS: Pace = Pace { burst: 60, refill_ms: 1_000 };
    /// Of clerks who look at pages: everybody in an office has one address.
    pub const LOOKS: Pace = Pace { burst: 300, refill_ms: 50 };
}

/// The addresses that somebody has together: of IPv6 a whole network of 2⁶⁴.
#[must_use]
pub fn household(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V4(_) => address,
        IpAddr::V6(long) => Ipv6Addr::from_bits(long.to_bits() >> 64 << 64).into(),
    }
}

/// Addresses that are remembered; beyond that everybody shares one bucket.
const ADDRESSES_MAX: usize = 4_096;

/// Who tried how often.
#[derive(Debug)]
pub struct Tries<Who = IpAddr> {
    pace: Pace,
    buckets: BTreeMap<Who, Bucket>,
    crowd: Option<Bucket>,
}

#[derive(Debug, Clone, Copy)]
struct Bucket {
    left: u32,
    at_ms: i64,
}

impl Bucket {
    fn take(&mut self, now_ms: i64, pace: Pace) -> bool {
        let gained = (now_ms - self.at_ms).max(0) / pace.refill_ms;
        if gained > 0 {
            let left = i64::from(self.left).saturating_add(gained).min(i64::from(pace.burst));
            self.left = u32::try_from(left).unwrap_or(pace.burst);
            self.at_ms = now_ms;
        }
        let may = self.left > 0;
        self.left = self.left.saturating_sub(1);
        may
    }

    const fn is_full(self, now_ms: i64, pace: Pace) -> bool {
        now_ms - self.at_ms > pace.refill_ms * pace.burst as i64
    }
}

impl<Who: Ord> Tries<Who> {
    /// Nobody has tried yet.
    #[must_use]
    pub const fn at(pace: Pace) -> Tries<Who> {
        Tries { pace, buckets: BTreeMap::new(), crowd: None }
    }

    /// Whether they may try now; the time is one that only goes forward.
    pub fn may(&mut self, who: Who, now_ms: i64) -> bool {
        let pace = self.pace;
        let full = Bucket { left: pace.burst, at_ms: now_ms };
        if self.buckets.len() >= ADDRESSES_MAX {
            self.buckets.retain(|_, bucket| !bucket.is_full(now_ms, pace));
        }
        if self.buckets.len() >= ADDRESSES_MAX && !self.buckets.contains_key(&who) {
            return self.crowd.get_or_insert(full).take(now_ms, pace);
        }
        self.buckets.entry(who).or_insert(full).take(now_ms, pace)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ten_tries_at_once_then_one_every_six_seconds() {
        let mut tries = Tries::at(Pace::GUESSES);
        let here: IpAddr = "192.0.2.1".parse().unwrap();
        assert_eq!((0..100).filter(|_| tries.may(here, 0)).count(), 10);
        assert!(!tries.may(here, 5_999));
        assert!(tries.may(here, 6_000) && !tries.may(here, 6_001));
        assert!(tries.may("192.0.2.2".parse().unwrap(), 6_001), "another address is not held up");
        assert_eq!((0..100).filter(|_| tries.may(here, 10_000_000)).count(), 10, "no more than a bucket");
    }

    #[test]
    fn who_fails_under_a_name_from_a_few_addresses_keeps_nobody_out() {
        let mut names: Tries<String> = Tries::at(Pace::NAMES);
        let mut addresses: Vec<Tries> = (0..20).map(|_| Tries::at(Pace::GUESSES)).collect();
        let here: IpAddr = "192.0.2.1".parse().unwrap();
        for now_ms in (0..3_600_000).step_by(1_000) {
            for tries in &mut addresses {
                if tries.may(here, now_ms) {
                    names.may("owner".into(), now_ms);
                }
            }
            assert!(names.may("owner".into(), now_ms), "after {now_ms} ms");
        }
    }

    #[test]
    fn a_network_of_ipv6_is_one_household() {
        let of = |text: &str| household(text.parse().unwrap()).to_string();
        assert_eq!(of("2001:db8:1:2:aaaa:bbbb:cccc:dddd"), "2001:db8:1:2::");
        assert_eq!(of("192.0.2.1"), "192.0.2.1");
    }

    #[test]
    fn many_addresses_share_what_is_left() {
        let mut tries: Tries = Tries::at(Pace::GUESSES);
        let address = |n: u32| IpAddr::from(n.to_be_bytes());
        let crowd = u32::try_from(ADDRESSES_MAX).unwrap();
        assert!((0..crowd).all(|n| tries.may(address(n), 0)));
        let let_in = (crowd..crowd * 2).filter(|n| tries.may(address(*n), 0)).count();
        assert_eq!(let_in, 10);
    }
}
