//! The learned weighting: what each feasible template is expected to bring this guest, and how often it is
//! drawn.
//!
//! Inverse-gap weighting (Foster & Rakhlin 2020): p = 1 / (K + γ·(best − value)), the rest to the best, and
//! never less than the floor, so that every feasible arm keeps a propensity that a later log can be judged by.

use super::Situation;
use crate::facts::arm::{Arm, Timing};
use crate::facts::id::ArmId;
use crate::facts::models::{Bundle, GameModel, Level, ResponseModel, SegmentGame};
use crate::facts::money::WHOLE_BP;
use crate::facts::policy::Policy;
use crate::steps::game::{self, State, share};
use crate::steps::response;
use crate::steps::segment::COOLING;
use std::collections::BTreeMap;

/// Days between two arms that win a cooling guest back.
pub const WIN_BACK_DAYS: i32 = 91;
/// An arm that gives so many steps on what the guest buys anyway is deep; the next epoch rests from it.
pub const DEEP: usize = 4;

/// Arms with what they are expected to bring.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Weighed {
    /// Probability of each feasible arm, basis points; they sum to 10000.
    pub probabilities_bp: BTreeMap<ArmId, i64>,
    /// Expected value of each, thousandths of minor units.
    pub values_milli: BTreeMap<ArmId, i64>,
    /// Whose values they are: `uniform`, `segment` or `personal`.
    pub spoke: &'static str,
}

/// Who is asked about a guest.
#[derive(Debug, Clone, Copy)]
pub struct Voices<'a> {
    /// The solved game.
    pub model: &'a GameModel,
    /// How guests respond; heard on returning and added margin where it has seen rows.
    pub response: Option<&'a ResponseModel>,
}

/// Weighs the templates for a guest; nothing without a game for these arms, and then the ladder rules.
#[must_use]
pub fn weigh(situation: &Situation, policy: &Policy, bundle: &Bundle) -> Option<Weighed> {
    let model = bundle.game.as_ref().filter(|model| model.experiment == policy.experiment)?;
    if policy.arms.iter().any(|arm| !model.arms.contains_key(&arm.id)) {
        return None;
    }
    let voices = Voices { model, response: bundle.response.as_ref() };
    let (values, spoke) = values(situation, policy, voices);
    let ranked: Vec<(&Arm, f64)> = policy
        .arms
        .iter()
        .filter(|arm| is_feasible(arm, situation, policy))
        .filter_map(|arm| Some((arm, *values.get(&arm.id)?)))
        .collect();
    let ranked = within_lease(ranked, model);
    let probabilities_bp = by_gap(&ranked, model);
    if probabilities_bp.is_empty() {
        return None;
    }
    let values_milli = ranked.iter().map(|(arm, value)| (arm.id.clone(), milli(*value))).collect();
    Some(Weighed { probabilities_bp, values_milli, spoke })
}

/// Expected values by the finest level that the evidence carries.
fn values(
    situation: &Situation,
    policy: &Policy,
    voices: Voices<'_>,
) -> (BTreeMap<ArmId, f64>, &'static str) {
    let model = voices.model;
    let segment = model.segments.get(&situation.segment);
    match (model.level, segment) {
        (Level::Personal, Some(segment)) if situation.likely.is_some() => {
            let own = policy.arms.iter().filter_map(|arm| {
                Some((arm.id.clone(), personal_value(arm, situation, policy, (voices, segment))?))
            });
            (own.collect(), Level::Personal.code())
        }
        (Level::Personal | Level::Segment, Some(segment)) => (segment.arms.clone(), Level::Segment.code()),
        _ => (model.arms.clone(), Level::Uniform.code()),
    }
}

/// What a template brings one guest, minor units: today's contribution less today's discount, at the price
/// that discount money has now, and the value of what comes after.
#[must_use]
pub fn personal_value(
    arm: &Arm,
    situation: &Situation,
    policy: &Policy,
    (voices, segment): (Voices<'_>, &SegmentGame),
) -> Option<f64> {
    let model = voices.model;
    let likely = situation.likely.as_ref()?;
    let state = state_of(situation);
    let now_bp = taken_now(arm, situation, policy).min(likely.deepest_bp);
    let next_bp = waiting_bp(arm, situation, policy);
    let off = amount(likely.eligible.0) * share(now_bp);
    let untaxed = off * 10_000.0 / (10_000.0 + amount(likely.tax_bp));
    let today = amount(likely.contribution.0) - untaxed - model.budget_price * off;
    let followed = game::visit_chance(model, &segment.follower, state, next_bp);
    let (chance, added) = match voices.response {
        Some(response) => {
            let guest = response::state(&situation.reading, &situation.segment, state.memory_bp);
            let asked = if situation.menu_moved { response::estimate_by_means } else { response::estimate };
            let seen = asked(Some(response), &guest, next_bp);
            let cups = amount(likely.cup.0) * seen.add_on / 1_000.0;
            if seen.spoke == response::Spoke::Prior { (followed, 0.0) } else { (seen.p_return, cups) }
        }
        None => (followed, 0.0),
    };
    let remembered = state.memory_bp.max(now_bp);
    let state = State { memory_bp: remembered, ..state };
    Some(today + added + game::later(model, segment, state, next_bp, chance))
}

/// The guest's place on the game's grid.
#[must_use]
pub fn state_of(situation: &Situation) -> State {
    State {
        memory_bp: situation.memory_bp.unwrap_or(0),
        habit_milli: situation.reading.frequency_per_30d_milli,
        stamps: 0,
    }
}

/// The depth that waits for the guest's next visit on what they buy anyway, basis points: what response is asked
/// for, and what it is learned by.
#[must_use]
pub fn waiting_bp(arm: &Arm, situation: &Situation, policy: &Policy) -> i64 {
    let wished = super::depth(situation, policy, arm.steps_on_usual(Timing::Next));
    situation.likely.as_ref().map_or(wished, |likely| wished.min(likely.deepest_bp))
}

/// The depth a guest who takes the best card gets today on what they buy anyway.
fn taken_now(arm: &Arm, situation: &Situation, policy: &Policy) -> i64 {
    super::depth(situation, policy, arm.steps_on_usual(Timing::Now))
}

/// Arms that may be drawn: none that the floor would cut on what the guest likely takes, no deep arm right
/// after a deep one, and for a cooling guest no deeper arm than their last more than once in a quarter. The
/// least generous arm is always feasible.
fn is_feasible(arm: &Arm, situation: &Situation, policy: &Policy) -> bool {
    let least = policy.arms.iter().map(Arm::generosity).min().unwrap_or(0);
    if arm.generosity() <= least {
        return true;
    }
    let base = policy.status(situation.reading.visits).base_bp;
    let is_cut = situation.likely.as_ref().is_some_and(|likely| {
        let wished = taken_now(arm, situation, policy);
        wished > base && wished > likely.deepest_bp
    });
    let known = |name: &ArmId| policy.arms.iter().find(|other| other.id == *name);
    let last = situation.past_arms.first().and_then(|past| known(&past.arm));
    let rests = last.is_some_and(|last| last.generosity() >= DEEP) && arm.generosity() >= DEEP;
    !is_cut && !rests && !is_second_win_back(arm, last, situation)
}

fn is_second_win_back(arm: &Arm, last: Option<&Arm>, situation: &Situation) -> bool {
    let before = last.map_or(0, Arm::generosity);
    situation.segment == COOLING
        && arm.generosity() > before
        && situation
            .past_arms
            .iter()
            .any(|past| past.segment == COOLING && situation.business_day.0 - past.from.0 < WIN_BACK_DAYS)
}

/// Leaves out arms whose share of exploring alone would cost more than the lease, and those that are more
/// than one step of the ladder deeper than the best.
fn within_lease<'a>(ranked: Vec<(&'a Arm, f64)>, model: &GameModel) -> Vec<(&'a Arm, f64)> {
    let Some((best, most)) = best_of(&ranked) else { return ranked };
    let floor = share(model.floor_bp);
    let one_step = |arm: &Arm, timing| arm.steps_on_usual(timing) <= best.steps_on_usual(timing) + 1;
    ranked
        .into_iter()
        .filter(|(arm, value)| {
            let affordable = floor * (most - value) <= model.lease;
            arm.id == best.id || (affordable && one_step(arm, Timing::Now) && one_step(arm, Timing::Next))
        })
        .collect()
}

/// The best arm and its value; ties go to the earlier arm.
fn best_of<'a>(ranked: &[(&'a Arm, f64)]) -> Option<(&'a Arm, f64)> {
    ranked.iter().copied().reduce(|best, next| if next.1 > best.1 { next } else { best })
}

/// Inverse-gap weights in basis points; the steepness doubles until the expected regret is within the lease.
fn by_gap(ranked: &[(&Arm, f64)], model: &GameModel) -> BTreeMap<ArmId, i64> {
    const DOUBLINGS: usize = 24;
    let Some((best, most)) = best_of(ranked) else { return BTreeMap::new() };
    let count = f64::from(u32::try_from(ranked.len()).unwrap_or(1));
    let mut steepness = model.steepness;
    let mut weights = BTreeMap::new();
    for _ in 0..DOUBLINGS {
        weights = weights_at(ranked, (best, most), (count, steepness), model.floor_bp);
        let regret: f64 = ranked.iter().fold(0.0, |sum, (arm, value)| {
            sum + share(weights.get(&arm.id).copied().unwrap_or(0)) * (most - value)
        });
        if regret <= model.lease {
            break;
        }
        steepness = (steepness * 2.0).max(1e-6);
    }
    weights
}

fn weights_at(
    ranked: &[(&Arm, f64)],
    (best, most): (&Arm, f64),
    (count, steepness): (f64, f64),
    floor_bp: i64,
) -> BTreeMap<ArmId, i64> {
    let mut left = WHOLE_BP;
    let mut weights = BTreeMap::new();
    for (arm, value) in ranked.iter().filter(|(arm, _)| arm.id != best.id) {
        let weight_bp = whole(10_000.0 / (count + steepness * (most - value))).max(floor_bp);
        left -= weight_bp;
        weights.insert(arm.id.clone(), weight_bp);
    }
    weights.insert(best.id.clone(), left);
    weights
}

fn milli(value: f64) -> i64 {
    whole(value * 1_000.0)
}

#[expect(clippy::cast_possible_truncation, reason = "saturates; amounts of one guest are far below")]
fn whole(value: f64) -> i64 {
    value as i64
}

#[expect(clippy::cast_precision_loss, reason = "minor units of one basket are far below 2^53")]
fn amount(minor: i64) -> f64 {
    minor as f64
}
