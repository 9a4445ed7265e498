//! What a counter keeps of codes: keys to verify with, withdrawn phones, codes that were used, how phones'
//! clocks differ. Nothing here can make a full code.

use super::{StoreFault, fault::unreadable, open::Store};
use crate::facts::id::CounterId;
use crate::facts::moment::{DAY_MS, Moment};
use crate::wire::code::clock::learned::{Heard, Learned, PHONES_HEARD};
use crate::wire::code::{Base, CodeUse, OfficeKey, PhoneId, Trust, WeekKey, pass, short};
use crate::wire::keyring::Keyring;
use rusqlite::{OptionalExtension, Transaction, params};
use std::collections::BTreeSet;

/// Used codes older than this are forgotten: they are refused as too old long before.
const USES_KEPT_MS: i64 = 7 * DAY_MS;
/// A phone that was withdrawn so long ago has no pass that is good: none is for longer than 255 days. A week more, for clocks
/// that are behind.
const WITHDRAWN_KEPT_MS: i64 = (255 + 7) * DAY_MS;

impl Store {
    /// What codes are verified against: the office's keys, withdrawn phones, and the clock's correction.
    ///
    /// # Errors
    /// When the database fails or a key is damaged.
    pub fn trust(&self, at: Moment) -> Result<Trust, StoreFault> {
        Ok(Trust {
            chain: pass::chain_tag(&self.shop()?.chain),
            keys: self.office_keys()?,
            withdrawn: self.withdrawn_phones()?,
            clock: self.learned_time(at)?,
        })
    }

    /// Public keys of the office.
    ///
    /// # Errors
    /// When the database fails or a key is damaged.
    pub fn office_keys(&self) -> Result<Vec<OfficeKey>, StoreFault> {
        let mut statement =
            self.connection.prepare("SELECT number, public, revoked FROM office_key ORDER BY number")?;
        let mut rows = statement.query([])?;
        let mut keys = Vec::new();
        while let Some(row) = rows.next()? {
            keys.push(OfficeKey {
                number: row.get(0)?,
                public: array(row.get(1)?)?,
                revoked: row.get::<_, Option<i64>>(2)?.map(Moment),
            });
        }
        Ok(keys)
    }

    fn withdrawn_phones(&self) -> Result<BTreeSet<PhoneId>, StoreFault> {
        let mut statement = self.connection.prepare("SELECT phone FROM withdrawn_phone")?;
        let mut rows = statement.query([])?;
        let mut phones = BTreeSet::new();
        while let Some(row) = rows.next()? {
            phones.insert(array(row.get(0)?)?);
        }
        Ok(phones)
    }

    /// When the newest of the withdrawn phones came here; nothing where none did.
    ///
    /// # Errors
    /// When the database fails.
    pub fn last_withdrawn(&self) -> Result<Option<Moment>, StoreFault> {
        let sql = "SELECT max(at) FROM withdrawn_phone";
        let newest: Option<i64> = self.connection.query_row(sql, [], |row| row.get(0))?;
        Ok(newest.map(Moment))
    }

    /// What the counter has learned about its clock from the phones last heard, at an instant.
    ///
    /// # Errors
    /// When the database fails.
    pub fn learned_time(&self, at: Moment) -> Result<Learned, StoreFault> {
        let sql = "SELECT phone, at, ahead_ms FROM phone_clock ORDER BY at DESC LIMIT ?";
        let most = i64::try_from(PHONES_HEARD).unwrap_or(i64::MAX);
        let mut statement = self.connection.prepare_cached(sql)?;
        let mut rows = statement.query([most])?;
        let mut heard = Vec::new();
        while let Some(row) = rows.next()? {
            heard.push((array(row.get(0)?)?, Heard { at: Moment(row.get(1)?), ahead_ms: row.get(2)? }));
        }
        Ok(Learned::of(&heard, at))
    }

    /// Whether a code was used in a settled visit, here or where we were told of.
    ///
    /// # Errors
    /// When the database fails.
    pub fn code_was_used(&self, code: &CodeUse) -> Result<bool, StoreFault> {
        let sql = "SELECT EXISTS (SELECT 1 FROM code_use WHERE phone = ? AND step = ? AND nonce = ?)";
        let mut statement = self.connection.prepare_cached(sql)?;
        Ok(statement.query_row(params![code.phone.as_slice(), code.step, code.nonce], |row| row.get(0))?)
    }

    /// Short-code keys of this shop.
    ///
    /// # Errors
    /// When the database fails or a key is damaged.
    pub fn week_keys(&self) -> Result<Vec<WeekKey>, StoreFault> {
        let mut statement = self.connection.prepare("SELECT week, secret FROM week_key ORDER BY week")?;
        let mut rows = statement.query([])?;
        let mut keys = Vec::new();
        while let Some(row) = rows.next()? {
            keys.push(WeekKey { week: row.get(0)?, secret: array(row.get(1)?)? });
        }
        Ok(keys)
    }

    /// What the newest pass said of a customer, and when it was made.
    ///
    /// # Errors
    /// When the database fails.
    pub fn guest_base(&self, customer: i64) -> Result<Option<(Moment, Base)>, StoreFault> {
        let sql = "SELECT issued, body FROM guest_base WHERE customer = ?";
        let row = self
            .connection
            .prepare_cached(sql)?
            .query_row([customer], |row| Ok((row.get::<_, i64>(0)?, row.get::<_, Vec<u8>>(1)?)));
        Ok(row.optional()?.and_then(|(issued, body)| Some((Moment(issued), Base::read(&body)?))))
    }
}

/// Believes a key of the office.
///
/// # Errors
/// When the database fails.
pub fn add_office_key(
    change: &Transaction<'_>,
    number: u8,
    public: &[u8; 32],
    at: Moment,
) -> Result<(), StoreFault> {
    let sql = "INSERT INTO office_key (number, public, added) VALUES (?, ?, ?)
        ON CONFLICT (number) DO UPDATE SET public = excluded.public, added = excluded.added, revoked = NULL";
    change.execute(sql, params![number, public.as_slice(), at.0])?;
    Ok(())
}

/// Believes nothing any more that a key of the office has signed; gives whether there is such a key.
///
/// # Errors
/// When the database fails.
pub fn revoke_office_key(change: &Transaction<'_>, number: u8, at: Moment) -> Result<bool, StoreFault> {
    Ok(change.execute("UPDATE office_key SET revoked = ? WHERE number = ?", params![at.0, number])? > 0)
}

/// Refuses a phone from now on.
///
/// # Errors
/// When the database fails.
pub fn withdraw_phone(change: &Transaction<'_>, phone: &PhoneId, at: Moment) -> Result<(), StoreFault> {
    let sql = "INSERT INTO withdrawn_phone (phone, at) VALUES (?, ?) ON CONFLICT DO NOTHING";
    change.execute(sql, params![phone.as_slice(), at.0])?;
    Ok(())
}

/// Keeps a short-code key of this shop, and forgets those of weeks long gone.
///
/// # Errors
/// When the database fails.
pub fn add_week_key(change: &Transaction<'_>, key: &WeekKey, this_week: u16) -> Result<(), StoreFault> {
    let sql = "INSERT INTO week_key (week, secret) VALUES (?, ?) ON CONFLICT (week) DO UPDATE SET secret = excluded.secret";
    change.execute(sql, params![key.week, key.secret.as_slice()])?;
    change.execute("DELETE FROM week_key WHERE week < ?", [this_week.saturating_sub(1)])?;
    Ok(())
}

/// Believes what the office says from now on: its keys, the phones it has withdrawn, this shop's week keys.
/// A key that was added here by hand and that the office does not name stays, so that codes of before are read.
/// A phone that it does not name any more is forgotten once no pass of it can be good.
///
/// # Errors
/// When the database fails.
pub fn replace_keyring(change: &Transaction<'_>, keyring: &Keyring, at: Moment) -> Result<(), StoreFault> {
    for key in &keyring.office {
        let sql = "INSERT INTO office_key (number, public, added, revoked) VALUES (?1, ?2, ?3, ?4)
            ON CONFLICT (number) DO UPDATE SET public = ?2, revoked = ?4,
                added = CASE WHEN public = ?2 THEN added ELSE ?3 END";
        let revoked = key.revoked.map(|revoked| revoked.0);
        change.prepare_cached(sql)?.execute(params![key.number, key.public.as_slice(), at.0, revoked])?;
    }
    let old = at.later(-WITHDRAWN_KEPT_MS).0;
    change.execute("DELETE FROM withdrawn_phone WHERE at < ?", [old])?;
    keyring.withdrawn.iter().try_for_each(|phone| withdraw_phone(change, phone, at))?;
    let this_week = short::week(at);
    keyring.weeks.iter().try_for_each(|key| add_week_key(change, key, this_week))
}

/// Remembers codes of a settled visit: they are no longer good, and they tell what time the phones have.
///
/// # Errors
/// When the database fails.
pub fn use_codes(
    change: &Transaction<'_>,
    codes: &[CodeUse],
    counter: &CounterId,
    at: Moment,
) -> Result<(), StoreFault> {
    for code in codes {
        add_use(change, code, counter, at)?;
        hear(change, &code.phone, Heard { at, ahead_ms: code.ahead_ms })?;
    }
    if !codes.is_empty() {
        let old = at.later(-USES_KEPT_MS).0;
        change.prepare_cached("DELETE FROM code_use WHERE at < ?")?.execute([old])?;
    }
    Ok(())
}

fn hear(change: &Transaction<'_>, phone: &PhoneId, heard: Heard) -> Result<(), StoreFault> {
    let sql = "INSERT INTO phone_clock (phone, at, ahead_ms) VALUES (?1, ?2, ?3)
        ON CONFLICT (phone) DO UPDATE SET at = ?2, ahead_ms = ?3";
    change.prepare_cached(sql)?.execute(params![phone.as_slice(), heard.at.0, heard.ahead_ms])?;
    Ok(())
}

/// Forgets what was learned about the clock, and begins with these phones.
///
/// # Errors
/// When the database fails.
pub fn hear_anew(change: &Transaction<'_>, phones: &[(PhoneId, Heard)]) -> Result<(), StoreFault> {
    change.execute("DELETE FROM phone_clock", [])?;
    phones.iter().try_for_each(|(phone, heard)| hear(change, phone, *heard))
}

/// Remembers that a code was used at a counter: this one, or another that has told of it.
///
/// # Errors
/// When the database fails.
pub fn add_use(
    change: &Transaction<'_>,
    code: &CodeUse,
    counter: &CounterId,
    at: Moment,
) -> Result<(), StoreFault> {
    let sql = "INSERT INTO code_use (phone, step, nonce, counter, at) VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING";
    change.prepare_cached(sql)?.execute(params![
        code.phone.as_slice(),
        code.step,
        code.nonce,
        counter.as_str(),
        at.0
    ])?;
    Ok(())
}

/// Keeps what a pass says of a guest, if it is newer than what is kept.
///
/// # Errors
/// When the database fails.
pub fn keep_base(
    change: &Transaction<'_>,
    customer: i64,
    issued: Moment,
    base: &Base,
) -> Result<(), StoreFault> {
    let sql = "INSERT INTO guest_base (customer, issued, body) VALUES (?1, ?2, ?3)
        ON CONFLICT (customer) DO UPDATE SET issued = ?2, body = ?3 WHERE issued < ?2";
    change.prepare_cached(sql)?.execute(params![customer, issued.0, base.bytes()])?;
    Ok(())
}

pub(super) fn array<const N: usize>(bytes: Vec<u8>) -> Result<[u8; N], StoreFault> {
    bytes.try_into().map_err(|_| unreadable("key or name of a phone")(format!("it is not {N} bytes")))
}
