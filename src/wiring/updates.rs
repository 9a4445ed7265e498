//! Where the program may look for a newer one of itself, and whom it believes. Off until somebody writes it down.

use super::{NotWired, table};
use serde::Deserialize;
use std::path::Path;

/// An endpoint of one's own, and the key with which its packages are signed.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Source {
    /// Address of the manifest; `{{target}}`, `{{arch}}` and `{{current_version}}` in it are filled in.
    pub endpoint: String,
    /// Public half of the minisign key, in base64 as `tauri signer generate` writes it.
    pub key: String,
}

/// Reads `[updates]` of the configuration; nothing where there is none.
///
/// # Errors
/// When the file cannot be read, or the table lacks something or has too much.
pub fn source(config: Option<&Path>) -> Result<Option<Source>, NotWired> {
    table::read(config, "updates")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Option<Source>, &'static str> {
        table::parse(text, ("counter.toml", "updates")).map_err(|why| why.code())
    }

    #[test]
    fn updates_are_off_until_an_endpoint_and_a_key_are_written_down() {
        assert_eq!(source(None).unwrap(), None);
        assert_eq!(read("[register]\nkind = \"manual\"\n"), Ok(None));
        let table = "[updates]\nendpoint = \"https://updates.example/{{target}}.json\"\n";
        assert_eq!(read(table), Err("config_invalid"), "a source without a key");
        let whole = format!("{table}key = \"a2V5\"\n");
        assert_eq!(read(&whole).unwrap().unwrap().key, "a2V5");
        assert_eq!(read(&format!("{whole}insecure = true\n")), Err("config_invalid"));
    }
}
