//! The sockets in the wall: what the counter asks of the world. Devices and tests plug in here.
//!
//! Every call blocks and every call that may wait has a deadline. Not here: bodies, device words.

use crate::facts::id::ReceiptId;
use crate::facts::moment::Moment;
use crate::facts::money::Money;
pub use crate::facts::slip::{Slip, SlipRow};
pub use crate::steps::charge::{NetLine, NetReceipt, Paper, RefundReceipt};
pub use crate::steps::scan::Symbology;
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
    /// The register numbers its documents and can be asked for one: what was noted before sending tells
    /// which.
    QueryByNumber,
    /// The register cannot tell; a person must look.
    None,
}

/// What a register makes of a receipt.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Takes {
    /// An order on its screen; a cashier takes the money and closes it there.
    Order,
    /// A fiscal receipt.
    FiscalReceipt,
}

/// What a register can do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct RegisterCapabilities {
    /// What a receipt becomes there.
    pub takes: Takes,
    /// What to do after a lost answer.
    pub idempotency: Idempotency,
    /// It prints a receipt of its own.
    pub prints_receipt: bool,
    /// Its receipt has a place for the discount of a line.
    pub line_discount: bool,
    /// Its receipt has a place for a discount of the whole.
    pub receipt_discount: bool,
    /// It opens and closes its shift, reports and counts cash when told to.
    pub shift_control: bool,
    /// It gives money back when told to.
    pub refund: bool,
}

impl RegisterCapabilities {
    /// A register that rings up and gives back, knows no discounts and no shift.
    #[must_use]
    pub const fn plain(idempotency: Idempotency) -> RegisterCapabilities {
        RegisterCapabilities {
            takes: Takes::FiscalReceipt,
            idempotency,
            prints_receipt: false,
            line_discount: false,
            receipt_discount: false,
            shift_control: false,
            refund: true,
        }
    }
}

/// How a register is; nothing where it does not say.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeviceState {
    /// Its shift.
    pub shift: Option<ShiftState>,
    /// Whether it has paper.
    pub paper: Option<bool>,
    /// What its queue waits for.
    pub blocked_by: Option<String>,
}

/// A register's own shift.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ShiftState {
    /// Closed.
    Closed,
    /// Open.
    Open,
    /// Open for more than 24 hours; it must be closed before the next receipt.
    Expired,
}

/// What is kept of one receipt while it is with the register. An adapter whose register cannot be asked by
/// our id notes here, before it speaks, all that it needs to ask or to tell a person later.
pub trait Journal {
    /// The last note; nothing when the register was never spoken to about this receipt.
    fn noted(&self) -> Option<&str>;
    /// Keeps a note in place of the last one. It is on the disk when this returns.
    ///
    /// # Errors
    /// When it could not be kept; then nothing may be sent.
    fn note(&mut self, text: &str) -> Result<(), String>;
}

/// Where a person looks when the register cannot tell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Look {
    /// What to look at, the key `look.…` of the words.
    pub place: &'static str,
    /// The register's own number for it, where one is known.
    pub number: Option<String>,
}

impl Look {
    /// A place without a number.
    #[must_use]
    pub const fn at(place: &'static str) -> Look {
        Look { place, number: None }
    }
}

/// The cash register device. One receipt is in flight at a time; the counter stores the id before it
/// submits. Contract test: `tests/register_simulator.rs`.
pub trait Register: Send {
    /// Its name for screens and logs.
    fn name(&self) -> &str;
    /// What it can do.
    fn capabilities(&self) -> RegisterCapabilities;
    /// How it is, within the deadline.
    ///
    /// # Errors
    /// One sentence for `doctor`: it does not answer, or is not what it should be.
    fn probe(&mut self, deadline: Duration) -> Result<DeviceState, String>;
    /// Rings the receipt up. *Not done* speaks of this attempt: after an *unknown*, ask [`Register::resolve`]
    /// before submitting the same receipt again.
    fn submit(&mut self, receipt: &NetReceipt, journal: &mut dyn Journal, deadline: Duration) -> Outcome;
    /// What became of a receipt or refund submitted before. *Not done* is final: nothing that was sent will
    /// still be rung up.
    fn resolve(&mut self, id: &ReceiptId, journal: &mut dyn Journal, deadline: Duration) -> Outcome;
    /// Gives money back for a receipt: the refund has an id of its own.
    fn refund(&mut self, refund: &GiveBack<'_>, journal: &mut dyn Journal, deadline: Duration) -> Outcome;
    /// Opens or closes its shift, reports, counts cash in or out; `id` is ours for this work and the same on
    /// every retry. Gives what the register says it has.
    ///
    /// # Errors
    /// When it cannot, would not, or nobody knows.
    fn shift(
        &mut self,
        _work: ShiftWork,
        _id: &ReceiptId,
        _deadline: Duration,
    ) -> Result<RegisterSums, ShiftFault> {
        Err(ShiftFault::NotAble)
    }
    /// Where a person looks for a receipt of which this was noted.
    fn look(&self, _noted: Option<&str>) -> Look {
        Look::at("tape")
    }
}

/// What a register can be asked to do with its shift and drawer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ShiftWork {
    /// Open the shift.
    Open,
    /// Close it with its Z report.
    Close,
    /// Report without closing.
    ReportX,
    /// Cash put into the drawer.
    CashIn(Money),
    /// Cash taken out.
    CashOut(Money),
}

/// What a register says it has; nothing where it does not say.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "contract", derive(ts_rs::TS))]
pub struct RegisterSums {
    /// Receipts of the shift.
    pub receipts: Option<i64>,
    /// Taken.
    #[cfg_attr(feature = "contract", ts(type = "number | null"))]
    pub sales: Option<Money>,
    /// Given back.
    #[cfg_attr(feature = "contract", ts(type = "number | null"))]
    pub refunds: Option<Money>,
    /// Cash in the drawer.
    #[cfg_attr(feature = "contract", ts(type = "number | null"))]
    pub cash: Option<Money>,
}

/// Why a register did not do what its shift was asked for.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ShiftFault {
    /// It takes no such orders from outside.
    #[error("this register's shift is worked by hand")]
    NotAble,
    /// It said no.
    #[error("the register refused: {0}")]
    Refused(String),
    /// Nobody knows.
    #[error("nobody knows whether the register did it: {0}; look at it")]
    Unknown(String),
}

/// Money to be given back.
#[derive(Debug, Clone, Copy)]
pub struct GiveBack<'a> {
    /// The receipt it was taken with.
    pub original: &'a ReceiptId,
    /// What the register called that receipt.
    pub reference: Option<&'a str>,
    /// What is given back, under an id of its own.
    pub refund: &'a RefundReceipt,
}

/// What a register's own journal says became of something it took.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TapeEntry {
    /// The register's name for it, as it was given when it took it.
    pub reference: String,
    /// What became of it.
    pub state: TapeState,
    /// Its total there.
    pub total_minor: Money,
    /// Number of the fiscal receipt, if there is one.
    #[serde(default)]
    pub fiscal: Option<String>,
    /// When.
    pub at: Moment,
}

/// How something the register took has ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TapeState {
    /// The guest has paid.
    Paid,
    /// It was cancelled there.
    Cancelled,
}

impl TapeState {
    /// The stable code.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            TapeState::Paid => "paid",
            TapeState::Cancelled => "cancelled",
        }
    }
}

/// The receipt printer: takes finished bytes.
pub trait Printer: Send {
    /// Its name for screens and logs.
    fn name(&self) -> &str;
    /// Whether it would print now, within the deadline, as far as it says.
    ///
    /// # Errors
    /// One sentence for `doctor`: what is wrong and what to do.
    fn probe(&mut self, _deadline: Duration) -> Result<(), String> {
        Ok(())
    }
    /// Renders and sends one slip; when it returns the bytes have left the counter.
    ///
    /// # Errors
    /// Whether this slip or the printer is at fault.
    fn print(&mut self, slip: &Slip, deadline: Duration) -> Result<(), PrintFault>;
    /// Prints a page that shows whether page, width, codes and logo are right, and the same letters under
    /// these other page numbers.
    ///
    /// # Errors
    /// Whether the page or the printer is at fault.
    fn print_test(&mut self, _tries: &[u8], _deadline: Duration) -> Result<(), PrintFault> {
        Err(PrintFault::Printer("this printer has no test page".into()))
    }
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
    /// The next scan; nothing when the deadline passes.
    ///
    /// # Errors
    /// What became of a frame or of the scanner; calling again is always allowed and opens a lost
    /// scanner again.
    fn next(&mut self, deadline: Duration) -> Result<Option<Scan>, ScanFault>;
}

/// What a scanner has read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scan {
    /// The text, without line end and without the symbology prefix.
    pub text: String,
    /// What was read, if the scanner says so.
    pub symbology: Option<Symbology>,
    /// From the first byte to the last.
    pub took: Duration,
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

/// One request to the office.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ask {
    /// `GET` or `POST`.
    pub method: &'static str,
    /// Path and query.
    pub path: String,
    /// Names and values.
    pub headers: Vec<(&'static str, String)>,
    /// The body as it travels.
    pub body: Vec<u8>,
}

/// The office's answer, whatever it says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reply {
    /// Such as 200.
    pub status: u16,
    /// The body.
    pub body: Vec<u8>,
}

/// The line to the office. Slow, lossy, and nothing that a sale waits for.
pub trait Uplink: Send {
    /// One question and its whole answer, within the deadline.
    ///
    /// # Errors
    /// In words, when there is none; whether the question arrived is not known then.
    fn exchange(&mut self, ask: &Ask, deadline: Duration) -> Result<Reply, String>;
}
