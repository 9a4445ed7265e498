//! Short randomised experiments in a town: logs with known probabilities for estimators to be tried on, and the
//! true value of any rule on the same luck.
//!
//! An epoch opens with a guest's visit and lasts [`EPOCH_DAYS`]. Its arm is a depth on everything, good today
//! and on the card for the next visit. Its outcome is the margin of all of its days, the opening's included,
//! whether or not a card was used.

use super::lot::{Luck, Purpose};
use super::parameters::Town;
use super::rules::{Candidate, policy};
use super::run::Run;
use super::shelf::{FIRST_DAY, Shelf};
use super::street::sold_line;
use super::till::{Call, Shown, Sold, Till, Wanted};
use crate::facts::basket::PricedBasket;
use crate::facts::id::OfferId;
use crate::facts::menu::Menu;
use crate::facts::moment::{BusinessDay, DAY_MS};
use crate::facts::offer::{Offer, Reason, Scope};
use crate::facts::policy::Policy;
use crate::facts::purchase::PurchaseLine;
use crate::steps::guard::CapsLeft;
use crate::steps::offer::Strategy;
use crate::steps::{charge, guard};
use std::collections::BTreeMap;

/// Length of an epoch.
pub const EPOCH_DAYS: i32 = 28;

/// What a rule may look at: all of it was known when the epoch opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Context {
    /// Visits before.
    pub visits: u32,
    /// Days since the last one; 0 at the first.
    pub gap_days: i32,
    /// Margin of all visits before, minor units.
    pub margin_minor: i64,
}

/// One epoch of one guest.
#[derive(Debug, Clone, PartialEq)]
pub struct Logged {
    /// Who; rows of one guest belong together.
    pub guest: u32,
    /// Day on which the epoch opened.
    pub opened: i32,
    /// What was known.
    pub context: Context,
    /// Probability of each arm.
    pub probabilities: Vec<f64>,
    /// Place of the arm that was drawn.
    pub arm: usize,
    /// Margin of the epoch, minor units.
    pub outcome: f64,
}

/// Probabilities of the arms in a context; they sum to one.
pub type Rule<'a> = &'a dyn Fn(&Context) -> Vec<f64>;

/// A trial: where, how long, with which arms.
#[derive(Debug, Clone, Copy)]
pub struct Trial<'a> {
    /// The town.
    pub town: &'a Town,
    /// Days; only epochs that end within them are logged.
    pub days: i32,
    /// Depths of the arms, basis points; 0 is no card.
    pub depths_bp: &'a [i64],
}

impl Trial<'_> {
    /// Runs the town under a rule and gives every whole epoch.
    ///
    /// # Errors
    /// When a basket cannot be priced.
    pub fn log(&self, rule: Rule<'_>, seed: u64) -> Result<Vec<Logged>, String> {
        let candidate = Candidate { strategy: Strategy::None, base_bp: 0 };
        let mut till = Booth::new(*self, rule, Luck(seed));
        Run { town: self.town, days: self.days, seed, candidate }.live(&mut till, |_| {})?;
        let whole = |row: &Logged| row.opened + EPOCH_DAYS <= self.days;
        Ok(till.closed.into_iter().chain(till.open.into_values()).filter(whole).collect())
    }

    /// The true value of a rule: the mean outcome of a whole epoch where it decides, over towns with these
    /// seeds. Two rules given the same seeds meet the same guests and the same luck.
    ///
    /// # Errors
    /// When a basket cannot be priced.
    pub fn value(&self, rule: Rule<'_>, seeds: impl IntoIterator<Item = u64>) -> Result<f64, String> {
        let (mut sum, mut count) = (0.0, 0.0);
        for seed in seeds {
            for row in self.log(rule, seed)? {
                sum += row.outcome;
                count += 1.0;
            }
        }
        Ok(if count > 0.0 { sum / count } else { 0.0 })
    }
}

/// The counter of a trial.
struct Booth<'a> {
    trial: Trial<'a>,
    rule: Rule<'a>,
    luck: Luck,
    policy: Policy,
    menu: Menu,
    open: BTreeMap<u32, Logged>,
    closed: Vec<Logged>,
    /// Margin of all visits and day of the last one, by guest.
    past: BTreeMap<u32, (f64, i32)>,
}

impl<'a> Booth<'a> {
    fn new(trial: Trial<'a>, rule: Rule<'a>, luck: Luck) -> Booth<'a> {
        let (open, closed, past) = (BTreeMap::new(), Vec::new(), BTreeMap::new());
        Booth { trial, rule, luck, policy: policy(0), menu: Menu::default(), open, closed, past }
    }

    /// The running epoch's depth; opens one where none runs.
    fn depth(&mut self, call: &Call<'_>) -> i64 {
        let guest = call.guest.number;
        if let Some(row) = self.open.remove(&guest) {
            if call.day < row.opened + EPOCH_DAYS {
                self.open.insert(guest, row);
            } else {
                self.closed.push(row);
            }
        }
        let (trial, rule, luck) = (self.trial, self.rule, self.luck);
        let past = self.past.get(&guest).copied();
        let row = self.open.entry(guest).or_insert_with(|| {
            #[expect(clippy::cast_possible_truncation, reason = "margins of a guest are small")]
            let margin_minor = past.map_or(0, |(margin, _)| margin as i64);
            let gap_days = past.map_or(0, |(_, last)| call.day - last);
            let context = Context { visits: call.visits, gap_days, margin_minor };
            let probabilities = rule(&context);
            let arm = pick(&probabilities, luck.share(guest, call.day, Purpose::Arm));
            Logged { guest, opened: call.day, context, probabilities, arm, outcome: 0.0 }
        });
        trial.depths_bp.get(row.arm).copied().unwrap_or(0)
    }

    fn offer(&self, call: &Call<'_>, depth_bp: i64, (name, days): (&str, i64)) -> Option<Offer> {
        (depth_bp > 0).then(|| Offer {
            id: OfferId::new(format!("{}-{}.{name}", call.guest.number, call.visits)),
            scope: Scope::Basket,
            depth_bp,
            from: call.at(),
            until: call.at().later(days * DAY_MS),
            reason: Reason::NextVisit,
        })
    }
}

impl Till for Booth<'_> {
    fn sell_from(&mut self, shelf: &Shelf, _day: i32) -> Result<(), String> {
        self.menu = shelf.menu().clone();
        Ok(())
    }

    fn greet(&mut self, call: &Call<'_>) -> Result<Vec<Shown>, String> {
        let depth_bp = self.depth(call);
        Ok(self.offer(call, depth_bp, ("1", 1)).iter().map(Shown::from).collect())
    }

    fn sell(&mut self, call: &Call<'_>, wanted: &Wanted) -> Result<Sold, String> {
        let basket = PricedBasket::new(&wanted.items, &self.menu).map_err(|fault| fault.to_string())?;
        let depth_bp = self.depth(call);
        let offer = self.offer(call, depth_bp, ("1", 1)).filter(|_| wanted.card.is_some());
        let day = BusinessDay(FIRST_DAY.0 + call.day);
        let approved =
            guard::approve(&basket, offer.as_ref(), &self.policy, day, CapsLeft::whole(&self.policy));
        let lines = charge::price(&approved);
        let margin = lines.iter().map(margin).fold(0.0, |sum, margin| sum + margin);
        if let Some(row) = self.open.get_mut(&call.guest.number) {
            row.outcome += margin;
        }
        let past = self.past.entry(call.guest.number).or_insert((0.0, call.day));
        *past = (past.0 + margin, call.day);
        let next = self.offer(call, depth_bp, ("next", i64::from(self.policy.card_days)));
        Ok(Sold {
            lines: lines.iter().map(sold_line).collect(),
            next: next.iter().map(Shown::from).collect(),
        })
    }

    fn end_week(&mut self, _day: i32) -> Result<(), String> {
        Ok(())
    }
}

/// Net less tax less cost of a line, extras included, minor units.
#[expect(clippy::cast_precision_loss, reason = "prices are small")]
fn margin(line: &PurchaseLine) -> f64 {
    let cost = |cost: Option<crate::facts::money::Money>| cost.map_or(0, |cost| cost.0);
    let unit = cost(line.product.cost) + line.extras.iter().map(|(part, _)| cost(part.cost)).sum::<i64>();
    line.net.0 as f64 / 1.2 - (unit * line.qty.whole()) as f64
}

/// The arm at a share of the way through the probabilities.
fn pick(probabilities: &[f64], share: f64) -> usize {
    let mut left = share;
    for (arm, probability) in probabilities.iter().enumerate() {
        left -= probability;
        if left < 0.0 {
            return arm;
        }
    }
    probabilities.len().saturating_sub(1)
}
