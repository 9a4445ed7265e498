//! The staff list: who may sign on at which tills. It goes down as the document `staff`, to each shop only its own names and
//! those of all shops. Names are here and in the newest document alone: an older one is forgotten as soon as there is a newer.

use super::{
    documents,
    erasure::FREED,
    fault::{LedgerFault, unreadable},
    open::{Change, Ledger, set},
};
use kava::{
    facts::{
        id::BaristaId,
        moment::Moment,
        staff::{Barista, Staff},
    },
    wire::document::Stream,
};
use rusqlite::{Connection, OptionalExtension};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

const STAFF: &str = "staff";

/// Somebody on the list, and where they sell.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Member {
    /// Who.
    #[serde(flatten)]
    pub barista: Barista,
    /// The shop; empty for all.
    #[serde(default)]
    pub shop: String,
}

/// Everybody on the list, in the order in which they came.
///
/// # Errors
/// When it cannot be read.
pub fn list(connection: &Connection) -> Result<Vec<Member>, LedgerFault> {
    let sql = "SELECT value FROM setting WHERE key = ?";
    let text: Option<String> = connection.query_row(sql, [STAFF], |row| row.get(0)).optional()?;
    text.map_or(Ok(Vec::new()), |text| serde_json::from_str(&text).map_err(unreadable(STAFF)))
}

/// Puts somebody on the list and sends it down; a sentence where the list of a shop would be none with them.
///
/// # Errors
/// When the database fails.
pub fn add(change: &Change<'_>, one: Member, now: Moment) -> Result<Result<(), String>, LedgerFault> {
    let mut all = list(change)?;
    all.push(one);
    let shops: BTreeSet<&str> = all.iter().map(|one| one.shop.as_str()).collect();
    if let Some(why) = shops.into_iter().find_map(|shop| of_shop(&all, shop).err()) {
        return Ok(Err(why));
    }
    send_down(change, &all, now).map(Ok)
}

/// Takes somebody off the list and sends it down; gives whether they were on it. Their name is gone from the file after
/// [`Ledger::overwrite_freed`].
///
/// # Errors
/// When the database fails.
pub fn remove(change: &Change<'_>, id: &BaristaId, now: Moment) -> Result<bool, LedgerFault> {
    let mut all = list(change)?;
    let before = all.len();
    all.retain(|one| one.barista.id != *id);
    if all.len() == before {
        return Ok(false);
    }
    set(change, FREED, "1")?;
    send_down(change, &all, now).map(|()| true)
}

/// The list as the tills of a shop get it.
fn of_shop(all: &[Member], shop: &str) -> Result<Staff, String> {
    let here = all.iter().filter(|one| one.shop.is_empty() || one.shop == shop);
    Staff::of(here.map(|one| one.barista.clone()).collect())
}

fn send_down(change: &Change<'_>, all: &[Member], now: Moment) -> Result<(), LedgerFault> {
    set(change, STAFF, &serde_json::to_string(all).map_err(unreadable(STAFF))?)?;
    for shop in shops(change, all)? {
        let staff = of_shop(all, &shop).map_err(unreadable(STAFF))?;
        let place = (Stream::Staff, shop.as_str());
        let published = documents::publish(change, place, staff.to_json().as_bytes(), now)?;
        documents::forget_before(change, place, published.version)?;
    }
    Ok(())
}

/// The chain, and every shop that has or had a list of its own: once it stands before the chain's, it is kept up.
fn shops(change: &Change<'_>, all: &[Member]) -> Result<BTreeSet<String>, LedgerFault> {
    let sql = "SELECT DISTINCT shop FROM edition WHERE stream = ?";
    let mut statement = change.prepare_cached(sql)?;
    let had = statement.query_map([Stream::Staff.code()], |row| row.get(0))?;
    let mut shops: BTreeSet<String> = had.collect::<Result<_, _>>()?;
    shops.extend(all.iter().map(|one| one.shop.clone()).chain([String::new()]));
    Ok(shops)
}

impl Ledger {
    /// Everybody on the staff list.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn staff(&self) -> Result<Vec<Member>, LedgerFault> {
        list(&self.connection)
    }
}
