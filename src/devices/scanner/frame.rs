//! Bytes of a scanner → frames. Pure: the time of arrival is an argument.

use crate::ports::{Scan, Symbology};
use std::time::Duration;

/// The longest frame that is kept; codes are at most 700 digits, marking codes about 130 characters.
pub const LONGEST: usize = 4096;
/// Silence that ends a frame of a scanner without a line end.
pub const IDLE_GAP: Duration = Duration::from_millis(100);

/// What arrived.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Frame {
    /// A scan, without line end; the AIM identifier has become its symbology.
    Scan(Scan),
    /// A frame longer than [`LONGEST`], dropped whole.
    TooLong {
        /// How long it was.
        bytes: usize,
    },
}

/// The parser: CR, LF or an idle gap ends a frame, empty frames are dropped.
#[derive(Debug, Default)]
pub struct Frames {
    held: Vec<u8>,
    beyond: usize,
    first: Duration,
    last: Duration,
}

impl Frames {
    /// Takes bytes that arrived at this time since some fixed start, and gives the frames they end.
    pub fn push(&mut self, bytes: &[u8], at: Duration) -> Vec<Frame> {
        let mut ended: Vec<Frame> = self.idle(at).into_iter().collect();
        for byte in bytes {
            match byte {
                b'\r' | b'\n' => {
                    self.last = at;
                    ended.extend(self.end());
                }
                _ if self.held.is_empty() => {
                    self.first = at;
                    self.held.push(*byte);
                }
                _ if self.held.len() < LONGEST => self.held.push(*byte),
                _ => self.beyond = self.beyond.saturating_add(1),
            }
        }
        self.last = at;
        ended
    }

    /// The frame that silence until now has ended, if any.
    pub fn idle(&mut self, at: Duration) -> Option<Frame> {
        if at.saturating_sub(self.last) >= IDLE_GAP { self.end() } else { None }
    }

    /// Ends the frame as it is, as at the end of the input.
    pub fn end(&mut self) -> Option<Frame> {
        let held = std::mem::take(&mut self.held);
        let beyond = std::mem::take(&mut self.beyond);
        if beyond > 0 {
            return Some(Frame::TooLong { bytes: held.len().saturating_add(beyond) });
        }
        let (symbology, text) = by_symbology(&held);
        let took = self.last.saturating_sub(self.first);
        let text = String::from_utf8_lossy(text).into_owned();
        (!text.is_empty()).then_some(Frame::Scan(Scan { text, symbology, took }))
    }
}

/// Takes off the AIM identifier that some scanners send first: `]`, a letter, a letter or digit.
fn by_symbology(frame: &[u8]) -> (Option<Symbology>, &[u8]) {
    match frame {
        [b']', letter, modifier, text @ ..]
            if letter.is_ascii_alphabetic() && modifier.is_ascii_alphanumeric() =>
        {
            (Some(Symbology::of(*letter)), text)
        }
        _ => (None, frame),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn ms(milliseconds: u64) -> Duration {
        Duration::from_millis(milliseconds)
    }

    fn codes(frames: Vec<Frame>) -> Vec<String> {
        frames
            .into_iter()
            .map(|frame| match frame {
                Frame::Scan(scan) => scan.text,
                Frame::TooLong { bytes } => format!("too long: {bytes}"),
            })
            .collect()
    }

    #[test]
    fn line_ends_end_frames_and_empty_ones_are_dropped() {
        let mut frames = Frames::default();
        assert_eq!(codes(frames.push(b"123\r\n\n\r456\n78", ms(5))), ["123", "456"]);
        assert_eq!(codes(frames.push(b"9\r", ms(50))), ["789"]);
    }

    #[test]
    fn silence_ends_a_frame_and_a_short_pause_does_not() {
        let mut frames = Frames::default();
        assert!(frames.push(b"12", ms(1000)).is_empty());
        assert_eq!(frames.idle(ms(1099)), None);
        assert!(frames.push(b"34", ms(1099)).is_empty());
        let took = ms(99);
        let scan = Scan { text: "1234".into(), symbology: None, took };
        assert_eq!(frames.idle(ms(1199)), Some(Frame::Scan(scan)));
        assert!(frames.push(b"56", ms(1300)).is_empty());
        assert_eq!(codes(frames.push(b"78\n", ms(1400))), ["56", "78"]);
        assert_eq!(frames.idle(ms(9000)), None);
    }

    #[test]
    fn the_symbology_prefix_is_not_part_of_the_code() {
        let table =
            [("]Q1123", "123"), ("]C0123", "123"), ("]d2\u{1d}01", "\u{1d}01"), ("]", "]"), ("]Q", "]Q")];
        for (sent, code) in table {
            assert_eq!(codes(Frames::default().push(format!("{sent}\r").as_bytes(), ms(1))), [code]);
        }
        assert!(Frames::default().push(b"]Q1\r\n", ms(1)).is_empty());
        let frames = Frames::default().push(b"]E04810001000017\r", ms(1));
        assert!(matches!(&frames[..], [Frame::Scan(Scan { symbology: Some(Symbology::Ean), .. })]));
    }

    #[test]
    fn what_is_too_long_is_dropped_until_its_end_and_reported_once() {
        let mut frames = Frames::default();
        let long = vec![b'7'; LONGEST];
        assert!(frames.push(&long, ms(1)).is_empty());
        assert_eq!(codes(frames.push(b"\n", ms(2))), ["7".repeat(LONGEST)]);
        frames.push(&long, ms(3));
        frames.push(&[b'8'; 10_000], ms(4));
        assert!(frames.held.len() <= LONGEST);
        assert_eq!(codes(frames.push(b"8\n42\n", ms(5))), ["too long: 14097", "42"]);
    }

    proptest! {
        #[test]
        fn however_the_bytes_are_cut_the_frames_are_the_same(bytes: Vec<u8>, cut in 0usize..100) {
            let whole = Frames::default().push(&bytes, ms(1));
            let (first, second) = bytes.split_at(cut.min(bytes.len()));
            let mut frames = Frames::default();
            let mut parts = frames.push(first, ms(1));
            parts.extend(frames.push(second, ms(2)));
            prop_assert_eq!(codes(parts), codes(whole));
        }
    }
}
