//! What both forms of iKassa are told besides the receipt.

use serde::Deserialize;
use std::path::PathBuf;

/// The table `[register.ikassa]`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Terms {
    /// Name of the cashier on the receipt; SmartX cuts it at 20 letters, tsrv at 16.
    pub cashier: String,
    /// A file with the PIN that lets us in.
    pub pin_file: Option<PathBuf>,
    /// Serial number of the fiscal module (СКО), for tsrv.
    pub token: Option<String>,
    /// The operation that refunds at SmartX; its name is not published, so without it refunds are done by hand.
    pub refund_operation: Option<String>,
}

impl Default for Terms {
    fn default() -> Terms {
        Terms { cashier: "Kava".into(), pin_file: None, token: None, refund_operation: None }
    }
}

impl Terms {
    /// One sentence about what cannot be.
    ///
    /// # Errors
    /// When the cashier has no name.
    pub fn check(&self) -> Result<(), String> {
        let plain = |text: &str| !text.is_empty() && text.chars().all(|c| c.is_ascii_graphic());
        if self.cashier.trim().is_empty() {
            return Err("cashier is empty; iKassa wants a name".into());
        }
        if self.refund_operation.as_deref().is_some_and(|name| !plain(name)) {
            return Err("refund_operation is a word such as MONEY_BACK".into());
        }
        Ok(())
    }

    /// The cashier's name, cut as the register would.
    #[must_use]
    pub fn cashier(&self, longest: usize) -> String {
        self.cashier.trim().chars().take(longest).collect()
    }
}
