//! What is usual: the rate of the others of a shop and time of day, drawn towards the chain's where they have done little, and
//! how far honest people differ from each other.
//!
//! Empirical Bayes on two levels (Efron & Morris 1975; for counts Griffin & Krutchkoff 1971): shops scatter about the chain,
//! people about their shop. Both scatters are estimated from the counts themselves, by moments and without the outermost, so
//! that those who are looked for do not widen what is taken for usual.

use super::tally::Count;

/// Scatter where there is too little to estimate it.
const SCATTER_UNKNOWN: f64 = 0.005;
/// Rows with fewer expected say nothing of scatter.
const EXPECTED_LEAST: f64 = 2.0;
/// So few rows are too few to estimate scatter.
const ROWS_LEAST: usize = 8;
/// Left out on either side.
const TRIMMED: usize = 10;
/// Mean square of a standard normal number of which the outer tenths are left out: 1 - 2cφ(c)/0.8 with c = 1.2816.
const TRIMMED_SQUARE: f64 = 0.437_7;

/// Counts against what is expected of them.
#[derive(Debug, Clone, Copy)]
pub struct Row {
    /// What was counted.
    pub counted: Count,
    /// The rate that is usual there.
    pub usual: f64,
    /// How little is known of that rate: its variance in units of rate × (1 - rate).
    pub doubt: f64,
}

impl Row {
    /// Standardised distance, where people scatter so much.
    fn distance(&self, scatter: f64) -> f64 {
        let (k, n) = (f64::from(self.counted.count), f64::from(self.counted.of));
        let single = n * self.usual * (1.0 - self.usual);
        let spread = (n - 1.0).mul_add(scatter + self.doubt, 1.0).max(0.1);
        (k - n * self.usual) / libm::sqrt(single * spread).max(1e-9)
    }

    fn expected(&self) -> f64 {
        f64::from(self.counted.of) * self.usual
    }
}

/// How far people differ: the correlation at which distances are as those of normal numbers are, but for the outermost tenth
/// on either side (a trimmed moment; Huber & Ronchetti 2009, chapter 5).
#[must_use]
pub fn scatter(rows: &[Row]) -> f64 {
    let telling = |row: &&Row| row.expected() >= EXPECTED_LEAST && row.usual < 0.98;
    let rows: Vec<&Row> = rows.iter().filter(telling).collect();
    if rows.len() < ROWS_LEAST {
        return SCATTER_UNKNOWN;
    }
    let too_far = |scatter: f64| {
        let mut distances: Vec<f64> = rows.iter().map(|row| row.distance(scatter)).collect();
        distances.sort_by(f64::total_cmp);
        let cut = distances.len() / TRIMMED;
        let inner = distances.get(cut..distances.len() - cut).unwrap_or_default();
        let kept = f64::from(u32::try_from(inner.len()).unwrap_or(u32::MAX));
        inner.iter().map(|distance| distance * distance).sum::<f64>() > kept * TRIMMED_SQUARE
    };
    // Halved in logarithms: from hardly any scatter to people who have nothing in common.
    let (mut low, mut high) = (-14.0, -0.7);
    for _ in 0..30 {
        let middle = f64::midpoint(low, high);
        if too_far(libm::exp(middle)) { low = middle } else { high = middle }
    }
    libm::exp(high)
}

/// A rate and how many independent observations it is worth.
#[derive(Debug, Clone, Copy, Default)]
pub struct Known {
    /// The rate.
    pub rate: f64,
    /// Its weight.
    pub weight: f64,
}

/// What a count is worth, where people scatter: `1 / (scatter + (1 - scatter) / n)`, at most `1 / scatter` however much was
/// counted.
#[must_use]
pub fn worth(counted: Count, scatter: f64) -> Known {
    if counted.of == 0 {
        return Known::default();
    }
    let n = f64::from(counted.of);
    Known { rate: f64::from(counted.count) / n, weight: 1.0 / (scatter + (1.0 - scatter) / n) }
}

/// Several together.
#[must_use]
pub fn together(all: impl Iterator<Item = Known>) -> Known {
    let (sum, weight) =
        all.fold((0.0, 0.0), |(sum, weight), one| (one.rate.mul_add(one.weight, sum), weight + one.weight));
    if weight > 0.0 { Known { rate: sum / weight, weight } } else { Known::default() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(count: u32, of: u32) -> Row {
        Row { counted: Count { count, of }, usual: 0.1, doubt: 0.0 }
    }

    #[test]
    fn scatter_is_none_of_chance_alone_and_one_thief_does_not_widen_it() {
        // Distances of a normal law: what chance alone would do to counts of 10 of 100.
        let chance = [-5, -4, -3, -2, -2, -1, -1, 0, 0, 0, 1, 1, 2, 2, 3, 4, 5];
        let honest: Vec<Row> = chance.iter().map(|far| row(u32::try_from(10 + far).unwrap(), 100)).collect();
        assert!(scatter(&honest) < 0.002, "{}", scatter(&honest));
        let wide: Vec<Row> =
            chance.iter().map(|far| row(u32::try_from(100 + far * 15).unwrap(), 1_000)).collect();
        let apart = scatter(&wide);
        assert!(apart > 0.01, "{apart}");
        let mut with_thief = wide.clone();
        with_thief.push(row(900, 1_000));
        assert!(scatter(&with_thief) < apart * 1.5, "{}", scatter(&with_thief));
        assert!((scatter(&wide[..4]) - SCATTER_UNKNOWN).abs() < 1e-12, "too few to say");
    }

    #[test]
    fn much_of_one_person_is_worth_no_more_than_people_differ() {
        assert!(worth(Count { count: 10, of: 100 }, 0.0).weight > 99.9);
        assert!(worth(Count { count: 1_000, of: 1_000_000 }, 0.01).weight < 100.0);
        let both =
            together([Known { rate: 0.2, weight: 30.0 }, Known { rate: 0.4, weight: 10.0 }].into_iter());
        assert!((both.rate - 0.25).abs() < 1e-12 && (both.weight - 40.0).abs() < 1e-12);
    }
}
