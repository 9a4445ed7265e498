//! Shifts of a counter, as its records of kind `shift` tell them, and what a person had to decide about.

use crate::close::zed::{Shift, ZSums};
use crate::ledger::LedgerFault;
use kava::{
    facts::moment::{BusinessDay, DAY_MS, Moment},
    store::shifts::ShiftSummary,
};
use rusqlite::{Connection, params};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// A shift is looked for so many days around the day that is asked for.
const AROUND: i32 = 7;

/// A shift.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ShiftShown {
    /// When it was opened.
    pub opened: Moment,
    /// When it was closed; nothing while it is open.
    pub closed: Option<Moment>,
    /// Whose sums these are: the `register`'s or, where it says none, the `counter`'s own; nothing while it is open.
    pub by: Option<&'static str>,
    /// Receipts, refunds among them, where that is said.
    pub receipts: Option<i64>,
    /// Taken.
    pub sales_minor: i64,
    /// Given back.
    pub refunds_minor: i64,
    /// Cash that should have been in the drawer, and what a person counted.
    pub drawer_minor: i64,
    /// What a person counted.
    pub counted_minor: Option<i64>,
    /// Why the register did not do its part.
    pub fault: Option<String>,
}

/// What a counter told around a day.
#[derive(Debug, Default)]
pub(super) struct Told {
    /// Its shifts as they are matched.
    pub(super) shifts: Vec<Shift>,
    /// And as they are shown, in the same order.
    pub(super) shown: Vec<ShiftShown>,
    /// Receipts of which a person said that the register has them.
    pub(super) reviewed: BTreeSet<String>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Payload {
    shift: Option<String>,
    summary: ShiftSummary,
    receipt: Option<String>,
    rung_up: bool,
}

const AROUND_DAY: &str = "SELECT at, business_day, payload FROM record INDEXED BY record_shift
    WHERE counter = ?1 AND business_day BETWEEN ?2 AND ?3 AND kind IN ('shift', 'review') AND payload IS NOT NULL
    ORDER BY epoch, seq";

/// Reads the shifts of a counter around a day. A later version may write one otherwise, and it is not read then.
pub(super) fn of(books: &Connection, counter: i64, day: BusinessDay) -> Result<Told, LedgerFault> {
    let mut statement = books.prepare_cached(AROUND_DAY)?;
    let mut rows =
        statement.query(params![counter, day.0.saturating_sub(AROUND), day.0.saturating_add(AROUND)])?;
    let mut told = Told::default();
    let mut open: Option<(BusinessDay, Moment)> = None;
    while let Some(row) = rows.next()? {
        let (at, of_day) = (Moment(row.get(0)?), BusinessDay(row.get(1)?));
        let payload: Vec<u8> = row.get(2)?;
        let Ok(Payload { shift, summary, receipt, rung_up }) = serde_json::from_slice(&payload) else {
            continue;
        };
        match shift.as_deref() {
            // A shift that was open when a backup was made is opened once.
            Some("opened") => open = open.or(Some((of_day, at))),
            Some("closed") => {
                let since = || Moment(at.0.saturating_sub(DAY_MS)).max(last_end(&told.shifts));
                let (of_day, opened) = open.take().unwrap_or_else(|| (of_day, since()));
                told.take(
                    Shift { day: of_day, opened, closed: Some(at), z: Some(z_of(&summary)) },
                    Some(&summary),
                );
            }
            Some(_) => {}
            None => told.reviewed.extend(receipt.filter(|_| rung_up)),
        }
    }
    if let Some((of_day, opened)) = open {
        told.take(Shift { day: of_day, opened, closed: None, z: None }, None);
    }
    Ok(told)
}

fn last_end(shifts: &[Shift]) -> Moment {
    shifts.last().and_then(|shift| shift.closed).map_or(Moment(i64::MIN), |closed| closed.later(1))
}

/// What the register says of its shift, or the counter where the register says nothing.
fn z_of(summary: &ShiftSummary) -> ZSums {
    let register = summary.register.clone().unwrap_or_default();
    match register.sales {
        Some(sales) => ZSums {
            receipts: register.receipts,
            sales: sales.0,
            refunds: register.refunds.map_or(summary.refunded_minor, |refunds| refunds.0),
        },
        None => ZSums {
            receipts: Some(summary.receipts.saturating_add(summary.refunds)),
            sales: summary.net_minor,
            refunds: summary.refunded_minor,
        },
    }
}

impl Told {
    fn take(&mut self, shift: Shift, summary: Option<&ShiftSummary>) {
        let of_register =
            summary.is_some_and(|summary| summary.register.as_ref().is_some_and(|said| said.sales.is_some()));
        let z = shift.z.unwrap_or_default();
        self.shown.push(ShiftShown {
            opened: shift.opened,
            closed: shift.closed,
            by: shift.z.map(|_| if of_register { "register" } else { "counter" }),
            receipts: z.receipts,
            sales_minor: z.sales,
            refunds_minor: z.refunds,
            drawer_minor: summary.map_or(0, |summary| summary.drawer_minor),
            counted_minor: summary.and_then(|summary| summary.counted_minor),
            fault: summary.and_then(|summary| summary.register_fault.clone()),
        });
        self.shifts.push(shift);
    }
}
