//! Rows of a workbook's sheet, as texts that the mapping's formats can read.

use super::{
    cells::Cells,
    fault::ImportFault,
    source::{self, Source},
};
use calamine::{Data, Reader as _};
use std::{
    io::{Cursor, Read},
    sync::Arc,
};

/// The rows of a sheet that are not blank, with their numbers.
pub(super) fn rows(
    mut source: Source,
    sheet: Option<&str>,
    cells: &Cells,
) -> Result<Vec<(u64, Vec<String>)>, ImportFault> {
    let name = Arc::clone(&source.name);
    let fault = |why: String| ImportFault::Workbook { file: name.to_string(), why };
    let mut bytes = Vec::new();
    source.bytes.read_to_end(&mut bytes).map_err(|error| source::fault(&name, &error))?;
    let mut book = calamine::Xlsx::new(Cursor::new(bytes))
        .map_err(|error: calamine::XlsxError| fault(error.to_string()))?;
    let first = book.sheet_names().first().cloned();
    let wanted = sheet.map(str::to_owned).or(first).ok_or_else(|| fault("it has no sheet".into()))?;
    let range = book.worksheet_range(&wanted).map_err(|error| fault(format!("sheet {wanted:?}: {error}")))?;
    let above = range.start().map_or(0, |(row, _)| u64::from(row));
    let rows = range.rows().map(|row| row.iter().map(|cell| written(cell, cells)).collect());
    let numbered = (above + 1..).zip(rows);
    Ok(numbered.filter(|(_, row): &(u64, Vec<String>)| row.iter().any(|cell| !cell.is_empty())).collect())
}

/// A workbook's cell as the mapping would have it written in text.
fn written(cell: &Data, cells: &Cells) -> String {
    match cell {
        Data::Empty => String::new(),
        Data::Float(number) => {
            let text = number.to_string();
            match cells.format().decimal_mark {
                Some(mark) => text.replace('.', &mark.to_string()),
                None => text,
            }
        }
        Data::DateTime(stamp) => {
            let format = match stamp.as_f64() {
                days if days < 1.0 => cells.format().time(),
                days if days.fract() > 0.0 => cells.format().at(),
                _ => cells.format().date(),
            };
            civil(stamp).and_then(|at| jiff::fmt::strtime::format(format, at).ok()).unwrap_or_default()
        }
        other => other.to_string(),
    }
}

fn civil(stamp: &calamine::ExcelDateTime) -> Option<jiff::civil::DateTime> {
    let (year, month, day, hour, minute, second, milli) = stamp.to_ymd_hms_milli();
    let nanos = i32::from(milli) * 1_000_000;
    let [month, day, hour, minute, second] = [month, day, hour, minute, second].map(i8::try_from);
    jiff::civil::DateTime::new(
        i16::try_from(year).ok()?,
        month.ok()?,
        day.ok()?,
        hour.ok()?,
        minute.ok()?,
        second.ok()?,
        nanos,
    )
    .ok()
}
