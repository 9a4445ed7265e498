//! What ATOL must know besides a receipt: the table `[register.atol]`.

use crate::facts::money::Money;
use serde::Deserialize;
use std::path::PathBuf;

/// What a receipt must say besides its lines: the table `[register.atol]`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Terms {
    /// Name of the cashier.
    pub operator: String,
    /// The cashier's taxpayer number, if it is to be printed.
    pub vatin: Option<String>,
    /// `osn`, `usnIncome`, `usnIncomeOutcome`, `envd`, `esn` or `patent`.
    pub taxation: String,
    /// What a rate of zero is called: `none` or `vat0`.
    pub tax_zero: String,
    /// Which format of fiscal documents the register keeps, `1.05` or `1.2`: a marking code is written as it asks.
    pub ffd: String,
    /// Name for HTTP Basic; nothing where the server asks for none.
    pub user: Option<String>,
    /// A file with the password.
    pub password_file: Option<PathBuf>,
}

impl Default for Terms {
    fn default() -> Terms {
        Terms {
            operator: "Кассир".into(),
            vatin: None,
            taxation: "usnIncome".into(),
            tax_zero: "none".into(),
            ffd: "1.2".into(),
            user: None,
            password_file: None,
        }
    }
}

impl Terms {
    /// One sentence about what cannot be.
    ///
    /// # Errors
    /// When a word is none of the driver's.
    pub fn check(&self) -> Result<(), String> {
        let systems = ["osn", "usnIncome", "usnIncomeOutcome", "envd", "esn", "patent"];
        if !systems.contains(&self.taxation.as_str()) {
            return Err(format!("taxation {:?} is unknown; there are {}", self.taxation, systems.join(", ")));
        }
        if !["none", "vat0"].contains(&self.tax_zero.as_str()) {
            return Err(format!("tax_zero {:?} is neither none nor vat0", self.tax_zero));
        }
        if !["1.05", "1.2"].contains(&self.ffd.as_str()) {
            return Err(format!("ffd {:?} is neither 1.05 nor 1.2", self.ffd));
        }
        if self.operator.trim().is_empty() {
            return Err("operator is empty; write the cashier's name".into());
        }
        match (&self.user, &self.password_file) {
            (Some(_), None) | (None, Some(_)) => Err("user and password_file need each other".into()),
            _ => Ok(()),
        }
    }

    /// The driver's word for a rate.
    pub(super) fn tax(&self, rate_bp: i64) -> Result<&str, String> {
        Ok(match rate_bp {
            0 => &self.tax_zero,
            500 => "vat5",
            700 => "vat7",
            1000 => "vat10",
            2000 => "vat20",
            2200 => "vat22",
            other => return Err(format!("ATOL knows no tax of {} %", Money(other))),
        })
    }
}
