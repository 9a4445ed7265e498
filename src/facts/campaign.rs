//! A common offer with a budget, and the escrow that keeps the budget: the office lends counters parts of it, and a
//! counter spends only what it was lent. O'Neil, The Escrow Transactional Method, ACM TODS 11(4), 1986.

use super::{
    id::{CampaignId, CustomerId, Digest, LeaseId, OfferId, ShopId},
    lot,
    moment::{DAY_MS, Moment},
    money::{Money, WHOLE_BP},
    offer::{Offer, Reason, Scope},
};
use serde::{Deserialize, Serialize};

/// A common offer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Campaign {
    /// Its id, of letters, digits and dashes.
    pub id: CampaignId,
    /// What people call it.
    pub title: String,
    /// What it covers.
    pub scope: Scope,
    /// The wished depth in basis points.
    pub depth_bp: i64,
    /// Valid from.
    pub from: Moment,
    /// Valid until (exclusive).
    pub until: Moment,
    /// What all discounts together may cost, and how often it may be used, whatever a sale saves.
    pub budget: Amount,
    /// How often one customer may use it at a counter; nobody unknown may then.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub per_customer: Option<u32>,
    /// What of the budget may be given on one day.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub per_day: Option<DayLimit>,
    /// So many of the guests who are known do not have it, basis points, so that it can be told what it brings.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub holdout_bp: Option<i64>,
    /// Whose it is and where it lives, if it is a coupon.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub coupon: Option<Coupon>,
}

/// What makes a campaign a coupon: it is one guest's, good once in the whole chain, and lives in one shop at a time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Coupon {
    /// Whose, by a hash: the guest may be erased, and what went down to the counters stays.
    pub whose: Digest,
    /// Where.
    pub shop: ShopId,
}

/// The most that a campaign gives on one day of its own; what is not said is the whole budget.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct DayLimit {
    /// Money.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub money: Option<Money>,
    /// Uses.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub uses: Option<i64>,
}

/// A day of a campaign that gives only so much a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CampaignDay {
    /// Its first moment; before the first day there is none.
    pub from: Moment,
    /// The first moment after it.
    pub until: Moment,
    /// The most that all discounts of the day may cost together, and how often the campaign may be used.
    pub limit: Amount,
}

/// Money in minor units, and uses.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Amount {
    /// Money.
    pub money: Money,
    /// Uses.
    pub uses: i64,
}

impl Amount {
    /// Nothing.
    pub const ZERO: Amount = Amount { money: Money::ZERO, uses: 0 };

    /// One use with this discount.
    #[must_use]
    pub const fn one(money: Money) -> Amount {
        Amount { money, uses: 1 }
    }

    /// Both sums.
    #[must_use]
    pub const fn plus(self, other: Amount) -> Amount {
        Amount { money: self.money.plus(other.money), uses: self.uses.saturating_add(other.uses) }
    }

    /// Both differences; they may be negative.
    #[must_use]
    pub const fn minus(self, other: Amount) -> Amount {
        Amount { money: self.money.minus(other.money), uses: self.uses.saturating_sub(other.uses) }
    }

    /// Whether the other is in it, in money and in uses.
    #[must_use]
    pub fn covers(self, other: Amount) -> bool {
        self.money >= other.money && self.uses >= other.uses
    }

    /// The smaller of each.
    #[must_use]
    pub fn least(self, other: Amount) -> Amount {
        Amount { money: self.money.min(other.money), uses: self.uses.min(other.uses) }
    }

    /// The larger of each.
    #[must_use]
    pub fn most(self, other: Amount) -> Amount {
        Amount { money: self.money.max(other.money), uses: self.uses.max(other.uses) }
    }

    /// So many hundredths of it, rounded up.
    #[must_use]
    pub fn hundredths(self, share: i64) -> Amount {
        let part = |whole: i64| whole.saturating_mul(share).saturating_add(99).div_euclid(100);
        Amount { money: Money(part(self.money.0)), uses: part(self.uses) }
    }
}

/// The most guests that may be kept from a campaign: half of them tell most.
const HOLDOUT_MAX_BP: i64 = WHOLE_BP / 2;
/// What stands before a campaign's id in the id of its offer.
const OFFER: &str = "campaign.";

impl Campaign {
    /// What is wrong with it, if anything.
    ///
    /// # Errors
    /// One sentence.
    pub fn check(&self) -> Result<(), String> {
        let id = self.id.as_str();
        if id.is_empty() || !id.bytes().all(|c| c.is_ascii_alphanumeric() || c == b'-') {
            return Err(format!("{id:?} is no id; use letters, digits and dashes"));
        }
        if !(1..=WHOLE_BP).contains(&self.depth_bp) {
            return Err(format!("a depth of {} basis points is none", self.depth_bp));
        }
        if self.from >= self.until {
            return Err("it ends before it begins".into());
        }
        if self.budget.money.0 <= 0 || self.budget.uses <= 0 {
            return Err("its budget has nothing in it; give money and uses".into());
        }
        if let Some(DayLimit { money, uses }) = self.per_day {
            let of_both = [money.map(Money::minor), uses];
            if of_both.iter().all(Option::is_none) || of_both.into_iter().flatten().any(|most| most <= 0) {
                return Err(
                    "a day of it has nothing in it; give money or uses of a day, or leave it out".into()
                );
            }
        }
        if self.holdout_bp.is_some_and(|share| !(1..=HOLDOUT_MAX_BP).contains(&share)) {
            return Err("from one basis point to half of the guests may be kept from it, or nobody".into());
        }
        let limits = self.per_customer.is_some() || self.per_day.is_some() || self.holdout_bp.is_some();
        if self.coupon.is_some() && (self.budget.uses != 1 || limits) {
            return Err("a coupon is good once: its budget has one use, and no other limit".into());
        }
        Ok(())
    }

    /// Whether counters of this shop may give it: a coupon lives in one.
    #[must_use]
    pub fn lives_in(&self, shop: &ShopId) -> bool {
        self.coupon.as_ref().is_none_or(|coupon| coupon.shop == *shop)
    }

    /// Whether a guest of this very name is kept from it, by a lot of the campaign's own. Ask by `wire::holdout`, which knows the name that
    /// is the same everywhere.
    #[must_use]
    pub fn is_kept_from(&self, customer: &CustomerId) -> bool {
        let share = self.holdout_bp.unwrap_or(0);
        share > 0 && lot::place_bp(&["campaign", self.id.as_str(), customer.as_str()]) < share
    }

    /// Its day at an instant, where it gives only so much a day: 24 hours from the hour at which it began, so that no clock on a
    /// wall and no change of summer time is needed. What is before it began is of the first one.
    #[must_use]
    pub fn day(&self, at: Moment) -> Option<CampaignDay> {
        let DayLimit { money, uses } = self.per_day?;
        let nth = at.0.saturating_sub(self.from.0).div_euclid(DAY_MS).max(0);
        let from = if nth == 0 { Moment(i64::MIN) } else { self.from.later(nth * DAY_MS) };
        let until = self.from.later((nth + 1) * DAY_MS);
        let limit =
            Amount { money: money.unwrap_or(self.budget.money), uses: uses.unwrap_or(self.budget.uses) };
        Some(CampaignDay { from, until, limit })
    }

    /// The offer it makes.
    #[must_use]
    pub fn offer(&self) -> Offer {
        Offer {
            id: OfferId::new(format!("{OFFER}{}", self.id)),
            scope: self.scope.clone(),
            depth_bp: self.depth_bp,
            from: self.from,
            until: self.until,
            reason: if self.coupon.is_some() { Reason::Coupon } else { Reason::Campaign },
        }
    }

    /// The campaign that made an offer, if one did.
    #[must_use]
    pub fn of_offer(offer: &OfferId) -> Option<CampaignId> {
        offer.as_str().strip_prefix(OFFER).map(CampaignId::new)
    }
}

/// A part of a budget, lent to one counter in one epoch of its series.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lease {
    /// Chosen by the counter at random, so that the office can be asked twice.
    pub id: LeaseId,
    /// Of which campaign.
    pub campaign: CampaignId,
    /// How much was lent.
    pub amount: Amount,
    /// How long it is good from the moment it was asked for, by the counter's clock, in milliseconds.
    pub good_ms: i64,
}

/// How long a lease is good: a counter that is away longer sells on without the campaign, and what it has left waits
/// for its return.
pub const LEASE_MS: i64 = 8 * 3_600_000;
/// The time for which a counter should have enough.
pub const HORIZON_MS: i64 = 2 * 3_600_000;
/// Uses that are expected in that time where nothing is known yet.
pub const FIRST_USES: i64 = 1;
/// Clocks of computers differ by so many millionths.
const DRIFT_PPM: i64 = 20;
/// And by so much besides.
const DRIFT_MS: i64 = 5_000;

/// The moment from which a counter spends no more of a lease, by its own clock: earlier than the office would take it
/// back, by as much as two clocks can have gone apart since.
#[must_use]
pub const fn ends(asked: Moment, good_ms: i64) -> Moment {
    asked.later(good_ms - good_ms / 1_000_000 * DRIFT_PPM - DRIFT_MS)
}

/// What a counter should hold: what it expects to spend, a third more, and two uses.
#[must_use]
pub fn target(expected: Amount, unit: Money) -> Amount {
    expected.hundredths(130).plus(Amount { money: Money(unit.0.saturating_mul(2)), uses: 2 })
}

/// What the office lends to a counter that should hold `target` and holds `held`, where one use costs about `unit`.
/// When the pool cannot fill so many counters, nobody gets more than three fair shares, in whole uses: money that is
/// too little for one would lie there for nothing. Never more than there is.
#[must_use]
pub fn grant(pool: Amount, (target, held): (Amount, Amount), (unit, counters): (Money, i64)) -> Amount {
    let wanted = target.minus(held).most(Amount::ZERO);
    let (unit, counters) = (unit.0.max(1), counters.max(1));
    let all = |one: i64| one.saturating_mul(counters);
    let is_short = !pool.covers(Amount { money: Money(all(wanted.money.0)), uses: all(wanted.uses) });
    let granted = if is_short {
        let fair = (pool.uses.min(pool.money.0 / unit).saturating_mul(3) / counters).max(1);
        let uses = wanted.uses.max(wanted.money.0 / unit).min(fair);
        Amount { money: Money(uses.saturating_mul(unit)), uses }.least(wanted.plus(Amount::one(Money(unit))))
    } else {
        wanted
    };
    let granted = granted.least(pool.most(Amount::ZERO));
    // A use is paid from one lease, so what is lent must be enough for one by itself.
    let useful = granted.covers(Amount::one(Money(unit)));
    if useful { granted } else { Amount::ZERO }
}

#[cfg(test)]
#[path = "campaign_tests.rs"]
mod tests;
