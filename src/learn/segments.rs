//! Segments: K-Means on the dense part of the customers that the rules leave over, k by silhouette, named
//! centres.
//!
//! May import facts and `steps::segment`. Too few customers give no model, and the report says so.

use super::{
    cluster::{self, Clustering, Distances, count, sizes},
    density::{self, Density},
    sample,
    space::Space,
};
use crate::facts::customer::Features;
use crate::facts::models::{SegmentModel, ValueModel};
use crate::facts::moment::ShopDay;
use crate::steps::segment::{self, assign};
use ndarray::Array2;
use serde::Serialize;
use std::collections::BTreeMap;

/// Most segments a barista can keep apart.
pub const K_MAX: usize = 8;
/// Customers that one segment needs at least, on average.
pub const CUSTOMERS_PER_SEGMENT: usize = 150;
/// Points on which the silhouette is computed, at most.
pub const SILHOUETTE_SAMPLE: usize = 2_000;
/// Points on which k is chosen, at most.
pub const FIT_SAMPLE: usize = 20_000;
/// Points on which DBSCAN tells core from noise and the final centres are fitted, at most.
pub const DENSITY_SAMPLE: usize = 50_000;
/// Points on which refits measure stability, at most.
pub const STABILITY_SAMPLE: usize = 5_000;
/// Seeded starts of K-Means for each k.
pub const STARTS: usize = 8;
/// Bootstrap refits behind the stability.
pub const REFITS: usize = 10;
/// Share of customers below which a cluster is not a segment.
const SIZE_SHARE_MIN: f64 = 0.01;

/// What to fit on.
#[derive(Debug)]
pub struct Task<'a> {
    /// Today.
    pub today: ShopDay,
    /// Expected spend becomes a feature where this is given.
    pub value: Option<&'a ValueModel>,
    /// Everything random follows from it.
    pub seed: u64,
    /// The model in force, whose names persist.
    pub previous: Option<&'a SegmentModel>,
}

/// How far the fit is: the stage's stable code, steps done, steps in all.
pub type Progress<'a> = &'a mut dyn FnMut(&'static str, usize, usize);

/// A model, if there is one, and what the report says.
#[derive(Debug, Clone, PartialEq)]
pub struct Fitted {
    /// The model; nothing where the data carry none.
    pub model: Option<SegmentModel>,
    /// Figures.
    pub report: SegmentReport,
}

/// Figures of a fit, as `kava learn --report` writes them.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct SegmentReport {
    /// Names of the features, in order.
    pub features: Vec<String>,
    /// Means and deviations that scale them.
    pub scaler: Option<Scaler>,
    /// Number of clusters; 0 without a model.
    pub k: usize,
    /// Sum of squared distances to the own centre in scaled space, of the customers the centres were fitted
    /// on.
    pub inertia: Option<f64>,
    /// Mean silhouette on the sample.
    pub silhouette: Option<f64>,
    /// Customers nearest to each centre, noise among them.
    pub sizes: Vec<usize>,
    /// Centres in scaled space.
    pub centroids: Vec<Vec<f64>>,
    /// Customers in no dense group, of DBSCAN's sample.
    pub noise: Option<usize>,
    /// Mean adjusted Rand index over bootstrap refits.
    pub stability_ari: Option<f64>,
    /// Dense groups.
    pub dbscan: Option<Density>,
    /// Names of the clusters.
    pub names: Vec<String>,
    /// Radius of each cluster in scaled space.
    pub radii: Vec<f64>,
    /// Silhouette for every k that was tried.
    pub tried: BTreeMap<usize, f64>,
    /// Customers by rule: `new`, `cooling`, and `core`, which the clusters are for.
    pub rules: BTreeMap<String, usize>,
    /// The seed.
    pub seed: u64,
    /// Sizes of the samples that were drawn, where not everybody was looked at.
    pub samples: BTreeMap<String, usize>,
    /// Why there is no model, in words.
    pub why: Option<String>,
}

/// Means and deviations of the features before scaling.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Scaler {
    /// Mean of each feature.
    pub mean: Vec<f64>,
    /// Deviation of each feature; the spend shares have one in common.
    pub deviation: Vec<f64>,
}

/// Fits segments. The result depends on the set of customers, the task and nothing else: not on the
/// order in which the customers come.
pub fn fit(
    customers: impl IntoIterator<Item = (String, Features)>,
    task: &Task<'_>,
    progress: Progress<'_>,
) -> Fitted {
    let mut report = SegmentReport { seed: task.seed, ..SegmentReport::default() };
    let core = left_over(customers, task.today, &mut report);
    let k_max = (core.len() / CUSTOMERS_PER_SEGMENT).min(K_MAX);
    if k_max < 2 {
        report.why = Some(format!(
            "{} customers are neither new nor cooling; {} are needed for two segments, so rules alone decide",
            core.len(),
            2 * CUSTOMERS_PER_SEGMENT
        ));
        return Fitted { model: None, report };
    }
    let space = Space::of(&core, task.today, task.value);
    report.features = space.feature_names();
    report.scaler = Some(Scaler { mean: space.mean.clone(), deviation: space.deviation.clone() });
    let core = dense_core(&space.points, &mut report, progress);
    let Some(best) = choose(&core, k_max, task.seed, &mut report, progress) else {
        report.why =
            Some("the customers do not fall into groups of a usable size, so rules alone decide".into());
        return Fitted { model: None, report };
    };
    let model = space.model(&core, &best, task.previous);
    report.sizes = sizes(&cluster::assign(&space.points, &best.centres).0, best.centres.len());
    describe(&mut report, &core, &best, &model, progress);
    Fitted { model: Some(model), report }
}

/// The customers whom no rule claims, in order of key; the others are only counted.
fn left_over(
    customers: impl IntoIterator<Item = (String, Features)>,
    today: ShopDay,
    report: &mut SegmentReport,
) -> Vec<Features> {
    let mut core: Vec<(String, Features)> = Vec::new();
    for (key, features) in customers {
        let rule = assign(&features, today, None, "");
        if rule == segment::REGULAR {
            core.push((key, features));
        } else {
            *report.rules.entry(rule).or_default() += 1;
        }
    }
    report.rules.insert("core".into(), core.len());
    core.sort_by(|a, b| a.0.cmp(&b.0));
    core.into_iter().map(|(_, features)| features).collect()
}

/// The customers that lie in dense groups; of many, a sample is looked at. Everybody where density tells
/// nothing.
fn dense_core(points: &Array2<f64>, report: &mut SegmentReport, progress: Progress<'_>) -> Array2<f64> {
    progress("density", 0, 1);
    let drawn =
        sample::without_repetition(points.nrows(), DENSITY_SAMPLE, &mut sample::generator(report.seed, 5));
    report.samples.insert("dbscan".into(), drawn.len());
    let sampled = sample::rows(points, &drawn);
    let seen = density::explore(&sampled, report.seed);
    progress("density", 1, 1);
    let Some((seen, core)) = seen else { return sampled };
    report.noise = Some(seen.noise);
    report.dbscan = Some(seen);
    sample::rows(&sampled, &core)
}

/// Tries every k on a sample, keeps the one with the best silhouette (ties: fewer segments), and carries
/// it over to all points.
fn choose(
    points: &Array2<f64>,
    k_max: usize,
    seed: u64,
    report: &mut SegmentReport,
    progress: Progress<'_>,
) -> Option<Clustering> {
    let drawn = sample::without_repetition(points.nrows(), FIT_SAMPLE, &mut sample::generator(seed, 1));
    let fitted_on = sample::rows(points, &drawn);
    let looked_at =
        sample::without_repetition(drawn.len(), SILHOUETTE_SAMPLE, &mut sample::generator(seed, 2));
    let distances = Distances::of(&sample::rows(&fitted_on, &looked_at));
    report.samples.insert("k_means".into(), drawn.len());
    report.samples.insert("silhouette".into(), looked_at.len());
    let mut best: Option<(f64, Clustering)> = None;
    for k in 2..=k_max {
        progress("choose", k - 2, k_max - 1);
        let purpose = 10 + u64::try_from(k).unwrap_or(0);
        let found = cluster::fit(&fitted_on, k, STARTS, &mut sample::generator(seed, purpose));
        let Some(found) = found.filter(is_balanced) else { continue };
        let members: Vec<usize> =
            looked_at.iter().filter_map(|index| found.members.get(*index).copied()).collect();
        let Some(silhouette) = cluster::silhouette(&distances, &members, k) else { continue };
        report.tried.insert(k, silhouette);
        if best.as_ref().is_none_or(|(highest, _)| silhouette > *highest) {
            best = Some((silhouette, found));
        }
    }
    let (silhouette, found) = best?;
    report.silhouette = Some(silhouette);
    let all = cluster::fit_from(points, &found.centres);
    Some(ordered(all)).filter(is_balanced)
}

/// Whether every cluster has its share of the points.
fn is_balanced(found: &Clustering) -> bool {
    let least = SIZE_SHARE_MIN * count(found.members.len());
    found.sizes().iter().all(|size| count(*size) >= least && *size > 0)
}

/// Clusters by size, the largest first, ties by centre: a refit that finds the same groups writes them
/// in the same order.
fn ordered(found: Clustering) -> Clustering {
    let sizes = found.sizes();
    let mut order: Vec<(usize, usize, Vec<f64>)> = sizes
        .into_iter()
        .zip(found.centres)
        .enumerate()
        .map(|(old, (size, centre))| (old, size, centre))
        .collect();
    order.sort_by(|a, b| {
        let by_centre = || a.2.iter().zip(&b.2).map(|(x, y)| x.total_cmp(y)).find(|o| o.is_ne());
        b.1.cmp(&a.1).then_with(|| by_centre().unwrap_or(std::cmp::Ordering::Equal))
    });
    let place = |old: usize| order.iter().position(|entry| entry.0 == old).unwrap_or(0);
    let members = found.members.iter().map(|member| place(*member)).collect();
    Clustering {
        members,
        centres: order.iter().map(|entry| entry.2.clone()).collect(),
        inertia: found.inertia,
    }
}

/// Fills the figures that need the chosen clusters.
fn describe(
    report: &mut SegmentReport,
    core: &Array2<f64>,
    best: &Clustering,
    model: &SegmentModel,
    progress: Progress<'_>,
) {
    report.k = best.centres.len();
    report.inertia = Some(best.inertia);
    report.centroids.clone_from(&best.centres);
    report.names = model.clusters.iter().map(|cluster| cluster.name.clone()).collect();
    report.radii = model.clusters.iter().map(|cluster| cluster.radius).collect();
    progress("stability", 0, 1);
    let drawn =
        sample::without_repetition(core.nrows(), STABILITY_SAMPLE, &mut sample::generator(report.seed, 4));
    report.samples.insert("stability".into(), drawn.len());
    let sampled = sample::rows(core, &drawn);
    report.stability_ari = cluster::stability(&sampled, &best.centres, REFITS, report.seed);
    progress("stability", 1, 1);
}
