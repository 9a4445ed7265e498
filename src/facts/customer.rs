//! The customer as the counter knows them: a pseudonym, consents, and features folded from visits.

use super::{
    id::{CategoryId, CustomerId},
    moment::{BusinessDay, Moment},
    money::Money,
};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What the guest agreed to; each alone.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Consent {
    /// Takes part in the programme: status base, receipts kept under the pseudonym.
    pub programme: bool,
    /// Own history may shape own offers.
    pub personalisation: bool,
    /// May be written to.
    pub marketing: bool,
}

impl Consent {
    /// Programme and personalisation.
    pub const PERSONAL: Consent = Consent { programme: true, personalisation: true, marketing: false };

    /// The consents as stable codes.
    #[must_use]
    pub fn codes(self) -> Vec<&'static str> {
        let all = [
            ("programme", self.programme),
            ("personalisation", self.personalisation),
            ("marketing", self.marketing),
        ];
        all.into_iter().filter_map(|(code, given)| given.then_some(code)).collect()
    }

    /// Reads stable codes; `none` gives nothing, personalisation includes the programme.
    ///
    /// # Errors
    /// The first code that is not known.
    pub fn from_codes<'a>(codes: impl IntoIterator<Item = &'a str>) -> Result<Consent, String> {
        let mut consent = Consent::default();
        for code in codes {
            match code {
                "none" | "" => {}
                "programme" => consent.programme = true,
                "personalisation" => {
                    consent.programme = true;
                    consent.personalisation = true;
                }
                "marketing" => consent.marketing = true,
                _ => {
                    return Err(format!(
                        "consent {code:?} is unknown; use none, programme, personalisation or marketing"
                    ));
                }
            }
        }
        Ok(consent)
    }
}

/// What a code gives a right to, by how hard it is to copy or guess.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Rights {
    /// The published base of the guest's status.
    Base,
    /// Personal offers of today; cards kept for later are neither spent nor earned.
    Today,
    /// Everything.
    #[default]
    Full,
}

impl Rights {
    /// Whether nothing is held back.
    #[must_use]
    pub fn is_full(&self) -> bool {
        *self == Rights::Full
    }

    /// Whether only the published base is left.
    #[must_use]
    pub fn is_base(&self) -> bool {
        *self == Rights::Base
    }

    /// The stable code.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Rights::Base => "base",
            Rights::Today => "today",
            Rights::Full => "full",
        }
    }
}

/// A customer of the programme.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Customer {
    /// The pseudonym.
    pub id: CustomerId,
    /// What they agreed to.
    pub consent: Consent,
    /// When they joined.
    pub registered: BusinessDay,
}

/// The place of a visit in the one order that all sums follow: time, then counter, epoch, sequence.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct VisitOrder {
    /// When.
    pub at: Moment,
    /// Where; text so that the order is the same everywhere.
    pub counter: String,
    /// Epoch of the counter's series.
    pub epoch: i64,
    /// Number in the series; row number for imported purchases.
    pub seq: i64,
}

/// One visit as features see it: a sale less what was refunded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VisitFact {
    /// Its place in the order.
    pub order: VisitOrder,
    /// Day of trade.
    pub business_day: BusinessDay,
    /// Number of this day among the shop's open days.
    pub open_day: i32,
    /// Hour of the wall clock.
    pub hour: u8,
    /// What was paid for each line, by category, refunds taken off.
    pub net_by_category: Vec<(CategoryId, Money)>,
    /// Discount, refunds taken off.
    pub saved: Money,
    /// List price, refunds taken off.
    pub list: Money,
    /// Drinks.
    pub drinks: i64,
    /// One cup.
    pub cup: Money,
}

/// A day on which a customer bought: all that counts for how often and how much.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PurchaseDay {
    /// Its number among the shop's open days.
    pub open_day: i32,
    /// Paid on it, refunds taken off.
    pub net: Money,
}

/// How many gaps between visits are kept: with the current visit, the last 32.
pub const GAPS_KEPT: usize = 31;

/// Integer sums over a customer's visits. Shares and means are computed on reading, so incremental
/// equals batch to the bit.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Features {
    /// Visits so far.
    pub visits: u32,
    /// The last visit folded in.
    pub last: Option<VisitOrder>,
    /// First and last day of trade.
    pub first_day: Option<BusinessDay>,
    /// Last day of trade.
    pub last_day: Option<BusinessDay>,
    /// Number of the last day among the shop's open days.
    pub last_open_day: i32,
    /// Gaps between visits in open days, oldest first, the last [`GAPS_KEPT`].
    pub gaps: Vec<i32>,
    /// Paid in all.
    pub net: Money,
    /// Saved in all.
    pub saved: Money,
    /// Spend in thousandths of cups, group visits capped.
    pub cups_milli: i64,
    /// Spend by category in thousandths of cups, group visits capped.
    pub cups_by_category: BTreeMap<CategoryId, i64>,
    /// Visits in the morning (before 11), midday (before 15), afternoon (before 19), evening.
    pub dayparts: [u32; 4],
    /// Visits by weekday, Monday first.
    pub weekdays: [u32; 7],
    /// Decayed recent depth in basis points: halves with each visit without a discount.
    pub discount_memory_bp: i64,
    /// Days with a visit; 0 in features folded before they were counted.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub days: u32,
    /// Number of the first of them among the shop's open days.
    #[serde(default, skip_serializing_if = "is_before_all")]
    pub first_open_day: i32,
    /// Paid on the first of them.
    #[serde(default, skip_serializing_if = "is_nothing")]
    pub first_day_net: Money,
}

// Serde hands over a reference.
const fn is_zero(days: &u32) -> bool {
    *days == 0
}

const fn is_before_all(open_day: &i32) -> bool {
    *open_day == 0
}

const fn is_nothing(net: &Money) -> bool {
    net.0 == 0
}
