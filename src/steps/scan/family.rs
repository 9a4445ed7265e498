//! Which family a scan belongs to: a guest's code, a product's trade number, or the marking code of one piece.

use crate::facts::menu::{trade_check, trade_number};
use serde::{Deserialize, Serialize};

/// What kind of bars or dots a scanner says that it has read, by its AIM identifier.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Symbology {
    /// EAN-8, EAN-13, UPC: `]E`.
    Ean,
    /// QR code: `]Q`.
    Qr,
    /// DataMatrix: `]d`.
    DataMatrix,
    /// Code 128, GS1-128: `]C`.
    #[serde(rename = "code128")]
    Code128,
    /// Another one.
    Other,
}

impl Symbology {
    /// The symbology of the letter in an AIM identifier.
    #[must_use]
    pub const fn of(letter: u8) -> Symbology {
        match letter {
            b'E' => Symbology::Ean,
            b'Q' => Symbology::Qr,
            b'd' => Symbology::DataMatrix,
            b'C' => Symbology::Code128,
            _ => Symbology::Other,
        }
    }
}

/// A scan, told apart from the others.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Scanned {
    /// Of a guest, or nothing that is known: [`super::read`] says what is wrong with it.
    Guest(String),
    /// A product's trade number of 8 or 13 digits, as the scanner says.
    Ean(String),
    /// By its digits a trade number, or a guest's card of an older programme: the menu knows.
    Either(String),
    /// A marking code.
    Mark(Mark),
}

/// The marking code of one piece.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mark {
    /// Trade number of the product: 14 digits.
    pub gtin: String,
    /// All of it, group separators (0x1D) in their places, without a leading one.
    pub text: String,
}

impl Mark {
    /// The trade numbers under which a menu may have the product: 13 digits, and 8 where the rest is zeros.
    #[must_use]
    pub fn eans(&self) -> Vec<&str> {
        let thirteen = self.gtin.strip_prefix('0');
        let eight = self.gtin.strip_prefix("000000");
        thirteen.into_iter().chain(eight).collect()
    }
}

/// The group separator of GS1 element strings.
pub const GROUP_SEPARATOR: char = '\u{1d}';

/// Tells a scan apart from others, by what the scanner says it has read and by its shape.
#[must_use]
pub fn sort(text: &str, symbology: Option<Symbology>) -> Scanned {
    let bare = text.trim_matches([' ', '\r', '\n', '\t']);
    if let Some(mark) = mark(bare) {
        return Scanned::Mark(mark);
    }
    match (trade_number(bare), symbology) {
        (Some(ean), Some(Symbology::Ean)) => Scanned::Ean(ean),
        (Some(ean), None) if bare.len() != 12 => Scanned::Either(ean),
        _ => Scanned::Guest(bare.to_owned()),
    }
}

/// A marking code: `01`, trade number of 14 digits, `21`, serial of at least six characters; a proof may follow
/// behind a group separator.
fn mark(text: &str) -> Option<Mark> {
    const SERIAL_MIN: usize = 6;
    const LONGEST: usize = 200;
    let body = text.strip_prefix(GROUP_SEPARATOR).unwrap_or(text);
    let gtin = body.strip_prefix("01")?.get(..14)?;
    let serial = body.get(16..)?.strip_prefix("21")?.split(GROUP_SEPARATOR).next()?;
    let printable = body.chars().all(|c| c.is_ascii_graphic() || c == GROUP_SEPARATOR);
    let good = printable && trade_check(gtin) && serial.len() >= SERIAL_MIN && body.len() <= LONGEST;
    good.then(|| Mark { gtin: gtin.to_owned(), text: body.to_owned() })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const MILK: &str = "010460439093125621Ab3\"x/5\u{1d}91EE06\u{1d}92kQ+/==";

    #[test]
    fn three_families_are_told_apart() {
        let mark = |text: &str| Scanned::Mark(Mark { gtin: "04604390931256".into(), text: text.into() });
        let guest = |text: &str| Scanned::Guest(text.into());
        let table = [
            ("4810001000017", None, Scanned::Either("4810001000017".into())),
            ("4810001000017", Some(Symbology::Ean), Scanned::Ean("4810001000017".into())),
            ("4810001000017", Some(Symbology::Qr), guest("4810001000017")),
            ("4810001000018", Some(Symbology::Ean), guest("4810001000018")),
            ("96385074", Some(Symbology::Ean), Scanned::Ean("96385074".into())),
            ("036000291452", Some(Symbology::Ean), Scanned::Ean("0036000291452".into())),
            ("036000291452", None, guest("036000291452")),
            ("100000000004216", None, guest("100000000004216")),
            (MILK, Some(Symbology::DataMatrix), mark(MILK)),
            (&format!("{GROUP_SEPARATOR}{MILK}"), None, mark(MILK)),
            ("", None, guest("")),
        ];
        for (text, symbology, family) in table {
            assert_eq!(sort(text, symbology), family, "{text:?}");
        }
        // Cyrillic, a wrong trade number and a missing serial are no marking codes.
        for text in ["0104604390931256фи123456", "010460439093125221Ab3x5z", "010460439093125621Ab"] {
            assert_eq!(sort(text, None), guest(text));
        }
    }

    #[test]
    fn a_mark_knows_the_numbers_its_product_may_be_listed_under() {
        let mark = |gtin: &str| Mark { gtin: gtin.into(), text: String::new() };
        assert_eq!(mark("04604390931256").eans(), ["4604390931256"]);
        assert_eq!(mark("00000096385074").eans(), ["0000096385074", "96385074"]);
        assert!(mark("14604390931258").eans().is_empty(), "a carton is no piece");
    }

    proptest! {
        #[test]
        fn sorting_never_panics_and_loses_nothing(text in "[\\PC\u{1d}]{0,60}") {
            match sort(&text, None) {
                Scanned::Guest(kept) => prop_assert_eq!(kept, text.trim_matches([' ', '\r', '\n', '\t'])),
                Scanned::Ean(kept) | Scanned::Either(kept) => prop_assert!(text.contains(&kept)),
                Scanned::Mark(mark) => prop_assert!(text.contains(&mark.text)),
            }
        }
    }
}
