//! The mappings that ship with Kava, inside the binary.

use super::{ImportFault, Mapping};

/// File name and text of each.
pub const SHIPPED: [(&str, &str); 7] = [
    ("coffee-shop.toml", include_str!("../../mappings/coffee-shop.toml")),
    ("online-retail.toml", include_str!("../../mappings/online-retail.toml")),
    ("dirty-cafe.toml", include_str!("../../mappings/dirty-cafe.toml")),
    ("iiko.toml", include_str!("../../mappings/iiko.toml")),
    ("poster.toml", include_str!("../../mappings/poster.toml")),
    ("r_keeper.toml", include_str!("../../mappings/r_keeper.toml")),
    ("1c.toml", include_str!("../../mappings/1c.toml")),
];

/// Those of them that bring guests of a loyalty programme along, by the name of the system.
pub const PRESETS: [&str; 4] = ["iiko", "poster", "r_keeper", "1c"];

/// Whether a file's name is a preset's.
#[must_use]
pub fn is_preset(file: &str) -> bool {
    file.strip_suffix(".toml").is_some_and(|name| PRESETS.contains(&name))
}

/// The mapping of a preset.
///
/// # Errors
/// When there is none of this name, with the names that there are.
pub fn preset(name: &str) -> Result<Mapping, ImportFault> {
    let known = PRESETS.contains(&name).then(|| format!("{name}.toml"));
    let found = known.and_then(|file| SHIPPED.into_iter().find(|(shipped, _)| *shipped == file));
    let (file, text) = found.ok_or_else(|| ImportFault::NoPreset(name.into(), PRESETS.join(", ")))?;
    Mapping::parse(file, text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_shipped_mapping_can_be_read() {
        for (name, text) in SHIPPED {
            let mapping = Mapping::parse(name, text).unwrap();
            assert_eq!(format!("{}.toml", mapping.name), name);
        }
    }

    #[test]
    fn every_preset_brings_guests_and_says_what_each_column_is() {
        for name in PRESETS {
            let mapping = preset(name).unwrap();
            let guests = mapping.customers.unwrap();
            assert!(guests.printed_code.is_some(), "{name}");
            assert!(mapping.purchases.is_none() && mapping.menu.is_none(), "{name}");
        }
        assert_eq!(preset("coffee-shop").unwrap_err().code(), "import_no_preset");
    }
}
