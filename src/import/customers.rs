//! Rows of the customer file → customers and the codes on their cards. Names, phones and e-mails are
//! never read: the counter has no use for them.

use super::{
    batch::{Keys, Member},
    cells,
    fault::ImportFault,
    findings::Findings,
    mapping::CustomerColumns,
    row::Row,
    table::Table,
};
use crate::facts::moment::BusinessDay;
use std::collections::HashSet;

/// Customers as they are read, numbered in order of first sight.
#[derive(Debug, Default)]
pub struct Members {
    /// Keys of customers.
    pub keys: Keys,
    /// Customers by number.
    pub members: Vec<Member>,
    codes: HashSet<Box<str>>,
}

struct At {
    key: usize,
    registered: Option<usize>,
    printed_code: Option<usize>,
}

impl Members {
    /// Reads a whole customer file.
    ///
    /// # Errors
    /// Missing columns, an early end, a wrong encoding.
    pub fn read(
        &mut self,
        table: &mut Table<'_>,
        columns: &CustomerColumns,
        findings: &mut Findings,
    ) -> Result<(), ImportFault> {
        let at = find(table, columns)?;
        while let Some(row) = table.next(findings)? {
            self.take(row, &at);
        }
        Ok(())
    }

    /// A customer whom a purchase of this day names.
    pub fn name(&mut self, key: &str, day: BusinessDay) -> u32 {
        let (number, is_new) = self.keys.intern(key);
        if is_new {
            self.members.push(Member { registered: Some(day), ..Member::default() });
        } else if let Some(member) = self.members.get_mut(super::batch::place(number))
            && !member.is_in_file
            && member.registered.is_some_and(|first| day < first)
        {
            member.registered = Some(day);
        }
        number
    }

    fn take(&mut self, mut row: Row<'_>, at: &At) {
        let Some(key) = row.need(at.key, |_, cell| cells::text(cell)) else {
            return row.reject();
        };
        if self.keys.number(key).is_some() {
            return row.reject_for(at.key, "duplicate key");
        }
        let registered = at.registered.and_then(|column| row.wish(column, |cells, cell| cells.date(cell)));
        let code = at.printed_code.and_then(|column| self.code(&mut row, column));
        self.keys.intern(key);
        self.members.push(Member { registered: registered.map(BusinessDay::of), code, is_in_file: true });
        row.accept();
    }

    /// The digits of a card number; a card that two customers share belongs to the first.
    fn code(&mut self, row: &mut Row<'_>, column: usize) -> Option<Box<str>> {
        if row.cell(column).is_empty() {
            return None;
        }
        let codes = &mut self.codes;
        row.wish(column, |_, cell| {
            let digits: Box<str> = cells::text(cell)?.chars().filter(char::is_ascii_digit).collect();
            if digits.is_empty() {
                return Err("has no digits".into());
            }
            if codes.insert(digits.clone()) { Ok(digits) } else { Err("duplicate key".into()) }
        })
    }
}

fn find(table: &Table<'_>, columns: &CustomerColumns) -> Result<At, ImportFault> {
    let mut header = table.columns();
    let at = At {
        key: header.need(&columns.key),
        registered: header.wish(columns.registered.as_ref()),
        printed_code: header.wish(columns.printed_code.as_ref()),
    };
    let missing = header.missing();
    table.found(&missing).map(|()| at)
}

/// Whether the file is there with the columns that the mapping names.
///
/// # Errors
/// What is missing.
pub fn check(table: &Table<'_>, columns: &CustomerColumns) -> Result<(), ImportFault> {
    find(table, columns).map(|_| ())
}
