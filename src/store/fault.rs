//! What can go wrong with the database, in the words of the shop. SQLite's codes are read only here.

use rusqlite::ErrorCode;
use std::path::PathBuf;

/// Why the store could not answer.
#[derive(Debug, thiserror::Error)]
pub enum StoreFault {
    /// Another process holds the writer's lock.
    #[error("{0} is in use by another kava; close that one first")]
    InUse(PathBuf),
    /// No database where one was expected.
    #[error("{0} does not exist; make it with `kava init`")]
    Missing(PathBuf),
    /// `init` where there is a database already.
    #[error("{0} exists already; choose another file with --db")]
    Exists(PathBuf),
    /// A backup of another counter.
    #[error("the backup is of {theirs}, {file} is {ours}; choose another backup, or say --other-counter")]
    OtherCounter {
        /// The file that was to be replaced.
        file: PathBuf,
        /// Whose it is.
        ours: String,
        /// Whose the backup is.
        theirs: String,
    },
    /// The file is from a newer program.
    #[error("the database is at version {found}, this program knows up to {known}; update kava")]
    FromTheFuture {
        /// Version in the file.
        found: i64,
        /// Newest version this program knows.
        known: i64,
    },
    /// A released migration differs from what the file has.
    #[error("the database cannot be brought to this version: {0}; restore a backup")]
    Migration(String),
    /// The bundled SQLite is too old to be safe in WAL mode.
    #[error("SQLite {0} is older than 3.51.3 and may corrupt the database; rebuild kava with a newer one")]
    OldSqlite(String),
    /// A lock was not released in time.
    #[error("the database is locked by another program; close it and try again")]
    Busy,
    /// No space left.
    #[error("the disk is full; nothing was lost, free some space and try again")]
    Full,
    /// The file is damaged.
    #[error("the database is damaged ({0}); restore the last backup with `kava restore`")]
    Corrupt(String),
    /// A stored value is not what it should be.
    #[error("stored {what} cannot be read: {why}; restore a backup")]
    Unreadable {
        /// Which value.
        what: &'static str,
        /// What is wrong with it.
        why: String,
    },
    /// An empty file, or somebody else's database.
    #[error("{0} is not a counter's database; check --db, or make a new file with `kava init`")]
    Foreign(PathBuf),
    /// The file or its folder cannot be opened for reading or writing.
    #[error("the database cannot be opened ({0}); check that its folder is there and may be written to")]
    Closed(String),
    /// The disk does not do what it is asked.
    #[error("the disk failed ({0}); check its free space and its health, then try again")]
    Disk(String),
    /// Anything else SQLite says.
    #[error("the database failed: {0}")]
    Other(String),
}

impl StoreFault {
    /// The stable code.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            StoreFault::InUse(_) => "store_in_use",
            StoreFault::Missing(_) => "store_missing",
            StoreFault::Exists(_) => "store_exists",
            StoreFault::OtherCounter { .. } => "store_other_counter",
            StoreFault::FromTheFuture { .. } => "store_from_the_future",
            StoreFault::Migration(_) => "store_migration",
            StoreFault::OldSqlite(_) => "store_old_sqlite",
            StoreFault::Busy => "store_busy",
            StoreFault::Full => "store_full",
            StoreFault::Corrupt(_) => "store_corrupt",
            StoreFault::Unreadable { .. } => "store_unreadable",
            StoreFault::Foreign(_) => "store_foreign",
            StoreFault::Closed(_) => "store_closed",
            StoreFault::Disk(_) => "store_disk_failed",
            StoreFault::Other(_) => "store_failed",
        }
    }

    /// Whether the same call may succeed later.
    #[must_use]
    pub const fn is_worth_retrying(&self) -> bool {
        matches!(self, StoreFault::Busy | StoreFault::Full | StoreFault::InUse(_))
    }
}

impl From<rusqlite::Error> for StoreFault {
    fn from(error: rusqlite::Error) -> StoreFault {
        match error.sqlite_error_code() {
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => StoreFault::Busy,
            Some(ErrorCode::DiskFull) => StoreFault::Full,
            Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => {
                StoreFault::Corrupt(error.to_string())
            }
            Some(ErrorCode::CannotOpen | ErrorCode::ReadOnly | ErrorCode::PermissionDenied) => {
                StoreFault::Closed(error.to_string())
            }
            Some(ErrorCode::SystemIoFailure) => StoreFault::Disk(error.to_string()),
            _ => StoreFault::Other(error.to_string()),
        }
    }
}

/// Turns a failure to read a stored value into a fault that names the value.
pub(crate) fn unreadable<E: std::fmt::Display>(what: &'static str) -> impl FnOnce(E) -> StoreFault {
    move |error| StoreFault::Unreadable { what, why: error.to_string() }
}
