//! LightGBM's text model → our flat trees. Numbers in it are written so that every bit comes back.

use crate::facts::models::{Branch, Tree};
use std::collections::BTreeMap;
use std::str::FromStr;

/// The trees of a text model, first tree first.
///
/// # Errors
/// What cannot be read, in words: a field that is missing or no number, categories, missing values, sloped
/// leaves, or fewer trees than the head announces.
pub(super) fn trees(text: &str) -> Result<Vec<Tree>, String> {
    let (head, rest) = text.split_once("\nTree=").ok_or("there is no tree")?;
    let announced = fields(head).get("tree_sizes").map_or(0, |sizes| sizes.split_whitespace().count());
    let body = rest.split_once("\nend of trees").ok_or("the end of the trees is missing")?.0;
    let trees: Vec<Tree> = body.split("\nTree=").map(tree).collect::<Result<_, _>>()?;
    if trees.len() == announced {
        Ok(trees)
    } else {
        Err(format!("there are {} trees where {announced} are announced", trees.len()))
    }
}

fn fields(text: &str) -> BTreeMap<&str, &str> {
    text.lines().filter_map(|line| line.split_once('=')).collect()
}

fn tree(text: &str) -> Result<Tree, String> {
    let fields = fields(text);
    let one = |name: &str| fields.get(name).copied().unwrap_or("0");
    if one("num_cat") != "0" || one("is_linear") != "0" {
        return Err("a tree has categories or sloped leaves".into());
    }
    let leaves: Vec<f64> = list(&fields, "leaf_value")?;
    if leaves.len() <= 1 {
        return Ok(Tree { branches: Vec::new(), leaves });
    }
    // Bit 0 is a category, bits 2 and 3 say that missing values go their own way; bit 1 without them is idle.
    if list::<u8>(&fields, "decision_type")?.iter().any(|kind| kind & !2 != 0) {
        return Err("a branch asks for more than a comparison".into());
    }
    let features: Vec<u16> = list(&fields, "split_feature")?;
    let thresholds: Vec<f64> = list(&fields, "threshold")?;
    let lefts: Vec<i32> = list(&fields, "left_child")?;
    let rights: Vec<i32> = list(&fields, "right_child")?;
    let lengths = [thresholds.len(), lefts.len(), rights.len(), leaves.len() - 1];
    if lengths.iter().any(|length| *length != features.len()) {
        return Err("the lists of a tree differ in length".into());
    }
    let branches = features.into_iter().zip(thresholds).zip(lefts.into_iter().zip(rights));
    let branches = branches
        .map(|((feature, threshold), (left, right))| Branch { feature, threshold, left, right })
        .collect();
    Ok(Tree { branches, leaves })
}

fn list<T: FromStr>(fields: &BTreeMap<&str, &str>, name: &str) -> Result<Vec<T>, String> {
    let text = fields.get(name).ok_or_else(|| format!("a tree has no {name}"))?;
    text.split_whitespace()
        .map(|number| number.parse().map_err(|_| format!("{number:?} of {name} is no number")))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "tree\nversion=v4\ntree_sizes=1 1\n\nTree=0\nnum_leaves=2\nnum_cat=0\nsplit_feature=3\n\
        threshold=0.10000000000000001\ndecision_type=2\nleft_child=-1\nright_child=-2\n\
        leaf_value=-0.5 0.25\nis_linear=0\nshrinkage=1\n\n\nTree=1\nnum_leaves=1\nnum_cat=0\nleaf_value=0.125\n\
        shrinkage=1\n\n\nend of trees\n\nparameters:\n[boosting: gbdt]\n";

    #[test]
    fn trees_are_read_to_the_bit() {
        let branch = Branch { feature: 3, threshold: 0.1, left: -1, right: -2 };
        let first = Tree { branches: vec![branch], leaves: vec![-0.5, 0.25] };
        assert_eq!(trees(TEXT), Ok(vec![first, Tree { branches: Vec::new(), leaves: vec![0.125] }]));
    }

    #[test]
    fn what_we_cannot_walk_is_refused() {
        let table = [
            ("decision_type=2", "decision_type=1", "more than a comparison"),
            ("decision_type=2", "decision_type=10", "more than a comparison"),
            ("num_cat=0\nsplit", "num_cat=1\nsplit", "categories"),
            ("is_linear=0", "is_linear=1", "sloped"),
            ("left_child=-1", "left_child=-1 0", "differ in length"),
            ("right_child=-2\n", "", "no right_child"),
            ("threshold=0.1", "threshold=x", "no number"),
            ("tree_sizes=1 1", "tree_sizes=1 1 1", "3 are announced"),
            ("end of trees", "", "end of the trees"),
            ("Tree=", "Bush=", "no tree"),
        ];
        for (from, to, expected) in table {
            let why = trees(&TEXT.replace(from, to)).unwrap_err();
            assert!(why.contains(expected), "{to}: {why}");
        }
    }
}
