//! Code scanners: a frame parser, and the places frames come from.

pub mod frame;
pub mod stdin;
pub mod serial;

pub use frame::{Frame, Frames};
pub use serial::SerialScanner;
pub use stdin::LineScanner;

use crate::ports::ScanFault;

/// A frame as the port gives it.
fn delivered(frame: Frame) -> Result<Option<String>, ScanFault> {
    match frame {
        Frame::Code(code) => Ok(Some(code)),
        Frame::TooLong { bytes } => Err(ScanFault::TooLong { bytes }),
    }
}
