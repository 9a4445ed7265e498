//! Customers as points in scaled space, and clusters of them as a model with names and radii.

use super::{
    cluster::{Clustering, count},
    names::{self, Portrait},
};
use crate::facts::customer::Features;
use crate::facts::id::CategoryId;
use crate::facts::models::{Cluster, SegmentModel, ValueModel};
use crate::facts::moment::ShopDay;
use crate::steps::segment::{self, Axes, SEGMENT_FEATURES, VALUE_FEATURE, distance, vector};
use ndarray::{Array2, Axis};
use std::collections::BTreeMap;

/// Most categories that are features of their own.
pub const CATEGORIES_MAX: usize = 8;
/// A category is a feature from this share of all spend on.
const CATEGORY_SHARE_MIN: f64 = 0.01;
/// The percentile of its members' distances that is a cluster's radius.
const RADIUS_PERCENTILE: usize = 99;
/// The smallest radius in scaled space, for clusters of nearly equal customers.
const RADIUS_MIN: f64 = 0.25;
/// What guests buy weighs as much as how often and how much together.
const COMPOSITION_WEIGHT: f64 = 3.0;
/// A refitted centre this near an old one keeps its name, in old standard deviations.
const SAME_SEGMENT: f64 = 0.5;

/// The customers as points in scaled space.
#[derive(Debug)]
pub struct Space {
    /// Categories whose spend shares are features.
    pub categories: Vec<CategoryId>,
    /// Whether expected spend is a feature.
    pub with_value: bool,
    /// Mean of each feature before scaling.
    pub mean: Vec<f64>,
    /// What each feature is divided by.
    pub deviation: Vec<f64>,
    /// The deviation of each spend share by itself, for names.
    own_deviation: Vec<f64>,
    /// One row for each customer.
    pub points: Array2<f64>,
}

impl Space {
    /// Computes and scales the features of these customers.
    #[must_use]
    pub fn of(core: &[Features], today: ShopDay, value: Option<&ValueModel>) -> Space {
        let categories = main_categories(core);
        let leading = SEGMENT_FEATURES.len() + usize::from(value.is_some());
        let dimensions = leading + categories.len() + 1;
        let axes = Axes { categories: &categories, value };
        let flat: Vec<f64> = core.iter().flat_map(|features| vector(features, axes, today)).collect();
        let mut points = Array2::from_shape_vec((core.len(), dimensions), flat)
            .unwrap_or_else(|_| Array2::zeros((0, dimensions)));
        let mean: Vec<f64> = points.axis_iter(Axis(1)).map(|column| mean_of(column.iter())).collect();
        let own_deviation: Vec<f64> = points
            .axis_iter(Axis(1))
            .zip(&mean)
            .map(|(column, mean)| deviation_of(column.iter(), *mean))
            .collect();
        let deviation = common_deviation(&own_deviation, leading);
        for ((mut column, mean), spread) in points.axis_iter_mut(Axis(1)).zip(&mean).zip(&deviation) {
            column.mapv_inplace(|x| (x - mean) / spread);
        }
        Space { categories, with_value: value.is_some(), mean, deviation, own_deviation, points }
    }

    /// Names of the features, in order.
    #[must_use]
    pub fn feature_names(&self) -> Vec<String> {
        let value = self.with_value.then_some(&VALUE_FEATURE);
        let leading = SEGMENT_FEATURES.iter().chain(value).map(|name| (*name).to_owned());
        let shares = self.categories.iter().map(|category| format!("sqrt_share:{category}"));
        leading.chain(shares).chain(["sqrt_share_of_the_rest".to_owned()]).collect()
    }

    /// The clusters of these points as a model: radii, and names that persist where an old centre is near.
    #[must_use]
    pub fn model(
        &self,
        core: &Array2<f64>,
        best: &Clustering,
        previous: Option<&SegmentModel>,
    ) -> SegmentModel {
        let mut model = SegmentModel {
            categories: self.categories.clone(),
            with_value: self.with_value,
            mean: self.mean.clone(),
            deviation: self.deviation.clone(),
            clusters: Vec::new(),
        };
        let portraits: Vec<Portrait> = best.centres.iter().map(|centre| self.portrait(centre)).collect();
        let given = names_of_old(&model, &best.centres, previous);
        let radii = radii(core, best);
        let named = names::names(&portraits, &given);
        let clusters = best.centres.iter().zip(named).zip(radii);
        model.clusters = clusters
            .map(|((centre, name), radius)| Cluster { name, centre: centre.clone(), radius })
            .collect();
        model
    }

    fn portrait(&self, centre: &[f64]) -> Portrait {
        let shares = centre.iter().zip(&self.mean).zip(&self.deviation).zip(&self.own_deviation);
        let leading = SEGMENT_FEATURES.len() + usize::from(self.with_value);
        let shares = shares.skip(leading).zip(&self.categories);
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
fn common_deviation(own: &[f64], leading: usize) -> Vec<f64> {
    let (leading, shares) = own.split_at(own.len().min(leading));
    // A share that does not vary has deviation 1 by convention and adds nothing.
    let varying = shares.iter().filter(|spread| **spread < 1.0);
    let variance = varying.fold(0.0, |sum, spread| sum + spread * spread);
    let common = if variance > 0.0 { libm::sqrt(variance / COMPOSITION_WEIGHT) } else { 1.0 };
    leading.iter().copied().chain(shares.iter().map(|_| common)).collect()
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
    let alike = |old: &&SegmentModel| {
        old.categories == new.categories && old.with_value <= new.with_value && old.check().is_ok()
    };
    let Some(old) = previous.filter(alike) else {
        return vec![None; centres.len()];
    };
    let in_old_space: Vec<Vec<f64>> = centres
        .iter()
        .map(|centre| {
            let mut raw: Vec<f64> =
                centre.iter().zip(&new.mean).zip(&new.deviation).map(|((x, m), s)| x * s + m).collect();
            if new.with_value && !old.with_value {
                raw.remove(SegmentModel::LEADING);
            }
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
