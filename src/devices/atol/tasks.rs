//! The tasks of ATOL's driver 10 as JSON. Pure.

use crate::devices::http::amount::{Amount, Milli};
use crate::facts::money::Money;
use crate::facts::purchase::{Payment, PaymentKind};
use crate::ports::{NetLine, Paper, ShiftWork};
use base64::{Engine, engine::general_purpose::STANDARD};
use serde::{Deserialize, Serialize};
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

    fn tax(&self, rate_bp: i64) -> Result<&str, String> {
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

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Operator<'a> {
    name: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    vatin: Option<&'a str>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Receipt<'a> {
    #[serde(rename = "type")]
    kind: &'a str,
    taxation_type: &'a str,
    operator: Operator<'a>,
    items: Vec<Position<'a>>,
    payments: Vec<Paid>,
    total: Amount,
    /// The register asks the control system about marking codes before it sells.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    validate_marking_codes: bool,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    post_items: Vec<Text<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Position<'a> {
    #[serde(rename = "type")]
    kind: &'static str,
    name: &'a str,
    price: Amount,
    quantity: Milli,
    amount: Amount,
    /// For the reader only: price and amount have it taken off already.
    #[serde(skip_serializing_if = "Option::is_none")]
    info_discount_amount: Option<Amount>,
    tax: Tax<'a>,
    payment_method: &'static str,
    payment_object: &'static str,
    measurement_unit: u8,
    #[serde(flatten)]
    mark: Option<Mark>,
}

/// What was scanned from the package, in base64, since it holds group separators.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
enum Mark {
    /// Format 1.05.
    MarkingCode {
        #[serde(rename = "type")]
        kind: &'static str,
        mark: String,
    },
    /// Format 1.2.
    #[serde(rename_all = "camelCase")]
    ImcParams {
        imc_type: &'static str,
        imc: String,
        item_estimated_status: &'static str,
        imc_mode_processing: u8,
    },
}

impl Mark {
    fn new(terms: &Terms, code: &str, back: bool) -> Mark {
        let code = STANDARD.encode(code);
        if terms.ffd == "1.05" {
            return Mark::MarkingCode { kind: "other", mark: code };
        }
        Mark::ImcParams {
            imc_type: "auto",
            imc: code,
            item_estimated_status: if back { "itemPieceReturn" } else { "itemPieceSold" },
            imc_mode_processing: 0,
        }
    }

    /// What a line with it is about.
    const fn object(&self) -> &'static str {
        match self {
            Mark::MarkingCode { .. } => "commodity",
            Mark::ImcParams { .. } => "commodityWithMarking",
        }
    }
}

#[derive(Serialize)]
struct Tax<'a> {
    #[serde(rename = "type")]
    kind: &'a str,
}

#[derive(Serialize)]
struct Paid {
    #[serde(rename = "type")]
    kind: &'static str,
    sum: Amount,
}

#[derive(Serialize)]
struct Text<'a> {
    #[serde(rename = "type")]
    kind: &'static str,
    text: &'a str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Plain<'a> {
    #[serde(rename = "type")]
    kind: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    operator: Option<Operator<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    cash_sum: Option<Amount>,
}

/// A sale, or with `back` its return, as one task.
///
/// # Errors
/// When a rate is none of the driver's, or the receipt is in another currency.
pub fn receipt(terms: &Terms, receipt: &Paper, back: bool) -> Result<String, String> {
    if receipt.currency != "RUB" {
        return Err(format!("ATOL takes RUB, not {}", receipt.currency));
    }
    let items =
        receipt.lines.iter().map(|line| position(terms, line, back)).collect::<Result<Vec<_>, _>>()?;
    let validate_marking_codes =
        items.iter().any(|item: &Position<'_>| matches!(item.mark, Some(Mark::ImcParams { .. })));
    let reason = receipt.comment.as_deref().filter(|text| !text.is_empty());
    write(&Receipt {
        kind: if back { "sellReturn" } else { "sell" },
        taxation_type: &terms.taxation,
        operator: operator(terms),
        items,
        payments: receipt.payments.iter().map(paid).collect(),
        total: Amount(receipt.total),
        validate_marking_codes,
        post_items: reason.map(|text| Text { kind: "text", text }).into_iter().collect(),
    })
}

/// A task of shift or drawer.
///
/// # Errors
/// When it cannot be written.
pub fn shift(terms: &Terms, work: ShiftWork) -> Result<String, String> {
    let (kind, sum) = match work {
        ShiftWork::Open => ("openShift", None),
        ShiftWork::Close => ("closeShift", None),
        ShiftWork::ReportX => ("reportX", None),
        ShiftWork::CashIn(sum) => ("cashIn", Some(sum)),
        ShiftWork::CashOut(sum) => ("cashOut", Some(sum)),
    };
    write(&Plain { kind, operator: Some(operator(terms)), cash_sum: sum.map(Amount) })
}

/// A task that only asks: `getShiftStatus`, `getDeviceStatus`, `getDeviceInfo`; or `continuePrint`, which prints
/// what paper ran out under.
///
/// # Errors
/// When it cannot be written.
pub fn plain(kind: &'static str) -> Result<String, String> {
    write(&Plain { kind, operator: None, cash_sum: None })
}

fn write(task: &impl Serialize) -> Result<String, String> {
    serde_json::to_string(task).map_err(|error| error.to_string())
}

fn operator(terms: &Terms) -> Operator<'_> {
    Operator { name: &terms.operator, vatin: terms.vatin.as_deref() }
}

fn position<'a>(terms: &'a Terms, line: &'a NetLine, back: bool) -> Result<Position<'a>, String> {
    let mark = line.mark.as_deref().map(|code| Mark::new(terms, code, back));
    Ok(Position {
        kind: "position",
        name: &line.name,
        price: Amount(line.unit),
        quantity: Milli(line.qty_milli),
        amount: Amount(line.net),
        info_discount_amount: (line.discount.0 > 0).then_some(Amount(line.discount)),
        tax: Tax { kind: terms.tax(line.tax_bp)? },
        payment_method: "fullPayment",
        payment_object: mark.as_ref().map_or("commodity", Mark::object),
        measurement_unit: 0,
        mark,
    })
}

const fn paid(payment: &Payment) -> Paid {
    let kind = match payment.kind {
        PaymentKind::Cash => "cash",
        PaymentKind::Card | PaymentKind::Qr => "electronically",
        PaymentKind::Certificate => "prepaid",
        PaymentKind::Invoice => "credit",
    };
    Paid { kind, sum: Amount(payment.amount) }
}
