//! What the store knows of the office: the key that speaks for this counter, what waits to be sent, which
//! editions were applied.

use super::{StoreFault, fault::unreadable, open::Store, setting};
use crate::facts::id::{ChainId, CounterId, Digest, ShopId};
use crate::facts::menu::Menu;
use crate::facts::moment::{BusinessDay, Moment};
use crate::facts::policy::Policy;
use crate::store::menu::{put_on_sale, version_of};
use crate::wire::batch::{BATCH_BYTES_MAX, Hashed};
use crate::wire::bundle::{TrustedKey, key_id};
use crate::wire::document::{Edition, Stream};
use crate::wire::hex::array_from_hex;
use crate::wire::record::{ClockTrust, Record, RecordHeader};
use crate::wire::reply::Place;
use rusqlite::{OptionalExtension, Row, Rows, Transaction, params};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

pub(super) const LINK: &str = "office";
pub(super) const ANCHOR: &str = "anchor";

/// The office this counter is enrolled at. The secret never leaves this file except to sign.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OfficeLink {
    /// Such as `https://office.example`.
    pub url: String,
    /// The key that speaks for this counter, hexadecimal.
    pub secret: String,
    /// Public half of the key with which the office signs bundles, hexadecimal.
    pub office: String,
    /// When it was enrolled.
    pub enrolled: Moment,
    /// The chain's own authorities (PEM), where it signs the office's certificate itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub trusts: Option<String>,
}

impl OfficeLink {
    /// The office's key as the verifier of bundles needs it.
    pub(super) fn trusted(&self) -> Option<TrustedKey> {
        let public = array_from_hex(&self.office)?;
        Some(TrustedKey { id: key_id(&public), issuer: "office".into(), public, retired: None })
    }
}

impl std::fmt::Debug for OfficeLink {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("OfficeLink").field("url", &self.url).finish_non_exhaustive()
    }
}

/// The most bytes of payloads in one load, so that a batch stays well below its limit however it is written.
const LOAD_BYTES: usize = BATCH_BYTES_MAX / 8;

/// What [`read_record`] reads, of a table `record r`.
pub(super) const RECORD: &str =
    "SELECT r.epoch, r.seq, r.v, r.chain, r.shop, r.counter, r.at, r.utc_offset_min, r.business_day,
        r.clock_trust, r.kind, r.payload_hash, r.prev_hash, r.hash, r.salt, r.payload";

const WAITING: &str = "FROM outbox o JOIN record r ON r.epoch = o.epoch AND r.seq = o.seq
    WHERE o.epoch = (SELECT min(epoch) FROM outbox) ORDER BY o.epoch, o.seq LIMIT ?";

impl Store {
    /// The office this counter is enrolled at, if it is.
    ///
    /// # Errors
    /// When the database fails.
    pub fn office_link(&self) -> Result<Option<OfficeLink>, StoreFault> {
        let text = setting::read(&self.connection, LINK)?;
        text.map(|text| serde_json::from_str(&text).map_err(unreadable("office"))).transpose()
    }

    /// The oldest records that wait for the office, at most so many, of one epoch and without a gap.
    ///
    /// # Errors
    /// When the database fails.
    pub fn outbox_load(&self, most: usize) -> Result<Vec<Hashed>, StoreFault> {
        let sql = format!("{RECORD} {WAITING}");
        let mut statement = self.connection.prepare_cached(&sql)?;
        read_load(statement.query([i64::try_from(most).unwrap_or(i64::MAX)])?)
    }

    /// Where the series ends, if all of it has left the outbox.
    ///
    /// # Errors
    /// When the database fails.
    pub fn all_sent(&self) -> Result<Option<Place>, StoreFault> {
        let sql = "SELECT epoch, seq FROM record WHERE NOT EXISTS (SELECT 1 FROM outbox)
            ORDER BY epoch DESC, seq DESC LIMIT 1";
        let read = |row: &Row<'_>| Ok(Place { epoch: row.get(0)?, seq: row.get(1)? });
        Ok(self.connection.prepare_cached(sql)?.query_row([], read).optional()?)
    }

    /// The editions that were applied here, by stream.
    ///
    /// # Errors
    /// When the database fails.
    pub fn applied(&self) -> Result<BTreeMap<String, i64>, StoreFault> {
        let mut applied = BTreeMap::new();
        for stream in Stream::ALL {
            if let Some(text) = setting::read(&self.connection, &edition_key(stream.code()))? {
                let edition: Edition = serde_json::from_str(&text).map_err(unreadable("edition"))?;
                applied.insert(edition.stream, edition.version);
            }
        }
        Ok(applied)
    }
}

/// Binds this counter to an office; its series goes on in the office's epoch, and a fresh database ties on to
/// the hash that the office has.
///
/// # Errors
/// When the database fails.
pub fn bind(
    change: &Transaction<'_>,
    link: &OfficeLink,
    (epoch, anchor): (i64, Option<&Digest>),
) -> Result<(), StoreFault> {
    setting::write(change, LINK, &serde_json::to_string(link).map_err(unreadable("office"))?)?;
    setting::write(change, "epoch", &epoch.to_string())?;
    let sql = "SELECT count(*) FROM record";
    let records: i64 = change.query_row(sql, [], |row| row.get(0))?;
    if records == 0
        && let Some(anchor) = anchor
    {
        setting::write(change, ANCHOR, anchor.as_str())?;
    }
    // What was applied from another office may have newer numbers than this one will ever give.
    change.execute("DELETE FROM setting WHERE key GLOB 'edition.*'", [])?;
    Ok(())
}

/// Everything of an epoch up to a number is durable at the office and leaves the outbox; gives how many.
///
/// # Errors
/// When the database fails.
pub fn acknowledge(change: &Transaction<'_>, place: Place) -> Result<usize, StoreFault> {
    let sql = "DELETE FROM outbox WHERE epoch = ? AND seq <= ?";
    Ok(change.prepare_cached(sql)?.execute([place.epoch, place.seq])?)
}

/// The office misses everything from a place on, perhaps because a backup was restored there: it waits again.
/// Gives how many records wait that did not before.
///
/// # Errors
/// When the database fails.
pub fn rewind(change: &Transaction<'_>, from: Place) -> Result<usize, StoreFault> {
    let sql = "INSERT INTO outbox (epoch, seq) SELECT epoch, seq FROM record
        WHERE (epoch, seq) >= (?, ?) ON CONFLICT DO NOTHING";
    Ok(change.execute(sql, [from.epoch, from.seq])?)
}

/// Replaces the menu of now: what is not on the new one is not sold any more.
///
/// # Errors
/// When the database fails.
pub fn replace_menu(change: &Transaction<'_>, menu: &Menu) -> Result<(), StoreFault> {
    change.execute("DELETE FROM product", [])?;
    for product in menu.iter() {
        let version = version_of(change, product)?;
        put_on_sale(change, &product.sku, version)?;
    }
    setting::keep_artifact(change, "menu", &menu.digest(), &menu.to_json())?;
    setting::write(change, "menu", menu.digest().as_str())
}

/// Puts a policy in force.
///
/// # Errors
/// When the database fails.
pub fn replace_policy(change: &Transaction<'_>, policy: &Policy) -> Result<(), StoreFault> {
    setting::set_policy(change, policy)
}

/// Notes that an edition was applied, or refused for good: either way it is not asked for again.
///
/// # Errors
/// When the database fails.
pub fn note_edition(change: &Transaction<'_>, edition: &Edition) -> Result<(), StoreFault> {
    let text = serde_json::to_string(edition).map_err(unreadable("edition"))?;
    setting::write(change, &edition_key(&edition.stream), &text)
}

fn edition_key(stream: &str) -> String {
    format!("edition.{stream}")
}

/// Records without a gap, until there are enough bytes of them.
pub(super) fn read_load(mut rows: Rows<'_>) -> Result<Vec<Hashed>, StoreFault> {
    let mut load: Vec<Hashed> = Vec::new();
    let mut bytes = 0;
    while let Some(row) = rows.next()? {
        let hashed = read_record(row)?;
        bytes += hashed.record.payload.as_ref().map_or(0, Vec::len);
        let header = &hashed.record.header;
        let follows = load
            .last()
            .map(|last| &last.record.header)
            .is_none_or(|last| (last.epoch, last.seq + 1) == (header.epoch, header.seq));
        if !follows || (bytes > LOAD_BYTES && !load.is_empty()) {
            break;
        }
        load.push(hashed);
    }
    Ok(load)
}

fn read_record(row: &Row<'_>) -> Result<Hashed, StoreFault> {
    let text = |at: usize| -> Result<String, StoreFault> { Ok(row.get(at)?) };
    let trust = text(9)?;
    let header = RecordHeader {
        epoch: row.get(0)?,
        seq: row.get(1)?,
        v: row.get(2)?,
        chain: ChainId::new(text(3)?),
        shop: ShopId::new(text(4)?),
        counter: CounterId::new(text(5)?),
        at: Moment(row.get(6)?),
        utc_offset_min: row.get(7)?,
        business_day: BusinessDay(row.get(8)?),
        clock_trust: ClockTrust::from_code(&trust).unwrap_or_default(),
        kind: text(10)?,
        payload_hash: Digest::new(text(11)?),
        prev_hash: Digest::new(text(12)?),
        later: BTreeMap::new(),
    };
    let record = Record { header, salt: row.get(14)?, payload: row.get(15)? };
    Ok(Hashed { record, hash: Digest::new(text(13)?) })
}

/// For tests and people: how many records the series has.
impl Store {
    /// Records written so far.
    ///
    /// # Errors
    /// When the database fails.
    pub fn record_count(&self) -> Result<u64, StoreFault> {
        let sql = "SELECT count(*) FROM record";
        let count: i64 = self.connection.query_row(sql, params![], |row| row.get(0))?;
        Ok(count.unsigned_abs())
    }
}
