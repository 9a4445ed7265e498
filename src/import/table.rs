//! Rows of a CSV file or of a workbook's sheet, by column name, one at a time.

use super::{
    cells::Cells,
    fault::ImportFault,
    findings::{FileCount, Finding, Findings, shown},
    guest_columns::Names,
    mapping::Format,
    row::Row,
    source::{self, Source},
    workbook,
};
use csv::StringRecord;
use std::{
    collections::BTreeSet,
    io::Read,
    path::Path,
    sync::{Arc, atomic::Ordering},
};

/// How far the reading of a file is.
#[derive(Debug, Clone, Copy)]
pub struct Progress<'f> {
    /// The file.
    pub file: &'f str,
    /// Bytes read.
    pub read: u64,
    /// Its size in bytes.
    pub size: u64,
}

/// Is told how far the reading is, now and then.
pub type Watcher<'w> = &'w dyn Fn(Progress<'_>);

/// The watcher is told after so many rows.
const ROWS_BETWEEN_NEWS: u64 = 8_192;
/// A row over more lines than this has probably swallowed others.
const BREAKS_MAX: u64 = 20;
/// A header in a message is cut after so many characters.
const HEADER_SHOWN: usize = 200;

enum Rows {
    Csv(Box<csv::Reader<source::ShortLines<Box<dyn Read + Send>>>>),
    Sheet(std::vec::IntoIter<(u64, Vec<String>)>),
}

/// An opened table: its header is read, its rows are still to come.
pub struct Table<'w> {
    name: Arc<str>,
    header: Vec<Arc<str>>,
    rows: Rows,
    row: StringRecord,
    line: u64,
    breaks: u64,
    cells: Cells,
    delimiter: char,
    source: (u64, Arc<std::sync::atomic::AtomicU64>),
    watcher: Watcher<'w>,
    count: FileCount,
}

/// Which sheet of which file, and how it is written.
#[derive(Debug, Clone, Copy)]
pub struct Wanted<'m> {
    /// File name in the mapping.
    pub file: &'m str,
    /// The mapping's key that names it.
    pub key: &'static str,
    /// Sheet of a workbook.
    pub sheet: Option<&'m str>,
    /// Format of this file.
    pub own: &'m Format,
    /// Format of all files.
    pub all: &'m Format,
}

impl<'w> Table<'w> {
    /// Finds and opens the file and reads its header.
    ///
    /// # Errors
    /// When the file is missing, empty, not text, or its header has a name twice.
    pub fn open(folder: &Path, wanted: Wanted<'_>, watcher: Watcher<'w>) -> Result<Table<'w>, ImportFault> {
        let cells = Cells::new(wanted.own.or(wanted.all));
        let path = source::find(folder, wanted.file, wanted.key)?;
        let source = source::open(&path, cells.format())?;
        Table::over(source, (cells, wanted.sheet), watcher)
    }

    /// Reads the header of a source that is open already.
    ///
    /// # Errors
    /// When it is empty, not text, or its header has a name twice.
    pub fn over(
        source: Source,
        (cells, sheet): (Cells, Option<&str>),
        watcher: Watcher<'w>,
    ) -> Result<Table<'w>, ImportFault> {
        let delimiter = cells.format().delimiter.unwrap_or(',');
        let name = Arc::clone(&source.name);
        let progress = (source.size, Arc::clone(&source.read));
        let rows = if source.is_workbook {
            Rows::Sheet(workbook::rows(source, sheet, &cells)?.into_iter())
        } else {
            let mut options = csv::ReaderBuilder::new();
            options.has_headers(false).flexible(true).buffer_capacity(128 * 1024);
            options.delimiter(u8::try_from(delimiter).unwrap_or(b','));
            // Any other setting miscounts the lines of files with CR LF; the CR is trimmed with the cell.
            options.terminator(csv::Terminator::Any(b'\n'));
            Rows::Csv(Box::new(options.from_reader(source::ShortLines { inner: source.bytes, open: 0 })))
        };
        let count = FileCount { name: Arc::clone(&name), read: 0, accepted: 0, rejected: 0 };
        let mut table = Table {
            name,
            header: Vec::new(),
            rows,
            row: StringRecord::new(),
            line: 0,
            breaks: 0,
            cells,
            delimiter,
            source: progress,
            watcher,
            count,
        };
        if !table.advance()? {
            return Err(ImportFault::Empty(table.name.to_string()));
        }
        table.header = table.row.iter().map(|cell| Arc::from(cell.trim())).collect();
        table.check_header()?;
        Ok(table)
    }

    /// The file's name.
    #[must_use]
    pub fn name(&self) -> &Arc<str> {
        &self.name
    }

    /// The names of its columns.
    pub fn header(&self) -> impl Iterator<Item = &str> {
        self.header.iter().map(AsRef::as_ref)
    }

    /// How its cells are read.
    #[must_use]
    pub fn cells(&self) -> &Cells {
        &self.cells
    }

    /// Finds columns; those that are missing are all named in one fault.
    #[must_use]
    pub fn columns(&self) -> Columns<'_> {
        Columns { header: &self.header, missing: Vec::new(), lacking: Vec::new() }
    }

    /// Ends a search for columns.
    ///
    /// # Errors
    /// Names every column that the header lacks.
    pub fn found(&self, missing: &[String]) -> Result<(), ImportFault> {
        if missing.is_empty() {
            return Ok(());
        }
        let header: Vec<&str> = self.header.iter().map(AsRef::as_ref).collect();
        let header = header.join(&self.delimiter.to_string()).chars().take(HEADER_SHOWN).collect();
        let missing = missing.iter().map(|column| format!("{column:?}")).collect();
        Err(ImportFault::MissingColumns {
            file: self.name.to_string(),
            missing,
            delimiter: self.delimiter,
            header,
        })
    }

    /// The next row that has as many cells as the header; others are listed and skipped.
    ///
    /// # Errors
    /// When the file ends early or is not in the promised encoding.
    pub fn next<'t>(&'t mut self, findings: &'t mut Findings) -> Result<Option<Row<'t>>, ImportFault> {
        while self.advance()? {
            if self.row.len() == 1 && self.row.get(0).is_some_and(|cell| cell.trim().is_empty()) {
                continue;
            }
            self.count.read += 1;
            if self.count.read.is_multiple_of(ROWS_BETWEEN_NEWS) {
                self.tell();
            }
            if self.breaks > BREAKS_MAX {
                findings.warnings.push(self.swallowing());
            }
            if self.row.len() == self.header.len() {
                let mut row = Row {
                    line: self.line,
                    row: &self.row,
                    header: &self.header,
                    file: &self.name,
                    cells: &self.cells,
                    findings,
                    count: &mut self.count,
                    is_bad: false,
                };
                if row.cells.lists_bad() {
                    row.list_damage();
                }
                return Ok(Some(row));
            }
            self.count.rejected += 1;
            findings.rejects.push(self.ragged());
        }
        self.tell();
        Ok(None)
    }

    /// Says of columns that are not there and need not be that nothing of them comes along.
    pub fn say_lacking(&self, lacking: Vec<String>, findings: &mut Findings) {
        findings.warnings.extend(lacking.into_iter().map(|column| Finding {
            file: Arc::clone(&self.name),
            line: 1,
            column: column.into(),
            value: "".into(),
            reason: "is no column of this file; nothing of it comes along".into(),
        }));
    }

    /// What was read, accepted and rejected.
    #[must_use]
    pub fn into_count(self) -> FileCount {
        self.count
    }

    fn tell(&self) {
        let (size, read) = &self.source;
        (self.watcher)(Progress { file: &self.name, read: read.load(Ordering::Relaxed), size: *size });
    }

    fn swallowing(&self) -> Finding {
        let reason = format!("one row takes {} lines: was a quotation mark left open here?", self.breaks + 1);
        Finding {
            file: Arc::clone(&self.name),
            line: self.line,
            column: "".into(),
            value: shown(self.row.iter().find(|cell| cell.contains('\n')).unwrap_or_default()),
            reason: reason.into(),
        }
    }

    fn ragged(&self) -> Finding {
        let open_quote = if self.row.iter().any(|cell| cell.contains('\n')) {
            "; a quotation mark was opened and not closed in its line"
        } else {
            ""
        };
        let reason =
            format!("row has {} cells, the header {}{open_quote}", self.row.len(), self.header.len());
        Finding {
            file: Arc::clone(&self.name),
            line: self.line,
            column: "".into(),
            value: shown(self.row.get(0).unwrap_or_default().trim()),
            reason: reason.into(),
        }
    }

    fn check_header(&self) -> Result<(), ImportFault> {
        let mut seen = BTreeSet::new();
        match self.header.iter().find(|column| !column.is_empty() && !seen.insert(Arc::clone(column))) {
            Some(column) => {
                Err(ImportFault::TwiceInHeader { file: self.name.to_string(), column: column.to_string() })
            }
            None => Ok(()),
        }
    }

    fn advance(&mut self) -> Result<bool, ImportFault> {
        match &mut self.rows {
            Rows::Csv(reader) => {
                let line = reader.position().line();
                match reader.read_record(&mut self.row) {
                    Ok(more) => {
                        (self.line, self.breaks) = first_line(line, reader.position().line(), &self.row);
                        Ok(more)
                    }
                    Err(error) => Err(csv_fault(&self.name, line, &self.cells, error)),
                }
            }
            Rows::Sheet(rows) => Ok(match rows.next() {
                Some((line, row)) => {
                    self.row = StringRecord::from(row);
                    self.line = line;
                    true
                }
                None => false,
            }),
        }
    }
}

/// The line on which a row begins, from where the reader stood before and after it: blank lines before
/// the row were skipped, and line breaks inside its cells belong to it.
/// The second number is how many line breaks those are.
fn first_line(before: u64, after: u64, row: &StringRecord) -> (u64, u64) {
    if after <= before + 1 {
        return (before, 0);
    }
    let inside = row.iter().map(|cell| cell.matches('\n').count()).sum::<usize>();
    let inside = u64::try_from(inside).unwrap_or(0);
    (before.max(after.saturating_sub(1 + inside)), inside)
}

fn csv_fault(name: &str, line: u64, cells: &Cells, error: csv::Error) -> ImportFault {
    let at = error.position().map_or(line, csv::Position::line);
    match error.into_kind() {
        csv::ErrorKind::Io(error) => source::fault(name, &error),
        csv::ErrorKind::Utf8 { .. } => {
            ImportFault::Encoding { file: name.into(), line: at, encoding: cells.format().encoding().into() }
        }
        other => ImportFault::Unreadable { file: name.into(), why: format!("{other:?}") },
    }
}

/// Finds columns by name and remembers which are missing.
pub struct Columns<'t> {
    header: &'t [Arc<str>],
    missing: Vec<String>,
    lacking: Vec<String>,
}

impl Columns<'_> {
    /// Where a column stands.
    pub fn need(&mut self, column: &str) -> usize {
        self.header.iter().position(|name| &**name == column).unwrap_or_else(|| {
            self.missing.push(column.into());
            0
        })
    }

    /// Where a column stands that different exports name differently: the first of these that is there.
    pub fn need_first(&mut self, names: &Names) -> usize {
        let found = names.all().find_map(|column| self.header.iter().position(|name| &**name == column));
        found.unwrap_or_else(|| {
            let all: Vec<&str> = names.all().collect();
            self.missing.push(all.join(" or "));
            0
        })
    }

    /// The same, where the mapping may leave it out.
    pub fn wish_first(&mut self, names: Option<&Names>) -> Option<usize> {
        let names = names?;
        if self.has(names) { Some(self.need_first(names)) } else { self.do_without(names) }
    }

    /// Where all of these stand that are there.
    pub fn wish_all(&mut self, names: Option<&Names>) -> Vec<usize> {
        let Some(names) = names else { return Vec::new() };
        let place = |column: &str| self.header.iter().position(|name| &**name == column);
        let all: Vec<usize> = names.all().filter_map(place).collect();
        if all.is_empty() { self.do_without(names).into_iter().collect() } else { all }
    }

    fn has(&self, names: &Names) -> bool {
        names.all().any(|column| self.header.iter().any(|name| &**name == column))
    }

    /// A list of names is what exports may have: one that has none of them does without, and it is said. A single name is one
    /// that the file must have.
    fn do_without(&mut self, names: &Names) -> Option<usize> {
        match names {
            Names::One(_) => Some(self.need_first(names)),
            Names::Any(_) => {
                self.lacking.push(names.all().collect::<Vec<_>>().join(" or "));
                None
            }
        }
    }

    /// Where a column stands that the mapping may leave out.
    pub fn wish(&mut self, column: Option<&String>) -> Option<usize> {
        column.map(|column| self.need(column))
    }

    /// The columns that are not there and need not be.
    #[must_use]
    pub fn lacking(&mut self) -> Vec<String> {
        std::mem::take(&mut self.lacking)
    }

    /// The columns that are not there.
    #[must_use]
    pub fn missing(self) -> Vec<String> {
        self.missing
    }
}

#[cfg(test)]
#[path = "table_tests.rs"]
mod tests;
