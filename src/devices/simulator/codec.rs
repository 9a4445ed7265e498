//! Bytes ↔ messages of the simulated register. Pure: no socket, no deadline.
//!
//! The rule of reading: *done* and *not done* are said only on the register's own word about our own id;
//! whatever else comes back means that nobody knows.

use crate::facts::{id::ReceiptId, money::Money, purchase::Payment};
use crate::ports::{NetLine, NetReceipt, Outcome, Paper, RefundReceipt};
use serde::{Deserialize, Serialize};
use std::fmt::Write as _;

/// The version of the protocol spoken here.
pub const PROTOCOL: u32 = 1;
/// Where receipts are rung up.
pub const RECEIPTS: &str = "/v1/receipts";
/// Where money is given back.
pub const REFUNDS: &str = "/v1/refunds";
/// Where the register tells how it is.
pub const STATE: &str = "/v1/state";

#[derive(Serialize)]
struct ReceiptBody<'a> {
    id: &'a ReceiptId,
    #[serde(skip_serializing_if = "Option::is_none")]
    original: Option<&'a ReceiptId>,
    currency: &'a str,
    lines: Vec<LineBody<'a>>,
    total_minor: Money,
    payments: &'a [Payment],
    #[serde(skip_serializing_if = "Option::is_none")]
    comment: Option<&'a str>,
}

#[derive(Serialize)]
struct LineBody<'a> {
    line: u16,
    name: &'a str,
    qty_milli: i64,
    unit_minor: Money,
    net_minor: Money,
    discount_minor: Money,
    tax_bp: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    mark: Option<&'a str>,
}

#[derive(Deserialize)]
struct Answer {
    id: String,
    reference: String,
    total_minor: i64,
}

#[derive(Deserialize)]
struct ErrorAnswer {
    error: ErrorBody,
}

#[derive(Deserialize)]
struct ErrorBody {
    code: String,
    message: String,
}

#[derive(Deserialize)]
struct State {
    protocol: u32,
}

/// The request that rings a receipt up; the same receipt gives the same bytes.
///
/// # Errors
/// When the receipt cannot be written as JSON.
pub fn receipt_body(receipt: &NetReceipt) -> Result<Vec<u8>, serde_json::Error> {
    body(None, receipt)
}

/// The request that gives money back for an earlier receipt.
///
/// # Errors
/// When the refund cannot be written as JSON.
pub fn refund_body(original: &ReceiptId, refund: &RefundReceipt) -> Result<Vec<u8>, serde_json::Error> {
    body(Some(original), refund)
}

fn body(original: Option<&ReceiptId>, receipt: &Paper) -> Result<Vec<u8>, serde_json::Error> {
    serde_json::to_vec(&ReceiptBody {
        id: &receipt.id,
        original,
        currency: &receipt.currency,
        lines: receipt.lines.iter().map(line_body).collect(),
        total_minor: receipt.total,
        payments: &receipt.payments,
        comment: receipt.comment.as_deref(),
    })
}

fn line_body(line: &NetLine) -> LineBody<'_> {
    LineBody {
        line: line.line,
        name: &line.name,
        qty_milli: line.qty_milli,
        unit_minor: line.unit,
        net_minor: line.net,
        discount_minor: line.discount,
        tax_bp: line.tax_bp,
        mark: line.mark.as_deref(),
    }
}

/// Where to ask for one receipt or refund; bytes that mean something in an address are escaped.
#[must_use]
pub fn receipt_path(id: &ReceiptId) -> String {
    let mut path = String::from(RECEIPTS);
    path.push('/');
    for byte in id.as_str().bytes() {
        if byte.is_ascii_alphanumeric() || b"-_".contains(&byte) {
            path.push(char::from(byte));
        } else {
            // Writing to a string cannot fail.
            write!(path, "%{byte:02X}").unwrap_or_default();
        }
    }
    path
}

/// Reads the answer to a receipt or refund that was sent.
#[must_use]
pub fn read_submitted(id: &ReceiptId, status: u16, body: &[u8]) -> Outcome {
    match (status, error_of(body)) {
        (200 | 201, _) => read_done(id, body),
        (402, Some(error)) if error.code == "declined" => Outcome::Declined { reason: error.message },
        (400 | 404 | 413 | 422, Some(error)) => {
            Outcome::NotDone { reason: format!("the register refused it: {}", error.message) }
        }
        (409, Some(error)) => {
            unknown(format!("the register has another receipt of this name: {}", error.message))
        }
        _ => unknown(format!("the register answered with status {status}")),
    }
}

/// Reads the answer to the question what became of an id.
#[must_use]
pub fn read_resolved(id: &ReceiptId, status: u16, body: &[u8]) -> Outcome {
    match (status, error_of(body)) {
        (200, _) => read_done(id, body),
        (404, Some(error)) if error.code == "unknown_receipt" => {
            Outcome::NotDone { reason: format!("the register says: {}", error.message) }
        }
        _ => unknown(format!("asked for receipt {id}, the register answered with status {status}")),
    }
}

/// Reads the answer to the question how the register is.
///
/// # Errors
/// One sentence when it is not our register or speaks another version.
pub fn read_state(status: u16, body: &[u8]) -> Result<(), String> {
    let state: State = match (status, serde_json::from_slice(body)) {
        (200, Ok(state)) => state,
        _ => return Err(format!("something that is not the register answered with status {status}")),
    };
    if state.protocol == PROTOCOL {
        Ok(())
    } else {
        Err(format!("the register speaks protocol {}, this program speaks {PROTOCOL}", state.protocol))
    }
}

fn read_done(id: &ReceiptId, body: &[u8]) -> Outcome {
    match serde_json::from_slice::<Answer>(body) {
        Ok(answer) if answer.id == id.as_str() => {
            Outcome::Done { reference: answer.reference, total: Money(answer.total_minor) }
        }
        Ok(answer) => unknown(format!("the register answered for {:?} when asked for {id}", answer.id)),
        Err(_) => unknown("the register's answer cannot be read".into()),
    }
}

fn error_of(body: &[u8]) -> Option<ErrorBody> {
    serde_json::from_slice::<ErrorAnswer>(body).ok().map(|answer| answer.error)
}

fn unknown(reason: String) -> Outcome {
    Outcome::Unknown { reason }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::purchase::PaymentKind;
    use crate::steps::charge::refund_receipt;
    use proptest::prelude::*;

    fn receipt() -> NetReceipt {
        let payments = vec![Payment { kind: PaymentKind::Card, amount: Money(1206) }];
        let mut paper = Paper::new(ReceiptId::new("r 1/é"), "BYN", &[], payments);
        paper.lines.push(NetLine {
            line: 1,
            sku: "1".into(),
            name: "Капучино".into(),
            qty_milli: 2000,
            unit: Money(603),
            net: Money(1206),
            discount: Money(134),
            tax_bp: 2000,
            mark: Some("0104604390931256214Ab3x5z\u{1d}91EE06".into()),
        });
        paper.total = Money(1206);
        NetReceipt::unguarded(paper)
    }

    #[test]
    fn a_receipt_becomes_exactly_the_documented_request() {
        let written = String::from_utf8(receipt_body(&receipt()).unwrap()).unwrap();
        let expected = concat!(
            r#"{"id":"r 1/é","currency":"BYN","lines":[{"line":1,"name":"Капучино","qty_milli":2000,"#,
            r#""unit_minor":603,"net_minor":1206,"discount_minor":134,"tax_bp":2000,"mark":"0104604390931256214Ab3x5z\u001d91EE06"}],"#,
            r#""total_minor":1206,"payments":[{"kind":"card","minor":1206}]}"#,
        );
        assert_eq!(written, expected);
        let back = refund_receipt(ReceiptId::new("r 1/é"), "BYN", &[], vec![]);
        let refund = String::from_utf8(refund_body(&ReceiptId::new("r0"), &back).unwrap()).unwrap();
        assert!(refund.starts_with(r#"{"id":"r 1/é","original":"r0","currency""#), "{refund}");
    }

    #[test]
    fn an_id_with_odd_letters_stays_one_step_of_the_path() {
        assert_eq!(receipt_path(&ReceiptId::new("r 1/é")), "/v1/receipts/r%201%2F%C3%A9");
    }

    #[test]
    fn answers_are_read_as_a_table_says() {
        let id = ReceiptId::new("r1");
        let ours = r#"{"id":"r1","reference":"SIM-1","total_minor":5}"#;
        let error = |code: &str| format!(r#"{{"error":{{"code":"{code}","message":"m"}}}}"#);
        let kind = |outcome: &Outcome| match outcome {
            Outcome::Done { .. } => "done",
            Outcome::NotDone { .. } => "not done",
            Outcome::Declined { .. } => "declined",
            Outcome::Unknown { .. } => "unknown",
        };
        let table = [
            (201, ours.to_owned(), "done", "unknown"),
            (200, ours.to_owned(), "done", "done"),
            (200, ours.replace("r1", "r2"), "unknown", "unknown"),
            (200, "<html>".into(), "unknown", "unknown"),
            (200, String::new(), "unknown", "unknown"),
            (402, error("declined"), "declined", "unknown"),
            (402, error("pay the licence"), "unknown", "unknown"),
            (404, error("unknown_receipt"), "not done", "not done"),
            (404, "not found".into(), "unknown", "unknown"),
            (404, error("unknown_path"), "not done", "unknown"),
            (409, error("other_content"), "unknown", "unknown"),
            (422, error("total"), "not done", "unknown"),
            (422, "no".into(), "unknown", "unknown"),
            (500, error("internal"), "unknown", "unknown"),
        ];
        for (status, body, submitted, resolved) in table {
            let read = read_submitted(&id, status, body.as_bytes());
            assert_eq!(kind(&read), submitted, "submitted, {status} {body}: {read:?}");
            let read = read_resolved(&id, status, body.as_bytes());
            assert_eq!(kind(&read), resolved, "resolved, {status} {body}: {read:?}");
        }
    }

    #[test]
    fn only_our_protocol_is_our_register() {
        assert_eq!(read_state(200, br#"{"protocol":1,"device":"x"}"#), Ok(()));
        assert!(read_state(200, br#"{"protocol":2}"#).unwrap_err().contains("protocol 2"));
        assert!(read_state(200, b"<html>").is_err());
        assert!(read_state(500, br#"{"protocol":1}"#).is_err());
    }

    proptest! {
        #[test]
        fn no_bytes_at_all_make_the_reader_say_done_for_a_foreign_id(status in 0u16..600, body: Vec<u8>) {
            let id = ReceiptId::new("an id that random bytes do not contain");
            let submitted = read_submitted(&id, status, &body);
            let resolved = read_resolved(&id, status, &body);
            let said_done = |outcome: &Outcome| matches!(outcome, Outcome::Done { .. });
            prop_assert!(!said_done(&submitted) && !said_done(&resolved));
        }
    }
}
