//! Bytes of a page → lines of the paper's width. One byte is one column.

/// Breaks a text at spaces into lines of at most `width`; a longer word is cut. Spaces at the front set
/// the first line in, others only part words. At least one line.
pub(super) fn wrap(text: &[u8], width: usize) -> Vec<Vec<u8>> {
    let width = width.max(1);
    let indent = text.iter().take_while(|byte| **byte == b' ').count();
    let mut lines = Vec::new();
    let mut line: Vec<u8> = vec![b' '; indent.min(width / 4)];
    for word in text.split(|byte| *byte == b' ').filter(|word| !word.is_empty()) {
        let begun = line.iter().any(|byte| *byte != b' ');
        if begun && line.len() + 1 + word.len() > width {
            lines.push(std::mem::take(&mut line));
        } else if begun {
            line.push(b' ');
        }
        line.extend_from_slice(word);
        while line.len() > width {
            let rest = line.split_off(width);
            lines.push(std::mem::replace(&mut line, rest));
        }
    }
    if !line.is_empty() || lines.is_empty() {
        lines.push(line);
    }
    lines
}

/// A name on the left and an amount on the right edge of its last line. The amount keeps the last line
/// for itself where both cannot share it; continued lines of a name are set in by one.
pub(super) fn pair(left: &[u8], right: &[u8], width: usize) -> Vec<Vec<u8>> {
    let (left, right) = (left.trim_ascii_end(), right.trim_ascii());
    if right.is_empty() {
        return wrap(left, width);
    }
    if right.len() + 1 >= width {
        let mut lines = if left.is_empty() { Vec::new() } else { wrap(left, width) };
        lines.extend(wrap(right, width));
        return lines;
    }
    let room = width - right.len() - 1;
    let mut lines = hang(left, if room * 2 >= width { room } else { width }, width);
    let last = lines.last_mut().filter(|last| last.len() <= room);
    match last {
        Some(last) => fill(last, right, width),
        None => {
            let mut alone = Vec::new();
            fill(&mut alone, right, width);
            lines.push(alone);
        }
    }
    lines
}

/// Wraps with every line after the first set in by one column.
fn hang(text: &[u8], room: usize, width: usize) -> Vec<Vec<u8>> {
    if text.len() <= room || width < 8 {
        return wrap(text, room);
    }
    let mut lines = wrap(text, room - 1);
    for line in lines.iter_mut().skip(1) {
        line.insert(0, b' ');
    }
    lines
}

fn fill(line: &mut Vec<u8>, right: &[u8], width: usize) {
    line.resize(width.saturating_sub(right.len()), b' ');
    line.extend_from_slice(right);
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn shown(lines: &[Vec<u8>]) -> Vec<String> {
        lines.iter().map(|line| String::from_utf8(line.clone()).unwrap()).collect()
    }

    #[test]
    fn names_stand_left_and_amounts_right() {
        let table: [(&str, &str, &[&str]); 7] = [
            ("Latte", "6.70", &["Latte           6.70"]),
            ("Latte with oat milk", "6.70", &["Latte with oat", " milk           6.70"]),
            ("", "6.70", &["                6.70"]),
            ("Latte", " ", &["Latte"]),
            ("  2 x 3.35 ", "6.70", &["  2 x 3.35      6.70"]),
            ("Total of all", "BYN 1000.00", &["Total of all", "         BYN 1000.00"]),
            ("a", "01234567890123456789", &["a", "01234567890123456789"]),
        ];
        for (left, right, expected) in table {
            assert_eq!(shown(&pair(left.as_bytes(), right.as_bytes(), 20)), expected);
        }
    }

    #[test]
    fn words_are_kept_whole_where_they_fit() {
        assert_eq!(shown(&wrap(b"one two  three", 7)), ["one two", "three"]);
        assert_eq!(shown(&wrap(b"abcdefghij k", 4)), ["abcd", "efgh", "ij k"]);
        assert_eq!(shown(&wrap(b"", 4)), [""]);
    }

    proptest! {
        #[test]
        fn nothing_is_lost_and_nothing_is_too_wide(
            left in "[a-z ]{0,90}", right in "[0-9]{0,40}", width in 1usize..60
        ) {
            let lines = pair(left.as_bytes(), right.as_bytes(), width);
            prop_assert!(lines.iter().all(|line| line.len() <= width));
            let letters = |bytes: &[u8]| bytes.iter().copied().filter(|b| *b != b' ').collect::<Vec<_>>();
            let expected = letters(format!("{left}{right}").as_bytes());
            prop_assert_eq!(letters(&lines.concat()), expected);
        }
    }
}
