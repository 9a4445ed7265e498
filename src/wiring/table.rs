//! One table of the configuration, for whoever in this room reads it beside the devices.

use super::NotWired;
use serde::de::DeserializeOwned;
use std::fmt::Display;
use std::path::Path;

/// Reads a table; nothing where there is no configuration, or no such table in it.
///
/// # Errors
/// When the file cannot be read, or the table lacks something or has too much.
pub(super) fn read<T: DeserializeOwned>(config: Option<&Path>, name: &str) -> Result<Option<T>, NotWired> {
    let Some(path) = config else { return Ok(None) };
    let place = path.display().to_string();
    let text = std::fs::read_to_string(path)
        .map_err(|why| NotWired::configured(format!("{place} cannot be read: {why}")))?;
    parse(&text, (&place, name))
}

/// The same of a text; `place` stands in the messages.
///
/// # Errors
/// As [`read`].
pub(super) fn parse<T: DeserializeOwned>(
    text: &str,
    (place, name): (&str, &str),
) -> Result<Option<T>, NotWired> {
    let wrong = |why: &dyn Display| NotWired::configured(format!("{place}, [{name}]: {why}"));
    let mut tables: toml::Table = toml::from_str(text).map_err(|why| wrong(&why))?;
    tables.remove(name).map(toml::Value::try_into).transpose().map_err(|why| wrong(&why))
}
