//! Value: how often guests come back, when they drop out, and what they spend.

use serde::{Deserialize, Serialize};

/// Parameters of the two models behind a guest's expected spend.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ValueModel {
    /// How many days ahead expected spend looks.
    pub horizon_days: u32,
    /// How many of them the shop is likely to be open.
    pub horizon_open_days: u32,
    /// Purchases and dropping out, time in open days of the shop.
    pub bg_nbd: BgNbd,
    /// Spend on a day with a purchase, in minor units.
    pub gamma_gamma: GammaGamma,
}

/// Purchases of a living guest are Poisson with a rate from Gamma(`r`, `alpha`); after each one the guest
/// drops out with a chance from Beta(`a`, `b`) (Fader, Hardie and Lee 2005).
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct BgNbd {
    /// Shape of the purchase rates.
    pub r: f64,
    /// Scale of the purchase rates, in the unit of time of the fit.
    pub alpha: f64,
    /// First shape of the dropout chances.
    pub a: f64,
    /// Second shape of the dropout chances.
    pub b: f64,
}

/// Spend of one purchase is Gamma(`p`, ν) with the guest's own ν from Gamma(`q`, `v`) (Fader and Hardie
/// 2013).
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct GammaGamma {
    /// Shape of one guest's spends.
    pub p: f64,
    /// Shape between guests; above 1, or there would be no mean.
    pub q: f64,
    /// Scale between guests, in the unit of money of the fit.
    pub v: f64,
}

impl ValueModel {
    /// The longest horizon.
    pub const HORIZON_DAYS_MAX: u32 = 3_650;
    /// Parameters beyond this are no fit.
    pub const PARAMETER_MAX: f64 = 1e9;

    /// Whether the numbers can be used: finite, above zero, the mean spend exists.
    ///
    /// # Errors
    /// What is wrong, as the middle of a sentence.
    pub fn check(&self) -> Result<(), String> {
        let BgNbd { r, alpha, a, b } = self.bg_nbd;
        let GammaGamma { p, q, v } = self.gamma_gamma;
        for (name, number) in [("r", r), ("alpha", alpha), ("a", a), ("b", b), ("p", p), ("q", q), ("v", v)] {
            if !(number > 0.0 && number <= Self::PARAMETER_MAX) {
                return Err(format!("{name} of its value model is {number}, not above zero and finite"));
            }
        }
        if q <= 1.0 {
            return Err(format!("q of its value model is {q}; a mean spend needs more than 1"));
        }
        if !(1..=Self::HORIZON_DAYS_MAX).contains(&self.horizon_days) {
            return Err(format!("its value model looks {} days ahead", self.horizon_days));
        }
        if !(1..=self.horizon_days).contains(&self.horizon_open_days) {
            let (open, all) = (self.horizon_open_days, self.horizon_days);
            return Err(format!("its value model takes {open} of {all} days for open"));
        }
        Ok(())
    }
}
