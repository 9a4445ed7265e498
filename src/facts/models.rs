//! What learning hands to the counter: numbers only, in one signed bundle.

use super::{
    id::{CategoryId, Digest},
    menu::hex_digest,
    moment::Moment,
};
use serde::{Deserialize, Serialize};

/// Centroids in scaled feature space, with the names a barista understands.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SegmentModel {
    /// Categories whose spend shares are features, in order.
    pub categories: Vec<CategoryId>,
    /// Mean of each feature before scaling.
    pub mean: Vec<f64>,
    /// Standard deviation of each feature before scaling; never zero.
    pub deviation: Vec<f64>,
    /// The clusters.
    pub clusters: Vec<Cluster>,
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

/// One signed file of models. It carries stable ids, never prices.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Bundle {
    /// Format version.
    pub v: u32,
    /// Who made it: `local:<counter>` or the office's key id.
    pub issuer: String,
    /// Only goes up.
    pub release: u64,
    /// When it was made.
    pub made: Moment,
    /// Not used after this.
    pub not_after: Moment,
    /// Centroids, when enough customers carry them.
    pub segments: Option<SegmentModel>,
}

impl Bundle {
    /// The exact bytes that are signed.
    #[must_use]
    pub fn to_json(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }

    /// SHA-256 of those bytes.
    #[must_use]
    pub fn digest(&self) -> Digest {
        hex_digest(self.to_json().as_bytes())
    }
}
