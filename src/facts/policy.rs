//! What the chain allows: ladder, floor, caps, status base, holdout. Comes down from the office.

pub use super::arm::Arm;

use super::{
    arm::starting_arms,
    customer::Rights,
    id::{ArmId, Digest},
    menu::{hex_digest, is_no},
    moment::BusinessDay,
    money::{Money, WHOLE_BP},
};
use serde::{Deserialize, Serialize};

/// A published level of the programme. It never falls with visits.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Status {
    /// Its name, such as `member`.
    pub name: String,
    /// Visits from which on it holds.
    pub from_visits: u32,
    /// Depth every guest of this status gets on eligible products.
    pub base_bp: i64,
}

/// Most cards a template may have, the next visit's among them.
const CARDS_OF_ARM_MAX: usize = 5;

/// What one customer may get in a day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Caps {
    /// Receipts with a discount.
    pub receipts_per_day: u32,
    /// Discount in money.
    pub discount_minor_per_day: Money,
    /// Drinks a discount covers on one receipt.
    pub drinks_per_receipt: i64,
}

/// From so many days after the start on, this share of customers gets the published base only.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HoldoutStep {
    /// Days after the programme's start.
    pub from_day: i32,
    /// Share of customers, basis points.
    pub share_bp: i64,
}

/// All rules in one piece; its digest is in every decision record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Policy {
    /// Counts up with every change.
    pub version: u32,
    /// μ: minimum gross margin of a discounted line, basis points.
    pub margin_floor_bp: i64,
    /// Depths that exist, ascending, starting with 0.
    pub ladder_bp: Vec<i64>,
    /// Two guests of one status differ by at most this much on one product and shop-day.
    pub personal_spread_bp: i64,
    /// Published levels, ascending by visits; the first starts at 0.
    pub statuses: Vec<Status>,
    /// Limits per customer.
    pub caps: Caps,
    /// A cost older than this many days counts 10 % more.
    pub cost_amber_days: i32,
    /// A cost older than this many days allows no discount.
    pub cost_stale_days: i32,
    /// Days before that limit from which on the alarm is raised.
    pub cost_alarm_days: i32,
    /// What an amber cost is raised by, basis points.
    pub cost_amber_markup_bp: i64,
    /// A receipt of so many drinks is a group visit.
    pub group_drinks: i64,
    /// Spend of a group visit that features count, thousandths of cups.
    pub group_cups_milli: i64,
    /// The programme's first day.
    pub started: Option<BusinessDay>,
    /// Shares of customers kept at the base, by age of the programme.
    pub holdout: Vec<HoldoutStep>,
    /// Days a card for the next visit is good for.
    pub card_days: i32,
    /// Length of an epoch in days, and of a weekly guest's.
    pub epoch_days: i32,
    /// Length of an epoch of guests who come at least weekly.
    pub weekly_epoch_days: i32,
    /// Name of the experiment; part of every seed.
    pub experiment: String,
    /// The starting ladder.
    pub arms: Vec<Arm>,
    /// Discount that staff purchases have by themselves, basis points, never below the floor.
    pub staff_bp: i64,
    /// What a printed card, or a card of an older programme, gives a right to: both can be copied.
    #[serde(skip_serializing_if = "Rights::is_base")]
    pub printed_card: Rights,
    /// Discount in money that one of the staff has in a day; those who show no code share one.
    #[serde(skip_serializing_if = "is_usual_staff_day")]
    pub staff_day_minor: Money,
    /// From this sum on money goes back only with the manager's PIN; where nothing is said, never.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub refund_pin_from_minor: Option<Money>,
    /// Whether a person may say that a piece is sold without the marking code that it needs.
    #[serde(skip_serializing_if = "is_no")]
    pub sells_without_mark: bool,
}

/// What staff have in a day where the policy does not say; not written, so that older policies keep their digest.
const USUAL_STAFF_DAY: Money = Money(2_000);

fn is_usual_staff_day(discount: &Money) -> bool {
    *discount == USUAL_STAFF_DAY
}

impl Default for Policy {
    fn default() -> Policy {
        Policy {
            version: 1,
            margin_floor_bp: 1_000,
            ladder_bp: vec![0, 500, 700, 1_000, 1_200, 1_500, 2_000, 2_500, 3_000],
            personal_spread_bp: 500,
            statuses: vec![
                Status { name: "member".into(), from_visits: 0, base_bp: 500 },
                Status { name: "regular".into(), from_visits: 10, base_bp: 700 },
            ],
            caps: Caps { receipts_per_day: 4, discount_minor_per_day: Money(2_000), drinks_per_receipt: 2 },
            cost_amber_days: 45,
            cost_stale_days: 180,
            cost_alarm_days: 14,
            cost_amber_markup_bp: 1_000,
            group_drinks: 4,
            group_cups_milli: 3_000,
            started: None,
            holdout: vec![
                HoldoutStep { from_day: 0, share_bp: 5_000 },
                HoldoutStep { from_day: 56, share_bp: 2_000 },
                HoldoutStep { from_day: 365, share_bp: 500 },
            ],
            card_days: 14,
            epoch_days: 28,
            weekly_epoch_days: 14,
            experiment: "menu-2".into(),
            arms: starting_arms(),
            staff_bp: 2_000,
            printed_card: Rights::Base,
            staff_day_minor: USUAL_STAFF_DAY,
            refund_pin_from_minor: None,
            sells_without_mark: false,
        }
    }
}

impl Policy {
    /// Checks what the steps rely on.
    ///
    /// # Errors
    /// One sentence naming the field and what it may be.
    pub fn check(&self) -> Result<(), String> {
        let share = 0..WHOLE_BP;
        if !share.contains(&self.margin_floor_bp) {
            return Err(format!("margin_floor_bp is {}; it must be 0 to 9999", self.margin_floor_bp));
        }
        let ascending = self.ladder_bp.windows(2).all(|pair| matches!(pair, [low, high] if low < high));
        if self.ladder_bp.first() != Some(&0)
            || !ascending
            || self.ladder_bp.iter().any(|d| !share.contains(d))
        {
            return Err("ladder_bp must start with 0, ascend and stay below 10000".into());
        }
        if self.statuses.first().is_none_or(|status| status.from_visits != 0) {
            return Err("statuses must start with one from 0 visits".into());
        }
        if self.statuses.windows(2).any(|pair| matches!(pair, [low, high] if high.base_bp < low.base_bp || high.from_visits <= low.from_visits)) {
            return Err("statuses must not fall with visits".into());
        }
        let probabilities: i128 = self.arms.iter().map(|arm| i128::from(arm.probability_bp)).sum();
        if self.arms.len() > 12
            || probabilities != i128::from(WHOLE_BP)
            || self.arms.iter().any(|a| a.probability_bp < 1_000)
        {
            return Err(
                "arms must be at most 12, with probabilities of at least 1000 that sum to 10000".into()
            );
        }
        if self.epoch_days < 1 || self.weekly_epoch_days < 1 {
            return Err("epoch_days and weekly_epoch_days must be at least 1".into());
        }
        self.check_arms_and_holdout()?;
        self.check_ranges()
    }

    fn check_arms_and_holdout(&self) -> Result<(), String> {
        let mut names: Vec<&ArmId> = self.arms.iter().map(|arm| &arm.id).collect();
        names.sort();
        if names.windows(2).any(|pair| matches!(pair, [one, next] if one == next)) {
            return Err("arms must have different names".into());
        }
        let longest = self.ladder_bp.len();
        if self.arms.iter().any(|arm| arm.steps > longest || arm.cards.iter().any(|c| c.steps > longest)) {
            return Err("an arm's steps must not exceed the ladder".into());
        }
        if self.arms.iter().any(|arm| arm.cards.len() > CARDS_OF_ARM_MAX) {
            return Err(format!("an arm must have at most {CARDS_OF_ARM_MAX} cards"));
        }
        let ascending =
            self.holdout.windows(2).all(|pair| matches!(pair, [one, next] if one.from_day < next.from_day));
        if !ascending || self.holdout.iter().any(|step| !(0..=WHOLE_BP).contains(&step.share_bp)) {
            return Err("holdout must ascend by from_day, with shares of 0 to 10000".into());
        }
        Ok(())
    }

    /// Numbers outside these have no meaning, or their sums leave the range.
    fn check_ranges(&self) -> Result<(), String> {
        const DAYS: i64 = 36_500;
        const MANY: i64 = 1_000_000_000;
        let base = |status: Option<&Status>| status.map_or(0, |status| status.base_bp);
        let table = [
            ("statuses: the first base_bp", base(self.statuses.first()), 0, WHOLE_BP - 1),
            ("statuses: the last base_bp", base(self.statuses.last()), 0, WHOLE_BP - 1),
            ("staff_bp", self.staff_bp, 0, WHOLE_BP - 1),
            ("staff_day_minor", self.staff_day_minor.0, 0, MANY),
            ("refund_pin_from_minor", self.refund_pin_from_minor.map_or(0, Money::minor), 0, MANY),
            ("personal_spread_bp", self.personal_spread_bp, 0, WHOLE_BP - 1),
            ("caps.discount_minor_per_day", self.caps.discount_minor_per_day.0, 0, MANY),
            ("caps.drinks_per_receipt", self.caps.drinks_per_receipt, 0, MANY),
            ("cost_amber_days", self.cost_amber_days.into(), 0, DAYS),
            ("cost_stale_days", self.cost_stale_days.into(), self.cost_amber_days.into(), DAYS),
            ("cost_alarm_days", self.cost_alarm_days.into(), 0, DAYS),
            ("cost_amber_markup_bp", self.cost_amber_markup_bp, 0, 10 * WHOLE_BP),
            ("group_drinks", self.group_drinks, 1, MANY),
            ("group_cups_milli", self.group_cups_milli, 1, MANY),
            ("card_days", self.card_days.into(), 1, DAYS),
            ("epoch_days", self.epoch_days.into(), 1, DAYS),
            ("weekly_epoch_days", self.weekly_epoch_days.into(), 1, DAYS),
        ];
        match table.into_iter().find(|(_, value, least, most)| !(least..=most).contains(&value)) {
            Some((field, value, least, most)) => {
                Err(format!("{field} is {value}; it must be {least} to {most}"))
            }
            None => Ok(()),
        }
    }

    /// The published status after so many visits.
    #[must_use]
    pub fn status(&self, visits: u32) -> Status {
        let fallback = Status { name: "member".into(), from_visits: 0, base_bp: 0 };
        self.statuses.iter().rev().find(|status| status.from_visits <= visits).cloned().unwrap_or(fallback)
    }

    /// The deepest step of the ladder that is not above the wish.
    #[must_use]
    pub fn rung(&self, wish_bp: i64) -> i64 {
        self.ladder_bp.iter().rev().find(|depth| **depth <= wish_bp).copied().unwrap_or(0)
    }

    /// The step so many rungs above a depth, held at the top of the ladder.
    #[must_use]
    pub fn rungs_above(&self, depth_bp: i64, steps: usize) -> i64 {
        let from = self.ladder_bp.iter().position(|rung| *rung >= depth_bp).unwrap_or(0);
        self.ladder_bp.get(from + steps).or(self.ladder_bp.last()).copied().unwrap_or(0)
    }

    /// Share of customers held at the base on this day, basis points.
    #[must_use]
    pub fn holdout_bp(&self, day: BusinessDay) -> i64 {
        let age = self.started.map_or(0, |started| (day.0 - started.0).max(0));
        self.holdout.iter().rev().find(|step| step.from_day <= age).map_or(0, |step| step.share_bp)
    }

    /// The canonical JSON kept for replay.
    #[must_use]
    pub fn to_json(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }

    /// SHA-256 of the canonical JSON.
    #[must_use]
    pub fn digest(&self) -> Digest {
        hex_digest(self.to_json().as_bytes())
    }
}
