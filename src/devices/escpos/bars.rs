//! Digits → the commands of a Code 128 symbol: set C, two digits a character. Pure.

use super::page::PageFault;

/// Dots; a scanner needs no more than a finger's breadth.
const HEIGHT: u8 = 80;
/// Modules of a bar character; the stop has two more.
const CHARACTER: usize = 11;
/// Ten modules of white on both sides.
const QUIET: usize = 20;

/// The commands that print the symbol with its digits under it, as wide as the paper allows. An odd last digit
/// goes out in set B.
///
/// # Errors
/// When there are no digits, something else, or too many for the paper.
pub(super) fn bars(digits: &str, dots: usize) -> Result<Vec<u8>, PageFault> {
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(PageFault::BadBars(format!("{digits:?} is not digits only")));
    }
    let (pairs, rest) = digits.as_bytes().as_chunks::<2>();
    let mut code = b"{C".to_vec();
    code.extend(pairs.iter().map(|[tens, ones]| (tens - b'0') * 10 + (ones - b'0')));
    if let [last] = rest {
        code.extend([b'{', b'B', *last]);
    }
    // Start, pairs, perhaps a change and a digit, check, stop.
    let modules = CHARACTER * (3 + pairs.len() + 2 * rest.len()) + 2 + QUIET;
    let width = (2..=4_u8).rev().find(|width| modules * usize::from(*width) <= dots);
    let (Some(width), Ok(length)) = (width, u8::try_from(code.len())) else {
        return Err(PageFault::BadBars(format!("{} digits do not fit on the paper", digits.len())));
    };
    let mut bytes = vec![0x1D, b'h', HEIGHT, 0x1D, b'w', width, 0x1D, b'H', 2, 0x1D, b'k', 73, length];
    bytes.extend(code);
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pairs_of_digits_are_one_character_each() {
        let sent = bars("3012345", 384).unwrap();
        assert_eq!(sent, b"\x1dhP\x1dw\x03\x1dH\x02\x1dkI\x08{C\x1e\x0c\x22{B5");
        assert_eq!(&bars("0099", 576).unwrap()[9..], b"\x1dkI\x04{C\x00\x63");
    }

    #[test]
    fn a_symbol_is_as_wide_as_the_paper_allows_and_no_wider() {
        let width = |digits: usize, dots: usize| bars(&"7".repeat(digits), dots).map(|sent| sent[5]);
        // A short code has 22 digits: 11 × 14 + 2 + 20 = 176 modules.
        assert_eq!((width(22, 384), width(22, 576)), (Ok(2), Ok(3)));
        assert!(width(60, 384).is_err());
        for wrong in ["", "12a4", "１２"] {
            assert!(matches!(bars(wrong, 576), Err(PageFault::BadBars(_))), "{wrong}");
        }
    }
}
