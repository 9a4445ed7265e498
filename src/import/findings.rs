//! What an import found: rows read, accepted and rejected by file, and every bad cell.

use serde::Serialize;
use std::{borrow::Cow, sync::Arc};

/// A value longer than this many characters is cut in the report.
const VALUE_SHOWN: usize = 80;

/// Rows of one file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FileCount {
    /// The file's name in the folder.
    pub name: Arc<str>,
    /// Rows below the header.
    pub read: u64,
    /// Rows that were taken.
    pub accepted: u64,
    /// Rows that were not.
    pub rejected: u64,
}

/// One cell with something wrong, and where it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// The file's name in the folder.
    pub file: Arc<str>,
    /// Line in the file, the header being 1; row number in a workbook.
    pub line: u64,
    /// The column, or empty where the whole row is meant.
    pub column: Arc<str>,
    /// The cell, cut where it is long.
    pub value: Box<str>,
    /// What is wrong with it.
    pub reason: Cow<'static, str>,
}

/// All findings of one import.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Findings {
    /// Every file that was read, in reading order.
    pub files: Vec<FileCount>,
    /// Bad cells. The row was rejected if the cell was needed, else accepted without it.
    pub rejects: Vec<Finding>,
    /// Accepted as it is, but worth a look.
    pub warnings: Vec<Finding>,
}

/// A cell as a report shows it: cut where it is long, control characters as spaces.
#[must_use]
pub fn shown(value: &str) -> Box<str> {
    let is_short = value.len() <= VALUE_SHOWN;
    if is_short && !value.chars().any(char::is_control) {
        return value.into();
    }
    let mut text: String =
        value.chars().take(VALUE_SHOWN).map(|c| if c.is_control() { ' ' } else { c }).collect();
    let length = value.chars().count();
    if length > VALUE_SHOWN {
        text.push_str(&format!("… ({length} characters)"));
    }
    text.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_cell_is_cut_and_says_how_long_it_was() {
        let text = shown(&"ю".repeat(10_000));
        assert!(text.ends_with("… (10000 characters)"), "{text}");
        assert_eq!(text.chars().count(), 80 + "… (10000 characters)".chars().count());
        assert_eq!(&*shown("a\nb"), "a b");
        assert_eq!(&*shown("4.50"), "4.50");
    }
}
