//! Visits of a customer as features see them, read from purchases less refunds.

use super::{StoreFault, fault::unreadable, open::Store, setting};
use crate::facts::customer::{Features, VisitFact, VisitOrder};
use crate::facts::id::CategoryId;
use crate::facts::moment::{BusinessDay, Moment, ShopDay};
use crate::facts::money::Money;
use crate::facts::policy::Policy;
use crate::steps::features;
use rusqlite::{Connection, Row, params};
use std::collections::BTreeMap;

/// Setting that names the fold stored features come from.
const FOLD_VERSION_KEY: &str = "fold_version";

/// What refunds took off a line: quantity in thousandths, list, discount, net.
type Refunded = BTreeMap<(i64, i64), (i64, i64, i64, i64)>;

const LINES: &str = "SELECT p.id, p.customer, p.at, p.counter, p.epoch, p.seq, p.business_day, p.hour, p.cup,
        l.line, l.qty, l.list, l.discount, l.net, v.category, v.drink
    FROM purchase p JOIN purchase_line l ON l.purchase = p.id JOIN product_version v ON v.id = l.version
    WHERE p.kind = 'sale' AND p.customer IS NOT NULL";

const REFUNDS: &str = "SELECT r.purchase, l.line, sum(l.qty), sum(l.list), sum(l.discount), sum(l.net)
    FROM refund r JOIN refund_line l ON l.refund = r.id";

/// The shop's open days, for counting recency in days on which it sold something.
#[derive(Debug, Clone, Default)]
pub struct OpenDays(Vec<i32>);

impl OpenDays {
    /// Reads them.
    ///
    /// # Errors
    /// When the database fails.
    pub fn read(connection: &Connection) -> Result<OpenDays, StoreFault> {
        let mut statement =
            connection.prepare_cached("SELECT business_day FROM open_day ORDER BY business_day")?;
        let days = statement.query_map([], |row| row.get(0))?.collect::<Result<Vec<i32>, _>>()?;
        Ok(OpenDays(days))
    }

    /// The last one, or the day before all where there is none.
    #[must_use]
    pub fn last(&self) -> ShopDay {
        let number = i32::try_from(self.0.len()).unwrap_or(i32::MAX);
        ShopDay { day: BusinessDay(self.0.last().copied().unwrap_or(0)), number }
    }

    /// The number of a day: how many open days came before it, plus one; a day that is not (yet) open
    /// counts as if it were.
    #[must_use]
    pub fn number(&self, day: BusinessDay) -> i32 {
        let before = self.0.partition_point(|open| *open < day.0);
        i32::try_from(before).unwrap_or(i32::MAX - 1) + 1
    }
}

impl Store {
    /// Features of one customer computed anew from all visits; what is stored must equal them.
    ///
    /// # Errors
    /// When the database fails.
    pub fn refolded(&self, customer: i64) -> Result<Features, StoreFault> {
        refold(&self.connection, customer, &self.policy()?)
    }

    /// Visits of a customer from an instant on, in their order.
    ///
    /// # Errors
    /// When the database fails.
    pub fn visits_since(&self, customer: i64, from: Moment) -> Result<Vec<VisitFact>, StoreFault> {
        let mut visits = visits_of(&self.connection, customer)?;
        visits.retain(|visit| visit.order.at >= from);
        Ok(visits)
    }

    /// Folds every customer's features anew if they were stored by another fold than this program's; gives
    /// whether they were.
    ///
    /// # Errors
    /// When the database fails; nothing is changed then.
    pub fn refold_if_older(&mut self, policy: &Policy) -> Result<bool, StoreFault> {
        let stored = setting::read(&self.connection, FOLD_VERSION_KEY)?;
        let older = stored.as_deref() != Some(features::FOLD_VERSION.to_string().as_str());
        if older {
            self.refold_all(policy)?;
        }
        Ok(older)
    }

    /// Computes the features of every customer anew from the visits; gives how many have any.
    ///
    /// # Errors
    /// When the database fails; nothing is changed then.
    pub fn refold_all(&mut self, policy: &Policy) -> Result<u64, StoreFault> {
        let open_days = OpenDays::read(&self.connection)?;
        self.change(|change| {
            let refunded = read_refunds(change, &format!("{REFUNDS} GROUP BY 1, 2"), None)?;
            change.execute("UPDATE customer SET features = NULL WHERE features IS NOT NULL", [])?;
            let mut statement = change.prepare(&format!(
                "{LINES} ORDER BY p.customer, p.at, p.counter, p.epoch, p.seq, p.id, l.line"
            ))?;
            let mut rows = statement.query([])?;
            let mut fold = Fold { customer: 0, features: Features::default(), visit: None, policy };
            let mut count = 0;
            while let Some(row) = rows.next()? {
                let customer: i64 = row.get(1)?;
                if customer != fold.customer {
                    count += u64::from(fold.keep(change)?);
                    fold = Fold { customer, features: Features::default(), visit: None, policy };
                }
                fold.line(row, &refunded, &open_days)?;
            }
            count += u64::from(fold.keep(change)?);
            setting::write(change, FOLD_VERSION_KEY, &features::FOLD_VERSION.to_string())?;
            Ok(count)
        })
    }
}

/// A day with its number among the open ones, as [`OpenDays::number`] counts, without reading them all.
///
/// # Errors
/// When the database fails.
pub fn shop_day(connection: &Connection, day: BusinessDay) -> Result<ShopDay, StoreFault> {
    let sql = "SELECT count(*) + 1 FROM open_day WHERE business_day < ?";
    let number = connection.prepare_cached(sql)?.query_row([day.0], |row| row.get(0))?;
    Ok(ShopDay { day, number })
}

/// Opens a day of trade; gives whether it came to be before a day that was open already.
///
/// # Errors
/// When the database fails.
pub fn open_day(connection: &Connection, day: BusinessDay) -> Result<bool, StoreFault> {
    let sql = "INSERT INTO open_day (business_day) VALUES (?) ON CONFLICT DO NOTHING";
    if connection.prepare_cached(sql)?.execute([day.0])? == 0 {
        return Ok(false);
    }
    let later = "SELECT EXISTS (SELECT 1 FROM open_day WHERE business_day > ?)";
    Ok(connection.prepare_cached(later)?.query_row([day.0], |row| row.get(0))?)
}

/// Features of one customer as stored.
///
/// # Errors
/// When they cannot be read.
pub fn features_of(connection: &Connection, customer: i64) -> Result<Features, StoreFault> {
    let sql = "SELECT features FROM customer WHERE id = ?";
    let text: Option<String> = connection.prepare_cached(sql)?.query_row([customer], |row| row.get(0))?;
    text.map_or_else(|| Ok(Features::default()), |text| serde_json::from_str(&text))
        .map_err(unreadable("features"))
}

/// Features of one customer computed from all visits, without touching what is stored.
///
/// # Errors
/// When the database fails.
pub fn refold(connection: &Connection, customer: i64, policy: &Policy) -> Result<Features, StoreFault> {
    let visits = visits_of(connection, customer)?;
    Ok(features::fold_all(&visits, policy))
}

/// All visits of one customer in their order.
///
/// # Errors
/// When the database fails.
pub fn visits_of(connection: &Connection, customer: i64) -> Result<Vec<VisitFact>, StoreFault> {
    let open_days = OpenDays::read(connection)?;
    let sql = format!("{REFUNDS} JOIN purchase p ON p.id = r.purchase WHERE p.customer = ? GROUP BY 1, 2");
    let refunded = read_refunds(connection, &sql, Some(customer))?;
    let mut statement = connection.prepare_cached(&format!(
        "{LINES} AND p.customer = ? ORDER BY p.at, p.counter, p.epoch, p.seq, p.id, l.line"
    ))?;
    let mut rows = statement.query([customer])?;
    let mut visits: Vec<(i64, VisitFact, i64)> = Vec::new();
    while let Some(row) = rows.next()? {
        let purchase: i64 = row.get(0)?;
        if visits.last().is_none_or(|(last, _, _)| *last != purchase) {
            visits.push((purchase, empty_visit(row, &open_days)?, 0));
        }
        if let Some((_, visit, left)) = visits.last_mut() {
            add_line(visit, left, row, &refunded)?;
        }
    }
    Ok(visits.into_iter().filter_map(|(_, visit, left)| (left > 0).then_some(visit)).collect())
}

struct Fold<'a> {
    customer: i64,
    features: Features,
    visit: Option<(i64, VisitFact, i64)>,
    policy: &'a Policy,
}

impl Fold<'_> {
    fn line(&mut self, row: &Row<'_>, refunded: &Refunded, open_days: &OpenDays) -> Result<(), StoreFault> {
        let purchase: i64 = row.get(0)?;
        if self.visit.as_ref().is_none_or(|(last, _, _)| *last != purchase) {
            self.close_visit();
            self.visit = Some((purchase, empty_visit(row, open_days)?, 0));
        }
        match &mut self.visit {
            Some((_, visit, left)) => add_line(visit, left, row, refunded),
            None => Ok(()),
        }
    }

    fn close_visit(&mut self) {
        if let Some((_, visit, left)) = self.visit.take()
            && left > 0
        {
            self.features = features::fold(std::mem::take(&mut self.features), &visit, self.policy);
        }
    }

    /// Writes the features; a visit that was refunded in full is as if it had never been.
    fn keep(&mut self, connection: &Connection) -> Result<bool, StoreFault> {
        self.close_visit();
        if self.features.visits == 0 {
            return Ok(false);
        }
        write_features(connection, self.customer, &self.features)?;
        Ok(true)
    }
}

/// Writes a customer's features.
pub(super) fn write_features(
    connection: &Connection,
    customer: i64,
    features: &Features,
) -> Result<(), StoreFault> {
    let text = serde_json::to_string(features).map_err(unreadable("features"))?;
    connection
        .prepare_cached("UPDATE customer SET features = ? WHERE id = ?")?
        .execute(params![text, customer])?;
    Ok(())
}

fn read_refunds(connection: &Connection, sql: &str, customer: Option<i64>) -> Result<Refunded, StoreFault> {
    let mut statement = connection.prepare_cached(sql)?;
    let read = |row: &Row<'_>| {
        Ok(((row.get(0)?, row.get(1)?), (row.get(2)?, row.get(3)?, row.get(4)?, row.get(5)?)))
    };
    let rows = match customer {
        Some(customer) => statement.query_map([customer], read)?.collect::<Result<_, _>>()?,
        None => statement.query_map([], read)?.collect::<Result<_, _>>()?,
    };
    Ok(rows)
}

fn empty_visit(row: &Row<'_>, open_days: &OpenDays) -> Result<VisitFact, StoreFault> {
    let business_day = BusinessDay(row.get(6)?);
    Ok(VisitFact {
        order: VisitOrder {
            at: Moment(row.get(2)?),
            counter: row.get(3)?,
            epoch: row.get(4)?,
            seq: row.get(5)?,
        },
        business_day,
        open_day: open_days.number(business_day),
        hour: row.get(7)?,
        net_by_category: Vec::new(),
        saved: Money::ZERO,
        list: Money::ZERO,
        drinks: 0,
        cup: Money(row.get(8)?),
    })
}

/// Adds a line less what was refunded of it; `left` counts the quantity that stays sold.
fn add_line(
    visit: &mut VisitFact,
    left: &mut i64,
    row: &Row<'_>,
    refunded: &Refunded,
) -> Result<(), StoreFault> {
    let (qty, list, discount, net) = if refunded.is_empty() {
        (0, 0, 0, 0)
    } else {
        refunded.get(&(row.get(0)?, row.get(9)?)).copied().unwrap_or_default()
    };
    let qty = row.get::<_, i64>(10)? - qty;
    if qty <= 0 {
        return Ok(());
    }
    *left += qty;
    visit.list = visit.list.plus(Money(row.get::<_, i64>(11)? - list));
    visit.saved = visit.saved.plus(Money(row.get::<_, i64>(12)? - discount));
    let net = Money(row.get::<_, i64>(13)? - net);
    let category = row.get_ref(14)?.as_str().map_err(unreadable("category"))?;
    match visit.net_by_category.iter_mut().find(|(known, _)| known.as_str() == category) {
        Some((_, sum)) => *sum = sum.plus(net),
        None => visit.net_by_category.push((CategoryId::new(category), net)),
    }
    if row.get::<_, i64>(15)? != 0 {
        visit.drinks += qty / 1000;
    }
    Ok(())
}
