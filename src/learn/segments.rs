//! Segments: K-Means on the customers that the rules leave over, k by silhouette, named centres.
//!
//! May import facts and `steps::segment`. Too few customers give no model, and the report says so.

use super::{
    cluster::{self, Clustering, Distances, count},
    density::{self, Density},
    names::{self, Portrait},
    sample,
};
use crate::{
    facts::{
        customer::Features,
        id::CategoryId,
        models::{Cluster, SegmentModel},
    },
    steps::segment::{self, SEGMENT_FEATURES, assign, distance, vector},
};
use ndarray::{Array2, Axis};
use serde::Serialize;
use std::collections::BTreeMap;

/// Most segments a barista can keep apart.
pub const K_MAX: usize = 8;
/// Customers that one segment needs at least, on average.
pub const CUSTOMERS_PER_SEGMENT: usize = 150;
/// Points on which the silhouette is computed, at most.
pub const SILHOUETTE_SAMPLE: usize = 2_000;
/// Points on which k is chosen and stability measured, at most; the final centres use all customers.
pub const FIT_SAMPLE: usize = 20_000;
/// Points on which DBSCAN looks for dense groups and refits measure stability, at most.
pub const DENSITY_SAMPLE: usize = 5_000;
/// Seeded starts of K-Means for each k.
pub const STARTS: usize = 8;
/// Bootstrap refits behind the stability.
pub const REFITS: usize = 10;
/// Most categories that are features of their own.
pub const CATEGORIES_MAX: usize = 8;
/// A category is a feature from this share of all spend on.
const CATEGORY_SHARE_MIN: f64 = 0.01;
/// Share of customers below which a cluster is not a segment.
const SIZE_SHARE_MIN: f64 = 0.01;
/// The percentile of its members' distances that is a cluster's radius.
const RADIUS_PERCENTILE: usize = 99;
/// The smallest radius in scaled space, for clusters of nearly equal customers.
const RADIUS_MIN: f64 = 0.25;
/// What guests buy weighs as much as how often and how much together.
const COMPOSITION_WEIGHT: f64 = 3.0;
/// A refitted centre this near an old one keeps its name, in old standard deviations.
const SAME_SEGMENT: f64 = 0.5;

/// What to fit on.
#[derive(Debug)]
pub struct Task<'a> {
    /// Running number of today among the shop's open days.
    pub open_day: i32,
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
    /// Sum of squared distances to the own centre, in scaled space.
    pub inertia: Option<f64>,
    /// Mean silhouette on the sample.
    pub silhouette: Option<f64>,
    /// Members of each cluster.
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
    let core = left_over(customers, task.open_day, &mut report);
    let k_max = (core.len() / CUSTOMERS_PER_SEGMENT).min(K_MAX);
    if k_max < 2 {
        report.why = Some(format!(
            "{} customers are neither new nor cooling; {} are needed for two segments, so rules alone decide",
            core.len(),
            2 * CUSTOMERS_PER_SEGMENT
        ));
        return Fitted { model: None, report };
    }
    let space = Space::of(&core, task.open_day);
    report.features = space.feature_names();
    report.scaler = Some(Scaler { mean: space.mean.clone(), deviation: space.deviation.clone() });
    let Some(best) = choose(&space.points, k_max, task.seed, &mut report, progress) else {
        report.why =
            Some("the customers do not fall into groups of a usable size, so rules alone decide".into());
        return Fitted { model: None, report };
    };
    let model = space.model(&best, task.previous);
    describe(&mut report, &space, &best, &model, progress);
    Fitted { model: Some(model), report }
}

/// The customers whom no rule claims, in order of key; the others are only counted.
fn left_over(
    customers: impl IntoIterator<Item = (String, Features)>,
    open_day: i32,
    report: &mut SegmentReport,
) -> Vec<Features> {
    let mut core: Vec<(String, Features)> = Vec::new();
    for (key, features) in customers {
        let rule = assign(&features, open_day, None, "");
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

/// The customers as points in scaled space.
struct Space {
    categories: Vec<CategoryId>,
    mean: Vec<f64>,
    deviation: Vec<f64>,
    /// The deviation of each spend share by itself, for names.
    own_deviation: Vec<f64>,
    points: Array2<f64>,
}

impl Space {
    fn of(core: &[Features], open_day: i32) -> Space {
        let categories = main_categories(core);
        let dimensions = SEGMENT_FEATURES.len() + categories.len() + 1;
        let flat: Vec<f64> =
            core.iter().flat_map(|features| vector(features, &categories, open_day)).collect();
        let mut points = Array2::from_shape_vec((core.len(), dimensions), flat)
            .unwrap_or_else(|_| Array2::zeros((0, dimensions)));
        let mean: Vec<f64> = points.axis_iter(Axis(1)).map(|column| mean_of(column.iter())).collect();
        let own_deviation: Vec<f64> = points
            .axis_iter(Axis(1))
            .zip(&mean)
            .map(|(column, mean)| deviation_of(column.iter(), *mean))
            .collect();
        let deviation = common_deviation(&own_deviation);
        for ((mut column, mean), spread) in points.axis_iter_mut(Axis(1)).zip(&mean).zip(&deviation) {
            column.mapv_inplace(|x| (x - mean) / spread);
        }
        Space { categories, mean, deviation, own_deviation, points }
    }

    fn feature_names(&self) -> Vec<String> {
        let leading = SEGMENT_FEATURES.iter().map(|name| (*name).to_owned());
        let shares = self.categories.iter().map(|category| format!("sqrt_share:{category}"));
        leading.chain(shares).chain(["sqrt_share_of_the_rest".to_owned()]).collect()
    }

    fn model(&self, best: &Clustering, previous: Option<&SegmentModel>) -> SegmentModel {
        let mut model = SegmentModel {
            categories: self.categories.clone(),
            mean: self.mean.clone(),
            deviation: self.deviation.clone(),
            clusters: Vec::new(),
        };
        let portraits: Vec<Portrait> = best.centres.iter().map(|centre| self.portrait(centre)).collect();
        let given = names_of_old(&model, &best.centres, previous);
        let radii = radii(&self.points, best);
        let named = names::names(&portraits, &given);
        let clusters = best.centres.iter().zip(named).zip(radii);
        model.clusters = clusters
            .map(|((centre, name), radius)| Cluster { name, centre: centre.clone(), radius })
            .collect();
        model
    }

    fn portrait(&self, centre: &[f64]) -> Portrait {
        let shares = centre.iter().zip(&self.mean).zip(&self.deviation).zip(&self.own_deviation);
        let shares = shares.skip(SEGMENT_FEATURES.len()).zip(&self.categories);
        let tastes = shares.map(|((((x, mean), spread), own), category)| {
            let root = x * spread + mean;
            (category.clone(), root * root, x * spread / own)
        });
        let at = |index: usize| centre.get(index).copied().unwrap_or(0.0);
        Portrait { frequency: at(1), spend: at(2), tastes: tastes.collect() }
    }
}

/// Categories that carry the spend, the largest first, ties by id.
fn main_categories(core: &[Features]) -> Vec<CategoryId> {
    let mut spend: BTreeMap<&CategoryId, i128> = BTreeMap::new();
    for (category, milli) in core.iter().flat_map(|features| &features.cups_by_category) {
        *spend.entry(category).or_default() += i128::from((*milli).max(0));
    }
    let total: i128 = spend.values().sum();
    let mut ranked: Vec<(&CategoryId, i128)> = spend.into_iter().collect();
    ranked.sort_by_key(|(category, milli)| (std::cmp::Reverse(*milli), (*category).clone()));
    #[expect(clippy::cast_possible_truncation, reason = "a constant share in basis points")]
    let share_bp = (CATEGORY_SHARE_MIN * 10_000.0) as i128;
    ranked.retain(|(_, milli)| *milli * 10_000 >= total * share_bp && *milli > 0);
    ranked.into_iter().take(CATEGORIES_MAX).map(|(category, _)| category.clone()).collect()
}

fn mean_of<'a>(values: impl ExactSizeIterator<Item = &'a f64>) -> f64 {
    let n = count(values.len()).max(1.0);
    values.fold(0.0, |sum, x| sum + x) / n
}

/// The standard deviation, or 1 for a feature that does not vary.
fn deviation_of<'a>(values: impl ExactSizeIterator<Item = &'a f64>, mean: f64) -> f64 {
    let n = count(values.len()).max(1.0);
    let deviation = libm::sqrt(values.fold(0.0, |sum, x| sum + (x - mean) * (x - mean)) / n);
    if deviation > 1e-9 { deviation } else { 1.0 }
}

/// Leading features are scaled each by its own deviation. The spend shares keep their Hellinger geometry:
/// one deviation for all, so that together they weigh as much as the leading features.
fn common_deviation(own: &[f64]) -> Vec<f64> {
    let (leading, shares) = own.split_at(own.len().min(SEGMENT_FEATURES.len()));
    // A share that does not vary has deviation 1 by convention and adds nothing.
    let varying = shares.iter().filter(|spread| **spread < 1.0);
    let variance = varying.fold(0.0, |sum, spread| sum + spread * spread);
    let common = if variance > 0.0 { libm::sqrt(variance / COMPOSITION_WEIGHT) } else { 1.0 };
    leading.iter().copied().chain(shares.iter().map(|_| common)).collect()
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
    let all = cluster::fit_from(points, &found.centres, &sample::generator(seed, 3))?;
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

/// The nearest-rank percentile of the members' distances, for each cluster.
fn radii(points: &Array2<f64>, found: &Clustering) -> Vec<f64> {
    let mut distances: Vec<Vec<f64>> = vec![Vec::new(); found.centres.len()];
    for (row, member) in points.outer_iter().zip(&found.members) {
        if let (Some(own), Some(centre)) = (distances.get_mut(*member), found.centres.get(*member)) {
            own.push(distance(&row.to_vec(), centre));
        }
    }
    let percentile = |mut own: Vec<f64>| {
        own.sort_unstable_by(f64::total_cmp);
        let rank = (own.len() * RADIUS_PERCENTILE).div_ceil(100);
        rank.checked_sub(1).and_then(|index| own.get(index).copied()).unwrap_or(0.0).max(RADIUS_MIN)
    };
    distances.into_iter().map(percentile).collect()
}

/// For each new centre the name of the old cluster that is its mutual nearest and near enough.
fn names_of_old(
    new: &SegmentModel,
    centres: &[Vec<f64>],
    previous: Option<&SegmentModel>,
) -> Vec<Option<String>> {
    let Some(old) = previous.filter(|old| old.categories == new.categories && old.check().is_ok()) else {
        return vec![None; centres.len()];
    };
    let in_old_space: Vec<Vec<f64>> = centres
        .iter()
        .map(|centre| {
            let raw: Vec<f64> =
                centre.iter().zip(&new.mean).zip(&new.deviation).map(|((x, m), s)| x * s + m).collect();
            segment::scaled(old, &raw)
        })
        .collect();
    let closest = |from: &[f64], to: &mut dyn Iterator<Item = &[f64]>| {
        to.map(|point| distance(from, point))
            .enumerate()
            .reduce(|best, next| if next.1 < best.1 { next } else { best })
    };
    let of_old = |centre: &[f64]| {
        let (index, gap) = closest(centre, &mut old.clusters.iter().map(|c| c.centre.as_slice()))?;
        old.clusters.get(index).filter(|_| gap <= SAME_SEGMENT)
    };
    in_old_space
        .iter()
        .enumerate()
        .map(|(own, centre)| {
            let found = of_old(centre)?;
            let (back, _) = closest(&found.centre, &mut in_old_space.iter().map(Vec::as_slice))?;
            (back == own).then(|| found.name.clone())
        })
        .collect()
}

/// Fills the figures that need the chosen clusters.
fn describe(
    report: &mut SegmentReport,
    space: &Space,
    best: &Clustering,
    model: &SegmentModel,
    progress: Progress<'_>,
) {
    report.k = best.centres.len();
    report.inertia = Some(best.inertia);
    report.sizes = best.sizes();
    report.centroids.clone_from(&best.centres);
    report.names = model.clusters.iter().map(|cluster| cluster.name.clone()).collect();
    report.radii = model.clusters.iter().map(|cluster| cluster.radius).collect();
    progress("stability", 0, 1);
    let drawn = sample::without_repetition(
        space.points.nrows(),
        DENSITY_SAMPLE,
        &mut sample::generator(report.seed, 4),
    );
    let sampled = sample::rows(&space.points, &drawn);
    report.samples.insert("stability_and_dbscan".into(), drawn.len());
    report.stability_ari = cluster::stability(&sampled, &best.centres, REFITS, report.seed);
    progress("density", 0, 1);
    report.dbscan = density::explore(&sampled);
    report.noise = report.dbscan.as_ref().map(|seen| seen.noise);
    progress("density", 1, 1);
}
