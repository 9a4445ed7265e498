use super::*;
use flate2::read::ZlibDecoder;
use std::io::Read as _;

/// The words of a document as whoever copies them gets them: glyphs by the map that it brings along.
pub(crate) fn copied(bytes: &[u8]) -> String {
    let mut streams = Vec::new();
    let mut rest = bytes;
    while let Some(at) = rest.windows(7).position(|window| window == b"stream\n") {
        let body = &rest[at + 7..];
        let end = body.windows(10).position(|window| window == b"\nendstream").unwrap();
        let mut text = Vec::new();
        ZlibDecoder::new(&body[..end]).read_to_end(&mut text).unwrap();
        streams.push(text);
        rest = &body[end + 10..];
    }
    let map = String::from_utf8(streams[0].clone()).unwrap();
    let pair = |line: &str| {
        let (glyph, letter) = line.strip_prefix('<')?.strip_suffix('>')?.split_once("> <")?;
        Some((glyph.to_owned(), char::from_u32(u32::from_str_radix(letter, 16).ok()?)?))
    };
    let letters: BTreeMap<String, char> = map.lines().filter_map(pair).collect();
    let mut words = String::new();
    for page in &streams[2..] {
        for line in String::from_utf8(page.clone()).unwrap().lines() {
            let glyphs = line.split(['<', '>']).nth(1).unwrap();
            words.extend((0..glyphs.len()).step_by(4).map(|at| letters[&glyphs[at..at + 4]]));
            words.push(' ');
        }
    }
    words
}

#[test]
fn whoever_copies_gets_every_word_in_its_order_and_no_line_is_wider_than_the_page() {
    let long = "Ўсе нашы госці ведаюць: зніжка — гэта «жыццё», ёсць ‘і’ іншыя… № 5 − 7 % €".repeat(120);
    let blocks = [
        Block::Title("Правила".into()),
        Block::Text(long.clone()),
        Block::Head("Who".into()),
        Block::Item("one (a) \\ b".into()),
    ];
    let bytes = document(&blocks, Language::Be);
    let words = copied(&bytes);
    let bare = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    assert_eq!(bare(&words), bare(&format!("Правила {long} Who • one (a) \\ b")));
    let font = Font::read();
    let pages = set(&blocks, &font);
    assert!(pages.len() > 1, "it is broken into pages");
    for line in pages.iter().flatten() {
        assert!(line.x + font.width(&line.words, line.size) <= WIDTH - MARGIN + 0.01, "{}", line.words);
        assert!(line.y >= MARGIN - 0.01, "{}", line.words);
    }
    // Every offset of the table leads to the object that it is of.
    let text = String::from_utf8_lossy(&bytes);
    let start: usize = text.rsplit("startxref\n").next().unwrap().lines().next().unwrap().parse().unwrap();
    let table = String::from_utf8_lossy(&bytes[start..]).into_owned();
    for (nth, line) in table.lines().skip(3).take_while(|line| line.ends_with("n ")).enumerate() {
        let at: usize = line[..10].parse().unwrap();
        assert!(bytes[at..].starts_with(format!("{} 0 obj", nth + 1).as_bytes()), "{line}");
    }
}

#[test]
fn a_letter_that_the_font_does_not_have_is_a_box_and_no_fault() {
    assert!(copied(&document(&[Block::Text("a漢b".into())], Language::Ru)).contains("a\u{25a1}b"));
}
