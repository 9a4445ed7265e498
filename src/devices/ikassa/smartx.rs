//! Receipts ↔ messages of SmartX. Pure.
//!
//! The operation stands in the header `INTENT_OPERATION_TYPE`, which must be written in upper case.

use super::terms::Terms;
use crate::devices::http::amount::{self, Amount, Milli};
use crate::devices::http::{Reply, Request};
use crate::facts::money::Money;
use crate::facts::purchase::PaymentKind;
use crate::ports::{Outcome, Paper};
use serde::Serialize;
use serde_json::Value;

/// The header that says what is to be done.
pub const OPERATION: &str = "INTENT_OPERATION_TYPE";
/// The header of who we are.
pub const TOKEN: &str = "Auth-token";
const CASHIER_MAX: usize = 20;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Sale<'a> {
    cashier: String,
    item_list: Vec<Item<'a>>,
    cash: Amount,
    cashless: Amount,
    certificate: Amount,
    oplati: Amount,
    prefix: &'a str,
    suffix: &'a str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Item<'a> {
    name_title: &'a str,
    code_number: &'a str,
    price: Amount,
    amount: Milli,
    is_percent_discount: bool,
    discount: Amount,
}

/// What the register made of a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// It did it; its words, if it had any.
    Good(Option<Value>),
    /// It wants to know who we are.
    WhoAreYou,
    /// It certainly did not.
    Refused(String),
    /// It may have.
    Unknown(String),
}

fn message(operation: &str, token: Option<&str>, body: Vec<u8>) -> Request {
    let request = Request::post("/v1", body).with(OPERATION, operation);
    match token {
        Some(token) => request.with(TOKEN, token),
        None => request,
    }
}

/// The message that lets us in.
#[must_use]
pub fn auth(pin: &str) -> Request {
    let body = serde_json::json!({"pin": pin, "rememberPin": true, "returnToken": true});
    message("AUTH", None, body.to_string().into_bytes())
}

/// The question how the register is.
#[must_use]
pub fn other(token: Option<&str>) -> Request {
    message("OTHER_INFO", token, Vec::new())
}

/// The message that rings a receipt up, or gives it back under another operation.
///
/// # Errors
/// When it is in another currency or cannot be written.
pub fn sale(operation: &str, terms: &Terms, token: Option<&str>, receipt: &Paper) -> Result<Request, String> {
    if receipt.currency != "BYN" {
        return Err(format!("iKassa takes BYN, not {}", receipt.currency));
    }
    let paid = |kinds: &[PaymentKind]| {
        let parts = receipt.payments.iter().filter(|payment| kinds.contains(&payment.kind));
        Amount(Money::total(parts.map(|payment| payment.amount)))
    };
    let items = receipt.lines.iter().map(|line| Item {
        name_title: &line.name,
        code_number: line.sku.as_str(),
        price: Amount(line.unit),
        amount: Milli(line.qty_milli),
        is_percent_discount: false,
        discount: Amount(Money::ZERO),
    });
    let body = serde_json::to_vec(&Sale {
        cashier: terms.cashier(CASHIER_MAX),
        item_list: items.collect(),
        cash: paid(&[PaymentKind::Cash]),
        cashless: paid(&[PaymentKind::Card, PaymentKind::Invoice]),
        certificate: paid(&[PaymentKind::Certificate]),
        oplati: paid(&[PaymentKind::Qr]),
        prefix: "",
        suffix: receipt.comment.as_deref().unwrap_or_default(),
    });
    Ok(message(operation, token, body.map_err(|error| error.to_string())?))
}

/// Reads any answer.
#[must_use]
pub fn read(reply: &Reply) -> Answer {
    match reply.status {
        200..=299 if reply.body.is_empty() => Answer::Good(None),
        200..=299 => match reply.json() {
            Some(answer) if answer.get("error").is_none_or(Value::is_null) => Answer::Good(Some(answer)),
            Some(answer) => Answer::Unknown(format!("SmartX answered with an error: {answer}")),
            None => Answer::Unknown(format!("SmartX's answer cannot be read: {}", reply.words())),
        },
        401 => Answer::WhoAreYou,
        402 => Answer::Refused("the card was declined".into()),
        400 | 403 | 404 | 405 | 411 | 413 | 415 | 422 => {
            Answer::Refused(format!("SmartX refused with status {}: {}", reply.status, reply.words()))
        }
        status => Answer::Unknown(format!("SmartX answered with status {status}: {}", reply.words())),
    }
}

/// The token of an answer to [`auth`].
#[must_use]
pub fn token(answer: &Value) -> Option<String> {
    answer.get("token")?.as_str().filter(|token| !token.is_empty()).map(str::to_owned)
}

/// A good answer to a sale: number and total in the register's words where they are there, else ours. The names of
/// these fields are not published; those of the older interface are looked for.
#[must_use]
pub fn done(answer: Option<&Value>, sent: Money) -> Outcome {
    let find = |paths: &[&str]| paths.iter().find_map(|path| answer?.pointer(path).cloned());
    let number = find(&["/header/documentNumber", "/documentNumber", "/uid", "/header/uid"]);
    let reference = match number {
        Some(Value::String(text)) => text,
        Some(other) => other.to_string(),
        None => "smartx".into(),
    };
    match find(&["/totals/sum", "/sum"]).map(|total| amount::read(&total)) {
        Some(None) => Outcome::Unknown { reason: "SmartX rang up, but its total cannot be read".into() },
        Some(Some(total)) => Outcome::Done { reference, total },
        None => Outcome::Done { reference, total: sent },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::purchase::Payment;
    use crate::ports::NetLine;
    use proptest::prelude::*;
    use serde_json::json;

    fn receipt() -> Paper {
        let payments = vec![Payment { kind: PaymentKind::Card, amount: Money(1206) }];
        let mut receipt = Paper::new("r1".into(), "BYN", &[], payments);
        receipt.total = Money(1206);
        receipt.lines.push(NetLine {
            line: 1,
            sku: "4810000000011".into(),
            name: "Капучино".into(),
            qty_milli: 2000,
            unit: Money(603),
            net: Money(1206),
            discount: Money(134),
            tax_bp: 0,
            mark: None,
        });
        receipt
    }

    fn terms() -> Terms {
        Terms { cashier: "Константинопольская Анна".into(), ..Terms::default() }
    }

    #[test]
    fn two_cups_of_six_seventy_less_ten_percent_are_twelve_six_at_a_net_price() {
        let request = sale("SALE", &terms(), Some("t"), &receipt()).unwrap();
        let body: Value = serde_json::from_slice(&request.body).unwrap();
        let expected = json!({"cashier":"Константинопольская ","itemList":[{"nameTitle":"Капучино",
            "codeNumber":"4810000000011","price":6.03,"amount":2,"isPercentDiscount":false,"discount":0.0}],
            "cash":0.0,"cashless":12.06,"certificate":0.0,"oplati":0.0,"prefix":"","suffix":""});
        assert_eq!(body, expected);
    }

    #[test]
    fn the_operation_goes_out_in_a_header_of_upper_case_letters() {
        let bytes = sale("SALE", &terms(), Some("abc"), &receipt()).unwrap().bytes("h:37015");
        let text = String::from_utf8(bytes).unwrap();
        assert!(text.starts_with("POST /v1 HTTP/1.1\r\n"), "{text}");
        assert!(text.contains("\r\nINTENT_OPERATION_TYPE: SALE\r\n"), "{text}");
        assert!(text.contains("\r\nAuth-token: abc\r\n"), "{text}");
        let auth = String::from_utf8(auth("0000").bytes("h")).unwrap();
        assert!(
            auth.contains("\r\nINTENT_OPERATION_TYPE: AUTH\r\n") && !auth.contains("Auth-token"),
            "{auth}"
        );
        assert!(auth.ends_with(r#"{"pin":"0000","rememberPin":true,"returnToken":true}"#), "{auth}");
    }

    #[test]
    fn payments_go_where_they_belong() {
        let mut sold = receipt();
        let part = |kind, amount| Payment { kind, amount: Money(amount) };
        sold.payments = vec![
            part(PaymentKind::Cash, 100),
            part(PaymentKind::Card, 200),
            part(PaymentKind::Qr, 300),
            part(PaymentKind::Certificate, 606),
        ];
        let body: Value = serde_json::from_slice(&sale("SALE", &terms(), None, &sold).unwrap().body).unwrap();
        let found = ["cash", "cashless", "oplati", "certificate"].map(|name| body[name].as_f64().unwrap());
        assert_eq!(found.map(|sum| format!("{sum:.2}")), ["1.00", "2.00", "3.00", "6.06"]);
        sold.currency = "RUB".into();
        assert!(sale("SALE", &terms(), None, &sold).unwrap_err().contains("takes BYN"));
    }

    #[test]
    fn answers_are_read_as_a_table_says() {
        let word = |status: u16, body: &str| match read(&Reply { status, body: body.into() }) {
            Answer::Good(_) => "good",
            Answer::WhoAreYou => "who",
            Answer::Refused(_) => "refused",
            Answer::Unknown(_) => "unknown",
        };
        let table = [
            (200, "", "good"),
            (200, "{}", "good"),
            (200, r#"{"error":"x"}"#, "unknown"),
            (200, "<html>", "unknown"),
            (401, "", "who"),
            (402, "", "refused"),
            (400, "no operation", "refused"),
            (409, "", "unknown"),
            (500, "", "unknown"),
        ];
        for (status, body, expected) in table {
            assert_eq!(word(status, body), expected, "{status} {body}");
        }
        assert_eq!(token(&json!({"token": "a"})).as_deref(), Some("a"));
        assert_eq!(token(&json!({"token": ""})), None);
        let answer = json!({"header": {"documentNumber": 61}, "totals": {"sum": 12.06}});
        let expected = Outcome::Done { reference: "61".into(), total: Money(1206) };
        assert_eq!(done(Some(&answer), Money(1)), expected);
        assert!(matches!(done(None, Money(5)), Outcome::Done { total: Money(5), .. }));
        assert!(matches!(done(Some(&json!({"sum": "many"})), Money(5)), Outcome::Unknown { .. }));
    }

    proptest! {
        #[test]
        fn no_bytes_make_the_reader_fail(status: u16, body: Vec<u8>) {
            let _verdict = read(&Reply { status, body });
        }
    }
}
