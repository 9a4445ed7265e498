//! What counters have told of sales, read back as records: what the office learns from.

use super::{
    fault::{LedgerFault, unreadable},
    open::{Ledger, set},
    rolls::GIVEN,
};
use kava::{
    facts::{
        id::{ChainId, CounterId, Digest, ShopId},
        menu::to_hex,
        moment::{BusinessDay, Moment},
    },
    store::setting::Looks,
    wire::record::{ClockTrust, Record, RecordHeader},
};
use rusqlite::{Connection, OptionalExtension, Row, Transaction, params};
use std::collections::BTreeMap;

/// Each series in its order. What was erased has no payload and teaches nothing.
const TOLD: &str =
    "SELECT c.shop, c.counter, r.epoch, r.seq, r.v, r.chain, r.at, r.utc_offset_min, r.business_day,
        r.clock_trust, r.kind, r.payload_hash, r.prev_hash, r.salt, r.payload
    FROM record r JOIN counter c ON c.id = r.counter
    WHERE r.kind IN ('sale', 'decision', 'refund') AND r.payload IS NOT NULL AND ?1 IN ('', c.shop)
    ORDER BY r.counter, r.epoch, r.seq";

impl Ledger {
    /// Gives every sale, decision and refund of a shop to the caller, or of the chain for an empty shop; series by series,
    /// so many at a time.
    ///
    /// # Errors
    /// The caller's, or the database's, or that a record cannot be read.
    pub fn each_told<F: From<LedgerFault>>(
        &self,
        (shop, at_a_time): (&str, usize),
        mut each: impl FnMut(&[Record]) -> Result<(), F>,
    ) -> Result<(), F> {
        let fault = |error| F::from(LedgerFault::from(error));
        let mut statement = self.connection.prepare(TOLD).map_err(fault)?;
        let mut rows = statement.query([shop]).map_err(fault)?;
        let mut records = Vec::with_capacity(at_a_time);
        while let Some(row) = rows.next().map_err(fault)? {
            records.push(record(row)?);
            if records.len() == at_a_time {
                each(&records)?;
                records.clear();
            }
        }
        each(&records)
    }

    /// The secret that bundles are signed with.
    ///
    /// # Errors
    /// When there is none or it is damaged.
    pub fn signing_secret(&self) -> Result<[u8; 32], LedgerFault> {
        signing_secret(&self.connection)
    }

    /// The bundle in force for a shop, without one that is on its way and was not given to it; its own before the chain's; for an empty shop the chain's and no shop's.
    ///
    /// # Errors
    /// When the database fails.
    pub fn bundle_of(&self, shop: &str) -> Result<Option<Vec<u8>>, LedgerFault> {
        let sql = format!(
            "SELECT d.body FROM edition e JOIN document d USING (digest) WHERE e.stream = 'bundle'
            AND e.shop IN (?2, '') AND {GIVEN} ORDER BY e.shop = '', e.version DESC LIMIT ?1"
        );
        Ok(self.connection.query_row(&sql, params![1, shop], |row| row.get(0)).optional()?)
    }

    /// Shops that have a bundle of their own, which stands before the chain's.
    ///
    /// # Errors
    /// When the database fails.
    pub fn shops_with_bundles(&self) -> Result<Vec<String>, LedgerFault> {
        let sql = "SELECT DISTINCT shop FROM edition WHERE stream = 'bundle' AND shop <> '' ORDER BY shop";
        let mut statement = self.connection.prepare(sql)?;
        let shops = statement.query_map([], |row| row.get(0))?;
        Ok(shops.collect::<Result<_, _>>()?)
    }

    /// The gate's looks at a shop's experiment, or the chain's.
    ///
    /// # Errors
    /// When they cannot be read.
    pub fn looks(&self, shop: &str) -> Result<Option<Looks>, LedgerFault> {
        let text = self.setting(&key(shop))?;
        text.map(|text| serde_json::from_str(&text).map_err(unreadable("looks"))).transpose()
    }
}

/// The secret that bundles are signed with.
pub(super) fn signing_secret(connection: &Connection) -> Result<[u8; 32], LedgerFault> {
    let sql = "SELECT secret FROM office_key WHERE retired IS NULL ORDER BY made DESC LIMIT 1";
    let secret: Vec<u8> = connection.query_row(sql, [], |row| row.get(0))?;
    secret.try_into().map_err(|_| unreadable("signing key")("its secret is not 32 bytes"))
}

/// Keeps the gate's looks: what they have spent stays spent.
///
/// # Errors
/// When the database fails.
pub fn keep_looks(change: &Transaction<'_>, shop: &str, looks: &Looks) -> Result<(), LedgerFault> {
    set(change, &key(shop), &serde_json::to_string(looks).map_err(unreadable("looks"))?)
}

/// How many records there are to read.
///
/// # Errors
/// When the database fails.
pub fn count(ledger: &Ledger, shop: &str) -> Result<usize, LedgerFault> {
    let sql = format!("SELECT count(*) FROM ({TOLD})");
    let count: i64 = ledger.connection.query_row(&sql, params![shop], |row| row.get(0))?;
    Ok(usize::try_from(count).unwrap_or(0))
}

fn key(shop: &str) -> String {
    format!("looks:{shop}")
}

fn record(row: &Row<'_>) -> Result<Record, LedgerFault> {
    let text = |at: usize| row.get::<_, String>(at);
    let digest = |at: usize| Ok::<_, rusqlite::Error>(Digest::new(to_hex(&row.get::<_, Vec<u8>>(at)?)));
    let trust = text(9)?;
    let header = RecordHeader {
        v: row.get(4)?,
        chain: ChainId::new(text(5)?),
        shop: ShopId::new(text(0)?),
        counter: CounterId::new(text(1)?),
        epoch: row.get(2)?,
        seq: row.get(3)?,
        at: Moment(row.get(6)?),
        utc_offset_min: row.get(7)?,
        business_day: BusinessDay(row.get(8)?),
        clock_trust: ClockTrust::from_code(&trust)
            .ok_or_else(|| unreadable("record")(format!("its clock is {trust:?}")))?,
        kind: text(10)?,
        payload_hash: digest(11)?,
        prev_hash: digest(12)?,
        later: BTreeMap::new(),
    };
    Ok(Record { header, salt: row.get(13)?, payload: row.get(14)? })
}
