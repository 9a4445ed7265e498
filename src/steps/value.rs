//! What a guest is worth: whether they still come, how often they will, what they will spend.
//!
//! May import facts and features. Closed forms of BG/NBD and Gamma-Gamma; only sums of positive terms in a
//! fixed order and functions of `libm`, so that every machine gets the same bits. Time is in open days of the
//! shop, so that a holiday makes nobody look gone, and all visits of a day are one purchase.

use crate::facts::customer::{Features, PurchaseDay};
use crate::facts::models::{BgNbd, GammaGamma, ValueModel};
use crate::facts::moment::ShopDay;
use crate::facts::money::Money;
use crate::steps::features::{self, Reading};

/// A history as both models see it; the unit of time is the model's.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct History {
    /// Purchases after the first: x.
    pub repeats: u32,
    /// From the first purchase to the last: t_x.
    pub last: f64,
    /// From the first purchase to now: T.
    pub age: f64,
    /// Mean spend of the purchases after the first, if there are any and they brought anything.
    pub spend: Option<f64>,
}

/// What is expected of a guest, in whole numbers so that it can be kept and compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Worth {
    /// Chance that they have not dropped out, basis points.
    pub alive_bp: i64,
    /// Expected days with a purchase within the horizon, thousandths.
    pub purchases_milli: i64,
    /// Expected spend on such a day.
    pub spend_minor: i64,
    /// Expected spend within the horizon.
    pub clv_minor: i64,
}

impl History {
    /// From a customer's days in ascending order, as far as they lie before or on the day with the number
    /// `until`. Nothing where none does.
    #[must_use]
    pub fn of_days(days: &[PurchaseDay], until: i32) -> Option<History> {
        let seen = days.partition_point(|day| day.open_day <= until);
        let (first, rest) = days.get(..seen)?.split_first()?;
        let last = rest.last().unwrap_or(first);
        let spent = Money::total(rest.iter().map(|day| day.net));
        let repeats = u32::try_from(rest.len()).unwrap_or(u32::MAX);
        Some(History::new(repeats, [first.open_day, last.open_day, until], spent))
    }

    fn new(repeats: u32, [first, last, now]: [i32; 3], spent: Money) -> History {
        let between = |from: i32, to: i32| f64::from(to.saturating_sub(from).max(0));
        let last = if repeats == 0 { 0.0 } else { between(first, last) };
        let spend = (repeats > 0 && spent.0 > 0).then(|| real(spent.0) / f64::from(repeats));
        History { repeats, last, age: between(first, now).max(last), spend }
    }
}

/// The history in days with a purchase. Nothing for a guest without a visit, and for features of a fold that
/// did not count days.
#[must_use]
pub fn history(features: &Features, today: ShopDay) -> Option<History> {
    let repeats = features.days.checked_sub(1)?;
    let days = [features.first_open_day, features.last_open_day, today.number];
    Some(History::new(repeats, days, features.net.minus(features.first_day_net)))
}

/// What the model expects of a guest from today on. Nothing without a history, and for a model that
/// cannot be used.
#[must_use]
pub fn worth(features: &Features, today: ShopDay, model: &ValueModel) -> Option<Worth> {
    model.check().ok()?;
    let history = history(features, today)?;
    let purchases = expected_purchases(&model.bg_nbd, &history, f64::from(model.horizon_open_days));
    let spend = expected_spend(&model.gamma_gamma, &history);
    Some(Worth {
        alive_bp: whole(alive(&model.bg_nbd, &history) * 10_000.0),
        purchases_milli: whole(purchases * 1_000.0),
        spend_minor: whole(spend),
        clv_minor: whole(purchases * spend),
    })
}

/// Features read on a day, the expected spend by the model; without one it stays the guest's own rate.
#[must_use]
pub fn read(features: &Features, today: ShopDay, model: Option<&ValueModel>) -> Reading {
    let reading = features::read(features, today.day, today.number);
    match model.and_then(|model| worth(features, today, model)) {
        Some(worth) => Reading { clv_minor: worth.clv_minor, ..reading },
        None => reading,
    }
}

/// The chance that the guest has not dropped out (Fader, Hardie and Lee 2005, "Note on P(alive)"). A guest
/// who never came back cannot have: dropping out follows a repeat purchase.
#[must_use]
pub fn alive(model: &BgNbd, history: &History) -> f64 {
    if history.repeats == 0 {
        return 1.0;
    }
    let x = f64::from(history.repeats);
    let quiet = (model.r + x) * libm::log((model.alpha + history.age) / (model.alpha + history.last));
    1.0 / (1.0 + model.a / (model.b + x - 1.0) * libm::exp(quiet))
}

/// Expected purchases within a time from now: Fader, Hardie and Lee 2005, equation 10, written as a sum of
/// positive terms. With the rate of a living guest from Gamma(r + x, α + T), the purchases they would make
/// are negative binomial; after `k` of them the expected number made before dropping out is
/// Σ (b + x)ⱼ / (a + b + x)ⱼ for j below k. The textbook's form with ₂F₁ cancels near a = 1.
#[must_use]
pub fn expected_purchases(model: &BgNbd, history: &History, within: f64) -> f64 {
    if within <= 0.0 {
        return 0.0;
    }
    let x = f64::from(history.repeats);
    let would = Would { shape: model.r + x, z: within / (model.alpha + history.age + within) };
    alive(model, history) * would.until_dropout(model.a, model.b + x)
}

/// Expected spend of one purchase (Fader and Hardie 2013): the guest's own mean, drawn toward all guests'
/// the more, the fewer purchases there are.
#[must_use]
pub fn expected_spend(model: &GammaGamma, history: &History) -> f64 {
    let GammaGamma { p, q, v } = *model;
    let (x, spend) = history.spend.map_or((0.0, 0.0), |spend| (f64::from(history.repeats), spend));
    p * (v + x * spend) / (p * x + q - 1.0)
}

/// The number of purchases a living guest would make: negative binomial.
struct Would {
    shape: f64,
    z: f64,
}

/// Terms below this share of the sum no longer move it.
const NEGLIGIBLE: f64 = 1e-17;
/// Terms in all, for histories that no guest has.
const TERMS_MAX: u32 = 200_000;
/// Standard deviations below the mean at which the terms begin to count.
const DEVIATIONS: f64 = 12.0;

impl Would {
    /// Expected purchases before dropping out with a chance from Beta(`a`, `b`) after each.
    fn until_dropout(&self, a: f64, b: f64) -> f64 {
        let mean = self.shape * self.z / (1.0 - self.z);
        let first = self.first(mean);
        // How many of `count` purchases are made, and the chance to make one more.
        let (mut made, mut stays, mut count) = (0.0, 1.0, 0.0);
        let (mut chance, mut sum, mut all) = (0.0, 0.0, 0.0);
        for _ in 0..TERMS_MAX {
            if (count - first).abs() < 0.5 {
                chance = self.chance(count);
            }
            sum += chance * made;
            all += chance;
            if count > mean && chance < NEGLIGIBLE * all {
                break;
            }
            chance *= self.z * (self.shape + count) / (count + 1.0);
            made += stays;
            stays *= (b + count) / (a + b + count);
            count += 1.0;
        }
        if all > 0.0 { sum / all } else { made }
    }

    /// Where terms begin to matter: the first of them is exact, a later one comes from its logarithm.
    fn first(&self, mean: f64) -> f64 {
        let deviation = libm::sqrt(mean / (1.0 - self.z));
        libm::floor((mean - DEVIATIONS * deviation).max(0.0))
    }

    fn chance(&self, count: f64) -> f64 {
        let ways = libm::lgamma(self.shape + count) - libm::lgamma(self.shape) - libm::lgamma(count + 1.0);
        libm::exp(ways + self.shape * libm::log1p(-self.z) + count * libm::log(self.z))
    }
}

/// The nearest whole number; nothing can be less than nothing.
#[expect(clippy::cast_possible_truncation, reason = "far below the bounds; no number becomes 0")]
fn whole(x: f64) -> i64 {
    libm::round(x.clamp(0.0, 9e15)) as i64
}

#[expect(clippy::cast_precision_loss, reason = "beyond 2^53 minor units precision is of no use")]
const fn real(minor: i64) -> f64 {
    minor as f64
}
