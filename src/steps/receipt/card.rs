//! The card on paper of somebody who has just joined.

use crate::facts::moment::LocalMoment;
use crate::facts::shop::Shop;
use crate::facts::slip::{Slip, SlipRow};
use crate::words::Words;

/// The card: its digits as a bar code, and where the office has signed a blank membership the digits with which a
/// phone claims it, as a QR code.
#[must_use]
pub fn card(code: &str, claim: Option<&str>, (shop, words): (&Shop, Words), at: &LocalMoment) -> Slip {
    let text = |key: &str| SlipRow::Text { text: words.get(key) };
    let mut rows = vec![
        SlipRow::Title { text: shop.title.clone() },
        text("slip.card"),
        SlipRow::Text { text: super::when(at, words) },
        SlipRow::Rule,
        text("slip.card_use"),
        SlipRow::Code128 { digits: code.to_owned() },
    ];
    if let Some(claim) = claim {
        rows.extend([SlipRow::Rule, text("slip.card_claim"), SlipRow::Qr { content: claim.to_owned() }]);
    }
    rows.extend([SlipRow::Rule, text("slip.not_fiscal")]);
    Slip { rows, open_drawer: false }
}
