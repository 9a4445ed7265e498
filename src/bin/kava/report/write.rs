//! Numbers and words as the language of the shop writes them.

use kava::{facts::money::Money, words::Words};

/// Writes numbers for one language.
pub struct Writer {
    pub words: Words,
    /// Between groups of three digits.
    group: char,
    /// Before decimals.
    mark: char,
}

impl Writer {
    pub fn new(words: Words, language: &str) -> Writer {
        let (group, mark) = if language == "en" { (',', '.') } else { ('\u{202f}', ',') };
        Writer { words, group, mark }
    }

    /// A whole number in groups of three digits.
    pub fn count(&self, number: u64) -> String {
        let digits = number.to_string();
        let mut text = String::new();
        for (index, digit) in digits.chars().enumerate() {
            if index > 0 && (digits.len() - index).is_multiple_of(3) {
                text.push(self.group);
            }
            text.push(digit);
        }
        text
    }

    /// An amount with two decimals.
    pub fn money(&self, amount: Money) -> String {
        let sign = if amount.0 < 0 { "−" } else { "" };
        let minor = amount.0.unsigned_abs();
        format!("{sign}{}{}{:02}", self.count(minor / 100), self.mark, minor % 100)
    }

    /// An amount without decimals, for axes.
    pub fn rounded(&self, minor: i64) -> String {
        let sign = if minor < 0 { "−" } else { "" };
        format!("{sign}{}", self.count((minor.unsigned_abs() + 50) / 100))
    }

    /// Basis points as a percentage with one decimal.
    pub fn percent(&self, bp: i64) -> String {
        let sign = if bp < 0 { "−" } else { "" };
        let tenths = (bp.unsigned_abs() + 5) / 10;
        format!("{sign}{}{}{}\u{202f}%", tenths / 10, self.mark, tenths % 10)
    }

    /// Basis points as a percentage without decimals, for axes.
    pub fn whole_percent(&self, bp: i64) -> String {
        if bp % 100 == 0 { format!("{}\u{202f}%", bp / 100) } else { self.percent(bp) }
    }

    /// The words for a key.
    pub fn say(&self, key: &str) -> String {
        self.words.get(key)
    }
}

/// A part of a whole in basis points, rounded half up; nothing where the whole is not positive.
pub fn share_bp(part: i64, whole: i64) -> Option<i64> {
    (whole > 0).then(|| {
        let wide = (i128::from(part) * 20_000 + i128::from(whole)).div_euclid(2 * i128::from(whole));
        i64::try_from(wide).unwrap_or(i64::MAX)
    })
}

/// A count as a signed number.
pub fn signed(count: u64) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

/// Text that is safe inside HTML and attributes.
pub fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_written_as_the_language_does() {
        let english = Writer::new(Words::of("en"), "en");
        let russian = Writer::new(Words::of("ru"), "ru");
        assert_eq!(english.money(Money(-123_456_789)), "−1,234,567.89");
        assert_eq!(russian.money(Money(100_005)), "1\u{202f}000,05");
        assert_eq!(english.percent(-1_234), "−12.3\u{202f}%");
        assert_eq!((share_bp(1, 3), share_bp(-1, 3), share_bp(1, 0)), (Some(3_333), Some(-3_333), None));
    }
}
