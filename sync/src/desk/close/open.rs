//! What is missing of a day: a shift that is open, records that a counter has still to send, a counter of which nothing was heard
//! since.

use super::{books::Booked, shifts::Told};
use crate::ledger::{
    Ledger, LedgerFault,
    words::{self, CounterWord},
};
use kava::facts::moment::{BusinessDay, DAY_MS, Moment};
use rusqlite::params;
use serde::Serialize;
use std::collections::BTreeMap;

/// A day of trade is over at this hour of the next, where a shop does not say otherwise.
const NIGHT_MS: i64 = 4 * 3_600_000;
/// The clock of a shop's wall where no receipt says it: Minsk's.
pub(super) const MINSK_OFFSET_MIN: i64 = 180;

/// Why a counter's part of a day is not complete.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Open {
    /// The counter.
    pub counter: String,
    /// `shift_open`, `waiting` (it has still to send), `not_over`, `silent` (not heard of since the day ended), or `dead` (records of
    /// it were put aside).
    pub why: &'static str,
}

/// What is missing, counter by counter.
pub(super) fn of(
    ledger: &Ledger,
    (told, booked): (&[(i64, String, Told)], &[Booked]),
    (day, heard): (BusinessDay, &BTreeMap<i64, CounterWord>),
    now: Moment,
) -> Result<Vec<Open>, LedgerFault> {
    let kept = words::read(ledger.connection())?;
    let offset = booked.last().map_or(MINSK_OFFSET_MIN, |one| one.offset_min);
    let end = Moment(i64::from(day.0).saturating_add(1) * DAY_MS + NIGHT_MS - offset * 60_000);
    let mut open = Vec::new();
    for (id, counter, told) in told {
        let word = heard.get(id).or_else(|| kept.get(id));
        let whys = whys(ledger, (*id, day), (told, booked, word), (end, now))?;
        open.extend(whys.into_iter().map(|why| Open { counter: counter.clone(), why }));
    }
    Ok(open)
}

fn whys(
    ledger: &Ledger,
    (counter, day): (i64, BusinessDay),
    (told, booked, word): (&Told, &[Booked], Option<&CounterWord>),
    (end, now): (Moment, Moment),
) -> Result<Vec<&'static str>, LedgerFault> {
    let last = booked.iter().filter(|one| one.counter == counter && one.day == day).map(|one| one.at).max();
    let of_day = told.shifts.iter().filter(|shift| shift.day <= day);
    let is_open = of_day.clone().any(|shift| shift.closed.is_none());
    let ended = of_day.filter(|shift| shift.day == day).filter_map(|shift| shift.closed).max();
    // A Z report ends what a counter has of a day, if nothing was sold behind it.
    let is_ended = ended.is_some_and(|ended| last.is_none_or(|last| last <= ended)) && !is_open;
    let since = "SELECT EXISTS (SELECT 1 FROM receipt r WHERE r.counter = ?1 AND r.business_day > ?2),
        EXISTS (SELECT 1 FROM dead_letter d WHERE d.counter = ?1 AND d.received BETWEEN ?3 AND ?4),
        (SELECT state = 'revoked' FROM counter WHERE id = ?1)";
    let span = (end.0 - DAY_MS, end.0 + DAY_MS);
    let (has_later, has_dead, is_out): (bool, bool, bool) = ledger
        .connection()
        .prepare_cached(since)?
        .query_row(params![counter, day.0, span.0, span.1], |row| {
            Ok((row.get(0)?, row.get(1)?, row.get(2)?))
        })?;
    let is_heard =
        word.is_some_and(|word| word.at >= end) || has_later || is_ended || (is_out && last.is_none());
    let waits = word.and_then(|word| word.queue).is_some_and(|queue| queue > 0) && !has_later;
    let found = [
        ("shift_open", is_open),
        ("waiting", waits),
        ("not_over", !is_heard && now < end),
        ("silent", !is_heard && now >= end),
        ("dead", has_dead),
    ];
    Ok(found.into_iter().filter(|(_, is_so)| *is_so).map(|(why, _)| why).collect())
}
