//! A slip of paper as rows, before any printer's bytes.

use serde::{Deserialize, Serialize};

/// A receipt as a list of rows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Slip {
    /// What to print, top to bottom.
    pub rows: Vec<SlipRow>,
    /// Open the cash drawer.
    pub open_drawer: bool,
}

/// One row of a slip.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "row", rename_all = "snake_case")]
pub enum SlipRow {
    /// Centred, large.
    Title {
        /// The words.
        text: String,
    },
    /// Left-aligned text, wrapped.
    Text {
        /// The words.
        text: String,
    },
    /// A name on the left, an amount on the right.
    Pair {
        /// Left words.
        left: String,
        /// Right words.
        right: String,
        /// Emphasised.
        strong: bool,
    },
    /// A line across.
    Rule,
    /// A QR code.
    Qr {
        /// Its content.
        content: String,
    },
    /// A Code 128 symbol in set C, with its digits under it.
    Code128 {
        /// Its digits.
        digits: String,
    },
}
