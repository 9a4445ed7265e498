//! What is a reason to look: thirty days of what counters told, read for the watch ([`crate::watch`]).
//!
//! Everybody is compared with the whole chain, whoever asks; only who is shown depends on who asks. Of an erased guest's receipts
//! nothing is left to read, and a counter that says nothing of who sold is itself the one who did.

use super::days;
use crate::ledger::{Ledger, LedgerFault};
use crate::watch::{
    self, Alarm, Bar,
    act::{Act, Actor, Acts, Known, Refund, Sale, Way, What},
};
use kava::{
    facts::{
        moment::{BusinessDay, DAY_MS},
        money::WHOLE_BP,
        purchase::{PaymentKind, PurchaseKind},
    },
    steps::features::daypart,
    wire::record::kind,
};
use rusqlite::{Row, params};
use serde::{Deserialize, Serialize};
use std::{collections::BTreeMap, sync::Arc};

/// Days that are looked at.
pub const DAYS: i32 = 30;
/// Receipts that are read at most; of a larger chain it is its latest days.
const READ_MAX: i64 = 500_000;
const DAYPARTS: [&str; 4] = ["morning", "midday", "afternoon", "evening"];
const HOUR_MS: i64 = 3_600_000;
const MINUTE_MS: i64 = 60_000;

/// Reasons to look.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Attention {
    /// The first day that was read.
    pub from: BusinessDay,
    /// The last.
    pub until: BusinessDay,
    /// The surest first.
    pub alarms: Vec<AlarmShown>,
}

/// A reason to look; never a verdict.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AlarmShown {
    /// Which rate.
    pub signal: &'static str,
    /// Where.
    pub shop: String,
    /// Who was signed on, by the staff list's id, where it is about somebody.
    pub barista: Option<String>,
    /// Their name, where they are on that list now.
    pub name: Option<String>,
    /// The counter, where nobody was signed on there.
    pub counter: Option<String>,
    /// The guest, where it is about one code.
    pub code: Option<String>,
    /// `morning`, `midday`, `afternoon` or `evening`; nothing for all day.
    pub daypart: Option<&'static str>,
    /// So many.
    pub count: u32,
    /// Of so many.
    pub of: u32,
    /// What is usual there, basis points.
    pub usual_bp: i64,
    /// Of what is as sure as this, so much is chance: parts of a million (a q value).
    pub chance_ppm: i64,
    /// The newest receipts behind it, at most [`watch::look::RECEIPTS_MAX`].
    pub receipts: Vec<String>,
}

/// What of a payload is read; all that older counters do not say is absent.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Told {
    receipt: Option<Arc<str>>,
    original: Option<Arc<str>>,
    visit: Option<Arc<str>>,
    kind: Option<String>,
    barista: Option<Arc<str>>,
    customer: Option<Arc<str>>,
    lines: Vec<Line>,
    payments: Vec<Paid>,
    known: Option<Recognised>,
    taken_off: Option<TakenOff>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Line {
    list: i64,
    discount: i64,
}

#[derive(Deserialize)]
struct Paid {
    kind: String,
}

#[derive(Deserialize)]
struct Recognised {
    by: String,
    lines: u32,
    after_ms: i64,
}

#[derive(Deserialize)]
struct TakenOff {
    lines: u32,
}

// Series by series from the first receipt of the days to the last: what is between them is read by its key, in order.
const ACTS: &str = "SELECT c.shop, c.counter, x.kind, x.at, x.utc_offset_min, x.business_day, x.payload
    FROM (SELECT counter, epoch, min(seq) AS first, max(seq) AS last FROM receipt INDEXED BY receipt_day
        WHERE business_day BETWEEN ?1 AND ?2 GROUP BY counter, epoch) s
    JOIN record x ON x.counter = s.counter AND x.epoch = s.epoch AND x.seq BETWEEN s.first AND s.last
    JOIN counter c ON c.id = s.counter
    WHERE x.kind IN ('sale', 'refund', 'cancel', 'customer') AND x.business_day BETWEEN ?1 AND ?2 AND x.payload IS NOT NULL
    ORDER BY x.counter, x.epoch, x.seq";

/// Reasons to look in the thirty days up to one, of a shop or of all with an empty one.
///
/// # Errors
/// When the database fails.
pub fn of(ledger: &Ledger, shop: &str, until: BusinessDay) -> Result<Attention, LedgerFault> {
    let from = days::first_to_read(ledger, (until, DAYS), READ_MAX)?;
    let mut alarms = watch::look(acts(ledger, (from, until))?, Bar::OFFICE);
    alarms.retain(|alarm| shop.is_empty() || *alarm.shop == *shop);
    let staff = ledger.staff()?.into_iter().map(|one| (one.barista.id.to_string(), one.barista.name));
    let names = staff.collect::<BTreeMap<_, _>>();
    Ok(Attention { from, until, alarms: alarms.into_iter().map(|alarm| shown(alarm, &names)).collect() })
}

fn acts(ledger: &Ledger, (from, until): (BusinessDay, BusinessDay)) -> Result<Acts, LedgerFault> {
    let mut acts = Acts::default();
    let mut statement = ledger.connection().prepare_cached(ACTS)?;
    let mut rows = statement.query(params![from.0, until.0])?;
    while let Some(row) = rows.next()? {
        let (of, payload): (String, Vec<u8>) = (row.get(2)?, row.get(6)?);
        // A later version may write it otherwise; it is not read then, as everywhere at the desk.
        let Ok(told) = serde_json::from_slice::<Told>(&payload) else { continue };
        if of == kind::CUSTOMER {
            let day = row.get(5)?;
            acts.joined.extend(told.customer.map(|guest| (guest, day)));
        } else if let Some(act) = act(row, &of, told)? {
            acts.all.push(act);
        }
    }
    resolve(&mut acts);
    Ok(acts)
}

fn act(row: &Row<'_>, of: &str, told: Told) -> rusqlite::Result<Option<Act>> {
    let (shop, counter): (Arc<str>, Arc<str>) = (row.get(0)?, row.get(1)?);
    let (at, offset): (i64, i64) = (row.get(3)?, row.get(4)?);
    let hour = (at + offset * MINUTE_MS).rem_euclid(DAY_MS) / HOUR_MS;
    let receipt = match of {
        kind::SALE => &told.receipt,
        kind::REFUND => &told.original,
        _ => &told.visit,
    };
    let Some(receipt) = receipt.clone() else { return Ok(None) };
    let named = told.barista.clone().filter(|id| !id.is_empty());
    Ok(Some(Act {
        shop,
        actor: named.map_or(Actor::Counter(counter), Actor::Barista),
        at,
        day: row.get(5)?,
        daypart: u8::try_from(daypart(u8::try_from(hour).unwrap_or(0))).unwrap_or(0),
        receipt,
        what: match of {
            kind::SALE => What::Sale(sale(told)),
            kind::REFUND => What::Refund(Refund { after_ms: None, is_cash: false }),
            _ => What::Cancel,
        },
    }))
}

fn sale(told: Told) -> Sale {
    let of_kind = told.kind.as_deref().and_then(PurchaseKind::from_code).unwrap_or_default();
    let sum = |of: fn(&Line) -> i64| told.lines.iter().map(of).fold(0_i64, i64::saturating_add);
    Sale {
        is_staff: of_kind == PurchaseKind::Staff,
        is_free: !of_kind.is_charged(),
        customer: told.customer,
        known: told.known.map(|known| Known {
            by: Way::of(&known.by),
            lines: known.lines,
            after_ms: known.after_ms,
        }),
        lines: u32::try_from(told.lines.len()).unwrap_or(u32::MAX),
        is_cash: told.payments.iter().any(|paid| paid.kind == PaymentKind::Cash.code()),
        list: sum(|line| line.list),
        discount: sum(|line| line.discount),
        taken_off: told.taken_off.map_or(0, |off| off.lines),
    }
}

/// Refunds learn of their sale when it was and how it was paid, as far as it is among what was read.
fn resolve(acts: &mut Acts) {
    let mut sold = BTreeMap::<Arc<str>, (i64, bool)>::new();
    for act in &acts.all {
        if let What::Sale(sale) = &act.what {
            sold.insert(Arc::clone(&act.receipt), (act.at, sale.is_cash));
        }
    }
    for act in &mut acts.all {
        if let What::Refund(refund) = &mut act.what
            && let Some((at, is_cash)) = sold.get(&act.receipt)
        {
            *refund = Refund { after_ms: Some(act.at - at), is_cash: *is_cash };
        }
    }
}

fn shown(alarm: Alarm, names: &BTreeMap<String, String>) -> AlarmShown {
    let (barista, counter) = match alarm.actor {
        Some(Actor::Barista(id)) => (Some(id.to_string()), None),
        Some(Actor::Counter(name)) => (None, Some(name.to_string())),
        None => (None, None),
    };
    AlarmShown {
        signal: alarm.signal,
        shop: alarm.shop.to_string(),
        name: barista.as_ref().and_then(|id| names.get(id)).cloned(),
        barista,
        counter,
        code: alarm.code.map(|code| code.to_string()),
        daypart: alarm.daypart.and_then(|part| DAYPARTS.get(usize::from(part))).copied(),
        count: alarm.counted.count,
        of: alarm.counted.of,
        usual_bp: parts(alarm.usual, WHOLE_BP),
        chance_ppm: parts(alarm.q, 1_000_000),
        receipts: alarm.receipts.iter().map(ToString::to_string).collect(),
    }
}

/// A share in so many parts of the whole.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    reason = "a share of 1 has at most that many parts"
)]
fn parts(share: f64, whole: i64) -> i64 {
    (share.clamp(0.0, 1.0) * whole as f64).round() as i64
}
