//! The office's keys for passes, and the keyring that tells counters whose codes to believe.

use super::pass;
use crate::ledger::{LedgerFault, counters, documents, fault::unreadable, open::set};
use kava::{
    facts::{
        id::{ChainId, ShopId},
        menu::to_hex,
        moment::{DAY_MS, Moment},
    },
    wire::{
        bundle::public_of,
        code::{OfficeKey, PhoneId, WeekKey, short::week},
        document::Stream,
        hex::array_from_hex,
        keyring::Keyring,
    },
};
use rusqlite::{Connection, OptionalExtension, Transaction, params};
use serde::Serialize;

/// Weeks ahead for which counters and phones get keys and short codes.
pub const WEEKS_AHEAD: u16 = 18;
/// Setting with the secret of which every week key is made.
const SHORT_SECRET: &str = "short_secret";

/// A key for passes, as people see it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PassKeyShown {
    /// Its number, which stands in every pass.
    pub number: u8,
    /// Its public half, hexadecimal.
    pub public: String,
    /// When it was made.
    pub made: Moment,
    /// Since when it signs nothing new.
    pub retired: Option<Moment>,
    /// Since when nothing it has signed is believed.
    pub revoked: Option<Moment>,
}

/// The key that signs passes now.
pub(super) struct Issuer {
    pub(super) number: u8,
    pub(super) secret: [u8; 32],
}

/// Makes a key for passes; the ones before it sign no more. Gives its number.
///
/// # Errors
/// When all 255 numbers are taken, or the database fails.
pub fn add(change: &Transaction<'_>, secret: &[u8; 32], now: Moment) -> Result<u8, LedgerFault> {
    let newest: Option<i64> = change.query_row("SELECT max(number) FROM pass_key", [], |row| row.get(0))?;
    let number = u8::try_from(newest.unwrap_or(0) + 1)
        .map_err(|_| LedgerFault::Other("all 255 numbers of pass keys are taken".into()))?;
    change.execute("UPDATE pass_key SET retired = ? WHERE retired IS NULL", [now.0])?;
    let sql = "INSERT INTO pass_key (number, secret, public, made) VALUES (?, ?, ?, ?)";
    change.execute(sql, params![number, secret, public_of(secret), now.0])?;
    Ok(number)
}

/// Withdraws a key: nothing it has signed is believed. Gives whether there is one.
///
/// # Errors
/// When the database fails.
pub fn revoke(change: &Transaction<'_>, number: u8, now: Moment) -> Result<bool, LedgerFault> {
    let sql = "UPDATE pass_key SET revoked = ?1, retired = coalesce(retired, ?1) WHERE number = ?2";
    Ok(change.execute(sql, params![now.0, number])? > 0)
}

/// Makes what is missing before the first pass: a key, and the secret of short codes.
///
/// # Errors
/// When the database fails.
pub fn ensure(change: &Transaction<'_>, secrets: &[[u8; 32]; 2], now: Moment) -> Result<(), LedgerFault> {
    let [signing, short] = secrets;
    let sql = "SELECT EXISTS (SELECT 1 FROM pass_key WHERE retired IS NULL AND revoked IS NULL)";
    if !change.query_row(sql, [], |row| row.get::<_, bool>(0))? {
        add(change, signing, now)?;
    }
    if setting(change, SHORT_SECRET)?.is_none() {
        set(change, SHORT_SECRET, &to_hex(short))?;
    }
    Ok(())
}

/// Every key, the oldest first.
///
/// # Errors
/// When the database fails.
pub fn list(connection: &Connection) -> Result<Vec<PassKeyShown>, LedgerFault> {
    let sql = "SELECT number, public, made, retired, revoked FROM pass_key ORDER BY number";
    let mut statement = connection.prepare_cached(sql)?;
    let shown = statement.query_map([], |row| {
        let moment = |at: Option<i64>| at.map(Moment);
        Ok(PassKeyShown {
            number: row.get(0)?,
            public: to_hex(&row.get::<_, Vec<u8>>(1)?),
            made: Moment(row.get(2)?),
            retired: moment(row.get(3)?),
            revoked: moment(row.get(4)?),
        })
    })?;
    Ok(shown.collect::<Result<_, _>>()?)
}

/// The key that signs now.
pub(super) fn issuer(connection: &Connection) -> Result<Issuer, LedgerFault> {
    let sql = "SELECT number, secret FROM pass_key WHERE retired IS NULL AND revoked IS NULL ORDER BY number DESC LIMIT 1";
    let read = |row: &rusqlite::Row<'_>| Ok(Issuer { number: row.get(0)?, secret: row.get(1)? });
    let found = connection.prepare_cached(sql)?.query_row([], read).optional()?;
    found.ok_or_else(|| unreadable("pass key")("there is none; run `kava-sync key new`"))
}

/// Publishes a keyring for every shop that has a counter; what has not changed is no new edition.
///
/// # Errors
/// When the database fails.
pub fn publish(change: &Transaction<'_>, now: Moment) -> Result<(), LedgerFault> {
    let sql = "SELECT DISTINCT shop FROM counter WHERE state <> 'revoked' ORDER BY shop";
    let shops: Vec<String> =
        change.prepare_cached(sql)?.query_map([], |row| row.get(0))?.collect::<Result<_, _>>()?;
    if shops.is_empty() {
        return Ok(());
    }
    let (office, withdrawn) = (office_keys(change)?, withdrawn(change, now)?);
    // Before the first pass there is nothing to believe.
    if office.is_empty() {
        return Ok(());
    }
    for shop in shops {
        let keyring = Keyring {
            office: office.clone(),
            withdrawn: withdrawn.clone(),
            weeks: weeks(change, &ShopId::new(&shop), now)?,
            counters: counters::neighbours(change, &shop)?,
        };
        documents::publish(change, (Stream::Keys, &shop), keyring.write().as_bytes(), now)?;
    }
    Ok(())
}

/// Keys of a shop's short codes, from last week's on.
pub(super) fn weeks(
    connection: &Connection,
    shop: &ShopId,
    now: Moment,
) -> Result<Vec<WeekKey>, LedgerFault> {
    let Some(secret) = setting(connection, SHORT_SECRET)? else { return Ok(Vec::new()) };
    let secret: [u8; 32] =
        array_from_hex(&secret).ok_or_else(|| unreadable("short-code secret")("it is damaged"))?;
    let chain = ChainId::new(setting(connection, "chain")?.unwrap_or_default());
    let first = week(now).saturating_sub(1);
    Ok((first..=first + WEEKS_AHEAD).map(|week| WeekKey::derive(&secret, &chain, shop, week)).collect())
}

/// Every key with its public half, as phones and counters verify by it.
///
/// # Errors
/// When the database fails.
pub fn office_keys(connection: &Connection) -> Result<Vec<OfficeKey>, LedgerFault> {
    let sql = "SELECT number, public, revoked FROM pass_key ORDER BY number";
    let read = |row: &rusqlite::Row<'_>| {
        let revoked = row.get::<_, Option<i64>>(2)?.map(Moment);
        Ok(OfficeKey { number: row.get(0)?, public: row.get(1)?, revoked })
    };
    Ok(connection.prepare_cached(sql)?.query_map([], read)?.collect::<Result<_, _>>()?)
}

/// Phones that may still have a good pass: one that was withdrawn longer ago than a pass is good for has none, and gets
/// none, so counters need not be told of it for ever. A week more, for clocks that are behind.
fn withdrawn(connection: &Connection, now: Moment) -> Result<Vec<PhoneId>, LedgerFault> {
    let since = now.later(-(i64::from(pass::DAYS) + 7) * DAY_MS);
    let mut statement =
        connection.prepare_cached("SELECT id FROM withdrawn_phone WHERE at >= ? ORDER BY id")?;
    Ok(statement.query_map([since.0], |row| row.get(0))?.collect::<Result<_, _>>()?)
}

pub(super) fn setting(connection: &Connection, key: &str) -> Result<Option<String>, LedgerFault> {
    let sql = "SELECT value FROM setting WHERE key = ?";
    Ok(connection.prepare_cached(sql)?.query_row([key], |row| row.get(0)).optional()?)
}
