//! Passwords of those who work at the office: what may be one, and how it is kept. Argon2id with 19 MiB, two rounds and
//! one lane, as OWASP's password storage cheat sheet asks at least.

use argon2::{Algorithm, Argon2, Params, Version};
use subtle::ConstantTimeEq;

/// The fewest characters.
pub const LENGTH_MIN: usize = 12;
/// The most bytes: whoever sends more shall not keep the office busy.
pub const BYTES_MAX: usize = 256;

/// A password as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Password {
    /// Drawn for it.
    pub salt: [u8; 16],
    /// What can be computed of it, and not the other way round.
    pub hash: [u8; 32],
}

impl Password {
    /// Keeps a password; it takes some tens of milliseconds.
    ///
    /// # Errors
    /// When the system gives no random numbers or no memory.
    pub fn keep(typed: &str) -> Result<Password, String> {
        let mut salt = [0; 16];
        getrandom::fill(&mut salt).map_err(|e| format!("the system gives no random numbers: {e}"))?;
        Ok(Password { salt, hash: hash(typed, &salt)? })
    }

    /// Whether this is the password that was kept.
    #[must_use]
    pub fn is(&self, typed: &str) -> bool {
        hash(typed, &self.salt).is_ok_and(|hash| hash.ct_eq(&self.hash).into())
    }

    /// Nobody's: checked where there is no such clerk, so that an answer takes the same time.
    #[must_use]
    pub const fn nobodys() -> Password {
        Password { salt: [0; 16], hash: [0; 32] }
    }
}

/// A shorter name is in many good passwords by chance.
const NAME_COUNTS: usize = 4;

/// What is wrong with a password that somebody of this name wants.
///
/// # Errors
/// One sentence.
pub fn check(typed: &str, name: &str) -> Result<(), String> {
    if typed.chars().count() < LENGTH_MIN {
        return Err(format!("the password is too short; take at least {LENGTH_MIN} characters"));
    }
    if typed.len() > BYTES_MAX {
        return Err(format!("the password is too long; take at most {BYTES_MAX} bytes"));
    }
    let small = typed.to_lowercase();
    let mut letters: Vec<char> = small.chars().collect();
    letters.sort_unstable();
    letters.dedup();
    let has_name = name.chars().count() >= NAME_COUNTS && small.contains(name);
    if letters.len() < 5 || has_name {
        return Err("the password is too easy to guess; take several words".into());
    }
    Ok(())
}

fn hash(typed: &str, salt: &[u8; 16]) -> Result<[u8; 32], String> {
    let params = Params::new(19 * 1024, 2, 1, Some(32)).map_err(|e| e.to_string())?;
    let mut hash = [0; 32];
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
        .hash_password_into(typed.as_bytes(), salt, &mut hash)
        .map_err(|e| e.to_string())?;
    Ok(hash)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_known_again_and_no_other_is() {
        let kept = Password::keep("адзін два тры").unwrap();
        assert!(kept.is("адзін два тры"));
        for other in ["адзін два тры ", "Адзін два тры", ""] {
            assert!(!kept.is(other), "{other}");
        }
        assert_ne!(kept, Password::keep("адзін два тры").unwrap(), "a salt of its own");
        assert!(!Password::nobodys().is(""));
    }

    #[test]
    fn what_may_be_a_password_is_as_a_table_says() {
        let table = [
            ("адзін два тры", true),
            ("eleven char", false),
            ("aaaaaaaaaaaaaaaa", false),
            ("ганна-ганна-1990", false),
            ("correct horse battery", true),
        ];
        for (typed, good) in table {
            assert_eq!(check(typed, "ганна").is_ok(), good, "{typed}");
        }
        assert!(check(&"abcdefgh".repeat(33), "x").is_err());
        assert!(check("a kettle and a spoon", "a").is_ok());
    }
}
