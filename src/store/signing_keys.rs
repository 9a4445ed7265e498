//! The keys this counter signs its own bundles with. Secrets never leave this file except to sign.

use super::{StoreFault, fault::unreadable, open::Store};
use crate::facts::moment::Moment;
use crate::wire::bundle::{TrustedKey, key_id, public_of};
use rusqlite::{OptionalExtension, Transaction, params};
use serde::Serialize;

/// A signing key without its secret.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct KeptKey {
    /// Its name: the first 16 hexadecimal digits of the SHA-256 of the public half.
    pub id: String,
    /// The public half in hexadecimal.
    pub public: String,
    /// When it was made.
    pub made: Moment,
    /// Since when it signs nothing any more; what it signed before stays good.
    pub retired: Option<Moment>,
}

impl Store {
    /// All keys, the newest first.
    ///
    /// # Errors
    /// When the database fails.
    pub fn signing_keys(&self) -> Result<Vec<KeptKey>, StoreFault> {
        let sql = "SELECT id, lower(hex(public)), made, retired FROM signing_key ORDER BY made DESC, id";
        let mut statement = self.connection.prepare_cached(sql)?;
        let keys = statement.query_map([], |row| {
            Ok(KeptKey {
                id: row.get(0)?,
                public: row.get(1)?,
                made: Moment(row.get(2)?),
                retired: row.get::<_, Option<i64>>(3)?.map(Moment),
            })
        })?;
        Ok(keys.collect::<Result<_, _>>()?)
    }

    /// The secret of the newest key that is not retired, to sign with.
    ///
    /// # Errors
    /// When the database fails or the key is damaged.
    pub fn signing_secret(&self) -> Result<Option<[u8; 32]>, StoreFault> {
        let sql = "SELECT secret FROM signing_key WHERE retired IS NULL ORDER BY made DESC, id LIMIT 1";
        let secret: Option<Vec<u8>> = self.connection.query_row(sql, [], |row| row.get(0)).optional()?;
        secret.map(|bytes| <[u8; 32]>::try_from(bytes).map_err(|_| not_32("secret"))).transpose()
    }

    /// Every key as the verifier needs it: this counter's own, which sign for it alone, and the office's.
    ///
    /// # Errors
    /// When the database fails or a key is damaged.
    pub(super) fn trusted_keys(&self) -> Result<Vec<TrustedKey>, StoreFault> {
        let issuer = self.local_issuer()?;
        let mut statement = self.connection.prepare_cached("SELECT id, public, retired FROM signing_key")?;
        let mut rows = statement.query([])?;
        let mut keys = Vec::new();
        while let Some(row) = rows.next()? {
            let public =
                <[u8; 32]>::try_from(row.get::<_, Vec<u8>>(1)?).map_err(|_| not_32("public half"))?;
            let retired = row.get::<_, Option<i64>>(2)?.map(Moment);
            keys.push(TrustedKey { id: row.get(0)?, issuer: issuer.clone(), public, retired });
        }
        keys.extend(self.office_link()?.and_then(|link| link.trusted()));
        Ok(keys)
    }

    /// Who makes the bundles of this counter: `local:<counter>`.
    ///
    /// # Errors
    /// When `init` has not run.
    pub fn local_issuer(&self) -> Result<String, StoreFault> {
        Ok(format!("local:{}", self.shop()?.counter))
    }
}

/// Keeps a new key; gives its id. The caller draws the secret.
///
/// # Errors
/// When the database fails.
pub fn add_key(change: &Transaction<'_>, secret: &[u8; 32], made: Moment) -> Result<String, StoreFault> {
    let public = public_of(secret);
    let id = key_id(&public);
    let sql = "INSERT INTO signing_key (id, secret, public, made) VALUES (?, ?, ?, ?)";
    change.execute(sql, params![id, secret.as_slice(), public.as_slice(), made.0])?;
    Ok(id)
}

/// Retires every key that still signs; gives how many. What they signed stays good until it expires.
///
/// # Errors
/// When the database fails.
pub fn retire_keys(change: &Transaction<'_>, at: Moment) -> Result<usize, StoreFault> {
    Ok(change.execute("UPDATE signing_key SET retired = ? WHERE retired IS NULL", [at.0])?)
}

fn not_32(part: &str) -> StoreFault {
    unreadable("signing key")(format!("its {part} is not 32 bytes"))
}
