//! Backup and restore: a whole, checked copy of the file, taken while the counter sells; and the way
//! back, with the old file kept aside and the series forked.

use super::fault::StoreFault;
use super::open::{Access, Durability, Store, lock};
use super::setting;
use crate::facts::shop::Shop;
use rusqlite::backup::{Backup, StepResult};
use rusqlite::{Connection, OpenFlags};
use std::fs::{self, File};
use std::path::{Path, PathBuf};

/// Pages copied between two words about the progress.
const PAGES_A_STEP: i32 = 4_096;

/// What a backup took.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BackedUp {
    /// Size of the copy in bytes.
    pub bytes: u64,
    /// Records in it.
    pub records: i64,
}

/// What a restore did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Restored {
    /// Where the file that was in use before is now, if there was one.
    pub aside: Option<PathBuf>,
    /// The epoch in which this counter's series goes on.
    pub epoch: i64,
    /// Records that came back.
    pub records: i64,
}

impl Store {
    /// Copies the database as it is at this moment into a new file, checks the copy and waits until it is on
    /// the disk. The counter may go on selling meanwhile. `progress` is told pages done and pages in all.
    ///
    /// # Errors
    /// [`StoreFault::Exists`] where there is a file already; damage in the copy; a full disk.
    pub fn back_up(&mut self, to: &Path, progress: &mut dyn FnMut(u64, u64)) -> Result<BackedUp, StoreFault> {
        if to.exists() {
            return Err(StoreFault::Exists(to.into()));
        }
        let part = beside(to, ".part");
        // A reader's transaction, so that writes in between do not make the copy start again.
        let snapshot = self.connection.transaction()?;
        let copied = copy(&snapshot, &part, progress).and_then(|connection| finish(connection, &part));
        let done = copied.and_then(|records| {
            fs::rename(&part, to).map_err(|e| file_fault(to, &e))?;
            sync_folder(to)?;
            let bytes = fs::metadata(to).map_err(|e| file_fault(to, &e))?.len();
            Ok(BackedUp { bytes, records })
        });
        if done.is_err() {
            // What is left of a failed copy is of no use; if it cannot be removed, the next backup says so.
            drop(fs::remove_file(&part));
        }
        done
    }
}

/// Whose backup may be restored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Whose {
    /// Only one of the counter whose database is in use.
    ThisCounter,
    /// Any: this machine takes another counter's place.
    AnyCounter,
}

/// Puts a backup in the place of the database. The backup is checked first and left as it is; the file in
/// use before is kept beside as `.before-restore-N`; the epoch becomes one that was never used.
///
/// # Errors
/// When a counter has the database open, or the backup is damaged, no counter's, another counter's or from the
/// future; nothing is changed then.
pub fn restore(
    from: &Path,
    to: &Path,
    whose: Whose,
    progress: &mut dyn FnMut(u64, u64),
) -> Result<Restored, StoreFault> {
    let _writer_lock = lock(to)?;
    let part = beside(to, ".restoring");
    let prepared = prepare((from, whose), to, &part, progress);
    if prepared.is_err() {
        // As above: a half copy is of no use.
        drop(fs::remove_file(&part));
    }
    let (epoch, records) = prepared?;
    let aside = set_aside(to)?;
    fs::rename(&part, to).map_err(|e| file_fault(to, &e))?;
    sync_folder(to)?;
    Ok(Restored { aside, epoch, records })
}

/// Makes a checked copy of the backup beside the database, with the new epoch.
fn prepare(
    (from, whose): (&Path, Whose),
    to: &Path,
    part: &Path,
    progress: &mut dyn FnMut(u64, u64),
) -> Result<(i64, i64), StoreFault> {
    // Read access refuses files that are missing, damaged or from the future; an older one is migrated in
    // the copy.
    let source = match Store::open(from, Access::Read, Durability::Full) {
        Ok(store) => store.connection,
        Err(StoreFault::Migration(_)) => read_only(from)?,
        Err(fault) => return Err(fault),
    };
    check_whole(&source)?;
    let Some(theirs) = owner(&source) else {
        return Err(StoreFault::Unreadable {
            what: "backup",
            why: format!("{} is no counter's database; choose another file", from.display()),
        });
    };
    if whose == Whose::ThisCounter
        && let Some(ours) = read_only(to).ok().as_ref().and_then(owner)
        && ours != theirs
    {
        return Err(StoreFault::OtherCounter { file: to.into(), ours, theirs });
    }
    let mut copy = copy(&source, part, progress)?;
    let epoch = fresh_epoch(&source, to)?;
    let change = copy.transaction()?;
    setting::write(&change, "epoch", &epoch.to_string())?;
    change.commit()?;
    Ok((epoch, finish(copy, part)?))
}

/// Chain, shop and counter of a database, for people; nothing where it has none or cannot be read.
fn owner(connection: &Connection) -> Option<String> {
    let text = setting::read(connection, "shop").ok().flatten()?;
    let Shop { chain, shop, counter, .. } = serde_json::from_str(&text).ok()?;
    Some(format!("counter {counter} of shop {shop} of {chain}"))
}

/// One more than every epoch that this counter may have used: in the backup, in the file in use, in the
/// files set aside before. A file that cannot be read may hide one more.
fn fresh_epoch(source: &Connection, to: &Path) -> Result<i64, StoreFault> {
    let mut epoch = read_epoch(source)?;
    let mut unreadable = 0;
    let used = std::iter::once(to.to_path_buf()).chain((1..).map(|n| aside_name(to, n)));
    for (nth, file) in used.enumerate() {
        if !file.exists() {
            if nth == 0 {
                continue;
            }
            break;
        }
        match read_only(&file).and_then(|connection| read_epoch(&connection)) {
            Ok(used) => epoch = epoch.max(used),
            Err(_) => unreadable += 1,
        }
    }
    Ok(epoch + unreadable + 1)
}

fn read_epoch(connection: &Connection) -> Result<i64, StoreFault> {
    let set = setting::read(connection, "epoch")?.and_then(|text| text.parse().ok()).unwrap_or(1);
    let written: i64 =
        connection.query_row("SELECT coalesce(max(epoch), 1) FROM record", [], |row| row.get(0))?;
    Ok(written.max(set))
}

/// Moves the file in use out of the way, with what its log still holds.
fn set_aside(to: &Path) -> Result<Option<PathBuf>, StoreFault> {
    // Brings the log into the file, but only where that can be read: a damaged file is kept with its log as
    // they are, for whoever may save something of them.
    if to.exists() && read_only(to).and_then(|connection| read_epoch(&connection)).is_ok() {
        let connection = Connection::open_with_flags(to, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
        connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))?;
    }
    let Some(aside) = (1..).map(|n| aside_name(to, n)).find(|name| !name.exists()) else { return Ok(None) };
    let mut moved = None;
    // The log goes too: found beside the restored file it would be played into it.
    for ending in ["", "-wal", "-shm"] {
        let (old, new) = (beside(to, ending), beside(&aside, ending));
        if old.exists() {
            fs::rename(&old, &new).map_err(|e| file_fault(&old, &e))?;
            if ending.is_empty() {
                moved = Some(aside.clone());
            }
        }
    }
    Ok(moved)
}

/// Copies page by page into a new file.
fn copy(from: &Connection, to: &Path, progress: &mut dyn FnMut(u64, u64)) -> Result<Connection, StoreFault> {
    if to.exists() {
        // Left over from a copy that was cut short.
        fs::remove_file(to).map_err(|e| file_fault(to, &e))?;
    }
    let mut copy = Connection::open(to).map_err(|e| match StoreFault::from(e) {
        StoreFault::Other(why) => StoreFault::Other(format!("{}: {why}", to.display())),
        fault => fault,
    })?;
    let backup = Backup::new(from, &mut copy)?;
    loop {
        let step = backup.step(PAGES_A_STEP)?;
        let pages = backup.progress();
        let [all, left] = [pages.pagecount, pages.remaining].map(|n| u64::try_from(n).unwrap_or(0));
        progress(all.saturating_sub(left), all);
        match step {
            StepResult::Done => break,
            StepResult::Busy | StepResult::Locked => return Err(StoreFault::Busy),
            _ => {}
        }
    }
    drop(backup);
    Ok(copy)
}

/// Makes the copy one plain file, checks it, and waits for the disk. Gives the number of its records.
fn finish(copy: Connection, path: &Path) -> Result<i64, StoreFault> {
    // Without a log beside it the copy can lie on a stick that is write-protected.
    copy.query_row("PRAGMA journal_mode = DELETE", [], |_| Ok(()))?;
    check_whole(&copy)?;
    let records = copy.query_row("SELECT count(*) FROM record", [], |row| row.get(0))?;
    copy.close().map_err(|(_, e)| StoreFault::from(e))?;
    File::options()
        .write(true)
        .open(path)
        .and_then(|file| file.sync_all())
        .map_err(|e| file_fault(path, &e))?;
    Ok(records)
}

/// SQLite's own check of every page and index.
pub(super) fn check_whole(connection: &Connection) -> Result<(), StoreFault> {
    let first: String = connection.query_row("PRAGMA integrity_check(1)", [], |row| row.get(0))?;
    if first == "ok" { Ok(()) } else { Err(StoreFault::Corrupt(first)) }
}

fn read_only(path: &Path) -> Result<Connection, StoreFault> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    Ok(Connection::open_with_flags(path, flags)?)
}

fn aside_name(to: &Path, n: u32) -> PathBuf {
    beside(to, &format!(".before-restore-{n}"))
}

fn beside(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(ending);
    name.into()
}

/// Waits until the folder knows the file's new name.
fn sync_folder(path: &Path) -> Result<(), StoreFault> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    if cfg!(unix) {
        File::open(folder).and_then(|folder| folder.sync_all()).map_err(|e| file_fault(folder, &e))?;
    }
    Ok(())
}

fn file_fault(path: &Path, error: &std::io::Error) -> StoreFault {
    if error.kind() == std::io::ErrorKind::StorageFull {
        return StoreFault::Full;
    }
    StoreFault::Other(format!("{}: {error}", path.display()))
}

#[cfg(test)]
#[path = "backup_tests.rs"]
mod tests;
