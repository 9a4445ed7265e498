//! Scan: from the scanner's text to a code that may be looked up.
//!
//! The first digit is the version. Version 1 is the printed static card: `1`, twelve digits of the
//! card's number, two check digits (ISO 7064 MOD 97-10), fifteen in all. Cards of an older programme
//! are any other 4 to 32 digits; they are looked up as they are. Versions 2 to 4 are described in
//! `docs/code.md`: a phone's full code, a short code of 22 digits, a blank membership.

mod family;

pub use family::{GROUP_SEPARATOR, Mark, Scanned, Symbology, sort};

use serde::{Deserialize, Serialize};

/// What a scanner read, told apart by shape alone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "is", content = "code", rename_all = "snake_case")]
pub enum Code {
    /// A printed card of version 1, check digits verified; all fifteen digits.
    PrintedCard(String),
    /// A card number of an older programme, digits only; six of them may have been said aloud.
    OldCard(String),
    /// A phone's full code, version 2.
    Full(String),
    /// A short code, version 3.
    Short(String),
    /// A blank membership with its claim, version 4.
    Blank(String),
}

impl Code {
    /// The digits under which the code is stored.
    #[must_use]
    pub fn digits(&self) -> &str {
        match self {
            Code::PrintedCard(digits)
            | Code::OldCard(digits)
            | Code::Full(digits)
            | Code::Short(digits)
            | Code::Blank(digits) => digits,
        }
    }
}

/// Why a text is no code.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CodeFault {
    /// Nothing was read.
    #[error("the code is empty; scan it again")]
    Empty,
    /// Longer than any code.
    #[error(
        "the code has {0} characters, no code is longer than {CODE_MAX}; scan the guest's code, not another one"
    )]
    TooLong(usize),
    /// Something that is not a digit.
    #[error("the code has the character {0:?}; codes are digits only, check the scanner's keyboard layout")]
    NotDigits(char),
    /// Too few digits.
    #[error("the code has {0} digits, the shortest has 4; scan it again")]
    TooShort(usize),
    /// Misread or mistyped.
    #[error("the check digits of the card do not fit; scan it again or type all fifteen digits")]
    CheckDigits,
}

impl CodeFault {
    /// The stable code.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            CodeFault::Empty => "code_empty",
            CodeFault::TooLong(_) => "code_too_long",
            CodeFault::NotDigits(_) => "code_not_digits",
            CodeFault::TooShort(_) => "code_too_short",
            CodeFault::CheckDigits => "code_check_digits",
        }
    }
}

/// The most characters a code may have.
pub const CODE_MAX: usize = 700;
const OLD_CARD_MAX: usize = 32;
const OLD_CARD_LONGER: usize = OLD_CARD_MAX + 1;
const PRINTED_CARD_LENGTH: usize = 15;
const SHORT_LENGTH: usize = 22;

/// Reads a code. Spaces and dashes between digits are allowed, as people type them.
///
/// # Errors
/// Why the text is no code.
pub fn read(text: &str) -> Result<Code, CodeFault> {
    let text = text.trim();
    if text.is_empty() {
        return Err(CodeFault::Empty);
    }
    if text.len() > CODE_MAX {
        return Err(CodeFault::TooLong(text.chars().count()));
    }
    let digits: String = text.chars().filter(|c| !matches!(c, ' ' | '-')).collect();
    if let Some(other) = digits.chars().find(|c| !c.is_ascii_digit()) {
        return Err(CodeFault::NotDigits(other));
    }
    if digits.len() == PRINTED_CARD_LENGTH && digits.starts_with('1') {
        return if remainder_97(&digits) == 1 {
            Ok(Code::PrintedCard(digits))
        } else {
            Err(CodeFault::CheckDigits)
        };
    }
    match digits.len() {
        SHORT_LENGTH if digits.starts_with('3') => Ok(Code::Short(digits)),
        OLD_CARD_LONGER.. if digits.starts_with('2') => Ok(Code::Full(digits)),
        OLD_CARD_LONGER.. if digits.starts_with('4') => Ok(Code::Blank(digits)),
        0..4 => Err(CodeFault::TooShort(digits.len())),
        4..=OLD_CARD_MAX => Ok(Code::OldCard(digits)),
        length => Err(CodeFault::TooLong(length)),
    }
}

/// The printed card with this number, of which the last twelve digits count.
#[must_use]
pub fn printed_card(number: u64) -> Code {
    let body = format!("1{:012}", number % 1_000_000_000_000);
    let check = 98 - remainder_97(&format!("{body}00"));
    Code::PrintedCard(format!("{body}{check:02}"))
}

fn remainder_97(digits: &str) -> u32 {
    digits.bytes().fold(0, |sum, digit| (sum * 10 + u32::from(digit.wrapping_sub(b'0'))) % 97)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn texts_become_codes_or_reasons() {
        let card = printed_card(42);
        assert_eq!(card.digits(), "100000000004216");
        let table = [
            ("100000000004216", Ok(card.clone())),
            (" 1000 0000 0004 216 ", Ok(card)),
            ("100000000004217", Err(CodeFault::CheckDigits)),
            ("908-424-2890", Ok(Code::OldCard("9084242890".into()))),
            ("3012345678901234567890", Ok(Code::Short("3012345678901234567890".into()))),
            ("2012345678901234567890", Ok(Code::OldCard("2012345678901234567890".into()))),
            ("", Err(CodeFault::Empty)),
            ("12", Err(CodeFault::TooShort(2))),
            ("фыва1234", Err(CodeFault::NotDigits('ф'))),
            ("1234'; DROP TABLE customer", Err(CodeFault::NotDigits('\''))),
        ];
        for (text, expected) in table {
            assert_eq!(read(text), expected, "{text:?}");
        }
        assert_eq!(read(&"9".repeat(10_000)), Err(CodeFault::TooLong(10_000)));
        assert_eq!(read(&"9".repeat(33)), Err(CodeFault::TooLong(33)));
        let long = |first: &str| format!("{first}{}", "0".repeat(400));
        assert_eq!(read(&long("2")), Ok(Code::Full(long("2"))));
        assert_eq!(read(&long("4")), Ok(Code::Blank(long("4"))));
    }

    proptest! {
        #[test]
        fn every_single_slip_and_swap_of_a_printed_card_is_noticed(number in 0u64..1_000_000_000_000, at in 1usize..15, by in 1u8..10) {
            let card = printed_card(number).digits().to_owned();
            let mut slipped = card.clone().into_bytes();
            slipped[at] = b'0' + (slipped[at] - b'0' + by) % 10;
            prop_assert_eq!(read(std::str::from_utf8(&slipped).unwrap()), Err(CodeFault::CheckDigits));
            let mut swapped = card.clone().into_bytes();
            if at < 14 && swapped[at] != swapped[at + 1] {
                swapped.swap(at, at + 1);
                prop_assert_eq!(read(std::str::from_utf8(&swapped).unwrap()), Err(CodeFault::CheckDigits));
            }
        }

        #[test]
        fn reading_never_panics(text in "\\PC*") {
            prop_assert!(read(&text).is_ok_and(|code| !code.digits().is_empty()) || read(&text).is_err());
        }
    }
}
