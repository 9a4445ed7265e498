//! Reading an old till's export: a mapping file, CSV or XLSX files, rows in, facts out.
//!
//! May import `facts` and nothing else of the house. Not here: SQL, the clock (the day of the import is
//! an argument), advice. Bad rows are listed and never stop the rest; what stops an import is an
//! [`ImportFault`], and then nothing was written, because writing comes after reading.

pub mod fault;
pub mod mapping;
pub mod guest_columns;
pub mod shipped;
pub mod findings;
pub mod cells;
pub mod source;
mod workbook;
pub mod row;
pub mod table;
pub mod batch;
pub mod menu;
pub mod menu_file;
pub mod owed;
pub mod customers;
pub mod purchases;
pub mod read;
pub mod statement;
pub mod xray;

pub use batch::Batch;
pub use fault::ImportFault;
pub use findings::Findings;
pub use mapping::Mapping;
