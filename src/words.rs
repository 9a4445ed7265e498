//! Words in Russian, Belarusian and English. Codes live in the code, words in the catalogues beside.

mod segment;

use crate::facts::carried::Amount;
use std::{collections::BTreeMap, sync::OnceLock};

const CATALOGUES: [(&str, &str); 3] = [
    ("ru", include_str!("words/ru.txt")),
    ("be", include_str!("words/be.txt")),
    ("en", include_str!("words/en.txt")),
];

/// The words of one language.
#[derive(Debug, Clone, Copy)]
pub struct Words(&'static BTreeMap<&'static str, &'static str>);

impl Words {
    /// The catalogue of a language; Russian where it is not known.
    #[must_use]
    pub fn of(language: &str) -> Words {
        static PARSED: OnceLock<Vec<BTreeMap<&'static str, &'static str>>> = OnceLock::new();
        static EMPTY: BTreeMap<&'static str, &'static str> = BTreeMap::new();
        let parsed = PARSED.get_or_init(|| CATALOGUES.iter().map(|(_, text)| parse(text)).collect());
        let index = CATALOGUES.iter().position(|(code, _)| *code == language).unwrap_or(0);
        Words(parsed.get(index).unwrap_or(&EMPTY))
    }

    /// The words for a key; the key itself where they are missing, so that nothing is ever silent.
    #[must_use]
    pub fn get(self, key: &str) -> String {
        self.0.get(key).map_or_else(|| key.to_owned(), |words| (*words).to_owned())
    }

    /// The words for a key with `{name}` replaced by values.
    #[must_use]
    pub fn fill(self, key: &str, values: &[(&str, &str)]) -> String {
        values.iter().fold(self.get(key), |text, (name, value)| text.replace(&format!("{{{name}}}"), value))
    }

    /// What a guest is owed from an older programme, in one short sentence.
    #[must_use]
    pub fn owed(self, owed: &Amount) -> String {
        let amount = owed.to_string().replace('.', &self.get("owed.decimal"));
        self.fill(&format!("owed.{}", owed.kind.code()), &[("amount", &amount)])
    }

    /// The words for a key, or nothing.
    #[must_use]
    pub fn find(self, key: &str) -> Option<&'static str> {
        self.0.get(key).copied()
    }
}

fn parse(text: &'static str) -> BTreeMap<&'static str, &'static str> {
    text.lines()
        .filter(|line| !line.starts_with('#'))
        .filter_map(|line| line.split_once(" = "))
        .map(|(key, words)| (key.trim(), words.trim()))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_language_has_every_key_with_the_same_places_to_fill() {
        let places = |text: &str| {
            let mut names: Vec<&str> =
                text.split('{').skip(1).filter_map(|rest| rest.split('}').next()).collect();
            names.sort_unstable();
            names.into_iter().map(str::to_owned).collect::<Vec<_>>()
        };
        let catalogues: Vec<_> = CATALOGUES.iter().map(|(code, text)| (code, parse(text))).collect();
        for (code, words) in &catalogues {
            for (other, theirs) in &catalogues {
                for (key, text) in theirs {
                    let own =
                        words.get(key).unwrap_or_else(|| panic!("{code} lacks {key}, which {other} has"));
                    assert_eq!(places(own), places(text), "{code} and {other} fill {key} differently");
                }
            }
        }
    }
}
