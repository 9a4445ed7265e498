//! Forests: trees of comparisons as flat lists of numbers, walked from the root to a leaf.

use serde::{Deserialize, Serialize};

/// One comparison: the point goes left when its feature is at most the threshold, else right.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(from = "(u16, f64, i32, i32)", into = "(u16, f64, i32, i32)")]
pub struct Branch {
    /// Which number of the point is compared.
    pub feature: u16,
    /// What it is compared with.
    pub threshold: f64,
    /// Where a point goes that is at most the threshold: a later branch, or the leaf `!n` of a number below 0.
    pub left: i32,
    /// Where the others go.
    pub right: i32,
}

impl From<(u16, f64, i32, i32)> for Branch {
    fn from((feature, threshold, left, right): (u16, f64, i32, i32)) -> Branch {
        Branch { feature, threshold, left, right }
    }
}

impl From<Branch> for (u16, f64, i32, i32) {
    fn from(branch: Branch) -> (u16, f64, i32, i32) {
        (branch.feature, branch.threshold, branch.left, branch.right)
    }
}

/// One tree. Without a branch it is its only leaf.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Tree {
    /// Comparisons, the root first; each stands before the two it leads to.
    pub branches: Vec<Branch>,
    /// What the leaves add to the sum: one more than there are branches.
    pub leaves: Vec<f64>,
}

/// Trees whose leaves are added up, first tree first.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Forest {
    /// Numbers in a point.
    pub features: u16,
    /// Features in which the sum never falls.
    pub rising: Vec<u16>,
    /// Features in which the sum never rises.
    pub falling: Vec<u16>,
    /// The trees.
    pub trees: Vec<Tree>,
}

impl Tree {
    /// What the tree says of a point; 0 where its numbers lead nowhere, which [`Forest::check`] excludes.
    #[must_use]
    pub fn leaf(&self, point: &[f64]) -> f64 {
        let mut at = if self.branches.is_empty() { -1 } else { 0 };
        // No path is longer than there are branches, so broken numbers end as well.
        for _ in 0..=self.branches.len() {
            let Ok(index) = usize::try_from(at) else {
                return usize::try_from(!at).ok().and_then(|n| self.leaves.get(n)).copied().unwrap_or(0.0);
            };
            let Some(branch) = self.branches.get(index) else { return 0.0 };
            let value = point.get(usize::from(branch.feature)).copied().unwrap_or(0.0);
            at = if value <= branch.threshold { branch.left } else { branch.right };
        }
        0.0
    }

    /// Least and greatest leaf below every branch, and what is wrong with the tree.
    fn spans(&self, forest: &Forest) -> Result<(), String> {
        if self.leaves.len() != self.branches.len() + 1 || self.leaves.iter().any(|leaf| !leaf.is_finite()) {
            return Err(format!("a tree needs {} finite leaves", self.branches.len() + 1));
        }
        // Children stand after their branch, so from the last branch on every span is known when asked for.
        let mut spans = vec![None; self.branches.len()];
        let mut seen = (vec![false; self.branches.len()], vec![false; self.leaves.len()]);
        for (index, branch) in self.branches.iter().enumerate().rev() {
            if branch.feature >= forest.features || !branch.threshold.is_finite() {
                return Err(format!("branch {index} compares what is not there"));
            }
            let left = self.span(index, branch.left, &spans, &mut seen)?;
            let right = self.span(index, branch.right, &spans, &mut seen)?;
            let falls = forest.rising.contains(&branch.feature) && left.1 > right.0;
            let rises = forest.falling.contains(&branch.feature) && left.0 < right.1;
            if falls || rises {
                let word = if falls { "falls" } else { "rises" };
                return Err(format!("branch {index} {word} in feature {} and must not", branch.feature));
            }
            if let Some(span) = spans.get_mut(index) {
                *span = Some((left.0.min(right.0), left.1.max(right.1)));
            }
        }
        Ok(())
    }

    /// Least and greatest leaf below a child, which is marked as reached.
    fn span(
        &self,
        parent: usize,
        child: i32,
        spans: &[Option<(f64, f64)>],
        seen: &mut (Vec<bool>, Vec<bool>),
    ) -> Result<(f64, f64), String> {
        let lost = || format!("branch {parent} leads to {child}, which is not below it");
        let (place, span) = match usize::try_from(child) {
            Ok(branch) if branch > parent => (seen.0.get_mut(branch), spans.get(branch).copied().flatten()),
            Ok(_) => return Err(lost()),
            Err(_) => {
                let leaf = usize::try_from(!child).map_err(|_| lost())?;
                (seen.1.get_mut(leaf), self.leaves.get(leaf).map(|value| (*value, *value)))
            }
        };
        let place = place.ok_or_else(lost)?;
        if std::mem::replace(place, true) {
            return Err(format!("branch {parent} leads to {child}, which another one leads to as well"));
        }
        span.ok_or_else(lost)
    }
}

impl Forest {
    /// The sum of the leaves that a point falls into, added from the first tree to the last.
    #[must_use]
    pub fn sum(&self, point: &[f64]) -> f64 {
        self.trees.iter().fold(0.0, |sum, tree| sum + tree.leaf(point))
    }

    /// Whether the numbers can be walked and keep what [`Forest::rising`] and [`Forest::falling`] promise: at
    /// every branch on such a feature no leaf of one side is beyond any leaf of the other. Sums of floats
    /// rounded to nearest keep that order.
    ///
    /// # Errors
    /// What is wrong, as the middle of a sentence.
    pub fn check(&self) -> Result<(), String> {
        if self.rising.iter().chain(&self.falling).any(|feature| *feature >= self.features) {
            return Err("a forest promises an order in a feature that is not there".into());
        }
        for (index, tree) in self.trees.iter().enumerate() {
            tree.spans(self).map_err(|why| format!("tree {index} is broken: {why}"))?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Feature 0 at 5, then feature 1 at 2 on the left.
    fn forest() -> Forest {
        let branches = vec![
            Branch { feature: 0, threshold: 5.0, left: 1, right: -1 },
            Branch { feature: 1, threshold: 2.0, left: -2, right: -3 },
        ];
        let tree = Tree { branches, leaves: vec![3.0, 2.0, 1.0] };
        Forest { features: 2, rising: vec![0], falling: vec![1], trees: vec![tree] }
    }

    #[test]
    fn a_point_falls_to_its_leaf_and_the_threshold_belongs_to_the_left() {
        let forest = forest();
        assert_eq!(forest.check(), Ok(()));
        for (point, leaf) in [([6.0, 0.0], 3.0), ([5.0, 2.0], 2.0), ([5.0, 2.5], 1.0), ([f64::NAN, 0.0], 3.0)]
        {
            assert!((forest.sum(&point) - leaf).abs() < f64::EPSILON, "{point:?}");
        }
        assert!((forest.sum(&[]) - 2.0).abs() < f64::EPSILON, "what is missing counts as 0");
    }

    type Spoil = fn(&mut Forest);

    #[test]
    fn broken_numbers_are_refused_and_still_walked_to_an_end() {
        let broken: [(&str, Spoil); 9] = [
            ("finite leaves", |f| f.trees[0].leaves[1] = f64::NAN),
            ("finite leaves", |f| f.trees[0].leaves.clear()),
            ("is not below it", |f| f.trees[0].branches[1].left = 0),
            ("is not below it", |f| f.trees[0].branches[1].left = 9),
            ("is not below it", |f| f.trees[0].branches[1].left = i32::MIN),
            ("another one leads", |f| f.trees[0].branches[1].left = -3),
            ("what is not there", |f| f.trees[0].branches[0].threshold = f64::INFINITY),
            ("what is not there", |f| f.trees[0].branches[0].feature = 2),
            ("promises an order", |f| f.rising.push(7)),
        ];
        for (expected, spoil) in broken {
            let mut forest = forest();
            spoil(&mut forest);
            let why = forest.check().unwrap_err();
            assert!(why.contains(expected), "{why}");
            assert!(forest.sum(&[0.0, 0.0]).is_nan() || forest.sum(&[0.0, 0.0]) < 9.0);
        }
    }

    #[test]
    fn a_tree_that_falls_where_it_must_rise_is_refused() {
        let mut falls = forest();
        falls.trees[0].leaves[0] = 1.5;
        assert!(falls.check().unwrap_err().contains("falls in feature 0"));
        let mut rises = forest();
        rises.trees[0].leaves[2] = 2.5;
        assert!(rises.check().unwrap_err().contains("rises in feature 1"));
        falls.rising.clear();
        assert_eq!(falls.check(), Ok(()));
    }

    #[test]
    fn the_file_keeps_every_bit() {
        let mut forest = forest();
        forest.trees[0].leaves[0] = 0.1 + 0.2;
        let text = serde_json::to_string(&forest).unwrap();
        assert_eq!(serde_json::from_str::<Forest>(&text).unwrap(), forest);
    }
}
