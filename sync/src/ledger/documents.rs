//! Documents that go down to the counters: content by SHA-256, editions whose versions only go up. A shop's own
//! edition stands before the chain's.

use super::{
    backup::beyond,
    erasure::number,
    fault::LedgerFault,
    open::{Ledger, set},
    rolls::{self, GIVEN},
};
use kava::{
    facts::{
        campaign::Campaign,
        id::Digest,
        menu::{Menu, hex_digest},
        models::Bundle,
        moment::Moment,
        policy::Policy,
        staff::Staff,
    },
    wire::{
        document::{DOCUMENT_BYTES_MAX, Edition, Stream},
        keyring::Keyring,
    },
};
use rusqlite::{OptionalExtension, Transaction, params};

/// What publishing did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Published {
    /// The version that is the newest now.
    pub version: i64,
    /// SHA-256 of the document.
    pub digest: Digest,
    /// Whether it differs from the version before.
    pub is_new: bool,
}

/// What is wrong with a document before it is published: the office refuses what every counter would refuse.
///
/// # Errors
/// One sentence.
pub fn check(stream: Stream, body: &[u8]) -> Result<(), String> {
    if body.len() as u64 > DOCUMENT_BYTES_MAX {
        return Err(format!("it is larger than {DOCUMENT_BYTES_MAX} bytes"));
    }
    let text = std::str::from_utf8(body).map_err(|_| "it is not UTF-8".to_owned())?;
    match stream {
        Stream::Keys => Keyring::read(text).map(|_| ()),
        Stream::Policy => {
            let policy: Policy = serde_json::from_str(text).map_err(|e| e.to_string())?;
            policy.check()
        }
        Stream::Campaigns => {
            let campaigns: Vec<Campaign> = serde_json::from_str(text).map_err(|e| e.to_string())?;
            campaigns.iter().try_for_each(Campaign::check)
        }
        Stream::Menu => {
            let menu = Menu::from_json(text).map_err(|e| e.to_string())?;
            if menu.is_empty() {
                return Err("there is no product on it; a shop without a menu sells nothing".into());
            }
            match menu.iter().find(|product| product.price.minor() < 0) {
                Some(product) => Err(format!("{} has a negative price", product.sku)),
                None => Ok(()),
            }
        }
        Stream::Bundle => {
            let (body, _) = text.split_once('\n').ok_or("it has no signature line")?;
            let bundle: Bundle = serde_json::from_str(body).map_err(|e| e.to_string())?;
            bundle.check()
        }
        Stream::Staff => Staff::from_json(text).map(|_| ()),
    }
}

/// Keeps a document as the newest edition of its stream; the same content twice in a row is one edition.
///
/// # Errors
/// When the database fails.
pub fn publish(
    change: &Transaction<'_>,
    (stream, shop): (Stream, &str),
    body: &[u8],
    now: Moment,
) -> Result<Published, LedgerFault> {
    let digest = hex_digest(body);
    let sql =
        "SELECT version, digest FROM edition WHERE stream = ? AND shop = ? ORDER BY version DESC LIMIT 1";
    let read = |row: &rusqlite::Row<'_>| Ok((row.get::<_, i64>(0)?, row.get::<_, String>(1)?));
    let newest = change.query_row(sql, [stream.code(), shop], read).optional()?;
    if let Some((version, kept)) = &newest
        && kept == digest.as_str()
    {
        return Ok(Published { version: *version, digest, is_new: false });
    }
    let sql = "INSERT INTO document (digest, body) VALUES (?, ?) ON CONFLICT DO NOTHING";
    change.execute(sql, params![digest.as_str(), body])?;
    // One line of versions for chain and shops together: when a shop's own edition begins, it must be newer than
    // what its counters have of the chain's.
    let sql = "SELECT coalesce(max(version), 0) FROM edition WHERE stream = ?";
    let last: i64 = change.query_row(sql, [stream.code()], |row| row.get(0))?;
    let version = last.max(number(change, TAKEN)?) + 1;
    let sql = "INSERT INTO edition (stream, shop, version, digest, made) VALUES (?, ?, ?, ?, ?)";
    change.execute(sql, params![stream.code(), shop, version, digest.as_str(), now.0])?;
    if stream == Stream::Bundle {
        rolls::overtake(change, shop, now)?;
    }
    Ok(Published { version, digest, is_new: true })
}

/// Forgets the editions of a stream before a version, and what nobody else's edition says.
///
/// # Errors
/// When the database fails.
pub(super) fn forget_before(
    change: &Transaction<'_>,
    (stream, shop): (Stream, &str),
    version: i64,
) -> Result<(), LedgerFault> {
    let sql = "DELETE FROM edition WHERE stream = ? AND shop = ? AND version < ? RETURNING digest";
    let mut statement = change.prepare_cached(sql)?;
    let digests =
        statement.query_map(params![stream.code(), shop, version], |row| row.get::<_, String>(0))?;
    let unsaid =
        "DELETE FROM document WHERE digest = ?1 AND NOT EXISTS (SELECT 1 FROM edition WHERE digest = ?1)";
    for digest in digests.collect::<Result<Vec<_>, _>>()? {
        change.prepare_cached(unsaid)?.execute([digest])?;
    }
    Ok(())
}

/// The last version that may have been given before a backup was put back.
const TAKEN: &str = "editions_taken";

impl Ledger {
    /// After a backup was put back: what is the newest here is given a version above all that counters may have, so that
    /// what holds at the office holds everywhere, and what is published next is heard.
    pub(super) fn announce_anew(&mut self, now: Moment) -> Result<(), LedgerFault> {
        self.change(|change| {
            let sql = "SELECT coalesce(max(version), 0) FROM edition";
            let last: i64 = change.query_row(sql, [], |row| row.get(0))?;
            let version = beyond(last.max(number(change, TAKEN)?), now);
            // A bundle on its way stays on its way, above the one that most shops have.
            let on_its_way = "SELECT 1 FROM roll w WHERE w.stage < 10000 AND e.stream = 'bundle'
                AND w.shop = e.shop AND w.version = e.version";
            let newest = format!(
                "SELECT stream, shop, digest, made_by, why, max(version) FROM edition e
                WHERE NOT EXISTS ({on_its_way}) GROUP BY stream, shop"
            );
            let sql = format!(
                "INSERT INTO edition (stream, shop, version, digest, made, made_by, why)
                SELECT stream, shop, ?1, digest, ?2, made_by, why FROM ({newest})"
            );
            change.execute(&sql, params![version, now.0])?;
            rolls::announce_anew(change, version + 1, now)?;
            set(change, TAKEN, &(version + 1).to_string())?;
            Ok(())
        })
    }

    /// The newest edition of each stream for a shop; of bundles the newest that was given to it.
    ///
    /// # Errors
    /// When the database fails.
    pub fn editions(&self, shop: &str) -> Result<Vec<Edition>, LedgerFault> {
        let mut editions = Vec::new();
        for stream in Stream::ALL {
            let sql = format!(
                "SELECT e.version, e.digest, length(d.body) FROM edition e JOIN document d USING (digest)
                WHERE e.stream = ?1 AND e.shop IN (?2, '') AND {GIVEN} ORDER BY e.shop = '' , e.version DESC LIMIT 1"
            );
            let read = |row: &rusqlite::Row<'_>| {
                Ok(Edition {
                    stream: stream.code().into(),
                    version: row.get(0)?,
                    digest: Digest::new(row.get_ref(1)?.as_str()?),
                    bytes: row.get::<_, i64>(2)?.unsigned_abs(),
                })
            };
            let found = self.connection.prepare_cached(&sql)?.query_row([stream.code(), shop], read);
            editions.extend(found.optional()?);
        }
        Ok(editions)
    }

    /// The newest document of a stream for a shop, and when it was made; with an empty shop the chain's own, or any
    /// shop's where the chain has none.
    ///
    /// # Errors
    /// When the database fails.
    pub fn newest(&self, stream: Stream, shop: &str) -> Result<Option<(Moment, Vec<u8>)>, LedgerFault> {
        let sql = format!(
            "SELECT e.made, d.body FROM edition e JOIN document d USING (digest) WHERE e.stream = ?1
            AND (e.shop IN (?2, '') OR ?2 = '') AND {GIVEN}
            ORDER BY e.shop = ?2 DESC, e.shop = '' DESC, e.version DESC LIMIT 1"
        );
        let read = |row: &rusqlite::Row<'_>| Ok((Moment(row.get(0)?), row.get(1)?));
        Ok(self.connection.prepare_cached(&sql)?.query_row([stream.code(), shop], read).optional()?)
    }

    /// The editions of a stream for a shop, the oldest first: those since an instant, and the one before them.
    ///
    /// # Errors
    /// When the database fails.
    pub fn editions_since(
        &self,
        stream: Stream,
        shop: &str,
        since: Moment,
    ) -> Result<Vec<(Moment, Vec<u8>)>, LedgerFault> {
        let own = "SELECT EXISTS (SELECT 1 FROM edition WHERE stream = ? AND shop = ?)";
        let own: bool =
            self.connection.prepare_cached(own)?.query_row([stream.code(), shop], |row| row.get(0))?;
        let shop = if own { shop } else { "" };
        let sql = "SELECT e.made, d.body FROM edition e JOIN document d USING (digest)
            WHERE e.stream = ?1 AND e.shop = ?2 AND e.version >= coalesce((SELECT max(version) FROM edition
                WHERE stream = ?1 AND shop = ?2 AND made < ?3), 0) ORDER BY e.version";
        let mut statement = self.connection.prepare_cached(sql)?;
        let read = |row: &rusqlite::Row<'_>| Ok((Moment(row.get(0)?), row.get(1)?));
        Ok(statement.query_map(params![stream.code(), shop, since.0], read)?.collect::<Result<_, _>>()?)
    }

    /// A document, if it may be read by this shop's counters.
    ///
    /// # Errors
    /// When the database fails.
    pub fn document(&self, digest: &str, shop: &str) -> Result<Option<Vec<u8>>, LedgerFault> {
        let sql = "SELECT body FROM document d WHERE digest = ?1
            AND EXISTS (SELECT 1 FROM edition e WHERE e.digest = d.digest AND e.shop IN (?2, ''))";
        Ok(self.connection.prepare_cached(sql)?.query_row([digest, shop], |row| row.get(0)).optional()?)
    }
}
