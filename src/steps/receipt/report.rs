//! Slips of shift and drawer.

use crate::facts::moment::LocalMoment;
use crate::facts::money::Money;
use crate::facts::shop::Shop;
use crate::facts::slip::{Slip, SlipRow};
use crate::words::Words;

/// What a report says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReportRows {
    title: String,
    /// A key of the words, and an amount.
    pairs: Vec<(String, String)>,
    /// In a person's own words.
    reason: Option<String>,
    open_drawer: bool,
}

impl ReportRows {
    /// A report of a shift under a title of the words.
    #[must_use]
    pub fn shift(title: &str, pairs: &[(String, String)]) -> ReportRows {
        ReportRows { title: title.to_owned(), pairs: pairs.to_vec(), reason: None, open_drawer: false }
    }

    /// Cash put in, or below zero taken out; the drawer opens.
    #[must_use]
    pub fn cash(amount: Money, reason: &str) -> ReportRows {
        let title = if amount.0 > 0 { "slip.cash_in" } else { "slip.cash_out" };
        let text = Money(amount.0.saturating_abs()).to_string();
        ReportRows {
            title: title.to_owned(),
            pairs: vec![(title.to_owned(), text)],
            reason: Some(reason.to_owned()).filter(|reason| !reason.is_empty()),
            open_drawer: true,
        }
    }
}

/// A report as a slip. It says that it is no payment document.
#[must_use]
pub fn report(rows: &ReportRows, shop: &Shop, at: &LocalMoment, words: Words) -> Slip {
    let mut slip = vec![
        SlipRow::Title { text: words.get(&rows.title) },
        SlipRow::Text { text: shop.title.clone() },
        SlipRow::Text { text: super::when(at, words) },
        SlipRow::Rule,
    ];
    slip.extend(rows.pairs.iter().map(|(key, right)| SlipRow::Pair {
        left: words.get(key),
        right: right.clone(),
        strong: false,
    }));
    slip.extend(rows.reason.iter().map(|reason| SlipRow::Text { text: reason.clone() }));
    slip.push(SlipRow::Rule);
    slip.push(SlipRow::Text { text: words.get("slip.not_fiscal") });
    Slip { rows: slip, open_drawer: rows.open_drawer }
}
