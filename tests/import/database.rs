//! A database as text.

use rusqlite::{Connection, types::ValueRef};
use std::fmt::Write as _;

/// Rows of a query, cells joined by `|`.
pub(crate) fn rows(connection: &Connection, sql: &str) -> Vec<String> {
    let mut statement = connection.prepare(sql).unwrap();
    let width = statement.column_count();
    let row = |row: &rusqlite::Row<'_>| {
        Ok((0..width).map(|column| cell(row.get_ref(column).unwrap())).collect::<Vec<_>>().join("|"))
    };
    statement.query_map([], row).unwrap().map(Result::unwrap).collect()
}

/// Everything in the database.
pub(crate) fn dump(connection: &Connection) -> String {
    let tables =
        "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name";
    let mut text = String::new();
    for table in rows(connection, tables) {
        writeln!(text, "{table}").unwrap();
        let mut all = rows(connection, &format!("SELECT * FROM {table}"));
        all.sort_unstable();
        for row in all {
            writeln!(text, "  {row}").unwrap();
        }
    }
    text
}

fn cell(value: ValueRef<'_>) -> String {
    match value {
        ValueRef::Null => "NULL".into(),
        ValueRef::Integer(number) => number.to_string(),
        ValueRef::Real(number) => number.to_string(),
        ValueRef::Text(text) => String::from_utf8_lossy(text).into_owned(),
        ValueRef::Blob(bytes) => String::from_utf8_lossy(bytes).into_owned(),
    }
}
