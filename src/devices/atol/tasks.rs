//! The tasks of ATOL's driver 10 as JSON. Pure.

use super::terms::Terms;
use crate::devices::http::amount::{Amount, Milli};
use crate::facts::purchase::{Payment, PaymentKind};
use crate::ports::{NetLine, Paper, ShiftWork};
use base64::{Engine, engine::general_purpose::STANDARD};
use serde::Serialize;

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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::id::ReceiptId;
    use crate::facts::money::Money;
    use serde_json::{Value, json};

    /// Name, thousandths, unit, net, discount.
    type Line = (&'static str, i64, i64, i64, i64);

    fn receipt(lines: &[Line], payments: &[(PaymentKind, i64)]) -> Paper {
        let payments =
            payments.iter().map(|(kind, sum)| Payment { kind: *kind, amount: Money(*sum) }).collect();
        let mut receipt = Paper::new(ReceiptId::new("r1"), "RUB", &[], payments);
        receipt.total = Money(lines.iter().map(|line| line.3).sum());
        receipt.lines = lines
            .iter()
            .map(|(name, qty, unit, net, discount)| NetLine {
                line: 1,
                sku: "1".into(),
                name: (*name).into(),
                qty_milli: *qty,
                unit: Money(*unit),
                net: Money(*net),
                discount: Money(*discount),
                tax_bp: 0,
                mark: None,
            })
            .collect();
        receipt
    }

    fn terms() -> Terms {
        Terms { operator: "Иванов".into(), vatin: Some("123654789507".into()), ..Terms::default() }
    }

    fn task(text: &Result<String, String>) -> Value {
        serde_json::from_str(text.as_ref().unwrap()).unwrap()
    }

    #[test]
    fn three_bananas_less_ten_percent_are_the_published_task() {
        let sold = receipt(&[("Бананы", 3000, 270, 810, 90)], &[(PaymentKind::Cash, 810)]);
        let expected = json!({"type":"sell","taxationType":"usnIncome","operator":{"name":"Иванов","vatin":"123654789507"},
            "items":[{"type":"position","name":"Бананы","price":2.7,"quantity":3,"amount":8.1,"infoDiscountAmount":0.9,
              "tax":{"type":"none"},"paymentMethod":"fullPayment","paymentObject":"commodity","measurementUnit":0}],
            "payments":[{"type":"cash","sum":8.1}],"total":8.1});
        assert_eq!(task(&super::receipt(&terms(), &sold, false)), expected);
        let mut back = expected;
        back["type"] = json!("sellReturn");
        assert_eq!(task(&super::receipt(&terms(), &sold, true)), back);
    }

    #[test]
    fn halves_and_two_payments_are_written_as_the_published_cases() {
        let sold =
            receipt(&[("Чай", 500, 1000, 500, 0)], &[(PaymentKind::Cash, 250), (PaymentKind::Card, 250)]);
        let written = task(&super::receipt(&terms(), &sold, false));
        assert_eq!(written["items"][0]["quantity"], json!(0.5));
        assert!(written["items"][0].get("infoDiscountAmount").is_none());
        assert_eq!(
            written["payments"],
            json!([{"type":"cash","sum":2.5},{"type":"electronically","sum":2.5}])
        );
    }

    #[test]
    fn a_marking_code_goes_out_in_base64_with_its_separators() {
        let mut sold = receipt(&[("Вода", 1000, 150, 150, 0)], &[(PaymentKind::Cash, 150)]);
        sold.lines[0].mark = Some("010463003407001221CMK45BrhN0WLf\u{1d}91FFD0".into());
        let code = "MDEwNDYzMDAzNDA3MDAxMjIxQ01LNDVCcmhOMFdMZh05MUZGRDA=";
        let older = Terms { ffd: "1.05".into(), ..terms() };
        let written = task(&super::receipt(&older, &sold, false));
        assert_eq!(written["items"][0]["markingCode"], json!({"type": "other", "mark": code}));
        assert_eq!(written["items"][0]["paymentObject"], "commodity");
        assert!(written.get("validateMarkingCodes").is_none());
        for (back, status) in [(false, "itemPieceSold"), (true, "itemPieceReturn")] {
            let written = task(&super::receipt(&terms(), &sold, back));
            let expected = json!({"imcType": "auto", "imc": code, "itemEstimatedStatus": status, "imcModeProcessing": 0});
            assert_eq!(written["items"][0]["imcParams"], expected);
            assert_eq!(written["items"][0]["paymentObject"], "commodityWithMarking");
            assert_eq!(written["validateMarkingCodes"], true);
        }
        assert!(Terms { ffd: "1.1".into(), ..terms() }.check().is_err());
    }

    #[test]
    fn shift_and_drawer_are_the_published_tasks() {
        let operator = json!({"name": "Иванов", "vatin": "123654789507"});
        let table = [
            (ShiftWork::Open, json!({"type":"openShift","operator":operator})),
            (ShiftWork::Close, json!({"type":"closeShift","operator":operator})),
            (ShiftWork::ReportX, json!({"type":"reportX","operator":operator})),
            (ShiftWork::CashIn(Money(10_000)), json!({"type":"cashIn","operator":operator,"cashSum":100.0})),
            (ShiftWork::CashOut(Money(5)), json!({"type":"cashOut","operator":operator,"cashSum":0.05})),
        ];
        for (work, expected) in table {
            assert_eq!(task(&shift(&terms(), work)), expected);
        }
        for kind in ["getShiftStatus", "getDeviceStatus", "getDeviceInfo", "continuePrint"] {
            assert_eq!(task(&plain(kind)), json!({"type": kind}));
        }
    }

    #[test]
    fn what_the_driver_has_no_word_for_is_refused() {
        let mut sold = receipt(&[("a", 1000, 100, 100, 0)], &[(PaymentKind::Qr, 100)]);
        sold.lines[0].tax_bp = 1200;
        assert!(super::receipt(&terms(), &sold, false).unwrap_err().contains("no tax of 12.00 %"));
        for (rate, name) in
            [(0, "none"), (500, "vat5"), (700, "vat7"), (1000, "vat10"), (2000, "vat20"), (2200, "vat22")]
        {
            sold.lines[0].tax_bp = rate;
            assert_eq!(task(&super::receipt(&terms(), &sold, false))["items"][0]["tax"]["type"], name);
        }
        sold.currency = "BYN".into();
        assert!(super::receipt(&terms(), &sold, false).unwrap_err().contains("takes RUB"));
        assert!(Terms { taxation: "none".into(), ..terms() }.check().is_err());
        assert!(Terms { user: Some("a".into()), ..terms() }.check().is_err());
    }
}
