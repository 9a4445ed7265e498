//! Which segment a customer belongs to now: rules first, then the nearest centroid.
//!
//! May import facts and value. Decisions must be the same on every machine, so sums run in a fixed order,
//! functions come from `libm`, and ties go to the lower index.

use crate::facts::customer::Features;
use crate::facts::id::CategoryId;
use crate::facts::models::{Bundle, SegmentModel, ValueModel};
use crate::facts::moment::ShopDay;
use crate::steps::value;

/// The features before the spend shares; one square root of a spend share follows for each category of
/// the model, and one for all other categories together.
pub const SEGMENT_FEATURES: [&str; SegmentModel::LEADING] =
    ["log_recency", "log_visits_per_30_open_days", "log_cups_per_visit"];
/// The leading feature that a value model adds.
pub const VALUE_FEATURE: &str = "log_expected_spend";

/// Too few visits to say anything.
pub const NEW: &str = "new";
/// Away for longer than their own habit.
pub const COOLING: &str = "cooling";
/// No fitted model: neither new nor cooling.
pub const REGULAR: &str = "regular";
/// Farther from every cluster than its own members are.
pub const UNUSUAL: &str = "unusual";

/// Visits from which on a customer is no longer `new`.
pub const VISITS_KNOWN: u32 = 3;
/// Open days away below which nobody is `cooling`.
pub const COOLING_DAYS_MIN: i32 = 3;
/// Percentile of a customer's own gaps beyond which they are `cooling`.
pub const COOLING_PERCENTILE: usize = 95;
/// Shortest window over which a visit frequency is taken, so that three visits in three days are not
/// thirty a month.
pub const FREQUENCY_WINDOW_MIN: f64 = 30.0;
/// A customer leaves their cluster only when another centre is nearer than this share of the distance.
pub const LEAVING_SHARE: f64 = 0.9;

/// What a customer is measured by.
#[derive(Debug, Clone, Copy)]
pub struct Axes<'a> {
    /// Categories whose spend shares count by themselves.
    pub categories: &'a [CategoryId],
    /// Expected spend counts too, where this is given.
    pub value: Option<&'a ValueModel>,
}

/// The customer as a point, before scaling: recency in open days, visits per 30 open days, cups per visit
/// and, with a value model, expected spend in minor units as `log1p`, then square roots of spend shares
/// (Hellinger) over the categories and the rest. Every value is finite.
#[must_use]
pub fn vector(features: &Features, axes: Axes<'_>, today: ShopDay) -> Vec<f64> {
    let Axes { categories, value } = axes;
    let mut point = Vec::with_capacity(SEGMENT_FEATURES.len() + categories.len() + 2);
    point.push(libm::log1p(f64::from(recency(features, today.number))));
    point.push(libm::log1p(visits_per_30_open_days(features, today.number)));
    point.push(libm::log1p(cups_per_visit(features)));
    if let Some(model) = value {
        let worth = value::worth(features, today, model);
        point.push(libm::log1p(worth.map_or(0.0, |worth| real(worth.clv_minor))));
    }
    let total = features.cups_by_category.values().map(|milli| real(*milli)).fold(0.0, |sum, x| sum + x);
    let share = |spend: f64| if total > 0.0 { libm::sqrt(spend / total) } else { 0.0 };
    let mut named = 0.0;
    for category in categories {
        let spend = features.cups_by_category.get(category).map_or(0.0, |milli| real(*milli));
        named += spend;
        point.push(share(spend));
    }
    point.push(share((total - named).max(0.0)));
    point
}

/// The customer's segment. `previous` is the one they had: they leave a cluster only past a margin, so
/// a single visit at a border does not move them to and fro.
#[must_use]
pub fn assign(features: &Features, today: ShopDay, bundle: Option<&Bundle>, previous: &str) -> String {
    if features.visits < VISITS_KNOWN {
        return NEW.into();
    }
    if is_cooling(features, today.number) {
        return COOLING.into();
    }
    // A model with broken numbers counts as no model: the counter can always sell.
    let Some((model, axes)) = bundle.and_then(usable) else {
        return REGULAR.into();
    };
    let point = scaled(model, &vector(features, axes, today));
    nearest(model, &point, previous).unwrap_or(UNUSUAL).into()
}

/// The segments of a bundle and what they are measured by; nothing where either is missing or broken.
fn usable(bundle: &Bundle) -> Option<(&SegmentModel, Axes<'_>)> {
    let model = bundle.segments.as_ref().filter(|model| model.check().is_ok())?;
    let value = if model.with_value { Some(bundle.value.as_ref()?) } else { None };
    Some((model, Axes { categories: &model.categories, value }))
}

/// The point in the model's scaled space.
#[must_use]
pub fn scaled(model: &SegmentModel, point: &[f64]) -> Vec<f64> {
    point
        .iter()
        .zip(&model.mean)
        .zip(&model.deviation)
        .map(|((x, mean), spread)| (x - mean) / spread)
        .collect()
}

/// The Euclidean distance of two points, summed from the first coordinate to the last.
#[must_use]
pub fn distance(a: &[f64], b: &[f64]) -> f64 {
    libm::sqrt(a.iter().zip(b).fold(0.0, |sum, (x, y)| sum + (x - y) * (x - y)))
}

/// Open days since the last visit, never negative.
#[must_use]
pub fn recency(features: &Features, open_day: i32) -> i32 {
    open_day.saturating_sub(features.last_open_day).max(0)
}

/// Whether the customer has been away for longer than nearly all of their own gaps.
fn is_cooling(features: &Features, open_day: i32) -> bool {
    let away = recency(features, open_day);
    let mut gaps = features.gaps.clone();
    gaps.sort_unstable();
    // Nearest rank: the smallest gap that at least 95 % of the gaps do not exceed.
    let rank = (gaps.len() * COOLING_PERCENTILE).div_ceil(100);
    let habit = rank.checked_sub(1).and_then(|index| gaps.get(index));
    away >= COOLING_DAYS_MIN && habit.is_some_and(|habit| away > *habit)
}

/// Visits per 30 open days over the gaps that are kept and the time since.
fn visits_per_30_open_days(features: &Features, open_day: i32) -> f64 {
    let gaps = features.gaps.iter().fold(0.0, |sum, gap| sum + f64::from((*gap).max(0)));
    let window = (gaps + f64::from(recency(features, open_day)) + 1.0).max(FREQUENCY_WINDOW_MIN);
    let visits = u32::try_from(features.gaps.len()).map_or(f64::from(u32::MAX), f64::from) + 1.0;
    if features.visits == 0 { 0.0 } else { 30.0 * visits / window }
}

fn cups_per_visit(features: &Features) -> f64 {
    if features.visits == 0 { 0.0 } else { real(features.cups_milli) / 1000.0 / f64::from(features.visits) }
}

/// Whole units as a float; a negative remainder after refunds counts as nothing.
#[expect(clippy::cast_precision_loss, reason = "beyond 2^53 units precision is of no use")]
fn real(milli: i64) -> f64 {
    milli.max(0) as f64
}

/// The name of the cluster the point belongs to; nothing when it is beyond the nearest one's radius.
fn nearest<'a>(model: &'a SegmentModel, point: &[f64], previous: &str) -> Option<&'a str> {
    let (cluster, best) = model
        .clusters
        .iter()
        .map(|cluster| (cluster, distance(point, &cluster.centre)))
        .reduce(|best, next| if next.1 < best.1 { next } else { best })?;
    let held = model.clusters.iter().find(|cluster| cluster.name == previous).filter(|held| {
        let own = distance(point, &held.centre);
        own <= held.radius && best >= LEAVING_SHARE * own
    });
    match held {
        Some(held) => Some(&held.name),
        None => (best <= cluster.radius).then_some(cluster.name.as_str()),
    }
}
