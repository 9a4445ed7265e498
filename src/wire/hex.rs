//! Bytes written as lower-case hexadecimal, read back.

/// The bytes that a text of hexadecimal digits stands for; nothing when it is none.
#[must_use]
pub fn from_hex(text: &str) -> Option<Vec<u8>> {
    let digits = text.as_bytes();
    if !digits.len().is_multiple_of(2) {
        return None;
    }
    digits.chunks_exact(2).map(pair).collect()
}

/// Exactly so many bytes.
#[must_use]
pub fn array_from_hex<const N: usize>(text: &str) -> Option<[u8; N]> {
    if text.len() != N * 2 {
        return None;
    }
    from_hex(text)?.try_into().ok()
}

fn pair(digits: &[u8]) -> Option<u8> {
    let [high, low] = digits else { return None };
    Some(digit(*high)? << 4 | digit(*low)?)
}

const fn digit(byte: u8) -> Option<u8> {
    match byte {
        b'0'..=b'9' => Some(byte - b'0'),
        b'a'..=b'f' => Some(byte - b'a' + 10),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::menu::to_hex;

    #[test]
    fn what_is_written_is_read_and_nothing_else_is() {
        let bytes: Vec<u8> = (0..=255).collect();
        assert_eq!(from_hex(&to_hex(&bytes)), Some(bytes));
        for wrong in ["0", "0g", "0A", "äö", "0x"] {
            assert_eq!(from_hex(wrong), None, "{wrong}");
        }
        assert_eq!(array_from_hex::<2>("00ff"), Some([0, 255]));
        assert_eq!(array_from_hex::<3>("00ff"), None);
    }
}
