//! Orders ↔ messages of Alfa-Kassa. Pure.
//!
//! The rule of reading: an order is *made* or *filled* only on a good status with an answer that can be read;
//! *refused* only on a status that HTTP gives to a question which was not carried out; all else is unknown.

use crate::devices::http::amount::{self, Amount};
use crate::devices::http::{Reply, Request};
use crate::facts::id::{ReceiptId, Sku};
use crate::facts::money::Money;
use crate::ports::{NetLine, NetReceipt};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use sha2::{Digest, Sha256};
use std::path::PathBuf;

/// The largest product id the register takes: thirteen digits.
const PRODUCT_ID_MAX: u64 = 9_999_999_999_999;
/// The longest comment that is sent.
const COMMENT_MAX: usize = 200;

/// What is not published, and may differ from terminal to terminal: the table `[register.alfa_kassa]`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Shape {
    /// The name of the table orders go to, 1 to 100 letters.
    pub table: String,
    /// Where orders are made.
    pub create_path: String,
    /// Where lines are added.
    pub add_path: String,
    /// Where an order can be read, `{number}` standing for its number; nothing where it cannot.
    pub order_path: Option<String>,
    /// Where in the answer the number of the order stands, as a JSON pointer.
    pub order_field: String,
    /// Where in an answer the total of the order stands, if it does.
    pub total_field: Option<String>,
    /// The header that lets us in, such as `Authorization`.
    pub auth_header: String,
    /// A file with that header's value; nothing where no header is wanted.
    pub auth_file: Option<PathBuf>,
}

impl Default for Shape {
    fn default() -> Shape {
        Shape {
            table: "Kava".into(),
            create_path: "/createOrder".into(),
            add_path: "/addItemsToOrder".into(),
            order_path: None,
            order_field: "/orderNumber".into(),
            total_field: None,
            auth_header: "Authorization".into(),
            auth_file: None,
        }
    }
}

#[derive(Serialize)]
struct CreateOrder<'a> {
    table: &'a str,
    currency: &'a str,
    comment: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct AddItems<'a> {
    order_number: i64,
    items: Vec<Item<'a>>,
}

#[derive(Serialize)]
struct Item<'a> {
    /// Its unit is not known, so it is always 0: prices are final.
    discount: i64,
    sum: Amount,
    info: Product<'a>,
}

#[derive(Serialize)]
struct Product<'a> {
    id: u64,
    #[serde(rename = "type")]
    kind: i64,
    #[serde(rename = "productName")]
    product_name: &'a str,
    quantity: i64,
    amount: Amount,
}

impl Shape {
    /// One sentence about what cannot be.
    ///
    /// # Errors
    /// When a path or field is not of its form.
    pub fn check(&self) -> Result<(), String> {
        let paths = [Some(&self.create_path), Some(&self.add_path), self.order_path.as_ref()];
        let plain = |path: &str| path.starts_with('/') && path.chars().all(|c| c.is_ascii_graphic());
        if let Some(path) = paths.into_iter().flatten().find(|path| !plain(path)) {
            return Err(format!("path {path:?} does not begin with a slash or has a space"));
        }
        let fields = [Some(&self.order_field), self.total_field.as_ref()];
        if let Some(field) = fields.into_iter().flatten().find(|field| !field.starts_with('/')) {
            return Err(format!("field {field:?} does not begin with a slash; write it as /orderNumber"));
        }
        if self
            .order_path
            .as_ref()
            .is_some_and(|path| !path.contains("{number}") || self.total_field.is_none())
        {
            return Err("order_path needs {number} in it, and total_field".into());
        }
        if !(1..=100).contains(&self.table.chars().count()) {
            return Err(format!("table {:?} has not 1 to 100 letters", self.table));
        }
        Ok(())
    }
}

/// What the register made of a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Taken<T> {
    /// It did it.
    Yes(T),
    /// It certainly did not, with its reason.
    Refused(String),
    /// It may have.
    Unknown(String),
}

/// What people find a receipt by on the terminal: the end of its id.
#[must_use]
pub fn mark(id: &ReceiptId) -> String {
    let plain: Vec<char> = id.as_str().chars().filter(|c| c.is_ascii_alphanumeric()).collect();
    let tail: String = plain.iter().skip(plain.len().saturating_sub(6)).collect();
    format!("#{}", tail.to_uppercase())
}

/// The message that makes an empty order.
///
/// # Errors
/// When the receipt cannot be written, such as one in another currency.
pub fn create_order(shape: &Shape, receipt: &NetReceipt) -> Result<Request, String> {
    if receipt.currency != "BYN" {
        return Err(format!("Alfa-Kassa takes BYN, not {}", receipt.currency));
    }
    let mark = mark(&receipt.id);
    let comment = receipt.comment.as_ref().map_or(mark.clone(), |reason| format!("{mark} {reason}"));
    let comment: String = comment.chars().filter(|c| !c.is_control()).take(COMMENT_MAX).collect();
    let body = serde_json::to_vec(&CreateOrder { table: &shape.table, currency: "BYN", comment });
    Ok(Request::post(&shape.create_path, body.map_err(|error| error.to_string())?))
}

/// The message that fills an order with the receipt's lines, at net prices.
///
/// # Errors
/// When a line is not pieces times a whole price, which only a defect makes.
pub fn add_items(shape: &Shape, order_number: i64, receipt: &NetReceipt) -> Result<Request, String> {
    let items = receipt.lines.iter().map(item).collect::<Result<Vec<_>, _>>()?;
    let body = serde_json::to_vec(&AddItems { order_number, items });
    Ok(Request::post(&shape.add_path, body.map_err(|error| error.to_string())?))
}

fn item(line: &NetLine) -> Result<Item<'_>, String> {
    let pieces = line.qty_milli / 1000;
    let whole = line.qty_milli % 1000 == 0 && pieces > 0;
    if !whole || i128::from(pieces) * i128::from(line.unit.0) != i128::from(line.net.0) {
        return Err(format!("{} is not pieces times a whole price", line.name));
    }
    Ok(Item {
        discount: 0,
        sum: Amount(line.net),
        info: Product {
            id: product_id(&line.sku),
            kind: 0,
            product_name: &line.name,
            quantity: pieces,
            amount: Amount(line.unit),
        },
    })
}

/// The register's id of a product: the sku itself where it is a number of up to thirteen digits, else a number
/// made from it that is always the same.
#[must_use]
pub fn product_id(sku: &Sku) -> u64 {
    let digits = sku.as_str().parse::<u64>().ok();
    digits.filter(|id| (1..=PRODUCT_ID_MAX).contains(id)).unwrap_or_else(|| {
        let hash = Sha256::digest(sku.as_str().as_bytes());
        let first = hash.iter().take(8).fold(0_u64, |number, byte| (number << 8) | u64::from(*byte));
        1 + first % PRODUCT_ID_MAX
    })
}

/// Where an order is asked for, if it can be.
#[must_use]
pub fn order_request(shape: &Shape, number: &str) -> Option<Request> {
    shape.order_path.as_ref().map(|path| Request::get(path.replace("{number}", number)))
}

/// Reads the answer to [`create_order`]: the order's number.
#[must_use]
pub fn read_created(shape: &Shape, reply: &Reply) -> Taken<i64> {
    taken(reply, || {
        let answer = reply.json()?;
        let number = answer.pointer(&shape.order_field)?;
        number.as_i64().or_else(|| number.as_str()?.parse().ok()).filter(|number| *number > 0)
    })
}

/// Reads the answer to [`add_items`]: the total, where the answer has it.
#[must_use]
pub fn read_added(shape: &Shape, reply: &Reply) -> Taken<Option<Money>> {
    taken(reply, || {
        if reply.body.is_empty() && shape.total_field.is_none() {
            return Some(None);
        }
        let answer = reply.json()?;
        if answer.get("error").is_some_and(|error| !error.is_null()) {
            return None;
        }
        match &shape.total_field {
            Some(field) => Some(Some(answer.pointer(field).and_then(amount::read)?)),
            None => Some(None),
        }
    })
}

/// Reads an order that was asked for: its total, if it is that order and says one.
#[must_use]
pub fn read_order(shape: &Shape, number: &str, reply: &Reply) -> Option<Money> {
    let answer = reply.json().filter(|_| reply.is_good())?;
    let found = match answer.pointer(&shape.order_field)? {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    let total = answer.pointer(shape.total_field.as_ref()?).and_then(amount::read)?;
    (found == number).then_some(total)
}

fn taken<T>(reply: &Reply, read: impl FnOnce() -> Option<T>) -> Taken<T> {
    match reply.status {
        200..=299 => match read() {
            Some(found) => Taken::Yes(found),
            None => Taken::Unknown(format!("Alfa-Kassa's answer cannot be read: {}", reply.words())),
        },
        400 | 401 | 403 | 404 | 405 | 411 | 413 | 415 | 422 | 429 => {
            Taken::Refused(format!("Alfa-Kassa refused with status {}: {}", reply.status, reply.words()))
        }
        status => Taken::Unknown(format!("Alfa-Kassa answered with status {status}: {}", reply.words())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ports::Paper;
    use proptest::prelude::*;

    fn line(sku: &str, name: &str, pieces: i64, unit: i64) -> NetLine {
        NetLine {
            line: 1,
            sku: sku.into(),
            name: name.into(),
            qty_milli: pieces * 1000,
            unit: Money(unit),
            net: Money(pieces * unit),
            discount: Money::ZERO,
            tax_bp: 0,
            mark: None,
        }
    }

    fn receipt(lines: Vec<NetLine>) -> NetReceipt {
        NetReceipt::unguarded(Paper {
            total: Money::total(lines.iter().map(|line| line.net)),
            lines,
            comment: Some("С собой. Без крышки".into()),
            ..Paper::new(ReceiptId::new("01a2-0636-4adc-766e-b0AB12cd"), "BYN", &[], vec![])
        })
    }

    fn text(request: Request) -> String {
        String::from_utf8(request.body).unwrap()
    }

    fn reply(status: u16, body: &str) -> Reply {
        Reply { status, body: body.into() }
    }

    #[test]
    fn an_order_becomes_the_messages_that_were_seen() {
        let name = "Капучино / Большой 350 мл / Овсяное молоко / Сироп";
        let receipt = receipt(vec![line("42", name, 2, 670)]);
        let shape = Shape { table: "Ducks".into(), ..Shape::default() };
        assert_eq!(
            text(create_order(&shape, &receipt).unwrap()),
            r##"{"table":"Ducks","currency":"BYN","comment":"#AB12CD С собой. Без крышки"}"##
        );
        let expected = format!(
            r#"{{"orderNumber":123,"items":[{{"discount":0,"sum":13.40,"info":{{"id":42,"type":0,"productName":"{name}","quantity":2,"amount":6.70}}}}]}}"#
        );
        assert_eq!(text(add_items(&shape, 123, &receipt).unwrap()), expected);
    }

    #[test]
    fn what_only_a_defect_makes_is_not_sent() {
        let items = |line| add_items(&Shape::default(), 1, &receipt(vec![line]));
        let odd = NetLine { net: Money(1000), ..line("1", "a", 3, 333) };
        assert!(items(odd.clone()).unwrap_err().contains("whole price"));
        assert!(items(NetLine { qty_milli: 337, ..odd }).is_err());
        let abroad = Paper { currency: "RUB".into(), ..(*receipt(vec![])).clone() };
        let refused = create_order(&Shape::default(), &NetReceipt::unguarded(abroad));
        assert!(refused.unwrap_err().contains("takes BYN, not RUB"));
    }

    #[test]
    fn a_product_has_one_number_for_ever() {
        let table =
            [("42", 42), ("4810000000011", 4_810_000_000_011), ("0", 0), ("99999999999999", 0), ("cap-m", 0)];
        for (sku, expected) in table {
            let id = product_id(&Sku::new(sku));
            assert!((1..=PRODUCT_ID_MAX).contains(&id), "{sku}: {id}");
            assert!(expected == 0 || id == expected, "{sku}: {id}");
        }
        assert_eq!(product_id(&Sku::new("cap-m")), 3_014_185_064_556);
    }

    #[test]
    fn answers_are_read_as_a_table_says() {
        let shape = Shape { total_field: Some("/total".into()), ..Shape::default() };
        let word = |taken: &Taken<i64>| match taken {
            Taken::Yes(_) => "yes",
            Taken::Refused(_) => "refused",
            Taken::Unknown(_) => "unknown",
        };
        let table = [
            (200, r#"{"orderNumber":123}"#, "yes", "unknown"),
            (201, r#"{"orderNumber":"123","total":13.4}"#, "yes", "yes"),
            (200, r#"{"orderNumber":0}"#, "unknown", "unknown"),
            (200, r#"{"orderNumber":-3,"total":"13.40"}"#, "unknown", "yes"),
            (200, r#"{"total":13.401}"#, "unknown", "unknown"),
            (200, r#"{"error":"x","total":13.40}"#, "unknown", "unknown"),
            (200, "<html>", "unknown", "unknown"),
            (200, "", "unknown", "unknown"),
            (401, "{}", "refused", "refused"),
            (422, "", "refused", "refused"),
            (409, "{}", "unknown", "unknown"),
            (500, r#"{"orderNumber":1,"total":1}"#, "unknown", "unknown"),
            (302, "", "unknown", "unknown"),
        ];
        for (status, body, created, added) in table {
            let reply = reply(status, body);
            assert_eq!(word(&read_created(&shape, &reply)), created, "created, {status} {body}");
            let read = match read_added(&shape, &reply) {
                Taken::Yes(total) => Taken::Yes(total.map_or(0, Money::minor)),
                Taken::Refused(why) => Taken::Refused(why),
                Taken::Unknown(why) => Taken::Unknown(why),
            };
            assert_eq!(word(&read), added, "added, {status} {body}");
        }
        assert_eq!(read_added(&Shape::default(), &reply(200, "")), Taken::Yes(None));
    }

    #[test]
    fn only_the_order_that_was_asked_for_tells_its_total() {
        let shape = Shape { total_field: Some("/total".into()), ..Shape::default() };
        let ours = reply(200, r#"{"orderNumber":7,"total":13.4}"#);
        assert_eq!(read_order(&shape, "7", &ours), Some(Money(1340)));
        assert_eq!(read_order(&shape, "8", &ours), None);
        assert_eq!(read_order(&shape, "7", &reply(404, r#"{"orderNumber":7,"total":13.4}"#)), None);
        assert_eq!(read_order(&Shape::default(), "7", &ours), None);
    }

    proptest! {
        #[test]
        fn no_bytes_make_the_reader_fail_and_none_without_a_number_make_an_order(status: u16, body: Vec<u8>) {
            let reply = Reply { status, body };
            let shape = Shape { total_field: Some("/total".into()), ..Shape::default() };
            let _verdict = read_added(&shape, &reply);
            let has_number = reply.json().is_some_and(|json| json.pointer("/orderNumber").is_some());
            prop_assert!(has_number || !matches!(read_created(&shape, &reply), Taken::Yes(_)));
            prop_assert_eq!(read_order(&shape, "7", &reply), None);
        }
    }
}
