//! Campaigns: how they begin and end, and where their budgets are. What is not lent is in a campaign's pool; what is
//! lent, spent and given back is in `leases`.

use super::{
    day::DayShown,
    documents::{self, Published},
    fault::{LedgerFault, unreadable},
    leases,
    open::Ledger,
};
use kava::{
    facts::{
        campaign::{Amount, Campaign},
        id::CustomerId,
        moment::{DAY_MS, Moment},
    },
    wire::{coupon::whose, document::Stream},
};
use rusqlite::{Connection, Transaction, params};
use serde::Serialize;
use serde_json::Value;

/// How long after its last use a campaign that is used up is still told of: a refund gives the use back.
const GIVEN_BACK_MS: i64 = 30 * DAY_MS;
/// Lists before the newest that a counter may be in the middle of reading.
const EDITIONS_KEPT: i64 = 8;

/// Where a budget is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct BudgetShown {
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

/// Reads a campaign as a person has written it. What travels is read without what a reader does not know; here it would
/// be a budget that somebody believes to have set.
///
/// # Errors
/// One sentence.
pub fn read(text: &str) -> Result<Campaign, String> {
    let mut written: Value = serde_json::from_str(text).map_err(|e| e.to_string())?;
    hide_guest(&mut written);
    let campaign: Campaign = serde_json::from_value(written.clone()).map_err(|e| e.to_string())?;
    let understood = serde_json::to_value(&campaign).map_err(|e| e.to_string())?;
    if let Some(field) = unknown(&written, &understood) {
        return Err(format!("there is no field {field:?}; see docs/office.md for what there is"));
    }
    campaign.check().map(|()| campaign)
}

/// A person writes whose a coupon is; what is kept and goes down does not say it.
fn hide_guest(written: &mut Value) {
    let Some(coupon) = written.get_mut("coupon").and_then(Value::as_object_mut) else { return };
    if let Some(Value::String(customer)) = coupon.get("customer") {
        let whose = whose(&CustomerId::new(customer));
        coupon.remove("customer");
        coupon.insert("whose".into(), Value::String(whose.to_string()));
    }
}

/// The first field of what was written that was not understood.
fn unknown(written: &Value, understood: &Value) -> Option<String> {
    let fields = written.as_object()?;
    fields.iter().find_map(|(name, value)| match understood.get(name) {
        None if value.is_null() => None,
        None => Some(name.clone()),
        Some(known) => unknown(value, known).map(|inner| format!("{name}.{inner}")),
    })
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
    leases::hear_again(change, &campaign.id, now)?;
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

/// Tells the counters of every campaign that they may still use, and of none that is over.
pub(super) fn publish(change: &Transaction<'_>, now: Moment) -> Result<Published, LedgerFault> {
    let sql =
        "SELECT body FROM campaign c WHERE ended IS NULL AND (pool_uses > 0 OR EXISTS (SELECT 1 FROM lease l
            WHERE l.campaign = c.id AND (l.uses > l.spent_uses AND l.closed IS NULL OR coalesce(l.spent_at, l.granted) > ?)))
        ORDER BY id";
    let mut statement = change.prepare(sql)?;
    let bodies = statement.query_map([now.later(-GIVEN_BACK_MS).0], |row| row.get::<_, String>(0))?;
    let mut told = Vec::new();
    for body in bodies {
        let body = body?;
        let campaign: Campaign = serde_json::from_str(&body).map_err(unreadable("campaign"))?;
        if now < campaign.until {
            told.push(body);
        }
    }
    let document = format!("[{}]", told.join(","));
    documents::check(Stream::Campaigns, document.as_bytes())
        .map_err(|why| LedgerFault::Other(format!("the list of campaigns cannot go down: {why}")))?;
    let published = documents::publish(change, (Stream::Campaigns, ""), document.as_bytes(), now)?;
    documents::forget_before(change, (Stream::Campaigns, ""), published.version - EDITIONS_KEPT)?;
    Ok(published)
}

/// What the ledger says of every budget.
pub(super) fn standings(books: &Connection) -> Result<Vec<BudgetShown>, LedgerFault> {
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
        standings.push(BudgetShown {
            campaign: serde_json::from_str(&body).map_err(unreadable("campaign"))?,
            ended: row.get::<_, Option<i64>>(1)?.map(Moment),
            pool: leases::pair(row, 2)?,
            over: leases::pair(row, 4)?,
            lent: leases::pair(row, 6)?,
            spent: leases::pair(row, 8)?,
        });
    }
    Ok(standings)
}

/// Whether there is, or was, a campaign of this id.
///
/// # Errors
/// When the database fails.
pub fn is_known(books: &Connection, id: &str) -> Result<bool, LedgerFault> {
    let sql = "SELECT EXISTS (SELECT 1 FROM campaign WHERE id = ?)";
    Ok(books.prepare_cached(sql)?.query_row([id], |row| row.get(0))?)
}

/// Where a campaign is in its life.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum CampaignState {
    /// It has not begun.
    ToCome,
    /// Counters give it.
    Running,
    /// Its time is over.
    Over,
    /// It was ended by hand.
    Ended,
}

impl BudgetShown {
    /// Where the campaign is at an instant.
    #[must_use]
    pub fn state(&self, now: Moment) -> CampaignState {
        match self.ended {
            Some(_) => CampaignState::Ended,
            None if now < self.campaign.from => CampaignState::ToCome,
            None if now < self.campaign.until => CampaignState::Running,
            None => CampaignState::Over,
        }
    }

    /// Whether counters give it at an instant.
    #[must_use]
    pub fn is_running(&self, now: Moment) -> bool {
        self.state(now) == CampaignState::Running
    }

    /// What does not hold: pool, leases and what was spent are the budget, and none of them is below nothing.
    #[must_use]
    pub fn wrong(&self) -> Option<String> {
        let BudgetShown { campaign, pool, lent, spent, over, .. } = self;
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

/// Where a campaign and its budget are at an instant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CampaignShown {
    /// Where the budget is.
    #[serde(flatten)]
    pub budget: BudgetShown,
    /// Where in its life.
    pub state: CampaignState,
    /// What of today is given, where it gives only so much a day.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub today: Option<DayShown>,
}

impl Ledger {
    /// Where every campaign is at an instant.
    ///
    /// # Errors
    /// When the database fails.
    pub fn campaigns_at(&self, now: Moment) -> Result<Vec<CampaignShown>, LedgerFault> {
        let shown = |budget: BudgetShown| {
            let today = self.campaign_day(&budget.campaign, now)?;
            Ok(CampaignShown { state: budget.state(now), today, budget })
        };
        self.campaigns()?.into_iter().map(shown).collect()
    }

    /// Where every campaign's budget is.
    ///
    /// # Errors
    /// When the database fails.
    pub fn campaigns(&self) -> Result<Vec<BudgetShown>, LedgerFault> {
        standings(&self.connection)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const WHOLE: &str = r#"{"id": "autumn", "title": "A", "scope": {"kind": "category", "of": "coffee"}, "depth_bp": 1000,
        "from": "2026-11-23T04:00:00.000Z", "until": "2026-11-30T04:00:00.000Z",
        "budget": {"money": 500000, "uses": 4000}, "per_customer": 2}"#;

    #[test]
    fn what_a_person_misspells_is_refused_by_its_name_and_what_travels_is_read_without_it() {
        assert!(read(WHOLE).is_ok());
        assert!(read(&WHOLE.replace("2}", "null}")).is_ok(), "nothing said is nothing said");
        let table = [
            ("per_customer", "per_costumer", "\"per_costumer\""),
            ("\"uses\": 4000", "\"uses\": 4000, \"per_day\": 1", "\"budget.per_day\""),
            ("\"of\": \"coffee\"", "\"of\": \"coffee\", \"and\": 1", "\"scope.and\""),
        ];
        for (right, wrong, named) in table {
            let text = WHOLE.replace(right, wrong);
            let why = read(&text).unwrap_err();
            assert!(why.contains(named), "{why}");
            assert!(serde_json::from_str::<Campaign>(&text).is_ok(), "what travels may say more: {text}");
        }
    }

    #[test]
    fn whose_a_coupon_is_is_written_by_a_person_and_kept_as_a_hash() {
        let coupon = WHOLE
            .replace("4000", "1")
            .replace("\"per_customer\": 2", "\"coupon\": {\"customer\": \"anna\", \"shop\": \"2\"}");
        let read = read(&coupon).unwrap();
        let kept = serde_json::to_string(&read).unwrap();
        assert!(kept.contains(whose(&CustomerId::new("anna")).as_str()) && !kept.contains("anna"), "{kept}");
        assert_eq!(super::read(&kept), Ok(read), "what is kept is read as well");
        assert!(super::read(&coupon.replace("shop", "shops")).is_err(), "in which shop?");
    }
}
