//! Versions of the menu: which is in force for a shop, which there were before, and who made each of them and why.

use super::{LedgerFault, documents::Published, open::Ledger};
use kava::{facts::moment::Moment, wire::document::Stream};
use rusqlite::{Connection, OptionalExtension, Transaction, params};
use serde::Serialize;

/// Versions of one answer.
pub const VERSIONS_MAX: i64 = 100;

/// The menu that holds somewhere.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InForce {
    /// Its version.
    pub version: i64,
    /// Whose line of versions it stands in: a shop's own, or with an empty one the chain's.
    pub line: String,
    /// The document.
    pub body: Vec<u8>,
}

/// A version among others.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct VersionShown {
    /// Its number.
    pub version: i64,
    /// When it was made.
    pub made: Moment,
    /// Who made it; empty where that was not noted yet.
    pub made_by: String,
    /// Why: `file`, `import`, `edit` or `return`, and of what.
    pub why: String,
    /// How many products it has.
    pub products: i64,
    /// Whether it holds now.
    pub in_force: bool,
}

// As `Ledger::newest` chooses: a shop's own before the chain's, and for the chain any shop's where it has none.
const IN_FORCE: &str = "SELECT e.version, e.shop, d.body FROM edition e JOIN document d USING (digest)
    WHERE e.stream = 'menu' AND (e.shop IN (?1, '') OR ?1 = '')
    ORDER BY e.shop = ?1 DESC, e.shop = '' DESC, e.version DESC LIMIT 1";

/// The menu that holds for a shop, or for the chain with an empty one.
///
/// # Errors
/// When the database fails.
pub fn in_force(connection: &Connection, shop: &str) -> Result<Option<InForce>, LedgerFault> {
    let read =
        |row: &rusqlite::Row<'_>| Ok(InForce { version: row.get(0)?, line: row.get(1)?, body: row.get(2)? });
    Ok(connection.prepare_cached(IN_FORCE)?.query_row([shop], read).optional()?)
}

/// Notes who published an edition and why; an edition that was there already stays whose it is.
///
/// # Errors
/// When the database fails.
pub fn sign(
    change: &Transaction<'_>,
    (stream, shop): (Stream, &str),
    published: &Published,
    (by, why): (&str, &str),
) -> Result<(), LedgerFault> {
    if published.is_new {
        let sql = "UPDATE edition SET made_by = ?, why = ? WHERE stream = ? AND shop = ? AND version = ?";
        change.execute(sql, params![by, why, stream.code(), shop, published.version])?;
    }
    Ok(())
}

impl Ledger {
    /// The versions in the line of the menu that holds for a shop, the newest first.
    ///
    /// # Errors
    /// When the database fails.
    pub fn menu_versions(&self, shop: &str) -> Result<Vec<VersionShown>, LedgerFault> {
        let Some(holds) = in_force(&self.connection, shop)? else { return Ok(Vec::new()) };
        let sql = "SELECT e.version, e.made, e.made_by, e.why, json_array_length(CAST(d.body AS TEXT))
            FROM edition e JOIN document d USING (digest) WHERE e.stream = 'menu' AND e.shop = ?
            ORDER BY e.version DESC LIMIT ?";
        let mut statement = self.connection.prepare_cached(sql)?;
        let versions = statement.query_map(params![holds.line, VERSIONS_MAX], |row| {
            let version = row.get(0)?;
            Ok(VersionShown {
                version,
                made: Moment(row.get(1)?),
                made_by: row.get(2)?,
                why: row.get(3)?,
                products: row.get(4)?,
                in_force: version == holds.version,
            })
        })?;
        Ok(versions.collect::<Result<_, _>>()?)
    }

    /// The chain's policies: what each calls its version, and when it was published, the newest first.
    ///
    /// # Errors
    /// When the database fails.
    pub fn policy_versions(&self) -> Result<Vec<(u32, Moment)>, LedgerFault> {
        let sql = "SELECT coalesce(json_extract(CAST(d.body AS TEXT), '$.version'), 1), e.made
            FROM edition e JOIN document d USING (digest) WHERE e.stream = 'policy' AND e.shop = ''
            ORDER BY e.version DESC LIMIT ?";
        let mut statement = self.connection.prepare_cached(sql)?;
        let versions = statement.query_map([VERSIONS_MAX], |row| Ok((row.get(0)?, Moment(row.get(1)?))))?;
        Ok(versions.collect::<Result<_, _>>()?)
    }

    /// An earlier menu of the line that holds for a shop.
    ///
    /// # Errors
    /// When the database fails.
    pub fn menu_of_version(&self, shop: &str, version: i64) -> Result<Option<Vec<u8>>, LedgerFault> {
        let Some(holds) = in_force(&self.connection, shop)? else { return Ok(None) };
        let sql = "SELECT d.body FROM edition e JOIN document d USING (digest)
            WHERE e.stream = 'menu' AND e.shop = ? AND e.version = ?";
        let mut statement = self.connection.prepare_cached(sql)?;
        Ok(statement.query_row(params![holds.line, version], |row| row.get(0)).optional()?)
    }
}
