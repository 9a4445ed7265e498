//! Parts of campaigns' budgets in escrow: what counters were lent, what they say in their series that they spent of it,
//! and what goes back. A part that was lent is never lent again before its counter has given it back, so no clock and no
//! broken line can make two counters spend the same.

use super::{
    append::alarm,
    coupons, day,
    fault::{LedgerFault, unreadable},
    open::{Ledger, set},
    payload,
};
use kava::{
    facts::{
        campaign::{Amount, Campaign, LEASE_MS, Lease, grant, target},
        id::{CampaignId, LeaseId},
        moment::Moment,
        money::Money,
    },
    wire::{
        lease::{Ask, Closed, Granted, Spend, Want},
        record::{Record, kind},
        reply::Place,
    },
};
use rusqlite::{OptionalExtension, Row, Transaction, params};

/// Made when a backup was put in the ledger's place: `1` until every counter has said what it holds, and nothing is lent
/// until then; `0` afterwards.
const RESTORED: &str = "leases_restored";

/// Set where a counter holds a part of a campaign that is not known here.
fn held_of(campaign: &CampaignId) -> String {
    format!("leases_held_of {campaign}")
}

/// A counter's row, and the epoch in which it writes.
type Holder = (i64, i64);

pub(super) fn pair(row: &Row<'_>, at: usize) -> rusqlite::Result<Amount> {
    Ok(Amount { money: Money(row.get(at)?), uses: row.get(at + 1)? })
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
    let holder = (counter, ask.epoch);
    for held in &ask.holds {
        adopt(change, holder, held, now)?;
    }
    let all_is_here = ask.last.map(|last| is_here(change, counter, last)).transpose()?;
    if all_is_here == Some(true) {
        let sql =
            "INSERT INTO lease_heard (counter, at) VALUES (?, ?) ON CONFLICT DO UPDATE SET at = excluded.at";
        change.prepare_cached(sql)?.execute([counter, now.0])?;
        if may_lend(change)? {
            for want in &ask.wants {
                lend_one(change, holder, want, now)?;
            }
        }
    }
    open_leases(change, holder, now)
}

/// A counter holds what this ledger knows nothing of, or only what was spent of it: it was lent before a backup was put
/// back here. What the pool does not lack yet is taken from it.
fn adopt(
    change: &Transaction<'_>,
    (counter, epoch): Holder,
    held: &Lease,
    now: Moment,
) -> Result<(), LedgerFault> {
    let Lease { id, campaign, amount, good_ms } = held;
    let sql = "SELECT 1 FROM campaign WHERE id = ?";
    if change.prepare_cached(sql)?.query_row([campaign.as_str()], |_| Ok(())).optional()?.is_none() {
        // It may be added again; then everybody is asked what they hold of it.
        return set(change, &held_of(campaign), "1");
    }
    let sql = "SELECT money, uses, good_ms = 0 AND closed IS NULL AND counter = ? FROM lease WHERE id = ?";
    let read = |row: &Row<'_>| Ok((pair(row, 0)?, row.get::<_, bool>(2)?));
    let known = change.prepare_cached(sql)?.query_row(params![counter, id.as_str()], read).optional()?;
    let told = match known {
        None => Amount::ZERO,
        Some((told, true)) => told,
        Some((_, false)) => return Ok(()),
    };
    let whole = amount.most(told);
    let sql = "INSERT INTO lease (id, campaign, counter, epoch, money, uses, good_ms, granted) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
        ON CONFLICT DO UPDATE SET money = excluded.money, uses = excluded.uses, good_ms = excluded.good_ms";
    let (id, campaign_id) = (id.as_str(), campaign.as_str());
    let params = params![id, campaign_id, counter, epoch, whole.money.0, whole.uses, good_ms, now.0];
    change.prepare_cached(sql)?.execute(params)?;
    take_from_pool(change, campaign, whole.minus(told))
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
    if !is_restored(change)? {
        return Ok(true);
    }
    let sql = "SELECT EXISTS (SELECT 1 FROM counter c WHERE c.state <> 'revoked'
        AND NOT EXISTS (SELECT 1 FROM lease_heard h WHERE h.counter = c.id))";
    let somebody_is_missing: bool = change.prepare_cached(sql)?.query_row([], |row| row.get(0))?;
    if !somebody_is_missing {
        set(change, RESTORED, "0")?;
    }
    Ok(!somebody_is_missing)
}

fn is_restored(change: &Transaction<'_>) -> Result<bool, LedgerFault> {
    let sql = "SELECT EXISTS (SELECT 1 FROM setting WHERE key = ? AND value = '1')";
    Ok(change.prepare_cached(sql)?.query_row([RESTORED], |row| row.get(0))?)
}

/// A counter that was let in writes in an epoch in which nothing was lent yet. After a backup was put back that is not
/// enough: in its older epochs it may have spent what nobody here knows of, so it must say itself that all is told.
pub(super) fn begins(change: &Transaction<'_>, counter: i64, now: Moment) -> Result<(), LedgerFault> {
    if is_restored(change)? {
        return Ok(());
    }
    let sql = "INSERT INTO lease_heard (counter, at) VALUES (?, ?) ON CONFLICT DO NOTHING";
    change.execute(sql, [counter, now.0])?;
    Ok(())
}

fn lend_one(
    change: &Transaction<'_>,
    (counter, epoch): Holder,
    want: &Want,
    now: Moment,
) -> Result<(), LedgerFault> {
    let sql = "SELECT body, pool_money, pool_uses, (SELECT count(*) FROM counter WHERE state = 'active')
        FROM campaign WHERE id = ? AND ended IS NULL";
    let read = |row: &Row<'_>| Ok((row.get::<_, String>(0)?, pair(row, 1)?, row.get::<_, i64>(3)?));
    let found = change.prepare_cached(sql)?.query_row([want.campaign.as_str()], read).optional()?;
    let Some((body, pool, counters)) = found else { return Ok(()) };
    let campaign: Campaign = serde_json::from_str(&body).map_err(unreadable("campaign"))?;
    if now >= campaign.until || (campaign.holdout_bp.is_some() && !want.holdout) {
        return Ok(());
    }
    let (granted, good_ms) = match &campaign.coupon {
        Some(coupon) => (coupons::lendable(change, (counter, want), (coupon, pool))?, i64::MAX),
        None => (share(change, (counter, epoch), (want, &campaign), (pool, counters, now))?, LEASE_MS),
    };
    if granted == Amount::ZERO {
        return Ok(());
    }
    let until = campaign.day(now).map_or(campaign.until, |day| day.until.min(campaign.until));
    let good_ms = good_ms.min(until.0.saturating_sub(now.0));
    let sql = "INSERT INTO lease (id, campaign, counter, epoch, money, uses, good_ms, granted) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
        ON CONFLICT DO NOTHING";
    let (id, of) = (want.id.as_str(), want.campaign.as_str());
    let params = params![id, of, counter, epoch, granted.money.0, granted.uses, good_ms, now.0];
    let lent = change.prepare_cached(sql)?.execute(params)?;
    if lent > 0 {
        take_from_pool(change, &want.campaign, granted)?;
    }
    Ok(())
}

/// What a counter is lent of a campaign for everybody.
fn share(
    change: &Transaction<'_>,
    (counter, epoch): Holder,
    (want, campaign): (&Want, &Campaign),
    (pool, counters, now): (Amount, i64, Moment),
) -> Result<Amount, LedgerFault> {
    // What the ledger knows to be out there counts, also where its counter has not heard of it yet.
    let sql = "SELECT coalesce(sum(money - spent_money), 0), coalesce(sum(uses - spent_uses), 0) FROM lease
        WHERE campaign = ? AND counter = ? AND epoch = ? AND closed IS NULL";
    let held = change
        .prepare_cached(sql)?
        .query_row(params![want.campaign.as_str(), counter, epoch], |row| pair(row, 0))?;
    let held = held.most(want.left);
    let pool = match campaign.day(now) {
        Some(day) => pool.least(day::left(change, &want.campaign, &day)?),
        None => pool,
    };
    Ok(grant(pool, (target(want.expected, want.unit), held), (want.unit, counters)))
}

/// Every open lease with the time that is left of it: the counter counts from its question, and one whose first answer was
/// lost must not last into the next day.
fn open_leases(
    change: &Transaction<'_>,
    (counter, epoch): Holder,
    now: Moment,
) -> Result<Granted, LedgerFault> {
    let sql = "SELECT id, campaign, money, uses, good_ms, granted FROM lease WHERE counter = ? AND epoch = ? AND closed IS NULL ORDER BY id";
    let mut statement = change.prepare_cached(sql)?;
    let rows = statement.query_map([counter, epoch], |row| {
        Ok(Lease {
            id: LeaseId::new(row.get_ref(0)?.as_str()?),
            campaign: CampaignId::new(row.get_ref(1)?.as_str()?),
            amount: pair(row, 2)?,
            good_ms: time_left(row.get(4)?, now.0 - row.get::<_, i64>(5)?),
        })
    })?;
    Ok(Granted { leases: rows.collect::<Result<_, _>>()? })
}

/// A lease that was only told of has no time of its own; any other is over when it has none left.
fn time_left(good_ms: i64, since: i64) -> i64 {
    if good_ms == 0 { 0 } else { (good_ms - since.max(0)).max(1) }
}

/// Books what a record says of a budget.
pub(super) fn note(
    change: &Transaction<'_>,
    counter: i64,
    record: &Record,
    now: Moment,
) -> Result<(), LedgerFault> {
    if let Some(spend) = payload::read::<Spend>(record, kind::SPEND) {
        return book(change, (counter, record.header.epoch), &spend, now);
    }
    payload::read::<Closed>(record, kind::LEASE).map_or(Ok(()), |closed| close(change, counter, &closed, now))
}

/// A lease as a record finds it.
struct Found {
    campaign: CampaignId,
    left: Amount,
    closed: bool,
    /// What was lent is known only by what was told of it.
    only_told: bool,
}

/// Which lease a counter speaks of.
enum Spoken {
    Of(Found),
    OfNone,
    OfAnothers,
}

/// The lease that a counter speaks of. To speak of another's is a defect or worse, and somebody hears of it.
fn find(
    change: &Transaction<'_>,
    (counter, lease): (i64, &LeaseId),
    now: Moment,
) -> Result<Spoken, LedgerFault> {
    let sql =
        "SELECT counter, campaign, money - spent_money, uses - spent_uses, closed IS NOT NULL, good_ms = 0
        FROM lease WHERE id = ?";
    let read = |row: &Row<'_>| {
        let campaign = CampaignId::new(row.get_ref(1)?.as_str()?);
        let found = Found { campaign, left: pair(row, 2)?, closed: row.get(4)?, only_told: row.get(5)? };
        Ok((row.get::<_, i64>(0)?, found))
    };
    match change.prepare_cached(sql)?.query_row([lease.as_str()], read).optional()? {
        None => Ok(Spoken::OfNone),
        Some((whose, found)) if whose == counter => Ok(Spoken::Of(found)),
        Some(_) => {
            let text = format!("it speaks of lease {lease}, which is another counter's; nothing is booked");
            alarm(change, Some(counter), ("lease_foreign", &text), now)?;
            Ok(Spoken::OfAnothers)
        }
    }
}

fn book(change: &Transaction<'_>, holder: Holder, spend: &Spend, now: Moment) -> Result<(), LedgerFault> {
    let Spend { lease, amount, .. } = spend;
    let mut spoken = find(change, (holder.0, lease), now)?;
    if matches!(spoken, Spoken::OfNone) {
        // It was lent before a backup was put back here. What was spent of it comes out of the pool.
        let amount = amount.most(Amount::ZERO);
        let told = Lease { id: lease.clone(), campaign: spend.campaign.clone(), amount, good_ms: 0 };
        adopt(change, holder, &told, now)?;
        spoken = find(change, (holder.0, lease), now)?;
    }
    let Spoken::Of(found) = spoken else { return Ok(()) };
    let sql = "UPDATE lease SET spent_money = spent_money + ?, spent_uses = spent_uses + ?, spent_at = ? WHERE id = ?";
    change.prepare_cached(sql)?.execute(params![amount.money.0, amount.uses, now.0, lease.as_str()])?;
    if found.closed && Amount::ZERO.covers(*amount) {
        // Given back after the lease was: it goes to the pool.
        return take_from_pool(change, &found.campaign, *amount);
    }
    let left = if found.closed { Amount::ZERO } else { found.left };
    if left.covers(*amount) {
        return Ok(());
    }
    let beyond = amount.minus(left).most(Amount::ZERO);
    if found.only_told && !found.closed {
        let sql = "UPDATE lease SET money = money + ?, uses = uses + ? WHERE id = ?";
        change.prepare_cached(sql)?.execute(params![beyond.money.0, beyond.uses, lease.as_str()])?;
        return take_from_pool(change, &found.campaign, beyond);
    }
    let sql = "UPDATE campaign SET over_money = over_money + ?, over_uses = over_uses + ? WHERE id = ?";
    change.prepare_cached(sql)?.execute(params![beyond.money.0, beyond.uses, found.campaign.as_str()])?;
    let text =
        format!("{} and {} uses more were spent of lease {lease} than it had", beyond.money, beyond.uses);
    alarm(change, Some(holder.0), ("lease_overrun", &text), now)
}

/// What is left of a lease goes back to the pool.
fn close(change: &Transaction<'_>, counter: i64, closed: &Closed, now: Moment) -> Result<(), LedgerFault> {
    let found = match find(change, (counter, &closed.lease), now)? {
        Spoken::Of(found) if !found.closed => found,
        _ => return Ok(()),
    };
    change
        .prepare_cached("UPDATE lease SET closed = ? WHERE id = ?")?
        .execute(params![now.0, closed.lease.as_str()])?;
    take_from_pool(change, &found.campaign, Amount::ZERO.minus(found.left.most(Amount::ZERO)))
}

/// A campaign begins. After a backup was put back it may be one that was there before and is not in the backup: what
/// counters have told of it is booked now, and they must say again what they hold of it.
pub(super) fn hear_again(
    change: &Transaction<'_>,
    campaign: &CampaignId,
    now: Moment,
) -> Result<(), LedgerFault> {
    let sql = "SELECT EXISTS (SELECT 1 FROM setting WHERE key = ?)";
    let is_there = |key: &str| change.query_row(sql, [key], |row| row.get::<_, bool>(0));
    if !is_there(RESTORED)? {
        return Ok(());
    }
    if is_there(&held_of(campaign))? | book_again(change, campaign, now)? {
        change.execute("DELETE FROM lease_heard", [])?;
        set(change, RESTORED, "1")?;
    }
    Ok(())
}

/// Books what the ledger has been told of a campaign; gives whether that was anything.
fn book_again(change: &Transaction<'_>, campaign: &CampaignId, now: Moment) -> Result<bool, LedgerFault> {
    let sql = "SELECT counter, epoch, kind, payload FROM record WHERE kind IN ('spend', 'lease') AND payload IS NOT NULL
        ORDER BY counter, epoch, seq";
    let mut statement = change.prepare(sql)?;
    let mut rows = statement.query([])?;
    let mut anything = false;
    while let Some(row) = rows.next()? {
        let (holder, payload) = ((row.get(0)?, row.get(1)?), row.get::<_, Vec<u8>>(3)?);
        if row.get::<_, String>(2)? == kind::SPEND {
            let spend = serde_json::from_slice::<Spend>(&payload).ok();
            if let Some(spend) = spend.filter(|spend| spend.campaign == *campaign) {
                book(change, holder, &spend, now)?;
                anything = true;
            }
        } else if let Ok(closed) = serde_json::from_slice::<Closed>(&payload)
            && closed.campaign == *campaign
        {
            close(change, holder.0, &closed, now)?;
            anything = true;
        }
    }
    Ok(anything)
}

impl Ledger {
    /// Whether a counter has still to say what it holds, because a backup was put back here.
    ///
    /// # Errors
    /// When the database fails.
    pub fn asks_for_leases(&self, counter: i64) -> Result<bool, LedgerFault> {
        let sql = "SELECT EXISTS (SELECT 1 FROM setting WHERE key = ? AND value = '1')
            AND NOT EXISTS (SELECT 1 FROM lease_heard WHERE counter = ?)";
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
