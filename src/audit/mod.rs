//! The second pair of eyes: reads the database with its own SQL and its own arithmetic and says whether
//! the books hold.
//!
//! May import facts. Not here, on purpose: steps, store, wire. What guard, charge and the store compute is
//! computed here again from the rows, so that one mistake cannot hide itself.

pub mod caps;
pub mod floors;
pub mod folds;
pub mod leases;
pub mod owed;
pub mod promises;
pub mod report;
pub mod rules;
pub mod series;
pub mod sums;

pub use report::{Finding, Report};

use rusqlite::{Connection, ErrorCode, OpenFlags};
use std::path::{Path, PathBuf};

/// Why the books could not be read at all.
#[derive(Debug, thiserror::Error)]
pub enum AuditFault {
    /// No database where one was expected.
    #[error("{0} does not exist; name the counter's database with --db")]
    Missing(PathBuf),
    /// It is not a counter's database, or of a version that this program does not know.
    #[error("{0} is not a counter's database of this version: {1}; open it once with this version of kava")]
    NotACounter(PathBuf, String),
    /// SQLite says the file is damaged.
    #[error("{0} is damaged: {1}; restore the last backup with `kava restore`")]
    Damaged(PathBuf, String),
    /// A row could not be read.
    #[error("{0} cannot be read: {1}; try again, and restore a backup if it stays")]
    Unreadable(PathBuf, String),
}

impl AuditFault {
    /// The stable code.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            AuditFault::Missing(_) => "audit_missing",
            AuditFault::NotACounter(..) => "audit_not_a_counter",
            AuditFault::Damaged(..) => "audit_damaged",
            AuditFault::Unreadable(..) => "audit_unreadable",
        }
    }
}

/// Reads the whole file in one snapshot and gives what does not hold.
///
/// # Errors
/// Only when the file cannot be read; what is wrong in it is in the report.
pub fn audit(path: &Path) -> Result<Report, AuditFault> {
    if !path.exists() {
        return Err(AuditFault::Missing(path.into()));
    }
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let mut connection = Connection::open_with_flags(path, flags).map_err(|e| fault(path, &e))?;
    connection.busy_timeout(std::time::Duration::from_secs(5)).map_err(|e| fault(path, &e))?;
    // One snapshot: a counter may go on selling meanwhile.
    let snapshot = connection.transaction().map_err(|e| fault(path, &e))?;
    check(&snapshot).map_err(|e| fault(path, &e))
}

/// All checks on an open database.
///
/// # Errors
/// When a row cannot be read.
pub fn check(books: &Connection) -> Result<Report, rusqlite::Error> {
    let mut report = Report::default();
    let rules = rules::read(books, &mut report)?;
    floors::check(books, &rules, &mut report)?;
    sums::check(books, &mut report)?;
    caps::check(books, &rules, &mut report)?;
    folds::check(books, &mut report)?;
    leases::check(books, &mut report)?;
    promises::check(books, &mut report)?;
    owed::check(books, &mut report)?;
    series::check(books, &mut report)?;
    Ok(report)
}

fn fault(path: &Path, error: &rusqlite::Error) -> AuditFault {
    let (path, why) = (path.to_path_buf(), error.to_string());
    match error.sqlite_error_code() {
        Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => AuditFault::Damaged(path, why),
        _ if why.contains("no such table") || why.contains("no such column") => {
            AuditFault::NotACounter(path, why)
        }
        _ => AuditFault::Unreadable(path, why),
    }
}
