//! Reading and writing fixed fields, most significant byte first.

/// Reads fields from the front of bytes; past the end there is nothing.
#[derive(Debug, Clone, Copy)]
pub struct Octets<'a>(pub &'a [u8]);

impl<'a> Octets<'a> {
    /// The next so many bytes.
    pub fn take(&mut self, count: usize) -> Option<&'a [u8]> {
        let (head, rest) = self.0.split_at_checked(count)?;
        self.0 = rest;
        Some(head)
    }

    /// The next bytes as an array.
    pub fn array<const N: usize>(&mut self) -> Option<[u8; N]> {
        self.take(N)?.try_into().ok()
    }

    /// The next so many bytes, at most eight, as a number.
    pub fn number(&mut self, count: usize) -> Option<u64> {
        Some(self.take(count)?.iter().fold(0, |number, byte| number << 8 | u64::from(*byte)))
    }

    /// One byte.
    pub fn byte(&mut self) -> Option<u8> {
        self.array::<1>().map(|[byte]| byte)
    }

    /// Two bytes.
    pub fn two(&mut self) -> Option<u16> {
        self.array().map(u16::from_be_bytes)
    }

    /// Four bytes.
    pub fn four(&mut self) -> Option<u32> {
        self.array().map(u32::from_be_bytes)
    }
}

/// Appends the low so many bytes of a number; what does not fit is written as the largest that does.
pub fn put(bytes: &mut Vec<u8>, number: u64, count: usize) {
    let most = if count >= 8 { u64::MAX } else { (1 << (8 * count)) - 1 };
    bytes.extend(number.min(most).to_be_bytes().iter().skip(8 - count.min(8)));
}
