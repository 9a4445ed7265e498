//! K-Means and DBSCAN against labelled sets whose agreement is published.

#![expect(
    clippy::indexing_slicing,
    clippy::unwrap_used,
    clippy::print_stderr,
    reason = "a test stops at the first surprise and says what it saw"
)]

use kava::learn::cluster::{adjusted_rand, assign as nearest, fit as k_means, fit_from};
use kava::learn::dense::labels;
use kava::learn::sample::generator;
use linfa::traits::{Fit, Transformer};
use linfa_clustering::Dbscan;
use ndarray::Array2;
use rand::Rng;
use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

/// Points around some centres and some anywhere, from a seed.
fn scattered(count: usize, width: usize, seed: u64) -> Array2<f64> {
    let mut rng = generator(seed, 9);
    let middle = Array2::from_shape_fn((5, width), |_| rng.gen_range(-3.0..3.0));
    Array2::from_shape_fn((count, width), |(row, axis)| {
        if row % 20 == 0 {
            rng.gen_range(-5.0..5.0)
        } else {
            middle[(row % 5, axis)] + rng.gen_range(-0.8..0.8)
        }
    })
}

#[test]
fn from_the_same_centres_k_means_ends_where_linfa_ends() {
    for seed in 0..4 {
        let points = scattered(600, 2 + usize::try_from(seed).unwrap(), seed);
        for k in [2, 5, 9] {
            let start: Vec<Vec<f64>> = points.outer_iter().take(k).map(|row| row.to_vec()).collect();
            let given = Array2::from_shape_fn((k, points.ncols()), |(row, axis)| start[row][axis]);
            let theirs = linfa_clustering::KMeans::params_with_rng(k, generator(seed, 2))
                .n_runs(1)
                .init_method(linfa_clustering::KMeansInit::Precomputed(given))
                .tolerance(1e-6)
                .fit(&linfa::DatasetBase::from(points.view()))
                .unwrap();
            let centres: Vec<Vec<f64>> = theirs.centroids().outer_iter().map(|row| row.to_vec()).collect();
            let (own, theirs) = (fit_from(&points, &start).inertia, nearest(&points, &centres).1);
            assert!((own / theirs - 1.0).abs() < 0.005, "seed {seed}, k {k}: {own} against {theirs}");
        }
    }
}

#[test]
fn dbscan_gives_linfas_groups_up_to_names_and_border_points() {
    for seed in 0..5 {
        let points = scattered(400, 1 + usize::try_from(seed).unwrap(), seed);
        for (eps, min_points) in [(0.3, 4), (0.9, 8), (2.0, 3)] {
            let own = labels(&points, min_points, eps).unwrap();
            let theirs = Dbscan::params::<f64>(min_points).tolerance(eps).transform(&points).unwrap();
            let case = format!("seed {seed}, eps {eps}, min points {min_points}");
            let mut renamed = BTreeMap::new();
            for point in 0..points.nrows() {
                let near = points.outer_iter().filter(|other| {
                    other.iter().zip(points.row(point)).map(|(x, y)| (x - y) * (x - y)).sum::<f64>()
                        <= eps * eps
                });
                assert_eq!(own[point].is_some(), theirs[point].is_some(), "{case}, point {point}");
                if near.count() >= min_points {
                    assert_eq!(*renamed.entry(own[point]).or_insert(theirs[point]), theirs[point], "{case}");
                }
            }
            let names: BTreeSet<_> = renamed.values().collect();
            assert_eq!(names.len(), renamed.len(), "{case}: two groups of ours are one of theirs");
        }
    }
}

#[test]
fn dbscan_refuses_what_has_no_distance() {
    let points = scattered(50, 3, 1);
    assert_eq!(labels(&points, 4, 0.0), None);
    assert_eq!(labels(&points, 4, f64::NAN), None);
    let mut broken = points.clone();
    broken[(7, 1)] = f64::INFINITY;
    assert_eq!(labels(&broken, 4, 0.5), None);
    assert_eq!(labels(&Array2::zeros((0, 3)), 4, 0.5), Some(Vec::new()));
    assert_eq!(labels(&Array2::zeros((9, 3)), 4, 0.5), Some(vec![Some(0); 9]));
}

#[test]
fn k_means_and_dbscan_reach_the_published_agreement_on_labelled_sets() {
    let folder = std::env::var_os("KAVA_DATA")
        .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../shared/data"), PathBuf::from)
        .join("clustering");
    if !folder.is_dir() {
        eprintln!("skipped: {} is not there", folder.display());
        return;
    }
    // Agreement as published (wine: scikit-learn's); inertia of scikit-learn 1.9.1, ten starts, as `cargo xtask bench learn` saw it.
    let sets = [
        ("aggregation", 7, 0.71, 144.160),
        ("R15", 15, 0.99, 10.205),
        ("D31", 31, 0.95, 68.849),
        ("s-set1", 15, 0.995, 154.608),
        ("3-spiral", 3, -0.01, 245.753),
        ("jain", 2, 0.55, 322.339),
        ("compound", 6, 0.58, 85.124),
        ("cluto-t4-8k", 7, 0.43, 2_194.075),
        ("zelnik1", 3, 0.06, 305.313),
        ("iris", 3, 0.62, 140.966),
        ("wine", 3, 0.90, 1_277.929),
    ];
    for (name, k, published, reference) in sets {
        let (points, truth) = read_labelled(&folder.join(format!("{name}.csv")));
        let found = k_means(&points, k, 10, &mut generator(1, 1)).unwrap();
        let ari = adjusted_rand(&truth, &found.members);
        eprintln!("{name}: inertia {:.3}, ARI {ari:.3}, published {published}", found.inertia);
        assert!((ari - published).abs() < 0.04, "{name}: ARI {ari}, published {published}");
        assert!(found.inertia <= reference * 1.005, "{name}: {}", found.inertia);
        assert_eq!(nearest(&points, &found.centres).0, found.members);
    }
    for (name, min_points, eps, least) in [("3-spiral", 3, 0.3, 0.99), ("jain", 3, 0.25, 0.9)] {
        let (points, truth) = read_labelled(&folder.join(format!("{name}.csv")));
        let found = labels(&points, min_points, eps).unwrap();
        let found: Vec<usize> = found.iter().map(|label| label.map_or(0, |group| group + 1)).collect();
        let ari = adjusted_rand(&truth, &found);
        eprintln!("{name}: DBSCAN ARI {ari:.3}");
        assert!(ari > least, "{name}: DBSCAN ARI {ari}");
    }
}

/// Standardised columns and the label, which stands last.
fn read_labelled(path: &PathBuf) -> (Array2<f64>, Vec<usize>) {
    let text = std::fs::read_to_string(path).unwrap();
    let mut names: Vec<&str> = Vec::new();
    let (mut rows, mut truth): (Vec<Vec<f64>>, Vec<usize>) = (Vec::new(), Vec::new());
    for line in text.lines().skip(1) {
        let (point, name) = line.rsplit_once(',').unwrap();
        rows.push(point.split(',').map(|cell| cell.parse().unwrap()).collect());
        truth.push(names.iter().position(|known| *known == name).unwrap_or(names.len()));
        if !names.contains(&name) {
            names.push(name);
        }
    }
    let columns = rows.first().map_or(0, Vec::len);
    let flat = rows.concat();
    let mut points = Array2::from_shape_vec((rows.len(), columns), flat).unwrap();
    for mut column in points.columns_mut() {
        let mean = column.mean().unwrap();
        let spread = column.std(0.0);
        column.mapv_inplace(|x| (x - mean) / spread);
    }
    (points, truth)
}
