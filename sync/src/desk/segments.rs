//! Segments: how many guests are in each, and who went from which to which, week by week. A guest's segment is what a counter
//! last decided by, or what it became after the sale.

use crate::ledger::{Ledger, LedgerFault};
use kava::{
    facts::moment::{BusinessDay, DAY_MS, Moment},
    wire::record::kind,
    words::Words,
};
use rusqlite::params;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Weeks that are looked at.
pub const WEEKS: usize = 8;
const WEEK_MS: i64 = 7 * DAY_MS;
/// How far back it is read: whoever was not seen for a year is in no segment any more.
const YEAR_MS: i64 = 365 * DAY_MS;

/// Segments as they are and as they were.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Segments {
    /// Guests who were seen within a year.
    pub guests: usize,
    /// Each of them, the largest first.
    pub segments: Vec<SegmentShown>,
    /// The first day of each week, the oldest first.
    pub weeks: Vec<BusinessDay>,
    /// Who went where in the weeks, most first; who stayed is not there.
    pub flows: Vec<Flow>,
}

/// A segment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SegmentShown {
    /// Its name, as learning gives it.
    pub segment: String,
    /// The same in words.
    pub words: Spoken,
    /// How many guests were in it at the end of each week.
    pub guests: Vec<usize>,
}

/// A name in the three languages.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Spoken {
    ru: String,
    be: String,
    en: String,
}

impl Spoken {
    fn of(segment: &str) -> Spoken {
        let [ru, be, en] = ["ru", "be", "en"].map(|language| Words::of(language).segment(segment));
        Spoken { ru, be, en }
    }
}

/// Guests who went from one segment to another in a week.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Flow {
    /// Which of the weeks, counted from 0.
    pub week: usize,
    /// From where; nothing for guests who were seen for the first time.
    pub from: Option<String>,
    /// Where to.
    pub to: String,
    /// How many.
    pub guests: usize,
}

/// What of a decision's payload is read.
#[derive(Deserialize)]
struct Decided {
    guest: Option<Guest>,
}

#[derive(Deserialize)]
struct Guest {
    situation: Situation,
}

#[derive(Deserialize)]
struct Situation {
    segment: String,
}

/// What of a change of segment is read.
#[derive(Deserialize)]
struct Moved {
    after: String,
}

const TOLD: &str = "SELECT o.customer, o.at, o.kind, r.payload FROM of_customer o
    JOIN record r ON r.counter = o.counter AND r.epoch = o.epoch AND r.seq = o.seq
    WHERE o.kind IN (?1, ?2) AND o.at >= ?3 AND r.payload IS NOT NULL ORDER BY o.customer, o.at, o.counter, o.epoch, o.seq";

/// Segments at the end of each of the weeks up to now.
///
/// # Errors
/// When the database fails.
pub fn of(ledger: &Ledger, now: Moment) -> Result<Segments, LedgerFault> {
    let begins = |week: usize| now.later(-WEEK_MS * i64::try_from(WEEKS - week).unwrap_or(0));
    let mut tally = Tally::default();
    let mut statement = ledger.connection().prepare_cached(TOLD)?;
    let mut rows = statement.query(params![kind::DECISION, kind::SEGMENT, now.later(-YEAR_MS).0])?;
    let mut path = Path::default();
    while let Some(row) = rows.next()? {
        let customer: String = row.get(0)?;
        if customer != path.customer {
            tally.add(&path);
            path = Path { customer, ..Path::default() };
        }
        let (of, payload): (String, Vec<u8>) = (row.get(2)?, row.get(3)?);
        let Some(segment) = segment_of(&of, &payload) else { continue };
        let at = Moment(row.get(1)?);
        // The first week whose end it is not after; what is older stands before all of them.
        let week = (0..WEEKS).find(|week| at < begins(week + 1)).unwrap_or(WEEKS - 1);
        if at < begins(0) {
            path.before = Some(segment);
        } else if let Some(last) = path.ends.get_mut(week) {
            *last = Some(segment);
        }
    }
    tally.add(&path);
    Ok(tally.told((0..WEEKS).map(|week| begins(week).utc_day()).collect()))
}

fn segment_of(of: &str, payload: &[u8]) -> Option<String> {
    let segment = if of == kind::SEGMENT {
        serde_json::from_slice::<Moved>(payload).ok()?.after
    } else {
        serde_json::from_slice::<Decided>(payload).ok()?.guest?.situation.segment
    };
    (!segment.is_empty()).then_some(segment)
}

/// One guest: the last segment before the weeks, and the last that was told in each.
#[derive(Default)]
struct Path {
    customer: String,
    before: Option<String>,
    ends: [Option<String>; WEEKS],
}

/// All guests.
#[derive(Default)]
struct Tally {
    guests: usize,
    sizes: BTreeMap<String, [usize; WEEKS]>,
    flows: BTreeMap<(usize, Option<String>, String), usize>,
}

impl Tally {
    fn add(&mut self, path: &Path) {
        let mut now = path.before.clone();
        for (week, end) in path.ends.iter().enumerate() {
            if let Some(to) = end.clone().filter(|to| now.as_ref() != Some(to)) {
                *self.flows.entry((week, now.clone(), to.clone())).or_default() += 1;
                now = Some(to);
            }
            let size = now.as_ref().map(|segment| self.sizes.entry(segment.clone()).or_default());
            if let Some(size) = size.and_then(|sizes| sizes.get_mut(week)) {
                *size += 1;
            }
        }
        self.guests += usize::from(now.is_some());
    }

    fn told(self, weeks: Vec<BusinessDay>) -> Segments {
        let shown = |(segment, sizes): (String, [usize; WEEKS])| SegmentShown {
            words: Spoken::of(&segment),
            guests: sizes.to_vec(),
            segment,
        };
        let mut segments: Vec<SegmentShown> = self.sizes.into_iter().map(shown).collect();
        segments.sort_by_key(|one| std::cmp::Reverse(one.guests.last().copied()));
        let flow = |((week, from, to), guests)| Flow { week, from, to, guests };
        let mut flows: Vec<Flow> = self.flows.into_iter().map(flow).collect();
        flows.sort_by_key(|one| (one.week, std::cmp::Reverse(one.guests)));
        Segments { guests: self.guests, segments, weeks, flows }
    }
}
