//! Which receipt a bare total speaks of. Two totals differ by what one receipt took, or by what all of those took that a person
//! had to decide about; anything else would be a guess, since of a day's prices nearly every sum can be made.

use super::pair::{Named, Why};

/// A receipt that a difference may be about.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Suspect {
    /// Its id.
    pub receipt: String,
    /// Its sum, above zero.
    pub minor: i64,
    /// Whether there is a reason to think of it first: a person said that it was rung up, or the register gave it no number.
    pub is_likely: bool,
}

/// The most likely receipts of which combinations are tried.
const LIKELY_MAX: usize = 12;

/// Names what makes a difference, where it can be told. `why` is the reason of one that is missing there (a difference below zero)
/// and of one that is there twice. `count` is by how many receipts the other side differs, where it says that.
#[must_use]
pub fn name(
    difference: i64,
    suspects: &[Suspect],
    (missing, twice): (Why, Why),
    count: Option<i64>,
) -> Vec<Named> {
    let (why, sign) = if difference < 0 { (missing, -1) } else { (twice, 1) };
    let fits =
        |many: usize| count.is_none_or(|count| i64::try_from(many).is_ok_and(|many| many * sign == count));
    let sum = difference.saturating_abs();
    let named = |suspect: &Suspect, or| Named {
        why,
        receipt: suspect.receipt.clone(),
        minor: suspect.minor.saturating_mul(sign),
        or,
    };
    if sum == 0 {
        return Vec::new();
    }
    let mut likely: Vec<&Suspect> = suspects.iter().filter(|one| one.is_likely).collect();
    likely.sort();
    likely.truncate(LIKELY_MAX);
    let alone = |among: &[&Suspect]| -> Option<Vec<Named>> {
        let mut same: Vec<&Suspect> = among.iter().copied().filter(|one| one.minor == sum).collect();
        same.sort();
        let (first, rest) = same.split_first()?;
        Some(vec![named(first, rest.iter().map(|one| one.receipt.clone()).collect())])
    };
    if fits(1)
        && let Some(one) = alone(&likely)
    {
        return one;
    }
    if let Some(several) = together(&likely, sum, fits) {
        return several.into_iter().map(|suspect| named(suspect, Vec::new())).collect();
    }
    let all: Vec<&Suspect> = suspects.iter().collect();
    if fits(1) { alone(&all).unwrap_or_default() } else { Vec::new() }
}

/// The smallest group of at least two that makes the sum.
fn together<'s>(likely: &[&'s Suspect], sum: i64, fits: impl Fn(usize) -> bool) -> Option<Vec<&'s Suspect>> {
    let groups = 1_u32 << likely.len();
    let of = |group: u32| -> Vec<&'s Suspect> {
        likely.iter().enumerate().filter(|(nth, _)| group >> nth & 1 == 1).map(|(_, one)| *one).collect()
    };
    let makes = |group: &u32| {
        let (many, total) = of(*group)
            .iter()
            .fold((0, 0_i64), |(many, total), one| (many + 1, total.saturating_add(one.minor)));
        many > 1 && total == sum && fits(many)
    };
    (1..groups).filter(makes).min_by_key(|group| (group.count_ones(), *group)).map(of)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn suspects(of: &[(&str, i64, bool)]) -> Vec<Suspect> {
        let one = |(receipt, minor, is_likely): &(&str, i64, bool)| Suspect {
            receipt: (*receipt).into(),
            minor: *minor,
            is_likely: *is_likely,
        };
        of.iter().map(one).collect()
    }

    fn told(
        difference: i64,
        of: &[(&str, i64, bool)],
        count: Option<i64>,
    ) -> Vec<(String, i64, Vec<String>)> {
        let named = name(difference, &suspects(of), (Why::NotRungUp, Why::RungUpTwice), count);
        named.into_iter().map(|one| (one.receipt, one.minor, one.or)).collect()
    }

    #[test]
    fn one_receipt_of_the_sum_is_named_and_those_that_it_could_be_as_well() {
        let day = [("a", 450, false), ("b", 670, false), ("c", 450, false)];
        assert_eq!(told(-670, &day, None), [("b".into(), -670, vec![])]);
        assert_eq!(told(450, &day, Some(1)), [("a".into(), 450, vec!["c".into()])]);
        assert_eq!(told(0, &day, Some(0)), []);
    }

    #[test]
    fn a_sum_that_only_several_unlikely_receipts_make_stays_open() {
        assert_eq!(told(-1_120, &[("a", 450, false), ("b", 670, false)], Some(-2)), []);
    }

    #[test]
    fn what_a_person_decided_about_is_thought_of_first_alone_or_together() {
        let day = [("a", 450, false), ("b", 670, true), ("c", 450, true), ("d", 220, true)];
        assert_eq!(told(-450, &day, None), [("c".into(), -450, vec![])]);
        assert_eq!(told(-1_120, &day, Some(-2)), [("b".into(), -670, vec![]), ("c".into(), -450, vec![])]);
        assert_eq!(told(-670, &day, Some(-2)), [("c".into(), -450, vec![]), ("d".into(), -220, vec![])]);
    }

    #[test]
    fn a_count_that_contradicts_names_nobody() {
        assert_eq!(told(-450, &[("a", 450, false)], Some(0)), []);
        assert_eq!(told(-450, &[("a", 450, false)], Some(1)), []);
    }
}
