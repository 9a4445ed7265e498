//! Opening the file: one writer, WAL and FULL, migrations, a file from the future refused by name.

use super::fault::StoreFault;
use refinery::embed_migrations;
use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags, OptionalExtension, Transaction, TransactionBehavior};
use std::{
    fs::{File, TryLockError},
    path::{Path, PathBuf},
    time::Duration,
};

embed_migrations!("migrations/counter");

/// How a store is opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// A new file; refused where there is one.
    Create,
    /// The one writer.
    Write,
    /// Reports and audits; takes no lock and changes nothing.
    Read,
}

/// Whether a commit waits for the disk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Durability {
    /// Every commit is on the disk when it returns.
    Full,
    /// For simulations only: a power cut may lose commits.
    Off,
}

/// Commits after which [`Store::rest`] copies the log into the file: some ten visits.
const COMMITS_BEFORE_REST: u32 = 25;

/// Pages of the log at which a commit copies it itself, should nobody ever rest: 64 MB. SQLite's own limit of
/// 4 MB is reached every hundred visits, and the guest of that visit would wait for the copying.
const LOG_PAGES_MAX: i64 = 16_000;

/// How long another program's lock is waited for.
const PATIENCE: Duration = Duration::from_secs(5);
/// The oldest SQLite without the WAL-reset corruption.
const SQLITE_MIN: i32 = 3_051_003;

/// The counter's database.
#[derive(Debug)]
pub struct Store {
    pub(super) connection: Connection,
    path: PathBuf,
    commits: u32,
    _writer_lock: Option<File>,
}

impl Store {
    /// Opens the file.
    ///
    /// # Errors
    /// Every [`StoreFault`]; the message names the file and what to do.
    pub fn open(path: &Path, access: Access, durability: Durability) -> Result<Store, StoreFault> {
        if rusqlite::version_number() < SQLITE_MIN {
            return Err(StoreFault::OldSqlite(rusqlite::version().into()));
        }
        match (access, path.exists()) {
            (Access::Create, true) => return Err(StoreFault::Exists(path.into())),
            (Access::Write | Access::Read, false) => return Err(StoreFault::Missing(path.into())),
            _ => {}
        }
        let writer_lock = if access == Access::Read { None } else { Some(lock(path)?) };
        let connection = match access {
            Access::Create => Connection::open(path)?,
            Access::Write => Connection::open_with_flags(
                path,
                OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX,
            )?,
            Access::Read => Connection::open_with_flags(
                path,
                OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX,
            )?,
        };
        let mut store = Store { connection, path: path.into(), commits: 0, _writer_lock: writer_lock };
        let made = store.check_ours(access).and_then(|()| store.configure(access, durability));
        if let Err(fault) = made.and_then(|()| store.migrate(access)) {
            drop(store);
            if access == Access::Create {
                remove(path);
            }
            return Err(fault);
        }
        Ok(store)
    }

    /// A store in memory, for tests.
    ///
    /// # Errors
    /// When the migrations do not run.
    pub fn in_memory() -> Result<Store, StoreFault> {
        let mut store = Store {
            connection: Connection::open_in_memory()?,
            path: PathBuf::from(":memory:"),
            commits: 0,
            _writer_lock: None,
        };
        store.configure(Access::Create, Durability::Off)?;
        store.migrate(Access::Create)?;
        Ok(store)
    }

    /// Where the file is.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Runs the closure in one immediate transaction: all of it is kept, or nothing. Never wait for a
    /// device or a network inside.
    ///
    /// # Errors
    /// The closure's fault, or the commit's.
    pub fn change<T>(
        &mut self,
        write: impl FnOnce(&Transaction<'_>) -> Result<T, StoreFault>,
    ) -> Result<T, StoreFault> {
        let transaction = self.connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let kept = write(&transaction)?;
        transaction.commit()?;
        self.commits = self.commits.saturating_add(1);
        Ok(kept)
    }

    /// Copies the log into the file when some commits have gathered, so that no commit has to. To be called
    /// while nobody waits.
    ///
    /// # Errors
    /// When the database fails. Nothing is lost then; what is in the log stays there.
    pub fn rest(&mut self) -> Result<(), StoreFault> {
        if self.commits >= COMMITS_BEFORE_REST {
            self.commits = 0;
            self.connection.query_row("PRAGMA wal_checkpoint(PASSIVE)", [], |_| Ok(()))?;
        }
        Ok(())
    }

    /// Somebody else's file is neither read nor migrated: nothing of ours may be written into it.
    fn check_ours(&self, access: Access) -> Result<(), StoreFault> {
        self.connection.busy_timeout(PATIENCE)?;
        if access == Access::Create || self.schema_version()? > 0 {
            return Ok(());
        }
        Err(StoreFault::Foreign(self.path.clone()))
    }

    fn configure(&mut self, access: Access, durability: Durability) -> Result<(), StoreFault> {
        self.connection.busy_timeout(PATIENCE)?;
        self.connection.set_prepared_statement_cache_capacity(128);
        // Once a table is analysed, SQLite plans a statement anew for each value that is bound to it: nine tenths
        // of a greeting went there. The plans of this schema do not depend on values.
        self.connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
        if access != Access::Read {
            self.connection.query_row("PRAGMA journal_mode = WAL", [], |_| Ok(()))?;
            let synchronous = match durability {
                Durability::Full => "FULL",
                Durability::Off => "OFF",
            };
            self.connection.pragma_update(None, "synchronous", synchronous)?;
            self.connection
                .query_row(&format!("PRAGMA wal_autocheckpoint = {LOG_PAGES_MAX}"), [], |_| Ok(()))?;
        }
        // What is freed is overwritten: nobody who was erased is found in pages that are free again.
        self.connection.query_row("PRAGMA secure_delete = ON", [], |_| Ok(()))?;
        self.connection.pragma_update(None, "foreign_keys", true)?;
        self.connection.pragma_update(None, "cache_size", -16_000)?;
        self.connection.pragma_update(None, "temp_store", "MEMORY")?;
        Ok(())
    }

    fn migrate(&mut self, access: Access) -> Result<(), StoreFault> {
        let known =
            migrations::runner().get_migrations().iter().map(|m| i64::from(m.version())).max().unwrap_or(0);
        let found = self.schema_version()?;
        if found > known {
            return Err(StoreFault::FromTheFuture { found, known });
        }
        if access == Access::Read {
            return if found == known {
                Ok(())
            } else {
                Err(StoreFault::Migration("open it once for writing".into()))
            };
        }
        migrations::runner().run(&mut self.connection).map_err(|e| StoreFault::Migration(e.to_string()))?;
        Ok(())
    }

    fn schema_version(&self) -> Result<i64, StoreFault> {
        let table = "SELECT 1 FROM sqlite_schema WHERE name = 'refinery_schema_history'";
        if self.connection.query_row(table, [], |_| Ok(())).optional()?.is_none() {
            return Ok(0);
        }
        let version = "SELECT coalesce(max(version), 0) FROM refinery_schema_history";
        Ok(self.connection.query_row(version, [], |row| row.get(0))?)
    }
}

/// Takes away what could not be made whole, so that it can be made again.
fn remove(path: &Path) {
    for ending in ["", "-wal", "-shm", ".lock"] {
        let mut name = path.as_os_str().to_owned();
        name.push(ending);
        if let Err(error) = std::fs::remove_file(&name) {
            tracing::debug!(%error, file = %PathBuf::from(&name).display(), "nothing to take away");
        }
    }
}

pub(super) fn lock(path: &Path) -> Result<File, StoreFault> {
    let mut name = path.as_os_str().to_owned();
    name.push(".lock");
    let file = File::options()
        .create(true)
        .truncate(false)
        .write(true)
        .open(&name)
        .map_err(|e| StoreFault::Closed(format!("{}: {e}", PathBuf::from(&name).display())))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(StoreFault::InUse(path.into())),
        Err(TryLockError::Error(e)) => {
            Err(StoreFault::Other(format!("{}: {e}", PathBuf::from(&name).display())))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_file_is_opened_with_wal_and_full_and_one_writer() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("kava.db");
        let store = Store::open(&path, Access::Create, Durability::Full).unwrap();
        let pragma =
            |name| store.connection.pragma_query_value(None, name, |row| row.get::<_, i64>(0)).unwrap();
        assert_eq!((pragma("synchronous"), pragma("foreign_keys")), (2, 1));
        let second = Store::open(&path, Access::Write, Durability::Full).unwrap_err();
        assert_eq!(second.code(), "store_in_use");
        assert!(Store::open(&path, Access::Read, Durability::Full).is_ok());
    }

    #[test]
    fn commits_leave_copying_the_log_to_a_rest() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("kava.db");
        let mut store = Store::open(&path, Access::Create, Durability::Full).unwrap();
        store.connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(())).unwrap();
        let before = std::fs::metadata(&path).unwrap().len();
        let large = "x".repeat(200_000);
        for nth in 0..COMMITS_BEFORE_REST {
            store.rest().unwrap();
            store
                .change(|change| {
                    let sql = "INSERT INTO setting (key, value) VALUES (?, ?)";
                    Ok(change.execute(sql, [&nth.to_string(), &large])?)
                })
                .unwrap();
        }
        assert_eq!(std::fs::metadata(&path).unwrap().len(), before, "a commit copied the log");
        store.rest().unwrap();
        assert!(std::fs::metadata(&path).unwrap().len() > before + 5_000_000, "the rest copied nothing");
    }

    #[test]
    fn a_file_from_the_future_is_refused_by_name() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("kava.db");
        let store = Store::open(&path, Access::Create, Durability::Full).unwrap();
        let sql = "INSERT INTO refinery_schema_history VALUES (9999, 'later', '2030-01-01T00:00:00Z', '0')";
        store.connection.execute(sql, []).unwrap();
        drop(store);
        let fault = Store::open(&path, Access::Write, Durability::Full).unwrap_err();
        assert!(matches!(fault, StoreFault::FromTheFuture { found: 9999, .. }), "{fault}");
    }

    #[test]
    fn what_is_missing_or_damaged_is_said() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("kava.db");
        assert_eq!(Store::open(&path, Access::Write, Durability::Full).unwrap_err().code(), "store_missing");
        std::fs::write(&path, b"this is not a database at all, it is a letter to nobody").unwrap();
        assert_eq!(Store::open(&path, Access::Write, Durability::Full).unwrap_err().code(), "store_corrupt");
    }
}
