//! What learning hands to the counter: numbers only, in one signed bundle. One file for each part.

mod forest;
mod game;
mod response;
mod segments;
mod tastes;
mod value;

pub use self::forest::{Branch, Forest, Tree};
pub use self::game::{EXPLOIT_MAX, Follower, GameModel, Level, SegmentGame};
pub use self::response::{Cell, Curve, Prior, ResponseModel, Step};
pub use self::segments::{Cluster, SegmentModel};
pub use self::tastes::{AgainTaste, ScoreCurve, TasteModel, TasteRule};
pub use self::value::{BgNbd, GammaGamma, ValueModel};

use super::{
    id::{Digest, Sku},
    menu::hex_digest,
    moment::Moment,
};
use serde::{Deserialize, Serialize};

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
    /// Products that were on the menu it was made with; none where nobody wrote them down.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub products: Vec<Sku>,
    /// Centroids, when enough customers carry them.
    pub segments: Option<SegmentModel>,
    /// Purchases, dropping out and spend, when enough guests came back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value: Option<ValueModel>,
    /// What is bought together, by similar guests, and again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tastes: Option<TasteModel>,
    /// How guests respond to discounts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub response: Option<ResponseModel>,
    /// The solved game, where its gate held.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub game: Option<GameModel>,
}

impl Bundle {
    /// Whether every part's numbers can be used.
    ///
    /// # Errors
    /// What is wrong, as the middle of a sentence.
    pub fn check(&self) -> Result<(), String> {
        self.segments.as_ref().map_or(Ok(()), SegmentModel::check)?;
        if self.value.is_none() && self.segments.as_ref().is_some_and(|model| model.with_value) {
            return Err("its segments use expected spend, but it has no value model".into());
        }
        self.value.as_ref().map_or(Ok(()), ValueModel::check)?;
        self.tastes.as_ref().map_or(Ok(()), TasteModel::check)?;
        self.response.as_ref().map_or(Ok(()), ResponseModel::check)?;
        self.game.as_ref().map_or(Ok(()), GameModel::check)
    }

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
