//! Harm: how likely each segment loses more than it may, given all segments' gains.
//!
//! A contaminated normal model (Box & Tiao 1968): mostly a segment's gain is near that of the others, now and then it
//! stands for itself. So noise of a small segment does not look like harm while it agrees with the others,
//! and a harmed one is not hidden by what the others gain.

use super::estimate::Measured;

/// Chance that a segment stands for itself, before anything was seen.
const ALONE: f64 = 0.1;
/// Deviation of a segment's gain around the others', as a share of its mean outcome: what a segment may lose.
const TOGETHER: f64 = 0.01;
/// Deviation where a segment stands for itself: as far as a change of prices may move what guests bring.
const APART: f64 = 0.15;

/// For each segment the probability that its gain is below `-bound`. Gains are shares of the segment's own mean
/// outcome; errors are above nothing, and an infinite one says that nothing is known.
#[must_use]
pub fn chances(gains: &[Measured], bound: f64) -> Vec<f64> {
    let one = |at: usize| {
        let others = gains.iter().enumerate().filter(|(other, _)| *other != at).map(|(_, gain)| gain);
        gains.get(at).map_or(1.0, |own| chance(*own, pooled(others), -bound))
    };
    (0..gains.len()).map(one).collect()
}

/// Mean and variance of what segments have in common; nothing where none can tell.
fn pooled<'a>(others: impl Iterator<Item = &'a Measured>) -> Option<(f64, f64)> {
    let (mut precision, mut sum) = (0.0, 0.0);
    for other in others {
        let weight = 1.0 / (other.error * other.error + TOGETHER * TOGETHER);
        if weight > 0.0 {
            precision += weight;
            sum += weight * other.mean;
        }
    }
    (precision > 0.0).then(|| (sum / precision, 1.0 / precision))
}

/// P(θ < limit) of one segment.
fn chance(own: Measured, others: Option<(f64, f64)>, limit: f64) -> f64 {
    let Some((middle, variance)) = others else { return below(own.mean, own.error, limit) };
    let (near, far) = (
        hypothesis(own, (middle, variance + TOGETHER * TOGETHER), limit),
        hypothesis(own, (middle, variance + APART * APART), limit),
    );
    let (near_weight, far_weight) = ((1.0 - ALONE) * near.0, ALONE * far.0);
    let total = near_weight + far_weight;
    // Both likelihoods vanish only where a segment is further off than either can say: then it stands for itself.
    if total > 0.0 { (near_weight * near.1 + far_weight * far.1) / total } else { far.1 }
}

/// Under θ ~ N(middle, variance): the likelihood of what was seen, and P(θ < limit) given it.
fn hypothesis(own: Measured, (middle, variance): (f64, f64), limit: f64) -> (f64, f64) {
    let noise = own.error * own.error;
    if !noise.is_finite() {
        return (1.0, below(middle, libm::sqrt(variance), limit));
    }
    let (all, apart) = (noise + variance, own.mean - middle);
    let likelihood = libm::exp(-0.5 * apart * apart / all) / libm::sqrt(all);
    let mean = middle + variance / all * apart;
    (likelihood, below(mean, libm::sqrt(variance * noise / all), limit))
}

/// P(N(mean, deviation) < limit).
fn below(mean: f64, deviation: f64, limit: f64) -> f64 {
    if deviation > 0.0 {
        0.5 * libm::erfc((mean - limit) / (deviation * core::f64::consts::SQRT_2))
    } else {
        f64::from(u8::from(mean < limit))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(gains: &[(f64, f64)]) -> Vec<f64> {
        let measured: Vec<Measured> =
            gains.iter().map(|(mean, error)| Measured { mean: *mean, error: *error }).collect();
        chances(&measured, 0.01)
    }

    #[test]
    fn one_segment_alone_is_judged_by_its_own_error() {
        // P(N(0.03, 0.02) < -0.01) = Φ(-2).
        let found = of(&[(0.03, 0.02)]);
        assert!((found[0] - 0.022_750).abs() < 1e-6, "{found:?}");
    }

    #[test]
    fn noise_of_a_small_segment_leans_on_the_others_and_harm_stands_out() {
        let noisy = of(&[(0.04, 0.01), (0.03, 0.01), (0.05, 0.01), (0.0, 0.05)]);
        assert!(noisy[3] < 0.1, "{noisy:?}");
        let harmed = of(&[(0.2, 0.04), (0.22, 0.04), (0.21, 0.04), (-0.12, 0.05)]);
        assert!(harmed[3] > 0.9 && harmed[0] < 0.001, "{harmed:?}");
    }

    #[test]
    fn a_segment_that_says_nothing_leans_on_the_others_alone() {
        let found = of(&[(0.04, 0.01), (0.04, 0.01), (0.04, 0.01), (0.0, f64::INFINITY)]);
        assert!(found.iter().all(|chance| chance.is_finite()), "{found:?}");
        assert!(found[3] > found[0] && found[3] < 0.2, "{found:?}");
        assert_eq!(of(&[]), Vec::<f64>::new());
        assert_eq!(of(&[(0.0, f64::INFINITY)]), [0.5]);
    }

    #[test]
    fn less_noise_in_a_losing_segment_makes_its_loss_surer() {
        let at = |error: f64| of(&[(0.02, 0.02), (0.03, 0.02), (-0.05, error)])[2];
        assert!(at(0.01) > at(0.03) && at(0.03) > at(0.1), "{} {} {}", at(0.01), at(0.03), at(0.1));
    }
}
