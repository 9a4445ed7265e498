//! One row of a table: its cells are read one by one, and what is wrong with them is listed.

use super::{
    cells::Cells,
    findings::{FileCount, Finding, Findings, shown},
};
use csv::StringRecord;
use std::{borrow::Cow, sync::Arc};

/// One row below the header. Whoever reads it ends with [`Row::accept`] or [`Row::reject`].
pub struct Row<'t> {
    /// Its line in the file.
    pub line: u64,
    pub(super) row: &'t StringRecord,
    pub(super) header: &'t [Arc<str>],
    pub(super) file: &'t Arc<str>,
    pub(super) cells: &'t Cells,
    pub(super) findings: &'t mut Findings,
    pub(super) count: &'t mut FileCount,
    pub(super) is_bad: bool,
}

impl<'t> Row<'t> {
    /// A cell without the blanks around it.
    #[must_use]
    pub fn cell(&self, column: usize) -> &'t str {
        self.row.get(column).unwrap_or_default().trim()
    }

    /// Reads a cell without which the row cannot be taken.
    pub fn need<T>(
        &mut self,
        column: usize,
        read: impl FnOnce(&Cells, &'t str) -> Result<T, Cow<'static, str>>,
    ) -> Option<T> {
        let value = self.wish(column, read);
        self.is_bad |= value.is_none();
        value
    }

    /// Reads a cell that the row can do without; what is wrong with it is listed all the same.
    pub fn wish<T>(
        &mut self,
        column: usize,
        read: impl FnOnce(&Cells, &'t str) -> Result<T, Cow<'static, str>>,
    ) -> Option<T> {
        let text = self.cell(column);
        if self.cells.is_bad(text) {
            return None;
        }
        match read(self.cells, text) {
            Ok(value) => Some(value),
            Err(reason) => {
                let finding = self.finding(column, reason);
                self.findings.rejects.push(finding);
                None
            }
        }
    }

    /// Lists a cell as worth a look.
    pub fn warn(&mut self, column: usize, reason: impl Into<Cow<'static, str>>) {
        let finding = self.finding(column, reason.into());
        self.findings.warnings.push(finding);
    }

    /// Lists a cell that the row can do without, for what is missing beside it.
    pub fn lack(&mut self, column: usize, reason: impl Into<Cow<'static, str>>) {
        let finding = self.finding(column, reason.into());
        self.findings.rejects.push(finding);
    }

    /// Whether a needed cell was bad.
    #[must_use]
    pub fn is_bad(&self) -> bool {
        self.is_bad
    }

    /// The row was taken.
    pub fn accept(self) {
        self.count.accepted += 1;
    }

    /// The row was not taken; its bad cells are listed already.
    pub fn reject(self) {
        self.count.rejected += 1;
    }

    /// The row was not taken because of this cell.
    pub fn reject_for(mut self, column: usize, reason: impl Into<Cow<'static, str>>) {
        let finding = self.finding(column, reason.into());
        self.findings.rejects.push(finding);
        self.is_bad = true;
        self.reject();
    }

    fn finding(&self, column: usize, reason: Cow<'static, str>) -> Finding {
        Finding {
            file: Arc::clone(self.file),
            line: self.line,
            column: self.header.get(column).cloned().unwrap_or_else(|| "".into()),
            value: shown(self.cell(column)),
            reason,
        }
    }

    pub(super) fn list_damage(&mut self) {
        for column in 0..self.row.len() {
            let cell = self.cell(column);
            if self.cells.is_bad(cell) {
                let reason = if cell.is_empty() { "is empty" } else { "is not a value" };
                let finding = self.finding(column, reason.into());
                self.findings.rejects.push(finding);
            }
        }
    }
}
