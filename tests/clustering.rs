//! K-Means and DBSCAN against labelled sets whose agreement is published.

#![expect(
    clippy::unwrap_used,
    clippy::print_stderr,
    reason = "a test stops at the first surprise and says what it saw"
)]

use kava::learn::cluster::{adjusted_rand, assign as nearest, fit as k_means};
use kava::learn::density::labels;
use kava::learn::sample::generator;
use ndarray::Array2;
use std::path::PathBuf;

#[test]
fn k_means_and_dbscan_reach_the_published_agreement_on_labelled_sets() {
    let folder = std::env::var_os("KAVA_DATA")
        .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../shared/data"), PathBuf::from)
        .join("clustering");
    if !folder.is_dir() {
        eprintln!("skipped: {} is not there", folder.display());
        return;
    }
    // Inertia: the least of many random starts of an independent plain Lloyd iteration.
    let sets = [
        ("aggregation", 7, 0.71, Some(144.160)),
        ("R15", 15, 0.99, None),
        ("iris", 3, 0.62, Some(140.966)),
        ("jain", 2, 0.55, None),
    ];
    for (name, k, published, least) in sets {
        let (points, truth) = read_labelled(&folder.join(format!("{name}.csv")));
        let found = k_means(&points, k, 10, &mut generator(1, 1)).unwrap();
        let ari = adjusted_rand(&truth, &found.members);
        eprintln!("{name}: inertia {:.3}, ARI {ari:.3}, published {published}", found.inertia);
        assert!((ari - published).abs() < 0.03, "{name}: ARI {ari}, published {published}");
        assert!(least.is_none_or(|least| found.inertia < least * 1.002), "{name}: {}", found.inertia);
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
