//! Paired comparison of two policies on the same seeds.

use serde::Serialize;

/// A mean difference over seeds, as a share of the other's mean, with its 95 % interval.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Paired {
    /// Mean difference.
    pub mean: f64,
    /// Standard error of the mean.
    pub error: f64,
    /// Lower end of the interval.
    pub low: f64,
    /// Upper end.
    pub high: f64,
}

/// 97.5 % quantiles of Student's t for 1 to 30 degrees of freedom.
const T: [f64; 30] = [
    12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.160, 2.145, 2.131,
    2.120, 2.110, 2.101, 2.093, 2.086, 2.080, 2.074, 2.069, 2.064, 2.060, 2.056, 2.052, 2.048, 2.045, 2.042,
];

/// How much more the first brings than the second, seed by seed as far as both
/// go; nothing with fewer than two seeds.
#[must_use]
pub fn paired(these: &[f64], those: &[f64]) -> Option<Paired> {
    let differences: Vec<f64> = these.iter().zip(those).map(|(this, that)| this - that).collect();
    let count = f64::from(u32::try_from(differences.len()).ok().filter(|count| *count > 1)?);
    let scale = those.iter().take(differences.len()).fold(0.0, |sum, that| sum + that) / count;
    let mean = differences.iter().fold(0.0, |sum, x| sum + x) / count;
    let squares = differences.iter().fold(0.0, |sum, x| sum + (x - mean) * (x - mean));
    let error = libm::sqrt(squares / (count - 1.0) / count);
    let half = error * T.get(differences.len() - 2).copied().unwrap_or(1.96);
    let share = |value: f64| value / scale;
    Some(Paired { mean: share(mean), error: share(error), low: share(mean - half), high: share(mean + half) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_interval_of_three_seeds_is_as_computed_by_hand() {
        let found = paired(&[11.0, 12.0, 13.0], &[10.0, 10.0, 10.0]).unwrap();
        // Differences 1, 2, 3: mean 2, deviation 1, error 1/√3, half-width 4.303/√3, all over 10.
        for (value, expected) in
            [(found.mean, 0.2), (found.error, 0.057_735), (found.low, -0.048_434), (found.high, 0.448_434)]
        {
            assert!((value - expected).abs() < 1e-5, "{found:?}");
        }
        assert_eq!(paired(&[1.0], &[2.0]), None);
    }
}
