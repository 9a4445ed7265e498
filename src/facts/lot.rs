//! A stable lot: the same names fall on the same place for ever, on every machine, whoever asks.

use super::money::WHOLE_BP;
use sha2::{Digest, Sha256};

/// The first eight bytes of the SHA-256 of these names, each ended by a zero.
#[must_use]
pub fn hash(names: &[&str]) -> u64 {
    let mut hasher = Sha256::new();
    for name in names {
        hasher.update(name.as_bytes());
        hasher.update([0]);
    }
    hasher.finalize().iter().take(8).fold(0, |sum, byte| (sum << 8) | u64::from(*byte))
}

/// The place of these names among ten thousand. Whoever is below a share in basis points is in it, so that a smaller share
/// later only lets names out.
#[must_use]
pub fn place_bp(names: &[&str]) -> i64 {
    i64::try_from(hash(names) % WHOLE_BP.unsigned_abs()).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_share_is_about_so_many_names_and_a_larger_one_has_all_of_a_smaller() {
        let names: Vec<String> = (0..20_000).map(|number| format!("c{number}")).collect();
        let below = |share: i64| names.iter().filter(|name| place_bp(&["lot", name]) < share).count();
        assert!((1_880..2_120).contains(&below(1_000)), "{}", below(1_000));
        assert_eq!((below(0), below(10_000)), (0, 20_000));
        let other = names.iter().filter(|name| place_bp(&["another", name]) < 1_000);
        let both = other.filter(|name| place_bp(&["lot", name]) < 1_000).count();
        assert!((130..280).contains(&both), "another lot is drawn anew: {both}");
    }

    #[test]
    fn where_one_name_ends_matters() {
        assert_ne!(hash(&["ab", "c"]), hash(&["a", "bc"]));
        assert_eq!(hash(&["holdout", "c1"]), 0x9794_901c_7f79_0810, "drawn for ever");
    }
}
