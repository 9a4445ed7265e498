//! Bytes ↔ decimal digits, so that a code survives every keyboard layout and packs into a QR code's numeric
//! mode: seven bytes are seventeen digits, which wastes 0.9 % and fits a 64-bit number.

const GROUP_BYTES: usize = 7;
const GROUP_DIGITS: usize = 17;
/// Digits of a last group of so many bytes.
const REST_DIGITS: [usize; GROUP_BYTES] = [0, 3, 5, 8, 10, 13, 15];

/// The bytes as digits: each group of seven bytes, big-endian, as seventeen; a shorter last group of 1 to 6
/// bytes as 3, 5, 8, 10, 13 or 15.
#[must_use]
pub fn encode(bytes: &[u8]) -> String {
    let mut digits = String::with_capacity(bytes.len() / GROUP_BYTES * GROUP_DIGITS + GROUP_DIGITS);
    for group in bytes.chunks(GROUP_BYTES) {
        let number = group.iter().fold(0u64, |number, byte| number << 8 | u64::from(*byte));
        let width = if group.len() == GROUP_BYTES { GROUP_DIGITS } else { rest_digits(group.len()) };
        digits.push_str(&format!("{number:0width$}"));
    }
    digits
}

/// The bytes behind digits. Each text has at most one reading, and each reading one text.
#[must_use]
pub fn decode(digits: &str) -> Option<Vec<u8>> {
    if !digits.bytes().all(|digit| digit.is_ascii_digit()) {
        return None;
    }
    let mut bytes = Vec::with_capacity(digits.len() / GROUP_DIGITS * GROUP_BYTES + GROUP_BYTES);
    for group in digits.as_bytes().chunks(GROUP_DIGITS) {
        let width = match group.len() {
            GROUP_DIGITS => GROUP_BYTES,
            length => REST_DIGITS.iter().position(|digits| *digits == length)?,
        };
        let number = group.iter().fold(0u64, |number, digit| number * 10 + u64::from(digit - b'0'));
        let [_, low @ ..] = number.to_be_bytes();
        // A number that needs more bytes than the group has would be a second text for the same bytes.
        if number >> (8 * width) != 0 {
            return None;
        }
        bytes.extend(low.iter().skip(GROUP_BYTES - width));
    }
    Some(bytes)
}

fn rest_digits(bytes: usize) -> usize {
    REST_DIGITS.get(bytes).copied().unwrap_or(GROUP_DIGITS)
}

/// The check digit that makes a number of decimal digits pass the Luhn test.
#[must_use]
pub fn luhn(digits: &str) -> u32 {
    let sum: u32 = digits
        .bytes()
        .rev()
        .enumerate()
        .map(|(place, digit)| {
            let digit = u32::from(digit.wrapping_sub(b'0'));
            if place % 2 == 0 { digit * 2 / 10 + digit * 2 % 10 } else { digit }
        })
        .sum();
    (10 - sum % 10) % 10
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn known_bytes_have_known_digits() {
        let table: [(&[u8], &str); 6] = [
            (&[], ""),
            (&[0], "000"),
            (&[255], "255"),
            (&[1, 0], "00256"),
            (&[255; 7], "72057594037927935"),
            (&[0, 0, 0, 0, 0, 0, 1, 2], "00000000000000001002"),
        ];
        for (bytes, digits) in table {
            assert_eq!(encode(bytes), digits);
            assert_eq!(decode(digits).as_deref(), Some(bytes));
        }
        for no in ["1", "12", "256", "0000", "99999999999999999", "12x", "65536", "１２３"] {
            assert_eq!(decode(no), None, "{no}");
        }
    }

    #[test]
    fn the_check_digit_is_luhns() {
        assert_eq!(luhn("7992739871"), 3);
        assert_eq!(luhn("0"), 0);
    }

    proptest! {
        #[test]
        fn bytes_survive_the_round_trip(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
            let digits = encode(&bytes);
            prop_assert!(digits.len() <= bytes.len() / 7 * 17 + 15);
            prop_assert_eq!(decode(&digits), Some(bytes));
        }

        #[test]
        fn what_decodes_has_one_text(digits in "[0-9]{0,80}") {
            if let Some(bytes) = decode(&digits) {
                prop_assert_eq!(encode(&bytes), digits);
            }
        }

        #[test]
        fn decoding_never_panics(text in "\\PC*") {
            decode(&text).map(|bytes| encode(&bytes));
        }
    }
}
