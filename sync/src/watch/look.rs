//! All of it together: what of a month is a reason to look, the surest first.

use super::{
    act::{Act, Actor, Acts},
    codes,
    peers::{Known, Row, scatter, together, worth},
    rates::{RATES, Seen, is_late, sale_of},
    tail::{beta_binomial, q_values},
    tally::{Cells, Count, DAYPARTS, Place, Tally, each_seen, guest_of, in_order},
};
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

/// What is shown.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Bar {
    /// At most this share of what is shown is chance.
    pub q: f64,
    /// So many times what is usual, at least.
    pub times: f64,
    /// So many more than usual, at least.
    pub more: f64,
}

impl Bar {
    /// What the office shows: three in a hundred may be chance, and small differences are nobody's business however sure they are.
    pub const OFFICE: Bar = Bar { q: 0.03, times: 1.2, more: 8.0 };
}

/// Receipts of an alarm.
pub const RECEIPTS_MAX: usize = 50;
/// What is counted of fewer is not judged.
const OF_LEAST: u32 = 10;
/// Habits have longer tails than a beta distribution: people are taken to differ so many times as much as they seem to.
const MARGIN: f64 = 1.5;
/// Scatter of people before it is known.
const SCATTER_FIRST: f64 = 0.01;

/// A reason to look.
#[derive(Debug, Clone, PartialEq)]
pub struct Alarm {
    /// Which rate.
    pub signal: &'static str,
    /// Where.
    pub shop: Arc<str>,
    /// Who, where it is about somebody at the till.
    pub actor: Option<Actor>,
    /// Whose code, where it is about one.
    pub code: Option<Arc<str>>,
    /// At which time of day it shows; nothing for all day.
    pub daypart: Option<u8>,
    /// So many of so many.
    pub counted: Count,
    /// The rate that is usual there, of 1.
    pub usual: f64,
    /// The share of what is as sure as this, or surer, that chance alone would bring about.
    pub q: f64,
    /// What is behind it, the newest first.
    pub receipts: Vec<Arc<str>>,
}

/// What was found before it is known what may be believed.
#[derive(Debug, Clone)]
pub(super) struct Finding {
    pub(super) signal: &'static str,
    pub(super) shop: Arc<str>,
    pub(super) actor: Option<Actor>,
    pub(super) code: Option<Arc<str>>,
    pub(super) daypart: Option<u8>,
    pub(super) counted: Count,
    pub(super) usual: f64,
    pub(super) chance: f64,
}

/// What of these acts is a reason to look, the surest first.
#[must_use]
pub fn look(mut acts: Acts, bar: Bar) -> Vec<Alarm> {
    in_order(&mut acts);
    let tally = Tally::of(&acts);
    let of_actors = (0..RATES.len()).flat_map(|rate| of_rate(&tally, rate)).collect();
    let mut alarms = believed(of_actors, bar);
    alarms.extend(believed(codes::findings(&acts), bar));
    alarms.sort_by(|a, b| {
        let place =
            |alarm: &Alarm| (alarm.shop.clone(), alarm.actor.clone(), alarm.code.clone(), alarm.signal);
        a.q.total_cmp(&b.q).then_with(|| place(a).cmp(&place(b)))
    });
    trace(&acts, &mut alarms);
    alarms
}

/// Those that are large and that chance would hardly bring about.
fn believed(findings: Vec<Finding>, bar: Bar) -> Vec<Alarm> {
    let chances: Vec<f64> = findings.iter().map(|one| one.chance).collect();
    let sure =
        findings.into_iter().zip(q_values(&chances)).filter(|(one, q)| *q <= bar.q && is_large(one, bar));
    sure.map(|(one, q)| Alarm {
        signal: one.signal,
        shop: one.shop,
        actor: one.actor,
        code: one.code,
        daypart: one.daypart,
        counted: one.counted,
        usual: one.usual,
        q,
        receipts: Vec::new(),
    })
    .collect()
}

fn is_large(one: &Finding, bar: Bar) -> bool {
    let (count, expected) = (f64::from(one.counted.count), f64::from(one.counted.of) * one.usual);
    count >= expected * bar.times && count >= expected + bar.more
}

type Parts<'a> = (&'a Place, [Count; DAYPARTS]);
/// What is usual in a shop before its own counts are looked at, by time of day.
type Before<'a> = BTreeMap<&'a Arc<str>, [Known; DAYPARTS]>;

/// Everybody's count of one rate against the others'.
fn of_rate(tally: &Tally, rate: usize) -> Vec<Finding> {
    let cells: Vec<Parts<'_>> =
        tally.actors.iter().map(|(place, cells)| (place, parts_of(cells, rate))).collect();
    let chain = before(tally, rate, &cells);
    let mut apart = SCATTER_FIRST;
    // What is usual depends on how far people differ, and that on what is usual.
    for _ in 0..2 {
        let rows = rows_of(&cells, &chain, apart);
        apart = scatter(&rows.iter().flatten().copied().collect::<Vec<Row>>());
    }
    let rows = rows_of(&cells, &chain, apart);
    let days: Vec<Row> = rows.iter().map(all_day).collect();
    let apart_all_day = scatter(&days);
    let mut found = Vec::new();
    for ((place, _), (parts, day)) in cells.iter().zip(rows.iter().zip(&days)) {
        let signal = RATES.get(rate).map_or("", |rate| rate.code);
        let all = parts.iter().zip(0..).map(|(row, part)| (Some(part), *row, apart));
        let all = std::iter::once((None, *day, apart_all_day)).chain(all);
        let judged = all.filter(|(_, row, _)| row.counted.of >= OF_LEAST);
        // The likeliest explanation of the least likely of them is that there were several tries: half of the doubt is for all
        // day, an eighth for each time of day (a weighted Bonferroni bound; Holm 1979).
        let tries = |part: Option<u8>| if part.is_none() { 2.0 } else { 8.0 };
        let judged = judged.map(|(part, row, apart)| (part, row, chance(&row, apart) * tries(part)));
        let Some((daypart, row, least)) = judged.min_by(|a, b| a.2.total_cmp(&b.2)) else { continue };
        found.push(Finding {
            signal,
            shop: Arc::clone(&place.0),
            actor: Some(place.1.clone()),
            code: None,
            daypart,
            counted: row.counted,
            usual: row.usual,
            chance: least.min(1.0),
        });
    }
    found
}

fn parts_of(cells: &Cells, rate: usize) -> [Count; DAYPARTS] {
    cells.get(rate).copied().unwrap_or_default()
}

fn chance(row: &Row, scatter: f64) -> f64 {
    beta_binomial(row.counted.count, row.counted.of, (row.usual, MARGIN * scatter + row.doubt))
}

/// The chain's rate, and what a shop's own has to outweigh: shops that differ little are as good as one. Where a rate is of those
/// who pay in cash, a shop whose guests do so more often has more of them.
fn before<'a>(tally: &'a Tally, rate: usize, cells: &[Parts<'a>]) -> Before<'a> {
    let of_cash = RATES.get(rate).is_some_and(|rate| rate.is_of_cash);
    let mut shops = BTreeMap::<&Arc<str>, [Count; DAYPARTS]>::new();
    for (place, parts) in cells {
        let shop = shops.entry(&place.0).or_default();
        for (all, one) in shop.iter_mut().zip(parts) {
            *all = all.and(*one);
        }
    }
    let mut known = Before::new();
    for part in 0..DAYPARTS {
        let at = |parts: &[Count; DAYPARTS]| parts.get(part).copied().unwrap_or_default();
        let pays = |shop: &Arc<str>| tally.cash.get(shop).map_or(0.0, |parts| at(parts).share());
        let weight = |shop: &Arc<str>| if of_cash { pays(shop) } else { 1.0 };
        // As many as there would be if all shops had the chain's ratio.
        let due: f64 = shops.iter().map(|(shop, parts)| f64::from(at(parts).of) * weight(shop)).sum();
        let all: f64 = shops.values().map(|parts| f64::from(at(parts).count)).sum();
        let usual = |shop: &Arc<str>| if due > 0.0 { (all / due * weight(shop)).min(0.99) } else { 0.0 };
        let row = |(shop, parts): (&&Arc<str>, &[Count; DAYPARTS])| Row {
            counted: at(parts),
            usual: usual(shop),
            doubt: 0.0,
        };
        let apart = 1.0 / scatter(&shops.iter().map(row).collect::<Vec<Row>>()) - 1.0;
        for shop in shops.keys() {
            if let Some(one) = known.entry(*shop).or_default().get_mut(part) {
                *one = Known { rate: usual(shop), weight: if due > 0.0 { apart } else { 0.0 } };
            }
        }
    }
    known
}

/// Each one's counts with what the others of the shop and the chain make usual there.
fn rows_of(cells: &[Parts<'_>], before: &Before<'_>, apart: f64) -> Vec<[Row; DAYPARTS]> {
    let mut shops = BTreeMap::<&Arc<str>, Vec<(&Actor, [Count; DAYPARTS])>>::new();
    for (place, parts) in cells {
        shops.entry(&place.0).or_default().push((&place.1, *parts));
    }
    let row = |place: &Place, part: usize| {
        let at = |parts: &[Count; DAYPARTS]| parts.get(part).copied().unwrap_or_default();
        let here = shops.get(&place.0).map(Vec::as_slice).unwrap_or_default();
        let own = here.iter().find(|(actor, _)| **actor == place.1).map(|(_, parts)| at(parts));
        let others =
            here.iter().filter(|(actor, _)| **actor != place.1).map(|(_, parts)| worth(at(parts), apart));
        let chain = before.get(&place.0).and_then(|parts| parts.get(part)).copied();
        let all = together(others.chain(chain));
        Row { counted: own.unwrap_or_default(), usual: all.rate, doubt: 1.0 / (all.weight + 1.0) }
    };
    cells.iter().map(|(place, _)| std::array::from_fn(|part| row(place, part))).collect()
}

/// The times of day together; what is usual is weighed by when somebody worked.
fn all_day(parts: &[Row; DAYPARTS]) -> Row {
    let counted = parts.iter().fold(Count::default(), |all, row| all.and(row.counted));
    let n = f64::from(counted.of.max(1));
    let (mut usual, mut doubt) = (0.0, 0.0);
    for row in parts {
        let share = f64::from(row.counted.of) / n;
        usual += share * row.usual;
        doubt += share * share * row.doubt;
    }
    Row { counted, usual, doubt }
}

/// Lays the receipts behind each alarm beside it.
fn trace(acts: &Acts, alarms: &mut [Alarm]) {
    let mut behind: Vec<Vec<Arc<str>>> = vec![Vec::new(); alarms.len()];
    let mut served = BTreeMap::<(&Arc<str>, i32), BTreeSet<&Actor>>::new();
    for act in &acts.all {
        if let Some(guest) = guest_of(act) {
            served.entry((guest, act.day)).or_default().insert(&act.actor);
        }
    }
    let is_shared = |act: &Act| {
        guest_of(act).and_then(|guest| served.get(&(guest, act.day))).is_some_and(|by| by.len() > 1)
    };
    let (mut of_code, mut of_place) = (BTreeMap::<_, Vec<usize>>::new(), BTreeMap::<_, Vec<usize>>::new());
    for (nth, alarm) in alarms.iter().enumerate() {
        match (&alarm.code, &alarm.actor) {
            (Some(code), _) => of_code.entry(code).or_default().push(nth),
            (None, Some(actor)) => of_place.entry((&alarm.shop, actor)).or_default().push(nth),
            (None, None) => {}
        }
    }
    each_seen(acts, |seen| {
        let code = guest_of(seen.act).and_then(|guest| of_code.get(guest));
        let place = of_place.get(&(&seen.act.shop, &seen.act.actor));
        for nth in code.into_iter().chain(place).flatten() {
            let Some((alarm, receipts)) = alarms.get(*nth).zip(behind.get_mut(*nth)) else { continue };
            if is_behind(alarm, seen, is_shared) {
                receipts.push(Arc::clone(&seen.act.receipt));
            }
        }
    });
    for (alarm, receipts) in alarms.iter_mut().zip(behind) {
        alarm.receipts = receipts.into_iter().rev().take(RECEIPTS_MAX).collect();
    }
}

fn is_behind(alarm: &Alarm, seen: &Seen<'_>, is_shared: impl Fn(&Act) -> bool) -> bool {
    let act = seen.act;
    if let Some(code) = &alarm.code {
        return guest_of(act) == Some(code)
            && match alarm.signal {
                codes::AGAIN => seen.again,
                codes::SHARED => is_shared(act),
                codes::LATE => sale_of(act).is_some_and(is_late),
                _ => alarm.actor.as_ref() == Some(&act.actor),
            };
    }
    let is_theirs = act.shop == alarm.shop && Some(&act.actor) == alarm.actor.as_ref();
    let is_then = alarm.daypart.is_none_or(|part| part == act.daypart);
    let rate = RATES.iter().find(|rate| rate.code == alarm.signal);
    is_theirs && is_then && rate.and_then(|rate| (rate.counts)(seen)) == Some(true)
}
