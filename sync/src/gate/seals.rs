//! Signed requests: by whom, not too old, and not twice.

use crate::ledger::counters::{Enrolled, Speaker, State};
use kava::{
    facts::moment::Moment,
    wire::{
        code::PhoneKey,
        seal::{Asked, SKEW_MS, Seal},
    },
};
use std::collections::{BTreeMap, BTreeSet};

/// Requests of one key that are remembered within the time they could be sent again.
const REMEMBERED_MAX: usize = 20_000;
/// Keys of which requests are remembered before those are forgotten that have not asked lately: a phone makes its own.
const KEYS_MAX: usize = 10_000;

/// Why a signed request is not let in.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SealFault {
    /// A header is missing or is not what it should be.
    #[error("the request is not signed; enrol this counter with `kava enrol`")]
    Missing,
    /// The key is nobody's.
    #[error("no counter has this key; enrol it with `kava enrol`")]
    Stranger,
    /// The counter has another key by now.
    #[error("this counter was enrolled again on another machine; enrol this one with a code of its own")]
    Replaced,
    /// Shut out.
    #[error("this counter was shut out at the office; ask there")]
    Revoked,
    /// The signature does not fit.
    #[error("the signature does not fit the request; send it again")]
    Forged,
    /// Signed too long ago or ahead of time.
    #[error("the request was signed at {signed}, the office has {office}; sign it by the office's clock")]
    Clock {
        /// By the counter.
        signed: Moment,
        /// By the office.
        office: Moment,
    },
    /// The same request once more.
    #[error("this request was made before; sign a new one")]
    Replayed,
}

impl SealFault {
    /// The stable code.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            SealFault::Missing => "seal_missing",
            SealFault::Stranger => "seal_stranger",
            SealFault::Replaced => "seal_replaced",
            SealFault::Revoked => "seal_revoked",
            SealFault::Forged => "seal_forged",
            SealFault::Clock { .. } => "seal_clock",
            SealFault::Replayed => "seal_replayed",
        }
    }
}

/// Whom the request comes from. The order is on purpose: nothing is said of time or nonce to somebody who cannot
/// sign.
///
/// # Errors
/// The first [`SealFault`] that holds.
pub fn check(seal: &Seal, speaker: Speaker, asked: &Asked<'_>, now: Moment) -> Result<Enrolled, SealFault> {
    let enrolled = match speaker {
        Speaker::Now(enrolled) => enrolled,
        Speaker::Before => return Err(SealFault::Replaced),
        Speaker::Nobody => return Err(SealFault::Stranger),
    };
    if !seal.is_good(&enrolled.public, asked) {
        return Err(SealFault::Forged);
    }
    if enrolled.state == State::Revoked {
        return Err(SealFault::Revoked);
    }
    if seal.time.0.abs_diff(now.0) > SKEW_MS.unsigned_abs() {
        return Err(SealFault::Clock { signed: seal.time, office: now });
    }
    Ok(enrolled)
}

/// Whether a phone's request is in order: the same headers and text as a counter's, signed with the phone's key.
///
/// # Errors
/// The first [`SealFault`] that holds.
pub fn check_phone(seal: &Seal, key: &PhoneKey, asked: &Asked<'_>, now: Moment) -> Result<(), SealFault> {
    if !key.verifies(seal.text(asked).as_bytes(), &seal.signature) {
        return Err(SealFault::Forged);
    }
    if seal.time.0.abs_diff(now.0) > SKEW_MS.unsigned_abs() {
        return Err(SealFault::Clock { signed: seal.time, office: now });
    }
    Ok(())
}

/// Nonces that could still be used again.
#[derive(Debug, Default)]
pub struct Nonces {
    seen: BTreeMap<String, BTreeSet<(i64, [u8; 16])>>,
}

impl Nonces {
    /// Remembers a request that was let in.
    ///
    /// # Errors
    /// [`SealFault::Replayed`] when it was let in before.
    pub fn take(&mut self, seal: &Seal, now: Moment) -> Result<(), SealFault> {
        // Whatever is older is refused for its time.
        let oldest = now.0.saturating_sub(SKEW_MS);
        if self.seen.len() >= KEYS_MAX {
            self.seen.retain(|_, seen| seen.last().is_some_and(|(time, _)| *time >= oldest));
        }
        let seen = self.seen.entry(seal.key.clone()).or_default();
        while seen.first().is_some_and(|(time, _)| *time < oldest) || seen.len() >= REMEMBERED_MAX {
            seen.pop_first();
        }
        if seen.insert((seal.time.0, seal.nonce)) { Ok(()) } else { Err(SealFault::Replayed) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use kava::{
        facts::id::{CounterId, ShopId},
        wire::bundle::public_of,
    };

    const SECRET: [u8; 32] = [5; 32];
    const NOW: Moment = Moment(1_772_431_200_000);
    const ASKED: Asked<'static> = Asked { method: "POST", path: "/api/v1/records", body: b"x" };

    fn enrolled(state: State) -> Speaker {
        Speaker::Now(Enrolled {
            id: 1,
            shop: ShopId::new("1"),
            counter: CounterId::new("1"),
            public: public_of(&SECRET),
            epoch: 1,
            state,
        })
    }

    fn seal(time: i64) -> Seal {
        Seal::new(&SECRET, &ASKED, Moment(NOW.0 + time), [1; 16])
    }

    #[test]
    fn who_is_let_in_is_as_a_table_says() {
        let active = || enrolled(State::Active);
        let table = [
            (seal(0), active(), None),
            (seal(-SKEW_MS), active(), None),
            (seal(SKEW_MS), enrolled(State::Quarantined), None),
            (seal(SKEW_MS + 1), active(), Some("seal_clock")),
            (seal(-365 * 86_400_000), active(), Some("seal_clock")),
            (seal(0), enrolled(State::Revoked), Some("seal_revoked")),
            (seal(0), Speaker::Before, Some("seal_replaced")),
            (seal(0), Speaker::Nobody, Some("seal_stranger")),
            (Seal { signature: [0; 64], ..seal(0) }, active(), Some("seal_forged")),
            (Seal { time: NOW, ..seal(1) }, active(), Some("seal_forged")),
        ];
        for (seal, speaker, expected) in table {
            let found = check(&seal, speaker, &ASKED, NOW).err().map(|fault| fault.code());
            assert_eq!(found, expected, "{seal:?}");
        }
    }

    #[test]
    fn the_same_request_is_taken_once_and_the_memory_stays_small() {
        let mut nonces = Nonces::default();
        assert_eq!(nonces.take(&seal(0), NOW), Ok(()));
        assert_eq!(nonces.take(&seal(0), NOW), Err(SealFault::Replayed));
        let next = seal(1);
        for n in 0..50_000_u64 {
            let mut nonce = [0; 16];
            nonce[..8].copy_from_slice(&n.to_be_bytes());
            nonces.take(&Seal { nonce, ..next.clone() }, NOW).unwrap();
        }
        assert!(nonces.seen.values().all(|seen| seen.len() <= REMEMBERED_MAX));
        for n in 0..2 * KEYS_MAX {
            let at = Moment(NOW.0 + i64::try_from(n).unwrap() * 100);
            nonces.take(&Seal { key: format!("{n:016x}"), time: at, ..next.clone() }, at).unwrap();
        }
        assert!(nonces.seen.len() <= KEYS_MAX, "{} keys are remembered", nonces.seen.len());
        let mut nonces = Nonces::default();
        nonces.take(&seal(1), NOW).unwrap();
        nonces.take(&seal(2 * SKEW_MS), Moment(NOW.0 + 2 * SKEW_MS)).unwrap();
        assert_eq!(nonces.seen.values().map(BTreeSet::len).sum::<usize>(), 1, "old ones are forgotten");
    }
}
