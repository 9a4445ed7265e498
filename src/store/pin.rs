//! What is kept of the manager: what proves the PIN, and when wrong ones were tried. The PIN itself is not here.

use super::{StoreFault, fault::unreadable, open::Store, setting};
use rusqlite::Transaction;

const PROOF: &str = "manager_pin";

/// Whose wrong PINs are counted: apart, so that nobody shuts the manager out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Whose {
    /// The manager's.
    Manager,
    /// Those of who signs on.
    Barista,
}

impl Whose {
    const fn tries(self) -> &'static str {
        match self {
            Whose::Manager => "manager_tries",
            Whose::Barista => "staff_tries",
        }
    }
}

impl Store {
    /// What proves the PIN; nothing before the first is set.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn pin_proof(&self) -> Result<Option<String>, StoreFault> {
        Ok(setting::read(&self.connection, PROOF)?.filter(|proof| !proof.is_empty()))
    }

    /// Wrong PINs of the last minutes; nothing before the first.
    ///
    /// # Errors
    /// When they cannot be read.
    pub fn pin_tries<T: serde::de::DeserializeOwned + Default>(&self, whose: Whose) -> Result<T, StoreFault> {
        let text = setting::read(&self.connection, whose.tries())?;
        text.map_or(Ok(T::default()), |text| serde_json::from_str(&text).map_err(unreadable(whose.tries())))
    }
}

/// Keeps what proves a PIN; an empty text is none.
///
/// # Errors
/// When the database fails.
pub fn set_pin_proof(change: &Transaction<'_>, proof: &str) -> Result<(), StoreFault> {
    setting::write(change, PROOF, proof)
}

/// Keeps when wrong PINs were tried, so that a restart is no way around the wait.
///
/// # Errors
/// When the database fails.
pub fn set_pin_tries(
    change: &Transaction<'_>,
    whose: Whose,
    tries: &impl serde::Serialize,
) -> Result<(), StoreFault> {
    let text = serde_json::to_string(tries).map_err(unreadable(whose.tries()))?;
    setting::write(change, whose.tries(), &text)
}
