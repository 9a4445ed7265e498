//! The mappings that ship with Kava, inside the binary.

/// File name and text of each.
pub const SHIPPED: [(&str, &str); 3] = [
    ("coffee-shop.toml", include_str!("../../mappings/coffee-shop.toml")),
    ("online-retail.toml", include_str!("../../mappings/online-retail.toml")),
    ("dirty-cafe.toml", include_str!("../../mappings/dirty-cafe.toml")),
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::import::Mapping;

    #[test]
    fn every_shipped_mapping_can_be_read() {
        for (name, text) in SHIPPED {
            let mapping = Mapping::parse(name, text).unwrap();
            assert_eq!(format!("{}.toml", mapping.name), name);
        }
    }
}
