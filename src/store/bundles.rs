//! Signed bundles: installed whole or not at all, verified each time they are read.

use super::{StoreFault, fault::unreadable, open::Store, setting::keep_artifact, visits};
use crate::facts::customer::Features;
use crate::facts::id::{Digest, Sku};
use crate::facts::models::Bundle;
use crate::facts::moment::{BusinessDay, Moment, ShopDay};
use crate::facts::money::{WHOLE_BP, narrow};
use crate::steps::segment;
use crate::wire::bundle::{Refusal, Trust, Verified, verify, verify_parts};
use rusqlite::{OptionalExtension, Transaction, params};
use std::collections::{BTreeMap, BTreeSet};

/// Why a bundle was not installed.
#[derive(Debug, thiserror::Error)]
pub enum BundleFault {
    /// The bundle itself.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreFault),
}

impl BundleFault {
    /// The stable code.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            BundleFault::Refused(refusal) => refusal.code(),
            BundleFault::Store(fault) => fault.code(),
        }
    }
}

/// What installing a bundle did.
#[derive(Debug, Clone, PartialEq)]
pub struct Installed {
    /// The bundle, verified.
    pub bundle: Bundle,
    /// SHA-256 of its signed bytes.
    pub digest: Digest,
    /// Customers in each segment afterwards.
    pub segments: BTreeMap<String, u64>,
    /// Customers whose segment changed.
    pub moved: u64,
}

/// A bundle that was installed once and whether it can be used now.
#[derive(Debug, Clone, PartialEq)]
pub struct KeptBundle {
    /// Its release.
    pub release: u64,
    /// When it was installed.
    pub installed: Moment,
    /// What it says, or why it is not used.
    pub content: Result<Bundle, Refusal>,
}

impl Store {
    /// The newest bundle that verifies now; nothing when none does, and the ladder rules.
    ///
    /// # Errors
    /// When the database fails. A bundle that does not verify is passed over, not an error.
    pub fn bundle_in_force(&self, now: Moment) -> Result<Option<Bundle>, StoreFault> {
        let trust = Trust { keys: self.trusted_keys()?, installed: None, now };
        for release in self.releases()? {
            if let Ok(verified) = self.read_bundle(release, &trust)?.1 {
                return Ok(Some(verified.bundle));
            }
        }
        Ok(None)
    }

    /// Every bundle that was installed, the newest first, each with why it is not used.
    ///
    /// # Errors
    /// When the database fails.
    pub fn bundles(&self, now: Moment) -> Result<Vec<KeptBundle>, StoreFault> {
        let trust = Trust { keys: self.trusted_keys()?, installed: None, now };
        let read = |release| {
            let (installed, content) = self.read_bundle(release, &trust)?;
            Ok(KeptBundle { release, installed, content: content.map(|verified| verified.bundle) })
        };
        self.releases()?.into_iter().map(read).collect()
    }

    /// The release the next local bundle must have.
    ///
    /// # Errors
    /// When the database fails.
    pub fn next_release(&self) -> Result<u64, StoreFault> {
        Ok(self.releases()?.first().map_or(1, |release| release + 1))
    }

    /// Verifies a bundle file and puts it in force: the file, its row and every customer's segment in one
    /// transaction. The same file twice changes nothing.
    ///
    /// # Errors
    /// Why it was refused, or the database's fault; nothing is changed then.
    pub fn install_bundle(
        &mut self,
        text: &str,
        now: Moment,
        today: BusinessDay,
    ) -> Result<Installed, BundleFault> {
        let trust = Trust { keys: self.trusted_keys()?, installed: self.newest()?, now };
        let verified = verify(text, &trust)?;
        self.check_menu(&verified.bundle, today)?;
        let today = visits::shop_day(&self.connection, today)?;
        let (segments, moved) = self.change(|change| {
            keep(change, &verified, now)?;
            reassign_segments(change, Some(&verified.bundle), today)
        })?;
        Ok(Installed { bundle: verified.bundle, digest: verified.digest, segments, moved })
    }

    /// Every product this shop has ever had, in order of sku.
    ///
    /// # Errors
    /// When the database fails.
    pub fn known_products(&self) -> Result<Vec<Sku>, StoreFault> {
        let mut statement =
            self.connection.prepare_cached("SELECT DISTINCT sku FROM product_version ORDER BY sku")?;
        let skus = statement.query_map([], |row| Ok(Sku::new(row.get_ref(0)?.as_str()?)))?;
        Ok(skus.collect::<Result<_, _>>()?)
    }

    /// Refuses a bundle whose products make less than half of the last 30 days' spend. One that names none,
    /// and a shop that has sold nothing, cannot tell.
    fn check_menu(&self, bundle: &Bundle, today: BusinessDay) -> Result<(), BundleFault> {
        if bundle.products.is_empty() {
            return Ok(());
        }
        let sql = "SELECT v.sku, sum(l.net) FROM purchase p JOIN purchase_line l ON l.purchase = p.id
            JOIN product_version v ON v.id = l.version
            WHERE p.business_day > ?1 AND p.business_day <= ?2 AND p.kind = 'sale' GROUP BY 1";
        let read = |row: &rusqlite::Row<'_>| Ok((Sku::new(row.get_ref(0)?.as_str()?), row.get::<_, i64>(1)?));
        let mut statement = self.connection.prepare_cached(sql).map_err(StoreFault::from)?;
        let sold = statement.query_map([today.0 - 30, today.0], read).map_err(StoreFault::from)?;
        let sold: Vec<(Sku, i64)> = sold.collect::<Result<_, _>>().map_err(StoreFault::from)?;
        let known: BTreeSet<&Sku> = bundle.products.iter().collect();
        let sum = |of: &dyn Fn(&Sku) -> bool| -> i128 {
            sold.iter().filter(|(sku, _)| of(sku)).map(|(_, net)| i128::from(*net)).sum()
        };
        let (of_known, all) = (sum(&|sku| known.contains(sku)), sum(&|_| true));
        if of_known * 2 < all {
            let known_bp = narrow(of_known * i128::from(WHOLE_BP) / all);
            return Err(Refusal::OtherMenu { known_bp }.into());
        }
        Ok(())
    }

    /// Every customer with features, in order of key.
    ///
    /// # Errors
    /// When the database fails or stored features cannot be read.
    pub fn all_features(&self) -> Result<Vec<(String, Features)>, StoreFault> {
        let sql = "SELECT key, features FROM customer WHERE features IS NOT NULL ORDER BY key";
        let mut statement = self.connection.prepare_cached(sql)?;
        let mut rows = statement.query([])?;
        let mut all = Vec::new();
        while let Some(row) = rows.next()? {
            all.push((
                row.get(0)?,
                read_features(row.get_ref(1)?.as_str().map_err(unreadable("features"))?)?,
            ));
        }
        Ok(all)
    }

    /// A day with its number among the shop's open days.
    ///
    /// # Errors
    /// When the database fails.
    pub fn shop_day(&self, day: BusinessDay) -> Result<ShopDay, StoreFault> {
        visits::shop_day(&self.connection, day)
    }

    fn releases(&self) -> Result<Vec<u64>, StoreFault> {
        let mut statement =
            self.connection.prepare_cached("SELECT release FROM bundle ORDER BY release DESC")?;
        let releases = statement.query_map([], |row| row.get::<_, i64>(0))?;
        Ok(releases.map(|release| release.map(from_row)).collect::<Result<_, _>>()?)
    }

    fn newest(&self) -> Result<Option<(u64, Digest)>, StoreFault> {
        let sql = "SELECT release, digest FROM bundle ORDER BY release DESC LIMIT 1";
        let read =
            |row: &rusqlite::Row<'_>| Ok((from_row(row.get(0)?), Digest::new(row.get::<_, String>(1)?)));
        Ok(self.connection.query_row(sql, [], read).optional()?)
    }

    fn read_bundle(
        &self,
        release: u64,
        trust: &Trust,
    ) -> Result<(Moment, Result<Verified, Refusal>), StoreFault> {
        let sql = "SELECT digest, signed_by, signature, installed FROM bundle WHERE release = ?";
        let (digest, signed_by, signature, installed) =
            self.connection.prepare_cached(sql)?.query_row([to_row(release)], |row| {
                let digest = Digest::new(row.get::<_, String>(0)?);
                Ok((digest, row.get::<_, String>(1)?, row.get::<_, Vec<u8>>(2)?, Moment(row.get(3)?)))
            })?;
        // A body that is gone or no longer text is a damaged bundle, not a damaged shop.
        let body = match self.artifact(&digest) {
            Ok(body) => body,
            Err(StoreFault::Unreadable { .. }) => return Ok((installed, Err(Refusal::Altered))),
            Err(fault) => return Err(fault),
        };
        let checked = match <[u8; 64]>::try_from(signature) {
            Ok(signature) => verify_parts(&body, &signed_by, &signature, trust),
            Err(_) => Err(Refusal::Altered),
        };
        Ok((installed, checked.and_then(|verified| same_release(verified, release))))
    }
}

/// SQLite has no unsigned numbers; the verifier refuses releases beyond the signed ones.
fn to_row(release: u64) -> i64 {
    i64::try_from(release).unwrap_or(i64::MAX)
}

fn from_row(release: i64) -> u64 {
    u64::try_from(release).unwrap_or(0)
}

/// A row must not lend its release to another bundle's bytes.
fn same_release(verified: Verified, release: u64) -> Result<Verified, Refusal> {
    if verified.bundle.release == release { Ok(verified) } else { Err(Refusal::Altered) }
}

fn keep(change: &Transaction<'_>, verified: &Verified, now: Moment) -> Result<(), StoreFault> {
    keep_artifact(change, "bundle", &verified.digest, &verified.body)?;
    let sql = "INSERT INTO bundle (release, digest, signed_by, signature, installed) VALUES (?, ?, ?, ?, ?)
        ON CONFLICT (release) DO NOTHING";
    let row = params![
        to_row(verified.bundle.release),
        verified.digest.as_str(),
        verified.signed_by,
        verified.signature.as_slice(),
        now.0
    ];
    change.execute(sql, row)?;
    Ok(())
}

/// Gives every customer the segment that features and bundle say; counts customers by segment and how
/// many changed theirs.
///
/// # Errors
/// When the database fails or stored features cannot be read.
pub fn reassign_segments(
    change: &Transaction<'_>,
    bundle: Option<&Bundle>,
    today: ShopDay,
) -> Result<(BTreeMap<String, u64>, u64), StoreFault> {
    let mut counts: BTreeMap<String, u64> = BTreeMap::new();
    let mut changes: Vec<(i64, String)> = Vec::new();
    {
        let mut statement =
            change.prepare_cached("SELECT id, features, segment FROM customer ORDER BY id")?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            let features = match row.get_ref(1)?.as_str_or_null().map_err(unreadable("features"))? {
                Some(text) => read_features(text)?,
                None => Features::default(),
            };
            let before: String = row.get(2)?;
            let after = segment::assign(&features, today, bundle, &before);
            if after != before {
                changes.push((row.get(0)?, after.clone()));
            }
            *counts.entry(after).or_default() += 1;
        }
    }
    let mut statement = change.prepare_cached("UPDATE customer SET segment = ? WHERE id = ?")?;
    for (id, segment) in &changes {
        statement.execute(params![segment, id])?;
    }
    Ok((counts, u64::try_from(changes.len()).unwrap_or(u64::MAX)))
}

fn read_features(text: &str) -> Result<Features, StoreFault> {
    serde_json::from_str(text).map_err(unreadable("features"))
}
