//! Figures for whoever watches the office from outside: how many of what, as of now. Nothing of a person.

use super::fleet::{CounterHealth, Health};
use crate::ledger::{Ledger, LedgerFault, campaigns::BudgetShown};
use kava::facts::moment::Moment;

/// One figure with its samples.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Figure {
    /// Its name, unit last.
    pub name: &'static str,
    /// What it is.
    pub help: &'static str,
    /// Whether it only grows.
    pub grows: bool,
    /// Values by label and its value; an empty label is none.
    pub samples: Vec<(&'static str, String, i64)>,
}

impl Figure {
    fn gauge(name: &'static str, help: &'static str, value: i64) -> Figure {
        Figure { name, help, grows: false, samples: vec![("", String::new(), value)] }
    }

    fn total(name: &'static str, help: &'static str, value: i64) -> Figure {
        Figure { grows: true, ..Figure::gauge(name, help, value) }
    }
}

/// The figures.
///
/// # Errors
/// When the database fails.
pub fn of(ledger: &Ledger, fleet: &[CounterHealth], now: Moment) -> Result<Vec<Figure>, LedgerFault> {
    let one = |sql: &str| ledger.connection().query_row(sql, [], |row| row.get::<_, i64>(0));
    let healths = [
        ("in_order", Health::InOrder),
        ("limited", Health::Limited),
        ("silent", Health::Silent),
        ("out", Health::Out),
    ];
    let count = |health: Health| {
        i64::try_from(fleet.iter().filter(|one| one.health == health).count()).unwrap_or(i64::MAX)
    };
    let counters = healths.map(|(word, health)| ("health", word.to_owned(), count(health)));
    let queues = fleet.iter().filter_map(|one| one.queue).fold(0, i64::saturating_add);
    let newest = "SELECT coalesce(max(received), 0) FROM series s JOIN record r USING (counter, epoch, seq)";
    let sizes = "SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()";
    let mut figures = vec![
        Figure {
            name: "kava_counters",
            help: "Counters by how they are",
            grows: false,
            samples: counters.to_vec(),
        },
        Figure::gauge(
            "kava_queued_records",
            "Records that waited at counters when they were last heard",
            queues,
        ),
        Figure::total(
            "kava_records_total",
            "Records that counters have told",
            one("SELECT coalesce(sum(seq), 0) FROM series")?,
        ),
        Figure::total(
            "kava_dead_letters_total",
            "Records that were put aside",
            one("SELECT count(*) FROM dead_letter")?,
        ),
        Figure::total(
            "kava_alarms_total",
            "What needed a person",
            one("SELECT coalesce(max(id), 0) FROM alarm")?,
        ),
        Figure::total("kava_erasures_total", "Names that were erased", one("SELECT count(*) FROM erasure")?),
        Figure::gauge("kava_members", "Guests who joined by the app", one("SELECT count(*) FROM person")?),
        Figure::gauge("kava_newest_record_ms", "When a record came last, since 1970", one(newest)?),
        Figure::gauge("kava_ledger_bytes", "Size of the ledger without its log", one(sizes)?),
        Figure::gauge("kava_office_time_ms", "The office's clock, since 1970", now.0),
    ];
    figures.extend(budgets(ledger, now)?);
    Ok(figures)
}

/// Budgets of campaigns that run, and of all what was spent beyond them.
fn budgets(ledger: &Ledger, now: Moment) -> Result<Vec<Figure>, LedgerFault> {
    // A coupon is for one guest and ends at one use; nobody watches ten thousand of them.
    let (coupons, campaigns): (Vec<_>, Vec<_>) =
        ledger.campaigns()?.into_iter().partition(|one| one.campaign.coupon.is_some());
    let running = campaigns.iter().filter(|one| one.is_running(now)).collect::<Vec<_>>();
    let sample = |one: &BudgetShown, value| ("campaign", one.campaign.id.to_string(), value);
    let of = |name, help, value: fn(&BudgetShown) -> i64| Figure {
        name,
        help,
        grows: false,
        samples: running.iter().map(|one| sample(one, value(one))).collect(),
    };
    // Whoever comes back after the end may bring too much, and a coupon may have been used twice.
    let over = |name, help, value: fn(&BudgetShown) -> i64| Figure {
        name,
        help,
        grows: false,
        samples: campaigns
            .iter()
            .chain(&coupons)
            .filter(|one| value(one) > 0)
            .map(|one| sample(one, value(one)))
            .collect(),
    };
    Ok(vec![
        of("kava_budget_minor", "Budget of a campaign", |one| one.campaign.budget.money.0),
        of("kava_budget_spent_minor", "What of it was spent", |one| one.spent.money.0),
        of("kava_budget_lent_minor", "What of it counters hold", |one| one.lent.money.0),
        over("kava_budget_over_minor", "Spent beyond it, where anything was", |one| one.over.money.0),
        over("kava_budget_over_uses", "Used beyond it, where anything was", |one| one.over.uses),
    ])
}
