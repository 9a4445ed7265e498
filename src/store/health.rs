//! What `doctor` asks the database about itself. Facts only; what is wrong about them is judged there.

use super::fault::{StoreFault, unreadable};
use super::open::Store;
use crate::facts::models::Bundle;
use crate::facts::moment::{BusinessDay, Moment};
use rusqlite::OptionalExtension;
use std::path::Path;

/// A product on sale and what is known of its cost.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CostAge {
    /// Its key.
    pub sku: String,
    /// Its name.
    pub name: String,
    /// Whether there is a cost above zero.
    pub known: bool,
    /// When the cost was last stated.
    pub stated: Option<BusinessDay>,
}

/// What lies in the database and waits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Waiting {
    /// Records that the office has not got.
    pub outbox: i64,
    /// Charges that were begun and not ended.
    pub open_charges: i64,
    /// Charges of which the register could not say what became of them.
    pub needs_review: i64,
    /// Receipts not yet printed.
    pub unprinted: i64,
}

/// The bundle in use.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BundleAge {
    /// Its release.
    pub release: u64,
    /// When it was made.
    pub made: Moment,
    /// Not used after this.
    pub not_after: Moment,
}

/// The version of the bundled SQLite; a store cannot be opened with one that is too old.
#[must_use]
pub fn sqlite_version() -> &'static str {
    rusqlite::version()
}

/// Free bytes on the disk of a database.
///
/// # Errors
/// When the system does not say.
pub fn free_bytes(database: &Path) -> std::io::Result<u64> {
    let folder = database.parent().filter(|folder| !folder.as_os_str().is_empty());
    fs4::available_space(folder.unwrap_or(Path::new(".")))
}

impl Store {
    /// SQLite's own check of every page and index; the text names the first damage.
    ///
    /// # Errors
    /// [`StoreFault::Corrupt`].
    pub fn check_whole(&self) -> Result<(), StoreFault> {
        super::backup::check_whole(&self.connection)
    }

    /// Journal mode and `synchronous` of this connection; `("wal", 2)` is as it should be for a writer.
    ///
    /// # Errors
    /// When the database fails.
    pub fn durability(&self) -> Result<(String, i64), StoreFault> {
        let journal = self.connection.pragma_query_value(None, "journal_mode", |row| row.get(0))?;
        let synchronous = self.connection.pragma_query_value(None, "synchronous", |row| row.get(0))?;
        Ok((journal, synchronous))
    }

    /// Age of the costs of all products on sale, in order of sku.
    ///
    /// # Errors
    /// When the database fails.
    pub fn cost_ages(&self) -> Result<Vec<CostAge>, StoreFault> {
        let sql = "SELECT v.sku, v.name, coalesce(v.cost > 0, 0), v.cost_day
            FROM product p JOIN product_version v ON v.id = p.version ORDER BY v.sku";
        let mut statement = self.connection.prepare(sql)?;
        let rows = statement.query_map([], |row| {
            let stated: Option<i32> = row.get(3)?;
            Ok(CostAge {
                sku: row.get(0)?,
                name: row.get(1)?,
                known: row.get(2)?,
                stated: stated.map(BusinessDay),
            })
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// What waits to be sent, ended, reviewed, printed.
    ///
    /// # Errors
    /// When the database fails.
    pub fn waiting(&self) -> Result<Waiting, StoreFault> {
        let sql = "SELECT (SELECT count(*) FROM outbox),
            (SELECT count(*) FROM charge WHERE state IN ('prepared', 'sent')),
            (SELECT count(*) FROM charge WHERE state = 'needs_review'),
            (SELECT count(*) FROM print_job WHERE printed = 0)";
        Ok(self.connection.query_row(sql, [], |row| {
            Ok(Waiting {
                outbox: row.get(0)?,
                open_charges: row.get(1)?,
                needs_review: row.get(2)?,
                unprinted: row.get(3)?,
            })
        })?)
    }

    /// The newest installed bundle.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn bundle_age(&self) -> Result<Option<BundleAge>, StoreFault> {
        let sql = "SELECT a.body FROM bundle b JOIN artifact a ON a.digest = b.digest
            ORDER BY b.release DESC LIMIT 1";
        let body: Option<Vec<u8>> = self.connection.query_row(sql, [], |row| row.get(0)).optional()?;
        let Some(body) = body else { return Ok(None) };
        let bundle: Bundle = serde_json::from_slice(&body).map_err(unreadable("bundle"))?;
        Ok(Some(BundleAge { release: bundle.release, made: bundle.made, not_after: bundle.not_after }))
    }
}
