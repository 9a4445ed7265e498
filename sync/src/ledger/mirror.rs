//! The file beside the ledger in which learning lays out what was told. It goes when learning ends; one that was killed leaves
//! it, until somebody is erased or it learns again.

use std::path::{Path, PathBuf};

/// Where the mirror of a ledger is.
#[must_use]
pub fn of(ledger: &Path) -> PathBuf {
    ledger.with_extension("learning")
}

/// Removes the mirror with all that belongs to it.
pub fn clear(ledger: &Path) {
    for end in ["", "-wal", "-shm", ".lock"] {
        let mut name = of(ledger).into_os_string();
        name.push(end);
        // What is not there need not be removed.
        std::fs::remove_file(name).unwrap_or_default();
    }
}
