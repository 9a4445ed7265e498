//! Counters that were let in, and the one-time codes that let them in.

use super::{
    append::alarm,
    fault::{LedgerFault, unreadable},
    leases,
    open::{Ledger, set},
};
use kava::{
    facts::{
        id::{CounterId, Digest, ShopId},
        menu::to_hex,
        moment::{DAY_MS, Moment},
    },
    wire::{
        bundle::{key_id, public_of},
        keyring::Neighbour,
        reply::{self, Place},
    },
};
use rusqlite::{Connection, OptionalExtension, Row, Transaction, params};
use serde::Serialize;

/// Whether a counter may send.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// It may.
    Active,
    /// Two machines write its series: nothing is taken until it enrols anew.
    Quarantined,
    /// It was shut out.
    Revoked,
}

impl State {
    const ALL: [(State, &'static str); 3] =
        [(State::Active, "active"), (State::Quarantined, "quarantined"), (State::Revoked, "revoked")];

    /// The stable word.
    #[must_use]
    pub fn code(self) -> &'static str {
        State::ALL.into_iter().find(|(state, _)| *state == self).map_or("revoked", |(_, code)| code)
    }

    pub(crate) fn read(code: &str) -> State {
        State::ALL.into_iter().find(|(_, known)| *known == code).map_or(State::Revoked, |(state, _)| state)
    }
}

/// A counter that was let in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Enrolled {
    /// Its row.
    pub id: i64,
    /// The shop.
    pub shop: ShopId,
    /// The counter.
    pub counter: CounterId,
    /// Public half of the key that speaks for it.
    pub public: [u8; 32],
    /// The epoch in which it writes.
    pub epoch: i64,
    /// Whether it may send.
    pub state: State,
}

const COLUMNS: &str = "SELECT id, shop, counter, public, epoch, state FROM counter";

impl Enrolled {
    fn read(row: &Row<'_>) -> rusqlite::Result<Enrolled> {
        Ok(Enrolled {
            id: row.get(0)?,
            shop: ShopId::new(row.get_ref(1)?.as_str()?),
            counter: CounterId::new(row.get_ref(2)?.as_str()?),
            public: row.get(3)?,
            epoch: row.get(4)?,
            state: State::read(row.get_ref(5)?.as_str()?),
        })
    }

    pub(super) fn by_id(connection: &Connection, id: i64) -> Result<Enrolled, LedgerFault> {
        let sql = format!("{COLUMNS} WHERE id = ?");
        Ok(connection.prepare_cached(&sql)?.query_row([id], Enrolled::read)?)
    }
}

/// Whom a key speaks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Speaker {
    /// A counter.
    Now(Enrolled),
    /// A counter, before it enrolled anew with another key.
    Before,
    /// Nobody.
    Nobody,
}

/// One counter as people see it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CounterShown {
    /// The shop.
    pub shop: String,
    /// The counter.
    pub counter: String,
    /// Whether it may send.
    pub state: State,
    /// The epoch in which it writes.
    pub epoch: i64,
    /// Records that are durable here.
    pub records: u64,
    /// Records that were put aside.
    pub dead: u64,
    /// When it was last heard of.
    pub seen: Option<Moment>,
}

impl Ledger {
    /// Makes an empty ledger the office of a chain, with a signing key.
    ///
    /// # Errors
    /// When the database fails.
    pub fn found(&mut self, chain: &str, secret: &[u8; 32], now: Moment) -> Result<(), LedgerFault> {
        self.change(|change| {
            set(change, "chain", chain)?;
            let public = public_of(secret);
            let sql = "INSERT INTO office_key (id, secret, public, made) VALUES (?, ?, ?, ?)";
            change.execute(sql, params![key_id(&public), secret, public, now.0])?;
            Ok(())
        })
    }

    /// Whom a key speaks for.
    ///
    /// # Errors
    /// When the database fails.
    pub fn speaker(&self, key: &str) -> Result<Speaker, LedgerFault> {
        let sql = format!("{COLUMNS} WHERE key = ?");
        let now = self.connection.prepare_cached(&sql)?.query_row([key], Enrolled::read).optional()?;
        if let Some(enrolled) = now {
            return Ok(Speaker::Now(enrolled));
        }
        let sql = "SELECT 1 FROM former_key WHERE key = ?";
        let before = self.connection.prepare_cached(sql)?.query_row([key], |_| Ok(())).optional()?;
        Ok(before.map_or(Speaker::Nobody, |()| Speaker::Before))
    }

    /// The row of a counter and the public half of a key that speaks for it, or did before it enrolled anew.
    ///
    /// # Errors
    /// When the database fails.
    pub fn signer(
        &self,
        (shop, counter): (&ShopId, &CounterId),
        key: &str,
    ) -> Result<Option<(i64, [u8; 32])>, LedgerFault> {
        let sql = "SELECT id, public FROM counter WHERE shop = ?1 AND counter = ?2 AND key = ?3
            UNION ALL SELECT c.id, f.public FROM former_key f JOIN counter c ON c.id = f.counter
            WHERE c.shop = ?1 AND c.counter = ?2 AND f.key = ?3 AND f.public IS NOT NULL LIMIT 1";
        let read = |row: &Row<'_>| Ok((row.get(0)?, row.get(1)?));
        let params = params![shop.as_str(), counter.as_str(), key];
        Ok(self.connection.prepare_cached(sql)?.query_row(params, read).optional()?)
    }

    /// From where on the ledger misses a counter's series, which the counter has sent up to `last`.
    ///
    /// # Errors
    /// When the database fails.
    pub fn missing(&self, counter: i64, last: Place) -> Result<Option<Place>, LedgerFault> {
        let sql =
            "SELECT epoch, seq + 1 FROM series WHERE counter = ? AND epoch <= ? ORDER BY epoch DESC LIMIT 1";
        let read = |row: &Row<'_>| Ok(Place { epoch: row.get(0)?, seq: row.get(1)? });
        let found = self.connection.prepare_cached(sql)?.query_row([counter, last.epoch], read).optional()?;
        Ok(Some(found.unwrap_or(Place { epoch: 1, seq: 1 })).filter(|from| *from <= last))
    }

    /// Every counter, by shop and counter.
    ///
    /// # Errors
    /// When the database fails.
    pub fn counters(&self) -> Result<Vec<CounterShown>, LedgerFault> {
        let sql = "SELECT c.shop, c.counter, c.state, c.epoch, c.seen,
                (SELECT count(*) FROM record r WHERE r.counter = c.id),
                (SELECT count(*) FROM dead_letter d WHERE d.counter = c.id)
            FROM counter c ORDER BY c.shop, c.counter";
        let mut statement = self.connection.prepare_cached(sql)?;
        let shown = statement.query_map([], |row| {
            Ok(CounterShown {
                shop: row.get(0)?,
                counter: row.get(1)?,
                state: State::read(row.get_ref(2)?.as_str()?),
                epoch: row.get(3)?,
                seen: row.get::<_, Option<i64>>(4)?.map(Moment),
                records: row.get::<_, i64>(5)?.unsigned_abs(),
                dead: row.get::<_, i64>(6)?.unsigned_abs(),
            })
        })?;
        Ok(shown.collect::<Result<_, _>>()?)
    }

    /// Public half of the key with which the office signs, hexadecimal.
    ///
    /// # Errors
    /// When there is none.
    pub fn office_public(&self) -> Result<String, LedgerFault> {
        let sql = "SELECT public FROM office_key WHERE retired IS NULL ORDER BY made DESC LIMIT 1";
        let public: Option<Vec<u8>> = self.connection.query_row(sql, [], |row| row.get(0)).optional()?;
        public
            .map(|public| to_hex(&public))
            .ok_or_else(|| unreadable("office key")("there is none; run `kava-sync init`"))
    }
}

/// Counters of a shop that may send, by the keys that speak for them now.
///
/// # Errors
/// When the database fails.
pub fn neighbours(connection: &Connection, shop: &str) -> Result<Vec<Neighbour>, LedgerFault> {
    let sql = "SELECT counter, public FROM counter WHERE shop = ? AND state <> 'revoked' ORDER BY counter";
    let read = |row: &Row<'_>| {
        Ok(Neighbour { counter: CounterId::new(row.get_ref(0)?.as_str()?), public: row.get(1)? })
    };
    Ok(connection.prepare_cached(sql)?.query_map([shop], read)?.collect::<Result<_, _>>()?)
}

/// Keeps a one-time code, as its hash.
///
/// # Errors
/// When the database fails.
pub fn add_code(
    change: &Transaction<'_>,
    code: &[u8; 32],
    (shop, counter): (&str, &str),
    (now, expires): (Moment, Moment),
) -> Result<(), LedgerFault> {
    // Old codes are of no use to anybody. For a day whoever types one hears that it is old.
    let long_ago = now.later(-DAY_MS);
    change.execute("DELETE FROM enrol_code WHERE expires < ? AND used IS NULL", [long_ago.0])?;
    let sql = "INSERT INTO enrol_code (hash, shop, counter, made, expires) VALUES (?, ?, ?, ?, ?)";
    change.execute(sql, params![code, shop, counter, now.0, expires.0])?;
    Ok(())
}

/// Shuts a counter out; gives whether there is one.
///
/// # Errors
/// When the database fails.
pub fn revoke(
    change: &Transaction<'_>,
    (shop, counter): (&str, &str),
    now: Moment,
) -> Result<bool, LedgerFault> {
    let sql = "UPDATE counter SET state = 'revoked' WHERE shop = ? AND counter = ? RETURNING id";
    let id: Option<i64> = change.query_row(sql, [shop, counter], |row| row.get(0)).optional()?;
    if id.is_some() {
        alarm(change, id, ("counter_revoked", "somebody at the office shut it out"), now)?;
    }
    Ok(id.is_some())
}

/// Alarms are pointed out for so long.
pub const ALARMS_MS: i64 = 7 * DAY_MS;

/// Something that needs a person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Alarm {
    /// When.
    pub at: Moment,
    /// `shop/counter`, if it is about one.
    pub counter: Option<String>,
    /// What kind of thing.
    pub code: String,
    /// What happened.
    pub text: String,
}

impl Ledger {
    /// Everything that needed a person, the newest first.
    ///
    /// # Errors
    /// When the database fails.
    pub fn alarms(&self) -> Result<Vec<Alarm>, LedgerFault> {
        let sql = "SELECT a.at, c.shop || '/' || c.counter, a.code, a.text FROM alarm a
            LEFT JOIN counter c ON c.id = a.counter ORDER BY a.id DESC LIMIT 1000";
        let mut statement = self.connection.prepare_cached(sql)?;
        let alarms = statement.query_map([], |row| {
            Ok(Alarm { at: Moment(row.get(0)?), counter: row.get(1)?, code: row.get(2)?, text: row.get(3)? })
        })?;
        Ok(alarms.collect::<Result<_, _>>()?)
    }
}

/// What enrolling led to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Let {
    /// In.
    In(reply::Enrolled),
    /// The code is nobody's.
    NoSuchCode,
    /// The code was given out, and is used or too old.
    CodeOld,
    /// The code is for another counter.
    AnotherCounter {
        /// The shop it is for.
        shop: String,
        /// The counter it is for.
        counter: String,
    },
}

/// Lets a counter in: the code is spent, its key speaks for it from now on, a key that did before does not, and
/// the epoch is one in which no other machine writes.
///
/// # Errors
/// When the database fails.
pub fn enrol(
    change: &Transaction<'_>,
    (asked, code, public): (&reply::Enrol, &[u8; 32], &[u8; 32]),
    now: Moment,
) -> Result<Let, LedgerFault> {
    let sql = "SELECT shop, counter FROM enrol_code WHERE hash = ? AND used IS NULL AND expires > ?";
    let read = |row: &Row<'_>| Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?));
    let Some((shop, counter)) = change.query_row(sql, params![code, now.0], read).optional()? else {
        let sql = "SELECT count(*) FROM enrol_code WHERE hash = ?";
        let known: i64 = change.query_row(sql, params![code], |row| row.get(0))?;
        return Ok(if known > 0 { Let::CodeOld } else { Let::NoSuchCode });
    };
    if (shop.as_str(), counter.as_str()) != (asked.shop.as_str(), asked.counter.as_str()) {
        return Ok(Let::AnotherCounter { shop, counter });
    }
    change.execute("UPDATE enrol_code SET used = ? WHERE hash = ?", params![now.0, code])?;
    let key = key_id(public);
    let sql = format!("{COLUMNS} WHERE shop = ? AND counter = ?");
    let before = change.query_row(&sql, [&shop, &counter], Enrolled::read).optional()?;
    let (id, epoch) = match before {
        None => {
            let sql = "INSERT INTO counter (shop, counter, key, public, epoch, state, enrolled)
                VALUES (?, ?, ?, ?, ?, 'active', ?)";
            change.execute(sql, params![shop, counter, key, public, asked.epoch.max(1), now.0])?;
            (change.last_insert_rowid(), asked.epoch.max(1))
        }
        Some(before) => replace(change, &before, (asked.epoch, &key, public), now)?,
    };
    leases::begins(change, id, now)?;
    let sql = "SELECT hash FROM series WHERE counter = ? ORDER BY epoch DESC LIMIT 1";
    let anchor: Option<Option<Vec<u8>>> = change.query_row(sql, [id], |row| row.get(0)).optional()?;
    let sql = "SELECT public FROM office_key WHERE retired IS NULL ORDER BY made DESC LIMIT 1";
    let office: Vec<u8> = change.query_row(sql, [], |row| row.get(0))?;
    Ok(Let::In(reply::Enrolled {
        key,
        epoch,
        anchor: anchor.flatten().map(|hash| Digest::new(to_hex(&hash))),
        office: to_hex(&office),
        office_time: now,
    }))
}

/// A counter that was let in before: the old key is retired, and a fresh epoch begins.
fn replace(
    change: &Transaction<'_>,
    before: &Enrolled,
    (told, key, public): (i64, &str, &[u8; 32]),
    now: Moment,
) -> Result<(i64, i64), LedgerFault> {
    let sql = "SELECT max(?, coalesce((SELECT max(epoch) FROM series WHERE counter = ?), 0))";
    let used: i64 = change.query_row(sql, [before.epoch.max(told), before.id], |row| row.get(0))?;
    let sql = "INSERT INTO former_key (key, counter, retired, public) SELECT key, id, ?, public FROM counter WHERE id = ?
        ON CONFLICT DO NOTHING";
    change.execute(sql, [now.0, before.id])?;
    let sql =
        "UPDATE counter SET key = ?, public = ?, epoch = ?, state = 'active', enrolled = ? WHERE id = ?";
    change.execute(sql, params![key, public, used + 1, now.0, before.id])?;
    Ok((before.id, used + 1))
}
