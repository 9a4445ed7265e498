//! What can go wrong with the ledger, in one sentence each.

use rusqlite::ErrorCode;
use std::path::PathBuf;

/// Why the ledger could not answer.
#[derive(Debug, Clone, thiserror::Error)]
pub enum LedgerFault {
    /// No ledger there.
    #[error("{0} does not exist; make it with `kava-sync init`")]
    Missing(PathBuf),
    /// `init` or `restore` where there is a file already.
    #[error("{0} exists already; choose another file with --db")]
    Exists(PathBuf),
    /// Another office has it open.
    #[error("{0} is in use by another kava-sync; stop that one first")]
    InUse(PathBuf),
    /// Somebody else's database.
    #[error("{0} is not an office's ledger; check --db, or make a new file with `kava-sync init`")]
    Foreign(PathBuf),
    /// Written by a newer program.
    #[error("the ledger is at version {found}, this program knows up to {known}; update kava-sync")]
    FromTheFuture {
        /// Version in the file.
        found: i64,
        /// Newest version this program knows.
        known: i64,
    },
    /// The migrations do not run.
    #[error("the ledger cannot be brought to this version: {0}; restore a backup")]
    Migration(String),
    /// The bundled SQLite is too old to be safe.
    #[error("SQLite {0} is older than 3.51.3 and may corrupt the ledger; rebuild kava-sync with a newer one")]
    OldSqlite(String),
    /// No space left.
    #[error("the office's disk is full; nothing that was acknowledged is lost, free some space")]
    Full,
    /// The file is damaged.
    #[error("the ledger is damaged ({0}); restore the last backup with `kava-sync restore`")]
    Corrupt(String),
    /// A lock was not released in time.
    #[error("the ledger is locked by another program; close it and try again")]
    Busy,
    /// The one thread that writes is gone.
    #[error("the office is stopping; send again in a moment")]
    Stopping,
    /// A stored value is not what it should be.
    #[error("stored {what} cannot be read: {why}; restore a backup")]
    Unreadable {
        /// Which value.
        what: &'static str,
        /// What is wrong with it.
        why: String,
    },
    /// Anything else.
    #[error("the ledger failed: {0}")]
    Other(String),
}

impl LedgerFault {
    /// The stable code.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            LedgerFault::Missing(_) => "ledger_missing",
            LedgerFault::Exists(_) => "ledger_exists",
            LedgerFault::InUse(_) => "ledger_in_use",
            LedgerFault::Foreign(_) => "ledger_foreign",
            LedgerFault::FromTheFuture { .. } => "ledger_from_the_future",
            LedgerFault::Migration(_) => "ledger_migration",
            LedgerFault::OldSqlite(_) => "ledger_old_sqlite",
            LedgerFault::Full => "ledger_full",
            LedgerFault::Corrupt(_) => "ledger_corrupt",
            LedgerFault::Busy => "ledger_busy",
            LedgerFault::Stopping => "ledger_stopping",
            LedgerFault::Unreadable { .. } => "ledger_unreadable",
            LedgerFault::Other(_) => "ledger_failed",
        }
    }
}

impl From<rusqlite::Error> for LedgerFault {
    fn from(error: rusqlite::Error) -> LedgerFault {
        match error.sqlite_error_code() {
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => LedgerFault::Busy,
            Some(ErrorCode::DiskFull) => LedgerFault::Full,
            Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => {
                LedgerFault::Corrupt(error.to_string())
            }
            _ => LedgerFault::Other(error.to_string()),
        }
    }
}

/// Turns a failure to read a stored value into a fault that names the value.
pub(crate) fn unreadable<E: std::fmt::Display>(what: &'static str) -> impl FnOnce(E) -> LedgerFault {
    move |error| LedgerFault::Unreadable { what, why: error.to_string() }
}
