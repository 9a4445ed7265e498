//! A day of a campaign that gives only so much a day. A lease of such a campaign ends with its day, so what may be given on a
//! day is what was lent on it; counters that are cut off hold what they were lent and no more.

use super::{fault::LedgerFault, leases::pair, open::Ledger};
use kava::facts::{
    campaign::{Amount, Campaign, CampaignDay},
    id::CampaignId,
    moment::{DAY_MS, Moment},
};
use rusqlite::{Connection, params};
use serde::Serialize;

/// What of a day was given, and what may be given.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct DayShown {
    /// The most of the day.
    pub limit: Amount,
    /// Lent on it and not given back: what was spent, and what counters can still spend.
    pub lent: Amount,
}

/// What was lent of a day and is not back. A lease that is open counts whole. One of the day before, which nobody has given
/// back yet, counts too: its counter's clock may have been set back, and then it spends on.
const LENT: &str = "SELECT coalesce(sum(CASE WHEN closed IS NULL THEN max(money, spent_money) WHEN granted >= ?2 THEN spent_money END), 0),
        coalesce(sum(CASE WHEN closed IS NULL THEN max(uses, spent_uses) WHEN granted >= ?2 THEN spent_uses END), 0)
    FROM lease WHERE campaign = ?1 AND granted >= ?3 AND granted < ?4";

/// What may still be lent of a day; below zero where more is out.
pub(super) fn left(books: &Connection, id: &CampaignId, day: &CampaignDay) -> Result<Amount, LedgerFault> {
    Ok(day.limit.minus(lent(books, id, day)?))
}

fn lent(books: &Connection, id: &CampaignId, day: &CampaignDay) -> Result<Amount, LedgerFault> {
    let before = day.from.later(-DAY_MS);
    let params = params![id.as_str(), day.from.0, before.0, day.until.0];
    Ok(books.prepare_cached(LENT)?.query_row(params, |row| pair(row, 0))?)
}

impl Ledger {
    /// The day of a campaign at an instant; nothing for one that does not give only so much a day.
    ///
    /// # Errors
    /// When the database fails.
    pub fn campaign_day(&self, campaign: &Campaign, now: Moment) -> Result<Option<DayShown>, LedgerFault> {
        let Some(day) = campaign.day(now) else { return Ok(None) };
        let lent = lent(&self.connection, &campaign.id, &day)?;
        Ok(Some(DayShown { limit: day.limit, lent }))
    }
}
