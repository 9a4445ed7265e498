//! How a guest decides whether to come today, and what a visit leaves behind.
//!
//! Two forms. *Game*: the form the repeated game is solved for, log-odds linear in perceived depth, habit and
//! stamps, with regret for less than remembered. *Other*: a hazard that grows with the days since the last
//! visit, a reference depth that adapts, and losses that weigh more than gains.

use super::parameters::{DAY_FADE, PERCEIVED};

/// A form with its numbers.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Form {
    /// The game's own.
    Game(Game),
    /// Another one.
    Other(Other),
}

/// u = pull + depth·d̃ + habit·h + stamps·s − regret·(m − d)⁺; comes with probability 1 / (1 + e⁻ᵘ).
/// After a visit m′ = max(d, fade·m) and h′ = (1 − rate)·h + rate; without one h′ = (1 − rate)·h.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Game {
    /// α: log-odds of a day without habit and offers.
    pub pull: f64,
    /// β: what perceived depth adds.
    pub depth: f64,
    /// κ: what a whole habit adds.
    pub habit: f64,
    /// a: how fast a habit follows visits.
    pub habit_rate: f64,
    /// η: what a full stamp card adds.
    pub stamps: f64,
    /// ψ: what a depth below the remembered one takes away.
    pub regret: f64,
    /// ρ: what a visit leaves of the remembered depth.
    pub fade: f64,
}

/// v = pull + craving·ln(1 + days since the last visit) + depth·√d/2 + surprise·(d − r), a loss weighing `loss`
/// times as much, + stamps·s²; comes with probability 1 − exp(−eᵛ). After a visit r′ = r + adapt·(d − r).
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Other {
    /// Log-hazard of the day after a visit.
    pub pull: f64,
    /// How it grows with time.
    pub craving: f64,
    /// What depth adds.
    pub depth: f64,
    /// What depth beyond the expected adds.
    pub surprise: f64,
    /// How many times as much a loss weighs.
    pub loss: f64,
    /// How fast the expectation follows.
    pub adapt: f64,
    /// What a full stamp card adds.
    pub stamps: f64,
}

/// What a guest carries from day to day.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Mind {
    /// Remembered or expected depth.
    pub memory: f64,
    /// Habit, 0 to 1, or days since the last visit.
    pub pace: f64,
}

/// What a guest knows of today's offers before coming.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Seen {
    /// Depth they count on.
    pub depth: f64,
    /// Share of the stamp card done.
    pub stamps: f64,
    /// Everything else that moves the log-odds today: weekday, season, prices, the guest's own.
    pub shift: f64,
}

/// Days after which a guest misses the shop no more than they did.
const PACE_MAX: f64 = 30.0;

impl Form {
    /// The mind on the first day of a guest whose log-odds lie so far from their kind's.
    #[must_use]
    pub fn start(&self, shift: f64) -> Mind {
        match self {
            // Where the habit settles without offers, found by walking there.
            Form::Game(_) => {
                let mut mind = Mind { memory: 0.0, pace: 0.1 };
                for _ in 0..400 {
                    let come = self.comes(mind, Seen { shift, ..Seen::default() });
                    let (to, away) = (self.after_visit(mind, 0.0), self.after_day(mind));
                    mind.pace = come * to.pace + (1.0 - come) * away.pace;
                }
                mind
            }
            Form::Other(_) => Mind { memory: 0.0, pace: 5.0 },
        }
    }

    /// The probability of coming today.
    #[must_use]
    pub fn comes(&self, mind: Mind, seen: Seen) -> f64 {
        match self {
            Form::Game(form) => {
                let regret = (mind.memory - seen.depth).max(0.0);
                let u = form.pull
                    + seen.shift
                    + form.depth * perceived(seen.depth)
                    + form.habit * mind.pace
                    + form.stamps * seen.stamps
                    - form.regret * regret;
                1.0 / (1.0 + libm::exp(-u))
            }
            Form::Other(form) => {
                let beyond = seen.depth - mind.memory;
                let felt = if beyond < 0.0 { form.loss * beyond } else { beyond };
                let v = form.pull
                    + seen.shift
                    + form.craving * libm::log1p(mind.pace)
                    + form.depth * libm::sqrt(seen.depth.max(0.0)) / 2.0
                    + form.surprise * felt
                    + form.stamps * seen.stamps * seen.stamps;
                1.0 - libm::exp(-libm::exp(v))
            }
        }
    }

    /// The mind after a visit at which the guest got this depth.
    #[must_use]
    pub fn after_visit(&self, mind: Mind, depth: f64) -> Mind {
        match self {
            Form::Game(form) => Mind {
                memory: depth.max(form.fade * mind.memory),
                pace: (1.0 - form.habit_rate) * mind.pace + form.habit_rate,
            },
            Form::Other(form) => Mind { memory: mind.memory + form.adapt * (depth - mind.memory), pace: 1.0 },
        }
    }

    /// The mind after a day without a visit.
    #[must_use]
    pub fn after_day(&self, mind: Mind) -> Mind {
        let memory = mind.memory * DAY_FADE;
        match self {
            Form::Game(form) => Mind { memory, pace: (1.0 - form.habit_rate) * mind.pace },
            Form::Other(_) => Mind { memory, pace: (mind.pace + 1.0).min(PACE_MAX) },
        }
    }

    /// What guests of this form make of a depth they were shown last time: nothing, or a part of it.
    #[must_use]
    pub const fn expects_again(&self) -> f64 {
        match self {
            Form::Game(_) => 0.0,
            Form::Other(_) => 0.5,
        }
    }

    /// The largest pace that occurs.
    #[must_use]
    pub const fn pace_max(&self) -> f64 {
        match self {
            Form::Game(_) => 1.0,
            Form::Other(_) => PACE_MAX,
        }
    }
}

/// d̃: the first points of a depth are noticed, further ones less and less.
#[must_use]
pub fn perceived(depth: f64) -> f64 {
    PERCEIVED * (1.0 - libm::exp(-depth / PERCEIVED))
}
