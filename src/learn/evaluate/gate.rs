//! The gate: which policy may decide, by what it earned on later epochs that it had not seen.

use super::estimate::{Judge, Measured, Worth};
use super::harm;
use super::log::Plan;
use super::sequence::{alpha_of_look, information, spent_by, z_of};
use super::suspicion::{self, Suspicion};
use serde::Serialize;

/// A refit of the same policy may be worse by this share of the mean outcome.
pub const MARGIN: f64 = 0.005;
/// A segment may lose this share of its mean outcome.
pub const SEGMENT_BOUND: f64 = 0.01;
/// The most that may speak for a segment losing more.
pub const HARM_CHANCE: f64 = 0.1;
/// Rows below which a segment is judged with the whole.
const SEGMENT_ROWS_MIN: usize = 100;
/// Standard errors that two estimators may be apart.
const APART: f64 = 2.0;

/// What is asked of a candidate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Bar {
    /// Better than what it would replace.
    Superior,
    /// A refit: not worse by more than [`MARGIN`].
    NotInferior,
}

/// What a question has cost before this look.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Spent {
    /// How often was looked.
    pub looks: u32,
    /// α spent on this question.
    pub alpha: f64,
}

/// A candidate and what it would replace.
#[derive(Debug)]
pub struct Candidate<'a> {
    /// What it would do.
    pub plan: &'a Plan,
    /// What is done otherwise.
    pub over: &'a Plan,
    /// First day of which it has seen nothing.
    pub trained_until: i32,
    /// What was spent before.
    pub spent: Spent,
    /// Wrong acceptances that this question may cost in all; of those that are asked together, no more than
    /// [`super::sequence::ALPHA`].
    pub alpha: f64,
    /// What is asked.
    pub bar: Bar,
}

/// What the gate says.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Verdict {
    /// Whether it may decide.
    pub accepted: bool,
    /// A stable code: `accepted`, a suspicion's, or `estimators_apart`, `segment_loses`, `not_shown`.
    pub code: &'static str,
    /// The same in words.
    pub why: String,
    /// Gain for each epoch, minor units.
    pub gain: Measured,
    /// Bounds of the gain at this look.
    pub interval: (f64, f64),
    /// What the candidate is worth.
    pub worth: Worth,
    /// α spent on this question, this look included.
    pub spent: f64,
}

/// Judges a candidate: nothing suspicious, two estimators that agree, no segment that loses, and a lower
/// bound, at what this look may spend, above what is asked.
#[must_use]
pub fn judge(judge: &Judge<'_>, candidate: &Candidate<'_>) -> Verdict {
    if let Some(found) = suspicion::of_log(judge.log(), candidate.trained_until) {
        // Nobody has looked at a gain, so nothing was spent.
        let blind = Seen { spent: candidate.spent.alpha, ..Seen::default() };
        return blind.refused(found.code(), words(found).into());
    }
    let gain = judge.gain(candidate.plan, candidate.over);
    let mean = judge.log().mean_outcome();
    let (alpha, spent) = allowance(candidate, gain, mean);
    let seen = Seen { gain, worth: judge.worth(candidate.plan), spent };
    if suspicion::before_moved(judge, candidate.plan, candidate.over) {
        let found = Suspicion::BeforeMoved;
        return seen.refused(found.code(), words(found).into());
    }
    let (dr, snips) = (seen.worth.dr, seen.worth.snips);
    if (dr.mean - snips.mean).abs() > APART * dr.error.max(snips.error) {
        let why = format!("two estimators differ: {:.1} and {:.1}", dr.mean, snips.mean);
        return seen.refused("estimators_apart", why);
    }
    if let Some(why) = loser(judge, candidate) {
        return seen.refused("segment_loses", why);
    }
    let (low, high) = gain.interval(z_of(alpha));
    let asked = if candidate.bar == Bar::Superior { 0.0 } else { -MARGIN * mean.abs() };
    if low.is_finite() && low > asked {
        let why = format!("gains {:.1} an epoch, at least {low:.1}", gain.mean);
        let Seen { gain, worth, spent } = seen;
        return Verdict { accepted: true, code: "accepted", why, gain, interval: (low, high), worth, spent };
    }
    let why = format!("the gain is {:.1} an epoch and could be as low as {low:.1}", gain.mean);
    Verdict { interval: (low, high), ..seen.refused("not_shown", why) }
}

/// What this look may spend on the question, and what is spent with it. A refit is asked for again and again,
/// so each look has its share; a gain is looked for with the information that it needs.
fn allowance(candidate: &Candidate<'_>, gain: Measured, mean: f64) -> (f64, f64) {
    let before = candidate.spent;
    let alpha = match candidate.bar {
        Bar::NotInferior => alpha_of_look(before.looks + 1),
        Bar::Superior => {
            let in_so_far = information(gain.error, mean, candidate.alpha);
            (spent_by(in_so_far, candidate.alpha) - before.alpha).max(0.0)
        }
    };
    (alpha, before.alpha + alpha)
}

/// What was seen of a candidate.
#[derive(Default)]
struct Seen {
    gain: Measured,
    worth: Worth,
    spent: f64,
}

impl Seen {
    fn refused(&self, code: &'static str, why: String) -> Verdict {
        let Seen { gain, worth, spent } = *self;
        Verdict { accepted: false, code, why, gain, interval: gain.interval(z_of(0.025)), worth, spent }
    }
}

/// The first segment that may lose more than its bound, in words. No benefit of the doubt: a segment of which
/// nobody can tell yet waits for the next look.
fn loser(judge: &Judge<'_>, candidate: &Candidate<'_>) -> Option<String> {
    let log = judge.log();
    let mut names = Vec::new();
    let mut gains = Vec::new();
    for (segment, name) in log.segments.iter().enumerate() {
        let (gain, rows) = judge.gain_in(segment, candidate.plan, candidate.over);
        let members = log.rows.iter().filter(|row| row.segment == segment);
        let own = super::log::mean(members.map(|row| row.outcome)).abs();
        if rows >= SEGMENT_ROWS_MIN && own > 0.0 {
            names.push(name);
            gains.push(Measured { mean: gain.mean / own, error: gain.error / own });
        }
    }
    let chances = harm::chances(&gains, SEGMENT_BOUND);
    names.iter().zip(&gains).zip(chances).find(|(_, chance)| *chance > HARM_CHANCE).map(
        |((name, gain), chance)| {
            let (percent, odds) = (100.0 * gain.mean, 100.0 * chance);
            format!("segment {name} was seen to gain {percent:.1} %; it loses more than its bound with {odds:.0} %")
        },
    )
}

const fn words(found: Suspicion) -> &'static str {
    match found {
        Suspicion::TooFew => "too few epochs with a logged probability have ended",
        Suspicion::NotFinite => "the log holds numbers that are none",
        Suspicion::NoPropensity => "the log holds arms without a probability",
        Suspicion::Duplicated => "a customer has two epochs on one day",
        Suspicion::SampleRatio => "arms were not drawn as often as their probabilities say",
        Suspicion::BeforeMoved => "guests differed before the epoch began, so the arms were no lot",
        Suspicion::LookAhead => "the candidate has seen what it is judged by",
        Suspicion::Costs => "what was sold cost something else than the menu says",
        Suspicion::ArmsDoNotShow => "the discounts that guests got do not follow the arms",
    }
}
