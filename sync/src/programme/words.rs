//! Words of the rules in three languages.

use serde::Deserialize;

const RU: &str = include_str!("words/ru.txt");
const BE: &str = include_str!("words/be.txt");
const EN: &str = include_str!("words/en.txt");

/// A language that guests read.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Language {
    /// Russian.
    #[default]
    Ru,
    /// Belarusian.
    Be,
    /// English.
    En,
}

impl Language {
    /// All of them.
    pub const ALL: [Language; 3] = [Language::Ru, Language::Be, Language::En];

    /// The stable code.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Language::Ru => "ru",
            Language::Be => "be",
            Language::En => "en",
        }
    }

    /// What it calls itself.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Language::Ru => "Русский",
            Language::Be => "Беларуская",
            Language::En => "English",
        }
    }

    const fn text(self) -> &'static str {
        match self {
            Language::Ru => RU,
            Language::Be => BE,
            Language::En => EN,
        }
    }

    /// The sentence of a key; the key itself where there is none.
    #[must_use]
    pub fn say(self, key: &str) -> String {
        lines(self).find(|(name, _)| *name == key).map_or(key, |(_, words)| words).to_owned()
    }

    /// The same with its places filled.
    #[must_use]
    pub fn fill(self, key: &str, values: &[(&str, &str)]) -> String {
        values.iter().fold(self.say(key), |text, (name, value)| text.replace(&format!("{{{name}}}"), value))
    }

    /// Whether there is a sentence of this key.
    #[must_use]
    pub fn knows(self, key: &str) -> bool {
        lines(self).any(|(name, _)| name == key)
    }

    /// Basis points as percents.
    #[must_use]
    pub fn percent(self, bp: i64) -> String {
        let (whole, part) = (bp / 100, (bp % 100).abs());
        let decimals = if part % 10 == 0 { format!("{}", part / 10) } else { format!("{part:02}") };
        let number = if part == 0 { whole.to_string() } else { format!("{whole}{}{decimals}", self.mark()) };
        if self == Language::En { format!("{number}%") } else { format!("{number}\u{a0}%") }
    }

    /// Thousandths as a number with the decimals that it needs.
    #[must_use]
    pub fn thousandths(self, milli: i64) -> String {
        let (whole, part) = (milli / 1_000, format!("{:03}", (milli % 1_000).abs()));
        let part = part.trim_end_matches('0');
        if part.is_empty() { whole.to_string() } else { format!("{whole}{}{part}", self.mark()) }
    }

    /// What stands before decimals.
    #[must_use]
    pub const fn mark(self) -> char {
        if matches!(self, Language::En) { '.' } else { ',' }
    }
}

fn lines(language: Language) -> impl Iterator<Item = (&'static str, &'static str)> {
    language.text().lines().filter_map(|line| line.split_once(" = "))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    fn places(words: &str) -> BTreeSet<&str> {
        words.split('{').skip(1).filter_map(|rest| rest.split_once('}')).map(|(name, _)| name).collect()
    }

    #[test]
    fn every_sentence_is_there_in_every_language_with_the_same_places_to_fill() {
        let of = |language| lines(language).map(|(key, words)| (key, places(words))).collect::<BTreeSet<_>>();
        assert_eq!((of(Language::Be), of(Language::En)), (of(Language::Ru), of(Language::Ru)));
        let keys = lines(Language::Ru).map(|(key, _)| key).collect::<BTreeSet<_>>();
        assert_eq!(keys.len(), lines(Language::Ru).count(), "a key stands once");
        let source = concat!(include_str!("page.rs"), include_str!("html.rs"));
        let composed = ["status.", "card."];
        let unused = keys.into_iter().filter(|key| {
            !source.contains(&format!("\"{key}\"")) && !composed.iter().any(|begin| key.starts_with(begin))
        });
        assert_eq!(unused.collect::<Vec<_>>(), [""; 0]);
    }

    #[test]
    fn percents_have_as_many_decimals_as_they_need() {
        let said = [700, 1_250, 1_205, 5].map(|bp| Language::Ru.percent(bp));
        assert_eq!(said, ["7\u{a0}%", "12,5\u{a0}%", "12,05\u{a0}%", "0,05\u{a0}%"]);
        assert_eq!(Language::En.percent(1_250), "12.5%");
    }
}
