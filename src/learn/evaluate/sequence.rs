//! Looking more than once: alpha spent over looks, and intervals that hold at every look.

/// Wrong acceptances in all, over every look there will ever be.
pub const ALPHA: f64 = 0.05;
/// Days between two decisions, at least.
pub const DAYS_BETWEEN: i32 = 14;

/// What look number k (from 1) may spend: α / (k·(k + 1)), which sums to α over all looks. For questions of which
/// nobody knows beforehand how much information they need, such as whether a refit is as good as itself.
#[must_use]
pub fn alpha_of_look(look: u32) -> f64 {
    let k = f64::from(look.max(1));
    ALPHA / (k * (k + 1.0))
}

/// The gain, as a share of the mean outcome, that a gate is planned to find.
pub const PLANNED_GAIN: f64 = 0.03;
/// Power with which a single look would find it: more than the four of five that are wanted, because looking
/// several times and asking after every segment cost some.
const PLANNED_POWER: f64 = 0.9;
/// Part of α that is spent once the planned information is in; the rest is for all looks after.
const SPENT_AS_PLANNED: f64 = 0.9;

/// How much of the planned information an estimate with this standard error carries: information is 1 / error²,
/// and what is planned is what finds [`PLANNED_GAIN`] of the mean outcome in a single look at this α.
#[must_use]
pub fn information(error: f64, mean_outcome: f64, alpha: f64) -> f64 {
    let planned = PLANNED_GAIN * mean_outcome.abs() / (z_of(alpha) + z_of(1.0 - PLANNED_POWER));
    let ratio = planned / error;
    if ratio.is_finite() { ratio * ratio } else { 0.0 }
}

/// What may have been spent of a question's α once such a share of the planned information is in: a power law
/// (Kim & DeMets 1987, ρ = 3) up to the plan, then slowly the rest, never more than α. A look at little
/// information could not show a gain of the planned size, so it is given little. What a look may spend is what this
/// has grown by, and the sum over looks holds whatever the estimates of different looks have to do with each
/// other.
#[must_use]
pub fn spent_by(information: f64, alpha: f64) -> f64 {
    let t = information.max(0.0);
    if t <= 1.0 { SPENT_AS_PLANNED * alpha * t * t * t } else { alpha * (1.0 - (1.0 - SPENT_AS_PLANNED) / t) }
}

/// The z beyond which a standard normal lies with this probability (Acklam 2003, relative error 1.2e-9).
#[must_use]
pub fn z_of(upper_tail: f64) -> f64 {
    let p = upper_tail.clamp(1e-300, 1.0 - 1e-16);
    if p > 0.5 {
        return -z_of(1.0 - p);
    }
    const A: [f64; 6] = [
        -3.969_683_028_665_376e1,
        2.209_460_984_245_205e2,
        -2.759_285_104_469_687e2,
        1.383_577_518_672_69e2,
        -3.066_479_806_614_716e1,
        2.506_628_277_459_239,
    ];
    const B: [f64; 5] = [
        -5.447_609_879_822_406e1,
        1.615_858_368_580_409e2,
        -1.556_989_798_598_866e2,
        6.680_131_188_771_972e1,
        -1.328_068_155_288_572e1,
    ];
    const C: [f64; 6] = [
        -7.784_894_002_430_293e-3,
        -3.223_964_580_411_365e-1,
        -2.400_758_277_161_838,
        -2.549_732_539_343_734,
        4.374_664_141_464_968,
        2.938_163_982_698_783,
    ];
    const D: [f64; 4] =
        [7.784_695_709_041_462e-3, 3.224_671_290_700_398e-1, 2.445_134_137_142_996, 3.754_408_661_907_416];
    let horner = |numbers: &[f64], x: f64| numbers.iter().fold(0.0, |sum, c| sum * x + c);
    if p < 0.024_25 {
        let q = libm::sqrt(-2.0 * libm::log(p));
        return -(horner(&C, q) / (horner(&D, q) * q + 1.0));
    }
    let q = p - 0.5;
    let r = q * q;
    -(horner(&A, r) * q / (horner(&B, r) * r + 1.0))
}

/// Half-width of an interval that holds at every look (asymptotic confidence sequence, Waudby-Smith et al.
/// 2024, with its mixture tuned for `planned` customers): σ√(2(nρ²+1)/(n²ρ²)·ln(√(nρ²+1)/α)), where the
/// standard error is σ/√n.
#[must_use]
pub fn always_valid(error: f64, customers: f64, planned: f64) -> f64 {
    let log_alpha = -2.0 * libm::log(ALPHA);
    let rho2 = (log_alpha + libm::log(log_alpha) + 1.0) / planned.max(1.0);
    let n = customers.max(1.0);
    let grown = n * rho2 + 1.0;
    error * libm::sqrt(2.0 * grown / (n * rho2) * libm::log(libm::sqrt(grown) / ALPHA))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_are_those_of_the_tables() {
        for (p, z) in [(0.025, 1.959_963_985), (0.05, 1.644_853_627), (0.5, 0.0), (0.000_1, 3.719_016_485)] {
            assert!((z_of(p) - z).abs() < 1e-6, "{p}: {}", z_of(p));
        }
    }

    #[test]
    fn all_looks_together_spend_no_more_than_alpha() {
        let spent: f64 = (1..=100_000).map(alpha_of_look).sum();
        assert!(spent < ALPHA && spent > 0.99 * ALPHA, "{spent}");
    }

    #[test]
    fn alpha_is_spent_with_information_and_never_beyond() {
        let table = [(0.0, 0.0), (0.5, 0.005_625), (1.0, 0.045), (2.0, 0.047_5), (1e9, ALPHA)];
        for (information, spent) in table {
            for part in [1.0, 0.25] {
                let found = spent_by(information, part * ALPHA);
                assert!((found - part * spent).abs() < 1e-9, "{information}: {found}");
            }
        }
        let steps = (0..4_000).map(|step| spent_by(f64::from(step) / 100.0, ALPHA));
        assert!(steps.clone().zip(steps.skip(1)).all(|(before, after)| before < after && after < ALPHA));
        // 2.9264 errors are what finds a gain in nine of ten looks.
        assert!((information(3.0 / 2.926_405, 100.0, ALPHA) - 1.0).abs() < 1e-5);
        assert_eq!((information(f64::INFINITY, 100.0, ALPHA), information(0.0, 0.0, ALPHA)), (0.0, 0.0));
    }

    #[test]
    fn an_interval_for_every_look_is_wider_than_one_for_this_look() {
        for customers in [100.0, 1_000.0, 10_000.0] {
            let width = always_valid(1.0, customers, 3_000.0);
            assert!(width > 1.96 && width < 6.0, "{customers}: {width}");
        }
    }
}
