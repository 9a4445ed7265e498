use super::*;
use crate::learn::sample;
use rand::Rng;

/// Points whose first number raises the odds, whose second lowers them, and whose third bends them.
fn town(rows: usize, seed: u64) -> (Points, Vec<f64>, Vec<f64>) {
    let mut rng = sample::generator(seed, 1);
    let mut points = Points { width: 4, flat: Vec::new() };
    let (mut targets, mut weights) = (Vec::new(), Vec::new());
    for _ in 0..rows {
        let depth = f64::from(rng.gen_range(0..7u8)) * 500.0;
        let memory: f64 = rng.gen_range(0.0..3_000.0);
        let (rate, noise): (f64, f64) = (rng.gen_range(0.0..12.0), rng.r#gen());
        let odds = depth / 2_000.0 - memory / 3_000.0 + (rate - 4.0) * (rate - 9.0) / 15.0 - 0.5;
        points.flat.extend([depth, memory, rate, noise]);
        targets.push(f64::from(u8::from(rng.r#gen::<f64>() < 1.0 / (1.0 + (-odds).exp()))));
        weights.push(rng.gen_range(1.0..20.0));
    }
    (points, targets, weights)
}

fn recipe(goal: Goal) -> Recipe {
    Recipe { rows_min: 20, leaves: 16, rising: vec![0], falling: vec![1], ..Recipe::cautious(goal) }
}

#[test]
fn the_walker_gives_what_the_trainer_gives_to_the_bit() {
    for (goal, share) in [(Goal::Odds, 1.0), (Goal::Mean, 1.0), (Goal::Odds, 0.6)] {
        let (points, targets, weights) = town(4_000, 3);
        let recipe = Recipe { row_share: share, feature_share: share, ..recipe(goal) };
        let (forest, booster) = grow(&points, &targets, &weights, &recipe).unwrap();
        let theirs = booster.unwrap().raw_scores(&points.flat, 4, true).unwrap();
        assert_eq!(theirs.len(), targets.len());
        for (point, theirs) in points.iter().zip(theirs) {
            assert_eq!(forest.sum(point).to_bits(), theirs.to_bits(), "{point:?}");
        }
        assert!(forest.trees.len() > 40, "{} trees", forest.trees.len());
    }
}

#[test]
fn the_order_holds_on_every_path_and_on_a_grid() {
    let (points, targets, weights) = town(3_000, 4);
    let forest = train(&points, &targets, &weights, &recipe(Goal::Odds)).unwrap();
    forest.check().unwrap();
    let mut moved = false;
    for point in points.iter().step_by(7) {
        let at = |depth: f64, memory: f64| forest.sum(&[depth, memory, point[2], point[3]]);
        for step in 0..30u8 {
            let (low, high) = (f64::from(step) * 100.0, f64::from(step + 1) * 100.0);
            assert!(at(low, point[1]) <= at(high, point[1]) && at(point[0], low) >= at(point[0], high));
            moved |= at(low, point[1]) < at(high, point[1]);
        }
    }
    assert!(moved, "the depth was learned");
}

#[test]
fn one_seed_gives_one_forest_and_another_one_another() {
    let (points, targets, weights) = town(2_000, 5);
    let of = |seed| {
        train(&points, &targets, &weights, &Recipe { seed, row_share: 0.7, ..recipe(Goal::Odds) }).unwrap()
    };
    assert_eq!(of(1), of(1));
    assert_ne!(of(1), of(2));
}

#[test]
fn what_cannot_be_learned_is_one_leaf_or_a_clear_refusal() {
    let (points, targets, weights) = town(100, 6);
    let same = Points { width: 4, flat: [1.0, 2.0, 3.0, 4.0].repeat(100) };
    let ones = vec![1.0; 100];
    for (points, targets) in [(&same, &targets), (&points, &ones)] {
        let forest = train(points, targets, &weights, &recipe(Goal::Odds)).unwrap();
        assert_eq!((forest.trees.len(), forest.trees[0].leaves.len()), (1, 1));
        forest.check().unwrap();
    }
    let mut broken = points.clone();
    broken.flat[5] = f64::NAN;
    let two = vec![2.0; 100];
    let refused = [
        (train(&broken, &targets, &weights, &recipe(Goal::Odds)), "not finite"),
        (train(&points, &targets, &vec![0.0; 100], &recipe(Goal::Odds)), "weight"),
        (train(&points, &two, &weights, &recipe(Goal::Odds)), "outside"),
        (train(&points, &[], &[], &recipe(Goal::Odds)), "do not belong together"),
        (train(&points, &targets, &weights, &Recipe { rising: vec![9], ..recipe(Goal::Odds) }), "not there"),
    ];
    for (result, expected) in refused {
        let why = result.unwrap_err().to_string();
        assert!(why.contains(expected), "{why}");
    }
    // Ten rows are fewer than a leaf needs: the mean, and no panic.
    let ten = Points { width: 4, flat: points.flat[..40].to_vec() };
    let forest = train(&ten, &targets[..10], &weights[..10], &recipe(Goal::Mean)).unwrap();
    assert!(forest.sum(&[0.0; 4]).is_finite());
}
