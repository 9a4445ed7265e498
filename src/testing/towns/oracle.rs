//! The oracle: sees every guest's kind and mind, and solves each class's own repeated problem by backward
//! induction, under the rules that bind everybody: ladder, published base, spread, floor, cards of two weeks.

use super::form::{Mind, Seen};
use super::grid::{Between, Grid};
use super::guests::{Class, Guest, guests};
use super::lot::Luck;
use super::parameters::{CARD_FADE, Kind, Town};
use super::rules::policy;
use super::shelf::Shelf;
use super::till::{Call, fraction};
use super::worth::{Cover, Worth};
use crate::facts::id::OfferId;
use crate::facts::moment::DAY_MS;
use crate::facts::offer::{Offer, Reason, Scope};
use crate::facts::policy::Policy;
use crate::steps::offer::Situation;
use std::collections::BTreeMap;

/// Days a card is good for, less the day it is got: on the last it is only good before that hour.
const CARD_DAYS: usize = 13;

/// A card for the next visit: nothing, or what it covers and how deep.
type NextCard = Option<(Cover, i64)>;

/// What the oracle does at a visit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Act {
    /// Depth of today's card, basis points; the base is always good.
    today_bp: i64,
    /// The card for the next visit.
    next: NextCard,
}

/// What it does in every state of one class: without a kept card and with one.
#[derive(Debug, Clone)]
struct Table {
    grid: Grid,
    without: Vec<Act>,
    with: BTreeMap<(Cover, i64), Vec<NextCard>>,
}

/// The oracle's plan for a town above one published base.
#[derive(Debug, Clone)]
pub struct Plan {
    base_bp: i64,
    policy: Policy,
    tables: BTreeMap<Class, Table>,
}

impl Plan {
    /// The plan above this base: what is best with so many days to come.
    #[must_use]
    pub fn solve(town: &Town, base_bp: i64, days: usize) -> Plan {
        let policy = policy(base_bp);
        let shelf = Shelf::on(town, 0);
        let mut tables = BTreeMap::new();
        for guest in guests(town, Luck(0)) {
            tables.entry(guest.class).or_insert_with(|| {
                Problem::new(&guest, Worth::new(guest.kind, &shelf, &policy), &policy, base_bp).solve(days)
            });
        }
        Plan { base_bp, policy, tables }
    }

    /// The published base above which it plans, basis points.
    #[must_use]
    pub const fn base_bp(&self) -> i64 {
        self.base_bp
    }

    /// Today's cards: those kept, and one on everything.
    #[must_use]
    pub fn offers(&self, call: &Call<'_>, situation: &Situation) -> Vec<Offer> {
        let mut offers: Vec<Offer> = situation.cards.iter().map(|card| card.offer.clone()).collect();
        let act = self.tables.get(&call.guest.class).and_then(|table| table.act(call.mind));
        let today_bp = match act {
            Some(act) if offers.is_empty() => act.today_bp,
            _ => self.base_bp,
        };
        if today_bp > 0 {
            offers.push(Offer {
                id: OfferId::new(format!("{}.1", situation.visit)),
                scope: Scope::Basket,
                depth_bp: today_bp,
                from: situation.at,
                until: situation.day_ends,
                reason: Reason::StatusBase,
            });
        }
        offers
    }

    /// The card for the next visit.
    #[must_use]
    pub fn next(&self, call: &Call<'_>, situation: &Situation) -> Option<Offer> {
        let table = self.tables.get(&call.guest.class)?;
        let next = match situation.cards.first() {
            None => table.act(call.mind)?.next,
            Some(kept) => {
                let cover = if kept.offer.scope == Scope::Basket { Cover::All } else { Cover::Drink };
                *table.with.get(&(cover, kept.offer.depth_bp))?.get(table.grid.nearest(call.mind))?
            }
        };
        let (cover, depth_bp) = next?;
        let drink = super::shelf::category_of(call.guest.drink);
        Some(Offer {
            id: OfferId::new(format!("{}.next", situation.visit)),
            scope: if cover == Cover::All { Scope::Basket } else { Scope::Category(drink) },
            depth_bp,
            from: situation.at.later(1),
            until: situation.at.later(i64::from(self.policy.card_days) * DAY_MS),
            reason: Reason::NextVisit,
        })
    }
}

impl Table {
    fn act(&self, mind: Mind) -> Option<Act> {
        self.without.get(self.grid.nearest(mind)).copied()
    }
}

/// One class's problem: how it moves, what visits bring.
struct Problem {
    kind: &'static Kind,
    class: Class,
    base_bp: i64,
    /// Depths of the personal part, above the base.
    rungs: Vec<i64>,
    /// Cards for the next visit, nothing first.
    next_cards: Vec<NextCard>,
    worth: Worth,
    grid: Grid,
}

/// Values of all states with some days to come: without a card, and by card and age.
struct Values {
    without: Vec<f64>,
    with: BTreeMap<(Cover, i64), Vec<Vec<f64>>>,
}

/// What a visit is worth in every state and what to do there.
#[derive(Default)]
struct Visits {
    without: Vec<(f64, Act)>,
    with: BTreeMap<(Cover, i64), Vec<(f64, NextCard)>>,
}

impl Problem {
    fn new(guest: &Guest, worth: Worth, policy: &Policy, base_bp: i64) -> Problem {
        let top = base_bp + policy.personal_spread_bp;
        let above = policy.ladder_bp.iter().copied().filter(|rung| (base_bp + 1..=top).contains(rung));
        let rungs: Vec<i64> = above.collect();
        let personal = |cover: Cover| rungs.iter().map(move |rung| Some((cover, *rung)));
        let next_cards = std::iter::once(None).chain(personal(Cover::All)).chain(personal(Cover::Drink));
        Problem {
            next_cards: next_cards.collect(),
            kind: guest.kind,
            class: guest.class,
            base_bp,
            rungs,
            worth,
            grid: Grid::new(&guest.kind.form, fraction(top)),
        }
    }

    fn solve(&self, days: usize) -> Table {
        let zero = vec![0.0; self.grid.points()];
        let kinds = self.next_cards.iter().flatten();
        let mut values = Values {
            without: zero.clone(),
            with: kinds.map(|card| (*card, vec![zero.clone(); CARD_DAYS])).collect(),
        };
        let moves = Moves::new(self);
        let mut acts = Visits::default();
        for _ in 0..days {
            acts = self.visits(&values, &moves);
            values = self.day_before(&values, &moves, &acts);
        }
        Table {
            grid: self.grid.clone(),
            without: acts.without.into_iter().map(|(_, act)| act).collect(),
            with: acts
                .with
                .into_iter()
                .map(|(card, acts)| (card, acts.into_iter().map(|(_, next)| next).collect()))
                .collect(),
        }
    }

    /// The best next card after a visit that left this mind, and what is to come then.
    fn best_next(&self, values: &Values, left: &Between) -> (f64, NextCard) {
        let worth = |next: &NextCard| match next {
            None => left.read(&values.without),
            Some(card) => values.with.get(card).and_then(|ages| ages.first()).map_or(0.0, |v| left.read(v)),
        };
        let all = self.next_cards.iter().map(|next| (worth(next), *next));
        all.fold((f64::NEG_INFINITY, None), |best, this| if this.0 > best.0 { this } else { best })
    }

    /// What a visit is worth in every state, and what to do.
    fn visits(&self, values: &Values, moves: &Moves) -> Visits {
        let visit = |used: (Cover, i64), point: usize| {
            let left = moves.after_visit.get(&used.1).and_then(|all| all.get(point));
            let (to_come, next) = left.map_or((0.0, None), |left| self.best_next(values, left));
            (moves.margins.get(&used).copied().unwrap_or(0.0) + to_come, next)
        };
        let today: Vec<i64> = std::iter::once(self.base_bp).chain(self.rungs.iter().copied()).collect();
        let without = (0..self.grid.points()).map(|point| {
            let acts = today.iter().map(|today_bp| {
                let (worth, next) = visit((Cover::All, *today_bp), point);
                (worth, Act { today_bp: *today_bp, next })
            });
            let none = (f64::NEG_INFINITY, Act { today_bp: self.base_bp, next: None });
            acts.fold(none, |best, this| if this.0 > best.0 { this } else { best })
        });
        let with = values.with.keys().map(|card| {
            let base = self.worth.saving(Cover::All, self.base_bp);
            let used =
                if self.worth.saving(card.0, card.1) > base { *card } else { (Cover::All, self.base_bp) };
            (*card, (0..self.grid.points()).map(|point| visit(used, point)).collect())
        });
        Visits { without: without.collect(), with: with.collect() }
    }

    /// Values with one more day to come.
    fn day_before(&self, values: &Values, moves: &Moves, visits: &Visits) -> Values {
        let mixed = |comes: &Vec<f64>, visit: &dyn Fn(usize) -> f64, away: &[f64]| -> Vec<f64> {
            comes
                .iter()
                .zip(&moves.after_day)
                .enumerate()
                .map(|(point, (comes, after))| comes * visit(point) + (1.0 - comes) * after.read(away))
                .collect()
        };
        let none = Vec::new();
        let plain = moves.comes.get(&(0, self.base_bp)).unwrap_or(&none);
        let visit = |point: usize| visits.without.get(point).map_or(0.0, |(worth, _)| *worth);
        let aged = |card: &(Cover, i64), ages: &[Vec<f64>]| -> Vec<Vec<f64>> {
            let visit =
                |point: usize| visits.with.get(card).and_then(|all| all.get(point)).map_or(0.0, |v| v.0);
            (0..CARD_DAYS)
                .map(|age| {
                    let comes = moves.comes.get(&(age + 1, card.1)).unwrap_or(&none);
                    let older = ages.get(age + 1).unwrap_or(&values.without);
                    mixed(comes, &visit, older)
                })
                .collect()
        };
        Values {
            without: mixed(plain, &visit, &values.without),
            with: values.with.iter().map(|(card, ages)| (*card, aged(card, ages))).collect(),
        }
    }

    /// Mean probability over the week of coming, with a card of this depth that is so many days old.
    fn comes(&self, mind: Mind, card_bp: i64, age: usize) -> f64 {
        let base = fraction(self.base_bp);
        let kept = if self.class.club {
            1.0
        } else {
            libm::pow(CARD_FADE, f64::from(u16::try_from(age).unwrap_or(0)))
        };
        let again = self.kind.form.expects_again() * mind.memory;
        let depth = (fraction(card_bp) * kept).max(base).max(again);
        let shift = self.class.shift(self.kind);
        let on =
            |weekend: f64| self.kind.form.comes(mind, Seen { depth, stamps: 0.0, shift: shift + weekend });
        (5.0 * on(0.0) + 2.0 * on(self.kind.weekend)) / 7.0
    }
}

/// Where every point of the grid goes, and how likely a visit is there.
struct Moves {
    after_day: Vec<Between>,
    after_visit: BTreeMap<i64, Vec<Between>>,
    comes: BTreeMap<(usize, i64), Vec<f64>>,
    margins: BTreeMap<(Cover, i64), f64>,
}

impl Moves {
    fn new(problem: &Problem) -> Moves {
        let (grid, form) = (&problem.grid, &problem.kind.form);
        let depths: Vec<i64> =
            std::iter::once(problem.base_bp).chain(problem.rungs.iter().copied()).collect();
        let after = |depth: i64| {
            let left = |mind| grid.between(form.after_visit(mind, fraction(depth)));
            (depth, grid.minds().map(left).collect())
        };
        let comes = |depth: i64, age: usize| {
            ((age, depth), grid.minds().map(|mind| problem.comes(mind, depth, age)).collect())
        };
        let covers = [Cover::All, Cover::Drink];
        let margins = covers.into_iter().flat_map(|cover| depths.iter().map(move |depth| (cover, *depth)));
        Moves {
            margins: margins.map(|(cover, bp)| ((cover, bp), problem.worth.margin(cover, bp))).collect(),
            after_day: grid.minds().map(|mind| grid.between(form.after_day(mind))).collect(),
            after_visit: depths.iter().map(|depth| after(*depth)).collect(),
            comes: depths
                .iter()
                .flat_map(|depth| (0..=CARD_DAYS).map(move |age| (*depth, age)))
                .map(|(depth, age)| comes(depth, age))
                .collect(),
        }
    }
}
