//! Money as registers write it: a decimal number with two places, never through a float.

use crate::facts::money::Money;
use serde::{Serialize, Serializer, ser::Error};
use serde_json::{Value, value::RawValue};

/// An amount that is written as a JSON number with two decimals, such as `13.40`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Amount(pub Money);

impl Serialize for Amount {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        RawValue::from_string(self.0.to_string()).map_err(S::Error::custom)?.serialize(serializer)
    }
}

/// A quantity in thousandths that is written as a JSON number: `3`, `0.5`, `0.337`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Milli(pub i64);

impl Milli {
    /// The same as text.
    #[must_use]
    pub fn text(self) -> String {
        let (whole, rest) = (self.0.div_euclid(1000), self.0.rem_euclid(1000));
        if rest == 0 {
            whole.to_string()
        } else {
            format!("{whole}.{rest:03}").trim_end_matches('0').to_owned()
        }
    }
}

impl Serialize for Milli {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        RawValue::from_string(self.text()).map_err(S::Error::custom)?.serialize(serializer)
    }
}

/// Reads a JSON number or text as an amount; nothing when it is none, or finer than a minor unit.
#[must_use]
pub fn read(value: &Value) -> Option<Money> {
    let text = match value {
        Value::Number(number) => number.to_string(),
        Value::String(text) => text.trim().to_owned(),
        _ => return None,
    };
    Money::parse(&text, '.').ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_written_with_two_places_and_read_in_any_form() {
        assert_eq!(serde_json::to_string(&Amount(Money(1340))).unwrap(), "13.40");
        assert_eq!(serde_json::to_string(&Amount(Money(5))).unwrap(), "0.05");
        for (milli, text) in [(3000, "3"), (500, "0.5"), (337, "0.337"), (12_050, "12.05")] {
            assert_eq!(serde_json::to_string(&Milli(milli)).unwrap(), text);
        }
        let table = [
            ("8.1", Some(810)),
            ("8.10", Some(810)),
            ("8", Some(800)),
            ("\"8.10\"", Some(810)),
            ("8.100", Some(810)),
            ("8.101", None),
            ("-1.5", Some(-150)),
            ("1e3", Some(100_000)),
            ("null", None),
            ("\"many\"", None),
        ];
        for (json, minor) in table {
            assert_eq!(read(&serde_json::from_str(json).unwrap()).map(Money::minor), minor, "{json}");
        }
    }
}
