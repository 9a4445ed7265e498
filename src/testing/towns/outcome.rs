//! What a run came to: by day and by guest, and whether it stayed safe.

use super::guests::Guest;
use super::run::Run;
use serde::{Deserialize, Serialize};

/// One sale as the town reckons it; money in minor units.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Sale {
    /// At list prices.
    pub list: i64,
    /// Paid.
    pub net: i64,
    /// Cost of the goods.
    pub cost: i64,
    /// Discounted lines below their floor; must be none.
    pub below_floor: u32,
    /// Depth the guest got on their drink, a fraction.
    pub drink_depth: f64,
    /// Deepest card shown, basis points.
    pub best_bp: i64,
    /// Days since the last visit.
    pub gap: Option<i32>,
}

/// Sums over sales; money in minor units.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
pub struct Sums {
    /// Sales.
    pub visits: u32,
    /// At list prices.
    pub list: i64,
    /// Paid.
    pub net: i64,
    /// Contribution margin: paid less tax less cost.
    pub profit: f64,
}

/// All of one run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Outcome {
    /// Which town.
    pub town: String,
    /// Which luck.
    pub seed: u64,
    /// By day.
    pub days: Vec<Sums>,
    /// By guest, with the name of their kind.
    pub guests: Vec<(String, Sums)>,
    /// Discounted lines below their floor.
    pub below_floor: u32,
    /// Largest difference on one day between the deepest cards shown to two guests, basis points.
    pub spread_bp: i64,
    /// Sums of gap, depth, gap², gap·depth over sales with a gap, and their number.
    pub gaps: [f64; 5],
    lowest_today: Option<i64>,
    highest_today: i64,
}

/// Output tax contained in prices: 20 %.
const WITH_TAX: f64 = 1.2;

impl Outcome {
    pub(super) fn new<'a>(run: &Run<'_>, guests: impl Iterator<Item = &'a Guest>) -> Outcome {
        Outcome {
            town: run.town.name.into(),
            seed: run.seed,
            days: Vec::new(),
            guests: guests.map(|guest| (guest.kind.name.to_owned(), Sums::default())).collect(),
            below_floor: 0,
            spread_bp: 0,
            gaps: [0.0; 5],
            lowest_today: None,
            highest_today: 0,
        }
    }

    pub(super) fn open_day(&mut self) {
        self.days.push(Sums::default());
        (self.lowest_today, self.highest_today) = (None, 0);
    }

    pub(super) fn add(&mut self, guest: usize, sale: &Sale) {
        if let Some(day) = self.days.last_mut() {
            day.add(sale);
        }
        if let Some((_, sums)) = self.guests.get_mut(guest) {
            sums.add(sale);
        }
        self.below_floor += sale.below_floor;
        let lowest = self.lowest_today.map_or(sale.best_bp, |lowest| lowest.min(sale.best_bp));
        self.lowest_today = Some(lowest);
        self.highest_today = self.highest_today.max(sale.best_bp);
        self.spread_bp = self.spread_bp.max(self.highest_today - lowest);
        if let Some(gap) = sale.gap.map(f64::from) {
            let depth = depth(sale.list, sale.net);
            for (sum, add) in self.gaps.iter_mut().zip([gap, depth, gap * gap, gap * depth, 1.0]) {
                *sum += add;
            }
        }
    }

    /// Sums over the days from one on, up to another.
    #[must_use]
    pub fn between(&self, from: usize, to: usize) -> Sums {
        self.days.iter().take(to).skip(from).fold(Sums::default(), Sums::plus)
    }

    /// Sums over all days.
    #[must_use]
    pub fn all(&self) -> Sums {
        self.between(0, self.days.len())
    }

    /// Mean depth, a fraction of the list price.
    #[must_use]
    pub fn mean_depth(&self) -> f64 {
        let all = self.all();
        depth(all.list, all.net)
    }

    /// Points of depth by which a guest gets more for each week they stayed away: the slope of a line
    /// through all sales with a gap.
    #[must_use]
    pub fn slope_per_week(&self) -> f64 {
        let [gap, depth, square, product, count] = self.gaps;
        let spread = count * square - gap * gap;
        if spread > 0.0 { 100.0 * 7.0 * (count * product - gap * depth) / spread } else { 0.0 }
    }

    /// Mean depth of guests of a kind.
    #[must_use]
    pub fn depth_of(&self, kind: &str) -> f64 {
        let of_kind = self.guests.iter().filter(|(name, _)| name == kind);
        let sums = of_kind.fold(Sums::default(), |sum, (_, sums)| sum.plus(sums));
        depth(sums.list, sums.net)
    }
}

impl Sums {
    fn add(&mut self, sale: &Sale) {
        self.visits += 1;
        self.list += sale.list;
        self.net += sale.net;
        self.profit += money(sale.net) / WITH_TAX - money(sale.cost);
    }

    #[must_use]
    fn plus(self, other: &Sums) -> Sums {
        Sums {
            visits: self.visits + other.visits,
            list: self.list + other.list,
            net: self.net + other.net,
            profit: self.profit + other.profit,
        }
    }
}

fn depth(list: i64, net: i64) -> f64 {
    if list > 0 { money(list - net) / money(list) } else { 0.0 }
}

#[expect(clippy::cast_precision_loss, reason = "sums of a town's money are far below 2^53")]
const fn money(minor: i64) -> f64 {
    minor as f64
}
