//! Money in whole minor units and the one place where amounts are rounded.

use serde::{Deserialize, Serialize};
use std::fmt;

/// One whole in basis points: 100 %.
pub const WHOLE_BP: i64 = 10_000;

/// An amount in minor units (kopecks, cents) of the chain's one currency.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Money(pub i64);

impl Money {
    /// Nothing.
    pub const ZERO: Money = Money(0);

    /// The amount in minor units.
    #[must_use]
    pub const fn minor(self) -> i64 {
        self.0
    }

    /// The sum, held at the edge of the range instead of wrapping: a basket of absurd prices must
    /// neither panic nor become cheap.
    #[must_use]
    pub const fn plus(self, other: Money) -> Money {
        Money(self.0.saturating_add(other.0))
    }

    /// The difference, held at the edge of the range.
    #[must_use]
    pub const fn minus(self, other: Money) -> Money {
        Money(self.0.saturating_sub(other.0))
    }

    /// The sum of many amounts.
    pub fn total(amounts: impl IntoIterator<Item = Money>) -> Money {
        amounts.into_iter().fold(Money::ZERO, Money::plus)
    }

    /// Parses a decimal text such as `12.5`, `-3`, `1 234,50` with the given decimal mark.
    ///
    /// # Errors
    /// A sentence saying what is wrong: empty, not a number, more than two decimals that are not zero,
    /// out of range.
    pub fn parse(text: &str, decimal_mark: char) -> Result<Money, &'static str> {
        let cleaned: String =
            text.chars().filter(|c| !c.is_whitespace() && *c != '\u{a0}' && *c != '\u{202f}').collect();
        let (negative, digits) = match cleaned.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, cleaned.strip_prefix('+').unwrap_or(&cleaned)),
        };
        if digits.is_empty() {
            return Err("is empty");
        }
        let (whole, fraction) = digits.split_once(decimal_mark).unwrap_or((digits, ""));
        if whole.is_empty() && fraction.is_empty() {
            return Err("is not a number");
        }
        if !whole.bytes().chain(fraction.bytes()).all(|b| b.is_ascii_digit()) {
            return Err("is not a number");
        }
        let (kept, dropped) = fraction.split_at(fraction.len().min(2));
        if dropped.bytes().any(|b| b != b'0') {
            return Err("has more than two decimals");
        }
        let whole: i64 = if whole.is_empty() { 0 } else { whole.parse().map_err(|_| "is out of range")? };
        let cents: i64 = format!("{kept:0<2}").parse().map_err(|_| "is not a number")?;
        let minor = whole.checked_mul(100).and_then(|m| m.checked_add(cents)).ok_or("is out of range")?;
        Ok(Money(if negative { -minor } else { minor }))
    }
}

impl fmt::Display for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.0 < 0 { "-" } else { "" };
        write!(f, "{sign}{}.{:02}", self.0.unsigned_abs() / 100, self.0.unsigned_abs() % 100)
    }
}

/// Narrows a wide intermediate back to minor units, held at the edge of the range.
#[must_use]
pub fn narrow(wide: i128) -> i64 {
    i64::try_from(wide).unwrap_or(if wide < 0 { i64::MIN } else { i64::MAX })
}

/// `numerator / denominator` rounded up, for a positive denominator.
#[must_use]
pub const fn div_ceil(numerator: i128, denominator: i128) -> i128 {
    let quotient = numerator.div_euclid(denominator);
    if numerator.rem_euclid(denominator) == 0 { quotient } else { quotient + 1 }
}

/// `numerator / denominator` rounded half up, for a positive denominator.
#[must_use]
pub const fn div_half_up(numerator: i128, denominator: i128) -> i128 {
    (2 * numerator + denominator).div_euclid(2 * denominator)
}

/// Splits the rounded sum of exact fractions `numerators[i] / denominator` into whole units by the
/// largest remainder (Hare-Niemeyer); ties go to the lower index. Every share is its fraction rounded
/// down or up, so none exceeds its ceiling, and the shares sum to the half-up rounding of the total.
#[must_use]
pub fn largest_remainder(numerators: &[i128], denominator: i128) -> Vec<i64> {
    let total = div_half_up(numerators.iter().sum(), denominator);
    let mut shares: Vec<i128> = numerators.iter().map(|n| n.div_euclid(denominator)).collect();
    let mut left = total - shares.iter().sum::<i128>();
    let mut order: Vec<usize> = (0..numerators.len()).collect();
    let remainder = |i: &usize| numerators.get(*i).map_or(0, |n| n.rem_euclid(denominator));
    order.sort_by_key(|i| (std::cmp::Reverse(remainder(i)), *i));
    for i in order {
        if left <= 0 {
            break;
        }
        if let Some(share) = shares.get_mut(i) {
            *share += 1;
            left -= 1;
        }
    }
    shares.into_iter().map(narrow).collect()
}

/// Splits a fixed amount over weights by the largest remainder. The shares sum to the amount exactly;
/// all-zero weights give all-zero shares.
#[must_use]
pub fn split_by_weight(amount: Money, weights: &[i64]) -> Vec<Money> {
    let sum: i128 = weights.iter().map(|w| i128::from(*w)).sum();
    if sum <= 0 {
        return vec![Money::ZERO; weights.len()];
    }
    let numerators: Vec<i128> = weights.iter().map(|w| i128::from(*w) * i128::from(amount.0)).collect();
    largest_remainder(&numerators, sum).into_iter().map(Money).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_receipt_discount_of_one_is_spread_as_the_published_example_says() {
        // 2 × 6.70 + 4.50 + 3.90 = 21.80, discount 1.00: shares 0.61 / 0.21 / 0.18.
        let shares = split_by_weight(Money(100), &[1340, 450, 390]);
        assert_eq!(shares, [Money(61), Money(21), Money(18)]);
    }

    #[test]
    fn texts_become_minor_units_or_a_reason() {
        let table = [
            ("12.5", Ok(Money(1250))),
            ("-3", Ok(Money(-300))),
            (".5", Ok(Money(50))),
            ("4.500", Ok(Money(450))),
            ("", Err("is empty")),
            ("NaN", Err("is not a number")),
            ("1e5", Err("is not a number")),
            ("1.005", Err("has more than two decimals")),
            ("99999999999999999999", Err("is out of range")),
        ];
        for (text, expected) in table {
            assert_eq!(Money::parse(text, '.'), expected, "{text:?}");
        }
        assert_eq!(Money::parse("1 234,50", ','), Ok(Money(123_450)));
    }

    proptest! {
        #[test]
        fn rounding_makes_no_money(amount in 0i64..1_000_000_000, weights in prop::collection::vec(0i64..1_000_000, 1..30)) {
            let shares = split_by_weight(Money(amount), &weights);
            if weights.iter().any(|w| *w > 0) {
                prop_assert_eq!(Money::total(shares.iter().copied()), Money(amount));
            }
            prop_assert!(shares.iter().all(|s| s.0 >= 0));
        }

        #[test]
        fn no_share_exceeds_its_ceiling(numerators in prop::collection::vec(0i128..100_000_000, 1..60)) {
            for (share, numerator) in largest_remainder(&numerators, 10_000).iter().zip(&numerators) {
                prop_assert!(i128::from(*share) <= div_ceil(*numerator, 10_000));
                prop_assert!(i128::from(*share) >= numerator / 10_000);
            }
        }
    }
}
