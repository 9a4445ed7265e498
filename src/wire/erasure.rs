//! Who was erased at the office, as every counter is told. The pseudonym itself does not travel: whoever has it
//! finds it by its hash, and whoever has it no more learns nothing.
//!
//! May import facts. Not here: what is emptied where. See `docs/office.md`.

use crate::facts::{
    id::{CustomerId, Digest},
    menu::hex_digest,
    moment::BusinessDay,
    purchase::PurchaseKind,
};
use serde::{Deserialize, Serialize};

/// The most erasures in one answer; a counter asks for the next ones when these are done.
pub const ERASURES_A_TIME: usize = 500;
/// The office's code for a counter that sends records before it has erased whom it must.
pub const ERASURES_FIRST: &str = "erasures_first";

/// One customer who was erased.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Erasure {
    /// 1, 2, 3 … in the order in which the office erased.
    pub id: i64,
    /// Whom, by [`who`].
    pub who: Digest,
}

/// How a customer is named once they are erased: SHA-256 of `kava-erased`, a line feed and the pseudonym.
#[must_use]
pub fn who(customer: &CustomerId) -> Digest {
    hex_digest(format!("kava-erased\n{customer}").as_bytes())
}

/// The text by which a payload names a customer: a pseudonym stands in JSON as a whole string.
#[must_use]
pub fn mention(customer: &str) -> String {
    serde_json::to_string(customer).unwrap_or_default()
}

/// A counter's receipt for what it has erased: the payload of a record of its series.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Receipt {
    /// The last of the erasures that are done; all before it are.
    pub upto: i64,
    /// Customers that were known there.
    pub customers: u64,
    /// Records whose payload was emptied.
    pub records: u64,
    /// Sales and refunds that the office had not heard of before their payload was emptied: what the books need of
    /// them, without whom they were about.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub untold: Vec<Untold>,
}

/// A sale or refund without a customer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Untold {
    /// Epoch of its record.
    pub epoch: i64,
    /// Number of its record.
    pub seq: i64,
    /// Kind of its record.
    pub kind: String,
    /// Its id.
    pub receipt: String,
    /// Its day.
    pub business_day: BusinessDay,
    /// Sum of its lines, in minor units.
    pub list: i64,
    /// Their discount.
    pub discount: i64,
    /// What was paid, or given back.
    pub net: i64,
    /// Whether money was taken for it.
    #[serde(default = "yes", skip_serializing_if = "is_yes")]
    pub charged: bool,
    /// Of a refund, the receipt it gives back from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub original: Option<String>,
}

const fn yes() -> bool {
    true
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde gives a reference")]
const fn is_yes(charged: &bool) -> bool {
    *charged
}

/// What the payload of a sale or refund says for the books.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Told {
    /// The id of a sale.
    receipt: Option<String>,
    /// The id of a refund.
    id: Option<String>,
    /// And the receipt it gives back from.
    pub original: Option<String>,
    /// Why goods left the counter.
    #[serde(default)]
    kind: Option<String>,
    #[serde(default)]
    lines: Vec<Line>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
struct Line {
    #[serde(default)]
    list: i64,
    #[serde(default)]
    discount: i64,
    #[serde(default)]
    net: i64,
}

impl Told {
    /// Whether money was taken for it; a kind that is not known yet is believed to be sold.
    #[must_use]
    pub fn is_charged(&self) -> bool {
        let kind = self.kind.as_deref().and_then(PurchaseKind::from_code);
        kind.is_none_or(PurchaseKind::is_charged)
    }

    /// Its own id and the sums of list, discount and net; nothing where it has no id.
    #[must_use]
    pub fn sums(self, is_refund: bool) -> Option<(String, [i64; 3])> {
        let sum = |of: fn(&Line) -> i64| self.lines.iter().map(of).fold(0_i64, i64::saturating_add);
        let sums = [sum(|line| line.list), sum(|line| line.discount), sum(|line| line.net)];
        let own = if is_refund { self.id } else { self.receipt };
        own.map(|own| (own, sums))
    }
}

/// Whom a payload is about: at its top where a sale says it, or where a decision says it.
#[must_use]
pub fn named(payload: &[u8]) -> Option<CustomerId> {
    #[derive(Deserialize)]
    struct Payload {
        customer: Option<CustomerId>,
        guest: Option<Guest>,
    }
    #[derive(Deserialize)]
    struct Guest {
        situation: Situation,
    }
    #[derive(Deserialize)]
    struct Situation {
        customer: CustomerId,
    }
    let payload: Payload = serde_json::from_slice(payload).ok()?;
    payload.customer.or_else(|| payload.guest.map(|guest| guest.situation.customer))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_customer_is_named_by_a_hash_that_only_they_have() {
        let anna = who(&CustomerId::new("anna"));
        assert_eq!(anna, hex_digest(b"kava-erased\nanna"));
        assert_ne!(anna, who(&CustomerId::new("anna2")));
    }

    #[test]
    fn a_payload_says_whom_it_is_about() {
        let table = [
            (r#"{"receipt":"r","customer":"anna","lines":[]}"#, Some("anna")),
            (r#"{"receipt":"r","customer":null}"#, None),
            (r#"{"guest":{"situation":{"customer":"boris","more":1}}}"#, Some("boris")),
            (r#"{"guest":null}"#, None),
            ("no JSON", None),
        ];
        for (payload, customer) in table {
            assert_eq!(named(payload.as_bytes()), customer.map(CustomerId::new), "{payload}");
        }
    }

    #[test]
    fn a_refund_is_told_by_its_own_id() {
        let text = r#"{"id":"own","original":"sale","lines":[{"list":7,"discount":2,"net":5},{"net":1}]}"#;
        let told: Told = serde_json::from_str(text).unwrap();
        assert_eq!(told.clone().sums(true), Some(("own".to_owned(), [7, 2, 6])));
        assert_eq!((told.original.as_deref(), told.clone().sums(false)), (Some("sale"), None));
    }
}
