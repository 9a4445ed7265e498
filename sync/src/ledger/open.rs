//! Opening the file: one writing office, WAL and FULL, migrations, a file from the future refused by name.

use super::{
    fault::{LedgerFault, unreadable},
    noted,
};
use refinery::embed_migrations;
use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags, OptionalExtension, Transaction, TransactionBehavior};
use std::{
    fs::{File, TryLockError},
    path::{Path, PathBuf},
    time::Duration,
};

embed_migrations!("../migrations/office");

/// How long another program's lock is waited for.
pub(super) const PATIENCE: Duration = Duration::from_secs(5);
/// The oldest SQLite without the WAL-reset corruption.
const SQLITE_MIN: i32 = 3_051_003;

/// How a ledger is opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// A new file; refused where there is one.
    Create,
    /// To write: short commands beside a running office, too. SQLite's own lock keeps them apart.
    Write,
    /// To read.
    Read,
}

/// A change of the ledger that is all kept, or not at all.
pub type Change<'c> = Transaction<'c>;

/// An open ledger.
#[derive(Debug)]
pub struct Ledger {
    pub(super) connection: Connection,
    path: PathBuf,
}

impl Ledger {
    /// Opens the file.
    ///
    /// # Errors
    /// Every [`LedgerFault`]; the message names the file and what to do.
    pub fn open(path: &Path, access: Access) -> Result<Ledger, LedgerFault> {
        if rusqlite::version_number() < SQLITE_MIN {
            return Err(LedgerFault::OldSqlite(rusqlite::version().into()));
        }
        match (access, path.exists()) {
            (Access::Create, true) => return Err(LedgerFault::Exists(path.into())),
            (Access::Write | Access::Read, false) => return Err(LedgerFault::Missing(path.into())),
            _ => {}
        }
        let mut flags = OpenFlags::SQLITE_OPEN_NO_MUTEX;
        flags |= match access {
            Access::Create => OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE,
            Access::Write => OpenFlags::SQLITE_OPEN_READ_WRITE,
            Access::Read => OpenFlags::SQLITE_OPEN_READ_ONLY,
        };
        let connection = Connection::open_with_flags(path, flags)?;
        Ledger { connection, path: path.into() }.made_ready(access)
    }

    /// A ledger in memory, for tests.
    ///
    /// # Errors
    /// When the migrations do not run.
    pub fn in_memory() -> Result<Ledger, LedgerFault> {
        let connection = Connection::open_in_memory()?;
        Ledger { connection, path: PathBuf::from(":memory:") }.made_ready(Access::Create)
    }

    /// Where the file is.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// To read by.
    #[must_use]
    pub const fn connection(&self) -> &Connection {
        &self.connection
    }

    /// Runs the closure in one immediate transaction: all of it is kept, or nothing.
    ///
    /// # Errors
    /// The closure's fault, or the commit's.
    pub fn change<T>(
        &mut self,
        write: impl FnOnce(&Transaction<'_>) -> Result<T, LedgerFault>,
    ) -> Result<T, LedgerFault> {
        let transaction = self.connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let kept = write(&transaction)?;
        transaction.commit()?;
        Ok(kept)
    }

    fn made_ready(mut self, access: Access) -> Result<Ledger, LedgerFault> {
        self.connection.busy_timeout(PATIENCE)?;
        self.connection.set_prepared_statement_cache_capacity(64);
        // A plan is made once and not anew for each value that is bound; see the counter's store.
        self.connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
        let found = self.schema_version()?;
        if access != Access::Create && found == 0 {
            return Err(LedgerFault::Foreign(self.path));
        }
        let known = migrations::runner().get_migrations().iter().map(|m| i64::from(m.version())).max();
        let known = known.unwrap_or(0);
        if found > known {
            return Err(LedgerFault::FromTheFuture { found, known });
        }
        if access != Access::Read {
            self.connection.query_row("PRAGMA journal_mode = WAL", [], |_| Ok(()))?;
            self.connection.pragma_update(None, "synchronous", "FULL")?;
            migrations::runner()
                .run(&mut self.connection)
                .map_err(|e| LedgerFault::Migration(e.to_string()))?;
            self.change(noted::find_names)?;
        } else if found < known {
            return Err(LedgerFault::Migration("start `kava-sync serve` once".into()));
        }
        // What is freed is overwritten: nobody who was erased is found in pages that are free again.
        self.connection.query_row("PRAGMA secure_delete = ON", [], |_| Ok(()))?;
        self.connection.pragma_update(None, "foreign_keys", true)?;
        self.connection.pragma_update(None, "cache_size", -32_000)?;
        self.connection.pragma_update(None, "temp_store", "MEMORY")?;
        Ok(self)
    }

    fn schema_version(&self) -> Result<i64, LedgerFault> {
        let table = "SELECT 1 FROM sqlite_schema WHERE name = 'refinery_schema_history'";
        if self.connection.query_row(table, [], |_| Ok(())).optional()?.is_none() {
            return Ok(0);
        }
        // An office's ledger has a table that a counter's database has not.
        let ours = "SELECT 1 FROM sqlite_schema WHERE name = 'dead_letter'";
        if self.connection.query_row(ours, [], |_| Ok(())).optional()?.is_none() {
            return Err(LedgerFault::Foreign(self.path.clone()));
        }
        let version = "SELECT coalesce(max(version), 0) FROM refinery_schema_history";
        Ok(self.connection.query_row(version, [], |row| row.get(0))?)
    }

    /// A setting, if it was made.
    pub(crate) fn setting(&self, key: &str) -> Result<Option<String>, LedgerFault> {
        let sql = "SELECT value FROM setting WHERE key = ?";
        Ok(self.connection.prepare_cached(sql)?.query_row([key], |row| row.get(0)).optional()?)
    }

    /// The chain whose office this is.
    ///
    /// # Errors
    /// When `init` has not run.
    pub fn chain(&self) -> Result<String, LedgerFault> {
        self.setting("chain")?.ok_or_else(|| unreadable("chain")("there is none; run `kava-sync init`"))
    }
}

impl Ledger {
    /// What guests call the chain.
    ///
    /// # Errors
    /// When `init` has not run.
    pub fn title(&self) -> Result<String, LedgerFault> {
        self.setting("title")?.map_or_else(|| self.chain(), Ok)
    }

    /// ISO 4217.
    ///
    /// # Errors
    /// When the database fails.
    pub fn currency(&self) -> Result<String, LedgerFault> {
        Ok(self.setting("currency")?.unwrap_or_else(|| "BYN".into()))
    }
}

/// Writes a setting.
///
/// # Errors
/// When the database fails.
pub fn set(change: &Transaction<'_>, key: &str, value: &str) -> Result<(), LedgerFault> {
    let sql = "INSERT INTO setting (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value";
    change.execute(sql, [key, value])?;
    Ok(())
}

/// Takes the lock of the one office that serves this file; it is held as long as the file lives.
///
/// # Errors
/// [`LedgerFault::InUse`] when another office has it.
pub fn lock(path: &Path) -> Result<File, LedgerFault> {
    let mut name = path.as_os_str().to_owned();
    name.push(".lock");
    let name = PathBuf::from(name);
    let wrong = |e: std::io::Error| LedgerFault::Other(format!("{}: {e}", name.display()));
    let file = File::options().create(true).truncate(false).write(true).open(&name).map_err(wrong)?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(LedgerFault::InUse(path.into())),
        Err(TryLockError::Error(e)) => Err(wrong(e)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ledger_is_opened_with_wal_and_full() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("office.db");
        assert_eq!(Ledger::open(&path, Access::Write).unwrap_err().code(), "ledger_missing");
        let ledger = Ledger::open(&path, Access::Create).unwrap();
        let pragma = |name: &str| {
            ledger.connection.pragma_query_value(None, name, |row| row.get::<_, rusqlite::types::Value>(0))
        };
        assert_eq!(pragma("synchronous").unwrap(), rusqlite::types::Value::Integer(2));
        assert_eq!(pragma("journal_mode").unwrap(), rusqlite::types::Value::Text("wal".into()));
        assert_eq!(Ledger::open(&path, Access::Create).unwrap_err().code(), "ledger_exists");
        let held = lock(&path).unwrap();
        assert_eq!(lock(&path).unwrap_err().code(), "ledger_in_use");
        drop(held);
        assert!(lock(&path).is_ok());
    }

    #[test]
    fn other_files_and_files_from_the_future_are_refused_by_name() {
        let folder = tempfile::tempdir().unwrap();
        let counter = folder.path().join("counter.db");
        drop(kava::store::Store::open(&counter, kava::store::Access::Create, kava::store::Durability::Full));
        assert_eq!(Ledger::open(&counter, Access::Write).unwrap_err().code(), "ledger_foreign");
        let path = folder.path().join("office.db");
        let ledger = Ledger::open(&path, Access::Create).unwrap();
        let sql = "INSERT INTO refinery_schema_history VALUES (9999, 'later', '2030-01-01T00:00:00Z', '0')";
        ledger.connection.execute(sql, []).unwrap();
        drop(ledger);
        assert_eq!(Ledger::open(&path, Access::Write).unwrap_err().code(), "ledger_from_the_future");
        std::fs::write(
            &path,
            "a letter to nobody, and longer than a hundred bytes so that it could be a header of something",
        )
        .unwrap();
        assert!(
            ["ledger_corrupt", "ledger_foreign"]
                .contains(&Ledger::open(&path, Access::Write).unwrap_err().code())
        );
    }
}
