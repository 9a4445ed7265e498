//! Receipt: the slip a guest takes home, as rows.

mod card;
mod report;

pub use card::card;
pub use report::{ReportRows, report};

use super::charge;
use crate::facts::moment::LocalMoment;
use crate::facts::money::Money;
use crate::facts::offer::{Offer, Scope};
use crate::facts::purchase::{PaymentKind, Purchase, PurchaseKind, PurchaseLine};
use crate::facts::shop::Shop;
use crate::facts::slip::{Slip, SlipRow};
use crate::words::Words;

/// What stands on the slip besides the purchase.
#[derive(Debug, Clone)]
pub struct Around<'a> {
    /// The shop.
    pub shop: &'a Shop,
    /// Words of its language.
    pub words: Words,
    /// Why the guest got the discount, in words.
    pub reason: Option<String>,
    /// Saved in all, this purchase included.
    pub saved_all: Option<Money>,
    /// The card for the next visit and the name of what it covers.
    pub next: Option<(&'a Offer, String)>,
}

/// The slip of a purchase. It says that it is no payment document: the register prints that one.
#[must_use]
pub fn compose(purchase: &Purchase, around: &Around<'_>) -> Slip {
    let words = around.words;
    let mut rows = vec![SlipRow::Title { text: around.shop.title.clone() }];
    if purchase.kind == PurchaseKind::Training {
        rows.push(text(words.get("slip.training")));
    }
    rows.push(text(words.fill("slip.receipt", &[("id", purchase.receipt.as_str())])));
    rows.push(text(when(&purchase.when, words)));
    rows.push(SlipRow::Rule);
    rows.extend(purchase.lines.iter().flat_map(|line| line_rows(line, words)));
    rows.push(SlipRow::Rule);
    rows.extend(total_rows(purchase, words));
    rows.extend(guest_rows(purchase, around));
    rows.push(text(words.get("slip.not_fiscal")));
    rows.push(SlipRow::Qr { content: purchase.receipt.to_string() });
    Slip { rows, open_drawer: purchase.payments.iter().any(|payment| payment.kind == PaymentKind::Cash) }
}

/// The slip of a refund.
#[must_use]
pub fn compose_refund(
    purchase: &Purchase,
    taken_back: &[PurchaseLine],
    at: &LocalMoment,
    around: &Around<'_>,
) -> Slip {
    let words = around.words;
    let net = Money::total(taken_back.iter().map(|line| line.net));
    let mut rows = vec![
        SlipRow::Title { text: around.shop.title.clone() },
        text(words.fill("slip.refund", &[("id", purchase.receipt.as_str())])),
        text(when(at, words)),
        SlipRow::Rule,
    ];
    rows.extend(taken_back.iter().flat_map(|line| line_rows(line, words)));
    rows.push(SlipRow::Rule);
    rows.push(pair(words.get("slip.total"), net.to_string(), true));
    rows.push(text(words.get("slip.not_fiscal")));
    Slip { rows, open_drawer: purchase.payments.iter().any(|payment| payment.kind == PaymentKind::Cash) }
}

/// A slip printed once more: the word for it stands first and last, and the drawer stays closed.
#[must_use]
pub fn copy_of(slip: Slip, words: Words) -> Slip {
    let mark = || SlipRow::Title { text: words.get("slip.copy") };
    let rows = std::iter::once(mark()).chain(slip.rows).chain([mark()]).collect();
    Slip { rows, open_drawer: false }
}

/// The words for a reason, with the name of what the offer covers.
#[must_use]
pub fn reason_text(offer: &Offer, of: &str, words: Words) -> String {
    words.fill(&format!("reason.{}", offer.reason.code()), &[("of", of)])
}

/// A depth in per cent: `7` or `12.5`.
#[must_use]
pub fn per_cent(depth_bp: i64) -> String {
    if depth_bp % 100 == 0 {
        format!("{}", depth_bp / 100)
    } else {
        format!("{}.{}", depth_bp / 100, depth_bp % 100 / 10)
    }
}

fn line_rows(line: &PurchaseLine, words: Words) -> Vec<SlipRow> {
    let name = charge::receipt_name(line);
    let left =
        if line.qty == crate::facts::basket::Quantity::ONE { name } else { format!("{name} x{}", line.qty) };
    let mut rows = vec![pair(left, line.list.to_string(), false)];
    if line.discount.0 > 0 {
        rows.push(pair(format!("  {}", words.get("slip.discount")), format!("-{}", line.discount), false));
    }
    rows
}

fn total_rows(purchase: &Purchase, words: Words) -> Vec<SlipRow> {
    let mut rows = Vec::new();
    if purchase.discount().0 > 0 {
        rows.push(pair(words.get("slip.list"), purchase.list().to_string(), false));
        rows.push(pair(words.get("slip.saved"), format!("-{}", purchase.discount()), false));
    }
    rows.push(pair(words.get("slip.total"), purchase.net().to_string(), true));
    rows.extend(purchase.payments.iter().map(|payment| {
        let kind = match payment.kind {
            PaymentKind::Cash => "pay.cash",
            PaymentKind::Card => "pay.card",
            PaymentKind::Qr => "pay.qr",
            PaymentKind::Certificate => "pay.certificate",
            PaymentKind::Invoice => "pay.invoice",
        };
        pair(words.get(kind), payment.amount.to_string(), false)
    }));
    rows
}

fn guest_rows(purchase: &Purchase, around: &Around<'_>) -> Vec<SlipRow> {
    let words = around.words;
    let mut rows = Vec::new();
    if purchase.discount().0 > 0 {
        rows.extend(around.reason.clone().map(text));
    }
    if let Some(saved) = around.saved_all.filter(|saved| saved.0 > 0) {
        rows.push(pair(words.get("slip.saved_all"), saved.to_string(), false));
    }
    if let Some((offer, of)) = &around.next {
        let key = if offer.scope == Scope::Basket { "slip.next_basket" } else { "slip.next" };
        let until = around
            .shop
            .time()
            .map_or_else(|_| String::new(), |time| time.local(offer.until).business_day.to_string());
        rows.push(text(
            words.fill(key, &[("depth", &per_cent(offer.depth_bp)), ("of", of), ("until", &until)]),
        ));
    }
    if rows.is_empty() {
        rows
    } else {
        std::iter::once(SlipRow::Rule).chain(rows).chain([SlipRow::Rule]).collect()
    }
}

fn when(moment: &LocalMoment, words: Words) -> String {
    let minutes = (moment.at.0 / 60_000 + i64::from(moment.utc_offset_min)).rem_euclid(1440);
    let time = format!("{:02}:{:02}", minutes / 60, minutes % 60);
    words.fill("slip.at", &[("day", &moment.business_day.to_string()), ("time", &time)])
}

const fn text(text: String) -> SlipRow {
    SlipRow::Text { text }
}

const fn pair(left: String, right: String, strong: bool) -> SlipRow {
    SlipRow::Pair { left, right, strong }
}
