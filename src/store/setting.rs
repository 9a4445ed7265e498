//! Small things that are one of a kind: the shop, the policy in force, the epoch of this file.

use super::{StoreFault, fault::unreadable, open::Store};
use crate::facts::{id::Digest, policy::Policy, shop::Shop, stop_list::StopList};
use rusqlite::{Connection, OptionalExtension, Transaction, params};

impl Store {
    /// The shop this database belongs to.
    ///
    /// # Errors
    /// When `init` has not run.
    pub fn shop(&self) -> Result<Shop, StoreFault> {
        let text = read(&self.connection, "shop")?
            .ok_or(StoreFault::Unreadable { what: "shop", why: "there is none; run `kava init`".into() })?;
        serde_json::from_str(&text).map_err(unreadable("shop"))
    }

    /// The policy in force.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn policy(&self) -> Result<Policy, StoreFault> {
        match read(&self.connection, "policy")? {
            Some(digest) => {
                let body = self.artifact(&Digest::new(digest))?;
                serde_json::from_str(&body).map_err(unreadable("policy"))
            }
            None => Ok(Policy::default()),
        }
    }

    /// The epoch of this counter's series: it goes up when a backup is restored.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn epoch(&self) -> Result<i64, StoreFault> {
        read(&self.connection, "epoch")?.map_or(Ok(1), |text| text.parse().map_err(unreadable("epoch")))
    }

    /// A menu, policy or bundle that was kept for replay.
    ///
    /// # Errors
    /// When it is not there.
    pub fn artifact(&self, digest: &Digest) -> Result<String, StoreFault> {
        let sql = "SELECT body FROM artifact WHERE digest = ?";
        let body: Vec<u8> = self
            .connection
            .prepare_cached(sql)?
            .query_row([digest.as_str()], |row| row.get(0))
            .optional()?
            .ok_or_else(|| StoreFault::Unreadable {
                what: "artifact",
                why: format!("{digest} is not kept"),
            })?;
        String::from_utf8(body).map_err(unreadable("artifact"))
    }
}

/// Writes the shop.
///
/// # Errors
/// When the database fails.
pub fn set_shop(change: &Transaction<'_>, shop: &Shop) -> Result<(), StoreFault> {
    write(change, "shop", &serde_json::to_string(shop).map_err(unreadable("shop"))?)
}

/// Puts a policy in force and keeps it for replay.
///
/// # Errors
/// When the database fails.
pub fn set_policy(change: &Transaction<'_>, policy: &Policy) -> Result<(), StoreFault> {
    keep_artifact(change, "policy", &policy.digest(), &policy.to_json())?;
    write(change, "policy", policy.digest().as_str())
}

/// Keeps a menu, policy or bundle for replay; the same digest twice is kept once.
///
/// # Errors
/// When the database fails.
pub fn keep_artifact(
    change: &Transaction<'_>,
    kind: &str,
    digest: &Digest,
    body: &str,
) -> Result<(), StoreFault> {
    let sql = "INSERT INTO artifact (digest, kind, body) VALUES (?, ?, ?) ON CONFLICT DO NOTHING";
    change.prepare_cached(sql)?.execute(params![digest.as_str(), kind, body.as_bytes()])?;
    Ok(())
}

pub(super) fn read(connection: &Connection, key: &str) -> Result<Option<String>, StoreFault> {
    let sql = "SELECT value FROM setting WHERE key = ?";
    Ok(connection.prepare_cached(sql)?.query_row([key], |row| row.get(0)).optional()?)
}

pub(super) fn write(change: &Transaction<'_>, key: &str, value: &str) -> Result<(), StoreFault> {
    let sql = "INSERT INTO setting (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value";
    change.prepare_cached(sql)?.execute([key, value])?;
    Ok(())
}

/// How often the gate has looked at an experiment.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Looks {
    /// Which.
    pub experiment: String,
    /// Looks so far.
    pub count: u32,
    /// The day of the last.
    pub last: crate::facts::moment::BusinessDay,
    /// Chance of a wrong answer that each question has cost; older looks did not write it down.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub spent: Option<std::collections::BTreeMap<String, f64>>,
}

impl Store {
    /// The gate's looks so far.
    ///
    /// # Errors
    /// When they cannot be read.
    pub fn looks(&self) -> Result<Option<Looks>, StoreFault> {
        let text = read(&self.connection, "looks")?;
        text.map(|text| serde_json::from_str(&text).map_err(unreadable("looks"))).transpose()
    }
}

/// The menu that later ones are compared with.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct MenuWatch {
    /// Its digest; kept as an artifact.
    pub menu: Digest,
    /// The day on which it took the place of one that it differs from by much.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub moved: Option<crate::facts::moment::BusinessDay>,
}

impl Store {
    /// The menu that later ones are compared with.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn menu_watch(&self) -> Result<Option<MenuWatch>, StoreFault> {
        let text = read(&self.connection, "menu_watch")?;
        text.map(|text| serde_json::from_str(&text).map_err(unreadable("menu_watch"))).transpose()
    }
}

/// Writes the menu that later ones are compared with.
///
/// # Errors
/// When the database fails.
pub fn set_menu_watch(change: &Transaction<'_>, watch: &MenuWatch) -> Result<(), StoreFault> {
    write(change, "menu_watch", &serde_json::to_string(watch).map_err(unreadable("menu_watch"))?)
}

impl Store {
    /// What a screen has noted of the sale in front of it.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn draft(&self) -> Result<Option<String>, StoreFault> {
        Ok(read(&self.connection, "draft")?.filter(|text| !text.is_empty()))
    }
}

impl Store {
    /// What the shop is out of.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn stop_list(&self) -> Result<StopList, StoreFault> {
        let text = read(&self.connection, "stop_list")?;
        text.map_or_else(
            || Ok(StopList::default()),
            |text| serde_json::from_str(&text).map_err(unreadable("stop_list")),
        )
    }
}

/// Writes what the shop is out of.
///
/// # Errors
/// When the database fails.
pub fn set_stop_list(change: &Transaction<'_>, list: &StopList) -> Result<(), StoreFault> {
    write(change, "stop_list", &serde_json::to_string(list).map_err(unreadable("stop_list"))?)
}

/// Notes the sale in front of a screen; an empty text is none.
///
/// # Errors
/// When the database fails.
pub fn set_draft(change: &Transaction<'_>, text: &str) -> Result<(), StoreFault> {
    write(change, "draft", text)
}

/// Notes the whole of a sale that came to nothing, where its rest still stands in front of the screen. Once that was paid, or
/// another sale has begun, the whole would offer for sale what is sold.
///
/// # Errors
/// When the database fails.
pub fn note_again(change: &Transaction<'_>, whole: &str, rest: &str) -> Result<(), StoreFault> {
    let now = read(change, "draft")?.unwrap_or_default();
    if now == rest { set_draft(change, whole) } else { Ok(()) }
}

/// Writes the gate's looks.
///
/// # Errors
/// When the database fails.
pub fn set_looks(change: &Transaction<'_>, looks: &Looks) -> Result<(), StoreFault> {
    write(change, "looks", &serde_json::to_string(looks).map_err(unreadable("looks"))?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::{Durability, Store};

    #[test]
    fn what_came_to_nothing_stands_in_front_again_only_where_its_rest_does() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("kava.db");
        let mut store = Store::open(&file, crate::store::Access::Create, Durability::Off).unwrap();
        for (in_front, rest, then) in [
            ("", "", "whole"),
            ("rest", "rest", "whole"),
            ("", "rest", ""),
            ("another", "rest", "another"),
            ("another", "", "another"),
        ] {
            let kept = store.change(|change| {
                set_draft(change, in_front)?;
                note_again(change, "whole", rest)?;
                read(change, "draft")
            });
            assert_eq!(kept.unwrap().as_deref(), Some(then), "{in_front:?} in front, {rest:?} noted");
        }
    }
}
