//! Figures of a ranking and of probabilities, weighted, ties taken fairly.

/// One scored row.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Scored {
    /// What was predicted.
    pub score: f64,
    /// Whether it happened.
    pub happened: bool,
    /// Weight; above 0.
    pub weight: f64,
}

/// Area under the ROC curve: the chance that a row that happened is scored above one that did not, ties half.
/// Nothing where all or none happened.
#[must_use]
pub fn auc(rows: &[Scored]) -> Option<f64> {
    let mut rows = rows.to_vec();
    rows.sort_by(|a, b| a.score.total_cmp(&b.score));
    let (mut below, mut area, mut happened) = (0.0, 0.0, 0.0);
    for tied in rows.chunk_by(|a, b| a.score.total_cmp(&b.score).is_eq()) {
        let sum = |which: bool| {
            tied.iter().filter(|row| row.happened == which).fold(0.0, |sum, row| sum + row.weight)
        };
        let (yes, no) = (sum(true), sum(false));
        area += yes * (below + no / 2.0);
        below += no;
        happened += yes;
    }
    (happened > 0.0 && below > 0.0).then(|| area / (happened * below))
}

/// Mean negative logarithm of the probability given to what happened.
#[must_use]
pub fn log_loss(rows: &[Scored]) -> Option<f64> {
    mean(rows.iter().map(|row| {
        let given = if row.happened { row.score } else { 1.0 - row.score };
        (-libm::log(given.clamp(1e-15, 1.0)), row.weight)
    }))
}

/// Expected calibration error: rows in ten groups of one size by score; the mean distance between mean score
/// and share that happened.
#[must_use]
pub fn calibration_error(rows: &[Scored]) -> Option<f64> {
    let mut rows = rows.to_vec();
    rows.sort_by(|a, b| a.score.total_cmp(&b.score));
    let groups = rows.chunks(rows.len().div_ceil(10).max(1)).map(|group| {
        let weight = group.iter().fold(0.0, |sum, row| sum + row.weight);
        let gap = group
            .iter()
            .fold(0.0, |sum, row| sum + row.weight * (row.score - f64::from(u8::from(row.happened))));
        ((gap / weight).abs(), weight)
    });
    mean(groups)
}

/// Qini coefficient (Radcliffe 2007), a head: the area between the curve of additional successes among those
/// with the highest score and the straight line to its end. `treated` stands beside each row.
#[must_use]
pub fn qini(rows: &[(Scored, bool)]) -> Option<f64> {
    let mut rows = rows.to_vec();
    rows.sort_by(|a, b| b.0.score.total_cmp(&a.0.score));
    let all = rows.iter().fold(0.0, |sum, (row, _)| sum + row.weight);
    let mut sums = [(0.0, 0.0); 2];
    let (mut area, mut before) = (0.0, 0.0);
    for tied in rows.chunk_by(|a, b| a.0.score.total_cmp(&b.0.score).is_eq()) {
        let mut width = 0.0;
        for (row, treated) in tied {
            let [control, treatment] = &mut sums;
            let side = if *treated { treatment } else { control };
            side.0 += row.weight;
            side.1 += row.weight * f64::from(u8::from(row.happened));
            width += row.weight;
        }
        let [control, treatment] = sums;
        let gain = if control.0 > 0.0 { treatment.1 - control.1 * treatment.0 / control.0 } else { 0.0 };
        area += width * f64::midpoint(before, gain);
        before = gain;
    }
    let [control, treatment] = sums;
    (control.0 > 0.0 && treatment.0 > 0.0).then(|| (area / all - before / 2.0) / all)
}

fn mean(values: impl Iterator<Item = (f64, f64)>) -> Option<f64> {
    let (sum, weights) =
        values.fold((0.0, 0.0), |(sum, weights), (value, weight)| (sum + value * weight, weights + weight));
    (weights > 0.0).then(|| sum / weights)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(of: &[(f64, bool)]) -> Vec<Scored> {
        of.iter()
            .map(|(score, happened)| Scored { score: *score, happened: *happened, weight: 1.0 })
            .collect()
    }

    #[test]
    fn figures_are_as_computed_by_hand() {
        let table = rows(&[(0.1, false), (0.4, false), (0.35, true), (0.8, true)]);
        assert!((auc(&table).unwrap() - 0.75).abs() < 1e-12);
        assert!((log_loss(&table).unwrap() - 0.472_287_954).abs() < 1e-9, "{:?}", log_loss(&table));
        assert!((auc(&rows(&[(0.5, false), (0.5, true)])).unwrap() - 0.5).abs() < 1e-12, "a tie is half");
        assert_eq!(auc(&rows(&[(0.5, true)])), None);
        assert!((calibration_error(&table).unwrap() - (0.1 + 0.4 + 0.65 + 0.2) / 4.0).abs() < 1e-12);
        assert_eq!((log_loss(&[]), calibration_error(&[]), qini(&[])), (None, None, None));
    }

    #[test]
    fn qini_is_zero_for_a_constant_and_turns_its_sign_with_the_ranking() {
        // The treatment helps those with a score of 1 only.
        let table: Vec<(Scored, bool)> =
            [(1.0, true, true), (1.0, false, false), (0.0, false, true), (0.0, false, false)]
                .map(|(score, happened, treated)| (Scored { score, happened, weight: 1.0 }, treated))
                .to_vec();
        let turned = |factor: f64| {
            table
                .iter()
                .map(|(row, treated)| (Scored { score: factor * row.score, ..*row }, *treated))
                .collect::<Vec<_>>()
        };
        // The curve rises to 1 at half of four heads and stays: area 3 of 4, the line has 2; a head 1/16.
        assert!((qini(&turned(1.0)).unwrap() - 1.0 / 16.0).abs() < 1e-12);
        assert!((qini(&turned(-1.0)).unwrap() + 1.0 / 16.0).abs() < 1e-12);
        assert!(qini(&turned(0.0)).unwrap().abs() < 1e-12);
    }
}
