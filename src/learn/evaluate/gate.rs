//! The gate: which policy may decide, by what it earned on later epochs that it had not seen.

use super::estimate::{Judge, Measured, Worth};
use super::log::Plan;
use super::sequence::{alpha_of_look, z_of};
use super::suspicion::{self, Suspicion};
use serde::Serialize;

/// A refit of the same policy may be worse by this share of the mean outcome.
pub const MARGIN: f64 = 0.005;
/// A segment may lose this share of its mean outcome.
pub const SEGMENT_BOUND: f64 = 0.01;
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

/// A candidate and what it would replace.
#[derive(Debug)]
pub struct Candidate<'a> {
    /// What it would do.
    pub plan: &'a Plan,
    /// What is done otherwise.
    pub over: &'a Plan,
    /// First day of which it has seen nothing.
    pub trained_until: i32,
    /// How often was looked, this time included.
    pub look: u32,
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
}

/// Judges a candidate: nothing suspicious, two estimators that agree, no segment that loses, and a lower
/// bound, at what this look may spend, above what is asked.
#[must_use]
pub fn judge(judge: &Judge<'_>, candidate: &Candidate<'_>) -> Verdict {
    if let Some(found) = suspicion::of_log(judge.log(), candidate.trained_until) {
        return refused(found.code(), words(found).into(), None);
    }
    let gain = judge.gain(candidate.plan, candidate.over);
    let worth = judge.worth(candidate.plan);
    let seen = Some((gain, worth));
    if suspicion::before_moved(judge, candidate.plan, candidate.over) {
        let found = Suspicion::BeforeMoved;
        return refused(found.code(), words(found).into(), seen);
    }
    let error = worth.dr.error.max(worth.snips.error);
    if (worth.dr.mean - worth.snips.mean).abs() > APART * error {
        let why = format!("two estimators differ: {:.1} and {:.1}", worth.dr.mean, worth.snips.mean);
        return refused("estimators_apart", why, seen);
    }
    if let Some(why) = loser(judge, candidate) {
        return refused("segment_loses", why, seen);
    }
    let z = z_of(alpha_of_look(candidate.look));
    let (low, high) = gain.interval(z);
    let mean = judge.log().mean_outcome();
    let asked = if candidate.bar == Bar::Superior { 0.0 } else { -MARGIN * mean.abs() };
    if low.is_finite() && low > asked {
        let why = format!("gains {:.1} an epoch, at least {low:.1}", gain.mean);
        return Verdict { accepted: true, code: "accepted", why, gain, interval: (low, high), worth };
    }
    let why = format!("the gain is {:.1} an epoch and could be as low as {low:.1}", gain.mean);
    Verdict { interval: (low, high), ..refused("not_shown", why, seen) }
}

fn refused(code: &'static str, why: String, seen: Option<(Measured, Worth)>) -> Verdict {
    let (gain, worth) = seen.unwrap_or_default();
    Verdict { accepted: false, code, why, gain, interval: gain.interval(z_of(0.025)), worth }
}

/// The first segment whose estimate is below its bound, in words. No benefit of the doubt: a segment of which
/// nobody can tell yet waits for the next look.
fn loser(judge: &Judge<'_>, candidate: &Candidate<'_>) -> Option<String> {
    let log = judge.log();
    log.segments.iter().enumerate().find_map(|(segment, name)| {
        let (gain, rows) = judge.gain_in(segment, candidate.plan, candidate.over);
        if rows < SEGMENT_ROWS_MIN {
            return None;
        }
        let members = log.rows.iter().filter(|row| row.segment == segment);
        let own = super::log::mean(members.map(|row| row.outcome));
        (gain.mean < -SEGMENT_BOUND * own.abs())
            .then(|| format!("segment {name} loses {:.1} of {own:.1} an epoch", -gain.mean))
    })
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
