//! Text → bytes of a printer's code page, every byte one printed character.

use encoding_rs::{Encoding, IBM866, WINDOWS_1251};
use serde::{Deserialize, Serialize};

/// A code page with Cyrillic letters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Page {
    /// DOS Cyrillic: all Russian printers have it; it lacks the Belarusian і, for which i is printed.
    Pc866,
    /// Windows Cyrillic: Russian and Belarusian complete.
    Wpc1251,
}

/// A text that cannot be printed as it is.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PageFault {
    /// A character the page lacks and nothing can stand for.
    #[error("the printer's page {page} has no {character:?} (in {text:?}); write it in other letters")]
    NoSuchCharacter {
        /// Name of the page.
        page: &'static str,
        /// The first such character.
        character: char,
        /// The text it stands in.
        text: String,
    },
    /// A code whose content is not printable ASCII, or is longer than fits.
    #[error("the QR code cannot be printed: {0}")]
    BadQr(String),
    /// A Code 128 symbol of something else than digits, or one that is wider than the paper.
    #[error("the Code 128 symbol cannot be printed: {0}")]
    BadBars(String),
    /// The crate refused to build a command.
    #[error("the slip cannot be rendered: {0}")]
    Command(String),
}

impl Page {
    /// The name printer manuals use.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Page::Pc866 => "PC866",
            Page::Wpc1251 => "WPC1251",
        }
    }

    /// The number most printers know it by (`ESC t n`); others need it configured.
    #[must_use]
    pub const fn usual_number(self) -> u8 {
        match self {
            Page::Pc866 => 17,
            Page::Wpc1251 => 46,
        }
    }

    const fn encoding(self) -> &'static Encoding {
        match self {
            Page::Pc866 => IBM866,
            Page::Wpc1251 => WINDOWS_1251,
        }
    }

    /// The bytes of a text whose every character matters. Typographic characters the page lacks are
    /// written in simpler ones; control characters become spaces; pictures (emoji) are left out.
    ///
    /// # Errors
    /// Names the first character that has no byte and no substitute.
    pub fn exact(self, text: &str) -> Result<Vec<u8>, PageFault> {
        let mut missing = None;
        let bytes = self.encode(text, |character| missing = missing.or(Some(character)));
        match missing {
            Some(character) => {
                Err(PageFault::NoSuchCharacter { page: self.name(), character, text: text.to_owned() })
            }
            None => Ok(bytes),
        }
    }

    /// The bytes of a name, which must print whatever it contains: a character without substitute
    /// becomes `?`.
    #[must_use]
    pub fn forgiving(self, text: &str) -> Vec<u8> {
        self.encode(text, |_| ())
    }

    fn encode(self, text: &str, mut missing: impl FnMut(char)) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(text.len());
        for character in compose(text) {
            if let Some(byte) = self.byte(character) {
                bytes.push(byte);
            } else if let Some(simpler) = simpler(character) {
                bytes.extend(simpler.chars().map(|c| self.byte(c).unwrap_or(b'?')));
            } else {
                missing(character);
                bytes.push(b'?');
            }
        }
        bytes
    }

    /// The one byte of a printable character, if the page has it.
    fn byte(self, character: char) -> Option<u8> {
        if matches!(character, ' '..='~') {
            return u8::try_from(character).ok();
        }
        if character.is_control() || character == '\u{a0}' || character == '\u{ad}' {
            return None;
        }
        let mut buffer = [0; 4];
        let (bytes, _, unmappable) = self.encoding().encode(character.encode_utf8(&mut buffer));
        match bytes.as_ref() {
            [byte] if !unmappable => Some(*byte),
            _ => None,
        }
    }
}

/// Joins Cyrillic letters that were stored as letter + mark, as some systems do with й and ё.
fn compose(text: &str) -> Vec<char> {
    let mut joined: Vec<char> = Vec::with_capacity(text.len());
    for character in text.chars() {
        let whole = joined.last().and_then(|letter| join(*letter, character));
        match (whole, joined.last_mut()) {
            (Some(whole), Some(last)) => *last = whole,
            _ => joined.push(character),
        }
    }
    joined
}

const fn join(letter: char, mark: char) -> Option<char> {
    Some(match (letter, mark) {
        ('и', '\u{306}') => 'й',
        ('И', '\u{306}') => 'Й',
        ('у', '\u{306}') => 'ў',
        ('У', '\u{306}') => 'Ў',
        ('е', '\u{308}') => 'ё',
        ('Е', '\u{308}') => 'Ё',
        ('і', '\u{308}') => 'ї',
        ('І', '\u{308}') => 'Ї',
        _ => return None,
    })
}

/// What stands for a character that a page lacks, in characters every page has. An empty text drops it.
fn simpler(character: char) -> Option<&'static str> {
    Some(match character {
        '\u{200b}'..='\u{200f}' | '\u{feff}' | '\u{ad}' | '\u{2060}' => "",
        '\u{300}'..='\u{36f}' | '\u{fe00}'..='\u{fe0f}' => "",
        c if c.is_control() => " ",
        '\u{a0}' | '\u{2000}'..='\u{200a}' | '\u{202f}' | '\u{205f}' | '\u{3000}' => " ",
        '\u{2028}' | '\u{2029}' => " ",
        '\u{2010}'..='\u{2015}' | '−' | '─' => "-",
        '═' => "=",
        '│' | '║' => "|",
        '«' | '»' | '„' | '“' | '”' | '‟' | '″' => "\"",
        '‘' | '’' | '‚' | '‛' | 'ʼ' | '′' | '`' | '´' => "'",
        '‹' => "<",
        '›' => ">",
        '…' => "...",
        '•' | '·' | '∙' | '★' | '☆' | '✓' => "*",
        '×' | '✕' => "x",
        '÷' => ":",
        '±' => "+-",
        '→' => "->",
        '←' => "<-",
        '≤' => "<=",
        '≥' => ">=",
        '≈' => "~",
        '½' => "1/2",
        '¼' => "1/4",
        '¾' => "3/4",
        '²' => "2",
        '³' => "3",
        '°' => " гр.",
        '№' => "N",
        '©' => "(c)",
        '®' => "(r)",
        '™' => "(tm)",
        '₽' => "руб.",
        '€' => "EUR",
        '£' => "GBP",
        '₴' => "UAH",
        'і' => "i",
        'І' => "I",
        'ґ' => "г",
        'Ґ' => "Г",
        '\u{2600}'..='\u{27bf}' | '\u{1f000}'..='\u{1faff}' => "",
        _ => return latin(character),
    })
}

/// Latin letters with marks, as in café and jalapeño.
const fn latin(character: char) -> Option<&'static str> {
    Some(match character {
        'á' | 'à' | 'â' | 'ä' | 'ã' | 'å' | 'ā' | 'ą' => "a",
        'Á' | 'À' | 'Â' | 'Ä' | 'Ã' | 'Å' | 'Ā' | 'Ą' => "A",
        'ç' | 'ć' | 'č' => "c",
        'Ç' | 'Ć' | 'Č' => "C",
        'é' | 'è' | 'ê' | 'ë' | 'ē' | 'ę' | 'ė' | 'ě' => "e",
        'É' | 'È' | 'Ê' | 'Ë' | 'Ē' | 'Ę' | 'Ė' | 'Ě' => "E",
        'í' | 'ì' | 'î' | 'ï' | 'ī' | 'į' => "i",
        'Í' | 'Ì' | 'Î' | 'Ï' | 'Ī' | 'Į' => "I",
        'ł' => "l",
        'Ł' => "L",
        'ñ' | 'ń' | 'ň' => "n",
        'Ñ' | 'Ń' | 'Ň' => "N",
        'ó' | 'ò' | 'ô' | 'ö' | 'õ' | 'ø' | 'ō' => "o",
        'Ó' | 'Ò' | 'Ô' | 'Ö' | 'Õ' | 'Ø' | 'Ō' => "O",
        'ś' | 'š' => "s",
        'Ś' | 'Š' => "S",
        'ß' => "ss",
        'ú' | 'ù' | 'û' | 'ü' | 'ū' | 'ų' | 'ů' => "u",
        'Ú' | 'Ù' | 'Û' | 'Ü' | 'Ū' | 'Ų' | 'Ů' => "U",
        'ý' | 'ÿ' => "y",
        'Ý' | 'Ÿ' => "Y",
        'ź' | 'ż' | 'ž' => "z",
        'Ź' | 'Ż' | 'Ž' => "Z",
        'æ' => "ae",
        'Æ' => "AE",
        'œ' => "oe",
        'Œ' => "OE",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn shown(page: Page, bytes: &[u8]) -> String {
        page.encoding().decode_without_bom_handling(bytes).0.into_owned()
    }

    #[test]
    fn texts_print_as_a_table_says() {
        let table = [
            ("Капучино №1, ёлка", "Капучино №1, ёлка", "Капучино №1, ёлка"),
            ("Ўсё смачнае", "Ўсё смачнае", "Ўсё смачнае"),
            ("Кава і піва", "Кава i пiва", "Кава і піва"),
            ("«Лавка» — 5 ₽", "\"Лавка\" - 5 руб.", "«Лавка» — 5 руб."),
            ("2 × 3,50…", "2 x 3,50...", "2 x 3,50…"),
            ("Café 5 €", "Cafe 5 EUR", "Cafe 5 €"),
            ("аб’ём", "аб'ём", "аб’ём"),
            ("и\u{306}од, е\u{308}ж", "йод, ёж", "йод, ёж"),
            ("1\u{a0}234,50\tчас", "1 234,50 час", "1 234,50 час"),
            ("\u{1b}p\u{0}drawer\n", " p drawer ", " p drawer "),
        ];
        for (text, dos, windows) in table {
            assert_eq!(shown(Page::Pc866, &Page::Pc866.exact(text).unwrap()), dos, "{text:?}");
            assert_eq!(shown(Page::Wpc1251, &Page::Wpc1251.exact(text).unwrap()), windows, "{text:?}");
        }
    }

    #[test]
    fn what_no_letters_can_stand_for_is_named_or_becomes_a_question_mark() {
        let error = Page::Pc866.exact("Латте 茶").unwrap_err().to_string();
        assert!(error.contains("PC866") && error.contains('茶') && error.contains("Латте"), "{error}");
        assert_eq!(shown(Page::Wpc1251, &Page::Wpc1251.forgiving("Латте 茶☕")), "Латте ?");
    }

    #[test]
    fn the_letters_of_both_languages_have_the_bytes_printers_know() {
        assert_eq!(Page::Pc866.exact("Ўў").unwrap(), [0xF6, 0xF7]);
        assert_eq!(Page::Wpc1251.exact("ЎўІі").unwrap(), [0xA1, 0xA2, 0xB2, 0xB3]);
    }

    proptest! {
        #[test]
        fn every_text_becomes_printable_bytes_or_a_named_error(text in ".{0,60}") {
            for page in [Page::Pc866, Page::Wpc1251] {
                let bytes = page.forgiving(&text);
                prop_assert!(bytes.iter().all(|byte| *byte >= 0x20 && *byte != 0x7F));
                let unprintable = |c: char| c.is_control() || c == char::REPLACEMENT_CHARACTER;
                prop_assert!(!shown(page, &bytes).contains(unprintable));
                match page.exact(&text) {
                    Ok(exact) => prop_assert_eq!(exact, bytes),
                    Err(PageFault::NoSuchCharacter { character, .. }) => prop_assert!(
                        text.contains(character) && page.byte(character).is_none()
                    ),
                    Err(other) => prop_assert!(false, "{}", other),
                }
            }
        }
    }
}
