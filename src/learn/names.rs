//! Names a barista understands, derived from centres: how often, how much, what they love.
//!
//! A key is made of parts, `frequent_big_spenders_tea`, so that every catalogue can put it into words:
//! `frequent`, `steady` or `rare`; `big_spenders` or `small_spenders` where it stands out; the category
//! that stands out.

use crate::facts::id::CategoryId;

/// Standard deviations from the mean guest at which a trait is worth a word.
const STANDS_OUT: f64 = 0.5;
/// Weaker marks, tried only to tell two segments apart that would have one name.
const FINER: [f64; 3] = [0.3, 0.15, 0.05];
/// A category is named only when it is at least this share of the segment's spend.
const SHARE_MIN: f64 = 0.15;

/// One centre in the words of statistics.
#[derive(Debug, Clone, PartialEq)]
pub struct Portrait {
    /// Frequency, in standard deviations from the mean guest.
    pub frequency: f64,
    /// Cups per visit, in standard deviations from the mean guest.
    pub spend: f64,
    /// For each category: share of the segment's spend, and its square root's standard deviations from
    /// the mean guest.
    pub tastes: Vec<(CategoryId, f64, f64)>,
}

/// One name for each portrait, none twice. A name that is given already is kept.
#[must_use]
pub fn names(portraits: &[Portrait], given: &[Option<String>]) -> Vec<String> {
    let mut marks = vec![STANDS_OUT; portraits.len()];
    for finer in FINER {
        let names: Vec<String> = portraits.iter().zip(&marks).map(|(p, mark)| name(p, *mark)).collect();
        for (mark, own) in marks.iter_mut().zip(&names) {
            if names.iter().filter(|other| *other == own).count() > 1 {
                *mark = finer;
            }
        }
    }
    let mut taken: Vec<String> = given.iter().flatten().cloned().collect();
    let mut chosen = Vec::with_capacity(portraits.len());
    for (index, (portrait, mark)) in portraits.iter().zip(&marks).enumerate() {
        let kept = given.get(index).cloned().flatten();
        let name = kept.unwrap_or_else(|| numbered(&name(portrait, *mark), &taken));
        taken.push(name.clone());
        chosen.push(name);
    }
    chosen
}

fn name(portrait: &Portrait, mark: f64) -> String {
    let often = match portrait.frequency {
        z if z >= mark => "frequent",
        z if z <= -mark => "rare",
        _ => "steady",
    };
    let much = match portrait.spend {
        z if z >= mark => "_big_spenders",
        z if z <= -mark => "_small_spenders",
        _ => "",
    };
    let loved = portrait
        .tastes
        .iter()
        .filter(|(_, share, z)| *share >= SHARE_MIN && *z >= mark)
        .reduce(|best, next| if next.2 > best.2 { next } else { best })
        .map(|(category, _, _)| format!("_{}", slug(category)))
        .unwrap_or_default();
    format!("{often}{much}{loved}")
}

/// The name, with the first free number where it is taken.
fn numbered(name: &str, taken: &[String]) -> String {
    let is_free = |candidate: &String| !taken.contains(candidate);
    std::iter::once(name.to_owned())
        .chain((2..).map(|n| format!("{name}_{n}")))
        .find(is_free)
        .unwrap_or_default()
}

/// Letters and digits in lower case, everything else one underscore.
fn slug(category: &CategoryId) -> String {
    let lower = category.as_str().to_lowercase();
    let words: Vec<&str> =
        lower.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    if words.is_empty() { "other".into() } else { words.join("_") }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn portrait(frequency: f64, spend: f64, tastes: &[(&str, f64, f64)]) -> Portrait {
        let tastes = tastes.iter().map(|(id, share, z)| (CategoryId::new(id), *share, *z)).collect();
        Portrait { frequency, spend, tastes }
    }

    #[test]
    fn a_name_says_what_stands_out() {
        let table = [
            (portrait(1.0, 0.0, &[("Coffee", 0.8, 0.9), ("Tea", 0.1, -1.0)]), "frequent_coffee"),
            (portrait(-0.9, 1.4, &[("Coffee", 0.5, 0.1)]), "rare_big_spenders"),
            (portrait(0.1, -0.1, &[("Loose Tea", 0.6, 2.0)]), "steady_loose_tea"),
            (portrait(0.1, -0.1, &[("Syrups", 0.05, 3.0)]), "steady"),
            (portrait(-0.5, -0.5, &[]), "rare_small_spenders"),
            (portrait(f64::NAN, f64::NAN, &[("", 1.0, f64::NAN)]), "steady"),
        ];
        for (portrait, expected) in table {
            assert_eq!(names(&[portrait], &[]), [expected]);
        }
    }

    #[test]
    fn no_name_stands_twice() {
        let same = portrait(0.0, 0.0, &[]);
        assert_eq!(names(&[same.clone(), same.clone(), same], &[]), ["steady", "steady_2", "steady_3"]);
        let near = [portrait(1.0, 0.4, &[]), portrait(1.1, -0.4, &[])];
        assert_eq!(names(&near, &[]), ["frequent_big_spenders", "frequent_small_spenders"]);
    }

    #[test]
    fn a_name_that_was_given_before_is_kept() {
        let two = [portrait(1.0, 0.0, &[]), portrait(0.9, 0.0, &[])];
        let given = [None, Some("frequent".to_owned())];
        assert_eq!(names(&two, &given), ["frequent_2", "frequent"]);
    }
}
