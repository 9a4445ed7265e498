//! A table to take away, before it is text or a workbook: cells know what they are, so that a sum stays a number and a day a day.

use super::{csv::Table, xlsx::Book};
use kava::facts::{
    moment::{BusinessDay, Moment},
    money::Money,
};

/// A cell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Cell {
    /// Words.
    Text(String),
    /// A sum.
    Money(Money),
    /// A whole number.
    Count(i64),
    /// A day.
    Day(BusinessDay),
    /// An instant.
    At(Moment),
    /// Yes or no.
    Flag(bool),
    /// Nothing.
    Empty,
}

impl From<&str> for Cell {
    fn from(text: &str) -> Cell {
        Cell::Text(text.to_owned())
    }
}

impl From<String> for Cell {
    fn from(text: String) -> Cell {
        Cell::Text(text)
    }
}

impl Cell {
    /// A sum in minor units.
    #[must_use]
    pub const fn minor(minor: i64) -> Cell {
        Cell::Money(Money(minor))
    }

    /// What there may be, made a cell by `of`.
    #[must_use]
    pub fn maybe<T>(value: Option<T>, of: impl FnOnce(T) -> Cell) -> Cell {
        value.map_or(Cell::Empty, of)
    }
}

/// A table with the names of its columns.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sheet {
    /// Its columns.
    pub columns: Vec<&'static str>,
    /// Its rows.
    pub rows: Vec<Vec<Cell>>,
}

/// What a table is written as.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Form {
    /// Text.
    #[default]
    Csv,
    /// A workbook.
    Xlsx,
}

/// A table that is being written.
#[derive(Debug)]
pub enum Written {
    /// As text.
    Csv(Table),
    /// As a workbook.
    Xlsx(Box<Book>),
}

impl Written {
    /// A table of this form with these columns.
    #[must_use]
    pub fn of(form: Form, columns: &[&str]) -> Written {
        match form {
            Form::Csv => Written::Csv(Table::of(columns)),
            Form::Xlsx => Written::Xlsx(Box::new(Book::of(columns))),
        }
    }

    /// Adds a row; gives whether it had a place.
    pub fn row(&mut self, cells: &[Cell]) -> bool {
        match self {
            Written::Csv(table) => {
                table.row(cells);
                true
            }
            Written::Xlsx(book) => book.row(cells),
        }
    }

    /// What was written since it was last taken.
    pub fn take(&mut self) -> Vec<u8> {
        match self {
            Written::Csv(table) => table.take().into_bytes(),
            Written::Xlsx(book) => book.take(),
        }
    }

    /// Ends the table and gives the rest of it.
    #[must_use]
    pub fn finish(self) -> Vec<u8> {
        match self {
            Written::Csv(mut table) => table.take().into_bytes(),
            Written::Xlsx(book) => book.finish(),
        }
    }

    /// A whole table at once.
    #[must_use]
    pub fn whole(form: Form, sheet: &Sheet) -> Vec<u8> {
        let mut written = Written::of(form, &sheet.columns);
        for row in &sheet.rows {
            written.row(row);
        }
        written.finish()
    }
}
