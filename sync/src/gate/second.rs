//! The second factor: six digits that an app makes of a secret and the time (RFC 6238 with SHA-1, half minutes, as every such
//! app takes them).

use hmac::{Hmac, Mac};
use kava::facts::moment::Moment;
use sha1::Sha1;
use subtle::ConstantTimeEq;

/// Bytes of a secret.
pub const SECRET_BYTES: usize = 20;
/// How long digits are shown.
const STEP_MS: i64 = 30_000;
/// Digits of a step before and after are taken, too: clocks differ, and people type slowly.
const STEPS_APART: i64 = 1;

/// The step of which these are the digits, near a moment; nothing when they are of none.
#[must_use]
pub fn step_of(secret: &[u8], digits: &str, now: Moment) -> Option<i64> {
    let typed: String = digits.chars().filter(|c| !c.is_whitespace()).collect();
    let step = now.0.div_euclid(STEP_MS);
    (step - STEPS_APART..=step + STEPS_APART)
        .find(|step| digits_of(secret, *step).as_bytes().ct_eq(typed.as_bytes()).into())
}

/// The digits of a step.
#[must_use]
pub fn digits_of(secret: &[u8], step: i64) -> String {
    let Ok(mut mac) = Hmac::<Sha1>::new_from_slice(secret) else { return String::new() };
    mac.update(&step.to_be_bytes());
    let hash = mac.finalize().into_bytes();
    let at = usize::from(hash.last().copied().unwrap_or(0) & 15);
    let mut bytes = [0; 4];
    bytes.iter_mut().zip(hash.iter().skip(at)).for_each(|(byte, hashed)| *byte = *hashed);
    format!("{:06}", (u32::from_be_bytes(bytes) & 0x7fff_ffff) % 1_000_000)
}

/// A secret as apps take it: base 32 of RFC 4648, without padding.
#[must_use]
pub fn written(secret: &[u8]) -> String {
    const LETTERS: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    let mut text = String::new();
    let (mut held, mut bits) = (0_u32, 0);
    for byte in secret {
        (held, bits) = (held << 8 | u32::from(*byte), bits + 8);
        while bits >= 5 {
            bits -= 5;
            let letter = usize::try_from(held >> bits & 31).unwrap_or(0);
            text.push(char::from(LETTERS.get(letter).copied().unwrap_or(b'A')));
            held &= (1 << bits) - 1;
        }
    }
    if bits > 0 {
        // What is left of the last byte, filled up with zeros.
        let letter = usize::try_from(held << (5 - bits) & 31).unwrap_or(0);
        text.push(char::from(LETTERS.get(letter).copied().unwrap_or(b'A')));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 6238, appendix B, SHA-1: the last six of its eight digits.
    #[test]
    fn the_digits_are_those_of_the_standard() {
        let secret = b"12345678901234567890";
        for (seconds, digits) in
            [(59, "287082"), (1_111_111_109, "081804"), (1_234_567_890, "005924"), (20_000_000_000, "353130")]
        {
            let now = Moment(seconds * 1_000);
            assert_eq!(step_of(secret, digits, now), Some(seconds / 30), "{seconds}");
            assert_eq!(step_of(secret, digits, now.later(STEP_MS)), Some(seconds / 30), "half a minute late");
            assert_eq!(step_of(secret, digits, now.later(2 * STEP_MS)), None);
        }
        for none in ["", "28708", "2870822", "abcdef"] {
            assert_eq!(step_of(secret, none, Moment(59_000)), None, "{none}");
        }
    }

    /// RFC 4648, section 10, without padding.
    #[test]
    fn a_secret_is_written_as_apps_take_it() {
        for (bytes, text) in [("", ""), ("f", "MY"), ("foo", "MZXW6"), ("foobar", "MZXW6YTBOI")] {
            assert_eq!(written(bytes.as_bytes()), text);
        }
    }
}
