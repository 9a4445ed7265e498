//! Segments: centroids in scaled feature space.

use crate::facts::id::CategoryId;
use serde::{Deserialize, Serialize};

/// Centroids in scaled feature space, with the names a barista understands.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SegmentModel {
    /// Categories whose spend shares are features, in order.
    pub categories: Vec<CategoryId>,
    /// Whether expected spend by the value model of the same bundle is a feature.
    #[serde(default, skip_serializing_if = "is_not")]
    pub with_value: bool,
    /// Mean of each feature before scaling.
    pub mean: Vec<f64>,
    /// Standard deviation of each feature before scaling; never zero.
    pub deviation: Vec<f64>,
    /// The clusters.
    pub clusters: Vec<Cluster>,
}

impl SegmentModel {
    /// Features that always stand before the spend shares; expected spend may be one more.
    pub const LEADING: usize = 3;

    /// Numbers that stand before the spend shares.
    #[must_use]
    pub fn leading(&self) -> usize {
        Self::LEADING + usize::from(self.with_value)
    }

    /// Numbers in a point: the leading features, one share for each category, one for the rest.
    #[must_use]
    pub fn dimensions(&self) -> usize {
        self.leading() + self.categories.len() + 1
    }

    /// Whether the numbers can be used: finite, of one length, deviations and radii above zero, names
    /// unique.
    ///
    /// # Errors
    /// What is wrong, as the middle of a sentence.
    pub fn check(&self) -> Result<(), String> {
        let dimensions = self.dimensions();
        let finite = |numbers: &[f64]| numbers.len() == dimensions && numbers.iter().all(|x| x.is_finite());
        if self.clusters.is_empty() {
            return Err("its segment model has no clusters".into());
        }
        if !finite(&self.mean) || !finite(&self.deviation) {
            return Err(format!("the scaler of its segment model is not {dimensions} finite numbers"));
        }
        if self.deviation.iter().any(|spread| *spread <= 0.0) {
            return Err("a deviation of its segment model is not above zero".into());
        }
        for (index, cluster) in self.clusters.iter().enumerate() {
            let name = &cluster.name;
            if !finite(&cluster.centre) {
                return Err(format!("the centre of segment {name:?} is not {dimensions} finite numbers"));
            }
            if !cluster.radius.is_finite() || cluster.radius <= 0.0 {
                return Err(format!("the radius of segment {name:?} is not above zero"));
            }
            if name.is_empty() || self.clusters.iter().take(index).any(|other| other.name == *name) {
                return Err(format!("segment name {name:?} is empty or stands twice"));
            }
        }
        Ok(())
    }
}

// Serde hands over a reference.
const fn is_not(flag: &bool) -> bool {
    !*flag
}

/// One fitted segment.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Cluster {
    /// Stable name, such as `morning_regulars`; a key of the catalogue.
    pub name: String,
    /// Centre in scaled space.
    pub centre: Vec<f64>,
    /// 99th percentile of the distance of its own members.
    pub radius: f64,
}
