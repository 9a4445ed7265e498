//! The staff list of this counter, and who is signed on. Names are in the list and nowhere else.

use super::{StoreFault, fault::unreadable, open::Store, setting};
use crate::facts::{id::BaristaId, moment::BusinessDay, staff::Staff};
use rusqlite::Transaction;

const STAFF: &str = "staff";
const SIGNED_ON: &str = "signed_on";

/// Who is signed on, and on which day of trade.
pub type SignedOn = Option<(BaristaId, BusinessDay)>;

impl Store {
    /// Who may sign on; nobody before somebody was put on the list.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn staff(&self) -> Result<Staff, StoreFault> {
        let text = setting::read(&self.connection, STAFF)?;
        text.map_or_else(
            || Ok(Staff::default()),
            |text| serde_json::from_str(&text).map_err(unreadable(STAFF)),
        )
    }

    /// Who is signed on; nothing where nobody is.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn signed_on(&self) -> Result<SignedOn, StoreFault> {
        let text = setting::read(&self.connection, SIGNED_ON)?;
        text.map_or(Ok(None), |text| serde_json::from_str(&text).map_err(unreadable(SIGNED_ON)))
    }
}

/// Puts another list in the place of the one before.
///
/// # Errors
/// When the database fails.
pub fn replace_staff(change: &Transaction<'_>, staff: &Staff) -> Result<(), StoreFault> {
    setting::write(change, STAFF, &staff.to_json())
}

/// Keeps who is signed on.
///
/// # Errors
/// When the database fails.
pub fn keep_signed_on(change: &Transaction<'_>, on: &SignedOn) -> Result<(), StoreFault> {
    setting::write(change, SIGNED_ON, &serde_json::to_string(on).map_err(unreadable(SIGNED_ON))?)
}
