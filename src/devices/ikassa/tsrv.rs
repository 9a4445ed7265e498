//! Receipts ↔ messages of tsrv, in the form whose questions are published too. Pure.

use super::terms::Terms;
use crate::devices::http::amount::{self, Amount, Milli};
use crate::facts::money::{Money, div_half_up, narrow};
use crate::facts::purchase::PaymentKind;
use crate::ports::{NetLine, Paper};
use serde::Serialize;
use serde_json::{Value, json};

/// Where each service listens.
pub const TOKEN: &str = "ik.service.token";
/// Logging in.
pub const AUTHORITY: &str = "ik.service.token.authority";
/// Sales.
pub const SALES: &str = "ik.service.token.sales.retail";
/// Money back.
pub const MONEYBACK: &str = "ik.service.token.moneyback";
/// Shift.
pub const SHIFT: &str = "ik.service.token.shift";
/// Cash in.
pub const DEPOSIT: &str = "ik.service.token.deposit";
/// Cash out.
pub const WITHDRAW: &str = "ik.service.token.withdraw";
/// Where answers come to.
pub const OURS: &str = "kava.answer";
const CASHIER_MAX: usize = 16;

/// One message.
#[must_use]
pub fn message(address: &str, action: &str, token: Option<&str>, data: &Value) -> Vec<u8> {
    let mut headers = serde_json::Map::new();
    headers.insert("action".into(), action.into());
    if let Some(token) = token {
        headers.insert("token".into(), token.into());
    }
    json!({"type": "send", "address": address, "replyAddress": OURS, "headers": headers, "data": data})
        .to_string()
        .into_bytes()
}

#[derive(Serialize)]
struct Sale {
    cashier: String,
    cheque_discount: Amount,
    cash: Amount,
    cashless: Amount,
    other: Amount,
    items: Vec<Item>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Item {
    code: String,
    code_type: &'static str,
    quantity: Milli,
    discount: Amount,
    price: Amount,
    name: String,
}

/// A receipt as `createSale` and `createMoneyBack` take it.
///
/// # Errors
/// When it is in another currency or cannot be written.
pub fn sale(terms: &Terms, receipt: &Paper) -> Result<Value, String> {
    if receipt.currency != "BYN" {
        return Err(format!("iKassa takes BYN, not {}", receipt.currency));
    }
    let paid = |kinds: &[PaymentKind]| {
        let parts = receipt.payments.iter().filter(|payment| kinds.contains(&payment.kind));
        Amount(Money::total(parts.map(|payment| payment.amount)))
    };
    let items: Vec<Item> = receipt.lines.iter().map(item).collect();
    let counted = items.iter().map(|item| Counted {
        price: item.price.0,
        qty_milli: item.quantity.0,
        discount: item.discount.0,
        markup: Money::ZERO,
    });
    let (cash, cashless, other) = (
        paid(&[PaymentKind::Cash]),
        paid(&[PaymentKind::Card, PaymentKind::Qr, PaymentKind::Invoice]),
        paid(&[PaymentKind::Certificate]),
    );
    let counted = sums(&counted.collect::<Vec<_>>(), cash.0, cashless.0.plus(other.0));
    if counted.map(|(total, _, change)| (total, change)) != Some((receipt.total, Money::ZERO)) {
        return Err("iKassa would not take these sums".into());
    }
    let sale = Sale {
        cashier: terms.cashier(CASHIER_MAX),
        cheque_discount: Amount(Money::ZERO),
        cash,
        cashless,
        other,
        items,
    };
    serde_json::to_value(&sale).map_err(|error| error.to_string())
}

/// A line at its list price with its discount where the list price of one piece is whole kopecks, so that the guest
/// reads both on the fiscal receipt; else at its net price.
fn item(line: &NetLine) -> Item {
    let (list, pieces) = (line.net.0.saturating_add(line.discount.0), line.qty_milli / 1000);
    let whole = line.qty_milli % 1000 == 0 && pieces > 0 && list % pieces.max(1) == 0;
    let (price, discount) =
        if whole { (Money(list / pieces), line.discount) } else { (line.unit, Money::ZERO) };
    Item {
        code: line.sku.to_string(),
        code_type: "other",
        quantity: Milli(line.qty_milli),
        discount: Amount(discount),
        price: Amount(price),
        name: line.name.clone(),
    }
}

/// A line as the register counts it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Counted {
    /// Of one piece.
    pub price: Money,
    /// In thousandths.
    pub qty_milli: i64,
    /// Off the line.
    pub discount: Money,
    /// Onto the line.
    pub markup: Money,
}

/// What the register makes of a sale: total, paid, change. Nothing when less is paid than it costs, or change would
/// have to be given from something else than cash: the fiscal module refuses both.
#[must_use]
pub fn sums(lines: &[Counted], cash: Money, other: Money) -> Option<(Money, Money, Money)> {
    let line = |line: &Counted| {
        let exact = i128::from(line.price.0) * i128::from(line.qty_milli);
        Money(narrow(div_half_up(exact, 1000))).minus(line.discount).plus(line.markup)
    };
    let (total, paid) = (Money::total(lines.iter().map(line)), cash.plus(other));
    let change = paid.minus(total);
    (0..=cash.0).contains(&change.0).then_some((total, paid, change))
}

/// What came back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// Its data.
    Good(Value),
    /// Log in first.
    WhoAreYou,
    /// Certainly not carried out.
    Refused(String),
    /// It may have been.
    Unknown(String),
}

/// Errors that are said before anything is rung up. Printing that failed (2031) is not one of them, nor is what
/// has no number.
const REFUSALS: [i64; 34] = [
    1001, 1004, 1005, 1105, 1106, 2013, 2014, 2016, 2017, 2018, 2022, 2026, 2027, 2028, 2030, 2032, 2033,
    2036, 2039, 2044, 2048, 2050, 2051, 42, 43, 44, 50, 51, 52, 57, 58, 59, 60, 31,
];

/// Reads the message that came to our address.
#[must_use]
pub fn read(message: Option<&Value>) -> Answer {
    let Some(message) = message.filter(|message| message.is_object()) else {
        return Answer::Unknown("tsrv's message cannot be read".into());
    };
    let error =
        message.get("error").or_else(|| message.pointer("/data/error")).filter(|error| !error.is_null());
    let failed = message.get("type").and_then(Value::as_str) == Some("error");
    if error.is_none() && !failed {
        return match message.get("data") {
            Some(data) => Answer::Good(data.clone()),
            None => Answer::Unknown("tsrv's message has no data".into()),
        };
    }
    let error = error.unwrap_or(message);
    let code = error.get("code").and_then(Value::as_i64);
    let name = error.get("name").and_then(Value::as_str).unwrap_or_default();
    let says = format!("iKassa says {} {name}{}", code.unwrap_or(-1), advice(code));
    match code {
        Some(2019 | 48) => Answer::WhoAreYou,
        _ if name == "$.avtpcr.not_authorized" => Answer::WhoAreYou,
        Some(code) if REFUSALS.contains(&code) => Answer::Refused(says),
        _ if name == "$.avtpcr.space.insufficient" => Answer::Refused(says),
        _ => Answer::Unknown(says),
    }
}

const fn advice(code: Option<i64>) -> &'static str {
    match code {
        Some(2013 | 51) => "; open the shift",
        Some(42) => "; the shift is over 24 hours, close it",
        Some(43) => "; documents wait for the control system, look at the network",
        Some(2030 | 2031) => "; look at the printer",
        Some(2039) => "; there is not so much cash in the register",
        Some(57..=60) => "; the sums do not agree, tell Kava's people",
        _ => "",
    }
}

/// Number, total and names of a document, as `createSale` and `copy` give it.
#[must_use]
pub fn document(data: &Value) -> Option<(i64, Money, Vec<String>)> {
    let number = data.pointer("/header/documentNumber")?.as_i64()?;
    let total = amount::read(data.pointer("/totals/sum")?)?;
    let items = data.get("items")?.as_array()?;
    let names = items.iter().filter_map(|item| item.get("name")?.as_str().map(str::to_owned)).collect();
    Some((number, total, names))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::purchase::Payment;
    use proptest::prelude::*;

    #[test]
    fn the_vendors_sale_is_eighteen_paid_with_twenty_six_and_eight_back() {
        let items = json!([
            {"price":"7.00","quantity":"1.000","name":"Test Flat white","discount":"1.00","markup":"1.00","tax_rate":"tax20"},
            {"price":"10.00","quantity":"1.000","name":"Не gtin товар","discount":"1.00","markup":"2.00","tax_rate":"tax10"}]);
        let read = |value: &Value| amount::read(value).unwrap();
        let lines: Vec<Counted> = items
            .as_array()
            .unwrap()
            .iter()
            .map(|item| Counted {
                price: read(&item["price"]),
                qty_milli: 1000,
                discount: read(&item["discount"]),
                markup: read(&item["markup"]),
            })
            .collect();
        let (cashless, cash) = (Money(600), Money(2000));
        assert_eq!(sums(&lines, cash, cashless), Some((Money(1800), Money(2600), Money(800))));
        assert_eq!(sums(&lines, Money::ZERO, Money(2600)), None, "change comes from cash");
        assert_eq!(sums(&lines, Money(1000), Money::ZERO), None, "not paid");
        let cups =
            [Counted { price: Money(670), qty_milli: 2000, discount: Money(134), markup: Money::ZERO }];
        assert_eq!(sums(&cups, Money::ZERO, Money(1206)), Some((Money(1206), Money(1206), Money::ZERO)));
    }

    fn line(pieces_milli: i64, unit: i64, net: i64, discount: i64) -> NetLine {
        NetLine {
            line: 1,
            sku: "123132".into(),
            name: "Капучино".into(),
            qty_milli: pieces_milli,
            unit: Money(unit),
            net: Money(net),
            discount: Money(discount),
            tax_bp: 0,
            mark: None,
        }
    }

    fn receipt(lines: Vec<NetLine>) -> Paper {
        let total = Money::total(lines.iter().map(|line| line.net));
        let payments = vec![Payment { kind: PaymentKind::Cash, amount: total }];
        let mut receipt = Paper::new("r1".into(), "BYN", &[], payments);
        (receipt.lines, receipt.total) = (lines, total);
        receipt
    }

    #[test]
    fn a_receipt_is_these_messages() {
        let sold =
            receipt(vec![line(2000, 603, 1206, 134), line(1000, 299, 299, 34), line(2000, 300, 600, 67)]);
        let written = sale(&Terms::default(), &sold).unwrap();
        let item = |price: f64, quantity: u64, discount: f64| {
            json!({"code":"123132","codeType":"other",
            "quantity":quantity,"discount":discount,"price":price,"name":"Капучино"})
        };
        let expected = json!({"cashier":"Kava","cheque_discount":0.0,"cash":21.05,"cashless":0.0,"other":0.0,
            // 6.67 for two pieces is no whole list price, so the last stands at its net price.
            "items":[item(6.7, 2, 1.34), item(3.33, 1, 0.34), item(3.0, 2, 0.0)]});
        assert_eq!(written, expected);
        let sent: Value =
            serde_json::from_slice(&message(SALES, "createSale", Some("AVQ1"), &json!({}))).unwrap();
        assert_eq!(
            sent,
            json!({"type":"send","address":"ik.service.token.sales.retail","replyAddress":"kava.answer",
                "headers":{"action":"createSale","token":"AVQ1"},"data":{}})
        );
    }

    #[test]
    fn answers_are_read_as_a_table_says() {
        let word = |message: Value| match read(Some(&message)) {
            Answer::Good(_) => "good",
            Answer::WhoAreYou => "who",
            Answer::Refused(_) => "refused",
            Answer::Unknown(_) => "unknown",
        };
        let error = |code: i64, name: &str| json!({"type":"error","error":{"code":code,"name":name}});
        let table = [
            (json!({"type":"send","data":{}}), "good"),
            (json!({"type":"send"}), "unknown"),
            (json!([]), "unknown"),
            (error(2013, "SHIFT_CLOSED"), "refused"),
            (error(59, ""), "refused"),
            (error(2019, "UNAUTHORIZED"), "who"),
            (error(0, "$.avtpcr.not_authorized"), "who"),
            (error(0, "$.avtpcr.space.insufficient"), "refused"),
            (error(2031, "PRINTING_FAILURE"), "unknown"),
            (error(0, "$.io.closed"), "unknown"),
            (json!({"type":"error"}), "unknown"),
            (json!({"type":"send","data":{"error":{"code":2050}}}), "refused"),
        ];
        for (message, expected) in table {
            assert_eq!(word(message.clone()), expected, "{message}");
        }
    }

    proptest! {
        #[test]
        fn every_line_is_rung_up_at_its_net(pieces in 1i64..20, unit in 0i64..5_000, discount in 0i64..500) {
            let item = item(&line(pieces * 1000, unit, unit * pieces, discount));
            prop_assert_eq!(item.price.0.0 * pieces - item.discount.0.0, unit * pieces);
        }

        #[test]
        fn no_bytes_make_the_reader_fail(bytes: Vec<u8>) {
            let message = serde_json::from_slice::<Value>(&bytes).ok();
            let _verdict = read(message.as_ref());
        }
    }
}
