//! How guests follow: a logistic regression of coming back on the depth that waits, habit and memory, held to
//! a cautious prior where evidence is thin (maximum a posteriori, by Newton's method).

use super::evidence::Epoch;
use crate::facts::arm::{Arm, Timing};
use crate::facts::models::Follower;
use crate::facts::policy::Policy;
use crate::learn::evaluate::log::real;
use crate::learn::evaluate::ridge::cholesky_solve;
use crate::steps::game::{cell, share};
use crate::steps::offer::learned::state_of;

/// What is believed before anything was seen: a whole price taken off moves the log-odds by one.
pub const PRIOR: Follower = Follower { alpha: -0.5, beta: 1.0, kappa: 2.0, eta: 0.0, psi: 0.5 };
/// Standard deviations of that belief: alpha, beta, kappa, psi.
const PRIOR_SPREAD: [f64; 4] = [2.0, 1.0, 1.5, 0.5];
/// Standard deviations of a segment around the shop.
const SEGMENT_SPREAD: [f64; 4] = [0.7, 0.5, 0.7, 0.3];
const ITERATIONS: usize = 25;

/// One guest as follower: 1, depth that waits, habit, −(m − d)⁺.
type Point = [f64; 4];

/// The whole shop's follower from all epochs.
#[must_use]
pub fn of_shop(epochs: &[&Epoch], policy: &Policy, habits_milli: &[i64]) -> Follower {
    posterior(epochs, (policy, habits_milli), (PRIOR, PRIOR_SPREAD))
}

/// A segment's follower, held to the shop's.
#[must_use]
pub fn of_segment(epochs: &[&Epoch], policy: &Policy, habits_milli: &[i64], shop: Follower) -> Follower {
    posterior(epochs, (policy, habits_milli), (shop, SEGMENT_SPREAD))
}

fn posterior(
    epochs: &[&Epoch],
    (policy, habits_milli): (&Policy, &[i64]),
    (prior, spread): (Follower, [f64; 4]),
) -> Follower {
    let points: Vec<(Point, f64)> = epochs
        .iter()
        .map(|epoch| (point(epoch, policy, habits_milli), if epoch.returned { 1.0 } else { 0.0 }))
        .collect();
    let middle = [prior.alpha, prior.beta, prior.kappa, prior.psi];
    let mut weights = middle;
    for _ in 0..ITERATIONS {
        let step = newton(&points, &weights, (&middle, &spread));
        let mut largest = 0.0f64;
        for (weight, change) in weights.iter_mut().zip(&step) {
            *weight += change.clamp(-1.0, 1.0);
            largest = largest.max(change.abs());
        }
        // A deeper discount never keeps a guest away, and a remembered one never draws them.
        for at in [1, 3] {
            if let Some(weight) = weights.get_mut(at) {
                *weight = weight.max(0.0);
            }
        }
        if largest < 1e-9 {
            break;
        }
    }
    let [alpha, beta, kappa, psi] = weights;
    Follower { alpha, beta, kappa, eta: 0.0, psi }
}

/// The Newton step of the log posterior.
fn newton(points: &[(Point, f64)], weights: &Point, (middle, spread): (&Point, &Point)) -> Vec<f64> {
    let mut hessian = vec![0.0; 16];
    let mut gradient = vec![0.0; 4];
    for (point, came) in points {
        let u = point.iter().zip(weights).fold(0.0, |sum, (x, w)| sum + x * w);
        let chance = 1.0 / (1.0 + libm::exp(-u));
        let curve = chance * (1.0 - chance);
        for ((i, x), slope) in point.iter().enumerate().zip(gradient.iter_mut()) {
            *slope += x * (came - chance);
            for (j, y) in point.iter().enumerate() {
                if let Some(cell) = hessian.get_mut(i * 4 + j) {
                    *cell += curve * x * y;
                }
            }
        }
    }
    for (i, ((weight, m), s)) in weights.iter().zip(middle).zip(spread).enumerate() {
        let precision = 1.0 / (s * s);
        if let (Some(slope), Some(cell)) = (gradient.get_mut(i), hessian.get_mut(i * 5)) {
            *slope -= precision * (weight - m);
            *cell += precision;
        }
    }
    cholesky_solve(&hessian, &gradient)
}

fn point(epoch: &Epoch, policy: &Policy, habits_milli: &[i64]) -> Point {
    let arm = policy.arms.iter().find(|arm| arm.id == epoch.assignment.arm);
    let base = policy.status(epoch.situation.reading.visits).base_bp;
    let steps = arm.map_or(0, |arm: &Arm| arm.steps_on_usual(Timing::Next));
    let waits = share(policy.rungs_above(base, steps).min(policy.rung(base + policy.personal_spread_bp)));
    let state = state_of(&epoch.situation);
    let habit =
        real(cell(habits_milli, state.habit_milli)) / real(habits_milli.len().saturating_sub(1).max(1));
    [1.0, waits, habit, -(share(state.memory_bp) - waits).max(0.0)]
}
