//! The overview: how the shops are today, what they sold, and what guests saved.

use super::fleet::{CounterHealth, Health};
use crate::ledger::{Ledger, LedgerFault, counters::ALARMS_MS};
use kava::{
    facts::moment::{BusinessDay, Moment},
    wire::record::kind,
};
use rusqlite::{OptionalExtension, Row, params};
use serde::Serialize;
use std::collections::BTreeMap;

/// Days of a week, today among them.
const WEEK_DAYS: i32 = 7;
/// The day of trade goes on so long after midnight.
const NIGHT_MS: i64 = 4 * 3_600_000;
/// Minutes to add to UTC for shops of which nothing is known yet.
const MINSK_OFFSET_MIN: i64 = 180;

/// Sums of receipts for which money was taken, and of what was given back.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Sums {
    /// Receipts.
    pub receipts: i64,
    /// Those with a discount.
    pub discounted: i64,
    /// At list prices.
    pub list_minor: i64,
    /// What guests saved.
    pub saved_minor: i64,
    /// What was paid.
    pub net_minor: i64,
    /// Receipts from which something was given back.
    pub refunds: i64,
    /// What was given back.
    pub refunded_minor: i64,
}

impl Sums {
    fn add(&mut self, other: Sums) {
        self.receipts += other.receipts;
        self.discounted += other.discounted;
        self.list_minor += other.list_minor;
        self.saved_minor += other.saved_minor;
        self.net_minor += other.net_minor;
        self.refunds += other.refunds;
        self.refunded_minor += other.refunded_minor;
    }
}

/// How many counters are how.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct CountersShown {
    /// All is well.
    pub in_order: u32,
    /// Something is not as it should be.
    pub limited: u32,
    /// Nothing is heard of them.
    pub silent: u32,
    /// Shut out.
    pub out: u32,
}

impl CountersShown {
    fn count(&mut self, health: Health) {
        let of = match health {
            Health::InOrder => &mut self.in_order,
            Health::Limited => &mut self.limited,
            Health::Silent => &mut self.silent,
            Health::Out => &mut self.out,
        };
        *of += 1;
    }
}

/// A shop.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct ShopShown {
    /// Which.
    pub shop: String,
    /// How its counters are.
    pub counters: CountersShown,
    /// Its sums of the day.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub day: Option<Sums>,
    /// And of the week that ends with it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub week: Option<Sums>,
}

/// Where the budgets are.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct CampaignsShown {
    /// Campaigns that run now.
    pub running: u32,
    /// What of their budgets was spent.
    pub spent_minor: i64,
    /// What their budgets are.
    pub budget_minor: i64,
}

/// How the shops are.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Overview {
    /// The office's clock.
    pub office_time: Moment,
    /// ISO 4217.
    pub currency: String,
    /// The day of the sums.
    pub day: BusinessDay,
    /// What needed a person in the last seven days.
    pub alarms: i64,
    /// Sums of all shops that are shown.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub all: Option<Sums>,
    /// The shops.
    pub shops: Vec<ShopShown>,
    /// Campaigns.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub campaigns: Option<CampaignsShown>,
}

/// What is asked: a shop or, with an empty one, all; the day, or today's; and whether sums of sales may be seen.
#[derive(Debug, Clone)]
pub struct Asked {
    /// The shop.
    pub shop: String,
    /// The day.
    pub day: Option<BusinessDay>,
    /// With sums.
    pub with_sales: bool,
}

/// Puts it together.
///
/// # Errors
/// When the database fails.
pub fn of(
    ledger: &Ledger,
    (asked, fleet): (&Asked, &[CounterHealth]),
    now: Moment,
) -> Result<Overview, LedgerFault> {
    let day = match asked.day {
        Some(day) => day,
        None => today(ledger, now)?,
    };
    let mut shops: BTreeMap<String, ShopShown> = BTreeMap::new();
    for counter in fleet {
        let shop = shops.entry(counter.shop.clone()).or_default();
        shop.counters.count(counter.health);
    }
    let mut all = Sums::default();
    if asked.with_sales {
        let mut of_day = sums(ledger, (day, day), &asked.shop)?;
        let first = BusinessDay(day.0.saturating_sub(WEEK_DAYS - 1));
        let mut of_week = sums(ledger, (first, day), &asked.shop)?;
        for (name, shop) in &mut shops {
            shop.day = Some(of_day.remove(name).unwrap_or_default());
            shop.week = Some(of_week.remove(name).unwrap_or_default());
            all.add(shop.day.unwrap_or_default());
        }
    }
    for (name, shop) in &mut shops {
        shop.shop.clone_from(name);
    }
    Ok(Overview {
        office_time: now,
        currency: ledger.currency()?,
        day,
        alarms: ledger.connection().query_row(
            "SELECT count(*) FROM alarm a WHERE a.at > ?1
                AND (?2 = '' OR EXISTS (SELECT 1 FROM counter c WHERE c.id = a.counter AND c.shop = ?2))",
            params![now.0 - ALARMS_MS, asked.shop],
            |row| row.get(0),
        )?,
        all: asked.with_sales.then_some(all),
        shops: shops.into_values().collect(),
        campaigns: asked.with_sales.then(|| campaigns(ledger, now)).transpose()?,
    })
}

/// The day of trade by the clock of the shop that was heard of last. When it begins is each shop's own affair; at night, four
/// in the morning stands for it.
///
/// # Errors
/// When the database fails.
pub fn today(ledger: &Ledger, now: Moment) -> Result<BusinessDay, LedgerFault> {
    let sql = "SELECT r.utc_offset_min FROM series s JOIN record r USING (counter, epoch, seq)
        ORDER BY r.received DESC LIMIT 1";
    let offset = ledger.connection().query_row(sql, [], |row| row.get::<_, i64>(0)).optional()?;
    let local = now.0 - NIGHT_MS + offset.unwrap_or(MINSK_OFFSET_MIN) * 60_000;
    Ok(Moment(local).utc_day())
}

/// A receipt from which something was given back twice is one: what names it is counted, not its refunds.
const SUMS: &str = "SELECT c.shop, r.kind, count(DISTINCT coalesce(r.original, r.receipt)), sum(r.discount > 0), sum(r.list), sum(r.discount), sum(r.net)
    FROM receipt r JOIN counter c ON c.id = r.counter
    WHERE r.business_day BETWEEN ?1 AND ?2 AND r.charged AND (c.shop = ?3 OR ?3 = '') GROUP BY c.shop, r.kind";

fn sums(
    ledger: &Ledger,
    (first, last): (BusinessDay, BusinessDay),
    shop: &str,
) -> Result<BTreeMap<String, Sums>, LedgerFault> {
    let mut statement = ledger.connection().prepare_cached(SUMS)?;
    let mut rows = statement.query(params![first.0, last.0, shop])?;
    let mut shops: BTreeMap<String, Sums> = BTreeMap::new();
    while let Some(row) = rows.next()? {
        shops.entry(row.get(0)?).or_default().add(part(row)?);
    }
    Ok(shops)
}

fn part(row: &Row<'_>) -> rusqlite::Result<Sums> {
    if row.get_ref(1)?.as_str()? == kind::REFUND {
        return Ok(Sums { refunds: row.get(2)?, refunded_minor: row.get(6)?, ..Sums::default() });
    }
    Ok(Sums {
        receipts: row.get(2)?,
        discounted: row.get(3)?,
        list_minor: row.get(4)?,
        saved_minor: row.get(5)?,
        net_minor: row.get(6)?,
        ..Sums::default()
    })
}

fn campaigns(ledger: &Ledger, now: Moment) -> Result<CampaignsShown, LedgerFault> {
    let mut shown = CampaignsShown::default();
    for one in ledger.campaigns()?.iter().filter(|one| one.is_running(now)) {
        shown.running += 1;
        shown.spent_minor += one.spent.money.0;
        shown.budget_minor += one.campaign.budget.money.0;
    }
    Ok(shown)
}
