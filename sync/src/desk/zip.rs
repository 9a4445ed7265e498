//! A zip file that is written part by part and never read back: what a workbook comes in. Each part is packed and its length stands
//! behind it, so that nothing is kept but the directory at the end.

use flate2::{Compression, Crc, write::DeflateEncoder};
use std::io::Write as _;

/// Packed, and the length of a part stands behind it; names are UTF-8.
const FLAGS: u16 = 0x0808;
const DEFLATE: u16 = 8;
const VERSION: u16 = 20;
/// The first of January 1980: the same table gives the same bytes.
const DATE: u16 = 0x0021;

/// A part that is done.
struct Entry {
    name: &'static str,
    crc: u32,
    packed: u32,
    unpacked: u32,
    at: u32,
}

/// A zip file that is being written.
pub(super) struct Zip {
    bytes: Vec<u8>,
    /// Bytes that were taken away already.
    taken: usize,
    done: Vec<Entry>,
    open: Option<(&'static str, usize, Crc, DeflateEncoder<Vec<u8>>)>,
    packed: usize,
}

impl Zip {
    /// An empty one.
    pub(super) fn new() -> Zip {
        Zip { bytes: Vec::new(), taken: 0, done: Vec::new(), open: None, packed: 0 }
    }

    /// Ends the part that is open and begins another.
    pub(super) fn begin(&mut self, name: &'static str) {
        self.end();
        let at = self.taken + self.bytes.len();
        self.put32(0x0403_4b50);
        for word in [VERSION, FLAGS, DEFLATE, 0, DATE] {
            self.put16(word);
        }
        // Checksum and lengths stand behind the part.
        for _ in 0..3 {
            self.put32(0);
        }
        self.put16(short(name.len()));
        self.put16(0);
        self.bytes.extend_from_slice(name.as_bytes());
        self.packed = 0;
        self.open = Some((name, at, Crc::new(), DeflateEncoder::new(Vec::new(), Compression::default())));
    }

    /// Adds text to the part that is open.
    pub(super) fn add(&mut self, text: &str) {
        if let Some((.., crc, packer)) = &mut self.open {
            crc.update(text.as_bytes());
            // Writing into memory does not fail.
            packer.write_all(text.as_bytes()).unwrap_or_default();
        }
    }

    /// What of the file is there since it was last taken.
    pub(super) fn take(&mut self) -> Vec<u8> {
        if let Some((.., packer)) = &mut self.open {
            let packed = std::mem::take(packer.get_mut());
            self.packed += packed.len();
            self.bytes.extend(packed);
        }
        self.taken += self.bytes.len();
        std::mem::take(&mut self.bytes)
    }

    fn end(&mut self) {
        let Some((name, at, crc, packer)) = self.open.take() else { return };
        let rest = packer.finish().unwrap_or_default();
        let packed = long(self.packed + rest.len());
        self.bytes.extend(rest);
        let entry = Entry { name, crc: crc.sum(), packed, unpacked: crc.amount(), at: long(at) };
        self.put32(0x0807_4b50);
        for word in [entry.crc, entry.packed, entry.unpacked] {
            self.put32(word);
        }
        self.done.push(entry);
    }

    /// Ends the file; what is left of it is taken.
    pub(super) fn finish(mut self) -> Vec<u8> {
        self.end();
        let start = self.taken + self.bytes.len();
        let done = std::mem::take(&mut self.done);
        for entry in &done {
            self.put32(0x0201_4b50);
            for word in [VERSION, VERSION, FLAGS, DEFLATE, 0, DATE] {
                self.put16(word);
            }
            for word in [entry.crc, entry.packed, entry.unpacked] {
                self.put32(word);
            }
            self.put16(short(entry.name.len()));
            // No extra field, no comment, the first disk, no attributes.
            for _ in 0..4 {
                self.put16(0);
            }
            self.put32(0);
            self.put32(entry.at);
            self.bytes.extend_from_slice(entry.name.as_bytes());
        }
        let length = self.taken + self.bytes.len() - start;
        self.put32(0x0605_4b50);
        for word in [0, 0, short(done.len()), short(done.len())] {
            self.put16(word);
        }
        self.put32(long(length));
        self.put32(long(start));
        self.put16(0);
        self.bytes
    }

    fn put16(&mut self, word: u16) {
        self.bytes.extend_from_slice(&word.to_le_bytes());
    }

    fn put32(&mut self, word: u32) {
        self.bytes.extend_from_slice(&word.to_le_bytes());
    }
}

/// Tables here are far below what such a number holds.
fn long(length: usize) -> u32 {
    u32::try_from(length).unwrap_or(u32::MAX)
}

fn short(length: usize) -> u16 {
    u16::try_from(length).unwrap_or(u16::MAX)
}
