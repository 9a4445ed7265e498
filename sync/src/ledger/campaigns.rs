//! Campaigns and their budgets in escrow. What is not lent is in a campaign's pool; a counter is lent a part and
//! says in its series what it spent of it, and what goes back. A part that was lent is never lent again before its
//! counter has given it back, so no clock and no broken line can make two counters spend the same.

use super::{
    append::alarm,
    documents::{self, Published},
    fault::{LedgerFault, unreadable},
    open::{Ledger, set},
};
use kava::{
    facts::{
        campaign::{Amount, Campaign, LEASE_MS, Lease, grant, target},
        id::{CampaignId, LeaseId},
        moment::Moment,
        money::Money,
    },
    wire::{
        document::Stream,
        lease::{Ask, Closed, Granted, Spend, Want},
        record::{Record, kind},
        reply::Place,
    },
};
use rusqlite::{Connection, OptionalExtension, Row, Transaction, params};
use serde::Serialize;

/// Set when a backup was put in the ledger's place: until every counter has said what it holds, nothing is lent.
pub(super) const RESTORED: &str = "leases_restored";

/// Where a budget is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Standing {
    /// The campaign.
    pub campaign: Campaign,
    /// When it was ended by hand.
    pub ended: Option<Moment>,
    /// Not lent.
    pub pool: Amount,
    /// Lent and not yet spent, as far as was told: what counters that are away can still spend at most.
    pub lent: Amount,
    /// Spent.
    pub spent: Amount,
    /// Spent beyond the budget. Not zero only after a lease was written off by hand, or a ledger was lost.
    pub over: Amount,
}

fn pair(row: &Row<'_>, at: usize) -> rusqlite::Result<Amount> {
    Ok(Amount { money: Money(row.get(at)?), uses: row.get(at + 1)? })
}

/// Makes a campaign; it goes down to every counter.
///
/// # Errors
/// When there is one of this id, or the database fails.
pub fn add(change: &Transaction<'_>, campaign: &Campaign, now: Moment) -> Result<Published, LedgerFault> {
    campaign.check().map_err(LedgerFault::Other)?;
    let body = serde_json::to_string(campaign).map_err(unreadable("campaign"))?;
    let sql = "INSERT INTO campaign (id, body, made, pool_money, pool_uses) VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING";
    let Amount { money, uses } = campaign.budget;
    let id = campaign.id.as_str();
    if change.execute(sql, params![id, body, now.0, money.0, uses])? == 0 {
        return Err(LedgerFault::Other(format!("there is a campaign {id} already; give it another id")));
    }
    publish(change, now)
}

/// Ends a campaign: counters use it no more and give back what they hold. Gives whether there is one.
///
/// # Errors
/// When the database fails.
pub fn end(change: &Transaction<'_>, id: &str, now: Moment) -> Result<bool, LedgerFault> {
    let sql = "UPDATE campaign SET ended = ? WHERE id = ? AND ended IS NULL";
    let ended = change.execute(sql, params![now.0, id])? > 0;
    if ended {
        publish(change, now)?;
    }
    Ok(ended)
}

fn publish(change: &Transaction<'_>, now: Moment) -> Result<Published, LedgerFault> {
    let mut statement = change.prepare("SELECT body FROM campaign WHERE ended IS NULL ORDER BY id")?;
    let bodies = statement.query_map([], |row| row.get::<_, String>(0))?.collect::<Result<Vec<_>, _>>()?;
    let document = format!("[{}]", bodies.join(","));
    documents::publish(change, (Stream::Campaigns, ""), document.as_bytes(), now)
}

/// Answers a counter that asks for parts of budgets.
///
/// # Errors
/// When the database fails.
pub fn lend(
    change: &Transaction<'_>,
    (counter, ask): (i64, &Ask),
    now: Moment,
) -> Result<Granted, LedgerFault> {
    for held in &ask.holds {
        adopt(change, (counter, ask.epoch), held, now)?;
    }
    if ask.last.is_some_and(|last| is_here(change, counter, last).unwrap_or(false)) {
        let sql =
            "INSERT INTO lease_heard (counter, at) VALUES (?, ?) ON CONFLICT DO UPDATE SET at = excluded.at";
        change.prepare_cached(sql)?.execute([counter, now.0])?;
        if may_lend(change)? {
            for want in &ask.wants {
                lend_one(change, (counter, ask.epoch), want, now)?;
            }
        }
    }
    open_leases(change, counter, ask.epoch)
}

/// A counter holds what this ledger knows nothing of: it was lent before a backup was put back here.
fn adopt(
    change: &Transaction<'_>,
    (counter, epoch): (i64, i64),
    held: &Lease,
    now: Moment,
) -> Result<(), LedgerFault> {
    let Lease { id, campaign, amount, good_ms } = held;
    let sql = "SELECT 1 FROM campaign WHERE id = ?";
    let known = change.prepare_cached(sql)?.query_row([campaign.as_str()], |_| Ok(())).optional()?;
    let sql = "INSERT INTO lease (id, campaign, counter, epoch, money, uses, good_ms, granted) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
        ON CONFLICT DO NOTHING";
    if known.is_none() {
        return Ok(());
    }
    let params =
        params![id.as_str(), campaign.as_str(), counter, epoch, amount.money.0, amount.uses, good_ms, now.0];
    if change.prepare_cached(sql)?.execute(params)? > 0 {
        take_from_pool(change, campaign, *amount)?;
    }
    Ok(())
}

fn take_from_pool(
    change: &Transaction<'_>,
    campaign: &CampaignId,
    amount: Amount,
) -> Result<(), LedgerFault> {
    let sql = "UPDATE campaign SET pool_money = pool_money - ?, pool_uses = pool_uses - ? WHERE id = ?";
    change.prepare_cached(sql)?.execute(params![amount.money.0, amount.uses, campaign.as_str()])?;
    Ok(())
}

fn is_here(change: &Transaction<'_>, counter: i64, last: Place) -> Result<bool, LedgerFault> {
    let sql = "SELECT seq >= ? FROM series WHERE counter = ? AND epoch = ?";
    let found = change.prepare_cached(sql)?.query_row([last.seq, counter, last.epoch], |row| row.get(0));
    Ok(found.optional()?.unwrap_or(false))
}

/// After a backup was put back nothing is lent until everybody has said what they hold and what they spent.
fn may_lend(change: &Transaction<'_>) -> Result<bool, LedgerFault> {
    let sql = "SELECT NOT EXISTS (SELECT 1 FROM counter c, setting s WHERE s.key = ? AND c.state <> 'revoked'
        AND NOT EXISTS (SELECT 1 FROM lease_heard h WHERE h.counter = c.id))";
    Ok(change.prepare_cached(sql)?.query_row([RESTORED], |row| row.get(0))?)
}

/// A counter that was let in writes in an epoch in which nothing was lent yet.
pub(super) fn begins(change: &Transaction<'_>, counter: i64, now: Moment) -> Result<(), LedgerFault> {
    let sql = "INSERT INTO lease_heard (counter, at) VALUES (?, ?) ON CONFLICT DO NOTHING";
    change.execute(sql, [counter, now.0])?;
    Ok(())
}

fn lend_one(
    change: &Transaction<'_>,
    (counter, epoch): (i64, i64),
    want: &Want,
    now: Moment,
) -> Result<(), LedgerFault> {
    let sql = "SELECT body, pool_money, pool_uses, (SELECT count(*) FROM counter WHERE state = 'active')
        FROM campaign WHERE id = ? AND ended IS NULL";
    let read = |row: &Row<'_>| Ok((row.get::<_, String>(0)?, pair(row, 1)?, row.get::<_, i64>(3)?));
    let found = change.prepare_cached(sql)?.query_row([want.campaign.as_str()], read).optional()?;
    let Some((body, pool, counters)) = found else { return Ok(()) };
    let campaign: Campaign = serde_json::from_str(&body).map_err(unreadable("campaign"))?;
    if now >= campaign.until {
        return Ok(());
    }
    // What the ledger knows to be out there counts, also where its counter has not heard of it yet.
    let sql = "SELECT coalesce(sum(money - spent_money), 0), coalesce(sum(uses - spent_uses), 0) FROM lease
        WHERE campaign = ? AND counter = ? AND epoch = ? AND closed IS NULL";
    let held = change
        .prepare_cached(sql)?
        .query_row(params![want.campaign.as_str(), counter, epoch], |row| pair(row, 0))?;
    let held = held.most(want.left);
    let granted = grant(pool, (target(want.expected, want.unit), held), (want.unit, counters));
    if granted == Amount::ZERO {
        return Ok(());
    }
    let good_ms = LEASE_MS.min(campaign.until.0.saturating_sub(now.0));
    let sql = "INSERT INTO lease (id, campaign, counter, epoch, money, uses, good_ms, granted) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
        ON CONFLICT DO NOTHING";
    let (id, campaign) = (want.id.as_str(), want.campaign.as_str());
    let lent = change.prepare_cached(sql)?.execute(params![
        id,
        campaign,
        counter,
        epoch,
        granted.money.0,
        granted.uses,
        good_ms,
        now.0
    ])?;
    if lent > 0 {
        take_from_pool(change, &want.campaign, granted)?;
    }
    Ok(())
}

fn open_leases(change: &Transaction<'_>, counter: i64, epoch: i64) -> Result<Granted, LedgerFault> {
    let sql = "SELECT id, campaign, money, uses, good_ms FROM lease WHERE counter = ? AND epoch = ? AND closed IS NULL ORDER BY id";
    let mut statement = change.prepare_cached(sql)?;
    let rows = statement.query_map([counter, epoch], |row| {
        Ok(Lease {
            id: LeaseId::new(row.get_ref(0)?.as_str()?),
            campaign: CampaignId::new(row.get_ref(1)?.as_str()?),
            amount: pair(row, 2)?,
            good_ms: row.get(4)?,
        })
    })?;
    Ok(Granted { leases: rows.collect::<Result<_, _>>()? })
}

/// Books what a record says of a budget. A payload that cannot be read is a later version's.
pub(super) fn note(
    change: &Transaction<'_>,
    counter: i64,
    record: &Record,
    now: Moment,
) -> Result<(), LedgerFault> {
    let Some(payload) = record.payload.as_deref() else { return Ok(()) };
    match record.header.kind.as_str() {
        kind::SPEND => match serde_json::from_slice::<Spend>(payload) {
            Ok(spend) => book(change, (counter, record.header.epoch), &spend, now),
            Err(_) => Ok(()),
        },
        kind::LEASE => match serde_json::from_slice::<Closed>(payload) {
            Ok(closed) => close(change, &closed, now),
            Err(_) => Ok(()),
        },
        _ => Ok(()),
    }
}

fn book(
    change: &Transaction<'_>,
    (counter, epoch): (i64, i64),
    spend: &Spend,
    now: Moment,
) -> Result<(), LedgerFault> {
    let Spend { campaign, lease, amount, .. } = spend;
    let sql = "SELECT money - spent_money, uses - spent_uses, closed FROM lease WHERE id = ?";
    let read = |row: &Row<'_>| Ok((pair(row, 0)?, row.get::<_, Option<i64>>(2)?));
    let found = change.prepare_cached(sql)?.query_row([lease.as_str()], read).optional()?;
    let (left, closed) = match found {
        Some(found) => found,
        None => {
            // It was lent before a backup was put back here. What was spent of it comes out of the pool.
            let grown = amount.most(Amount::ZERO);
            let unknown = Lease { id: lease.clone(), campaign: campaign.clone(), amount: grown, good_ms: 0 };
            adopt(change, (counter, epoch), &unknown, now)?;
            let none = change.prepare_cached(sql)?.query_row([lease.as_str()], read).optional()?.is_none();
            if none {
                return Ok(());
            }
            (grown, None)
        }
    };
    let sql = "UPDATE lease SET spent_money = spent_money + ?, spent_uses = spent_uses + ? WHERE id = ?";
    change.prepare_cached(sql)?.execute(params![amount.money.0, amount.uses, lease.as_str()])?;
    let is_adopted = left_is_unknown(change, lease)?;
    let left = if closed.is_some() { Amount::ZERO } else { left };
    if closed.is_some() && Amount::ZERO.covers(*amount) {
        // Given back after the lease was: it goes to the pool.
        return take_from_pool(change, campaign, *amount);
    }
    if left.covers(*amount) {
        return Ok(());
    }
    let beyond = amount.minus(left).most(Amount::ZERO);
    if is_adopted {
        let sql = "UPDATE lease SET money = money + ?, uses = uses + ? WHERE id = ?";
        change.prepare_cached(sql)?.execute(params![beyond.money.0, beyond.uses, lease.as_str()])?;
        return take_from_pool(change, campaign, beyond);
    }
    let sql = "UPDATE campaign SET over_money = over_money + ?, over_uses = over_uses + ? WHERE id = ?";
    change.prepare_cached(sql)?.execute(params![beyond.money.0, beyond.uses, campaign.as_str()])?;
    let text =
        format!("{} and {} uses more were spent of lease {lease} than it had", beyond.money, beyond.uses);
    alarm(change, Some(counter), ("lease_overrun", &text), now)
}

/// Whether a lease is known only by what was told of it.
fn left_is_unknown(change: &Transaction<'_>, lease: &LeaseId) -> Result<bool, LedgerFault> {
    let sql = "SELECT good_ms = 0 FROM lease WHERE id = ?";
    Ok(change.prepare_cached(sql)?.query_row([lease.as_str()], |row| row.get(0)).optional()?.unwrap_or(false))
}

/// What is left of a lease goes back to the pool.
fn close(change: &Transaction<'_>, closed: &Closed, now: Moment) -> Result<(), LedgerFault> {
    let sql = "UPDATE lease SET closed = ? WHERE id = ? AND closed IS NULL
        RETURNING max(0, money - spent_money), max(0, uses - spent_uses)";
    let params = params![now.0, closed.lease.as_str()];
    let left = change.prepare_cached(sql)?.query_row(params, |row| pair(row, 0)).optional()?;
    match left {
        Some(left) => take_from_pool(change, &closed.campaign, Amount::ZERO.minus(left)),
        None => Ok(()),
    }
}

/// What the ledger says of every budget.
pub(super) fn standings(books: &Connection) -> Result<Vec<Standing>, LedgerFault> {
    let sql = "SELECT c.body, c.ended, c.pool_money, c.pool_uses, c.over_money, c.over_uses,
            coalesce(sum(CASE WHEN l.closed IS NULL THEN max(0, l.money - l.spent_money) END), 0),
            coalesce(sum(CASE WHEN l.closed IS NULL THEN max(0, l.uses - l.spent_uses) END), 0),
            coalesce(sum(l.spent_money), 0), coalesce(sum(l.spent_uses), 0)
        FROM campaign c LEFT JOIN lease l ON l.campaign = c.id GROUP BY c.id ORDER BY c.id";
    let mut statement = books.prepare_cached(sql)?;
    let mut rows = statement.query([])?;
    let mut standings = Vec::new();
    while let Some(row) = rows.next()? {
        let body: String = row.get(0)?;
        standings.push(Standing {
            campaign: serde_json::from_str(&body).map_err(unreadable("campaign"))?,
            ended: row.get::<_, Option<i64>>(1)?.map(Moment),
            pool: pair(row, 2)?,
            over: pair(row, 4)?,
            lent: pair(row, 6)?,
            spent: pair(row, 8)?,
        });
    }
    Ok(standings)
}

impl Standing {
    /// What does not hold: pool, leases and what was spent are the budget, and none of them is below nothing.
    #[must_use]
    pub fn wrong(&self) -> Option<String> {
        let Standing { campaign, pool, lent, spent, over, .. } = self;
        let all = pool.plus(*lent).plus(*spent).minus(*over);
        let parts = [pool, lent, spent, over];
        let whole = all == campaign.budget && parts.iter().all(|part| part.covers(Amount::ZERO));
        (!whole || *over != Amount::ZERO).then(|| {
            format!(
                "budget {:?}: pool {pool:?}, lent {lent:?}, spent {spent:?}, over {over:?}",
                campaign.budget
            )
        })
    }
}

impl Ledger {
    /// Where every campaign's budget is.
    ///
    /// # Errors
    /// When the database fails.
    pub fn campaigns(&self) -> Result<Vec<Standing>, LedgerFault> {
        standings(&self.connection)
    }

    /// Whether a counter has still to say what it holds, because a backup was put back here.
    ///
    /// # Errors
    /// When the database fails.
    pub fn asks_for_leases(&self, counter: i64) -> Result<bool, LedgerFault> {
        let sql = "SELECT EXISTS (SELECT 1 FROM setting WHERE key = ?) AND NOT EXISTS (SELECT 1 FROM lease_heard WHERE counter = ?)";
        Ok(self.connection.prepare_cached(sql)?.query_row(params![RESTORED, counter], |row| row.get(0))?)
    }

    /// Nothing is lent from now on until every counter has said what it holds.
    pub(super) fn hear_leases_anew(&mut self) -> Result<(), LedgerFault> {
        self.change(|change| {
            change.execute("DELETE FROM lease_heard", [])?;
            set(change, RESTORED, "1")
        })
    }
}
