//! The name of a segment in words. Rules have a key each; fitted segments are put together from parts.

use super::Words;

impl Words {
    /// The segment as a barista reads it: `frequent_big_spenders_tea` → "Often here, big spenders, tea".
    #[must_use]
    pub fn segment(self, name: &str) -> String {
        if let Some(words) = self.find(&format!("segment.{name}")) {
            return words.into();
        }
        let parts: Option<(&str, &str)> = ["frequent", "steady", "rare"].into_iter().find_map(|often| {
            let rest = name.strip_prefix(often)?;
            (rest.is_empty() || rest.starts_with('_')).then_some((often, rest))
        });
        let Some((often, mut rest)) = parts else { return name.replace('_', " ") };
        let mut words = vec![self.get(&format!("segment.{often}"))];
        for much in ["big_spenders", "small_spenders"] {
            let after = rest.strip_prefix('_').and_then(|rest| rest.strip_prefix(much));
            if let Some(after) = after.filter(|after| after.is_empty() || after.starts_with('_')) {
                words.push(self.get(&format!("segment.{much}")));
                rest = after;
            }
        }
        let loved = rest.trim_start_matches('_').replace('_', " ");
        if !loved.is_empty() {
            words.push(loved);
        }
        words.join(", ")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_that_learning_gives_can_be_read() {
        let table = [
            ("new", "New guest"),
            ("frequent", "Often here"),
            ("steady_drinking_chocolate", "Here now and then, drinking chocolate"),
            ("rare_big_spenders", "Seldom here, big receipts"),
            ("frequent_small_spenders_tea_2", "Often here, small receipts, tea 2"),
            ("something_else", "something else"),
            ("", ""),
        ];
        for (name, expected) in table {
            assert_eq!(Words::of("en").segment(name), expected);
        }
    }
}
