//! Coupons: campaigns with one use, which is lent whole to one counter of the shop in which the coupon lives. It is lent again
//! only after that counter has given it back, so nobody can use it twice, whatever is cut off from what.

use super::{
    campaigns,
    documents::Published,
    fault::{LedgerFault, unreadable},
};
use kava::{
    facts::{
        campaign::{Amount, Campaign, Coupon},
        id::ShopId,
        moment::Moment,
    },
    wire::lease::Want,
};
use rusqlite::{OptionalExtension, Transaction, params};

/// What of a coupon is lent to a counter that wants it: all, in its shop and while it is in the pool, else nothing.
pub(super) fn lendable(
    change: &Transaction<'_>,
    (counter, want): (i64, &Want),
    (coupon, pool): (&Coupon, Amount),
) -> Result<Amount, LedgerFault> {
    let sql = "SELECT shop = ? FROM counter WHERE id = ?";
    let params = params![coupon.shop.as_str(), counter];
    let is_its_shop: bool = change.prepare_cached(sql)?.query_row(params, |row| row.get(0))?;
    let is_there = want.coupon && is_its_shop && pool.uses >= 1;
    Ok(if is_there { pool } else { Amount::ZERO })
}

/// Lets a coupon live in another shop. Counters there are lent it as soon as the counter that has it now has given it back.
/// Gives nothing where no coupon of this id runs.
///
/// # Errors
/// When the database fails.
pub fn move_to(
    change: &Transaction<'_>,
    (id, shop): (&str, &ShopId),
    now: Moment,
) -> Result<Option<Published>, LedgerFault> {
    let sql = "SELECT body FROM campaign WHERE id = ? AND ended IS NULL";
    let body: Option<String> = change.query_row(sql, [id], |row| row.get(0)).optional()?;
    let Some(body) = body else { return Ok(None) };
    let campaign: Campaign = serde_json::from_str(&body).map_err(unreadable("campaign"))?;
    let Some(coupon) = campaign.coupon.clone() else { return Ok(None) };
    let moved = Campaign { coupon: Some(Coupon { shop: shop.clone(), ..coupon }), ..campaign };
    let body = serde_json::to_string(&moved).map_err(unreadable("campaign"))?;
    change.execute("UPDATE campaign SET body = ? WHERE id = ?", [body.as_str(), id])?;
    campaigns::publish(change, now).map(Some)
}
