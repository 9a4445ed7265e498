//! From a score to a chance: the best line that never falls.
//!
//! Pool adjacent violators (Ayer et al. 1955): what falls is averaged with what stood before it.

use crate::facts::models::ScoreCurve;

/// Each bin takes this part of the cases that are left, so that the highest scores, which matter most and
/// are rare, are told apart.
const PART_OF_REST: f64 = 8.0;
/// A point stands on so many cases at least, so that no chance is read from a handful.
const CASES_MIN: u32 = 50;

#[derive(Debug, Clone, Copy, Default)]
struct Block {
    score: f64,
    hits: f64,
    cases: f64,
}

impl Block {
    fn chance(&self) -> f64 {
        self.hits / self.cases
    }

    fn with(self, other: Block) -> Block {
        Block {
            score: self.score + other.score,
            hits: self.hits + other.hits,
            cases: self.cases + other.cases,
        }
    }
}

/// Fits scores that are numbers to whether the thing happened. Without any case the curve is 0 everywhere.
#[must_use]
pub fn fit(mut cases: Vec<(f64, bool)>) -> ScoreCurve {
    cases.retain(|(score, _)| score.is_finite());
    cases.sort_by(|a, b| a.0.total_cmp(&b.0).then_with(|| a.1.cmp(&b.1)));
    let mut blocks: Vec<Block> = Vec::new();
    for bin in bins(&cases) {
        let mut block = bin;
        while let Some(before) = blocks.last().filter(|before| before.chance() >= block.chance()) {
            block = before.with(block);
            blocks.pop();
        }
        blocks.push(block);
    }
    let mut curve = ScoreCurve::default();
    for block in &blocks {
        let score = block.score / block.cases;
        // Means of ascending bins ascend but for the last bit.
        if curve.scores.last().is_none_or(|last| *last < score) {
            curve.scores.push(score);
            curve.chances.push(block.chance().clamp(0.0, 1.0));
        }
    }
    if curve.scores.is_empty() {
        return ScoreCurve { scores: vec![0.0], chances: vec![0.0] };
    }
    curve
}

/// Bins of cases with neighbouring scores: wide where there are many, never a score in two of them.
fn bins(cases: &[(f64, bool)]) -> Vec<Block> {
    let mut bins: Vec<Block> = Vec::new();
    let mut open = Block::default();
    let mut last = f64::NEG_INFINITY;
    let mut left = count(cases.len());
    for (score, hit) in cases {
        let size = (left / PART_OF_REST).max(f64::from(CASES_MIN));
        if open.cases >= size && *score > last {
            left -= open.cases;
            bins.push(std::mem::take(&mut open));
        }
        open = open.with(Block { score: *score, hits: f64::from(u8::from(*hit)), cases: 1.0 });
        last = *score;
    }
    if open.cases >= f64::from(CASES_MIN) || bins.is_empty() {
        if open.cases > 0.0 {
            bins.push(open);
        }
    } else if let Some(end) = bins.last_mut() {
        *end = end.with(open);
    }
    bins
}

#[expect(clippy::cast_precision_loss, reason = "counts of cases are far below 2^53")]
const fn count(number: usize) -> f64 {
    number as f64
}
