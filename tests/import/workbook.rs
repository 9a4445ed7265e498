//! The smallest workbook that is one: a zip without compression, made by hand.

use flate2::Crc;
use std::fmt::Write as _;

const TYPES: &str = r#"<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/><Override PartName="/xl/worksheets/sheet1.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/></Types>"#;
const RELS: &str = r#"<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>"#;
const BOOK_RELS: &str = r#"<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/></Relationships>"#;

/// Cells of a delimited text as one sheet; what looks like a number becomes one, the rest is text.
pub(crate) fn from_text(sheet: &str, text: &str, delimiter: char) -> Vec<u8> {
    let book = format!(
        r#"<?xml version="1.0"?><workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="{sheet}" sheetId="1" r:id="rId1"/></sheets></workbook>"#
    );
    let mut rows = String::new();
    for (number, line) in (1..).zip(text.lines()) {
        write!(rows, r#"<row r="{number}">"#).unwrap();
        for (column, cell) in ('A'..='Z').zip(line.split(delimiter)) {
            let dotted = cell.replace(',', ".");
            if dotted.parse::<f64>().is_ok() {
                write!(rows, r#"<c r="{column}{number}"><v>{dotted}</v></c>"#).unwrap();
            } else {
                write!(rows, r#"<c r="{column}{number}" t="inlineStr"><is><t>{cell}</t></is></c>"#).unwrap();
            }
        }
        rows.push_str("</row>");
    }
    let sheet = format!(
        r#"<?xml version="1.0"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>{rows}</sheetData></worksheet>"#
    );
    zip(&[
        ("[Content_Types].xml", TYPES),
        ("_rels/.rels", RELS),
        ("xl/workbook.xml", &book),
        ("xl/_rels/workbook.xml.rels", BOOK_RELS),
        ("xl/worksheets/sheet1.xml", &sheet),
    ])
}

fn zip(files: &[(&str, &str)]) -> Vec<u8> {
    let (mut body, mut directory) = (Vec::new(), Vec::new());
    for (name, text) in files {
        let mut crc = Crc::new();
        crc.update(text.as_bytes());
        let size = u32::try_from(text.len()).unwrap().to_le_bytes();
        let length = u16::try_from(name.len()).unwrap().to_le_bytes();
        let place = u32::try_from(body.len()).unwrap().to_le_bytes();
        // Version 2.0, no flags, stored, 1 January 1980.
        let common = [
            &[20, 0, 0, 0, 0, 0, 0, 0, 0x21, 0][..],
            &crc.sum().to_le_bytes(),
            &size,
            &size,
            &length,
            &[0, 0],
        ]
        .concat();
        body.extend([b"PK\x03\x04".as_slice(), &common, name.as_bytes(), text.as_bytes()].concat());
        directory
            .extend([b"PK\x01\x02\x14\x00".as_slice(), &common, &[0; 10], &place, name.as_bytes()].concat());
    }
    let count = u16::try_from(files.len()).unwrap().to_le_bytes();
    let size = u32::try_from(directory.len()).unwrap().to_le_bytes();
    let start = u32::try_from(body.len()).unwrap().to_le_bytes();
    [body.as_slice(), &directory, b"PK\x05\x06\0\0\0\0", &count, &count, &size, &start, &[0, 0]].concat()
}
