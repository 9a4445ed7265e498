//! The decision record: everything needed to compute a receipt's discount again, bit for bit.

use crate::facts::assignment::Assignment;
use crate::facts::basket::Item;
use crate::facts::customer::{Features, Rights};
use crate::facts::id::{Digest, ReceiptId};
use crate::facts::moment::{BusinessDay, Moment};
use crate::facts::money::Money;
use crate::facts::offer::Offer;
use crate::facts::policy::Policy;
use crate::facts::purchase::{PurchaseKind, PurchaseLine};
use crate::steps::features;
use crate::steps::guard::{ApprovedOffer, CapsLeft, Refusal};
use crate::steps::offer::{Draw, Situation};
use crate::wire::code::CodeUse;
use serde::{Deserialize, Serialize};

/// What was known, drawn, shown, chosen and granted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Decision {
    /// Format version.
    pub v: u32,
    /// The receipt.
    pub receipt: ReceiptId,
    /// Menu, costs among them.
    pub menu: Digest,
    /// Policy.
    pub policy: Digest,
    /// Bundle, if one was in force.
    pub bundle: Option<Digest>,
    /// The guest, if known.
    pub guest: Option<Guest>,
    /// Why goods leave the counter.
    pub kind: PurchaseKind,
    /// The basket as entered.
    pub basket: Vec<Item>,
    /// The offer that was chosen.
    pub chosen: Option<Offer>,
    /// The day that costs were aged by.
    pub day: BusinessDay,
    /// Caps before this receipt.
    pub caps_left: CapsLeft,
    /// What came out, line by line.
    pub lines: Vec<DecidedLine>,
    /// What the guard cut.
    pub refusals: Vec<Refusal>,
    /// The card for the next visit, whether or not an older one is still good.
    pub next: Option<Offer>,
    /// Codes of a phone that the guest has shown in this visit.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub codes: Vec<CodeUse>,
}

/// What was known of the guest and what they were shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Guest {
    /// Features before this visit.
    pub features: Features,
    /// Number of the day among the shop's open days.
    pub open_day: i32,
    /// Segment before this visit.
    pub previous_segment: String,
    /// Inputs of the cards.
    pub situation: Situation,
    /// The bundle that was in force when the guest was greeted.
    pub bundle: Option<Digest>,
    /// The cards.
    pub draw: Draw,
    /// Where and when the cards were shown.
    pub exposure: Vec<Exposure>,
    /// What the guest's code gave a right to.
    #[serde(default, skip_serializing_if = "Rights::is_full")]
    pub rights: Rights,
}

/// One showing of cards.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Exposure {
    /// `display`, `print` or `club`.
    pub channel: String,
    /// When.
    pub at: Moment,
}

/// One line as it came out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DecidedLine {
    /// 1-based number.
    pub line: u16,
    /// List price.
    pub list: Money,
    /// Granted depth.
    pub depth_bp: i64,
    /// Discount.
    pub discount: Money,
    /// Net.
    pub net: Money,
    /// Floor, where a cost is known.
    pub floor: Option<Money>,
}

impl Decision {
    /// The assignment that this sale opens: the first of an epoch whose arm was drawn by lot. Its length is
    /// that of the guest on this day, so a guest who comes more often later does not cut it short.
    #[must_use]
    pub fn opens_epoch(&self, policy: &Policy) -> Option<Assignment> {
        let guest = self.guest.as_ref()?;
        let situation = &guest.situation;
        let from = situation.opened.filter(|_| situation.assigned.is_none())?;
        let draws = situation.strategy.draws_arms() && situation.personal && self.kind == PurchaseKind::Sale;
        draws.then(|| Assignment {
            experiment: policy.experiment.clone(),
            decided_by: guest.draw.spoke.clone().unwrap_or_else(|| "ladder".into()),
            epoch: situation.epoch,
            from,
            until: BusinessDay(from.0.saturating_add(features::epoch_days(&situation.reading, policy))),
            segment: situation.segment.clone(),
            holdout: guest.draw.holdout,
            arm: guest.draw.arm.clone(),
            probabilities_bp: guest.draw.probabilities_bp.clone(),
            bundle: guest.bundle.clone(),
            receipt: self.receipt.clone(),
        })
    }

    /// The exact text that is kept and compared.
    #[must_use]
    pub fn to_json(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }
}

/// Lines as they came out: prices beside granted depths.
pub(super) fn decided_lines(lines: &[PurchaseLine], approved: &ApprovedOffer) -> Vec<DecidedLine> {
    lines
        .iter()
        .zip(approved.lines())
        .map(|(line, approved)| DecidedLine {
            line: line.line,
            list: line.list,
            depth_bp: approved.depth_bp(),
            discount: line.discount,
            net: line.net,
            floor: line.floor,
        })
        .collect()
}
