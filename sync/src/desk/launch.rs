//! Campaigns begin and end, and coupons move to another shop, each with a deed: by the desk and by the command line alike.

use super::deeds;
use crate::ledger::{LedgerFault, campaigns, coupons, documents::Published};
use kava::facts::{campaign::Campaign, id::ShopId, moment::Moment};
use rusqlite::Transaction;

/// Begins a campaign; nothing where there is one of this id.
///
/// # Errors
/// When the database fails.
pub fn add(
    change: &Transaction<'_>,
    (by, campaign): (&str, &Campaign),
    now: Moment,
) -> Result<Option<Published>, LedgerFault> {
    if campaigns::is_known(change, campaign.id.as_str())? {
        return Ok(None);
    }
    let text = serde_json::to_string(campaign).unwrap_or_default();
    deeds::keep(change, by, ("campaign_added", campaign.id.as_str(), &text), now)?;
    campaigns::add(change, campaign, now).map(Some)
}

/// Ends a campaign; gives whether it was running.
///
/// # Errors
/// When the database fails.
pub fn end(change: &Transaction<'_>, (by, id): (&str, &str), now: Moment) -> Result<bool, LedgerFault> {
    let ended = campaigns::end(change, id, now)?;
    if ended {
        deeds::keep(change, by, ("campaign_ended", id, ""), now)?;
    }
    Ok(ended)
}

/// Lets a coupon live in another shop; nothing where no coupon of this id runs.
///
/// # Errors
/// When the database fails.
pub fn move_to(
    change: &Transaction<'_>,
    (by, id, shop): (&str, &str, &ShopId),
    now: Moment,
) -> Result<Option<Published>, LedgerFault> {
    let moved = coupons::move_to(change, (id, shop), now)?;
    if moved.is_some() {
        deeds::keep(change, by, ("coupon_moved", id, &format!("to shop {shop}")), now)?;
    }
    Ok(moved)
}
