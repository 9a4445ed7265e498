//! What one scan of the setup code says about a scanner. Pure: bytes and their times of arrival are arguments.

use super::layout::latin;
use crate::steps::scan::{GROUP_SEPARATOR, Symbology};
use serde::Serialize;
use std::time::Duration;

/// What the setup code holds: letters of both cases and signs that other layouts have elsewhere, digits, and a
/// group separator as in marking codes.
pub const SETUP_CODE: &str = "KAVA;setup/az\u{1d}0123456789";
/// Silence that ends a scan while a scanner is measured; slower scanners exist, and are told so.
pub const SETUP_SILENCE: Duration = Duration::from_millis(300);
/// Keys with longer gaps than this are taken for a person's.
const KEY_GAP_MAX: Duration = Duration::from_millis(30);

/// A scanner as it was heard.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Measured {
    /// The AIM identifier in front of the code.
    pub symbology: Option<Symbology>,
    /// What stands in front of the code besides.
    pub prefix: String,
    /// What stands behind it, line end included.
    pub suffix: String,
    /// The code arrived in Cyrillic letters.
    pub cyrillic: bool,
    /// The group separator arrived.
    pub keeps_separator: bool,
    /// The longest gap between two bytes that arrived apart, milliseconds.
    pub gap_max_ms: u64,
}

/// Reads what arrived between two silences.
///
/// # Errors
/// One sentence when it is not the setup code.
pub fn measure(heard: &[(Duration, u8)]) -> Result<Measured, String> {
    let bytes: Vec<u8> = heard.iter().map(|(_, byte)| *byte).collect();
    let text = String::from_utf8_lossy(&bytes).into_owned();
    let without = SETUP_CODE.replace(GROUP_SEPARATOR, "");
    let meant = latin(&text);
    let found = [(&text, false), (&meant, true)].into_iter().find_map(|(text, cyrillic)| {
        let whole = text.split_once(SETUP_CODE).map(|around| (around, true));
        let (around, kept) = whole.or_else(|| text.split_once(&without).map(|around| (around, false)))?;
        Some((around, kept, cyrillic))
    });
    let Some(((before, after), keeps_separator, cyrillic)) = found else {
        let shown: String = text.chars().filter(|c| !c.is_control()).take(60).collect();
        return Err(format!("{shown:?} is not the setup code; scan the code that is shown, once"));
    };
    let (symbology, prefix) = match before.as_bytes() {
        [.., b']', letter, modifier]
            if letter.is_ascii_alphabetic() && modifier.is_ascii_alphanumeric() && before.is_ascii() =>
        {
            (Some(Symbology::of(*letter)), before.get(..before.len() - 3).unwrap_or_default())
        }
        _ => (None, before),
    };
    let times = heard.iter().map(|(at, _)| *at);
    let gaps = times.clone().zip(times.skip(1)).map(|(one, next)| next.saturating_sub(one));
    Ok(Measured {
        symbology,
        prefix: prefix.to_owned(),
        suffix: after.to_owned(),
        cyrillic,
        keeps_separator,
        gap_max_ms: u64::try_from(gaps.max().unwrap_or_default().as_millis()).unwrap_or(u64::MAX),
    })
}

impl Measured {
    /// What to change at the scanner, one sentence each; nothing when it is well set.
    #[must_use]
    pub fn advice(&self, types_keys: bool) -> Vec<String> {
        let slow = types_keys && self.gap_max_ms > u64::try_from(KEY_GAP_MAX.as_millis()).unwrap_or(u64::MAX);
        let line_end = |end: char| matches!(end, '\r' | '\n' | '\t');
        let said = [
            (!self.prefix.is_empty(), format!("switch its prefix {:?} off", self.prefix)),
            (
                !self.suffix.chars().all(line_end),
                format!("switch its suffix {:?} off, all but the line end", self.suffix),
            ),
            (!self.suffix.chars().any(line_end), "let it send Enter (CR) behind each code".into()),
            (
                self.symbology.is_none(),
                "switch AIM identifiers on, they tell a guest's code from a product's".into(),
            ),
            (
                !self.keeps_separator,
                "it loses the group separator, so marking codes cannot be sold with it; switch it to a serial \
                 port (USB COM) or let it send GS"
                    .into(),
            ),
            (self.cyrillic, "set its keyboard, or the computer's, to US English".into()),
            (slow, format!("set its delay between characters to zero, it is {} ms", self.gap_max_ms)),
        ];
        said.into_iter().filter_map(|(wrong, what)| wrong.then_some(what)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn heard(text: &str, gap_ms: u64) -> Vec<(Duration, u8)> {
        text.bytes().zip(0..).map(|(byte, nth)| (Duration::from_millis(nth * gap_ms), byte)).collect()
    }

    #[test]
    fn a_scanner_that_is_well_set_needs_no_advice() {
        let seen = measure(&heard(&format!("]Q1{SETUP_CODE}\r"), 2)).unwrap();
        assert_eq!((seen.symbology, seen.gap_max_ms), (Some(Symbology::Qr), 2));
        assert!(seen.keeps_separator && !seen.cyrillic && seen.prefix.is_empty());
        assert_eq!(seen.advice(true), Vec::<String>::new());
    }

    #[test]
    fn everything_that_is_not_as_it_should_be_is_said() {
        let without = SETUP_CODE.replace('\u{1d}', "");
        let seen = measure(&heard(&format!("~{without}#"), 45)).unwrap();
        assert_eq!((seen.prefix.as_str(), seen.suffix.as_str(), seen.keeps_separator), ("~", "#", false));
        let advice = seen.advice(true).join("; ");
        for words in ["prefix", "suffix", "Enter", "AIM", "group separator", "45 ms"] {
            assert!(advice.contains(words), "{words} is not in {advice}");
        }
        assert!(!seen.advice(false).join("; ").contains("45 ms"), "a serial port has no keys");
    }

    #[test]
    fn letters_of_a_russian_layout_are_found_out() {
        let seen = measure(&heard("ЛФМФжыуегз.фя\u{1d}0123456789\r", 3)).unwrap();
        assert!(seen.cyrillic && seen.keeps_separator);
        assert!(seen.advice(true).iter().any(|said| said.contains("US English")));
    }

    #[test]
    fn another_code_is_not_measured() {
        let said = measure(&heard("4810001000017\r", 2)).unwrap_err();
        assert!(said.contains("4810001000017") && said.contains("setup code"), "{said}");
        assert!(measure(&[]).is_err());
    }

    proptest! {
        #[test]
        fn any_bytes_are_measured_without_panic(bytes: Vec<u8>) {
            let heard: Vec<(Duration, u8)> = bytes.into_iter().map(|byte| (Duration::ZERO, byte)).collect();
            prop_assert!(measure(&heard).is_err());
        }
    }
}
