//! Keys and their characters on the layout that scanners are made for, and the way back from a Cyrillic one.

/// Keys beside letters and digits: the name, its character, and the one with Shift.
const KEYS: [(&str, char, char); 12] = [
    ("Minus", '-', '_'),
    ("Equal", '=', '+'),
    ("BracketLeft", '[', '{'),
    ("BracketRight", ']', '}'),
    ("Backslash", '\\', '|'),
    ("Semicolon", ';', ':'),
    ("Quote", '\'', '"'),
    ("Backquote", '`', '~'),
    ("Comma", ',', '<'),
    ("Period", '.', '>'),
    ("Slash", '/', '?'),
    ("Space", ' ', ' '),
];
const ABOVE_DIGITS: [char; 10] = [')', '!', '@', '#', '$', '%', '^', '&', '*', '('];

/// The character of a physical key on the US layout, whatever layout is in use.
#[must_use]
pub fn character(code: &str, shift: bool, control: bool) -> Option<char> {
    if control {
        // Scanners send the group separator as Control and ].
        return (code == "BracketRight").then_some('\u{1d}');
    }
    let single = |rest: &str| rest.chars().next().filter(|_| rest.len() == 1);
    if let Some(letter) = code.strip_prefix("Key").and_then(single) {
        let letter = letter.to_ascii_lowercase();
        return letter.is_ascii_lowercase().then_some(if shift {
            letter.to_ascii_uppercase()
        } else {
            letter
        });
    }
    if let Some(digit) = code.strip_prefix("Digit").and_then(single).filter(char::is_ascii_digit) {
        let above =
            digit.to_digit(10).and_then(|place| ABOVE_DIGITS.get(usize::try_from(place).ok()?).copied());
        return if shift { above } else { Some(digit) };
    }
    if let Some(digit) = code.strip_prefix("Numpad").and_then(single) {
        return digit.is_ascii_digit().then_some(digit);
    }
    KEYS.iter()
        .find(|(name, ..)| *name == code)
        .map(|(_, plain, shifted)| if shift { *shifted } else { *plain })
}

/// Russian letters in the places of the Latin ones; Belarusian has і where Russian has и, and ў for щ.
const RUSSIAN: &str = "йцукенгшщзхъфывапролджэячсмитьбюё";
const LATIN: &str = "qwertyuiop[]asdfghjkl;'zxcvbnm,.`";
const RUSSIAN_SHIFTED: &str = "ЙЦУКЕНГШЩЗХЪФЫВАПРОЛДЖЭЯЧСМИТЬБЮЁ";
const LATIN_SHIFTED: &str = "QWERTYUIOP{}ASDFGHJKL:\"ZXCVBNM<>~";

/// Text that a scanner has typed while a Russian or Belarusian layout was on, as it was meant. What has no
/// Cyrillic letter is as it was: digits are the same on all three layouts.
#[must_use]
pub fn latin(text: &str) -> String {
    if !text.chars().any(|c| matches!(c, '\u{400}'..='\u{4ff}')) {
        return text.to_owned();
    }
    text.chars().map(meant).collect()
}

fn meant(typed: char) -> char {
    let typed = match typed {
        'і' => 'и',
        'І' => 'И',
        'ў' => 'щ',
        'Ў' => 'Щ',
        // On the Russian layout the key of the slash is a full stop, with Shift a comma.
        '.' => return '/',
        ',' => return '?',
        other => other,
    };
    let find = |from: &str, to: &str| from.chars().zip(to.chars()).find(|(c, _)| *c == typed).map(|(_, c)| c);
    find(RUSSIAN, LATIN).or_else(|| find(RUSSIAN_SHIFTED, LATIN_SHIFTED)).unwrap_or(typed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_cyrillic_layout_made_is_read_as_it_was_meant() {
        let table = [
            ("Ыф12345", "Sa12345"),
            ("йцукен", "qwerty"),
            ("ўі", "ob"),
            ("фы.", "as/"),
            ("100000000004216", "100000000004216"),
            ("a.b,c", "a.b,c"),
        ];
        for (typed, meant) in table {
            assert_eq!(latin(typed), meant);
        }
        assert_eq!(RUSSIAN.chars().count(), LATIN.chars().count());
        assert_eq!(RUSSIAN_SHIFTED.chars().count(), LATIN_SHIFTED.chars().count());
    }

    #[test]
    fn a_key_is_what_stands_on_it() {
        let table = [
            ("KeyA", false, Some('a')),
            ("KeyA", true, Some('A')),
            ("Digit2", true, Some('@')),
            ("Numpad7", true, Some('7')),
            ("Semicolon", true, Some(':')),
            ("NumpadAdd", false, None),
            ("KeyÄ", false, None),
            ("F5", false, None),
            ("", false, None),
        ];
        for (code, shift, expected) in table {
            assert_eq!(character(code, shift, false), expected, "{code}");
        }
        assert_eq!(character("KeyC", false, true), None);
    }
}
