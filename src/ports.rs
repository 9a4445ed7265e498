//! The sockets in the wall: what the counter asks of the world. Devices and tests plug in here.
//!
//! Every call blocks and every call that may wait has a deadline. Not here: bodies, device words.

use crate::facts::id::ReceiptId;
use crate::facts::moment::Moment;
use crate::facts::money::Money;
pub use crate::facts::slip::{Slip, SlipRow};
pub use crate::steps::charge::{NetLine, NetReceipt};
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// What time it is. The only way the counter learns the time.
pub trait Clock: Send {
    /// The instant now.
    fn now(&mut self) -> Moment;
}

/// What the register made of a receipt.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "is", rename_all = "snake_case")]
pub enum Outcome {
    /// Rung up, under this reference and total.
    Done {
        /// The register's own name for it: fiscal number or order number.
        reference: String,
        /// The total the register has.
        total: Money,
    },
    /// Certainly not rung up, with the register's reason; may be tried again.
    NotDone {
        /// In the register's words.
        reason: String,
    },
    /// The customer's payment was declined; the visit stays open.
    Declined {
        /// In the register's words.
        reason: String,
    },
    /// It may or may not have been rung up. Never sent twice.
    Unknown {
        /// What was seen.
        reason: String,
    },
}

/// Whether a lost answer may be asked for again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Idempotency {
    /// The register knows our id: asking again is safe.
    ClientKey,
    /// The register cannot tell; a person must look.
    None,
}

/// What a register can do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct RegisterCapabilities {
    /// What to do after a lost answer.
    pub idempotency: Idempotency,
    /// It prints a receipt of its own.
    pub prints_receipt: bool,
}

/// The cash register device. One receipt is in flight at a time; the counter stores the id before it
/// submits. Contract test: `tests/register_simulator.rs`.
pub trait Register: Send {
    /// Its name for screens and logs.
    fn name(&self) -> &str;
    /// What it can do.
    fn capabilities(&self) -> RegisterCapabilities;
    /// Whether it answers, within the deadline; the text says what is wrong.
    ///
    /// # Errors
    /// One sentence for `doctor`.
    fn probe(&mut self, deadline: Duration) -> Result<(), String>;
    /// Rings the receipt up. *Not done* speaks of this attempt: after an *unknown*, ask [`Register::resolve`]
    /// before submitting the same receipt again.
    fn submit(&mut self, receipt: &NetReceipt, deadline: Duration) -> Outcome;
    /// What became of a receipt submitted before.
    fn resolve(&mut self, id: &ReceiptId, deadline: Duration) -> Outcome;
    /// Gives money back for a receipt: the refund has an id of its own.
    fn refund(&mut self, original: &ReceiptId, refund: &NetReceipt, deadline: Duration) -> Outcome;
}

/// The receipt printer: takes finished bytes.
pub trait Printer: Send {
    /// Its name for screens and logs.
    fn name(&self) -> &str;
    /// Renders and sends one slip; when it returns the bytes have left the counter.
    ///
    /// # Errors
    /// Whether this slip or the printer is at fault.
    fn print(&mut self, slip: &Slip, deadline: Duration) -> Result<(), PrintFault>;
}

/// Why a slip was not printed: one sentence each, with what to do.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PrintFault {
    /// This slip can never be printed as it is; slips behind it must not wait for it.
    #[error("{0}")]
    Slip(String),
    /// The printer does not print now; the same slip may be printed later.
    #[error("{0}")]
    Printer(String),
}

/// A source of scanned codes.
pub trait Scanner: Send {
    /// The next frame, without its line end; nothing when the deadline passes.
    ///
    /// # Errors
    /// What became of a frame or of the scanner; calling again is always allowed and opens a lost
    /// scanner again.
    fn next(&mut self, deadline: Duration) -> Result<Option<String>, ScanFault>;
}

/// What a scanner gives instead of a code.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ScanFault {
    /// A frame longer than any code; it was dropped whole.
    #[error("a scan of {bytes} bytes was dropped, no code is that long; scan again")]
    TooLong {
        /// How long it was.
        bytes: usize,
    },
    /// The scanner is gone for now.
    #[error("{0}")]
    Gone(String),
    /// The input has ended; no code will ever come from here again.
    #[error("the scanner's input has ended")]
    Ended,
}
