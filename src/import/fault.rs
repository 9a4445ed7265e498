//! What stops an import before anything is written. Bad rows are not faults; they are findings.

use std::path::PathBuf;

/// Why a folder could not be read. Each is one sentence: what, where, what to do.
#[derive(Debug, thiserror::Error)]
pub enum ImportFault {
    /// The folder is not there.
    #[error("folder {0} does not exist; name the folder that holds the export")]
    MissingFolder(PathBuf),
    /// A file that the mapping names is not there.
    #[error("{folder} has no file {file} (nor {file}.gz); correct `{key}` in the mapping")]
    MissingFile {
        /// The folder that was searched.
        folder: PathBuf,
        /// The name in the mapping.
        file: String,
        /// The key of the mapping that names it.
        key: &'static str,
    },
    /// The header lacks columns.
    #[error(
        "{file}, line 1: the header has no column {}; it was read with delimiter {delimiter:?} and has: {header}",
        missing.join(", ")
    )]
    MissingColumns {
        /// The file.
        file: String,
        /// The columns that the mapping names.
        missing: Vec<String>,
        /// What separates cells.
        delimiter: char,
        /// The header as it was read.
        header: String,
    },
    /// A column name that stands twice cannot be told apart.
    #[error("{file}, line 1: column {column:?} stands twice in the header; rename one")]
    TwiceInHeader {
        /// The file.
        file: String,
        /// The column.
        column: String,
    },
    /// No header, no rows.
    #[error("{0} is empty; export it again")]
    Empty(String),
    /// The mapping cannot be used.
    #[error("mapping {mapping}{}: {why}", line.map(|line| format!(", line {line}")).unwrap_or_default())]
    Mapping {
        /// Its file.
        mapping: String,
        /// Line in the file, where one is known.
        line: Option<usize>,
        /// What is wrong and which key it is.
        why: String,
    },
    /// No preset has this name.
    #[error("there is no preset {0:?}; use one of {1}")]
    NoPreset(String, String),
    /// A percent that is kept for ever is no promise that anybody meant to give.
    #[error(
        "mapping {mapping} brings a percent of an older programme and no day up to which it is kept; say it with --percent-until DAY"
    )]
    PromiseWithoutDay {
        /// Its name.
        mapping: String,
    },
    /// A gzip file that ends early or is damaged.
    #[error("{file} ends early or is damaged as gzip ({why}); copy or export it again")]
    Gzip {
        /// The file.
        file: String,
        /// What the decompressor said.
        why: String,
    },
    /// Bytes that are not the promised encoding.
    #[error(
        "{file}, line {line}: the text is not {encoding}; write the right `encoding` in the mapping, such as windows-1251"
    )]
    Encoding {
        /// The file.
        file: String,
        /// The line.
        line: u64,
        /// What the mapping promised.
        encoding: String,
    },
    /// UTF-16 is refused by name.
    #[error("{0} is UTF-16; save it as UTF-8")]
    Utf16(String),
    /// A workbook that cannot be opened.
    #[error("{file} cannot be read as a workbook: {why}")]
    Workbook {
        /// The file.
        file: String,
        /// What is wrong.
        why: String,
    },
    /// The disk or the rights to it.
    #[error("{file} cannot be read: {why}")]
    Unreadable {
        /// The file.
        file: String,
        /// What the system said.
        why: String,
    },
    /// No mapping that ships with Kava fits.
    #[error("no mapping fits {folder}: {why}; write one that names {needs} and give it with --mapping")]
    NoMappingFits {
        /// The folder.
        folder: PathBuf,
        /// What each lacked.
        why: String,
        /// The columns every mapping must name.
        needs: &'static str,
    },
}

impl ImportFault {
    /// The stable code.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            ImportFault::MissingFolder(_) => "import_folder_missing",
            ImportFault::MissingFile { .. } => "import_file_missing",
            ImportFault::MissingColumns { .. } => "import_columns_missing",
            ImportFault::TwiceInHeader { .. } => "import_column_twice",
            ImportFault::Empty(_) => "import_file_empty",
            ImportFault::Mapping { .. } => "import_mapping",
            ImportFault::NoPreset(..) => "import_no_preset",
            ImportFault::PromiseWithoutDay { .. } => "import_no_day",
            ImportFault::Gzip { .. } => "import_gzip",
            ImportFault::Encoding { .. } => "import_encoding",
            ImportFault::Utf16(_) => "import_utf16",
            ImportFault::Workbook { .. } => "import_workbook",
            ImportFault::Unreadable { .. } => "import_unreadable",
            ImportFault::NoMappingFits { .. } => "import_no_mapping",
        }
    }
}
