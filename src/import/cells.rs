//! Cells → amounts, quantities, days: each parser gives a value or what is wrong with the cell.

use super::mapping::Format;
use crate::facts::{
    basket::{Quantity, parse_quantity},
    money::Money,
};
use jiff::civil::{Date, DateTime, Time};
use std::borrow::Cow;

/// What is wrong with a cell, to be read after its value: `"-3" is negative`.
pub type Reason = Cow<'static, str>;

/// Keys and names longer than this many characters are refused.
pub const TEXT_MAX: usize = 200;
/// More pieces than this on one line is a slip of the keyboard.
pub const PIECES_MAX: i64 = 1_000_000;
/// The largest amount of one line, in minor units: millions of such lines still add up in 64 bits.
pub const AMOUNT_MAX: Money = Money(1_000_000_000_000);

/// Reads cells as one file writes them.
#[derive(Debug, Clone)]
pub struct Cells {
    format: Format,
    decimal_mark: char,
}

impl Cells {
    /// A reader for files of this format.
    #[must_use]
    pub fn new(format: Format) -> Cells {
        let decimal_mark = format.decimal_mark.unwrap_or('.');
        Cells { format, decimal_mark }
    }

    /// An amount that is not negative.
    ///
    /// # Errors
    /// What is wrong with the cell.
    pub fn amount(&self, text: &str) -> Result<Money, Reason> {
        let amount = Money::parse(&self.bare(text), self.decimal_mark)?;
        if amount < Money::ZERO {
            return Err("is negative".into());
        }
        if amount > AMOUNT_MAX {
            return Err("is too large for an amount".into());
        }
        Ok(amount)
    }

    /// A price at which something was sold: more than nothing.
    ///
    /// # Errors
    /// What is wrong with the cell.
    pub fn selling_price(&self, text: &str) -> Result<Money, Reason> {
        match self.amount(text)? {
            Money::ZERO => Err("is zero: nothing was sold at a price".into()),
            amount => Ok(amount),
        }
    }

    /// A quantity that was sold: more than nothing.
    ///
    /// # Errors
    /// What is wrong with the cell.
    pub fn quantity(&self, text: &str) -> Result<Quantity, Reason> {
        if text.is_empty() {
            return Err("is empty".into());
        }
        let bare = self.bare(text);
        let pointed =
            if self.decimal_mark == '.' { bare } else { bare.replace(self.decimal_mark, ".").into() };
        let quantity = parse_quantity(&pointed).ok_or("is not a quantity")?;
        match quantity.0 {
            0 => Err("is zero: nothing was sold".into()),
            less if less < 0 => Err("is negative: a return, not a sale".into()),
            more if more > PIECES_MAX * 1_000 => Err("is too large for a quantity".into()),
            _ => Ok(quantity),
        }
    }

    /// A tax rate in basis points.
    ///
    /// # Errors
    /// What is wrong with the cell.
    pub fn tax_bp(&self, text: &str) -> Result<i64, Reason> {
        let rate = text.parse::<i64>().map_err(|_| "is not a whole number of basis points")?;
        if (0..=10_000).contains(&rate) { Ok(rate) } else { Err("is not between 0 and 10000".into()) }
    }

    /// A day.
    ///
    /// # Errors
    /// What is wrong with the cell.
    pub fn date(&self, text: &str) -> Result<Date, Reason> {
        let format = self.format.date();
        plausible(Date::strptime(format, text).map_err(|_| mismatch(text, "a day", format))?)
    }

    /// A day, with or without a time beside it.
    ///
    /// # Errors
    /// What is wrong with the cell.
    pub fn day(&self, text: &str) -> Result<Date, Reason> {
        self.date(text).or_else(|why| self.at(text).map(|at| at.date()).map_err(|_| why))
    }

    /// A time of day.
    ///
    /// # Errors
    /// What is wrong with the cell.
    pub fn time(&self, text: &str) -> Result<Time, Reason> {
        let format = self.format.time();
        Time::strptime(format, text).map_err(|_| mismatch(text, "a time of day", format))
    }

    /// A day and a time in one cell.
    ///
    /// # Errors
    /// What is wrong with the cell.
    pub fn at(&self, text: &str) -> Result<DateTime, Reason> {
        let format = self.format.at();
        let at = DateTime::strptime(format, text).map_err(|_| mismatch(text, "a day and time", format))?;
        plausible(at.date())?;
        Ok(at)
    }

    /// Whether the mapping says that this text is damage.
    #[must_use]
    pub fn is_bad(&self, text: &str) -> bool {
        self.format.bad_cells.as_ref().is_some_and(|bad| bad.iter().any(|one| one == text))
    }

    /// Whether the mapping lists damaged cells at all.
    #[must_use]
    pub fn lists_bad(&self) -> bool {
        self.format.bad_cells.as_ref().is_some_and(|bad| !bad.is_empty())
    }

    /// The format these cells have.
    #[must_use]
    pub fn format(&self) -> &Format {
        &self.format
    }

    fn bare<'t>(&self, text: &'t str) -> Cow<'t, str> {
        let mut bare = Cow::Borrowed(text);
        if let Some(sign) = &self.format.currency_sign
            && bare.contains(sign.as_str())
        {
            bare = bare.replace(sign.as_str(), "").into();
        }
        if let Some(mark) = self.format.thousands_mark
            && bare.contains(mark)
        {
            bare = bare.replace(mark, "").into();
        }
        bare
    }
}

/// A key or a name: not empty, not absurdly long.
///
/// # Errors
/// What is wrong with the cell.
pub fn text(text: &str) -> Result<&str, Reason> {
    if text.is_empty() {
        Err("is empty".into())
    } else if text.len() > TEXT_MAX && text.chars().count() > TEXT_MAX {
        Err("is longer than 200 characters".into())
    } else {
        Ok(text)
    }
}

/// Words that say yes, and those that say no, in the three languages.
const YES: [&str; 6] = ["yes", "да", "так", "true", "1", "+"];
const NO: [&str; 6] = ["no", "нет", "не", "false", "0", "-"];

/// A yes or a no.
///
/// # Errors
/// What is wrong with the cell.
pub fn flag(text: &str) -> Result<bool, Reason> {
    let word = text.to_lowercase();
    match (YES.contains(&word.as_str()), NO.contains(&word.as_str())) {
        (true, _) => Ok(true),
        (_, true) => Ok(false),
        _ => Err("is neither yes nor no".into()),
    }
}

fn plausible(date: Date) -> Result<Date, Reason> {
    if (1970..2200).contains(&date.year()) { Ok(date) } else { Err("is not between 1970 and 2199".into()) }
}

fn mismatch(text: &str, what: &str, format: &str) -> Reason {
    if text.is_empty() { "is empty".into() } else { format!("is not {what} written as {format}").into() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn cells(text: &str) -> Cells {
        Cells::new(toml::from_str(text).unwrap())
    }

    #[test]
    fn amounts_are_read_as_the_mapping_writes_them() {
        let dollars = cells("currency_sign = '$'\nthousands_mark = ','");
        let roubles = cells("currency_sign = 'руб.'\ndecimal_mark = ','");
        let table = [
            (&dollars, "$18.00 ", Ok(1_800)),
            (&dollars, "$1,234.5", Ok(123_450)),
            (&dollars, "0", Ok(0)),
            (&dollars, "-3", Err("is negative")),
            (&dollars, "NaN", Err("is not a number")),
            (&dollars, "inf", Err("is not a number")),
            (&dollars, "", Err("is empty")),
            (&dollars, "99999999999", Err("is too large for an amount")),
            (&roubles, "1 234,50 руб.", Ok(123_450)),
            (&roubles, "1.50", Err("is not a number")),
        ];
        for (cells, text, expected) in table {
            let found = cells.amount(text).map(Money::minor);
            assert_eq!(
                found.as_ref().map_err(|reason| &**reason),
                expected.as_ref().map_err(|r| *r),
                "{text:?}"
            );
        }
    }

    #[test]
    fn only_what_was_sold_is_a_quantity() {
        let cells = cells("decimal_mark = ','");
        let table = [
            ("2", Ok(2_000)),
            ("0,25", Ok(250)),
            ("0", Err("is zero: nothing was sold")),
            ("-1", Err("is negative: a return, not a sale")),
            ("1000001", Err("is too large for a quantity")),
            ("99999999999999999999", Err("is not a quantity")),
            ("two", Err("is not a quantity")),
            ("", Err("is empty")),
        ];
        for (text, expected) in table {
            let found = cells.quantity(text).map(|quantity| quantity.0);
            assert_eq!(
                found.as_ref().map_err(|reason| &**reason),
                expected.as_ref().map_err(|r| *r),
                "{text:?}"
            );
        }
    }

    #[test]
    fn days_and_times_follow_their_formats() {
        let cells = cells("date = '%m/%d/%Y'\nat = '%d.%m.%Y %H:%M'");
        assert_eq!(cells.date("4/1/2019").unwrap().to_string(), "2019-04-01");
        assert_eq!(cells.at("31.12.2019 23:59").unwrap().to_string(), "2019-12-31T23:59:00");
        assert_eq!(cells.date("2019-04-01").unwrap_err(), "is not a day written as %m/%d/%Y");
        assert_eq!(cells.date("4/1/0019").unwrap_err(), "is not between 1970 and 2199");
        assert_eq!(cells.time("25:00:00").unwrap_err(), "is not a time of day written as %H:%M:%S");
        assert_eq!(cells.date("").unwrap_err(), "is empty");
    }

    #[test]
    fn yes_and_no_are_said_in_three_languages_and_nothing_else_is_taken_for_either() {
        for (text, said) in
            [("Да", true), ("так", true), ("YES", true), ("нет", false), ("не", false), ("0", false)]
        {
            assert_eq!(flag(text), Ok(said), "{text}");
        }
        for text in ["", "maybe", "2", "да нет"] {
            assert_eq!(flag(text), Err("is neither yes nor no".into()), "{text}");
        }
    }

    proptest! {
        #[test]
        fn what_is_written_is_read(minor in 0i64..1_000_000_000, comma in any::<bool>()) {
            let cells = cells(if comma { "decimal_mark = ','" } else { "" });
            let text = Money(minor).to_string().replace('.', if comma { "," } else { "." });
            prop_assert_eq!(cells.amount(&text).ok(), Some(Money(minor)));
        }

        #[test]
        fn no_cell_makes_a_parser_panic(text in "\\PC{0,40}") {
            let cells = cells("currency_sign = '$'\nthousands_mark = ' '");
            let found = [
                cells.amount(&text).is_ok(),
                cells.quantity(&text).is_ok(),
                cells.date(&text).is_ok(),
                cells.at(&text).is_ok(),
                cells.time(&text).is_ok(),
            ];
            prop_assert!(found.iter().filter(|ok| **ok).count() < found.len(), "a number is no day");
        }
    }
}
