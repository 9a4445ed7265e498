//! Short towns: logs of epochs with a truth that is known, for measuring estimators and gate.
//!
//! Guests are drawn from a population with known means, so what a policy is worth is a closed formula.
//! Their margins are skewed, a tenth stays away for a whole epoch, and epochs of one guest go together.

use super::random::Random;
use crate::facts::arm::{Aim, Arm, Timing};
use crate::learn::evaluate::log::{FEATURES, Log, Plan, Row, real};

/// What arms do in a town.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Effects {
    /// Nothing at all.
    None,
    /// Something for each arm and segment, of this deviation.
    Scattered(f64),
    /// The best arm earns this much more than the logged lot, in every segment.
    Best(f64),
    /// The best arm earns so much more in all segments but the last, and loses so much there.
    BestBut(f64, f64),
}

/// What a town is made from.
#[derive(Debug, Clone, Copy)]
pub struct Plot {
    /// Everything random follows from it.
    pub seed: u64,
    /// Guests.
    pub guests: u64,
    /// Epochs of each guest.
    pub epochs: i32,
    /// Days of an epoch.
    pub epoch_days: i32,
    /// What arms do.
    pub effects: Effects,
}

/// A town with its log and its truth.
#[derive(Debug, Clone)]
pub struct ShortTown {
    /// What was logged.
    pub log: Log,
    /// Relative effect of each arm in each segment.
    effects: Vec<Vec<f64>>,
    /// What a guest would bring in each row without any arm's effect.
    means: Vec<f64>,
}

/// Share, log-mean and log-deviation of margins of the segments.
const SEGMENTS: [(&str, f64, f64, f64); 4] = [
    ("new", 0.25, 6.6, 0.5),
    ("rare", 0.30, 6.9, 0.5),
    ("steady", 0.30, 7.6, 0.4),
    ("frequent", 0.15, 8.3, 0.3),
];
/// Deviation of the logarithm of an epoch's margin around the guest's own.
const NOISE: f64 = 0.4;
/// Share of epochs without another visit.
const AWAY: f64 = 0.1;
/// The arm that is the best where one is.
pub const BEST: usize = 5;
/// The arm at the other end.
pub const WORST: usize = 2;

/// Seven templates that differ in depth, scope and timing; the second is drawn most.
#[must_use]
pub fn arms() -> Vec<Arm> {
    use Aim::{Basket, Favourite, Novelty};
    use Timing::{Next, Now};
    vec![
        Arm::ladder("ladder-low", 0, 1_000),
        Arm::ladder("ladder-mid", 1, 4_000),
        Arm::ladder("ladder-high", 2, 1_000),
        Arm::template("quiet", 1_000, &[(Now, Basket, 0), (Now, Novelty, 1), (Next, Basket, 0)]),
        Arm::template("next-visit", 1_000, &[(Now, Basket, 0), (Now, Novelty, 1), (Next, Favourite, 2)]),
        Arm::template(
            "favourite",
            1_000,
            &[(Now, Basket, 0), (Now, Favourite, 2), (Now, Novelty, 0), (Next, Basket, 0)],
        ),
        Arm::template(
            "something-new",
            1_000,
            &[(Now, Basket, 0), (Now, Favourite, 0), (Now, Novelty, 2), (Next, Favourite, 0)],
        ),
    ]
}

impl ShortTown {
    /// Draws guests and lives through their epochs.
    #[must_use]
    pub fn new(plot: &Plot) -> ShortTown {
        let mut random = Random::new(plot.seed);
        let arms = arms();
        let chances: Vec<f64> = arms.iter().map(|arm| share(arm.probability_bp)).collect();
        let effects = effects(plot.effects, &chances, &mut random);
        let log = Log {
            arms: arms.iter().map(|arm| arm.id.clone()).collect(),
            generosity: arms.iter().map(|arm| real(arm.generosity())).collect(),
            segments: SEGMENTS.iter().map(|segment| segment.0.to_owned()).collect(),
            rows: Vec::new(),
        };
        let mut town = ShortTown { log, effects, means: Vec::new() };
        for customer in 0..plot.guests {
            town.live(customer, plot, &chances, &mut random);
        }
        town
    }

    fn live(&mut self, customer: u64, plot: &Plot, chances: &[f64], random: &mut Random) {
        let segment = pick(SEGMENTS.iter().map(|segment| segment.1), random);
        let Some((_, _, middle, spread)) = SEGMENTS.get(segment) else { return };
        let own = libm::exp(middle + spread * normal(random));
        let first = i32::try_from(random.between(0, i64::from(plot.epoch_days) - 1)).unwrap_or(0);
        let mut before = own * noise(random);
        for epoch in 0..plot.epochs {
            let arm = pick(chances.iter().copied(), random);
            let outcome = own * (1.0 + self.effect(segment, arm)) * noise(random);
            let generosity = self.log.generosity.get(arm).copied().unwrap_or(0.0);
            let mut known = [0.0; FEATURES];
            known.iter_mut().for_each(|number| *number = libm::log(own) + 0.5 * normal(random));
            self.means.push(own * (1.0 - AWAY));
            self.log.rows.push(Row {
                customer,
                day: first + epoch * plot.epoch_days,
                segment,
                arm,
                chances: chances.to_vec(),
                outcome,
                before,
                known,
                cost: outcome * 0.4,
                cost_by_menu: outcome * 0.4,
                discount_share: (0.05 + 0.008 * generosity + 0.02 * normal(random)).clamp(0.0, 0.2),
            });
            before = outcome;
        }
    }

    fn effect(&self, segment: usize, arm: usize) -> f64 {
        self.effects.get(segment).and_then(|arms| arms.get(arm)).copied().unwrap_or(0.0)
    }

    /// What a plan that asks the segment only is worth for each epoch in the population.
    #[must_use]
    pub fn truth(&self, chances: impl Fn(usize) -> Vec<f64>) -> f64 {
        SEGMENTS.iter().enumerate().fold(0.0, |sum, (segment, (_, share, middle, spread))| {
            let margin = (1.0 - AWAY) * libm::exp(middle + spread * spread / 2.0);
            let effect = chances(segment)
                .iter()
                .enumerate()
                .fold(0.0, |sum, (arm, chance)| sum + chance * self.effect(segment, arm));
            sum + share * margin * (1.0 + effect)
        })
    }

    /// Expected outcomes as the town itself knows them: what no fitted model can beat.
    #[must_use]
    pub fn expected(&self) -> Vec<Vec<f64>> {
        let of = |(row, mean): (&Row, &f64)| {
            (0..self.log.arms.len()).map(|arm| mean * (1.0 + self.effect(row.segment, arm))).collect()
        };
        self.log.rows.iter().zip(&self.means).map(of).collect()
    }

    /// The plan that always draws one arm.
    #[must_use]
    pub fn always(&self, arm: usize) -> Plan {
        Plan::always(&self.log, arm)
    }
}

fn effects(wish: Effects, chances: &[f64], random: &mut Random) -> Vec<Vec<f64>> {
    let others = |best: f64| best / (1.0 - chances.get(BEST).copied().unwrap_or(0.0));
    let single = |best: f64| {
        (0..chances.len())
            .map(|arm| match arm {
                BEST => others(best),
                WORST => -0.05,
                _ => 0.0,
            })
            .collect::<Vec<f64>>()
    };
    SEGMENTS
        .iter()
        .enumerate()
        .map(|(segment, _)| match wish {
            Effects::None => vec![0.0; chances.len()],
            Effects::Scattered(deviation) => chances.iter().map(|_| deviation * normal(random)).collect(),
            Effects::Best(best) => single(best),
            Effects::BestBut(_, loss) if segment + 1 == SEGMENTS.len() => single(-loss),
            Effects::BestBut(best, _) => single(best),
        })
        .collect()
}

/// An index with these probabilities.
fn pick(chances: impl Iterator<Item = f64>, random: &mut Random) -> usize {
    let mut left = uniform(random);
    let mut last = 0;
    for (index, chance) in chances.enumerate() {
        left -= chance;
        last = index;
        if left < 0.0 {
            break;
        }
    }
    last
}

/// A factor with mean 1 − [`AWAY`].
fn noise(random: &mut Random) -> f64 {
    if uniform(random) < AWAY { 0.0 } else { libm::exp(NOISE * normal(random) - NOISE * NOISE / 2.0) }
}

/// From 0 to below 1.
#[expect(clippy::cast_precision_loss, reason = "53 bits")]
pub fn uniform(random: &mut Random) -> f64 {
    (random.bits() >> 11) as f64 / (1u64 << 53) as f64
}

/// A standard normal number (Box & Muller 1958).
pub fn normal(random: &mut Random) -> f64 {
    let radius = libm::sqrt(-2.0 * libm::log(1.0 - uniform(random)));
    radius * libm::cos(std::f64::consts::TAU * uniform(random))
}

#[expect(clippy::cast_precision_loss, reason = "basis points")]
fn share(bp: i64) -> f64 {
    bp as f64 / 10_000.0
}
