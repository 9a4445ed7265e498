//! The fleet: how every counter is, by what it said of itself and what the office has of it.

use crate::ledger::{
    Ledger, LedgerFault,
    counters::State,
    words::{self, CounterWord},
};
use kava::{
    facts::moment::{DAY_MS, Moment},
    wire::document::Edition,
};
use rusqlite::Row;
use serde::Serialize;
use std::collections::BTreeMap;

/// A counter that was not heard of for so long is silent.
const SILENT_MS: i64 = 5 * 60_000;
/// What came down has to be applied within this.
const APPLIED_MS: i64 = 10 * 60_000;
/// A clock that is further off needs somebody.
const CLOCK_MS: u64 = 5 * 60_000;
/// More records waiting than this while the line is there need somebody.
const QUEUE_MAX: i64 = 100;
/// Records that were put aside are pointed out for so long.
const DEAD_MS: i64 = 7 * DAY_MS;

/// How a counter is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Health {
    /// All is well.
    InOrder,
    /// It is there, and something is not as it should be.
    Limited,
    /// Nothing is heard of it.
    Silent,
    /// It was shut out.
    Out,
}

/// A counter.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CounterHealth {
    /// Where.
    pub shop: String,
    /// Which.
    pub counter: String,
    /// How it is.
    pub health: Health,
    /// Why it is limited: `quarantined`, `dead`, `clock`, `queue`, `behind`, `erasures`.
    pub why: Vec<&'static str>,
    /// Whether it may send.
    pub state: State,
    /// The epoch in which it writes.
    pub epoch: i64,
    /// Records that it has told, those that were put aside among them.
    pub records: i64,
    /// Records that were put aside.
    pub dead: i64,
    /// When it was last heard of.
    pub seen: Option<Moment>,
    /// Records that waited there.
    pub queue: Option<i64>,
    /// Its program.
    pub version: Option<String>,
    /// How far its own clock is ahead of the office's.
    pub clock_ahead_ms: Option<i64>,
    /// What it has of what comes down.
    pub streams: Vec<StreamHealth>,
}

/// A stream at a counter.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct StreamHealth {
    /// Which.
    pub stream: String,
    /// What it has applied.
    pub has: Option<i64>,
    /// What there is.
    pub newest: i64,
}

struct Known {
    id: i64,
    newest_dead: Option<i64>,
    shown: CounterHealth,
}

const COUNTERS: &str = "SELECT c.id, c.shop, c.counter, c.state, c.epoch, c.seen,
        (SELECT coalesce(sum(s.seq), 0) FROM series s WHERE s.counter = c.id),
        (SELECT count(*) FROM dead_letter d WHERE d.counter = c.id),
        (SELECT max(d.received) FROM dead_letter d WHERE d.counter = c.id)
    FROM counter c WHERE c.shop = ?1 OR ?1 = '' ORDER BY c.shop, c.counter";

fn read(row: &Row<'_>) -> rusqlite::Result<Known> {
    let shown = CounterHealth {
        shop: row.get(1)?,
        counter: row.get(2)?,
        health: Health::InOrder,
        why: Vec::new(),
        state: State::read(row.get_ref(3)?.as_str()?),
        epoch: row.get(4)?,
        records: row.get(6)?,
        dead: row.get(7)?,
        seen: row.get::<_, Option<i64>>(5)?.map(Moment),
        queue: None,
        version: None,
        clock_ahead_ms: None,
        streams: Vec::new(),
    };
    Ok(Known { id: row.get(0)?, newest_dead: row.get(8)?, shown })
}

/// How the counters of a shop are, or of all with an empty one. `heard` is what they said since the last words were kept.
///
/// # Errors
/// When the database fails.
pub fn of(
    ledger: &Ledger,
    (shop, heard): (&str, &BTreeMap<i64, CounterWord>),
    now: Moment,
) -> Result<Vec<CounterHealth>, LedgerFault> {
    let kept = words::read(ledger.connection())?;
    let due = Due::read(ledger, now)?;
    let mut statement = ledger.connection().prepare_cached(COUNTERS)?;
    let known = statement.query_map([shop], read)?.collect::<Result<Vec<_>, _>>()?;
    let newest = newest(ledger, &known)?;
    let judge = |known: Known| {
        let word = heard.get(&known.id).or_else(|| kept.get(&known.id));
        let streams = streams(newest.get(&known.shown.shop).map(Vec::as_slice).unwrap_or_default(), word);
        judged(known, word.cloned(), (streams, &due), now)
    };
    Ok(known.into_iter().map(judge).collect())
}

/// The newest editions of every shop in which there is a counter.
fn newest(ledger: &Ledger, known: &[Known]) -> Result<BTreeMap<String, Vec<Edition>>, LedgerFault> {
    let mut newest = BTreeMap::new();
    for shop in known.iter().map(|known| &known.shown.shop) {
        if !newest.contains_key(shop) {
            newest.insert(shop.clone(), ledger.editions(shop)?);
        }
    }
    Ok(newest)
}

/// What every counter should have applied by now.
struct Due {
    /// By shop and stream, the chain's under an empty shop.
    editions: BTreeMap<(String, String), i64>,
    erasure: i64,
}

impl Due {
    fn read(ledger: &Ledger, now: Moment) -> Result<Due, LedgerFault> {
        let before = now.0 - APPLIED_MS;
        let sql = "SELECT shop, stream, max(version) FROM edition WHERE made <= ? GROUP BY shop, stream";
        let mut statement = ledger.connection().prepare_cached(sql)?;
        let rows = statement.query_map([before], |row| Ok(((row.get(0)?, row.get(1)?), row.get(2)?)))?;
        let editions = rows.collect::<Result<_, _>>()?;
        let sql = "SELECT coalesce(max(id), 0) FROM erasure WHERE at <= ?";
        let erasure = ledger.connection().query_row(sql, [before], |row| row.get(0))?;
        Ok(Due { editions, erasure })
    }

    /// The version of a stream that a shop should have.
    fn version(&self, shop: &str, stream: &str) -> i64 {
        let of = |shop: &str| self.editions.get(&(shop.to_owned(), stream.to_owned())).copied();
        of(shop).or_else(|| of("")).unwrap_or(0)
    }
}

/// What a counter has of the newest editions of its shop.
fn streams(newest: &[Edition], word: Option<&CounterWord>) -> Vec<StreamHealth> {
    let of = |edition: &Edition| StreamHealth {
        has: word.and_then(|word| word.has(&edition.stream)),
        newest: edition.version,
        stream: edition.stream.clone(),
    };
    newest.iter().map(of).collect()
}

fn judged(
    known: Known,
    word: Option<CounterWord>,
    (streams, due): (Vec<StreamHealth>, &Due),
    now: Moment,
) -> CounterHealth {
    let Known { newest_dead, mut shown, .. } = known;
    shown.streams = streams;
    // A bundle that was not given to this shop yet is due there no more than it is announced.
    let is_behind =
        |one: &StreamHealth| one.has.unwrap_or(0) < due.version(&shown.shop, &one.stream).min(one.newest);
    let behind = word.is_some() && shown.streams.iter().any(is_behind);
    let mut why = vec![
        ("quarantined", shown.state == State::Quarantined),
        ("dead", newest_dead.is_some_and(|at| now.0 - at < DEAD_MS)),
        ("behind", behind),
    ];
    if let Some(word) = word {
        shown.seen = shown.seen.max(Some(word.at));
        (shown.queue, shown.version, shown.clock_ahead_ms) = (word.queue, word.version, word.clock_ahead_ms);
        why.push(("clock", shown.clock_ahead_ms.is_some_and(|ahead| ahead.unsigned_abs() > CLOCK_MS)));
        why.push(("queue", shown.queue.is_some_and(|queue| queue > QUEUE_MAX)));
        why.push(("erasures", word.erased.is_some_and(|done| done < due.erasure)));
    }
    shown.why = why.into_iter().filter_map(|(code, holds)| holds.then_some(code)).collect();
    let is_silent = shown.seen.is_none_or(|seen| now.0 - seen.0 > SILENT_MS);
    shown.health = match shown.state {
        State::Revoked => Health::Out,
        _ if is_silent => Health::Silent,
        _ if !shown.why.is_empty() => Health::Limited,
        _ => Health::InOrder,
    };
    shown
}
