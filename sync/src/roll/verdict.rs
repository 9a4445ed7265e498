//! What follows from what was seen: a bundle goes on, stays where it is, or goes back.

use super::calibration::{Calibration, Truth};
use super::compare::{Difference, difference, difference_of_days};
use super::drift::{Move, Moved};
use super::visit::{Visit, Wish};
use kava::learn::evaluate::log::{mean, real};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// Days before the roll-out with which each shop is compared.
pub const BEFORE: i32 = 28;
/// Full days below which no shop is judged.
const DAYS_MIN: usize = 3;
/// Days of the time before that a shop needs.
const BEFORE_MIN: usize = 7;
/// Sales to known guests that a stage needs before it goes on.
pub const VISITS_MIN: usize = 100;
/// So many times its days a stage waits for them; a shop that knows few guests is not left with models that grow old.
const LATE: i64 = 4;
/// Chance of calling harm what is none, of one figure at one look.
const ALPHA: f64 = 0.001;
/// Wishes without which a share of cuts says nothing.
const WISHES_MIN: usize = 20;

/// Where a bundle is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rolling {
    /// Shops that have it.
    pub with: BTreeSet<usize>,
    /// Shops that do not.
    pub without: BTreeSet<usize>,
    /// The day on which the roll-out began, days since 1970: what is earlier is the time before.
    pub began: i32,
    /// The first full day of the stage.
    pub since: i32,
    /// The day of now, which is not over.
    pub today: i32,
    /// Days of a stage, at least.
    pub days: i64,
}

/// What is to be done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Go {
    /// To more shops, or the end of the roll-out.
    On,
    /// Nothing yet.
    Stay,
    /// Back to the bundle before.
    Back,
}

/// Why.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// The figures hold.
    Holds,
    /// The stage is not over.
    Early,
    /// Too few sales to known guests.
    Few,
    /// Its shops do not decide by it: their counters have refused it, or have not heard of it.
    NotTaken,
    /// Less stays in a day.
    Margin,
    /// Less stays of the list price, and not more in a day.
    Given,
    /// The guard cuts more of what it wishes.
    Cut,
    /// Purchases are further off from what was foretold than they would be by the bundle before.
    Value,
    /// So is how many come back.
    Response,
    /// Guests have moved where it is, to where nobody wants them, and not where it is not.
    Drift,
}

impl Reason {
    /// The stable word.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Reason::Holds => "holds",
            Reason::Early => "early",
            Reason::Few => "few",
            Reason::NotTaken => "not_taken",
            Reason::Margin => "margin",
            Reason::Given => "given",
            Reason::Cut => "cut",
            Reason::Value => "value",
            Reason::Response => "response",
            Reason::Drift => "drift",
        }
    }
}

/// What was seen of a stage.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Figures {
    /// Full days of it.
    pub days: i64,
    /// Sales to known guests in shops that have it.
    pub visits: usize,
    /// The share of them that were decided by it, basis points.
    pub in_use_bp: i64,
    /// Whether shops stand against shops; else days against days.
    pub by_shops: bool,
    /// What stays in a day, as the logarithm of its change.
    pub kept: Option<Difference>,
    /// What stays of the list price, as its change.
    pub rate: Option<Difference>,
    /// Wishes that the guard cuts, as the change of their share.
    pub cut: Option<Difference>,
}

/// What is judged.
#[derive(Debug, Clone, Copy)]
pub struct Evidence<'a> {
    /// What was seen.
    pub figures: &'a Figures,
    /// How guests have moved in shops that have it, and in those that do not.
    pub moved: [&'a [Moved]; 2],
    /// What was foretold: purchases, and coming back.
    pub foretold: [&'a Calibration; 2],
}

/// The least change that is harm: what stays in a day (as a logarithm), what stays of the list price, and cuts.
struct Harm {
    kept: f64,
    rate: f64,
    cut: f64,
}

/// Shop against shop, the season is on both sides.
const OF_SHOPS: Harm = Harm { kept: 0.03, rate: 0.02, cut: 0.1 };
/// Day against day it is not: weather alone moves a week by a tenth.
const OF_DAYS: Harm = Harm { kept: 0.2, rate: 0.04, cut: 0.15 };

/// What follows.
#[must_use]
pub fn verdict(seen: &Evidence<'_>, days: i64) -> (Go, Vec<Reason>) {
    let figures = seen.figures;
    let mut harm = of_figures(figures);
    let [value, response] = seen.foretold;
    harm.extend((value.verdict == Truth::WorseThanBefore).then_some(Reason::Value));
    harm.extend((response.verdict == Truth::WorseThanBefore).then_some(Reason::Response));
    let [with, without] = seen.moved;
    let is_elsewhere = |moved: &Moved| {
        without.iter().any(|other| other.of == moved.of && matches!(other.verdict, Move::Still | Move::Begun))
    };
    harm.extend(with.iter().any(|moved| moved.is_harm() && is_elsewhere(moved)).then_some(Reason::Drift));
    let is_taken = figures.visits == 0 || figures.in_use_bp >= 5_000;
    let is_over = figures.days >= days;
    let is_enough = figures.visits >= VISITS_MIN || figures.days >= LATE.saturating_mul(days.max(1));
    if is_over && !is_taken && is_enough {
        harm.push(Reason::NotTaken);
    }
    if !harm.is_empty() {
        return (Go::Back, harm);
    }
    let waits = [(Reason::Early, !is_over), (Reason::Few, !is_enough), (Reason::NotTaken, !is_taken)];
    let waits: Vec<Reason> =
        waits.into_iter().filter_map(|(reason, holds)| holds.then_some(reason)).collect();
    if waits.is_empty() { (Go::On, vec![Reason::Holds]) } else { (Go::Stay, waits) }
}

fn of_figures(figures: &Figures) -> Vec<Reason> {
    let least = if figures.by_shops { OF_SHOPS } else { OF_DAYS };
    let has_fallen = |one: Option<Difference>, least: f64| {
        one.is_some_and(|one| one.mean < -least && one.chance_lower < ALPHA)
    };
    let has_risen = |one: Option<Difference>, least: f64| {
        one.is_some_and(|one| one.mean > least && one.chance_higher() < ALPHA)
    };
    // Who gives more of each receipt and has more for it in a day does no harm.
    let brings_more = figures.kept.is_some_and(|kept| kept.mean > 0.0);
    let reasons = [
        (Reason::Margin, has_fallen(figures.kept, least.kept)),
        (Reason::Given, has_fallen(figures.rate, least.rate) && !brings_more),
        (Reason::Cut, has_risen(figures.cut, least.cut)),
    ];
    reasons.into_iter().filter_map(|(reason, holds)| holds.then_some(reason)).collect()
}

/// Sums of a shop, or of a day.
#[derive(Debug, Clone, Default)]
struct Sums {
    days: BTreeSet<i32>,
    kept: f64,
    list: f64,
    wished: usize,
    cut: usize,
}

impl Sums {
    fn add(&mut self, visit: &Visit) {
        self.days.insert(visit.day);
        self.kept += visit.kept;
        self.list += visit.list;
        let wish = visit.known.as_ref().map_or(Wish::None, |known| known.wish);
        self.wished += usize::from(wish != Wish::None);
        self.cut += usize::from(wish == Wish::Cut);
    }

    /// What stays in a day; a shop that keeps next to nothing is no infinity.
    fn kept(&self) -> f64 {
        (self.kept / real(self.days.len()).max(1.0)).max(1.0)
    }

    fn rate(&self) -> Option<f64> {
        (self.list > 0.0).then(|| self.kept / self.list)
    }

    fn cut(&self) -> Option<f64> {
        (self.wished >= WISHES_MIN).then(|| real(self.cut) / real(self.wished))
    }
}

/// What a stage has brought: shops that have the bundle beside those that do not, each against itself before; where all have it,
/// days against days.
#[must_use]
pub fn figures(visits: &[Visit], rolling: &Rolling) -> Figures {
    let is_stage = |visit: &&Visit| visit.day >= rolling.since && visit.day < rolling.today;
    let stage = || visits.iter().filter(is_stage).filter(|visit| rolling.with.contains(&visit.shop));
    let known = stage().filter(|visit| visit.known.is_some()).count();
    let under = stage().filter(|visit| visit.known.is_some() && visit.is_under).count();
    let by_shops = !rolling.without.is_empty();
    let [kept, rate, cut] = if by_shops { of_shops(visits, rolling) } else { of_days(visits, rolling) };
    Figures {
        days: i64::from(rolling.today.saturating_sub(rolling.since).max(0)),
        visits: known,
        in_use_bp: i64::try_from(under * 10_000 / known.max(1)).unwrap_or(0),
        by_shops,
        kept,
        rate,
        cut,
    }
}

fn of_shops(visits: &[Visit], rolling: &Rolling) -> [Option<Difference>; 3] {
    let mut shops = BTreeMap::<usize, [Sums; 2]>::new();
    for visit in visits {
        let Some(place) = place(visit, rolling) else { continue };
        if let Some(sums) = shops.entry(visit.shop).or_default().get_mut(place) {
            sums.add(visit);
        }
    }
    shops.retain(|_, [before, stage]| before.days.len() >= BEFORE_MIN && stage.days.len() >= DAYS_MIN);
    let compared = |of: &dyn Fn(&Sums, &Sums) -> Option<f64>| {
        let side = |side: &BTreeSet<usize>| -> Vec<f64> {
            let own = shops.iter().filter(|(shop, _)| side.contains(*shop));
            own.filter_map(|(_, [before, stage])| of(before, stage)).collect()
        };
        difference(&side(&rolling.with), &side(&rolling.without))
    };
    [
        compared(&|before, stage| Some(libm::log(stage.kept() / before.kept()))),
        compared(&|before, stage| Some(stage.rate()? - before.rate()?)),
        compared(&|before, stage| Some(stage.cut()? - before.cut()?)),
    ]
}

fn of_days(visits: &[Visit], rolling: &Rolling) -> [Option<Difference>; 3] {
    let mut days = [BTreeMap::<i32, Sums>::new(), BTreeMap::new()];
    for visit in visits.iter().filter(|visit| rolling.with.contains(&visit.shop)) {
        if let Some(side) = place(visit, rolling).and_then(|place| days.get_mut(place)) {
            side.entry(visit.day).or_default().add(visit);
        }
    }
    let [before, stage] = &days;
    if before.len() < 2 * BEFORE_MIN || stage.len() < DAYS_MIN {
        return [None; 3];
    }
    // A Sunday is compared with Sundays.
    let of_weekday = |day: i32| -> Vec<f64> {
        let same = before.iter().filter(|(other, _)| (*other - day).rem_euclid(7) == 0);
        same.map(|(_, sums)| libm::log(sums.kept())).collect()
    };
    let kept = |side: &BTreeMap<i32, Sums>| -> Vec<f64> {
        let beyond = |(day, sums): (&i32, &Sums)| {
            let same = of_weekday(*day);
            (same.len() > 1).then(|| libm::log(sums.kept()) - mean(same.iter().copied()))
        };
        side.iter().filter_map(beyond).collect()
    };
    let each = |side: &BTreeMap<i32, Sums>, of: &dyn Fn(&Sums) -> Option<f64>| -> Vec<f64> {
        side.values().filter_map(of).collect()
    };
    let compared =
        |of: &dyn Fn(&Sums) -> Option<f64>| difference_of_days(&each(stage, of), &each(before, of));
    [difference_of_days(&kept(stage), &kept(before)), compared(&Sums::rate), compared(&Sums::cut)]
}

/// 0 before the roll-out, 1 in the stage; nothing between the two and for a day that is not over.
fn place(visit: &Visit, rolling: &Rolling) -> Option<usize> {
    match visit.day {
        day if day < rolling.began && day >= rolling.began.saturating_sub(BEFORE) => Some(0),
        day if day >= rolling.since && day < rolling.today => Some(1),
        _ => None,
    }
}

#[cfg(test)]
#[path = "verdict_tests.rs"]
mod tests;
