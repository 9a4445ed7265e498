//! How likely chance is, and which of many findings may be believed.

/// Binomials stand for less spread than this.
const SPREAD_LEAST: f64 = 1e-7;

/// Chance of `count` or more of `of`, where the rate itself differs from one to the next: the upper tail of the beta-binomial
/// distribution with this mean and this correlation within one (Skellam 1948). Spread 0 is the binomial one.
#[must_use]
pub fn beta_binomial(count: u32, of: u32, (mean, spread): (f64, f64)) -> f64 {
    if count == 0 {
        return 1.0;
    }
    if count > of || mean <= 0.0 {
        return 0.0;
    }
    if mean >= 1.0 {
        return 1.0;
    }
    let size = 1.0 / spread.clamp(SPREAD_LEAST, 0.99) - 1.0;
    let (a, b) = (mean * size, (1.0 - mean) * size);
    let (k, n) = (f64::from(count), f64::from(of));
    let choose = ln_gamma(n + 1.0) - ln_gamma(k + 1.0) - ln_gamma(n - k + 1.0);
    let ln_first = choose + ln_beta(k + a, n - k + b) - ln_beta(a, b);
    // Each term from the one before, in units of the first.
    let (mut term, mut sum) = (1.0, 1.0);
    for i in count..of {
        let i = f64::from(i);
        term *= (n - i) / (i + 1.0) * (i + a) / (n - i - 1.0 + b);
        sum += term;
        if term < sum * 1e-17 && i > n * mean {
            break;
        }
    }
    (libm::exp(ln_first) * sum).min(1.0)
}

/// Chance of `count` or more of trials with these chances each: the Poisson-binomial tail, summed exactly (Wang 1993).
#[must_use]
pub fn of_trials(count: usize, chances: &[f64]) -> f64 {
    let mut of = vec![0.0; chances.len() + 1];
    if let Some(none) = of.first_mut() {
        *none = 1.0;
    }
    for chance in chances {
        let mut before = 0.0;
        for one in &mut of {
            let here = *one;
            *one = here * (1.0 - chance) + before * chance;
            before = here;
        }
    }
    of.iter().skip(count).sum::<f64>().min(1.0)
}

/// Chance that independent signs are as unlikely together (Fisher 1925): the tail of chi squared with two degrees for each, which
/// has a closed form.
#[must_use]
pub fn fisher(chances: &[f64]) -> f64 {
    let half: f64 = chances.iter().map(|chance| -libm::log(chance.clamp(1e-300, 1.0))).sum();
    let (mut term, mut sum) = (1.0, 0.0);
    for (_, rank) in chances.iter().zip(1_u32..) {
        sum += term;
        term *= half / f64::from(rank);
    }
    (libm::exp(-half) * sum).min(1.0)
}

/// The q value of each: the least share of false ones among all that are at least as unlikely (Benjamini & Hochberg 1995, which
/// holds where findings pull the same way too: Benjamini & Yekutieli 2001, theorem 1.2).
#[must_use]
pub fn q_values(chances: &[f64]) -> Vec<f64> {
    let mut order: Vec<usize> = (0..chances.len()).collect();
    let chance = |place: &usize| chances.get(*place).copied().unwrap_or(1.0);
    order.sort_by(|a, b| chance(a).total_cmp(&chance(b)).then(a.cmp(b)));
    let many = u32::try_from(chances.len()).unwrap_or(u32::MAX);
    let (mut least, mut rank) = (1.0_f64, many);
    let mut found = vec![1.0; chances.len()];
    for place in order.iter().rev() {
        least = least.min(chance(place) * f64::from(many) / f64::from(rank));
        rank = rank.saturating_sub(1);
        if let Some(q) = found.get_mut(*place) {
            *q = least;
        }
    }
    found
}

fn ln_gamma(x: f64) -> f64 {
    libm::lgamma(x)
}

fn ln_beta(a: f64, b: f64) -> f64 {
    ln_gamma(a) + ln_gamma(b) - ln_gamma(a + b)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn close(a: f64, b: f64) -> bool {
        (a - b).abs() <= 1e-4 * b.abs()
    }

    #[test]
    fn tails_are_those_of_the_tables() {
        // Binomial: 1 - 0.97^80 for one or more; ten heads of ten; a uniform rate makes every count alike.
        assert!(close(beta_binomial(1, 80, (0.03, 0.0)), 1.0 - 0.97_f64.powi(80)));
        assert!(close(beta_binomial(10, 10, (0.5, 0.0)), 1.0 / 1024.0));
        for count in 0..=9 {
            assert!(
                close(beta_binomial(count, 9, (0.5, 1.0 / 3.0)), f64::from(10 - count) / 10.0),
                "{count}"
            );
        }
        assert!(beta_binomial(12, 80, (0.03, 0.02)) > 10.0 * beta_binomial(12, 80, (0.03, 0.0)));
        assert!(close(of_trials(2, &[0.5, 0.5, 0.5]), 0.5) && close(of_trials(2, &[1.0, 0.2]), 0.2));
        assert!(close(of_trials(3, &[0.1; 5]), beta_binomial(3, 5, (0.1, 0.0))));
    }

    #[test]
    fn of_many_only_those_are_believed_that_many_would_not_bring_about() {
        let q = q_values(&[0.04, 0.000_1, 0.9, 0.002]);
        assert!(close(q[1], 0.000_4) && close(q[3], 0.004), "{q:?}");
        assert!(close(q[0], 0.04 * 4.0 / 3.0) && close(q[2], 0.9), "{q:?}");
        assert_eq!(q_values(&[]), Vec::<f64>::new());
    }

    #[test]
    fn signs_together_are_as_in_fishers_table() {
        // Two of 0.05 are 0.0175; one alone is itself; nothing unlikely stays so.
        assert!((fisher(&[0.05, 0.05]) - 0.017_479).abs() < 1e-5, "{}", fisher(&[0.05, 0.05]));
        assert!(close(fisher(&[0.03]), 0.03) && close(fisher(&[1.0, 1.0, 1.0]), 1.0));
    }
}
