//! Tables as workbooks: numbers are numbers and days are days, the names of the columns stay in sight, and text is never taken for
//! a formula. Written while it is read, like the text of a table.
//!
//! By hand: the format that programs for tables open needs five small parts and one large one, and the crate that writes everything a
//! workbook may have brings a second reader of zip files and what that wants.

use super::{sheet::Cell, zip::Zip};
use kava::facts::{moment::DAY_MS, money::Money};
use std::fmt::Write as _;

/// The most rows that a workbook has, the names of the columns among them.
pub const ROWS_MAX: usize = 1_048_576;
/// A workbook counts days from the last day of 1899.
const FIRST_DAY: i64 = 25_569;
/// The longest text of a cell.
const TEXT_MAX: usize = 32_767;

const HEAD: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n";
const MAIN: &str = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
const RELATED: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
const PACKAGE: &str = "http://schemas.openxmlformats.org/package/2006";
const KINDS: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml";

/// How a cell is shown, by its place in the table of styles.
const BOLD: u8 = 1;
const SUM: u8 = 2;
const DAY: u8 = 3;
const AT: u8 = 4;

/// A workbook of one sheet that is being written.
pub struct Book {
    zip: Zip,
    rows: usize,
}

impl std::fmt::Debug for Book {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Book").field("rows", &self.rows).finish_non_exhaustive()
    }
}

impl Book {
    /// A workbook with these columns.
    #[must_use]
    pub fn of(columns: &[&str]) -> Book {
        let mut zip = Zip::new();
        for (name, text) in parts() {
            zip.begin(name);
            zip.add(&text);
        }
        zip.begin("xl/worksheets/sheet1.xml");
        zip.add(&format!(
            "{HEAD}<worksheet xmlns=\"{MAIN}\"><sheetViews><sheetView workbookViewId=\"0\"><pane ySplit=\"1\" topLeftCell=\"A2\" \
             activePane=\"bottomLeft\" state=\"frozen\"/></sheetView></sheetViews><cols><col min=\"1\" max=\"{}\" width=\"18\" \
             customWidth=\"1\"/></cols><sheetData>",
            columns.len().max(1)
        ));
        let mut book = Book { zip, rows: 0 };
        let names: Vec<Cell> = columns.iter().map(|name| Cell::from(*name)).collect();
        book.put(&names, Some(BOLD));
        book
    }

    /// Adds a row; gives whether it had a place.
    pub fn row(&mut self, cells: &[Cell]) -> bool {
        let has_place = self.rows < ROWS_MAX;
        if has_place {
            self.put(cells, None);
        }
        has_place
    }

    /// What was written since it was last taken.
    pub fn take(&mut self) -> Vec<u8> {
        self.zip.take()
    }

    /// Ends the workbook and gives the rest of it.
    #[must_use]
    pub fn finish(mut self) -> Vec<u8> {
        self.zip.add("</sheetData></worksheet>");
        self.zip.finish()
    }

    fn put(&mut self, cells: &[Cell], style: Option<u8>) {
        self.rows += 1;
        let mut text = format!("<row r=\"{}\">", self.rows);
        for (nth, cell) in cells.iter().enumerate() {
            // Writing into a text does not fail.
            add(&mut text, &format!("{}{}", letters(nth), self.rows), cell, style).unwrap_or_default();
        }
        text.push_str("</row>");
        self.zip.add(&text);
    }
}

fn add(text: &mut String, place: &str, cell: &Cell, style: Option<u8>) -> std::fmt::Result {
    let mut number =
        |style: u8, value: &str| write!(text, "<c r=\"{place}\" s=\"{style}\"><v>{value}</v></c>");
    match cell {
        Cell::Money(sum) => number(SUM, &decimal(*sum)),
        Cell::Count(count) => number(0, &count.to_string()),
        Cell::Day(day) => number(DAY, &(i64::from(day.0) + FIRST_DAY).to_string()),
        Cell::At(at) => number(AT, &instant(at.0)),
        Cell::Flag(is_so) => write!(text, "<c r=\"{place}\" t=\"b\"><v>{}</v></c>", u8::from(*is_so)),
        Cell::Empty => Ok(()),
        // A text is a text, whatever it begins with.
        Cell::Text(words) => write!(
            text,
            "<c r=\"{place}\" s=\"{}\" t=\"inlineStr\"><is><t xml:space=\"preserve\">{}</t></is></c>",
            style.unwrap_or(0),
            escaped(words)
        ),
    }
}

/// A sum with a point, as such a file has its numbers in every language.
fn decimal(sum: Money) -> String {
    sum.to_string()
}

/// Days since the first with their part, exact to the millisecond.
fn instant(at_ms: i64) -> String {
    const PARTS: i64 = 10_000_000_000;
    let (days, rest) = (at_ms.div_euclid(DAY_MS), at_ms.rem_euclid(DAY_MS));
    let part = i128::from(rest) * i128::from(PARTS) / i128::from(DAY_MS);
    format!("{}.{part:010}", days + FIRST_DAY)
}

/// The name of a column: A to Z, AA and on.
fn letters(nth: usize) -> String {
    let letter = |nth: usize| char::from(b'A' + u8::try_from(nth % 26).unwrap_or(0));
    if nth < 26 { letter(nth).to_string() } else { format!("{}{}", letters(nth / 26 - 1), letter(nth)) }
}

/// Text as it may stand in XML; what may not stand there at all is left out.
fn escaped(words: &str) -> String {
    let mut text = String::with_capacity(words.len());
    for one in words.chars().take(TEXT_MAX) {
        match one {
            '&' => text.push_str("&amp;"),
            '<' => text.push_str("&lt;"),
            '>' => text.push_str("&gt;"),
            '\t' | '\n' => text.push(one),
            '\u{fffe}' | '\u{ffff}' => {}
            one if one.is_control() => {}
            one => text.push(one),
        }
    }
    text
}

/// The small parts.
fn parts() -> [(&'static str, String); 5] {
    let relation = |kind: &str, target: &str| {
        format!("<Relationship Id=\"{kind}\" Type=\"{RELATED}/{kind}\" Target=\"{target}\"/>")
    };
    let relations =
        |all: String| format!("{HEAD}<Relationships xmlns=\"{PACKAGE}/relationships\">{all}</Relationships>");
    let part = |name: &str, kind: &str| {
        format!("<Override PartName=\"/xl/{name}.xml\" ContentType=\"{KINDS}.{kind}+xml\"/>")
    };
    [
        (
            "[Content_Types].xml",
            format!(
                "{HEAD}<Types xmlns=\"{PACKAGE}/content-types\"><Default Extension=\"rels\" \
                 ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/>{}{}{}</Types>",
                part("workbook", "sheet.main"),
                part("worksheets/sheet1", "worksheet"),
                part("styles", "styles")
            ),
        ),
        ("_rels/.rels", relations(relation("officeDocument", "xl/workbook.xml"))),
        (
            "xl/_rels/workbook.xml.rels",
            relations(relation("worksheet", "worksheets/sheet1.xml") + &relation("styles", "styles.xml")),
        ),
        (
            "xl/workbook.xml",
            format!(
                "{HEAD}<workbook xmlns=\"{MAIN}\" xmlns:r=\"{RELATED}\"><sheets><sheet name=\"Kava\" sheetId=\"1\" \
                 r:id=\"worksheet\"/></sheets></workbook>"
            ),
        ),
        ("xl/styles.xml", styles()),
    ]
}

fn styles() -> String {
    let cell = |format: u16, font: u8| {
        format!(
            "<xf numFmtId=\"{format}\" fontId=\"{font}\" fillId=\"0\" borderId=\"0\" xfId=\"0\" applyNumberFormat=\"1\" applyFont=\"1\"/>"
        )
    };
    // 2 is `0.00`; the two others are our own.
    let cells: String =
        [(0, 0), (0, 1), (2, 0), (164, 0), (165, 0)].map(|(format, font)| cell(format, font)).concat();
    format!(
        "{HEAD}<styleSheet xmlns=\"{MAIN}\"><numFmts count=\"2\"><numFmt numFmtId=\"164\" formatCode=\"yyyy\\-mm\\-dd\"/>\
         <numFmt numFmtId=\"165\" formatCode=\"yyyy\\-mm\\-dd\\ hh:mm:ss\"/></numFmts><fonts count=\"2\"><font><sz val=\"11\"/>\
         <name val=\"Calibri\"/></font><font><b/><sz val=\"11\"/><name val=\"Calibri\"/></font></fonts><fills count=\"2\"><fill>\
         <patternFill patternType=\"none\"/></fill><fill><patternFill patternType=\"gray125\"/></fill></fills><borders count=\"1\">\
         <border><left/><right/><top/><bottom/><diagonal/></border></borders><cellStyleXfs count=\"1\"><xf numFmtId=\"0\" \
         fontId=\"0\" fillId=\"0\" borderId=\"0\"/></cellStyleXfs><cellXfs count=\"5\">{cells}</cellXfs></styleSheet>"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_go_on_behind_z_and_an_instant_is_a_day_and_its_part() {
        assert_eq!([0, 25, 26, 51, 52, 701, 702].map(letters), ["A", "Z", "AA", "AZ", "BA", "ZZ", "AAA"]);
        assert_eq!(
            (instant(0), instant(DAY_MS * 3 / 2)),
            ("25569.0000000000".into(), "25570.5000000000".into())
        );
        assert_eq!(escaped("a<b>&\u{0}\n"), "a&lt;b&gt;&amp;\n");
    }

    #[test]
    fn the_same_table_gives_the_same_bytes_however_often_it_is_taken() {
        let rows = [[Cell::from("=1+1"), Cell::minor(-450)], [Cell::Empty, Cell::Flag(true)]];
        let mut at_once = Book::of(&["a", "b"]);
        let mut in_parts = Book::of(&["a", "b"]);
        let mut bytes = in_parts.take();
        for row in &rows {
            assert!(at_once.row(row) && in_parts.row(row));
            bytes.extend(in_parts.take());
        }
        bytes.extend(in_parts.finish());
        assert_eq!(at_once.finish(), bytes);
    }
}
