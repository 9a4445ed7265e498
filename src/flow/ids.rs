//! Ids and salts, made at the moment of the sale. With a seed they repeat, for simulations.

use crate::facts::id::{CustomerId, ReceiptId, VisitId};
use crate::facts::moment::Moment;
use sha2::{Digest, Sha256};

/// A source of unguessable bytes: SHA-256 of seed and count.
#[derive(Debug, Clone)]
pub struct Ids {
    seed: [u8; 32],
    count: u64,
}

impl Ids {
    /// Ids nobody can foresee.
    ///
    /// # Errors
    /// When the machine has no randomness to give.
    pub fn random() -> Result<Ids, String> {
        let mut seed = [0; 32];
        getrandom::fill(&mut seed).map_err(|error| format!("the machine gives no random bytes: {error}"))?;
        Ok(Ids { seed, count: 0 })
    }

    /// Ids that repeat: the same seed at the same place in the series gives the same ids.
    #[must_use]
    pub fn seeded(seed: u64, place: (i64, i64)) -> Ids {
        let mut hasher = Sha256::new();
        hasher.update(seed.to_be_bytes());
        hasher.update(place.0.to_be_bytes());
        hasher.update(place.1.to_be_bytes());
        Ids { seed: hasher.finalize().into(), count: 0 }
    }

    /// Sixteen fresh bytes.
    pub fn salt(&mut self) -> [u8; 16] {
        self.count += 1;
        let mut hasher = Sha256::new();
        hasher.update(self.seed);
        hasher.update(self.count.to_be_bytes());
        let mut bytes = [0; 16];
        for (byte, fresh) in bytes.iter_mut().zip(hasher.finalize()) {
            *byte = fresh;
        }
        bytes
    }

    /// A fresh key.
    pub fn key(&mut self) -> [u8; 32] {
        let (one, other) = (self.salt(), self.salt());
        Sha256::new().chain_update(one).chain_update(other).finalize().into()
    }

    /// A visit's id: sixteen hexadecimal digits.
    pub fn visit(&mut self) -> VisitId {
        VisitId::new(format!("v{:016x}", self.number()))
    }

    /// A receipt's id: a UUID of version 7, so ids sort by time.
    pub fn receipt(&mut self, at: Moment) -> ReceiptId {
        let random = u128::from_be_bytes(self.salt());
        let time = u128::from(at.0.max(0).unsigned_abs() & 0xffff_ffff_ffff);
        let bits =
            (time << 80) | (random & 0x0000_0000_0000_0fff_3fff_ffff_ffff_ffff) | (0x7 << 76) | (0x2 << 62);
        let hex = format!("{bits:032x}");
        let part = |from: usize, to: usize| hex.get(from..to).unwrap_or_default();
        ReceiptId::new(format!(
            "{}-{}-{}-{}-{}",
            part(0, 8),
            part(8, 12),
            part(12, 16),
            part(16, 20),
            part(20, 32)
        ))
    }

    /// A customer's pseudonym: 32 hexadecimal digits.
    pub fn customer(&mut self) -> CustomerId {
        CustomerId::new(format!("c{:032x}", u128::from_be_bytes(self.salt())))
    }

    /// A number of a printed card.
    pub fn number(&mut self) -> u64 {
        self.salt().iter().take(8).fold(0, |sum, byte| (sum << 8) | u64::from(*byte))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn receipt_ids_are_uuids_that_sort_by_time() {
        let mut ids = Ids::seeded(1, (1, 0));
        let early = ids.receipt(Moment(1_700_000_000_000));
        let late = ids.receipt(Moment(1_700_000_000_001));
        assert!(early < late);
        assert_eq!(early.as_str().len(), 36);
        assert_eq!(early.as_str().as_bytes()[14], b'7');
        assert!(b"89ab".contains(&early.as_str().as_bytes()[19]));
    }
}
