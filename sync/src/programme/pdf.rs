//! The rules as a PDF file: A4, one font that it brings along, text that can be searched, copied and read aloud.
//!
//! By hand: a document of one font and no pictures is a few objects. The font is DejaVu Sans cut down to the letters of our three
//! languages (`font/LICENSE`); its letters and their widths stand in `font/glyphs.txt`.

use super::{page::Block, words::Language};
use flate2::{Compression, write::ZlibEncoder};
use std::{collections::BTreeMap, fmt::Write as _, io::Write as _};

const FONT: &[u8] = include_bytes!("font/DejaVuSans.ttf");
const GLYPHS: &str = include_str!("font/glyphs.txt");
/// What stands for a letter that the font does not have.
const MISSING: char = '\u{25a1}';

/// Points; a page is A4.
const WIDTH: f64 = 595.0;
const HEIGHT: f64 = 842.0;
const MARGIN: f64 = 56.0;
const INDENT: f64 = 14.0;
/// The objects before the pages.
const FIXED: usize = 8;

/// A letter of the font.
#[derive(Clone, Copy)]
struct Glyph {
    id: u16,
    /// In thousandths of the font's size.
    width: u32,
}

struct Font(BTreeMap<char, Glyph>);

impl Font {
    fn read() -> Font {
        let glyph = |line: &str| {
            let mut parts = line.split(' ');
            let letter = char::from_u32(u32::from_str_radix(parts.next()?, 16).ok()?)?;
            Some((letter, Glyph { id: parts.next()?.parse().ok()?, width: parts.next()?.parse().ok()? }))
        };
        Font(GLYPHS.lines().filter_map(glyph).collect())
    }

    fn glyph(&self, letter: char) -> Glyph {
        let found = self.0.get(&letter).or_else(|| self.0.get(&MISSING));
        found.copied().unwrap_or(Glyph { id: 0, width: 600 })
    }

    fn width(&self, text: &str, size: f64) -> f64 {
        let thousandths: u32 = text.chars().map(|letter| self.glyph(letter).width).sum();
        f64::from(thousandths) * size / 1_000.0
    }
}

/// A line at its place.
struct Line {
    x: f64,
    y: f64,
    size: f64,
    words: String,
}

/// How a block is set: size, space before it, indent.
const fn setting(block: &Block) -> (f64, f64, f64) {
    match block {
        Block::Title(_) => (19.0, 0.0, 0.0),
        Block::Head(_) => (13.5, 14.0, 0.0),
        Block::Text(_) => (10.5, 5.0, 0.0),
        Block::Item(_) => (10.5, 3.0, INDENT),
    }
}

/// The bytes of the document.
#[must_use]
pub fn document(blocks: &[Block], language: Language) -> Vec<u8> {
    let font = Font::read();
    let pages = set(blocks, &font);
    let title = blocks.first().map(Block::words).unwrap_or_default();
    let kids: Vec<String> = (0..pages.len()).map(|nth| format!("{} 0 R", FIXED + 1 + nth * 2)).collect();
    let mut objects = vec![
        format!("<</Type/Catalog/Pages 2 0 R/Lang({})/ViewerPreferences<</DisplayDocTitle true>>>>", language.code()).into_bytes(),
        format!("<</Type/Pages/Kids[{}]/Count {}>>", kids.join(" "), pages.len()).into_bytes(),
        b"<</Type/Font/Subtype/Type0/BaseFont/DejaVuSans/Encoding/Identity-H/DescendantFonts[4 0 R]/ToUnicode 6 0 R>>".to_vec(),
        format!(
            "<</Type/Font/Subtype/CIDFontType2/BaseFont/DejaVuSans/CIDSystemInfo<</Registry(Adobe)/Ordering(Identity)/Supplement 0>>\
             /FontDescriptor 5 0 R/CIDToGIDMap/Identity/W[{}]>>",
            widths(&font)
        )
        .into_bytes(),
        b"<</Type/FontDescriptor/FontName/DejaVuSans/Flags 4/FontBBox[-1021 -463 1793 1232]/ItalicAngle 0/Ascent 928/Descent -236\
          /CapHeight 729/StemV 80/FontFile2 7 0 R>>"
            .to_vec(),
        stream("", to_unicode(&font).as_bytes()),
        stream(&format!("/Length1 {}", FONT.len()), FONT),
        format!("<</Title{}/Producer(Kava)>>", utf16(title)).into_bytes(),
    ];
    for (nth, page) in pages.iter().enumerate() {
        let content = FIXED + 2 + nth * 2;
        objects.push(
            format!(
                "<</Type/Page/Parent 2 0 R/MediaBox[0 0 {WIDTH} {HEIGHT}]/Resources<</Font<</F 3 0 R>>>>/Contents {content} 0 R>>"
            )
            .into_bytes(),
        );
        objects.push(stream("", drawn(page, &font).as_bytes()));
    }
    file(&objects)
}

/// Breaks blocks into lines and lines into pages.
fn set(blocks: &[Block], font: &Font) -> Vec<Vec<Line>> {
    let mut pages: Vec<Vec<Line>> = vec![Vec::new()];
    let mut y = HEIGHT - MARGIN;
    for block in blocks {
        let (size, before, indent) = setting(block);
        y -= before;
        let lines = broken(block.words(), font, (size, WIDTH - 2.0 * MARGIN - indent));
        // A heading stays with what follows it.
        let least = if matches!(block, Block::Head(_)) { size * 4.0 } else { size * 1.4 };
        for (nth, words) in lines.into_iter().enumerate() {
            if y - least < MARGIN {
                pages.push(Vec::new());
                y = HEIGHT - MARGIN;
            }
            y -= size * 1.4;
            let Some(page) = pages.last_mut() else { continue };
            if indent > 0.0 && nth == 0 {
                page.push(Line { x: MARGIN, y, size, words: "\u{2022}".into() });
            }
            page.push(Line { x: MARGIN + indent, y, size, words });
        }
    }
    pages
}

/// Lines no wider than that; a word that is wider stands alone.
fn broken(text: &str, font: &Font, (size, most): (f64, f64)) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split(' ').filter(|word| !word.is_empty()) {
        match lines.last_mut() {
            Some(line) if font.width(&format!("{line} {word}"), size) <= most => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines
}

fn drawn(page: &[Line], font: &Font) -> String {
    let mut text = String::new();
    for Line { x, y, size, words } in page {
        let glyphs: String = words.chars().map(|letter| format!("{:04x}", font.glyph(letter).id)).collect();
        // Writing into a text does not fail.
        writeln!(text, "BT /F {size} Tf {x:.2} {y:.2} Td <{glyphs}> Tj ET").unwrap_or_default();
    }
    text
}

fn widths(font: &Font) -> String {
    let each = font.0.values().map(|glyph| format!("{}[{}]", glyph.id, glyph.width));
    each.collect::<Vec<_>>().join("")
}

/// Which letter a glyph is, for whoever searches or copies; a hundred in a piece, as the format wants it.
fn to_unicode(font: &Font) -> String {
    let mut map = String::from(
        "/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /Kava def /CMapType 2 def\n\
         1 begincodespacerange <0000> <ffff> endcodespacerange\n",
    );
    let all: Vec<(&char, &Glyph)> = font.0.iter().collect();
    for piece in all.chunks(100) {
        writeln!(map, "{} beginbfchar", piece.len()).unwrap_or_default();
        for (letter, glyph) in piece {
            writeln!(map, "<{:04x}> <{:04x}>", glyph.id, u32::from(**letter)).unwrap_or_default();
        }
        map.push_str("endbfchar\n");
    }
    map.push_str("endcmap CMapName currentdict /CMap defineresource pop end end\n");
    map
}

/// Text of the document's properties.
fn utf16(text: &str) -> String {
    let units: String = text.encode_utf16().map(|unit| format!("{unit:04x}")).collect();
    format!("<feff{units}>")
}

fn stream(more: &str, bytes: &[u8]) -> Vec<u8> {
    let mut packer = ZlibEncoder::new(Vec::new(), Compression::default());
    // Writing into memory does not fail.
    packer.write_all(bytes).unwrap_or_default();
    let packed = packer.finish().unwrap_or_default();
    let mut object = format!("<</Filter/FlateDecode/Length {}{more}>>\nstream\n", packed.len()).into_bytes();
    object.extend(packed);
    object.extend_from_slice(b"\nendstream");
    object
}

/// The objects one behind the other, and where each begins.
fn file(objects: &[Vec<u8>]) -> Vec<u8> {
    let mut bytes = b"%PDF-1.7\n%\xc3\xa9\xc3\xa8\n".to_vec();
    let mut table = String::from("0000000000 65535 f \n");
    for (nth, object) in (1..).zip(objects) {
        writeln!(table, "{:010} 00000 n ", bytes.len()).unwrap_or_default();
        bytes.extend(format!("{nth} 0 obj\n").into_bytes());
        bytes.extend_from_slice(object);
        bytes.extend_from_slice(b"\nendobj\n");
    }
    let (start, count): (usize, usize) = (bytes.len(), objects.len() + 1);
    let end = format!(
        "xref\n0 {count}\n{table}trailer\n<</Size {count}/Root 1 0 R/Info 8 0 R>>\nstartxref\n{start}\n%%EOF\n"
    );
    bytes.extend(end.into_bytes());
    bytes
}

#[cfg(test)]
#[path = "pdf_tests.rs"]
mod tests;
