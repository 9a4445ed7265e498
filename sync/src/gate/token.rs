//! Tokens: 256 random bits that a browser holds, as hexadecimal digits. What is kept of one is its hash, so that nobody who
//! reads the ledger can use it.

use kava::facts::menu::to_hex;
use sha2::{Digest, Sha256};

/// A fresh token.
///
/// # Errors
/// When the system gives no random numbers.
pub fn fresh() -> Result<String, String> {
    let mut random = [0_u8; 32];
    getrandom::fill(&mut random).map_err(|e| format!("the system gives no random numbers: {e}"))?;
    Ok(to_hex(&random))
}

/// What is kept of a token; nothing when it is none.
#[must_use]
pub fn hash(token: &str) -> Option<[u8; 32]> {
    let is_token = token.len() == 64 && token.bytes().all(|c| matches!(c, b'0'..=b'9' | b'a'..=b'f'));
    is_token.then(|| Sha256::digest(token.as_bytes()).into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_has_a_hash_of_its_own_and_what_is_none_has_none() {
        let (one, other) = (fresh().unwrap(), fresh().unwrap());
        assert!(hash(&one).is_some() && hash(&one) != hash(&other));
        for none in
            ["", "0", &one[1..], &one.to_uppercase().replace(|c: char| c.is_ascii_digit(), "A"), "'; --"]
        {
            assert_eq!(hash(none), None, "{none}");
        }
    }
}
