//! Leases: what the office has lent of campaigns' budgets, and what receipts took of them.

use super::{StoreFault, fault::unreadable, open::Store, setting};
use crate::facts::campaign::{Amount, Campaign, HORIZON_MS, Lease, ends};
use crate::facts::id::{CampaignId, LeaseId, ReceiptId};
use crate::facts::moment::Moment;
use crate::facts::money::Money;
use rusqlite::{Connection, OptionalExtension, Row, Transaction, params};

const CAMPAIGNS: &str = "campaigns";

/// A lease from which may be spent, and what is left of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenLease {
    /// Which.
    pub id: LeaseId,
    /// What is left.
    pub left: Amount,
    /// Nothing is spent from then on, by this counter's clock.
    pub ends: Moment,
}

/// What a receipt has taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Used {
    /// From which lease.
    pub lease: LeaseId,
    /// Of which campaign.
    pub campaign: CampaignId,
    /// How much.
    pub amount: Amount,
}

fn read_open(row: &Row<'_>) -> rusqlite::Result<OpenLease> {
    let left = Amount { money: Money(row.get(1)?), uses: row.get(2)? };
    Ok(OpenLease { id: LeaseId::new(row.get_ref(0)?.as_str()?), left, ends: Moment(row.get(3)?) })
}

impl Store {
    /// The campaigns of now, as the office has sent them.
    ///
    /// # Errors
    /// When the database fails.
    pub fn campaigns(&self) -> Result<Vec<Campaign>, StoreFault> {
        let text = setting::read(&self.connection, CAMPAIGNS)?;
        text.map_or_else(
            || Ok(Vec::new()),
            |text| serde_json::from_str(&text).map_err(unreadable("campaigns")),
        )
    }

    /// Open leases of a campaign in this epoch of the series, the one that ends first before the others.
    ///
    /// # Errors
    /// When the database fails.
    pub fn open_leases(&self, campaign: &CampaignId) -> Result<Vec<OpenLease>, StoreFault> {
        open_leases(&self.connection, campaign, self.epoch()?)
    }

    /// Every lease that is open here, as it was lent.
    ///
    /// # Errors
    /// When the database fails.
    pub fn held_leases(&self) -> Result<Vec<Lease>, StoreFault> {
        let sql =
            "SELECT id, campaign, money, uses, good_ms FROM lease WHERE closed = 0 AND epoch = ? ORDER BY id";
        let mut statement = self.connection.prepare_cached(sql)?;
        let rows = statement.query_map([self.epoch()?], |row| {
            Ok(Lease {
                id: LeaseId::new(row.get_ref(0)?.as_str()?),
                campaign: CampaignId::new(row.get_ref(1)?.as_str()?),
                amount: Amount { money: Money(row.get(2)?), uses: row.get(3)? },
                good_ms: row.get(4)?,
            })
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// What was spent of a campaign in the last two hours.
    ///
    /// # Errors
    /// When the database fails.
    pub fn spent_lately(&self, campaign: &CampaignId, at: Moment) -> Result<Amount, StoreFault> {
        let sql = "SELECT coalesce(sum(u.money), 0), coalesce(sum(u.uses), 0) FROM lease l JOIN lease_use u ON u.lease = l.id
            WHERE l.campaign = ? AND u.at > ?";
        let since = at.later(-HORIZON_MS);
        Ok(self.connection.prepare_cached(sql)?.query_row(params![campaign.as_str(), since.0], |row| {
            Ok(Amount { money: Money(row.get(0)?), uses: row.get(1)? })
        })?)
    }

    /// How often a customer has used a campaign here.
    ///
    /// # Errors
    /// When the database fails.
    pub fn uses_of(&self, campaign: &CampaignId, customer: i64) -> Result<u32, StoreFault> {
        let sql = "SELECT count(*) FROM lease_use u JOIN lease l ON l.id = u.lease
            WHERE u.customer = ? AND l.campaign = ? AND u.uses > 0";
        let params = params![customer, campaign.as_str()];
        Ok(self.connection.prepare_cached(sql)?.query_row(params, |row| row.get(0))?)
    }
}

/// The rule without which two files of one counter, the dead disk and its backup, would spend one lease twice.
const OF_THIS_EPOCH: &str = "closed = 0 AND epoch = ?2";

fn open_leases(books: &Connection, campaign: &CampaignId, epoch: i64) -> Result<Vec<OpenLease>, StoreFault> {
    let sql = format!(
        "SELECT id, money_left, uses_left, ends FROM lease WHERE campaign = ?1 AND {OF_THIS_EPOCH} ORDER BY ends, id"
    );
    let mut statement = books.prepare_cached(&sql)?;
    let rows = statement.query_map(params![campaign.as_str(), epoch], read_open)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Puts campaigns in force; leases of those that are gone are closed with the next look.
///
/// # Errors
/// When the database fails.
pub fn replace_campaigns(change: &Transaction<'_>, campaigns: &[Campaign]) -> Result<(), StoreFault> {
    let text = serde_json::to_string(campaigns).map_err(unreadable("campaigns"))?;
    setting::write(change, CAMPAIGNS, &text)
}

/// Keeps leases that the office has granted; one that was here before, also if it was closed since, is not given
/// again. `asked` is when the counter asked, by its own clock.
///
/// # Errors
/// When the database fails.
pub fn keep(
    change: &Transaction<'_>,
    leases: &[Lease],
    (epoch, asked): (i64, Moment),
) -> Result<usize, StoreFault> {
    let sql = "INSERT INTO lease (id, campaign, epoch, money, uses, money_left, uses_left, good_ms, ends)
        VALUES (?1, ?2, ?3, ?4, ?5, ?4, ?5, ?6, ?7) ON CONFLICT DO NOTHING";
    let mut kept = 0;
    for lease in leases {
        let Lease { id, campaign, amount, good_ms } = lease;
        kept += change.prepare_cached(sql)?.execute(params![
            id.as_str(),
            campaign.as_str(),
            epoch,
            amount.money.0.max(0),
            amount.uses.max(0),
            good_ms,
            ends(asked, *good_ms).0
        ])?;
    }
    Ok(kept)
}

/// Takes an amount from a lease for a receipt; gives whether there was enough.
///
/// # Errors
/// When the database fails.
pub fn reserve(
    change: &Transaction<'_>,
    lease: &LeaseId,
    (receipt, customer, at): (&ReceiptId, Option<i64>, Moment),
    amount: Amount,
) -> Result<bool, StoreFault> {
    let sql = "UPDATE lease SET money_left = money_left - ?2, uses_left = uses_left - ?3
        WHERE id = ?1 AND closed = 0 AND money_left >= ?2 AND uses_left >= ?3";
    let taken = change.prepare_cached(sql)?.execute(params![lease.as_str(), amount.money.0, amount.uses])?;
    if taken == 0 {
        return Ok(false);
    }
    let sql = "INSERT INTO lease_use (receipt, lease, customer, at, money, uses) VALUES (?, ?, ?, ?, ?, ?)";
    change.prepare_cached(sql)?.execute(params![
        receipt.as_str(),
        lease.as_str(),
        customer,
        at.0,
        amount.money.0,
        amount.uses
    ])?;
    Ok(true)
}

fn used(change: &Transaction<'_>, receipt: &ReceiptId, posted: bool) -> Result<Option<Used>, StoreFault> {
    let sql = "SELECT l.id, l.campaign, u.money, u.uses FROM lease_use u JOIN lease l ON l.id = u.lease
        WHERE u.receipt = ? AND u.posted = ?";
    let read = |row: &Row<'_>| {
        Ok(Used {
            lease: LeaseId::new(row.get_ref(0)?.as_str()?),
            campaign: CampaignId::new(row.get_ref(1)?.as_str()?),
            amount: Amount { money: Money(row.get(2)?), uses: row.get(3)? },
        })
    };
    Ok(change.prepare_cached(sql)?.query_row(params![receipt.as_str(), posted], read).optional()?)
}

/// What was reserved for a receipt is spent; gives it, for the office to hear.
///
/// # Errors
/// When the database fails.
pub fn post(change: &Transaction<'_>, receipt: &ReceiptId) -> Result<Option<Used>, StoreFault> {
    let used = used(change, receipt, false)?;
    if used.is_some() {
        change
            .prepare_cached("UPDATE lease_use SET posted = 1 WHERE receipt = ?")?
            .execute([receipt.as_str()])?;
    }
    Ok(used)
}

/// A charge came to nothing: what was reserved for it is back in its lease.
///
/// # Errors
/// When the database fails.
pub fn void(change: &Transaction<'_>, receipt: &ReceiptId) -> Result<(), StoreFault> {
    let Some(used) = used(change, receipt, false)? else { return Ok(()) };
    put_back(change, &used.lease, used.amount)?;
    change.prepare_cached("DELETE FROM lease_use WHERE receipt = ?")?.execute([receipt.as_str()])?;
    Ok(())
}

fn put_back(change: &Transaction<'_>, lease: &LeaseId, amount: Amount) -> Result<(), StoreFault> {
    // A lease that is closed has no more to give; the office hears of it all the same.
    let sql =
        "UPDATE lease SET money_left = money_left + ?, uses_left = uses_left + ? WHERE id = ? AND closed = 0";
    change.prepare_cached(sql)?.execute(params![amount.money.0, amount.uses, lease.as_str()])?;
    Ok(())
}

/// A part of a receipt was given back, or all of it; gives what of the budget comes back, for the office to hear.
///
/// # Errors
/// When the database fails.
pub fn give_back(
    change: &Transaction<'_>,
    receipt: &ReceiptId,
    (money, in_full): (Money, bool),
) -> Result<Option<Used>, StoreFault> {
    let Some(used) = used(change, receipt, true)? else { return Ok(None) };
    let back = Amount {
        money: if in_full { used.amount.money } else { money.min(used.amount.money) },
        uses: if in_full { used.amount.uses } else { 0 },
    };
    if back == Amount::ZERO {
        return Ok(None);
    }
    let sql = "UPDATE lease_use SET money = money - ?, uses = uses - ? WHERE receipt = ?";
    change.prepare_cached(sql)?.execute(params![back.money.0, back.uses, receipt.as_str()])?;
    put_back(change, &used.lease, back)?;
    Ok(Some(Used { amount: back, ..used }))
}

/// Closes leases of this epoch that have ended or whose campaign is over; one from which an open charge has
/// reserved waits for it. Gives what goes back.
///
/// # Errors
/// When the database fails.
pub fn close_ended(
    change: &Transaction<'_>,
    (epoch, at): (i64, Moment),
    running: &[CampaignId],
) -> Result<Vec<Used>, StoreFault> {
    let sql = "SELECT id, campaign, money_left, uses_left, ends FROM lease l WHERE closed = 0 AND epoch = ?
        AND NOT EXISTS (SELECT 1 FROM lease_use u WHERE u.lease = l.id AND u.posted = 0) ORDER BY id";
    let mut statement = change.prepare_cached(sql)?;
    let mut rows = statement.query([epoch])?;
    let mut closed = Vec::new();
    while let Some(row) = rows.next()? {
        let campaign = CampaignId::new(row.get_ref(1)?.as_str().map_err(unreadable("lease"))?);
        let amount = Amount { money: Money(row.get(2)?), uses: row.get(3)? };
        let ends: i64 = row.get(4)?;
        if at.0 < ends && running.contains(&campaign) {
            continue;
        }
        let lease = LeaseId::new(row.get_ref(0)?.as_str().map_err(unreadable("lease"))?);
        closed.push(Used { lease, campaign, amount });
    }
    for one in &closed {
        let sql = "UPDATE lease SET closed = 1, money_left = 0, uses_left = 0 WHERE id = ?";
        change.prepare_cached(sql)?.execute([one.lease.as_str()])?;
    }
    Ok(closed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lease_gives_no_more_than_it_has() {
        let mut store = Store::in_memory().unwrap();
        let lease = Lease {
            id: LeaseId::new("a"),
            campaign: CampaignId::new("c"),
            amount: Amount { money: Money(100), uses: 2 },
            good_ms: 1,
        };
        let taken = store
            .change(|change| {
                keep(change, std::slice::from_ref(&lease), (1, Moment(0)))?;
                let take = |receipt: &str, money| {
                    let receipt = ReceiptId::new(receipt);
                    reserve(change, &lease.id, (&receipt, None, Moment(0)), Amount::one(Money(money)))
                };
                Ok([take("1", 60)?, take("2", 41)?, take("3", 40)?, take("4", 0)?])
            })
            .unwrap();
        assert_eq!(taken, [true, false, true, false]);
    }
}
