//! Backup and restore of the ledger: a whole, checked copy, taken while the office serves.

use super::{
    audit::{Report, audit},
    fault::LedgerFault,
    open::{Access, Ledger, lock},
};
use crate::desk::deeds;
use kava::facts::moment::Moment;
use rusqlite::{Connection, backup::Backup};
use std::{
    fs::{self, File},
    path::{Path, PathBuf},
    time::Duration,
};

const PAGES_A_STEP: i32 = 4_096;

impl Ledger {
    /// The first damage that SQLite's own check of every page finds.
    ///
    /// # Errors
    /// When the database fails.
    pub fn first_damage(&self) -> Result<Option<String>, LedgerFault> {
        let first: String = self.connection.query_row("PRAGMA integrity_check(1)", [], |row| row.get(0))?;
        Ok((first != "ok").then_some(first))
    }

    /// Copies the ledger as it is at this moment into a new file, and audits the copy.
    ///
    /// # Errors
    /// [`LedgerFault::Exists`] where there is a file already; damage in the copy; a full disk.
    pub fn back_up(&mut self, to: &Path) -> Result<Report, LedgerFault> {
        if to.exists() {
            return Err(LedgerFault::Exists(to.into()));
        }
        let part = beside(to, ".part");
        let done = copy(&self.connection, &part).and_then(|()| verify(&part)).and_then(|report| {
            fs::rename(&part, to).and_then(|()| sync(to)).map_err(|e| file_fault(to, &e))?;
            Ok(report)
        });
        if done.is_err() {
            // What is left of a failed copy is of no use; if it cannot be removed, the next backup says so.
            drop(fs::remove_file(&part));
        }
        done
    }
}

/// Whether a backup is whole: SQLite's own check of every page, then every series from its beginning.
///
/// # Errors
/// When it is damaged or no ledger.
pub fn verify(path: &Path) -> Result<Report, LedgerFault> {
    let mut ledger = Ledger::open(path, Access::Read)?;
    if let Some(first) = ledger.first_damage()? {
        return Err(LedgerFault::Corrupt(first));
    }
    audit(&mut ledger)
}

/// Puts a backup in the ledger's place; the file in use before is kept beside. What counters sent after the
/// backup is missing then: they are asked for it when they send next, and have it.
///
/// # Errors
/// When an office has the ledger open, or the backup is damaged; nothing is changed then.
pub fn restore(from: &Path, to: &Path, now: Moment) -> Result<(Report, Option<PathBuf>), LedgerFault> {
    let _office = lock(to)?;
    let report = verify(from)?;
    let part = beside(to, ".restoring");
    drop(fs::remove_file(&part));
    copy(&Ledger::open(from, Access::Read)?.connection, &part)?;
    let mut restored = Ledger::open(&part, Access::Write)?;
    restored.hear_leases_anew()?;
    restored.leave_out_erasures(now)?;
    restored.announce_anew(now)?;
    // Before it is in place: a ledger that went back never hides it.
    let of = from.display().to_string();
    restored.change(|change| deeds::keep(change, deeds::COMMAND_LINE, ("restored", &of, ""), now))?;
    drop(restored);
    owned_as_its_folder(&part)?;
    let mut aside = None;
    if to.exists() {
        let name = (1_u32..).map(|n| beside(to, &format!(".before-restore-{n}"))).find(|name| !name.exists());
        for ending in ["", "-wal", "-shm"] {
            let (old, Some(new)) = (beside(to, ending), name.as_ref().map(|name| beside(name, ending)))
            else {
                continue;
            };
            if old.exists() {
                fs::rename(&old, &new).map_err(|e| file_fault(&old, &e))?;
            }
        }
        aside = name;
    }
    fs::rename(&part, to).and_then(|()| sync(to)).map_err(|e| file_fault(to, &e))?;
    Ok((report, aside))
}

/// Numbers that an office counts up, counters hold on to: they never listen to a smaller one. A backup does not know how
/// many were given since it was made, nor whether it was put back before, so it goes on by the clock, in seconds, where
/// nobody can count; far above the last that it knows only where the clock cannot be right.
pub(super) const fn beyond(last: i64, now: Moment) -> i64 {
    let by_clock = now.0.div_euclid(1_000);
    if by_clock > last { by_clock } else { last.saturating_add(1_000_000) }
}

fn copy(from: &Connection, to: &Path) -> Result<(), LedgerFault> {
    if to.exists() {
        fs::remove_file(to).map_err(|e| file_fault(to, &e))?;
    }
    let mut copy = Connection::open(to)?;
    Backup::new(from, &mut copy)?.run_to_completion(PAGES_A_STEP, Duration::ZERO, None)?;
    copy.query_row("PRAGMA journal_mode = DELETE", [], |_| Ok(()))?;
    copy.close().map_err(|(_, e)| LedgerFault::from(e))?;
    File::options().write(true).open(to).and_then(|file| file.sync_all()).map_err(|e| file_fault(to, &e))
}

/// The office may run as somebody else than whoever restores: the ledger belongs to whom its folder belongs.
fn owned_as_its_folder(file: &Path) -> Result<(), LedgerFault> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::{MetadataExt as _, chown};
        let of = |path: &Path| fs::metadata(path).map(|meta| (meta.uid(), meta.gid()));
        let owners = of(folder(file)).and_then(|folder| Ok((folder, of(file)?)));
        let ((uid, gid), own) = owners.map_err(|e| file_fault(file, &e))?;
        if own != (uid, gid) {
            chown(file, Some(uid), Some(gid)).map_err(|e| file_fault(file, &e))?;
        }
    }
    Ok(())
}

fn folder(path: &Path) -> &Path {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

fn sync(path: &Path) -> std::io::Result<()> {
    if cfg!(unix) { File::open(folder(path))?.sync_all() } else { Ok(()) }
}

fn beside(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(ending);
    name.into()
}

fn file_fault(path: &Path, error: &std::io::Error) -> LedgerFault {
    if error.kind() == std::io::ErrorKind::StorageFull {
        return LedgerFault::Full;
    }
    LedgerFault::Other(format!("{}: {error}", path.display()))
}
