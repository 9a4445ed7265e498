//! Clerks: people who work at the office, each with a role. There is no password before somebody has set one by their
//! one-time link, and nobody has a password that the office came with.

use super::{deeds::COMMAND_LINE, role::Role};
use crate::gate::password::Password;
use crate::ledger::LedgerFault;
use kava::facts::moment::Moment;
use rusqlite::{Connection, OptionalExtension, Row, Transaction, params};
use serde::Serialize;

/// How long a link is good.
pub const LINK_MS: i64 = 24 * 3_600_000;
/// The most characters of a name.
pub const NAME_MAX: usize = 64;

/// Somebody who works at the office.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Clerk {
    /// Their row.
    pub id: i64,
    /// In small letters.
    pub name: String,
    /// What they may.
    pub role: Role,
    /// The one shop that they see; empty for all.
    pub shop: String,
    /// Their password, once they have set it.
    pub password: Option<Password>,
    /// Secret of the second factor, and the newest step of it that was used.
    pub second: Option<(Vec<u8>, i64)>,
    /// A secret whose first digits were not typed yet.
    pub offered: Option<Vec<u8>>,
}

/// A clerk as people see them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ClerkShown {
    /// In small letters.
    pub name: String,
    /// What they may.
    pub role: Role,
    /// The one shop that they see; empty for all.
    pub shop: String,
    /// Since when.
    pub added: Moment,
    /// When they were last here.
    pub seen: Option<Moment>,
    /// Whether they have a second factor.
    pub second: bool,
    /// `invited`, `active` or `revoked`.
    pub state: &'static str,
}

/// A name as it is kept; nothing for one that nobody can have. Under the name of the command line nobody could tell their
/// deeds from the machine's.
#[must_use]
pub fn tidied(name: &str) -> Option<String> {
    let name = name.trim().to_lowercase();
    let has_shape =
        !name.is_empty() && name.chars().count() <= NAME_MAX && !name.chars().any(char::is_control);
    (has_shape && together(&name) != together(COMMAND_LINE)).then_some(name)
}

fn together(words: &str) -> String {
    words.split_whitespace().collect()
}

const COLUMNS: &str =
    "SELECT id, name, role, shop, salt, password, second, step, offered FROM clerk WHERE revoked IS NULL";

fn read(row: &Row<'_>) -> rusqlite::Result<Clerk> {
    let (salt, hash): (Option<[u8; 16]>, Option<[u8; 32]>) = (row.get(4)?, row.get(5)?);
    let second: Option<Vec<u8>> = row.get(6)?;
    let step = row.get(7)?;
    Ok(Clerk {
        id: row.get(0)?,
        name: row.get(1)?,
        role: Role::from_code(row.get_ref(2)?.as_str()?).unwrap_or(Role::Support),
        shop: row.get(3)?,
        password: salt.zip(hash).map(|(salt, hash)| Password { salt, hash }),
        second: second.map(|secret| (secret, step)),
        offered: row.get(8)?,
    })
}

/// The clerk of this name, unless they were shut out.
///
/// # Errors
/// When the database fails.
pub fn by_name(connection: &Connection, name: &str) -> Result<Option<Clerk>, LedgerFault> {
    let sql = format!("{COLUMNS} AND name = ?");
    Ok(connection.prepare_cached(&sql)?.query_row([name], read).optional()?)
}

/// The clerk of this row, unless they were shut out.
///
/// # Errors
/// When the database fails.
pub fn by_id(connection: &Connection, id: i64) -> Result<Option<Clerk>, LedgerFault> {
    let sql = format!("{COLUMNS} AND id = ?");
    Ok(connection.prepare_cached(&sql)?.query_row([id], read).optional()?)
}

/// Whose link this is, and until when it is good.
///
/// # Errors
/// When the database fails.
pub fn by_link(
    connection: &Connection,
    link: &[u8; 32],
    now: Moment,
) -> Result<Option<(Clerk, Moment)>, LedgerFault> {
    let sql = "SELECT clerk, expires FROM clerk_link WHERE hash = ? AND expires > ?";
    let read = |row: &Row<'_>| Ok((row.get::<_, i64>(0)?, Moment(row.get(1)?)));
    match connection.prepare_cached(sql)?.query_row(params![link, now.0], read).optional()? {
        Some((id, expires)) => Ok(by_id(connection, id)?.map(|clerk| (clerk, expires))),
        None => Ok(None),
    }
}

/// Whether somebody can come in who may let others in.
///
/// # Errors
/// When the database fails.
pub fn has_owner(connection: &Connection) -> Result<bool, LedgerFault> {
    let sql = "SELECT EXISTS (SELECT 1 FROM clerk WHERE role = 'owner' AND password IS NOT NULL AND revoked IS NULL)";
    Ok(connection.query_row(sql, [], |row| row.get(0))?)
}

/// Until when a link is good by which an owner who has no password yet sets one; nothing where there is none.
///
/// # Errors
/// When the database fails.
pub fn owners_link(connection: &Connection, now: Moment) -> Result<Option<Moment>, LedgerFault> {
    let sql = "SELECT max(l.expires) FROM clerk_link l JOIN clerk c ON c.id = l.clerk
        WHERE c.role = 'owner' AND c.revoked IS NULL AND l.expires > ?";
    Ok(connection.query_row(sql, [now.0], |row| row.get::<_, Option<i64>>(0))?.map(Moment))
}

/// Everybody, those who were shut out among them.
///
/// # Errors
/// When the database fails.
pub fn list(connection: &Connection) -> Result<Vec<ClerkShown>, LedgerFault> {
    let sql =
        "SELECT name, role, shop, added, seen, second IS NOT NULL, password IS NOT NULL, revoked IS NOT NULL
        FROM clerk ORDER BY name";
    let mut statement = connection.prepare_cached(sql)?;
    let clerks = statement.query_map([], |row| {
        let (active, revoked): (bool, bool) = (row.get(6)?, row.get(7)?);
        Ok(ClerkShown {
            name: row.get(0)?,
            role: Role::from_code(row.get_ref(1)?.as_str()?).unwrap_or(Role::Support),
            shop: row.get(2)?,
            added: Moment(row.get(3)?),
            seen: row.get::<_, Option<i64>>(4)?.map(Moment),
            second: row.get(5)?,
            state: match (revoked, active) {
                (true, _) => "revoked",
                (false, true) => "active",
                (false, false) => "invited",
            },
        })
    })?;
    Ok(clerks.collect::<Result<_, _>>()?)
}

/// Somebody who is to work here, and the hash of the link by which they come in.
#[derive(Debug, Clone)]
pub struct Invitation {
    /// In small letters.
    pub name: String,
    /// What they may.
    pub role: Role,
    /// The one shop that they see; empty for all.
    pub shop: String,
    /// Hash of the link.
    pub link: [u8; 32],
}

/// Lets somebody in by a link; whoever is known gets a new one and this role, and what they had is of no use from now on.
/// Gives until when the link is good.
///
/// # Errors
/// When the database fails.
pub fn invite(change: &Transaction<'_>, invitation: &Invitation, now: Moment) -> Result<Moment, LedgerFault> {
    let Invitation { name, role, shop, link } = invitation;
    let sql = "INSERT INTO clerk (name, role, shop, added) VALUES (?, ?, ?, ?) ON CONFLICT (name) DO UPDATE
        SET role = excluded.role, shop = excluded.shop, revoked = NULL, salt = NULL, password = NULL, second = NULL, offered = NULL
        RETURNING id";
    let id: i64 = change.query_row(sql, params![name, role.code(), shop, now.0], |row| row.get(0))?;
    shut_out(change, id)?;
    let expires = now.later(LINK_MS);
    let sql = "INSERT INTO clerk_link (hash, clerk, expires) VALUES (?, ?, ?)";
    change.execute(sql, params![link, id, expires.0])?;
    Ok(expires)
}

/// Nobody is in by this clerk's links and sessions any more.
fn shut_out(change: &Transaction<'_>, id: i64) -> Result<(), LedgerFault> {
    change.execute("DELETE FROM clerk_link WHERE clerk = ?", [id])?;
    change.execute("DELETE FROM session WHERE clerk = ?", [id])?;
    Ok(())
}

/// Shuts a clerk out; gives whether there was one.
///
/// # Errors
/// When the database fails.
pub fn revoke(change: &Transaction<'_>, name: &str, now: Moment) -> Result<bool, LedgerFault> {
    let sql = "UPDATE clerk SET revoked = ?, salt = NULL, password = NULL, second = NULL, offered = NULL
        WHERE name = ? AND revoked IS NULL RETURNING id";
    let id: Option<i64> = change.query_row(sql, params![now.0, name], |row| row.get(0)).optional()?;
    if let Some(id) = id {
        shut_out(change, id)?;
    }
    Ok(id.is_some())
}

/// Sets a password; every link and session of before ends.
///
/// # Errors
/// When the database fails.
pub fn set_password(change: &Transaction<'_>, id: i64, password: &Password) -> Result<(), LedgerFault> {
    let sql = "UPDATE clerk SET salt = ?, password = ? WHERE id = ?";
    change.execute(sql, params![password.salt, password.hash, id])?;
    shut_out(change, id)
}

/// Offers a secret; it is the second factor once its first digits were typed. Gives whether there was none: who has one
/// takes it away first, with the password.
///
/// # Errors
/// When the database fails.
pub fn offer_second(change: &Transaction<'_>, id: i64, secret: &[u8]) -> Result<bool, LedgerFault> {
    let sql = "UPDATE clerk SET offered = ? WHERE id = ? AND second IS NULL";
    Ok(change.execute(sql, params![secret, id])? > 0)
}

/// The secret that was offered is the second factor from now on, or there is none.
///
/// # Errors
/// When the database fails.
pub fn set_second(change: &Transaction<'_>, id: i64, takes: bool) -> Result<(), LedgerFault> {
    let sql = "UPDATE clerk SET second = CASE WHEN ?1 THEN offered END, offered = NULL WHERE id = ?2";
    change.execute(sql, params![takes, id])?;
    Ok(())
}

/// Digits of a step were typed; gives whether they were not typed before.
///
/// # Errors
/// When the database fails.
pub fn use_step(change: &Transaction<'_>, id: i64, step: i64) -> Result<bool, LedgerFault> {
    let sql = "UPDATE clerk SET step = ?1 WHERE id = ?2 AND step < ?1";
    Ok(change.execute(sql, params![step, id])? > 0)
}
