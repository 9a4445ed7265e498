//! What a person at the screen can ask for. Field names are the contract with `ui/` (`docs/interfaces.md`).

use crate::facts::id::{BaristaId, ReceiptId};
use crate::facts::purchase::{PaymentKind, PurchaseKind};
use crate::flow::pin::Pin;
use crate::flow::tryout::Device;
use crate::ports::Symbology;
use serde::Deserialize;

/// One thing to do.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "contract", derive(ts_rs::TS))]
#[serde(tag = "do", rename_all = "snake_case")]
pub enum Command {
    /// A scan: greets a guest or adds a product.
    Scan {
        /// What was read.
        text: String,
        /// What kind of code, if the scanner says so.
        #[serde(default)]
        #[cfg_attr(
            feature = "contract",
            ts(type = "\"ean\" | \"qr\" | \"data_matrix\" | \"code128\" | \"other\" | null", optional)
        )]
        symbology: Option<Symbology>,
    },
    /// Digits that the guest has said, or that were typed.
    Greet {
        /// The code.
        code: String,
    },
    /// Goes on without a guest.
    ForgetGuest,
    /// Adds one piece, or so many.
    Add {
        /// The product.
        sku: String,
        /// How many; one if left out.
        #[serde(default = "one")]
        qty: u32,
        /// Extras on each.
        #[serde(default)]
        with: Vec<String>,
    },
    /// Adds the guest's usual order.
    Usual,
    /// Makes a line another size, number, or set of extras.
    Change {
        /// 1-based line.
        line: u16,
        /// The size.
        sku: String,
        /// How many; none takes the line away.
        qty: u32,
        /// Extras on each.
        #[serde(default)]
        with: Vec<String>,
    },
    /// Sells a piece without the marking code that it needs, where the policy lets a person say so.
    WithoutMark {
        /// 1-based line.
        line: u16,
    },
    /// Takes back the last thing done before payment.
    Undo,
    /// One guest pays these pieces now, on a receipt of their own; the others wait.
    Split {
        /// Lines and pieces that are paid now.
        lines: Vec<Pieces>,
    },
    /// Empties the cart.
    Clear,
    /// Chooses a card by its id, `best`, or `none`.
    Choose {
        /// Which.
        offer: String,
    },
    /// Says why goods leave.
    Kind {
        /// The kind.
        #[cfg_attr(feature = "contract", ts(type = "PurchaseKind"))]
        kind: PurchaseKind,
    },
    /// Takes the money for exactly this visit at exactly this sum; anything else does nothing.
    Pay {
        /// The visit on the screen.
        visit: String,
        /// The sum on the screen.
        net_minor: i64,
        /// How; the parts sum to the net.
        pays: Vec<PayPart>,
        /// Cash that was given, for the change.
        #[serde(default)]
        #[cfg_attr(feature = "contract", ts(optional))]
        given_minor: Option<i64>,
    },
    /// Leaves the paid screen.
    Next,
    /// What the cashier did on a register without a cable.
    Answer {
        /// What.
        #[cfg_attr(
            feature = "contract",
            ts(type = "\"rung_up\" | \"not_rung_up\" | \"declined\" | \"unsure\"")
        )]
        answer: Answer,
    },
    /// What a person saw on the register about a receipt that needs review.
    Review {
        /// Which.
        #[cfg_attr(feature = "contract", ts(type = "string"))]
        receipt: ReceiptId,
        /// Whether it is there.
        rung_up: bool,
    },
    /// Asks the register about everything open.
    Resume,
    /// Makes a new guest's card.
    NewGuest,
    /// Gives a receipt back, whole or by line.
    Refund {
        /// Which.
        #[cfg_attr(feature = "contract", ts(type = "string"))]
        receipt: ReceiptId,
        /// Lines and pieces; the whole if left out.
        #[serde(default)]
        #[cfg_attr(feature = "contract", ts(optional))]
        lines: Option<Vec<Pieces>>,
        /// The manager's PIN, where the policy wants it.
        #[serde(default)]
        #[cfg_attr(feature = "contract", ts(type = "string | null", optional))]
        pin: Option<Pin>,
    },
    /// Sets the manager's PIN.
    SetPin {
        /// The one until now, if there is one.
        #[serde(default)]
        #[cfg_attr(feature = "contract", ts(type = "string | null", optional))]
        old: Option<Pin>,
        /// The one from now on.
        #[cfg_attr(feature = "contract", ts(type = "string"))]
        new: Pin,
    },
    /// Tries what is plugged in.
    TryOut {
        /// What.
        #[cfg_attr(feature = "contract", ts(type = "\"register\" | \"printer\" | \"drawer\""))]
        device: Device,
    },
    /// Puts products on the stop list of today, or takes them off.
    Stop {
        /// Which.
        skus: Vec<String>,
        /// Whether they are out.
        out: bool,
    },
    /// Prints a receipt once more.
    Reprint {
        /// Which.
        #[cfg_attr(feature = "contract", ts(type = "string"))]
        receipt: ReceiptId,
    },
    /// Signs somebody of the staff list on.
    SignOn {
        /// Their id.
        #[cfg_attr(feature = "contract", ts(type = "string"))]
        barista: BaristaId,
        /// Their PIN, where they have one.
        #[serde(default)]
        #[cfg_attr(feature = "contract", ts(type = "string | null", optional))]
        pin: Option<Pin>,
    },
    /// Signs off whoever is signed on.
    SignOff,
    /// Opens the shift.
    OpenShift,
    /// The sums of the shift so far.
    ReportX,
    /// Closes the shift.
    CloseShift {
        /// Cash that was counted.
        #[serde(default)]
        #[cfg_attr(feature = "contract", ts(optional))]
        counted_minor: Option<i64>,
    },
    /// Puts cash into the drawer (above zero) or takes it out (below).
    Cash {
        /// How much.
        minor: i64,
        /// Why.
        #[serde(default)]
        reason: String,
    },
    /// Enrols this counter at an office.
    Enrol {
        /// The office's address.
        office: String,
        /// The one-time code.
        code: String,
    },
    /// Puts a report or a message away.
    Dismiss,
    /// Speaks another language.
    Language {
        /// `ru`, `be` or `en`.
        language: String,
    },
}

const fn one() -> u32 {
    1
}

/// One payment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "contract", derive(ts_rs::TS))]
pub struct PayPart {
    /// How.
    #[cfg_attr(feature = "contract", ts(type = "PaymentKind"))]
    pub kind: PaymentKind,
    /// How much.
    pub minor: i64,
}

/// Pieces of one line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "contract", derive(ts_rs::TS))]
pub struct Pieces {
    /// 1-based line.
    pub line: u16,
    /// How many.
    pub qty: u32,
}

/// What the cashier says became of a receipt on a register without a cable.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Answer {
    /// Rung up with exactly this total.
    RungUp,
    /// Not rung up, and will not be.
    NotRungUp,
    /// The guest's payment was declined.
    Declined,
    /// Nobody is sure.
    Unsure,
}
