//! Code scanners: a frame parser, and the places frames come from.

pub mod frame;
pub mod wedge;
pub mod layout;
pub mod stdin;
pub mod serial;
pub mod setup;

pub use frame::{Frame, Frames};
pub use serial::SerialScanner;
pub use stdin::LineScanner;
pub use wedge::{Stroke, Wedge, Wedged};

use crate::ports::{Scan, ScanFault};

/// A frame as the port gives it.
fn delivered(frame: Frame) -> Result<Option<Scan>, ScanFault> {
    match frame {
        Frame::Scan(scan) => Ok(Some(scan)),
        Frame::TooLong { bytes } => Err(ScanFault::TooLong { bytes }),
    }
}
