//! One-time codes that a person carries from the office to a counter: eighty random bits in sixteen letters and
//! digits that nobody mistakes for one another (Crockford's base 32). The ledger keeps only their hash.

use sha2::{Digest, Sha256};

/// Letters of a code.
const LETTERS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
/// How many of them; five bits each.
const LENGTH: usize = 16;

/// How long a code is good, in milliseconds.
pub const GOOD_FOR_MS: i64 = 600_000;

/// A fresh code, as a person reads it: `7K2M-QX9D-…`.
///
/// # Errors
/// When the system gives no random numbers.
pub fn fresh() -> Result<String, String> {
    let mut random = [0_u8; LENGTH];
    getrandom::fill(&mut random).map_err(|e| format!("the system gives no random numbers: {e}"))?;
    let mut code = String::with_capacity(LENGTH + 3);
    for (place, byte) in random.iter().enumerate() {
        if place > 0 && place % 4 == 0 {
            code.push('-');
        }
        code.push(char::from(LETTERS.get(usize::from(byte & 31)).copied().unwrap_or(b'0')));
    }
    Ok(code)
}

/// What is kept of a code; nothing when it is none. Small letters, spaces and dashes do not matter, and neither do
/// O for 0 and I or L for 1.
#[must_use]
pub fn hash(typed: &str) -> Option<[u8; 32]> {
    let mut code = Vec::with_capacity(LENGTH);
    for c in typed.chars().filter(|c| !c.is_whitespace() && *c != '-') {
        let letter = match c.to_ascii_uppercase() {
            'O' => '0',
            'I' | 'L' => '1',
            other => other,
        };
        let byte = u8::try_from(letter).ok().filter(|byte| LETTERS.contains(byte))?;
        if code.len() == LENGTH {
            return None;
        }
        code.push(byte);
    }
    (code.len() == LENGTH).then(|| Sha256::digest(&code).into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_read_however_a_person_types_it() {
        let code = fresh().unwrap();
        assert_eq!(code.len(), 19);
        let plain = hash(&code).unwrap();
        assert_eq!(hash(&code.to_lowercase().replace('-', " ")), Some(plain));
        assert_eq!(hash(&code.replace('0', "o").replace('1', "l")), Some(plain));
        assert_ne!(hash(&fresh().unwrap()), Some(plain));
    }

    #[test]
    fn what_is_no_code_has_no_hash() {
        for typed in
            ["", "7K2M", "7K2M-QX9D-7K2M-QX9D-7", "7K2M-QX9D-7K2M-QX9U", "ключ", "'; DROP TABLE counter"]
        {
            assert_eq!(hash(typed), None, "{typed}");
        }
    }
}
